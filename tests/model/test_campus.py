"""Rows of exposures become columns."""

from __future__ import annotations

from switchcorr.model.campus import RISK_KINDS, Component, Domain, empty_campus, risk_kind, risk_table


def test_rows_become_columns_in_the_declared_order() -> None:
    table = risk_table(
        {
            "SEP00005E005302": {"vlan": "10", "module": "acc-1/3", "wing": "B"},
            "SEP00005E005301": {"vlan": "10", "module": "", "node": "cm-1"},
            "CTI-1": {},
        },
        labels={("module", "acc-1/3"): "acc-1 module 3"},
    )
    assert table.phones == ("CTI-1", "SEP00005E005301", "SEP00005E005302")
    assert table.kinds == ("module", "vlan", "node", "wing")
    assert list(table.columns["module"]) == [-1, -1, 0]
    assert list(table.columns["vlan"]) == [-1, 0, 0]
    assert table.components["module"][0].label == "acc-1 module 3"


def test_a_kind_without_any_component_has_no_column() -> None:
    assert risk_table({"SEP00005E005301": {"vlan": ""}}).kinds == ()


def test_a_column_of_unknown_name_is_a_generic_kind_of_the_network() -> None:
    kind = risk_kind("patch_panel")
    assert kind.domain is Domain.NETWORK
    assert kind.noun == "patch panel"
    assert risk_kind("module") in RISK_KINDS


def test_labels_do_not_count_in_comparisons() -> None:
    assert Component("module", "acc-1/3", "x") == Component("module", "acc-1/3")


def test_nothing_known_is_a_campus_too() -> None:
    assert (empty_campus().devices, empty_campus().placements, empty_campus().assumptions) == ((), (), ())
