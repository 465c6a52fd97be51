"""Which year lines without one are of, also where one of them is odd."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_batches, read_event_files
from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.stamps import Stamp
from switchcorr.events.years import YearWalk
from switchcorr.model.event import EventPools

_NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
_JUNE = [datetime(2026, 6, 10) + timedelta(minutes=5 * n) for n in range(500)]
_NOVEMBER = [datetime(2026, 11, 20) + timedelta(minutes=5 * n) for n in range(500)]


def _stamp(time: datetime) -> Stamp:
    return Stamp(time.month, time.day, time.hour * 3600.0 + time.minute * 60, None, "UTC")


def _months(times: list[datetime], now: datetime = _NOW) -> Counter[str]:
    """How many times of a log without years are of which month."""
    clock = Clock(ClockSettings(now=now))
    stamps = [_stamp(time) for time in times]
    clock.year_base((stamp, 1) for stamp in stamps)
    return Counter(f"{datetime.fromtimestamp(clock.resolve(stamp)[0], UTC):%Y-%m}" for stamp in stamps)


def test_the_year_turns_between_december_and_january_both_ways() -> None:
    walk = YearWalk()
    days = [(12, 31), (1, 1), (12, 31), (1, 1), (6, 1), (12, 1), (1, 5)]
    assert [walk.step(Stamp(month, day, 0.0)) for month, day in days] == [0, 1, 0, 1, 1, 1, 2]


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("place", [0, 7, 250, 500])
@pytest.mark.parametrize("steady", [_JUNE, _NOVEMBER], ids=["June", "November"])
def test_one_odd_line_moves_no_other(steady: list[datetime], place: int, month: int) -> None:
    times = list(steady)
    times.insert(place, datetime(2026, month, 2 if month == 12 else 1))
    own = f"{steady[0]:%Y-%m}"
    assert _months(times)[own] >= 500


def test_an_odd_line_among_few_moves_none_if_the_others_go_on_behind_it() -> None:
    assert _months([*_JUNE[:3], datetime(2026, 12, 31), *_JUNE[3:6]]) == {"2026-06": 6, "2025-12": 1}


def test_a_second_clock_that_is_months_off_moves_no_line_of_the_first() -> None:
    other = [datetime(2026, 1, 1) + timedelta(minutes=5 * n) for n in range(500)]
    mixed = [time for pair in zip(_JUNE, other, strict=True) for time in pair]
    assert _months(mixed) == {"2026-06": 500, "2026-01": 500}


def test_an_aside_over_new_year_ends_in_the_next_year() -> None:
    walk = YearWalk()
    assert [walk.step(Stamp(month, day, 0.0)) for month, day in [(12, 31), (6, 1), (6, 20), (1, 1), (1, 20)]] == [0, 1, 1, 1, 1]


def test_lines_behind_a_gap_of_a_season_count_as_before_if_nothing_comes_back() -> None:
    few = [datetime(2025, 12, 31) + timedelta(hours=n) for n in range(10)]
    assert _months([datetime(2025, 6, 10) + timedelta(hours=n) for n in range(100)] + few) == {"2025-06": 100, "2025-12": 10}
    august = [datetime(2026, 8, 20) + timedelta(hours=n) for n in range(5)]
    assert _months([*(time.replace(year=2025) for time in _JUNE[:100]), *few, *august]) == {"2025-06": 100, "2025-12": 10, "2026-08": 5}


def test_the_end_of_a_log_without_gaps_decides_though_it_is_a_hundredth() -> None:
    assert _months([datetime(2025, 1, 1) + timedelta(days=n) for n in range(337)])["2025-12"] == 3


def test_a_log_of_few_lines_in_several_years_is_read_in_its_order() -> None:
    times = [datetime(2024, 3, 1) + timedelta(days=70 * n) for n in range(14)]
    assert _months(times) == Counter(f"{time:%Y-%m}" for time in times)


def _days(first: datetime, last: datetime, *, minutes: int = 1440) -> list[datetime]:
    return [first + timedelta(minutes=minutes * n) for n in range(int((last - first).total_seconds()) // 60 // minutes + 1)]


_SPRING = _days(datetime(2025, 4, 1), datetime(2025, 4, 20))
_SEASONS = {
    "every day of three years": _days(datetime(2023, 11, 1), datetime(2026, 11, 20)),
    "newest first": _days(datetime(2023, 11, 1), datetime(2026, 11, 20))[::-1],
    "weeks apart": _days(datetime(2024, 11, 1), datetime(2024, 11, 20)) + _SPRING + _days(datetime(2025, 11, 22), datetime(2025, 12, 20)),
    "weeks apart, then every day": _days(datetime(2024, 11, 1), datetime(2024, 11, 20))
    + _SPRING
    + _days(datetime(2025, 11, 18), datetime(2026, 11, 20)),
    "minutes of days apart": [
        day + timedelta(seconds=5 * n) for day in (datetime(2024, 11, 28), datetime(2025, 4, 1), datetime(2025, 12, 2)) for n in range(40)
    ],
    "many lines": _days(datetime(2024, 11, 1), datetime(2024, 11, 20), minutes=60)
    + [datetime(2025, 4, 1) + timedelta(seconds=5 * n) for n in range(9)]
    + _days(datetime(2025, 11, 18), datetime(2026, 11, 20), minutes=240),
}


@pytest.mark.parametrize("quick", [True, False])
@pytest.mark.parametrize("behind", [" UTC : ", " cm1 "])
@pytest.mark.parametrize("times", _SEASONS.values(), ids=_SEASONS)
def test_real_seasons_are_no_asides(tmp_path: Path, times: list[datetime], behind: str, *, quick: bool) -> None:
    path = tmp_path / "ccm.log"
    path.write_text(
        "".join(
            f"{time:%b %d %H:%M:%S}{behind}%UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP{n:012X}][Description={'x' * 140}][Reason=13][NodeID=cm1]: An endpoint\n"
            for n, time in enumerate(times)
        )
    )
    batches = read_event_batches(path, options=ReadOptions(now=_NOW), pools=EventPools(), quick=quick)
    read = [event.time.replace(tzinfo=None) if event.time else None for batch in batches for event in batch.log]
    assert read == times


@pytest.mark.parametrize("burst", [1, 3, 10, 50])
def test_a_second_clock_that_writes_now_and_then_moves_no_other_line(burst: int) -> None:
    june = [datetime(2026, 6, 10) + timedelta(minutes=n) for n in range(4_000)]
    times = [time if n % 100 >= burst else time - timedelta(days=160) for n, time in enumerate(june)]
    assert _months(times) == {"2026-06": 4_000 - 40 * burst, "2026-01": 40 * burst}


def test_a_handful_that_is_days_away_moves_no_other_line() -> None:
    june = [datetime(2026, 6, 10) + timedelta(minutes=n) for n in range(1_000)]
    later = [time + timedelta(days=5) for time in june]
    assert _months([*june, *[datetime(2026, 1, 1)] * 3, *later]) == {"2026-06": 2_000, "2026-01": 3}


def test_a_file_tells_its_odd_line(tmp_path: Path) -> None:
    path = tmp_path / "ccm.log"
    times = [*_JUNE, datetime(2026, 12, 31, 23, 59)]
    path.write_text(
        "".join(
            f"{time:%b %d %H:%M:%S} UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP{n:012X}][Reason=13][NodeID=cm1]: An endpoint\n"
            for n, time in enumerate(times)
        )
    )
    reading = read_event_files([path], options=ReadOptions(now=_NOW))
    assert Counter(event.time.year if event.time else 0 for event in reading.log) == {2026: 500, 0: 1}
    assert "(line 501: 2025-12-31T23:59:00Z); it is left out" in reading.files[0].warnings[0]
    assert reading.files[0].events == 501


def test_lines_all_over_a_block_tell_the_year(tmp_path: Path) -> None:
    path = tmp_path / "ccm.log"
    times = [datetime(2024, 3, 1) + timedelta(hours=43 * n) for n in range(500)]
    path.write_text(
        "".join(
            f"{time:%b %d %H:%M:%S} UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP{n:012X}][Description={'x' * 200}][Reason=13][NodeID=cm1]: An endpoint\n"
            for n, time in enumerate(times)
        )
    )
    log = read_event_files([path], options=ReadOptions(now=_NOW)).log
    assert [event.time.replace(tzinfo=None) if event.time else None for event in log] == times
