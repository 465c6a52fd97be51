r"""Which of a bundle's members the phones cross is not known, but each phone keeps its member: a sick one takes the same phones again and again.

Over :math:`B` bursts a sick member of :math:`w` takes each phone that crosses it with the hit rate :math:`\theta`, and no other phone:

.. math:: \prod_i \Bigl(\tfrac1w \mathrm{Bin}(h_i; B, \theta) + \bigl(1 - \tfrac1w\bigr) [h_i = 0]\Bigr)

with :math:`h_i` the bursts in which phone :math:`i` dropped; a sick bundle takes any of them, :math:`\prod_i \mathrm{Bin}(h_i; B, \theta)`.
Phones of one bundle need not be hit alike, though, and those that are hit more often look like those of one member. So the bundle
is given a mixture of this and of hit rates that scatter from phone to phone. One burst tells nothing of all this.
Source: mixture of a zero-inflated and a plain binomial; the scatter is a beta-binomial (Skellam 1948).
"""

from __future__ import annotations

import numpy as np
from scipy.special import betaln, logsumexp

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Floats, Ints
from switchcorr.correlate.scoring.hits import rate_points

_LEAST_WEIGHT, _MOST_WEIGHT = 0.5, 1e6
"""Bounds of the two parameters together of the beta distribution of a phone's hit rate."""


def member_against_bundle(dropped: Ints, phones: float, bursts: int, ways: int, constants: Constants) -> float:
    """Log likelihood ratio of one sick member against the whole bundle.

    Args:
        dropped: bursts in which each phone dropped, of those that did.
        phones: all phones of the bundle.
        bursts: how many there are.
        ways: how many members the phones are spread over.
        constants: the hit rates, and how much they scatter.
    """
    log_rate, log_miss, weight = rate_points(1, constants.hit_rates)
    phones = max(phones, float(len(dropped)))
    hits, stayed = float(dropped.sum()), phones - len(dropped)
    once = hits * log_rate + (len(dropped) * bursts - hits) * log_miss
    elsewhere = np.logaddexp(bursts * log_miss - np.log(ways), np.log1p(-1.0 / ways))
    member = logsumexp(weight + once - len(dropped) * np.log(ways) + stayed * elsewhere)
    alike = logsumexp(weight + once + stayed * bursts * log_miss)
    together = np.clip(np.exp(log_miss - log_rate) / constants.scatter - 1.0, _LEAST_WEIGHT, _MOST_WEIGHT)
    scattered = logsumexp(weight + _scattered(dropped, stayed, bursts, np.exp(log_rate) * together, np.exp(log_miss) * together))
    return float(member - np.logaddexp(np.log1p(-constants.p_scatter) + alike, np.log(constants.p_scatter) + scattered))


def _scattered(dropped: Ints, stayed: float, bursts: int, a: Floats, b: Floats) -> Floats:
    """Log probability of the drops of all phones where each has a rate of its own from a beta distribution; per such distribution."""
    times, count = np.unique(dropped, return_counts=True)
    value: Floats = stayed * (betaln(a, b + bursts) - betaln(a, b))
    for hits, phones in zip(times.tolist(), count.tolist(), strict=True):
        value = value + phones * (betaln(a + hits, b + bursts - hits) - betaln(a, b))
    return value
