"""Locks and folders of processes that live and processes that were killed."""

from __future__ import annotations

import errno
import fcntl
import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from switchcorr.errors import InputFileError, StoreError
from switchcorr.files import OwnFolder
from switchcorr.locks import folder_for_now, lock_file, remove_left_folders

_WITHIN_S = 60


def _have_folder(home: Path, told: Connection) -> None:
    with OwnFolder.at(home) as place, folder_for_now(place) as own:
        own.folder("acc-1").write("show_version.txt", b"IOS")
        told.send(own.path)
        told.recv()


class _Holder:
    """A process that has a folder until it is told to end, or is killed."""

    def __init__(self, home: Path) -> None:
        context = multiprocessing.get_context("fork")
        self._ours, its = context.Pipe()
        self._process = context.Process(target=_have_folder, args=(home, its))
        self._process.start()
        assert self._ours.poll(_WITHIN_S)
        self.path: Path = self._ours.recv()

    def kill(self) -> None:
        assert self._process.pid is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.join(_WITHIN_S)

    def end(self) -> None:
        self._ours.send("end")
        self._process.join(_WITHIN_S)
        assert self._process.exitcode == 0


def _left(home: Path) -> list[str]:
    return sorted(path.name for path in home.iterdir() if path.name != ".in-use")


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_has_is_not(tmp_path: Path) -> None:
    home = tmp_path / "slices"
    living, killed = _Holder(home), _Holder(home)
    assert remove_left_folders(home) == 0, "both live"
    killed.kill()
    assert (killed.path / "acc-1" / "show_version.txt").exists()
    assert remove_left_folders(home) == 1
    assert not killed.path.exists()
    assert (living.path / "acc-1" / "show_version.txt").exists()
    living.end()
    assert _left(home) == []


def test_whoever_makes_a_folder_removes_what_killed_processes_left(tmp_path: Path) -> None:
    killed = _Holder(tmp_path)
    killed.kill()
    with OwnFolder.at(tmp_path) as home, folder_for_now(home) as own:
        assert _left(tmp_path) == [own.path.name, f"{own.path.name}.lock"]
        assert own.path.stat().st_mode & 0o077 == 0
    assert _left(tmp_path) == []


def test_what_stands_there_without_a_lock_or_is_a_lock_without_a_folder_is_left_over(tmp_path: Path) -> None:
    (tmp_path / "slice-of-old" / "captures").mkdir(parents=True)
    (tmp_path / "slice-of-old" / "captures" / "show_clock.txt").touch()
    (tmp_path / "0123456789abcdef.lock").touch()
    assert remove_left_folders(tmp_path) == 1
    assert _left(tmp_path) == []
    assert remove_left_folders(tmp_path / "never-made") == 0


def test_a_folder_that_cannot_be_removed_is_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    home = tmp_path / "slices"
    home.mkdir()
    (home / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputFileError, match="slices/link: cannot be removed"):
        remove_left_folders(home)
    assert (tmp_path / "elsewhere").is_dir()


def test_a_lock_has_one_holder_and_is_never_a_link(tmp_path: Path) -> None:
    with lock_file(tmp_path / "lock") as mine, lock_file(tmp_path / "lock") as its:
        assert (mine.take(), its.take(), mine.take()) == (True, False, True)
    with lock_file(tmp_path / "lock") as free:
        assert free.take()
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputFileError, match="link: cannot be opened"), lock_file(tmp_path / "link"):
        pytest.fail("a link was followed")
    assert not (tmp_path / "elsewhere").exists()


def test_who_has_a_lock_is_named_by_what_it_signed_last(tmp_path: Path) -> None:
    with lock_file(tmp_path / "lock") as lock, lock_file(tmp_path / "lock") as other:
        assert other.holder() == "an unknown process"
        lock.sign("captures in /var/lib/switchcorr")
        assert other.holder() == f"process {os.getpid()}, captures in /var/lib/switchcorr"
        lock.sign()
        written = (tmp_path / "lock").stat().st_mtime_ns
        lock.sign()
        assert (other.holder(), (tmp_path / "lock").stat().st_mtime_ns) == (f"process {os.getpid()}", written)


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS, errno.EIO])
def test_a_file_system_without_locks_is_told_with_what_to_do(tmp_path: Path, number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int, how: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with lock_file(tmp_path / "db.lock", fails=StoreError) as lock:
        for take in (lock.take, lock.wait):
            with pytest.raises(StoreError) as raised:
                take()
            assert raised.value.message == f"{tmp_path}/db.lock: cannot be locked: {os.strerror(number)}."
            assert ("local disk" in raised.value.hint) == (number != errno.EIO)
    with pytest.raises(InputFileError, match="cannot be locked"), OwnFolder.at(tmp_path) as home, folder_for_now(home):
        pytest.fail("a folder that nobody holds")
