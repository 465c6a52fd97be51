"""One writer at a time: a lock beside a SQLite store.

SQLite 3.7.0 to 3.51.2 can lose commits in a rare race of two connections that checkpoint and write at once (fixed in 3.51.3, 3.50.7
and 3.44.6). Python uses the SQLite of its system, so nobody can count on the fix: all writes and checkpoints hold this lock, and the
race cannot arise. Source: SQLite, "The WAL-Reset Bug".
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, select

from switchcorr.errors import StoreError
from switchcorr.locks import LockFile, lock_file
from switchcorr.store import schema

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
        StoreError: another process did not let go of it in time (it is named), or the lock cannot be made.
    """
    with lock_file(database.with_name(database.name + SUFFIX), fails=StoreError) as lock:
        _acquire(lock, database, time.monotonic() + wait_s)
        lock.sign()
        yield


def take_turns(connection: Connection) -> None:
    """Have no other transaction that takes turns too run beside this one, on a server as well: a file has one writer anyway."""
    connection.execute(select(schema.schema_version.c.version).with_for_update())


def _acquire(lock: LockFile, database: Path, deadline: float) -> None:
    while not lock.take():
        if time.monotonic() > deadline:
            hint = "Wait until it is done, or end it."
            raise StoreError(f"{database}: {lock.holder()} is writing to the store and does not let go.", hint=hint)
        time.sleep(_PAUSE_S)
