"""A fault adds drops to those that come anyway: a minute quieter than usual speaks for no fault.

The cells of a hypothesis put a fault's hit rate in the place of the background's. Of a cluster of 20,000 phones with 50 innocent
drops to be expected, 15 drops would be explained best by a fault that takes one phone in a thousand. So the hit rate of a cell
counts only from the background's own rate on: the mixture of beta distributions is cut off below it. Nor does a fault of a part protect
its phones from one of the whole: beside a larger item the rate of a cell counts only from that item's on.
"""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, betaln

from switchcorr.correlate.exposure.table import Floats
from switchcorr.correlate.scoring.hits import Rates

FEW = 2.0
"""Times the expected drops from which the cut takes less than a fifth (of a few drops a third) and is not computed."""
_LEAST = 1e-300


def above_background(hits: Floats | float, exposed: Floats | float, expected: Floats | float, rates: Rates) -> Floats:
    """Log of what is left of the probability of some drops when rates below the background's are cut off; at most about 0.

    Args:
        hits: drops.
        exposed: phones, times the windows.
        expected: innocent drops to be expected of them.
        rates: mixture of beta distributions (weight, a, b) of the hit rate.
    """
    k, n, few = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (hits, exposed, expected)))
    n = np.maximum(n, k)
    left = np.zeros(k.shape)
    at = (k < FEW * few) & (few < n)
    if at.any():
        more = 1.0 - few[at] / n[at]
        whole, cut, kept = [], [], []
        for weight, a, b in rates:
            a_hit, b_hit = a + k[at], b + n[at] - k[at]
            whole.append(np.log(weight) + betaln(a_hit, b_hit) - betaln(a, b))
            cut.append(whole[-1] + np.log(np.maximum(betainc(b_hit, a_hit, more), _LEAST)))  # the upper tail, by the symmetry of beta
            kept.append(weight * betainc(b, a, more))
        told = np.logaddexp.reduce(cut, axis=0) - np.logaddexp.reduce(whole, axis=0)
        left[at] = told - np.log(np.maximum(np.sum(kept, axis=0), _LEAST))
    return left


def above_others(hits: Floats, exposed: Floats, others: Floats, rates: Rates) -> Floats:
    """Log probability that the hit rate of some phones is above the one that other causes of the same phones have; at most 0.

    A fault adds drops to those of another one, and protects no phone from it.

    Args:
        hits, exposed: as in ``above_background``.
        others: drops to be expected of the phones for the other causes.
        rates: mixture of beta distributions (weight, a, b) of the hit rate.
    """
    above = np.zeros(len(hits))
    at = np.flatnonzero((hits < FEW * others) & (hits < exposed))
    if len(at):
        k, n = hits[at], exposed[at]
        less = np.maximum(1.0 - others[at] / n, 0.0)
        terms = np.array([np.log(weight) + betaln(a + k, b + n - k) - betaln(a, b) for weight, a, b in rates])
        tails = np.array([np.log(np.maximum(betainc(b + n - k, a + k, less), _LEAST)) for _, a, b in rates])
        above[at] = np.logaddexp.reduce(terms + tails, axis=0) - np.logaddexp.reduce(terms, axis=0)
    return above
