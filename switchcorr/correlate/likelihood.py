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

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.background import Background
from switchcorr.correlate.clusters import Crowd
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints, places
from switchcorr.correlate.hits import log_hits, log_hits_hidden, log_hits_shared
from switchcorr.correlate.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind, Priors
from switchcorr.correlate.leaks import Leaks
from switchcorr.correlate.quiet_minutes import FEW, above_background
from switchcorr.correlate.reasons import administrative_profile, common_profile, fault_profile

_MOST_ODDS = 30.0
"""Log odds beyond which more makes no difference, so that their fourth power stays a number."""


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


@dataclass(frozen=True, slots=True)
class _Cell:
    """The phones of an item that no smaller one has, its drops among them, and the innocent ones that were to be expected there."""

    item: Item
    inside: Bools
    hits: float
    size: float
    expected: float


@dataclass(frozen=True, slots=True, eq=False)
class _Leaked:
    """Drops outside of all cells that may be a component's: each with the probability that its phone is; how many such phones there are; likely drops."""

    drops: Ints
    strength: Floats
    hidden: float
    likely: float


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
    common: Floats = field(init=False)
    _fault: dict[int, Floats] = field(init=False, default_factory=dict)
    _overlaps: dict[tuple[int, ...], float] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        sample, constants = self.sample, self.constants
        self.seconds = float(sample.seconds.sum())
        self.cells = self.exposure.members[sample.row]
        self.chance = np.log(self.background.per_second[sample.row] * sample.seconds[sample.burst])
        self.innocent = self.background.reasons[sample.reason]
        self.nobody = self.chance + self.innocent
        self.common = common_profile(constants.profile_mix)[sample.reason]
        self.administrative = administrative_profile(constants.profile_mix)[sample.reason]
        self.expected = self.background.of_component * self.seconds
        self.unlocated = self.leaks.unlocated[sample.row]
        self._vlan = self.leaks.vlan_of(sample.row)
        self.unseen_drops = ~self.exposure.located[sample.row]
        self.unseen_size = float((~self.exposure.located).sum())
        self.places = places(self.exposure.kinds)
        self.crowd = Crowd(self.background.clusters, self.cells, sample.burst, sample.seconds, self.exposure.size)
        everybody = np.ones(len(sample.row), dtype=bool)
        gains = self.crowd.gains(self._crowd_odds(self.nobody, everybody))
        self._clustered = np.zeros(len(sample.row))
        self._clustered[self.crowd.drops] = self.crowd.shares(gains)

    def reasons_under(self, kind: int) -> Floats:
        """Log probability of each drop's reason for a fault of a component of a kind."""
        if kind not in self._fault:
            self._fault[kind] = fault_profile(self.exposure.kinds[kind], self.constants.profile_mix)[self.sample.reason]
        return self._fault[kind]

    def reasons_of(self, item: Item, drops: float) -> Floats:
        """Log probability of each drop's reason if it is one of so many of an item.

        That something made them drop counts in full; what kind of thing, which one story tells many times, as ``told_share`` says.
        """
        own = self._reasons(item)
        return own if item.kind is ItemKind.ADMINISTRATIVE else self.common + self.told_share(drops) * (own - self.common)

    def told_share(self, drops: Floats | float) -> Floats:
        """How much each reason counts for one kind of fault against others, among so many of one cause: they are one story told many times."""
        return np.minimum(1.0, self.constants.reasons_count / np.maximum(drops, 1.0))

    def singles(self, live: Bools, size: Floats) -> tuple[Floats, Floats]:
        """Approximate log odds of every component alone, as a fault and as an administrative item; -inf without a drop.

        Args:
            live: drops that no earlier item explains.
            size: phones of each component that no earlier item covers.
        """
        count, cells = len(self.exposure.components), self.cells[live]
        hits, gain, apart, admin, chance = (np.zeros(count) for _ in range(5))
        for j in range(len(self.exposure.kinds)):
            known = cells[:, j] >= 0
            own = self.exposure.range_of(j)
            at, width = cells[known, j] - own.start, own.stop - own.start
            hits[own] = np.bincount(at, minlength=width)
            gain[own] = np.bincount(at, weights=(self.common - self.innocent)[live][known], minlength=width)
            apart[own] = np.bincount(at, weights=(self.reasons_under(j) - self.common)[live][known], minlength=width)
            admin[own] = np.bincount(at, weights=(self.administrative - self.innocent)[live][known], minlength=width)
            chance[own] = np.bincount(at, weights=(self.chance + self._clustered)[live][known], minlength=width)
        path = self.exposure.path
        active = np.flatnonzero(hits[path] >= 1)
        at = path[active]
        fault, administrative = np.full(count, -np.inf), np.full(count, -np.inf)
        shared = self._hits(active, hits[at], size[at]) + self.expected[at] - chance[at]
        shared += above_background(hits[at], size[at] * self.sample.bursts, self.expected[at], self.constants.hit_rates)
        gain += self.told_share(hits) * apart
        fault[active] = shared + gain[at] + (self.priors.fault + self.priors.noticed)[active]
        administrative[active] = shared + admin[at] + self.priors.administrative[active]
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
            given = float(self.chance.max()) if self.sample.given else 0.0
            return self.priors.nothing + float(self._clustered.sum()) - given
        cells, live = self._cells(hypothesis)
        leaks = [self._leak(cell, live) for cell in cells]
        stories = self._stories(cells)
        total = expected = 0.0
        outside = self.nobody.copy()
        for cell, leak, drops in zip(cells, leaks, stories, strict=True):
            total += self._prior(cell.item) + float((self.innocent - self.nobody)[cell.inside].sum())
            total += float((self.reasons_of(cell.item, drops) - self.innocent)[cell.inside].sum())
            expected += cell.expected
            total += self._explained(cell, leak, outside)
        total += expected - self._told_twice([cell.item for cell in cells])
        return total + float(self.crowd.gains(self._crowd_odds(outside, live)).sum()) + (len(cells) - 1) * self.priors.further

    def _cells(self, hypothesis: Hypothesis) -> tuple[list[_Cell], Bools]:
        """The items as disjoint cells, smallest first, and the drops outside of all."""
        ordered = sorted(hypothesis, key=lambda item: (self._size_of(item), item))
        live, cells = np.ones(len(self.sample.row), dtype=bool), []
        for place, item in enumerate(ordered):
            inside = live & self._inside(item)
            live &= ~inside
            size, full = self._left(item, ordered[:place]), self._size_of(item)
            expected = self._expected(item) * (size / full if full else 0.0)
            cells.append(_Cell(item, inside, float(inside.sum()), size, expected))
        return cells, live

    def _stories(self, cells: Sequence[_Cell]) -> list[float]:
        """Of how many drops each cell's story is told: with those of cells whose items share phones, for a part does not tell it once more."""
        return [sum(other.hits for other in cells if other is cell or self._overlap(cell.item, other.item) > 0) for cell in cells]

    def _told_twice(self, items: Sequence[Item]) -> float:
        """What items with common phones have in common of the odds apart from phones: a module's errors are its ASIC's errors too."""
        twice = 0.0
        for place, item in enumerate(items):
            for other in items[:place]:
                odds = [float(self.priors.odds[i.component]) if i.kind is ItemKind.FAULT else 0.0 for i in (item, other)]
                if odds[0] * odds[1] > 0 and self._overlap(item, other) > 0:
                    twice += min(odds, key=abs)
        return twice

    def _explained(self, cell: _Cell, leak: _Leaked, outside: Floats) -> float:
        """Log probability of a cell's drops and of those outside that it explains; enters the latter in ``outside``."""
        drops, hidden = leak.drops, leak.hidden
        reasons = self.reasons_of(cell.item, cell.hits + leak.likely)[
            drops
        ]  # a phone whose place is not known tells it no louder than the others
        odds = leak.strength * np.exp(reasons - outside[drops])
        bursts, rates, ways = self.sample.bursts, self.constants.hit_rates, self._ways(cell.item)
        value, rate = log_hits_hidden(cell.hits, cell.size * bursts, odds / ways, hidden / ways * bursts, rates)
        if ways > 1:
            value += float(log_hits_shared(cell.hits, cell.size * bursts, ways, rates) - log_hits(cell.hits, cell.size * bursts, rates))
        elif cell.hits < FEW * cell.expected:
            value += float(above_background(cell.hits, cell.size * bursts, cell.expected, rates))
        if bursts > 1:
            shared = float(log_hits(cell.hits, cell.size * bursts, rates))
            per_burst = np.bincount(self.sample.burst[cell.inside], minlength=bursts).astype(float)
            own = float(log_hits(per_burst, np.full(bursts, cell.size), rates).sum())
            value += float(np.logaddexp(shared, own) - np.log(2)) - shared
        outside[drops] += np.log1p(rate * odds)
        if cell.item.kind is ItemKind.UNSEEN and not self.exposure.is_phone[self.sample.row[cell.inside]].all():
            value -= self.constants.non_phone_odds  # what has no switch port of its own seldom shares one
        return value + self._few(cell, rate * odds)

    def _leak(self, cell: _Cell, live: Bools) -> _Leaked:
        """The drops outside of all cells whose phones may be a component's."""
        strength, hidden = self._hidden(cell)
        drops = np.flatnonzero(live & (strength > 0))
        guess = (cell.hits + 0.5) / (cell.size * self.sample.bursts + 1.0)
        odds = guess * strength[drops] * np.exp(self._reasons(cell.item)[drops] - self.nobody[drops])
        return _Leaked(drops, strength[drops], hidden, float((odds / (1 + odds)).sum()))

    def _hidden(self, cell: _Cell) -> tuple[Floats, float]:
        """Per drop the probability that its phone is on a component without being known to be, and how many such phones there are."""
        component = cell.item.component
        name = "" if component == UNSEEN_COMPONENT else self.exposure.kinds[self.exposure.kind_of[component]]
        if name in self.places:
            leak, stale = self.leaks.of(component), self.constants.stale_share
            share = leak.share[self._vlan]
            return np.where(self.unlocated, share, np.where(self.unseen_drops, 0.0, stale * share)), leak.expected + stale * leak.elsewhere
        if name == "node":
            wrong = cell.size * self.constants.node_error
            return np.full(len(self.nobody), wrong / max(1.0, len(self.exposure.phones) - cell.size)), wrong
        return np.zeros(len(self.nobody)), 0.0

    def _few(self, cell: _Cell, odds: Floats) -> float:
        """Log probability that a fault or an action has as many phones as make an incident, those at unknown places included."""
        lacking = self.constants.least_drops - cell.hits
        if cell.item.kind is ItemKind.UNSEEN or lacking <= 0 or self.sample.given:
            return 0.0
        none = float(np.exp(-np.log1p(odds).sum()))
        one = none * float(odds.sum())
        fewer = self.constants.p_fewer
        share = none * fewer**lacking + one * fewer ** (lacking - 1) + max(1 - none - one, 0.0) * fewer ** max(lacking - 2, 0)
        return float(np.log(share))

    def _crowd_odds(self, outside: Floats, live: Bools) -> Floats:
        """Of the drops that may be an innocent cluster: their probability in one, which is that of their reason, against that outside of any."""
        odds = np.zeros(len(self.crowd.drops))
        chosen = np.flatnonzero(live[self.crowd.drops])
        drops = self.crowd.drops[chosen]
        odds[chosen] = np.exp(np.minimum(self.innocent[drops] - outside[drops], _MOST_ODDS))
        return odds

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
            return float(self.priors.fault[item.component] + self.priors.noticed[item.component] + self.priors.odds[item.component])
        if item.kind is ItemKind.ADMINISTRATIVE:
            return float(self.priors.administrative[item.component])
        return self.priors.unseen
