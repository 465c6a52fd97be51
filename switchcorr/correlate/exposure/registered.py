"""At which node each phone was registered before a moment, where the log tells: phones fail over, and stay where they went.

The node of an exposure is that of the locations, or the one that a log names most often. A registration says that a phone is at the node which
logs it, a drop that it was. Whenever more phones of some node have moved than are thought to be at a wrong one anyway (``node_error``), an
*epoch* begins, with an exposure of its own: the phones as they were registered when it began. Components keep their numbers.
Only nodes that the exposure knows count: a log may name the same node otherwise than the locations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.exposure.names import numbers_of_nodes, rows_of_names
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints, with_column
from switchcorr.model.event import EventKind, EventLog

LATE_S = 600.0
"""A drop that another node logs so soon after a registration is an old connection that it misses late. Assumed: keepalive time-outs and slack."""


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """The moves of phones between nodes, in order of time.

    Attributes:
        kind: number of the kind ``node`` in the exposure; -1 without moves.
        time, row, node: when the log first tells that a phone is at another node, seconds since 1970; its row, and the number of the node.
        ends: per epoch, of how many moves it begins; of the first of all, which is that of the exposure itself, none.
    """

    kind: int = -1
    time: Floats = field(default_factory=lambda: np.zeros(0))
    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    node: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    ends: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    def epoch_at(self, moment: float) -> int:
        """The epoch that had begun before a moment; 0 is that of the exposure itself."""
        before = int(np.searchsorted(self.time, moment))
        return int(np.searchsorted(self.ends, before, side="right")) - 1

    def exposure_in(self, epoch: int, exposure: Exposure) -> Exposure:
        """The exposure with the nodes of an epoch."""
        return with_column(exposure, self.kind, self._column(epoch, exposure)) if epoch else exposure

    def moved_in(self, epoch: int, exposure: Exposure) -> int:
        """How many phones an epoch has at another node than the exposure."""
        return int((self._column(epoch, exposure) != exposure.members[:, self.kind]).sum()) if epoch else 0

    def _column(self, epoch: int, exposure: Exposure) -> Ints:
        column = exposure.members[:, self.kind].copy()
        moves = slice(0, int(self.ends[epoch]))
        column[self.row[moves]] = self.node[moves]  # of several moves of a phone the last one stands
        return column


def find_registered(log: EventLog, exposure: Exposure, node_error: float) -> Registered:
    """The moves that a log tells of.

    Args:
        log: all events, in any order.
        exposure: of its phones.
        node_error: share of a node's phones that must have moved for an epoch to begin.
    """
    if "node" not in exposure.kinds:
        return Registered()
    kind = exposure.kinds.index("node")
    row, node, time = _told(log, exposure)
    begins = np.diff(row, prepend=-1) != 0
    before = np.where(begins, exposure.members[row, kind], np.concatenate([[-1], node[:-1]])[: len(node)])
    moves = np.flatnonzero(node != before)
    moves = moves[np.lexsort((row[moves], time[moves]))]
    if not len(moves):
        return Registered()
    least = np.maximum(exposure.size * node_error, 1.0)
    ends = _ends(time[moves], before[moves], node[moves], least)
    return Registered(kind, time[moves], row[moves], node[moves], ends)


def _told(log: EventLog, exposure: Exposure) -> tuple[Ints, Ints, Floats]:
    """Row, node and time of all that tells where a phone is registered, phone by phone in order of time."""
    kind, time = np.frombuffer(log.kind, dtype=np.int8), np.frombuffer(log.time, dtype=np.float64)
    rows, nodes = rows_of_names(log, exposure.row_of), numbers_of_nodes(log, exposure.number_of)
    row, node = rows[np.frombuffer(log.name, dtype=np.int32)], nodes[np.frombuffer(log.node, dtype=np.int32)]
    at = np.flatnonzero(np.isin(kind, (EventKind.UNREGISTERED, EventKind.REGISTERED)) & (row >= 0) & (node >= 0) & np.isfinite(time))
    there: Bools = kind[at] == EventKind.REGISTERED
    order = np.lexsort((node[at], there, time[at], row[at]))
    at, there = at[order], there[order]
    late = np.zeros(len(at), dtype=bool)
    late[1:] = (row[at][1:] == row[at][:-1]) & there[:-1] & ~there[1:] & (node[at][1:] != node[at][:-1]) & (np.diff(time[at]) <= LATE_S)
    at = at[~late]
    return row[at], node[at], time[at]


def _ends(time: Floats, left: Ints, reached: Ints, least: Floats) -> Ints:
    """After how many moves each epoch begins: whenever enough of a node's phones have left it or come to it, and when the last of them have followed."""
    ends, moved, many = [0], dict[int, int](), False
    last = np.diff(time, append=np.inf) > LATE_S
    for number, (*pair, is_last) in enumerate(zip(left.tolist(), reached.tolist(), last.tolist(), strict=True), start=1):
        for node in pair:
            moved[node] = moved.get(node, 0) + 1
        enough = any(node >= 0 and moved[node] > least[node] for node in pair)
        if enough or (many and is_last):
            ends.append(number)
            moved.clear()
        many = (many or enough) and not is_last
    return np.array(ends, dtype=np.int64)


def told_registered(registered: Registered, exposure: Exposure, moments: Sequence[float]) -> tuple[str, ...]:
    """For people: that some incidents are judged by other nodes than those of the locations."""
    count = max((registered.moved_in(epoch, exposure) for epoch in sorted({registered.epoch_at(moment) for moment in moments})), default=0)
    if not count:
        return ()
    them = "1 endpoint counts" if count == 1 else f"up to {count:,} endpoints count"
    return (
        f"{them} for the CallManager node at which the log tells they were registered last before an incident, not for their usual one",
    )
