"""``doctor`` at the command line: what is printed in which format, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from switchcorr.cli.doctor.run import exit_code_of
from switchcorr.errors import ExitCode
from switchcorr.jobs.doctor.checks import Checkup, failed, ok
from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread

Call = Callable[..., Any]
"""The fixture ``call``: arguments in; ``code``, ``out`` and ``err`` out."""

_GOOD = Checkup("a", (ok("name", "x"),))
_BAD = Checkup("b", (failed("login", "x"),))
_DEAD = Checkup("c", (failed("connection", "x"),), reached=False)


@pytest.mark.parametrize(
    ("checkups", "code"),
    [
        ([_GOOD], ExitCode.DONE),
        ([_GOOD, _BAD], ExitCode.FINDINGS),
        ([_DEAD], ExitCode.FAILED),
        ([_DEAD, _DEAD], ExitCode.FAILED),
        ([_DEAD, _GOOD], ExitCode.FINDINGS),
    ],
)
def test_the_exit_code_says_whether_something_is_to_be_done(checkups: list[Checkup], code: ExitCode) -> None:
    assert exit_code_of(checkups) == code


@pytest.fixture
def lab() -> Iterator[LabServer]:
    healthy, denied = campus_switches(2)
    with lab_thread([healthy, replace(denied, fault=Fault.AUTHORIZATION_FAILED)]) as lab:
        yield lab


@pytest.fixture
def site(lab: LabServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    site = Site(tmp_path)
    site.write(lab, ("acc-001", "acc-002"))
    site.trust(lab, "acc-001", "acc-002")
    site.enter(monkeypatch)
    return site


def test_a_healthy_device_is_a_page_of_ok(call: Call, site: Site, lab: LabServer) -> None:
    called = call("doctor", "acc-001", "--format", "table")
    assert called.code == 0, called.out + called.err
    lines = called.out.splitlines()
    assert lines[0] == "acc-001"
    assert max(map(len, lines)) <= 80
    assert {line.split()[0] for line in lines[1:-1] if line[2:9].strip()} == {"ok"}
    assert (called.err, lab.journal.connections("acc-002")) == ("", 0)


def test_a_device_that_denies_is_told_in_both_formats(call: Call, site: Site) -> None:
    table = call("doctor", "acc-002", "--format", "table")
    document = json.loads(call("doctor", "acc-002").out)
    assert table.code == 4
    assert "are denied to this account" in table.out
    assert table.out.count("privilege exec level") == 1
    (checkup,) = document["checkups"]
    assert (document["schema"], checkup["subject"], checkup["reached"]) == ("switchcorr/doctor/1", "acc-002", True)
    assert document["findings"] == sum(check["state"] in ("warning", "failed") for check in checkup["checks"])


def test_several_devices_are_looked_at_in_one_call(call: Call, site: Site, lab: LabServer) -> None:
    called = call("doctor", "acc-*", "--format", "json")
    assert [checkup["subject"] for checkup in json.loads(called.out)["checkups"]] == ["acc-001", "acc-002"]
    assert called.code == 4
    assert [lab.journal.passwords_received(name) for name in ("acc-001", "acc-002")] == [1, 1]


def test_without_a_device_nothing_is_connected_to(call: Call, site: Site, lab: LabServer) -> None:
    called = call("doctor", "--format", "table")
    assert called.code == 0, called.out
    assert called.out.startswith("this installation\n")
    assert lab.journal.connections() == 0


def test_an_unknown_device_is_a_usage_error_that_names_near_ones(call: Call, site: Site) -> None:
    called = call("doctor", "acc-01")
    assert (called.code, called.out) == (2, "")
    assert called.err.startswith("switchcorr: acc-01: no device of the inventory matches.\n  Did you mean acc-001")
