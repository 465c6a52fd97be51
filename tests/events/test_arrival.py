"""Lines of a collector's segment whose own time is far from that of their arrival."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineReader
from switchcorr.model.event import Assumed, EventLog, EventPools, EventReading

CAME = datetime(2026, 11, 20, 9, 41, 11, 476000, tzinfo=UTC)
NOW = datetime(2026, 11, 30, tzinfo=UTC)
ALARM = "%UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0053{:02X}][Reason=13][NodeID=cm1]: An endpoint has unregistered"


def line(number: int, told: str, *, stamp: str = "") -> str:
    came = CAME + timedelta(seconds=number)
    head = stamp or came.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return f"{head} 192.0.2.1 <187>{number}: cm1: {told} UTC : {ALARM.format(number)}\n"


def read(tmp_path: Path, *lines: str) -> EventReading:
    path = tmp_path / "20261120T090000Z-0001.log"
    path.write_text("".join(lines))
    return read_event_files([path], options=ReadOptions(now=NOW))


@pytest.mark.parametrize(
    "told", ["Jan 01 1970 00:00:10.000", "Jan 01 2099 00:00:10.000", "Nov 18 2026 09:41:06.000", "Nov 22 2026 09:41:06.000"]
)
def test_a_time_more_than_a_day_off_is_that_of_the_arrival_and_both_are_kept(tmp_path: Path, told: str) -> None:
    lines = [line(number, "Nov 20 2026 09:41:06.000") for number in range(40)]
    lines[20] = line(20, told)
    reading = read(tmp_path, *lines)
    assert len(reading.log) == 40
    found = [event for event in reading.log if event.line == 21]
    assert [event.time for event in found] == [CAME + timedelta(seconds=20)]
    assert found[0].assumed == Assumed.ARRIVAL
    assert found[0].detail is not None
    assert found[0].detail.values["told_time"] == f"{datetime.strptime(told[:20], '%b %d %Y %H:%M:%S'):%Y-%m-%dT%H:%M:%SZ}"
    assert reading.assumptions == (
        f"{reading.files[0].file}: 1 event tells a time more than a day from the arrival of the line "
        f"(line 21: {found[0].detail.values['told_time']}); that of the arrival is taken.",
    )


def test_a_time_within_a_day_of_the_arrival_counts(tmp_path: Path) -> None:
    reading = read(tmp_path, *(line(number, "Nov 19 2026 10:00:00.000") for number in range(3)))
    assert {event.time for event in reading.log} == {datetime(2026, 11, 19, 10, tzinfo=UTC)}
    assert reading.assumptions == ()


def test_a_date_that_does_not_exist_arrived_at_one_that_does(tmp_path: Path) -> None:
    reading = read(tmp_path, line(1, "Nov 20 2026 09:41:06.000"), line(2, "Feb 29 2026 09:41:06.000"))
    assert [event.time for event in reading.log][1] == CAME + timedelta(seconds=2)
    assert any("1 event tells a date that does not exist" in one for one in reading.assumptions)


def test_a_date_that_does_not_exist_is_an_event_without_a_time_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "CiscoSyslog"
    path.write_text("".join(f"{told} : {ALARM.format(1)}\n" for told in ("Nov 20 2026 09:41:06.000 UTC", "Feb 29 2026 09:41:06.000 UTC")))
    reading = read_event_files([path], options=ReadOptions(now=NOW))
    assert [event.time is None for event in reading.log] == [False, True]
    assert any("1 event tells a date that does not exist" in one and "(line 2)" in one for one in reading.assumptions)


def test_other_lines_of_a_segment_and_impossible_arrivals_are_left_alone(tmp_path: Path) -> None:
    near, far = "Nov 20 2026 09:41:06.000", "Jan 01 2010 00:00:10.000"
    reading = read(tmp_path, line(1, near), line(2, far).partition("<")[2], line(3, far, stamp="2026-02-30T09:41:11.476Z"))
    assert [event.time for event in reading.log][:2] == [datetime(2010, 1, 1, 0, 0, 10, tzinfo=UTC)] * 2
    assert reading.assumptions == ()


@pytest.mark.parametrize("quick", [False, True])
@pytest.mark.parametrize("size", [1, 7, 40])
def test_blocks_of_any_size_give_the_same(size: int, quick: bool) -> None:
    lines = [line(number, "Jan 01 1970 00:00:10.000" if number % 5 == 0 else "Nov 20 2026 09:41:06.000") for number in range(40)]
    reader = LineReader("segment", Clock(ClockSettings(now=NOW)), EventPools(), quick=quick)
    log = EventLog(reader.pools)
    for start in range(0, len(lines), size):
        log.extend(reader.read("".join(lines[start : start + size]).encode()))
    log.extend(reader.finish())
    assert {event.line: event.time for event in log if event.assumed} == {
        number + 1: CAME + timedelta(seconds=number) for number in range(0, 40, 5)
    }
    assert reader.counts.far == 8
