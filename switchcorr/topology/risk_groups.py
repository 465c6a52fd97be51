"""What each phone is exposed to, from its place: port, ASIC, module, switch, the way up, VLAN, model, firmware."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.graph import Hierarchy, Uplink

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class WayUp:
    """What all phones of one device share on their way to the core; an id is empty where nothing is shared by all."""

    uplink: str = ""
    uplink_bundle: str = ""
    distribution: str = ""
    block: str = ""


def way_up(device: str, hierarchy: Hierarchy) -> WayUp:
    """The shared parts of a device's way up.

    With one active link it is shared. With one bundle the bundle is shared, and each member carries its hash's part only. With
    links to several devices above, only the block is shared.
    """
    uplinks = hierarchy.uplinks.get(device, ())
    above = sorted({uplink.above for uplink in uplinks})
    bundles = {uplink.bundle for uplink in uplinks}
    bundle = next(iter(bundles)) if len(bundles) == 1 else None
    return WayUp(
        uplink=f"{device}:{uplinks[0].interface}" if len(uplinks) == 1 else "",
        uplink_bundle=f"{device}:{bundle}" if bundle is not None else "",
        distribution=above[0] if len(above) == 1 else "",
        block="+".join(hierarchy.above.get(device, ())),
    )


def bundle_members(hierarchy: Hierarchy) -> Mapping[str, tuple[Uplink, ...]]:
    """Members of each bundle of several uplinks, by the bundle's id."""
    found: dict[str, tuple[Uplink, ...]] = {}
    for device, uplinks in hierarchy.uplinks.items():
        for bundle in {uplink.bundle for uplink in uplinks if uplink.bundle is not None}:
            members = tuple(uplink for uplink in uplinks if uplink.bundle == bundle)
            if len(members) > 1:
                found[f"{device}:{bundle}"] = members
    return found


def exposures(
    placements: Sequence[Placement],
    devices: Mapping[str, DeviceFacts],
    chassis: Mapping[str, Chassis],
    hierarchy: Hierarchy,
    *,
    software: Mapping[str, str],
    device_groups: Mapping[str, Mapping[str, str]],
) -> dict[str, Row]:
    """Component ids by kind for each phone.

    Args:
        placements: of all phones; an unplaced one is exposed only to its model and firmware.
        devices: newest facts by name.
        chassis: by device name.
        hierarchy: ways up.
        software: firmware by phone.
        device_groups: further groups of a device's phones (site, power...), by device name.
    """
    ways = {device: way_up(device, hierarchy) for device in devices}
    asics = {(name, port.name): port.asic for name, facts in devices.items() for port in facts.tables.asics}
    domains = {device: _vlan_domain(device, facts, ways[device]) for device, facts in devices.items()}
    rows: dict[str, Row] = {}
    for placement in placements:
        row = {"model": placement.platform, "firmware": software.get(str(placement.phone), "")}
        if placement.state is not PlacementState.UNPLACED and placement.device in devices:
            row |= _placed(placement, chassis[placement.device], asics, ways[placement.device])
            row["vlan"] = f"{placement.vlan}@{domains[placement.device]}" if placement.vlan is not None else ""
            row |= device_groups.get(placement.device, {})
        rows[str(placement.phone)] = {kind: id_ for kind, id_ in row.items() if id_}
    return rows


def _placed(placement: Placement, chassis: Chassis, asics: Mapping[tuple[str, InterfaceName], int], way: WayUp) -> Row:
    device, interface = placement.device, placement.interface
    row = {
        "switch": device,
        "module": placement.module,
        "uplink": way.uplink,
        "uplink_bundle": way.uplink_bundle,
        "distribution": way.distribution,
        "block": way.block,
    }
    if interface is None:
        return row
    row["port"] = f"{device}:{interface}"
    location = chassis.locate(interface)
    if chassis.kind is ChassisClass.VIRTUAL_PAIR and location.chassis is not None:
        row["chassis"] = f"{device}/{location.chassis}"
    asic = asics.get((device, interface))
    if asic is not None:
        row["asic"] = f"{placement.module or device}/{asic}"
    return row


def _vlan_domain(device: str, facts: DeviceFacts, way: WayUp) -> str:
    """The extent of a VLAN: the block, else the root bridge, else the device."""
    if way.block:
        return way.block
    root = next((port.root for port in facts.tables.spanning_tree if port.root is not None), None)
    return root.colons if root is not None else device
