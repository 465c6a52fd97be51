"""Counters of a device as they stood at earlier visits: the last known values, and from there backwards what changed since. Pure.

What changed is undone from the newest to the oldest: growth is taken off, a wrap put back; before the first sight a counter is unknown. What
stood before a reset is told by the change before it; where that is older than what was read, the counter is left out of the earlier moments,
so that nobody takes a guess for a value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.store.counters import CounterFlag, PortState

_WRAP = 2**32

Values = Mapping[str, Mapping[str, int]]
"""Of each port the value of each counter (``interfaces.crc``) that is known, zeros too."""


@dataclass(frozen=True, slots=True)
class StoredChange:
    """A row of ``counter_change``; ``at`` in milliseconds."""

    at: int
    port: str
    counter: str
    value: int
    delta: int
    flags: CounterFlag


def values_before(state: Mapping[str, PortState], changes: Iterable[StoredChange], moments: Sequence[int]) -> Iterator[Values]:
    """The values at moments, newest moment first.

    Args:
        state: the last known values.
        changes: all later than the oldest moment, in any order.
        moments: in falling order. Ports that did not change between two share one mapping.
    """
    values: dict[str, Mapping[str, int]] = {port: _all_of(one) for port, one in state.items()}
    newest = sorted(changes, key=lambda change: change.at, reverse=True)
    before: dict[tuple[str, str], list[StoredChange]] = {}
    for change in newest:
        before.setdefault((change.port, change.counter), []).append(change)
    place = 0
    for moment in moments:
        touched: dict[str, dict[str, int]] = {}
        while place < len(newest) and newest[place].at > moment:
            change = newest[place]
            place += 1
            mine = touched.get(change.port)
            if mine is None:
                mine = touched[change.port] = dict(values.get(change.port, {}))
            _undo(mine, change, before[change.port, change.counter])
        values.update(touched)
        yield dict(values)


def _all_of(state: PortState) -> Mapping[str, int]:
    return {**dict.fromkeys(state.names, 0), **state.values}


def _undo(values: dict[str, int], change: StoredChange, history: list[StoredChange]) -> None:
    """Set what stood before a change; ``history`` is that of its counter, newest first, and loses it."""
    history.pop(0)
    if change.flags & CounterFlag.FIRST:
        values.pop(change.counter, None)
    elif change.flags & CounterFlag.RESET:
        if history:
            values[change.counter] = history[0].value
        else:
            values.pop(change.counter, None)
    else:
        values[change.counter] = change.value - change.delta + (_WRAP if change.flags & CounterFlag.WRAPPED else 0)
