"""Snapshots to a campus: links, ways up, placements, exposures, observations, and what was assumed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from switchcorr.model.addresses import MacAddress
from switchcorr.model.campus import Campus, CampusDevice, Link, ModuleFacts, risk_table
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.text import first_few
from switchcorr.topology.chassis import Chassis, chassis_by_names, find_chassis
from switchcorr.topology.fexes import SharedFexes, fabric_links, find_shared, with_shared
from switchcorr.topology.graph.cores import find_cores
from switchcorr.topology.graph.crossings import crossings
from switchcorr.topology.graph.levels import Hierarchy, active_graph, find_hierarchy
from switchcorr.topology.graph.links import find_links, trunks_of
from switchcorr.topology.graph.mac_links import mac_views
from switchcorr.topology.graph.names import Names, names_of
from switchcorr.topology.graph.namesakes import with_several
from switchcorr.topology.graph.neighbors import NeighborKind, kind_of, phone_of
from switchcorr.topology.graph.peers import looks_of, peers_of_cores, with_ways_of_peers
from switchcorr.topology.graph.ports import phones_at, ports_of
from switchcorr.topology.lacking import completed
from switchcorr.topology.observations import Ground, observe
from switchcorr.topology.placement.location_merge import add_locations
from switchcorr.topology.placement.locations import Locations
from switchcorr.topology.placement.places import Scene, place_endpoints
from switchcorr.topology.placement.risk_groups import CHAIN, Row, exposures
from switchcorr.topology.placement.sightings import Known, alarm_sighting

_NAMES_TOLD = 3


@dataclass(frozen=True, slots=True)
class CampusOptions:
    """What the user and the log add to the captures.

    Attributes:
        cores: names of core devices.
        call_servers: addresses of call servers.
        known: phones of the log.
        device_groups: further groups of a device's phones, by device.
        locations: a table of locations; captures win where both speak of the same kind.
        at: the moment whose placements are meant; None is the latest knowledge.
        beside: other snapshots of the same network, which may tell of an extender's second parent that was not reached.
    """

    cores: tuple[str, ...] = ()
    call_servers: tuple[str, ...] = ()
    known: Known = field(default_factory=Known)
    device_groups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    locations: Locations | None = None
    at: datetime | None = None
    beside: Sequence[Snapshot] = ()


@dataclass(frozen=True, slots=True)
class _Network:
    """The devices and how they hang together."""

    devices: Mapping[str, DeviceFacts]
    names: Names
    chassis: Mapping[str, Chassis]
    links: tuple[Link, ...]
    hierarchy: Hierarchy
    closed: Mapping[str, frozenset[InterfaceName]]
    assumptions: tuple[str, ...]


def build_campus(snapshots: Sequence[Snapshot], options: CampusOptions) -> Campus:
    """Everything the correlation and the report need to know of the network.

    Args:
        snapshots: earlier first; none gives what phones say of themselves and what the locations hold.
        options: what is known besides.
    """
    shared = find_shared((*options.beside, *snapshots))
    snapshots = [with_shared(snapshot, shared) for snapshot in snapshots] if shared.names else snapshots
    devices = devices_at(snapshots, options.at)
    if shared.names:
        options = replace(options, known=_at_homes(options.known, names_of(devices.values())[0], shared))
    network = _network(devices, options, shared)
    placements = place_endpoints(_scene(snapshots, network, options))
    groups = shared.with_groups(_by_device(options.device_groups, network.names))
    exposed = exposures(
        placements, network.devices, network.chassis, network.hierarchy, software=_software(snapshots), device_groups=groups, shared=shared
    )
    told: tuple[str, ...] = ()
    if options.locations is not None:
        placements, told = add_locations(exposed.rows, placements, options.locations, network.names)
    observed = observe(
        snapshots,
        Ground(network.hierarchy, network.links, network.chassis, exposed.rows, placements, shared),
        [replace(message, device=_device_named(network.names, message.device)) for message in options.known.messages],
    )
    return Campus(
        devices=_devices(network, placements, shared),
        links=network.links,
        placements=placements,
        risk=risk_table(exposed.rows, labels=_labels(exposed.rows, network.chassis), hashed=exposed.hashed),
        observations=observed.facts,
        assumptions=(*network.assumptions, *_from_other_visits(devices, snapshots), *told, *observed.assumptions),
        call_servers=options.call_servers,
        link_downs=observed.link_downs,
    )


def _at_homes(known: Known, names: Names, shared: SharedFexes) -> Known:
    """What phones at extenders with several parents tell, as of the device that has the extender."""
    alarms = []
    for alarm in known.alarms:
        place = alarm_sighting(alarm, names)
        home = shared.at(place.device, place.interface) if place is not None else ""
        alarms.append(replace(alarm, device=home, address="") if place is not None and home != place.device else alarm)
    return replace(known, alarms=tuple(alarms))


def devices_at(snapshots: Sequence[Snapshot], at: datetime | None) -> dict[str, DeviceFacts]:
    """The facts of each device that count at a moment: the last not later than it, else the next later ones; sorted by name.

    Tables that such a visit did not read, for it ended early or asked for less, are those of the visit before, or the next one.
    """
    found: dict[str, DeviceFacts] = {}
    for snapshot in snapshots:
        late = at is not None and snapshot.taken_at is not None and snapshot.taken_at > at
        for name, facts in snapshot.devices.items():
            known = found.get(name)
            found[name] = completed(known, facts) if late and known is not None else completed(facts, known)
    return dict(sorted(found.items()))


def _from_other_visits(devices: Mapping[str, DeviceFacts], snapshots: Sequence[Snapshot]) -> list[str]:
    """A sentence on devices whose facts are of more than one visit."""
    names = [name for name, facts in devices.items() if all(facts is not snapshot.devices.get(name) for snapshot in snapshots)]
    told = f"{first_few(names, _NAMES_TOLD)}: what the visit that counts did not answer is taken from another one"
    return [told] if names else []


def _network(devices: dict[str, DeviceFacts], options: CampusOptions, shared: SharedFexes) -> _Network:
    names, namesakes = names_of(devices.values())
    names, several = with_several(devices, names)
    ports = {name: ports_of(facts) for name, facts in devices.items()}
    views = mac_views(devices, ports)
    cables = find_links(devices, names, ports, views=views, cores=options.cores)
    links = tuple(sorted((*cables, *fabric_links(shared, ports)), key=lambda link: (link.a, link.b)))
    graph = active_graph(list(devices), links)
    trunks = trunks_of(links, ports)
    closed = {name: trunks.get(name, frozenset()) | frozenset(view.seen) for name, view in views.items()}
    macs = {phone.mac for phone in options.known.phones}
    crossed = crossings(devices, ports, closed, macs)
    closed |= {name: closed[name] | interfaces for name, interfaces in crossed.items()}
    phones = {name: phones_at(facts, closed[name], macs) for name, facts in devices.items()}
    real = active_graph([name for name in devices if name not in shared.parents], cables)  # what stands for two parents is no core
    cores, assumption = find_cores(
        real, devices, cables, ports, trunks, phones=phones, cores=options.cores, call_servers=options.call_servers
    )
    looks = looks_of(devices, names, links, ports, phones=phones)
    peers = peers_of_cores(cables, looks, cores)
    cores = shared.with_cores(graph, {*cores, *peers})
    graph = with_ways_of_peers(graph, links, looks, cores)
    announced = _announced(devices, names)
    chassis = {name: find_chassis(facts, announced=announced.get(name, "")) for name, facts in devices.items()}
    alone = _unread_chassis(options.known, names, devices)
    guessed = f"{first_few(sorted(alone), _NAMES_TOLD)} not read: modules taken from the interface names that phones tell" if alone else ""
    return _Network(
        devices=devices,
        names=names,
        chassis=chassis | alone,
        links=links,
        hierarchy=find_hierarchy(graph, links, ports, cores),
        closed=closed,
        assumptions=tuple(
            sentence for sentence in (assumption, *_beside_cores(peers), *namesakes, *several, *shared.told(), guessed) if sentence
        ),
    )


def _beside_cores(peers: Mapping[str, str]) -> list[str]:
    """Sentences on switches that are a core because they stand beside one."""
    beside: dict[str, list[str]] = defaultdict(list)
    for name, core in sorted(peers.items()):
        beside[core].append(name)
    return [
        f"{first_few(names, _NAMES_TOLD)} taken as a core beside {core}: the same switches hang on both" for core, names in beside.items()
    ]


def _announced(devices: Mapping[str, DeviceFacts], names: Names) -> dict[str, str]:
    """Model of each device in the words of its neighbors."""
    found: dict[str, str] = {}
    for facts in devices.values():
        for neighbor in facts.tables.neighbors:
            if neighbor.platform and kind_of(neighbor) is NeighborKind.SWITCH:
                found.setdefault(names.find(neighbor), neighbor.platform)
    return found


def _unread_chassis(known: Known, names: Names, devices: Mapping[str, DeviceFacts]) -> dict[str, Chassis]:
    """Chassis of devices that only phones name, from the interfaces they name."""
    told: dict[str, set[InterfaceName]] = defaultdict(set)
    for alarm in known.alarms:
        place = alarm_sighting(alarm, names)
        if place is not None and place.device not in devices and place.interface is not None:
            told[place.device].add(place.interface)
    return {name: chassis_by_names(interfaces) for name, interfaces in sorted(told.items())}


def _scene(snapshots: Sequence[Snapshot], network: _Network, options: CampusOptions) -> Scene:
    towards: dict[tuple[str, InterfaceName], str] = {}
    for link in network.links:
        for device, other, *interfaces in (
            (link.a, link.b, link.a_interface, link.bundle_a),
            (link.b, link.a, link.b_interface, link.bundle_b),
        ):
            towards.update(((device, interface), other) for interface in interfaces if interface is not None)
    return Scene(
        snapshots=snapshots,
        devices=network.devices,
        chassis=network.chassis,
        switchports={(name, port.name): port for name, facts in network.devices.items() for port in facts.tables.switchports},
        closed=network.closed,
        towards=towards,
        unread=sorted({end for link in network.links for end in (link.a, link.b)} - network.devices.keys()),
        names=network.names,
        known=options.known,
        at=options.at,
    )


def _by_device(groups: Mapping[str, Mapping[str, str]], names: Names) -> dict[str, Mapping[str, str]]:
    """Groups under the names that the captures have for the devices."""
    return {names.by_name(device) or device: row for device, row in groups.items()}


def _device_named(names: Names, text: str) -> str:
    """A device by the name or address that a message came with; one that was not read keeps it."""
    return names.by_name(text) or names.by_id.get(text, text)


def _software(snapshots: Sequence[Snapshot]) -> dict[MacAddress, str]:
    """Firmware of each phone, as the last snapshot that shows it has it."""
    found: dict[MacAddress, str] = {}
    for facts in (facts for snapshot in snapshots for facts in snapshot.devices.values()):
        for neighbor in facts.tables.neighbors:
            phone = phone_of(neighbor) if neighbor.software else None
            if phone is not None:
                found[phone.mac] = neighbor.software
    return found


def _labels(rows: Mapping[str, Row], chassis: Mapping[str, Chassis]) -> dict[tuple[str, str], str]:
    labels = {
        ("module", module.id): f"{module.id.rpartition('/')[0]} module {module.id.rpartition('/')[2]}"
        + (f" ({module.model})" if module.model else "")
        for one in chassis.values()
        for module in one.modules.values()
    }
    chains = {(kind, id_) for row in rows.values() for kind, id_ in row.items() if kind.startswith(CHAIN)}
    return labels | {(kind, id_): f"{id_} with the switches below it" for kind, id_ in chains}


def _devices(network: _Network, placements: Sequence[Placement], shared: SharedFexes) -> tuple[CampusDevice, ...]:
    """Those read, those that are only named by a neighbor, and those that only phones name."""
    level = network.hierarchy.level
    phones = Counter(placement.module for placement in placements)
    named = {end for link in network.links for end in (link.a, link.b)} | network.chassis.keys()
    found = [_device(facts, network.chassis[name], level.get(name), phones) for name, facts in network.devices.items()]
    found += [CampusDevice(name, level=level.get(name), read=False) for name in named - network.devices.keys()]
    found = [replace(device, stands_for=shared.parents.get(device.name, ())) for device in found]
    return tuple(sorted(found, key=lambda device: device.name))


def _device(facts: DeviceFacts, chassis: Chassis, level: int | None, phones: Counter[str]) -> CampusDevice:
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
        level=level,
        taken_at=facts.taken_at,
    )
