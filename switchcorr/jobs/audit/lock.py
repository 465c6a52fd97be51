"""One audit at a time."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import datetime

from switchcorr.errors import SweepError
from switchcorr.files import OwnFolder
from switchcorr.locks import lock_file

LOCK = "audit.lock"


@contextlib.contextmanager
def only_audit(state: OwnFolder, now: datetime) -> Iterator[None]:
    """Hold the lock of the state directory.

    Raises:
        SweepError: another audit holds it; it is named.
        InputFileError: the lock cannot be made.
    """
    with lock_file(state.path / LOCK) as lock:
        if not lock.take():
            hint = "This run does nothing. If the other one hangs, end it; else leave it."
            raise SweepError(f"Another audit runs with the same state directory ({lock.holder()}).", hint=hint)
        lock.sign(f"since {now:%Y-%m-%dT%H:%M:%SZ}")
        yield
