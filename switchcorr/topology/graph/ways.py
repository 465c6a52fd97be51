"""What phones of one device and VLAN share on their way to the core.

A device hangs from a *daisy chain* where switches with phones of their own hang below another such switch. Phones below share the
upper switch and all that it shares: so the distribution and the block of a chained switch are those above the whole chain, and
the chain itself is a component, with the phones of its top switch in it.

Where some phones hang two levels and more below the core, all phones share a *core* above their distribution switches: the devices of
level 0 that their ways lead to. Where all hang from the core itself, it is their distribution switch and no component beside it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from switchcorr.model.campus import Component, HashedComponent
from switchcorr.topology.graph.levels import Hierarchy, Uplink

CHAIN_BELOW = 2
"""A switch with phones and more switches than this below it is a distribution switch that has phones too. Assumed."""


@dataclass(frozen=True, slots=True)
class WayUp:
    """Ids of the shared parts; an id is empty where nothing is shared by all.

    Attributes:
        uplinks: the links in use, several where they are a bundle or share the load.
        core: the device or devices of level 0 above, if any phones have a distribution switch below them.
        chain: switches with phones that have others with phones below, from the top down, the device itself included.
    """

    uplink: str = ""
    uplink_bundle: str = ""
    distribution: str = ""
    block: str = ""
    core: str = ""
    uplinks: tuple[Uplink, ...] = ()
    chain: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ways:
    """Ways up of all devices, each worked out once.

    Attributes:
        phones: phones placed at each device.
        instances: the instance of spanning tree that a VLAN is in, by device and VLAN, where that has not its number.
        deep: devices of level 0 with phones two levels and more below.
        parents: devices that share fabric extenders: distribution switches, whatever phones they have of their own.
    """

    hierarchy: Hierarchy
    phones: Mapping[str, int]
    chained: frozenset[str]
    instances: Mapping[tuple[str, int], str] = field(default_factory=dict)
    deep: frozenset[str] = frozenset()
    parents: Set[str] = frozenset()
    _known: dict[tuple[str, int | None], WayUp] = field(default_factory=dict)

    def of(self, device: str, vlan: int | None = None) -> WayUp:
        """The way of a device's phones in a VLAN: links that spanning tree blocks for that VLAN do not count."""
        key = device, vlan
        if key not in self._known:
            self._known[key] = self._found(device, vlan)
        return self._known[key]

    def instance(self, device: str, vlan: int) -> str:
        """The instance of spanning tree that a VLAN of a device is in."""
        return self.instances.get((device, vlan), str(vlan))

    def _found(self, device: str, vlan: int | None) -> WayUp:
        uplinks = self.hierarchy.uplinks.get(device, ())
        carrying = tuple(uplink for uplink in uplinks if vlan is None or self.instance(device, vlan) not in uplink.blocked_in) or uplinks
        bundles = {uplink.bundle for uplink in carrying}
        bundle = next(iter(bundles)) if len(bundles) == 1 else None
        interfaces = {uplink.interface for uplink in carrying}
        tops = self._climbed({uplink.above for uplink in carrying}, active=True)
        lines = [*reversed(self.hierarchy.dominators.get(device, ())), device]
        return WayUp(
            uplink=f"{device}:{carrying[0].interface}" if len(interfaces) == 1 else "",
            uplink_bundle=f"{device}:{bundle}" if bundle is not None else "",
            distribution=tops[0] if len(tops) == 1 else "",
            block="+".join(self._climbed(set(self.hierarchy.above.get(device, ())), active=False)),
            core="+".join(sorted(self._cores(device))),
            uplinks=carrying,
            chain=tuple(name for name in lines if name in self.chained),
        )

    def _climbed(self, names: set[str], *, active: bool) -> list[str]:
        """The devices above, with chained access switches replaced by what is above them."""
        found: set[str] = set()
        waiting, done = sorted(names), set(names)
        while waiting:
            name = waiting.pop()
            above = self._above(name, active=active) if self._is_link_of_chain(name) else set()
            found |= set() if above else {name}
            waiting += sorted(above - done)
            done |= above
        return sorted(found)

    def _cores(self, device: str) -> set[str]:
        """The devices of level 0 above one, itself if it is of level 0; none in a part of the network without phones two levels below."""
        waiting, done = [device], {device}
        while waiting:
            above = set(self.hierarchy.above.get(waiting.pop(), ())) - done
            waiting += above
            done |= above
        found = {name for name in done if self.hierarchy.level.get(name) == 0}
        return found if found & self.deep else set()

    def _is_link_of_chain(self, name: str) -> bool:
        return name not in self.parents and self.phones.get(name, 0) > 0 and self.hierarchy.below.get(name, 0) <= CHAIN_BELOW

    def _above(self, name: str, *, active: bool) -> set[str]:
        if active:
            return {uplink.above for uplink in self.hierarchy.uplinks.get(name, ())}
        return set(self.hierarchy.above.get(name, ()))


def ways_of(
    hierarchy: Hierarchy,
    phones: Mapping[str, int],
    instances: Mapping[tuple[str, int], str] | None = None,
    *,
    parents: Set[str] = frozenset(),
) -> Ways:
    """Ways up.

    Args:
        hierarchy: levels and uplinks.
        phones: how many are placed at each device.
        instances: those of VLANs that have not their number.
        parents: devices that share fabric extenders.
    """
    known = instances or {}
    chained = {name for device, count in phones.items() if count for name in hierarchy.dominators.get(device, ()) if phones.get(name, 0)}
    ways = Ways(
        hierarchy, phones, frozenset(chained), known, frozenset(name for name, level in hierarchy.level.items() if level == 0), parents
    )
    below = [device for device, count in phones.items() if count and hierarchy.level.get(device, 0) > 1 and ways.of(device).block]
    deep = {name for device in below if (way := ways.of(device)).core != way.block for name in way.core.split("+")}
    return Ways(hierarchy, phones, frozenset(chained), known, frozenset(deep), parents)


def hashed_components(ways: Mapping[str, WayUp]) -> tuple[HashedComponent, ...]:
    """Parts that carry only a share of each phone's traffic, each once, sorted.

    Members of a bundle carry a share of the bundle's phones, links that share the load without a bundle (equal routes) one of the
    switch's, the switches above of which each carries a share one of the block's; a switch that stands in several blocks is left out.

    Args:
        ways: of each device with phones, in the VLAN of most of them.
    """
    found: set[HashedComponent] = set()
    blocks: dict[str, set[tuple[Component, int]]] = defaultdict(set)
    for device, way in ways.items():
        interfaces = {uplink.interface for uplink in way.uplinks}
        above = sorted({uplink.above for uplink in way.uplinks})
        if len(interfaces) < 2:
            continue
        group = Component("uplink_bundle", way.uplink_bundle) if way.uplink_bundle else Component("switch", device)
        found |= {HashedComponent(Component("uplink", f"{device}:{name}"), group, len(interfaces)) for name in interfaces}
        if way.block == "+".join(above):
            for name in above[1:] and above:
                blocks[name].add((Component("block", way.block), len(above)))
    for name, own in blocks.items():
        if len(own) == 1:
            block, switches = own.pop()
            found.add(HashedComponent(Component("distribution", name), block, switches))
    return tuple(sorted(found, key=lambda item: (item.component, item.bundle)))
