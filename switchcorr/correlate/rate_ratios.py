r"""How many times as often as elsewhere the phones of a component drop, each by itself: its rate ratio, and what speaks for one far above 1.

A phone's number of drops is negative binomial about its usual mean, but for a share of phones that drop as they like
(:math:`1/(k+1)(k+2)`): one such phone must not accuse its port ASIC. With the counts :math:`k_i` of the phones of component :math:`c`

.. math:: L_c(\rho) = \prod_{i \in c} \frac{(1-\epsilon)\,\mathrm{NB}(k_i; \rho\mu_i, a) + \epsilon\,u(k_i)}{(1-\epsilon)\,\mathrm{NB}(k_i; \mu_i, a) + \epsilon\,u(k_i)}.

Components that nothing ails are not alike either: on one floor phones are unplugged every day. So the log of a healthy one's rate ratio
is normal with standard deviation :math:`\tau`, and :math:`\tau` is learned from the components of the same kind, of which each may be sick
itself; the log of a sick one's ratio falls off from that of ``chronic_times`` on, by e for each e times as often. A component that holds much of the site is held
against the phones outside of it, as it has a share in the usual mean.
Source: negative binomial rates with a random effect by group (Breslow 1984); empirical Bayes for :math:`\tau` (Efron and Morris 1973).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, logsumexp

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints

_GRID = np.arange(-14, 36) * 0.1
"""Logs of rate ratios: a quarter to 33 times."""
_SCATTERS = np.array([0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.55, 0.75, 1.0])
"""Standard deviations of the log rate ratio of healthy components that are thought possible."""
_FLAPPING = 0.02
"""Share of phones that drop as they like. Assumed."""
_SICK = 0.01
"""Share of the other components of a kind that may be sick while the scatter of the healthy ones is learned. Assumed."""
_LARGE, _LARGEST = 0.05, 0.5
"""Share of all phones from which a component is held against those outside, and beyond which it is not judged: what is left is no measure."""
_LEAST = 1e-300


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Drops of phones by themselves, of which thousands have the same number and the same usual mean.

    Attributes:
        drops, mean: of each group of phones the number of drops, and how many are usual.
        group: of each phone; -1 of those that are not counted.
        most: drops beyond which a phone is not usual.
        shape: of the negative binomial distribution.
    """

    drops: Ints
    mean: Floats
    group: Ints
    most: int
    shape: float


def counts_of(drops: Ints, mean: Floats, chosen: Ints, most: int, shape: float) -> Counts:
    """Group phones.

    Args:
        drops: of each phone.
        mean: how many are usual.
        chosen: phones that count.
        most, shape: see ``Counts``.
    """
    pairs, at = np.unique(np.stack([drops[chosen].astype(float), mean[chosen]]), axis=1, return_inverse=True)
    group = np.full(len(drops), -1, dtype=np.int64)
    group[chosen] = at.reshape(-1)
    return Counts(pairs[0].astype(np.int64), pairs[1], group, most, shape)


@dataclass(frozen=True, slots=True, eq=False)
class RateRatios:
    """What speaks for each component's phones dropping far more often than others, as log Bayes factors; -inf of what is not judged.

    Attributes:
        odds: against that it is as unlike the others as healthy ones are: whether anything is wrong.
        explained: against that all phones drop as is usual: how much of the drops it explains, to be compared with parts of it and with what
            it is a part of.
    """

    odds: Floats
    explained: Floats


def rate_ratios(counts: Counts, exposure: Exposure, constants: Constants) -> RateRatios:
    """The rate ratio of every component."""
    found = RateRatios(np.full(len(exposure.components), -np.inf), np.full(len(exposure.components), -np.inf))
    chosen = np.flatnonzero(counts.group >= 0)
    for kind in range(len(exposure.kinds)):
        own = exposure.range_of(kind)
        number = exposure.members[chosen, kind] - own.start
        known = number >= 0
        width, components = len(counts.drops), own.stop - own.start
        key = number[known] * width + counts.group[chosen[known]]
        table = np.bincount(key, minlength=components * width).reshape(components, width).astype(float)
        rest = np.bincount(counts.group[chosen[~known]], minlength=width).astype(float)
        found.odds[own], found.explained[own] = _Kind(counts, table, rest, constants).log_odds()
    return found


class _Kind:
    """The components of one kind.

    Args:
        table: per component and group, how many phones.
        rest: per group, phones without a component of the kind.
    """

    def __init__(self, counts: Counts, table: Floats, rest: Floats, constants: Constants) -> None:
        self._counts, self._table, self._rest = counts, table, rest
        normal = np.exp(-0.5 * (_GRID / _SCATTERS[:, np.newaxis]) ** 2)
        self._healthy: Floats = (normal / normal.sum(axis=1, keepdims=True)).T
        beyond = _GRID - np.log(constants.chronic_times)
        far = np.where(beyond > -1e-9, np.exp(-beyond), 0.0)
        self._sick: Floats = far / far.sum()
        prior = -0.5 * (_SCATTERS / constants.chronic_scatter) ** 2
        self._prior: Floats = prior - logsumexp(prior)
        self._usual = _log_chance(counts, np.ones(1))

    def log_odds(self) -> tuple[Floats, Floats]:
        """See ``RateRatios``."""
        phones = self._table.sum(axis=1)
        share = phones / max(float(phones.sum() + self._rest.sum()), 1.0)
        usual = self._at(1.0)
        odds, explained = usual.sick + usual.scatter_without() - usual.healthy_too(), usual.sick.copy()
        for number, base in self._large(share):
            beside = self._at(base)
            as_usual = max(usual.healthy_too()[number], beside.healthy_too()[number] + beside.rest)
            odds[number] = beside.sick[number] + beside.scatter_without()[number] + beside.rest - as_usual
            explained[number] = beside.sick[number] + float(self._outside(number) @ self._gain(base))
        unjudged = (phones == 0) | (share > _LARGEST)
        odds[unjudged] = explained[unjudged] = -np.inf
        return odds, explained

    def _large(self, share: Floats) -> Iterator[tuple[int, float]]:
        """Components that hold much of the site, with how many times as often as usual the phones outside drop."""
        usual = self._counts.drops <= self._counts.most
        drops, mean = usual * self._counts.drops, usual * self._counts.mean
        for number in np.flatnonzero((share >= _LARGE) & (share <= _LARGEST)).tolist():
            outside = self._outside(number)
            yield number, float((outside @ drops + 1.0) / (outside @ mean + 1.0))

    def _outside(self, number: int) -> Floats:
        """Per group, how many phones are not on a component."""
        outside: Floats = self._table.sum(axis=0) + self._rest - self._table[number]
        return outside

    def _at(self, base: float) -> _Marginals:
        ratios = _log_chance(self._counts, base * np.exp(_GRID)) - self._usual
        value = self._table @ ratios
        peak = value.max(axis=1, keepdims=True)
        scaled = np.exp(value - peak)
        healthy = peak + np.log(np.maximum(scaled @ self._healthy, _LEAST))
        sick = peak[:, 0] + np.log(np.maximum(scaled @ self._sick, _LEAST))
        return _Marginals(healthy, sick, float(self._rest @ self._gain(base)), self._prior)

    def _gain(self, base: float) -> Floats:
        """Per group how much likelier its number of drops is if all drop so many times as often."""
        gain: Floats = (_log_chance(self._counts, np.array([base])) - self._usual)[:, 0]
        return gain


@dataclass(frozen=True, slots=True, eq=False)
class _Marginals:
    """Log likelihoods of the components of a kind, the rate ratio integrated out, at one mean of the phones outside.

    Attributes:
        healthy: per component and scatter.
        sick: per component.
        rest: of the phones without a component of the kind.
        prior: log, of the scatters.
    """

    healthy: Floats
    sick: Floats
    rest: float
    prior: Floats

    def scatter_without(self) -> Floats:
        """Per component the log likelihood of all others."""
        without: Floats = logsumexp(self._others(), axis=1)
        return without

    def healthy_too(self) -> Floats:
        """Per component the log likelihood of all others and of itself as a healthy one."""
        healthy: Floats = logsumexp(self._others() + self.healthy, axis=1)
        return healthy

    def _others(self) -> Floats:
        either = np.logaddexp(np.log1p(-_SICK) + self.healthy, np.log(_SICK) + self.sick[:, np.newaxis])
        others: Floats = self.prior + either.sum(axis=0) - either
        return others


def _log_chance(counts: Counts, ratios: Floats) -> Floats:
    """Log probability of each group's number of drops at some rate ratios."""
    drops, shape = counts.drops[:, np.newaxis].astype(float), counts.shape
    mean = counts.mean[:, np.newaxis] * ratios
    usual = gammaln(drops + shape) - gammaln(shape) - gammaln(drops + 1) + drops * np.log(mean / (mean + shape))
    usual += shape * np.log(shape / (mean + shape))
    as_they_like = -np.log((drops + 1) * (drops + 2))
    log_chance: Floats = np.logaddexp(np.log1p(-_FLAPPING) + usual, np.log(_FLAPPING) + as_they_like)
    return log_chance
