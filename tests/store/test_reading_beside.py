"""Commands read while a daemon writes: processes of their own on one store, and none is ever told that it is locked."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.errors import SwitchcorrError
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import check_store, compact_store
from switchcorr.settings import Settings
from switchcorr.store.findings import findings
from switchcorr.store.incidents import incidents_between
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import growth_between, phones_at, visits_between, where_was
from switchcorr.store.url import StoreUrl
from switchcorr.store.visits import write_visits
from tests.store.visiting import at, count_events, interface, phone, record, seen, tables

NOW = datetime(2027, 1, 1, tzinfo=UTC)
KEEP = Settings(parse_workers=1, raw_days=3660, fact_days=3660)
SWEEPS, DEVICES, PHONES, READERS = 12, 6, 8, 3


def in_a_process(work: Callable[[], object]) -> tuple[int, int]:
    """Do something in a process of its own; its number, and where what it returns is read from, as JSON."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    os.close(reader)
    code = 1
    try:
        os.write(writer, json.dumps(work()).encode())
        code = 0
    finally:
        os._exit(code)


def told_by(process: tuple[int, int]) -> dict[str, list[str]]:
    child, reader = process
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    told: dict[str, list[str]] = json.loads(data)
    return told


def write_all(place: StorePlace, log: Path) -> dict[str, list[str]]:
    """What a daemon does: opens the store for each sweep, stores it, takes in a log, tidies up, closes."""
    for sweep in range(SWEEPS):
        with place.open(write=True) as store:
            made = tables(*(interface(one, crc=sweep * one) for one in range(1, PHONES + 1)))
            for device in range(DEVICES):
                places = seen({device * 10 + one: 1 + (one + sweep) % PHONES for one in range(PHONES)})
                visit = replace(record(sweep, made, device=f"acc-{device}", places=places), at=at(sweep) + timedelta(milliseconds=device))
                list(write_visits(store, [visit], hold_s=0))
            with log.open("a") as stream:
                stream.write(f"2026-11-22T08:{sweep:02d}:00Z,SEP00005E000001,unregistered\n")
            ingest([log], place, Times(NOW))
        compact_store(place, KEEP, now=NOW)
    log.with_suffix(".over").touch()
    return {}


def ask_all(url: StoreUrl, over: Path) -> dict[str, list[str]]:
    """What commands do: open the store, ask, close, until the writer is done; what was no answer, or a wrong one."""
    wrong, answers = [], []
    while not over.exists():
        try:
            with open_store(url, OpenOptions(write=False)) as store:
                crowd = [str(one.placement.phone) for one in phones_at(store, NOW, switch="acc-0")]
                growth_between(store, at(-1), NOW, most=10)
                visits = visits_between(store, at(-1), NOW)
                where_was(store, str(phone(3)), NOW)
                found = findings(store), incidents_between(store, at(-1), NOW), count_events(store)
        except SwitchcorrError as error:
            wrong.append(f"{error.message} {error.hint}")
        else:
            answers.append(f"{len(visits)} {len(found)}")
            if len(crowd) not in (0, PHONES):
                wrong.append(f"half a visit: {crowd}")
    return {"wrong": wrong, "answers": answers}


def test_commands_that_read_while_a_daemon_writes_always_get_a_whole_answer(url: StoreUrl, tmp_path: Path) -> None:
    place, log = StorePlace(url, tmp_path / "raw"), tmp_path / "log.csv"
    log.write_text("time,phone,event\n")
    with place.open(write=True):
        pass
    over = log.with_suffix(".over")
    readers = [in_a_process(lambda: ask_all(url, over)) for _ in range(READERS)]
    writer = in_a_process(lambda: write_all(place, log))
    told_by(writer)
    told = [told_by(reader) for reader in readers]
    assert [one["wrong"] for one in told] == [[]] * READERS
    assert min(len(one["answers"]) for one in told) >= 2
    assert len({answer for one in told for answer in one["answers"]}) > 2, "they read before, while and after it wrote"
    assert not check_store(place, now=NOW).problems
    with open_store(url, OpenOptions(write=False)) as store:
        assert len(visits_between(store, at(-1), NOW)) == SWEEPS * DEVICES
