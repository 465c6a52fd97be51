"""Drops that tell an address only get the name of the phone that had it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.events.names import Named, name_by_address
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, Event, EventKind
from switchcorr.model.placement import Placement, PlacementState
from tests.events.drops import AT, DROP, NAMELESS, ONE, TWO, log_of


def _named(*events: Event, placements: tuple[Placement, ...] = ()) -> Named:
    named = name_by_address(log_of(*events), placements)
    assert named is not None
    return named


def test_a_drop_without_a_name_is_the_phones_that_had_its_address_then() -> None:
    before = replace(DROP, time=AT - timedelta(hours=1))
    after = replace(DROP, name=TWO, time=AT + timedelta(minutes=5))
    read = _named(before, NAMELESS, after, replace(DROP, name="CTI-1"))
    assert [event.name for event in read.log] == [ONE, TWO, TWO, "CTI-1"]
    assert read.log[1].assumed == Assumed.NAME
    assert read.sentence == ("1 drop tells an address but no device; 1 of them is taken for those of the phone that had the address.")


def test_a_placement_names_a_drop_if_one_phone_only_has_the_address() -> None:
    first, second = (Placement(phone, PlacementState.PLACED, ip="192.0.2.1") for phone in (ONE, TWO))
    without = Placement(PhoneName("SEP00005E005303"), PlacementState.UNPLACED)
    assert [event.name for event in _named(NAMELESS, placements=(first, without)).log] == [ONE]
    assert [event.name for event in _named(NAMELESS, placements=(first, second)).log] == [""]


def test_a_drop_of_unknown_time_is_named_only_if_no_two_phones_had_its_address() -> None:
    timeless = replace(NAMELESS, time=None)
    assert _named(DROP, timeless).log[1].name == ONE
    assert _named(DROP, replace(DROP, name=TWO), timeless).log[2].name == ""


def test_registrations_and_alerts_without_a_name_stay_as_they_are() -> None:
    log = log_of(DROP, replace(NAMELESS, kind=EventKind.REGISTERED), replace(NAMELESS, kind=EventKind.SERVER_ALERT))
    assert name_by_address(log, ()) is None


def test_the_log_that_was_given_stays_as_it_was() -> None:
    log = log_of(DROP, NAMELESS)
    assert _named(*log).log[1].name == ONE
    assert [event.name for event in log] == [ONE, ""]
