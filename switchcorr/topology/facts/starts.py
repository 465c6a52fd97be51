"""When a device started, a member of its stack did by itself, and another supervisor took over: each once, however many visits show it.

A start is told by an uptime; a switchover by how long the supervisor that answers has been the active one, if there were any since the
device started, else by a count that is larger than at the visit before. Both are events of the whole device. A supervisor of a stack is one
of its members: where that restarted at the same time, its restart is the fact, and the takeover follows from it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.interfaces import ChassisClass
from switchcorr.model.tables import Redundancy
from switchcorr.topology.facts.device_growth import part_of
from switchcorr.topology.facts.growth import Visit

SAME_RELOAD = timedelta(minutes=10)
"""Starts that are nearer than this are one restart: the uptime is printed in minutes, and a switch that reloads says so before and after."""
_NO_REASON = frozenset(("", "none", "unsupported"))


def start_facts(visits: Sequence[Visit]) -> Iterator[Observation]:
    """Facts of one device over all its visits, earlier first."""
    starts: dict[Component, list[datetime]] = defaultdict(list)
    yield from _restarts(visits, starts)
    known = [at for own in starts.values() for at in own]
    yield from _switchovers(visits, known)


def _restarts(visits: Sequence[Visit], starts: dict[Component, list[datetime]]) -> Iterator[Observation]:
    for visit in visits:
        device = visit.facts.device
        switch = Component("switch", device)
        for component, uptime, reason in _uptimes(visit):
            if visit.facts.taken_at is None:
                continue
            at = visit.facts.taken_at - uptime
            if _is_new(at, (*starts[component], *starts[switch])):
                starts[component].append(at)
                name = device if component == switch else f"member {component.id.rpartition('/')[2]} of {device}"
                yield Observation(component, ObservationKind.RELOAD, 1.0, f"{name} restarted{_in_brackets(reason)}", at)


def _is_new(at: datetime, known: Sequence[datetime]) -> bool:
    return all(abs(at - other) > SAME_RELOAD for other in known)


def _in_brackets(reason: str) -> str:
    return f" ({reason})" if reason else ""


def _uptimes(visit: Visit) -> Iterator[tuple[Component, timedelta, str]]:
    """Of a device and then of the members of its stack, which start with it unless they start alone, with the reason."""
    for version in visit.facts.tables.version:
        if version.uptime is not None:
            yield Component("switch", visit.facts.device), version.uptime, version.reload_reason
        if visit.chassis.kind is ChassisClass.STACK:
            for member in version.members:
                yield part_of(visit.facts.device, str(member.number)), member.uptime, member.reload_reason


def _switchovers(visits: Sequence[Visit], known: list[datetime]) -> Iterator[Observation]:
    """Takeovers whose time is told, then those that only the count tells.

    Args:
        visits: of one device.
        known: starts of the device and its members.
    """
    for visit in visits:
        row = _told_by(visit)
        if not row.switchovers or row.in_state is None or visit.facts.taken_at is None:
            continue
        at = visit.facts.taken_at - row.in_state
        if _is_new(at, known):
            known.append(at)
            yield _switchover(visit, row, at)
    for before, after in pairwise([visit for visit in visits if _told_by(visit).switchovers is not None]):
        had, row = _told_by(before), _told_by(after)
        since, until = before.facts.taken_at, after.facts.taken_at
        grew = (row.switchovers or 0) > (had.switchovers or 0)
        if grew and since is not None and until is not None and not any(since - SAME_RELOAD <= at <= until for at in known):
            yield _switchover(after, row, until, since=since)


def _told_by(visit: Visit) -> Redundancy:
    """What a visit tells of switchovers; ``show redundancy states`` tells nothing of them."""
    return next((row for row in visit.facts.tables.redundancy if row.switchovers is not None), Redundancy())


def _switchover(visit: Visit, row: Redundancy, at: datetime, *, since: datetime | None = None) -> Observation:
    device = visit.facts.device
    reason = "" if row.last_switchover.lower() in _NO_REASON else row.last_switchover
    count = f", {row.switchovers} times since it started" if (row.switchovers or 0) > 1 else ""
    text = f"the other supervisor of {device} took over{_in_brackets(reason)}{count}"
    return Observation(Component("switch", device), ObservationKind.RELOAD, 1.0, text, at, since)
