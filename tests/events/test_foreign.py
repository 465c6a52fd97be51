"""Files that are no event logs are told what they seem to be, and what to give instead."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.model.event import EventFileAccount

_TYPES = "INTEGER,INTEGER,INTEGER,VARCHAR(129)\n"
_SAMPLES = {
    "CDR export": f'"cdrRecordType","globalCallID_callManagerId","globalCallID_callId","origDeviceName"\n{_TYPES}1,1,7,"SEP00005E005301"\n',
    "CMR export": f'\ufeff"cdrRecordType","globalCallID_callManagerId","numberPacketsSent","deviceName"\n{_TYPES}2,1,9,"SEP00005E005301"\n',
    "counters (perfmon)": '"(PDH-CSV 4.0) (UTC)(0)","\\\\cm1\\Cisco CallManager\\RegisteredHardwarePhones"\r\n"11/20/2026 09:00:00.123","1000"\r\n',
    "show-tech file": "------------------ show version ------------------\n\nCisco IOS Software\n",
    "terminal log": "\nUser Access Verification\n\nacc-12#sh mac address-table\n 10 0000.5e00.5301 DYNAMIC Gi1/0/1\n",
    "SDL trace": "23469039.000 |09:54:41.102 |SdlSig  |StationLocationInfo |restart0 |StationD(1,100,64,5195) |StationInit(1,100,63,1)\n",
    "SDI trace": "16:02:52.750 CCM|StationInit - New connection accepted. DeviceName=, TCPHandle=0x4fbaa00\n",
    "answer of RIS": '<?xml version="1.0"?>\n<soapenv:Envelope>\n<ns1:selectCmDeviceReturn>\n',
    "(base64)": "Subject: log\nContent-Transfer-Encoding: base64\n\nTm92IDIwIDEwOjQxOjA3\n",
}


def _account(path: Path, content: bytes) -> EventFileAccount:
    path.write_bytes(content)
    return read_event_files([path], options=ReadOptions(now=datetime(2026, 11, 30, tzinfo=UTC))).files[0]


@pytest.mark.parametrize("what", _SAMPLES)
def test_a_text_without_events_is_told_what_it_seems_to_be(tmp_path: Path, what: str) -> None:
    account = _account(tmp_path / "given.txt", _SAMPLES[what].encode())
    assert account.problem.startswith(f"{tmp_path / 'given.txt'}: seems to be a")
    assert what in account.problem
    assert ", no event log. " in account.problem
    assert account.unrecognised == sum(1 for line in _SAMPLES[what].splitlines() if line.strip())


def test_a_text_with_one_event_or_of_nothing_known_is_not_guessed_at(tmp_path: Path) -> None:
    event = "%CCM_CALLMANAGER-CALLMANAGER-3-DeviceUnregistered: Device unregistered. Device name.:SEP00005E005301 Reason Code [Optional].:8 Node ID:cm1\n"
    assert _account(tmp_path / "ccm.log", (_SAMPLES["SDI trace"] + event).encode()).problem == ""
    assert _account(tmp_path / "notes.txt", b"nothing of that kind\n").problem == ""


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"ElfFile\0" + bytes(range(32)) * 40, "an Event Viewer log (.evtx). Save it"),
        (b"\x30\0\0\0LfLe" + bytes(range(32)) * 40, "an Event Viewer log (.evt). Save it"),
        (gzip.compress(gzip.compress(bytes(range(256)) * 10, mtime=0), mtime=0), "packed twice. Unpack it once"),
        (gzip.compress(b"PK\x03\x04" + bytes(range(32)) * 40, mtime=0), "an archive or an Office file within a packed one. Unpack it"),
        (bytes(range(1, 32)) * 40, "no text (binary data)."),
    ],
)
def test_what_is_no_text_is_told_what_it_is(tmp_path: Path, content: bytes, told: str) -> None:
    assert told in _account(tmp_path / "given.bin", content).problem
