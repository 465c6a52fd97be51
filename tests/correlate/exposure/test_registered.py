"""At which node phones were registered before an incident."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

import pytest

from switchcorr.correlate.exposure.registered import find_registered, told_registered
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Event, EventKind
from tests.correlate.scenes import NOON, below, campus_of, drop, explain, log_of, noise, number_of, rows_of

_ROWS = rows_of(6, 2, 20)
_HOME = below(_ROWS, "node", "node-1")
_TUESDAY = NOON - timedelta(days=2)


def _came(name: str, at: datetime, node: str) -> Event:
    return Event(at, EventKind.REGISTERED, name, node=node)


def _failover(names: list[str], at: datetime = _TUESDAY) -> list[Event]:
    """The phones of node-1 are gone, and come back at node-2 one to three minutes later."""
    random_ = random.Random(1)
    gone = {name: at + timedelta(seconds=random_.uniform(0, 80)) for name in names}
    back = [_came(name, when + timedelta(seconds=random_.uniform(60, 180)), "node-2") for name, when in gone.items()]
    return [*(drop(name, when, node="node-1") for name, when in gone.items()), *back]


def _sizes(events: list[Event], at: datetime) -> tuple[float, float]:
    exposure = expose(log := log_of(events), campus_of(_ROWS))
    registered = find_registered(log, exposure, 0.02)
    then = registered.exposure_in(registered.epoch_at(at.timestamp()), exposure)
    return then.size[number_of(then, "node", "node-1")], then.size[number_of(then, "node", "node-2")]


def test_phones_are_at_the_node_at_which_they_registered_last() -> None:
    events = _failover(_HOME)
    assert _sizes(events, _TUESDAY) == (120.0, 120.0)
    assert _sizes(events, NOON) == (0.0, 240.0)
    back = [_came(name, NOON - timedelta(hours=1, seconds=number), "node-1") for number, name in enumerate(_HOME)]
    assert _sizes([*events, *back], NOON - timedelta(hours=6)) == (0.0, 240.0)
    assert _sizes([*events, *back], NOON) == (120.0, 120.0)


def test_a_drop_tells_it_too_but_not_one_that_the_old_node_misses_late() -> None:
    dropped = [drop(name, _TUESDAY + timedelta(hours=number), node="node-2") for number, name in enumerate(_HOME[:24])]
    assert _sizes(dropped, NOON) == (96.0, 144.0)
    late = [drop(name, _TUESDAY + timedelta(minutes=6), node="node-1") for name in _HOME]
    assert _sizes([*_failover(_HOME), *late], NOON) == (0.0, 240.0)


def test_what_a_node_logs_late_is_judged_with_the_phones_that_it_had() -> None:
    came = [_came(name, _TUESDAY, "node-2") for name in _HOME]
    late = [drop(name, _TUESDAY + timedelta(minutes=4, seconds=number % 20), node="node-1") for number, name in enumerate(_HOME)]
    assert _sizes([*came, *late], _TUESDAY + timedelta(minutes=4)) == (120.0, 120.0)
    assert _sizes([*came, *late], _TUESDAY + timedelta(minutes=5)) == (0.0, 240.0)
    (incident,) = explain(_ROWS, [*noise(_ROWS, days=1), *came, *late]).incidents
    assert [(cause.component.id, cause.affected, cause.exposed) for cause in incident.causes] == [("node-1", 120, 120)]


def test_as_few_as_may_be_at_a_wrong_node_anyway_change_nothing() -> None:
    assert _sizes(_failover(_HOME[:2]), NOON) == (120.0, 120.0)
    assert _sizes(_failover(_HOME[:3]), NOON) == (117.0, 123.0)


def test_nodes_that_the_exposure_does_not_name_tell_nothing() -> None:
    assert _sizes([_came(name, _TUESDAY, "node-2.example.com") for name in _HOME], NOON) == (120.0, 120.0)
    exposure = expose(log_of(()), campus_of({name: {"switch": "acc-1"} for name in _HOME}))
    assert find_registered(log_of(()), exposure, 0.02).epoch_at(NOON.timestamp()) == 0


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_events_does_not_matter(seed: int) -> None:
    events = _failover(_HOME)
    shuffled = random.Random(seed).sample(events, len(events))
    exposure = expose(log := log_of(events), campus_of(_ROWS))
    one, other = (find_registered(told, exposure, 0.02).nodes for told in (log, log_of(shuffled, ordered=False)))
    assert (one.row.tolist(), one.number.tolist(), one.ends.tolist()) == (other.row.tolist(), other.number.tolist(), other.ends.tolist())


def test_an_incident_after_a_failover_is_judged_by_where_the_phones_went() -> None:
    random_ = random.Random(4)
    before = noise(_ROWS, days=1)
    stalled = [
        drop(name, NOON + timedelta(seconds=random_.uniform(0, 80)), node="node-2")
        for name in random_.sample(sorted(_ROWS), len(_ROWS) * 2 // 5)
    ]
    result = explain(_ROWS, [*before, *_failover(_HOME), *stalled])
    first, second = result.incidents
    assert [(cause.component.id, cause.exposed) for cause in first.causes] == [("node-1", 120)]
    (cause,) = second.causes
    assert {cause.component.kind, *(one.kind for one in cause.equivalent)} == {"cluster", "node", "core"}
    assert (cause.affected, cause.exposed) == (96, 240)
    assert not any(evidence.kind.value == "control_group" for evidence in cause.evidence_against)
    assert any(sentence.startswith("up to 120 endpoints count for the CallManager node") for sentence in result.coverage.assumptions)


def test_what_is_told_counts_the_phones_of_the_incidents_alone() -> None:
    exposure = expose(log := log_of(_failover(_HOME)), campus_of(_ROWS))
    registered = find_registered(log, exposure, 0.02)
    assert told_registered(registered, exposure, [_TUESDAY.timestamp()]) == ()
    assert told_registered(registered, exposure, [_TUESDAY.timestamp(), NOON.timestamp()])[0].startswith("up to 120 endpoints")
