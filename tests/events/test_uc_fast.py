"""The short way gives the same events as the format itself, for every line that it takes."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineReader
from switchcorr.events.uc_fast import split_line, split_rows, tags_of
from switchcorr.events.zones import given_zone
from switchcorr.model.event import Event, EventPools

_SETTINGS = ClockSettings(now=datetime(2026, 11, 22, 12, tzinfo=UTC), zone=given_zone("Europe/Berlin"))
_PIECE = st.text(alphabet="ab1 .:|]['\"%=é\x07\\-", max_size=12)
_VALUE = st.one_of(
    _PIECE, st.sampled_from(["", "SEP00005E005301", "192.0.2.7", "x.x.x.x", "13", "8", "SIP", "00005E005302", "cm1", "x][Reason=9"])
)
_NAMES = (
    "IPAddress", "DeviceName", "MACAddress", "IPAddress", "Protocol", "DeviceType", "Description", "Reason", "ConnectingPort", "SIPUser", "UserID",
    "LoadID", "AssociatedDNs", "PerfMonObjType", "DeviceType", "IPV6Address", "LastSignalReceived", "AppID", "ClusterID", "NodeID", "Foo",
)  # fmt: skip


@st.composite
def _lines(draw: st.DrawFn) -> bytes:
    prefix = draw(st.sampled_from(["", "Nov 20 10:41:07 cm1 local7 3 : 41: cm1.example.org: ", "<187>", "2026-11-20T10:00:00Z relay "]))
    day = draw(st.sampled_from(["Nov 20 2026", "Nov  2 2026", "Feb 31 2026", "Nov 20", "Oct 25 2026", "Xxx 20 2026"]))
    clock = draw(st.sampled_from(["09:41:07", "09:41:07.123", "02:30:00.999999", "24:00:00", "9:41:07", "12:00:60"]))
    zone = draw(st.sampled_from([" UTC", " EST", " CET", " CEST", " PM", "", " XYZ"]))
    alarm = draw(
        st.sampled_from(
            ["3-EndPointUnregistered", "4-DeviceUnregistered", "6-EndPointRegistered", "3-EndPointTransientConnection", "6-Other"]
        )
    )
    names = draw(st.lists(st.sampled_from(_NAMES), max_size=8).map(lambda some: sorted(some, key=_NAMES.index)))
    fields = "".join(f"[{name}={draw(_VALUE)}]" for name in names)
    colon = draw(st.sampled_from([" : ", ":   ", " :"]))
    text = f"{prefix}{day} {clock}{zone}{colon}%UC_CALLMANAGER-{alarm}: %{fields}[AppID=Cisco CallManager][ClusterID=c][NodeID=cm1]: text"
    return text.encode(draw(st.sampled_from(["utf-8", "cp1252"])))


def _read(lines: list[bytes], *, quick: bool) -> tuple[list[Event], int, int]:
    clock = Clock(_SETTINGS)
    reader = LineReader("log", clock, EventPools(), quick=quick)
    events = [event for first in range(0, len(lines), 40) for event in reader.read(b"\n".join(lines[first : first + 40]) + b"\n")]
    events.extend(reader.finish())
    return events, reader.counts.ignored, reader.counts.unrecognised


@given(st.lists(_lines(), max_size=12))
def test_quick_and_careful_reading_agree(lines: list[bytes]) -> None:
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
    assert all(split_line(line) is not None for line in lines)


@given(st.binary(max_size=2_000))
def test_every_line_of_a_block_is_one_row(block: bytes) -> None:
    lines = block.split(b"\n")
    assert len(split_rows(lines)) == len(tags_of(lines)) == len(lines)


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
