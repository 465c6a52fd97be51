"""Visits that end early: what was never asked is written down, and nobody takes it for absent, neither now nor when the text is read again."""

from __future__ import annotations

import json
import signal
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.captures.saving import FolderSaving, folder_names
from switchcorr.captures.sweep_folder import SweepManifest
from switchcorr.files import OwnFolder
from switchcorr.jobs.diff import DiffRequest, compare, looks
from switchcorr.jobs.inputs.request import CampusRequest, PlacementsRequest, Times
from switchcorr.jobs.placements import read_placements
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace, store_place
from switchcorr.jobs.store.upkeep import reparse_store
from switchcorr.lab.campus import LabDevice, build_lab_campus
from switchcorr.lab.faults import Fault
from switchcorr.lab.outputs import outputs_of, write_captures
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.tables import Table
from switchcorr.model.visit import Answer, AnswerStatus, VisitStatus
from switchcorr.platforms import platform_named
from switchcorr.settings import Settings
from switchcorr.store.questions import visits_between
from tests.e2e.sweeping import Site, campus_switches
from tests.labs import lab_thread

_IOS = platform_named("cisco_ios")
assert _IOS is not None
_COMMANDS = tuple(command.text for command in _IOS.commands if command.sweep)
_CUT_AT = "show cdp neighbors detail"
_AFTER = _COMMANDS[_COMMANDS.index(_CUT_AT) + 1 :]
_NAME = "acc-001"
_AT = datetime(2026, 11, 28, 6, tzinfo=UTC)
_NOW = datetime(2026, 11, 29, tzinfo=UTC)
_ONE = Settings(parse_workers=1)


def _device() -> LabDevice:
    return next(one for one in build_lab_campus(switches=6).devices if one.name == _NAME)


def _statuses(folder: Path) -> dict[str, str]:
    commands = json.loads((folder / _NAME / "capture.json").read_text())["commands"]
    return {command: entry["status"] for command, entry in commands.items()}


@pytest.mark.parametrize(
    ("fault", "setting"), [(Fault.RESET_MID_OUTPUT, {}), (Fault.DRIP, {"SWITCHCORR_VISIT_S": "5"}), (Fault.HANG_MID_OUTPUT, {})]
)
def test_every_planned_command_is_named_however_the_visit_ends(fault: Fault, setting: dict[str, str], tmp_path: Path) -> None:
    """Connection lost twice, time over, and interrupted while an answer hangs, on a real SSH connection."""
    site = Site(tmp_path, {"SWITCHCORR_LOGINS_A_SECOND": "100", **setting})
    before, after = tmp_path / "before", tmp_path / "after"
    (healthy,) = campus_switches(1)
    whole = build_lab_campus(switches=6)
    write_captures(replace(whole, devices=(_device(),)), before, visit=1, taken_at=_AT)
    with lab_thread([replace(healthy, fault=fault, fault_at=_CUT_AT)]) as lab:
        site.write(lab, [_NAME])
        assert site.call("trust", "--all", "--yes").returncode == 0
        with site.started("sweep", "--out", after) as process:
            if fault is Fault.HANG_MID_OUTPUT:
                while not (after / _NAME / "show_switch_detail.txt").exists():
                    assert process.poll() is None
                begun = _statuses(after)
                process.send_signal(signal.SIGTERM)
            told = process.communicate()
    if fault is Fault.HANG_MID_OUTPUT:
        assert set(begun.values()) == {"not_asked"}, "written down before anything is known"
        assert set(begun) == set(_COMMANDS)
    assert (after / _NAME / "capture.json").is_file(), told
    found = _statuses(after)
    assert {command for command, status in found.items() if status == "not_asked"} == set(_AFTER)
    assert set(found) == set(_COMMANDS)
    request = DiffRequest(str(before), str(after), Times(_NOW), settings=_ONE)
    compared = compare(*looks(request), request.campus)
    assert compared.changes == ()
    assert compared.unseen != ()
    placed = read_placements(PlacementsRequest(Times(_NOW), CampusRequest(captures=(after,)), settings=_ONE))
    (missing,) = placed.missing
    asked = f"1 visit ended before everything was asked, and what was not is unknown: {_NAME}: show lldp neighbors detail, show mac address-table, "
    assert asked in missing


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    return store_place(str(tmp_path / "store.db"), _ONE, {})


def _whole(place: StorePlace) -> frozenset[Table]:
    with place.open(write=False) as store:
        (visit,) = visits_between(store, _AT, _NOW)
        return visit.whole


def test_text_that_is_read_again_lacks_what_the_visit_lacked(place: StorePlace, tmp_path: Path) -> None:
    """LLDP was never asked; the records of CDP are not all neighbors there are, when the text is read again no more than at first."""
    assert _IOS is not None
    missing = ("show lldp neighbors detail",)
    account = VisitAccount(_NAME, VisitStatus.PARTIAL, platform="cisco_ios", attempts=1, started_at=_AT, missing=missing)
    with OwnFolder.at(tmp_path / "sweep") as root:
        saving = FolderSaving(root, sweep="20261128T060000Z", folders=folder_names([_NAME]), masks={})
        for command, text in outputs_of(_device(), 1).items():
            if command not in missing:
                saving.answer(_NAME, _IOS, Answer(command, text.encode(), AnswerStatus.OK, _AT, 0.1))
        saving.visit(account)
        saving.manifest(SweepManifest("20261128T060000Z", _AT, SweepState.DONE, {_NAME: account}, folder_names([_NAME])))
    outcome = import_folder(ImportRequest(tmp_path / "sweep", place, _NOW, _ONE))
    assert outcome.quarantined == ()
    first = _whole(place)
    assert Table.INTERFACES in first
    assert Table.NEIGHBORS not in first
    assert reparse_store(place, _ONE, now=_NOW).unreadable == ()
    assert _whole(place) == first
