"""The graph for those who ask for one: devices, modules, links, and the phones joined in."""

from __future__ import annotations

import re
from collections.abc import Mapping

import networkx as nx

from switchcorr.model.campus import Campus
from switchcorr.model.placement import PlacementState

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_networkx(campus: Campus) -> nx.MultiGraph[str]:
    """A multigraph with nodes ``device``, ``module`` and ``phone`` (attribute ``kind``).

    Edges are links between devices, modules in their device, and phones at their module or device.
    """
    graph: nx.MultiGraph[str] = nx.MultiGraph()
    for device in campus.devices:
        graph.add_node(device.name, kind="device", model=device.model, platform=device.platform, read=device.read, level=device.level)
        for module in device.modules:
            graph.add_node(module.id, kind="module", model=module.model, serial=module.serial, status=module.status)
            graph.add_edge(device.name, module.id, kind="in")
    for link in campus.links:
        graph.add_edge(
            link.a,
            link.b,
            kind="link",
            evidence=link.evidence.value,
            active=link.active,
            a=str(link.a_interface or ""),
            b=str(link.b_interface or ""),
        )
    for placement in campus.placements:
        graph.add_node(str(placement.phone), kind="phone", ip=placement.ip, state=placement.state.value)
        if placement.state is not PlacementState.UNPLACED:
            end = placement.module if placement.module in graph else placement.device
            graph.add_edge(str(placement.phone), end, kind="at", interface=str(placement.interface or ""), confidence=placement.confidence)
    return graph


def to_graphml(campus: Campus, *, phones: bool = True) -> str:
    """The same graph as GraphML, for programs that draw and measure graphs; what is not known has no attribute.

    Args:
        campus: the network.
        phones: whether phones are nodes too.
    """
    graph = to_networkx(campus)
    if not phones:
        graph.remove_nodes_from([node for node, data in graph.nodes(data=True) if data["kind"] == "phone"])
    plain: nx.MultiGraph[str] = nx.MultiGraph()
    plain.add_nodes_from((_xml(node), _known(data)) for node, data in graph.nodes(data=True))
    plain.add_edges_from((_xml(one), _xml(other), _known(data)) for one, other, data in graph.edges(data=True))
    return "\n".join(nx.generate_graphml(plain)) + "\n"


def _known(data: Mapping[str, object]) -> dict[str, object]:
    return {key: _xml(value) if isinstance(value, str) else value for key, value in data.items() if value is not None}


def _xml(text: str) -> str:
    """Text without what no XML file may hold; a plain ``str``, whatever it was."""
    return _NOT_XML.sub("\ufffd", text)
