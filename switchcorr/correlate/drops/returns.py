"""When and where endpoints registered again, found for many drops at once; and where they had been, as those tell that leave it for their own node."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.drops.reasons import FALLBACKS
from switchcorr.model.event import EventKind, EventLog

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Returns:
    """All registrations of a log, or other events of endpoints, in order of the endpoint (number of its name) and the time."""

    name: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    time: Floats = field(default_factory=lambda: np.zeros(0))
    event: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def after(self, log: EventLog, events: Ints) -> Ints:
        """For each of some events, the registration (number of an event) that came next of the same endpoint; -1 if none did."""
        place, end = self.since(
            np.frombuffer(log.name, dtype=np.int32)[events], np.nextafter(np.frombuffer(log.time, dtype=np.float64)[events], np.inf)
        )
        found = np.full(len(events), -1, dtype=np.int64)
        found[place < end] = self.event[place[place < end]]
        return found

    def since(self, name: Ints | NDArray[np.int32], time: Floats) -> tuple[Ints, Ints]:
        """For each of some endpoints (numbers of names), the places of its registrations at a time of its own or later: from, and up to without."""
        low, end = np.searchsorted(self.name, name, side="left"), np.searchsorted(self.name, name, side="right")
        high = end.copy()
        while (open_ := np.flatnonzero(low < high)).size:  # one bisection for all
            middle = (low[open_] + high[open_]) // 2
            later = self.time[middle] >= time[open_]
            high[open_[later]] = middle[later]
            low[open_[~later]] = middle[~later] + 1
        return low, end


def returns_of(log: EventLog) -> Returns:
    """When endpoints registered."""
    return _ordered(log, np.frombuffer(log.kind, dtype=np.int8) == EventKind.REGISTERED)


def homeward(log: EventLog) -> Returns:
    """When endpoints left a node for their own one, by the reason of the drop that it logged: they had come there, and no registration need tell it."""
    code, enum_ = np.frombuffer(log.reason, dtype=np.int16), np.frombuffer(log.reason_enum, dtype=np.int8)
    says = np.any([(enum_ == one) & (code == number) for one, number in FALLBACKS], axis=0)
    return _ordered(log, says & (np.frombuffer(log.kind, dtype=np.int8) == EventKind.UNREGISTERED))


def _ordered(log: EventLog, chosen: NDArray[np.bool_]) -> Returns:
    time, name = np.frombuffer(log.time, dtype=np.float64), np.frombuffer(log.name, dtype=np.int32)
    rows = np.flatnonzero(chosen & (name >= 0) & np.isfinite(time))
    texts = log.pools.nodes.texts
    rank = np.empty(len(texts) + 1, dtype=np.int64)
    rank[sorted(range(len(texts)), key=texts.__getitem__)] = np.arange(len(texts))
    rank[-1] = -1
    node = rank[np.frombuffer(log.node, dtype=np.int32)[rows]]  # of several at one moment the order of the events tells nothing
    rows = rows[np.lexsort((node, time[rows], name[rows]))]
    return Returns(name[rows].astype(np.int64), time[rows], rows)
