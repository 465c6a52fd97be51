"""Messages to segment files: appended in groups, each group on the disk before it counts as stored; one writer to a folder.

A line is ``ARRIVAL SOURCE MESSAGE``: when it came (UTC, milliseconds), from which address, and what came, on one line.

Invariants: what counts as stored was followed by an fsync that succeeded. A group whose write or fsync failed is kept in memory, the
file is cut back to what was synced before, and the group is written again to a new file; so nothing is lost, and nothing is there twice,
unless cutting back fails too. A full disk is waited for.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import final

from switchcorr.errors import ListenError
from switchcorr.listen.counts import ListenCounts
from switchcorr.locks import lock_file

_log = logging.getLogger(__name__)
LOCK = ".listen.lock"
SUFFIX = ".log"
_NAMES_A_SECOND = 10_000


@dataclass(frozen=True, slots=True)
class Rotation:
    """When a segment is closed: at so many bytes, or so many seconds after its first message."""

    bytes: int = 64 << 20
    seconds: float = 3600.0


@dataclass(frozen=True, slots=True)
class Disk:
    """The calls that can fail, as parameters."""

    write: Callable[[int, memoryview], int] = os.write
    fsync: Callable[[int], None] = os.fsync


@contextmanager
def only_listener(folder: Path) -> Iterator[None]:
    """Hold a folder of segments.

    Raises:
        ListenError: another listener holds it (its process is named), or the folder or its lock cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ListenError(f"{folder}: cannot be written: {error.strerror}.", hint="Give another folder with --out.") from error
    with lock_file(folder / LOCK, fails=ListenError) as lock:
        if not lock.take():
            hint = "End that one first, or give another folder with --out."
            raise ListenError(f"{folder}: {lock.holder()} is listening into this folder.", hint=hint)
        lock.sign()
        yield


@dataclass(slots=True)
class _Open:
    """The segment that is written: its handle, what is synced of it, and since when (monotonic)."""

    path: Path
    handle: int
    synced: int
    since: float


@final
class SegmentWriter:
    """Writes groups of lines; only one thread calls it at a time.

    Args:
        folder: held by ``only_listener``.
        counts: told what is stored.
        now: the clock for names; a step of it changes names only.
        monotonic: the clock for rotation.
    """

    def __init__(
        self,
        folder: Path,
        counts: ListenCounts,
        *,
        rotation: Rotation,
        now: Callable[[], datetime],
        monotonic: Callable[[], float],
        disk: Disk | None = None,
    ) -> None:
        self._folder = folder
        self._counts = counts
        self._rotation = rotation
        self._now, self._monotonic = now, monotonic
        self._disk = disk or Disk()
        self._open: _Open | None = None
        self.problem = ""

    @property
    def path(self) -> Path | None:
        """The segment that is written now."""
        return self._open.path if self._open is not None else None

    def store(self, lines: bytes, messages: int) -> bool:
        """Have a group of whole lines on the disk; False if that failed and it must be given again.

        ``problem`` then says why, and is empty again once a group was stored.
        """
        try:
            segment = self._segment()
            rest = memoryview(lines)
            while rest:
                rest = rest[self._disk.write(segment.handle, rest) :]
            self._disk.fsync(segment.handle)
        except OSError as error:
            self._failed(error)
            return False
        segment.synced += len(lines)
        self._counts.stored += messages
        self._counts.stored_bytes += len(lines)
        if self.problem:
            _log.warning("listen: %s can be written again; nothing that was received is lost", self._folder)
            self.problem = ""
        return True

    def close(self) -> None:
        """Close the segment; all that counts as stored is on the disk already."""
        if self._open is not None:
            os.close(self._open.handle)
            self._open = None

    def _segment(self) -> _Open:
        one = self._open
        if one is not None and (one.synced >= self._rotation.bytes or self._monotonic() - one.since >= self._rotation.seconds):
            self.close()
            one = None
        if one is None:
            one = self._open = self._begin()
            self._sync_folder()
            self._counts.segments += 1
        return one

    def _begin(self) -> _Open:
        """A new file, whose name is not on the disk yet."""
        stem = self._now().astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        for number in range(_NAMES_A_SECOND):
            path = self._folder / f"{stem}-{number:04d}{SUFFIX}"
            with suppress(FileExistsError):
                handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
                return _Open(path, handle, 0, self._monotonic())
        raise OSError(f"{_NAMES_A_SECOND} segments of one second")

    def _sync_folder(self) -> None:
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            self._disk.fsync(handle)
        finally:
            os.close(handle)

    def _failed(self, error: OSError) -> None:
        """Cut the file back to what is known to be on the disk and leave it; the next try begins another one."""
        self._counts.write_errors += 1
        said = f"{self._folder}: cannot be written: {error.strerror or error}"
        if said != self.problem:
            _log.error("listen: %s; what was received waits in memory, then in the kernel, until it can. Make room on the disk.", said)
        self.problem = said
        one = self._open
        if one is None:
            return
        with suppress(OSError):
            os.truncate(one.handle, one.synced)
        if one.synced == 0:
            with suppress(OSError):
                one.path.unlink()
        with suppress(OSError):
            os.close(one.handle)
        self._open = None
