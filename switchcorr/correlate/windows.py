"""Where to look: windows in which a component's own phones drop together.

The statistic of a window is the largest log odds of any single component against background, so a module of 46 phones is
seen in a campus of 200,000 whose total count does not move. Windows slide by half their length.
Source: spatial scan over zones that are components (after Kulldorff 1997), with the likelihood of this package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.background import Background
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops import Drops
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints
from switchcorr.correlate.hits import log_hits
from switchcorr.correlate.hypotheses import Priors
from switchcorr.correlate.quiet_minutes import above_background
from switchcorr.correlate.reasons import fault_profile

RARE = 1e-3
"""Share of the windows in which a recurring fault strikes, before the data. Assumed."""
RECURRING_CANDIDATES = 3
MUCH_BETTER = 5.0
"""Log odds by which another component must lead in a window so that the window does not count as a repeat. Assumed."""
_ONSET_SHARE = 0.1
_LEAST_DROPS = 2
_BUCKETS = 1 << 20


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One row per window and component with at least two drops.

    Attributes:
        odds: log odds of the component against background, without priors.
        start: of the window, seconds since 1970.
        component: its number.
    """

    odds: Floats
    start: Floats
    component: Ints


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to be explained, seconds since 1970."""

    start: float
    end: float

    def overlaps(self, other: Window) -> bool:
        """Whether they have any moment in common."""
        return self.start < other.end and other.start < self.end


def scan(drops: Drops, exposure: Exposure, background: Background, constants: Constants) -> Scan:
    """Log odds of each component against background, without priors, in each window where it has at least two drops."""
    if len(drops.time) == 0 or not exposure.kinds:
        return Scan(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    origin = float(drops.time[0])
    drop, window = _windows_of(drops, ((drops.time - origin) // constants.step_s).astype(np.int64))
    shape = background.hour_factor[((drops.time % 86_400.0) // 3600).astype(int)]
    chance = np.log(background.per_second[drops.row] * constants.window_s * shape) + background.reasons[drops.reason]
    row, nobody, slots = drops.row[drop], chance[drop], int(window.max()) + 1
    found = []
    for j, kind in enumerate(exposure.kinds):
        gain = fault_profile(kind, constants.profile_mix)[drops.reason[drop]] - nobody
        found.append(_crowded(exposure.members[row, j], window, gain, slots))
    component, at, hits, total = (np.concatenate(parts) for parts in zip(*found, strict=True))
    start = origin + at * constants.step_s
    size = exposure.size[component]
    expected = background.of_component[component] * background.weighted_seconds(start, start + constants.window_s)
    told = log_hits(np.minimum(hits, size), size, constants.hit_rates) + above_background(hits, size, expected, constants.hit_rates)
    return Scan(total + told + expected, start, component)


def _windows_of(drops: Drops, slot: Ints) -> tuple[Ints, Ints]:
    """Each drop with the two windows it lies in, as places in ``drops`` and numbers of windows; an endpoint's first drop in each only."""
    order = np.lexsort((drops.time, drops.row))
    before = np.full(len(slot), -2, dtype=np.int64)  # slot of the same endpoint's drop before
    again = np.flatnonzero(np.diff(drops.row[order]) == 0)
    before[order[again + 1]] = slot[order[again]]
    own, earlier = np.flatnonzero(before < slot), np.flatnonzero((before < slot - 1) & (slot > 0))
    return np.concatenate([own, earlier]), np.concatenate([slot[own], slot[earlier] - 1])


def _crowded(component: Ints, window: Ints, gain: Floats, slots: int) -> tuple[Ints, Ints, Ints, Floats]:
    """Component, window, drops and summed gain of each component in each window in which it has at least two drops."""
    key = np.where(component >= 0, component * slots + window, -1)
    bucket = key % _BUCKETS  # most have a single drop: a count over buckets finds them without sorting all
    busy = np.flatnonzero((component >= 0) & (np.bincount(bucket, minlength=_BUCKETS)[bucket] >= _LEAST_DROPS))
    unique, inverse, hits = np.unique(key[busy], return_inverse=True, return_counts=True)
    many = hits >= _LEAST_DROPS
    number, at, count = unique[many] // slots, unique[many] % slots, hits[many].astype(np.int64)
    total = np.bincount(inverse, weights=gain[busy], minlength=len(unique))[many].astype(np.float64)
    return number, at, count, total


def find_windows(result: Scan, drops: Drops, exposure: Exposure, priors: Priors, constants: Constants) -> list[Window]:
    """Windows to be explained: of alarms that overlap the strongest stands, placed on the busiest stretch of its component.

    Two stretches of one component that are less than ``join_s`` apart are one long window; those of two components are two.
    """
    odds = result.odds + priors.fault[result.component] - priors.nothing if len(result.odds) else result.odds
    chosen = np.flatnonzero(odds > constants.alarm)
    taken: list[tuple[Window, int]] = []
    for i in chosen[np.lexsort((result.component[chosen], result.start[chosen], -odds[chosen]))].tolist():
        alarm = Window(float(result.start[i]), float(result.start[i]) + constants.window_s)
        if not any(alarm.overlaps(window) for window, _ in taken):
            component = int(result.component[i])
            free = _placed(alarm.start, component, [window for window, _ in taken], drops, exposure, constants)
            taken.append((free, component))
    return _joined(taken, exposure, constants)


def _placed(start: float, component: int, taken: Sequence[Window], drops: Drops, exposure: Exposure, constants: Constants) -> Window:
    """The stretch of a window's length around ``start``, outside of the taken ones, that holds most of the component's drops."""
    low = max([start - constants.step_s, *(window.end for window in taken if window.end <= start)])
    high = min([start + 2 * constants.window_s, *(window.start for window in taken if window.start >= start + constants.window_s)])
    around = drops.between(low, high)
    times = drops.time[around][exposure.exposed(exposure.members[drops.row[around]], component)]
    reach = (1 - 2 * _ONSET_SHARE) * constants.window_s
    count = np.searchsorted(times, times + reach, side="right") - np.arange(len(times))
    onset = float(times[int(count.argmax())])
    begin = max(low, onset - _ONSET_SHARE * constants.window_s)
    return Window(begin, min(high, onset + (1 - _ONSET_SHARE) * constants.window_s))


def _joined(found: Sequence[tuple[Window, int]], exposure: Exposure, constants: Constants) -> list[Window]:
    joined: list[tuple[Window, int]] = []
    for window, component in sorted(found, key=lambda entry: entry[0].start):
        near = joined and window.start - joined[-1][0].end < constants.join_s
        if near and exposure.twin[joined[-1][1]] == exposure.twin[component]:
            joined[-1] = Window(joined[-1][0].start, window.end), component
        else:
            joined.append((window, component))
    return [window for window, _ in joined]


def pasted_windows(drops: Drops, constants: Constants) -> list[Window]:
    """Moments of blocks whose time was given from outside: they were pasted because they are the incident."""
    moments = np.unique(drops.time[drops.pasted])
    return [Window(float(moment) - constants.window_s / 2, float(moment) + constants.window_s / 2) for moment in moments]


def recurring_windows(result: Scan, priors: Priors, constants: Constants) -> list[tuple[int, list[Window]]]:
    """For the components that stand out most over the whole log: the windows in which they do, if there are at least two.

    A window counts for a component only if no other one explains its own drops there much better.
    """
    if len(result.odds) == 0:
        return []
    own = _among_the_best(result, priors)
    weight = np.where(own, np.logaddexp(0.0, result.odds + np.log(RARE)), 0.0) / 2  # every drop lies in two windows
    total = np.bincount(result.component, weights=weight, minlength=len(priors.fault)) + priors.fault - priors.nothing
    found: list[tuple[int, list[Window]]] = []
    for component in np.argsort(-total, kind="stable")[:RECURRING_CANDIDATES].tolist():
        starts: list[float] = []
        for start in np.sort(result.start[(result.component == component) & own & (result.odds > -np.log(RARE))]).tolist():
            if not starts or start - starts[-1] > constants.window_s:
                starts.append(start)
        if len(starts) >= 2 and total[component] > constants.alarm:
            found.append((component, [Window(start, start + constants.window_s) for start in starts]))
    return found


def _among_the_best(result: Scan, priors: Priors) -> Bools:
    odds = result.odds + priors.fault[result.component]
    starts, at = np.unique(result.start, return_inverse=True)
    best = np.full(len(starts), -np.inf)
    np.maximum.at(best, at, odds)
    own: Bools = odds >= best[at] - MUCH_BETTER
    return own
