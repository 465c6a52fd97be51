"""Which events are drops."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.reasons import ReasonClass
from switchcorr.correlate.drops.table import Drops, find_drops
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Assumed, Event, EventKind, EventLog
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, campus_of, drop, log_of, phone, rows_of

_A, _B = phone(0), phone(1)


def _drops(events: list[Event] | EventLog) -> Drops:
    log = events if isinstance(events, EventLog) else log_of(events)
    return find_drops(log, expose(log, campus_of(rows_of(1, 1, 2))), DEFAULT)


def test_only_lost_registrations_of_named_endpoints_with_a_time_are_drops() -> None:
    lost = [drop(_A, NOON), drop(_B, NOON, kind=EventKind.TRANSIENT)]
    other = [drop(_A, NOON, kind=kind) for kind in (EventKind.REGISTERED, EventKind.RESET, EventKind.PHONE_ALARM, EventKind.SERVER_ALERT)]
    assert len(_drops([*lost, *other, drop("", NOON), Event(None, EventKind.UNREGISTERED, _A)]).row) == 2


def test_a_drop_is_of_the_node_that_logged_it() -> None:
    names = ["node-1", "node-2", "node-3", ""]  # one that no phone has, and none
    lost = [drop(phone(number), NOON, node=node) for number, node in enumerate(names)]
    log = log_of([*lost, drop(phone(4), NOON, kind=EventKind.TRANSIENT, node="node-1")])
    exposure = expose(log, campus_of(rows_of(1, 1, 5)))
    drops = find_drops(log, exposure, DEFAULT)
    told = [exposure.components[number].id if number >= 0 else "" for number in drops.node.tolist()]
    assert dict(zip(drops.row.tolist(), told, strict=True)) == dict(enumerate(["node-1", "node-2", "", "", ""]))


def test_a_log_without_any_event_has_no_drop() -> None:
    assert len(_drops(EventLog()).time) == 0


def test_one_endpoint_drops_once_at_one_moment_and_the_known_reason_stands() -> None:
    drops = _drops([drop(_A, NOON, None), drop(_A, NOON, 13), drop(_A, NOON, 13), drop(_B, NOON, None)])
    assert drops.reason.tolist() == [ReasonClass.KEEPALIVE, ReasonClass.UNKNOWN]


@pytest.mark.parametrize(
    ("name", "seconds", "expected"),
    [
        (_A, 10, ReasonClass.RESET),
        (_A, 300, ReasonClass.RESET),
        (_A, 301, ReasonClass.KEEPALIVE),
        (_A, -1, ReasonClass.KEEPALIVE),
        (_B, 10, ReasonClass.KEEPALIVE),
    ],
)
def test_what_follows_a_reset_of_the_same_device_is_a_reset(name: str, seconds: int, expected: ReasonClass) -> None:
    for kind in (EventKind.RESET, EventKind.RESTART):
        drops = _drops([drop(_A, NOON, None, kind=kind), drop(name, NOON + timedelta(seconds=seconds))])
        assert drops.reason.tolist() == [expected]


def test_the_last_of_several_resets_counts() -> None:
    resets = [drop(_A, NOON + timedelta(seconds=s), None, kind=EventKind.RESET) for s in (0, 400)]
    assert _drops([*resets, drop(_A, NOON + timedelta(seconds=600))]).reason.tolist() == [ReasonClass.RESET]


def test_a_number_beyond_all_lists_is_an_unknown_reason() -> None:
    strange = Event(NOON, EventKind.UNREGISTERED, _A, reason=Reason(ReasonEnum.PHONE, 30_000))
    assert _drops([strange]).reason.tolist() == [ReasonClass.UNKNOWN]


def test_times_given_from_outside_are_marked() -> None:
    pasted = Event(NOON, EventKind.UNREGISTERED, _A, assumed=Assumed.TIME)
    assert _drops([pasted, drop(_B, NOON)]).pasted.tolist() == [True, False]


def test_drops_between_two_moments_are_without_the_end() -> None:
    drops = _drops([drop(_A, NOON + timedelta(seconds=s)) for s in (0, 60, 120)])
    assert drops.between(NOON.timestamp(), NOON.timestamp() + 120) == slice(0, 2)


def test_some_of_the_drops_keep_all_that_is_known_of_them() -> None:
    drops = _drops([drop(name, NOON + timedelta(seconds=s), 13) for s, name in enumerate((_A, _B, _A))])
    some = drops.only(np.array([True, False, True]))
    for field in fields(drops)[:-1]:
        assert getattr(some, field.name).tolist() == getattr(drops, field.name)[[0, 2]].tolist()
    assert len(some.by_row.order) == 2
