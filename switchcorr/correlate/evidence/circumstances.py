"""What is known of a window apart from which phones dropped, as bounded log likelihood ratios per component.

They enter before the search, so that they can rescue a component that few drops speak for. Of several facts about one
component the largest counts: a link flap that shows as counter and as syslog is one fact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.evidence.failover import Failover, failover_odds
from switchcorr.correlate.evidence.phones import PhoneSide
from switchcorr.correlate.evidence.servers import ServerEvidence
from switchcorr.correlate.evidence.switches import COUNTER_KINDS, distance, fact_weight, is_near
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.model.campus import Component, Domain, Observation, risk_kind

_SUDDEN = frozenset((Domain.CALL_SERVER, Domain.WAN_OR_NAT))
"""Where a fault closes all connections at once: a server that restarts, a firewall that forgets."""
_FEW = 5
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of one window apart from which phones dropped.

    Attributes:
        server: alerts of the call servers.
        facts: observations whose time fits.
        sudden: of components whose phones dropped all at once, from several switches: within how many seconds.
        first: the first drop, seconds since 1970.
        recurring: in how many other bursts of the log a component stands out.
        again: what the other windows of the log say of components, as log odds.
        phones: what the phones themselves say of why they went.
        failover: where they came back.
    """

    server: ServerEvidence
    facts: tuple[Observation, ...] = ()
    sudden: Mapping[int, float] = field(default_factory=dict)
    first: float = 0.0
    recurring: Mapping[Component, int] = field(default_factory=dict)
    again: Mapping[int, float] = field(default_factory=dict)
    phones: PhoneSide = field(default_factory=PhoneSide)
    failover: Failover = field(default_factory=Failover)


def facts_in(observations: Sequence[Observation], window: Window, constants: Constants) -> tuple[Observation, ...]:
    """Observations without a time, and those near a window; of the times over which a component's counters were read, the nearest."""
    near = [fact for fact in observations if is_near(fact, window, constants)]
    nearest: dict[Component, float] = {}
    for fact in near:
        if fact.kind in COUNTER_KINDS:
            nearest[fact.component] = min(distance(fact, window), nearest.get(fact.component, np.inf))
    return tuple(fact for fact in near if fact.kind not in COUNTER_KINDS or distance(fact, window) <= nearest[fact.component])


def sudden_bursts(drops: Drops, span: slice, exposure: Exposure, constants: Constants) -> dict[int, float]:
    """Server-side components whose dropped phones, from several switches, went within ``tight_s``: within how many seconds.

    Times by the full minute and times given by hand are no measure of suddenness.
    """
    rows, first = np.unique(drops.row[span], return_index=True)
    times = drops.time[span][first]
    if "switch" not in exposure.kinds or len(times) < _FEW or drops.pasted[span].any() or not (times % 60).any():
        return {}
    members = exposure.members[rows]
    switch = members[:, exposure.kinds.index("switch")]
    found: dict[int, float] = {}
    for j, kind in enumerate(exposure.kinds):
        if risk_kind(kind).domain in _SUDDEN:
            found.update(_sudden_of(members[:, j], times, switch, constants.tight_s))
    return found


def _sudden_of(number: Ints, times: Floats, switch: Ints, tight_s: float) -> dict[int, float]:
    """The components of one kind whose dropped phones, from several switches, went within ``tight_s``: within how many seconds.

    Args:
        number, times, switch: of each phone that dropped its component, when, and its switch; -1 where one is not known.
        tight_s: seconds.
    """
    known = np.flatnonzero(number >= 0)
    known = known[np.argsort(number[known], kind="stable")]
    components, first, count = np.unique(number[known], return_index=True, return_counts=True)
    seconds = np.maximum.reduceat(times[known], first) - np.minimum.reduceat(times[known], first)
    found = {}
    for place in np.flatnonzero((count >= _FEW) & (seconds <= tight_s)).tolist():
        own = switch[known[first[place] : first[place] + count[place]]]
        if (np.unique(own) >= 0).sum() >= _SEVERAL:
            found[int(components[place])] = float(seconds[place])
    return found


def component_odds(exposure: Exposure, known: Circumstances, constants: Constants) -> Floats:
    """Log likelihood ratio per component of everything but the phones: of several facts about one component the largest counts."""
    odds = np.zeros(len(exposure.components))
    for number, fact in heaviest_facts(exposure, known.facts, constants).items():
        odds[number] += fact_weight(fact, constants)
    for number in known.sudden:
        odds[number] += constants.tight_odds
    for number, again in known.again.items():
        odds[number] += again
    for kind in ("node", "cluster"):
        own = exposure.range_of(exposure.kinds.index(kind)) if kind in exposure.kinds else slice(0, 0)
        for number in range(own.start, own.stop):
            odds[number] += known.server.odds_of(exposure.components[number].id if kind == "node" else "")
    for number, told in failover_odds(known.failover, exposure).items():
        odds[number] += told
    for j, kind in enumerate(exposure.kinds):
        odds[exposure.range_of(j)] += known.phones.odds_of(kind)
    return odds


def heaviest_facts(exposure: Exposure, facts: Sequence[Observation], constants: Constants) -> dict[int, Observation]:
    """Per component (its number) the fact that counts."""
    best: dict[int, Observation] = {}
    for fact in facts:
        number = exposure.number(fact.component)
        if number >= 0 and (number not in best or _rank(fact, constants) > _rank(best[number], constants)):
            best[number] = fact
    return best


def _rank(fact: Observation, constants: Constants) -> tuple[bool, float]:
    """What speaks for a fault counts before what speaks against one, and that before what weighs nothing."""
    weight = fact_weight(fact, constants)
    return weight > 0, abs(weight)
