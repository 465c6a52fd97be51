"""Events whose time is far from that of all others."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.strays import without_strays
from switchcorr.model.event import Event, EventKind, EventLog

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = datetime(2026, 11, 30, tzinfo=UTC)


def log_of(*files: list[datetime]) -> EventLog:
    """A log of some files, each with the times of its lines, in order of time."""
    log = EventLog()
    for number, times in enumerate(files):
        for line, time in enumerate(times, start=1):
            log.append(Event(time, EventKind.UNREGISTERED, name=f"SEP{line:012X}", source=f"file-{number}.log", line=line))
    return log.select(sorted(range(len(log)), key=log.time.__getitem__))


def steady(begin: datetime, *, days: int = 7, each_day: int = 40) -> list[datetime]:
    return [begin + DAY * (number / each_day) for number in range(days * each_day)]


def strays(*files: list[datetime]) -> list[tuple[str, int]]:
    result = without_strays(log_of(*files)).log
    return sorted((event.source, event.line) for event in result if event.time is None)


FAR = [
    pytest.param(datetime(1970, 1, 1, 0, 0, 10, tzinfo=UTC), id="1970"),
    pytest.param(datetime(2099, 1, 1, tzinfo=UTC), id="2099"),
    pytest.param(datetime(2025, 11, 20, tzinfo=UTC), id="a year before"),
    pytest.param(datetime(2026, 10, 20, tzinfo=UTC), id="a month before"),
]


@pytest.mark.parametrize("far", FAR)
@pytest.mark.parametrize("place", [0, 100, 280], ids=["first", "between", "last"])
def test_one_line_far_from_a_week_has_no_time_and_keeps_what_it_tells(far: datetime, place: int) -> None:
    times = steady(MONDAY)
    times.insert(place, far)
    result = without_strays(log_of(times))
    assert len(result.log) == 281
    last = result.log[280]
    assert last.time is None
    assert last.detail is not None
    assert last.detail.values == {"told_time": f"{far:%Y-%m-%dT%H:%M:%SZ}"}
    assert result.told == {
        "file-0.log": f"file-0.log: 1 event has a time far from those of the other lines (line {place + 1}: {far:%Y-%m-%dT%H:%M:%SZ}); "
        "it is left out of the correlation."
    }


def test_a_clock_that_is_set_after_some_lines_costs_these_lines() -> None:
    times = steady(MONDAY)
    times[100:100] = [datetime(2006, 1, 2, 0, 0, number, tzinfo=UTC) for number in range(12)]
    assert strays(times) == [("file-0.log", line) for line in range(101, 113)]


def test_a_newest_first_log_is_in_order_too() -> None:
    times = steady(MONDAY)[::-1]
    times[100:100] = [MONDAY - 3 * DAY] * 5
    assert strays(times) == [("file-0.log", line) for line in range(101, 106)]


@pytest.mark.parametrize("gap", [2, 40, 400])
def test_files_with_days_or_months_between_them_stay_whole(gap: int) -> None:
    assert strays(steady(MONDAY - gap * DAY, days=1, each_day=3), steady(MONDAY)) == []
    assert strays(steady(MONDAY - gap * DAY, days=2), steady(MONDAY)) == []
    assert strays([*steady(MONDAY - gap * DAY, days=2), *steady(MONDAY)]) == []


def test_a_site_where_few_phones_drop_keeps_all_of_them() -> None:
    assert strays([MONDAY + number * 3 * DAY for number in range(60)]) == []


def test_a_weekend_without_events_and_a_lonely_one_on_it_stay() -> None:
    assert strays([*steady(MONDAY, days=4), MONDAY + 5.5 * DAY, *steady(MONDAY + 7 * DAY, days=4)]) == []


def test_a_sheet_sorted_by_phone_keeps_an_older_drop() -> None:
    times = steady(MONDAY, days=1)
    random.Random(1).shuffle(times)
    times.insert(20, MONDAY - 5 * DAY)
    assert strays(times) == []


def test_a_log_that_is_all_before_2000_stays() -> None:
    assert strays([*steady(datetime(1999, 3, 1, tzinfo=UTC)), MONDAY - 20 * DAY]) == [("file-0.log", 281)]
    assert strays([datetime(1999, 3, 1, tzinfo=UTC), datetime(1999, 5, 1, tzinfo=UTC)]) == []


def test_a_short_log_loses_what_is_before_2000_only() -> None:
    assert strays([MONDAY, datetime(1970, 1, 1, tzinfo=UTC), MONDAY + DAY / 2]) == [("file-0.log", 2)]
    assert strays([MONDAY, MONDAY - 400 * DAY, MONDAY + DAY / 2]) == []


def test_many_are_counted_and_the_first_are_named() -> None:
    times = steady(MONDAY)
    times[100:100] = [datetime(1970, 1, 1, 0, 0, number, tzinfo=UTC) for number in range(5)]
    sentence = without_strays(log_of(times)).told["file-0.log"]
    assert "5 events have times far from" in sentence
    assert "line 103: 1970-01-01T00:00:02Z, and 2 more); they are left out" in sentence


def test_event_files_tell_their_strays_with_the_file_and_among_the_assumptions(tmp_path: Path) -> None:
    path = tmp_path / "events.csv"
    rows = [f"{time:%Y-%m-%dT%H:%M:%SZ},SEP{number:012X},unregistered" for number, time in enumerate(steady(MONDAY, days=2))]
    rows.insert(30, "1970-01-01T00:00:10Z,SEP00005E005301,unregistered")
    path.write_text("\n".join(["time,phone,event", *rows]))
    reading = read_event_files([path], options=ReadOptions(now=NOW))
    assert reading.log[0].time == MONDAY
    assert any("line 32: 1970-01-01T00:00:10Z" in one for one in reading.assumptions)
    assert any("line 32: 1970-01-01T00:00:10Z" in one for one in reading.files[0].warnings)
