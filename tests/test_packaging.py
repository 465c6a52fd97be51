"""The wheel holds what a user needs: built, installed beside the dependencies of the tests, and asked for a report."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_SCRIPT = """
import json, sys
from pathlib import Path
import switchcorr
from switchcorr.api import correlate, read_events, read_locations
from switchcorr.report.to_html import render_html
campus = read_locations(Path(sys.argv[1]))
result = correlate(campus, read_events(Path(sys.argv[2])))
page = render_html(result)
print(json.dumps({"where": switchcorr.__file__, "page": len(page), "incidents": len(result.incidents)}))
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir", str(out), str(_ROOT)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return next(out.glob("*.whl"))


def test_the_wheel_holds_templates_types_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "switchcorr/templates/report/report.html.j2" in names
    assert "switchcorr/py.typed" in names
    assert any(name.startswith("switchcorr/templates/textfsm/cisco_ios_") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "benchmarks/", "docs/"))]


def test_the_installed_wheel_renders_a_report(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "env"
    venv.create(environment, with_pip=False, symlinks=True)
    python = environment / "bin" / "python"
    site = next((environment / "lib").glob("python*/site-packages"))
    zipfile.ZipFile(wheel).extractall(site)
    dependencies = next(path for path in sys.path if path.endswith("site-packages"))
    (site / "dependencies.pth").write_text(dependencies + "\n")
    (tmp_path / "locations.csv").write_text("phone,switch,module\n" + "".join(f"SEP00005E0053{i:02X},acc-1,{i % 3}\n" for i in range(90)))
    lines = [f"2026-11-22T09:41:{i // 3:02d}Z,SEP00005E0053{i:02X},unregistered,13,EndPointUnregistered.Reason\n" for i in range(0, 90, 3)]
    (tmp_path / "events.csv").write_text("time,phone,event,reason,reason_enum\n" + "".join(lines))
    ran = subprocess.run(
        [str(python), "-c", _SCRIPT, "locations.csv", "events.csv"], cwd=tmp_path, check=True, capture_output=True, text=True, timeout=60
    )
    answer = json.loads(ran.stdout)
    assert answer["where"].startswith(str(site))
    assert answer["page"] > 1000
    assert answer["incidents"] == 1
