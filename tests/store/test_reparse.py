"""Reading kept text again while something else happens: it is killed, old text is removed, days are bundled, sweeps are stored."""

from __future__ import annotations

import json
import os
import shutil
import signal
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from switchcorr.captures.manifest import CAPTURE_JSON
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.network import StoredSource
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import check_store, compact_store, reparse_store
from switchcorr.model.event import EventLog
from switchcorr.settings import Settings
from switchcorr.store import schema
from switchcorr.store.moments import to_moment
from switchcorr.store.raw import RawFiles, RawPlace
from switchcorr.store.records import VisitOutcome
from switchcorr.store.retention import retire
from switchcorr.store.schema import Use
from switchcorr.store.url import parse_url
from tests.store.visiting import contents_at

NOW = datetime(2027, 1, 1, tzinfo=UTC)
LAST = datetime(2026, 11, 22, 6, tzinfo=UTC)
"""When the second visits were."""
ONE = Settings(parse_workers=1)
KEEP = replace(ONE, raw_days=3660, fact_days=3660)
FORGET = replace(ONE, raw_days=1, fact_days=1)


def _facts(place: StorePlace) -> dict[str, list[tuple[object, ...]]]:
    """All that captured text can tell again."""
    return {
        name: rows for name, rows in contents_at(place).items() if name in ("visit", "place", "fact", "counter_change", "counter_first")
    }


def _uses(place: StorePlace) -> dict[Use, int]:
    with place.open(write=False) as store, store.reading() as connection:
        return {Use(use): count for use, count in connection.execute(select(schema.visit_use, func.count()).group_by(schema.visit_use))}


def _kill_after_first_sweep(place: StorePlace) -> None:
    """Read again in a process of its own, which is killed when the first sweep is read and the second one waits."""
    child = os.fork()
    if child == 0:
        try:
            reparse_store(place, ONE, lambda *_: os.kill(os.getpid(), signal.SIGKILL), now=NOW)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    uses = _uses(place)
    assert uses[Use.APPLIED]
    assert uses[Use.PENDING]


def test_what_waits_to_be_read_again_is_not_told_as_unread(stored_few: StorePlace) -> None:
    _kill_after_first_sweep(stored_few)
    unread = StoredSource(stored_few, LAST - timedelta(hours=1), NOW).network(EventLog()).unread
    assert len(unread) == _uses(stored_few)[Use.PENDING]
    assert set(unread.values()) == {"its captured text waits to be read again (`switchcorr store reparse`)"}


def test_what_a_killed_reparse_left_waiting_is_kept_until_it_is_read(stored_few: StorePlace) -> None:
    place = stored_few
    before = contents_at(place)
    _kill_after_first_sweep(place)
    done = compact_store(place, FORGET, now=NOW)
    waiting = _uses(place)[Use.PENDING]
    assert len(contents_at(place)["raw"]) == waiting
    assert f"{waiting} visits wait to be read again" in done.problems[0]
    assert "switchcorr store reparse" in done.problems[0]
    outcome = reparse_store(place, ONE, now=NOW)
    assert (outcome.visits, outcome.unreadable) == ({VisitOutcome.APPLIED: waiting}, ())
    after = contents_at(place)
    assert after["counter_change"] == before["counter_change"]
    for table in ("place", "fact"):
        assert {row for row in before[table] if schema.OPEN in row} == {row for row in after[table] if schema.OPEN in row}
    assert check_store(place, now=NOW).problems == ()
    done = compact_store(place, FORGET, now=NOW)
    assert done.problems == ()
    assert contents_at(place)["raw"] == []
    assert place.files().size() == 0


def test_text_whose_older_visits_were_removed_tells_the_same_growth_again(stored_few: StorePlace) -> None:
    """Facts go as early as text: the first sweep is too old for both."""
    place = stored_few
    with place.open(write=False) as store, store.reading() as connection:
        second = max(connection.execute(select(func.min(schema.visit.c.at)).group_by(schema.visit.c.sweep_id)).scalars())
    with place.open(write=True) as store:
        retire(store, place.files(), raw_before=to_moment(second), facts_before=to_moment(second))
    before = _facts(place)
    assert before["counter_change"]
    assert set(reparse_store(place, ONE, now=NOW).visits) == {VisitOutcome.APPLIED}
    assert _facts(place) == before


def test_a_killed_reparse_and_a_compaction_in_any_order_lose_nothing(stored_few: StorePlace) -> None:
    place = stored_few
    before = _facts(place)
    for _ in range(2):
        _kill_after_first_sweep(place)
        compact_store(place, KEEP, now=NOW)
    reparse_store(place, ONE, now=NOW)
    assert _facts(place) == before
    assert check_store(place, now=NOW).problems == ()


def test_visits_whose_text_is_gone_do_not_wait_for_ever(stored_few: StorePlace) -> None:
    """An older program removed it while they waited."""
    place = stored_few
    _kill_after_first_sweep(place)
    with place.open(write=True) as store, store.writing() as connection:
        waits = select(schema.visit.c.at).where(
            schema.visit.c.device_id == schema.raw.c.device_id, schema.visit.c.at == schema.raw.c.at, schema.visit_use == int(Use.PENDING)
        )
        connection.execute(delete(schema.raw).where(waits.exists()))
    assert compact_store(place, KEEP, now=NOW).problems == ()
    reparse_store(place, ONE, now=NOW)
    assert Use.PENDING not in _uses(place)
    assert check_store(place, now=NOW).pending == 0


def _moved(source: Path, folder: Path, at: datetime) -> Path:
    """The captures of a folder as of another time."""
    shutil.copytree(source, folder)
    for path in folder.glob(f"*/{CAPTURE_JSON}"):
        path.write_text(json.dumps({**json.loads(path.read_text()), "taken_at": at.isoformat()}))
    return folder


def _take(place: StorePlace, folder: Path) -> dict[VisitOutcome, int]:
    return dict(import_folder(ImportRequest(folder, place, NOW, ONE)).visits)


def test_a_sweep_that_is_stored_meanwhile_makes_nothing_late(
    stored_few: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path
) -> None:
    """Its visits count at once, older ones that wait still come before them, and the end is that of everything in order."""
    place = stored_few
    sweeps = [_moved(few_switches[0], tmp_path / f"sweep-{number}", LAST + number * timedelta(minutes=15)) for number in range(1, 5)]
    expected = StorePlace(parse_url(str(tmp_path / "expected.db")), tmp_path / "expected-raw")
    for folder in (*few_switches, *sweeps):
        assert set(_take(expected, folder)) == {VisitOutcome.APPLIED}
    for folder in sweeps[:2]:
        _take(place, folder)
    coming = iter(sweeps[2:])

    def meanwhile(_: str, number: int, total: int) -> None:
        if number < total and (folder := next(coming, None)) is not None:
            assert set(_take(place, folder)) == {VisitOutcome.APPLIED}

    outcome = reparse_store(place, ONE, meanwhile, now=NOW)
    devices = len(list(few_switches[0].glob(f"*/{CAPTURE_JSON}")))
    assert (outcome.visits, outcome.unreadable) == ({VisitOutcome.APPLIED: 6 * devices}, ())
    assert _uses(place) == {Use.APPLIED: 6 * devices}
    assert _facts(place) == _facts(expected)
    assert check_store(place, now=NOW).problems == ()


def test_a_sweep_after_a_killed_reparse_counts_at_once_and_in_order_later(
    stored_few: StorePlace, few_switches: tuple[Path, Path], tmp_path: Path
) -> None:
    place = stored_few
    third = _moved(few_switches[0], tmp_path / "sweep-3", LAST + timedelta(minutes=15))
    expected = StorePlace(parse_url(str(tmp_path / "expected.db")), tmp_path / "expected-raw")
    for folder in (*few_switches, third):
        _take(expected, folder)
    _kill_after_first_sweep(place)
    assert set(_take(place, third)) == {VisitOutcome.APPLIED}
    reparse_store(place, ONE, now=NOW)
    assert _facts(place) == _facts(expected)


class _KilledAtSecond(RawFiles):
    """Captured text whose reader is killed at the second visit: the text of the first one is unpacked by then."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.visits_read = 0

    def read(self, place: RawPlace) -> dict[str, bytes]:
        if self.visits_read:
            os.kill(os.getpid(), signal.SIGKILL)
        self.visits_read += 1
        return super().read(place)


class _DeadlyPlace(StorePlace):
    def files(self) -> RawFiles:
        return _KilledAtSecond(self.raw)


def _kill_while_text_is_unpacked(place: StorePlace, temporary: Path) -> None:
    """Read again in a process of its own, with a temporary directory of its own, which is killed between two visits of one sweep."""
    temporary.mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        try:
            tempfile.tempdir = str(temporary)
            reparse_store(_DeadlyPlace(place.url, place.raw), ONE, now=NOW)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


def _plain_text(folder: Path) -> list[Path]:
    """Captured text that lies there for everybody to read who may open the file."""
    return sorted(folder.rglob("*.txt"))


@pytest.mark.parametrize("following", [lambda place: compact_store(place, KEEP, now=NOW), lambda place: reparse_store(place, ONE, now=NOW)])
def test_text_that_a_killed_reparse_had_unpacked_stays_in_the_store_until_the_next_command(
    following: Callable[[StorePlace], object], stored_few: StorePlace, tmp_path: Path
) -> None:
    place = stored_few
    before = _facts(place)
    _kill_while_text_is_unpacked(place, tmp_path / "temporary")
    assert list((tmp_path / "temporary").iterdir()) == []
    left = _plain_text(place.raw)
    assert left
    assert {
        path.stat().st_mode & 0o077 for one in left for path in one.parents if path != place.raw and path.is_relative_to(place.raw)
    } == {0}
    following(place)
    assert _plain_text(place.raw) == []
    reparse_store(place, ONE, now=NOW)
    assert _facts(place) == before


class _BundledFirst(RawFiles):
    """Captured text whose closed days another process bundles just before the first of it is read."""

    def __init__(self, path: Path, bundle: Callable[[], object]) -> None:
        super().__init__(path)
        self.bundle_days = [bundle]

    def read(self, place: RawPlace) -> dict[str, bytes]:
        while self.bundle_days:
            self.bundle_days.pop()()
            assert not self.is_there(place)
        return super().read(place)


class _BusyPlace(StorePlace):
    def files(self) -> RawFiles:
        return _BundledFirst(self.raw, lambda: compact_store(StorePlace(self.url, self.raw), KEEP, now=NOW))


def test_a_day_that_is_bundled_while_it_is_read_again_is_read(stored_few: StorePlace) -> None:
    """Between asking where the text is and reading it: the single files are gone by then."""
    place = stored_few
    before = _facts(place)
    outcome = reparse_store(_BusyPlace(place.url, place.raw), ONE, now=NOW)
    assert outcome.unreadable == ()
    assert _facts(place) == before
    assert list(place.files().names("files")) == []
