"""Which way is up: the graph of devices and active links, levels from the core, and each device's way out.

Nodes are device names, edges the active links (several links between two devices are one edge that holds them all).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import networkx as nx

from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Link
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts


@dataclass(frozen=True, slots=True)
class Uplink:
    """One active link of a device towards the core: its own end, the bundle there, and the device above."""

    interface: InterfaceName
    bundle: InterfaceName | None
    above: str


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Levels and ways up.

    Attributes:
        level: links to the core; devices without a way to it are missing.
        uplinks: active links upwards by device, sorted.
        above: all devices one level up, blocked links included, by device, sorted.
        assumption: how the core was found; empty if it was given.
    """

    level: Mapping[str, int]
    uplinks: Mapping[str, tuple[Uplink, ...]]
    above: Mapping[str, tuple[str, ...]]
    cores: tuple[str, ...]
    assumption: str = ""


def find_hierarchy(
    devices: Mapping[str, DeviceFacts], links: Sequence[Link], *, cores: Sequence[str] = (), call_servers: Sequence[str] = ()
) -> Hierarchy:
    """Levels by distance from the core over active links."""
    graph: nx.Graph[str] = nx.Graph()
    graph.add_nodes_from(sorted(devices))
    graph.add_edges_from((link.a, link.b) for link in links if link.active)
    tops, assumption = _find_cores(devices, links, graph, cores, call_servers)
    level = {name: int(distance) for name, distance in nx.multi_source_dijkstra_path_length(graph, set(tops)).items()} if tops else {}
    uplinks: dict[str, list[Uplink]] = {}
    above: dict[str, set[str]] = {}
    for link in links:
        for own, other, interface, bundle in (
            (link.a, link.b, link.a_interface, link.bundle_a),
            (link.b, link.a, link.b_interface, link.bundle_b),
        ):
            if level.get(other, 1 << 30) != level.get(own, -1) - 1:
                continue
            above.setdefault(own, set()).add(other)
            if link.active and interface is not None:
                uplinks.setdefault(own, []).append(Uplink(interface, bundle, other))
    return Hierarchy(
        level=level,
        uplinks={name: tuple(sorted(set(found), key=lambda uplink: uplink.interface.sort_key)) for name, found in uplinks.items()},
        above={name: tuple(sorted(found)) for name, found in above.items()},
        cores=tuple(tops),
        assumption=assumption,
    )


def _find_cores(
    devices: Mapping[str, DeviceFacts], links: Sequence[Link], graph: nx.Graph[str], cores: Sequence[str], call_servers: Sequence[str]
) -> tuple[list[str], str]:
    given = sorted(node for node in graph if device_key(node) in {device_key(core) for core in cores})
    if given:
        return given, ""
    holders = sorted(name for name, facts in devices.items() if any(entry.address in call_servers for entry in facts.tables.arp))
    if holders and call_servers:
        best = _most_linked(holders, links)
        return best, f"{_listed(best)} taken as the core: the call server is in the ARP table there (--core names another)"
    roots = Counter(name for name, facts in devices.items() for port in facts.tables.spanning_tree if port.is_root_bridge)
    if roots:
        best = sorted(name for name, count in roots.items() if count * 3 >= max(roots.values()))
        return best, f"{_listed(best)} taken as the core: spanning-tree root (--core names another)"
    if not links:
        return [], ""
    best = _most_linked(sorted(graph), links)
    return best, f"{_listed(best)} taken as the core: most links end there (--core names another)"


def _most_linked(names: Sequence[str], links: Sequence[Link]) -> list[str]:
    ends = Counter(end for link in links for end in {link.a, link.b})
    return sorted(name for name in names if ends[name] == max(ends[other] for other in names))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names)} {'are' if len(names) > 1 else 'is'}"
