"""Many phones of which nothing is known that they share, and that dropped within minutes all the same: the scan, which is one over components, sees none of them.

How many phones are too many is told by the log itself: far more, by a Poisson distribution, than nine of ten of its other windows hold,
than phones drop anyway, and than drop at that time of the day on most other days. A log of nothing else has no other windows, and one of
minutes that are all alike is a site's usual day only where a site can be so large.
"""

from __future__ import annotations

import numpy as np
from scipy.special import pdtrik

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.windows import window_around
from switchcorr.correlate.drops.reasons import ON_PURPOSE
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.exposure.table import Exposure, Floats
from switchcorr.model.moments import DAY_S

LEAST_PHONES = 5
"""Phones that drop together from which nothing known of them is no reason to be silent. Assumed."""
_LEAST_CHANCE = 1e-6
"""Probability below which a window is no chance: a quiet year has some 100,000. Assumed."""
_USUAL_SHARE = 0.9
"""Share of the other windows that are taken to be usual: the rest may be bursts as well. Assumed."""
_MAIN_SHARE = 0.9
"""Share of a crowd from which the rest, half a spread of keepalives away, did not drop with it. Assumed."""
_SHORT_LOG_S = 3600.0
"""Length up to which a log may be cut out of one incident, so that its own windows do not tell what is usual. Assumed."""
_LARGEST_SITE = 200_000
"""Phones of a site. Assumed: the largest that is planned for."""


def find_crowds(drops: Drops, exposure: Exposure, constants: Constants) -> tuple[Window, ...]:
    """Windows in which far more phones without any known component dropped than usual, in order of time, none overlapping another."""
    unknown = (exposure.members < 0).all(axis=1) & exposure.is_phone
    chosen = unknown[drops.row] & ~np.isin(drops.reason, ON_PURPOSE) & ~drops.pasted
    times = _once(drops.only(chosen), constants.window_s)
    if len(times) < LEAST_PHONES:
        return ()
    counts = np.arange(len(times)) - np.searchsorted(times, times - constants.window_s) + 1
    level = _level(_usual(times, float(times[counts.argmax()]), int(unknown.sum()), constants))
    ends = np.flatnonzero(counts >= level)
    begins = ends - counts[ends] + 1
    cuts = np.flatnonzero(times[begins[1:]] > times[ends[:-1]] + constants.join_s) + 1
    stretches = [times[begins[part[0]] : ends[part[-1]] + 1] for part in np.split(np.arange(len(ends)), cuts) if len(part)]
    crowds = [
        crowd
        for crowd in (_tight(one, level, constants.join_s / 2) for one in stretches)
        if len(crowd) >= _level(_on_other_days(times, crowd, constants))
    ]
    return tuple(window_around(float(crowd[0]), float(crowd[-1]), constants.join_s) for crowd in crowds)


def _once(drops: Drops, apart_s: float) -> Floats:
    """Times of drops, those of one phone within a window counted once."""
    order = np.lexsort((drops.time, drops.row))
    again = (np.diff(drops.row[order], prepend=-1) == 0) & (np.diff(drops.time[order], prepend=-np.inf) <= apart_s)
    times: Floats = np.sort(drops.time[order[~again]])
    return times


def _level(usual: float) -> float:
    """How many phones are too many where so many drop."""
    return max(float(LEAST_PHONES), float(np.ceil(pdtrik(1 - _LEAST_CHANCE, usual))) + 1 if usual else 0.0)


def _usual(times: Floats, end: float, phones: int, constants: Constants) -> float:
    """How many phones drop in a window: by the other windows, one after another on both sides of that with most, but no fewer than anywhere."""
    length = constants.window_s
    anyway = constants.mean_rate_per_day * length / DAY_S
    edges = np.arange(end, times[-1], length), -np.arange(length - end, -times[0], length)[::-1]
    others = [np.histogram(times, one)[0] for one in edges if len(one) > 1]
    own = float(np.quantile(np.concatenate(others), _USUAL_SHARE, method="lower")) if others else 0.0
    if times[-1] - times[0] <= _SHORT_LOG_S:
        own = min(own, _LARGEST_SITE * anyway)
    return max(own, phones * anyway)


def _tight(times: Floats, level: float, gap_s: float) -> Floats:
    """A crowd without the few that dropped before or after it, by themselves."""
    while np.diff(times).max() > gap_s:
        at = int(np.diff(times).argmax()) + 1
        most = max(times[:at], times[at:], key=len)
        if len(most) < max(level, _MAIN_SHARE * len(times)):
            break
        times = most
    return times


def _on_other_days(times: Floats, crowd: Floats, constants: Constants) -> float:
    """How many drop about that time on half of the other days of the log."""
    first, last = float(crowd[0]), float(crowd[-1])
    days = np.arange(int((times[0] - first) // DAY_S), int((times[-1] - last) // DAY_S) + 1) * DAY_S
    days = days[days != 0]
    begins = np.searchsorted(times, first + days - constants.window_s)
    return float(np.median(np.searchsorted(times, last + days + constants.window_s) - begins)) if len(days) else 0.0
