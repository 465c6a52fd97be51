"""Locks that the kernel frees however their holder ends, and folders that one process has for itself for a while.

A lock is an advisory one on a file of its own (``flock``): its holder may be killed, and nobody has to guess whether it still lives. Nothing
but the lock counts; what is written in the file only names its holder.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import final

from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder

_GATE = ".in-use"
"""Held by whoever makes or removes a folder beside it: so none is taken for left between being made and being held."""
_LOCK = ".lock"


@final
class LockFile:
    """An open file whose lock can be taken. It is let go of when the file is closed, and at the latest when the process ends."""

    def __init__(self, path: Path, handle: int) -> None:
        self._path = path
        self._handle = handle

    def take(self) -> bool:
        """Take the lock unless another has it; whether it is ours."""
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def wait(self) -> None:
        """Take the lock as soon as nobody else has it."""
        fcntl.flock(self._handle, fcntl.LOCK_EX)


@contextlib.contextmanager
def lock_file(path: Path) -> Iterator[LockFile]:
    """A file for a lock, made if it is not there; readable by its owner only, never a link.

    Raises:
        InputFileError: it cannot be opened.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputFileError(
            f"{path}: cannot be opened: {error.strerror}.",
            hint="May this user write there? Is the disk full, or the file a link?",
            context={"file": str(path)},
        ) from error
    try:
        yield LockFile(path, handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def folder_for_now(home: Path) -> Iterator[OwnFolder]:
    """A folder in another one, for its owner only, that is removed at the end. What killed processes left of theirs goes first.

    Its lock is a file beside it, for a network file system keeps an open file in the folder that is removed.

    Raises:
        InputFileError: it cannot be made or removed.
    """
    name = secrets.token_hex(8)
    with contextlib.ExitStack() as held:
        with OwnFolder.at(home) as root, _gate(home):
            _remove_left(home)
            held.enter_context(lock_file(home / f"{name}{_LOCK}")).take()
            own = held.enter_context(root.folder(name))
        try:
            yield own
        finally:
            with _gate(home):
                _remove(own.path)


def remove_left_folders(home: Path) -> int:
    """Remove the folders of ``folder_for_now`` that no living process has; how many files were in them.

    Raises:
        InputFileError: they cannot be removed.
    """
    if not home.is_dir():
        return 0
    with _gate(home):
        return _remove_left(home)


@contextlib.contextmanager
def _gate(home: Path) -> Iterator[None]:
    with lock_file(home / _GATE) as gate:
        gate.wait()
        yield


def _remove_left(home: Path) -> int:
    names = {path.name.removesuffix(_LOCK) for path in home.iterdir() if path.name != _GATE}
    return sum(_remove_if_left(home / name) for name in sorted(names))


def _remove_if_left(folder: Path) -> int:
    with lock_file(folder.with_name(f"{folder.name}{_LOCK}")) as lock:
        return _remove(folder) if lock.take() else 0


def _remove(folder: Path) -> int:
    """Remove a folder and its lock, which is held; how many files there were."""
    try:
        count = sum(path.is_file() for path in folder.rglob("*"))
        if folder.exists():  # whoever had it may have been killed before it was made, or after it was removed
            shutil.rmtree(folder)
        folder.with_name(f"{folder.name}{_LOCK}").unlink()
    except OSError as error:
        raise InputFileError(
            f"{folder}: cannot be removed: {error.strerror}.", hint="Remove it by hand.", context={"file": str(folder)}
        ) from error
    return count
