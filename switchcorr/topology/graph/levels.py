"""Which way is up: the graph of devices and active links, levels from the core, each device's way out, and what dominates it.

What one end of a bundle leads up to, all its members do.

Nodes are device names, edges the active links (several links between two devices are one edge). A device *dominates* another
if every active way of the other to the core leads through it: when it fails, both are cut off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from switchcorr.model.campus import Link
from switchcorr.model.interfaces import InterfaceName
from switchcorr.topology.graph.ports import NO_PORTS, Ports

_ROOT = ""
"""Above all cores; no device has this name."""


@dataclass(frozen=True, slots=True)
class Uplink:
    """One active link of a device towards the core: its own end, the bundle there, the device above, and instances that do not pass."""

    interface: InterfaceName
    bundle: InterfaceName | None
    above: str
    blocked_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Levels and ways up.

    Attributes:
        level: links to the core; devices without a way to it are missing.
        uplinks: active links upwards by device, sorted.
        above: all devices one level up, blocked links included, by device, sorted.
        below: how many devices are one level down.
        dominators: devices on every active way to the core, nearest first, without the device itself.
    """

    level: Mapping[str, int]
    uplinks: Mapping[str, tuple[Uplink, ...]]
    above: Mapping[str, tuple[str, ...]]
    below: Mapping[str, int]
    dominators: Mapping[str, tuple[str, ...]]
    cores: tuple[str, ...]


def active_graph(devices: Sequence[str], links: Sequence[Link]) -> nx.Graph[str]:
    """Devices and the links that carry traffic."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(devices))
    graph.add_edges_from((link.a, link.b) for link in links if link.active)
    return graph


def levels(graph: nx.Graph[str], cores: Sequence[str]) -> dict[str, int]:
    """Links to the nearest core, of all devices that have a way to one."""
    return {name: int(far) for name, far in nx.multi_source_dijkstra_path_length(graph, set(cores)).items()} if cores else {}


def find_hierarchy(graph: nx.Graph[str], links: Sequence[Link], ports: Mapping[str, Ports], cores: Sequence[str]) -> Hierarchy:
    """Levels by distance from the cores over active links.

    Args:
        graph: as ``active_graph`` gives it.
        links: all links, blocked ones included.
        ports: of each device, for the members of bundles.
        cores: devices of level 0.
    """
    level = levels(graph, cores)
    rising = {
        (own, bundle)
        for link in links
        for own, other, _, bundle in _ends(link)
        if own in level and level.get(other) == level[own] - 1 and bundle
    }
    uplinks: dict[str, set[Uplink]] = defaultdict(set)
    above: dict[str, set[str]] = defaultdict(set)
    below: dict[str, set[str]] = defaultdict(set)
    for link in links:
        for own, other, interface, bundle in _ends(link):
            if own not in level or (level.get(other) != level[own] - 1 and (own, bundle) not in rising):
                continue
            above[own].add(other)
            below[other].add(own)
            if link.active and interface is not None:
                members = ports.get(own, NO_PORTS).members.get(interface) or (interface,)
                uplinks[own] |= {Uplink(member, bundle, other, link.blocked_in) for member in members}
    return Hierarchy(
        level=level,
        uplinks={
            name: tuple(sorted(found, key=lambda uplink: (uplink.interface.sort_key, uplink.above))) for name, found in uplinks.items()
        },
        above={name: tuple(sorted(found)) for name, found in above.items()},
        below={name: len(found) for name, found in below.items()},
        dominators=_dominators(graph, cores),
        cores=tuple(cores),
    )


def _ends(link: Link) -> Iterator[tuple[str, str, InterfaceName | None, InterfaceName | None]]:
    yield link.a, link.b, link.a_interface, link.bundle_a
    yield link.b, link.a, link.b_interface, link.bundle_b


def _dominators(graph: nx.Graph[str], cores: Sequence[str]) -> dict[str, tuple[str, ...]]:
    if not cores:
        return {}
    directed = graph.to_directed()
    directed.add_edges_from((_ROOT, core) for core in cores)
    nearest: dict[str, str] = nx.immediate_dominators(directed, _ROOT)
    found: dict[str, tuple[str, ...]] = {}
    for name in graph.nodes & nearest.keys():
        chain, node = [], name
        while nearest[node] != _ROOT:
            node = nearest[node]
            chain.append(node)
        found[name] = tuple(chain)
    return found
