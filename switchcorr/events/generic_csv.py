"""CSV from elsewhere: ``time,phone,event[,reason,reason_enum,node,...]``, with comma, semicolon or tab."""

from __future__ import annotations

import csv
import re
from functools import lru_cache

from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.generic import NAME_COLUMNS, is_event_row, row_event, why_no_event

_LONGEST_HEADER = 2_000
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,40}")


def is_header(line: str) -> bool:
    """Whether a line is the header of a table of events."""
    return len(line) <= _LONGEST_HEADER and is_event_row(frozenset(header_columns(line)[1]))


def missing_columns(line: str) -> tuple[str, ...]:
    """What keeps a line from being the header of a table of events; empty if it is one, or nothing like one."""
    names = set(header_columns(line[:_LONGEST_HEADER])[1])
    has = {"time": "time" in names, "event": "event" in names, "phone": not names.isdisjoint(NAME_COLUMNS)}
    return tuple(name for name, there in has.items() if not there) if sum(has.values()) == 2 else ()


def why_no_row(header: str, line: str) -> str:
    """Why a line below the header of a table of events is no event, in words; empty if it is one, or if that is not so easily told."""
    separator, names = header_columns(header)
    return why_no_event(dict(zip(names, _cells(line, separator), strict=False)))


@lru_cache(maxsize=64)
def header_columns(line: str) -> tuple[str, tuple[str, ...]]:
    """Separator and column names in lower case."""
    separator = max(",;\t", key=line.count)
    cells = _cells(line, separator)
    if not cells or not all(_NAME.fullmatch(cell.strip()) for cell in cells):
        return separator, ()
    return separator, tuple(cell.strip().lower().replace(" ", "_").replace("-", "_") for cell in cells)


def _parse(record: Record) -> tuple[Found, ...] | None:
    separator, names = header_columns(record.header)
    found = row_event(dict(zip(names, _cells("\n".join(record.lines), separator), strict=False)))
    return None if found is None else (found,)


def _cells(line: str, separator: str) -> list[str]:
    if '"' not in line:
        return line.split(separator)
    try:
        rows = list(csv.reader(line.splitlines(keepends=True), delimiter=separator, skipinitialspace=True))
    except csv.Error:
        return line.split(separator)
    return rows[0] if rows else []


FORMAT = EventFormat(
    name="generic_csv",
    title="CSV with the columns time, phone, event",
    marks=(),
    looks_like=is_header,
    parse=_parse,
    table=True,
)
