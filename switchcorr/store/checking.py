"""Looks a store through: what the database says of itself, whether the rules of the tables hold, whether all captured text is there."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select, text

from switchcorr.errors import InputFileError, StoreError
from switchcorr.files import write_whole
from switchcorr.store import schema
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.raw import BUNDLES, FILES, SUFFIX, RawFiles, RawPlace
from switchcorr.store.schema import OPEN, Use
from switchcorr.store.sqlite_file import file_uri
from switchcorr.store.versions import copy_file
from switchcorr.text import clean

SUMS = "SHA256SUMS"
_SHOWN = 20
_MOST = 100
"""So many faults SQLite looks for in a file."""
_FIXED = ((3, 51, 3), (3, 50, 7), (3, 44, 6))
"""Releases of SQLite from which on the WAL-reset bug is fixed; the latter two only within their own line."""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What was found.

    Attributes:
        problems: sentences on what is wrong; empty if all is well.
        rows: rows by table.
        pending: visits whose text is being read again.
        orphans: files of captured text that no visit names.
    """

    problems: tuple[str, ...]
    rows: dict[str, int]
    first: datetime | None = None
    last: datetime | None = None
    database_bytes: int = 0
    raw_bytes: int = 0
    pending: int = 0
    orphans: int = 0
    notes: tuple[str, ...] = ()


def check(store: Store, files: RawFiles, *, now: datetime, deep: bool = True) -> CheckOutcome:
    """Look a store through; changes nothing.

    Args:
        now: no visit is later.
        deep: whether every captured text is read and compared with its name; else only whether it is there.

    Raises:
        StoreError: it is so damaged that it cannot be read at all.
    """
    damage = list(_database_problems(store))
    try:
        return _looked_through(store, files, now, deep=deep, damage=damage)
    except StoreError as error:  # it cannot be read further; what the database found in itself tells more than that
        if not damage:
            raise
        return CheckOutcome(_first([*damage, error.message]), {}, database_bytes=_database_bytes(store), raw_bytes=files.size())


def _looked_through(store: Store, files: RawFiles, now: datetime, *, deep: bool, damage: list[str]) -> CheckOutcome:
    problems = [
        *damage,
        *_sum_problems(store.url.file),
        *_rule_problems(store),
        *_future_problems(store, now),
        *_text_problems(store, files, deep=deep),
    ]
    visit = schema.visit
    with store.reading() as connection:
        rows = {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one() for table in schema.metadata.sorted_tables
        }
        first, last = connection.execute(select(func.min(visit.c.at), func.max(visit.c.at))).one()
        pending = connection.execute(select(func.count()).select_from(visit).where(schema.visit_use == int(Use.PENDING))).scalar_one()
    return CheckOutcome(
        problems=_first(problems),
        rows=rows,
        first=to_moment(first) if first else None,
        last=to_moment(last) if last else None,
        database_bytes=_database_bytes(store),
        raw_bytes=files.size(),
        pending=pending,
        orphans=sum(1 for _ in _orphans(store, files)),
        notes=tuple(_notes(store)),
    )


def _database_problems(store: Store) -> Iterator[str]:
    """What the database finds in itself; PostgreSQL has no such question."""
    if store.url.file is None:
        return
    with store.reading() as connection:
        yield from _damage(said for (said,) in connection.exec_driver_sql(f"pragma integrity_check({_MOST})"))
        for name, kind in connection.exec_driver_sql("select name, type from sqlite_master where type in ('trigger', 'view')"):
            yield f"the database holds a {kind} {name!r}, which is not ours"


def _damage(said: Iterable[str]) -> Iterator[str]:
    """What SQLite says of a damaged file: rows of one line, and of many under a title."""
    lines = (line for text in said if text != "ok" for line in text.splitlines() if not line.startswith("***"))
    yield from (f"the database is damaged: {clean(line, limit=200)}" for line in lines)


def _sum_problems(path: Path | None) -> Iterator[str]:
    """Files of a backup that are not what the list beside them says."""
    sums = path.parent / SUMS if path is not None else None
    if path is None or sums is None or not sums.is_file():
        return
    for line in sums.read_text().splitlines():
        digest, _, name = line.partition("  ")
        one = path.parent / name
        if not one.is_file():
            yield f"{one}: is missing"
        elif _digest_of(one) != digest:
            yield f"{one}: is not what {SUMS} says"


def _digest_of(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _rule_problems(store: Store) -> Iterator[str]:
    """Rules that no constraint holds."""
    place, visit, device = schema.place, schema.visit, schema.device
    twice = (
        select(place.c.endpoint_id, place.c.device_id).where(place.c.until == OPEN).group_by(place.c.endpoint_id, place.c.device_id)
    ).having(func.count() > 1)
    last = select(func.max(visit.c.at)).where(visit.c.device_id == device.c.id, schema.visit_use == int(Use.APPLIED)).scalar_subquery()
    stale = select(device.c.name).where(device.c.applied_at < last)
    loose = select(place.c.endpoint_id).where(~select(schema.endpoint.c.id).where(schema.endpoint.c.id == place.c.endpoint_id).exists())
    with store.reading() as connection:
        yield from (f"phone {phone} is at two ports of device {one} at once" for phone, one in connection.execute(twice))
        yield from (f"{name}: has a newer visit than the one it stands at" for (name,) in connection.execute(stale))
        yield from (f"a place names a phone {number} that is not there" for (number,) in connection.execute(loose))


def _future_problems(store: Store, now: datetime) -> Iterator[str]:
    """Devices that stand at a visit of the future: their right visits count as late until then."""
    device = schema.device
    with store.reading() as connection:
        for name, at in connection.execute(
            select(device.c.name, device.c.applied_at).where(device.c.applied_at > to_ms(now)).order_by(device.c.name)
        ):
            yield f"{name}: its last visit is of {to_moment(at):%Y-%m-%dT%H:%M:%SZ}, which is to come: a clock was wrong; `switchcorr store reparse` leaves it out"


def _text_problems(store: Store, files: RawFiles, *, deep: bool) -> Iterator[str]:
    raw = schema.raw
    with store.reading() as connection:
        rows = connection.execute(
            select(raw.c.digest, raw.c.size, raw.c.bundle, raw.c.start).distinct().order_by(raw.c.bundle, raw.c.start)
        ).all()
    places = [RawPlace(digest, size, bundle or "", start or 0) for digest, size, bundle, start in rows]
    yield from _missing_text(places, files)
    for place in places if deep else ():
        try:
            if files.is_there(place):
                files.archive(place)
        except StoreError as error:
            yield error.message


def _missing_text(places: Iterable[RawPlace], files: RawFiles) -> Iterator[str]:
    yield from (f"captured text is missing: {files.path_at(place)}" for place in places if not files.is_there(place))


def _orphans(store: Store, files: RawFiles) -> Iterator[Path]:
    raw = schema.raw
    with store.reading() as connection:
        single = set(connection.execute(select(raw.c.digest).where(raw.c.bundle.is_(None))).scalars())
        bundles = set(connection.execute(select(raw.c.bundle).where(raw.c.bundle.is_not(None)).distinct()).scalars())
    for kind, named in ((FILES, single), (BUNDLES, bundles)):
        yield from (files.path_of(kind, digest) for digest in files.names(kind) if digest not in named)


def _notes(store: Store) -> Iterator[str]:
    """What is good to know, and no fault of the store."""
    yield from store.warnings
    if store.url.file is not None and not is_fixed(sqlite3.sqlite_version_info):
        yield f"SQLite {sqlite3.sqlite_version} has the WAL-reset bug; all writers take turns here, so it does no harm. Let no other program write to the file."


def is_fixed(version: tuple[int, int, int]) -> bool:
    """Whether a release of SQLite has the fix of the WAL-reset bug."""
    return version >= _FIXED[0] or any(version[:2] == line[:2] and version >= line for line in _FIXED[1:])


def _database_bytes(store: Store) -> int:
    if store.url.file is not None:
        return sum(
            path.stat().st_size for path in (store.url.file, store.url.file.with_name(f"{store.url.file.name}-wal")) if path.exists()
        )
    query = "select coalesce(sum(pg_total_relation_size(c.oid)), 0) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'switchcorr' and c.relkind = 'r'"
    with store.reading() as connection:
        return int(connection.execute(text(query)).scalar_one())


@dataclass(frozen=True, slots=True)
class BackupOutcome:
    """A copy of a store: where its database is, how many files it has, and what is wrong with it, as it is with the store itself."""

    database: Path
    files: int
    problems: tuple[str, ...] = ()


def back_up(store: Store, files: RawFiles, target: Path) -> BackupOutcome:
    """A copy of a SQLite store and of its captured text in a new folder, with a list of SHA-256 sums.

    Captured text never changes, so on one file system it is linked and takes no room. It is copied before and after the database: what
    another process bundles or keeps meanwhile is there in the form that the copied database names.

    Raises:
        StoreError: it is on a server, the folder holds something, or it cannot be written.
    """
    if store.url.file is None:
        hint = f"Use the server's own: pg_dump --schema=switchcorr --format=custom -f store.dump ...; and copy {files.path}."
        raise StoreError(f"{store.url.shown}: a server's store is not backed up from here.", hint=hint)
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise StoreError(f"{target}: is there and not empty.", hint="Give a new folder.")
    copy = target / store.url.file.name
    copied = RawFiles(target / f"{copy.name}.raw")
    try:
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        _copy_text(files, copied)
        with store.exclusive():
            copy_file(store.url.file, copy)
        _copy_text(files, copied)
        problems = _copy_problems(copy, copied)
        paths = [copy, *sorted(copied.path.glob(f"*/??/*{SUFFIX}"))]
        write_whole(target / SUMS, "".join(f"{_digest_of(path)}  {path.relative_to(target)}\n" for path in paths))
    except StoreError:  # a writer does not let go
        _take_away(target)
        raise
    except (OSError, InputFileError, sqlite3.Error) as error:
        _take_away(target)
        raise StoreError(f"{target}: the backup could not be written: {error}.", hint="Make room, or give another folder.") from error
    return BackupOutcome(copy, len(paths), problems)


def _take_away(target: Path) -> None:
    """Remove what was copied before a backup failed: half of one would be taken for a whole one, and be in the way of the next."""
    for one in target.iterdir() if target.is_dir() else ():
        if one.is_dir() and not one.is_symlink():
            shutil.rmtree(one, ignore_errors=True)
        else:
            with suppress(OSError):
                one.unlink()


def _copy_text(files: RawFiles, copied: RawFiles) -> None:
    """Copy the captured text that is not there yet."""
    for path in sorted(files.path.glob(f"*/??/*{SUFFIX}")):
        there = copied.path / path.relative_to(files.path)
        if not there.exists():
            there.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with suppress(FileNotFoundError):  # bundled by another process a moment ago
                _link_or_copy(path, there)


def _copy_problems(copy: Path, copied: RawFiles) -> tuple[str, ...]:
    """What is wrong with a copy. A damaged database is copied page by page, and nobody would notice before the copy is needed.

    Nobody else has the copy open, so it is read as a file that never changes: otherwise SQLite would leave two files beside it.
    """
    problems: list[str] = []
    try:
        with closing(sqlite3.connect(f"{file_uri(copy, mode='ro')}&immutable=1", uri=True)) as connection:
            problems += _damage(said for (said,) in connection.execute(f"pragma integrity_check({_MOST})"))
            names = "select distinct lower(hex(digest)), lower(hex(bundle)) from raw order by 2, 1"
            problems += _missing_text([RawPlace(digest, 0, bundle) for digest, bundle in connection.execute(names)], copied)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        problems.append(f"the database is damaged: {clean(str(error), limit=200)}")
    return _first(problems)


def _first(problems: list[str]) -> tuple[str, ...]:
    return tuple(problems[:_SHOWN] + ([f"and {len(problems) - _SHOWN} more"] if len(problems) > _SHOWN else []))


def _link_or_copy(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        target.chmod(0o600)
