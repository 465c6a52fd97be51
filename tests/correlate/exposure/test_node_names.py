"""Nodes that are spelled in several ways."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from switchcorr.correlate.exposure.node_names import keys_of, with_one_name
from switchcorr.model.campus import empty_campus
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.incident import Verdict
from tests.correlate.scenes import NOON, Rows, alert, below, burst, campus_of, drop, explain, log_of, noise, phone, rows_of


def _log(*nodes: str) -> EventLog:
    return log_of(drop(phone(number), NOON + timedelta(seconds=number), node=node) for number, node in enumerate(nodes))


def _nodes(log: EventLog) -> list[str]:
    return [event.node for event in log]


@pytest.mark.parametrize(
    ("told", "names"),
    [
        (("cm1", "CM1.example.org", "cm1"), ["cm1"] * 3),  # as most events have it
        (("CM1", "cm1", ""), ["CM1", "CM1", ""]),  # of equally many the first by name
        (("cm1.a.example", "cm1.b.example", "cm1"), ["cm1.a.example", "cm1.b.example", "cm1"]),  # either
        (("cm1.a.example", "CM1.A.example.", "cm1.b.example"), ["CM1.A.example."] * 2 + ["cm1.b.example"]),
        (("192.0.2.7", "192.0.2.70", "192.0.2.7"), ["192.0.2.7", "192.0.2.70", "192.0.2.7"]),
        (("2001:DB8:0::7", "2001:db8::7", "2001:db8::7"), ["2001:db8::7"] * 3),
    ],
)
def test_spellings_of_a_node_become_one(told: Sequence[str], names: Sequence[str]) -> None:
    log, campus, sentences = with_one_name(_log(*told), empty_campus())
    assert _nodes(log) == list(names)
    assert bool(sentences) == (list(told) != list(names))
    assert campus == empty_campus()


def test_the_network_names_the_nodes_and_its_own_spellings_become_one_too() -> None:
    rows = {
        phone(number): {"switch": "acc-1", "node": node} for number, node in enumerate(("Cm1", "cm1.example.org", "cm1.example.org", "cm2"))
    }
    given = _log("cm1", "cm1", "cm2")
    log, campus, sentences = with_one_name(given, campus_of(rows))
    assert _nodes(log) == ["cm1.example.org"] * 2 + ["cm2"]
    assert _nodes(given) == ["cm1", "cm1", "cm2"]  # as it was
    assert [component.id for component in campus.risk.components["node"]] == ["cm1.example.org", "cm2"]
    assert campus.risk.columns["node"].tolist() == [0, 0, 0, 1]
    assert sentences == ("Cm1, cm1 and cm1.example.org are taken for one CallManager node",)


def test_what_alerts_call_a_node_is_not_what_its_phones_are_told_at() -> None:
    log, _, _ = with_one_name(
        log_of([drop(phone(0), NOON, node="sub"), alert(NOON, node="SUB.example.org"), alert(NOON, node="SUB.example.org")]), empty_campus()
    )
    assert _nodes(log) == ["sub"] * 3


def test_a_network_without_other_spellings_stays_as_it_is() -> None:
    campus = campus_of({phone(0): {"node": "cm1"}, phone(1): {"node": "cm2"}})
    log, other, _ = with_one_name(_log("cm1", "CM2", "cm2", "cm2"), campus)
    assert other.risk is campus.risk
    assert _nodes(log) == ["cm1", "cm2", "cm2", "cm2"]
    assert with_one_name(EventLog(), campus)[1] is campus


def test_keys_of_names() -> None:
    keys = keys_of(["cm2.a.example", "cm2.b.example", "cm2", "CM1", "cm1.example.org"])
    assert len(set(keys.values())) == 4


def test_a_node_that_stalls_is_named_however_its_name_is_spelled() -> None:
    rows = rows_of(6, 2, 20)
    lost = below(rows, "node", "node-1")
    spelled = ("node-1", "NODE-1", "node-1.example.org")
    events = [
        Event(event.time, EventKind.UNREGISTERED, event.name, reason=event.reason, node=spelled[number % 3])
        for number, event in enumerate(burst(lost))
    ]
    result = explain(rows, [*noise(rows), *events])
    (incident,) = result.incidents
    assert (incident.verdict, incident.causes[0].component.id) == (Verdict.CALL_SERVER, "node-1")
    assert {one.node for one in incident.phones} == {"node-1"}
    assert "NODE-1, node-1.example.org and node-1 are taken for one CallManager node" in result.coverage.assumptions


def _listed(addresses: Sequence[str], each: int = 10) -> Rows:
    """Phones that a list has at addresses, so many at each."""
    return {phone(number): {"switch": "acc-1", "node": addresses[number // each]} for number in range(len(addresses) * each)}


def test_an_address_is_the_node_that_the_log_tells_of_its_phones() -> None:
    rows = _listed(("192.0.2.1", "192.0.2.2", "192.0.2.3"))
    told = ["cm1"] * 5 + ["CM1.example.org"] * 4 + ["cm2"] * 11 + ["cm3"] * 4  # one phone has failed over; of the last address few are told
    told_once = _log(*told, "192.0.2.7", "")
    log, campus, sentences = with_one_name(told_once, campus_of(rows))
    assert [component.id for component in campus.risk.components["node"]] == ["192.0.2.3", "cm1", "cm2"]
    assert campus.risk.columns["node"].tolist() == [1] * 10 + [2] * 10 + [0] * 10
    assert sentences == (
        "192.0.2.1, CM1.example.org and cm1 are taken for one CallManager node",
        "192.0.2.2 and cm2 are taken for one CallManager node",
    )
    assert _nodes(log) == [*["cm1"] * 9, *told[9:], "192.0.2.7", ""]


def test_an_address_whose_phones_are_told_at_two_nodes_is_none_of_them() -> None:
    rows = _listed(("192.0.2.1", "192.0.2.2"))
    _, campus, sentences = with_one_name(_log(*["cm1"] * 7, *["cm2"] * 13), campus_of(rows))
    assert sentences == ()
    assert [component.id for component in campus.risk.components["node"]] == ["192.0.2.1", "192.0.2.2"]
    everybody, _, _ = with_one_name(_log(*["cm1"] * 20), campus_of(rows))
    assert set(_nodes(everybody)) == {"cm1"}


def test_alerts_of_a_node_speak_for_it_where_a_list_has_its_address() -> None:
    rows = rows_of(6, 2, 20)
    listed = {name: row | {"node": {"node-1": "192.0.2.1", "node-2": "192.0.2.2"}[row["node"]]} for name, row in rows.items()}
    events = [Event(event.time, event.kind, event.name, reason=event.reason, node=rows[event.name]["node"]) for event in noise(rows)]
    lost = [drop(name, NOON + timedelta(seconds=place), node="node-1") for place, name in enumerate(below(rows, "node", "node-1"))]
    (incident,) = explain(listed, [*events, *lost, alert(NOON, node="node-1")]).incidents
    assert incident.causes[0].component.id == "node-1"
    assert any("LowCallManagerHeartbeatRate" in one.text for one in incident.causes[0].evidence_for)
