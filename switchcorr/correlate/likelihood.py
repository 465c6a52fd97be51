r"""How well a hypothesis explains the drops of one window, or of several windows pooled.

The phones of a hypothesis' items form disjoint cells, smallest item first: a bad module inside a bad switch is two cells.
In a cell with :math:`k` drops of :math:`n` phones the hit rate is integrated out over a mixture of beta distributions,

.. math:: \sum_m w_m \frac{B(a_m + k,\; b_m + n - k)}{B(a_m, b_m)}

times the reasons' probabilities under the item's profile. Outside, each drop is background or a leak: a phone of the
component whose location is unknown or stale. All scores are natural logs against "nothing shared".
Source: Beta-binomial model; noisy membership after Shrink (Kandula et al. 2005), silent exposure after NetBouncer (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv, betaln, gammaln, logsumexp

from switchcorr.correlate.background import Background
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints, places
from switchcorr.correlate.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind, Priors
from switchcorr.correlate.leaks import Leaks
from switchcorr.correlate.reasons import administrative_profile, fault_profile

_TINY = 1e-300
_LEAST_BENIGN = 2
_RATE_STEPS = 200
"""Points of the numeric integral over the hit rate of a bundle member: with 2,000 phones the error stays below 1 %."""


def log_hits(k: Floats | float, n: Floats | float, rates: tuple[tuple[float, float, float], ...]) -> Floats:
    """Log probability of ``k`` given drops of ``n`` phones, hit rate integrated out."""
    hits = np.asarray(k, dtype=float)
    exposed = np.maximum(np.asarray(n, dtype=float), hits)
    terms = np.stack([np.log(w) + betaln(a + hits, b + exposed - hits) - betaln(a, b) for w, a, b in rates])
    summed: Floats = np.logaddexp.reduce(terms, axis=0)
    return summed


def log_hits_shared(k: Floats | float, n: Floats | float, ways: int, rates: tuple[tuple[float, float, float], ...]) -> Floats:
    """The same for one of ``ways`` members that the phones are spread over by an unknown hash: it takes at most its part of them."""
    log_rate, log_miss, weight = _shared_rates(ways, rates)
    hits = np.asarray(k, dtype=float)[..., np.newaxis]
    exposed = np.maximum(np.asarray(n, dtype=float)[..., np.newaxis], hits)
    summed: Floats = logsumexp(weight + hits * log_rate + (exposed - hits) * log_miss, axis=-1)
    return summed


@lru_cache(maxsize=64)
def _shared_rates(ways: int, rates: tuple[tuple[float, float, float], ...]) -> tuple[Floats, Floats, Floats]:
    """Points of the integral over a member's hit rate: log of the rate, of its complement, and of the point's weight."""
    middles = (np.arange(_RATE_STEPS) + 0.5) / _RATE_STEPS
    rate = np.concatenate([betaincinv(a, b, middles) for _, a, b in rates]) / ways
    weight: Floats = np.concatenate([np.full(_RATE_STEPS, np.log(w / _RATE_STEPS)) for w, _, _ in rates])
    return np.log(rate + _TINY), np.log1p(-np.minimum(rate, 1 - 1e-12)), weight


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The drops that are to be explained: one per endpoint and burst.

    Attributes:
        row: of the endpoint.
        reason: a ``ReasonClass``.
        burst: number of the window it is in.
        seconds: length of each window, weighted by the shape of the day.
        given: whether somebody pasted a drop because it had happened: then one drop is no surprise.
    """

    row: Ints
    reason: Ints
    burst: Ints
    seconds: Floats
    given: bool = False

    @property
    def bursts(self) -> int:
        """Number of windows."""
        return len(self.seconds)


@dataclass(eq=False)
class Likelihood:
    """Scores hypotheses over one sample; keeps what several of them need."""

    exposure: Exposure
    background: Background
    priors: Priors
    sample: Sample
    leaks: Leaks
    constants: Constants
    cells: Ints = field(init=False)
    innocent: Floats = field(init=False)
    nobody: Floats = field(init=False)
    chance: Floats = field(init=False)
    _fault: dict[int, Floats] = field(init=False, default_factory=dict)
    _overlaps: dict[tuple[int, ...], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        sample, constants = self.sample, self.constants
        self.seconds = float(sample.seconds.sum())
        self.cells = self.exposure.members[sample.row]
        self.chance = np.log(self.background.per_second[sample.row] * sample.seconds[sample.burst])
        self.innocent = self.background.reasons[sample.reason]
        self.nobody = self.chance + self.innocent
        self.administrative = administrative_profile(constants.profile_mix)[sample.reason]
        self.expected = self.background.of_component * self.seconds
        self.expected_all = self.background.total * self.seconds
        self.unlocated = self.leaks.unlocated[sample.row]
        self.unseen_drops = ~self.exposure.located[sample.row]
        self.unseen_size = float((~self.exposure.located).sum())
        self.places = places(self.exposure.kinds)

    def reasons_under(self, kind: int) -> Floats:
        """Log probability of each drop's reason for a fault of a component of a kind."""
        if kind not in self._fault:
            self._fault[kind] = fault_profile(self.exposure.kinds[kind], self.constants.profile_mix)[self.sample.reason]
        return self._fault[kind]

    def told_share(self, drops: Floats | float) -> Floats:
        """How much each reason counts among so many of one cause: they are one story told many times."""
        return np.minimum(1.0, self.constants.reasons_count / np.maximum(drops, 1.0))

    def singles(self, live: Bools, size: Floats) -> tuple[Floats, Floats]:
        """Approximate log odds of every component alone, as a fault and as an administrative item; -inf without a drop.

        Args:
            live: drops that no earlier item explains.
            size: phones of each component that no earlier item covers.
        """
        count, cells = len(self.exposure.components), self.cells[live]
        hits, gain, admin, chance = np.zeros(count), np.zeros(count), np.zeros(count), np.zeros(count)
        for j in range(len(self.exposure.kinds)):
            known = cells[:, j] >= 0
            own = self.exposure.range_of(j)
            at, width = cells[known, j] - own.start, own.stop - own.start
            hits[own] = np.bincount(at, minlength=width)
            gain[own] = np.bincount(at, weights=(self.reasons_under(j) - self.innocent)[live][known], minlength=width)
            admin[own] = np.bincount(at, weights=(self.administrative - self.innocent)[live][known], minlength=width)
            chance[own] = np.bincount(at, weights=self.chance[live][known], minlength=width)
        path = self.exposure.path
        active = np.flatnonzero(hits[path] >= 1)
        at = path[active]
        fault, administrative = np.full(count, -np.inf), np.full(count, -np.inf)
        shared = self._hits(active, hits[at], size[at]) + self.expected[at] - chance[at]
        told = self.told_share(hits[at])
        fault[active] = shared + told * gain[at] + self.priors.fault[active]
        administrative[active] = shared + told * admin[at] + self.priors.administrative[active]
        return fault + self.priors.odds, administrative

    def _hits(self, components: Ints, hits: Floats, size: Floats) -> Floats:
        shared = log_hits(hits, size * self.sample.bursts, self.constants.hit_rates)
        ways = self.exposure.ways[components]
        for count in np.unique(ways[ways > 1]).tolist():
            of_count = ways == count
            shared[of_count] = log_hits_shared(hits[of_count], size[of_count] * self.sample.bursts, count, self.constants.hit_rates)
        return shared

    def residual(self, hypothesis: Hypothesis) -> tuple[Bools, Floats]:
        """Drops that a hypothesis leaves over, and the phones of each component outside of it."""
        live = np.ones(len(self.sample.row), dtype=bool)
        known = [item.component for item in hypothesis if item.component != UNSEEN_COMPONENT]
        for item in hypothesis:
            live &= ~self._inside(item)
        covered = np.zeros(len(self.exposure.size))
        for place, component in enumerate(known):
            covered += self.exposure.common(component)
            for other in known[:place]:  # a hypothesis that is grown has two items at most
                covered -= self.exposure.common(component, other)
        return live, np.maximum(self.exposure.size - covered[self.exposure.path], 0.0)

    def score(self, hypothesis: Hypothesis) -> float:
        """Log posterior of a hypothesis, not normalised; "nothing shared" scores its prior."""
        if not hypothesis:
            return self.priors.nothing - (float(self.chance.max()) if self.sample.given else 0.0)
        ordered = sorted(hypothesis, key=lambda item: (self._size_of(item), item))
        live = np.ones(len(self.sample.row), dtype=bool)
        total = covered = expected_inside = gain = told = 0.0
        leaks: list[tuple[Item, float, float]] = []
        for place, item in enumerate(ordered):
            inside = live & self._inside(item)
            live &= ~inside
            full = self._size_of(item)
            size = self._left(item, ordered[:place])
            cell = self._cell(item, inside, size)
            if cell is None:
                return -np.inf
            total += cell + self._prior(item) + float(self.innocent[inside].sum())
            expected_inside += self._expected(item) * (size / full if full else 0.0)
            covered += size
            if item.kind is not ItemKind.BENIGN:
                gain += float((self._reasons(item) - self.innocent)[inside].sum())
                told += float(inside.sum())
                leaks.append((item, (float(inside.sum()) + 0.5) / (size * self.sample.bursts + 1.0), size))
        outside, penalty = self._outside(live, leaks, covered)
        total += gain * float(self.told_share(told))  # over all items together: splitting a cause must not tell its story twice
        total += outside - (self.expected_all - expected_inside) - penalty - self._told_twice(ordered)
        return total - (float(self.nobody.sum()) - self.expected_all) + (len(hypothesis) - 1) * self.priors.further

    def _told_twice(self, items: Sequence[Item]) -> float:
        """What items with common phones have in common of the odds apart from phones: a module's errors are its ASIC's errors too."""
        twice = 0.0
        for place, item in enumerate(items):
            for other in items[:place]:
                odds = [float(self.priors.odds[i.component]) if i.kind is ItemKind.FAULT else 0.0 for i in (item, other)]
                if odds[0] * odds[1] > 0 and self._overlap(item, other) > 0:
                    twice += min(odds, key=abs)
        return twice

    def _cell(self, item: Item, inside: Bools, size: float) -> float | None:
        hits, bursts = float(inside.sum()), self.sample.bursts
        if item.kind is ItemKind.BENIGN:
            return self._benign(hits, size)
        rates, ways = self.constants.hit_rates, self._ways(item)
        if ways > 1:
            return float(log_hits_shared(hits, size * bursts, ways, rates))
        shared = float(log_hits(hits, size * bursts, rates))
        if bursts > 1:
            per_burst = np.bincount(self.sample.burst[inside], minlength=bursts).astype(float)
            own = float(log_hits(per_burst, np.full(bursts, size), rates).sum())
            shared = float(np.logaddexp(shared, own) - np.log(2))
        if item.kind is ItemKind.UNSEEN and not self.exposure.is_phone[self.sample.row[inside]].all():
            shared -= self.constants.non_phone_odds  # what has no switch port of its own seldom shares one
        return shared

    def _benign(self, hits: float, size: float) -> float | None:
        if hits < _LEAST_BENIGN:
            return None
        ratio, trials = self.constants.benign_ratio, max(size * self.sample.bursts, hits)
        choices = gammaln(trials + 1) - gammaln(hits + 1) - gammaln(trials - hits + 1)
        return float(np.log(1 - ratio) + (hits - _LEAST_BENIGN) * np.log(ratio) - choices)

    def _outside(self, live: Bools, leaks: list[tuple[Item, float, float]], covered: float) -> tuple[float, float]:
        """Log probability of the drops outside all cells, and the leaked drops that were to be expected."""
        outside, penalty = self.nobody, 0.0
        others = max(1.0, len(self.exposure.phones) - covered)
        for item, rate, size in leaks:
            if item.component == UNSEEN_COMPONENT:
                continue
            name = self.exposure.kinds[self.exposure.kind_of[item.component]]
            if name in self.places:
                leak = self.leaks.of(item.component)
                stale = rate * size * self.constants.stale_share / (1 - self.constants.stale_share) / others
                chance = np.where(self.unlocated, rate * leak.share[self.leaks.vlan_of(self.sample.row)], stale)
                penalty += self.sample.bursts * (rate * leak.expected + stale * others)
            elif name == "node":
                wrong = rate * size * self.constants.node_error / others
                chance = np.full(len(live), wrong)
                penalty += self.sample.bursts * wrong * others
            else:
                continue
            outside = np.logaddexp(outside, np.log(chance + _TINY) + self._reasons(item))
        return float(outside[live].sum()), penalty

    def _inside(self, item: Item) -> Bools:
        if item.component == UNSEEN_COMPONENT:
            return self.unseen_drops
        return self.exposure.exposed(self.cells, item.component)

    def _ways(self, item: Item) -> int:
        return 1 if item.component == UNSEEN_COMPONENT else int(self.exposure.ways[item.component])

    def _size_of(self, item: Item) -> float:
        return self.unseen_size if item.component == UNSEEN_COMPONENT else float(self.exposure.size[item.component])

    def _expected(self, item: Item) -> float:
        if item.component == UNSEEN_COMPONENT:
            return float(self.background.per_second[~self.exposure.located].sum()) * self.seconds
        return float(self.expected[self.exposure.path[item.component]])

    def _left(self, item: Item, earlier: Sequence[Item]) -> float:
        """Phones of an item that no earlier one, of at most two, has; phones of both are taken off once."""
        both = self._overlap(item, *earlier) if len(earlier) == 2 else 0.0
        return max(self._size_of(item) - sum(self._overlap(item, other) for other in earlier) + both, 0.0)

    def _overlap(self, item: Item, *others: Item) -> float:
        """Phones that all of some items have."""
        key = tuple(sorted(i.component for i in (item, *others)))
        if key[0] == UNSEEN_COMPONENT:
            return 0.0
        if key not in self._overlaps:
            smallest, *larger = sorted((item, *others), key=lambda i: (self._size_of(i), i))
            rows = self.exposure.members[self.exposure.phones_of(smallest.component)]
            common = np.ones(len(rows), dtype=bool)
            for other in larger:
                common &= self.exposure.exposed(rows, other.component)
            self._overlaps[key] = float(common.sum())
        return self._overlaps[key]

    def _reasons(self, item: Item) -> NDArray[np.float64]:
        if item.kind is ItemKind.ADMINISTRATIVE:
            return self.administrative
        if item.component == UNSEEN_COMPONENT:
            return fault_profile("switch", self.constants.profile_mix)[self.sample.reason]
        return self.reasons_under(int(self.exposure.kind_of[item.component]))

    def _prior(self, item: Item) -> float:
        if item.kind is ItemKind.FAULT:
            return float(self.priors.fault[item.component] + self.priors.odds[item.component])
        if item.kind is ItemKind.ADMINISTRATIVE:
            return float(self.priors.administrative[item.component])
        return self.priors.benign if item.kind is ItemKind.BENIGN else self.priors.unseen
