"""What an event format declares of itself, and the values that travel between a format and the reader.

A format is pure over text: it says which line begins one of its records and makes events of a record. It never resolves a
time: it hands over the ``Stamp`` as printed, and the reader's ``Clock`` knows zones, missing years and the date's order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from switchcorr.events.stamps import Stamp
from switchcorr.model.event import Event


@dataclass(frozen=True, slots=True)
class Record:
    """The lines of one record, without their newlines.

    Attributes:
        header: for tables, the line that names the columns.
    """

    lines: tuple[str, ...]
    header: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """An event of a record; its ``time``, ``source`` and ``line`` are still to be set.

    Attributes:
        stamp: the time as printed, seconds since 1970 if the text gives those, None if it gives no time.
        line: which line of the record it begins at, from 0.
        nested: told inside another event (an alert that quotes a log line); counted once with its original.
        cut: its line breaks off, so that fields may be missing.
    """

    event: Event
    stamp: Stamp | float | None = None
    line: int = 0
    nested: bool = False
    cut: bool = False


def never_continues(lines: tuple[str, ...], line: str) -> bool:
    """For formats whose records are single lines."""
    del lines, line
    return False


@dataclass(frozen=True, slots=True)
class EventFormat:
    """One syntax in which events reach a file.

    Attributes:
        name: also the name of its directory of cases in ``tests/events``.
        title: for people: ``CallManager 8-15, CiscoSyslog``.
        marks: every line that ``looks_like`` accepts holds one of these bytes; a file without them is not asked.
        looks_like: whether a line begins a record; for a table, whether it is its header.
        parse: the events of a record; empty if it holds none that matters, None if it cannot be understood.
        continues: whether a line belongs to the record that the given lines began.
        table: the file's first lines hold a header, and every later line is a row.
    """

    name: str
    title: str
    marks: tuple[bytes, ...]
    looks_like: Callable[[str], bool]
    parse: Callable[[Record], tuple[Found, ...] | None]
    continues: Callable[[tuple[str, ...], str], bool] = never_continues
    table: bool = False
