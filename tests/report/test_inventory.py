"""The page of a network without any incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.report.estate import Estate
from switchcorr.report.estate_build import make_estate
from switchcorr.report.inventory import InventoryView, ListView, inventory_view
from switchcorr.report.to_html import render_inventory
from tests.report.campuses import START, made_campus, made_result
from tests.report.results import nothing
from tests.report.test_to_html import HOSTILE, tags_of


def _estate(text: str = "no switch has seen it", *, phones: int = 6) -> Estate:
    made = made_campus(sites=2, switches=2, modules=2, phones=phones)
    lost = tuple(Placement(f"SEP00005EFF00{n:02X}", PlacementState.UNPLACED, reason=text) for n in range(7))
    observations = (
        Observation(Component("switch", "s01-acc01"), ObservationKind.RELOAD, 1.0, text, START),
        Observation(Component("switch", "s01-acc01"), ObservationKind.RELOAD, 1.0, text, START + timedelta(hours=1)),
        Observation(Component("module", "s01-acc01/2"), ObservationKind.MODULE_STATUS, 1.0, text),
        Observation(Component("module", "s01-acc01/1"), ObservationKind.COUNTER_QUIET, 0.0, text),
    )
    campus = replace(made.campus, placements=(*made.campus.placements, *lost), observations=observations)
    return make_estate(made_result(made), campus=campus, log=made.log, ports=made.ports)


def _view(estate: Estate) -> InventoryView:
    return inventory_view(made_result(made_campus(sites=1, switches=1, modules=1, phones=1)), estate)


def _list(view: InventoryView, anchor: str) -> ListView:
    return next(one for one in view.lists if one.anchor == anchor)


def test_every_phone_is_counted_as_placed_or_not() -> None:
    view = _view(_estate())
    assert view.headline == "48 phones on 4 switches, 8 not placed."
    assert len(_list(view, "phones").rows) == 48
    assert _list(view, "unplaced").rows[0][:2] == ("no switch has seen it", "7")
    assert _list(view, "unplaced").rows[0][2].endswith("and 2 more")


def test_extensions_are_a_column_where_any_is_known() -> None:
    assert "Extension" not in _list(_view(_estate()), "phones").columns
    made = made_campus(sites=1, switches=1, modules=1, phones=3, extensions=True)
    phones = _list(_view(make_estate(made_result(made), campus=made.campus, log=made.log)), "phones")
    assert phones.columns[:3] == ("Phone", "Description", "Extension")
    assert [row[2] for row in phones.rows] == ["70001", "70002", "70003"]
    assert all(len(row) == len(phones.columns) for row in phones.rows)


def test_what_stands_out_comes_before_restarts_and_each_restart_has_its_times() -> None:
    view = _view(_estate("x"))
    assert _list(view, "findings").rows == (
        ("s01-acc01/2", "module status", "x", ""), ("s01-acc01", "reload", "x", "2026-11-22 08:00:00, 2026-11-22 09:00:00"),
    )  # fmt: skip
    assert ("Parts that stand out", "1", "besides restarts") in view.numbers


def test_errors_are_ranked_beside_their_siblings() -> None:
    first, second = _list(_view(_estate()), "errors").rows
    assert second[0] == "s02-acc01/2"
    assert first == ("s01-acc01/2", "C9300-48P", "47,040", "0", "1,920 crc on GigabitEthernet2/0/48")


def test_one_module_without_siblings_says_so_and_totals_are_told_as_totals() -> None:
    estate = _estate()
    number = estate.module_index["s01-acc01/2"]
    once = {number: tuple(replace(port, grown=False) for port in estate.ports[number])}
    errors = _list(_view(replace(estate, ports=once)), "errors")
    assert errors.rows[0][3] == "no siblings"
    assert errors.lead.startswith("Totals since the last clearing")


def test_models_firmware_and_software_are_counted() -> None:
    view = _view(_estate())
    assert sum(int(row[2]) for row in _list(view, "phone-mix").rows) == 48
    assert ("C9300-48P", "17.9.4", "4") in _list(view, "switch-mix").rows
    assert ("C9500-40X", "not told", "1") in _list(view, "switch-mix").rows


def test_long_lists_are_cut_visibly() -> None:
    assert _list(_view(_estate(phones=80)), "phones").left_out == 140


def test_a_network_of_which_nothing_is_known_has_a_page_too() -> None:
    page = render_inventory(nothing(), make_estate(nothing()))
    for words in (
        "No phone is known.",
        "No switch is known.",
        "No part of any switch",
        "No error counter was read",
        "Every phone is placed.",
        "No phone tells its model.",
    ):
        assert words in page


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_changes_no_tag(text: str) -> None:
    result = made_result(made_campus(sites=1, switches=1, modules=1, phones=1))
    hostile, plain = (tags_of(render_inventory(result, _estate(words))) for words in (text, "plain"))
    assert hostile.tags == plain.tags
    assert hostile.attributes == plain.attributes
