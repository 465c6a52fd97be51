"""How far error counters grew between two visits of one device, by interface; a pure comparison of tables.

Growth is a lower bound and never a guess: it counts only where the same card (serial number, address of the interface) is in the
same place in both visits. Counters that were cleared or restarted in between count from zero, and over the time since then; one that
fell for no known reason (a wrap at 2^32, a clearing that nobody shows) says nothing for this interface between these two visits.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import ErrorCounters, Interface
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.management import management_ports

ERROR_COUNTERS = (
    "input_errors", "crc", "frame", "overrun", "runts", "giants", "output_errors", "late_collisions", "align_errors", "fcs_errors",
    "receive_errors", "transmit_errors", "excess_collisions", "carrier_sense", "symbol_errors", "stomped_crc",
)  # fmt: skip
FLAP_COUNTERS = ("interface_resets", "carrier_transitions", "lost_carrier")
"""What counts a link that goes down and up; one flap moves several of them, so they are never added up."""
_DAMAGED = ("crc", "fcs_errors", "align_errors", "runts")
FELL = "its counter fell (cleared or wrapped)"
SWAPPED = "its card was swapped"
_SPAN = re.compile(r"(\d{1,5})([ywdh])")
_CLOCK = re.compile(r"(\d{1,3}):(\d{2}):(\d{2})")
_HOURS = {"y": 365 * 24, "w": 7 * 24, "d": 24, "h": 1}


@dataclass(frozen=True, slots=True)
class Visit:
    """One device as one sweep saw it."""

    facts: DeviceFacts
    chassis: Chassis


@dataclass(frozen=True, slots=True)
class Errors:
    """The worst counter of one interface: many counters count one and the same bad frame, so they are never added up.

    Attributes:
        span: over how long it counted; None if nothing tells.
        since: why it counts from zero; empty if it is a difference.
        late: late collisions among them: the end of a link that believes it is half-duplex.
        damaged: damaged frames among them: what the other end of such a link sees.
    """

    count: int
    counter: str
    span: timedelta | None = None
    since: str = ""
    late: int = 0
    damaged: int = 0


@dataclass(frozen=True, slots=True)
class Growth:
    """Errors of one device over one time.

    Attributes:
        errors: of the interfaces that can be compared.
        left_out: the others that both visits show, and why.
        flaps: how often links went down and up, of the interfaces that were neither cleared nor restarted.
        since, at: the time; None if nothing tells.
    """

    errors: Mapping[InterfaceName, Errors]
    left_out: Mapping[InterfaceName, str] = field(default_factory=dict)
    since: datetime | None = None
    at: datetime | None = None
    flaps: Mapping[InterfaceName, int] = field(default_factory=dict)


def growth_between(before: Visit, after: Visit) -> Growth:
    """Growth from one visit to a later one; interfaces that only one of them shows are in neither account."""
    old, new = _counters(before.facts), _counters(after.facts)
    interval = _interval(before.facts, after.facts)
    restarted = {interface: span for interface in new if (span := _within(_uptime(after, interface), interval))}
    cleared = {row.name: span for row in after.facts.tables.interfaces if (span := _within(span_of(row.last_cleared), interval))}
    swapped = _swapped(before.facts, after.facts)
    errors: dict[InterfaceName, Errors] = {}
    left_out: dict[InterfaceName, str] = {}
    for interface, counters in new.items():
        common = {name: count for name, count in counters.items() if name in old.get(interface, {})}
        if not common:
            continue
        if interface in swapped or not _is_same_card(before.chassis, after.chassis, interface):
            left_out[interface] = SWAPPED
            continue
        from_zero = cleared.get(interface, restarted.get(interface))
        grown = common if from_zero else {name: count - old[interface][name] for name, count in common.items()}
        if min(grown.values()) < 0:
            left_out[interface] = FELL
        else:
            since = ("the clearing" if interface in cleared else "the restart") if from_zero else ""
            errors[interface] = _worst(grown, from_zero or interval, since)
    flaps = _flaps(before.facts, after.facts, left_out.keys() | cleared.keys() | restarted.keys())
    return Growth(errors, left_out, before.facts.taken_at, after.facts.taken_at, flaps)


def _flaps(before: DeviceFacts, after: DeviceFacts, not_compared: Set[InterfaceName]) -> dict[InterfaceName, int]:
    old = {row.name: row.counters for row in before.tables.interfaces}
    not_compared |= management_ports(after.tables)
    found: dict[InterfaceName, int] = {}
    for row in after.tables.interfaces:
        if row.name.is_physical and row.name in old and row.name not in not_compared:
            known = [row.counters[name] - old[row.name][name] for name in FLAP_COUNTERS if name in row.counters and name in old[row.name]]
            if known and min(known) >= 0:
                found[row.name] = max(known)
    return found


def errors_since_clearing(visit: Visit) -> Growth:
    """Totals of one visit, counted since the last clearing or, where that was never or is not told, since the restart."""
    facts = visit.facts
    spans = {row.name: span for row in facts.tables.interfaces if (span := span_of(row.last_cleared))}
    errors = {
        interface: _worst(counters, spans.get(interface) or _uptime(visit, interface), "")
        for interface, counters in _counters(facts).items()
        if counters
    }
    longest = max((found.span for found in errors.values() if found.span is not None), default=None)
    since = facts.taken_at - longest if facts.taken_at is not None and longest is not None else None
    return Growth(errors, since=since, at=facts.taken_at)


def span_of(text: str) -> timedelta | None:
    """How long ago a text of "Last clearing" is; None for ``never`` and for other words.

    >>> span_of("1d02h"), span_of("00:10:00"), span_of("never")
    (datetime.timedelta(days=1, seconds=7200), datetime.timedelta(seconds=600), None)
    """
    clock = clock_span(text)
    if clock is not None:
        return clock
    parts = _SPAN.findall(text)
    return timedelta(hours=sum(int(count) * _HOURS[unit] for count, unit in parts)) if parts else None


def clock_span(text: str) -> timedelta | None:
    """The same where it is given to the second: ``00:10:00``; None for ``1d02h``."""
    found = _CLOCK.fullmatch(text)
    if found is None:
        return None
    hours, minutes, seconds = (int(part) for part in found.groups())
    return timedelta(hours=hours, minutes=minutes, seconds=seconds)


def _worst(counters: Mapping[str, int], span: timedelta | None, since: str) -> Errors:
    count, name = max((count, name) for name, count in counters.items())
    damaged = max((counters.get(name, 0) for name in _DAMAGED), default=0)
    return Errors(count, name, span, since, counters.get("late_collisions", 0), damaged)


def _uptime(visit: Visit, interface: InterfaceName) -> timedelta | None:
    """How long ago what an interface is on started: its member of a stack, where that is told, else the device."""
    version = next((row for row in visit.facts.tables.version if row.uptime is not None), None)
    if version is None:
        return None
    member = visit.chassis.locate(interface).member if visit.chassis.kind is ChassisClass.STACK else None
    return next((row.uptime for row in version.members if row.number == member), version.uptime)


def _interval(before: DeviceFacts, after: DeviceFacts) -> timedelta | None:
    return after.taken_at - before.taken_at if after.taken_at is not None and before.taken_at is not None else None


def _within(span: timedelta | None, interval: timedelta | None) -> timedelta | None:
    """A span that is shorter than the interval; at least a second, so that a rate can be had."""
    return max(span, timedelta(seconds=1)) if span is not None and interval is not None and span < interval else None


def _swapped(before: DeviceFacts, after: DeviceFacts) -> set[InterfaceName]:
    """Interfaces on other hardware: another address of their own, or all of them where the box has another serial number."""
    old = {row.name: row.mac for row in before.tables.interfaces}
    moved = {row.name for row in after.tables.interfaces if row.mac is not None and old.get(row.name) not in (None, row.mac)}
    serials = [{serial for row in facts.tables.version for serial in row.serials} for facts in (before, after)]
    if all(serials) and not serials[0] & serials[1]:
        moved |= _counters(after).keys()
    return moved


def _is_same_card(before: Chassis, after: Chassis, interface: InterfaceName) -> bool:
    module = after.module_of(interface)
    old, new = before.modules.get(module), after.modules.get(module)
    return old is None or new is None or not old.serial or not new.serial or old.serial == new.serial


def _counters(facts: DeviceFacts) -> dict[InterfaceName, dict[str, int]]:
    """Error counters by interface, from all tables that hold any; those of management ports harm no phone."""
    beside = management_ports(facts.tables)
    found: dict[InterfaceName, dict[str, int]] = defaultdict(dict)
    rows: tuple[Interface | ErrorCounters, ...] = (*facts.tables.interfaces, *facts.tables.error_counters)
    for row in rows:
        if row.name.is_physical and row.name not in beside:
            found[row.name].update({name: row.counters[name] for name in ERROR_COUNTERS if name in row.counters})
    return dict(found)
