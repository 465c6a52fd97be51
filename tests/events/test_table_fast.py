"""Rows of a table taken the quick way are the events that the careful way makes of them."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineCounts, LineReader
from switchcorr.events.table_fast import FastTable
from switchcorr.model.event import Event, EventLog, EventPools

_NOW = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
_OSLO = dt.timezone(dt.timedelta(hours=1))
_CELLS = {
    "time": (
        "2026-11-22T09:41:07Z", "2026-11-22 09:41:07.123456+01:00", "2026-11-22T09:41:59.9", "2026-02-30T09:41:07Z", "2026-11-22T09:41Z",
        "11/22/2026 09:41:07", "Nov 22 09:41:07", "1763804467", "", "yesterday", "2026-11-22T09:41:60Z", "0000-01-01T00:00:00Z",
        "2026-10-25 01:59:00", "2026-10-25 02:05:59", "2026-10-25T02:30:00", "2026-10-25 02:40:30.5", "2026-10-25 03:00:00",
    ),
    "phone": ("SEP00005E005301", "00:00:5e:00:53:02", "CTI-1", " sep00005e005303 ", "", "x" * 200),
    "event": ("unregistered", "Transient", "registered", "server alert", "server_alert", "nonsense", ""),
    "reason": ("13", "8", "", "keepalive time-out", "99999", "no reason"),
    "reason_enum": ("", "EndPointUnregistered.Reason", "DeviceUnregistered.Reason", "none of ours"),
    "node": ("cm1", "", "büro", '"cm,2"', '"open'),
    "cluster": ("", "one"), "ip": ("", "192.0.2.7", "300.1.1.1"), "device_type": ("", "30027"), "severity": ("", "3", "9"),
    "description": ("", "LowCallManagerHeartbeatRate 19", "lobby\t1"), "extension": ("", "4001", "4001, 4002"), "load": ("", "none", "sip78xx.14-1.loads"), "alert": ("", "CodeYellow"), "text": ("", "said"), "value_rate": ("", "19"),
}  # fmt: skip


def _read(block: bytes, *, quick: bool, zone: dt.tzinfo | None) -> tuple[list[Event], LineCounts, Clock]:
    clock = Clock(ClockSettings(now=_NOW, zone=zone))
    reader = LineReader("log", clock, EventPools(), quick=quick)
    log = EventLog(reader.pools)
    for part in (block[: len(block) // 2].rpartition(b"\n")[0], block):
        rest = part if part is not block else block[len(block[: len(block) // 2].rpartition(b"\n")[0]) :].removeprefix(b"\n")
        log.extend(reader.read(rest))
    log.extend(reader.finish())
    return list(log), reader.counts, clock


@st.composite
def _tables(draw: st.DrawFn) -> bytes:
    separator = draw(st.sampled_from([",", ";", "\t"]))
    further = draw(st.lists(st.sampled_from([name for name in _CELLS if name not in ("time", "phone", "event")]), unique=True))
    names = draw(st.permutations(["time", "phone", "event", *further]))
    rows = draw(st.lists(st.tuples(*(st.sampled_from(_CELLS[name]) for name in names)), max_size=12))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    lines = [separator.join(names), *(separator.join(row) for row in rows), *draw(st.lists(st.sampled_from(["", "a,b", "\0"]), max_size=2))]
    return end.join(lines).encode() + b"\n"


@given(_tables(), st.sampled_from([None, _OSLO, ZoneInfo("Europe/Berlin")]))
def test_quick_and_careful_rows_are_the_same_events(block: bytes, zone: dt.tzinfo | None) -> None:
    quick, careful = (_read(block, quick=quick, zone=zone) for quick in (True, False))
    assert quick[0] == careful[0]
    assert quick[1] == careful[1]
    assert (quick[2].assumed, quick[2].zoned) == (careful[2].assumed, careful[2].zoned)


@pytest.mark.parametrize("names", ["time,phone,device,event", "time,phone,event,event", "time,time,phone,event"])
def test_tables_with_two_names_or_a_column_twice_have_no_quick_way(names: str) -> None:
    assert not FastTable.knows(tuple(names.split(",")))
    row = ",".join(
        "2026-11-22T09:41:07Z" if name == "time" else "unregistered" if name == "event" else "SEP00005E005301" for name in names.split(",")
    )
    block = f"{names}\n{row}\n".encode()
    assert _read(block, quick=True, zone=None)[0] == _read(block, quick=False, zone=None)[0]


def test_plain_rows_are_not_taken_one_by_one() -> None:
    pools = EventPools()
    table = FastTable(",", ("time", "phone", "event"), Clock(ClockSettings(now=_NOW)), pools, source=-1)
    taken = [table.take(f"2026-11-22T09:{i % 60:02d}:07Z,SEP{i:012X},unregistered".encode(), i) for i in range(70_000)]
    log = EventLog(pools)
    assert all(taken)
    assert table.put(log) == len(log) == 70_000
    assert log[69_999].name == f"SEP{69_999:012X}"
    assert table.put(log) == 0


def test_more_minutes_and_rows_than_are_kept_are_read_all_the_same() -> None:
    table = FastTable(",", ("time", "phone", "event", "node"), Clock(ClockSettings(now=_NOW)), EventPools(), source=0)
    start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for i in range(5_000):
        assert table.take(f"{start + dt.timedelta(minutes=i):%Y-%m-%dT%H:%M}:00Z,SEP{i:012X},unregistered,cm1".encode(), i)
    for i in range(66_000):
        assert table.take(f"2026-01-01T00:00:00Z,SEP000000000001,unregistered,cm{i}".encode(), i)
