"""Going back while others write, or until the process is killed: each device is taken back whole or not at all, and nobody waits for all of them."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, event, select, text

from switchcorr.errors import SwitchcorrError
from switchcorr.store import schema
from switchcorr.store.open import Store, open_store
from switchcorr.store.records import RawText, VisitOutcome, VisitRecord
from switchcorr.store.rewind import pending_sweeps, pending_visits, rewind
from switchcorr.store.schema import Use
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.visiting import at, contents, interface, record, seen, tables, write_visit

_DEADLINE_S = 20


def _visit(device: int, number: int) -> VisitRecord:
    """The visit of a device in the n-th sweep, with text: one error more than before, and a phone at the next port."""
    raw = RawText(f"{device:032x}{number:032x}", 1)
    return record(number, tables(interface(1, crc=5 + number)), places=seen({device: number + 1}), device=f"acc-{device}", raw=raw)


_KEPT = [_visit(device, number) for number in range(2) for device in (1, 2, 3)]
_NEW = _visit(4, 1)
"""The first visit of a device that the store has never heard of."""
_LATER = at(1) + timedelta(days=1)


def _wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + _DEADLINE_S
    while not until():
        assert time.monotonic() < end
        time.sleep(0.01)


def _waiting(store: Store) -> int:
    """How many of the server's connections wait for a lock in this database."""
    query = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    with store.reading() as connection:
        return int(connection.execute(text(query)).scalar_one())


def _settle(store: Store, records: Iterable[VisitRecord]) -> None:
    """Read everything again that waits."""
    known = {(one.device, one.at): one for one in records}
    for sweep in pending_sweeps(store):
        for one in pending_visits(store, sweep):
            assert write_visit(store, known[one.device, one.at]) is VisitOutcome.APPLIED


def _written(store: Store, records: Iterable[VisitRecord]) -> None:
    for one in records:
        assert write_visit(store, one) is VisitOutcome.APPLIED


def _contents_of(records: Iterable[VisitRecord], path: Path) -> dict[str, list[tuple[object, ...]]]:
    """What a store holds that got the visits one after the other."""
    with open_store(parse_url(str(path))) as plain:
        _written(plain, records)
        return contents(plain)


def _uses(store: Store) -> dict[str, set[Use]]:
    """What came of the visits of each device."""
    found: dict[str, set[Use]] = {}
    query = select(schema.device.c.name, schema.visit_use).join_from(
        schema.visit, schema.device, schema.device.c.id == schema.visit.c.device_id
    )
    with store.reading() as connection:
        for name, use in connection.execute(query):
            found.setdefault(name, set()).add(Use(use))
    return found


def _killed_at_commit(url: StoreUrl, number: int) -> None:
    """Go back in a process of its own, one device in a transaction, which is killed when it is about to end the n-th one."""
    child = os.fork()
    if child == 0:
        try:
            store, commits = open_store(url), count(1)

            def _die(_: Connection) -> None:
                if next(commits) == number:
                    os.kill(os.getpid(), signal.SIGKILL)

            event.listen(store.engine, "commit", _die)
            rewind(store, now=_LATER, hold_s=0)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def test_visits_that_are_stored_between_two_devices_of_a_killed_way_back_count(url: StoreUrl, tmp_path: Path) -> None:
    """At a large site all devices together took longer than a sweep waits for the store."""
    with open_store(url) as store:
        _written(store, _KEPT)
    _killed_at_commit(url, 2)
    third = [_visit(device, 2) for device in (1, 2, 3)]
    with open_store(url) as store:
        assert _uses(store) == {"acc-1": {Use.PENDING}, "acc-2": {Use.APPLIED}, "acc-3": {Use.APPLIED}}
        _written(store, third)
        rewind(store, now=_LATER, hold_s=0)
        _settle(store, (*_KEPT, *third))
        assert contents(store) == _contents_of((*_KEPT, *third), tmp_path / "expected.db")


def test_text_that_is_removed_while_other_devices_go_back_costs_nothing_that_it_told(url: StoreUrl, tmp_path: Path) -> None:
    """What it told could not be told again: of that device only what came after goes back."""
    raw, device = schema.raw, schema.device
    last = select(device.c.id).where(device.c.name == "acc-3").scalar_subquery()
    old = delete(raw).where(
        raw.c.device_id == last, raw.c.at == select(schema.visit.c.at).order_by(schema.visit.c.at).limit(1).scalar_subquery()
    )
    with open_store(url) as store:
        _written(store, _KEPT)
        begun = count(1)

        def _retire(connection: Connection) -> None:
            if next(begun) == 3:  # the first one reads, the second one takes back acc-1
                connection.execute(old)

        event.listen(store.engine, "begin", _retire)
        rewind(store, now=_LATER, hold_s=0)
        event.remove(store.engine, "begin", _retire)
        assert _uses(store) == {"acc-1": {Use.PENDING}, "acc-2": {Use.PENDING}, "acc-3": {Use.APPLIED, Use.PENDING}}
        _settle(store, _KEPT)
        found, expected = contents(store), _contents_of(_KEPT, tmp_path / "expected.db")
        assert len(found.pop("raw")) == len(expected.pop("raw")) - 1
        assert found == expected


@pytest.mark.parametrize("url", ["postgresql"], indirect=True)
def test_a_device_that_is_stored_for_the_first_time_meanwhile_is_taken_back_whole_or_not_at_all(url: StoreUrl, tmp_path: Path) -> None:
    """Somebody who holds a single row stops the way back in its middle; that is when the new device is stored."""
    failures: list[SwitchcorrError] = []

    def run(job: Callable[[Store], object]) -> None:
        try:
            with open_store(url) as mine:
                job(mine)
        except SwitchcorrError as error:
            failures.append(error)

    with open_store(url) as store:
        _written(store, _KEPT)
        back = threading.Thread(target=run, args=(lambda mine: rewind(mine, now=_LATER),))
        news = threading.Thread(target=run, args=(lambda mine: write_visit(mine, _NEW),))
        with store.engine.begin() as holder:
            holder.execute(select(schema.counter_change.c.at).with_for_update()).all()
            back.start()
            _wait(lambda: _waiting(store) == 1)
            news.start()
            _wait(lambda: _waiting(store) == 2 or not news.is_alive())
        back.join(_DEADLINE_S)
        news.join(_DEADLINE_S)
        assert not failures
        _settle(store, (*_KEPT, _NEW))
        assert contents(store) == _contents_of((*_KEPT, _NEW), tmp_path / "expected.db")
