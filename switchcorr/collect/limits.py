"""Which device may be visited next: in all, by site, by jump host, by address, by logins a second, and as the breaker says.

``Schedule`` is pure: it is told the time and what happened. Devices wait in lanes: those of one site, one way (jump hosts) and one
credential, in the order given. Sites take turns, and lanes within a site take turns, so that a slow site does not hold up the
others, and whatever blocks a lane is looked at once and not for every device in it.
"""

from __future__ import annotations

import heapq
import itertools
from collections import Counter, OrderedDict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from switchcorr.collect.breaker import FAILURES_TO_STOP, Breaker
from switchcorr.collect.session import Target
from switchcorr.model.inventory import InventoryDevice
from switchcorr.model.sweep import VisitAccount
from switchcorr.platforms import Platform

_REFUSED_REST_S = 5.0
"""So long nothing else is begun at an address that refused a connection: its lines are taken, or it restarts."""


@dataclass(frozen=True, slots=True)
class SweepLimits:
    """What a sweep may do at the same time, and how long.

    Attributes:
        concurrency: visits at the same time.
        site_concurrency: of one site that ``sites`` does not name; 0 is no limit.
        sites: by site.
        jump_concurrency: through one jump host.
        logins_a_second: logins begun.
        visit_s: seconds of one visit; what arrives earns more (``Deadline``).
        retry_pause_s: shortest and longest pause before the one retry.
        failures_to_stop: refused logins in a row that stop the sweep.
        cautious: whether the last sweep was stopped by them.
        leave_s: seconds in which all sessions are closed after a stop.
        seed: of the jitter.
    """

    concurrency: int = 50
    site_concurrency: int = 0
    sites: Mapping[str, int] = field(default_factory=dict)
    jump_concurrency: int = 10
    logins_a_second: float = 100
    visit_s: float = 120
    retry_pause_s: tuple[float, float] = (1, 3)
    failures_to_stop: int = FAILURES_TO_STOP
    cautious: bool = False
    leave_s: float = 10
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Planned:
    """A device that is to be visited.

    Attributes:
        credential: tells logins apart that may be refused independently; nothing secret, and equal for equal user and password.
        target: as the driver needs it.
        before: how far the visit came before the sweep was interrupted; its whole answers are not asked for again.
        only: ask no others than these commands; empty is all of the platform's sweep.
    """

    device: InventoryDevice
    target: Target
    credential: str = ""
    before: VisitAccount | None = None
    only: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The device's name in the inventory."""
        return self.device.name

    def commands(self, platform: Platform) -> tuple[str, ...]:
        """What a device of the platform is asked, in order, each once."""
        asked = (*(command.text for command in platform.commands if command.sweep), *self.device.commands)
        return tuple(dict.fromkeys(command for command in asked if not self.only or command in self.only))

    @property
    def address(self) -> str:
        """What a second session would go to as well: the address as seen from the last jump host."""
        way = f"{self.target.hops[-1].host} " if self.target.hops else ""
        return f"{way}{self.target.host}:{self.target.port}"

    @property
    def hops(self) -> tuple[str, ...]:
        """The jump hosts on the way."""
        return tuple(f"{hop.host}:{hop.port}" for hop in self.target.hops)


class TokenBucket:
    """Spreads logins: so many a second in the long run, a tenth of a second's worth at once.

    >>> bucket = TokenBucket(10)
    >>> bucket.take(0.0), bucket.wait_s(0.0), bucket.take(0.05), bucket.take(0.1)
    (True, 0.1, False, True)
    """

    def __init__(self, a_second: float) -> None:
        self._each_s = 1 / a_second
        self._most_ahead_s = max(0.0, 0.1 - self._each_s)
        self._next = float("-inf")

    def wait_s(self, now: float) -> float:
        """Seconds until one may be taken."""
        return max(0.0, self._next - self._most_ahead_s - now)

    def take(self, now: float) -> bool:
        """Take one if there is one."""
        if self.wait_s(now) > 1e-9:
            return False
        self._next = max(self._next, now) + self._each_s
        return True


class _Lane:
    """Devices that the same things block, save for their addresses."""

    def __init__(self, credential: str, hops: tuple[str, ...]) -> None:
        self.credential = credential
        self.hops = hops
        self.waiting: deque[Planned] = deque()


class Schedule:
    """The devices that wait, and what runs.

    Args:
        devices: in the order in which those of one lane are begun.
        breaker: asked before every login; told by whoever runs the visits.
    """

    def __init__(self, devices: Iterable[Planned], limits: SweepLimits, breaker: Breaker) -> None:
        self._limits = limits
        self._breaker = breaker
        self._bucket = TokenBucket(limits.logins_a_second)
        self._sites: OrderedDict[str, OrderedDict[tuple[str, tuple[str, ...]], _Lane]] = OrderedDict()
        self._paused: list[tuple[float, int, Planned]] = []
        self._numbers = itertools.count()
        self._running: dict[str, Planned] = {}
        self._by_site: Counter[str] = Counter()
        self._by_hop: Counter[str] = Counter()
        self._addresses: set[str] = set()
        self._resting: dict[str, float] = {}
        for planned in devices:
            self._lane(planned).waiting.append(planned)

    @property
    def is_empty(self) -> bool:
        """Whether no device waits."""
        return not self._sites and not self._paused

    def take(self, now: float) -> Planned | None:
        """A device whose login may begin now; it counts as running until ``release``."""
        if len(self._running) >= self._limits.concurrency or self._bucket.wait_s(now) > 0:
            return None
        self._resting = {address: until for address, until in self._resting.items() if until > now}
        planned = self._take_paused(now) or self._take_waiting(now)
        if planned is None:
            return None
        self._bucket.take(now)
        self._breaker.begin(planned.credential, planned.name, now)
        self._running[planned.name] = planned
        self._by_site[planned.device.site] += 1
        self._by_hop.update(planned.hops)
        self._addresses.add(planned.address)
        return planned

    def release(self, planned: Planned) -> None:
        """The attempt is over."""
        del self._running[planned.name]
        self._by_site[planned.device.site] -= 1
        self._by_hop.subtract(planned.hops)
        self._addresses.discard(planned.address)

    def put_back(self, planned: Planned, *, not_before: float) -> None:
        """Another attempt is wanted, later."""
        heapq.heappush(self._paused, (not_before, next(self._numbers), planned))

    def rest(self, planned: Planned, now: float) -> None:
        """The address refused a connection: nothing else goes there for a while."""
        self._resting[planned.address] = now + _REFUSED_REST_S

    def wait_s(self, now: float) -> float | None:
        """Seconds until ``take`` may give another device although nothing else happens; None if time alone changes nothing."""
        if self.is_empty or len(self._running) >= self._limits.concurrency:
            return None
        bucket = self._bucket.wait_s(now)
        if bucket > 0:
            return bucket
        moments = [until - now for until in self._resting.values()]
        moments += [when - now for when, _, _ in self._paused if when > now]
        patience = self._breaker.wait_s(now)
        moments += [patience] if patience is not None else []
        return min((moment for moment in moments if moment > 0), default=None)

    def take_rest(self) -> tuple[tuple[Planned, ...], tuple[Planned, ...]]:
        """Everything that waits, because nothing more will begin: the devices that pause before a retry, and those never begun."""
        paused = tuple(planned for _, _, planned in sorted(self._paused, key=lambda entry: entry[:2]))
        never = tuple(planned for lanes in self._sites.values() for lane in lanes.values() for planned in lane.waiting)
        self._paused.clear()
        self._sites.clear()
        return paused, never

    def _lane(self, planned: Planned) -> _Lane:
        lanes = self._sites.setdefault(planned.device.site, OrderedDict())
        key = (planned.credential, planned.hops)
        return lanes.setdefault(key, _Lane(*key))

    def _take_paused(self, now: float) -> Planned | None:
        for entry in sorted(self._paused, key=lambda entry: entry[:2]):
            when, _, planned = entry
            if when > now:
                return None
            if (
                self._site_has_room(planned.device.site)
                and self._may_begin(planned.credential, planned.hops, now)
                and self._is_free(planned)
            ):
                self._paused.remove(entry)
                heapq.heapify(self._paused)
                return planned
        return None

    def _take_waiting(self, now: float) -> Planned | None:
        for site in list(self._sites):
            if not self._site_has_room(site):
                continue
            for key, lane in list(self._sites[site].items()):
                planned = self._take_from(lane, now)
                if planned is not None:
                    self._rotate(site, key)
                    return planned
        return None

    def _take_from(self, lane: _Lane, now: float) -> Planned | None:
        if not self._may_begin(lane.credential, lane.hops, now):
            return None
        for place, planned in enumerate(lane.waiting):
            if self._is_free(planned):
                del lane.waiting[place]
                return planned
        return None

    def _rotate(self, site: str, key: tuple[str, tuple[str, ...]]) -> None:
        """Let the others go first next time; forget what is empty."""
        lanes = self._sites[site]
        lanes.move_to_end(key)
        if not lanes[key].waiting:
            del lanes[key]
        self._sites.move_to_end(site)
        if not lanes:
            del self._sites[site]

    def _site_has_room(self, site: str) -> bool:
        limit = self._limits.sites.get(site, self._limits.site_concurrency if site else 0)
        return not limit or self._by_site[site] < limit

    def _may_begin(self, credential: str, hops: tuple[str, ...], now: float) -> bool:
        room = all(self._by_hop[hop] < self._limits.jump_concurrency for hop in hops)
        return room and self._breaker.may_begin(credential, now)

    def _is_free(self, planned: Planned) -> bool:
        return planned.address not in self._addresses and planned.address not in self._resting
