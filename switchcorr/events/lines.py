"""Blocks of a file's bytes to events: which line belongs to which record of which format, and what became of each line.

Invariants: every line is counted once in ``lines``; a line that is not blank ends as part of an event, as ignored (claimed
by a format, but no event) or as unrecognised. At most one record is open; its format is asked first whether the next line
goes on with it. Once a table's header was seen every later line is a row of it.

Two ways give the same events. *Quick*: many lines at once, as long as no record is open and none of the lines begins one
that may go on. *Careful*: line by line.
"""

from __future__ import annotations

import math
from bisect import bisect, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from operator import attrgetter

from switchcorr.events.arrival import take_arrivals
from switchcorr.events.clock import Clock
from switchcorr.events.declaration import EventFormat, Found, Record, never_continues
from switchcorr.events.formats import FORMATS
from switchcorr.events.generic_csv import FORMAT as GENERIC_CSV
from switchcorr.events.generic_csv import header_columns
from switchcorr.events.table_fast import FastTable
from switchcorr.events.told_time import NAMED
from switchcorr.events.uc_fast import LONGEST_LINE, Cut, FastLines, Rows
from switchcorr.events.uc_syslog import FORMAT as UC_SYSLOG
from switchcorr.events.uc_times import YearlessMinute
from switchcorr.model.event import Event, EventLog, EventPools, UnusedLine
from switchcorr.text import clean, decode

_TABLES = tuple(one for one in FORMATS if one.table)
_RECORDS = tuple(one for one in FORMATS if not one.table)
_MARKS = tuple({mark for one in _RECORDS for mark in one.marks})
_HEADER_WITHIN = 30
_LONGEST_ROW = 40
_FEW = 8
"""Lines that are not worth the quick way."""


@dataclass(slots=True)
class LineCounts:
    """What became of the lines of a file so far.

    Attributes:
        far: events that have the time of their arrival, as their own is far from it; and line and own time of the first ones.
        no_day: events whose line tells a date that does not exist, and the lines of the first ones.
        cut: events whose line breaks off, and the lines of the first ones.
    """

    lines: int = 0
    events: int = 0
    ignored: int = 0
    unrecognised: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    samples: list[UnusedLine] = field(default_factory=list)
    far: int = 0
    some_far: list[tuple[int, float]] = field(default_factory=list)
    no_day: int = 0
    some_no_day: list[int] = field(default_factory=list)
    cut: int = 0
    some_cut: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A record that may go on."""

    format: EventFormat
    number: int
    lines: list[str]


class LineReader:
    """Reads the blocks of one file in their order; see the module.

    Args:
        source: the file's name in the events.
        samples: how many unrecognised lines to keep.
        quick: False takes every line the careful way, for comparison.
    """

    def __init__(self, source: str, clock: Clock, pools: EventPools, *, samples: int = 5, quick: bool = True) -> None:
        self.counts = LineCounts()
        self._source = source
        self._source_index = pools.sources.put(source)
        self._clock = clock
        self.pools = pools
        self._samples = samples
        self._quick = quick
        self._fast = FastLines(clock, pools)
        self._rows: FastTable | None = None
        self._open: _Open | None = None
        self._table: tuple[EventFormat, str] | None = None
        self._log = EventLog(pools)
        self._in_order = True

    @property
    def is_inside(self) -> bool:
        """Whether what was read ends within a record or a table."""
        return self._open is not None or self._table is not None

    def read(self, block: bytes) -> EventLog:
        """The events that a block of whole lines completes, in the order of its lines."""
        log = self._log = EventLog(self.pools)
        self._in_order = True
        first, opened = self.counts.lines + 1, self._opened()
        if block:
            self._read_block(block if block.endswith(b"\n") else block + b"\n")
        self.counts.events += len(log)
        log = log if self._in_order else log.select(sorted(range(len(log)), key=log.line.__getitem__))
        self._count_far(take_arrivals(log, opened + block, first=first - opened.count(b"\n")))
        return log

    def finish(self) -> EventLog:
        """The event of the record that the end of the file closes; nothing is read after it."""
        self._fast.forget()
        self._rows = None
        log = self._log = EventLog(self.pools)
        opened = self._opened()
        self._close()
        self.counts.events += len(log)
        self._count_far(take_arrivals(log, opened, first=self.counts.lines + 1 - opened.count(b"\n")))
        return log

    def _read_block(self, block: bytes) -> None:
        """Take stretches of lines the quick way, and the records of several lines between them the careful way."""
        cut = self._fast.cut(block)
        first, count = self.counts.lines + 1, len(cut.lines)
        self.counts.lines += count
        claims = _claims(cut) if self._quick and self._table is None else {}  # no row of a table is of another format
        begins = [place for place, one in claims.items() if one.continues is not never_continues]
        at = 0
        while at < count:
            if self._table is not None and self._quick and self._open is None:
                self._read_rows(cut.lines[at:], first + at)
                return
            careful = not self._quick or self._open is not None or self._table is not None or first + at <= _HEADER_WITHIN
            index = bisect(begins, at - 1)
            end = at if careful else begins[index] if index < len(begins) else count
            if end - at > _FEW:
                self._read_quickly(cut.part(at, end), {place - at: one for place, one in claims.items() if at <= place < end}, first + at)
                at = end
            else:
                self._take_line(first + at, cut.lines[at], claims.get(at))
                at += 1

    def _read_rows(self, lines: Sequence[bytes], first: int) -> None:
        """Take the rows of a table: each the quick way if it is plain and no row before it is open."""
        table = self._fast_table()
        for number, line in enumerate(lines, first):
            if table is not None and self._open is None and table.take(line, number):
                continue
            if table is not None:
                self._put_rows(table)
            self._take_line(number, line, None)
        if table is not None:
            self._put_rows(table)

    def _put_rows(self, table: FastTable) -> None:
        self.counts.formats[GENERIC_CSV.name] += table.put(self._log)

    def _fast_table(self) -> FastTable | None:
        """The quick way of the open table, if its kind has one."""
        if self._rows is None and self._table is not None and self._table[0] is GENERIC_CSV:
            separator, names = header_columns(self._table[1])
            if FastTable.knows(names):
                self._rows = FastTable(separator, names, self._clock, self.pools, source=self._source_index)
        return self._rows

    def _read_quickly(self, cut: Cut, claims: Mapping[int, EventFormat], first: int) -> None:
        """Take lines at once, of which none begins a record that may go on.

        Args:
            claims: the formats of the lines without a head.
            first: number of the first line.
        """
        rows = self._fast.take(cut)
        log, self._log = self._log, EventLog(self.pools)
        self._take_in_order(cut, rows, claims, first)
        self._fast.put(rows, first, self._source_index, log)
        if len(self._log):
            log.extend(self._log)
            self._in_order = False
        self._log = log
        odd = [place for place, head in enumerate(cut.heads) if head is None]
        ignored = len(cut.heads) - len(odd) - len(rows.places) - len(rows.left)
        self.counts.ignored += ignored
        self.counts.formats[UC_SYSLOG.name] += ignored + len(rows.places)
        for place in odd:
            if place not in claims and not _is_blank(cut.lines[place]):
                self._count_unrecognised(first + place, cut.lines[place])

    def _take_in_order(self, cut: Cut, rows: Rows, claims: Mapping[int, EventFormat], first: int) -> None:
        """What the quick way leaves, and times without year: in the order of the lines, since years depend on it."""
        last: YearlessMinute | None = None
        for place in sorted({*claims, *rows.left, *rows.yearless}):
            if place in rows.yearless:
                last = self._fast.set_time(rows, cut, place, last)
            else:
                last = None
                self._parse(claims.get(place, UC_SYSLOG), Record((_text(cut.lines[place]),)), first + place)

    def _take_line(self, number: int, raw: bytes, claim: EventFormat | None) -> None:
        """The exact way of one line, after all lines before it; ``claim`` is its format if that is known."""
        line = _text(raw)
        if self._open is not None:
            if self._goes_on(self._open, line):
                self._open.lines.append(line)
                return
            self._close()
        if self._table is not None:
            self._open_row(self._table[0], number, line)
            return
        claim = claim or _claim(raw, line)
        if claim is None:
            self._take_unclaimed(number, line)
            return
        self._open = _Open(claim, number, [line])
        if claim.continues is never_continues:
            self._close()

    def _goes_on(self, record: _Open, line: str) -> bool:
        if self._table is not None:
            return len(record.lines) < _LONGEST_ROW and sum(one.count('"') for one in record.lines) % 2 == 1
        return record.format.continues(tuple(record.lines), line)

    def _open_row(self, table: EventFormat, number: int, line: str) -> None:
        """A row of a table; it is open while a quote is."""
        if not line.strip():
            return
        self._open = _Open(table, number, [line])
        if line.count('"') % 2 == 0:
            self._close()

    def _take_unclaimed(self, number: int, line: str) -> None:
        if not line.strip():
            return
        if number <= _HEADER_WITHIN:
            for one in _TABLES:
                if one.looks_like(line):
                    self._table = (one, line)
                    self.counts.ignored += 1
                    self.counts.formats[one.name] += 1
                    return
        self._count_unrecognised(number, line)

    def _close(self) -> None:
        record, self._open = self._open, None
        if record is not None:
            header = self._table[1] if self._table is not None else ""
            self._parse(record.format, Record(tuple(record.lines), header), record.number)

    def _parse(self, one: EventFormat, record: Record, first: int) -> None:
        """Turn a whole record into events."""
        found = one.parse(record)
        if found is None and one.table and len(record.lines) > 1:
            self._parse_each_row(one, record, first)
            return
        filled = sum(1 for line in record.lines if line.strip())
        if found is None:
            for number, line in enumerate(record.lines, first):
                if line.strip():
                    self._count_unrecognised(number, line)
            return
        self.counts.formats[one.name] += filled
        if not found:
            self.counts.ignored += filled
        for event in found:
            self._log.append(self._event(event, first))

    def _parse_each_row(self, one: EventFormat, record: Record, first: int) -> None:
        """Rows that a stray quote in the first of them joined, each by itself."""
        for number, line in enumerate(record.lines, first):
            if line.strip():
                self._parse(one, replace(record, lines=(line,)), number)

    def _event(self, found: Found, number: int) -> Event:
        seconds, assumed = self._clock.resolve(found.stamp)
        if math.isnan(seconds) and found.stamp is not None:
            self.counts.no_day += 1
            self.counts.some_no_day.extend([number + found.line] if len(self.counts.some_no_day) < NAMED else [])
        if found.cut:
            self.counts.cut += 1
            self.counts.some_cut.extend([number + found.line] if len(self.counts.some_cut) < NAMED else [])
        time = None if math.isnan(seconds) else datetime.fromtimestamp(seconds, UTC)
        return replace(found.event, time=time, source=self._source, line=number + found.line, assumed=assumed)

    def _opened(self) -> bytes:
        """The lines of the open record, which are the last ones that were read."""
        return b"" if self._open is None else b"".join(line.encode("utf-8", "replace") + b"\n" for line in self._open.lines)

    def _count_far(self, own: Mapping[int, float]) -> None:
        self.counts.far += len(own)
        self.counts.some_far.extend(list(own.items())[: max(0, NAMED - len(self.counts.some_far))])

    def _count_unrecognised(self, number: int, line: bytes | str) -> None:
        self.counts.unrecognised += 1
        samples = self.counts.samples
        if len(samples) < self._samples or (samples and number < samples[-1].line):
            insort(samples, UnusedLine(number, clean(line[:400], limit=200)), key=attrgetter("line"))
            del samples[self._samples :]


def _claims(cut: Cut) -> dict[int, EventFormat]:
    """Which lines without a head begin a record, and of which format; by place, ascending."""
    odd = [place for place, head in enumerate(cut.heads) if head is None]
    joined = b"\n".join([cut.lines[place] for place in odd])
    if not any(mark in joined for mark in _MARKS):
        return {}
    claims = ((place, _claim(cut.lines[place], None)) for place in odd)
    return {place: claim for place, claim in claims if claim is not None}


def _claim(raw: bytes, line: str | None) -> EventFormat | None:
    """The format of a record that a line begins; formats whose marks it lacks are not asked."""
    for one in _RECORDS:
        for mark in one.marks:  # any() takes as long again, on every line of such a file
            if mark in raw:
                line = _text(raw) if line is None else line
                if one.looks_like(line):
                    return one
                break
    return None


def _is_blank(line: bytes) -> bool:
    return not b" " < line[:1] < b"\x7f" and not _text(line).strip()


def _text(line: bytes) -> str:
    return decode(line[:LONGEST_LINE]).removesuffix("\r")
