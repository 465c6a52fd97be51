r"""A sick card may take some of its port groups more than others: a line card loses three of six whole.

Each port group (ASIC) of the card, with :math:`n_g` phones of which :math:`k_g` drop, then has a hit rate of its own, beta distributed about that of
the card, :math:`\theta`, with the variance :math:`v\theta^2` while that is small; nearer to 1 a group is hit whole or not at all:

.. math:: \int p(\theta) \prod_g \frac{B(a_\theta + k_g,\; b_\theta + n_g - k_g)}{B(a_\theta, b_\theta)}\, d\theta,
    \qquad a_\theta = \frac{1 - \theta}{v},\quad b_\theta = \frac{(1 - \theta)^2}{v\,\theta}

This is so with the probability ``p_uneven``; otherwise all phones are hit alike (``hits.py``). Without it three dead port groups of a card would be
three faults in the same seconds. Cards of a switch are not asked so: two dead ones are two parts to be replaced, whatever killed both.
Source: beta-binomial model (Skellam 1948) with a common mean.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import combinations

import numpy as np
from scipy.special import betaln

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.cells import Layer
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hits import Rates, log_hits

_CARD, _GROUP = "module", "asic"
_LOGITS = np.linspace(-10.0, 6.0, 161)
"""Logits of the hit rates over which is summed."""
_RATE, _MISS = 1 / (1 + np.exp(-_LOGITS)), 1 / (1 + np.exp(_LOGITS))


class Uneven:
    """What the port groups of the cards say that one sample's hypotheses accuse."""

    def __init__(self, exposure: Exposure, sample: Sample, constants: Constants) -> None:
        self._exposure, self._constants, self._row, self._bursts = exposure, constants, sample.row, sample.bursts
        self._group = exposure.kinds.index(_GROUP) if _GROUP in exposure.kinds else -1
        self._is_card = np.zeros(len(exposure.components), dtype=bool)  # and what phones cannot tell from a card
        if _CARD in exposure.kinds and self._group >= 0:
            self._is_card[exposure.twin[exposure.range_of(exposure.kinds.index(_CARD))]] = True
        self._known: dict[tuple[int, ...], float] = {}

    def gains(self, layer: Layer) -> Floats:
        """Per cell, the log of how much likelier its drops are for this; 0 of what is no card at fault, or has no two groups."""
        gains, component = np.zeros(len(layer.part)), layer.each("component")
        cells = np.flatnonzero(layer.each("fault") & (layer.each("ways") == 1))
        cells = cells[self._is_card[self._exposure.twin[component[cells]]]]
        for cell, card, smaller in zip(cells.tolist(), component[cells].tolist(), layer.smaller[cells].tolist(), strict=True):
            items = (card, *(other for other in smaller if other >= 0))
            if items not in self._known:
                self._known[items] = self._gain(*self._counts(items, self._row[layer.inside_of(cell)])[1:])
            gains[cell] = self._known[items]
        return gains

    def of(self, component: int, inside: Bools) -> tuple[float, Ints, Ints, Ints]:
        """Of a card alone with some drops: what ``gains`` has, and its port groups with their phones and drops; none where it is no card."""
        if not self._is_card[self._exposure.twin[component]] or self._exposure.ways[component] > 1:
            none = np.zeros(0, dtype=np.int64)
            return 0.0, none, none, none
        groups, sizes, hits = self._counts((component,), self._row[inside])
        return self._gain(sizes, hits), groups, sizes, hits

    def _counts(self, items: tuple[int, ...], dropped: Ints) -> tuple[Ints, Ints, Ints]:
        """The port groups of a card, their phones but for those of smaller items, and some drops of these."""
        card, *smaller = items
        groups = np.unique(self._group_of(self._exposure.phones_of(card)))

        def counted(rows: Ints) -> Ints:
            return np.bincount(np.searchsorted(groups, self._group_of(rows)), minlength=len(groups))

        sizes = counted(self._exposure.phones_of(card))
        for other in smaller:
            sizes -= counted(self._exposure.phones_of_both(card, other))
        for both in combinations(smaller, 2):
            sizes += counted(self._exposure.phones_of_both(card, *both))
        return groups, sizes, counted(dropped)

    def _group_of(self, rows: Ints) -> Ints:
        """The port groups of those of some phones of which they are known."""
        group: Ints = self._exposure.members[rows, self._group]
        return group[group >= 0]

    def _gain(self, sizes: Ints, hits: Ints) -> float:
        """The log of how much likelier the drops of each group are if each may have a rate of its own."""
        groups = Counter((size * self._bursts, hit) for size, hit in zip(sizes.tolist(), hits.tolist(), strict=True) if size)
        if groups.total() < 2:
            return 0.0
        rates, uneven, value = self._constants.hit_rates, self._constants.p_uneven, _prior(self._constants.hit_rates)
        for (size, hit), count in groups.items():
            value = value + count * _log_hits_of_group(hit, size, self._constants.uneven_scatter)
        drops, phones = (float(sum(group[place] * count for group, count in groups.items())) for place in (1, 0))
        alike = log_hits(drops, phones, rates)
        return float(np.logaddexp(np.log1p(-uneven), np.log(uneven) + np.logaddexp.reduce(value) - alike))


@lru_cache(maxsize=8)
def _prior(rates: Rates) -> Floats:
    """Log weight of each hit rate."""
    terms = [np.log(w) + a * np.log(_RATE) + b * np.log(_MISS) - betaln(a, b) for w, a, b in rates]
    weight: Floats = np.logaddexp.reduce(terms, axis=0) + np.log(_LOGITS[1] - _LOGITS[0])
    return weight


@lru_cache(maxsize=4096)
def _log_hits_of_group(hits: int, phones: int, scatter: float) -> Floats:
    """Log probability of so many drops of a group, by the hit rate of the card."""
    a, b = _MISS / scatter, _MISS * _MISS / (scatter * _RATE)
    likely: Floats = betaln(a + hits, b + phones - hits) - betaln(a, b)
    return likely
