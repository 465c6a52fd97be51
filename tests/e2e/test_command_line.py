"""The installed command as a user meets it: exit codes, what goes where, bad input, and how little it loads."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from switchcorr.lab.demo import DemoSite, write_demo
from tests.conftest import call_main

_NOW = "2026-11-24T00:00:00Z"
_HEAVY = {
    "asyncssh", "jinja2", "keyring", "napalm", "netmiko", "netutils", "networkx", "ntc_templates", "numpy", "pydantic", "rich", "scipy", "textfsm", "zoneinfo", "zstandard",
}  # fmt: skip


def _run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """A process of its own: for how it ends, and for its streams. What a command says is the same in this process, in a fraction of the time."""
    command = [sys.executable, "-m", "switchcorr", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    return write_demo(tmp_path_factory.mktemp("site"))


@pytest.mark.parametrize(
    "command",
    [[], ["correlate"], ["sweep"], ["trust"], ["doctor"], ["locate"], ["parse"], ["demo"], ["export"], ["export", "placements"]],
    ids=" ".join,
)
def test_help_loads_no_heavy_library(command: list[str]) -> None:
    script = f"import sys\nfrom switchcorr.cli.app import main\ntry:\n    main({[*command, '--help']})\nexcept SystemExit:\n    pass\nprint(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    loaded = {name.partition(".")[0] for name in ran.stdout.splitlines()[-1].split()}
    assert loaded & _HEAVY == set()
    ours = {name for name in ran.stdout.splitlines()[-1].split() if name.startswith("switchcorr.")}
    assert {name for name in ours if not name.startswith(("switchcorr.cli.", "switchcorr.errors"))} == {"switchcorr.cli"}
    assert "Usage" in ran.stdout


@pytest.mark.parametrize("module", ["correlate.run", "export.placements", "parse_run"])
def test_commands_that_read_files_load_no_library_that_talks_to_switches(module: str) -> None:
    script = f"import sys, switchcorr.cli.{module}\nprint(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"asyncssh", "netmiko", "paramiko", "napalm"}
    assert not loaded & {"scipy.stats", "scipy.optimize"}  # they take half a second to load


@pytest.mark.parametrize("module", ["sweep.context, switchcorr.cli.sweep.run", "trust.run", "export.placements", "parse_run"])
def test_a_command_loads_only_what_it_needs(module: str) -> None:
    script = f"import sys, switchcorr.cli.{module}\nprint(*sys.modules)"
    loaded = set(subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split())
    assert not loaded & {"netmiko", "paramiko", "napalm", "numpy", "scipy", "switchcorr.correlate"}


def test_the_package_loads_its_interface_only_when_it_is_used() -> None:
    script = "import sys, switchcorr\nprint(*sys.modules)\nswitchcorr.read_events\nprint('switchcorr.api' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    before, after = ran.stdout.splitlines()
    assert {name for name in before.split() if name.startswith("switchcorr")} == {"switchcorr"}
    assert after == "True"


def test_the_demo_names_what_it_planted_and_says_where_everything_is(tmp_path: Path) -> None:
    ran = _run("demo", "--out", tmp_path / "demo")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.startswith("3 incidents, "), "it accuses nobody else in a week of chance"
    assert ran.stderr.splitlines()[-1] == "named all three planted causes"
    assert f"report: {tmp_path / 'demo' / 'report.html'}" in ran.stderr
    assert "THE CALL SERVER" in ran.stdout
    assert (tmp_path / "demo" / "report.html").stat().st_mode & 0o777 == 0o600


def test_captures_and_a_log_give_the_same_json_twice(site: DemoSite, tmp_path: Path) -> None:
    arguments = ["correlate", *(x for path in site.captures for x in ("--captures", str(path))), "--events", str(site.log), "--now", _NOW]
    first = _run(*arguments, "--format", "json", "--report", tmp_path / "a.html")
    second = call_main(*arguments, "--format", "json", "--report", tmp_path / "b.html", "--workers", "1")
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.out
    assert (tmp_path / "a.html").read_bytes() == (tmp_path / "b.html").read_bytes()
    document = json.loads(first.stdout)
    named = {(incident["verdict"], incident["causes"][0]["component"]["id"]) for incident in document["incidents"]}
    assert named == {(planted.verdict.value, planted.component) for planted in site.planted}
    assert document["coverage"]["placed"] == 840
    assert document["incidents"][0]["phones"][0]["back_at"] is not None


def test_without_the_log_nothing_can_be_explained() -> None:
    ran = _run("correlate", "--locations", "x.csv")
    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--events" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_missing_file_among_others_is_done_in_part(site: DemoSite, tmp_path: Path) -> None:
    (tmp_path / "empty.log").touch()
    ran = _run(
        "correlate",
        "--captures",
        site.captures[0],
        "--captures",
        tmp_path / "nowhere",
        "--events",
        site.log,
        "--events",
        tmp_path / "empty.log",
        "--now",
        _NOW,
    )
    assert ran.returncode == 3, ran.stderr
    assert json.loads(ran.stdout)["incidents"]
    assert "nowhere: is no directory" in ran.stderr
    assert "empty.log: is empty" in ran.stderr


def test_nothing_usable_fails_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Dear all,\nnothing here is an event.\n")
    ran = _run("correlate", "--events", tmp_path / "letter.txt", "--now", _NOW)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "nothing here is an event" in ran.stderr
    assert "docs/messages.md#event-format" in ran.stderr


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--since", "soon", "not a moment"),
        ("--timezone", "Mars/Olympus", "no such time zone"),
        ("--windows", "2026-11-01", "not a window"),
        ("--format", "xml", "xml"),
        ("--format", "csv", "no table"),
    ],
)
def test_a_wrong_value_is_a_usage_error(option: str, value: str, words: str, site: DemoSite) -> None:
    ran = call_main("correlate", "--events", site.log, option, value)
    assert ran.code == 2
    assert words in ran.err


def test_an_unknown_setting_names_the_nearest(site: DemoSite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCHCORR_TIMEZON", "UTC")
    ran = call_main("correlate", "--events", site.log)
    assert ran.code == 2
    assert "did you mean 'timezone'" in ran.err


def test_locate_tells_where_a_phone_is_and_where_it_is_not(site: DemoSite) -> None:
    found = call_main("locate", "sep00005e200631", "--captures", site.captures[0], "--format", "table")
    assert found.code == 0
    assert "acc-003 GigabitEthernet1/" in found.out
    assert "cdp" in found.out
    lost = call_main("locate", "00:00:5e:99:99:99", "--captures", site.captures[0], "--format", "json")
    (placement,) = json.loads(lost.out)["placements"]
    assert (placement["state"], placement["device"]) == ("unplaced", "")
    assert "17 devices read" in placement["reason"]


def test_locate_lists_what_hangs_below_a_part(site: DemoSite) -> None:
    ran = call_main("locate", "--module", "acc-003/5", "--captures", site.captures[0], "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert len(rows) == 20
    assert {row["module"] for row in rows} == {"acc-003/5"}
    wrong = call_main("locate", "--module", "acc-003/99", "--captures", site.captures[0])
    assert wrong.code == 2
    assert "acc-003/5" in wrong.err


def test_placements_are_one_row_a_phone(site: DemoSite) -> None:
    ran = call_main("export", "placements", "--captures", site.captures[1], "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert len(rows) == 840
    assert {row["state"] for row in rows} == {"placed"}


def test_parse_shows_rows_and_what_could_not_be_used(tmp_path: Path) -> None:
    path = tmp_path / "out.txt"
    path.write_text("acc-1#sh clock\n09:41:07.123 UTC Sun Nov 22 2026\na line that nobody knows\nacc-1#\n")
    ran = call_main("parse", "--platform", "cisco_ios", "--command", "sh clo", path)
    assert ran.code == 3
    document = json.loads(ran.out)
    assert document["rows"][0]["time"] == "2026-11-22T09:41:07Z"
    assert document["bad_lines"][0]["text"] == "a line that nobody knows"
    assert call_main("parse", "--platform", "cisco_ios", "--command", "show", path).code == 2
    assert call_main("parse", "--platform", "vax", "--command", "show clock", path).code == 2


def test_a_reader_that_goes_away_is_no_error(site: DemoSite) -> None:
    command = f"{sys.executable} -m switchcorr export placements --captures {site.captures[0]} --format csv | head -1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.startswith("phone,device")
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_an_encoding_without_our_signs_takes_the_same_document(encoding: str, tmp_path: Path) -> None:
    log = tmp_path / os.fsdecode(b"Z\xc3\xbcrich \xff.csv")
    log.write_text("time,phone,event\n2026-11-20 10:00:00,SEP00005E200231,unregistered\n")
    script = """
import sys
from switchcorr.cli.app import main
for form in ("json", "table"):
    try:
        main([*sys.argv[1:], "--format", form])
    except SystemExit as ended:
        if ended.code:
            raise
    print("* " * 40)
"""
    command = [sys.executable, "-c", script, "correlate", "--events", str(log), "--now", _NOW]
    spoken = {**os.environ, "PYTHONIOENCODING": encoding}
    ran = subprocess.run(command, env=spoken, capture_output=True, timeout=60, check=True)
    told, text, _ = ran.stdout.decode(encoding).split("* " * 40)
    assert any("Z\u00fcrich \udcff.csv" in sentence for sentence in json.loads(told)["coverage"]["assumptions"])
    assert ("── What this rests on ──" if encoding == "utf-8" else "-- What this rests on --") in text


def test_output_to_a_full_disk_is_told(site: DemoSite) -> None:
    command = [sys.executable, "-m", "switchcorr", "correlate", "--events", str(site.log), "--now", _NOW]
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert ran.returncode == 1
    assert "the output cannot be written: No space left on device" in ran.stderr
    assert "unexpected" not in ran.stderr


def test_closed_streams_change_no_answer(tmp_path: Path) -> None:
    log, page = tmp_path / "log.csv", tmp_path / "report.html"
    log.write_text("time,phone,event\n2026-11-20 10:00:00,SEP00005E200231,unregistered\n")
    command = shlex.join([sys.executable, "-m", "switchcorr", "correlate", "--events", str(log), "--now", _NOW, "--report", str(page)])
    for closed in (">&-", "2>&-", ">&- 2>&-"):
        assert subprocess.run(["/bin/sh", "-c", f"{command} {closed}"], capture_output=True, timeout=60, check=False).returncode == 0, (
            closed
        )
        page.unlink()


def test_ctrl_c_ends_the_whole_demo(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "switchcorr", "demo", "--out", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        end = time.monotonic() + 60
        while not list(tmp_path.glob("captures-before/*/*.txt")) and time.monotonic() < end:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert out == ""
    assert not (tmp_path / "captures-after").exists()


def test_a_reader_of_both_streams_that_goes_away_is_no_error(site: DemoSite) -> None:
    command = f"set -o pipefail; {sys.executable} -m switchcorr locate --module acc-003/5 --captures {site.captures[0]} --captures nowhere 2>&1 | head -1"
    ran = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 3
    assert "Traceback" not in ran.stdout


@pytest.mark.parametrize("delay_s", [0.7, 1.5, 2.5])
def test_an_interrupt_of_the_whole_group_leaves_no_traceback(site: DemoSite, delay_s: float) -> None:
    """Ctrl-C on a terminal reaches the workers too. Whenever it comes, a shell sees 130: the code, or death by the signal."""
    command = [sys.executable, "-m", "switchcorr", "correlate", "--captures", str(site.captures[0]), "--events", str(site.log)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        running.wait(delay_s)
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode in {130, -signal.SIGINT, 0}
    assert running.returncode or json.loads(out)["schema"] == "switchcorr/correlation/1"  # a pipe may hold a part; the code says so
    assert "Traceback" not in err


def _interrupted(site: DemoSite, module: str, interrupt: str) -> tuple[bool, str, str]:
    """Whether ``correlate`` ends as interrupted, and what it says, if a statement runs when it loads a module."""
    script = f"""
import os, signal, sys, weakref
from importlib.abc import MetaPathFinder

class Thing:
    pass

class Interrupting(MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name == {module!r}:
            {interrupt}

signal.signal(signal.SIGINT, signal.default_int_handler)  # who runs tests in the background has it ignored
from switchcorr.cli.start import main
sys.meta_path.insert(0, Interrupting())
main()
"""
    command = [sys.executable, "-c", script, "correlate", "--captures", str(site.captures[0]), "--events", str(site.log)]
    ran = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    return ran.returncode in {130, -signal.SIGINT}, ran.stdout, ran.stderr


@pytest.mark.parametrize(
    "module", ["switchcorr.cli.app", "switchcorr.cli.logs", "switchcorr.jobs.correlate", "switchcorr.correlate.engine"]
)
def test_an_interrupt_while_the_program_loads_leaves_no_traceback(site: DemoSite, module: str) -> None:
    """A busy machine takes seconds for it. Here the interrupt comes when a module is loaded, of the commands or of the job."""
    assert _interrupted(site, module, "os.kill(os.getpid(), signal.SIGINT)") == (True, "", "")


def test_an_interrupt_that_meets_code_which_cannot_raise_is_not_lost(site: DemoSite) -> None:
    """As while a module is loaded by a command: Python calls back when the lock of the module goes."""
    called_back = "thing = Thing(); gone = weakref.ref(thing, lambda _: os.kill(os.getpid(), signal.SIGINT)); del thing"
    assert _interrupted(site, "switchcorr.jobs.correlate", called_back) == (True, "", "")


def test_other_faults_of_such_code_are_told() -> None:
    script = """
import signal, sys
class Thing:
    def __del__(self): raise ValueError("told")
signal.signal(signal.SIGINT, signal.default_int_handler)
from switchcorr.cli import app
app.app = lambda arguments: Thing() and None
from switchcorr.cli.start import main
main()
"""
    ran = subprocess.run([sys.executable, "-c", script], check=False, capture_output=True, text=True, timeout=120)
    assert (ran.returncode, "ValueError: told" in ran.stderr) == (0, True)


def test_progress_is_seen_on_a_terminal_and_leaves_it_clean(site: DemoSite) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "switchcorr", "export", "placements", "--captures", str(site.captures[0]), "--format", "csv"]
    ran = subprocess.run(
        command,
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        timeout=120,
        check=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    told = os.read(ours, 1_000_000).decode()
    os.close(ours)
    assert "captures" in told
    assert "\x1b[?25h" in told  # the cursor is back
    assert "\x1b" not in ran.stdout


def test_hostile_names_reach_terminal_and_csv_as_text(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text('phone,switch,module\nSEP00005E005301,"=cmd|x",\x1b]0;evil\x07/1\nSEP00005E005302,"=cmd|x",2\n')
    ran = call_main("export", "placements", "--locations", tmp_path / "p.csv", "--format", "csv")
    assert "\x1b" not in ran.out
    assert "'=cmd|x" in ran.out
    table = call_main("export", "placements", "--locations", tmp_path / "p.csv", "--format", "table")
    assert not {character for character in table.out if ord(character) < 32} - {"\n"}
