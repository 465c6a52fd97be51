"""Moments given by people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.moments import parse_moment, parse_window, zone_named


def test_a_naive_moment_is_read_in_the_zone_given() -> None:
    assert parse_moment("2026-07-01T12:00", zone=zone_named("Europe/Oslo")) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert parse_moment("2026-07-01T12:00Z", zone=zone_named("Europe/Oslo")) == datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert parse_moment("2026-07-01T12:00", zone=zone_named("-05:00")) == datetime(2026, 7, 1, 17, tzinfo=UTC)
    assert zone_named("utc") is UTC


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/passwd", "+25:99x"])
def test_unknown_zones_are_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no such time zone"):
        zone_named(name)


def test_windows_are_two_moments_in_order() -> None:
    start, end = parse_window("2026-07-01T12:00/2026-07-01T12:04", zone=UTC)
    assert (end - start).total_seconds() == 240
    for text in ("2026-07-01T12:00", "2026-07-01T12:04/2026-07-01T12:00"):
        with pytest.raises(ValueError, match="window"):
            parse_window(text, zone=UTC)
    with pytest.raises(ValueError, match="not a moment"):
        parse_window("soon/later", zone=UTC)


@pytest.mark.parametrize(("text", "minutes"), [("90m", 90), ("1h", 60), (" 2d ", 2880), ("1 w ago", 10080), ("0m", 0)])
def test_a_span_is_so_long_before_now(text: str, minutes: int) -> None:
    now = datetime(2026, 7, 1, 12, tzinfo=UTC)
    assert parse_moment(text, zone=UTC, now=now) == now - timedelta(minutes=minutes)


@pytest.mark.parametrize("text", ["1", "1y", "-1h", "1h30m", "h", "999999w", "last hour"])
def test_what_is_no_span_is_refused_and_spans_are_named(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a moment.*90m, 1h, 7d for so long ago"):
        parse_moment(text, zone=UTC, now=datetime(2026, 7, 1, 12, tzinfo=UTC))
    with pytest.raises(ValueError, match=r"not a moment.*09:41:07Z is meant"):
        parse_moment("1h", zone=UTC)
