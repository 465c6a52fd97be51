"""A VLAN or site that one part of the network carries alone, and that part: phones without a place do not tell them apart."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, expose, with_columns
from switchcorr.correlate.exposure.twins import alike
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import NOON, Rows, below, burst, campus_of, explain, number_of, phone, rows_of

_KEPT = ("vlan", "site", "node", "cluster")


def _campus(lost: int = 3) -> Rows:
    """Three switches with a VLAN each; of the first switch some phones have no place."""
    rows = rows_of(3, 2, 5)
    for number in range(lost):
        rows[phone(3 * number)] = {kind: id_ for kind, id_ in rows[phone(3 * number)].items() if kind in _KEPT}
    return rows


def _exposure(rows: Rows) -> Exposure:
    return expose(EventLog(), campus_of(rows))


def _twins(rows: Rows, kind: str, id_: str) -> set[str]:
    exposure = _exposure(rows)
    return {exposure.components[i].kind for i in exposure.twins_of(number_of(exposure, kind, id_))}


def test_a_vlan_whose_placed_phones_are_all_of_one_switch_is_that_switch() -> None:
    rows = _campus()
    exposure = _exposure(rows)
    switch, vlan = number_of(exposure, "switch", "acc-1"), number_of(exposure, "vlan", "101@b")
    assert (exposure.size[switch], exposure.size[vlan]) == (7, 10)
    assert exposure.twin[switch] == exposure.twin[vlan] == min(switch, vlan, number_of(exposure, "uplink_bundle", "acc-1:Port-channel1"))
    assert _twins(rows, "module", "acc-1/1") == set()


def test_a_vlan_of_two_switches_is_none_of_them() -> None:
    rows = _campus()
    rows |= {name: rows[name] | {"vlan": "101@b"} for name in below(rows, "switch", "acc-2")}
    assert _twins(rows, "switch", "acc-1") == {"uplink_bundle"}


def test_a_vlan_of_which_few_phones_have_a_place_is_not_taken_for_their_switch() -> None:
    rows = _campus()
    rows |= {phone(1_000 + number): {"vlan": "101@b"} for number in range(4)}  # 7 of 14 have one
    assert "vlan" in _twins(rows, "switch", "acc-1")
    assert "vlan" not in _twins(rows | {phone(2_000): {"vlan": "101@b"}}, "switch", "acc-1")


def test_a_vlan_with_devices_that_are_nowhere_is_more_than_its_switch() -> None:
    assert "vlan" not in _twins(_campus() | {"CTI-1": {"vlan": "101@b"}}, "switch", "acc-1")


@pytest.mark.parametrize("vlan", ["101@b", "102@b", "109@b"])
def test_a_site_is_its_switch_if_all_its_phones_are_of_vlans_that_are_there_alone(vlan: str) -> None:
    """A phone without a place whose VLAN is elsewhere, or nowhere, is of the site and not known to be on the switch."""
    rows = {name: row | ({"site": "s"} if row.get("vlan") == "101@b" else {}) for name, row in _campus().items()}
    kinds = _twins(rows | {phone(1_000): {"site": "s", "vlan": vlan}}, "switch", "acc-1")
    assert ("site" in kinds) == (vlan == "101@b")


def test_without_vlans_a_site_with_all_placed_phones_is_the_one_switch() -> None:
    rows: Rows = {name: {"site": "s", "switch": "acc-1"} for name in map(phone, range(8))}
    assert _twins(rows | {phone(9): {"site": "s"}}, "switch", "acc-1") == {"site"}
    assert _twins(rows | {phone(9): {"site": "s"}, phone(10): {"site": "t", "switch": "acc-2"}}, "switch", "acc-1") == set()


def test_a_vlan_and_a_site_that_differ_are_not_both_the_switch() -> None:
    """The VLAN has one phone more than the site, and neither has it the switch: which of them is the switch is not known."""
    rows = {name: row | ({"site": "s"} if row.get("vlan") == "101@b" else {}) for name, row in _campus().items()}
    rows[phone(0)].pop("site")
    assert _twins(rows, "switch", "acc-1") == {"uplink_bundle"}
    assert _twins(rows, "vlan", "101@b") == set()


def test_such_a_pair_is_one_cause_with_one_probability() -> None:
    rows = _campus(5)
    window = ((NOON, NOON + timedelta(minutes=4)),)
    (incident,) = explain(rows, burst(below(rows, "vlan", "101@b")[:7]), windows=window).incidents
    assert incident.verdict is Verdict.NETWORK
    (cause,) = incident.causes
    assert {cause.component.kind, *(component.kind for component in cause.equivalent)} == {"switch", "uplink_bundle", "vlan"}
    assert cause.probability > 0.9


@pytest.mark.parametrize("node", ["acc-1", "acc-2", "all", "none"])
def test_other_nodes_and_loads_of_phones_make_the_twins_that_a_whole_count_makes(node: str) -> None:
    rows = {name: row | {"firmware": "x" if place % 2 else "y"} for place, (name, row) in enumerate(_campus().items())}
    exposure = _exposure(rows)
    kinds = {kind: exposure.kinds.index(kind) for kind in ("switch", "node", "firmware")}
    switch = exposure.members[:, kinds["switch"]]
    moved = np.ones(len(switch), dtype=bool) if node == "all" else switch == exposure.number_of.get(("switch", node), -2)
    columns = {}
    for kind in ("node", "firmware"):
        own = exposure.range_of(kinds[kind])
        columns[kinds[kind]] = np.where(moved, own.start, -1 if kind == "firmware" else own.stop - 1)
    found = with_columns(exposure, columns)
    whole = alike(found.members, found.kinds, places(found.kinds), found.is_phone, count=len(found.components))
    size = occurrences(found.members, len(found.components)).astype(float)
    assert found.size.tolist() == size.tolist()
    assert found.twin.tolist() == whole.twins(size).tolist()
