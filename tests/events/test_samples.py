"""Every row of the shared ``expected.csv``: real posts and documents, read by eye, against what the reader makes of them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.model.event import Event, EventReading

pytestmark = pytest.mark.shared

_SAMPLES = Path(__file__).parents[2] / ".." / "shared" / "samples" / "cucm"
_OPTIONS = ReadOptions(now=datetime(2026, 11, 22, 12, tzinfo=UTC), zone="UTC")
_LATER = {
    "ccm-sdi-trace-register-keepalive.txt": "an SDI trace",
    "ccm3-sdi-trace-station-alarm.txt": "an SDI trace",
    "cucm9-sdl-sipstationd-unregister.txt": "an SDL trace",
}
"""Traces tell events in several lines without a date; a later issue reads them. Until then none of their lines is an event."""


def _rows() -> list[dict[str, str]]:
    path = _SAMPLES / "expected.csv"
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@cache
def _read(file: str) -> EventReading:
    return read_event_files([_SAMPLES / file], options=_OPTIONS)


def _told() -> Iterator[dict[str, str]]:
    return (row for row in _rows() if row["event"] != "none" and row["file"] not in _LATER)


def _row_name(row: dict[str, str]) -> str:
    return f"{row['file']}:{row['line']}"


def _at(file: str, line: str) -> Event:
    events = [event for event in _read(file).log if event.line == int(line)]
    assert len(events) == 1, f"{len(events)} events at {file}:{line}"
    return events[0]


_SEVERITIES = {"Error": "3"}


@pytest.mark.skipif(not _rows(), reason="no reference material beside the checkout")
@pytest.mark.parametrize("row", [pytest.param(row, id=_row_name(row)) for row in _told()])
def test_row_is_read_into_its_event(row: dict[str, str]) -> None:
    event = _at(row["file"], row["line"])
    assert event.kind.label == row["event"]
    assert (event.time.isoformat(timespec="milliseconds") if event.time else "") == _isoformat(row["time"])
    assert event.name == row["name"]
    assert event.ip == row["ip"]
    assert (str(event.reason.code) if event.reason else "") == row["reason"]
    assert event.reason is None or event.reason.enum.label == row["reason_enum"]
    assert event.node == row["node"]
    assert ("" if event.severity is None else str(event.severity)) == _SEVERITIES.get(row["severity"], row["severity"])


def _isoformat(text: str) -> str:
    return datetime.fromisoformat(text).isoformat(timespec="milliseconds") if text else ""


@pytest.mark.skipif(not _rows(), reason="no reference material beside the checkout")
@pytest.mark.parametrize("file", sorted({row["file"] for row in _rows()}))
def test_nothing_else_is_an_event(file: str) -> None:
    expected = {int(row["line"]) for row in _told() if row["file"] == file}
    assert {event.line for event in _read(file).log} == expected


@pytest.mark.skipif(not _rows(), reason="no reference material beside the checkout")
def test_what_the_notes_say_of_details() -> None:
    heartbeat = _at("rtmt-alert-email-lowheartbeat.txt", "1").detail
    assert heartbeat is not None
    assert (heartbeat.alert, dict(heartbeat.values)) == ("LowCallManagerHeartbeatRate", {"rate": "19", "threshold": "24"})
    yellow = _at("rtmt-alert-syslog.txt", "1").detail
    assert yellow is not None
    assert (yellow.values["AverageDelay"], yellow.values["NormalPriorityQueueDepth"]) == ("7906", "5161")
    phone = _at("phone-console-7821-tcp-timeout.txt", "71").detail
    assert phone is not None
    assert (phone.neighbor_device, phone.neighbor_port) == ("KPOE-allevich.cisco.com", "FastEthernet0/1")
    assert (phone.neighbor_address, phone.voice_vlan) == ("10.62.153.17", 150)
    founding = _at("ccm4-eventviewer-multiline.txt", "1")
    assert (founding.device_type, founding.description) == (8, "Steve Le 5422 |6123")


@pytest.mark.skipif(not _rows(), reason="no reference material beside the checkout")
def test_the_line_in_two_files_is_one_event() -> None:
    files = [_SAMPLES / "cucm-ciscosyslog-prefix-variants.txt", _SAMPLES / "cucm8plus-syslog-endpointunregistered.txt"]
    reading = read_event_files(files, options=_OPTIONS)
    assert len(reading.log) == 1
    assert [account.duplicates for account in reading.files] == [0, 1]


@pytest.mark.skipif(not _rows(), reason="no reference material beside the checkout")
def test_every_template_of_the_catalogue_is_claimed() -> None:
    reading = read_event_files([_SAMPLES / "cucm-12.5-alarm-templates.txt"], options=_OPTIONS)
    names = set(re.findall(r"-\d-(\w+) :", (_SAMPLES / "cucm-12.5-alarm-templates.txt").read_text()))
    assert len(names) > 30
    assert reading.files[0].unrecognised == 0
