"""The scan for live use: one drop at a time, the windows of the batch scan, in microseconds and bounded memory.

Each component holds its drops of the last ``reach`` seconds with the sum of their log odds; a drop enters one component of
each kind, and leaves them again when it is older than that. A drop of a phone at an unknown place is held with its VLAN as well and speaks for the
components there (``hidden.py``). Drops may come late by up to a slack; they wait until no earlier one can come, so the answer does not depend on how they
were cut into batches.
"""

from __future__ import annotations

import heapq
import math
from collections import defaultdict, deque
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.tightness import Tightness
from switchcorr.correlate.detection.windows import LEAST_ODDS, ONSET_SHARE, reach_of, window_around
from switchcorr.correlate.drops.reasons import fault_profile
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.table import Floats
from switchcorr.model.moments import DAY_S

SLACK_S = 30.0
"""How late a drop may come, in seconds of the log's time. Assumed: logs of several nodes are a few seconds apart."""
_LEAST_HITS = 2
"""Drops of a component that make a window, as in the scan of a log."""


@dataclass(frozen=True, slots=True, order=True)
class LiveDrop:
    """One endpoint that drops: when, its row in the exposure, and why (a ``ReasonClass``)."""

    time: float
    row: int
    reason: int


@dataclass(frozen=True, slots=True, order=True)
class Loud:
    """A window in which a component is over its level.

    Attributes:
        end: time of its last drop, seconds since 1970.
        component: its number.
        start: time of its first drop.
        hits: endpoints known to be on the component that dropped in it.
        hidden: others that are likelier the component's than not.
        odds: log odds of the component against "nothing shared".
    """

    end: float
    component: int
    start: float
    hits: int
    hidden: int
    odds: float

    def window(self, window_s: float) -> Window:
        """The window to be judged exactly."""
        return window_around(self.start, self.end, window_s)


@dataclass(slots=True)
class _Recent:
    """The drops of one component in the last ``reach`` seconds, since when the window of its last one runs, and whether there are enough for one."""

    drops: deque[tuple[float, float]] = field(default_factory=deque)
    total: float = 0.0
    start: float = 0.0
    is_window: bool = False


@dataclass(slots=True)
class _Vlan:
    """What the last ``reach`` seconds hold of one VLAN: drops at unknown places with the log of their chance and their reason, and components with drops."""

    hidden: deque[tuple[float, float, int]] = field(default_factory=deque)
    active: dict[int, None] = field(default_factory=dict)


class DropStream:
    """Feed it drops in about the order of time; it tells which components are over their level."""

    def __init__(self, case: Case, levels: Floats, slack_s: float = SLACK_S) -> None:
        """Prepare a stream.

        Args:
            case: the network, and a background learned from an earlier log.
            levels: per kind of component, as ``learn_levels`` finds them in that log.
            slack_s: how late a drop may come.
        """
        exposure, constants, background = case.exposure, case.constants, case.background
        self.late = 0
        self._slack, self._reach, self._least = slack_s, reach_of(constants), constants.least_endpoints
        self._members, self._kind, self._leaks = exposure.members, exposure.kind_of, case.leaks
        self._tightness = Tightness(constants, ONSET_SHARE)
        self._is_place = [kind in places(exposure.kinds) for kind in exposure.kinds]
        self._rate = background.per_second * self._reach
        innocent = background.reasons
        self._gain: list[list[float]] = [(fault_profile(kind, constants.profile_mix) - innocent).tolist() for kind in exposure.kinds]
        self._hours: list[float] = background.hour_factor.tolist()
        self._weighted: list[float] = [0.0, *np.cumsum(background.hour_factor * 3600.0).tolist()]
        self._of_component, self._size = background.of_component, exposure.size
        self._bound = levels[exposure.kind_of] + case.priors.nothing - case.priors.fault  # what the odds before priors must pass
        self._prior = case.priors.fault - case.priors.nothing
        self._rates = [(math.log(w) - _log_beta(a, b), a, b) for w, a, b in constants.hit_rates]
        self._waiting: list[LiveDrop] = []
        self._seen: deque[tuple[float, int, bool]] = deque()
        self._last: dict[int, float] = {}
        self._recent: dict[int, _Recent] = {}
        self._vlans: defaultdict[int, _Vlan] = defaultdict(_Vlan)
        self._homes: dict[int, list[tuple[int, float]]] = {}
        self._newest = -math.inf
        self._done = -math.inf

    @property
    def held(self) -> int:
        """How many drops are in memory."""
        return len(self._waiting) + len(self._seen)

    def push(self, drops: Iterable[LiveDrop]) -> list[Loud]:
        """Take some drops; the windows that these complete, in order of time. What is later than the slack is counted in ``late``."""
        for drop in drops:
            if drop.time < self._done:
                self.late += 1
            else:
                heapq.heappush(self._waiting, drop)
                self._newest = max(self._newest, drop.time)
        return self._released(self._newest - self._slack)

    def flush(self) -> list[Loud]:
        """The windows of all drops that still wait: nothing earlier will come."""
        return self._released(math.inf)

    def _released(self, before: float) -> list[Loud]:
        loud: list[Loud] = []
        while self._waiting and self._waiting[0].time < before:
            drop = heapq.heappop(self._waiting)
            self._done = drop.time
            self._forget(drop.time - self._reach)
            loud += self._enter(drop)
        self._done = max(self._done, before) if before < math.inf else self._done
        return loud

    def _forget(self, before: float) -> None:
        while self._seen and self._seen[0][0] < before:
            time, row, fresh = self._seen.popleft()
            if self._last[row] == time:
                del self._last[row]
            if fresh and self._leaks.traced[row]:
                self._vlans[self._vlan_of(row)].hidden.popleft()
            for component in self._members[row].tolist() if fresh else ():
                if component >= 0:
                    recent = self._recent[component]
                    recent.total -= recent.drops.popleft()[1]
                    if not recent.drops:
                        del self._recent[component]
                        self._end(component, recent)

    def _enter(self, drop: LiveDrop) -> list[Loud]:
        fresh = drop.row not in self._last
        self._last[drop.row] = drop.time
        self._seen.append((drop.time, drop.row, fresh))
        if not fresh:
            return []
        chance = math.log(float(self._rate[drop.row]) * self._hours[int(drop.time % DAY_S // 3600)])
        loud = self._enter_hidden(drop, chance) if self._leaks.traced[drop.row] else []
        for kind, component in enumerate(self._members[drop.row].tolist()):
            if component >= 0:
                recent = self._recent.get(component)
                if recent is None:
                    recent = self._recent[component] = _Recent()
                gain = self._gain[kind][drop.reason] - chance
                recent.drops.append((drop.time, gain))
                recent.total += gain
                recent.start = recent.drops[0][0]
                if len(recent.drops) >= _LEAST_HITS:
                    self._begin(component, recent)
                    loud += self._judged(component, recent, drop.time)
        return loud

    def _begin(self, component: int, recent: _Recent) -> None:
        """From now on hidden drops may be of this window."""
        if not recent.is_window:
            recent.is_window = True
            for vlan, _ in self._homes_of(component):
                self._vlans[vlan].active[component] = None

    def _end(self, component: int, recent: _Recent) -> None:
        if recent.is_window:
            for vlan, _ in self._homes_of(component):
                del self._vlans[vlan].active[component]

    def _enter_hidden(self, drop: LiveDrop, chance: float) -> list[Loud]:
        """A drop at an unknown place may be one of each component of its VLAN, in the window of that component's last drop."""
        vlan = self._vlans[self._vlan_of(drop.row)]
        vlan.hidden.append((drop.time, chance, drop.reason))
        loud = []
        for component in vlan.active:
            recent = self._recent[component]
            if recent.drops[0][0] == recent.start:  # else the window of its last drop is over
                loud += self._judged(component, recent, drop.time)
        return loud

    def _judged(self, component: int, recent: _Recent, end: float) -> list[Loud]:
        start, hits, homes = recent.start, len(recent.drops), self._homes_of(component)
        if hits < self._least and not any(self._vlans[vlan].hidden for vlan, _ in homes):
            return []
        size = float(self._size[component])
        k = min(float(hits), size)
        expected = float(self._of_component[component]) * (self._until(start + self._reach) - self._until(start))
        if k <= expected:
            return []
        together = self._tightness.gain(k, recent.drops[-1][0] - start, expected)
        odds = recent.total + expected + together + self._log_hits(k, size)
        if odds <= LEAST_ODDS:
            return []
        gain, hidden = self._told_by_hidden(component, start, (k + 0.5) / (size + 1.0))
        if hits + hidden < self._least or odds + gain <= self._bound[component]:
            return []
        return [Loud(end, component, start, hits, hidden, odds + gain + float(self._prior[component]))]

    def _told_by_hidden(self, component: int, start: float, rate: float) -> tuple[float, int]:
        """Log likelihood ratio of the drops at unknown places since a moment, and how many are likelier the component's than not."""
        odds, drops, gain = 0.0, 0, self._gain[int(self._kind[component])]
        for vlan, share in self._homes_of(component):
            odds -= rate * share * float(self._leaks.lost[vlan])
            for time, chance, reason in self._vlans[vlan].hidden:
                if time >= start:
                    likelier = rate * share * math.exp(gain[reason] - chance)
                    odds += math.log1p(likelier)
                    drops += likelier > 1.0
        return odds, drops

    def _vlan_of(self, row: int) -> int:
        return int(self._leaks.vlan_of(np.array([row]))[0])

    def _homes_of(self, component: int) -> list[tuple[int, float]]:
        """VLANs of a component's phones, with its share of each; of one that is no place none."""
        if component not in self._homes:
            kind = int(self._kind[component])
            _, vlan, share = self._leaks.homes(kind).of(np.array([component if self._is_place[kind] else -1]))
            self._homes[component] = list(zip(vlan.tolist(), share.tolist(), strict=True))
        return self._homes[component]

    def _log_hits(self, k: float, n: float) -> float:
        terms = [weight + _log_beta(a + k, b + n - k) for weight, a, b in self._rates]
        most = max(terms)
        return most + math.log(math.fsum(math.exp(term - most) for term in terms))

    def _until(self, moment: float) -> float:
        day, second = divmod(moment, DAY_S)
        hour = min(int(second // 3600), 23)
        return day * self._weighted[-1] + self._weighted[hour] + (second - hour * 3600.0) * self._hours[hour]


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
