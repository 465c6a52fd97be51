"""Which phones a person means: by name, MAC, extension, address, user or description."""

from __future__ import annotations

import pytest

from switchcorr.events.asked import find_phones
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.placement import Placement, PlacementState

A, B, C = "SEP00005E005301", "SEP00005E005302", "SEP00005E005303"
_PLACED = (
    Placement(A, PlacementState.PLACED, "acc-1", extension="1001", description="Ann, reception", ip="192.0.2.1"),
    Placement(B, PlacementState.PLACED, "acc-1", extension="1002; \\+4721230000", description="Ben, Reception desk"),
    Placement("1002", PlacementState.PLACED, "acc-2", extension="100"),
)


def _log(*events: Event) -> EventLog:
    log = EventLog()
    for event in events:
        log.append(event)
    return log


@pytest.mark.parametrize(
    ("asked", "phones", "by"),
    [
        ("00:00:5e:00:53:01", [A], "name"), (" 1001 ", [A], "extension"), ("+4721230000", [B], "extension"), ("1002", ["1002"], "name"),
        ("192.0.2.1", [A], "address"), ("ANN", [A], "description"), ("reception", [A], "description"), ("recep", [A, B], "description"),
        ("desk", [B], "description"), ("100", ["1002"], "extension"), ("10", [], ""), ("", [], ""), ("  ", [], ""), ("123456789012", [], ""),
    ],
)  # fmt: skip
def test_the_first_thing_that_fits_counts(asked: str, phones: list[str], by: str) -> None:
    meant = find_phones(asked, _PLACED, EventLog())
    assert ([one.phone for one in meant.placements], meant.by) == (phones, by)


def test_the_log_tells_extensions_too_and_its_last_word_counts_first() -> None:
    log = _log(
        Event(None, EventKind.REGISTERED, A, ip="192.0.2.9", extension="2001", description="Lobby"),
        Event(None, EventKind.REGISTERED, A, extension="2002"),
        Event(None, EventKind.REGISTERED, C, extension="3001,3002"),
        Event(None, EventKind.SERVER_ALERT),
    )
    (found,) = find_phones("2002", _PLACED, log).placements
    assert (found.phone, found.description, found.ip, found.device) == (A, "Lobby", "192.0.2.1", "acc-1")
    assert find_phones("2001", _PLACED, log).placements == ()
    (by_table,) = find_phones("Ann", _PLACED, log).placements
    assert (by_table.phone, by_table.extension) == (A, "2002")
    (only_told,) = find_phones("3002", _PLACED, log).placements
    assert (str(only_told.phone), only_told.state, only_told.extension) == (C, PlacementState.UNPLACED, "3001,3002")
    assert "neither a switch nor a location" in only_told.reason
