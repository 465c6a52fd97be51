"""Firmware that the registrations of a log tell: what a phone ran before an incident, never what it came back with."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from switchcorr.correlate.exposure.registered import Registered, find_registered, told_registered
from switchcorr.correlate.exposure.table import Exposure, expose
from switchcorr.model.campus import Campus, empty_campus
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import Correlation, Incident
from tests.correlate.scenes import NOON, Rows, alert, below, burst, campus_of, drop, explain, log_of, noise, phone, rows_of

_PHONES = [phone(number) for number in range(60)]
_LOADS = {name: ("old", "old", "other")[number % 3] for number, name in enumerate(_PHONES)}
_OLD = [name for name, load in _LOADS.items() if load == "old"]
_MONDAY = NOON - timedelta(days=3)


def _came(name: str, at: datetime, load: str, *, type_: int | None = None) -> Event:
    return Event(at, EventKind.REGISTERED, name, load=load, device_type=type_)


def _one_by_one(loads: Mapping[str, str], at: datetime = _MONDAY) -> list[Event]:
    """Phones that drop one after the other and come back with their loads."""
    events = []
    for place, (name, load) in enumerate(loads.items()):
        gone = at + place * timedelta(minutes=10)
        events += [drop(name, gone), _came(name, gone + timedelta(minutes=1), load)]
    return events


def _at(events: Iterable[Event], at: datetime, campus: Campus | None = None, *, ordered: bool = True) -> dict[str, str]:
    """The firmware of each phone before a moment."""
    log = log_of(events, ordered=ordered)
    exposure = expose(log, campus or empty_campus())
    registered = find_registered(log, exposure, 0.02)
    return _of(registered.exposure_in(registered.epoch_at(at.timestamp()), exposure))


def _of(exposure: Exposure) -> dict[str, str]:
    if "firmware" not in exposure.kinds:
        return {}
    column = exposure.members[:, exposure.kinds.index("firmware")].tolist()
    return {name: exposure.components[number].id for name, number in zip(exposure.phones, column, strict=True) if number >= 0}


def test_a_phone_runs_what_its_last_registration_before_told() -> None:
    loaded = [_came(name, NOON + timedelta(minutes=5), "new") for name in _OLD]
    events = [*_one_by_one(_LOADS), *loaded, alert(NOON), drop("CTI-1", NOON)]
    assert _at(events, NOON) == _LOADS
    assert _at(events, NOON + timedelta(minutes=5)) == _LOADS
    assert _at(events, NOON + timedelta(hours=1)) == {name: "new" if load == "old" else load for name, load in _LOADS.items()}


def test_before_any_registration_and_of_what_came_back_only_nothing_is_known() -> None:
    events = _one_by_one(_LOADS)
    assert _at(events, _MONDAY) == {}
    first = dict.fromkeys((phone(90), phone(91)), "new")
    late = [event for name in first for event in (drop(name, NOON), _came(name, NOON + timedelta(minutes=5), "new"))]
    assert set(_at([*events, *late], NOON)) <= set(_PHONES)
    found = _at([*events, *late, _came(phone(92), NOON + timedelta(minutes=6), "new")], NOON + timedelta(hours=1))
    assert found.items() >= (_LOADS | {phone(90): "new"}).items()


def test_it_is_said_and_tests_no_part_of_the_network() -> None:
    log = log_of(_one_by_one(_LOADS))
    exposure = expose(log, empty_campus())
    assert "firmware" in exposure.from_log
    assert _of(exposure) == {}  # not by the end of the log
    registered = find_registered(log, exposure, 0.02)
    said = "the firmware of 60 phones is the one with which the log tells they registered last before an incident"
    assert told_registered(registered, exposure, [NOON.timestamp()]) == (said,)
    assert told_registered(registered, exposure, [_MONDAY.timestamp()]) == ()
    assert told_registered(Registered(), exposure, []) == ()


def test_only_registrations_tell_it_for_a_phone_may_spell_its_load_otherwise() -> None:
    words = [replace(_came(name, NOON - timedelta(hours=1), "8.5.3"), kind=EventKind.PHONE_ALARM) for name in _PHONES]
    assert _at([*_one_by_one(_LOADS), *words], NOON) == _LOADS


def test_what_few_phones_tell_or_one_load_or_one_incident_is_nothing() -> None:
    silent = [drop(phone(number), _MONDAY + timedelta(minutes=number)) for number in range(100, 161)]
    assert _at([*_one_by_one(_LOADS), *silent], NOON) == {}
    assert set(_at([*_one_by_one(_LOADS), *silent[:-1]], NOON)) == set(_PHONES)
    assert _at(_one_by_one(dict.fromkeys(_PHONES, "old")), NOON) == {}
    assert _at(_one_by_one({name: "other" if place < 6 else "old" for place, name in enumerate(_PHONES)}), NOON) == {}
    assert len(_at(_one_by_one({name: "other" if place < 7 else "old" for place, name in enumerate(_PHONES)}), NOON)) == 60
    at_once = [event for name, load in _LOADS.items() for event in (drop(name, _MONDAY), _came(name, _MONDAY + timedelta(minutes=2), load))]
    assert _at([*at_once, *(drop(name, _MONDAY + timedelta(minutes=9)) for name in _OLD)], NOON) == {}


def test_registrations_without_a_time_and_of_what_has_no_port_tell_nothing() -> None:
    timeless = [replace(_came(phone(95), NOON, "odd"), time=None), _came("CTI-1", _MONDAY, "odd")]
    found = _at([*_one_by_one(_LOADS), *timeless], NOON)
    assert len(found) > 57
    assert found.items() <= _LOADS.items()


def test_phones_that_are_not_told_are_as_nearly_all_of_their_model() -> None:
    types = {name: 684 if load == "old" else 622 for name, load in _LOADS.items()}
    told = [replace(event, device_type=types[event.name]) for event in _one_by_one(_LOADS)]
    further = {phone(100 + number): (684, 622, 683, 255)[number % 4] for number in range(40)}
    silent = [
        replace(drop(name, _MONDAY + timedelta(hours=20, minutes=9 * place)), device_type=type_)
        for place, (name, type_) in enumerate(further.items())
    ]
    found = _at([*told, *silent], NOON)
    assert found == _LOADS | {name: {684: "old", 622: "other"}[type_] for name, type_ in further.items() if type_ in (684, 622)}
    log = log_of([*told, *silent])
    exposure = expose(log, empty_campus())
    (said,) = told_registered(find_registered(log, exposure, 0.02), exposure, [NOON.timestamp()])
    assert said.endswith("(of 20 that of nearly all told phones of their model)")
    two = [replace(event, load="new" if event.load and int(event.name[-2:], 16) % 4 == 0 else event.load) for event in told]
    assert set(_at([*two, *silent], NOON)) == set(_PHONES)


def test_where_places_are_known_nearly_all_phones_must_be_told() -> None:
    rows = {name: {"switch": f"acc-{place % 4}"} for place, name in enumerate([*_PHONES, *(phone(number) for number in range(100, 106))])}
    assert len(_at(_one_by_one(_LOADS), NOON, campus_of(rows))) == 60
    assert _at(_one_by_one(_LOADS), NOON, campus_of(rows | {phone(number): {"switch": "acc-1"} for number in range(106, 110)})) == {}


def test_beside_firmware_of_the_locations_only_this_is_entered_and_only_where_it_lacks() -> None:
    rows: Rows = {name: {"firmware": "old.loads" if load == "old" else "old2"} for name, load in list(_LOADS.items())[:41]}
    rows |= {name: {"switch": "acc-1"} for name in _PHONES[41:]}
    exposure = expose(log_of(_one_by_one(_LOADS)), campus_of(rows))
    assert "firmware" not in exposure.from_log
    assert len(_of(exposure)) == 41
    changed = [_came(name, NOON - timedelta(hours=1), "old2") for name in _PHONES]
    found = _at([*_one_by_one(_LOADS), *changed], NOON - timedelta(hours=2), campus_of(rows))
    assert len(found) > 50
    assert found.items() <= (_of(exposure) | {name: "old.loads" for name in _PHONES[41:] if _LOADS[name] == "old"}).items()
    assert _at([*_one_by_one(_LOADS), *changed], NOON, campus_of(rows)) == _of(exposure) | dict.fromkeys(_PHONES[41:], "old2")


def test_firmware_of_few_phones_of_the_locations_tells_nothing_more() -> None:
    rows = {name: {"firmware": "old"} if place < 3 else {"switch": "acc-1"} for place, name in enumerate(_PHONES)}
    assert len(_at([], NOON, campus_of(rows))) == 3
    few = [_came(_PHONES[5], _MONDAY, "old")]
    assert len(_at(few, NOON, campus_of(rows))) == 3


def test_few_changes_wait_and_further_phones_are_told_in_steps() -> None:
    many = {phone(number): ("old", "other")[number % 2] for number in range(400)}
    events = _one_by_one(many)
    assert _at([*events, _came(phone(0), NOON, "new")], NOON + timedelta(hours=1)) == many
    three = [_came(phone(number), NOON, "new") for number in range(0, 6, 2)]
    assert _at([*events, *three], NOON + timedelta(hours=1)) == many | {event.name: "new" for event in three}
    steps = [len(_at(events, _MONDAY + timedelta(minutes=10 * number))) for number in (199, 200, 210, 221, 399, 400)]
    assert steps == [0, 200, 200, 220, 380, 400]


@pytest.mark.parametrize("seed", [1, 2])
def test_order_and_copies_of_events_do_not_matter(seed: int) -> None:
    both = [_came(name, NOON - timedelta(hours=2), load) for name in _PHONES[:9] for load in ("b", "a")]  # at one moment
    events = [*_one_by_one(_LOADS), *both, *(_came(name, NOON - timedelta(hours=1), "new") for name in _OLD)]
    random_ = random.Random(seed)
    mixed = random_.sample(events, len(events)) + random_.choices(events, k=50)
    for hours in (-1, 1, 3, 71):
        at = NOON - timedelta(hours=hours)
        assert _at(mixed, at, ordered=False) == _at(events, at)


def _incident(result: Correlation) -> Incident:
    (incident,) = [one for one in result.incidents if one.start <= NOON + timedelta(minutes=2) and one.end >= NOON]
    return incident


def _week(
    names: Sequence[str], loads: Mapping[str, str], wave: Sequence[str], *, back: str = "", a_day: float = 0.4, reason: int = 8
) -> list[Event]:
    """A week of drops one by one, and at noon of Thursday a burst; all phones come back, those of the burst and after it with what is new."""
    random_ = random.Random(7)
    single, at_once = noise(dict.fromkeys(names), a_day=a_day), burst(wave, reason=reason)
    gone = [replace(event, node="sub1") for event in [*single, *at_once]]
    load_of = {name: back or load for name, load in loads.items() if name in set(wave)}
    returns = [
        _came(
            event.name,
            event.time + timedelta(seconds=random_.uniform(90, 300)),
            load_of.get(event.name, loads[event.name]) if event.time >= NOON else loads[event.name],
        )
        for event in gone
        if event.time is not None
    ]
    return [*gone, *(replace(event, node="sub1") for event in returns)]


@pytest.mark.parametrize("back", ["", "new"])
def test_a_bare_log_tells_the_firmware_of_a_wave(back: str) -> None:
    names = [phone(number) for number in range(800)]
    loads = {name: "old" if number % 8 < 3 else "other" for number, name in enumerate(names)}
    wave = [name for name in names if loads[name] == "old"][::2]
    incident = _incident(explain({}, _week(names, loads, wave, back=back)))
    (suspect, *_) = incident.suspects
    assert (suspect.component.kind, suspect.component.id) == ("firmware", "old")
    assert suspect.probability > 0.99
    assert (suspect.affected, suspect.exposed) == (107, 220)
    assert "The leading suspect is phone firmware old (107 of its 220 phones dropped, " in incident.summary
    assert all(other.component.id != "new" for other in incident.suspects)


def test_the_phones_of_a_card_do_not_accuse_their_firmware() -> None:
    rows = {name: {kind: row[kind] for kind in ("module", "switch", "vlan")} for name, row in rows_of(6, 2, 30).items()}
    loads = {name: "old" if row["switch"] in ("acc-1", "acc-2") else "other" for name, row in rows.items()}
    wave = below(rows, "module", "acc-1/1")
    known = _incident(explain(rows, _week(list(rows), loads, wave, a_day=1.0, reason=13)))
    assert {cause.component.kind for cause in known.causes} == {"module"}
    assert "firmware" in {suspect.component.kind for suspect in known.suspects}
    bare = _incident(explain({}, _week(list(rows), loads, wave, a_day=1.0, reason=13)))
    assert not bare.causes
    assert bare.p_unlocated > 0.9
    assert [component.id for component in bare.unlocated_within] == ["old"]


def test_the_exposure_without_firmware_is_that_of_a_log_without_it() -> None:
    events = _week(_PHONES, _LOADS, _OLD)
    plain = expose(log_of(replace(event, load="") for event in events), empty_campus())
    told = expose(log_of(events), empty_campus())
    rest = [j for j, kind in enumerate(told.kinds) if kind != "firmware"]
    assert [told.kinds[j] for j in rest] == list(plain.kinds)
    assert np.array_equal((told.members[:, rest] >= 0), (plain.members >= 0))
