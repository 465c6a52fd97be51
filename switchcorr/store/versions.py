"""Versions of the tables: a new store gets the newest, an older one is brought forward step by step, a newer one is refused.

Each step and its new version number are one transaction, so a process that is killed leaves the old version or the new one. Before the
first step a SQLite file is copied to ``NAME.before-vN``; of PostgreSQL a dump is the administrator's matter, and is asked for.
"""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Engine, Table, insert, inspect, select, text, update

from switchcorr import __version__
from switchcorr.errors import SchemaVersionError, StoreError
from switchcorr.store import schema
from switchcorr.store.sqlite_file import file_uri, mark
from switchcorr.store.url import StoreUrl

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Migration:
    """A step to ``version`` from the one before."""

    version: int
    run: Callable[[Connection], None]


def _add_events_and_incidents(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_2)


def _add_audits_and_messages(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_3)
    connection.execute(text("alter table place add column firmware text not null default ''"))


def _add_losses_and_shrink(connection: Connection) -> None:
    """Losses of the listener; digests as bytes; on a server fewer and smaller indexes (``schema.py`` says why)."""
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_4)
    if connection.dialect.name == "sqlite":
        _driver(connection).create_function("from_hex", 1, lambda digits: None if digits is None else bytes.fromhex(digits))
        connection.execute(text("drop index raw_by_digest"))
        connection.execute(text("alter table raw rename to raw_before"))
        schema.raw.create(connection)
        connection.execute(
            text(
                "insert into raw select device_id, at, from_hex(digest), size, from_hex(bundle), start from raw_before order by device_id, at"
            )
        )
        connection.execute(text("drop table raw_before"))
        return
    for statement in _SHRINK_SERVER:
        connection.execute(text(statement))


def _add_extensions(connection: Connection) -> None:
    """The directory numbers that an event tells; step 2 makes its table as it is today, then they are there."""
    _add_to_events(connection, "extension_id")


def _add_loads(connection: Connection) -> None:
    """The firmware that an event tells; step 2 makes its table as it is today, then it is there."""
    _add_to_events(connection, "load_id")


def _add_to_events(connection: Connection, column: str) -> None:
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"alter table event add column if not exists {column} integer"))
    elif column not in {row.name for row in connection.execute(text("pragma table_info(event)"))}:
        connection.execute(text(f"alter table event add column {column} integer"))


_SHRINK_SERVER = (
    "drop index raw_by_digest",
    "alter table raw alter column digest type bytea using decode(digest, 'hex'), alter column bundle type bytea using decode(bundle, 'hex')",
    "create index raw_by_digest on raw using hash (digest)",
    "drop index visit_by_time",
    "create index visit_by_time on visit using brin (at) with (autosummarize = on)",
    "drop index counter_change_by_port",
    "create index counter_change_by_port on counter_change (port_id)",
    "alter table place set (autovacuum_vacuum_scale_factor = 0.02)",
)


def _part_first_sights_and_shrink(connection: Connection) -> None:
    """First sights of counters apart from changes; one number for what came of a visit; weekly masks; on a server rows without gaps."""
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_6)
    connection.execute(text(_PART_FIRST_SIGHTS))
    on_server = connection.dialect.name != "sqlite"
    columns_of_mask = {column["name"] for column in inspect(connection).get_columns("mask", schema="switchcorr" if on_server else None)}
    if "zone" not in columns_of_mask:  # else step 3 has just made the table as it is now
        connection.execute(text("alter table mask add column lasts_ms bigint"))
        connection.execute(text("alter table mask add column zone text not null default ''"))
    connection.execute(text("drop index visit_by_time"))
    _made_anew(
        connection, schema.visit, "device_id, sweep_id, at, duration_ms, whole + status * 1048576 + use * 16777216, failure_id", "true"
    )
    if on_server:
        connection.execute(text("drop index place_by_port"))
        connection.execute(text("create index place_by_port on place (port_id)"))
        connection.execute(text("drop index counter_change_by_port"))
        columns = "at, port_id, counter_id, flags, value, delta, packets"
        _made_anew(connection, schema.counter_change, columns, "not (delta = 0 and (flags & 9) > 0)")
    else:
        connection.execute(text("delete from counter_change where delta = 0 and (flags & 9) > 0"))


_PART_FIRST_SIGHTS = """
insert into counter_first (port_id, counter_id, at, value, flags, packets)
select port_id, counter_id, at, value, flags, packets from counter_change where delta = 0 and (flags & 9) > 0 order by 1, 2, 3
"""


def _made_anew(connection: Connection, table: Table, columns: str, rows: str) -> None:
    """A table as it now is, with the rows of the one of that name; its indexes were dropped before."""
    before = f"{table.name}_before"
    connection.execute(text(f"alter table {table.name} rename to {before}"))
    if connection.dialect.name != "sqlite":
        connection.execute(text(f"alter index {table.name}_pkey rename to {before}_pkey"))
    table.create(connection)
    told = ", ".join(column.name for column in table.columns)
    connection.execute(text(f"insert into {table.name} ({told}) select {columns} from {before} where {rows} order by at"))  # noqa: S608  # words of ours
    connection.execute(text(f"drop table {before}"))


def _add_flapping_phones(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_7)


def _add_chronic_parts(connection: Connection) -> None:
    schema.metadata.create_all(connection, tables=schema.ADDED_IN_8)


def _drop_index_of_endpoints(connection: Connection) -> None:
    """No question found events by their endpoint; step 2 makes the table as it is today, then the index is not there."""
    connection.execute(text("drop index if exists event_by_endpoint"))


MIGRATIONS: tuple[Migration, ...] = (
    Migration(2, _add_events_and_incidents),
    Migration(3, _add_audits_and_messages),
    Migration(4, _add_losses_and_shrink),
    Migration(5, _add_extensions),
    Migration(6, _part_first_sights_and_shrink),
    Migration(7, _add_flapping_phones),
    Migration(8, _add_chronic_parts),
    Migration(9, _drop_index_of_endpoints),
    Migration(10, _add_loads),
)
"""Every step since the first version, in order; a step is never changed once it was released."""


def newest(migrations: tuple[Migration, ...]) -> int:
    """The version that all steps lead to."""
    return migrations[-1].version if migrations else 1


def upgrade(engine: Engine, url: StoreUrl, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """Make the tables, or bring them to the newest version; the caller is the only writer.

    Raises:
        StoreError: the database holds tables, and they are not a store's.
        SchemaVersionError: a newer version of the program wrote it.
    """
    with _alone(engine, url):
        _upgrade(engine, url, migrations)


@contextmanager
def _alone(engine: Engine, url: StoreUrl) -> Iterator[None]:
    """Keep others on a server from making or changing the tables at the same time; a file's writer is alone already."""
    if url.file is not None:
        yield
        return
    with engine.connect() as connection:
        connection.execute(text("select pg_advisory_xact_lock(:number)"), {"number": schema.APPLICATION_ID})
        with engine.begin() as other:
            other.execute(text("create schema if not exists switchcorr"))
        yield


def _upgrade(engine: Engine, url: StoreUrl, migrations: tuple[Migration, ...]) -> None:
    found = _version_of(engine, url)
    if found is None:
        with engine.begin() as connection:
            schema.metadata.create_all(connection)
            connection.execute(insert(schema.schema_version).values(version=newest(migrations), program=__version__))
            if url.file is not None:
                mark(_driver(connection))
        return
    _refuse_newer(found, url, migrations)
    steps = [step for step in migrations if step.version > found]
    if not steps:
        return
    _back_up(url, found)
    for step in steps:
        with engine.begin() as connection:
            step.run(connection)
            connection.execute(update(schema.schema_version).values(version=step.version, program=__version__))
        _log.info("store: tables brought to version %d", step.version)


def check_version(engine: Engine, url: StoreUrl, migrations: tuple[Migration, ...] = MIGRATIONS) -> None:
    """See that a store can be read.

    Raises:
        StoreError: it is no store.
        SchemaVersionError: its tables are of another version.
    """
    found = _version_of(engine, url)
    if found is None:
        raise StoreError(f"{url.shown}: holds no store.", hint="`switchcorr store import DIR` makes one.")
    _refuse_newer(found, url, migrations)
    if found < newest(migrations):
        hint = "The next command that writes to it (`switchcorr store compact`) brings it forward, after a copy was made."
        raise SchemaVersionError(f"{url.shown}: its tables have version {found}, this program reads {newest(migrations)}.", hint=hint)


def _version_of(engine: Engine, url: StoreUrl) -> int | None:
    """The version of the tables; None if there is nothing yet.

    Raises:
        StoreError: there are tables of somebody else.
    """
    with engine.connect() as connection:
        names = inspect(connection).get_table_names(schema=None if url.file is not None else "switchcorr")
        if schema.schema_version.name not in names:
            if names:
                raise StoreError(f"{url.shown}: is a database of something else (it has a table {min(names)}).", hint="Is the path right?")
            return None
        found: int | None = connection.execute(select(schema.schema_version.c.version)).scalar()
    if found is None:
        raise StoreError(f"{url.shown}: the store is damaged: it does not tell the version of its tables.", hint="See docs/store.md.")
    return found


def _driver(connection: Connection) -> sqlite3.Connection:
    driver = connection.connection.driver_connection
    if not isinstance(driver, sqlite3.Connection):
        raise TypeError(type(driver))
    return driver


def _refuse_newer(found: int, url: StoreUrl, migrations: tuple[Migration, ...]) -> None:
    if found > newest(migrations):
        hint = "Use the newer program, or a store of its own for this one."
        raise SchemaVersionError(
            f"{url.shown}: its tables have version {found}; this program ({__version__}) knows up to {newest(migrations)}.", hint=hint
        )


def _back_up(url: StoreUrl, version: int) -> None:
    if url.file is None:
        _log.warning("store: %s is brought forward from version %d; a dump made before is the way back", url.shown, version)
        return
    target = backup_path(url.file, version)
    copy_file(url.file, target)
    _log.info("store: version %d was copied to %s", version, target)


def backup_path(path: Path, version: int) -> Path:
    """Where a file is copied before its tables are changed."""
    return path.with_name(f"{path.name}.before-v{version + 1}")


def copy_file(source: Path, target: Path) -> None:
    """A whole copy of a SQLite file that may be in use, through SQLite itself; readable by its owner only.

    Raises:
        sqlite3.Error: it cannot be copied.
    """
    part = target.with_name(f".{target.name}.part")
    part.unlink(missing_ok=True)
    part.touch(0o600)
    try:
        with closing(sqlite3.connect(file_uri(source, mode="ro"), uri=True)) as reader, closing(sqlite3.connect(part)) as writer:
            reader.backup(writer)
        with part.open("rb") as stream:
            os.fsync(stream.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)  # half a copy would keep a full disk full
