"""Every example of the documentation runs: on the demo's files, the founding case and one output."""

from __future__ import annotations

import gzip
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer.main

from switchcorr.cli.app import app
from switchcorr.errors import ExitCode
from switchcorr.lab.demo import write_demo
from switchcorr.lab.founding import write_founding_case, write_founding_twin
from tests.conftest import call_main
from tests.packets.wire import Talk, pcap, pcapng

_ROOT = Path(__file__).parents[1]
_NEEDS_OTHERS = ("demo", "sweep", "trust", "doctor", "lab", "listen", "audit", "notify", "worker", "work")
"""Nothing answers at the documentation's addresses, and what listens or repeats runs for ever; their command lines are read, and other tests
run them against a lab, a sender and receivers. The demo has tests of its own."""
_STATE = "state/switchcorr.db"
"""The default store of the desk."""
_NAMES_A_FINDING = ("--ack", "--unack")
_PAGES = [_ROOT / "README.md", *sorted((_ROOT / "docs").glob("*.md"))]


def _blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


_LINES = sorted(
    {line for page in _PAGES for block in _blocks(page, "") for line in block.splitlines() if line.startswith(("switchcorr ", "python -c"))}
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory that holds every file the examples name."""
    desk = tmp_path_factory.mktemp("desk")
    demo = desk / "switchcorr-demo"
    demo.mkdir()
    site = write_demo(demo, switches=6)
    for name in ("captures-before", "captures-after", "CiscoSyslog"):
        (desk / name).symlink_to(demo / name)
    (desk / "captures").symlink_to(site.captures[1])
    shutil.copytree(_ROOT / "inventory", desk / "inventory")
    for name, write in (("case", write_founding_case), ("twin", write_founding_twin)):
        (desk / name).mkdir()
        write(desk / name)
    shutil.copy(desk / "case" / "locations.csv", desk / "phones.csv")
    shutil.copy(desk / "case" / "eventviewer.csv", desk / "eventviewer.txt")
    shutil.copy(site.captures[1] / "acc-003" / "show_cdp_neighbors_detail.txt", desk / "output.txt")
    events = ".local/state/switchcorr/events"
    for folder in ("srv/switchcorr", "srv/backup", "var/log/cucm", events):
        (desk / folder).mkdir(parents=True)
    shutil.copy(demo / "CiscoSyslog", desk / "var/log/cucm/CiscoSyslog")
    (desk / "list.txt").write_text("\n".join(sorted(set(re.findall(r"SEP[0-9A-F]{12}", (demo / "CiscoSyslog").read_text())))[:20]))
    shutil.copy(demo / "CiscoSyslog", desk / events / "20261122T080000.log")
    talk = Talk().open().register().healthy([30, 60])
    for name, side in (("phone-side.pcap", "phone"), ("server-side.pcap", "server")):
        (desk / name).write_bytes(pcap(talk.seen(side)))
    (desk / "capture.pcapng.gz").write_bytes(gzip.compress(pcapng(talk.seen())))
    for captures, store in (("captures", "srv/switchcorr/site.db"), ("captures-before", _STATE), ("captures-after", _STATE)):
        assert call_main("store", "import", desk / captures, "--store", desk / store).code == 0
    return desk


def _on_the_desk(argument: str, desk: Path) -> list[str]:
    """What a shell makes of an argument; absolute paths of the documentation are on the desk too."""
    path = desk / argument.lstrip("~/") if argument.startswith(("/srv/", "/var/", "~/")) else Path(argument)
    return [str(one) for one in sorted(path.parent.glob(path.name))] if "*" in argument else [str(path) if path.is_absolute() else argument]


def _parse(arguments: list[str]) -> None:
    """Read the command line as the program would, and run nothing."""
    command: Any = typer.main.get_command(app)
    name = "switchcorr"
    while hasattr(command, "commands"):
        name, arguments = arguments[0], arguments[1:]
        command = command.commands[name]
    command.make_context(name, arguments)


@pytest.mark.parametrize("line", _LINES)
def test_a_command_of_the_documentation_runs(line: str, desk: Path, call: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(desk)
    monkeypatch.setenv("SWITCHCORR_STATE_DIR", str(desk / "state"))
    program, *arguments = shlex.split(line.partition(" > ")[0], comments=True)
    if program == "python":
        arguments[1] = arguments[1].replace(".mkdir()", ".mkdir(exist_ok=True)")
        subprocess.run([sys.executable, *arguments], check=True, timeout=60)
        return
    if (arguments[0] in _NEEDS_OTHERS and "--dry-run" not in arguments) or any(option in arguments for option in _NAMES_A_FINDING):
        _parse(arguments)
        return
    called = call(*(own for argument in arguments for own in _on_the_desk(argument, desk)))
    assert called.code == (ExitCode.FINDINGS if arguments[0] == "diff" else ExitCode.DONE), called.err
    assert called.out or called.err.startswith("report: ")


@pytest.mark.parametrize("block", _blocks(_ROOT / "README.md", "python"))
def test_the_python_of_the_readme_runs(block: str, desk: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", block], cwd=desk, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith("network ")


def test_there_are_examples_of_every_command() -> None:
    words = " ".join(_LINES)
    assert [name for name in typer.main.get_command(app).commands if f"switchcorr {name} " not in words] == []  # type: ignore[attr-defined]  # a group


def test_the_sample_in_the_readme_is_what_the_demo_prints() -> None:
    """Its shape: the figures may move with the model."""
    (sample,) = [block for block in _blocks(_ROOT / "README.md", "text") if "incidents" in block]
    assert re.match(
        r"sweep 1: \d+ of 14 devices answered in \d+\.\d s\.\n(?:  \S.*\n)+3 incidents, \d+ endpoints dropped: the network twice, the call server once\.\nLog: \S+ \S+ UTC to \S+ \S+ UTC\n\n",
        sample,
    )
    assert len(re.findall(r"^  \d  \S+ \S+ +\d+ +.* sure  The (?:network|call server): ", sample, re.MULTILINE)) == 3
