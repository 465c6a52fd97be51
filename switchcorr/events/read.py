"""The door to event files: paths to events, file by file and block by block, with what became of every line.

A file that cannot be opened or breaks off is no exception: what was read of it stays, and its account says so in ``problem``.
Memory does not grow with a file's size while batches are consumed one by one; only the pools of distinct texts do.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from switchcorr.errors import InputFileError
from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.duplicates import each_once
from switchcorr.events.foreign import what_binary_seems, what_text_seems
from switchcorr.events.generic_csv import is_header, missing_columns, why_no_row
from switchcorr.events.growth import lines_to_pass, pass_lines
from switchcorr.events.lines import LineCounts, LineReader
from switchcorr.events.options import ReadOptions
from switchcorr.events.prefix import read_prefix
from switchcorr.events.stamps import Stamp
from switchcorr.events.strays import without_strays
from switchcorr.events.told_time import named_times
from switchcorr.events.utf16 import Utf16Reader, utf16_as_utf8
from switchcorr.events.wrapped import Disguise, disguise, told_disguise, undisguised
from switchcorr.events.years import is_far
from switchcorr.files import open_input, read_blocks
from switchcorr.model.event import Assumed, EventFileAccount, EventLog, EventPools, EventReading
from switchcorr.text import counted, decode, looks_binary, utf16_by_nuls

_BLOCK = 1 << 17  # larger ones leave the processor's caches: 1 << 20 was a quarter slower
_LONGEST_LINE = 1 << 18
_HEAD = 1 << 16
_TAR_MARK = slice(257, 262)
_HEADER_WITHIN = 20
_SLICE = 1 << 13
_SAMPLED = 50
"""How many lines of a block tell the year of those that lack it, at least."""
_UTF8_BOM = b"\xef\xbb\xbf"
_SLASHED = re.compile(rb"(?<![\d/])(\d{1,2})/(\d{1,2})/\d{2,4}[ ,;\t\"]")


@dataclass(frozen=True, slots=True)
class EventBatch:
    """Some events of one file in the order of its lines; pools are shared by all batches.

    Attributes:
        account: what became of the file, in the last batch only.
        assumptions: sentences on what was not in the file, in the last batch only.
        zoneless: times without a zone, for which none was given, in the last batch only.
        zoned: whether some times carry a zone, in the last batch only.
        passed: lines that were known and not read again, in the last batch only.
    """

    log: EventLog
    account: EventFileAccount | None = None
    assumptions: tuple[str, ...] = ()
    zoneless: int = 0
    zoned: bool = False
    passed: int = 0


class ReadBatches(Protocol):
    """What reads a file as ``read_event_batches`` does."""

    def __call__(self, path: Path, /, *, options: ReadOptions, pools: EventPools, known: int = 0) -> Iterator[EventBatch]:
        """The events of one file; the last batch carries its account."""


def read_event_files(paths: Sequence[Path], *, options: ReadOptions, read: ReadBatches | None = None) -> EventReading:
    """All events of all files: sorted by time, unknown times last, each event once; times far from all others count as unknown.

    Args:
        read: what reads a file; None for ``read_event_batches``, which knows texts.

    Raises:
        UsageError: a zone of the options does not exist.
    """
    pools = EventPools()
    log = EventLog(pools)
    last: list[EventBatch] = []
    for path in paths:
        for batch in (read or read_event_batches)(path, options=options, pools=pools):
            log.extend(batch.log)
            if batch.account is not None:
                last.append(batch)
    once, left_out = each_once(log)
    distinct = without_strays(once)
    dropped = {pools.sources.get(source): count for source, count in left_out.items()}
    accounts = [batch.account for batch in last if batch.account is not None]
    accounts = [replace(account, duplicates=dropped.pop(account.file, 0)) for account in accounts]
    warned = _warned_together(last, distinct.told)
    accounts = [replace(account, warnings=(*account.warnings, *warned.get(account.file, ()))) for account in accounts]
    assumptions = dict.fromkeys(sentence for batch in last for sentence in batch.assumptions)
    return EventReading(distinct.log, tuple(accounts), (*assumptions, *(one for some in warned.values() for one in some)))


def read_event_batches(path: Path, *, options: ReadOptions, pools: EventPools, quick: bool = True, known: int = 0) -> Iterator[EventBatch]:
    """The events of one file, block by block; the last batch carries the file's account. Nothing is left out as told twice.

    Args:
        quick: False reads every line the careful way; the events are the same.
        known: lines whose events are known; of these only the last hundred are read again, if the others are not needed to understand the rest.

    Raises:
        UsageError: the zone given for the file does not exist.
    """
    source = str(path)
    clock = Clock(_settings(path, options, b""))
    reader = LineReader(source, clock, pools, samples=options.samples, quick=quick)
    problem, passed, head, worn = "", 0, b"", Disguise()
    try:
        head = _head(path)
        clock = Clock(_settings(path, options, head))
        worn = disguise(head)
        yearless = _has_yearless(head if not worn else b"".join(undisguised([head], worn)))
        if yearless:
            clock.year_base(_yearless_stamps(path, worn))
        elif known and not worn:
            passed = _passed(path, options, head, known)
        reader = LineReader(source, clock, pools, samples=options.samples, quick=quick)
        reader.counts.lines = passed
        with closing(open_input(path)) as stream:
            pass_lines(stream, passed, longest_line=_LONGEST_LINE)
            for block in _true_blocks(stream, worn):
                if yearless:
                    clock.pass_by(next(_line_stamps(block[:_SLICE].split(b"\n")), None))
                yield EventBatch(reader.read(block))
    except InputFileError as error:
        problem = f"{error}{_read_before(reader.counts.lines)}"
    if not (problem or passed or reader.counts.events or reader.counts.ignored or reader.is_inside):
        problem = _foreign(source, head)
    yield replace(_last_batch(reader, clock, source, options, problem=problem, head=head, worn=worn), passed=passed)


def _passed(path: Path, options: ReadOptions, head: bytes, known: int) -> int:
    with closing(open_input(path)) as stream:
        own = stream.peek(_HEAD)[:_HEAD]
    clock = Clock(_settings(path, options, head))
    return 0 if _utf16(own) or _ends_in_returns(own) else lines_to_pass(path, head, clock, known=known, longest_line=_LONGEST_LINE)


def _last_batch(
    reader: LineReader, clock: Clock, source: str, options: ReadOptions, *, problem: str, head: bytes, worn: Disguise
) -> EventBatch:
    log = reader.finish()
    counts = reader.counts
    wrapped = (f"{source}: {told_disguise(worn)}",) if told_disguise(worn) else ()
    zoneless = clock.assumed[Assumed.ZONE] if options.zone_of(Path(source)) is None else 0
    account = EventFileAccount(
        file=source,
        formats=tuple(name for name, lines in sorted(counts.formats.items(), key=lambda one: (-one[1], one[0])) if lines),
        lines=counts.lines,
        events=counts.events,
        ignored=counts.ignored,
        unrecognised=counts.unrecognised,
        samples=tuple(sorted(counts.samples, key=lambda sample: sample.line)),
        warnings=(*wrapped, *_lacking(source, counts), *_odd_row(source, head, counts), *_warnings(clock, source)),
        problem=problem,
    )
    assumptions = (*wrapped, *_assumptions(clock, source, options, zoneless), *_odd_events(source, counts))
    return EventBatch(log, account, assumptions, zoneless, clock.zoned)


def _read_before(lines: int) -> str:
    """How much was read of a file that is damaged behind it."""
    if not lines:
        return ""
    return f" Its first {'line was' if lines == 1 else f'{lines} lines were'} read."


def _foreign(source: str, head: bytes) -> str:
    """Why a file without any line of a known format has none; empty if it is nothing known."""
    what, hint = what_text_seems(head)
    return f"{source}: seems to be {what}, no event log. {hint}" if what else ""


def _settings(path: Path, options: ReadOptions, head: bytes) -> ClockSettings:
    day_first = options.day_first
    if day_first is None:
        pairs = [(int(first), int(second)) for first, second in _SLASHED.findall(head)]
        day_first = True if any(first > 12 for first, _ in pairs) else False if any(second > 12 for _, second in pairs) else None
    return ClockSettings(now=options.now, zone=options.zone_of(path), year=options.year, at=options.at, day_first=day_first)


def _assumptions(clock: Clock, source: str, options: ReadOptions, zoneless: int) -> tuple[str, ...]:
    found = []
    if zoneless:
        found.append(
            f"{source}: {counted(zoneless, 'time')} {'carries no zone and is' if zoneless == 1 else 'carry no zone and are'} read as UTC (--timezone names another)."
        )
    yearless, timeless = clock.assumed[Assumed.YEAR], clock.assumed[Assumed.TIME]
    if yearless and options.year is None:
        found.append(
            f"{source}: {counted(yearless, 'time')} {'carries' if yearless == 1 else 'carry'} no year; taken is the newest that puts no line after now (--year overrides)."
        )
    if timeless:
        given = "" if options.at is None else f"; {options.at:%Y-%m-%dT%H:%M:%SZ} is taken as given by --at"
        found.append(
            f"{source}: {counted(timeless, 'event')} {'carries' if timeless == 1 else 'carry'} no time{given or ' (--at gives one)'}."
        )
    return tuple(found)


def _odd_events(source: str, counts: LineCounts) -> tuple[str, ...]:
    """What was done with dates that do not exist, with lines that break off, and with times far from those at which the lines arrived."""
    found = []
    if counts.no_day:
        tells = "event tells" if counts.no_day == 1 else "events tell"
        lines = _named_lines(counts.some_no_day, counts.no_day)
        found.append(f"{source}: {counts.no_day} {tells} a date that does not exist, as the 29th of February of most years ({lines}).")
    if counts.cut:
        stands = "event stands on a line that breaks off" if counts.cut == 1 else "events stand on lines that break off"
        found.append(f"{source}: {counts.cut} {stands} ({_named_lines(counts.some_cut, counts.cut)}); what stood behind is not known.")
    if counts.far:
        tells = "event tells" if counts.far == 1 else "events tell"
        named = named_times(counts.some_far, counts.far)
        found.append(
            f"{source}: {counts.far} {tells} a time more than a day from the arrival of the line ({named}); that of the arrival is taken."
        )
    return tuple(found)


def _named_lines(some: Sequence[int], count: int) -> str:
    """``line 7``, or ``lines 7, 9, ...`` if there are more than are named."""
    more = ", ..." if count > len(some) else ""
    return f"{'line' if count == 1 else 'lines'} {', '.join(map(str, some))}{more}"


def _warnings(clock: Clock, source: str) -> tuple[str, ...]:
    found = [f"{source}: the zone {name!r} is unknown; its times are read as if it were not there." for name in sorted(clock.unknown_zones)]
    if clock.swapped:
        found.append(f"{source}: {counted(clock.swapped, 'date')} like 03/04/2026 may have day and month swapped.")
    return tuple(found)


def _lacking(source: str, counts: LineCounts) -> tuple[str, ...]:
    """What a table's header lacks, if the first line that nobody claims is nearly one."""
    lacking = missing_columns(counts.samples[0].text) if counts.samples else ()
    if not lacking:
        return ()
    return (f"{source}: line {counts.samples[0].line} looks like the header of a table of events, but lacks {' and '.join(lacking)}.",)


def _odd_row(source: str, head: bytes, counts: LineCounts) -> tuple[str, ...]:
    """Why the first row of a table that gave no event gave none."""
    lines = decode(head).split("\n", _HEADER_WITHIN)[:_HEADER_WITHIN]
    at = next((number for number, line in enumerate(lines, start=1) if is_header(line.strip("\ufeff\r"))), None)
    for sample in sorted(counts.samples, key=lambda sample: sample.line) if at else ():
        if at is not None and sample.line > at and (why := why_no_row(lines[at - 1].strip("\ufeff\r"), sample.text)):
            return (f"{source}: line {sample.line} of the table is no event: {why}.",)
    return ()


def _warned_together(last: Sequence[EventBatch], strays: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What is said of each file that only all of them together show."""
    zones = _zone_warnings(last)
    return {file: (*zones.get(file, ()), *((strays[file],) if file in strays else ())) for file in {**zones, **strays}}


def _zone_warnings(last: Sequence[EventBatch]) -> dict[str, tuple[str, ...]]:
    """Files read as UTC for want of a zone, while another source tells its zone: a silent shift would break every comparison."""
    if not any(batch.zoned for batch in last):
        return {}
    return {
        batch.account.file: (
            f"{batch.account.file}: read as UTC, while other times of this run carry a zone; if its clock is not UTC, give --timezone {batch.account.file}=ZONE.",
        )
        for batch in last
        if batch.account is not None and batch.zoneless
    }


def _head(path: Path) -> bytes:
    """The first bytes of a file as UTF-8.

    Raises:
        InputFileError: it cannot be opened, or is no text.
    """
    with closing(open_input(path)) as stream:
        first = raw = stream.read(_HEAD)
        while raw and not raw.strip(b"\0"):  # a hole at the beginning may be larger than the head
            raw = stream.read(_HEAD)
    if raw[_TAR_MARK] == b"ustar":
        raise InputFileError(
            f"{path}: is a tar archive, not text.", hint="Unpack it and give the files in it.", context={"file": str(path)}
        )
    encoding = _utf16(raw)
    raw = raw if encoding else raw.replace(b"\0", b"")
    if looks_binary(raw or first):
        what, hint = what_binary_seems(first)
        raise InputFileError(f"{path}: is {what or 'no text (binary data)'}.", hint=hint, context={"file": str(path)})
    text = utf16_as_utf8(raw, encoding) if encoding else raw
    return text.replace(b"\r", b"\n") if _ends_in_returns(raw) else text


def _blocks(stream: io.BufferedReader) -> Iterator[bytes]:
    """Blocks of whole lines in an encoding that keeps ASCII, without byte order mark; what precedes a damage comes before its error."""
    head = stream.peek(_HEAD)[:_HEAD]
    encoding = _utf16(head)
    source: io.BufferedIOBase = Utf16Reader(stream, encoding) if encoding else _WithoutNuls(stream)
    source = _ReturnReader(source) if _ends_in_returns(head) else source
    pieces: list[bytes] = []
    bom, size = _UTF8_BOM, 0
    try:
        for piece in read_blocks(source, size=_BLOCK, longest_line=_LONGEST_LINE):
            pieces.append(piece.removeprefix(bom))
            bom, size = b"", size + len(piece)
            if size >= _BLOCK // 2:
                yield b"".join(pieces)
                pieces, size = [], 0
    except InputFileError:
        yield b"".join(pieces)
        raise
    yield b"".join(pieces)


def _true_blocks(stream: io.BufferedReader, worn: Disguise) -> Iterator[bytes]:
    return undisguised(_blocks(stream), worn) if worn else _blocks(stream)


class _WithoutNuls(io.BufferedIOBase):
    """Text without NULs: a power cut, or a log that is cut while its writer keeps its place in it, leaves holes of them before whole lines."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream

    def read1(self, size: int = -1, /) -> bytes:
        while raw := self._stream.read1(size):
            if text := raw.replace(b"\0", b""):
                return text
        return b""


class _ReturnReader(io.BufferedIOBase):
    """Lines that end in a carriage return alone, as old Macs and their spreadsheets write them, with a newline in its place."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream

    def read1(self, size: int = -1, /) -> bytes:
        return self._stream.read1(size).replace(b"\r", b"\n")


def _ends_in_returns(head: bytes) -> bool:
    return b"\r" in head[:-2] and b"\n" not in head


def _utf16(raw: bytes) -> str:
    """The byte order of UTF-16, by mark or by the NULs of plain text; empty for everything else."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16-le" if raw[:1] == b"\xff" else "utf-16-be"
    return utf16_by_nuls(raw)


def _has_yearless(head: bytes) -> bool:
    return any(stamp.year is None for stamp in _line_stamps(head.split(b"\n")))


def _yearless_stamps(path: Path, worn: Disguise) -> Iterator[tuple[Stamp, int]]:
    """A sample of a file's times without year, in order, and how many lines each stands for: from all over each block.

    Where they leap every line is taken: how many went to another season tells whether that was an aside.
    """
    with closing(open_input(path)) as stream:
        for block in _true_blocks(stream, worn):
            lines = [line for line in block.split(b"\n") if b"%" in line]
            yield from _sampled(lines)


def _sampled(lines: Sequence[bytes]) -> Iterator[tuple[Stamp, int]]:
    """Every tenth line or so, the first and the last one; all between two that are far from each other."""
    last: Stamp | None = None
    begin = 0
    for end in (*range(0, len(lines) - 1, max(1, len(lines) // _SAMPLED)), len(lines) - 1):
        stamps = _yearless(lines[end : end + 1])
        if last is not None and stamps and is_far(last, stamps[0]):
            yield from ((stamp, 1) for stamp in _yearless(lines[begin : end + 1]))
        else:
            yield from ((stamp, end + 1 - begin) for stamp in stamps)
        last, begin = stamps[0] if stamps else last, end + 1


def _yearless(lines: Iterable[bytes]) -> list[Stamp]:
    return [stamp for stamp in _line_stamps(lines) if stamp.year is None]


def _line_stamps(lines: Iterable[bytes]) -> Iterator[Stamp]:
    """The time in the header of each alarm's line."""
    for line in lines:
        header, percent, _ = line[:_SLICE].partition(b"%")
        if percent:
            stamp = read_prefix(decode(header)).stamp
            if stamp is not None:
                yield stamp
