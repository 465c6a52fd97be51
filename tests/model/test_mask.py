"""Planned work: of which devices it speaks, and when a weekly one comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.model.mask import Mask

START = datetime(2026, 10, 22, 20, tzinfo=UTC)
"""A Thursday, 22 h by the clocks of Oslo; they are put back in the night to the 25th."""
HOUR, WEEK = timedelta(hours=1), timedelta(weeks=1)


@pytest.mark.parametrize(
    ("devices", "device", "covered"),
    [
        ("", "acc-001", True),
        ("", "", True),
        ("acc-1*, dist-01", "acc-12", True),
        ("acc-1*, dist-01", "dist-01", True),
        ("acc-1*, dist-01", "dist-02", False),
        ("acc-1*", "", False),
        (" , ", "dist-02", True),
    ],
)
def test_work_covers_the_devices_it_names(devices: str, device: str, *, covered: bool) -> None:
    assert Mask("work", START, START + HOUR, devices).covers(device, START) is covered


@pytest.mark.parametrize(("after", "covered"), [(-1, False), (0, True), (59, True), (60, False)])
def test_work_that_comes_once_covers_its_own_time(after: int, *, covered: bool) -> None:
    work = Mask("work", START, START + HOUR)
    assert work.covers("acc-001", START + timedelta(minutes=after)) is covered
    assert work.time_at(START + WEEK) == (START, START + HOUR)


def test_weekly_work_keeps_the_hour_of_its_clocks() -> None:
    work = Mask("work", START, START + HOUR, zone="Europe/Oslo")
    assert work.time_at(START - WEEK) == (START, START + HOUR), "it does not come before its first time"
    assert work.time_at(START) == (START, START + HOUR)
    winter = START + WEEK + HOUR
    assert work.time_at(START + HOUR) == (winter, winter + HOUR)
    assert not work.covers("acc-001", START + WEEK)
    assert work.covers("acc-001", winter)
    assert work.time_at(winter + 21 * WEEK + HOUR) == (winter + 22 * WEEK - HOUR, winter + 22 * WEEK), "and in summer again"
