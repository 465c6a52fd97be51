"""The short way gives the same events as the format itself, for every line that it takes."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineCounts, LineReader
from switchcorr.events.uc_fast import FastLines, Rows
from switchcorr.events.zones import given_zone
from switchcorr.model.event import Assumed, Event, EventLog, EventPools

_SETTINGS = ClockSettings(now=datetime(2026, 11, 22, 12, tzinfo=UTC), zone=given_zone("Europe/Berlin"))
_PIECE = st.text(alphabet="ab1 .:|]['\"%=é\x07\\-\xa0", max_size=12)
_VALUE = st.one_of(
    _PIECE,
    st.sampled_from(
        [
            "",
            "SEP00005E005301",
            "sep00005e005301.example.org",
            "CTI-1",
            "192.0.2.7",
            "x.x.x.x",
            "2001:db8::1",
            "13",
            "8",
            "99999",
            "SIP",
            "00005E005302",
        ]
    ),
    st.sampled_from(
        ["cm1", " cm1 ", "x][Reason=9", "[Reason=13]", "%UC_CALLMANAGER-3-EndPointUnregistered: %[Reason=1]", "a #012 b", "x" * 1_200]
    ),
)
_NAMES = (
    "IPAddress", "DeviceName", "MACAddress", "IPAddress", "Protocol", "DeviceType", "Description", "Reason", "ConnectingPort", "SIPUser", "UserID",
    "LoadID", "ActiveLoadId", "InactiveLoadId", "AssociatedDNs", "PerfMonObjType", "DeviceType", "IPV6Address", "LastSignalReceived", "AppID", "ClusterID", "NodeID", "Foo",
)  # fmt: skip
_ALARMS = (
    "3-EndPointUnregistered", "4-DeviceUnregistered", "6-EndPointRegistered", "6-EndPointRegistered ", "6-DeviceResetInitiated",
    "3-EndPointTransientConnection", "6-StationConnectionError", "1-SDLLinkOOS", "6-Other",
)  # fmt: skip
_STRANGERS = st.sampled_from(
    [
        "nothing of the kind", "", "   ", "\xa0", "Error in something else", "<x-cisco-alarm>", "Device name.: SEP00005E005309", "Reason Code [Optional].: 6",
        "Error: DeviceUnregistered - Device unregistered.", "Nov 20 09:41:07 UTC : %UC_", "%UC_:", "Nov 20 2026 09:41:07 UTC : %UC_CALLMANAGER-3-EndPointUnregi", "%UC_X-1-Y: %UC_CALLMANAGER-3-EndPointUnregistered:",
        '{"time": "2026-11-20T09:41:07Z", "phone": "SEP00005E005304", "event": "registered"}', '{"time": 1, "event": 2}', "Subject: RTMT alert", "\x00N\x00o",
        "Jan 20 09:41:07 UTC : %CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. Device name.:SEP00005E005305 Node ID:cm1",
        "Nov 20 2026 09:41:07 UTC : %UC_RTMT-2-RTMT_ALERT: %[AlertName=CodeYellow][AlertDetail= %UC_CALLMANAGER-3-EndPointUnregistered: %[Reason=1]: x]",
        '{"time": 1, "event": "reset", "text": "Nov 20 2026 09:41:07 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=A][Reason=1][NodeID=n]: x',
        "Error: DeviceUnregistered - Device description [Optional].: Nov 20 2026 09:41:07 UTC : %UC_CALLMANAGER-6-EndPointRegistered: %[DeviceName=A][NodeID=n]: x",
        "% AlertName=CodeYellow Nov 20 2026 09:41:07 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=A][Reason=1][NodeID=n]: x",
    ]
)  # fmt: skip


def _mostly(usual: str, *others: str) -> st.SearchStrategy[str]:
    """Lines are taken at once only if all of their parts are usual."""
    return st.sampled_from([usual] * 6 * len(others) + list(others))


_PREFIX = _mostly(
    "Nov 20 10:41:07 cm1 local7 3 : 41: cm1.example.org: ", "", "<187>", "2026-11-20T10:00:00Z relay ", "é ", "1999: ", "x" * 390 + " ", "X"
)
_DAY = st.sampled_from(
    ["Nov 20 2026"] * 20
    + ["Nov 20"] * 9
    + ["Nov  2 2026", "Nov 20", "Nov 20", "Dec 31", "Jan  1", "Feb 29", "Oct 25 2026", "Feb 31 2026", "Xxx 20 2026"]
)
_CLOCK = _mostly("09:41:07.123", "09:41:07", "02:30:00.999999", "23:59:59", "24:00:00", "9:41:07", "12:00:60", "09:41")
_ZONE = _mostly(" UTC", " EST", " CET", " CEST", " PM", "", " XYZ")
_FIELDS = {
    "DeviceName": _mostly("SEP00005E005301", "sep00005e005301.example.org", "CTI-1", ""),
    "IPAddress": _mostly("192.0.2.7", "x.x.x.x", "192.0.2.7/24", "2001:db8::1", ""),
    "Description": _PIECE,
    "Reason": _mostly("13", "8", "", "99999", "Gone"),
    "NodeID": _mostly("cm1", " cm1 ", ""),
    "LoadID": _mostly("sip78xx.14-1", "", "x" * 90),
    "ActiveLoadId": _mostly("sip78xx.14-2.loads", "none", ""),
}
_USUAL_NAMES = st.sampled_from(
    [
        [
            "DeviceName",
            "IPAddress",
            "Protocol",
            "DeviceType",
            "Description",
            "Reason",
            "LastSignalReceived",
            "AppID",
            "ClusterID",
            "NodeID",
        ],
        ["DeviceName", "MACAddress", "IPAddress", "Description", "LoadID", "PerfMonObjType", "DeviceType", "AppID", "ClusterID", "NodeID"],
        ["IPAddress", "DeviceName", "DeviceType", "Reason", "ConnectingPort", "AppID", "ClusterID", "NodeID"],
    ]
)


@st.composite
def _alarm_lines(draw: st.DrawFn) -> str:
    names = list(draw(_USUAL_NAMES))
    for name in draw(st.lists(st.sampled_from(_NAMES), max_size=draw(st.sampled_from([0, 0, 0, 3])))):
        names.insert(draw(st.integers(0, len(names))), name)
    odd = draw(st.sets(st.sampled_from(names), max_size=draw(st.sampled_from([0, 0, 0, 1, 2]))))
    usual = {
        "AppID": "Cisco CallManager",
        "DeviceType": "622",
        "Reason": "13",
        "NodeID": "cm1",
        "IPAddress": "192.0.2.7",
        "LoadID": "sip78xx.14-1",
        "ActiveLoadId": "sip78xx.14-2",
    }
    values = {name: draw(_FIELDS.get(name, _VALUE) | _VALUE) if name in odd else usual.get(name, "SEP00005E005301") for name in names}
    fields = "".join(f"[{name}={values[name]}]" for name in names)
    stamp = draw(_PREFIX) + draw(_DAY) + " " + draw(_CLOCK) + draw(_ZONE) + draw(_mostly(" : ", ":   ", " :", ""))
    text = draw(_mostly("text", "text [b]", "é", "text\r"))
    return f"{stamp}%UC_CALLMANAGER-{draw(st.sampled_from(_ALARMS))}: %{fields}: {text}"


@st.composite
def _blocks(draw: st.DrawFn) -> list[bytes]:
    """Lines of all kinds, some of them often."""
    lines = draw(st.lists(st.one_of(_alarm_lines(), _alarm_lines(), _STRANGERS), max_size=12))
    order = draw(st.lists(st.sampled_from(lines), max_size=30)) if lines else []
    encoding = draw(st.sampled_from(["utf-8", "utf-8", "cp1252"]))
    return [line.encode(encoding) for line in lines + order]


_STAMPED = b"Nov 20 2026 09:41:07.123 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "


@dataclass(frozen=True)
class _Outcome:
    """All that may be seen of a reading."""

    events: list[Event]
    counts: LineCounts
    assumed: dict[Assumed, int]
    unknown_zones: set[str]


def _read(lines: list[bytes], *, quick: bool, lines_a_block: int = 40) -> _Outcome:
    clock = Clock(_SETTINGS)
    reader = LineReader("log", clock, EventPools(), quick=quick)
    log = EventLog(reader.pools)
    for first in range(0, len(lines), lines_a_block):
        log.extend(reader.read(b"\n".join(lines[first : first + lines_a_block]) + b"\n"))
    log.extend(reader.finish())
    reader.counts.formats = Counter({name: count for name, count in reader.counts.formats.items() if count})
    return _Outcome(list(log), reader.counts, dict(clock.assumed), clock.unknown_zones)


@settings(max_examples=120)
@given(_blocks(), st.sampled_from([1, 9, 40, 80]))
def test_quick_and_careful_reading_agree(lines: list[bytes], lines_a_block: int) -> None:
    padding = [b"nothing"] * 40
    quick, careful = (_read(padding + lines, quick=quick, lines_a_block=lines_a_block) for quick in (True, False))
    assert quick == careful


@pytest.mark.parametrize(
    "line",
    [
        _STAMPED + b"%[DeviceName=SEP00005E005301][DeviceName=SEP00005E005302][Reason=13][NodeID=cm1]: text",
        _STAMPED + b"%[DeviceName=SEP00005E005301][Description=B\xfcro][Reason=13][NodeID=cm1]: text",
        _STAMPED + b"%[DeviceName=SEP00005E005301][Description=B\xc3\xbcro][Reason=13][NodeID=cm1]: text",
        _STAMPED + b"%[DeviceName=SEP00005E005301][Description=" + b"x" * 5_000 + b"][Reason=13][NodeID=cm1]: text",
        _STAMPED + b"%[DeviceName=SEP00005E005301][Description=" + b"x" * 1_500 + b"][Reason=13][NodeID=cm1]: text",
        _STAMPED + b"%[DeviceName=][MACAddress=00005E005301][DeviceType=99999999999][Reason=13][NodeID=cm1]: text",
    ],
    ids=["a name twice", "Windows letters", "UTF-8", "a piece too long", "a value too long", "no name, no type"],
)
def test_lines_at_the_edge_of_the_quick_way_are_read_alike(line: bytes) -> None:
    padding = [b"nothing"] * 40
    outcome = _read(padding + [line] * 20, quick=True)
    assert outcome == _read(padding + [line] * 20, quick=False)
    assert len(outcome.events) == 20


def test_a_line_that_breaks_off_in_the_alarms_name_is_not_another_alarm() -> None:
    line = b"Nov 20 2026 09:41:07 UTC : %UC_CALLMANAGER-3-EndPointUnregi\n"
    for quick in (True, False):
        reader = LineReader("", Clock(_SETTINGS), EventPools(), quick=quick)
        reader.read(line * 100)
        assert (reader.counts.unrecognised, reader.counts.ignored) == (100, 0)


def test_blocks_may_end_anywhere_between_lines() -> None:
    lines = [b"nothing"] * 40 + [_usual(n) for n in range(100)]
    whole = _read(lines, quick=True, lines_a_block=1_000)
    assert len(whole.events) == 100
    assert all(_read(lines, quick=True, lines_a_block=size) == whole for size in (1, 2, 7, 63))


def _usual(n: int, day: str = "Nov 20 2026", extra: str = "") -> bytes:
    return (
        f"{day} 09:{n // 60 % 60:02d}:{n % 60:02d}.100 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0053{n % 256:02X}]"
        f"[IPAddress=192.0.2.7][Protocol=SIP][DeviceType=8][Description={extra}{n}][Reason=13][AppID=Cisco CallManager][ClusterID=c][NodeID=cm1]: text"
    ).encode()


@pytest.mark.parametrize(
    "between", [b"Error: DeviceUnregistered - Device unregistered.\nDevice name.: SEP00005E005301", b"Subject: RTMT alert", b"{}"]
)
def test_a_record_of_several_lines_among_the_commonest_costs_only_its_own_lines(between: bytes) -> None:
    lines = b"\n".join([_usual(n) for n in range(50)] + [between] + [_usual(n) for n in range(50, 100)]).split(b"\n")
    padding = [b"nothing"] * 40
    assert _read(padding + lines, quick=True) == _read(padding + lines, quick=False)


def test_the_commonest_lines_are_taken() -> None:
    tail = b"[AppID=Cisco CallManager][ClusterID=c][NodeID=cm1]: text"
    head = b"Nov 20 10:41:07 cm1 local7 3 : 41: cm1.example.org: Nov 20 2026 09:41:07.123 UTC :   %UC_CALLMANAGER-"
    device = b"%[DeviceName=SEP00005E005301][MACAddress=00005E005301][IPAddress=192.0.2.7][Protocol=SIP]"
    lines = [
        head + b"3-EndPointUnregistered: " + device + b"[DeviceType=622][Description=B\xc3\xbcro][Reason=13][LastSignalReceived=x]" + tail,
        head
        + b"6-EndPointRegistered : "
        + device
        + b"[Description=Room][UserID=u][LoadID=l][AssociatedDNs=1,2][PerfMonObjType=2][DeviceType=622]"
        + tail,
        head
        + b"3-EndPointTransientConnection: %[IPAddress=192.0.2.7][DeviceName=][Protocol=SIP][DeviceType=255][Reason=6][ConnectingPort=0]"
        + tail,
    ]
    rows = _taken(lines)
    assert (len(rows.places), rows.left) == (3, [])


def _taken(lines: list[bytes]) -> Rows:
    fast = FastLines(Clock(_SETTINGS), EventPools())
    return fast.take(fast.cut(b"\n".join([*lines, b""])))


def test_more_distinct_values_than_the_tables_keep_are_all_right() -> None:
    lines = [
        f"Nov 20 2026 {n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}.{n:06d} UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName=SEP00005E{n:06X}][IPAddress=10.{n >> 16}.{n >> 8 & 255}.{n & 255}][Description=d{n}][Reason=13][CallState={n}][NodeID=cm1]: text"
        for n in range(66_000)
    ]
    reader = LineReader("log", Clock(_SETTINGS), EventPools())
    reader.read(b"nothing\n" * 40)
    log = reader.read("\n".join(lines).encode() + b"\n")
    assert len(log) == len(set(log.name)) == len(set(log.ip)) == len(set(log.description)) == 66_000
    last = log[65_999]
    assert (last.name, last.ip, last.description, last.node) == ("SEP00005E0101CF", "10.1.1.207", "d65999", "cm1")
