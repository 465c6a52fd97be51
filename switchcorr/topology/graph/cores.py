"""Which devices are the core: given by the user, else where a call server is attached, else where distribution blocks meet, else roots
of spanning tree, else most links.

Every part of the network that no link joins to the others has a core of its own. A spanning tree that leads to no other device, and
one whose roots are most of its switches (each is the root of its own VLANs, as where access switches route), says nothing of the way up.
Where each distribution block has roots of its own, the trees end below a routed core.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass

import networkx as nx

from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Link
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.ports import NO_PORTS, Ports

_LEAST_ROOT_SHARE = 3
"""A root of fewer than a third of the instances of the greatest root is no core: an odd VLAN's root. Assumed."""


@dataclass(frozen=True, slots=True)
class _Scene:
    """What the choice rests on.

    Attributes:
        phones: by device: of two equal devices the one without phones is up.
        ends: ends of links at each device.
        known: those of them whose other end was read: many small switches that nobody read make no core.
    """

    devices: Mapping[str, DeviceFacts]
    links: Sequence[Link]
    ports: Mapping[str, Ports]
    trunks: Mapping[str, frozenset[InterfaceName]]
    phones: Mapping[str, int]
    ends: Mapping[str, int]
    known: Mapping[str, int]
    call_servers: Set[str]
    given: Set[str]


def find_cores(
    graph: nx.Graph[str],
    devices: Mapping[str, DeviceFacts],
    links: Sequence[Link],
    ports: Mapping[str, Ports],
    trunks: Mapping[str, frozenset[InterfaceName]],
    *,
    phones: Mapping[str, int],
    cores: Sequence[str] = (),
    call_servers: Sequence[str] = (),
) -> tuple[tuple[str, ...], str]:
    """The cores, sorted, and a sentence that says how they were found; it is empty where the user named all of them."""
    scene = _Scene(
        devices, links, ports, trunks,
        phones=phones,
        ends=Counter(end for link in links for end in (link.a, link.b)),
        known=Counter(own for link in links for own, other in ((link.a, link.b), (link.b, link.a)) if other in devices),
        call_servers=frozenset(call_servers), given=frozenset(map(device_key, cores)),
    )  # fmt: skip
    found: set[str] = set()
    because: dict[str, list[str]] = defaultdict(list)
    for part in nx.connected_components(graph):
        if len(part) > 1 or device_key(next(iter(part))) in scene.given:
            names, reason = _cores_of(part, scene)
            found.update(names)
            because[reason] += names
    told = [f"{_listed(sorted(names))} taken as the core: {why}" for why, names in sorted(because.items()) if why]
    return tuple(sorted(found)), f"{'; '.join(told)} (--core names another)" if told else ""


def _cores_of(part: Set[str], scene: _Scene) -> tuple[list[str], str]:
    given = [name for name in part if device_key(name) in scene.given]
    if given:
        return given, ""
    holders = _holders(part, scene)
    if holders:
        return holders, "a call server is attached or resolved there"
    roots = _roots(part, scene)
    meeting = _between_blocks(part, scene)
    if meeting and not _is_in_tree(meeting, roots, scene):
        return meeting, "distribution blocks meet there"
    if roots:
        return roots, "spanning-tree root"
    return _most_linked(part, scene), "most links end there"


def _between_blocks(part: Set[str], scene: _Scene) -> list[str]:
    """Where blocks of distribution switches (no phones, switches with phones beside them) meet that no link of their own joins.

    Of those between the blocks the ones with few links to them (half of the most or less) are a router or a server switch beside the core.
    """
    beside: nx.Graph[str] = nx.Graph()
    beside.add_edges_from((link.a, link.b) for link in scene.links if link.a in part and link.b in part)
    edge = {name for name in beside if scene.phones.get(name, 0)}
    distribution = {other for name in edge for other in beside[name]} - edge
    blocks = list(nx.connected_components(beside.subgraph(distribution)))
    between = {name: distribution & set(beside[name]) for name in sorted(beside.nodes - edge - distribution)}
    meeting = {name: len(own) for name, own in between.items() if sum(1 for block in blocks if block & own) > 1}
    return [name for name, count in meeting.items() if count * 2 > max(meeting.values())]


def _is_in_tree(meeting: Sequence[str], roots: Sequence[str], scene: _Scene) -> bool:
    """Whether a tree leads from its root through a device between the blocks, so that the root tells the way up there too."""
    for link in scene.links:
        for own, other, ends in ((link.a, link.b, {link.a_interface, link.bundle_a}), (link.b, link.a, {link.b_interface, link.bundle_b})):
            rows = scene.devices[own].tables.spanning_tree if own in roots and own in scene.devices and other in meeting else ()
            if any(row.name in ends for row in rows):
                return True
    return not set(meeting).isdisjoint(roots)


def _holders(part: Set[str], scene: _Scene) -> list[str]:
    """Where a call server's address is learned on an edge interface, else in whose ARP table it stands."""
    read = [scene.devices[name] for name in sorted(part & scene.devices.keys())]
    if not scene.call_servers:
        return []
    arp = {entry.mac for facts in scene.devices.values() for entry in facts.tables.arp if entry.address in scene.call_servers}
    attached = [
        facts.device
        for facts in read
        if any(entry.mac in arp and _is_edge(facts.device, entry.interface, scene) for entry in facts.tables.mac)
    ]
    resolving = [facts.device for facts in read if any(entry.address in scene.call_servers for entry in facts.tables.arp)]
    return attached or (_most_linked(resolving, scene) if resolving else [])


def _is_edge(device: str, interface: InterfaceName, scene: _Scene) -> bool:
    bundle = scene.ports.get(device, NO_PORTS).bundle.get(interface, interface)
    return scene.trunks.get(device, frozenset()).isdisjoint((interface, bundle))


def _roots(part: Set[str], scene: _Scene) -> list[str]:
    """Roots of many instances that lead to other devices; a root that was not read is where root ports lead and none leads on."""
    instances: Counter[str] = Counter()
    for name in part & scene.devices.keys():
        trunks = scene.trunks.get(name, frozenset())
        led = (port for port in scene.devices[name].tables.spanning_tree if port.name in trunks or port.name.is_lag)
        instances[name] = len({port.instance for port in led if port.is_root_bridge})
    best = [name for name, count in instances.items() if count * _LEAST_ROOT_SHARE >= max(instances.values()) > 0]
    if best and len(best) * 2 <= len(part):
        return best
    if best:
        return []
    pointed: Counter[str] = Counter()
    for link in scene.links:
        for own, interface, other in ((link.a, link.a_interface, link.b), (link.b, link.b_interface, link.a)):
            if own in part and other not in scene.devices and scene.ports.get(own, NO_PORTS).is_root_port(interface):
                pointed[other] += 1
    return [name for name, count in pointed.items() if count == max(pointed.values())]


def _most_linked(names: Iterable[str], scene: _Scene) -> list[str]:
    """Where most links end that come from devices that were read; of several, those with the fewest phones.

    Switches with phones are left out where others join at least half as many switches: a daisy chain gives its top switch many links.

    Of those at one switch each, nothing tells a core that nobody read from a small switch below: one that was read goes before, or else
    all links count.
    """
    joined: dict[str, set[str]] = {name: set() for name in names}
    for link in scene.links:
        for own, other in ((link.a, link.b), (link.b, link.a)):
            joined.get(own, set()).update({other} & scene.devices.keys())
    most = max(map(len, joined.values()))
    above = [name for name, others in joined.items() if len(others) > 1 and len(others) * 2 >= most and not scene.phones.get(name, 0)]
    names = sorted(above or joined)
    best = _most(names, scene.known)
    if len(best) > 1 and scene.known[best[0]] == 1:
        best = [name for name in best if name in scene.devices] or _most(names, scene.ends)
    fewest = min(scene.phones.get(name, 0) for name in best)
    return [name for name in best if scene.phones.get(name, 0) == fewest]


def _most(names: Sequence[str], counts: Mapping[str, int]) -> list[str]:
    most = max(counts.get(name, 0) for name in names)
    return [name for name in names if counts.get(name, 0) == most]


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'are' if len(names) > 1 else 'is'}"
