"""The events that are to be explained: endpoints that dropped, as arrays in order of time."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import ReasonClass, reason_class
from switchcorr.correlate.exposure.groups import Groups, grouped
from switchcorr.correlate.exposure.names import numbers_of_nodes, rows_of_names
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.model.event import Assumed, EventKind, EventLog
from switchcorr.model.moments import DAY_S
from switchcorr.model.reason import ReasonEnum


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to be explained, seconds since 1970."""

    start: float
    end: float

    def overlaps(self, other: Window) -> bool:
        """Whether they have any moment in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True, eq=False)
class Drops:
    """Drops in order of time.

    Attributes:
        time: seconds since 1970.
        row: of the endpoint in the exposure.
        reason: a ``ReasonClass``.
        event: row of the event in the log.
        node: number, in the exposure, of the node that the endpoint was registered at: it logs that it is gone. -1 where that is no known
            one, and for connections that broke before a registration, which any node may log.
        pasted: whether the time was given from outside: a block that somebody pasted because it is the incident.
    """

    time: Floats
    row: Ints
    reason: Ints
    event: Ints
    node: Ints
    pasted: Bools
    _by_row: list[Groups] = field(default_factory=list)

    @property
    def by_row(self) -> Groups:
        """The drops of each endpoint; made when it is first asked for, as a log has millions and an incident asks for few."""
        if not self._by_row:
            self._by_row.append(grouped(self.row, int(self.row.max(initial=-1)) + 1))
        return self._by_row[0]

    @property
    def days(self) -> float:
        """From the first to the last; days without any drop do not count, so that one clock that is years off does not make a log long."""
        return min(float(self.time[-1] - self.time[0]) / DAY_S, float(len(np.unique(self.time // DAY_S)))) if len(self.time) else 0.0

    def only(self, chosen: Bools) -> Drops:
        """Some of the drops, in order."""
        columns = self.time[chosen], self.row[chosen], self.reason[chosen], self.event[chosen], self.node[chosen], self.pasted[chosen]
        return Drops(*columns)

    def between(self, start: float, end: float) -> slice:
        """Drops from ``start`` up to but without ``end``."""
        first, last = np.searchsorted(self.time, [start, end])
        return slice(int(first), int(last))


def find_drops(log: EventLog, exposure: Exposure, constants: Constants) -> Drops:
    """Unregistrations and broken registrations of named endpoints with a time.

    What follows a reset of the same device is a reset. One endpoint drops once at one moment, however often that is told; of
    several reasons the first known one in the order of ``ReasonClass`` stands.
    """
    kind = np.frombuffer(log.kind, dtype=np.int8)
    time = np.frombuffer(log.time, dtype=np.float64)
    name = np.frombuffer(log.name, dtype=np.int32)
    wanted = np.flatnonzero(np.isin(kind, (EventKind.UNREGISTERED, EventKind.TRANSIENT)) & np.isfinite(time) & (name >= 0))
    rows = rows_of_names(log, exposure.row_of)
    reason = _reason_classes(log)[wanted]
    reason[_after_reset(log, wanted, constants.admin_before_s)] = ReasonClass.RESET
    order = np.lexsort((reason, reason == ReasonClass.UNKNOWN, rows[name[wanted]], time[wanted]))
    wanted, reason = wanted[order], reason[order]
    row, at = rows[name[wanted]], time[wanted]
    again = np.zeros(len(wanted), dtype=bool)
    again[1:] = (np.diff(row) == 0) & (np.diff(at) == 0)
    event = wanted[~again]
    pasted = (np.frombuffer(log.assumed, dtype=np.int8)[event] & int(Assumed.TIME)) != 0
    nodes = numbers_of_nodes(log, exposure.number_of)
    node = np.where(kind[event] == EventKind.UNREGISTERED, nodes[np.frombuffer(log.node, dtype=np.int32)[event]], -1)
    return Drops(at[~again], row[~again], reason[~again], event, node, pasted)


def nameless_drops(log: EventLog) -> int:
    """How many unregistrations and broken registrations name no endpoint: lines that were cut off, or wrapped."""
    kind, name = np.frombuffer(log.kind, dtype=np.int8), np.frombuffer(log.name, dtype=np.int32)
    return int((np.isin(kind, (EventKind.UNREGISTERED, EventKind.TRANSIENT)) & (name < 0)).sum())


def _reason_classes(log: EventLog) -> Ints:
    code = np.frombuffer(log.reason, dtype=np.int16).astype(np.int64)
    enum_ = np.frombuffer(log.reason_enum, dtype=np.int8).astype(np.int64)
    pairs, inverse = np.unique(enum_ * 65536 + code + 1, return_inverse=True)
    classes = [reason_class(ReasonEnum(int(pair) // 65536), int(pair) % 65536 - 1) for pair in pairs]
    return np.array(classes, dtype=np.int64)[inverse]


def _after_reset(log: EventLog, wanted: Ints, seconds: float) -> Bools:
    """Which of the wanted events come soon after a reset or restart of the same device."""
    time = np.frombuffer(log.time, dtype=np.float64)
    name = np.frombuffer(log.name, dtype=np.int32)
    resets = np.flatnonzero(np.isin(np.frombuffer(log.kind, dtype=np.int8), (EventKind.RESET, EventKind.RESTART)) & (name >= 0))
    resets = resets[np.isfinite(time[resets])]
    both = np.concatenate([resets, wanted])
    is_drop = np.arange(len(both)) >= len(resets)
    order = np.lexsort((is_drop, time[both], name[both]))
    latest = np.maximum.accumulate(np.where(is_drop[order], -1, np.arange(len(both))))  # place of the last reset before each drop
    reset = both[order][np.maximum(latest, 0)]
    after = (latest >= 0) & (name[reset] == name[both[order]]) & (time[both[order]] - time[reset] <= seconds)
    found = np.zeros(len(both), dtype=bool)
    found[order] = after & is_drop[order]
    return found[len(resets) :]
