"""Where to look: windows in which a component's own phones drop together.

The statistic of a window is the largest log odds of any single component against background, so a module of 46 phones is
seen in a campus of 200,000 whose total count does not move. Windows slide by half their length.
Source: spatial scan over zones that are components (after Kulldorff 1997), with the likelihood of this package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.background import Background
from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops import Drops
from switchcorr.correlate.exposure import Bools, Exposure, Floats, Ints
from switchcorr.correlate.hypotheses import Priors
from switchcorr.correlate.likelihood import log_hits
from switchcorr.correlate.reasons import background_profile, fault_profile

RARE = 1e-3
"""Share of the windows in which a recurring fault strikes, before the data. Assumed."""
RECURRING_CANDIDATES = 3
MUCH_BETTER = 5.0
"""Log odds by which another component must lead in a window so that the window does not count as a repeat. Assumed."""
_ONSET_SHARE = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One row per window and component with at least two drops."""

    odds: Floats
    start: Floats
    component: Ints


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of time to be explained, seconds since 1970."""

    start: float
    end: float


def scan(drops: Drops, exposure: Exposure, background: Background, constants: Constants) -> Scan:
    """Log odds of each component against background, without priors, in each window where it has at least two drops."""
    if len(drops.time) == 0:
        return Scan(np.zeros(0), np.zeros(0), np.zeros(0, dtype=np.int64))
    origin = float(drops.time[0])
    slot = ((drops.time - origin) // constants.step_s).astype(np.int64)
    slots = int(slot[-1]) + 1
    shape = background.hour_factor[((drops.time % 86_400.0) // 3600).astype(int)]
    chance = np.log(background.per_second[drops.row] * constants.window_s * shape) + background_profile(constants.profile_mix)[drops.reason]
    starts: Floats = origin + np.arange(slots, dtype=np.float64) * constants.step_s
    seconds = background.weighted_seconds(starts, starts + constants.window_s)
    found = [_scan_kind(j, drops, slot, seconds, chance, exposure, background, constants) for j in range(len(exposure.kinds))]
    odds, at, component = (
        (np.concatenate(parts) for parts in zip(*found, strict=True)) if found else (np.zeros(0), np.zeros(0), np.zeros(0))
    )
    return Scan(odds, origin + at * constants.step_s, component.astype(np.int64))


def _scan_kind(
    j: int, drops: Drops, slot: Ints, seconds: Floats, chance: Floats, exposure: Exposure, background: Background, constants: Constants
) -> tuple[Floats, Floats, Ints]:
    component = exposure.members[drops.row, j]
    known, slots = component >= 0, len(seconds)
    gain = fault_profile(exposure.kinds[j], constants.profile_mix)[drops.reason] - chance
    first = known & (slot > 0)  # each drop lies in two windows
    key = np.concatenate([component[known] * slots + slot[known], component[first] * slots + slot[first] - 1])
    row, value = np.concatenate([drops.row[known], drops.row[first]]), np.concatenate([gain[known], gain[first]])
    once = _first_of_each(key, row)
    unique, inverse, hits = np.unique(key[once], return_inverse=True, return_counts=True)
    many = hits >= 2
    total = np.bincount(inverse, weights=value[once], minlength=len(unique))[many]
    number = unique[many] // slots
    size = exposure.size[number]
    odds = (
        total
        + log_hits(np.minimum(hits[many], size), size, constants.hit_rates)
        + background.of_component[number] * seconds[unique[many] % slots]
    )
    return odds, (unique[many] % slots).astype(float), number


def _first_of_each(key: Ints, row: Ints) -> Ints:
    """Positions of the first drop of each endpoint in each window."""
    if len(key) == 0:
        return np.zeros(0, dtype=np.int64)
    order = np.lexsort((row, key))
    same = np.zeros(len(key), dtype=bool)
    same[1:] = (key[order][1:] == key[order][:-1]) & (row[order][1:] == row[order][:-1])
    positions: Ints = order[~same]
    return positions


def find_windows(result: Scan, drops: Drops, exposure: Exposure, priors: Priors, constants: Constants) -> list[Window]:
    """Windows to be explained: alarms that touch are one group; each group is placed on the busiest stretch of its best component."""
    odds = result.odds + priors.fault[result.component] - priors.nothing if len(result.odds) else result.odds
    chosen = np.flatnonzero(odds > constants.alarm)
    chosen = chosen[np.lexsort((-odds[chosen], result.start[chosen]))]
    if len(chosen) == 0:
        return []
    breaks = np.flatnonzero(np.diff(result.start[chosen]) > constants.step_s) + 1
    windows = []
    for group in np.split(chosen, breaks):
        best = group[int(np.argmax(odds[group]))]
        windows.append(_placed(float(result.start[best]), int(result.component[best]), drops, exposure, constants))
    return _joined(windows, constants)


def _placed(start: float, component: int, drops: Drops, exposure: Exposure, constants: Constants) -> Window:
    """The stretch of a window's length around ``start`` that holds most of the component's drops."""
    around = drops.between(start - constants.step_s, start + 2 * constants.window_s)
    inside: Bools = exposure.members[drops.row[around], exposure.kind_of[component]] == component
    times = drops.time[around][inside]
    reach = (1 - 2 * _ONSET_SHARE) * constants.window_s
    count = np.searchsorted(times, times + reach, side="right") - np.arange(len(times))
    onset = float(times[int(count.argmax())])
    return Window(onset - _ONSET_SHARE * constants.window_s, onset + (1 - _ONSET_SHARE) * constants.window_s)


def _joined(windows: list[Window], constants: Constants) -> list[Window]:
    joined: list[Window] = []
    for window in sorted(windows, key=lambda window: window.start):
        if joined and window.start < joined[-1].end + constants.join_s - constants.window_s:
            joined[-1] = Window(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return joined


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
