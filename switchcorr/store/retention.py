"""What becomes of old things: captured text is bundled, then removed; facts go when nobody asks for their time any more.

Each step is a transaction that leaves the store whole. A file is removed only after no row names it any more.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, select, update

from switchcorr.errors import StoreError
from switchcorr.store import schema
from switchcorr.store.locking import take_turns
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.open import Store
from switchcorr.store.raw import BUNDLES, FILES, RawFiles, RawPlace
from switchcorr.store.rewind import waiting_visits

_SLICE_MS = int(timedelta(hours=6).total_seconds() * 1000)
_MOST_BYTES = 128 * 1024**2
"""Text that is joined in one bundle, before it is packed: it is held in memory, twice. A day of the longest answers would be gigabytes."""


@dataclass(frozen=True, slots=True)
class CompactOutcome:
    """What was bundled: devices times days, the visits in them, bytes on the disk that are free now, and files that could not be read."""

    bundles: int
    visits: int
    freed_bytes: int
    damaged: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RetireOutcome:
    """What was removed: rows of all tables, files, bytes on the disk.

    Attributes:
        waiting: visits for whose sake something old was left: they and what came after them are to be read again.
        waiting_since: when the first of them was; None without any.
    """

    rows: int
    files: int
    freed_bytes: int
    waiting: int = 0
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class OrphanOutcome:
    """What became of files that no row names: removed, with their bytes on the disk; or left, for they are too many."""

    files: int
    freed_bytes: int
    left: int = 0


def compact(store: Store, files: RawFiles, *, now: datetime) -> CompactOutcome:
    """Join the captured text of each device and closed day (UTC) into a bundle, or several if it is much.

    Raises:
        StoreError: the store cannot be written, or a bundle is not on the disk as it was written; then nothing of it was removed.
        InputFileError: a bundle cannot be written.
    """
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    raw = schema.raw
    query = select(raw.c.device_id, raw.c.at, raw.c.digest, raw.c.size).where(raw.c.bundle.is_(None), raw.c.at < to_ms(today))
    with store.reading() as connection:
        rows = connection.execute(query.order_by(raw.c.device_id, raw.c.at)).all()
    groups: dict[tuple[int, str], list[tuple[int, str, int]]] = {}
    for device_id, at, digest, size in rows:
        groups.setdefault((device_id, f"{to_moment(at):%Y%m%d}"), []).append((at, digest, size))
    before = files.size()
    damaged: list[str] = []
    visits = bundles = 0
    for (device_id, _), members in groups.items():
        for some in _parts(members):
            bundled = _bundle(store, files, device_id, some, damaged)
            visits += bundled
            bundles += bundled > 0
    return CompactOutcome(bundles, visits, before - files.size(), tuple(damaged))


def _parts(members: Iterable[tuple[int, str, int]]) -> Iterator[list[tuple[int, str, int]]]:
    """The visits of a device and day in parts that fit into a bundle, at least one visit each."""
    part: list[tuple[int, str, int]] = []
    size = 0
    for one in members:
        if part and size + one[2] > _MOST_BYTES:
            yield part
            part, size = [], 0
        part.append(one)
        size += one[2]
    if part:
        yield part


def _bundle(store: Store, files: RawFiles, device_id: int, members: Iterable[tuple[int, str, int]], damaged: list[str]) -> int:
    """Bundle the text of one device and day; how many visits are in it."""
    archives: list[bytes] = []
    places: list[dict[str, object]] = []
    start = 0
    for at, digest, size in members:
        try:
            archive = files.archive(RawPlace(digest, size))
        except StoreError as error:
            damaged.append(error.message)
            continue
        places.append({"at": at, "digest": digest, "start": start})
        archives.append(archive)
        start += len(archive)
    if not archives:
        return 0
    bundle = files.bundle(archives)
    raw = schema.raw
    with store.writing() as connection:
        for place in places:
            where = (raw.c.device_id == device_id, raw.c.at == place["at"])
            connection.execute(update(raw).where(*where).values(bundle=bundle, start=place["start"]))
    _remove_unnamed(store, files, FILES, {str(place["digest"]) for place in places})
    return len(places)


def retire(store: Store, files: RawFiles, *, raw_before: datetime, facts_before: datetime) -> RetireOutcome:
    """Remove captured text and facts that are older than what is kept. What still holds is never old.

    Nothing goes from the first visit on that waits to be read again: what it told was taken back and stands nowhere but in its text, and what
    came after it must be read again behind it.

    Raises:
        StoreError: the store cannot be written.
    """
    with store.reading() as connection:
        waiting, since = waiting_visits(connection)
    rows, removed, freed = _retire_text(store, files, to_ms(raw_before))
    limit = to_ms(facts_before)
    for table, column in schema.AGING:
        rows += _delete_old(store, table, column, limit)
    rows += _delete_incidents(store, limit)
    if since is None or since >= max(raw_before, facts_before):
        waiting, since = 0, None
    return RetireOutcome(rows, removed, freed, waiting, since)


def _retire_text(store: Store, files: RawFiles, limit: int) -> tuple[int, int, int]:
    """Remove captured text older than a time, some hours of it in each transaction: rows, files, and their bytes.

    So nobody waits long, and a process that is killed leaves few files without rows: many would pass for those of a lost database.
    """
    raw = schema.raw
    rows = removed = freed = 0
    while True:
        with store.writing() as connection:
            end = _limit(connection, limit)
            first = connection.execute(select(func.min(raw.c.at)).where(raw.c.at < end)).scalar()
            if first is None:
                return rows, removed, freed
            old = and_(raw.c.at < end, raw.c.at < first + _SLICE_MS)
            digests = set(connection.execute(select(raw.c.digest).where(old, raw.c.bundle.is_(None))).scalars())
            bundles = set(connection.execute(select(raw.c.bundle).where(old, raw.c.bundle.is_not(None)).distinct()).scalars())
            rows += connection.execute(delete(raw).where(old)).rowcount
        for kind, names in ((FILES, digests), (BUNDLES, {name for name in bundles if name is not None})):
            count, size = _remove_unnamed(store, files, kind, names)
            removed, freed = removed + count, freed + size


def _limit(connection: Connection, wanted: int) -> int:
    """Up to when rows may go: as long ago as is wanted, and before all that waits to be read again. Nobody goes back until the transaction ends."""
    take_turns(connection)
    _, since = waiting_visits(connection)
    return wanted if since is None else min(wanted, to_ms(since))


def _delete_old(store: Store, table: Table, column: str, limit: int) -> int:
    """Delete rows older than a time, some hours of them in each transaction, so that nobody waits long."""
    rows = 0
    when = table.c[column]
    while True:
        with store.writing() as connection:
            end = _limit(connection, limit)
            old = and_(when < end, ~_is_before_text(end)) if table is schema.visit else when < end
            first = connection.execute(select(when).where(old).order_by(when).limit(1)).scalar()
            if first is None:
                return rows
            rows += connection.execute(delete(table).where(old, when < first + _SLICE_MS)).rowcount


def _is_before_text(end: int) -> ColumnElement[bool]:
    """Whether a visit is the last one before ``end`` that was applied, of a device with younger text: what that text tells is compared with it."""
    visit, raw, other = schema.visit, schema.raw, schema.visit.alias()
    use = other.c.outcome.bitwise_rshift(schema.USE_PLACE)
    last = select(func.max(other.c.at)).where(other.c.device_id == visit.c.device_id, other.c.at < end, use == int(schema.Use.APPLIED))
    younger = select(raw.c.at).where(raw.c.device_id == visit.c.device_id, raw.c.at > visit.c.at)
    return and_(younger.exists(), visit.c.at == last.scalar_subquery())


def _delete_incidents(store: Store, limit: int) -> int:
    """Delete incidents that ended before a time, with their components."""
    incident, component = schema.incident, schema.incident_component
    with store.writing() as connection:
        old = select(incident.c.id).where(incident.c.end < limit)
        parts = connection.execute(delete(component).where(component.c.incident_id.in_(old))).rowcount
        return parts + connection.execute(delete(incident).where(incident.c.end < limit)).rowcount


def _remove_unnamed(store: Store, files: RawFiles, kind: str, digests: set[str]) -> tuple[int, int]:
    """Remove those of the files that no row names; how many, and their bytes."""
    raw = schema.raw
    column = raw.c.digest if kind == FILES else raw.c.bundle
    alone = raw.c.bundle.is_(None) if kind == FILES else raw.c.bundle.is_not(None)
    count = freed = 0
    for digest in sorted(digests):
        with store.reading() as connection:
            named = connection.execute(select(raw.c.at).where(column == digest, alone).limit(1)).first() is not None
        size = 0 if named else files.remove(kind, digest)
        count += size > 0
        freed += size
    return count, freed


def remove_orphans(store: Store, files: RawFiles, *, now: datetime) -> OrphanOutcome:
    """Remove files that no row names: left-overs of a process that was killed between the file and its row.

    Where they are more than those that rows name, it is rather the rows that are lost: of a database that was removed, emptied or is older
    than its text. Then all of them stay, for everything can be made again from them; as do those of a first import that was killed, which
    the next one names.
    """
    named = _count_named(store)
    unnamed = {kind: _unnamed(store, kind, set(files.settled_names(kind, now))) for kind in (FILES, BUNDLES)}
    found = sum(map(len, unnamed.values()))
    count, freed = files.remove_parts(now) + files.remove_unpacked(), 0
    if found > named:
        return OrphanOutcome(count, freed, left=found)
    for kind, digests in unnamed.items():
        more, bytes_ = _remove_unnamed(store, files, kind, digests)
        count, freed = count + more, freed + bytes_
    return OrphanOutcome(count, freed)


def _count_named(store: Store) -> int:
    """How many files of captured text rows name."""
    raw = schema.raw
    with store.reading() as connection:
        singles = connection.execute(select(func.count(raw.c.digest.distinct())).where(raw.c.bundle.is_(None))).scalar_one()
        return int(singles + connection.execute(select(func.count(raw.c.bundle.distinct()))).scalar_one())


def _unnamed(store: Store, kind: str, digests: set[str]) -> set[str]:
    """Those of the files that no row names."""
    raw = schema.raw
    named = select(raw.c.digest).where(raw.c.bundle.is_(None)) if kind == FILES else select(raw.c.bundle).where(raw.c.bundle.is_not(None))
    with store.reading() as connection:
        return digests - set(connection.execute(named.distinct()).scalars())
