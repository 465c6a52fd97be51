"""Parts of two sides with nearly the same phones."""

from __future__ import annotations

import random
from collections.abc import Iterable

import pytest

from switchcorr.correlate.telling.near_twins import near_twins
from switchcorr.correlate.telling.verdict import Named, nearly_alike
from switchcorr.model.event import Event
from switchcorr.model.incident import Incident, Verdict
from tests.correlate.scenes import NOON, Rows, alert, burst, explain, likelihood_of, noise, number_of, rows_of

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
