"""The door to the store: opens it on either engine, and gives transactions to read and to write in.

SQLite: WAL, ``synchronous=full``, short transactions that begin with the right to write, one writer at a time (``locking.py``),
readers that cannot write. On a network file system there is no WAL; that is said. PostgreSQL: what the server has is used as it is.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Self, final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry
from sqlalchemy.pool import QueuePool

from switchcorr.errors import StoreError
from switchcorr.mounts import MOUNTS, is_on_network
from switchcorr.store.errors import mapped
from switchcorr.store.fence import Fence
from switchcorr.store.locking import WAIT_S, write_lock
from switchcorr.store.sqlite_file import claim_for_this_host, file_uri, make_file, refuse_foreign, set_up
from switchcorr.store.url import StoreUrl
from switchcorr.store.versions import MIGRATIONS, Migration, check_version, upgrade
from switchcorr.store.waiting import AWAY_S

_log = logging.getLogger(__name__)
registry.register("postgresql.switchcorr", "switchcorr.store.postgres", "StorePostgres")
_WRITES = "switchcorr_writes"


@dataclass(frozen=True, slots=True)
class OpenOptions:
    """How a store is opened.

    Attributes:
        write: False opens it for reading only: nothing can be changed through it.
        make: whether a file that is not there is made by who writes.
        mounts: where the mounted file systems stand.
        host: name of this machine; empty to ask the system.
        wait_s: how long a writer waits for another.
        away_s: how long a writer of visits waits for a server that is away.
        fence: what must be so in every transaction that writes; None for a writer without a lease.
    """

    write: bool = True
    make: bool = True
    mounts: Path = MOUNTS
    host: str = ""
    wait_s: float = WAIT_S
    away_s: float = AWAY_S
    fence: Fence | None = None
    migrations: tuple[Migration, ...] = MIGRATIONS


@final
@dataclass(slots=True)
class Store:
    """An open store; close it, or use it in a ``with``.

    Attributes:
        writes: whether it was opened for writing.
        warnings: sentences for the user.
        fence: asked in every transaction that writes.
        ids: numbers of names that are known to be stored, by table; only what was committed.
    """

    url: StoreUrl
    engine: Engine
    writes: bool
    warnings: tuple[str, ...] = ()
    wait_s: float = WAIT_S
    away_s: float = AWAY_S
    fence: Fence | None = None
    ids: dict[str, dict[str, int]] = field(default_factory=dict)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state of the store.

        Raises:
            StoreError: the database says no.
        """
        engine = self.engine if self.url.file is not None else self.engine.execution_options(isolation_level="REPEATABLE READ")
        with mapped(self.url), engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that is written whole at its end, or not at all if an error leaves it.

        Raises:
            StoreError: it was opened for reading only, another writer does not let go, the database says no.
            LeaseLostError: the fence says no.
        """
        if not self.writes:
            raise StoreError(f"{self.url.shown}: was opened for reading.")
        with mapped(self.url), self.exclusive(), self.engine.execution_options(**{_WRITES: True}).begin() as connection:
            if self.fence is not None:
                self.fence.check(connection)
            yield connection

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Be the only writer to the file; PostgreSQL keeps its writers apart itself."""
        lock = write_lock(self.url.file, wait_s=self.wait_s) if self.url.file is not None else nullcontext()
        with lock:
            yield

    def close(self) -> None:
        """Close all connections; the last one to a SQLite file writes its log back, as the only writer."""
        with self.exclusive() if self.writes else nullcontext():
            self.engine.dispose()


def open_store(url: StoreUrl, options: OpenOptions | None = None) -> Store:
    """Open a store; for writing, make it if it is not there and bring its tables up to date.

    Raises:
        StoreError: it cannot be opened, is damaged, is no store, or (for reading) is not there.
        SchemaVersionError: another version of the program wrote it.
        ConfigurationError: the driver is not installed.
    """
    options = options or OpenOptions()
    with mapped(url), ExitStack() as undo:
        store = _open_file(url, url.file, options) if url.file is not None else _open_server(url, options)
        undo.callback(store.engine.dispose)
        if options.write:
            with store.exclusive():
                upgrade(store.engine, url, options.migrations)
        else:
            check_version(store.engine, url, options.migrations)
        undo.pop_all()
    for sentence in store.warnings:
        _log.warning("store: %s", sentence)
    return store


def _open_server(url: StoreUrl, options: OpenOptions) -> Store:
    engine = create_engine(url.url.set(drivername="postgresql+switchcorr"), hide_parameters=True, pool_pre_ping=True)
    return Store(url, engine, options.write, wait_s=options.wait_s, away_s=options.away_s, fence=options.fence)


def _refuse_absent(path: Path) -> None:
    """Refuse a path at which there is no file with content."""
    if path.is_dir():
        raise StoreError(f"{path}: is a folder.", hint="Give the path of a file with --store.")
    if not path.is_file():
        raise StoreError(f"{path}: there is no store.", hint="`switchcorr store import DIR` or `switchcorr sweep --store` makes one.")
    if path.stat().st_size == 0:
        raise StoreError(f"{path}: is empty, no store.", hint="Is the path right?")


def _open_file(url: StoreUrl, path: Path, options: OpenOptions) -> Store:
    network = is_on_network(path, options.mounts)
    warnings = (
        (f"{path} is on a network file system ({network}): WAL is off, so readers and writers wait for each other.",) if network else ()
    )
    if not (options.write and options.make):
        _refuse_absent(path)
    if options.write:
        if network:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            claim_for_this_host(path, options.host)
        make_file(path)
    refuse_foreign(path)
    uri = file_uri(path, mode="rw" if options.write else "ro")

    def connect() -> SqliteConnection:
        return sqlite3.connect(uri, uri=True, check_same_thread=False)

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def _connected(connection: SqliteConnection, _: Any) -> None:
        set_up(connection, write=options.write, journal="delete" if network else "wal")

    @event.listens_for(engine, "begin")
    def _begins(connection: Connection) -> None:
        connection.exec_driver_sql("begin immediate" if connection.get_execution_options().get(_WRITES) else "begin")

    return Store(url, engine, options.write, warnings, options.wait_s, fence=options.fence)
