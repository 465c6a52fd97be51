r"""What a fact about a part of the network weighs: bounded log likelihood ratios.

Of error counters the topology gives the tail :math:`t = P(X \ge x \mid healthy)` of the healthy distribution, estimated from the part's own
history and its siblings (``topology/facts/healthy.py``). A fault leaves errors with probability :math:`f`, and then in any amount, so

.. math::
    \lambda(x > 0) = \min(L, \max(0, \log(f / t))), \qquad
    \lambda(0) = \max(-l, \min(0, \log((1 - f) / (1 - t_0))))

where :math:`t_0` is how often a healthy part has any error. Errors never speak against a fault and quiet counters never for one; what
was not polled weighs nothing. Of what a log tells, :math:`t` is the chance that such a message is near a window, from its own rate. Every
other fact has the weight of its kind. Source: likelihood ratio of the event :math:`X \ge x`; rates assumed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.table import Exposure, Ints
from switchcorr.model.campus import Component, Observation, ObservationKind, risk_kind

COUNTER_KINDS = frozenset(
    (ObservationKind.COUNTER_GROWTH, ObservationKind.COUNTER_TOTAL, ObservationKind.COUNTER_QUIET, ObservationKind.COUNTER_UNPOLLED)
)
_TOLD_UNPOLLED = ("asic", "module", "uplink")
"""Kinds whose parts have counters of their own; a switch's are its modules' where it has any."""
_TINY = 1e-12


def fact_weight(fact: Observation, constants: Constants) -> float:
    """Log likelihood ratio of a fact: see the module."""
    bound = _bounds(constants)[fact.kind.value]
    if fact.tail is None:
        return bound
    if bound >= 0:
        return min(bound, max(0.0, math.log(constants.p_errors_fault / max(fact.tail, _TINY))))
    return max(bound, min(0.0, math.log((1 - constants.p_errors_fault) / max(1 - fact.tail, _TINY))))


@lru_cache(maxsize=8)
def _bounds(constants: Constants) -> dict[str, float]:
    return dict(constants.observation_odds)


def is_near(fact: Observation, window: Window, constants: Constants) -> bool:
    """Whether a fact may have to do with a window: it has no time, or one near the window, or it grew in a time near the window."""
    if fact.at is None:
        return True
    at = fact.at.timestamp()
    if fact.since is None:
        return window.start - constants.fact_before_s <= at <= window.end + constants.fact_after_s
    return distance(fact, window) <= constants.growth_near_s


def distance(fact: Observation, window: Window) -> float:
    """Seconds between a window and the time of a fact; 0 if they overlap, or if nothing tells the time."""
    if fact.at is None:
        return 0.0
    since = fact.since or fact.at
    return max(0.0, since.timestamp() - window.end, window.start - fact.at.timestamp())


@dataclass(frozen=True, slots=True, eq=False)
class Facts:
    """All facts of a correlation by the number of their component, each once and in one order.

    Attributes:
        by_number: facts about components that phones are exposed to.
        polled_kinds: kinds of components of which any had its counters read.
    """

    by_number: dict[int, tuple[Observation, ...]]
    polled_kinds: frozenset[str] = frozenset()

    def about(self, numbers: Iterable[int], exposure: Exposure) -> tuple[Observation, ...]:
        """Facts about some components; those whose counters nobody read say so, where others' were read."""
        found: list[Observation] = []
        for number in numbers:
            own = self.by_number.get(number, ())
            component = exposure.components[number]
            found += own
            if component.kind in self.polled_kinds and not any(fact.kind in COUNTER_KINDS for fact in own):
                found.append(_unpolled(component))
        return tuple(found)


def _unpolled(component: Component) -> Observation:
    text = f"error counters of {risk_kind(component.kind).noun} {component.id}: not polled, so they say nothing"
    return Observation(component, ObservationKind.COUNTER_UNPOLLED, 0.0, text)


def index_facts(exposure: Exposure, observations: Sequence[Observation]) -> Facts:
    """Facts by component. A distribution switch or a core is the switch of its name, whatever the column that names it."""
    found: dict[int, list[Observation]] = {}
    for fact in sorted(dict.fromkeys(observations), key=_order):
        for component in _spoken_of(fact.component):
            number = exposure.number(component)
            if number >= 0:
                found.setdefault(number, []).append(replace(fact, component=component))
    counted = frozenset(fact.component.kind for fact in observations if fact.kind in COUNTER_KINDS)
    return Facts({number: tuple(facts) for number, facts in found.items()}, counted.intersection(_TOLD_UNPOLLED))


def _spoken_of(component: Component) -> tuple[Component, ...]:
    return (
        (component, *(Component(kind, component.id) for kind in ("distribution", "core"))) if component.kind == "switch" else (component,)
    )


def _order(fact: Observation) -> tuple[object, ...]:
    """Of every two facts that differ at all one is first, so that the order in which they were given tells nothing."""
    times = (-math.inf if at is None else at.timestamp() for at in (fact.at, fact.since))
    return fact.component, fact.kind.value, *times, fact.value, fact.text, -1.0 if fact.tail is None else fact.tail, fact.clock


def touched(exposure: Exposure, rows: Ints) -> list[int]:
    """Components that any of some phones is exposed to, members of bundles with unknown hash among them."""
    hit = np.zeros(len(exposure.components), dtype=bool)
    at = exposure.members[rows]
    hit[at[at >= 0]] = True
    return [int(number) for number in np.flatnonzero(hit[exposure.path])]
