"""Clocks that are off alike: it is the machine that captured them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Clock, LogMessage
from switchcorr.topology import CampusOptions, build_campus
from switchcorr.topology.capture_times import settle_times
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


def test_switches_that_agree_are_believed() -> None:
    offs = [timedelta(minutes=-7, seconds=second) for second in range(6)] + [timedelta()]
    devices, told = settle_times(_switches(offs))
    assert _moved(_switches(offs)) == {timedelta(minutes=-7)}
    assert len(devices) == 7
    assert told == (
        "the clock of the machine that captured acc-1 to acc-7 is taken to be 7 min ahead, and not the clocks of 6 of 7 switches, which agree; "
        "all times are read so"
    )
    campus = build_campus([snapshot(*_switches(offs))], CampusOptions(cores=("acc-1",)))
    restarts = {fact.component.id: fact.at for fact in campus.observations}
    assert restarts["acc-1"] == MORNING - 37 * MINUTE
    assert devices[0].taken_at == MORNING - 7 * MINUTE
    assert restarts["acc-7"] == MORNING - 37 * MINUTE, (
        "by the time of the machine half an hour ago, by that of the others seven minutes more"
    )
    assert campus.assumptions[-2:] == (
        told,
        "the clock of switch acc-7 is taken to be 7 min ahead (show clock, beside the time of its capture); times in its log are corrected by that",
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
    assert _moved(_switches(offs, within=None)) == {20 * MINUTE}
    one_behind = [-2 * MINUTE, *(timedelta(seconds=30 * number) for number in range(9))]
    assert _moved(_switches(one_behind, within=None)) == {timedelta()}


def test_a_clock_that_is_compared_with_nothing_says_nothing() -> None:
    devices = [facts(f"acc-{number}", at=None, clock=(Clock("07:00:00 UTC Sun Nov 22 2026"),)) for number in range(9)]
    assert settle_times(devices) == (devices, "")
    mixed = [*_switches([-7 * MINUTE] * 6), *devices]
    assert {row.at for one in settle_times(mixed)[0][6:] for row in one.tables.clock} == {None}
