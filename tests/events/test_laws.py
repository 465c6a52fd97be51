"""Laws of reading: hostile bytes raise nothing, every line is accounted for, order and duplicates of lines do not matter."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from switchcorr.events import FORMATS, ReadOptions, read_event_files
from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.declaration import Record
from switchcorr.events.lines import LineReader
from switchcorr.model.event import EventPools

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_CASES = sorted(Path(__file__).parent.glob("*/*.log"))
_LINES = sorted({line for path in _CASES for line in path.read_bytes().split(b"\n")})


@st.composite
def _mangled(draw: st.DrawFn) -> bytes:
    line = bytearray(draw(st.sampled_from(_LINES)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(line)))
        line[at : at + draw(st.integers(0, 30))] = draw(
            st.one_of(st.binary(max_size=8), st.sampled_from([b"[", b"][", b":", b'"', b"%[", b"\xff\xfe"]))
        )
    return bytes(line)


def _reader(quick: bool) -> LineReader:
    return LineReader("log", Clock(ClockSettings(now=_NOW)), EventPools(), quick=quick)


@settings(max_examples=200)
@given(st.lists(_mangled(), max_size=12), st.booleans())
@example([b'{"event": 1e999, "time": 1, "phone": ' + b"[" * 9_000 + b"}"], True)
def test_hostile_lines_raise_nothing_and_are_all_counted(lines: list[bytes], quick: bool) -> None:
    reader = _reader(quick)
    block = b"\n".join([*lines, b"end"]) + b"\n"
    log = reader.read(block)
    log.extend(reader.finish())
    counts = reader.counts
    assert counts.lines == block.count(b"\n")
    assert counts.events == len(log)
    assert counts.ignored + counts.unrecognised <= counts.lines
    assert [event.line for event in log if not 1 <= event.line <= counts.lines] == []


@given(st.binary(max_size=3_000), st.booleans())
def test_any_bytes_raise_nothing(block: bytes, quick: bool) -> None:
    reader = _reader(quick)
    reader.read(b"nothing\n" * 40)
    reader.read(block)
    reader.finish()


@pytest.mark.parametrize("one", FORMATS, ids=lambda one: one.name)
@given(text=st.text(max_size=300))
def test_no_format_fails_on_any_text(one: object, text: str) -> None:
    format_ = next(candidate for candidate in FORMATS if candidate is one)
    format_.looks_like(text)
    format_.continues((text,), text)
    found = format_.parse(Record((text, text), "time,phone,event"))
    assert found is None or isinstance(found, tuple)


def _log_lines() -> Iterator[str]:
    for n in range(60):
        stamp = f"Nov 20 2026 09:4{n % 5}:{n:02d}.{n:03d} UTC"
        yield (
            f"{stamp} : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E0053{n % 20:02X}][IPAddress=192.0.2.{n}][Protocol=SIP]"
            f"[Description=d {n}][Reason={n % 3 + 6}][AppID=Cisco CallManager][ClusterID=c][NodeID=cm{n % 2}]: An endpoint has unregistered\n"
        )


@pytest.mark.parametrize("seed", range(3))
def test_order_and_repetition_of_lines_do_not_matter(tmp_path: Path, seed: int) -> None:
    lines = list(_log_lines())
    mixed = lines + lines[::2]
    random.Random(seed).shuffle(mixed)
    logs = []
    for name, some in (("plain", lines), ("mixed", mixed)):
        path = tmp_path / name
        path.write_text("".join(some))
        logs.append(read_event_files([path], options=ReadOptions(now=_NOW)))
    plain, other = ([(event.time, event.name, event.ip, event.reason, event.node) for event in reading.log] for reading in logs)
    assert plain == other
    assert [reading.files[0].duplicates for reading in logs] == [0, 30]
