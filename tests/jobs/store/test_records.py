"""A snapshot as visits for the store: which tables of a device were read whole."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.jobs.inputs.network import read_snapshot
from switchcorr.jobs.inputs.request import say_nothing
from switchcorr.jobs.store.records import SweepName, records_of
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.tables import Fex, Table
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from switchcorr.store.records import VisitRecord
from tests.audit.changing import campus, write
from tests.topology.device_rows import cdp_phone, facts, interface, phone, snapshot

_AT = datetime(2026, 11, 20, tzinfo=UTC)
_SHOWS = {Table.NEIGHBORS, Table.MAC}
_LLDP, _LLDP_COMMAND = "show_lldp_neighbors_detail.txt", "show lldp neighbors detail"


def _records(folder: Path) -> dict[str, VisitRecord]:
    snapshot = read_snapshot(folder, Settings(parse_workers=1), say_nothing)
    records = records_of(snapshot, {}, SweepName("s"), times=dict.fromkeys(snapshot.devices, _AT), texts={})
    return {record.device: record for record in records}


@pytest.mark.parametrize("text", [b"", b"  \n", b"\x00\x01\x02" * 99])
def test_a_file_of_which_nothing_can_be_read_is_an_answer_that_is_lacking(tmp_path: Path, text: bytes) -> None:
    """Neighbors are told by two commands: those that only the lost one tells must not pass for gone."""
    folder = write(campus(), tmp_path, _AT)
    (folder / "acc-002" / _LLDP).write_bytes(text)
    record = _records(folder)["acc-002"]
    assert Table.NEIGHBORS not in record.whole
    assert Table.MAC in record.whole
    assert record.status is VisitStatus.PARTIAL


def test_a_command_that_a_sweep_asked_and_whose_answer_was_never_kept_is_lacking_too(tmp_path: Path) -> None:
    folder = write(campus(), tmp_path, _AT)
    device = folder / "acc-002"
    commands = {path.name: path.stem.replace("_", " ") for path in sorted(device.glob("show_*.txt"))}
    (device / _LLDP).unlink()
    asked = {
        command: {"file": name if name != _LLDP else "", "status": "ok" if name != _LLDP else "timeout"}
        for name, command in commands.items()
    }
    (device / "capture.json").write_text(json.dumps({"device": "acc-002", "platform": "cisco_ios", "commands": asked}))
    assert Table.NEIGHBORS not in _records(folder)["acc-002"].whole
    assert Table.NEIGHBORS in _records(folder)["acc-001"].whole


def test_of_a_visit_that_ended_early_a_table_of_two_commands_is_whole_only_if_both_were_asked(tmp_path: Path) -> None:
    folder = write(campus(), tmp_path, _AT)
    (folder / "acc-002" / _LLDP).unlink()
    facts = read_snapshot(folder, Settings(parse_workers=1), say_nothing)
    whole = {}
    for missing in ((), (_LLDP_COMMAND,)):
        status = VisitStatus.PARTIAL if missing else VisitStatus.ANSWERED
        account = VisitAccount("acc-002", status, platform="cisco_ios", started_at=_AT, missing=missing)
        records = records_of(facts, {"acc-002": account}, SweepName("s", _AT), times=dict.fromkeys(facts.devices, _AT), texts={})
        whole[status] = next(record.whole for record in records if record.device == "acc-002")
    assert whole[VisitStatus.ANSWERED] - whole[VisitStatus.PARTIAL] == {Table.NEIGHBORS}


def test_an_answer_that_says_that_nothing_is_there_is_whole_and_one_that_was_not_understood_is_not(tmp_path: Path) -> None:
    folder = write(campus(), tmp_path, _AT)
    assert "Total entries displayed: 0" in (folder / "dist-01a" / _LLDP).read_text()
    (folder / "acc-002" / _LLDP).write_text("gibberish\n" * 9)
    records = _records(folder)
    assert records["dist-01a"].whole >= _SHOWS
    assert records["acc-001"].whole >= _SHOWS
    assert not records["acc-002"].whole >= _SHOWS
    assert records["acc-001"].status is VisitStatus.ANSWERED
    assert {record.device for record in records.values() if not record.places_whole} == {"acc-002"}


def test_a_phone_at_an_extender_with_two_parents_is_kept_once_with_the_module_of_both() -> None:
    parents = [
        facts(
            f"n5k-{number}",
            platform="cisco_nxos",
            serials=(f"SSI{number}2345",),
            neighbors=(cdp_phone("Eth101/1/1", 1),),
            interfaces=(interface("Eth101/1/1"), interface("Eth101/1/2"), interface("Eth1/1")),
            fexes=(Fex(101, "N2K-C2248TP", "SSI13370", "Online"),),
        )
        for number in (1, 2)
    ]
    shown = snapshot(*parents)
    records = {record.device: record for record in records_of(shown, {}, SweepName("s"), times=dict.fromkeys(shown.devices, _AT), texts={})}

    assert sorted(records) == ["n5k-1", "n5k-2"]
    assert [list(record.places) for record in records.values()] == [[phone(1)], []]
    for record in records.values():
        modules = {str(name): seen.module for name, seen in record.ports.items()}
        assert modules == {
            "Ethernet101/1/1": "n5k-1+n5k-2/fex101",
            "Ethernet101/1/2": "n5k-1+n5k-2/fex101",
            "Ethernet1/1": f"{record.device}/1",
        }
