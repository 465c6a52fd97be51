"""Clocks of most switches that are off alike: they follow one clock that is wrong, or the machine that captured them does.

What show clock tells cannot decide between the two, so the times of their logs are left as they are, and that is told; the phones' drops may.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.clocks.devices import CLOCK_ERROR_FROM, LONGEST_VISIT, DeviceClock, read_clock
from switchcorr.topology.clocks.words import told_span

LEAST_ALIKE = 5
"""Clocks that must agree before it may be the machine. Assumed."""
SHARE_ALIKE = 2 / 3
"""Share of the clocks of a snapshot that must agree. Assumed."""
FARTHEST_ALIKE = timedelta(days=1)
"""Switches that started together without a battery agree as well, but on another year. Assumed."""


def settle_times(devices: Sequence[DeviceFacts]) -> tuple[list[DeviceFacts], str]:
    """The devices of one snapshot, those whose clocks are off alike as if they had been asked by their own time, and a sentence on them; empty if there are none.

    What a switch of them is off besides remains its error; one that agrees with the machine is left alone.
    """
    clocks = {facts.device: (facts, clock) for facts in devices if (clock := read_clock(facts)).is_compared}
    shared = _shared(list(clocks.values()))
    if not shared:
        return list(devices), ""
    off = {name for name, (_, clock) in clocks.items() if clock.error}
    alike = sum(abs(clock.error - shared) <= LONGEST_VISIT for _, clock in clocks.values())
    told = (
        f"the clocks of {alike:,} of {len(clocks):,} switches are alike {told_span(shared)} (show clock, beside the times of their captures): they follow one clock "
        "that is wrong, or the machine that captured them does; times in their logs are taken as they are"
    )
    return [_moved(facts, shared) if facts.device in off else facts for facts in devices], told


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
    return replace(facts, tables=replace(facts.tables, clock=rows))
