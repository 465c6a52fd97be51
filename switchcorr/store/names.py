"""Numbers of names: a name gets its number on first sight and keeps it; numbers are never used again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects import postgresql, sqlite

from switchcorr.store import schema
from switchcorr.text import clean

T = TypeVar("T")
_AT_ONCE = 500
"""Values in one ``in (...)``: the oldest SQLite take 999 parameters."""


def insert_new(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Insert the rows whose key is not there yet, the others are left as they are."""
    if not rows:
        return
    if connection.dialect.name == "postgresql":
        connection.execute(postgresql.insert(table).on_conflict_do_nothing(), rows)
    else:
        connection.execute(sqlite.insert(table).on_conflict_do_nothing(), rows)


def numbers_of(connection: Connection, table: Table, names: Iterable[str], known: Mapping[str, int] | None = None) -> dict[str, int]:
    """The number of each name in a table of names (``id`` and a unique second column); new names are stored.

    They are stored in order, so that two writers never wait for each other in a ring.

    Args:
        known: numbers that need no look.
    """
    wanted = set(names)
    found = {name: known[name] for name in wanted if name in known} if known else {}
    missing = sorted(wanted - found.keys())
    if not missing:
        return found
    found.update(_look_up(connection, table, missing))
    new = [name for name in missing if name not in found]
    if new:
        column = table.columns[1].name
        more = {"started_at": 0} if table is schema.sweep else {}
        insert_new(connection, table, [{column: name, **more} for name in new])
        found.update(_look_up(connection, table, new))
    return found


def _look_up(connection: Connection, table: Table, names: Sequence[str]) -> dict[str, int]:
    column = table.columns[1]
    found: dict[str, int] = {}
    for part in in_parts(names):
        found.update((name, number) for number, name in connection.execute(select(table.c.id, column).where(column.in_(part))))
    return found


def in_parts(values: Iterable[T]) -> Iterator[list[T]]:
    """The values in lists of as many as one statement takes."""
    rest = iter(values)
    while part := list(islice(rest, _AT_ONCE)):
        yield part


def as_word(text: str) -> str:
    """A text as it may stand in the table of words."""
    return clean(text, limit=schema.WORD_LIMIT)
