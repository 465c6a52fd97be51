"""Parts of the other side with nearly the same phones as the one that leads, which nothing but time-outs makes much less likely.

A building with a server of its own has its phones in one block and at one node, but for some without a place and some that moved. Drops hardly tell
such two apart, and what they tell hangs on a few phones. Time-outs come from a dying line card and a starved server alike, so what they say for one
side is no proof of it (``verdict`` holds the same of parts with exactly the same phones).
"""

from __future__ import annotations

import numpy as np

from switchcorr.correlate.drops.reasons import AMBIGUOUS
from switchcorr.correlate.exposure.table import Bools, Exposure
from switchcorr.correlate.exposure.twins import LEAST_PLACED
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.model.campus import Domain, risk_kind

SETTLED = 0.1
"""Odds below which another component is excluded by something other than time-outs. Assumed."""

_NEARLY_SETTLED = 0.01
"""The same of one with nearly the same phones: what drops tell hangs on a few phones, and on guesses where those without a place are. Assumed."""


def told_by_timeouts(likelihood: Likelihood, component: int, drops: Bools) -> float:
    """What lost connections and time-outs among the reasons of some drops say for a component beside the others."""
    fault, other = Item(component, ItemKind.FAULT), ~np.isin(likelihood.sample.reason, AMBIGUOUS)
    return likelihood.told_by_reasons(fault, drops) - likelihood.told_by_reasons(fault, drops, other)


def near_twins(likelihood: Likelihood, component: int) -> list[int]:
    """Components of the other side with nearly the phones of one that leads alone, that are not excluded by something other than time-outs."""
    return [other for other in _nearly(likelihood.exposure, component) if _is_open(likelihood, component, other)]


def _is_open(likelihood: Likelihood, component: int, other: int) -> bool:
    items = [Item(number, ItemKind.FAULT) for number in (component, other)]
    drops = np.any([likelihood.parts.of(item).inside for item in items], axis=0)
    timeouts = told_by_timeouts(likelihood, component, drops) - told_by_timeouts(likelihood, other, drops)
    first, second = (likelihood.score((item,)) for item in items)
    return bool(first - timeouts - second < -np.log(_NEARLY_SETTLED))


def _nearly(exposure: Exposure, component: int) -> list[int]:
    """Components of the call server, or of the network if it is one of these, whose phones are nearly a component's, as far as both are known."""
    is_server = exposure.domain_of(component) is Domain.CALL_SERVER
    other_side = [
        domain is not Domain.ENDPOINT and (domain is Domain.CALL_SERVER) is not is_server
        for domain in (risk_kind(kind).domain for kind in exposure.kinds)
    ]
    least, size = LEAST_PLACED * ALMOST_ALL, exposure.size / exposure.size[component]
    fits = np.array(other_side)[exposure.kind_of] & (size >= least) & (size <= 1 / least) & (exposure.twin != exposure.twin[component])
    return [other for other in np.flatnonzero(fits).tolist() if _is_nearly(exposure, component, other)]


def _is_nearly(exposure: Exposure, one: int, other: int) -> bool:
    """Whether nine of ten phones of each are the other's, of those of which both are known; these must be half of the phones of each."""
    both = len(exposure.phones_of_both(one, other))
    for own, beside in ((one, other), (other, one)):
        known = int((exposure.members[exposure.phones_of(own), exposure.kind_of[exposure.path[beside]]] >= 0).sum())
        if known < LEAST_PLACED * exposure.size[own] or both < ALMOST_ALL * known:
            return False
    return True
