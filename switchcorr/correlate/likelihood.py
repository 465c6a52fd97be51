r"""How well a hypothesis explains the drops of one window, or of several windows pooled.

The phones of a hypothesis' items form disjoint cells, smallest item first: a bad module inside a bad switch is two cells.
In a cell with :math:`k` drops of :math:`n` phones the hit rate is integrated out over a mixture of beta distributions,

.. math:: \sum_m w_m \frac{B(a_m + k,\; b_m + n - k)}{B(a_m, b_m)}

times the reasons' probabilities under the item's profile. Outside, each drop is background or a leak: a phone of the
component whose location is unknown or stale. All scores are natural logs against "nothing shared".
Source: Beta-binomial model; noisy membership after Shrink (Kandula et al. 2005), silent exposure after NetBouncer (2019).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaln, gammaln, logsumexp

from switchcorr.correlate.background import Background
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints
from switchcorr.correlate.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind, Priors
from switchcorr.correlate.reasons import administrative_profile, background_profile, fault_profile
from switchcorr.model.campus import RISK_KINDS, Domain

_TINY = 1e-300
_PLACED_KINDS = frozenset(kind.name for kind in RISK_KINDS if kind.domain is Domain.NETWORK) - {"vlan", "subnet"}
_LEAST_BENIGN = 2


def log_hits(k: Floats | float, n: Floats | float, rates: tuple[tuple[float, float, float], ...]) -> Floats:
    """Log probability of ``k`` given drops of ``n`` phones, hit rate integrated out."""
    hits = np.asarray(k, dtype=float)
    exposed = np.maximum(np.asarray(n, dtype=float), hits)
    terms = [np.log(w) + betaln(a + hits, b + exposed - hits) - betaln(a, b) for w, a, b in rates]
    summed: Floats = np.asarray(logsumexp(terms, axis=0))
    return summed


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """The drops that are to be explained: one per endpoint and burst.

    Attributes:
        row: of the endpoint.
        reason: a ``ReasonClass``.
        burst: number of the window it is in.
        seconds: length of each window, weighted by the shape of the day.
    """

    row: Ints
    reason: Ints
    burst: Ints
    seconds: Floats

    @property
    def bursts(self) -> int:
        """Number of windows."""
        return len(self.seconds)


@dataclass(eq=False)
class _Leak:
    """Of one component: share of each VLAN's located phones that are on it, and the unlocated phones that this makes expect."""

    share: Floats
    expected: float


@dataclass(eq=False)
class Likelihood:
    """Scores hypotheses over one sample; keeps what several of them need."""

    exposure: Exposure
    background: Background
    priors: Priors
    sample: Sample
    constants: Constants
    cells: Ints = field(init=False)
    nobody: Floats = field(init=False)
    chance: Floats = field(init=False)
    _fault: dict[int, Floats] = field(init=False, default_factory=dict)
    _leaks: dict[int, _Leak] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        sample, constants = self.sample, self.constants
        self.seconds = float(sample.seconds.sum())
        self.cells = self.exposure.members[sample.row]
        self.chance = np.log(self.background.per_second[sample.row] * sample.seconds[sample.burst])
        self.nobody = self.chance + background_profile(constants.profile_mix)[sample.reason]
        self.administrative = administrative_profile(constants.profile_mix)[sample.reason]
        self.expected = self.background.of_component * self.seconds
        self.expected_all = self.background.total * self.seconds
        self.vlan_kind = self.exposure.kinds.index("vlan") if "vlan" in self.exposure.kinds else -1
        self.unlocated = ~self.exposure.located[sample.row] & self.exposure.is_phone[sample.row]
        unlocated_phones = ~self.exposure.located & self.exposure.is_phone
        self.unseen_drops = ~self.exposure.located[sample.row]
        self.unseen_size = float((~self.exposure.located).sum())
        self.vlan_located = self._per_vlan(self.exposure.located)
        self.vlan_unlocated = self._per_vlan(unlocated_phones)

    def reasons_under(self, kind: int) -> Floats:
        """Log probability of each drop's reason for a fault of a component of a kind."""
        if kind not in self._fault:
            self._fault[kind] = fault_profile(self.exposure.kinds[kind], self.constants.profile_mix)[self.sample.reason]
        return self._fault[kind]

    def singles(self, live: Bools, size: Floats) -> tuple[Floats, Floats]:
        """Approximate log odds of every component alone, as a fault and as an administrative item; -inf without a drop.

        Args:
            live: drops that no earlier item explains.
            size: phones of each component that no earlier item covers.
        """
        count = len(self.exposure.components)
        hits, gain, admin = np.zeros(count + 1), np.zeros(count + 1), np.zeros(count + 1)
        for j in range(len(self.exposure.kinds)):
            at = self.cells[live, j] + 1
            hits += np.bincount(at, minlength=count + 1)
            gain += np.bincount(at, weights=(self.reasons_under(j) - self.nobody)[live], minlength=count + 1)
            admin += np.bincount(at, weights=(self.administrative - self.nobody)[live], minlength=count + 1)
        active = np.flatnonzero(hits[1:] >= 1)
        shared = log_hits(hits[1:][active], size[active] * self.sample.bursts, self.constants.hit_rates) + self.expected[active]
        fault, administrative = np.full(count, -np.inf), np.full(count, -np.inf)
        fault[active] = shared + gain[1:][active] + self.priors.fault[active]
        administrative[active] = shared + admin[1:][active] + self.priors.administrative[active]
        return fault, administrative

    def residual(self, hypothesis: Hypothesis) -> tuple[Bools, Floats]:
        """Drops that a hypothesis leaves over, and the phones of each component outside of it."""
        live = np.ones(len(self.sample.row), dtype=bool)
        size = self.exposure.size.copy()
        for item in hypothesis:
            if item.component == UNSEEN_COMPONENT:
                live &= ~self.unseen_drops
                continue
            live &= self.cells[:, self.exposure.kind_of[item.component]] != item.component
            inside = self.exposure.members[self.exposure.phones_of(item.component)]
            size -= np.bincount(inside.ravel() + 1, minlength=len(size) + 1)[1:]
        return live, np.maximum(size, 0.0)

    def score(self, hypothesis: Hypothesis) -> float:
        """Log posterior of a hypothesis, not normalised; "nothing shared" scores its prior."""
        if not hypothesis:
            return self.priors.nothing
        live = np.ones(len(self.sample.row), dtype=bool)
        total = covered = expected_inside = 0.0
        leaks: list[tuple[Item, float, float]] = []
        for place, item in enumerate(sorted(hypothesis, key=self._size_of)):
            inside = live & self._inside(item)
            live &= ~inside
            size = max(
                self._size_of(item) - sum(self._overlap(item, other) for other in sorted(hypothesis, key=self._size_of)[:place]), 0.0
            )
            cell = self._cell(item, inside, size)
            if cell is None:
                return -np.inf
            total += cell + self._prior(item)
            full = self._size_of(item)
            expected_inside += self._expected(item) * (size / full if full else 0.0)
            covered += size
            if item.kind is not ItemKind.BENIGN:
                leaks.append((item, (float(inside.sum()) + 0.5) / (size * self.sample.bursts + 1.0), size))
        outside, penalty = self._outside(live, leaks, covered)
        total += outside - (self.expected_all - expected_inside) - penalty
        return total - (float(self.nobody.sum()) - self.expected_all) + (len(hypothesis) - 1) * self.priors.further

    def _cell(self, item: Item, inside: Bools, size: float) -> float | None:
        hits, bursts = float(inside.sum()), self.sample.bursts
        if item.kind is ItemKind.BENIGN:
            return self._benign(inside, hits, size)
        shared = float(log_hits(hits, size * bursts, self.constants.hit_rates))
        if bursts > 1:
            per_burst = np.bincount(self.sample.burst[inside], minlength=bursts).astype(float)
            own = float(log_hits(per_burst, np.full(bursts, size), self.constants.hit_rates).sum())
            shared = float(np.logaddexp(shared, own) - np.log(2))
        if item.kind is ItemKind.UNSEEN and not self.exposure.is_phone[self.sample.row[inside]].all():
            shared -= self.constants.non_phone_odds  # what has no switch port of its own seldom shares one
        return shared + float(self._reasons(item)[inside].sum())

    def _benign(self, inside: Bools, hits: float, size: float) -> float | None:
        if hits < _LEAST_BENIGN:
            return None
        ratio, trials = self.constants.benign_ratio, max(size * self.sample.bursts, hits)
        choices = gammaln(trials + 1) - gammaln(hits + 1) - gammaln(trials - hits + 1)
        reasons = float((self.nobody - self.chance)[inside].sum())
        return float(np.log(1 - ratio) + (hits - _LEAST_BENIGN) * np.log(ratio) - choices) + reasons

    def _outside(self, live: Bools, leaks: list[tuple[Item, float, float]], covered: float) -> tuple[float, float]:
        """Log probability of the drops outside all cells, and the leaked drops that were to be expected."""
        outside, penalty = self.nobody, 0.0
        others = max(1.0, len(self.exposure.phones) - covered)
        for item, rate, size in leaks:
            if item.component == UNSEEN_COMPONENT:
                continue
            name = self.exposure.kinds[self.exposure.kind_of[item.component]]
            if name in _PLACED_KINDS:
                leak = self._leak(item.component)
                stale = rate * size * self.constants.stale_share / (1 - self.constants.stale_share) / others
                chance = np.where(self.unlocated, rate * leak.share[self._vlan_of_drops()], stale)
                penalty += self.sample.bursts * (rate * leak.expected + stale * others)
            elif name == "node":
                wrong = rate * size * self.constants.node_error / others
                chance = np.full(len(live), wrong)
                penalty += self.sample.bursts * wrong * others
            else:
                continue
            outside = np.logaddexp(outside, np.log(chance + _TINY) + self._reasons(item))
        return float(outside[live].sum()), penalty

    def _leak(self, component: int) -> _Leak:
        if component not in self._leaks:
            inside = np.zeros(len(self.exposure.phones), dtype=bool)
            inside[self.exposure.phones_of(component)] = True
            share = self._per_vlan(inside) / np.maximum(1.0, self.vlan_located)
            share = np.minimum(share, 1.0)
            self._leaks[component] = _Leak(share, float((share * self.vlan_unlocated).sum()))
        return self._leaks[component]

    def _per_vlan(self, chosen: Bools) -> Floats:
        """How many of the chosen phones are in each VLAN, by component number; the last entry is all those without a VLAN.

        Without any VLAN column every phone is in that last entry.
        """
        count = len(self.exposure.components)
        if self.vlan_kind < 0:
            return np.bincount(np.full(int(chosen.sum()), count), minlength=count + 1).astype(float)
        vlan = self.exposure.members[chosen, self.vlan_kind]
        return np.bincount(np.where(vlan >= 0, vlan, count), minlength=count + 1).astype(float)

    def _vlan_of_drops(self) -> Ints:
        count = len(self.exposure.components)
        if self.vlan_kind < 0:
            return np.full(len(self.sample.row), count)
        vlan = self.cells[:, self.vlan_kind]
        return np.where(vlan >= 0, vlan, count)

    def _inside(self, item: Item) -> Bools:
        if item.component == UNSEEN_COMPONENT:
            return self.unseen_drops
        inside: Bools = self.cells[:, self.exposure.kind_of[item.component]] == item.component
        return inside

    def _size_of(self, item: Item) -> float:
        return self.unseen_size if item.component == UNSEEN_COMPONENT else float(self.exposure.size[item.component])

    def _expected(self, item: Item) -> float:
        if item.component == UNSEEN_COMPONENT:
            return float(self.background.per_second[~self.exposure.located].sum()) * self.seconds
        return float(self.expected[item.component])

    def _overlap(self, item: Item, other: Item) -> float:
        if UNSEEN_COMPONENT in (item.component, other.component):
            return 0.0
        rows = self.exposure.phones_of(other.component)
        return float((self.exposure.members[rows, self.exposure.kind_of[item.component]] == item.component).sum())

    def _reasons(self, item: Item) -> NDArray[np.float64]:
        if item.kind is ItemKind.ADMINISTRATIVE:
            return self.administrative
        if item.component == UNSEEN_COMPONENT:
            return fault_profile("switch", self.constants.profile_mix)[self.sample.reason]
        return self.reasons_under(int(self.exposure.kind_of[item.component]))

    def _prior(self, item: Item) -> float:
        match item.kind:
            case ItemKind.FAULT:
                return float(self.priors.fault[item.component])
            case ItemKind.ADMINISTRATIVE:
                return float(self.priors.administrative[item.component])
            case ItemKind.BENIGN:
                return self.priors.benign
            case ItemKind.UNSEEN:
                return self.priors.unseen
