"""How often phones drop without any shared cause: learned from the log itself.

The rate of a phone is the posterior mean of a Gamma-Poisson model over all phones (empirical Bayes), mixed with the
population's mean because a single phone's history is overconfident, times the shape of the day.
Source: Gamma-Poisson shrinkage (Robbins 1956).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.clusters import Clusters, learn_clusters
from switchcorr.correlate.drops.learned_reasons import learn_innocent_reasons
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats
from switchcorr.model.moments import DAY_S

LEAST = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Background:
    """Drops without a cause.

    Attributes:
        per_second: rate of each phone.
        history: of each phone, its drops outside of the windows that are to be explained.
        of_component: sum of the rates of each component's phones.
        total: sum over all phones.
        hour_factor: 24 factors with mean 1, by hour of the day in UTC.
        reasons: log probability of each reason class.
        clusters: innocent clusters, beyond chance.
    """

    per_second: Floats
    history: Floats
    of_component: Floats
    total: float
    hour_factor: Floats
    reasons: Floats
    clusters: Clusters

    def weighted_seconds(self, start: Floats | float, end: Floats | float) -> Floats:
        """Length of windows, each second weighted by the shape of its hour; moments are seconds since 1970."""
        return self._weighted_until(np.asarray(end, dtype=float)) - self._weighted_until(np.asarray(start, dtype=float))

    def _weighted_until(self, moment: Floats) -> Floats:
        whole = np.concatenate([[0.0], np.cumsum(self.hour_factor * 3600.0)])
        day, second = np.divmod(moment, DAY_S)
        hour = np.minimum((second // 3600).astype(int), 23)
        weighted: Floats = day * whole[-1] + whole[hour] + (second - hour * 3600.0) * self.hour_factor[hour]
        return weighted


def learn_background(drops: Drops, exposure: Exposure, innocent: Bools, constants: Constants) -> Background:
    """Rates from the drops outside the windows that are to be explained.

    Args:
        drops: all drops of the log.
        exposure: all phones.
        innocent: per drop, whether it is outside of those windows.
        constants: of the model.
    """
    days = max((drops.time[-1] - drops.time[0]) / DAY_S, 0.0) if len(drops.time) else 0.0
    history = np.bincount(drops.row[innocent], minlength=len(exposure.phones)).astype(float)
    counts = history if history.size else np.zeros(1)  # a log that names nobody, of alerts alone
    weight = min(max(constants.mean_weight_phone_days / len(counts), days), constants.rate_weight_days)
    mean = (counts.mean() + constants.mean_rate_per_day * weight) / (days + weight)
    expected = max(mean * days, 1e-6)
    excess = max(counts.var() - counts.mean(), 0.05 * expected)
    prior_days = max(expected * expected / excess / mean, constants.rate_weight_days)  # in an hour's log one drop is no habit
    own = (prior_days * mean + history) / (prior_days + days)
    per_second = np.maximum((1 - constants.population_share) * own + constants.population_share * mean, LEAST) / DAY_S
    of_component = rates_of_components(per_second, exposure)
    reasons = learn_innocent_reasons(drops.row[innocent], drops.reason[innocent], constants)
    shape = _day_shape(drops, innocent, days, constants)
    clusters = learn_clusters(drops, exposure, innocent, constants)
    return Background(per_second, history, of_component, float(per_second.sum()), shape, reasons, clusters)


def rates_of_components(per_second: Floats, exposure: Exposure) -> Floats:
    """Sum of the rates of each component's phones."""
    of_component = np.zeros(len(exposure.components))
    for j in range(len(exposure.kinds)):
        known = exposure.members[:, j] >= 0
        of_component += np.bincount(exposure.members[known, j], weights=per_second[known], minlength=len(exposure.components))
    return of_component


def _day_shape(drops: Drops, innocent: Bools, days: float, constants: Constants) -> Floats:
    if days < 1.0:
        return np.ones(24)
    counts = np.bincount((drops.time[innocent] % DAY_S // 3600).astype(int), minlength=24).astype(float)
    smooth = counts + constants.hour_weight / 24
    factor: Floats = smooth / smooth.mean()
    return factor
