"""What the other windows of a log say of one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import find_looks
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.elsewhere import Elsewhere, elsewhere_of
from switchcorr.correlate.recurrence import Repeat, find_repeats, given_repeat, probability_of_one
from switchcorr.model.campus import Component
from switchcorr.model.event import Event
from switchcorr.model.incident import EvidenceKind
from tests.correlate.scenes import START, below, burst, case_of, explain, noise, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")
_SISTER = below(_ROWS, "module", "acc-2/2")
_QUIET = noise(_ROWS, a_day=0.1)
_LARGE = rows_of(20, 4, 20)
_CARD = below(_LARGE, "module", "acc-2/1")
_NINE = [START + timedelta(days=day, hours=9) for day in range(6)]


def _bursts(days: int, phones: int) -> list[Event]:
    return [event for day in range(days) for event in burst(_MODULE[2 * day : 2 * day + phones], _NINE[day], seed=day)]


def _around(at: datetime) -> Window:
    return Window(at.timestamp() - 20, at.timestamp() + 220)


def _searched(case: Case) -> Elsewhere:
    looks = find_looks(case)
    return elsewhere_of(case, find_repeats(looks.scanned, case, looks.rare), ())


def _given(case: Case, days: int) -> Elsewhere:
    windows = [_around(at) for at in _NINE[:days]]
    return elsewhere_of(case, [given_repeat(windows)], windows)


def _odds(found: Elsewhere, window: Window, component: str) -> float:
    number = found.case.exposure.number(Component("module", component))
    return found.odds_at(window, found.case.priors).get(number, 0.0)


@pytest.mark.parametrize("days", [3, 5])
def test_what_failed_on_other_days_is_likelier_today(days: int) -> None:
    found = _given(case_of(_ROWS, [*_QUIET, *_bursts(days, 4)]), days)
    assert _odds(found, _around(_NINE[0]), "acc-2/1") > np.log(10)
    assert _odds(found, _around(_NINE[0]), "acc-2/2") == 0.0


def test_another_burst_says_as_much_as_it_is_sure_to_be_one() -> None:
    """The other window is the same; only how far it stands out of the week differs."""
    case = case_of(_ROWS, [*_QUIET, *_bursts(2, 4)])
    first, second = (_around(at) for at in _NINE[:2])
    odds = [30.0, 8.0, 7.0]
    told = [
        _odds(Elsewhere(case, (Repeat((first, second), np.array([30.0, other]), 2520.0),), (), (first,)), first, "acc-2/1")
        for other in odds
    ]
    assert told == sorted(told, reverse=True)
    sure = [probability_of_one(np.array([other]), 2520.0) for other in odds]
    assert np.expm1(told) / np.expm1(told[0]) == pytest.approx(np.array(sure) / sure[0])


def test_the_drops_of_a_window_say_nothing_more_of_it() -> None:
    """More drops in the window itself move its own odds, not what the others say of it."""
    few, many = (case_of(_ROWS, [*_QUIET, *_bursts(4, 4), *burst(_MODULE[8:more], _NINE[4], seed=9)]) for more in (11, 18))
    many = replace(many, background=few.background)
    assert _odds(_given(many, 5), _around(_NINE[4]), "acc-2/1") == pytest.approx(
        _odds(_given(few, 5), _around(_NINE[4]), "acc-2/1"), rel=0.05
    )


def test_nothing_is_said_where_nothing_recurs() -> None:
    case = case_of(_ROWS, [*_QUIET, *burst(_MODULE[:8], _NINE[0])])
    for found in (_searched(case), _given(case, 2)):
        assert (found.odds_at(_around(_NINE[0]), case.priors), found.windows([]), found.bursts_beside(_around(_NINE[0]))) == ({}, [], {})
        assert not found.concerns(_around(_NINE[0]))


def test_bursts_of_what_recurs_are_looked_at_once() -> None:
    found = _searched(case_of(_ROWS, [*_QUIET, *_bursts(5, 4)]))
    windows = found.windows([])
    assert len(windows) == 5
    assert all(any(window.overlaps(_around(at)) for at in _NINE) for window in windows)
    assert found.windows(windows[:3]) == windows[3:]
    assert not any(one.overlaps(other) for one in windows for other in windows if one is not other)
    assert found.concerns(_around(_NINE[1]))
    assert list(found.bursts_beside(_around(_NINE[1])).values()) == [4]
    assert list(found.bursts_beside(_around(_NINE[1] + timedelta(hours=5))).values()) == [5]
    long = replace(_around(_NINE[1]), end=_around(_NINE[3]).end)
    assert list(found.bursts_beside(long).values()) == [2], "an incident of several windows holds the bursts of all of them"


def test_the_first_of_two_bursts_is_judged_by_the_second_alone() -> None:
    case = case_of(_ROWS, [*_QUIET, *_bursts(2, 8)])
    assert _odds(_given(case, 2), _around(_NINE[0]), "acc-2/1") > 0
    alone = Elsewhere(case, (given_repeat([_around(_NINE[0])]),), (), ())
    assert alone.odds_at(_around(_NINE[0]), case.priors) == {}


@pytest.mark.slow
def test_a_burst_that_may_be_chance_is_one_of_what_failed_on_other_days() -> None:
    week, weak = noise(_LARGE, a_day=0.8), burst(_CARD[17:], _NINE[5] - timedelta(hours=6), reason=8, seed=8)
    again = [event for day in range(5) for event in burst(_CARD[2 * day : 2 * day + 7], _NINE[day], seed=day)]
    assert explain(_LARGE, [*week, *weak]).incidents == ()
    incidents = explain(_LARGE, [*week, *again, *weak]).incidents
    assert len(incidents) == 6
    (cause,) = incidents[-1].causes
    assert (cause.component.id, cause.probability > 0.8) == ("acc-2/1", True)
    (told,) = [one for one in cause.evidence_for if one.kind is EvidenceKind.RECURRENCE]
    assert (told.text, told.weight > 1) == ("it stands out in 5 other bursts of this log too", True)


def _cut_off(phones: Sequence[str], at: datetime, *, seed: int) -> list[Event]:
    """Phones whose way is lost, some with a connection that broke and some by time-out."""
    broken = phones[::2]
    timed_out = [one for one in phones if one not in broken]
    return [*burst(broken, at, reason=6, seed=seed), *burst(timed_out, at, seed=seed + 10)]


def test_what_two_bursts_share_is_named_at_both_though_one_alone_looks_like_a_part_of_it() -> None:
    week, card, other = noise(_LARGE, a_day=0.2), below(_LARGE, "module", "acc-2/2"), below(_LARGE, "module", "acc-2/3")
    first = _cut_off([*_CARD[:8], *card[:2]], _NINE[1], seed=1)
    second = _cut_off([*card[5:13], *other[:2]], _NINE[3], seed=2)
    (alone,) = explain(_LARGE, [*week, *second]).incidents
    assert alone.causes[0].component.id == "acc-2/2"
    for incident in explain(_LARGE, [*week, *first, *second]).incidents:
        assert (incident.causes[0].component.kind, incident.causes[0].component.id) == ("uplink_bundle", "acc-2:Port-channel1")
        assert incident.causes[0].probability > 0.9


def test_what_recurs_does_not_take_the_blame_for_another_module() -> None:
    other = burst(_SISTER[:8], START + timedelta(days=5, hours=3), seed=8)
    result = explain(_ROWS, [*_QUIET, *_bursts(5, 5), *other])
    (incident,) = [incident for incident in result.incidents if incident.start >= START + timedelta(days=5)]
    assert [cause.component.id for cause in incident.causes] == ["acc-2/2"]
