"""How far error counters grew between visits of one device, by interface; a pure comparison of tables.

Growth is a lower bound and never a guess: it counts only where the same card (serial number, address of the interface) is in the
same place in both visits. Counters that were cleared or restarted in between count from zero; one that fell for no known reason
(a wrap, a clearing that nobody shows) says nothing for this interface between these two visits.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import ErrorCounters, Interface
from switchcorr.topology.chassis import Chassis

ERROR_COUNTERS = (
    "input_errors", "crc", "frame", "overrun", "runts", "giants", "output_errors", "late_collisions", "align_errors", "fcs_errors",
    "receive_errors", "transmit_errors", "excess_collisions", "carrier_sense", "symbol_errors", "stomped_crc",
)  # fmt: skip
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
    """The worst counter of one interface: many counters count one and the same bad frame, so they are never added up."""

    count: int
    counter: str


def errors_between(visits: Sequence[Visit]) -> dict[InterfaceName, Errors]:
    """Growth over all visits, earlier first, of the interfaces that can be compared; an empty result says nothing."""
    grown: dict[InterfaceName, Counter[str]] = defaultdict(Counter)
    for before, after in itertools.pairwise(visits):
        for interface, counters in _growth(before, after).items():
            grown[interface].update(counters)
    return {interface: _worst(counters) for interface, counters in grown.items()}


def errors_since_clearing(facts: DeviceFacts) -> dict[InterfaceName, Errors]:
    """Totals of one visit."""
    return {interface: _worst(counters) for interface, counters in _counters(facts).items() if counters}


def span_of(text: str) -> timedelta | None:
    """How long ago a text of "Last clearing" is; None for ``never`` and for other words.

    >>> span_of("1d02h"), span_of("00:10:00"), span_of("never")
    (datetime.timedelta(days=1, seconds=7200), datetime.timedelta(seconds=600), None)
    """
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = (int(part) for part in clock.groups())
        return timedelta(hours=hours, minutes=minutes, seconds=seconds)
    parts = _SPAN.findall(text)
    return timedelta(hours=sum(int(count) * _HOURS[unit] for count, unit in parts)) if parts else None


def _worst(counters: Mapping[str, int]) -> Errors:
    count, name = max((count, name) for name, count in counters.items())
    return Errors(count, name)


def _growth(before: Visit, after: Visit) -> dict[InterfaceName, dict[str, int]]:
    old, new = _counters(before.facts), _counters(after.facts)
    interval = _interval(before.facts, after.facts)
    restarted = interval is not None and any(row.uptime is not None and row.uptime < interval for row in after.facts.tables.version)
    cleared = {row.name for row in after.facts.tables.interfaces if _is_within(span_of(row.last_cleared), interval)}
    swapped = _swapped(before.facts, after.facts)
    found: dict[InterfaceName, dict[str, int]] = {}
    for interface, counters in new.items():
        if interface not in old or interface in swapped or not _is_same_card(before.chassis, after.chassis, interface):
            continue
        from_zero = restarted or interface in cleared
        grown = {name: count - (0 if from_zero else old[interface][name]) for name, count in counters.items() if name in old[interface]}
        if grown and min(grown.values()) >= 0:
            found[interface] = grown
    return found


def _interval(before: DeviceFacts, after: DeviceFacts) -> timedelta | None:
    return after.taken_at - before.taken_at if after.taken_at is not None and before.taken_at is not None else None


def _is_within(span: timedelta | None, interval: timedelta | None) -> bool:
    return span is not None and interval is not None and span < interval


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
    """Error counters by interface, from all tables that hold any."""
    found: dict[InterfaceName, dict[str, int]] = defaultdict(dict)
    rows: tuple[Interface | ErrorCounters, ...] = (*facts.tables.interfaces, *facts.tables.error_counters)
    for row in rows:
        if row.name.is_physical:
            found[row.name].update({name: row.counters[name] for name in ERROR_COUNTERS if name in row.counters})
    return dict(found)
