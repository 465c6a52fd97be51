"""Which tables count as read whole: what a look, or a stored visit, may conclude from what a device does not show."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.jobs.inputs.network import read_snapshot
from switchcorr.jobs.inputs.request import say_nothing
from switchcorr.jobs.store.records import whole_tables
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import DeviceTables, Table
from switchcorr.settings import Settings
from tests.audit.changing import campus, write

SHOWS = {Table.NEIGHBORS, Table.MAC}
LLDP = "show_lldp_neighbors_detail.txt"


def whole_of(folder: Path, device: str) -> frozenset[Table]:
    return whole_tables(read_snapshot(folder, Settings(parse_workers=1), say_nothing).devices[device])


def test_an_answer_that_says_that_nothing_is_there_is_whole(tmp_path: Path) -> None:
    folder = write(campus(), tmp_path, datetime(2026, 11, 20, tzinfo=UTC))
    assert "Total entries displayed: 0" in (folder / "dist-01a" / LLDP).read_text()
    assert whole_of(folder, "dist-01a") >= SHOWS
    assert whole_of(folder, "acc-001") >= SHOWS


@pytest.mark.parametrize(
    ("state", "reason", "bad", "whole"),
    [
        (OutputState.PARSED, "", 0, True),
        (OutputState.PARSED, "the output says 4 entries, 5 were read", 0, False),
        (OutputState.PARSED, "", 1, False),
        (OutputState.EMPTY, "headers only", 0, True),
        (OutputState.EMPTY, "no text", 0, False),
        (OutputState.TRUNCATED, "timeout", 0, False),
    ],
)
def test_when_an_answer_is_whole(state: OutputState, reason: str, bad: int, whole: bool) -> None:
    answer = OutputAccount("acc-001", "show mac address-table", "x.txt", state, 4, reason, bad_line_count=bad)
    assert whole_tables(DeviceFacts("acc-001", "cisco_ios", DeviceTables(), outputs=(answer,))) == ({Table.MAC} if whole else set())
