"""What users type into descriptions changes no other field, in any format: write an event, read it back."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineReader
from switchcorr.model.event import Event, EventPools
from switchcorr.text import clean

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_HOSTILE = [
    ":", "|", "]", "[", "][", '"', "'", "%", "%[", ",", ";", "\t", "#012", "# 012", "\u2013", "=", "<", ">", "|<NID::evil>", "Reason=9", "[Reason=9]",
    "][Reason=9", "Reason Code [Optional].: 9", "Node ID:evil", "][NodeID=evil", "%UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0053FF]",
    "%CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered:", "Error: DeviceUnregistered - Device unregistered.", "At Fri Nov 20 03:42:00 CST 2026 on node evil,",
    "Device type. [Optional]: 1", "DeviceType=1", "Nov 21 2026 10:00:00 UTC :", "AlertName=x", "cisco-alarm:14 Name=SEP00005E0053FE", "\x1b[2J", "\u202e", "é",
]  # fmt: skip
_TEXTS = st.lists(st.sampled_from(_HOSTILE) | st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=5), max_size=6).map("".join)
_STAMP = "Nov 20 2026 09:41:07.100 UTC"


def _bracketed(text: str) -> str:
    return (
        f"{_STAMP} : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E005301][IPAddress=192.0.2.7][DeviceType=8][Description={text}]"
        "[Reason=13][AppID=Cisco CallManager][ClusterID=HQ][NodeID=cm1]: An endpoint has unregistered"
    )


def _without_brackets(text: str) -> str:
    return (
        f"{_STAMP} : %UC_CALLMANAGER-3-EndPointUnregistered: % DeviceName=SEP00005E005301 IPAddress=192.0.2.7 DeviceType=8 Description={text} "
        "Reason=13 AppID=Cisco CallManager ClusterID=HQ NodeID=cm1 : An endpoint has unregistered"
    )


def _keyed(text: str) -> str:
    return (
        f"{_STAMP} : %CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. Device name.:SEP00005E005301 Device IP address.:192.0.2.7 "
        f"Device type. [Optional]:8 Device description [Optional].:{text} Reason Code [Optional].:13 App ID:Cisco CallManager Cluster ID:HQ Node ID:cm1"
    )


def _description(text: str, between: str) -> str:
    fields = (
        "Error: DeviceUnregistered - Device unregistered.", "Device name.: SEP00005E005301", "Device IP address.: 192.0.2.7",
        "Device type. [Optional]: 8", f"Device description [Optional].: {text}", "Reason Code [Optional].: 13", "App ID: Cisco CallManager",
        "Cluster ID: HQ", "Node ID: cm1", "Explanation: A device has gone.", "Recommended Action: None.",
    )  # fmt: skip
    return between.join(fields)


def _row(*cells: str) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="").writerow(cells)
    return stream.getvalue()


def _exported(text: str) -> str:
    return _row("Error", "11/20/2026", "9:41:07 AM", "Cisco CallManager", "None", "3", "N/A", "CCM", _description(text, "\n "))


_GENERIC: Mapping[str, str] = {
    "time": "2026-11-20T09:41:07.1Z", "phone": "SEP00005E005301", "event": "unregistered", "reason": "13", "node": "cm1", "ip": "192.0.2.7", "device_type": "8",
}  # fmt: skip

_WRITERS: Mapping[str, Callable[[str], str]] = {
    "brackets": _bracketed,
    "lost brackets": _without_brackets,
    "keys on one line": _keyed,
    "Event Viewer": lambda text: _description(text, "\n"),
    "Event Viewer with empty lines": lambda text: _description(text, "\n\n"),
    "Event Viewer on one line": lambda text: _description(text, " "),
    "Event Viewer export": _exported,
    "CSV": lambda text: "\n".join((_row(*_GENERIC, "description"), _row(*_GENERIC.values(), text))),
    "JSON lines": lambda text: json.dumps({**_GENERIC, "description": text}),
}


def _read(text: str) -> list[Event]:
    reader = LineReader("log", Clock(ClockSettings(now=_NOW)), EventPools())
    log = reader.read(text.encode())
    log.extend(reader.finish())
    return list(log)


@pytest.mark.parametrize("format_", _WRITERS)
@given(text=_TEXTS)
@example(text="][Reason=9][NodeID=evil")
@example(text="Explanation: none Node ID: evil")
def test_a_description_changes_no_other_field(format_: str, text: str) -> None:
    (event,) = _read(_WRITERS[format_](text))
    assert (event.name, event.ip, event.device_type, event.node) == ("SEP00005E005301", "192.0.2.7", 8, "cm1")
    assert event.reason is not None
    assert event.reason.code == 13


@pytest.mark.parametrize("format_", ["brackets", "CSV", "JSON lines"])
@given(text=st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=30))
def test_a_description_comes_back_as_it_was(format_: str, text: str) -> None:
    (event,) = _read(_WRITERS[format_](text))
    assert event.description == clean(text)
