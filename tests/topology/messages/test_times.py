"""Times in the logs of switches, with and without year, zone and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Clock, LogMessage
from switchcorr.topology.messages.times import LogTimes
from tests.topology.device_rows import MORNING, facts


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _time(stamp: str, device: DeviceFacts, place: int = 0) -> datetime | None:
    date = LogTimes.of(device).read(stamp, place)
    return None if date is None else date.time


@pytest.mark.parametrize(
    ("stamp", "clock", "moment"),
    [
        ("Nov 22 07:41:07.123 UTC", "", "2026-11-22T07:41:07.123"),
        ("Nov 22 07:41:07", "", "2026-11-22T07:41:07"),
        ("*Nov  2 07:41:07", "", "2026-11-02T07:41:07"),
        ("Dec 31 23:59:59", "", "2025-12-31T23:59:59"),
        ("Feb 29 12:00:00", "", "2024-02-29T12:00:00"),
        ("Nov 22 2026 08:41:08 CET", "09:00:12.345 CET Sun Nov 22 2026", "2026-11-22T07:41:08"),
        ("Nov 22 08:41:08", "*09:00:12.345 CET Sun Nov 22 2026", "2026-11-22T07:41:08"),
        ("Nov 22 08:41:08", "5:30:12 AM XYZ Sun Nov 22 2026", "2026-11-22T11:11:08"),
        ("2026 Nov 20 09:41:08.112", "", "2026-11-20T09:41:08.112"),
        ("2026 Nov 22 09:41:12 EST -05:00", "", "2026-11-22T14:41:12"),
        ("Nov 22 1:41:07 PM", "", "2026-11-22T13:41:07"),  # after the capture, as a fast clock may be
    ],
)
def test_times_with_a_date(stamp: str, clock: str, moment: str) -> None:
    device = facts("acc-1", clock=(Clock(clock),) if clock else ())
    assert _time(stamp, device) == _utc(moment)


def test_times_since_the_boot_count_to_the_second_only() -> None:
    device = facts("acc-1", uptime=timedelta(hours=5))
    assert _time("00:01:12", device) == MORNING - timedelta(hours=5) + timedelta(seconds=72)
    assert _time("3w2d", device) is None
    assert _time("00:01:12", facts("acc-1")) is None


@pytest.mark.parametrize("stamp", ["", "yesterday", "Nov 31 08:00:00", "2026 Nov 22 25:00:00", "Nov 22 09:4~~~~", "0001 Nov 22 08:00:00"])
def test_what_is_no_time_is_none(stamp: str) -> None:
    assert _time(stamp, facts("acc-1")) is None


def test_without_the_time_of_the_capture_a_year_must_be_printed() -> None:
    unknown = facts("acc-1", at=None, clock=(Clock("09:00:12 CET Sun Nov 22 2026"),))
    assert _time("Nov 22 08:41:08", unknown) is None
    assert _time("Nov 22 2026 08:41:08", unknown) == _utc("2026-11-22T08:41:08")


_SEVEN_BEHIND = "07:52:50 UTC Sun Nov 22 2026"
_FORTY_AHEAD = "09:40:00 CET Sun Nov 22 2026"
_OLD = "00:30:00 UTC Mon Mar 1 1993"


@pytest.mark.parametrize(
    ("stamp", "clock", "moment"),
    [
        ("Nov 22 07:41:07", _SEVEN_BEHIND, "2026-11-22T07:48:17"),
        ("Nov 22 07:41:07 UTC", _SEVEN_BEHIND, "2026-11-22T07:48:17"),
        ("Nov 22 08:41:07", _FORTY_AHEAD, "2026-11-22T07:01:07"),
        ("Nov 22 08:41:07 CET", _FORTY_AHEAD, "2026-11-22T07:01:07"),
        ("Nov 22 07:41:07 UTC", _FORTY_AHEAD, "2026-11-22T07:01:07"),
        ("2026 Nov 22 08:41:07 CET +01:00", _FORTY_AHEAD, "2026-11-22T07:01:07"),
        ("Nov 22 09:41:07 CEST", _FORTY_AHEAD, "2026-11-22T07:01:07"),
        ("Oct 24 09:41:07 BST", "08:00:00 GMT Sun Nov 22 2026", "2026-10-24T08:41:07"),
        ("Mar  1 00:20:00", _OLD, "2026-11-22T07:50:00"),
        ("*Mar  1 1993 00:20:00 UTC", _OLD, "2026-11-22T07:50:00"),
        ("Feb 28 23:50:00", _OLD, "2026-11-22T07:20:00"),
        ("Mar  1 00:20:00", "00:30:00 Mon Mar 1 1993", "2026-11-22T07:50:00"),
        ("Mar  1 01:20:00", "01:30:00 CET Mon Mar 1 1993", "2026-11-22T07:50:00"),
        ("Mar  1 00:20:00 UTC", "01:30:00 CET Mon Mar 1 1993", "2026-11-22T07:50:00"),
        ("Nov 22 03:00:00", "03:20:00 EST Sun Nov 22 2026", "2026-11-22T07:40:00"),  # 5 hours behind UTC, and 20 min ahead
        ("Nov 22 08:00:00 UTC", "03:20:00 EST Sun Nov 22 2026", "2026-11-22T07:40:00"),
        ("Nov 22 09:00:00", "09:00:00 UTC Sun Nov 22 2026", "2026-11-22T08:00:00"),  # local time in a clock that says UTC
    ],
)
def test_a_clock_that_is_off_is_corrected(stamp: str, clock: str, moment: str) -> None:
    assert _time(stamp, facts("acc-1", clock=(Clock(clock),))) == _utc(moment)


@pytest.mark.parametrize(
    "clock",
    ["08:00:50 UTC Sun Nov 22 2026", "07:59:10 UTC Sun Nov 22 2026", "08:05:30 UTC Sun Nov 22 2026", "07:54:30 UTC Sun Nov 22 2026"],
)
def test_what_the_length_of_a_visit_explains_is_no_error(clock: str) -> None:
    assert _time("Nov 22 07:41:07", facts("acc-1", clock=(Clock(clock),))) == _utc("2026-11-22T07:41:07")


def test_a_clock_is_compared_with_the_time_at_which_it_was_asked() -> None:
    shown = Clock("08:05:30 UTC Sun Nov 22 2026", at=MORNING + timedelta(seconds=30), within=timedelta(seconds=1))
    assert _time("Nov 22 07:41:07", facts("acc-1", clock=(shown,))) == _utc("2026-11-22T07:36:07")
    asked_late = Clock("08:05:30 UTC Sun Nov 22 2026", at=MORNING + timedelta(seconds=325), within=timedelta(seconds=1))
    assert _time("Nov 22 07:41:07", facts("acc-1", clock=(asked_late,))) == _utc("2026-11-22T07:41:07")


def test_a_date_without_a_time_is_compared_with_nothing() -> None:
    midnight = MORNING.replace(hour=0)
    assert _time("Nov 21 07:41:07", facts("acc-1", at=midnight, clock=(Clock(_SEVEN_BEHIND),))) == _utc("2026-11-21T07:41:07")


def test_a_clock_that_is_days_from_the_time_of_a_visit_is_a_text_of_another_day() -> None:
    shown = Clock("07:52:50 UTC Fri Nov 20 2026")
    assert _time("Nov 20 07:41:07", facts("acc-1", clock=(shown,))) == _utc("2026-11-20T07:41:07")
    asked = Clock(shown.text, at=MORNING, within=timedelta(seconds=1))
    assert _time("Nov 20 07:41:07", facts("acc-1", clock=(asked,))) == _utc("2026-11-22T07:48:17")


@pytest.mark.parametrize("clock", ["08:00:00 UTC Sun Nov 22 9999", "08:61:00 UTC Sun Nov 22 2026", "noon", "08:00:00 UTC Sun Feb 31 2026"])
def test_a_clock_that_shows_no_time_is_compared_with_nothing(clock: str) -> None:
    assert _time("Nov 22 07:41:07", facts("acc-1", clock=(Clock(clock),))) == _utc("2026-11-22T07:41:07")


def _set(old: str, new: str, stamp: str = "Nov 22 07:50:00") -> LogMessage:
    text = f"System clock has been updated from {old} to {new}, configured from console by admin on vty0."
    return LogMessage(stamp, "SYS", 6, "CLOCKUPDATE", text)


_OTHER = LogMessage("Nov 22 07:40:00", "SYS", 5, "CONFIG_I", "Configured from console")


def test_a_clock_that_was_set_in_between_tells_both_times() -> None:
    log = (_OTHER, _set("00:31:43 UTC Mon Mar 1 1993", "07:50:00 UTC Sun Nov 22 2026"), _OTHER)
    device = facts("acc-1", clock=(Clock("08:00:10 UTC Sun Nov 22 2026"),), logging=log)
    assert _time("Mar  1 00:21:43", device, 0) == _utc("2026-11-22T07:40:00")
    assert _time("Mar  1 00:21:43 UTC", device, 0) == _utc("2026-11-22T07:40:00")
    assert _time("Nov 22 07:50:00", device, 1) == _utc("2026-11-22T07:50:00")
    assert _time("Nov 22 07:55:00", device, 2) == _utc("2026-11-22T07:55:00")


def test_a_clock_that_was_set_twice_and_is_off_again() -> None:
    first = _set("00:30:00 UTC Mon Mar 1 1993", "06:00:00 UTC Sun Nov 22 2026")
    second = _set("07:00:00 UTC Sun Nov 22 2026", "07:30:00 UTC Sun Nov 22 2026")
    device = facts("acc-1", clock=(Clock("08:10:00 UTC Sun Nov 22 2026"),), logging=(first, _OTHER, second))
    assert _time("Nov 22 07:40:00", device, 3) == _utc("2026-11-22T07:30:00")
    assert _time("Nov 22 06:50:00", device, 1) == _utc("2026-11-22T07:10:00")  # 20 min behind: 10 ahead of it, less 30
    assert _time("Mar  1 00:20:00", device, -1) == _utc("2026-11-22T06:10:00")


def test_a_drift_that_is_taken_back_again_and_again_is_no_sum() -> None:
    taken_back = _set("07:50:03 UTC Sun Nov 22 2026", "07:50:00 UTC Sun Nov 22 2026")
    device = facts("acc-1", clock=(Clock("08:00:00 UTC Sun Nov 22 2026"),), logging=(_OTHER, *[taken_back] * 500))
    assert _time("Nov 22 07:41:07", device, 0) == _utc("2026-11-22T07:41:07")


def test_a_zone_that_was_set_moves_local_stamps_only() -> None:
    device = facts(
        "acc-1",
        clock=(Clock("09:00:10 CET Sun Nov 22 2026"),),
        logging=(_OTHER, _set("07:50:00 UTC Sun Nov 22 2026", "08:50:00 CET Sun Nov 22 2026", "Nov 22 08:50:00")),
    )
    assert _time("Nov 22 07:41:07", device, 0) == _utc("2026-11-22T07:41:07")
    assert _time("Nov 22 07:41:07 UTC", device, 0) == _utc("2026-11-22T07:41:07")
    assert _time("Nov 22 08:55:00", device, 2) == _utc("2026-11-22T07:55:00")


@pytest.mark.parametrize(
    "text",
    [
        "System clock has been updated to 07:50:00 UTC Sun Nov 22 2026.",
        "System clock has been updated from a time of long ago, I say to 07:50:00 UTC Sun Nov 22 2026, configured from NTP.",
        "System clock has been updated from 07:50:00 UTC Sun Nov 22 2026 to 07:61:00 UTC Sun Nov 22 2026, configured from NTP.",
        "System clock has been updated from 07:50:00 UTC Sun Nov 22 2026 to 07:50:00 UTC Sun Nov 22 2026, configured from NTP.",
    ],
)
def test_a_setting_that_does_not_tell_both_times_moves_nothing(text: str) -> None:
    device = facts("acc-1", logging=(_OTHER, LogMessage("Nov 22 07:50:00", "SYS", 6, "CLOCKUPDATE", text)))
    assert _time("Nov 22 07:41:07", device, 0) == _utc("2026-11-22T07:41:07")


def _login(stamp: str, shown: str) -> LogMessage:
    return LogMessage(stamp, "SEC_LOGIN", 5, "LOGIN_SUCCESS", f"Login Success [user: sweep] [Source: 192.0.2.9] [localport: 22] at {shown}")


def test_a_log_that_is_kept_in_utc_beside_a_local_clock() -> None:
    """The default of IOS; a login tells both times."""
    clock = (Clock("09:40:12 CET Sun Nov 22 2026"),)
    device = facts("acc-1", clock=clock, logging=(_login("Nov 22 08:40:10", "09:40:10 CET Sun Nov 22 2026"),))
    assert _time("Nov 22 08:21:07", device) == _utc("2026-11-22T07:40:55")
    local = facts("acc-1", clock=clock, logging=(_login("Nov 22 09:40:10", "09:40:10 CET Sun Nov 22 2026"),))
    assert _time("Nov 22 09:21:07", local) == _utc("2026-11-22T07:40:55")


@pytest.mark.parametrize(
    ("stamp", "shown"),
    [
        ("2w1d", "09:00:10 CET Sun Nov 22 2026"),
        ("Nov 22 08:00:10 UTC +00:00", "09:00:10 CET Sun Nov 22 2026"),
        ("Nov 22 08:00:10", "10:00:10 CEST Sun Nov 22 2026"),
        ("Nov 22 08:00:10", "09:07:10 CET Sun Nov 22 2026"),
        ("Nov 22 08:00:10", "09:61:10 CET Sun Nov 22 2026"),
    ],
)
def test_a_login_that_does_not_tell_both_times_says_nothing_of_the_log(stamp: str, shown: str) -> None:
    device = facts("acc-1", clock=(Clock("09:00:12 CET Sun Nov 22 2026"),), logging=(_login(stamp, shown),))
    assert _time("Nov 22 08:41:08", device) == _utc("2026-11-22T07:41:08")


def test_a_clock_that_began_at_the_first_of_march_counts_from_the_start() -> None:
    """A switch without a battery restarts; NTP sets its clock without a message."""
    began = MORNING - timedelta(minutes=20)
    utc = facts("acc-1", uptime=timedelta(minutes=20), clock=(Clock("08:00:05 UTC Sun Nov 22 2026"),))
    assert _time("Mar  1 00:00:47", utc) == began + timedelta(seconds=47)
    berlin = facts("acc-1", uptime=timedelta(minutes=20), clock=(Clock("09:00:05 CET Sun Nov 22 2026"),))
    assert _time("Mar  1 01:00:47", berlin) == began + timedelta(seconds=47)
    dallas = facts("acc-1", uptime=timedelta(minutes=20), clock=(Clock("02:00:05 CST Sun Nov 22 2026"),))
    assert _time("Feb 28 18:00:47", dallas) == began + timedelta(seconds=47)


def test_the_first_of_march_is_a_day_like_others_where_the_device_ran_then() -> None:
    assert _time("Mar  1 00:00:47", facts("acc-1", uptime=timedelta(days=400))) == _utc("2026-03-01T00:00:47")
    assert _time("Mar  1 00:00:47", facts("acc-1")) == _utc("2026-03-01T00:00:47")
    other = facts("acc-1", platform="cisco_nxos", uptime=timedelta(minutes=20))
    assert _time("2026 Mar  1 00:00:47", other) == _utc("2026-03-01T00:00:47")
    assert _time("Mar  2 00:00:47", facts("acc-1", uptime=timedelta(minutes=20))) == _utc("2026-03-02T00:00:47")
    assert _time("Feb 29 00:00:47", facts("acc-1", uptime=timedelta(minutes=20))) == _utc("2024-02-29T00:00:47")


def test_a_clock_more_than_a_century_off_is_damage() -> None:
    log = tuple(_set("00:30:00 UTC Fri Mar 1 2097", "00:30:00 UTC Thu Mar 1 1998") for _ in range(99))
    device = facts("acc-1", clock=(Clock("08:00:00 UTC Mon Nov 22 2038"),), logging=log)
    assert _time("Nov 22 2038 07:41:07", device, 99) == _utc("2026-11-22T07:41:07")
    assert _time("Nov 22 2026 07:41:07", device, 97) is None
    assert _time("Nov 22 2026 07:41:07", device, -1) is None


@pytest.mark.parametrize("year", [1, 2100, 9999])
def test_a_capture_of_a_year_that_cannot_be_says_nothing(year: int) -> None:
    device = facts("acc-1", at=MORNING.replace(year=year), clock=(Clock(_SEVEN_BEHIND),), uptime=timedelta(days=400))
    assert _time("00:01:12", device) is None
    assert _time("Nov 22 07:41:07", device) is None
    assert _time("Nov 22 2026 07:41:07 UTC", device) == _utc("2026-11-22T07:41:07")


_NUMBERS = st.integers(0, 9999).map(str)
_PIECES = st.sampled_from(
    ["Nov", "Mar", "Feb", "29", "1", "22", "1993", "2026", "07:41:07", "23:59:60", "0:00:00", "UTC", "CET", "CEST", "+14:00", "PM", "*"]
)
_TEXTS = st.lists(st.one_of(_PIECES, _NUMBERS), max_size=7).map(" ".join)


@given(st.lists(_TEXTS, min_size=1, max_size=4), _TEXTS, st.lists(st.tuples(_TEXTS, _TEXTS), max_size=4), st.datetimes())
def test_no_text_breaks_the_reading_of_times(stamps: list[str], clock: str, sets: list[tuple[str, str]], at: datetime) -> None:
    """Whatever stands there: a time in UTC, or none."""
    log = (
        *(_set(old, new, stamps[0]) for old, new in sets),
        *(LogMessage(stamp, "SYS", 5, "RESTART", "System restarted") for stamp in stamps),
    )
    device = facts("acc-1", at=at.replace(tzinfo=UTC), clock=(Clock(clock),), uptime=timedelta(hours=3), logging=log)
    for place, row in enumerate(log):
        time = _time(row.stamp, device, place)
        assert time is None or time.tzinfo is UTC
