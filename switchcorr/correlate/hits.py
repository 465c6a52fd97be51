r"""How probable it is that a fault takes so many of its phones: the hit rate is not known and is integrated out.

A fault may take 5 % of its phones or all of them; the rate has a mixture of beta distributions as its prior. Where phones of the
component may be hidden among those whose place is not known, the integral is a sum over points of the rate's logit.
Source: Beta-binomial model.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.special import betaincinv, betaln, logsumexp

from switchcorr.correlate.exposure import Floats

Rates = tuple[tuple[float, float, float], ...]
"""Weight and the two parameters of each beta distribution."""
_TINY = 1e-300
_RATE_STEPS = 200
"""Points of the numeric integral over the hit rate of a bundle member: with 2,000 phones the error stays below 1 %."""
_GRID = np.linspace(-7.0, 7.0, 41)
"""Points of the integral with hidden phones, in standard deviations of the logit."""
_FAINT = 0.02
"""Odds below which the log of one and a multiple of them is that multiple."""


def log_hits(k: Floats | float, n: Floats | float, rates: Rates) -> Floats:
    """Log probability of ``k`` given drops of ``n`` phones, hit rate integrated out."""
    hits = np.asarray(k, dtype=float)
    exposed = np.maximum(np.asarray(n, dtype=float), hits)
    terms = np.stack([np.log(w) + betaln(a + hits, b + exposed - hits) - betaln(a, b) for w, a, b in rates])
    summed: Floats = np.logaddexp.reduce(terms, axis=0)
    return summed


def log_hits_shared(k: Floats | float, n: Floats | float, ways: int, rates: Rates) -> Floats:
    """The same for one of ``ways`` members that the phones are spread over by an unknown hash: it takes at most its part of them."""
    log_rate, log_miss, weight = _shared_rates(ways, rates)
    hits = np.asarray(k, dtype=float)[..., np.newaxis]
    exposed = np.maximum(np.asarray(n, dtype=float)[..., np.newaxis], hits)
    summed: Floats = logsumexp(weight + hits * log_rate + (exposed - hits) * log_miss, axis=-1)
    return summed


@lru_cache(maxsize=64)
def _shared_rates(ways: int, rates: Rates) -> tuple[Floats, Floats, Floats]:
    """Points of the integral over a member's hit rate: log of the rate, of its complement, and of the point's weight."""
    middles = (np.arange(_RATE_STEPS) + 0.5) / _RATE_STEPS
    rate = np.concatenate([betaincinv(a, b, middles) for _, a, b in rates]) / ways
    weight: Floats = np.concatenate([np.full(_RATE_STEPS, np.log(w / _RATE_STEPS)) for w, _, _ in rates])
    return np.log(rate + _TINY), np.log1p(-np.minimum(rate, 1 - 1e-12)), weight


def log_hits_hidden(k: float, n: float, odds: Floats, expected: float, rates: Rates) -> tuple[float, float]:
    """The same where further phones may be on the component: log probability, and the mean hit rate afterwards.

    Args:
        k: drops of the phones that are known to be on it.
        n: those phones.
        odds: per drop elsewhere, the probability that it is one of the component's phones and of its reason, over that of the drop otherwise.
        expected: phones elsewhere that are on the component.
        rates: prior of the hit rate.
    """
    guess = (k + 0.5) / (n + 1.0)
    hidden = float((guess * odds / (1 + guess * odds)).sum())
    alpha, beta = 1.0 + k + hidden, 1.0 + max(n - k, 0.0) + max(expected - hidden, 0.0)
    step = np.sqrt(1 / alpha + 1 / beta)
    logit = np.log(alpha / beta) + step * _GRID
    log_rate, log_miss = -np.logaddexp(0.0, -logit), -np.logaddexp(0.0, logit)
    rate = np.exp(log_rate)
    value = np.logaddexp.reduce([w + a * log_rate + b * log_miss for w, a, b in _normalised(rates)], axis=0)
    value += k * log_rate + max(n - k, 0.0) * log_miss + rate * (float(odds[odds <= _FAINT].sum()) - expected)
    value += np.log1p(np.outer(rate, odds[odds > _FAINT])).sum(axis=1)
    peak = float(value.max())
    weight = np.exp(value - peak)
    total = float(weight.sum())
    return peak + float(np.log(total * step * (_GRID[1] - _GRID[0]))), float(weight @ rate) / total


@lru_cache(maxsize=64)
def _normalised(rates: Rates) -> Rates:
    """The mixture with the log of each weight over its beta function."""
    return tuple((float(np.log(w) - betaln(a, b)), a, b) for w, a, b in rates)
