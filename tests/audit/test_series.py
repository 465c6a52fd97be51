"""Bursts of one part: one message at first, then ever more rarely, and one end by their own rhythm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

import pytest

from switchcorr.audit.news import QUIET
from switchcorr.audit.series import MOST_JOINED, KnownSeries, SeriesTracker, first_of, joined_within, of_one_part, one_more, quiet_after
from switchcorr.audit.standing import Standing, from_summary, stand, to_summary
from switchcorr.audit.tracking import News, Told
from switchcorr.model.campus import Component
from switchcorr.model.incident import NO_RETURNS, AffectedPhone, Cause, Incident, Suspect, Verdict
from switchcorr.store.codec import from_json, to_json

_NOW = datetime(2026, 11, 23, 1, 10, tzinfo=UTC)
_EVERY = timedelta(minutes=11)


def burst(
    start: datetime, phones: int = 20, cause: str = "acc-1/3", *, verdict: Verdict = Verdict.NETWORK, suspect: str = "", first: int = 0
) -> Incident:
    end = start + timedelta(seconds=19)
    causes = (Cause(Component("module", cause), 0.97, phones, 40, start, end),) if cause else ()
    suspects = (Suspect(Component("module", suspect), 0.3),) if suspect else ()
    dropped = tuple(AffectedPhone(f"p-{number}", start) for number in range(first, first + phones))
    return Incident(
        f"inc-{start:%H%M%S}-{cause}", start, end, phones, phones, 0, verdict, 0.0, causes, suspects, dropped, unseen=(NO_RETURNS,)
    )


def _run(tracker: SeriesTracker, bursts: Sequence[Incident], news: News = News.NEW) -> list[tuple[str, int, int]]:
    """What is told of bursts, each of which is told from its beginning to its end as a tracker of incidents does."""
    found: list[Told] = []
    for one in bursts:
        found += tracker.passed(one.start)
        found += tracker.told([Told(news, one, 1)], one.start)
        found += tracker.told([Told(News.GROWN, one, 2), Told(News.ENDED, one, 3)], one.end + QUIET)
    return [(told.news.value, told.series.count, told.number) for told in found if told.series is not None]


def test_a_card_that_drops_its_phones_every_eleven_minutes_is_one_story() -> None:
    tracker = SeriesTracker()
    told = _run(tracker, [burst(_NOW + number * _EVERY) for number in range(20)])
    assert told == [("new", 1, 1), ("grown", 1, 2), ("ended", 1, 3), ("again", 2, 4), ("again", 4, 5), ("again", 8, 6), ("again", 16, 7)]
    last = burst(_NOW + 19 * _EVERY)
    over = last.end + 2 * _EVERY
    assert tracker.passed(over - timedelta(seconds=1)) == []
    (end,) = tracker.passed(over)
    assert (end.news, end.incident.id, end.number) == (News.ENDED, last.id, 8)
    assert end.series is not None
    assert (end.series.count, end.series.every, end.series.since) == (20, _EVERY, _NOW)
    assert tracker.passed(over + timedelta(hours=1)) == []
    assert tracker.known != ()
    assert tracker.passed(over + timedelta(hours=2)) == []
    assert tracker.known == (), "forgotten"


def test_what_comes_after_the_end_was_told_is_told_and_what_comes_much_later_is_new() -> None:
    tracker = SeriesTracker()
    _run(tracker, [burst(_NOW + number * _EVERY) for number in range(5)])
    told = _run(tracker, [burst(_NOW + timedelta(minutes=44 + 60))])
    assert [(news, count) for news, count, _ in told] == [("ended", 5), ("again", 6)]
    told = _run(tracker, [burst(_NOW + timedelta(hours=9))])
    assert [(news, count) for news, count, _ in told] == [("ended", 6), ("new", 1), ("grown", 1), ("ended", 1)]


@pytest.mark.parametrize(
    "worse",
    [burst(_NOW + 2 * _EVERY, 40), burst(_NOW + 2 * _EVERY, verdict=Verdict.ADMINISTRATIVE)],
    ids=["more phones", "another verdict"],
)
def test_what_is_worse_is_told_whatever_its_number(worse: Incident) -> None:
    tracker = SeriesTracker()
    _run(tracker, [burst(_NOW), burst(_NOW + _EVERY)])
    assert [(news, count) for news, count, _ in _run(tracker, [worse])] == [("again", 3)]


def test_a_later_burst_that_grows_beyond_all_before_is_told_and_one_that_grows_as_they_did_is_not() -> None:
    tracker = SeriesTracker()
    _run(tracker, [burst(_NOW), burst(_NOW + _EVERY)])
    small, at = burst(_NOW + 2 * _EVERY, 12), _NOW + 2 * _EVERY
    assert tracker.told([Told(News.NEW, small, 1)], at) == []
    assert tracker.told([Told(News.GROWN, burst(at, 20), 2)], at) == []
    (told,) = tracker.told([Told(News.GROWN, burst(at, 35), 3)], at)
    assert (told.news, told.series is not None and told.series.most) == (News.GROWN, 35)


def test_phones_that_stay_down_are_told_once_where_they_came_back_before() -> None:
    tracker = SeriesTracker()
    down = [replace(burst(_NOW + number * _EVERY), still_down=20 if number >= 2 else 0, unseen=()) for number in range(7)]
    told = [(news, count) for news, count, _ in _run(tracker, down)]
    assert told[3:] == [("again", 2), ("ended", 3), ("again", 4)]


def test_a_tracker_that_goes_on_tells_what_was_lost_and_counts_nothing_twice() -> None:
    first = SeriesTracker()
    bursts = [burst(_NOW + number * _EVERY) for number in range(4)]
    _run(first, bursts[:3])
    first.told([Told(News.NEW, bursts[3], 1)], bursts[3].start)
    kept = tuple(from_json(KnownSeries, to_json(one)) for one in first.known)
    again = SeriesTracker(kept)
    assert again.told([Told(News.NEW, bursts[2], 1)], bursts[3].start) == [], "the third was told to nobody"
    (told,) = again.told([Told(News.NEW, bursts[3], 1)], bursts[3].start)
    assert (told.news, told.series) == (News.AGAIN, first.known[0].series), "the message of the fourth never went out"


def test_a_burst_of_which_somebody_else_has_told_counts_and_is_not_told() -> None:
    tracker = SeriesTracker()
    _run(tracker, [burst(_NOW)])
    tracker.noted([Told(News.NEW, burst(_NOW + _EVERY), 1)])
    assert [(news, count) for news, count, _ in _run(tracker, [burst(_NOW + number * _EVERY) for number in (2, 3)])] == [("again", 4)]


def test_of_one_part_are_bursts_with_one_cause_or_one_suspect_or_the_same_phones() -> None:
    one = burst(_NOW)
    assert of_one_part(one, burst(_NOW, 3, first=50))
    assert not of_one_part(one, burst(_NOW, 300, "acc-1/4")), "of the larger one they are few"
    assert of_one_part(one, burst(_NOW, 19, "acc-1/3/2"))
    assert not of_one_part(one, burst(_NOW, 20, "acc-1/4", first=15))
    assert not of_one_part(one, burst(_NOW, 20, "cm-1", verdict=Verdict.CALL_SERVER))
    unproven = burst(_NOW, 4, "", verdict=Verdict.NOT_PROVEN, suspect="acc-1/3")
    assert of_one_part(unproven, one)
    assert not of_one_part(replace(unproven, suspects=()), burst(_NOW, 4, "", verdict=Verdict.NOT_PROVEN, first=9))
    assert not of_one_part(replace(unproven, suspects=(replace(unproven.suspects[0], probability=0.1),)), one)


def _audited(
    bursts: Sequence[Incident], runs: Sequence[timedelta], told: Mapping[str, int] = MappingProxyType({})
) -> list[tuple[str, int]]:
    """What audits at some moments tell of bursts, each of those of the day before it."""
    found, last = [], from_summary({"incidents": {}})
    for at in (_NOW + after for after in runs):
        seen = [one for one in bursts if at - timedelta(days=1) <= one.start <= at]
        standings = stand(seen, last or {}, (), at, told)
        found += [(state.value, standings.series[id_].count) for id_, state in standings.states.items()]
        last = from_summary({"incidents": to_summary(standings.now)})
    return found


def test_audits_tell_the_same_story() -> None:
    bursts = [burst(_NOW + number * _EVERY) for number in range(20)]
    quarters = [timedelta(minutes=15 * number) for number in range(1, 40)]
    assert _audited(bursts, quarters) == [("new", 1), ("again", 2), ("again", 5), ("again", 9), ("again", 16), ("ended", 20)]
    assert _audited(bursts, [timedelta(minutes=215), timedelta(hours=8)]) == [("new", 1), ("again", 20), ("ended", 20)], (
        "one that comes late"
    )
    worse = [*bursts[:2], burst(_NOW + 2 * _EVERY, 40)]
    assert _audited(worse, quarters)[2:] == [("again", 3), ("ended", 3)]
    apart = [*bursts[:3], burst(_NOW + timedelta(minutes=22 + 70))]
    assert _audited(apart, quarters) == [("new", 1), ("again", 2), ("ended", 3), ("again", 4), ("ended", 4)]


def test_audits_count_on_what_a_day_no_longer_shows() -> None:
    bursts = [burst(_NOW + number * 4 * _EVERY) for number in range(60)]
    told = _audited(bursts, [timedelta(minutes=15 * number) for number in range(1, 200)])
    assert told == [("new", 1), *(("again", count) for count in (2, 4, 8, 16, 32)), ("ended", 60)]


def test_a_series_keeps_its_beginning_when_a_day_no_longer_shows_it() -> None:
    bursts = [burst(_NOW + number * 4 * _EVERY) for number in range(60)]
    last: dict[str, Standing] = {}
    for quarters in range(1, 170):
        at = _NOW + timedelta(minutes=15 * quarters)
        standings = stand([one for one in bursts if at - timedelta(days=1) <= one.start <= at], last, (), at)
        last = from_summary({"incidents": to_summary(standings.now)}) or {}
    newest = max(standings.series.values(), key=lambda one: one.starts[-1])
    assert (newest.id, newest.since, newest.count) == (bursts[0].id, _NOW, 58)


def test_what_the_live_watch_told_or_left_out_is_told_by_no_audit() -> None:
    bursts = [burst(_NOW + number * _EVERY) for number in range(4)]
    told = {bursts[number].id: 6 for number in (0, 1, 3)}
    told[bursts[0].id] = 20
    assert _audited(bursts, [timedelta(minutes=34)], told) == [("ended", 1)]


def test_two_parts_at_once_are_two_stories() -> None:
    tracker = SeriesTracker()
    bursts = [
        one for number in range(4) for one in (burst(_NOW + number * _EVERY), burst(_NOW + number * _EVERY, 20, "acc-9/1", first=100))
    ]
    assert [(news, count) for news, count, _ in _run(tracker, bursts) if news == "again"] == [("again", 2)] * 2 + [("again", 4)] * 2


def test_a_slow_series_is_waited_for_as_its_rhythm_asks_and_not_for_ever() -> None:
    slow = one_more(first_of(burst(_NOW)), burst(_NOW + timedelta(minutes=100)))
    assert quiet_after(slow) == joined_within(slow) == timedelta(minutes=200)
    slower = one_more(slow, burst(_NOW + timedelta(hours=6)))
    assert quiet_after(slower) == MOST_JOINED
    assert quiet_after(first_of(burst(_NOW))) == QUIET


def test_a_burst_that_never_ends_is_forgotten_after_a_day() -> None:
    tracker = SeriesTracker()
    tracker.told([Told(News.NEW, burst(_NOW), 1)], _NOW)
    tracker.passed(_NOW + timedelta(hours=23))
    assert len(tracker.known) == 1
    tracker.passed(_NOW + timedelta(hours=25))
    assert not tracker.known
