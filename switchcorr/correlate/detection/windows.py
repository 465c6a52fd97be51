"""How loud each component is in each window: the scan.

The statistic of a window is the log odds of a single component against background, so a module of 46 phones is seen in a
campus of 200,000 whose total count does not move. Windows are not laid on a grid, which would cut bursts in two: one ends at
each drop, for each kind of component, and holds the drops of that drop's component in the ``reach`` seconds before it. So a
window is complete when its last drop is there, and a stream of drops (``stream.py``) sees exactly the windows of the log.
Drops of phones at unknown places (``hidden.py``) have no window of their own; they speak in that of the component's last drop before them.
Source: spatial scan over zones that are components (after Kulldorff 1997), with the likelihood of this package.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.hidden import HiddenDrops, Told, hidden_drops
from switchcorr.correlate.detection.tightness import Tightness
from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.drops.reasons import fault_profile
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.hits import hit_rate, log_hits
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.model.moments import DAY_S

LEAST_ODDS = 3.0
"""Log odds, before priors and hidden drops, below which nothing is kept of a window: no prior lifts it to a level. Assumed."""
ONSET_SHARE = 0.1
"""Share of a window that is left free before its first drop, and after the last: slack for the clocks."""
_COUNTS = np.zeros(0, dtype=np.int64)
_NOTHING = (np.zeros(0), np.zeros(0), np.zeros(0), _COUNTS, _COUNTS, _COUNTS)


@dataclass(frozen=True, slots=True, eq=False)
class Scan:
    """One row per window that stands out: a component and the drop with which the window ends.

    Attributes:
        odds: log odds of the component against background, without priors.
        start, end: of the window, the times of its first and of its last known drop, seconds since 1970.
        component: its number.
        hits: drops of the component in the window, one per endpoint.
        hidden: drops of phones at unknown places that are likelier the component's than not.
    """

    odds: Floats
    start: Floats
    end: Floats
    component: Ints
    hits: Ints
    hidden: Ints

    def of(self, rows: Ints | Bools) -> Scan:
        """Some of the rows."""
        return Scan(self.odds[rows], self.start[rows], self.end[rows], self.component[rows], self.hits[rows], self.hidden[rows])

    def at_least(self, endpoints: int) -> Scan:
        """The rows in which as many dropped."""
        return self.of(self.hits + self.hidden >= endpoints)

    def with_priors(self, priors: Priors) -> Floats:
        """Log odds of each row against "nothing shared"."""
        odds: Floats = self.odds + priors.fault[self.component] - priors.nothing
        return odds


def reach_of(constants: Constants) -> float:
    """Seconds from the first to the last drop of a window: its length without the slack at both ends."""
    return (1 - 2 * ONSET_SHARE) * constants.window_s


def window_around(first: float, last: float, window_s: float) -> Window:
    """The window in whose middle some drops are: what else a cause dropped, at unknown places, may be before them as well as after."""
    slack = max(ONSET_SHARE * window_s, (window_s - (last - first)) / 2)
    return Window(first - slack, last + slack)


@dataclass(frozen=True, slots=True, eq=False)
class Scanner:
    """Scans all drops of a log, or some of them.

    Attributes:
        fresh: the drops that count: one endpoint drops once within ``reach``, however often that is told.
        chance: per fresh drop, log probability of the drop and its reason under background in one window.
        hidden: those of them whose phones are at unknown places.
    """

    drops: Drops
    exposure: Exposure
    background: Background
    constants: Constants
    fresh: Ints
    chance: Floats
    hidden: HiddenDrops
    tightness: Tightness

    def scan(self, chosen: Ints | None = None) -> Scan:
        """The windows that stand out.

        Args:
            chosen: places in ``fresh``, in order; without it all of them.
        """
        chosen = np.arange(len(self.fresh)) if chosen is None else chosen
        found = [self._kind(j, chosen) for j in range(len(self.exposure.kinds))] if len(chosen) else []
        return Scan(*(np.concatenate(parts) for parts in zip(_NOTHING, *found, strict=True)))

    def _kind(self, j: int, chosen: Ints) -> tuple[Floats, Floats, Floats, Ints, Ints, Ints]:
        component = self.exposure.members[self.drops.row[self.fresh[chosen]], j]
        order = np.argsort(component, kind="stable")
        order = order[np.searchsorted(component[order], 0) :]
        place, component = chosen[order], component[order]
        time = self.drops.time[self.fresh[place]]
        first, hits = _crowded(component, time, reach_of(self.constants))
        profile = fault_profile(self.exposure.kinds[j], self.constants.profile_mix)
        gain = np.concatenate([[0.0], np.cumsum(profile[self.drops.reason[self.fresh[place]]] - self.chance[place])])
        odds, worth = self._worth(component[first], (time[first], time[first + hits - 1]), hits, gain[first + hits] - gain[first])
        first, hits = first[worth], hits[worth]
        unseen = np.zeros(len(first), dtype=np.int64)
        if self.exposure.kinds[j] in places(self.exposure.kinds):
            after = np.where(np.append(component, -1)[first + hits] == component[first], np.append(time, np.inf)[first + hits], np.inf)
            told = self._told_by_hidden(j, component[first], hits, (time[first], after))
            odds, unseen = odds + told.odds, told.drops
        return odds, time[first], time[first + hits - 1], component[first], hits, unseen

    def _told_by_hidden(self, j: int, component: Ints, hits: Ints, times: tuple[Floats, Floats]) -> Told:
        """What hidden drops say of windows of one kind, from their first drops until the components' next ones, with which other windows end."""
        profile = fault_profile(self.exposure.kinds[j], self.constants.profile_mix)
        size = self.exposure.size[component]
        rate = hit_rate(np.minimum(hits, size), size)
        return self.hidden.tell(j, profile, component, rate, (times[0], np.minimum(times[0] + reach_of(self.constants), times[1])))

    def _worth(self, component: Ints, times: tuple[Floats, Floats], hits: Ints, total: Floats) -> tuple[Floats, Ints]:
        """Odds of windows, and which these are; those that cannot reach ``LEAST_ODDS`` with the best of all hit rates are left out before the costly part."""
        size, (start, end) = self.exposure.size[component], times
        k = np.minimum(hits, size)
        expected = self.background.of_component[component] * self.background.weighted_seconds(start, start + reach_of(self.constants))
        total = total + expected + self.tightness.gains(k, end - start, expected)
        share = k / size
        most = k * np.log(share) + (size - k) * np.log1p(-np.minimum(share, 1 - 1e-12))
        worth = np.flatnonzero((total + most > LEAST_ODDS) & (k > expected))  # fewer than expected prove no fault
        odds = total[worth] + log_hits(k[worth], size[worth], self.constants.hit_rates)
        return odds[odds > LEAST_ODDS], worth[odds > LEAST_ODDS]


def _crowded(component: Ints, time: Floats, reach: float) -> tuple[Ints, Ints]:
    """The first places of windows of at least two drops of one component, and how many they hold; by component, then the last drop."""
    last = np.flatnonzero((np.diff(component) == 0) & (np.diff(time) <= reach)) + 1
    if len(last) == 0:
        return last, last
    begin = np.concatenate([[0], np.flatnonzero(np.diff(component)) + 1])
    # one axis of time for all components: each begins two windows after the end of the one before
    shift = np.concatenate([[0.0], np.cumsum(time[begin[1:] - 1] - time[begin[1:]] + 2 * reach)])
    axis = time - time[0] + np.repeat(shift, np.diff(np.append(begin, len(component))))
    first = np.searchsorted(axis, axis[last] - reach, side="left")
    hits: Ints = last - first + 1
    return first, hits


def scanner_of(drops: Drops, background: Background, leaks: Leaks, exposure: Exposure, constants: Constants) -> Scanner:
    """Prepare a scan."""
    reach = reach_of(constants)
    order = np.argsort(drops.row, kind="stable")
    again = np.zeros(len(order), dtype=bool)
    again[order[1:]] = (np.diff(drops.row[order]) == 0) & (np.diff(drops.time[order]) <= reach)
    fresh = np.flatnonzero(~again)
    row, time = drops.row[fresh], drops.time[fresh]
    shape = background.hour_factor[((time % DAY_S) // 3600).astype(int)]
    chance = np.log(background.per_second[row] * reach * shape) + background.reasons[drops.reason[fresh]]
    hidden = hidden_drops(leaks, row, time, drops.reason[fresh], chance, apart=reach)
    return Scanner(drops, exposure, background, constants, fresh, chance, hidden, Tightness(constants, ONSET_SHARE))
