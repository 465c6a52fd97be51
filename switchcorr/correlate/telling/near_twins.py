"""Parts of the other side with nearly the same phones as the one that leads, which nothing but time-outs makes much less likely.

A building with a server of its own has its phones in one block and at one node, but for some without a place and some that moved. Drops hardly tell
such two apart, and what they tell hangs on a few phones. Time-outs come from a dying line card and a starved server alike, so what they say for one
side is no proof of it (``verdict`` holds the same of parts with exactly the same phones).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from switchcorr.correlate.drops.reasons import AMBIGUOUS
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
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


def near_twins(likelihood: Likelihood, *components: int) -> list[int]:
    """Components of the other side with nearly the phones of one that leads alone, or of several that lead together, that are not excluded by something
    other than time-outs.
    """
    return [other for other in _nearly(likelihood.exposure, components) if _is_open(likelihood, components, other)]


def _is_open(likelihood: Likelihood, components: Sequence[int], other: int) -> bool:
    items, beside = tuple(sorted(Item(number, ItemKind.FAULT) for number in components)), Item(other, ItemKind.FAULT)
    mine = [likelihood.parts.of(item).inside for item in items]
    theirs = np.any([*mine, likelihood.parts.of(beside).inside], axis=0)
    drops = [theirs] if len(items) == 1 else mine
    timeouts = sum(told_by_timeouts(likelihood, item.component, own) for item, own in zip(items, drops, strict=True))
    timeouts -= told_by_timeouts(likelihood, other, theirs)
    return bool(likelihood.score(items) - timeouts - likelihood.score((beside,)) < -np.log(_NEARLY_SETTLED))


def _nearly(exposure: Exposure, components: Sequence[int]) -> list[int]:
    """Components of the call server, or of the network if it is one of these, whose phones are nearly those of some, as far as both are known."""
    is_server = exposure.domain_of(components[0]) is Domain.CALL_SERVER
    other_side = [
        domain is not Domain.ENDPOINT and (domain is Domain.CALL_SERVER) is not is_server
        for domain in (risk_kind(kind).domain for kind in exposure.kinds)
    ]
    own = np.any([exposure.exposed(exposure.members, number) for number in components], axis=0)
    least, size = LEAST_PLACED * ALMOST_ALL, exposure.size / max(int(own.sum()), 1)
    common = occurrences(exposure.members[own], len(exposure.components))[exposure.path]
    fits = np.array(other_side)[exposure.kind_of] & (size <= 1 / least) & (common >= least * max(int(own.sum()), 1))
    if len(components) == 1:
        fits &= exposure.twin != exposure.twin[components[0]]
    kinds = np.unique(exposure.kind_of[exposure.path[list(components)]])
    return [other for other in np.flatnonzero(fits).tolist() if _is_nearly(exposure, own, kinds, other)]


def _is_nearly(exposure: Exposure, own: Bools, kinds: Ints, other: int) -> bool:
    """Whether nine of ten phones of each are the other's, of those of which both are known; these must be half of the phones of each.

    Args:
        exposure: of all phones.
        own: which of them are those of the components that lead.
        kinds: of these components.
        other: number of what is compared.
    """
    beside = exposure.exposed(exposure.members, other)
    both = int((own & beside).sum())
    placed = (exposure.members[:, kinds] >= 0).any(axis=1), exposure.members[:, exposure.kind_of[exposure.path[other]]] >= 0
    for phones, known in ((own, placed[1]), (beside, placed[0])):
        told = int((phones & known).sum())
        if told < LEAST_PLACED * int(phones.sum()) or both < ALMOST_ALL * told:
            return False
    return True
