"""Clocks that are off alike: they, or the machine that captured them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Clock, LogMessage
from switchcorr.topology import CampusOptions, build_campus
from switchcorr.topology.clocks.captures import settle_times
from tests.topology.device_rows import MORNING, facts, snapshot

MINUTE = timedelta(minutes=1)


def _switches(offs: Sequence[timedelta], *, within: timedelta | None = timedelta(seconds=1)) -> list[DeviceFacts]:
    found = []
    for number, off in enumerate(offs, start=1):
        at = MORNING + off
        clock = Clock(f"{at:%H:%M:%S} UTC {at:%a %b %d %Y}", at=MORNING, within=within)
        log = LogMessage(f"{at - 30 * MINUTE:%b %d %H:%M:%S}", "SYS", 5, "RESTART", "System restarted --")
        found.append(facts(f"acc-{number}", clock=(clock,), logging=(log,)))
    return found


def _moved(devices: Sequence[DeviceFacts]) -> set[timedelta]:
    return {row.at - MORNING for one in settle_times(devices)[0] for row in one.tables.clock if row.at is not None}


def test_switches_that_are_off_alike_are_left_as_they_are() -> None:
    """They may follow one wrong clock, or the machine does: nothing here tells which."""
    offs = [timedelta(minutes=-7, seconds=second) for second in range(6)] + [timedelta(), timedelta(minutes=13)]
    devices, told = settle_times(_switches(offs))
    assert _moved(_switches(offs)) == {timedelta(minutes=-7), timedelta()}
    assert {one.taken_at for one in devices} == {MORNING}
    assert told == (
        "the clocks of 6 of 8 switches are alike 7 min behind (show clock, beside the times of their captures): they follow one clock that is wrong, "
        "or the machine that captured them does; times in their logs are taken as they are"
    )
    campus = build_campus([snapshot(*_switches(offs))], CampusOptions(cores=("acc-1",)))
    restarts = {fact.component.id: fact.at for fact in campus.observations}
    assert restarts["acc-1"] == MORNING - 37 * MINUTE, "as it stands in its log"
    assert restarts["acc-7"] == MORNING - 30 * MINUTE, "it agrees with the machine"
    assert restarts["acc-8"] == MORNING - 37 * MINUTE, "20 min ahead of the others"
    assert campus.assumptions[-2:] == (
        told,
        "the clock of switch acc-8 is taken to be 20 min ahead (show clock, beside the time of its capture); times in its log are corrected by that",
    )


@pytest.mark.parametrize(
    "minutes",
    [
        [-7, -7, -7, -7],
        [-7, -7, -7, -7, -7, 0, 0, 0],
        [-7, 7, 14, 21, 28, 35],
        [0, 0, 0, 0, 0, 7],
        [-20_000] * 9,
        [],
    ],
    ids=("too few", "not most", "each its own", "right", "another year", "none"),
)
def test_switches_that_do_not_agree_are_each_by_itself(minutes: list[int]) -> None:
    devices = _switches([number * MINUTE for number in minutes])
    assert settle_times(devices) == (devices, "")


def test_times_of_visits_agree_less_closely() -> None:
    offs = [20 * MINUTE + timedelta(seconds=40 * number) for number in range(6)]
    assert _moved(_switches(offs)) == {timedelta()}
    assert _moved(_switches(offs, within=None)) == {20 * MINUTE}, "the least of them"
    one_behind = [-7 * MINUTE, *(timedelta(seconds=30 * number) for number in range(9))]
    assert _moved(_switches(one_behind, within=None)) == {timedelta()}


def test_a_clock_that_is_compared_with_nothing_says_nothing() -> None:
    devices = [facts(f"acc-{number}", at=None, clock=(Clock("07:00:00 UTC Sun Nov 22 2026"),)) for number in range(9)]
    assert settle_times(devices) == (devices, "")
    mixed = [*_switches([-7 * MINUTE] * 6), *devices]
    assert {row.at for one in settle_times(mixed)[0][6:] for row in one.tables.clock} == {None}
