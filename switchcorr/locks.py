"""Locks that the kernel frees however their holder ends, and folders that one process has for itself for a while.

A lock is an advisory one on a file of its own (``flock``): its holder may be killed, and nobody has to guess whether it still lives. Nothing
but the lock counts; what is written in the file only names its holder.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import final

from switchcorr.errors import InputFileError, SwitchcorrError
from switchcorr.files import OwnFolder
from switchcorr.text import clean

_GATE = ".in-use"
"""Held by whoever makes or removes a folder beside it: so none is taken for left between being made and being held."""
_LOCK = ".lock"
_NO_LOCKS = (errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOSYS)
"""What a file system answers that has no locks: some network file systems. Source: flock(2); NFS without its lock service."""
Fails = Callable[..., SwitchcorrError]
"""Makes an error of its message, ``hint`` and ``context``: the caller's own kind."""


@final
class LockFile:
    """An open file whose lock can be taken. It is let go of when the file is closed, and at the latest when the process ends."""

    def __init__(self, path: Path, handle: int, fails: Fails) -> None:
        self._path = path
        self._handle = handle
        self._fails = fails

    def take(self) -> bool:
        """Take the lock unless another has it; whether it is ours.

        Raises:
            SwitchcorrError: of the kind of ``lock_file``: the file cannot be locked.
        """
        return self._lock(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def wait(self) -> None:
        """Take the lock as soon as nobody else has it.

        Raises:
            SwitchcorrError: of the kind of ``lock_file``: the file cannot be locked.
        """
        self._lock(fcntl.LOCK_EX)

    def sign(self, doing: str = "") -> None:
        """Write down who has the lock. What stands there already is not written again: a file that changes at each turn costs milliseconds."""
        own = f"process {os.getpid()}{doing and f', {doing}'}".encode()
        with contextlib.suppress(OSError):  # on a full disk the lock holds all the same, it only names nobody
            if os.pread(self._handle, len(own) + 1, 0) != own:
                os.ftruncate(self._handle, 0)
                os.pwrite(self._handle, own, 0)

    def holder(self) -> str:
        """Who signed last."""
        return clean(os.pread(self._handle, 300, 0), limit=200) or "an unknown process"

    def _lock(self, how: int) -> bool:
        try:
            fcntl.flock(self._handle, how)
        except BlockingIOError:
            return False
        except OSError as error:
            hint = f"Its file system has no locks: move {self._path.parent} to a local disk, or to a file system that has them."
            raise self._fails(
                f"{self._path}: cannot be locked: {error.strerror}.",
                hint=hint if error.errno in _NO_LOCKS else "",
                context={"file": str(self._path)},
            ) from error
        return True


@contextlib.contextmanager
def lock_file(path: Path, *, fails: Fails = InputFileError) -> Iterator[LockFile]:
    """A file for a lock, made if it is not there; readable by its owner only, never a link.

    Args:
        fails: the kind of error.

    Raises:
        SwitchcorrError: of that kind: it cannot be opened.
    """
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise fails(
            f"{path}: cannot be opened: {error.strerror}.",
            hint="May this user write there? Is the disk full, or the file a link?",
            context={"file": str(path)},
        ) from error
    try:
        yield LockFile(path, handle, fails)
    finally:
        os.close(handle)


@contextlib.contextmanager
def folder_for_now(home: OwnFolder) -> Iterator[OwnFolder]:
    """A folder in another one, for its owner only, that is removed at the end. What killed processes left of theirs goes first.

    Its lock is a file beside it, for a network file system keeps an open file in the folder that is removed.

    Raises:
        InputFileError: it cannot be made, locked or removed.
    """
    name = secrets.token_hex(8)
    with contextlib.ExitStack() as held:
        with _gate(home.path):
            _remove_left(home.path)
            held.enter_context(lock_file(home.path / f"{name}{_LOCK}")).take()
            own = held.enter_context(home.folder(name))
        try:
            yield own
        finally:
            with _gate(home.path):
                _remove(own.path)


def remove_left_folders(home: Path) -> int:
    """Remove the folders of ``folder_for_now`` that no living process has; how many files were in them.

    Raises:
        InputFileError: they cannot be locked or removed.
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
