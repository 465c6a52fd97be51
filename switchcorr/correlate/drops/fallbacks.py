"""Drops of phones that go home: registered at another node for a while, they leave it for their own one as soon as that is well again.

Newer call managers log that with a reason of its own (28), older ones as a reset by the phone, a closed connection or a second registration. All
phones of a node that was down go home in the same minute, and by the node alone that they leave its server would be accused. A phone goes home if it registered
at the node it drops from within a day, and is at its usual one within seconds of the drop, or was so before that was logged.
Source: fallback of phones to the node of higher priority (Cisco document 200410); the times are assumed.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from switchcorr.correlate.drops.reasons import ON_PURPOSE, ReasonClass
from switchcorr.correlate.drops.returns import Returns
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.names import numbers_of_nodes
from switchcorr.correlate.exposure.registered import LATE_S
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.model.event import EventLog
from switchcorr.model.moments import DAY_S

_SOON_S = 30.0
"""How soon a phone that goes home is there. Assumed: it is connected to its node already; one that has lost its node takes a keepalive time-out first."""
_AWAY_S = DAY_S
"""How long a phone is away at most: at a node where it has been longer it may be for good. Assumed."""

_SAID = (*ON_PURPOSE, ReasonClass.SERVER_RESTART)
"""Reasons that say why the phone went."""


def with_fallbacks(drops: Drops, log: EventLog, returns: Returns, exposure: Exposure) -> tuple[Drops, int]:
    """The drops, those of phones that went home as planned, and how many these are beside those that the log calls so."""
    home = _usual(drops, exposure)
    chosen = (drops.node >= 0) & (home >= 0) & (home != drops.node) & ~drops.pasted & ~np.isin(drops.reason, _SAID)
    asked = np.flatnonzero(chosen)
    asked = asked[_went_home(drops.only(chosen), home[asked], log, returns, exposure)]
    if not len(asked):
        return drops, 0
    reason = drops.reason.copy()
    reason[asked] = ReasonClass.SCHEDULED
    return replace(drops, reason=reason), len(asked)


def told_fallbacks(count: int) -> tuple[str, ...]:
    """For people: how many drops were taken so."""
    if not count:
        return ()
    them = "1 drop of a phone that went" if count == 1 else f"{count:,} drops of phones that went"
    return (f"{them} back from another CallManager node to the usual one at once: taken for a planned fallback, not for a fault",)


def _usual(drops: Drops, exposure: Exposure) -> Ints:
    if "node" not in exposure.kinds:
        return np.full(len(drops.time), -1, dtype=np.int64)
    usual: Ints = exposure.members[drops.row, exposure.kinds.index("node")]
    return usual


def _went_home(drops: Drops, home: Ints, log: EventLog, returns: Returns, exposure: Exposure) -> Bools:
    """Which of some drops at other nodes than the usual ones are those of phones that went home."""
    node = numbers_of_nodes(log, exposure.number_of)[np.frombuffer(log.node, dtype=np.int32)]
    name = np.frombuffer(log.name, dtype=np.int32)[drops.event]
    place, end = returns.since(name, drops.time)

    def is_at(step: int, where: Ints, since: Floats, until: Floats) -> Bools:
        """Whether the registration some places behind the drop is at a node, within some times."""
        at = place + step
        there = (at >= 0) & (at < end)
        at = np.where(there, at, 0)
        found: Bools = (
            there
            & (returns.name[at] == name)
            & (node[returns.event[at]] == where)
            & (returns.time[at] >= since)
            & (returns.time[at] <= until)
        )
        return found

    if not len(returns.name):
        return np.zeros(len(drops.time), dtype=np.bool_)
    away = drops.time - _AWAY_S
    soon = is_at(0, home, drops.time, drops.time + _SOON_S) & is_at(-1, drops.node, away, drops.time)
    before = is_at(-1, home, drops.time - LATE_S, drops.time) & is_at(-2, drops.node, away, drops.time)
    return soon | before
