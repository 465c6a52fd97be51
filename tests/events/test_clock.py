"""Printed times to instants."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.stamps import Stamp, complete, parse_stamp
from switchcorr.events.zones import given_zone
from switchcorr.model.event import Assumed

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _resolved(text: str, **settings: object) -> str:
    clock = Clock(ClockSettings(now=_NOW, **settings))  # type: ignore[arg-type]  # each test gives one of its fields
    seconds, _ = clock.resolve(parse_stamp(text))
    return "" if math.isnan(seconds) else datetime.fromtimestamp(seconds, UTC).isoformat()


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("Nov 20 2026 09:41:07 UTC", "2026-11-20T09:41:07+00:00"),
        ("Fri May 21 08:11:00 CDT 2021", "2021-05-21T13:11:00+00:00"),
        ("Fri Nov 20 12:41:07 GMT+03:00 2026", "2026-11-20T09:41:07+00:00"),
        ("Mon Aug 21 22:22:27 EST 2017", "2017-08-22T03:22:27+00:00"),
        ("2026-11-20T09:41:07.5+01:00", "2026-11-20T08:41:07.500000+00:00"),
        ("2026-11-20 09:41Z", "2026-11-20T09:41:00+00:00"),
        ("2026-11-20 09:41:07,250", "2026-11-20T09:41:07.250000+00:00"),
        ("Fri, 20 Nov 2026 03:43:10 -0600 (CST)", "2026-11-20T09:43:10+00:00"),
        ("Friday, November 20, 2026 9:42 PM", "2026-11-20T21:42:00+00:00"),
        ("11/20/2026 12:41:07 AM", "2026-11-20T00:41:07+00:00"),
        ("20.11.2026 09:41:07", "2026-11-20T09:41:07+00:00"),
        ("20-11-26 09.41", "2026-11-20T09:41:00+00:00"),
        ("2026/11/20 09:41:07", "2026-11-20T09:41:07+00:00"),
        ("2024 Nov 20 09:41:07.123 UTC", "2024-11-20T09:41:07.123000+00:00"),
        ("1795167661", "2026-11-20T09:41:01+00:00"),
        ("Nov 20 09:41:07 BST", "2026-11-20T08:41:07+00:00"),
        ("Feb 31 2026 09:41:07", ""),
        ("0001-01-01T00:00:00+14:00", ""),
        ("9999-12-31T23:59:59-12:00", ""),
        ("Nov 20 2026 13:00:00 PM", ""),
        ("Nov 20 2026 25:41:07", ""),
        ("13/13/2026 09:41:07", ""),
        ("0000-00-00 00:00:00", ""),
        ("12345", ""),
        ("", ""),
    ],
)
def test_notations(text: str, instant: str) -> None:
    assert _resolved(text) == instant


def test_a_zone_with_summer_time_has_two_offsets() -> None:
    zone = given_zone("America/Chicago")
    assert _resolved("Jan 20 2026 09:00:00", zone=zone) == "2026-01-20T15:00:00+00:00"
    assert _resolved("Jul 20 2026 09:00:00", zone=zone) == "2026-07-20T14:00:00+00:00"


def test_what_was_not_printed_is_told() -> None:
    clock = Clock(ClockSettings(now=_NOW))
    assert clock.resolve(Stamp(11, 20, 60.0))[1] == Assumed.YEAR | Assumed.ZONE
    assert clock.resolve(Stamp(11, 20, 60.0, 2026, "UTC"))[1] == Assumed.NOTHING
    assert clock.resolve(None)[1] == Assumed.NOTHING
    assert clock.resolve(1795167661.0) == (1795167661.0, Assumed.NOTHING)
    assert (clock.assumed[Assumed.YEAR], clock.assumed[Assumed.ZONE], clock.assumed[Assumed.TIME]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("second", "zone", "year"),
    [
        (12 * 3600 + 200, "UTC", 2026),
        (12 * 3600 + 400, "UTC", 2025),
        (20 * 3600, "", 2026),
        (13 * 3600, "CET", 2026),
        (14 * 3600, "CET", 2025),
    ],
)
def test_no_line_is_later_than_now_but_for_clocks_and_unknown_zones(second: float, zone: str, year: int) -> None:
    assert Clock(ClockSettings(now=_NOW)).newest_year(Stamp(11, 22, second, None, zone)) == year


def test_a_day_that_no_year_has_leaves_the_year_as_it_is_now() -> None:
    assert Clock(ClockSettings(now=_NOW)).newest_year(Stamp(2, 31, 0.0)) == 2026


@pytest.mark.parametrize(
    ("outer", "zone"),
    [
        (Stamp(11, 20, 3600.0, 2026, "+02:00"), "+01:00"),
        (Stamp(11, 20, 3600.0, 2026, "XYZ"), "XYZ"),
        (Stamp(2, 31, 3600.0, 2026, "+02:00"), "+02:00"),
        (Stamp(11, 20, 3600.0 + 450, 2026, "+02:00"), "+02:00"),
        (Stamp(1, 20, 3600.0, 2026, "+02:00"), "+02:00"),
    ],
    ids=["an hour apart", "unknown zone", "no such day", "no quarter of an hour", "months apart"],
)
def test_a_relays_offset_tells_that_of_the_server_where_it_can(outer: Stamp, zone: str) -> None:
    assert complete(Stamp(11, 20, 0.0, 2026), outer).zone == zone


def test_a_log_with_its_newest_line_first_goes_back_through_new_year() -> None:
    clock = Clock(ClockSettings(now=datetime(2027, 1, 5, tzinfo=UTC)))
    stamps = [Stamp(1, 2, 0.0, None, "UTC"), Stamp(1, 1, 0.0, None, "UTC"), Stamp(12, 31, 0.0, None, "UTC")]
    clock.year_base((stamp, 1) for stamp in stamps)
    years = [datetime.fromtimestamp(clock.resolve(stamp)[0], UTC).year for stamp in stamps]
    assert years == [2027, 2027, 2026]


def test_the_hour_that_is_told_twice_follows_the_lines_before_it() -> None:
    clock = Clock(ClockSettings(now=_NOW, zone=given_zone("Europe/Berlin")))
    times = ["01:59:59", "02:30:00", "02:59:59", "02:00:00", "02:59:50 CEST", "02:40:00", "02:31:00", "03:00:00"]
    seconds = [clock.resolve(parse_stamp(f"Oct 25 2026 {time}"))[0] for time in times]
    assert [datetime.fromtimestamp(one, UTC).strftime("%H:%M:%S") for one in seconds] == [
        "23:59:59", "00:30:00", "00:59:59", "01:00:00", "00:59:50", "01:40:00", "01:31:00", "02:00:00",
    ]  # fmt: skip


def test_a_log_that_begins_in_the_hour_that_is_told_twice_is_of_the_first_time() -> None:
    assert _resolved("Oct 25 2026 02:30:00", zone=given_zone("Europe/Berlin")) == "2026-10-25T00:30:00+00:00"


def test_the_second_time_is_known_by_the_name_of_the_given_zone_alone() -> None:
    zone = given_zone("Asia/Jerusalem")
    assert _resolved("Oct 25 2026 01:30:00 IDT", zone=zone) == "2026-10-24T22:30:00+00:00"
    assert _resolved("Oct 25 2026 01:30:00 IST", zone=zone) == "2026-10-24T23:30:00+00:00"
