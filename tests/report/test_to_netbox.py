"""Cables for NetBox: only what is certain, each end once."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from switchcorr.lab.demo import DemoSite
from switchcorr.model.campus import Link, LinkEvidence
from switchcorr.model.interfaces import InterfaceName
from switchcorr.report.to_netbox import CABLE_COLUMNS, cable_rows

CABLE = Link(
    "acc-1", "dist-1", InterfaceName("TenGigabitEthernet1/1"), InterfaceName("TenGigabitEthernet1/7"), LinkEvidence.MUTUAL_NEIGHBORS
)


def test_a_cable_that_both_ends_name_is_a_row() -> None:
    other = replace(CABLE, a="acc-0", b_interface=InterfaceName("TenGigabitEthernet1/8"))
    rows, left_out = cable_rows([CABLE, other])
    first, second = (dict(zip(CABLE_COLUMNS, row, strict=True)) for row in rows)
    assert left_out == 0
    assert [first["side_a_device"], second["side_a_device"]] == ["acc-0", "acc-1"]
    assert second == {
        "side_a_device": "acc-1", "side_a_type": "dcim.interface", "side_a_name": str(CABLE.a_interface),
        "side_b_device": "dist-1", "side_b_type": "dcim.interface", "side_b_name": str(CABLE.b_interface), "status": "connected",
    }  # fmt: skip


def test_what_is_not_certain_is_left_out_and_counted() -> None:
    for link in (
        replace(CABLE, evidence=LinkEvidence.ONE_SIDED_NEIGHBOR), replace(CABLE, a_interface=None), replace(CABLE, b_interface=None),
        replace(CABLE, b_interface=InterfaceName("Port-channel1")), replace(CABLE, a_interface=InterfaceName("Port-channel1")),
    ):  # fmt: skip
        assert cable_rows([link]) == ([], 1)
    twice = replace(CABLE, b="dist-2")
    assert cable_rows([CABLE, twice]) == ([], 2), "one interface cannot hold two cables"


def test_the_cables_of_a_network_are_exported(call: Callable[..., Any], small_site: DemoSite) -> None:
    told = call("export", "graph", "--captures", small_site.captures[0], "--format", "netbox", "--workers", "1")
    rows = list(csv.DictReader(told.out.splitlines()))
    assert tuple(rows[0]) == CABLE_COLUMNS
    assert f"{len(rows)} cables for NetBox, " in told.err
    ends = [(row[f"side_{side}_device"], row[f"side_{side}_name"]) for row in rows for side in "ab"]
    assert len(set(ends)) == len(ends) >= 6
    assert all(row["status"] == "connected" for row in rows)
