"""Phones that come back with other firmware than they had."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.evidence.new_loads import NewLoads
from switchcorr.correlate.evidence.phones import PhoneSide, Words, phone_side, phone_words
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.campus import empty_campus
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import EvidenceKind, Incident, Verdict
from tests.correlate.scenes import NOON, below, burst, drop, explain, log_of, noise, phone, rows_of

_NAMES = [phone(number) for number in range(6)]


def _came(name: str, at: datetime, load: str, *, kind: EventKind = EventKind.REGISTERED) -> Event:
    return Event(at, kind, name, load=load)


def _told(*events: Event, ordered: bool = True) -> NewLoads:
    gone = [drop(name, NOON + timedelta(seconds=place)) for place, name in enumerate(_NAMES)]
    log = log_of([*gone, *events], ordered=ordered)
    exposure = expose(log, empty_campus())
    drops = find_drops(log, exposure, DEFAULT)
    return phone_side(phone_words(log, exposure), drops, slice(0, 6), DEFAULT).loads


def _before(load: str = "old", names: Iterable[str] = _NAMES) -> list[Event]:
    return [_came(name, NOON - timedelta(days=1), load) for name in names]


def _after(load: str = "new", names: Iterable[str] = _NAMES, minutes: int = 9) -> list[Event]:
    return [_came(name, NOON + timedelta(minutes=minutes), load) for name in names]


def test_what_phones_ran_before_is_held_against_what_they_came_back_with() -> None:
    told = _told(*_before(), *_after("new", _NAMES[:4]), *_after("old", _NAMES[4:]))
    assert (len(told.row), told.changed, told.is_change) == (6, 4, True)
    assert (
        told.words()
        == "4 of the 6 phones that tell their firmware before and after came back with new in place of old: a change of firmware"
    )
    assert (
        _told(*_before(), *_after())
        .words()
        .startswith("all 6 phones that tell their firmware before and after came back with new in place")
    )


def test_the_last_word_before_and_the_last_one_within_half_an_hour_count() -> None:
    early = [_came(name, NOON - timedelta(days=2), "oldest") for name in _NAMES]
    soon, late = _after("old", minutes=2), _after("newer", minutes=40)
    assert "new in place of old:" in _told(*early, *_before(), *soon, *_after(), *late).words()
    assert _told(*_before(), *late).words() == ""
    assert _told(*_before(), *_after(), ordered=False).words() == _told(*_after(), *_before(), *_before(), ordered=False).words()


def test_of_what_is_told_on_one_side_only_and_of_few_nothing_is_said() -> None:
    assert len(_told(*_after()).row) == 0
    assert len(_told(*_before()).row) == 0
    assert _told(*_before(), *_after("new", _NAMES[:2]), *_after("old", _NAMES[2:4])).words() == ""
    assert _told(*_before(), *_after("new", _NAMES[:2])).words() == ""
    assert not NewLoads().is_change
    assert (PhoneSide().loads.words(), len(Words().loads.row)) == ("", 0)


def test_several_changes_are_counted() -> None:
    before = [*_before("a", _NAMES[:3]), *_before("b", _NAMES[3:])]
    said = _told(*before, *_after("z")).words()
    assert "came back with other firmware than they had: z in place of a (3), z in place of b (3): a change of firmware" in said
    three = [*_before("a", _NAMES[:3]), *_before("b", _NAMES[3:5]), *_before("c", _NAMES[5:])]
    assert "z in place of a (3), z in place of b (2) and 1 more: a change" in _told(*three, *_after("z")).words()


def _wave(rows: Mapping[str, Mapping[str, str]], wave: list[str], *, new: str, reason: int = 8, types: Mapping[str, int]) -> Incident:
    """A week of a site whose phones all register at its begin; those of a burst come back with what is new."""
    random_ = random.Random(3)
    loads = {name: "old" if type_ == 684 else "other" for name, type_ in types.items()}
    known = [_came(name, NOON - timedelta(days=3, seconds=number), loads[name]) for number, name in enumerate(sorted(rows))]
    back = [_came(name, NOON + timedelta(seconds=random_.uniform(300, 600)), new or loads[name]) for name in wave]
    events = [replace(event, device_type=types[event.name]) for event in [*noise(rows), *known, *burst(wave, reason=reason), *back]]
    (incident,) = [one for one in explain(rows, events).incidents if one.start <= NOON + timedelta(minutes=2) and one.end >= NOON]
    return incident


_ROWS = {name: {kind: row[kind] for kind in ("module", "switch", "vlan")} for name, row in rows_of(6, 2, 20).items()}
_TYPES = {name: (684, 622, 623)[number % 3] for number, name in enumerate(sorted(_ROWS))}
_OLD = [name for name, type_ in _TYPES.items() if type_ == 684]


def test_an_upgrade_is_told_with_its_cause_its_next_step_and_in_the_summary() -> None:
    incident = _wave(_ROWS, _OLD, new="new", types=_TYPES)
    assert incident.verdict is Verdict.ENDPOINT
    (cause,) = incident.causes
    assert {cause.component.id, *(one.id for one in cause.equivalent)} == {"IP Phone 8851", "old"}
    (said,) = [item for item in cause.evidence_for if item.kind is EvidenceKind.NEW_LOAD]
    assert said.text == "all 80 phones that tell their firmware before and after came back with new in place of old: a change of firmware"
    assert said.weight == 0
    assert incident.summary.endswith(
        " All 80 phones that tell their firmware before and after came back with new in place of old: a change of firmware."
    )
    assert all("they loaded other firmware: ask who set it" in step for step in cause.next_steps[:2])


def test_phones_that_come_back_with_what_they_had_have_loaded_nothing() -> None:
    incident = _wave(_ROWS, _OLD, new="", types=_TYPES)
    (cause,) = incident.causes
    (said,) = [item for item in cause.evidence_for if item.kind is EvidenceKind.NEW_LOAD]
    assert said.text == "all 80 phones that tell their firmware before and after came back with the same: no change of firmware"
    assert "firmware before and after" not in incident.summary
    assert "look at known defects" in " ".join(cause.next_steps)


@pytest.mark.parametrize("new", ["", "new"])
def test_a_card_stays_a_card_whatever_its_phones_load_when_it_is_back(new: str) -> None:
    wave = below(_ROWS, "module", "acc-2/1")
    incident = _wave(_ROWS, wave, new=new, reason=13, types=_TYPES)
    (cause,) = incident.causes
    assert (cause.component.kind, cause.component.id) == ("module", "acc-2/1")
    assert bool([item for item in cause.evidence_for if item.kind is EvidenceKind.NEW_LOAD]) is bool(new)
    assert ("came back with" in incident.summary) is bool(new)
    assert np.isclose(cause.probability, 1.0, atol=0.01)


def test_of_two_cards_at_once_each_is_told_what_its_own_phones_came_back_with() -> None:
    first, second = (below(_ROWS, "module", name) for name in ("acc-2/1", "acc-5/2"))
    incident = _wave(_ROWS, [*first, *second], new="new", reason=13, types=_TYPES)
    assert {cause.component.id for cause in incident.causes} == {"acc-2/1", "acc-5/2"}
    for cause in incident.causes:
        (said,) = [item for item in cause.evidence_for if item.kind is EvidenceKind.NEW_LOAD]
        assert said.text.startswith("all 20 phones that tell their firmware before and after came back with")
