r"""Innocent clusters: a few phones of one module that drop together without a fault, as when desks are moved.

How often that happens is learned from the log itself: of drops that begin a group, how many others of the same module follow within a
window, against how many follow in windows some minutes earlier and later. The difference is what chance does not explain, by size.
A cluster of size :math:`s` strikes any :math:`s` of a module's :math:`n` phones alike, so beside independent drops with probabilities
:math:`p_i` it multiplies the likelihood of a module's drops by

.. math:: 1 + \sum_s \frac{\lambda_s}{\binom{n}{s}} e_s(1/p_1, 1/p_2, \ldots)

with :math:`e_s` the elementary symmetric polynomial: the sum over all choices of the drops that were the cluster. A phone whose place is
not known counts with the probability that it is the module's, as it does for a fault of the module.
Source: the control windows are those of a cross-correlogram (Perkel et al. 1967).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.groups import pairs
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints

SIZES = (2, 3, 4)
UNITS = ("module", "switch")
"""What a cluster is a cluster of: the first of these kinds that the locations have."""
_CONTROLS = (-6, -4, -2, 2, 4, 6)
"""Windows to compare with, in lengths of the window from the first drop."""
_MOST_ODDS = float(np.exp(30.0))
"""Odds beyond which more makes no difference, so that their fourth power stays a number."""


@dataclass(frozen=True, slots=True, eq=False)
class Clusters:
    """How often innocent clusters are.

    Attributes:
        kind: number of the kind whose components they are clusters of; -1 if the locations have none.
        per_second: clusters of each of ``SIZES`` a second in one component.
    """

    kind: int
    per_second: Floats


def learn_clusters(drops: Drops, exposure: Exposure, innocent: Bools, constants: Constants) -> Clusters:
    """Rates from the drops outside the windows that are to be explained; in a short log those that the constants assume."""
    kind = next((exposure.kinds.index(name) for name in UNITS if name in exposure.kinds), -1)
    window = constants.window_s
    sizes = np.array(SIZES) - SIZES[0]
    law = constants.benign_ratio**sizes / (constants.benign_ratio**sizes).sum()
    if kind < 0:
        return Clusters(-1, np.zeros(len(SIZES)))
    units = int(exposure.first_of[kind + 1] - exposure.first_of[kind])
    windows = (drops.time[-1] - drops.time[0]) / window if len(drops.time) else 0.0
    seen = _excess(drops.row[innocent], drops.time[innocent], exposure.members[:, kind], window)
    anywhere = constants.p_benign * min(1.0, float((exposure.members[:, kind] >= 0).sum()) / constants.benign_phones)
    rate = (anywhere * law * constants.benign_weight + seen) / (constants.benign_weight + windows)
    return Clusters(kind, rate / (window * units))


def _excess(row: Ints, time: Floats, unit_of: Ints, window: float) -> Floats:
    """Clusters of each size beyond what chance makes."""
    known = unit_of[row] >= 0
    row, time = row[known], time[known]
    if len(row) < SIZES[0]:
        return np.zeros(len(SIZES))
    unit = unit_of[row]
    order = np.lexsort((time, unit))
    row, time, unit = row[order], time[order] - time.min(), unit[order]
    span = float(time.max()) + 20 * window  # no control window reaches from one component into the next
    in_unit = unit * span + time
    of_phone = np.sort(row * span + time)
    begins = np.concatenate([[True], np.diff(in_unit) > window])
    first, phone = in_unit[begins], (row * span + time)[begins]
    after = _within(in_unit, first, window) - _within(of_phone, phone, window)
    total = np.bincount(after, minlength=SIZES[-1] + 1).astype(float)
    for lag in _CONTROLS:
        by_chance = _within(in_unit, first + lag * window, window) - _within(of_phone, phone + lag * window, window)
        total -= np.bincount(by_chance, minlength=len(total))[: len(total)] / len(_CONTROLS) if len(by_chance) else 0.0
    seen: Floats = np.maximum(total[np.array(SIZES) - 1], 0.0)
    return seen


def _within(moments: Floats, start: Floats, window: float) -> Ints:
    """How many sorted moments lie behind each start, up to a window later."""
    found: Ints = np.searchsorted(moments, start + window, side="right") - np.searchsorted(moments, start, side="right")
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Astray:
    """Drops of phones that may be of a unit without being known to be.

    Attributes:
        drop, unit, share: pairs of a drop and a component of the clusters' kind, with the probability that its phone is of it.
    """

    drop: Ints
    unit: Ints
    share: Floats


class Crowd:
    """The drops of one sample that may be innocent clusters: those of components with at least two drops in one window.

    Attributes:
        drops: each as often as there are components that it may be of, in order of these.
    """

    def __init__(self, clusters: Clusters, cells: Ints, burst: Ints, seconds: Floats, size: Floats, astray: Astray | None = None) -> None:
        own = cells[:, clusters.kind] if clusters.kind >= 0 else np.full(len(cells), -1, dtype=np.int64)
        known = np.flatnonzero(own >= 0)
        drop, unit, share = known, own[known], np.ones(len(known))
        if astray is not None:
            drop, unit = np.concatenate([drop, astray.drop]), np.concatenate([unit, astray.unit])
            share = np.concatenate([share, astray.share])
        key = unit * len(seconds) + burst[drop]
        _, inverse, count = np.unique(key, return_inverse=True, return_counts=True)
        chosen = np.flatnonzero(count[inverse] >= SIZES[0])
        chosen = chosen[np.argsort(key[chosen], kind="stable")]
        self.drops: Ints = drop[chosen]
        self._share = share[chosen]
        keys, self._group = np.unique(key[chosen], return_inverse=True)
        self._groups = len(keys)
        self._first: Ints = np.searchsorted(self._group, np.arange(self._groups))
        self._many: Ints = np.diff(self._first, append=len(self._group))
        self._alone: Floats | None = None
        exposed = size[keys // len(seconds)][:, np.newaxis]  # so many phones are known to be there, and among those the rates were learned
        each = np.array(SIZES, dtype=float)
        choices = gammaln(exposed + 1) - gammaln(each + 1) - gammaln(np.maximum(exposed - each, 0.0) + 1)
        with np.errstate(divide="ignore"):
            self._rate: Floats = np.exp(np.log(clusters.per_second * seconds[keys % len(seconds)][:, np.newaxis]) - choices)

    def gains(self, odds: Floats) -> Floats:
        """Log likelihood ratio of innocent clusters per group.

        Args:
            odds: per drop of ``drops``, 1 over its probability otherwise; 0 if an item of the hypothesis explains it.
        """
        chosen = np.flatnonzero(odds)
        return self._gains(np.arange(self._groups), self._group[chosen], odds[chosen] * self._share[chosen])

    def totals(self, odds: Floats, live: Bools, grown: Floats) -> Floats:
        """Log likelihood ratio of innocent clusters under each of several hypotheses.

        Only the groups of which a hypothesis explains a drop, or makes one likelier, are computed anew.

        Args:
            odds: per drop of the sample, 1 over its probability without any item.
            live: per hypothesis and drop, whether no item explains it.
            grown: per hypothesis and drop, how much likelier it is by what leaks to the items.
        """
        if self._groups == 0:
            return np.zeros(len(live))
        if self._alone is None:
            self._alone = self.gains(odds[self.drops])
        own = live[:, self.drops]
        changed = np.logical_or.reduceat(~own | (grown > 1.0)[:, self.drops], self._first, axis=1)
        hypothesis, entry = pairs(own & changed[:, self._group])
        group, drop = self._group[entry], self.drops[entry]
        begins = (np.diff(hypothesis, prepend=-1) != 0) | (np.diff(group, prepend=-1) != 0)  # in order of hypothesis, then group
        likely = odds[drop] * self._share[entry] / grown[hypothesis, drop]
        anew = self._gains(group[begins], np.cumsum(begins) - 1, likely)
        total: Floats = np.where(changed, 0.0, self._alone).sum(axis=1)
        return total + np.bincount(hypothesis[begins], anew, minlength=len(live))

    def _gains(self, groups: Ints, at: Ints, odds: Floats) -> Floats:
        """The same for drops with some odds, each ``at`` one of ``groups``, rising."""
        gains: Floats = np.log1p((self._rate[groups] * _elementary(at, np.minimum(odds, _MOST_ODDS), len(groups))).sum(axis=1))
        return gains

    def shares(self, gains: Floats) -> Floats:
        """The gain of each group spread evenly over its drops, as long as ``drops``."""
        shares: Floats = (gains / np.maximum(self._many, 1))[self._group]
        return shares


def _elementary(at: Ints, odds: Floats, groups: int) -> Floats:
    """Elementary symmetric polynomials of the degrees of ``SIZES``, of the odds at each of some groups.

    Neighbours in a group are multiplied until one is left, as polynomials cut off behind the last degree: nothing is subtracted, so odds
    of any size beside each other cost no digits. Each group has a power of two of places, largest groups first, so that neighbours of
    all groups lie side by side and groups with one place left stand last.

    Args:
        at: the group of each, rising.
        odds: positive.
        groups: how many there are.
    """
    count = np.bincount(at, minlength=groups)
    halvings = np.frexp(np.maximum(count - 1, 0))[1]
    order = np.argsort(-halvings, kind="stable")
    begin = np.empty(groups, dtype=np.int64)
    end = np.cumsum(1 << halvings[order])
    begin[order] = end - (1 << halvings[order])
    sums = np.zeros((SIZES[-1], int(end[-1]) if groups else 0))  # by degree; that of degree 0 is 1
    sums[0, begin[at] + np.arange(len(at)) - (np.cumsum(count) - count)[at]] = odds
    found, left = np.zeros((SIZES[-1], groups)), groups
    for finished in np.bincount(halvings).tolist():
        left -= finished
        open_ = sums.shape[1] - finished
        found[:, order[left : left + finished]] = sums[:, open_:]
        sums = _products(sums[:, :open_:2], sums[:, 1:open_:2])
    return found[SIZES[0] - 1 :].T


def _products(one: Floats, other: Floats) -> Floats:
    """Products of polynomials of degree 4, cut off behind it; rows are degrees from 1 on."""
    (a1, a2, a3, a4), (b1, b2, b3, b4) = one, other
    return np.stack([a1 + b1, a2 + b2 + a1 * b1, a3 + b3 + a2 * b1 + a1 * b2, a4 + b4 + a3 * b1 + a2 * b2 + a1 * b3])
