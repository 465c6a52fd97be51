"""Whether the clocks of the switches are off, or that of the machine that captured them: most of them alike is the machine."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.clock_words import told_span
from switchcorr.topology.device_clocks import CLOCK_ERROR_FROM, LONGEST_VISIT, DeviceClock, read_clock

LEAST_ALIKE = 5
"""Clocks that must agree before they are believed and the machine is not. Assumed."""
SHARE_ALIKE = 2 / 3
"""Share of the clocks of a snapshot that must agree. Assumed."""
FARTHEST_ALIKE = timedelta(days=1)
"""Switches that started together without a battery agree as well, but on another year. Assumed."""


def settle_times(devices: Sequence[DeviceFacts]) -> tuple[list[DeviceFacts], str]:
    """The devices of one snapshot with the times at which they and their clocks were asked, and what is assumed of them; empty if nothing.

    A machine whose clock is wrong, or a time of the captures that somebody wrote down roughly, makes all clocks seem to be wrong alike.
    """
    clocks = [(facts, clock) for facts in devices if (clock := read_clock(facts)).is_compared]
    shared = _shared(clocks)
    if not shared:
        return list(devices), ""
    alike = sum(abs(clock.error - shared) <= LONGEST_VISIT for _, clock in clocks)
    told = (
        f"the clock of the machine that captured {_places(clocks)} is taken to be {told_span(-shared)}, and not the clocks of {alike:,} of {len(clocks):,} switches, "
        "which agree; all times are read so"
    )
    return [_moved(facts, shared) for facts in devices], told


def _shared(clocks: Sequence[tuple[DeviceFacts, DeviceClock]]) -> timedelta:
    """The least of the errors that most clocks have in common; zero if they have none."""
    errors = sorted(clock.error for _, clock in clocks if clock.error)
    exact = all(row.within is not None for facts, _ in clocks for row in facts.tables.clock)
    width = CLOCK_ERROR_FROM if exact else LONGEST_VISIT
    groups = [(bisect_right(errors, error + width) - place, -abs(error), error) for place, error in enumerate(errors)]
    count, _, error = max(groups, default=(0, timedelta(), timedelta()))
    return error if count >= max(LEAST_ALIKE, SHARE_ALIKE * len(clocks)) and abs(error) < FARTHEST_ALIKE else timedelta()


def _moved(facts: DeviceFacts, ahead: timedelta) -> DeviceFacts:
    rows = tuple(replace(row, at=None if row.at is None else row.at + ahead) for row in facts.tables.clock)
    taken_at = None if facts.taken_at is None else facts.taken_at + ahead
    return replace(facts, tables=replace(facts.tables, clock=rows), taken_at=taken_at)


def _places(clocks: Sequence[tuple[DeviceFacts, DeviceClock]]) -> str:
    names = sorted(facts.device for facts, _ in clocks)
    return f"{names[0]} to {names[-1]}"
