"""Files that no row names: left-overs go, text on its way stays, and so does that of a database that was lost."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import select

from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import check_store, compact_store
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from switchcorr.store import schema
from switchcorr.store.raw import RawFiles, RawPlace
from switchcorr.store.records import RawText, VisitRecord
from switchcorr.store.retention import OrphanOutcome, compact, remove_orphans, retire
from switchcorr.store.url import parse_url
from tests.store.visiting import contents_at, write_visit

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_AT = _NOW - timedelta(days=3)
_KEEP = Settings(raw_days=3660, fact_days=3660)


def _kept(place: StorePlace, name: str, *, age: timedelta = timedelta(days=3)) -> RawText:
    """Text of a device, kept some time ago."""
    kept = place.files().keep({"show_version.txt": name.encode() * 99})
    moment = (_NOW - age).timestamp()
    os.utime(place.files().path_of("files", kept.digest), (moment, moment))
    return kept


def _visit(place: StorePlace, name: str, kept: RawText, at: datetime = _AT) -> None:
    with place.open(write=True) as store:
        write_visit(store, VisitRecord(name, at, VisitStatus.FAILED, raw=kept))


def test_what_a_killed_process_left_goes_and_what_a_visit_names_stays(place: StorePlace) -> None:
    named = [_kept(place, f"acc-{number}") for number in range(3)]
    for number, kept in enumerate(named):
        _visit(place, f"acc-{number}", kept)
    left_over = _kept(place, "left over")
    with place.open(write=True) as store:
        outcome = remove_orphans(store, place.files(), now=_NOW)
    assert (outcome.files, outcome.left) == (1, 0)
    assert outcome.freed_bytes > 0
    assert set(place.files().names("files")) == {kept.digest for kept in named}
    assert left_over.digest not in set(place.files().names("files"))


def test_text_whose_visit_is_about_to_be_written_is_not_taken_away(place: StorePlace) -> None:
    """Another process has kept it and writes its row a moment later."""
    _visit(place, "acc-0", _kept(place, "acc-0"))
    on_the_way = _kept(place, "acc-1", age=timedelta(minutes=5))
    compact_store(place, _KEEP, now=_NOW)
    _visit(place, "acc-1", on_the_way)
    assert place.files().read(RawPlace(on_the_way.digest, on_the_way.size)) == {"show_version.txt": b"acc-1" * 99}


def test_the_text_of_a_database_that_was_lost_stays_and_that_is_told(tmp_path: Path) -> None:
    place = StorePlace(parse_url(str(tmp_path / "x.db")), tmp_path / "raw")
    before = {_kept(place, f"acc-{number}").digest for number in range(5)}
    _visit(place, "acc-0", _kept(place, "acc-0 again"))  # the first sweep after the loss
    done = compact_store(place, _KEEP, now=_NOW)
    assert done.orphans == OrphanOutcome(0, 0, left=5)
    assert before <= set(place.files().names("files"))
    assert "5 files of captured text are of visits that the store does not know" in done.problems[0]


def test_bundles_count_like_single_files(place: StorePlace) -> None:
    for number in range(3):
        _visit(place, f"acc-{number}", _kept(place, f"acc-{number}"))
    compact_store(place, _KEEP, now=_NOW)
    (bundle, *_) = bundles = list(place.files().names("bundles"))
    assert len(bundles) == 3
    assert list(place.files().names("files")) == []
    for name in bundles:
        os.utime(place.files().path_of("bundles", name), (0, 0))
    _kept(place, "left over")
    assert compact_store(place, _KEEP, now=_NOW).orphans.files == 1
    assert bundle in set(place.files().names("bundles"))


def test_a_day_of_much_text_becomes_several_bundles(place: StorePlace) -> None:
    """Joined in one it would be gigabytes in memory, and more than is read back of one file."""
    texts = {hour: bytes([65 + hour]) * (65 << 20) for hour in range(2)}
    kept = {hour: place.files().keep({"show_log.txt": text}) for hour, text in texts.items()}
    with place.open(write=True) as store:
        for hour, raw in kept.items():
            write_visit(store, VisitRecord("acc-0", _AT + timedelta(hours=hour), VisitStatus.FAILED, raw=raw))
        done = compact(store, place.files(), now=_NOW)
        assert (done.bundles, done.visits, done.damaged) == (2, 2, ())
        with store.reading() as connection:
            rows = connection.execute(select(schema.raw.c.digest, schema.raw.c.size, schema.raw.c.bundle, schema.raw.c.start)).all()
    assert [place.files().read(RawPlace(*row))["show_log.txt"][:1] for row in sorted(rows, key=lambda row: row.digest)] == [
        texts[hour][:1] for hour in sorted(kept, key=lambda hour: kept[hour].digest)
    ]


class _DeadlyFiles(RawFiles):
    """Captured text whose first file to be removed ends the process: no row names it any more by then."""

    def remove(self, kind: str, digest: str) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return super().remove(kind, digest)


def test_text_that_a_killed_retirement_left_is_removed_however_much_is_too_old(place: StorePlace) -> None:
    """Text is to be kept for a shorter time than before, so most of it goes: what is left of it is not that of a lost database."""
    for day in range(4):
        for name in ("acc-0", "acc-1"):
            _visit(place, name, _kept(place, f"{name} {day}"), _AT - timedelta(days=day))
    keep = timedelta(days=3, hours=12)
    child = os.fork()
    if child == 0:
        try:
            with place.open(write=True) as store:
                retire(store, _DeadlyFiles(place.raw), raw_before=_NOW - keep, facts_before=_NOW - keep)
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL
    done = compact_store(place, replace(_KEEP, raw_days=4), now=_NOW + timedelta(hours=12))
    assert done.problems == ()
    assert check_store(place, now=_NOW).orphans == 0
    assert len(contents_at(place)["raw"]) == 2
    assert len(list(place.files().names("bundles"))) == 2
    assert list(place.files().names("files")) == []
