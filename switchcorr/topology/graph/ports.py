"""What is known of each interface of a device besides its neighbor: its bundle, what spanning tree makes of it, and whether it is for management only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
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
