"""Drops that tell an address only get the name of the phone that had it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.events.names import Named, name_by_address
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, Event, EventKind, EventLog
from switchcorr.model.placement import Placement, PlacementState

_AT = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
_ONE, _TWO = PhoneName("SEP00005E005301"), PhoneName("SEP00005E005302")
_DROP = Event(_AT, EventKind.UNREGISTERED, _ONE, ip="192.0.2.1")
_NAMELESS = Event(_AT, EventKind.TRANSIENT, ip="192.0.2.1")


def _log(*events: Event) -> EventLog:
    log = EventLog()
    for event in events:
        log.append(event)
    return log


def _named(*events: Event, placements: tuple[Placement, ...] = ()) -> Named:
    named = name_by_address(_log(*events), placements)
    assert named is not None
    return named


def test_a_drop_without_a_name_is_the_phones_that_had_its_address_then() -> None:
    before = replace(_DROP, time=_AT - timedelta(hours=1))
    after = replace(_DROP, name=_TWO, time=_AT + timedelta(minutes=5))
    read = _named(before, _NAMELESS, after, replace(_DROP, name="CTI-1"))
    assert [event.name for event in read.log] == [_ONE, _TWO, _TWO, "CTI-1"]
    assert read.log[1].assumed == Assumed.NAME
    assert read.sentence == ("1 drop tells an address but no device; 1 of them is taken for those of the phone that had the address.")


def test_a_placement_names_a_drop_if_one_phone_only_has_the_address() -> None:
    first, second = (Placement(phone, PlacementState.PLACED, ip="192.0.2.1") for phone in (_ONE, _TWO))
    without = Placement(PhoneName("SEP00005E005303"), PlacementState.UNPLACED)
    assert [event.name for event in _named(_NAMELESS, placements=(first, without)).log] == [_ONE]
    assert [event.name for event in _named(_NAMELESS, placements=(first, second)).log] == [""]


def test_a_drop_of_unknown_time_is_named_only_if_no_two_phones_had_its_address() -> None:
    timeless = replace(_NAMELESS, time=None)
    assert _named(_DROP, timeless).log[1].name == _ONE
    assert _named(_DROP, replace(_DROP, name=_TWO), timeless).log[2].name == ""


def test_registrations_and_alerts_without_a_name_stay_as_they_are() -> None:
    log = _log(_DROP, replace(_NAMELESS, kind=EventKind.REGISTERED), replace(_NAMELESS, kind=EventKind.SERVER_ALERT))
    assert name_by_address(log, ()) is None


def test_the_log_that_was_given_stays_as_it_was() -> None:
    log = _log(_DROP, _NAMELESS)
    assert _named(*log).log[1].name == _ONE
    assert [event.name for event in log] == [_ONE, ""]
