"""Control groups in both directions, counted."""

from __future__ import annotations

import pytest

from switchcorr.correlate.telling.control_groups import control_groups
from tests.correlate.scenes import Rows, below, likelihood_of, number_of, rows_of

_ROWS = rows_of(6, 2, 20)


def _told(kind: str, id_: str, dropped: list[str], *, rows: Rows = _ROWS) -> dict[str, float]:
    likelihood = likelihood_of(rows, dropped)
    return {item.text: item.weight for item in control_groups(likelihood, number_of(likelihood.exposure, kind, id_))}


def test_for_a_module_the_groups_share_the_node_the_switch_and_the_vlan_and_not_the_module() -> None:
    one_node = [name for name in below(_ROWS, "module", "acc-1/1") if _ROWS[name]["node"] == "node-1"]
    assert _told("module", "acc-1/1", [*one_node[:8], *below(_ROWS, "module", "acc-3/1")[:1]]) == {
        "control group: 1 of 110 phones with the same CallManager node node-1 but another module dropped": 0.0,
        "control group: 0 of 20 phones on the same switch acc-1 but another module dropped": 0.0,
        "its phones by CallManager node: 8 of 10 with node-1, 0 of 10 with node-2 dropped": 0.0,
    }


def test_the_cluster_stands_for_an_unknown_node_and_three_groups_are_enough() -> None:
    rows = {name: {kind: id_ for kind, id_ in row.items() if kind != "node"} for name, row in _ROWS.items()}
    for i, name in enumerate(sorted(rows)):
        rows[name] |= {"vlan": f"v{i % 2}", "block": "a" if rows[name]["switch"] < "acc-4" else "b", "device_pool": rows[name]["switch"]}
    told = list(_told("module", "acc-1/1", below(rows, "module", "acc-1/1")[:12], rows=rows))
    assert told == [  # the two VLANs are everybody, as the cluster is
        "control group: 0 of 220 phones with the same CallManager cluster one but another module dropped",
        "control group: 0 of 20 phones on the same switch acc-1 but another module dropped",
        "control group: 0 of 100 phones with the same distribution block a but another module dropped",
    ]


def test_phones_of_both_nodes_on_the_module_clear_the_single_node() -> None:
    told = _told("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:12])
    assert "its phones by CallManager node: 6 of 10 with node-1, 6 of 10 with node-2 dropped" in told


def test_for_a_node_the_groups_are_on_the_same_switches_with_another_node() -> None:
    dropped = [name for name in below(_ROWS, "node", "node-1") if _ROWS[name]["switch"] in ("acc-1", "acc-2")]
    told = _told("node", "node-1", dropped)
    assert list(told) == ["control group: 0 of 40 phones on the same 2 switches (acc-1, acc-2) but another CallManager node dropped"]


def test_a_group_that_dropped_too_speaks_slightly_against() -> None:
    told = _told("module", "acc-1/1", sorted(_ROWS)[::3])
    assert all(weight < 0 for text, weight in told.items() if text.startswith("control group"))


def test_without_a_drop_of_its_own_there_is_no_group() -> None:
    assert _told("module", "acc-1/1", below(_ROWS, "module", "acc-2/1")[:5]) == {}


@pytest.mark.parametrize("kept", [("module",), ("module", "cluster")])
def test_without_anybody_else_there_is_no_control_group(kept: tuple[str, ...]) -> None:
    rows = {name: {kind: id_ for kind, id_ in row.items() if kind in kept and row["module"] == "acc-1/1"} for name, row in _ROWS.items()}
    assert _told("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], rows=rows) == {}


def test_a_control_group_needs_one_thing_in_common() -> None:
    rows = {name: ({"module": row["module"]} if row["module"] == "acc-1/1" else row) for name, row in _ROWS.items()}
    assert _told("module", "acc-1/1", below(_ROWS, "module", "acc-1/1")[:5], rows=rows) == {}
