r"""How far the clocks of the call servers' nodes are apart, estimated from the log itself.

Two things tell. A phone that unregisters at one node and registers at another shows its delay plus the difference of the two
clocks, one that moved the other way its delay minus it. How long the two ways take is not known and hardly ever alike (failing over
takes a minute or three, falling back seconds), but no delay is negative. So the difference lies between the shortest of either way:

.. math:: -\min_{b \to a} (t_\mathrm{registered} - t_\mathrm{gone}) \le o_b - o_a \le \min_{a \to b} (t_\mathrm{registered} - t_\mathrm{gone}),

and where none is among that, none is what is taken. And the phones of one sick part of the network drop in the same seconds
whatever their node: the difference of the nodes' mean times in such a burst is the offset again.
Each is a measured difference with a variance; the offsets are their weighted least squares,

.. math:: \min_o \sum_{ab} w_{ab} (o_a - o_b - d_{ab})^2,

with outliers weighed down. Only differences can be known: the median clock is taken to be right.
Source: bounds by two-way exchange (Marzullo and Owicki 1983; Mills, RFC 5905); robust weights (Huber 1964).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.stretches import Stretch
from switchcorr.correlate.detection.windows import ONSET_SHARE
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Floats, Ints
from switchcorr.model.campus import Domain
from switchcorr.model.event import EventKind, EventLog

LEAST_TOLD = 5
"""Phones of a node in a burst, or that moved each way, from which a difference is believed. Assumed."""
LONGEST_MOVE_S = 600.0
"""How long a phone takes at most to register at another node. Assumed."""
CLEAR = 2.0
"""Spreads by which an offset must differ from none to be applied. Assumed: one in twenty is wrong, and harmless."""
SHORTEST = 0.05
"""Share of the phones that took a way whose delays are left out before the shortest is believed: a node may note late that a phone is gone,
when it is at another one already. It widens the bounds, never narrows them. Assumed."""
LONE_BURST = 1.5
"""By how much the spread of a difference grows that one burst alone tells: what else happened in it, no other one says. Assumed."""
LEAST_SPREAD_S = 0.5
"""Spread of a single difference at best: times of logs are seldom finer. Assumed."""
_HUBER = 1.5
_ROUNDS = 10
_PATHS = frozenset((Domain.NETWORK, Domain.WAN_OR_NAT))


@dataclass(frozen=True, slots=True)
class Difference:
    """One measured difference of two clocks: node ``one`` is ``seconds`` ahead of node ``other``, by so many phones."""

    one: int
    other: int
    seconds: float
    variance: float
    phones: int


@dataclass(frozen=True, slots=True)
class Offset:
    """How far a node's clock is ahead of the median clock, the standard error of that, and from how many phones."""

    seconds: float
    spread: float
    phones: int


@dataclass(frozen=True, slots=True)
class ClockOffsets:
    """Offsets by the name of the node; nodes that nothing is known of are in ``unknown``."""

    known: Mapping[str, Offset] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()

    @property
    def clear(self) -> dict[str, Offset]:
        """The offsets that are larger than their uncertainty."""
        return {node: own for node, own in self.known.items() if abs(own.seconds) > CLEAR * own.spread}

    def sentences(self) -> tuple[str, ...]:
        """What is assumed, for people."""
        told = [
            f"the clock of node {node} is taken to be {abs(own.seconds):.1f} s {'ahead' if own.seconds > 0 else 'behind'} "
            f"(± {own.spread:.1f} s, from {own.phones:,} phones); its times are corrected by that"
            for node, own in sorted(self.clear.items())
        ]
        if told and len(self.known) == 2:
            told.append(
                "which of two clocks is right cannot be told, so the times lie between them; a check of NTP on both nodes settles it"
            )
        if told and self.unknown:
            told.append(
                f"how far the clocks of {', '.join(self.unknown)} are off is not known, so windows are wider by what the others are off"
            )
        return tuple(told)

    def applied(self, case: Case, log: EventLog) -> Case:
        """The case with corrected times, and with longer windows where a clock is unknown and others are known to be off."""
        shift = np.zeros(len(log.pools.nodes.texts) + 1)  # the last one: no node
        for node, own in self.clear.items():
            shift[log.pools.nodes.find(node)] = own.seconds
        if not shift.any():
            return case
        node_of = np.frombuffer(log.node, dtype=np.int32)[case.drops.event]
        return replace(case, drops=_shifted(case.drops, shift[node_of]), constants=replace(case.constants, window_s=self._window(case)))

    def _window(self, case: Case) -> float:
        usual = case.constants.window_s
        clear = self.clear
        apart = CLEAR * float(np.std([clear[node].seconds if node in clear else 0.0 for node in self.known]))
        more = max(0.0, apart - ONSET_SHARE * usual) if self.unknown else 0.0
        return usual + min(more, usual)


def estimate_offsets(log: EventLog, case: Case, stretches: Sequence[Stretch]) -> ClockOffsets:
    """Offsets of the nodes that a log names.

    Args:
        log: all events.
        case: its drops.
        stretches: in which single components stand out.
    """
    names = log.pools.nodes.texts
    node = np.frombuffer(log.node, dtype=np.int32).astype(np.int64)
    told = np.unique(node[case.drops.event])
    told = told[told >= 0]
    if len(told) < 2:
        return ClockOffsets()
    differences = [*_by_moves(log, node), *_by_bursts(case, node, stretches)]
    found: dict[str, Offset] = {}
    for group in _connected(differences):
        mine = [one for one in differences if one.one in group]
        found |= {names[number]: own for number, own in _solved(mine, sorted(group)).items()}
    unknown = tuple(sorted(names[number] for number in told.tolist() if names[number] not in found))
    return ClockOffsets(dict(sorted(found.items())), unknown)


def _by_moves(log: EventLog, node: Ints) -> Iterator[Difference]:
    """From phones that unregister at one node and register at another, and others that go the other way."""
    away, to, gaps = _moves(log, node)
    for a, b in np.unique(np.stack([np.minimum(away, to), np.maximum(away, to)]), axis=1).T.tolist():
        there, again = gaps[(away == a) & (to == b)], gaps[(away == b) & (to == a)]
        if min(len(there), len(again)) < LEAST_TOLD:
            continue
        low, high = -_shortest(again), _shortest(there)
        if low > high:
            continue  # the nodes noted late that phones were gone, so their delays are no bounds
        middle = (low + high) / 2 if low > 0 or high < 0 else 0.0
        yield Difference(b, a, middle, (max(high - middle, middle - low) / CLEAR) ** 2, len(there) + len(again))


def _moves(log: EventLog, node: Ints) -> tuple[Ints, Ints, Floats]:
    """Of each phone that changed its node, the one that it left, the one it went to, and how long after that by the two clocks."""
    kind, time = np.frombuffer(log.kind, dtype=np.int8), np.frombuffer(log.time, dtype=np.float64)
    name = np.frombuffer(log.name, dtype=np.int32)
    leaves = np.isin(kind, (EventKind.UNREGISTERED, EventKind.TRANSIENT))
    rows = np.flatnonzero((leaves | (kind == EventKind.REGISTERED)) & (name >= 0) & (node >= 0) & np.isfinite(time))
    rows = rows[np.lexsort((time[rows], name[rows]))]
    first, second = rows[:-1], rows[1:]
    gap = time[second] - time[first]
    together = (name[first] == name[second]) & (node[first] != node[second]) & (gap <= LONGEST_MOVE_S)
    forth = together & leaves[first] & ~leaves[second]
    back = together & ~leaves[first] & leaves[second]  # a clock that is behind shows the registration first
    away = np.concatenate([node[first][forth], node[second][back]])
    to = np.concatenate([node[second][forth], node[first][back]])
    return away, to, np.concatenate([gap[forth], -gap[back]])


def _shortest(delays: Floats) -> float:
    return float(np.quantile(delays, SHORTEST, method="higher"))


def _by_bursts(case: Case, node: Ints, stretches: Sequence[Stretch]) -> Iterator[Difference]:
    """From bursts of one part of the network: its phones drop together, whatever their node."""
    found = [one for stretch in stretches for one in _in_burst(case, node, stretch)]
    bursts = Counter((one.one, one.other) for one in found)
    for one in found:
        yield one if bursts[one.one, one.other] > 1 else replace(one, variance=one.variance * LONE_BURST**2)


def _in_burst(case: Case, node: Ints, stretch: Stretch) -> Iterator[Difference]:
    exposure, drops = case.exposure, case.drops
    if exposure.domain_of(stretch.component) not in _PATHS:
        return
    span = drops.between(stretch.window.start, stretch.window.end)
    mine = exposure.exposed(exposure.members[drops.row[span]], stretch.component)
    times, nodes = drops.time[span][mine], node[drops.event[span][mine]]
    own, count = np.unique(nodes[nodes >= 0], return_counts=True)
    told = own[count >= LEAST_TOLD].tolist()
    for place, one in enumerate(told):
        for other in told[:place]:
            here, there = times[nodes == one], times[nodes == other]
            variance = float(np.var(here, ddof=1) / len(here) + np.var(there, ddof=1) / len(there))
            yield Difference(one, other, float(here.mean() - there.mean()), variance, len(here) + len(there))


def _connected(differences: Sequence[Difference]) -> list[set[int]]:
    """Nodes that differences connect."""
    groups: list[set[int]] = []
    for one in differences:
        touched = [group for group in groups if group & {one.one, one.other}]
        groups = [group for group in groups if group not in touched]
        groups.append(set().union({one.one, one.other}, *touched))
    return groups


def _solved(differences: Sequence[Difference], nodes: Sequence[int]) -> dict[int, Offset]:
    """Weighted least squares over one connected group, outliers weighed down; the median clock is right."""
    place = {number: i for i, number in enumerate(nodes)}
    design = np.zeros((len(differences), len(nodes)))
    for i, one in enumerate(differences):
        design[i, place[one.one]], design[i, place[one.other]] = 1.0, -1.0
    seconds = np.array([one.seconds for one in differences])
    spread = np.sqrt(np.array([one.variance for one in differences]) + LEAST_SPREAD_S**2)
    trust = np.ones(len(differences))
    for _ in range(_ROUNDS):
        inverse = np.linalg.pinv(design.T @ (design * (trust / spread**2)[:, np.newaxis]), hermitian=True)
        offsets = inverse @ design.T @ (trust / spread**2 * seconds)
        wrong = np.abs(design @ offsets - seconds) / spread
        trust = np.minimum(1.0, _HUBER / np.maximum(wrong, _HUBER))
    offsets = offsets - np.median(offsets)
    phones = np.abs(design).T @ np.array([one.phones for one in differences])
    errors = np.sqrt(np.diag(inverse))
    return {number: Offset(float(offsets[i]), float(errors[i]), int(phones[i])) for number, i in place.items()}


def _shifted(drops: Drops, seconds: Floats) -> Drops:
    time = drops.time - seconds
    order = np.lexsort((drops.row, time))
    return Drops(time[order], drops.row[order], drops.reason[order], drops.event[order], drops.node[order], drops.pasted[order])
