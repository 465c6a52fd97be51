"""What the switches say of their own parts: error counters that grew, modules that are not well, reloads, power faults.

Growth is counted only where the same card (by serial number) is in the same place in both snapshots and no counter fell: a
swapped card, a cleared counter and a reload give no growth. One snapshot alone gives totals against sibling modules: weaker.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import ErrorCounters, Interface
from switchcorr.topology.chassis import Chassis, find_chassis
from switchcorr.topology.graph import Hierarchy

ERROR_COUNTERS = (
    "input_errors", "crc", "frame", "overrun", "runts", "giants", "output_errors", "late_collisions", "align_errors", "fcs_errors",
    "receive_errors", "transmit_errors", "excess_collisions", "carrier_sense", "symbol_errors", "stomped_crc",
)  # fmt: skip
LEAST_GROWTH = 50
"""Errors below which growth is noise. Assumed."""
SIBLING_FACTOR = 10.0
"""How much more than its siblings' median a module must have. Assumed."""
LEAST_TOTAL = 1_000
_WELL = frozenset(
    ("", "ok", "pass", "online", "active", "standby", "ready", "ha-standby", "active *", "powered-up", "standby hot", "connected")
)
_POWER_FAULTS = ("faulty", "power-deny", "err")


def observe(snapshots: Sequence[Snapshot], hierarchy: Hierarchy) -> tuple[Observation, ...]:
    """Everything that is worth saying, sorted by component."""
    newest: dict[str, DeviceFacts] = {}
    oldest: dict[str, DeviceFacts] = {}
    for snapshot in snapshots:
        for name, facts in snapshot.devices.items():
            oldest.setdefault(name, facts)
            newest[name] = facts
    found: list[Observation] = []
    for name, facts in newest.items():
        found += _states(facts)
        earlier = oldest[name]
        found += _growth(earlier, facts, hierarchy) if earlier is not facts else _totals(facts)
    return tuple(sorted(found, key=lambda item: (item.component, item.kind.value, item.text)))


def _states(facts: DeviceFacts) -> Iterator[Observation]:
    for module in find_chassis(facts).modules.values():
        if module.status.lower() not in _WELL:
            yield Observation(
                Component("module", module.id), ObservationKind.MODULE_STATUS, 1.0, f"module {module.id} has the status {module.status!r}"
            )
    for test in facts.tables.diagnostics:
        if test.result == "fail":
            slot = ".".join(str(part) for part in (test.switch, test.slot) if part is not None)
            component = Component("module", f"{facts.device}/{slot}") if slot else Component("switch", facts.device)
            yield Observation(
                component, ObservationKind.DIAGNOSTIC_FAILURE, float(test.failures or 1), f"diagnostic test {test.test} failed"
            )
    for version in facts.tables.version:
        if version.uptime is not None and facts.taken_at is not None:
            at = facts.taken_at - version.uptime
            why = f" ({version.reload_reason})" if version.reload_reason else ""
            yield Observation(Component("switch", facts.device), ObservationKind.RELOAD, 1.0, f"{facts.device} restarted{why}", at)
    yield from _power_faults(facts)


def _power_faults(facts: DeviceFacts) -> Iterator[Observation]:
    chassis = find_chassis(facts)
    faults: dict[str, int] = defaultdict(int)
    for port in facts.tables.power:
        if port.oper.startswith(_POWER_FAULTS):
            faults[chassis.module_of(port.name)] += 1
    for module, count in sorted(faults.items()):
        component = Component("module", f"{facts.device}/{module}") if module else Component("switch", facts.device)
        yield Observation(component, ObservationKind.POWER_FAULT, float(count), f"{count} ports get no power for a fault")


def _growth(earlier: DeviceFacts, later: DeviceFacts, hierarchy: Hierarchy) -> Iterator[Observation]:
    before, after = find_chassis(earlier), find_chassis(later)
    old, new = _errors(earlier), _errors(later)
    per_module: dict[str, list[tuple[int, InterfaceName, str]]] = defaultdict(list)
    for interface, counters in new.items():
        module = after.module_of(interface)
        if interface not in old or not _same_card(before, after, module):
            continue
        worst = _worst_growth(old[interface], counters)
        if worst is not None:
            per_module[module].append((worst[0], interface, worst[1]))
    yield from _by_module(later.device, per_module, ObservationKind.COUNTER_GROWTH, "grew by", LEAST_GROWTH)
    quiet = [module for module, rows in per_module.items() if module and all(count == 0 for count, _, _ in rows)]
    for module in sorted(quiet):
        text = f"no error counter of {later.device}/{module} grew between the snapshots"
        yield Observation(Component("module", f"{later.device}/{module}"), ObservationKind.COUNTER_QUIET, 0.0, text)
    yield from _uplinks(later.device, per_module, hierarchy)


def _worst_growth(old: Mapping[str, int], new: Mapping[str, int]) -> tuple[int, str] | None:
    """The counter that grew most; None if one fell: it was cleared or wrapped, and nothing can be said."""
    pairs = [(new[name] - old[name], name) for name in new if name in old]
    if not pairs or min(pairs)[0] < 0:
        return None
    return max(pairs)


def _same_card(before: Chassis, after: Chassis, module: str) -> bool:
    old, new = before.modules.get(module), after.modules.get(module)
    return old is None or new is None or not old.serial or not new.serial or old.serial == new.serial


def _totals(facts: DeviceFacts) -> Iterator[Observation]:
    chassis = find_chassis(facts)
    per_module: dict[str, list[tuple[int, InterfaceName, str]]] = defaultdict(list)
    for interface, counters in _errors(facts).items():
        if counters:
            count, name = max((count, name) for name, count in counters.items())
            per_module[chassis.module_of(interface)].append((count, interface, name))
    yield from _by_module(facts.device, per_module, ObservationKind.COUNTER_TOTAL, "since the last clearing:", LEAST_TOTAL)


def _by_module(
    device: str, per_module: Mapping[str, list[tuple[int, InterfaceName, str]]], kind: ObservationKind, words: str, least: int
) -> Iterator[Observation]:
    """Modules whose errors stand out against those of their siblings in the same device."""
    sums = {module: sum(count for count, _, _ in rows) for module, rows in per_module.items() if module}
    for module, total in sorted(sums.items()):
        siblings = [other for name, other in sums.items() if name != module]
        if total < least or (siblings and total < SIBLING_FACTOR * (median(siblings) + 1)):
            continue
        count, interface, name = max(per_module[module])
        text = f"error counters of {device}/{module} {words} {total:,}, most of all {name} of {interface}: {count:,}"
        yield Observation(Component("module", f"{device}/{module}"), kind, float(total), text)


def _uplinks(device: str, per_module: Mapping[str, list[tuple[int, InterfaceName, str]]], hierarchy: Hierarchy) -> Iterator[Observation]:
    ways = {uplink.interface for uplink in hierarchy.uplinks.get(device, ())}
    for rows in per_module.values():
        for count, interface, name in rows:
            if interface in ways and count >= LEAST_GROWTH:
                text = f"{name} of the uplink {device} {interface} grew by {count:,}"
                yield Observation(Component("uplink", f"{device}:{interface}"), ObservationKind.COUNTER_GROWTH, float(count), text)


def _errors(facts: DeviceFacts) -> dict[InterfaceName, dict[str, int]]:
    """Error counters by interface, from all tables that hold any."""
    found: dict[InterfaceName, dict[str, int]] = defaultdict(dict)
    rows: tuple[Interface | ErrorCounters, ...] = (*facts.tables.interfaces, *facts.tables.error_counters)
    for row in rows:
        if row.name.is_physical:
            found[row.name].update({name: row.counters[name] for name in ERROR_COUNTERS if name in row.counters})
    return dict(found)
