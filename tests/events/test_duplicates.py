"""Events told twice are kept once, and counted where the other telling came from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.events.duplicates import distinct_rows
from switchcorr.model.event import Assumed, Event, EventDetail, EventKind, EventLog
from switchcorr.model.reason import Reason, ReasonEnum

_AT = datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
_DROP = Event(_AT, EventKind.UNREGISTERED, "SEP00005E005301", reason=Reason(ReasonEnum.DEVICE_UNREGISTERED, 8), node="cm1", source="a")
_ALERT = Event(
    _AT, EventKind.SERVER_ALERT, node="cm1.example.org", detail=EventDetail(alert="SDLLinkOOS", values={"RemoteIPAddress": "1"}), source="a"
)


def _kept(*events: Event) -> list[int]:
    log = EventLog()
    for event in events:
        log.append(event)
    return distinct_rows(log).rows


def test_the_same_second_of_the_same_device_is_one_event() -> None:
    assert _kept(_DROP, replace(_DROP, time=_AT + timedelta(milliseconds=999), source="b", ip="192.0.2.7", description="x")) == [0]


def test_another_second_device_node_reason_list_or_kind_is_another_event() -> None:
    others = (
        replace(_DROP, time=_AT + timedelta(seconds=1)),
        replace(_DROP, name="SEP00005E005302"),
        replace(_DROP, node="cm2"),
        replace(_DROP, reason=Reason(ReasonEnum.DEVICE_UNREGISTERED, 13)),
        replace(_DROP, reason=Reason(ReasonEnum.END_POINT_UNREGISTERED, 8)),
        replace(_DROP, kind=EventKind.REGISTERED),
    )
    assert sorted(_kept(_DROP, *others)) == list(range(7))


def test_devices_without_a_name_are_told_apart_by_their_address() -> None:
    nameless = replace(_DROP, kind=EventKind.TRANSIENT, name="", ip="192.0.2.7")
    assert _kept(nameless, replace(nameless, ip="192.0.2.8"), nameless) == [0, 1]


def test_the_telling_with_less_assumed_stays_and_the_other_is_counted_at_its_source() -> None:
    log = EventLog()
    log.append(replace(_DROP, source="guess", assumed=Assumed.YEAR | Assumed.ZONE))
    log.append(replace(_DROP, source="sure"))
    distinct = distinct_rows(log)
    assert distinct.rows == [1]
    assert {log.pools.sources.get(source): count for source, count in distinct.dropped.items()} == {"guess": 1}


def test_alerts_are_the_same_by_name_node_and_remote_side() -> None:
    other_side = replace(_ALERT, detail=EventDetail(alert="SDLLinkOOS", values={"RemoteIPAddress": "2"}))
    assert _kept(_ALERT, replace(_ALERT, node="CM1"), other_side, replace(_ALERT, node="cm2")) == [0, 2, 3]


def test_unknown_times_come_last_and_are_never_the_same() -> None:
    timeless = replace(_DROP, time=None)
    assert _kept(timeless, timeless, _DROP) == [2, 0, 1]
