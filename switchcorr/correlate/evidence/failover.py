"""Where the phones of an incident came back: of a node that has failed at the next one of their list, soon; behind a dead path nowhere, or where they were.

A phone holds a connection to the second node of its CallManager group and registers there when the first one fails; that it could says that the network
between it and the cluster worked. A path that is lost for some minutes leaves phones at the node where they were, but for some whose connections break
one after the other. How many fail over differs from fault to fault, so the share is integrated out, and what it says is bounded.
Source: failover of phones (Cisco document 200410), five minutes without a registration as the mark of what is not usual (alarm texts 12.5 to 15);
the shares are assumed, no public measurement was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import betaln

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.drops.reasons import ON_PURPOSE
from switchcorr.correlate.drops.returns import Returns, homeward
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.correlate.exposure.node_names import is_address
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.model.campus import Domain, risk_kind
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.moments import DAY_S

_LEAST_ROAMED = 3
"""Phones of a node that must have been at another one too, so that its phones are known to have a second one. Assumed."""
_SERVERS = frozenset(("node", "cluster"))
_LOOKED_AT = 6
"""Registrations of a phone that are looked at: more in some minutes are a phone that flaps."""


@dataclass(frozen=True, slots=True, eq=False)
class Comings:
    """At which nodes the endpoints of a log registered.

    Attributes:
        log: itself.
        returns: all registrations.
        homeward: all drops of endpoints that left a node for their own one.
        names: of the nodes of the log, by number.
        by_address: of each, whether the log tells its address only: that may be any of those with a name.
        first, last: of each, from when to when the log has events of it, seconds since 1970; never for one that tells of no registration at all.
        roamed: of each row of the exposure, whether it registered at several nodes in the course of the log.
    """

    log: EventLog = field(default_factory=EventLog)
    returns: Returns = field(default_factory=Returns)
    homeward: Returns = field(default_factory=Returns)
    names: Sequence[str] = ()
    by_address: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    first: Floats = field(default_factory=lambda: np.zeros(0))
    last: Floats = field(default_factory=lambda: np.zeros(0))
    roamed: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))


@dataclass(frozen=True, slots=True, eq=False)
class Failover:
    """Of the endpoints of an incident of which it is told: whether each came back at another node soon.

    Attributes:
        row: of each endpoint.
        moved: whether it did; what stayed away, or came back where it was, did not.
        seconds: after its drop; 0 for one that was at the other node before the first missed it, infinite where only that it left it later tells that it came.
        node: where to, by number; -1 of one that did not.
        names: of the nodes of the log.
        roamed: of each row of the exposure, whether it registered at several nodes in the course of the log.
        constants: of the model.
    """

    constants: Constants = DEFAULT
    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    moved: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    seconds: Floats = field(default_factory=lambda: np.zeros(0))
    node: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    names: Sequence[str] = ()
    roamed: Bools = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))

    def of(self, exposure: Exposure, component: int) -> Failover:
        """That of the endpoints of a component."""
        own = exposure.exposed(exposure.members[self.row], component)
        return Failover(self.constants, self.row[own], self.moved[own], self.seconds[own], self.node[own], self.names, self.roamed)

    def odds_of(self, exposure: Exposure, component: int) -> float:
        """Log likelihood ratio of a fault of a component against a lost path, by its own endpoints; 0 where nothing is told of them."""
        own, kind = self.of(exposure, component), exposure.components[component].kind
        if not len(own.row):
            return 0.0
        constants, told = self.constants, (int(own.moved.sum()), len(own.row))
        if kind == "node":
            rates = constants.failover_rates_known if self.has_second(exposure, component) else constants.failover_rates
        else:
            rates = constants.failover_rates_cluster if kind == "cluster" else constants.failover_rates_edge
        odds = _log_share(*told, rates) - _log_share(*told, constants.failover_rates_path)
        return float(np.clip(odds, -constants.failover_odds, constants.failover_odds))

    def has_second(self, exposure: Exposure, component: int) -> bool:
        """Whether phones of a component that did not move in this incident have been at several nodes in the course of the log."""
        if not len(self.roamed):
            return False
        rows = np.flatnonzero(self.roamed & exposure.exposed(exposure.members, component))
        return len(np.setdiff1d(rows, self.row[self.moved])) >= _LEAST_ROAMED


def comings_of(log: EventLog, returns: Returns, exposure: Exposure) -> Comings:
    """At which nodes the endpoints of a log registered; where one node alone is told of, nothing is said, as none can be another."""
    names, time = tuple(log.pools.nodes.texts), np.frombuffer(log.time, dtype=np.float64)
    of_event = np.frombuffer(log.node, dtype=np.int32).astype(np.int64)
    of_phones = of_event[np.isin(np.frombuffer(log.kind, dtype=np.int8), (EventKind.UNREGISTERED, EventKind.REGISTERED))]
    left = homeward(log)
    if not len(returns.name) + len(left.name) or len(np.unique(of_phones[of_phones >= 0])) < 2:
        return Comings(log, returns)
    first, last = np.full(len(names), np.inf), np.full(len(names), -np.inf)
    tells = np.isin(np.arange(len(names)), of_event[returns.event])  # a log by severity may lack registrations
    timed = np.flatnonzero((of_event >= 0) & np.append(tells, False)[of_event] & np.isfinite(time))
    np.minimum.at(first, of_event[timed], time[timed])
    np.maximum.at(last, of_event[timed], time[timed])
    row, at = rows_of_names(log, exposure.row_of)[returns.name], of_event[returns.event]
    told = np.flatnonzero((row >= 0) & (at >= 0))
    pair = np.unique(row[told] * len(names) + at[told]) // len(names)
    roamed = np.zeros(len(exposure.phones), dtype=np.bool_)
    roamed[pair[:-1][pair[1:] == pair[:-1]]] = True
    return Comings(log, returns, left, names, np.array([is_address(name) for name in names]), first, last, roamed)


def failover_in(comings: Comings, drops: Drops, span: slice, constants: Constants) -> Failover:
    """What the endpoints of a window did after the first drop of each that a node logged for another reason than somebody's purpose.

    Args:
        comings: of the log.
        drops: of the log.
        span: the drops of the window; times that were given by hand say nothing.
        constants: ``failover_before_s`` and ``failover_after_s`` bound what is soon; an old node may miss a phone late, when it is at the next one already.
    """
    if not len(comings.names) or drops.pasted[span].any():
        return Failover(constants)
    log, firsts = comings.log, span.start + np.unique(drops.row[span], return_index=True)[1]
    event = drops.event[firsts]
    home = np.frombuffer(log.node, dtype=np.int32)[event].astype(np.int64)
    is_told = (
        (np.frombuffer(log.kind, dtype=np.int8)[event] == EventKind.UNREGISTERED) & (home >= 0) & ~np.isin(drops.reason[firsts], ON_PURPOSE)
    )
    firsts, event, home = firsts[is_told], event[is_told], home[is_told]
    gone = np.frombuffer(log.time, dtype=np.float64)[event]
    answer, back = _first_answers(comings, event, home, constants)
    away = (answer < 0) & _would_be_told(comings, home, gone + constants.failover_after_s)
    later = np.where(answer < 0, _left_later(comings, event, home), -1)
    answer, back = np.where(later >= 0, later, answer), np.where(later >= 0, np.inf, back)
    counts = (answer >= 0) | away | (later >= 0).any()
    moved = (answer >= 0) & (answer != home)
    return Failover(
        constants,
        drops.row[firsts][counts],
        moved[counts],
        np.maximum(back - gone, 0.0)[counts],
        np.where(moved, answer, -1)[counts],
        comings.names,
        comings.roamed,
    )


def _first_answers(comings: Comings, event: Ints, home: Ints, constants: Constants) -> tuple[Ints, Floats]:
    """Node at which each endpoint registered first about its drop, and when; -1 where it did not soon."""
    log, returns = comings.log, comings.returns
    name, gone = np.frombuffer(log.name, dtype=np.int32)[event], np.frombuffer(log.time, dtype=np.float64)[event]
    place, end = returns.since(name, gone - constants.failover_before_s)
    node = np.frombuffer(log.node, dtype=np.int32)
    answer, back, is_open = np.full(len(event), -1, dtype=np.int64), gone.copy(), np.ones(len(event), dtype=np.bool_)
    for step in range(_LOOKED_AT):
        is_open &= place + step < end
        chosen = np.flatnonzero(is_open)
        at = place[chosen] + step
        there, time = node[returns.event[at]], returns.time[at]
        late = time > gone[chosen] + constants.failover_after_s
        comparable = (there >= 0) & (comings.by_address[there] == comings.by_address[home[chosen]])
        counts = ~late & comparable & ((there != home[chosen]) | (time > gone[chosen]))
        answer[chosen[counts]], back[chosen[counts]] = there[counts], time[counts]
        is_open[chosen[late | counts]] = False
    return answer, back


def _left_later(comings: Comings, event: Ints, home: Ints) -> Ints:
    """Node that each endpoint left for its own one after it had dropped there, within a day and before it registered anywhere; -1 where nothing says so."""
    log, left, returns = comings.log, comings.homeward, comings.returns
    name, gone = np.frombuffer(log.name, dtype=np.int32)[event], np.frombuffer(log.time, dtype=np.float64)[event]
    node, found = np.frombuffer(log.node, dtype=np.int32).astype(np.int64), np.full(len(event), -1, dtype=np.int64)
    place, end = left.since(name, np.nextafter(gone, np.inf))
    chosen = np.flatnonzero(place < end)
    at = place[chosen]
    there, time = node[left.event[at]], left.time[at]
    came, until = returns.since(name[chosen], gone[chosen])
    told = came < until
    told[told] = returns.time[came[told]] < time[told]
    fits = ~told & (there >= 0) & (there != home[chosen]) & (time <= gone[chosen] + DAY_S)
    fits &= comings.by_address[there] == comings.by_address[home[chosen]]
    found[chosen[fits]] = there[fits]
    return found


def _would_be_told(comings: Comings, home: Ints, until: Floats) -> Bools:
    """Of endpoints that did not come back: whether the log of any other node reaches from before to behind the time in which they would have."""
    found = np.zeros(len(home), dtype=np.bool_)
    for node in range(len(comings.names)):
        reaches = (comings.first[node] < until) & (comings.last[node] >= until)
        found |= (home != node) & reaches & (comings.by_address[home] == comings.by_address[node])
    return found


def failover_odds(failover: Failover, exposure: Exposure) -> dict[int, float]:
    """Log likelihood ratios against a lost path, of each component of a kind of which where phones came back tells anything."""
    kinds = [says_something_of(kind) for kind in exposure.kinds]
    numbers = np.unique(exposure.members[failover.row][:, kinds])
    return {number: failover.odds_of(exposure, number) for number in numbers[numbers >= 0].tolist()}


def says_something_of(kind: str) -> bool:
    """Whether where phones came back tells anything of a kind: of servers, and of what may lose the way to one of them alone."""
    return kind in _SERVERS or risk_kind(kind).domain is Domain.WAN_OR_NAT or risk_kind(kind).common


def _log_share(moved: int, told: int, rates: Sequence[tuple[float, float, float]]) -> float:
    """Log probability that these of so many moved, the share integrated out over a mixture of beta distributions."""
    terms = [np.log(weight) + betaln(a + moved, b + told - moved) - betaln(a, b) for weight, a, b in rates]
    return float(np.logaddexp.reduce(terms))
