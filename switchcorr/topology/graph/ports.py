"""What is known of a device's interfaces besides their neighbors: bundles, spanning tree, management, trunks, and how many phones hang there."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import DeviceTables
from switchcorr.topology.graph.neighbors import is_phone
from switchcorr.topology.management import management_ports


@dataclass(frozen=True, slots=True)
class Ports:
    """One device's interfaces.

    Attributes:
        bundle: of each member interface, and of the bundle itself.
        members: interfaces that carry a bundle's traffic, in order of the panel.
        states: state by instance, of each interface and bundle.
        root_ports: interfaces and bundles that are the root port of some instance.
        management: interfaces that forward nothing.
    """

    bundle: Mapping[InterfaceName, InterfaceName]
    members: Mapping[InterfaceName, tuple[InterfaceName, ...]]
    states: Mapping[InterfaceName, Mapping[str, str]]
    root_ports: frozenset[InterfaceName]
    management: frozenset[InterfaceName] = frozenset()

    def blocked_in(self, interface: InterfaceName | None) -> tuple[frozenset[str], bool]:
        """Instances that an interface or its bundle does not forward, and whether it forwards none; without a word of it, it forwards."""
        if interface is None:
            return frozenset(), False
        states = self.states.get(interface) or self.states.get(self.bundle.get(interface, interface), {})
        blocked = frozenset(instance for instance, state in states.items() if state != "fwd")
        return blocked, bool(states) and len(blocked) == len(states)

    def is_root_port(self, interface: InterfaceName | None) -> bool:
        """Whether an interface or its bundle leads to a root bridge."""
        return interface is not None and not self.root_ports.isdisjoint((interface, self.bundle.get(interface, interface)))


NO_PORTS = Ports({}, {}, {}, frozenset())
"""Of a device that was not read."""


def ports_of(facts: DeviceFacts) -> Ports:
    """Index of a device's bundles and spanning-tree states."""
    bundle: dict[InterfaceName, InterfaceName] = {}
    members: dict[InterfaceName, tuple[InterfaceName, ...]] = {}
    for lag in facts.tables.lags:
        bundle[lag.name] = lag.name
        bundle.update((member.interface, lag.name) for member in lag.members)
        carrying = (member.interface for member in lag.members if member.bundled)
        members[lag.name] = tuple(sorted(carrying, key=lambda name: name.sort_key))
    states: dict[InterfaceName, dict[str, str]] = {}
    for port in facts.tables.spanning_tree:
        states.setdefault(port.name, {})[port.instance] = port.state
    root_ports = frozenset(port.name for port in facts.tables.spanning_tree if port.role == "root")
    return Ports(bundle, members, states, root_ports, management_ports(facts.tables))


def instances_of(facts: DeviceFacts) -> dict[int, str]:
    """The instance of multiple spanning tree that each VLAN is in, as far as the access ports tell; empty where every VLAN has a tree of its own.

    Such an instance lists the ports of its VLANs, instance 0 all ports: a VLAN is in the one that all its access ports share, and in none
    that another VLAN of the same ports is known to be in. Source: ``show spanning-tree`` of IOS and NX-OS in mode mst.
    """
    listed: dict[InterfaceName, set[str]] = {}
    for row in facts.tables.spanning_tree:
        listed.setdefault(row.name, set()).add(row.instance)
    if not any("0" in instances for instances in listed.values()):
        return {}
    shared: dict[int, set[str]] = {}
    for port in facts.tables.switchports:
        if port.name not in listed or "trunk" in port.mode:
            continue
        own = listed[port.name] - {"0"} or {"0"}
        for vlan in (port.access_vlan, port.voice_vlan):
            if vlan is not None:
                shared[vlan] = shared.get(vlan, own) & own
    sure = {instance for instances in shared.values() if len(instances) == 1 for instance in instances}
    left = {vlan: instances if len(instances) == 1 else instances - sure for vlan, instances in shared.items()}
    return {vlan: next(iter(instances)) for vlan, instances in left.items() if len(instances) == 1}


def trunk_ports(tables: DeviceTables) -> set[InterfaceName]:
    """Interfaces that carry several VLANs, by their mode or by their row in the table of states."""
    by_mode = {port.name for port in tables.switchports if "trunk" in port.mode}
    return by_mode | {row.name for row in tables.status if row.vlan == "trunk"}


def phones_at(facts: DeviceFacts, closed: Set[InterfaceName], macs: Set[MacAddress]) -> int:
    """How many phones hang on a device, by their own records, else by their addresses at interfaces that lead to no switch.

    Args:
        facts: of the device.
        closed: interfaces behind which another switch is.
        macs: of the phones of the log.
    """
    records = sum(map(is_phone, facts.tables.neighbors))
    if records or not macs:
        return records
    shut = closed | trunk_ports(facts.tables)
    return len({row.mac for row in facts.tables.mac if row.mac in macs and row.interface not in shut and row.interface.is_physical})
