"""For which reasons phones drop innocently at this site: learned from the log, near to the declared profile.

A site's versions, phone models and habits decide what an innocent drop is logged with, and a reason speaks for a fault only as
far as it is rarer among innocent drops. Each phone counts once for each reason, so that one that flaps all week does not speak
for all. The declared profile is a Dirichlet prior. However long and odd a log is, it moves the log probability of no reason by
more than a fixed amount: the learned profile is taken only so far from the declared one. What is not known of a drop, and code 8
of versions before 8, say the same under every cause and are not learned.
Source: Dirichlet-multinomial shrinkage.
"""

from __future__ import annotations

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import ReasonClass, background_profile
from switchcorr.correlate.exposure.table import Floats, Ints

_NOT_LEARNED = (ReasonClass.UNKNOWN, ReasonClass.INITIATED_BEFORE_8)


def learn_innocent_reasons(row: Ints, reason: Ints, constants: Constants) -> Floats:
    """Log probability of each reason class for a drop without a shared cause.

    Args:
        row, reason: phone and reason class of each innocent drop of the log.
        constants: of the model.
    """
    learned = [item for item in ReasonClass if item not in _NOT_LEARNED]
    plain, mixed = np.exp(background_profile(0.0))[learned], background_profile(constants.profile_mix)
    declared = np.exp(mixed)[learned]
    once = np.unique(row * len(ReasonClass) + reason) % len(ReasonClass)
    count = np.bincount(once, minlength=len(ReasonClass))[learned].astype(float)
    share = (count + constants.reasons_weight * plain / plain.sum()) / (count.sum() + constants.reasons_weight)
    found = (1 - constants.profile_mix) * share * plain.sum() + constants.profile_mix / len(ReasonClass)
    profile = mixed.copy()
    profile[learned] = np.log(declared + _how_far(found / declared, constants.reasons_moved) * (found - declared))
    return profile


def _how_far(ratio: Floats, most: float) -> float:
    """The largest share of the way from 1 to some ratios on which no log ratio is beyond ``most``."""
    up, down = ratio > 1, ratio < 1
    steps = [np.expm1(most) / (ratio[up] - 1), -np.expm1(-most) / (1 - ratio[down])]
    return float(np.concatenate(steps).min(initial=1.0))
