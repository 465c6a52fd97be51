"""Times in the logs of switches, with and without year, zone and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.tables import Clock
from switchcorr.topology.log_times import message_time
from tests.topology.device_rows import MORNING, facts


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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
        ("Nov 22 08:41:08", "09:00:12 UTC Sun Nov 22 1993", "2026-11-22T08:41:08"),
    ],
)
def test_times_with_a_date(stamp: str, clock: str, moment: str) -> None:
    device = facts("acc-1", clock=(Clock(clock),) if clock else ())
    assert message_time(stamp, device) == _utc(moment)


def test_times_since_the_boot_count_to_the_second_only() -> None:
    device = facts("acc-1", uptime=timedelta(hours=5))
    assert message_time("00:01:12", device) == MORNING - timedelta(hours=5) + timedelta(seconds=72)
    assert message_time("3w2d", device) is None
    assert message_time("00:01:12", facts("acc-1")) is None


@pytest.mark.parametrize("stamp", ["", "yesterday", "Nov 31 08:00:00", "2026 Nov 22 25:00:00", "Nov 22 09:4~~~~"])
def test_what_is_no_time_is_none(stamp: str) -> None:
    assert message_time(stamp, facts("acc-1")) is None


def test_without_the_time_of_the_capture_a_year_must_be_printed() -> None:
    unknown = facts("acc-1", at=None, clock=(Clock("09:00:12 CET Sun Nov 22 2026"),))
    assert message_time("Nov 22 08:41:08", unknown) is None
    assert message_time("Nov 22 2026 08:41:08", unknown) == _utc("2026-11-22T08:41:08")
