"""What each phone is exposed to, from its place: port, ASIC, module, switch, the way up, VLAN, subnet, model, firmware."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from switchcorr.model.addresses import MacAddress
from switchcorr.model.campus import HashedComponent
from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.fexes import SharedFexes
from switchcorr.topology.graph.levels import Hierarchy
from switchcorr.topology.graph.names import macs_of
from switchcorr.topology.graph.ports import instances_of
from switchcorr.topology.graph.ways import Ways, WayUp, hashed_components, ways_of

Row = dict[str, str]
CHAIN = "chain"
_LEAST_OF_VLAN, _MOST_OF_VLAN = 3, 0.9
"""Placed phones of a subnet, and their share, from which its other phones are taken to be in their VLAN. Assumed."""
_MODEL = re.compile(r"(?:CP-|Phone )(\d{4}[A-Z0-9]*?(?:-\d\w*)?)G?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Exposures:
    """Component ids by kind for each phone, and parts that carry a share of their traffic."""

    rows: dict[str, Row]
    hashed: tuple[HashedComponent, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ground:
    """Everything a row is made from, looked up once for all phones.

    Attributes:
        rooted: ports of each tree by device and instance, where the device is the root itself.
    """

    chassis: Mapping[str, Chassis]
    ways: Ways
    asics: Mapping[tuple[str, InterfaceName], int]
    roots: Mapping[tuple[str, str], str]
    rooted: Mapping[tuple[str, str], Set[InterfaceName]]
    subnets: Mapping[str, str]


def exposures(
    placements: Sequence[Placement],
    devices: Mapping[str, DeviceFacts],
    chassis: Mapping[str, Chassis],
    hierarchy: Hierarchy,
    *,
    software: Mapping[MacAddress, str],
    device_groups: Mapping[str, Mapping[str, str]],
    shared: SharedFexes,
) -> Exposures:
    """Component ids by kind for each phone.

    Args:
        placements: of all phones; an unplaced one is exposed only to its model, its firmware, its subnet and, by that, its VLAN.
        devices: newest facts by name.
        chassis: by device name; also of devices that only phones told of.
        hierarchy: ways up.
        software: firmware by phone.
        device_groups: further groups of a device's phones (site, power...), by device name.
        shared: extenders with several parents.
    """
    placed = [placement for placement in placements if placement.state is not PlacementState.UNPLACED]
    instances = {(name, vlan): instance for name, facts in devices.items() for vlan, instance in instances_of(facts).items()}
    ways = ways_of(hierarchy, Counter(placement.device for placement in placed), instances, parents={own for own, _ in shared.names})
    ground = _Ground(
        chassis=chassis,
        ways=ways,
        asics={(name, port.name): port.asic for name, facts in devices.items() for port in facts.tables.asics},
        roots=_roots(devices),
        rooted=_rooted(devices),
        subnets=_subnets(devices),
    )
    rows: dict[str, Row] = {}
    for placement in placements:
        row = {
            "model": model_of(placement.platform),
            "firmware": software.get(placement.mac, "") if placement.mac is not None else "",
            "subnet": ground.subnets.get(placement.ip, ""),
        }
        if placement.state is not PlacementState.UNPLACED:
            row |= {**_placed(placement, ground), **device_groups.get(placement.device, {})}
        rows[str(placement.phone)] = {kind: id_ for kind, id_ in row.items() if id_}
    _fill_vlans(rows)
    used = {device: ways.of(device, vlan) for device, vlan in _main_vlans(placed).items()}
    return Exposures(rows, shared.hashed(rows, hashed_components(used)))


def _fill_vlans(rows: dict[str, Row]) -> None:
    """Give phones of a known subnet and no known place the VLAN of nearly all others of that subnet."""
    votes: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows.values():
        if "vlan" in row and "subnet" in row:
            votes[row["subnet"]][row["vlan"]] += 1
    main = {subnet: count.most_common(1)[0] for subnet, count in votes.items()}
    vlans = {subnet: vlan for subnet, (vlan, most) in main.items() if most >= max(_LEAST_OF_VLAN, _MOST_OF_VLAN * votes[subnet].total())}
    for row in rows.values():
        if "vlan" not in row and "switch" not in row and row.get("subnet") in vlans:
            row["vlan"] = vlans[row["subnet"]]


@lru_cache(maxsize=1024)
def model_of(platform: str) -> str:
    """One spelling for a phone's model; empty where the text names none (a summary prints ``IP Phone`` only).

    >>> model_of("IP Phone 7962"), model_of("Cisco IP Phone 7962G,V12, SCCP42"), model_of("CP-8841"), model_of("CTS-CODEC-SX80")
    ('IP Phone 7962', 'IP Phone 7962', 'IP Phone 8841', 'CTS-CODEC-SX80')
    """
    found = _MODEL.search(platform)
    if found:
        return f"IP Phone {found[1].upper()}"
    return "" if re.fullmatch(r"(cisco )?(ip )?phone", platform.strip(), re.IGNORECASE) else platform


def _placed(placement: Placement, ground: _Ground) -> Row:
    device, interface = placement.device, placement.interface
    way = ground.ways.of(device, placement.vlan)
    row = {
        "switch": device,
        "module": placement.module,
        "uplink": way.uplink,
        "uplink_bundle": way.uplink_bundle,
        "distribution": way.distribution,
        "block": way.block,
        "core": way.core,
    }
    row |= {CHAIN if depth == 1 else f"{CHAIN}_{depth}": name for depth, name in enumerate(way.chain, start=1)}
    if placement.vlan is not None:
        row["vlan"] = f"{placement.vlan}@{_domain(device, ground.ways.instance(device, placement.vlan), way, ground)}"
    if interface is None:
        return row
    row["port"] = f"{device}:{interface}"
    chassis = ground.chassis.get(device)
    location = chassis.locate(interface) if chassis is not None else None
    if chassis is not None and location is not None and chassis.kind is ChassisClass.VIRTUAL_PAIR and location.chassis is not None:
        row["chassis"] = f"{device}/{location.chassis}"
    asic = ground.asics.get((device, interface))
    if asic is not None:
        row["asic"] = f"{placement.module or device}/{asic}"
    return row


def _domain(device: str, instance: str, way: WayUp, ground: _Ground) -> str:
    """Over what a VLAN reaches: the block, else its root bridge, else the switch; the switch alone where that routes it and no way up carries it."""
    ports = ground.rooted.get((device, instance))
    carried = ports is None or any(name.is_lag or name in (up.interface, up.bundle) for name in ports for up in way.uplinks)
    if way.uplinks and not carried:
        return device
    return way.block or ground.roots.get((device, instance)) or ground.roots.get((device, "")) or device


def _rooted(devices: Mapping[str, DeviceFacts]) -> dict[tuple[str, str], set[InterfaceName]]:
    found: dict[tuple[str, str], set[InterfaceName]] = defaultdict(set)
    for name, facts in devices.items():
        for port in facts.tables.spanning_tree:
            if port.is_root_bridge:
                found[name, port.instance].add(port.name)
    return dict(found)


def _main_vlans(placements: Sequence[Placement]) -> dict[str, int | None]:
    """The VLAN of most phones of each device."""
    votes: dict[str, Counter[int]] = defaultdict(Counter)
    for placement in placements:
        if placement.vlan is not None:
            votes[placement.device][placement.vlan] += 1
    return {device: min(votes[device], key=lambda vlan: (-votes[device][vlan], vlan), default=None) for device in sorted(
        {placement.device for placement in placements}
    )}  # fmt: skip


def _roots(devices: Mapping[str, DeviceFacts]) -> dict[tuple[str, str], str]:
    """Root bridge by device and instance, under ``""`` the first of its instances: its name, or its address if it was not read."""
    owner: dict[MacAddress, str] = {}
    for facts in devices.values():
        owner.update((mac, facts.device) for mac in macs_of(facts))
    found: dict[tuple[str, str], str] = {}
    for facts in devices.values():
        for port in facts.tables.spanning_tree:
            if port.root is not None:
                name = owner.get(port.root, port.root.colons)
                found.setdefault((facts.device, port.instance), name)
                found.setdefault((facts.device, ""), name)
    return found


def _subnets(devices: Mapping[str, DeviceFacts]) -> dict[str, str]:
    """The VLAN interface that resolves each address; of two gateways the first by name. No mask is guessed."""
    found: dict[str, str] = {}
    for name, facts in sorted(devices.items()):
        for entry in facts.tables.arp:
            if entry.interface is not None and entry.interface.kind == "Vlan":
                found.setdefault(entry.address, f"{name}:{entry.interface}")
    return found
