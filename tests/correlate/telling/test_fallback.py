"""Phones that go home: told with the incident that had sent them away."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from switchcorr.correlate.drops.reasons import is_fallback
from switchcorr.correlate.telling.fallback import with_their_fallbacks
from switchcorr.model.event import Event, EventKind
from switchcorr.model.incident import Incident, Verdict
from switchcorr.model.reason import ReasonEnum
from tests.correlate.scenes import NOON, below, burst, drop, explain, noise, rows_of

_ROWS = rows_of(6, 2, 20)
_HOME = below(_ROWS, "node", "node-1")
_QUIET = noise(_ROWS, days=1)


def _at(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def _lost(names: Sequence[str], *, back: bool = True) -> list[Event]:
    """Phones of the first node that lose it, and come back at the second."""
    random_, events = random.Random(3), []
    for name in names:
        events.append(drop(name, _at(random_.uniform(0, 0.5)), 13, node="node-1"))
        events += [Event(_at(random_.uniform(0.8, 1.5)), EventKind.REGISTERED, name, node="node-2")] if back else []
    return events


def _home(names: Sequence[str], minutes: float, *, reason: int | None = 28, back: bool = True, node: str = "node-2") -> list[Event]:
    """Phones that leave the second node for the first within a minute."""
    random_, events = random.Random(4), []
    for name in names:
        at = _at(minutes + random_.uniform(0, 1))
        events.append(drop(name, at, reason, node=node))
        events += [Event(at + timedelta(seconds=3), EventKind.REGISTERED, name, node="node-1")] if back else []
    return events


def _explained(*events: Event) -> tuple[Incident, ...]:
    return explain(_ROWS, [*_QUIET, *events]).incidents


def test_a_node_that_is_lost_and_its_phones_that_go_home_are_one_incident() -> None:
    (incident,) = _explained(*_lost(_HOME), *_home(_HOME, 120))
    assert (incident.verdict, incident.causes[0].component.id) == (Verdict.CALL_SERVER, "node-1")
    assert incident.fallback is not None
    assert (incident.fallback.phones, incident.fallback.left, incident.fallback.own) == (120, ("node-2",), ("node-1",))
    assert _at(120) <= incident.fallback.first < incident.fallback.last <= _at(121)
    assert incident.summary.endswith(" UTC: planned, and no fault.")
    assert "All of them went back to their own node from 2026-11-19 14:00:" in incident.summary
    assert not incident.is_fallback


def test_phones_that_go_home_in_two_waves_are_told_once() -> None:
    (incident,) = _explained(*_lost(_HOME), *_home(_HOME[:50], 100), *_home(_HOME[50:110], 900))
    assert incident.fallback is not None
    assert incident.fallback.phones == 110
    assert "110 of them went back to their own node from 2026-11-19 13:40:" in incident.summary
    assert " to 2026-11-20 03:0" in incident.summary  # not the same day


def test_without_what_sent_them_away_phones_that_go_home_are_an_incident_that_is_no_fault() -> None:
    came = [Event(_at(-60), EventKind.REGISTERED, name, node="node-2") for name in _HOME]
    for reason in (28, 8):  # newer call managers say so, the registrations show it
        (incident,) = _explained(*came, *_home(_HOME, 120, reason=reason))
        assert incident.is_fallback
        assert incident.causes == ()
        told = (
            "All of them went back from CallManager node node-2 to CallManager node node-1, where they are usually: planned, and no fault."
        )
        assert incident.summary.endswith(told)
    (unknown,) = _explained(*burst(_HOME, reason=28))
    assert unknown.summary.endswith("120 endpoints dropped within 89 s. All of them went back to their own node: planned, and no fault.")


def test_others_that_drop_meanwhile_keep_it_an_incident_of_its_own() -> None:
    lost, others = _HOME[:60], _HOME[60:90]
    away = [Event(_at(-60), EventKind.REGISTERED, name, node="node-2") for name in others]
    first, second = _explained(*_lost(lost), *away, *_home([*lost, *others], 120))
    assert (first.fallback, second.is_fallback) == (None, True)


def test_phones_that_are_not_back_at_home_are_not_put_away_with_another_incident() -> None:
    (_, second) = _explained(*_lost(_HOME), *_home(_HOME, 120, back=False))
    assert second.is_fallback
    assert second.is_down


def test_who_asks_about_windows_gets_an_answer_for_each() -> None:
    windows = ((_at(-1), _at(2)), (_at(119), _at(122)))
    asked = explain(_ROWS, [*_QUIET, *_lost(_HOME), *_home(_HOME, 120)], windows=windows).incidents
    assert [incident.is_fallback for incident in asked] == [False, True]


def test_what_another_day_did_is_told_by_itself() -> None:
    (both,) = _explained(*_lost(_HOME), *_home(_HOME, 120))
    lost, home = replace(both, fallback=None), replace(both, verdict=Verdict.ADMINISTRATIVE, causes=())
    late, soon, sooner = (replace(home, start=lost.start + timedelta(hours=hours)) for hours in (25, 2, 1))
    assert with_their_fallbacks([late, lost]) == (lost, late)
    assert len(with_their_fallbacks([soon, lost])) == 1
    assert with_their_fallbacks([soon, sooner]) == (sooner, soon)  # neither sent anybody away


def test_which_reasons_tell_of_a_way_home() -> None:
    assert is_fallback(ReasonEnum.END_POINT_UNREGISTERED, 28)
    assert is_fallback(ReasonEnum.PHONE, 18)
    assert is_fallback(ReasonEnum.END_POINT_UNREGISTERED, 16)  # does not deny it
    assert not is_fallback(ReasonEnum.END_POINT_UNREGISTERED, 21)
    assert not is_fallback(ReasonEnum.END_POINT_UNREGISTERED, 9)


@pytest.mark.parametrize("seed", range(4))
def test_order_and_copies_of_events_change_nothing(seed: int) -> None:
    random_ = random.Random(seed)
    spelled = {node: (node, node.upper(), f"{node}.example.org") for node in ("node-1", "node-2")}
    given = [*_QUIET, *_lost(_HOME), *_home(_HOME, random_.choice([20, 200, 900]), reason=random_.choice([8, 28]))]
    events = [replace(event, node=random_.choice(spelled.get(event.node, (event.node,)))) for event in given]
    mixed = [*events, *random_.sample(events, len(events) // 10)]
    random_.shuffle(mixed)
    assert _explained_of(mixed) == _explained_of(events)


def _explained_of(events: Sequence[Event]) -> tuple[Incident, ...]:
    return explain(_ROWS, events).incidents
