"""Switches of three ages: only permission reaches the old ones, and the remedy that is printed works when it is pasted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import AlgorithmProfile
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread

_AGES = {"acc-001": AlgorithmProfile.MODERN, "acc-002": AlgorithmProfile.SHA1, "acc-003": AlgorithmProfile.LEGACY}
_OLD = {"acc-002": "algorithms: sha1", "acc-003": "algorithms: legacy"}


def _switches() -> list[LabSwitch]:
    return [replace(switch, algorithms=_AGES[switch.name]) for switch in campus_switches(3)]


@pytest.fixture
def lab() -> Iterator[LabServer]:
    with lab_thread(_switches()) as lab:
        yield lab


def _documents(text: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in text.splitlines()]


def test_without_permission_one_of_three_is_reached_and_the_printed_command_reaches_another(lab: LabServer, tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write(lab, list(_AGES))
    assert site.call("trust", "--all", "--yes").returncode == 0
    swept = site.run("sweep", "--format", "table")
    assert swept.returncode == 3, swept.stdout + swept.stderr
    assert [line.split()[0] for line in swept.stdout.splitlines() if re.match(r"\S+ +answered ", line)] == ["acc-001"]
    assert "No common SSH algorithms, 2 devices: acc-002, acc-003" in swept.stdout
    assert "`switchcorr sweep --limit acc-003 --algorithms acc-003=legacy`" in swept.stdout  # whole, on one line
    for name, profile in (("acc-002", "sha1"), ("acc-003", "legacy")):
        checked = site.call("doctor", name, "--format", "table")
        assert checked.returncode == 4, checked.stdout + checked.stderr
        (printed,) = set(re.findall(r"switchcorr sweep [^\n]*--algorithms [^\n`]*", checked.stdout))
        ran = site.run_printed(printed)
        assert ran.returncode == 0, printed + ran.stdout + ran.stderr
        *visits, summary = _documents(ran.stdout)
        assert [(visit["device"], visit["status"], visit["profile"]) for visit in visits] == [(name, "answered", profile)]
        assert summary["old_algorithms"] == {profile: [name]}
    permitted = site.call("doctor", "acc-003", "--algorithms", "acc-003=legacy", "--format", "json")
    (checkup,) = json.loads(permitted.stdout)["checkups"]
    assert [check["name"] for check in checkup["checks"] if check["state"] != "ok"] == ["algorithms"]
    assert [lab.journal.passwords_received(name) for name in ("acc-002", "acc-003")] == [1, 2]


def test_with_permission_all_three_are_reached_and_the_old_ones_are_named(lab: LabServer, tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write(lab, list(_AGES), extras=_OLD)
    assert site.call("trust", "--all", "--yes").returncode == 0
    captures = tmp_path / "captures"
    swept = site.call("sweep", "--out", captures)
    assert swept.returncode == 0, swept.stdout + swept.stderr
    *visits, summary = _documents(swept.stdout)
    assert {visit["device"]: visit["profile"] for visit in visits} == {name: age.value for name, age in _AGES.items()}
    assert summary["old_algorithms"] == {"legacy": ["acc-003"], "sha1": ["acc-002"]}
    log = tmp_path / "log.csv"
    log.write_text("time,phone,event\n2026-11-22T09:41:07Z,SEP00005E005301,unregistered\n")
    report = site.call("correlate", "--captures", captures, "--events", log, "--now", "2026-11-23T00:00:00Z", "--format", "json")
    assumptions = " ".join(json.loads(report.stdout)["coverage"]["assumptions"])
    assert "acc-002" in assumptions
    assert "acc-003" in assumptions


def test_the_profile_that_worked_is_tried_first_the_next_time(lab: LabServer, tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write(lab, ["acc-003"], extras=_OLD)
    assert site.call("trust", "acc-003", "--yes").returncode == 0
    counts = []
    for sweep in (site.run, site.call):
        before = lab.journal.connections("acc-003")
        assert sweep("sweep").returncode == 0
        counts.append(lab.journal.connections("acc-003") - before)
    assert counts[0] > counts[1] == 1
