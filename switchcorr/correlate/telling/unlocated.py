"""What is told of a part of the network that no location names: within what it is, what shares it, and whether it failed beside what is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.correlate.exposure.addresses import network_of
from switchcorr.correlate.scoring.hypotheses import GATHERED_COMPONENT, UNSEEN_COMPONENT, ItemKind, gathered_in
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.arguments import Contrast, contrast
from switchcorr.model.campus import Component

MOST_OF_IT = 0.9
"""Share of what such a part has that one place of it must have to be told. Assumed."""
LEAST_ADDRESSES = 3
"""Phones with addresses from which it is told that these are near each other. Assumed: two are by chance."""
LEAST_HELD = 0.05
"""Probability of a part at a place below which that is not told. Assumed."""


@dataclass(frozen=True, slots=True)
class Unlocated:
    """See the module.

    Attributes:
        within: components with the same phones that hold the part; empty if it may be anywhere.
        above: or else those of one kind that share it.
        found: the contrast of all of these together.
        beside: the probability that such a part has failed beside a named cause.
        above_beside: what shares that one.
    """

    within: tuple[Component, ...] = ()
    above: tuple[Component, ...] = ()
    found: Contrast | None = None
    beside: float = 0.0
    above_beside: tuple[Component, ...] = ()


ANYWHERE = Unlocated()
"""Nothing is told of where such a part is."""


def find_unlocated(likelihood: Likelihood, posterior: Posterior) -> Unlocated:
    """What the hypotheses with such a part say of it."""
    alone, beside = _held(likelihood, posterior)
    most = max(alone, key=lambda number: (alone[number], -number))
    if alone[most] < max(MOST_OF_IT * posterior.unseen, LEAST_HELD):
        most = UNSEEN_COMPONENT
    exposure, gathered = likelihood.exposure, gathered_in(posterior.scores)
    shared = sorted(gathered.components) if gathered is not None else []
    above = shared if most == GATHERED_COMPONENT else []
    total = sum(beside.values())
    return Unlocated(
        within=_named(likelihood, sorted((most, *exposure.twins_of(most)))) if most >= 0 else (),
        above=_named(likelihood, above),
        found=contrast(likelihood, *above) if above else None,
        beside=total,
        above_beside=_named(likelihood, shared) if total and beside.get(GATHERED_COMPONENT, 0.0) >= MOST_OF_IT * total else (),
    )


def near_each_other(addresses: Sequence[str]) -> str:
    """What the addresses of all phones of an incident have in common, as the end of a sentence on them; empty if that is nothing.

    >>> near_each_other(["192.0.2.7", "192.0.2.9", "192.0.2.200", ""])
    '3 of them have addresses in 192.0.2.0/24'
    """
    known = [address for address in addresses if address]
    count = Counter(network for address in known if (network := network_of(address)))
    if not count:
        return ""
    network, most = count.most_common(1)[0]
    if most < max(LEAST_ADDRESSES, MOST_OF_IT * len(addresses) / 2, MOST_OF_IT * len(known)):
        return ""
    return f"{'all' if most == len(addresses) else f'{most:,} of them'} have addresses in {network}"


def _held(likelihood: Likelihood, posterior: Posterior) -> tuple[dict[int, float], dict[int, float]]:
    """What each place of such a part has of the probability, without a named fault and beside one; of components with the same phones the first has it."""
    alone, beside = {UNSEEN_COMPONENT: 0.0}, {UNSEEN_COMPONENT: 0.0}
    for hypothesis, weight in posterior.weights().items():
        unseen = {item.component for item in hypothesis if item.kind is ItemKind.UNSEEN}
        if unseen:
            held = beside if any(item.kind is ItemKind.FAULT for item in hypothesis) else alone
            places = unseen - {UNSEEN_COMPONENT} or {UNSEEN_COMPONENT}
            for number in {int(likelihood.exposure.twin[one]) if one >= 0 else one for one in places}:
                held[number] = held.get(number, 0.0) + weight
    alone[UNSEEN_COMPONENT] = 0.0  # which is no place
    return alone, beside


def _named(likelihood: Likelihood, numbers: Sequence[int]) -> tuple[Component, ...]:
    return tuple(likelihood.exposure.components[number] for number in numbers)
