"""The graph for other programs."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace

from switchcorr.model.campus import CampusDevice, Link, LinkEvidence, ModuleFacts, empty_campus
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.topology.export import to_graphml

_NS = "{http://graphml.graphdrawing.org/xmlns}"


def _campus(name: str = "acc-1", model: str = "X") -> str:
    devices = CampusDevice(name, modules=(ModuleFacts(f"{name}/1", model),), level=1), CampusDevice("core", read=False)
    link = Link(name, "core", InterfaceName("GigabitEthernet1/1"), None, LinkEvidence.ONE_SIDED_NEIGHBOR)
    phones = (
        Placement("SEP00005E000001", PlacementState.PLACED, name, InterfaceName("GigabitEthernet1/2"), f"{name}/1"),
        Placement("SEP00005E000002", PlacementState.UNPLACED),
    )
    return to_graphml(replace(empty_campus(), devices=devices, links=(link,), placements=phones))


def test_devices_modules_links_and_phones_are_in_the_graph() -> None:
    root = ET.fromstring(_campus())  # our own
    assert {node.get("id") for node in root.iter(f"{_NS}node")} == {"acc-1", "acc-1/1", "core", "SEP00005E000001", "SEP00005E000002"}
    assert {(edge.get("source"), edge.get("target")) for edge in root.iter(f"{_NS}edge")} == {
        ("acc-1", "acc-1/1"), ("acc-1", "core"), ("acc-1/1", "SEP00005E000001"),
    }  # fmt: skip


def test_a_link_has_the_interfaces_that_are_known() -> None:
    root = ET.fromstring(_campus())
    names = {key.get("id"): key.get("attr.name") for key in root.iter(f"{_NS}key")}
    (link,) = [edge for edge in root.iter(f"{_NS}edge") if edge.get("target") == "core"]
    told = {names[data.get("key")]: data.text or "" for data in link.iter(f"{_NS}data")}
    assert told == {"kind": "link", "evidence": LinkEvidence.ONE_SIDED_NEIGHBOR.value, "active": "True", "a": "GigabitEthernet1/1", "b": ""}


def test_phones_can_be_left_out() -> None:
    text = to_graphml(replace(empty_campus(), placements=(Placement("SEP00005E000002", PlacementState.UNPLACED),)), phones=False)
    assert "SEP" not in text


def test_names_that_no_xml_may_hold_are_made_plain() -> None:
    root = ET.fromstring(_campus("\x1b[2J <b>"))
    assert "\ufffd[2J <b>" in {node.get("id") for node in root.iter(f"{_NS}node")}
    assert "\ufffdX" in {data.text for data in ET.fromstring(_campus(model="\x1bX")).iter(f"{_NS}data")}
    assert _campus() == _campus()
