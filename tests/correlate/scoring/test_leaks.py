"""Unlocated phones belong to a component as much as its VLANs do."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import below, burst, campus_of, explain, likelihood_of, noise, number_of, phone, rows_of


def test_an_unlocated_phone_is_on_a_component_with_its_share_of_the_vlan() -> None:
    rows = rows_of(2, 2, 5)
    lost = phone(9)
    rows[lost] = {"vlan": rows[lost]["vlan"]}
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    leak = leaks.of(number_of(exposure, "module", "acc-1/1"))
    assert leak.share[leaks.vlan_of(np.array([exposure.row_of[lost]]))[0]] == pytest.approx(5 / 9)
    assert leak.expected == pytest.approx(5 / 9)
    assert leaks.of(number_of(exposure, "module", "acc-2/1")).expected == 0
    assert leaks.of(number_of(exposure, "module", "acc-1/1")) is leak


def test_what_is_on_a_smaller_item_is_no_leak_of_the_rest() -> None:
    rows = rows_of(2, 2, 5)
    for lost in (8, 9):
        rows[phone(lost)] = {"vlan": rows[phone(lost)]["vlan"]}
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    switch, first, second = (number_of(exposure, *one) for one in (("switch", "acc-1"), ("module", "acc-1/1"), ("module", "acc-1/2")))
    whole, rest = leaks.of(switch), leaks.of(switch, first)
    assert whole.share.tolist() == [1.0, 0.0, 0.0]
    assert rest.share + leaks.of(first).share == pytest.approx(whole.share)
    assert rest.expected == pytest.approx(2 * 3 / 8)
    assert rest.elsewhere == 0.0
    assert leaks.of(switch, first, second).expected == 0.0
    assert leaks.of(switch, first, switch).share == pytest.approx(np.zeros(3))


def test_a_whole_that_is_hit_alike_is_no_two_causes_though_many_of_its_phones_are_at_no_known_place() -> None:
    rows = rows_of(6, 2, 60)
    mine = below(rows, "switch", "acc-2")
    lost, dropped = mine[::5], [name for number, name in enumerate(mine) if number % 10 != 3]
    shown = {name: {"vlan": row["vlan"], "node": row["node"]} if name in lost else row for name, row in rows.items()}
    likelihood = likelihood_of(shown, dropped)
    switch, module = (Item(number_of(likelihood.exposure, *of), ItemKind.FAULT) for of in (("switch", "acc-2"), ("module", "acc-2/1")))
    assert likelihood.score((switch,)) > likelihood.score((module, switch)) + 5.0


def test_without_vlans_all_phones_are_of_one() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in rows_of(2, 1, 5).items()}
    rows[phone(9)] = {}
    exposure = expose(EventLog(), campus_of(rows))
    leak = Leaks(exposure).of(number_of(exposure, "switch", "acc-1"))
    assert leak.share.tolist() == [pytest.approx(5 / 9)]


def test_devices_without_a_port_leak_nowhere() -> None:
    rows = rows_of(1, 1, 5)
    rows["CTI-1"] = {"node": "node-1"}
    exposure = expose(EventLog(), campus_of(rows))
    leaks = Leaks(exposure)
    assert not leaks.unlocated.any()
    assert leaks.of(number_of(exposure, "switch", "acc-1")).expected == 0


def _branches(*counts: int) -> dict[str, dict[str, str]]:
    """A campus, and phones of which only the site is known."""
    rows = rows_of(4, 2, 20, site="campus")
    for number, count in enumerate(counts):
        rows |= {phone(900 + 100 * number + i): {"site": f"branch-{number}", "node": "node-1"} for i in range(count)}
    return rows


@pytest.mark.parametrize(
    ("rows", "are"),
    [
        (_branches(20), True),
        (_branches(19, 1), True),
        (_branches(20, 20), False),
        (_branches(20) | {phone(2000 + i): {"node": "node-2"} for i in range(20)}, False),
        (_branches() | {phone(900 + i): {"site": "campus"} for i in range(20)}, False),
        (_branches(), False),
    ],
    ids=["one branch", "nearly all", "two branches", "others without a site", "those of the campus", "none"],
)
def test_phones_at_unknown_places_are_those_of_one_site_or_not(rows: dict[str, dict[str, str]], are: bool) -> None:
    assert Leaks(expose(EventLog(), campus_of(rows))).one_site is are


def test_a_branch_of_which_nothing_else_is_known_is_named() -> None:
    rows = _branches(20)
    branch = [name for name, row in rows.items() if row.get("site") == "branch-0"]
    (incident,) = explain(rows, [*noise(rows), *burst(branch[:18])]).incidents
    assert (incident.verdict, [cause.component.id for cause in incident.causes]) == (Verdict.WAN_OR_NAT, ["branch-0"])
    assert incident.causes[0].probability > 0.9
