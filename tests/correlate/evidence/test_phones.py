"""The phones' own words for why they went."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.evidence.phones import PhoneSide, Sign, phone_side, phone_words
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import EvidenceKind
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, alert, below, burst, campus_of, explain, log_of, noise, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _says(name: str, reason: int, *, minutes: float = 6, enum_: ReasonEnum = ReasonEnum.PHONE) -> Event:
    return Event(NOON + timedelta(minutes=minutes), EventKind.PHONE_ALARM, name, reason=Reason(enum_, reason))


def _heard(events: list[Event]) -> PhoneSide:
    log = log_of([*burst(_MODULE[:12]), *events])
    exposure = expose(log, campus_of(_ROWS))
    drops = find_drops(log, exposure, DEFAULT)
    return phone_side(phone_words(log, exposure), drops, slice(0, 12), DEFAULT)


def test_each_phone_of_the_incident_is_heard_once() -> None:
    told = _heard([*(_says(name, 25) for name in _MODULE[:9]), _says(_MODULE[0], 10, minutes=9), _says(_MODULE[10], 10)])
    assert told.told == {Sign.COLD_START: 9, Sign.PATH: 1}
    assert told.asked == 12
    assert told.words() == "9 of the 10 phones that say why they went tell of a cold start (power or the link to the phone was lost)"


@pytest.mark.parametrize(
    "event",
    [
        _says(_MODULE[15], 25),  # did not drop
        _says(_MODULE[0], 25, minutes=-30),  # long before
        _says(_MODULE[0], 25, minutes=90),  # long after
        _says(_MODULE[0], 23),  # what an administrator does is told by the alarms themselves
        _says(_MODULE[0], 10, enum_=ReasonEnum.STATION_CONNECTION_ERROR),  # another list of numbers
        replace(_says(_MODULE[0], 25), name=""),
    ],
)
def test_who_has_nothing_to_say_of_it_is_not_heard(event: Event) -> None:
    told = _heard([event])
    assert told.told == {}
    assert told.words() == ""
    assert told.odds_of("module") == 0.0


@pytest.mark.parametrize(
    ("sign", "fits", "does_not"),
    [
        (Sign.COLD_START, ("module", "power", "switch", "port"), ("vlan", "node", "uplink", "site")),
        (Sign.PATH, ("uplink", "uplink_bundle", "block", "vlan"), ()),
        (Sign.CLOSED, ("node", "cluster", "site"), ("module", "uplink", "vlan")),
        (Sign.ADDRESS, ("vlan", "subnet"), ("module", "node")),
    ],
)
def test_a_sign_fits_the_kinds_that_leave_it(sign: Sign, fits: tuple[str, ...], does_not: tuple[str, ...]) -> None:
    told = PhoneSide({sign: 8}, 9, DEFAULT.phone_side_count, DEFAULT.phone_side_odds)
    assert all(told.odds_of(kind) > 0 for kind in fits)
    assert all(told.odds_of(kind) < 0 for kind in does_not)
    assert told.odds_of("model") == 0.0  # of a defect of the phones nobody knows what they would say


def test_a_hundred_phones_say_no_more_than_five_and_never_more_than_the_bound() -> None:
    said = [PhoneSide({Sign.PATH: n}, n, DEFAULT.phone_side_count, DEFAULT.phone_side_odds).odds_of("uplink") for n in (2, 5, 100)]
    assert 0 < said[0] < said[1]
    assert said[1] == pytest.approx(said[2])
    assert PhoneSide({Sign.CLOSED: 9}, 9, 99.0, 1.25).odds_of("node") == 1.25


def test_through_the_whole_engine_a_cold_start_favours_the_switch_among_its_twins() -> None:
    switch = below(_ROWS, "switch", "acc-3")[::3]
    events = [*noise(_ROWS, a_day=0.05), *burst(switch), alert(NOON - timedelta(days=1))]
    (bare,) = explain(_ROWS, events).incidents
    (told,) = explain(_ROWS, [*events, *(_says(name, 25) for name in switch)]).incidents
    (way,) = explain(_ROWS, [*events, *(_says(name, 10) for name in switch)]).incidents
    assert told.causes[0].component.kind == "switch"
    assert way.causes[0].component.kind == "uplink_bundle"
    assert {part.kind for part in told.causes[0].equivalent} == {"uplink_bundle", "vlan"}
    kinds = {item.kind: item.weight for item in told.causes[0].evidence_for}
    assert kinds[EvidenceKind.PHONE_SIDE] > 1
    assert EvidenceKind.PHONE_SIDE not in {item.kind for item in bare.causes[0].evidence_for}
