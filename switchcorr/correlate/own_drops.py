r"""Drops that phones have each by itself: without those of incidents and those on purpose, and how many are usual on a site.

The phones of a site do not all drop at one rate, so a number of drops is negative binomial with a mean :math:`m` and a shape :math:`a`,

.. math:: P(K \ge k) = I_{m/(m+a)}(k, a),

with the regularised incomplete beta function :math:`I`. Mean and variance :math:`s^2` are those of the phones that are usual: the half of
the phones that drop least begins, and whoever is not improbable beside those (``p_flapping_usual``) is taken in, until nobody is.
The shape holds how unlike the phones are, :math:`v = \max((s^2 - m)/m^2, v_0)` with :math:`v_0` = ``flapping_scatter``, and how little is known
of the mean from :math:`n` phones with :math:`d` drops, one phone more with the rate before any data among them:

.. math:: 1/a = v (1 + 1/n) + 1/d.

Source: Gamma-Poisson mixtures, Greenwood and Yule (1920); outliers that hide each other, Hadi (1992), who grows a clean half likewise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import ON_PURPOSE
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.exposure.groups import grouped
from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
from switchcorr.model.incident import Incident

_AGAIN = 2
"""Drops that it takes to do anything again, whatever a site sets."""
_LEAST = 1e-9
_ROUNDED_S = 1e-3
"""By how much the times of an incident may be off those of its drops."""


@dataclass(frozen=True, slots=True, eq=False)
class OwnDrops:
    """Drops of phones by themselves, those of one phone after those of another, each in order of time.

    Attributes:
        place: in the table of all drops.
        row: of the phone.
    """

    place: Ints
    row: Ints

    def of(self, row: int) -> Ints:
        """Places of one phone's drops."""
        first, last = np.searchsorted(self.row, [row, row + 1])
        own: Ints = self.place[first:last]
        return own


@dataclass(frozen=True, slots=True)
class Usual:
    """How often a phone of a site drops.

    Attributes:
        mean: drops.
        shape: of their negative binomial distribution.
        most: drops of a phone that are not far more than usual.
    """

    mean: float
    shape: float
    most: int


def find_own(
    drops: Drops, exposure: Exposure, incidents: Sequence[Incident], bursts: Sequence[Window], span: slice, constants: Constants
) -> OwnDrops:
    """The drops in a time that phones have by themselves; devices without a switch port (CTI ports, gateways) are left out.

    Args:
        drops: that no move to another desk explains.
        exposure: all phones.
        incidents: whose drops are not the phones' own, see ``own_drops``.
        bursts: that nobody asks about: of these all drops are left out.
        span: of the drops that are asked about.
        constants: of the model.
    """
    own = own_drops(drops, exposure, incidents, span, constants) & with_port(exposure)[drops.row]
    for burst in bursts:
        own[drops.between(burst.start, burst.end)] = False
    return apart(drops, np.flatnonzero(own), constants)


def with_port(exposure: Exposure) -> Bools:
    """Which endpoints are phones, or have a known place."""
    return exposure.is_phone | exposure.located


def usual_of(counts: Ints, drops: Drops, span: slice, constants: Constants) -> Usual:
    """How many drops in a time are usual, by those of some phones."""
    value, having = np.unique(counts, return_counts=True)
    return usual_drops(value, having, constants.mean_rate_per_day * drops.only(_chosen(drops, span)).days, constants)


def _chosen(drops: Drops, span: slice) -> Bools:
    chosen = np.zeros(len(drops.time), dtype=bool)
    chosen[span] = True
    return chosen


def own_drops(drops: Drops, exposure: Exposure, incidents: Sequence[Incident], span: slice, constants: Constants) -> Bools:
    """Which of some drops a phone has by itself: not on purpose, and not together with the phones of an incident.

    Of an incident with a cause the phones are left out that are on it, or may be; of one without, all of them. Where nothing is known that
    phones share there is no incident to be found, so drops of different phones within ``window_s`` count as together.
    """
    own = _chosen(drops, span) & ~np.isin(drops.reason, ON_PURPOSE)
    if not exposure.components:
        near = (np.diff(drops.row) != 0) & (np.diff(drops.time) < constants.window_s)
        own[1:] &= ~near
        own[:-1] &= ~near
    for incident in incidents:
        within = drops.between(incident.start.timestamp() - _ROUNDED_S, incident.end.timestamp() + _ROUNDED_S)
        members = exposure.members[drops.row[within]]
        together = np.full(len(members), not incident.causes)
        for cause in incident.causes:
            path = int(exposure.path[exposure.number(cause.component)])
            known = members[:, exposure.kind_of[path]]
            together |= (known == path) | (known < 0)
        own[within] &= ~together
    return own


def apart(drops: Drops, places: Ints, constants: Constants) -> OwnDrops:
    """Some drops, by phone; of a run of drops each within ``flapping_apart_s`` of the one before, one for each such time that it lasts."""
    places = places[grouped(drops.row[places], int(drops.row.max(initial=-1)) + 1).order]
    row, time = drops.row[places], drops.time[places]
    first = np.ones(len(places), dtype=bool)
    first[1:] = (np.diff(row) != 0) | (np.diff(time) >= constants.flapping_apart_s)
    turn = np.floor((time - time[first][np.cumsum(first) - 1]) / constants.flapping_apart_s)
    kept = first.copy()
    kept[1:] |= np.diff(turn) != 0
    return OwnDrops(places[kept], row[kept])


def usual_drops(value: Ints, phones: Ints, before: float, constants: Constants) -> Usual:
    """How often a phone drops that is like most of its site.

    Args:
        value: the different numbers of drops, in order.
        phones: how many phones have each.
        before: drops of a phone before any data, which count as those of one phone more.
        constants: of the model.
    """
    total = int(phones.sum())
    half = int(np.searchsorted(np.cumsum(phones), (total + 1) // 2))
    most = int(value[half]) if total > 1 else -1
    few = value < max(constants.flapping_drops, _AGAIN)
    while True:
        mean, shape = _fitted(value[value <= most], phones[value <= most], before, constants)
        chance = betainc(np.maximum(value, 1), shape, mean / (mean + shape))
        usual = few | (value <= most) | (chance >= constants.p_flapping_usual)
        reached = int(value[usual].max(initial=most))
        if reached == most:
            return Usual(mean, shape, int(value[usual | (total * chance >= constants.p_flapping)].max(initial=most)))
        most = reached


def _fitted(value: Ints, phones: Ints, before: float, constants: Constants) -> tuple[float, float]:
    """Mean and shape of the drops of one phone more, by the moments of some phones."""
    count, drops = int(phones.sum()), max(float((value * phones).sum()) + before, _LEAST)
    mean = drops / (count + 1)
    variance = float((phones * (value - mean) ** 2).sum()) / max(count, 1)
    scatter = max((variance - mean) / mean**2, constants.flapping_scatter)
    return mean, 1 / (scatter * (1 + 1 / (count + 1)) + 1 / drops)
