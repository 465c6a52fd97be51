"""Parts of two sides with nearly the same phones."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from switchcorr.correlate.telling.near_twins import near_twins
from switchcorr.correlate.telling.verdict import Named, nearly_alike
from switchcorr.model.event import Event
from switchcorr.model.incident import Incident, Verdict
from tests.correlate.scenes import NOON, Rows, alert, burst, explain, likelihood_of, noise, number_of, phone, rows_of

_PLACES = ("module", "switch", "uplink_bundle", "block")


def _buildings(*, lost: int = 8, moved: int = 0) -> Rows:
    """Two buildings, each with a block and a server of its own; of some phones of the first the place is lost, others are at the other server."""
    rows = rows_of(8, 2, 20)
    for row in rows.values():
        building = "1" if int(row["switch"].removeprefix("acc-")) <= 4 else "2"
        row |= {"vlan": "110", "block": f"b{building}", "node": f"node-{building}"}
    mine = [name for name, row in sorted(rows.items()) if row["block"] == "b1"]
    chosen = random.Random(3).sample(mine, lost + moved)
    for name in chosen[:lost]:
        rows[name] = {kind: id_ for kind, id_ in rows[name].items() if kind not in _PLACES}
    for name in chosen[lost:]:
        rows[name]["node"] = "node-2"
    return rows


def _told(rows: Rows, names: Iterable[str], *, reason: int = 13, others: Iterable[Event] = ()) -> Incident:
    (incident,) = explain(rows, [*noise(rows, a_day=0.1), *burst(names, reason=reason), *others]).incidents
    return incident


def _of_node(rows: Rows) -> list[str]:
    return [name for name, row in sorted(rows.items()) if row["node"] == "node-1"]


@pytest.mark.parametrize(("lost", "moved"), [(3, 0), (12, 0), (40, 0), (12, 1)])
def test_a_block_and_the_server_of_its_building_stay_open(lost: int, moved: int) -> None:
    rows = _buildings(lost=lost, moved=moved)
    incident = _told(rows, _of_node(rows))
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "These have nearly the same phones, and which of them it is is not proven." in incident.summary
    assert {"block", "node"} == {word for word in ("block", "node") if f"{word} " in incident.summary}
    assert incident.unseen[0].startswith("which it is, ")
    assert "they have nearly the same phones. Alerts" in incident.unseen[0]
    assert incident.causes[0].equivalent == ()


def test_alerts_of_the_server_decide() -> None:
    rows = _buildings()
    told = [alert(NOON, node="node-1"), alert(NOON, "CallManagerFailure", node="node-1")]
    incident = _told(rows, _of_node(rows), others=told)
    assert (incident.verdict, incident.causes[0].component.id) == (Verdict.CALL_SERVER, "node-1")


def test_phones_of_the_block_at_the_other_server_decide() -> None:
    rows = _buildings(lost=4, moved=14)
    whole = [name for name, row in sorted(rows.items()) if row.get("block") == "b1"]
    incident = _told(rows, whole)
    assert (incident.verdict, incident.causes[0].component.id) == (Verdict.NETWORK, "b1")
    stayed = _told(rows, _of_node(rows))
    assert (stayed.verdict, stayed.causes[0].component.id) == (Verdict.CALL_SERVER, "node-1")


def test_only_parts_of_the_other_side_with_as_many_phones_count() -> None:
    rows = _buildings()
    likelihood = likelihood_of(rows, _of_node(rows))
    block, node = (number_of(likelihood.exposure, *part) for part in (("block", "b1"), ("node", "node-1")))
    assert near_twins(likelihood, block) == [node]
    assert near_twins(likelihood, node) == [block]
    assert near_twins(likelihood, number_of(likelihood.exposure, "switch", "acc-1")) == []
    assert near_twins(likelihood, number_of(likelihood.exposure, "cluster", "one")) == []  # a VLAN with all phones is its twin


def test_a_part_of_what_leads_that_is_named_with_it_settles_nothing() -> None:
    rows = _buildings()
    likelihood = likelihood_of(rows, _of_node(rows))
    block, node, inside, beside = (
        number_of(likelihood.exposure, *part) for part in (("block", "b1"), ("node", "node-1"), ("switch", "acc-1"), ("switch", "acc-7"))
    )
    assert nearly_alike(likelihood, [Named(inside, 0.9), Named(block, 0.9)]) == [node]
    assert nearly_alike(likelihood, [Named(block, 0.9), Named(beside, 0.9)]) == []
    assert nearly_alike(likelihood, [Named(block, 0.4)]) == []
    assert nearly_alike(likelihood, []) == []


def test_where_most_places_are_not_known_two_parts_are_not_nearly_the_same() -> None:
    rows = _buildings(lost=90)
    likelihood = likelihood_of(rows, _of_node(rows))
    assert near_twins(likelihood, number_of(likelihood.exposure, "node", "node-1")) == []


def _one_server(*sizes: int, lost: int) -> Rows:
    """Switches of so many phones at one server, and phones without a place."""
    places = [{"switch": f"acc-{number}"} for number, size in enumerate(sizes, 1) for _ in range(size)] + [{}] * lost
    return {phone(number): {**place, "node": "cm1"} for number, place in enumerate(places)}


def test_two_switches_that_are_all_of_a_site_and_its_one_server_stay_open() -> None:
    rows = _one_server(48, 89, lost=59)
    random_ = random.Random(1)
    dropped = [*random_.sample(sorted(rows)[:48], 15), *random_.sample(sorted(rows)[48:137], 32), *random_.sample(sorted(rows)[137:], 9)]
    half = [
        *burst(dropped[::5], reason=13, seconds=24),
        *burst([name for name in dropped if name not in dropped[::5]], reason=8, seconds=24),
    ]
    (incident,) = explain(rows, [*noise(rows, days=3, a_day=0.05), *half]).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert {cause.component.id for cause in incident.causes} == {"acc-1", "acc-2"}
    assert (
        "But CallManager node cm1 has nearly the same phones as all of these together, and which of these it is is not proven."
        in incident.summary
    )
    assert incident.unseen[0].startswith("which it is, switch acc-")
    assert " with switch acc-" in incident.unseen[0]
    assert " or CallManager node cm1: they have nearly the same phones. Alerts and CPU of the server" in incident.unseen[0]


def test_of_several_that_lead_all_phones_together_count() -> None:
    rows = _one_server(40, 40, lost=12) | {name: {"switch": "acc-9", "node": "cm2"} for name in map(phone, range(500, 560))}
    likelihood = likelihood_of(rows, sorted(rows)[:80])
    one, two, other, node = (
        number_of(likelihood.exposure, *part) for part in (("switch", "acc-1"), ("switch", "acc-2"), ("switch", "acc-9"), ("node", "cm1"))
    )
    assert near_twins(likelihood, one, two) == [node]
    assert near_twins(likelihood, one, other) == []  # only half of the server's phones
    assert nearly_alike(likelihood, [Named(one, 0.9), Named(two, 0.9)]) == [node]
    assert nearly_alike(likelihood, [Named(one, 0.9), Named(two, 0.4)]) == []
    assert nearly_alike(likelihood, [Named(one, 0.9), Named(node, 0.9)]) == []  # the server has all phones of the switch
    assert nearly_alike(likelihood, [Named(other, 0.9), Named(node, 0.9)]) == []  # both sides are named
