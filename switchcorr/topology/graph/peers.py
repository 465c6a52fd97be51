"""Switches that stand beside another one above the same switches: the second of a pair, whose own way up nobody shows or which no tree starts from.

Without a word on it such a switch would count as one beside or below the access switches that hang on it: the second of two core
switches has no tree's root, and what was not read tells no links. Several switches that hang on both tell a pair; one or two may as
well be a ring, so there something else must tell it: the root port of a switch below, or that the two are alike and those below are not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence, Set
from dataclasses import dataclass

import networkx as nx

from switchcorr.model.addresses import device_key
from switchcorr.model.campus import Link
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.levels import levels
from switchcorr.topology.graph.names import Names
from switchcorr.topology.graph.neighbors import NeighborKind, is_catalyst, kind_of, routes
from switchcorr.topology.graph.ports import NO_PORTS, Ports

_LEAST_BELOW = 3
"""Switches that hang on a device and on one above them, from which it is another one above them whatever else is known: in a ring there are two. Assumed."""
_NUMBER = re.compile(r"\d+")
_MODEL = re.compile(r"(?=\S*\d)\S+")
"""What CDP tells as a platform; the words of LLDP's system description are those of many models."""
_LAST_LETTER = re.compile(r"(?<=[\d._-])[a-z]$")


@dataclass(frozen=True, slots=True)
class Looks:
    """What tells switches of one kind from others.

    Attributes:
        edge: devices with phones.
        models: of each device, by its own word or that of its neighbors.
        routing: whether each Catalyst says of itself that it routes.
        rising: pairs of a device and of one that was not read and that a root port of its leads to.
    """

    edge: Set[str]
    models: Mapping[str, str]
    routing: Mapping[str, bool]
    rising: Set[tuple[str, str]]


def looks_of(
    devices: Mapping[str, DeviceFacts], names: Names, links: Sequence[Link], ports: Mapping[str, Ports], *, phones: Mapping[str, int]
) -> Looks:
    """What all tables say of the devices, those that were not read included, and which of them have phones."""
    models: dict[str, str] = {}
    routing: dict[str, bool] = {}
    for name, facts in devices.items():
        own = next((version.model for version in facts.tables.version if version.model), "")
        if own:
            models[name] = own
        for neighbor in facts.tables.neighbors:
            if kind_of(neighbor) is not NeighborKind.SWITCH:
                continue
            other = names.find(neighbor) or names.of_unread(neighbor, name, neighbor.local)
            if neighbor.detail and _MODEL.fullmatch(neighbor.platform):
                models.setdefault(other, neighbor.platform)
            if is_catalyst(neighbor):
                routing[other] = routing.get(other, False) or routes(neighbor)
    return Looks(
        edge={name for name, count in phones.items() if count},
        models=models,
        routing=routing,
        rising={
            (own, other)
            for link in links
            for own, interface, other in ((link.a, link.a_interface, link.b), (link.b, link.b_interface, link.a))
            if other not in devices and ports.get(own, NO_PORTS).is_root_port(interface)
        },
    )


def peers_of_cores(links: Sequence[Link], looks: Looks, cores: Collection[str]) -> dict[str, str]:
    """Devices that are a core like one of those found, each with that one."""
    beside = _beside(links)
    found: dict[str, str] = {}
    for core in sorted(set(cores) & beside.nodes):
        for name in sorted({other for below in beside[core] for other in beside[below]} - set(cores)):
            shared = set(beside[core]) & set(beside[name]) - set(cores)
            hung = set(beside[name]) & looks.edge - {core}
            if (name in looks.edge and core not in looks.edge) or (hung and not hung & shared):
                continue  # an access switch, or a distribution switch below
            below = shared & looks.edge or (set() if core in looks.edge else shared)
            if len(below) >= _LEAST_BELOW or (name not in looks.edge and any(_is_told(name, core, one, looks) for one in below)):
                found.setdefault(name, core)
    return found


def with_ways_of_peers(graph: nx.Graph[str], links: Sequence[Link], looks: Looks, cores: Sequence[str]) -> nx.Graph[str]:
    """The graph with links upward, as its peers have them, of each device that access switches hang on beside another one above them.

    Args:
        graph: as ``active_graph`` gives it.
        links: all links, blocked ones included.
        looks: of all devices.
        cores: devices of level 0.
    """
    found: nx.Graph[str] = graph.copy()
    found.add_nodes_from(cores)  # one that was not read may have blocked links only
    beside = _beside(links)
    level = levels(nx.compose(found, beside), cores)  # a blocked link to the first of a pair tells as much
    for name in sorted(beside.nodes - looks.edge):
        peers: dict[int, list[tuple[str, set[str]]]] = defaultdict(list)
        for below in set(beside[name]) & looks.edge & level.keys():
            above = {other for other in beside[below] if level.get(other) == level[below] - 1} - looks.edge
            if above and level.get(name, level[below]) >= level[below] > 1:
                peers[level[below]].append((below, above))
        for depth, own in peers.items():
            told = any(_is_told(name, top, below, looks) for below, above in own for top in above)
            if told or len(own) >= _LEAST_BELOW:
                tops = {top for _, above in own for peer in above for top in beside[peer] if level.get(top) == depth - 2}
                found.add_edges_from((name, top) for top in tops)
    return found


def _beside(links: Sequence[Link]) -> nx.Graph[str]:
    beside: nx.Graph[str] = nx.Graph()
    beside.add_edges_from((link.a, link.b) for link in links)
    return beside


def _is_told(name: str, top: str, below: str, looks: Looks) -> bool:
    """Whether a device is of the kind of the one above a switch, and not of that of the switch."""
    if (below, name) in looks.rising or (device_key(name) != device_key(top) and _stem(name) == _stem(top) != _stem(below)):
        return True
    model, other, lower = (looks.models.get(device, "") for device in (name, top, below))
    if model and lower and model == other != lower:
        return True
    return looks.routing.get(name, False) and looks.routing.get(top, True) and not looks.routing.get(below, True)


def _stem(name: str) -> str:
    """A name without its numbers and the letter behind them: ``dist-1a`` and ``dist-1b`` have one stem."""
    return _NUMBER.sub("#", _LAST_LETTER.sub("@", device_key(name)))
