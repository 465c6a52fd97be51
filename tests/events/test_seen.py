"""What packets show and a log tells too is one event, though clocks, reasons and the names of servers differ."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events.duplicates import each_once
from switchcorr.events.seen import NEAR_S, seen_once
from switchcorr.model.event import Assumed, Event, EventKind, EventLog
from switchcorr.model.reason import Reason, ReasonEnum
from tests.events.drops import AT, ONE, TWO, log_of

LOGGED = Event(
    AT, EventKind.UNREGISTERED, ONE, "198.51.100.21", Reason(ReasonEnum.END_POINT_UNREGISTERED, 13), node="cm1", source="ccm.log"
)
SEEN = Event(AT, EventKind.UNREGISTERED, ONE, "198.51.100.21", node="192.0.2.10", source="a.pcap", assumed=Assumed.NODE)


def later(event: Event, seconds: float, **more: object) -> Event:
    assert event.time is not None
    return replace(event, time=event.time + timedelta(seconds=seconds), **more)  # type: ignore[arg-type]


def left(*events: Event) -> list[tuple[str, float, str]]:
    """Source, seconds after AT and node of what stays."""
    log, _ = each_once(log_of(*events))
    return [(one.source, (one.time - AT).total_seconds() if one.time else math.nan, one.node) for one in log]


def test_a_log_without_captures_is_the_very_same() -> None:
    log = log_of(LOGGED, later(LOGGED, 5))
    assert seen_once(log).log is log


def test_the_drop_that_the_log_tells_stays_and_the_copy_is_counted() -> None:
    log, dropped = each_once(log_of(SEEN, later(LOGGED, 95)))
    assert list(log) == [LOGGED]
    assert {log.pools.sources.get(source): count for source, count in dropped.items()} == {"a.pcap": 1}


@pytest.mark.parametrize(
    "other",
    [
        later(LOGGED, NEAR_S + 1),
        later(LOGGED, -NEAR_S - 1),
        replace(LOGGED, name=TWO),
        replace(LOGGED, kind=EventKind.REGISTERED),
        replace(LOGGED, time=None),
    ],
)
def test_what_is_far_or_of_another_phone_or_kind_is_another_event(other: Event) -> None:
    assert {source for source, _, _ in left(SEEN, other)} == {"a.pcap", "ccm.log"}


def test_of_several_drops_of_one_phone_each_is_taken_once() -> None:
    seen = [later(SEEN, at) for at in (0, 60, 120)]
    assert left(*seen, later(LOGGED, 62), later(LOGGED, 118)) == [("a.pcap", 0, "cm1"), ("ccm.log", 60, "cm1"), ("ccm.log", 120, "cm1")]


def test_a_phone_that_the_capture_does_not_name_is_found_by_its_address() -> None:
    assert left(replace(SEEN, name=""), later(LOGGED, 3)) == [("ccm.log", 0, "cm1")]
    assert len(left(replace(SEEN, name="", ip="198.51.100.22"), later(LOGGED, 3))) == 2
    assert left(replace(SEEN, name=TWO), later(LOGGED, 3)) == [("a.pcap", 0, "192.0.2.10"), ("ccm.log", 3, "cm1")]


def test_a_phone_comes_back_after_it_has_dropped_though_its_old_server_notices_late() -> None:
    back = later(SEEN, 2, kind=EventKind.REGISTERED, node="192.0.2.11")
    timeless = replace(LOGGED, time=None, name=TWO)
    assert [(kind, at) for kind, (_, at, _) in zip(("gone", "back"), left(SEEN, back, later(LOGGED, 60), timeless), strict=False)] == [
        ("gone", 0),
        ("back", 2),
    ]


def test_two_captures_show_one_drop() -> None:
    assert left(SEEN, later(SEEN, 0.002, source="b.pcap", node="192.0.2.10")) == [("a.pcap", 0, "192.0.2.10")]
    assert left(SEEN, later(SEEN, 100)) == [("a.pcap", 0, "192.0.2.10"), ("a.pcap", 100, "192.0.2.10")]


def test_a_server_gets_the_name_that_most_of_the_log_has_for_its_address() -> None:
    back = replace(SEEN, kind=EventKind.REGISTERED)
    events = [SEEN, later(LOGGED, 1), later(back, 300), later(SEEN, 600, node="192.0.2.11")]
    assert left(*events) == [("ccm.log", 0, "cm1"), ("a.pcap", 300, "cm1"), ("a.pcap", 600, "192.0.2.11")]
    divided = [SEEN, LOGGED, later(SEEN, 1000), later(LOGGED, 1000, node="cm2"), later(back, 2000)]
    assert left(*divided)[-1] == ("a.pcap", 2000, "192.0.2.10")


def test_alarms_agree_in_their_reason() -> None:
    alarm = replace(LOGGED, kind=EventKind.PHONE_ALARM, reason=Reason(ReasonEnum.PHONE, 14), node="")
    seen = replace(alarm, source="a.pcap", assumed=Assumed.NODE)
    assert left(later(seen, 2), alarm) == [("ccm.log", 0, "")]
    assert len(left(later(seen, 2, reason=Reason(ReasonEnum.PHONE, 10)), alarm)) == 2


_times = st.lists(st.integers(0, 1000), max_size=8)


@given(_times, _times)
def test_what_the_log_tells_is_never_left_out_and_no_two_are_taken_for_one(logged: Sequence[int], seen: Sequence[int]) -> None:
    log = EventLog()
    for at in sorted(set(logged)):
        log.append(later(LOGGED, at))
    for at in sorted(set(seen)):
        log.append(later(SEEN, at))
    kept, dropped = each_once(log)
    sources = [one.source for one in kept]
    assert sources.count("ccm.log") == len(set(logged))
    assert sources.count("a.pcap") + sum(dropped.values()) == len(set(seen))
    assert sum(dropped.values()) <= min(len(set(logged)), len(set(seen)))
    assert list(kept.time) == sorted(kept.time)
