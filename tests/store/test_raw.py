"""Captured text beside the database: what was kept is there, whoever else keeps or tidies up at the same time."""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import tracemalloc
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from multiprocessing.synchronize import Barrier
from pathlib import Path

import pytest

from switchcorr.errors import InputFileError, StoreError
from switchcorr.store.raw import UNSETTLED, RawFiles, RawPlace, archive_of, files_of

_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_TEXT = {"show_version.txt": b"Cisco IOS Software\n", "show_clock.txt": b"12:00:00 UTC\n"}


def _set_age(path: Path, age: timedelta) -> None:
    moment = (_NOW - age).timestamp()
    os.utime(path, (moment, moment))


def test_equal_text_is_one_file_and_comes_back_as_it_was(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    first, again = files.keep(_TEXT), files.keep(dict(reversed(_TEXT.items())))
    assert first == again
    assert list(files.names("files")) == [first.digest]
    assert files.read(RawPlace(first.digest, first.size)) == _TEXT
    assert files.size() > 0


def test_of_a_bundle_each_visit_is_read_by_itself(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    archives = [archive_of({"a.txt": bytes([65 + number]) * 100}) for number in range(3)]
    bundle = files.bundle(archives)
    kept = [files.keep({"a.txt": bytes([65 + number]) * 100}) for number in range(3)]
    start = 0
    for number, one in enumerate(kept):
        assert files.read(RawPlace(one.digest, one.size, bundle, start)) == {"a.txt": bytes([65 + number]) * 100}
        start += one.size
    with pytest.raises(StoreError, match="does not hold what its name says"):
        files.read(RawPlace(kept[1].digest, kept[1].size, bundle, 0))


def test_text_that_packs_beyond_all_measure_is_read_again(tmp_path: Path) -> None:
    """A sick switch repeats one line up to the limit of an answer: a thousandth is left of it, and it is no bomb but what was kept."""
    files = RawFiles(tmp_path)
    text = {"show_log.txt": b"%SYS-3-CPUHOG\n" * (2 << 20)}
    kept = files.keep(text)
    assert files.read(RawPlace(kept.digest, kept.size)) == text
    written = files.path_of("files", kept.digest).stat().st_ino
    files.keep(text)
    assert files.path_of("files", kept.digest).stat().st_ino == written
    bundle = files.bundle([archive_of(text), archive_of(_TEXT)])
    small = files.keep(_TEXT)
    assert files.read(RawPlace(kept.digest, kept.size, bundle)) == text
    assert files.read(RawPlace(small.digest, small.size, bundle, kept.size)) == _TEXT


def test_of_a_file_no_more_is_unpacked_than_its_row_names(tmp_path: Path) -> None:
    """The store of a stranger: a row of some bytes names a file that never ends."""
    files = RawFiles(tmp_path)
    archive = archive_of(_TEXT)
    bomb = files.bundle([archive, bytes(64 << 20)])
    place = RawPlace(hashlib.sha256(archive).hexdigest(), len(archive), bomb)
    tracemalloc.start()
    try:
        assert files.read(place) == _TEXT
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
        single = files.path_of("files", place.digest)
        single.parent.mkdir(parents=True)
        single.write_bytes(files.path_at(place).read_bytes())
        with pytest.raises(StoreError, match="does not hold what its name says"):
            files.read(replace(place, bundle=""))
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_a_damaged_file_is_written_again_when_its_text_is_kept_again(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    kept = files.keep(_TEXT)
    files.path_of("files", kept.digest).write_bytes(b"rubbish")
    with pytest.raises(StoreError, match="is damaged"):
        files.read(RawPlace(kept.digest, kept.size))
    files.keep(_TEXT)
    assert files.read(RawPlace(kept.digest, kept.size)) == _TEXT


def test_what_was_kept_within_a_day_may_get_its_row_yet_and_kept_again_begins_anew(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    kept = files.keep(_TEXT)
    path = files.path_of("files", kept.digest)
    _set_age(path, UNSETTLED - timedelta(minutes=1))
    assert list(files.settled_names("files", _NOW)) == []
    _set_age(path, UNSETTLED + timedelta(minutes=1))
    assert list(files.settled_names("files", _NOW)) == [kept.digest]
    files.keep(_TEXT)
    assert list(files.settled_names("files", datetime.fromtimestamp(path.stat().st_mtime, UTC) + timedelta(hours=1))) == []


def test_half_written_files_are_taken_away_when_nobody_can_be_writing_them(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    folder = files.path_of("files", files.keep(_TEXT).digest).parent
    old, new = folder / ".x.tar.zst.17.part", folder / ".y.tar.zst.18.part"
    for path, age in ((old, timedelta(days=2)), (new, timedelta(hours=1))):
        path.touch()
        _set_age(path, age)
    assert files.remove_parts(_NOW) == 1
    assert (old.exists(), new.exists()) == (False, True)


def _texts(number: int) -> Mapping[str, bytes]:
    return {"show_version.txt": f"{number}\n".encode() * 50_000}


def _keep_all(path: Path, barrier: Barrier) -> None:
    files = RawFiles(path)
    for number in range(40):
        barrier.wait(60)  # all keep the same text at the same time, the first one of its folder
        files.keep(_texts(number))


def test_processes_that_keep_the_same_text_at_the_same_time_do_not_disturb_each_other(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(3)
    processes = [context.Process(target=_keep_all, args=(tmp_path / "raw", barrier)) for _ in range(3)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(120)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    files = RawFiles(tmp_path / "raw")
    assert len(list(files.names("files"))) == 40
    for number in range(40):
        kept = files.keep(_texts(number))
        assert files.read(RawPlace(kept.digest, kept.size)) == _texts(number)
    assert list((tmp_path / "raw").glob("*/??/.*")) == []


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "raw").touch()
    with pytest.raises(InputFileError, match="cannot be written"):
        RawFiles(tmp_path / "raw").keep(_TEXT)


@pytest.mark.parametrize("data", [b"", b"no archive at all", archive_of(_TEXT)[100:]])
def test_what_is_no_archive_is_damage(data: bytes) -> None:
    with pytest.raises(StoreError, match="captured text is damaged"):
        files_of(data)


def test_unpacked_text_is_its_owners_and_stays_until_its_process_is_done(tmp_path: Path) -> None:
    files = RawFiles(tmp_path / "raw")
    with files.unpacked([("acc-1", _TEXT)]) as mine:
        assert files.remove_unpacked() == 0
        with files.unpacked([("acc-1", {"show_clock.txt": b"13:00:00 UTC\n"})]) as its:
            assert (its / "acc-1" / "show_clock.txt").read_bytes() == b"13:00:00 UTC\n"
        assert {path.name: path.read_bytes() for path in (mine / "acc-1").iterdir()} == _TEXT
        assert [path for path in (tmp_path / "raw").rglob("*") if path.stat().st_mode & 0o077] == []
    assert not mine.exists()
    assert not its.exists()


def test_unpacked_text_that_cannot_be_written_is_an_error_of_ours_and_leaves_nothing(tmp_path: Path) -> None:
    files = RawFiles(tmp_path)
    with pytest.raises(InputFileError, match="cannot be written"), files.unpacked([("acc-1", _TEXT), ("acc-1", _TEXT)]):
        pytest.fail("two devices have one folder")
    assert list(tmp_path.rglob("*.txt")) == []
    (tmp_path / "unpacked" / ".in-use").unlink()
    (tmp_path / "unpacked" / ".in-use").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputFileError, match="cannot be opened"):
        files.remove_unpacked()
    assert not (tmp_path / "elsewhere").exists()
