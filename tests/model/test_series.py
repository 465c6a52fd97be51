"""How bursts of one part read: how often, since when, how regularly."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.series import Series

_AT = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)


def _series(*minutes: float, since: datetime = _AT) -> Series:
    return Series("inc-1", since, tuple(_AT + timedelta(minutes=minute) for minute in minutes), len(minutes), most=20)


@pytest.mark.parametrize(
    ("minutes", "every_s", "words"),
    [
        ((0,), None, "1st time since 01:10 UTC"),
        ((0, 11), None, "2nd time since 01:10 UTC, 11 min apart"),
        ((0, 11, 22, 33.2, 44), 660, "5th time since 01:10 UTC, every ~11 min"),
        ((0, 11, 33, 44, 55), 660, "5th time since 01:10 UTC, every ~11 min"),
        ((0, 7, 49, 60), None, "4th time since 01:10 UTC, 7 min to 42 min apart"),
        ((0, 150, 300), 9000, "3rd time since 01:10 UTC, every ~2.5 h"),
        ((0, 1, 2), 60, "3rd time since 01:10 UTC, every ~60 s"),
        ((0, 0, 0), None, "3rd time since 01:10 UTC, 0 s apart"),
    ],
)
def test_a_period_is_told_where_there_is_one(minutes: tuple[float, ...], every_s: float | None, words: str) -> None:
    series = _series(*minutes)
    assert (series.every.total_seconds() if series.every is not None else None) == every_s
    assert series.words == words


def test_the_day_is_told_where_it_is_another() -> None:
    assert _series(0, 11, since=_AT - timedelta(hours=2)).words == "2nd time since 2026-11-22 23:10 UTC, 11 min apart"


def test_the_sentence_tells_the_newest_times_and_of_a_single_burst_nothing() -> None:
    told = _series(*range(0, 66, 11)).sentence
    assert told == (
        "It is the 6th time since 01:10 UTC, every ~11 min, with up to 20 phones; the last began at 01:21, 01:32, 01:43, 01:54, 02:05 UTC."
    )
    assert _series(0).sentence == ""
