"""Help, wrong words, and how every outcome becomes an exit code and a message that says what to do."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from switchcorr import __version__
from switchcorr.cli.app import app
from switchcorr.cli.outcome import outcome_of
from switchcorr.errors import ExitCode
from switchcorr.lab.demo import DemoSite

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""

_COMMANDS = (["correlate"], ["sweep"], ["trust"], ["doctor"], ["locate"], ["parse"], ["demo"], ["export", "placements"])


@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_help_fits_eighty_columns_and_ends_with_an_example_on_one_line(command: list[str]) -> None:
    shown = CliRunner().invoke(app, [*command, "--help"], env={"COLUMNS": "80"}, prog_name="switchcorr")
    assert shown.exit_code == 0
    lines = shown.stdout.rstrip().splitlines()
    assert max(map(len, lines)) <= 80
    assert lines[-2].strip() == "Example:"
    assert lines[-1].strip().startswith(f"switchcorr {' '.join(command)} ")


def test_the_list_of_commands_cuts_no_sentence() -> None:
    shown = CliRunner().invoke(app, ["--help"], env={"COLUMNS": "80"}, prog_name="switchcorr")
    assert "..." not in shown.stdout.replace("[ARGS]...", "")
    assert shown.stdout == CliRunner().invoke(app, ["-h"], env={"COLUMNS": "80"}, prog_name="switchcorr").stdout


def test_the_version_is_shown(call: Call) -> None:
    called = call("--version")
    assert (called.code, called.out) == (0, f"switchcorr {__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["corelate"], "Did you mean 'correlate'"),
        (["correlate", "--capture", "x"], "--captures"),
        (["correlate", "--year", "abc", "--events", "x"], "'--year'"),
        (["correlate", "--year", "26", "--events", "x"], "'--year'"),
        (["correlate", "--workers", "0", "--events", "x"], "'--workers'"),
        (["correlate", "--format", "xml", "--events", "x"], "'table', 'json', 'csv'"),
        (["correlate", "--format", "text"], "Invalid value for '--format': 'text' is not one of 'table'"),
        (["incidents", "--format", "text"], "Invalid value for '--format': 'text' is not one of 'table'"),
        (["correlate", "CiscoSyslog"], "unexpected extra argument(s) (CiscoSyslog). Did you mean --events CiscoSyslog?"),
        (["report", "--zip", "a\x1b[2J", "b"], "(a\\x1b[2J b). Did you mean --events a\\x1b[2J?"),
        (["correlate", "."], "(.). Did you mean --captures .?"),
        (["demo", "x"], "(x)\n"),
        (["sweep", "--concurrency", "0"], "'--concurrency'"),
        (["trust", "acc-1", "--fingerprints", "x"], "--fingerprint"),
        (["parse", "output.txt"], "Missing option '--platform'"),
        (["parse", "--platform", "cisco_ios", "--command", "show clock"], "Missing argument"),
    ],
)
def test_wrong_words_are_usage_errors_that_name_the_right_ones(arguments: list[str], words: str) -> None:
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 2
    assert words in shown.stderr
    assert shown.stdout == ""


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["correlate"], 2, ["no event log given", "--events FILE", "messages.md#usage"]),
        (
            ["correlate", "--events", "nosuch.log"],
            1,
            ["nosuch.log: cannot be opened: No such file or directory.\n", "messages.md#input-file"],
        ),
        (["correlate", "--events", "x", "--since", "soon"], 2, ["--since", "'soon'"]),
        (["correlate", "--events", "x", "--since", "2026-11-05", "--until", "2026-11-04"], 2, ["is not before", "earlier"]),
        (["correlate", "--events", "x", "--windows", "2026-11-01"], 2, ["--windows", "not a window"]),
        (["correlate", "--events", "x", "--timezone", "Mars/Olympus"], 2, ["--timezone", "no such time zone"]),
        (["correlate", "--events", "x", "--timezone", "a.log=Mars/Olympus"], 2, ["--timezone", "no such time zone"]),
        (["correlate", "--events", "x", "--format", "csv"], 2, ["no table", "export placements"]),
        (
            ["correlate", "--events", "x", "--config", "nosuch.toml"],
            2,
            ["settings file nosuch.toml", "--config", "messages.md#configuration"],
        ),
        (["sweep", "--format", "csv"], 2, ["no CSV", "table or json"]),
        (["sweep", "captures"], 2, ["captures", "--resume"]),
        (["sweep", "--algorithms", "acc-1:legacy"], 2, ["--algorithms", "modern, sha1, legacy", "acc-12=legacy"]),
        (["sweep", "--algorithms", "acc-1=old"], 2, ["'acc-1=old'"]),
        (["sweep", "--inventory", "nosuch"], 2, ["nosuch", "--inventory", "messages.md#inventory"]),
        (["sweep", "--dry-run", "--inventory", "nosuch"], 2, ["nosuch", "messages.md#inventory"]),
        (["trust"], 2, ["devices or --all"]),
        (["trust", "acc-1", "--all"], 2, ["devices or --all"]),
        (["trust", "--all", "--fingerprint", "SHA256:x"], 2, ["one device"]),
        (["trust", "acc-1", "--fingerprint", "aa:bb:cc"], 2, ["SHA256:"]),
        (["trust", "acc-1", "--inventory", "nosuch"], 2, ["nosuch", "messages.md#inventory"]),
        (["trust", "acc-1", "--format", "csv"], 2, ["table or json"]),
        (["doctor", "acc-1", "--inventory", "nosuch"], 2, ["nosuch", "messages.md#inventory"]),
        (["doctor", "--format", "csv"], 2, ["table or json"]),
        (["ingest", "x", "--format", "csv"], 2, ["no CSV", "table or json"]),
        (["store", "import", "x", "--format", "csv"], 2, ["no CSV", "table or json"]),
        (["store", "check", "--format", "csv"], 2, ["no CSV", "table or json"]),
        (["export", "captures", "x", "--format", "csv"], 2, ["no CSV", "table or json"]),
        (["correlate", "--events", "x", "--windows", "2026-11-01/2026-11-02", "--since", "1d"], 2, ["--windows and --since"]),
        (["correlate", "--events", "x", "--kinds", "module"], 2, ["--kinds without --locations"]),
        (["correlate", "--events", "x", "--call-server", "300.1.1.1"], 2, ["--call-server 300.1.1.1: no IP address"]),
        (["report", "--inventory", "--window", "2026-11-01/2026-11-02"], 2, ["--window with --inventory"]),
        (["export", "incidents", "--events", "x", "--format", "csv", "--cause", "2"], 2, ["--cause with --format csv"]),
        (["incidents", "--suspects"], 2, ["--suspects without --component"]),
        (["findings", "--note", "x"], 2, ["--note without --ack or --plan"]),
        (["findings", "--weekly"], 2, ["--plan NAME"]),
        (["findings", "--devices", "acc-*"], 2, ["--plan NAME"]),
        (["findings", "--ack", "x", "--plan", "y"], 2, ["one at a time"]),
        (["correlate", "--store", "notes.txt"], 1, ["notes.txt: is no store", "Is the path right?"]),
        (["ingest", "notes.txt", "--store", "notes.txt"], 1, ["notes.txt: is no store", "Is the path right?"]),
        (["locate"], 2, ["either a phone or one of --module, --switch, --uplink"]),
        (["locate", "SEP00005E005301"], 2, ["nothing to read", "--captures DIR, --locations FILE.csv, --events", "--store"]),
        (["locate", "SEP00005E005301", "--captures", "nosuch"], 1, ["nosuch: is no directory", "messages.md#input-file"]),
        (["export", "placements", "--captures", "nosuch"], 1, ["nosuch: is no directory"]),
        (["export", "placements"], 2, ["nothing to read"]),
        (["parse", "--platform", "vax", "--command", "show clock", "x"], 2, ["no platform 'vax'", "cisco_ios, cisco_nxos, cisco_catos"]),
        (["parse", "--platform", "cisco_ios", "--command", "show", "x"], 2, ["no command 'show'", "Near: "]),
        (["parse", "--platform", "cisco_ios", "--command", "show intefaces err", "x"], 2, ["Near: show interfaces "]),
        (["parse", "--platform", "cisco_ios", "--command", "show clock", "nosuch"], 1, ["nosuch: cannot be opened"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_an_error_says_what_failed_and_what_to_do(
    arguments: list[str], code: int, words: list[str], call: Call, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("notes.txt").write_text("a note\n")
    called = call(*arguments)
    assert (called.code, called.out) == (code, "")
    assert [word for word in words if word not in called.err] == []
    assert called.err.startswith("switchcorr: ")
    assert not re.search(r"(?<!\.)\.\.(?!\.)", called.err)
    assert max(map(len, called.err.splitlines())) < 300


def test_a_directory_that_cannot_be_made_is_named(call: Call, tmp_path: Path) -> None:
    (tmp_path / "taken").touch()
    called = call("demo", "--out", tmp_path / "taken")
    assert called.code == 1
    assert "taken: cannot be made" in called.err


def test_a_report_that_cannot_be_written_is_named_and_takes_no_answer_away(call: Call, small_site: DemoSite, tmp_path: Path) -> None:
    called = call("correlate", "--events", small_site.log, "--format", "json", "--report", tmp_path / "nowhere" / "r.html")
    assert called.code == 1
    assert json.loads(called.out)["incidents"]
    assert "r.html: cannot be written" in called.err


def test_what_nobody_expected_is_told_as_a_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    def fail() -> None:
        raise ZeroDivisionError("division by zero")

    assert outcome_of(fail) is ExitCode.FAILED
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("switchcorr: unexpected ZeroDivisionError: division by zero.\n  This is a fault of switchcorr.")
    assert "Traceback" not in told.err


def test_a_full_disk_is_no_fault_of_the_program(capsys: pytest.CaptureFixture[str]) -> None:
    def fill() -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    assert outcome_of(fill) is ExitCode.FAILED
    told = capsys.readouterr().err
    assert told.startswith("switchcorr: nothing more can be written: No space left on device.\n  What was given is not whole.")


def test_an_interrupt_ends_without_a_word(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    assert outcome_of(interrupt) is ExitCode.INTERRUPTED
    assert outcome_of(lambda: None) is ExitCode.DONE
    assert capsys.readouterr() == ("", "")
