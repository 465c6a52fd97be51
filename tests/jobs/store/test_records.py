"""A snapshot as visits for the store: which tables of a device were read whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from switchcorr.jobs.inputs.network import read_snapshot
from switchcorr.jobs.inputs.request import say_nothing
from switchcorr.jobs.store.records import SweepName, records_of
from switchcorr.model.tables import Table
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from tests.audit.changing import campus, write

_AT = datetime(2026, 11, 20, tzinfo=UTC)
_SHOWS = {Table.NEIGHBORS, Table.MAC}
_LLDP = "show_lldp_neighbors_detail.txt"


def test_an_answer_that_says_that_nothing_is_there_is_whole_and_one_that_was_not_understood_is_not(tmp_path: Path) -> None:
    folder = write(campus(), tmp_path, _AT)
    assert "Total entries displayed: 0" in (folder / "dist-01a" / _LLDP).read_text()
    (folder / "acc-002" / _LLDP).write_text("gibberish\n" * 9)
    snapshot = read_snapshot(folder, Settings(parse_workers=1), say_nothing)
    records = records_of(snapshot, {}, SweepName("s"), times=dict.fromkeys(snapshot.devices, _AT), texts={})
    whole = {record.device: record.whole for record in records}
    assert whole["dist-01a"] >= _SHOWS
    assert whole["acc-001"] >= _SHOWS
    assert not whole["acc-002"] >= _SHOWS
    assert {record.device: record.status for record in records}["acc-001"] is VisitStatus.ANSWERED
    assert {record.device for record in records if not record.places_whole} == {"acc-002"}
