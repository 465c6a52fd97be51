"""At which node each phone was registered before a moment, and with which firmware, where the log tells.

Phones fail over, and stay where they went; they load new software, and keep it. The node of an exposure is that of the locations, or the one that a log names
most often; a registration says that a phone is at the node which logs it, a drop that it was. The firmware of an exposure is that of the locations; where
they name none, a registration tells it (``firmware``), and before that nothing does. Whenever more phones of some node or load have moved than are thought to
be at a wrong one anyway (``node_error``), or many more are told, an *epoch* begins, with an exposure of its own: the phones as they were registered when it
began. Components keep their numbers. Only nodes that the exposure knows count: a log may name the same node otherwise than the locations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.exposure.firmware import LEAST_TOLD, as_of_their_model, loads_of, numbers_of, tells_apart
from switchcorr.correlate.exposure.names import numbers_of_nodes, rows_of_names
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints, with_columns
from switchcorr.model.event import EventKind, EventLog
from switchcorr.text import counted

LATE_S = 600.0
"""A drop that another node logs so soon after a registration is an old connection that it misses late. Assumed: keepalive time-outs and slack.
Until then the phone counts as at the old node: what it logs in the next minutes may be why the phone went."""
FURTHER = 0.05
"""Share of the phones whose firmware is told for the first time that makes an epoch. Assumed: each costs a large site tens of megabytes and a fifth of a second."""
FEW = 0.0005
"""Share of all phones of which a change of firmware is none. Assumed, for the same reason: a hundred of 200,000."""


@dataclass(frozen=True, slots=True, eq=False)
class Moves:
    """What phones came to in the course of a log, in order of time.

    Attributes:
        kind: number of the kind, node or firmware, in the exposure; -1 without moves.
        time, row, number: when the log first tells that a phone has another component of the kind, seconds since 1970; its row, and the component.
        ends: per epoch, of how many moves it begins; of the first of all, which is that of the exposure itself, none.
    """

    kind: int = -1
    time: Floats = field(default_factory=lambda: np.zeros(0))
    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    number: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    ends: Ints = field(default_factory=lambda: np.zeros(1, dtype=np.int64))

    def epoch_at(self, moment: float) -> int:
        """The epoch that had begun before a moment; 0 is that of the exposure itself."""
        before = int(np.searchsorted(self.time, moment))
        return int(np.searchsorted(self.ends, before, side="right")) - 1

    def column(self, epoch: int, exposure: Exposure) -> Ints:
        """Per phone its component in an epoch."""
        column: Ints = exposure.members[:, self.kind].copy()
        moves = slice(0, int(self.ends[epoch]))
        column[self.row[moves]] = self.number[moves]  # of several moves of a phone the last one stands
        return column


@dataclass(frozen=True, slots=True, eq=False)
class Registered:
    """The moves of phones between nodes, and from load to load; an epoch is one of each."""

    nodes: Moves = field(default_factory=Moves)
    loads: Moves = field(default_factory=Moves)

    def epoch_at(self, moment: float) -> int:
        """The epoch that had begun before a moment; 0 is that of the exposure itself."""
        return self.nodes.epoch_at(moment) * len(self.loads.ends) + self.loads.epoch_at(moment)

    def exposure_in(self, epoch: int, exposure: Exposure) -> Exposure:
        """The exposure with the nodes and the firmware of an epoch."""
        nodes, loads = divmod(epoch, len(self.loads.ends))
        columns = {self.nodes.kind: self.nodes.column(nodes, exposure)} if nodes else {}
        if loads:
            columns[self.loads.kind] = self._firmware(loads, exposure)
        return with_columns(exposure, columns) if columns else exposure

    def latest(self, exposure: Exposure) -> Exposure:
        """The exposure with the firmware that the log told last."""
        return self.exposure_in(len(self.loads.ends) - 1, exposure)

    def moved_in(self, epoch: int, exposure: Exposure) -> int:
        """How many phones an epoch has at another node than the exposure."""
        nodes = epoch // len(self.loads.ends)
        return int((self.nodes.column(nodes, exposure) != exposure.members[:, self.nodes.kind]).sum()) if nodes else 0

    def told_in(self, epoch: int, exposure: Exposure) -> tuple[int, int]:
        """Of how many phones an epoch has a firmware that only the log tells, and of how many of these it is that of their model."""
        loads = epoch % len(self.loads.ends)
        if not loads:
            return 0, 0
        lacking = exposure.members[:, self.loads.kind] < 0
        known = (self._firmware(loads, exposure) >= 0) & lacking
        return int(known.sum()), int((known & (self.loads.column(loads, exposure) < 0)).sum())

    def _firmware(self, epoch: int, exposure: Exposure) -> Ints:
        told = self.loads.column(epoch, exposure)
        if "firmware" not in exposure.from_log:
            return told
        model = exposure.members[:, exposure.kinds.index("model")] if "model" in exposure.kinds else np.full(len(told), -1)
        column = as_of_their_model(told, model)
        return column if tells_apart(column, exposure.is_phone, exposure.located) else exposure.members[:, self.loads.kind]


def find_registered(log: EventLog, exposure: Exposure, node_error: float) -> Registered:
    """The moves that a log tells of.

    Args:
        log: all events, in any order.
        exposure: of its phones.
        node_error: share of the phones of a node, or of a load, that must have moved for an epoch to begin.
    """
    return Registered(_between_nodes(log, exposure, node_error), _between_loads(log, exposure, node_error))


def _between_nodes(log: EventLog, exposure: Exposure, node_error: float) -> Moves:
    if "node" not in exposure.kinds:
        return Moves()
    kind = exposure.kinds.index("node")
    row, node, time = _told(log, exposure)
    moves, before = _changes(row, node, exposure.members[:, kind])
    moves = moves[np.lexsort((row[moves], time[moves]))]
    if not len(moves):
        return Moves()
    ends = _ends(time[moves], before[moves], node[moves], np.maximum(exposure.size * node_error, 1.0))
    return Moves(kind, time[moves], row[moves], node[moves], ends)


def _between_loads(log: EventLog, exposure: Exposure, node_error: float) -> Moves:
    """Of phones whose firmware the locations do not name, from when on it is told of enough."""
    if "firmware" not in exposure.kinds:
        return Moves()
    kind, loads = exposure.kinds.index("firmware"), loads_of(log, exposure.row_of, exposure.is_phone)
    number, named = numbers_of(loads, exposure.number_of), exposure.members[:, kind] >= 0
    told = (number >= 0) & ~named[loads.row]
    row, number, time = loads.row[told], number[told], loads.time[told]
    moves, before = _changes(row, number, exposure.members[:, kind])
    moves = moves[np.lexsort((row[moves], time[moves]))]
    row, number, time, before = row[moves], number[moves], time[moves], before[moves]
    known, phones = np.cumsum(before < 0) + int(named.sum()), int(exposure.is_phone.sum())
    if not len(moves) or known[-1] < LEAST_TOLD * phones:
        return Moves()
    begin = int(np.searchsorted(known, LEAST_TOLD * phones)) + 1
    steps = np.searchsorted(known, np.arange(known[begin - 1], known[-1] + 1, max(int(FURTHER * phones), 1))[1:]) + 1
    changed = np.flatnonzero(before >= 0)
    least = np.maximum(np.bincount(number, minlength=len(exposure.components)) * node_error, max(FEW * phones, 1.0))
    after = _ends(time[changed], before[changed], number[changed], least)[1:]
    ends = np.unique(np.concatenate([[begin], steps, changed[after - 1] + 1]))
    return Moves(kind, time, row, number, np.concatenate([[0], ends[ends >= begin]]))


def _changes(row: Ints, number: Ints, first: Ints) -> tuple[Ints, Ints]:
    """Places at which a phone has another component than before, and of each place the component before.

    Args:
        row, number: of all that is told, phone by phone in order of time.
        first: per phone its component before anything is told.
    """
    begins = np.diff(row, prepend=-1) != 0
    before: Ints = np.where(begins, first[row], np.concatenate([[-1], number[:-1]])[: len(number)])
    return np.flatnonzero(number != before), before


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
    since = time[at]
    since[:-1][late[1:]] = since[1:][late[1:]]
    at, since = at[~late], since[~late]
    return row[at], node[at], since


def _ends(time: Floats, left: Ints, reached: Ints, least: Floats) -> Ints:
    """After how many moves each epoch begins: whenever enough of a component's phones have left it or come to it, and when the last of them have followed."""
    ends, moved, many = [0], dict[int, int](), False
    last = np.diff(time, append=np.inf) > LATE_S
    for number, (*pair, is_last) in enumerate(zip(left.tolist(), reached.tolist(), last.tolist(), strict=True), start=1):
        for one in pair:
            moved[one] = moved.get(one, 0) + 1
        enough = any(one >= 0 and moved[one] > least[one] for one in pair)
        if enough or (many and is_last):
            ends.append(number)
            moved.clear()
        many = (many or enough) and not is_last
    return np.array(ends, dtype=np.int64)


def told_registered(registered: Registered, exposure: Exposure, moments: Sequence[float]) -> tuple[str, ...]:
    """For people: that some incidents are judged by other nodes than those of the locations, and by the firmware that the log tells."""
    epochs = sorted({registered.epoch_at(moment) for moment in moments})
    count = max((registered.moved_in(epoch, exposure) for epoch in epochs), default=0)
    sentences = []
    if count:
        them = "1 endpoint counts" if count == 1 else f"up to {count:,} endpoints count"
        sentences.append(
            f"{them} for the CallManager node at which the log tells they were registered last before an incident, not for their usual one"
        )
    known, of_model = max((registered.told_in(epoch, exposure) for epoch in epochs), default=(0, 0))
    if known:
        alike = f" (of {of_model:,} that of nearly all told phones of their model)" if of_model else ""
        sentences.append(
            f"the firmware of {counted(known, 'phone')} is the one with which the log tells they registered last before an incident{alike}"
        )
    return tuple(sentences)
