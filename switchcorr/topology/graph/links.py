"""Links between devices, each with the evidence it rests on, in falling order of trust.

Phases: neighbors that both ends name; neighbors that one end names; members of a bundle whose other members have a neighbor;
then, for ports still without one, MAC tables. A port whose several neighbors are switches is an unmanaged switch's: its links
are kept with the conflict in words.
Invariants: a phone is never a device here; a port is an uplink because of its neighbor, never because of its number of MACs; an
interface has at most one link to the same device. A cable in a management port is no link.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Link, LinkEvidence
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.mac_links import MacView, links_by_mac
from switchcorr.topology.graph.names import Names
from switchcorr.topology.graph.namesakes import device_meant, remote_port
from switchcorr.topology.graph.neighbors import NeighborKind, is_catalyst, kind_of
from switchcorr.topology.graph.ports import NO_PORTS, Ports
from switchcorr.topology.management import is_management

_End = tuple[str, InterfaceName]


@dataclass(frozen=True, slots=True)
class _Seen:
    """One end's word: this interface sees that device at that port."""

    device: str
    interface: InterfaceName
    remote: str
    remote_interface: InterfaceName | None


def find_links(
    devices: Mapping[str, DeviceFacts],
    names: Names,
    ports: Mapping[str, Ports],
    *,
    views: Mapping[str, MacView] | None = None,
    cores: Sequence[str] = (),
) -> tuple[Link, ...]:
    """All links, sorted; a device that was only named is a link's end under its own name.

    Args:
        devices: newest facts by name.
        names: spellings of the devices.
        ports: bundles and spanning tree of each device.
        views: what the MAC tables show of other devices.
        cores: names given as cores: a router among them is a device.
    """
    seen, beside = _seen(devices, names, ports, {device_key(core) for core in cores})
    found = list(_neighbor_links(seen, ports))
    found += _bundle_links(found, ports)
    taken = beside | {end for link in found for end in _ends(link, ports)}
    joined = {frozenset((link.a, link.b)) for link in found}
    for a, b in links_by_mac(views or {}, taken, joined):
        found.append(make_link(a, b, LinkEvidence.MAC_TABLE, ports))
    return tuple(sorted(found, key=lambda link: (link.a, link.b, _key(link.a_interface), _key(link.b_interface))))


def make_link(
    a: tuple[str, InterfaceName | None],
    b: tuple[str, InterfaceName | None],
    evidence: LinkEvidence,
    ports: Mapping[str, Ports],
    *,
    conflicts: tuple[str, ...] = (),
) -> Link:
    """A link with its ends in order, its bundles and what spanning tree makes of it."""
    (a_name, a_interface), (b_name, b_interface) = sorted((a, b), key=lambda end: (end[0], _key(end[1])))
    a_ports, b_ports = ports.get(a_name, NO_PORTS), ports.get(b_name, NO_PORTS)
    (a_blocked, a_shut), (b_blocked, b_shut) = a_ports.blocked_in(a_interface), b_ports.blocked_in(b_interface)
    return Link(
        a=a_name, b=b_name, a_interface=a_interface, b_interface=b_interface, evidence=evidence,
        bundle_a=a_ports.bundle.get(a_interface) if a_interface else None,
        bundle_b=b_ports.bundle.get(b_interface) if b_interface else None,
        active=not (a_shut or b_shut), blocked_in=tuple(sorted(a_blocked | b_blocked)), conflicts=conflicts,
    )  # fmt: skip


def _key(interface: InterfaceName | None) -> tuple[str, tuple[int, ...]]:
    return interface.sort_key if interface is not None else ("", ())


def _seen(
    devices: Mapping[str, DeviceFacts], names: Names, ports: Mapping[str, Ports], cores: set[str]
) -> tuple[dict[_Seen, None], set[_End]]:
    """What all ends say, each thing once, CDP before LLDP as the tables have it; and the ends of cables in management ports."""
    found: dict[_Seen, None] = {}
    beside: set[_End] = set()
    for facts in devices.values():
        own = list(_seen_by(facts, devices, names, ports, beside))
        switches = [item for kind, item in own if kind is NeighborKind.SWITCH]
        keep = {NeighborKind.SWITCH} if switches else {NeighborKind.SWITCH, NeighborKind.ROUTER}
        found.update((item, None) for kind, item in own if kind in keep or item.remote in cores)
    return found, beside


def _seen_by(
    facts: DeviceFacts, devices: Mapping[str, DeviceFacts], names: Names, ports: Mapping[str, Ports], beside: set[_End]
) -> Iterator[tuple[NeighborKind, _Seen]]:
    """Neighbors of one device that pass traffic on; a device that was read counts as a switch whatever it says of itself."""
    named = {neighbor.local for neighbor in facts.tables.neighbors if neighbor.name}
    for neighbor in facts.tables.neighbors:
        kind = kind_of(neighbor)
        if kind is NeighborKind.PHONE or (not neighbor.name and neighbor.local in named):
            continue
        remote = device_meant(facts, neighbor, devices, names)
        if remote == facts.device or (not remote and kind is NeighborKind.END_SYSTEM):
            continue
        unread = "" if remote else names.of_unread(neighbor, facts.device, neighbor.local)
        item = _Seen(facts.device, neighbor.local, remote or unread, remote_port(neighbor))
        if _is_beside(item, ports, catalyst=is_catalyst(neighbor)):
            beside.add((item.device, item.interface))
            beside |= {(remote, item.remote_interface)} if item.remote_interface is not None else set()
            continue
        yield NeighborKind.SWITCH if remote else kind, item


def _is_beside(item: _Seen, ports: Mapping[str, Ports], *, catalyst: bool) -> bool:
    """Whether a cable is in a management port at either end."""
    if item.interface in ports.get(item.device, NO_PORTS).management:
        return True
    port = item.remote_interface
    return port is not None and (port in ports.get(item.remote, NO_PORTS).management or is_management(port, catalyst=catalyst))


def _neighbor_links(seen: Iterable[_Seen], ports: Mapping[str, Ports]) -> Iterator[Link]:
    told: dict[tuple[str, InterfaceName, str], list[InterfaceName | None]] = defaultdict(list)
    crowd: dict[_End, set[str]] = defaultdict(set)
    towards: dict[tuple[str, str], set[InterfaceName]] = defaultdict(set)
    for item in seen:
        told[item.device, item.interface, item.remote].append(item.remote_interface)
        crowd[item.device, item.interface].add(item.remote)
        towards[item.device, item.remote].add(item.interface)
    done: set[frozenset[tuple[str, InterfaceName | None]]] = set()
    for (device, interface, remote), remote_ports in told.items():
        mirror = _mirror(device, interface, remote, told, towards)
        port = mirror or next(filter(None, remote_ports), None)
        ends = frozenset(((device, interface), (remote, port)))
        if ends in done:
            continue
        done.add(ends)
        evidence = LinkEvidence.MUTUAL_NEIGHBORS if mirror else LinkEvidence.ONE_SIDED_NEIGHBOR
        conflicts = [*_conflicts((device, interface), remote, crowd)]
        if port is not None:
            conflicts += _conflicts((remote, port), device, crowd)
        yield make_link((device, interface), (remote, port), evidence, ports, conflicts=tuple(conflicts))


def _mirror(
    device: str,
    interface: InterfaceName,
    remote: str,
    told: Mapping[tuple[str, InterfaceName, str], Sequence[InterfaceName | None]],
    towards: Mapping[tuple[str, str], set[InterfaceName]],
) -> InterfaceName | None:
    """The one interface of the other end that says the same from its side; None if none does, or several may."""
    own = set(filter(None, told[device, interface, remote]))
    fitting = []
    for port in towards.get((remote, device), ()):
        theirs = set(filter(None, told[remote, port, device]))
        if (not own or port in own) and (not theirs or interface in theirs):
            fitting.append(port)
    return fitting[0] if len(fitting) == 1 else None


def _conflicts(end: _End, remote: str, crowd: Mapping[_End, set[str]]) -> Iterator[str]:
    others = crowd.get(end, set()) - {remote}
    if others:
        yield f"{end[0]} {end[1]} also sees {', '.join(sorted(others))}"


def _bundle_links(links: Sequence[Link], ports: Mapping[str, Ports]) -> Iterator[Link]:
    """Links of those members of a bundle that have no neighbor, where all others lead to one device.

    The members of a bundle over two switches (vPC, multi-chassis) lead to either: nothing tells which.
    """
    remotes: dict[_End, set[tuple[str, InterfaceName | None]]] = defaultdict(set)
    linked: set[_End] = set()
    for link in links:
        a, b = (link.a, link.a_interface, link.bundle_a), (link.b, link.b_interface, link.bundle_b)
        for (device, interface, bundle), (other, _, other_bundle) in ((a, b), (b, a)):
            if interface is not None:
                linked.add((device, interface))
            if bundle is not None:
                remotes[device, bundle].add((other, other_bundle))
    for (device, bundle), others in sorted(remotes.items(), key=lambda item: (item[0][0], item[0][1].sort_key)):
        other, other_bundle = sorted(others, key=lambda end: (end[0], end[1] or ""))[-1]
        if len({name for name, _ in others}) > 1 or (device, bundle) in linked:
            continue
        own = _free(device, bundle, linked, ports)
        theirs = _free(other, other_bundle, linked, ports) if other_bundle is not None else []
        for place, interface in enumerate(own):
            port = theirs[place] if len(own) == len(theirs) else None
            linked |= {(device, interface)} | ({(other, port)} if port is not None else set())
            unsure = (f"which member of {device} {bundle} ends where is not known",) if len(own) > 1 else ()
            yield make_link((device, interface), (other, port), LinkEvidence.LAG, ports, conflicts=unsure)


def _free(device: str, bundle: InterfaceName, linked: set[_End], ports: Mapping[str, Ports]) -> list[InterfaceName]:
    members = ports.get(device, NO_PORTS).members.get(bundle, ())
    return [member for member in members if (device, member) not in linked]


def _ends(link: Link, ports: Mapping[str, Ports]) -> Iterator[_End]:
    """Interfaces whose neighbor a link tells: its ends, their bundles, and all members of these."""
    for device, interface, bundle in ((link.a, link.a_interface, link.bundle_a), (link.b, link.b_interface, link.bundle_b)):
        members = ports.get(device, NO_PORTS).members.get(bundle, ()) if bundle is not None else ()
        yield from ((device, name) for name in (interface, bundle, *members) if name is not None)


def trunks_of(links: Iterable[Link], ports: Mapping[str, Ports]) -> dict[str, frozenset[InterfaceName]]:
    """Interfaces of each device behind which another switch is, with their bundles and all members of these."""
    found: dict[str, set[InterfaceName]] = defaultdict(set)
    for link in links:
        for device, interface in _ends(link, ports):
            found[device].add(interface)
    return {device: frozenset(interfaces) for device, interfaces in found.items()}
