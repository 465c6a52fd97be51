"""Golden cases of every format: ``<format>/<case>.log`` and what becomes of it in ``<case>.json``; a case needs no Python.

``pytest --update-golden`` rewrites the JSON files; their diff is reviewed like code.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from switchcorr.events import FORMATS, ReadOptions, read_event_batches, read_event_files
from switchcorr.events.declaration import EventFormat
from switchcorr.model.event import Assumed, Event, EventPools
from switchcorr.text import clean_text

_HERE = Path(__file__).parent
_CASES = sorted(_HERE.glob("*/*.log"))
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def _as_json(event: Event) -> dict[str, Any]:
    detail = event.detail
    told: dict[str, Any] = {
        "line": event.line,
        "kind": event.kind.label,
        "time": event.time.isoformat() if event.time else None,
        "assumed": [part.name for part in Assumed if part and part in event.assumed],
        "name": event.name,
        "ip": event.ip,
        "reason": f"{event.reason.enum.label} {event.reason}" if event.reason else "",
        "node": event.node,
        "cluster": event.cluster,
        "device_type": event.device_type,
        "severity": event.severity,
        "description": event.description,
        "extension": event.extension,
        "load": event.load,
    }
    if detail is not None:
        told |= {name: getattr(detail, name) for name in ("alert", "neighbor_device", "neighbor_port", "neighbor_address")}
        told |= {"voice_vlan": detail.voice_vlan, "text": detail.text, "values": dict(detail.values)}
    return {key: value for key, value in told.items() if value or value == 0 or key == "time"}


def read_case(path: Path) -> dict[str, Any]:
    """What becomes of a case, as JSON."""
    reading = read_event_files([path], options=ReadOptions(now=_NOW))
    (account,) = reading.files
    return {
        "formats": list(account.formats),
        "lines": account.lines,
        "ignored": account.ignored,
        "duplicates": account.duplicates,
        "unrecognised": [f"{sample.line}: {sample.text}" for sample in account.samples],
        "warnings": [warning.replace(str(path), path.name) for warning in account.warnings],
        "assumptions": [sentence.replace(str(path), path.name) for sentence in reading.assumptions],
        "events": [_as_json(event) for event in reading.log],
    }


@pytest.mark.parametrize("path", _CASES, ids=_name)
def test_case_is_read_as_written_down(path: Path, request: pytest.FixtureRequest) -> None:
    golden = path.with_suffix(".json")
    read = read_case(path)
    if request.config.getoption("--update-golden", default=False):
        golden.write_text(json.dumps(read, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    assert read == json.loads(golden.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", _CASES, ids=_name)
def test_quick_and_careful_reading_agree_on_a_case(path: Path) -> None:
    options = ReadOptions(now=_NOW)
    quick, careful = (
        [event for batch in read_event_batches(path, options=options, pools=EventPools(), quick=quick) for event in batch.log]
        for quick in (True, False)
    )
    assert quick == careful


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
def test_every_format_has_a_case_with_events(one: EventFormat) -> None:
    cases = sorted((_HERE / one.name).glob("*.json"))
    assert any(json.loads(case.read_text(encoding="utf-8"))["events"] for case in cases), f"no case of {one.name}"


def test_every_directory_of_cases_is_a_format() -> None:
    assert {path.parent.name for path in _CASES} == {one.name for one in FORMATS}


@pytest.mark.parametrize("path", _CASES, ids=_name)
def test_no_two_formats_claim_a_line(path: Path) -> None:
    for line in clean_text(path.read_text(encoding="utf-8")).split("\n"):
        assert len([one.name for one in FORMATS if one.looks_like(line)]) <= 1, line


@pytest.mark.parametrize("path", _CASES, ids=_name)
def test_lines_that_begin_a_record_hold_a_mark_of_their_format(path: Path) -> None:
    for line in path.read_bytes().split(b"\n"):
        for one in FORMATS:
            if not one.table and one.looks_like(line.decode("utf-8")):
                assert any(mark in line for mark in one.marks), (one.name, line)
