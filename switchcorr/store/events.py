"""Events into the store and out of it, as columns; each exactly once, by its file, its line and its place in that line."""

from __future__ import annotations

import math
from collections.abc import Set
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, select

from switchcorr.model.event import EventDetail, EventKind, EventLog, Pool
from switchcorr.store import schema
from switchcorr.store.codec import from_json, to_json
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.names import as_word, in_parts, insert_new, numbers_of
from switchcorr.store.open import Store

_WORDS = (
    ("node", "nodes"),
    ("cluster", "clusters"),
    ("ip", "ips"),
    ("description", "descriptions"),
    ("extension", "extensions"),
    ("load", "loads"),
    ("signal", "signals"),
)
"""Columns of texts that are kept as words, and their pools."""


def write_events(
    connection: Connection,
    segment_id: int,
    log: EventLog,
    *,
    after_line: int,
    known: dict[str, dict[str, int]],
    forgotten: Set[tuple[int, int]] = frozenset(),
) -> int:
    """Write the events of a file that stand behind a line; how many of them are new.

    Args:
        known: numbers of names, which may only be kept once the transaction is written.
        forgotten: what ``forget_after`` took back: written again, it is not new.
    """
    rows = [row for row in range(len(log)) if log.line[row] > after_line]
    if not rows:
        return 0
    names = _numbers(connection, schema.endpoint, log.pools.names, log, "name", rows, known)
    words = {column: _numbers(connection, schema.word, getattr(log.pools, pool), log, column, rows, known) for column, pool in _WORDS}
    places: dict[int, int] = {}
    out: list[dict[str, Any]] = []
    for row in rows:
        line = log.line[row]
        places[line] = places.get(line, -1) + 1
        detail = log.details.get(row)
        time = log.time[row]
        out.append(
            {
                "segment_id": segment_id,
                "line": line,
                "number": places[line],
                "at": None if math.isnan(time) else math.floor(time * 1000 + 0.5),
                "kind": log.kind[row],
                "endpoint_id": names.get(log.name[row]),
                "reason": _or_none(log.reason[row]),
                "reason_enum": log.reason_enum[row],
                "device_type": _or_none(log.device_type[row]),
                "severity": _or_none(log.severity[row]),
                "assumed": log.assumed[row],
                "detail": None if detail is None else to_json(detail),
                **{f"{column}_id": numbers.get(getattr(log, column)[row]) for column, numbers in words.items()},
            }
        )
    insert_new(connection, schema.event, out)
    return sum((row["line"], row["number"]) not in forgotten for row in out)


def forget_after(connection: Connection, segment_id: int, line: int) -> set[tuple[int, int]]:
    """Take back the events behind a line, which are about to be read again; their lines, and places in these."""
    table = schema.event
    behind = (table.c.segment_id == segment_id, table.c.line > line)
    found = {(row.line, row.number) for row in connection.execute(select(table.c.line, table.c.number).where(*behind))}
    if found:
        connection.execute(delete(table).where(*behind))
    return found


def _or_none(value: int) -> int | None:
    return value if value >= 0 else None


def _numbers(
    connection: Connection, table: Any, pool: Pool, log: EventLog, column: str, rows: list[int], known: dict[str, dict[str, int]]
) -> dict[int, int]:
    """The number in the store of each text of a pool that the rows use."""
    values = getattr(log, column)
    texts = {index: as_word(pool.get(index)) for index in {values[row] for row in rows} if index >= 0}
    mine = known.setdefault(table.name, {})
    numbers = numbers_of(connection, table, texts.values(), mine)
    mine.update(numbers)
    return {index: numbers[text] for index, text in texts.items()}


def events_between(store: Store, since: datetime, until: datetime) -> EventLog:
    """Events of a span, in order of time.

    An event that two files tell is there twice: ``events.duplicates.distinct_rows`` finds it.
    """
    table = schema.event
    return _read(store, and_(table.c.at >= to_ms(since), table.c.at <= to_ms(until)))


def span_of_events(store: Store) -> tuple[datetime, datetime] | None:
    """The first and the last moment of which there are events; None if there are none."""
    with store.reading() as connection:
        first, last = connection.execute(select(func.min(schema.event.c.at), func.max(schema.event.c.at))).one()
    return None if first is None else (to_moment(first), to_moment(last))


def last_of_phones(store: Store, until: datetime) -> datetime | None:
    """When the newest event of a phone or a call server was, up to a moment; what switches say of themselves does not count."""
    table = schema.event
    wanted = select(table.c.at).where(table.c.at <= to_ms(until), table.c.kind != EventKind.SWITCH_MESSAGE.value)
    with store.reading() as connection:
        last = connection.scalar(wanted.order_by(table.c.at.desc()).limit(1))
    return None if last is None else to_moment(last)


def names_with_extension(store: Store, extension: str, at: datetime) -> tuple[str, ...]:
    """Endpoints that any event up to a moment gives a directory number, sorted; of the several of a line, each counts."""
    table, word, endpoint = schema.event, schema.word, schema.endpoint
    lines = select(word.c.id, word.c.text).where(word.c.text.contains(extension, autoescape=True))
    with store.reading() as connection:
        numbers = [number for number, text in connection.execute(lines) if extension in text.split(",")]
        found: set[str] = set()
        for part in in_parts(numbers):
            asked = select(endpoint.c.name).join(table, table.c.endpoint_id == endpoint.c.id)
            found.update(connection.scalars(asked.where(table.c.extension_id.in_(part), table.c.at <= to_ms(at)).distinct()))
    return tuple(sorted(found))


def _read(store: Store, wanted: ColumnElement[bool]) -> EventLog:
    table = schema.event
    log = EventLog()
    with store.reading() as connection:
        rows = connection.execute(select(table).where(wanted).order_by(table.c.at, table.c.segment_id, table.c.line, table.c.number)).all()
        names = _texts(connection, schema.endpoint, {row.endpoint_id for row in rows})
        words = _texts(connection, schema.word, {getattr(row, f"{column}_id") for row in rows for column, _ in _WORDS})
        files = {row.id: row.name for row in connection.execute(select(schema.segment.c.id, schema.segment.c.name))}
    for place, row in enumerate(rows):
        _append(log, place, row, names=names, words=words, source=files.get(row.segment_id, ""))
    return log


def _append(log: EventLog, place: int, row: Any, *, names: dict[int, str], words: dict[int, str], source: str) -> None:
    log.time.append(math.nan if row.at is None else row.at / 1000)
    log.kind.append(row.kind)
    log.name.append(log.pools.names.put(names.get(row.endpoint_id, "")))
    for column, pool in _WORDS:
        getattr(log, column).append(getattr(log.pools, pool).put(words.get(getattr(row, f"{column}_id"), "")))
    for column in ("reason", "device_type", "severity"):
        value = getattr(row, column)
        getattr(log, column).append(-1 if value is None else value)
    log.reason_enum.append(row.reason_enum)
    log.source.append(log.pools.sources.put(source))
    log.line.append(row.line)
    log.assumed.append(row.assumed)
    if row.detail is not None:
        log.details[place] = from_json(EventDetail, row.detail)


def _texts(connection: Connection, table: Any, numbers: set[int | None]) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in in_parts(sorted(number for number in numbers if number is not None)):
        found.update(
            (number, text) for number, text in connection.execute(select(table.c.id, table.columns[1]).where(table.c.id.in_(part)))
        )
    return found
