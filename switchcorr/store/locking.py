"""One writer at a time: an advisory lock beside a SQLite store, which the kernel frees when its holder dies.

SQLite 3.7.0 to 3.51.2 can lose commits in a rare race of two connections that checkpoint and write at once (fixed in 3.51.3, 3.50.7
and 3.44.6). Python uses the SQLite of its system, so nobody can count on the fix: all writes and checkpoints hold this lock, and the
race cannot arise. Source: SQLite, "The WAL-Reset Bug".
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select

from switchcorr.errors import StoreError
from switchcorr.store import schema
from switchcorr.text import clean

SUFFIX = ".lock"
WAIT_S = 30.0
"""How long a writer waits for another. One visit is written in some milliseconds, a compaction's step in seconds."""
HOLD_S = 0.2
"""How long a transaction of many small steps may keep other writers out. A commit waits for the disk, so one a step would be most of the time."""
TURN_S = 0.01
"""Pause between two such transactions: twice as long as a waiting writer sleeps, so that it gets its turn."""
_PAUSE_S = 0.005


@contextmanager
def write_lock(database: Path, *, wait_s: float = WAIT_S) -> Iterator[None]:
    """Hold the right to write to a SQLite store.

    Raises:
        StoreError: another process did not let go of it in time; its number is named.
    """
    path = database.with_name(database.name + SUFFIX)
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StoreError(f"{path}: cannot be opened: {error.strerror}.", hint="May this user write beside the store?") from error
    try:
        _acquire(handle, database, time.monotonic() + wait_s)
        _sign(handle)
        yield
    finally:
        os.close(handle)


def take_turns(connection: Connection) -> None:
    """Have no other transaction that takes turns too run beside this one, on a server as well: a file has one writer anyway."""
    connection.execute(select(schema.schema_version.c.version).with_for_update())


def _sign(handle: int) -> None:
    """Write who holds the lock, unless it stands there already: a file that changes for each visit costs milliseconds."""
    own = f"{os.getpid():<20}\n".encode()
    if os.pread(handle, len(own), 0) != own:
        os.pwrite(handle, own, 0)


def _acquire(handle: int, database: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                holder = clean(os.pread(handle, 20, 0)) or "unknown"
                hint = "Wait until it is done, or end it."
                raise StoreError(f"{database}: process {holder} is writing to the store and does not let go.", hint=hint) from None
            time.sleep(_PAUSE_S)
        else:
            return
