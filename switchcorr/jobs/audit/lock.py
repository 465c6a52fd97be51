"""One audit at a time: a lock that the kernel frees, however its process ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime

from switchcorr.errors import InputFileError, SweepError
from switchcorr.files import OwnFolder
from switchcorr.text import clean

LOCK = "audit.lock"


@contextlib.contextmanager
def only_audit(state: OwnFolder, now: datetime) -> Iterator[None]:
    """Hold the lock of the state directory.

    Raises:
        SweepError: another audit holds it; it is named.
        InputFileError: the lock cannot be made.
    """
    try:
        handle = os.open(state.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise InputFileError(
            f"{state.path / LOCK}: cannot be opened: {error.strerror}.", hint="Is the disk full, or the file a link?"
        ) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = clean(os.pread(handle, 200, 0), limit=200) or "nobody says which"
            hint = "This run does nothing. If the other one hangs, end it; else leave it."
            raise SweepError(f"Another audit runs with the same state directory ({holder}).", hint=hint) from None
        with contextlib.suppress(OSError):  # on a full disk the lock holds all the same, it only names nobody
            os.ftruncate(handle, 0)
            os.pwrite(handle, f"process {os.getpid()}, since {now:%Y-%m-%dT%H:%M:%SZ}".encode(), 0)
        yield
    finally:
        os.close(handle)
