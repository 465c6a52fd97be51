"""Segments that grow are ingested from where reading ended, each event once, whatever stands in them."""

from __future__ import annotations

import gzip
import io
import random
import tempfile
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import cast

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.events import ReadOptions, read_event_files
from switchcorr.events.growth import pass_lines
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.ingest import IngestedFile, ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.event import EventLog
from switchcorr.store.events import events_between
from switchcorr.store.url import parse_url
from tests.listen.receiving import listening, options, send_udp

_NOW = datetime(2027, 1, 1, tzinfo=UTC)
_START = datetime(2026, 11, 22, 8, tzinfo=UTC)
_LONG = "x" * 300_000


def _line(number: int, kind: str = "uc") -> str:
    at = _START + timedelta(seconds=number)
    before = f"{at:%Y-%m-%dT%H:%M:%S}.123Z 192.0.2.7 "
    if kind == "other":
        return f"{before}<30>{at:%b %d %H:%M:%S} host daemon[7]: nothing that matters\n"
    if kind == "switch":
        return f"{before}<189>{at:%b %d %H:%M:%S} acc-12 7: {at:%b %d %H:%M:%S}.123 UTC: %LINK-3-UPDOWN: Interface Gi3/{number % 48}, changed state to down\n"
    name = f"SEP00005E{number:06X}"
    return (
        f"{before}<187>{number}: cm1.example.org: {at:%b %d %Y %H:%M:%S}.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName={name}][IPAddress=192.0.2.9][Protocol=SCCP][DeviceType=7][Reason=13][NodeID=cm1]: An endpoint has unregistered\n"
    )


def _place(folder: Path) -> StorePlace:
    return StorePlace(parse_url(str(folder / "x.db")), folder / "raw")


def _take(place: StorePlace, path: Path) -> IngestedFile:
    (told,) = ingest([path], place, Times(_NOW)).files
    return told


def _events(log: EventLog) -> list[tuple[object, ...]]:
    return sorted(
        (log.line[i], round(event.time.timestamp(), 2) if event.time else 0, event.name, event.kind) for i, event in enumerate(log)
    )


def _stored(place: StorePlace) -> list[tuple[object, ...]]:
    with place.open(write=False) as store:
        return _events(events_between(store, _START - timedelta(days=400), _NOW + timedelta(days=400)))


def _read_at_once(path: Path) -> list[tuple[object, ...]]:
    return _events(read_event_files([path], options=ReadOptions(now=_NOW)).log)


@pytest.mark.parametrize("seed", range(6))
def test_reading_goes_on_where_it_ended_and_gives_what_reading_at_once_gives(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    text = "".join(_line(number, random_.choice(("uc", "uc", "switch", "other"))) for number in range(1_200)).encode()
    path, place = tmp_path / "20261122T080000Z-0000.log", _place(tmp_path)
    cuts = [*sorted(random_.sample(range(len(text) // 4, len(text)), 4)), len(text)]
    begins = []
    for cut in cuts:
        path.write_bytes(text[:cut])
        begins.append(_take(place, path).from_line)
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.rfind(b"\n") + 1])
        assert set(_read_at_once(path)) <= set(_stored(place))
    assert begins[0] == 1
    assert all(1 < earlier <= later for earlier, later in pairwise(begins[1:]))
    path.write_bytes(text)
    assert _stored(place) == _read_at_once(path)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_a_rotated_segment_that_was_packed_is_known_and_one_that_grew_before_goes_on(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    place, path, packed = _place(tmp_path), tmp_path / "a.log", tmp_path / "a.log.packed"
    text = "".join(map(_line, range(600))).encode()
    path.write_bytes(text[: len(text) // 2])
    _take(place, path)
    packed.write_bytes(pack(text))
    told = _take(place, packed)
    assert told.from_line > 1
    assert told.new == 300 or told.new == 301
    path.write_bytes(text)
    assert _take(place, path).is_known
    assert _stored(place) == _read_at_once(path)


_MULTI = (
    "Error: DeviceUnregistered - Device unregistered.\nDevice name.: SEP00005E0053{0:02X}\nReason Code [Optional].: 8\nNode ID: 192.0.2.1\n"
)


@pytest.mark.parametrize(
    ("begin", "grown"),
    [
        ("time,phone,event\n" + "".join(f"2026-11-22T08:00:{n % 60:02d}Z,SEP00005E{n:06X},unregistered\n" for n in range(300)), "2026-11-22T09:00:00Z,SEP00005E00FFFF,unregistered\n"),
        ("".join(f"Nov 22 08:{n // 60:02d}:{n % 60:02d} cm1 local7 3 : {n}: %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E{n:06X}][Reason=13]: x\n" for n in range(300)), "Nov 22 09:41:07 cm1 local7 3 : 999: %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E00FFFF][Reason=13]: x\n"),
        ("".join(map(_line, range(300))) + "".join(map(_MULTI.format, range(40))), _MULTI.format(99)),
        ("".join(map(_line, range(50))) + _LONG + "\n" + "".join(map(_line, range(50, 300))), _line(999)),
    ],
    ids=["table", "no-year", "several-lines", "long-line"],
)  # fmt: skip
def test_what_does_not_stand_alone_is_read_from_its_beginning(tmp_path: Path, begin: str, grown: str) -> None:
    place, path = _place(tmp_path), tmp_path / "log"
    path.write_text(begin)
    _take(place, path)
    path.write_text(begin + grown)
    told = _take(place, path)
    assert (told.from_line, told.new) == (1, 0 if grown.startswith("Error") else 1)  # a block of Event Viewer tells no time
    at_once = ingest([path], _place(tmp_path / "other"), Times(_NOW)).new
    assert len(_stored(place)) <= at_once


def test_a_log_that_grows_in_the_hour_that_is_told_twice_is_read_from_its_beginning(tmp_path: Path) -> None:
    text = "".join(
        f"Oct 25 2026 02:{n // 3 % 60:02d}:{n % 3 * 20:02d} : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E{n:06X}][Reason=13][NodeID=cm1]: x\n"
        for n in range(360)
    )
    place, path, times = _place(tmp_path), tmp_path / "log", Times(_NOW, log_zone="Europe/Berlin")
    for part in (text[: len(text) * 3 // 4], text):
        path.write_text(part)
        ingest([path], place, times)
    at = [datetime(2026, 10, 25, tzinfo=UTC) + timedelta(seconds=20 * n) for n in range(360)]
    assert [(line, round(one.timestamp())) for line, one in enumerate(at, 1)] == [(told[0], told[1]) for told in _stored(place)]


def test_a_growth_without_an_event_is_no_failure(tmp_path: Path) -> None:
    place, path = _place(tmp_path), tmp_path / "log"
    begin = "".join(map(_line, range(300))) + "".join(_line(number, "other") for number in range(300, 600))
    path.write_text(begin)
    _take(place, path)
    path.write_text(begin + _line(600, "other"))
    outcome = ingest([path], place, Times(_NOW))
    assert outcome.files[0].from_line > 300
    assert not outcome.is_partial


@given(st.lists(st.integers(0, 30), max_size=40), st.integers(0, 45), st.integers(1, 64))
def test_passing_lines_stops_behind_the_last_or_before_one_that_is_too_long(sizes: list[int], count: int, buffered: int) -> None:
    wanted = sizes[:count]
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "log"
        path.write_bytes(b"".join(b"x" * size + b"\n" for size in sizes))
        with cast("io.BufferedReader", path.open("rb", buffering=buffered + 1)) as stream:
            assert pass_lines(stream, count, longest_line=20) == (len(wanted) == count and all(size <= 20 for size in wanted))
            if len(wanted) == count and all(size <= 20 for size in wanted):
                assert stream.read() == b"".join(b"x" * size + b"\n" for size in sizes[count:])


async def test_what_a_listener_writes_is_ingested_while_it_writes(tmp_path: Path) -> None:
    place = _place(tmp_path)
    async with listening(options(tmp_path / "events", "udp")) as running:
        for number in range(4):
            messages = [_line(one).split(" ", 2)[2].encode() for one in range(number * 100, number * 100 + 100)]
            send_udp(running.port("udp"), *messages)
            await running.until(lambda number=number: running.counts.stored == number * 100 + 100)  # type: ignore[misc]
            (path,) = (tmp_path / "events").glob("*.log")
            _take(place, path)
            assert len(_stored(place)) == number * 100 + 100
    assert len({row[2] for row in _stored(place)}) == 400
