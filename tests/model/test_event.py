"""Events as columns are the same events."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.event import Assumed, Event, EventDetail, EventFileAccount, EventKind, EventLog, EventPools
from switchcorr.model.reason import Reason, ReasonEnum

_EVENTS = st.builds(
    Event,
    time=st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2040, 1, 1)).map(lambda time: time.replace(microsecond=0, tzinfo=UTC)),
    kind=st.sampled_from(EventKind),
    name=st.sampled_from(["", "SEP00005E005301", "CTI-1"]),
    ip=st.sampled_from(["", "192.0.2.1"]),
    reason=st.none() | st.builds(Reason, st.sampled_from(ReasonEnum), st.integers(0, 300)),
    node=st.sampled_from(["", "cm-1", "cm-2"]),
    cluster=st.sampled_from(["", "StandAloneCluster"]),
    device_type=st.none() | st.integers(0, 40000),
    severity=st.none() | st.integers(0, 7),
    description=st.text(max_size=8),
    extension=st.text(max_size=8),
    load=st.text(max_size=8),
    detail=st.none() | st.builds(EventDetail, alert=st.text(max_size=5)),
    source=st.sampled_from(["", "a.log"]),
    line=st.integers(0, 10**12),
    assumed=st.sampled_from([Assumed.NOTHING, Assumed.YEAR, Assumed.YEAR | Assumed.ZONE]),
)


@given(st.lists(_EVENTS, max_size=12))
def test_what_is_put_into_columns_comes_out(events: list[Event]) -> None:
    log = EventLog()
    for event in events:
        log.append(event)
    assert list(log) == events
    assert list(log.select(list(range(len(log)))[::-1])) == events[::-1]


@given(st.lists(_EVENTS, max_size=6), st.lists(_EVENTS, max_size=6))
def test_logs_that_share_pools_can_be_joined(first: list[Event], second: list[Event]) -> None:
    pools = EventPools()
    logs = EventLog(pools), EventLog(pools)
    for log, events in zip(logs, (first, second), strict=True):
        for event in events:
            log.append(event)
    logs[0].extend(logs[1])
    assert list(logs[0]) == first + second


def test_logs_of_other_pools_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="share their pools"):
        EventLog().extend(EventLog())


def test_a_pool_finds_what_it_holds() -> None:
    pool = EventPools().names
    assert pool.find("SEP00005E005301") == -1
    assert pool.put("SEP00005E005301") == pool.find("SEP00005E005301") == 0
    assert pool.get(-1) == ""


def test_kinds_have_the_names_of_the_contract() -> None:
    assert [kind.label for kind in EventKind][:6] == ["unregistered", "transient", "registered", "reset", "restart", "server_alert"]


def test_a_file_without_any_event_says_what_was_looked_for_in_it() -> None:
    assert EventFileAccount("a.log", lines=1).no_event == "a.log: no event of a known format in 1 line"
    assert EventFileAccount("a.pcap", lines=2000, unit="packet").no_event == "a.pcap: no registration begins or ends in 2,000 packets"
