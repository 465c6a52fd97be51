"""Processes that are killed while they write: what was acknowledged is there, nothing is half there, and doing it again gives no duplicate."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from switchcorr.errors import StoreAwayError, StoreError
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import check_store, compact_store
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from switchcorr.store.open import Store, open_store
from switchcorr.store.questions import visits_between
from switchcorr.store.raw import RawFiles
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.url import StoreUrl, parse_url
from switchcorr.store.visits import write_visits
from tests.store.visiting import at, contents, interface, record, seen, tables, uplink, write_visit

NOW = datetime(2027, 1, 1, tzinfo=UTC)
SWEEPS, DEVICES = 6, 4
KEEP = Settings(parse_workers=1, raw_days=3660, fact_days=3660)


def records(raw: RawFiles, sweep: int) -> Iterator[VisitRecord]:
    """The visits of one sweep, each with its text kept before it is written."""
    for device in range(DEVICES):
        name = f"acc-{device}"
        text_of = raw.keep({"show_version.txt": f"{name} {sweep}\n".encode() * 400})
        if (sweep + device) % 5 == 4:
            yield record(sweep, device=name, status=VisitStatus.FAILED, raw=text_of)
            continue
        told = tables(*(interface(one, crc=sweep * one) for one in range(1, 9)), neighbors=(uplink(f"dist-{sweep % 2}"),))
        places = seen({device * 10 + one: 1 + (one + sweep) % 8 for one in range(8)})
        yield record(sweep, told, device=name, places=places, raw=text_of)


def write_everything(place: StorePlace, acknowledge: Any) -> None:
    """Sweeps, a growing log and upkeep, in the order of a day; what is on the disk is acknowledged."""
    log = place.raw.parent / "log.csv"
    with place.open(write=True) as store:
        for sweep in range(SWEEPS):
            for one, _ in write_visits(store, records(place.files(), sweep), hold_s=0.001):
                acknowledge(f"{one.device} {sweep}")
            _grow(log, (sweep + 1) * 60)
            ingest([log], place, Times(NOW))
    compact_store(place, KEEP, now=NOW)


def _grow(log: Path, count: int) -> None:
    """A log never gets shorter, also when the day begins again."""
    lines = [f"2026-11-22T08:{number // 60:02d}:{number % 60:02d}Z,SEP00005E{number:06X},unregistered\n" for number in range(count)]
    data = "time,phone,event\n" + "".join(lines)
    if not log.exists() or log.stat().st_size < len(data):
        log.with_suffix(".new").write_text(data)
        log.with_suffix(".new").replace(log)


def run_and_kill(place: StorePlace, *, after: int, pause_s: float) -> list[str]:
    """Write in a process of its own and kill it some time after a number of acknowledgements; those that came."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        code = 1
        try:
            write_everything(place, lambda one: os.write(writer, f"{one}\n".encode()))
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    told = b""
    while told.count(b"\n") < after and (data := os.read(reader, 4096)):
        told += data
    end = time.monotonic() + pause_s
    while time.monotonic() < end:
        pass
    os.kill(child, signal.SIGKILL)
    while data := os.read(reader, 4096):
        told += data
    os.close(reader)
    os.waitpid(child, 0)
    return told.decode().splitlines()


def _expected(tmp_path: Path) -> dict[str, list[tuple[Any, ...]]]:
    place = StorePlace(parse_url(str(tmp_path / "whole" / "x.db")), tmp_path / "whole" / "raw")
    place.raw.parent.mkdir()
    write_everything(place, lambda one: None)
    return _dump(place)


def _dump(place: StorePlace) -> dict[str, list[tuple[Any, ...]]]:
    """Everything but what depends on where the log is."""
    with place.open(write=False) as store:
        return {name: rows for name, rows in contents(store).items() if name != "segment"}


def kill_many(place: StorePlace, tmp_path: Path, *, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    expected = _expected(tmp_path)
    acknowledged: set[str] = set()
    for _ in range(kills):
        acknowledged.update(run_and_kill(place, after=chance.randrange(SWEEPS * DEVICES), pause_s=chance.random() * 0.05))
        stored = _stored(place)
        if stored is None:
            assert not acknowledged
            continue
        assert acknowledged <= stored, "an acknowledged visit is lost"
        assert check_store(place, now=NOW).problems == ()
        if chance.random() < 0.05:  # begin a new store now and then, so that every place of a day is met
            acknowledged.clear()
            _remove(place)
    write_everything(place, lambda one: None)
    assert _dump(place) == expected
    assert check_store(place, now=NOW).problems == ()


def _stored(place: StorePlace) -> set[str] | None:
    """Device and sweep of every stored visit; None if there is no store yet."""
    try:
        with place.open(write=False) as store:
            return {f"{one.device} {one.sweep.partition('-')[2]}" for one in visits_between(store, at(-1), at(SWEEPS))}
    except StoreError as error:
        if not re.search("no store|is empty", str(error)):
            raise
        return None


def _remove(place: StorePlace) -> None:
    if place.url.file is not None:
        for path in place.url.file.parent.glob(place.url.file.name + "*"):
            if path.is_file():
                path.unlink()
        return
    engine = create_engine(place.url.url)
    with engine.begin() as connection:
        connection.execute(text("drop schema if exists switchcorr cascade"))
    engine.dispose()


def test_killed_writers_lose_nothing_and_leave_nothing_half(url: StoreUrl, tmp_path: Path) -> None:
    kill_many(StorePlace(url, tmp_path / "raw"), tmp_path, kills=5, seed=11)


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_two_hundred_killed_writers(url: StoreUrl, tmp_path: Path) -> None:
    kill_many(StorePlace(url, tmp_path / "raw"), tmp_path, kills=200, seed=12)


def _write_while_the_server_drops_it(store: Store, admin: Engine) -> None:
    with store.writing() as connection:
        own = connection.execute(text("select pg_backend_pid()")).scalar_one()
        with admin.connect() as other:
            other.execute(text("select pg_terminate_backend(:own)"), {"own": own})
        connection.execute(text("select 1"))


def test_a_server_that_drops_its_connections_is_told_and_used_again(url: StoreUrl) -> None:
    if url.file is not None:
        pytest.skip("a file has no server")
    with open_store(url) as store:
        assert write_visit(store, record(0, tables(interface(1)))) is VisitOutcome.APPLIED
        admin = create_engine(url.url, isolation_level="AUTOCOMMIT")
        with pytest.raises(StoreAwayError) as told:
            _write_while_the_server_drops_it(store, admin)
        admin.dispose()
        assert "the server is away" in str(told.value)
        assert write_visit(store, record(1, tables(interface(1)))) is VisitOutcome.APPLIED


def test_a_full_disk_is_told_and_what_was_stored_is_whole(file_url: StoreUrl) -> None:
    """SQLite is allowed so many pages: the transaction that needs more is undone, and goes in when there is room."""
    with open_store(file_url) as store:
        assert write_visit(store, record(0, tables(interface(1, crc=1)), places=seen({1: 1}))) is VisitOutcome.APPLIED
        before = contents(store)
        with store.reading() as connection:
            pages = connection.exec_driver_sql("pragma page_count").scalar()
            connection.exec_driver_sql(f"pragma max_page_count={pages}")
        many = tables(*(interface(one, crc=1) for one in range(400)))
        with pytest.raises(StoreError, match=r"full.*Make room"):
            write_visit(store, record(1, many))
        assert contents(store) == before
        with store.reading() as connection:
            connection.exec_driver_sql("pragma max_page_count=1000000")
        assert write_visit(store, record(1, many)) is VisitOutcome.APPLIED
