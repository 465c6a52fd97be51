"""The graph for those who ask for one: devices, modules, links, and the phones joined in."""

from __future__ import annotations

import networkx as nx

from switchcorr.model.campus import Campus
from switchcorr.model.placement import PlacementState


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
