r"""How probable it is that a fault takes so many of its phones: the hit rate is not known and is integrated out.

A fault may take 5 % of its phones or all of them; the rate has a mixture of beta distributions as its prior. Where phones of the
component may be hidden among those whose place is not known, the integral is a sum over points of the rate's logit.
Source: Beta-binomial model.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, betaln, logsumexp

from switchcorr.correlate.exposure.table import Floats, Ints

Rates = tuple[tuple[float, float, float], ...]
"""Weight and the two parameters of each beta distribution."""
_TINY = 1e-300
_MOST_RATE = 1 - 1e-12
_RATE_STEPS = 200
"""Points of the numeric integral over the hit rate of a bundle member: with 2,000 phones the error stays below 1 %."""
_GRID = np.linspace(-7.0, 7.0, 41)
"""Points of the integral with hidden phones, in standard deviations of the logit."""
_HITS, _PHONES = 64, 512
"""Bounds of what is looked up."""
_FAINT = 0.02
"""Odds below which the log of one and a multiple of them is that multiple."""
_FACTORS = 8
"""Factors that are multiplied before their logarithm is taken: odds up to 1e38 do not overflow."""
_PRODUCTS = 256
"""Products that are made at once, so that they stay in the processor's cache."""


def log_hits(k: Floats | float, n: Floats | float, rates: Rates) -> Floats:
    """Log probability of ``k`` given drops of ``n`` phones, hit rate integrated out."""
    hits = np.asarray(k, dtype=float)
    exposed = np.maximum(np.asarray(n, dtype=float), hits)
    terms = np.stack([np.log(w) + betaln(a + hits, b + exposed - hits) - betaln(a, b) for w, a, b in rates])
    summed: Floats = np.logaddexp.reduce(terms, axis=0)
    return summed


def log_hits_counted(k: Floats, n: Floats, rates: Rates) -> Floats:
    """``log_hits`` of many components, most of them small: those are looked up."""
    exposed = np.maximum(n, k)
    found, small = np.empty(len(k)), (k < _HITS) & (exposed < _PHONES) & (exposed == np.floor(exposed))
    found[small] = _small_hits(rates)[k[small].astype(np.int64), exposed[small].astype(np.int64)]
    found[~small] = log_hits(k[~small], exposed[~small], rates)
    return found


@lru_cache(maxsize=8)
def _small_hits(rates: Rates) -> Floats:
    """``log_hits`` by drops and phones."""
    return log_hits(np.arange(_HITS, dtype=float)[:, np.newaxis], np.arange(_PHONES, dtype=float), rates)


def log_hits_shared(k: Floats | float, n: Floats | float, ways: int, rates: Rates) -> Floats:
    """The same for one of ``ways`` members that the phones are spread over by an unknown hash: it takes at most its part of them."""
    log_rate, log_miss, weight = rate_points(ways, rates)
    hits = np.asarray(k, dtype=float)[..., np.newaxis]
    exposed = np.maximum(np.asarray(n, dtype=float)[..., np.newaxis], hits)
    summed: Floats = logsumexp(weight + hits * log_rate + (exposed - hits) * log_miss, axis=-1)
    return summed


@lru_cache(maxsize=64)
def rate_points(ways: int, rates: Rates) -> tuple[Floats, Floats, Floats]:
    """Points of the integral over the hit rate of one of so many members: log of the rate, of its complement, and of the point's weight."""
    middles = (np.arange(_RATE_STEPS) + 0.5) / _RATE_STEPS
    rate = np.concatenate([betaincinv(a, b, middles) for _, a, b in rates]) / ways
    weight: Floats = np.concatenate([np.full(_RATE_STEPS, np.log(w / _RATE_STEPS)) for w, _, _ in rates])
    return np.log(rate + _TINY), np.log1p(-np.minimum(rate, _MOST_RATE)), weight


@dataclass(frozen=True, slots=True, eq=False)
class Hidden:
    """Phones that may be on some components without being known to be.

    Attributes:
        component, odds: pairs of a component (its place, rising) and a drop elsewhere, with the probability that it is one of the component's
            phones and of its reason, over that of the drop otherwise.
        expected: per component, phones elsewhere that are on it, but for those that stayed.
        of, share, stayed: groups of phones that did not drop: the component (rising), the part of the group that is on it, how many they are.
    """

    component: Ints
    odds: Floats
    expected: Floats
    of: Ints
    share: Floats
    stayed: Floats


def hit_rate(k: Floats, n: Floats) -> Floats:
    """The rate that ``k`` hits of ``n`` tell: the mean under Jeffreys' prior."""
    rate: Floats = (k + 0.5) / (n + 1.0)
    return rate


def log_hits_hidden(k: Floats, n: Floats, hidden: Hidden, rates: Rates) -> tuple[Floats, Floats]:
    """The same where further phones may be on the components: log probability, and the mean hit rate afterwards.

    Args:
        k: per component, drops of the phones that are known to be on it.
        n: those phones.
        hidden: the others.
        rates: prior of the hit rate.
    """
    own, odds = hidden.component, hidden.odds
    guessed = hit_rate(k, n)[own] * odds
    others = np.bincount(own, guessed / (1 + guessed), minlength=len(k))
    missed, stayed = np.maximum(n - k, 0.0), np.bincount(hidden.of, hidden.share * hidden.stayed, minlength=len(k))
    alpha, beta = 1.0 + k + others, 1.0 + missed + np.maximum(hidden.expected - others, 0.0) + stayed
    step = np.sqrt(1 / alpha + 1 / beta)
    logit = np.log(alpha / beta)[:, np.newaxis] + step[:, np.newaxis] * _GRID
    log_rate, log_miss = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    rate = np.exp(log_rate)
    value = np.logaddexp.reduce([w + a * log_rate + b * log_miss for w, a, b in _normalised(rates)], axis=0)
    faint = np.bincount(own, np.where(odds <= _FAINT, odds, 0.0), minlength=len(k)) - hidden.expected
    value += k[:, np.newaxis] * log_rate + missed[:, np.newaxis] * log_miss + faint[:, np.newaxis] * rate
    strong = np.flatnonzero(odds > _FAINT)
    _add_log_products(value, rate, own[strong], odds[strong])
    heads = np.flatnonzero(np.diff(hidden.of, prepend=-1))
    if len(heads):
        staying = np.log1p(-np.minimum(rate[hidden.of] * hidden.share[:, np.newaxis], _MOST_RATE))
        value[hidden.of[heads]] += np.add.reduceat(staying * hidden.stayed[:, np.newaxis], heads, axis=0)
    peak = value.max(axis=1)
    weight = np.exp(value - peak[:, np.newaxis])
    total = weight.sum(axis=1)
    return peak + np.log(total * step * (_GRID[1] - _GRID[0])), (weight * rate).sum(axis=1) / total


def _add_log_products(value: Floats, rate: Floats, own: Ints, odds: Floats) -> None:
    """Add to ``value`` of each component, per rate, the log of the product of ``1 + rate * odds`` over its drops.

    Products of a few factors come before the logarithm, which costs ten times as much as a factor.
    """
    first = np.flatnonzero(np.diff(own, prepend=-1))
    place = np.arange(len(own)) - np.repeat(first, np.diff(first, append=len(own)))
    begins = place % _FACTORS == 0
    product, of = np.cumsum(begins) - 1, own[begins]
    padded = np.zeros((len(of), _FACTORS))
    padded[product, place % _FACTORS] = odds
    for begin in range(0, len(of), _PRODUCTS):
        at = of[begin : begin + _PRODUCTS]
        rates, odds = rate[at], padded[begin : begin + _PRODUCTS]
        whole = rates * odds[:, :1] + 1.0
        factor = np.empty_like(whole)
        for slot in range(1, _FACTORS):
            np.multiply(rates, odds[:, slot : slot + 1], out=factor)
            factor += 1.0
            whole *= factor
        heads = np.flatnonzero(np.diff(at, prepend=-1))
        value[at[heads]] += np.add.reduceat(np.log(whole), heads, axis=0)


@lru_cache(maxsize=64)
def _normalised(rates: Rates) -> Rates:
    """The mixture with the log of each weight over its beta function."""
    return tuple((float(np.log(w) - betaln(a, b)), a, b) for w, a, b in rates)
