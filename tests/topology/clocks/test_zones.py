"""The zone of a clock, from texts as switches print them, by one rule for logs and for ``doctor``."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.tables import Clock
from switchcorr.parse.tables import parse_output
from switchcorr.platforms import PLATFORMS
from switchcorr.topology.clocks.devices import ShownClock, read_shown
from switchcorr.topology.clocks.zones import saving_between, told_zone

AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
H = timedelta(hours=1)
ZERO = timedelta()
COMMANDS = {"cisco_ios": "show clock", "cisco_nxos": "show clock", "cisco_catos": "show time"}


def shown(platform_name: str, text: str, within: timedelta = timedelta(seconds=1)) -> ShownClock | None:
    platform = next(one for one in PLATFORMS if one.name == platform_name)
    command = next(command for command in platform.commands if command.text == COMMANDS[platform_name])
    (row,) = parse_output(platform, command, text).rows
    assert isinstance(row, Clock)
    return read_shown(replace(row, at=AT, within=within))


@pytest.mark.parametrize(
    ("platform", "text", "name", "zone", "off"),
    [
        ("cisco_ios", "*09:41:07.000 UTC Sun Nov 22 2026", "UTC", ZERO, ZERO),
        ("cisco_ios", ".09:41:07.000 UTC Sun Nov 22 2026", "UTC", ZERO, ZERO),
        ("cisco_ios", "09:41:07.000 GMT Sun Nov 22 2026\nTime source is NTP", "GMT", ZERO, ZERO),
        ("cisco_ios", "10:41:07.000 UTC Sun Nov 22 2026", "UTC", ZERO, H),
        ("cisco_ios", "10:41:07.000 CET Sun Nov 22 2026", "CET", H, ZERO),
        ("cisco_ios", "10:26:07.000 CET Sun Nov 22 2026", "CET", H, -H / 4),
        ("cisco_ios", "11:41:07.000 CET Sun Nov 22 2026", "CET", 2 * H, ZERO),
        ("cisco_ios", ".04:41:07.000 EST Sun Nov 22 2026", "EST", -5 * H, ZERO),
        ("cisco_ios", "19:30:07.000 EST Sun Nov 22 2026", "EST", 10 * H, timedelta(minutes=-11)),
        ("cisco_ios", "04:41:07 AM EST Sun Nov 22 2026", "EST", -5 * H, ZERO),
        ("cisco_ios", "13:11:07.000 +0330 Sun Nov 22 2026", "+0330", 3.5 * H, ZERO),
        ("cisco_ios", "12:11:07.000 +0330 Sun Nov 22 2026", "+0330", 3.5 * H, -H),
        ("cisco_ios", "09:41:07.000 Sun Nov 22 2026", "", ZERO, ZERO),
        ("cisco_ios", "15:29:07.000 Sun Nov 22 2026", "", 5.75 * H, timedelta(minutes=3)),
        ("cisco_ios", "*00:05:11.000 CET Mon Mar 1 1993", "CET", H, datetime(1993, 2, 28, 23, 5, 11, tzinfo=UTC) - AT),
        ("cisco_ios", "*00:05:11.000 Mon Mar 1 1993", "", ZERO, datetime(1993, 3, 1, 0, 5, 11, tzinfo=UTC) - AT),
        ("cisco_nxos", "10:41:07.000 CET Sun Nov 22 2026\nTime source is NTP", "CET", H, ZERO),
        ("cisco_catos", "Sun Nov 22 2026, 04:41:07 EST", "EST", -5 * H, ZERO),
        ("cisco_catos", "Sun Nov 22 2026, 04:41:07", "", -5 * H, ZERO),
    ],
)
def test_the_zone_and_what_is_left(platform: str, text: str, name: str, zone: timedelta, off: timedelta) -> None:
    assert shown(platform, text) == ShownClock(name, zone, off)


def test_how_long_the_answer_took_is_no_error() -> None:
    late = shown("cisco_ios", "10:42:47.000 CST Sun Nov 22 2026", within=timedelta(seconds=100))
    assert late == ShownClock("CST", H, timedelta(seconds=100)), "of the names only 60 s more would be an error"


@pytest.mark.parametrize(
    "row",
    [Clock("a quarter past nine", at=AT), Clock("09:41:07.000 UTC Sun Feb 30 2026", at=AT), Clock("09:41:07.000 UTC Sun Nov 22 2026")],
)
def test_what_shows_no_time_or_was_asked_at_none_is_none(row: Clock) -> None:
    assert read_shown(row) is None


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("utc", ZERO), ("Z", ZERO), ("GMT", ZERO), ("+03", 3 * H), ("+0330", 3.5 * H), ("-09:30", -9.5 * H), ("GMT+1", H), ("UTC-5", -5 * H),
        ("", None), ("CET", None), ("+15", None), ("+1", H), ("+0390", None), ("A+1", None),
    ],
)  # fmt: skip
def test_a_name_that_is_an_offset_is_believed(name: str, zone: timedelta | None) -> None:
    assert told_zone(name) == zone


def test_summer_time_of_the_same_place() -> None:
    assert saving_between("CEST", "cet", H) == H
    assert saving_between("CEST", "EST", -5 * H) == ZERO
    assert saving_between("", "CET", H) == ZERO
