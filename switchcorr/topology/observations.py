"""What the switches say of their own parts: error counters that grew, modules that are not well, reloads, power faults.

One physical fact is one observation: errors of an uplink, at either end of its cable, are the uplink's and not its module's; all
others are the module's (the switch's where it has none) and, where they are on one ASIC, also that ASIC's. What stands out is measured
against the siblings in the same device, or, for a part without siblings, against all such parts of the network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from statistics import median

from switchcorr.model.campus import Component, Link, Observation, ObservationKind, risk_kind
from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import DiagnosticResult
from switchcorr.topology.chassis import find_chassis
from switchcorr.topology.error_growth import Errors, Visit, errors_between, errors_since_clearing
from switchcorr.topology.graph import Hierarchy

LEAST_GROWTH = 50
"""Errors below which growth is noise. Assumed."""
SIBLING_FACTOR = 10.0
"""How much more than its siblings' median a part must have. Assumed."""
LEAST_TOTAL = 1_000
"""Errors since the last clearing below which a total says nothing. Assumed."""
SAME_RELOAD = timedelta(minutes=10)
"""Start times of two visits that are nearer than this are one reload: the uptime is printed in minutes."""
_WELL = frozenset(
    ("", "ok", "pass", "online", "active", "standby", "ready", "ha-standby", "active *", "ha-standby *", "powered-up", "standby hot",
     "connected", "present", "provisioned", "unknown", "n/a")
)  # fmt: skip
"""Words for a module that works, or of which the switch says nothing; a provisioned stack member was never there."""
_POWER_FAULTS = ("faulty", "power-deny", "err")
_BAD_ENVIRONMENT = ("fault", "fail", "critical", "bad", "not ok", "shutdown", "alarm")

_Rows = dict[Component, list[tuple[Errors, InterfaceName]]]


@dataclass(frozen=True, slots=True)
class _Device:
    """What was counted on one device.

    Attributes:
        rows: errors by component, modules or the switch.
        asics: the same by ASIC.
        compared: whether the errors are growth, not totals.
    """

    rows: _Rows = field(default_factory=lambda: defaultdict(list))
    asics: _Rows = field(default_factory=lambda: defaultdict(list))
    compared: bool = False


def observe(snapshots: Sequence[Snapshot], hierarchy: Hierarchy, links: Sequence[Link]) -> tuple[Observation, ...]:
    """Everything that is worth saying, sorted by component.

    Args:
        snapshots: earlier first.
        hierarchy: tells which end of a link is the lower one, whose uplink it is.
        links: the cables.
    """
    visits: dict[str, list[Visit]] = defaultdict(list)
    for snapshot in snapshots:
        for name, facts in snapshot.devices.items():
            visits[name].append(Visit(facts, find_chassis(facts)))
    cables = _cables(links, hierarchy)
    uplinks: _Rows = defaultdict(list)
    found: list[Observation] = []
    counted: list[_Device] = []
    for own in visits.values():
        found += [*_states(own), *_reloads([visit.facts for visit in own])]
        counted.append(_counted(own, cables, uplinks))
    usual = {compared: _usual(device for device in counted if device.compared is compared) for compared in (False, True)}
    for device in counted:
        found += _standing_out(device.rows, usual[device.compared], compared=device.compared)
        found += _standing_out(device.asics, 0.0, compared=device.compared)
    found += _uplink_growth(uplinks)
    return tuple(sorted(found, key=lambda item: (item.component, item.kind.value, item.text)))


def _cables(links: Sequence[Link], hierarchy: Hierarchy) -> dict[tuple[str, InterfaceName], str]:
    """The uplink that an interface is an end of, by its id."""
    found: dict[tuple[str, InterfaceName], str] = {}
    for link in links:
        ends = (link.a, link.a_interface), (link.b, link.b_interface)
        for (own, interface), (other, far) in (ends, ends[::-1]):
            if interface is not None and own in hierarchy.level and hierarchy.level.get(other) == hierarchy.level[own] - 1:
                found[own, interface] = f"{own}:{interface}"
                if far is not None:
                    found[other, far] = f"{own}:{interface}"
    return found


def _counted(visits: Sequence[Visit], cables: Mapping[tuple[str, InterfaceName], str], uplinks: _Rows) -> _Device:
    """Errors of a device by component; those of uplinks are added to ``uplinks``, growth only."""
    last = visits[-1]
    name = last.facts.device
    compared = len(visits) > 1
    errors = errors_between(visits) if compared else errors_since_clearing(last.facts)
    asic_of = {port.name: port.asic for port in last.facts.tables.asics}
    device = _Device(compared=compared)
    for interface, worst in errors.items():
        uplink = cables.get((name, interface))
        if uplink is not None:
            if compared:
                uplinks[Component("uplink", uplink)].append((worst, interface))
            continue
        module = last.chassis.module_of(interface)
        device.rows[_component(name, module)].append((worst, interface))
        if interface in asic_of:
            above = f"{name}/{module}" if module else name
            device.asics[Component("asic", f"{above}/{asic_of[interface]}")].append((worst, interface))
    return device


def _component(device: str, module: str) -> Component:
    return Component("module", f"{device}/{module}") if module else Component("switch", device)


def _usual(devices: Iterable[_Device]) -> float:
    """Median of all parts of the network; 0 where there is one part only."""
    sums = [_total(found) for device in devices for found in device.rows.values()]
    return median(sums) if len(sums) > 1 else 0.0


def _total(rows: Sequence[tuple[Errors, InterfaceName]]) -> int:
    return sum(errors.count for errors, _ in rows)


def _standing_out(rows: _Rows, usual: float, *, compared: bool) -> Iterator[Observation]:
    """Parts whose errors stand out against those of their siblings, else against the usual; the quiet ones, where growth is known."""
    sums = {component: _total(found) for component, found in rows.items()}
    for component, total in sorted(sums.items()):
        if compared and total == 0 and component.kind != "asic":
            yield _quiet(component)
        siblings = [count for other, count in sums.items() if other != component]
        least = SIBLING_FACTOR * ((median(siblings) if siblings else usual) + 1)
        if total < max(least, LEAST_GROWTH if compared else LEAST_TOTAL):
            continue
        worst, interface = max(rows[component], key=lambda row: (row[0].count, row[0].counter, row[1]))
        words = "grew by" if compared else "since the last clearing:"
        yield Observation(
            component,
            ObservationKind.COUNTER_GROWTH if compared else ObservationKind.COUNTER_TOTAL,
            float(total),
            f"error counters of {component.id} {words} {total:,}, most of all {worst.counter} of {interface}: {worst.count:,}",
        )


def _quiet(component: Component) -> Observation:
    text = f"no error counter of {risk_kind(component.kind).noun} {component.id} grew between the snapshots"
    return Observation(component, ObservationKind.COUNTER_QUIET, 0.0, text)


def _uplink_growth(uplinks: _Rows) -> Iterator[Observation]:
    """One observation a cable: the worse of its ends."""
    for component, rows in uplinks.items():
        worst, _ = max(rows, key=lambda row: (row[0].count, row[0].counter))
        if worst.count == 0:
            yield _quiet(component)
        elif worst.count >= LEAST_GROWTH:
            text = f"{worst.counter} of the uplink {component.id} grew by {worst.count:,}"
            yield Observation(component, ObservationKind.COUNTER_GROWTH, float(worst.count), text)


def _states(visits: Sequence[Visit]) -> Iterator[Observation]:
    last = visits[-1]
    for module in last.chassis.modules.values():
        if module.status.lower() not in _WELL:
            text = f"module {module.id} has the status {module.status!r}"
            yield Observation(Component("module", module.id), ObservationKind.MODULE_STATUS, 1.0, text)
    yield from _missing_modules(visits)
    for test in last.facts.tables.diagnostics:
        if test.result == "fail":
            component = _component(last.facts.device, _slot(test, last))
            text = f"diagnostic test {test.test} failed"
            yield Observation(component, ObservationKind.DIAGNOSTIC_FAILURE, float(test.failures or 1), text)
    yield from _power_faults(last)
    for reading in last.facts.tables.environment:
        if any(word in reading.state.lower() for word in _BAD_ENVIRONMENT):
            switch = Component("switch", last.facts.device)
            yield Observation(switch, ObservationKind.ENVIRONMENT, 1.0, f"{reading.what} of {switch.id} is {reading.state!r}")


def _missing_modules(visits: Sequence[Visit]) -> Iterator[Observation]:
    """Modules that an earlier visit showed and the last does not, where both hold the same tables."""
    last = visits[-1]
    gone = {
        key: module
        for visit in visits[:-1]
        if _module_tables(visit) == _module_tables(last)
        for key, module in visit.chassis.modules.items()
        if key not in last.chassis.modules
    }
    for _, module in sorted(gone.items()):
        text = f"module {module.id} was there in an earlier snapshot and is missing in the last"
        yield Observation(Component("module", module.id), ObservationKind.MODULE_STATUS, 1.0, text)


def _module_tables(visit: Visit) -> tuple[bool, ...]:
    tables = visit.facts.tables
    return bool(tables.modules), bool(tables.inventory), bool(tables.stack), bool(tables.fexes)


def _slot(test: DiagnosticResult, visit: Visit) -> str:
    """The module a diagnostic test is about, as in a module's id."""
    if visit.chassis.kind is ChassisClass.FIXED:
        return ""
    numbers = [number for number in (test.switch, test.slot) if number is not None]
    return ".".join(str(number) for number in (numbers if visit.chassis.kind is ChassisClass.VIRTUAL_PAIR else numbers[:1]))


def _power_faults(visit: Visit) -> Iterator[Observation]:
    faults: dict[str, set[InterfaceName]] = defaultdict(set)
    for port in visit.facts.tables.power:
        if port.oper.startswith(_POWER_FAULTS):
            faults[visit.chassis.module_of(port.name)].add(port.name)
    for module, ports in sorted(faults.items()):
        text = f"{len(ports)} ports get no power for a fault"
        yield Observation(_component(visit.facts.device, module), ObservationKind.POWER_FAULT, float(len(ports)), text)


def _reloads(visits: Sequence[DeviceFacts]) -> Iterator[Observation]:
    """Each start of a device once, however many visits show it."""
    starts: list[datetime] = []
    for facts in visits:
        for version in facts.tables.version:
            if version.uptime is None or facts.taken_at is None:
                continue
            at = facts.taken_at - version.uptime
            if all(abs(at - known) > SAME_RELOAD for known in starts):
                starts.append(at)
                why = f" ({version.reload_reason})" if version.reload_reason else ""
                yield Observation(Component("switch", facts.device), ObservationKind.RELOAD, 1.0, f"{facts.device} restarted{why}", at)
