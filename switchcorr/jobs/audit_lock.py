"""One audit at a time: a lock that the kernel frees, however its process ends."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime

from switchcorr.errors import SweepError
from switchcorr.files import OwnFolder
from switchcorr.text import clean

LOCK = "audit.lock"


@contextlib.contextmanager
def only_audit(state: OwnFolder, now: datetime) -> Iterator[None]:
    """Hold the lock of the state directory.

    Raises:
        SweepError: another audit holds it; it is named.
    """
    handle = os.open(state.path / LOCK, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = clean(os.pread(handle, 200, 0), limit=200) or "nobody says which"
            hint = "This run does nothing. If the other one hangs, end it; else leave it."
            raise SweepError(f"Another audit runs with the same state directory ({holder}).", hint=hint) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"process {os.getpid()}, since {now:%Y-%m-%dT%H:%M:%SZ}".encode(), 0)
        yield
    finally:
        os.close(handle)
