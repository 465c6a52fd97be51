"""Snapshots to a campus: links, ways up, placements, exposures, observations, and what was assumed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from switchcorr.model.campus import Campus, CampusDevice, Link, ModuleFacts, RiskTable, risk_table
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.topology.chassis import Chassis, find_chassis
from switchcorr.topology.graph import Hierarchy, find_hierarchy
from switchcorr.topology.links import find_links, names_of
from switchcorr.topology.locations import Locations
from switchcorr.topology.observations import observe
from switchcorr.topology.placement import Known, phone_of, place_endpoints
from switchcorr.topology.risk_groups import Row, exposures


@dataclass(frozen=True, slots=True)
class CampusOptions:
    """What the user and the log add to the captures.

    Attributes:
        cores: names of core devices.
        call_servers: addresses of call servers.
        known: phones of the log.
        device_groups: further groups of a device's phones, by device.
        locations: a table of locations; captures win where both speak of the same kind.
    """

    cores: tuple[str, ...] = ()
    call_servers: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)
    device_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    locations: Locations | None = None


def build_campus(snapshots: Sequence[Snapshot], options: CampusOptions) -> Campus:
    """Everything the correlation and the report need to know of the network.

    Args:
        snapshots: earlier first; the newest facts of each device count for links.
        options: what is known besides.
    """
    newest: dict[str, DeviceFacts] = {}
    for snapshot in snapshots:
        newest.update(snapshot.devices)
    devices = dict(sorted(newest.items()))
    names, shared = names_of(devices.values())
    links = find_links(devices, names)
    hierarchy = find_hierarchy(devices, links, cores=options.cores, call_servers=options.call_servers)
    chassis = {name: find_chassis(facts) for name, facts in devices.items()}
    placements = place_endpoints(snapshots, chassis, _trunks(links), names, options.known)
    rows = exposures(placements, devices, chassis, hierarchy, software=_software(devices), device_groups=options.device_groups)
    assumptions = [sentence for sentence in (hierarchy.assumption, *shared) if sentence]
    if options.locations is not None:
        assumptions += _add_locations(rows, options.locations)
    return Campus(
        devices=_devices(devices, chassis, links, hierarchy, placements),
        links=links,
        placements=placements,
        risk=_table(rows, chassis),
        observations=observe(snapshots, hierarchy),
        assumptions=tuple(assumptions),
        call_servers=options.call_servers,
    )


def _trunks(links: Sequence[Link]) -> dict[str, frozenset[InterfaceName]]:
    """Interfaces behind which another switch is, with the bundles they belong to."""
    found: dict[str, set[InterfaceName]] = {}
    for link in links:
        for device, *interfaces in ((link.a, link.a_interface, link.bundle_a), (link.b, link.b_interface, link.bundle_b)):
            found.setdefault(device, set()).update(interface for interface in interfaces if interface is not None)
    return {device: frozenset(interfaces) for device, interfaces in found.items()}


def _software(devices: Mapping[str, DeviceFacts]) -> dict[str, str]:
    found: dict[str, str] = {}
    for facts in devices.values():
        for neighbor in facts.tables.neighbors:
            phone = phone_of(neighbor)
            if phone is not None and neighbor.software:
                found[str(phone)] = neighbor.software
    return found


def _add_locations(rows: dict[str, Row], locations: Locations) -> list[str]:
    """Fill what the captures do not tell; count where both speak and disagree."""
    differing: Counter[str] = Counter()
    for phone, given in locations.rows.items():
        row = rows.setdefault(phone, {})
        for kind, id_ in given.items():
            if kind not in row:
                row[kind] = id_
            elif row[kind] != id_:
                differing[kind] += 1
    told = [
        f"the captures place {count} phones on another {kind} than the locations file; the captures count"
        for kind, count in sorted(differing.items())
    ]
    return [*locations.assumptions, *locations.problems, *told]


def _table(rows: Mapping[str, Row], chassis: Mapping[str, Chassis]) -> RiskTable:
    labels = {
        ("module", module.id): f"{module.id.rpartition('/')[0]} module {module.id.rpartition('/')[2]}"
        + (f" ({module.model})" if module.model else "")
        for one in chassis.values()
        for module in one.modules.values()
    }
    return risk_table(rows, labels=labels)


def _devices(
    devices: Mapping[str, DeviceFacts],
    chassis: Mapping[str, Chassis],
    links: Sequence[Link],
    hierarchy: Hierarchy,
    placements: Sequence[Placement],
) -> tuple[CampusDevice, ...]:
    phones = Counter(placement.module for placement in placements)
    named = {end for link in links for end in (link.a, link.b)} - devices.keys()
    read = [_device(facts, chassis[name], hierarchy, phones) for name, facts in devices.items()]
    return tuple(
        sorted(
            [*read, *(CampusDevice(name, level=hierarchy.level.get(name), read=False) for name in named)], key=lambda device: device.name
        )
    )


def _device(facts: DeviceFacts, chassis: Chassis, hierarchy: Hierarchy, phones: Counter[str]) -> CampusDevice:
    version = next(iter(facts.tables.version), None)
    modules: tuple[ModuleFacts, ...] = tuple(replace(module, phones=phones[module.id]) for _, module in sorted(chassis.modules.items()))
    return CampusDevice(
        name=facts.device,
        platform=facts.platform,
        model=version.model if version else "",
        chassis=chassis.kind,
        modules=modules,
        addresses=(facts.address,) if facts.address else (),
        software=version.version if version else "",
        level=hierarchy.level.get(facts.device),
        taken_at=facts.taken_at,
    )
