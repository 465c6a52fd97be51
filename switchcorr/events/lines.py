"""Blocks of a file's bytes to events: which line belongs to which record of which format, and what became of each line.

Invariants: every line is counted once in ``lines``; a line that is not blank ends as part of an event, as ignored (claimed
by a format, but no event) or as unrecognised. At most one record is open; its format is asked first whether the next line
goes on with it. Once a table's header was seen every later line is a row of it.

Two ways give the same events. *Quick*: a whole block at once, while no record is open and the lines that are not of the
commonest shape hold none of the other formats' marks. *Careful*: line by line.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import compress
from operator import itemgetter

from switchcorr.events.clock import Clock
from switchcorr.events.declaration import EventFormat, Found, Record, never_continues
from switchcorr.events.formats import FORMATS
from switchcorr.events.syslog_tag import find_tag
from switchcorr.events.uc_fast import MARK, FastLines, Row, split_line, split_rows, tags_of
from switchcorr.events.uc_syslog import FORMAT as UC_SYSLOG
from switchcorr.events.uc_syslog import is_other_alarm
from switchcorr.model.event import Event, EventLog, EventPools, UnusedLine
from switchcorr.text import clean, decode

_TABLES = tuple(one for one in FORMATS if one.table)
_RECORDS = tuple(one for one in FORMATS if not one.table)
_OTHER_MARKS = tuple({mark for one in _RECORDS if one is not UC_SYSLOG for mark in one.marks})
_HEADER_WITHIN = 30
_LONGEST_LINE = 1 << 16
_LONGEST_ROW = 40
_TAGS_KEPT = 1 << 12


@dataclass(slots=True)
class LineCounts:
    """What became of the lines of a file so far."""

    lines: int = 0
    events: int = 0
    ignored: int = 0
    unrecognised: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    samples: list[UnusedLine] = field(default_factory=list)


@dataclass(slots=True)
class _Open:
    """A record that may go on."""

    format: EventFormat
    number: int
    lines: list[str]


@dataclass(frozen=True, slots=True)
class _Usual:
    """Lines of the commonest shape, taken apart but not yet events; three lists of one length."""

    rows: list[Row]
    lines: list[bytes]
    numbers: list[int]

    def part(self, start: int, end: int) -> _Usual:
        return (
            self if start == 0 and end == len(self.rows) else _Usual(self.rows[start:end], self.lines[start:end], self.numbers[start:end])
        )


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
        self._pools = pools
        self._samples = samples
        self._quick = quick
        self._fast = FastLines(clock, pools)
        self._other_alarms: set[bytes] = set()
        self._open: _Open | None = None
        self._table: tuple[EventFormat, str] | None = None
        self._log = EventLog(pools)
        self._waiting = _Usual([], [], [])
        self._in_order = True

    def read(self, block: bytes) -> EventLog:
        """The events that a block of whole lines completes, in the order of its lines."""
        log = self._log = EventLog(self._pools)
        self._in_order = True
        if block and not block.endswith(b"\n"):
            block += b"\n"
        first = self.counts.lines + 1
        careful = not self._quick or self._open is not None or self._table is not None or first <= _HEADER_WITHIN
        if careful or not self._read_quickly(block, first):
            self._read_carefully(block, first)
        self.counts.events += len(log)
        return log if self._in_order else log.select(sorted(range(len(log)), key=log.line.__getitem__))

    def finish(self) -> EventLog:
        """The event of the record that the end of the file closes."""
        log = self._log = EventLog(self._pools)
        self._close()
        self.counts.events += len(log)
        return log

    def _read_quickly(self, block: bytes, first: int) -> bool:
        """Take a block at once; False, with nothing done, if it needs care."""
        usual, others = _sort_lines(block, first)
        known = self._other_alarms
        rest = [(*one, tag) for one, tag in zip(others, tags_of([line for _, line in others]), strict=True) if tag not in known]
        tagged = [(number, line, tag) for number, line, tag in rest if tag or b"%UC_" in line]
        untagged = [(number, line) for number, line, tag in rest if not tag and line and not line.isspace() and b"%UC_" not in line]
        joined = b"\n".join([line for _, line in untagged])
        if any(mark in joined for mark in _OTHER_MARKS):
            return False
        self.counts.lines += len(usual.numbers) + len(others)
        self._count_other_alarms(len(others) - len(rest))
        taken = 0
        for number, line, tag in tagged:
            before = bisect(usual.numbers, number, lo=taken)
            self._wait(usual.part(taken, before))
            taken = before
            self._take_tagged(number, line, tag)
        self._wait(usual.part(taken, len(usual.numbers)))
        self._take_waiting()
        for number, line in untagged:
            self._count_unrecognised(number, line)
        return True

    def _wait(self, usual: _Usual) -> None:
        waiting = self._waiting
        self._waiting = (
            _Usual(waiting.rows + usual.rows, waiting.lines + usual.lines, waiting.numbers + usual.numbers) if waiting.rows else usual
        )

    def _take_waiting(self) -> None:
        """Turn the rows that wait into events; done before any later line becomes one, since years depend on the order."""
        waiting, self._waiting = self._waiting, _Usual([], [], [])
        left = self._fast.fill(waiting.rows, waiting.lines, waiting.numbers, self._source_index, self._log)
        self.counts.formats[UC_SYSLOG.name] += len(waiting.rows) - len(left)
        self._in_order &= not left
        for i in left:
            self._parse(UC_SYSLOG, Record((_text(waiting.lines[i]),)), waiting.numbers[i])

    def _take_tagged(self, number: int, line: bytes, tag: bytes) -> None:
        """A line that names an alarm; a name that is none of ours is remembered, so that the next one costs a look-up."""
        found = find_tag(tag.decode("ascii", "replace"))
        if found is None or not is_other_alarm(found):
            self._take_line(number, _text(line), _RECORDS)
            return
        self._count_other_alarms(1)
        if len(self._other_alarms) < _TAGS_KEPT:
            self._other_alarms.add(tag)

    def _count_other_alarms(self, count: int) -> None:
        self.counts.ignored += count
        self.counts.formats[UC_SYSLOG.name] += count

    def _read_carefully(self, block: bytes, first: int) -> None:
        lines = block.split(b"\n")
        del lines[-1]
        self.counts.lines += len(lines)
        formats = tuple(one for one in _RECORDS if any(mark in block for mark in one.marks))
        for number, line in enumerate(lines, first):
            waiting = self._waiting
            row = split_line(line) if self._quick and self._open is None and self._table is None else None
            if row is not None:
                waiting.rows.append(row)
                waiting.lines.append(line)
                waiting.numbers.append(number)
            else:
                self._take_line(number, _text(line), formats)
        self._take_waiting()

    def _take_line(self, number: int, line: str, formats: Sequence[EventFormat]) -> None:
        """The exact way of one line, after all lines before it."""
        if self._open is not None:
            if self._goes_on(self._open, line):
                self._open.lines.append(line)
                return
            self._close()
        if self._table is not None:
            self._open_row(self._table[0], number, line)
            return
        for one in formats:
            if one.looks_like(line):
                self._open = _Open(one, number, [line])
                if one.continues is never_continues:
                    self._close()
                return
        if line and not line.isspace():
            self._take_unclaimed(number, line)

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
        filled = sum(1 for line in record.lines if line.strip())
        if found is None:
            for number, line in enumerate(record.lines, first):
                if line.strip():
                    self._count_unrecognised(number, line)
            return
        self.counts.formats[one.name] += filled
        if not found:
            self.counts.ignored += filled
        if found and self._waiting.rows:
            self._take_waiting()
        for event in found:
            self._log.append(self._event(event, first))

    def _event(self, found: Found, number: int) -> Event:
        seconds, assumed = self._clock.resolve(found.stamp)
        time = datetime.fromtimestamp(seconds, UTC) if seconds == seconds else None  # noqa: PLR0124  # NaN is unknown
        return replace(found.event, time=time, source=self._source, line=number + found.line, assumed=assumed)

    def _count_unrecognised(self, number: int, line: bytes | str) -> None:
        self.counts.unrecognised += 1
        if len(self.counts.samples) < self._samples:
            self.counts.samples.append(UnusedLine(number, clean(line[:400], limit=200)))


def _sort_lines(block: bytes, first: int) -> tuple[_Usual, list[tuple[int, bytes]]]:
    """The lines of a block that have the commonest shape, and the numbered others; both in their order."""
    lines = block.split(b"\n")
    del lines[-1]
    numbers = [number for number, line in enumerate(lines, first) if MARK in line]
    others: list[tuple[int, bytes]] = []
    if len(numbers) < len(lines):
        others = [(number, line) for number, line in enumerate(lines, first) if MARK not in line]
        lines = [lines[number - first] for number in numbers]
    rows = split_rows(lines)
    if not all(map(itemgetter(0), rows)):
        others += [(number, line) for number, line, row in zip(numbers, lines, rows, strict=True) if not row[0]]
        others.sort()
        kept = [row[0] for row in rows]
        rows, lines, numbers = list(compress(rows, kept)), list(compress(lines, kept)), list(compress(numbers, kept))
    return _Usual(rows, lines, numbers), others


def _text(line: bytes) -> str:
    return decode(line[:_LONGEST_LINE]).removesuffix("\r")
