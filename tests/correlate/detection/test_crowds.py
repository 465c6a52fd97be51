"""Many phones of which nothing is known that they share, and that dropped within minutes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from switchcorr.model.event import Event
from switchcorr.model.incident import Correlation, Verdict
from tests.correlate.scenes import NOON, START, below, burst, drop, explain, noise, phone, rows_of

_PHONES = [phone(i) for i in range(1000)]
_ALONE: dict[str, dict[str, str]] = {}
_DAY = timedelta(days=1)


def _evenly(phones: int, seconds: float, at: datetime = NOON) -> list[Event]:
    """Phones that drop one after another at equal distances, for no known reason."""
    return [drop(name, at + timedelta(seconds=seconds * i / phones), None) for i, name in enumerate(_PHONES[:phones])]


def _told(answer: Correlation) -> Sequence[tuple[datetime, int]]:
    return [(incident.start, incident.endpoints) for incident in answer.incidents]


def test_a_thousand_phones_at_once_are_an_incident_though_nothing_tells_what_they_share() -> None:
    (incident,) = explain(_ALONE, _evenly(1000, 30)).incidents
    assert (incident.endpoints, incident.verdict) == (1000, Verdict.NOT_PROVEN)
    assert incident.p_unlocated > 0.99


@pytest.mark.parametrize(
    ("phones", "seconds", "found"), [(5, 60, 1), (5, 235, 1), (4, 10, 0), (5, 3600, 0), (1000, 600, 1), (1000, 3600, 0)]
)
def test_how_many_phones_it_takes_where_the_log_holds_nothing_else(phones: int, seconds: float, found: int) -> None:
    assert len(explain(_ALONE, _evenly(phones, seconds)).incidents) == found


def test_where_drops_are_usual_nothing_is_told() -> None:
    """Ten in four minutes, in nights as by day."""
    random_ = random.Random(1)
    usual = [drop(random_.choice(_PHONES), START + timedelta(seconds=random_.uniform(0, 3 * 86400)), None) for _ in range(10_000)]
    assert not explain(_ALONE, usual).incidents
    assert _told(explain(_ALONE, [*usual, *burst(_PHONES[:60], NOON - 2 * _DAY, reason=None)]))


def test_two_bursts_of_a_quiet_week_are_told_each_without_what_dropped_long_before() -> None:
    stray = [drop(_PHONES[900], NOON - timedelta(seconds=200), None), drop(_PHONES[901], NOON + timedelta(seconds=230), None)]
    later = burst(_PHONES[40:80], NOON + _DAY * 2.3, reason=None, seconds=20)
    answer = explain(_ALONE, [*noise({name: {} for name in _PHONES[:200]}, a_day=0.1), *stray, *_evenly(40, 30), *later])
    assert [phones for _, phones in _told(answer)] == [40, 40]
    assert _told(answer)[0][0] == NOON


def test_what_most_days_bring_at_that_time_is_usual() -> None:
    waves = [event for day in range(4) for event in _evenly(200, 120, NOON + day * _DAY)]
    assert not explain(_ALONE, waves).incidents
    assert len(explain(_ALONE, [*waves, *_evenly(200, 120, NOON + timedelta(hours=7))]).incidents) == 1


def test_what_is_on_purpose_or_no_phone_is_no_crowd() -> None:
    assert not explain(_ALONE, burst(_PHONES[:50], reason=9)).incidents
    assert not explain(_ALONE, burst([f"CTI-{i}" for i in range(50)], reason=None)).incidents


def test_a_crowd_in_the_minutes_of_an_incident_is_not_told_again() -> None:
    rows = rows_of(4, 3, 20)
    card = burst(below(rows, "module", "acc-3/1"), seconds=60)
    assert len(explain(rows, [*noise(rows), *card, *burst([phone(5000 + i) for i in range(10)], seconds=60)]).incidents) == 1


def test_two_halves_with_a_pause_are_one_crowd() -> None:
    halves = [*_evenly(20, 5), *burst(_PHONES[20:40], NOON + timedelta(seconds=120), reason=None, seconds=5)]
    assert _told(explain(_ALONE, halves)) == [(NOON, 40)]
