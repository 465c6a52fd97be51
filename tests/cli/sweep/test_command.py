"""``sweep`` at the command line: lines in a pipe, a table on a terminal, the dry run, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""

_NAMES = ("acc-001", "acc-002", "acc-003")


@pytest.fixture
def lab() -> Iterator[LabServer]:
    first, second, dead = campus_switches(3)
    with lab_thread([first, second, replace(dead, fault=Fault.CONNECTION_REFUSED)]) as lab:
        yield lab


@pytest.fixture
def site(lab: LabServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site(tmp_path)
    site.write(lab, _NAMES)
    site.trust(lab, *_NAMES)
    site.enter(monkeypatch)
    return site


def test_in_a_pipe_every_visit_is_a_json_line_and_the_last_one_the_summary(call: Call, site: Site) -> None:
    called = call("sweep", "--out", site.directory / "captures")
    assert called.code == 3, called.err
    *visits, summary = [json.loads(line) for line in called.out.splitlines()]
    assert {visit["schema"] for visit in visits} == {"switchcorr/visit/1"}
    assert sorted((visit["device"], visit["status"]) for visit in visits) == [
        ("acc-001", "answered"),
        ("acc-002", "answered"),
        ("acc-003", "failed"),
    ]
    assert summary["schema"] == "switchcorr/sweep-summary/1"
    assert summary["visits"] == {"answered": 2, "partial": 0, "failed": 1, "skipped": 0, "cancelled": 0}
    assert [failure["kind"] for failure in summary["failures"]] == ["refused"]
    assert summary["rows"] > 1_000
    assert summary["folder"] == str(site.directory / "captures")


def test_in_a_pipe_text_is_lines_and_a_summary(call: Call, site: Site) -> None:
    called = call("sweep", "--format", "table", "--limit", "!acc-003")
    assert called.code == 0, called.err
    lines = called.out.splitlines()
    assert sorted(line.split()[0] for line in lines[:2]) == ["acc-001", "acc-002"]
    assert lines[3].startswith("2 of 2 devices answered in ")
    assert lines[-1].startswith("next: switchcorr correlate --captures ")


def test_on_a_terminal_the_visits_are_a_table_and_nothing_is_left_of_the_view(
    call: Call, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")
    called = call("sweep", terminal=True)
    assert called.code == 3
    lines = called.out.splitlines()
    assert [line.split()[0] for line in lines[:3]] == list(_NAMES)
    assert "\x1b" not in called.out
    assert "of 3  " in called.err
    assert called.err.count("\x1b[?25l") == called.err.count("\x1b[?25h") == 1
    quiet = call("sweep", "-q", "--limit", "acc-001", terminal=True)
    assert (quiet.code, quiet.err) == (0, "")


def test_nothing_that_answers_is_exit_code_1(call: Call, site: Site) -> None:
    called = call("sweep", "--limit", "acc-003", "--format", "table")
    assert called.code == 1
    assert "next: switchcorr doctor acc-003" in called.out


def test_the_dry_run_lists_what_would_be_asked(call: Call, site: Site, lab: LabServer) -> None:
    table = call("sweep", "--dry-run", "--format", "table", "--limit", "acc-001")
    assert table.code == 0
    assert table.out.splitlines()[0].split() == ["device", "host", "port", "platform", "driver", "command"]
    assert "acc-001  127.0.0.1" in table.out
    assert table.err.startswith("1 device, ")
    document = json.loads(call("sweep", "--dry-run").out)
    assert document["devices"] == 3
    assert {command["device"] for command in document["commands"]} == set(_NAMES)
    assert all(command["command"].startswith("show ") for command in document["commands"])
    assert lab.journal.connections() == 0


def test_an_old_sweep_is_not_written_over(call: Call, site: Site) -> None:
    captures = site.directory / "captures"
    assert call("sweep", "--out", captures, "--limit", "acc-001").code == 0
    again = call("sweep", "--out", captures, "--limit", "acc-001")
    assert (again.code, again.out) == (1, "")
    assert "--resume" in again.err
    resumed = call("sweep", "--resume", captures)
    assert json.loads(resumed.out.splitlines()[-1])["visits"]["answered"] == 1


def test_there_must_be_something_to_resume(call: Call, site: Site) -> None:
    called = call("sweep", "--resume")
    assert (called.code, called.out) == (1, "")
    assert "resume" in called.err
