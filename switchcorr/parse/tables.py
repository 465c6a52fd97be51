"""One output to the rows of its table, with an account of everything that could not be used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.model.snapshot import BadLine, OutputState
from switchcorr.model.tables import (
    DiagnosticResult,
    ErrorCounters,
    Interface,
    InterfaceDescription,
    InterfaceStatus,
    InventoryItem,
    Lag,
    LagMember,
    PowerPort,
    SpanningTreePort,
    Switchport,
    TableRow,
)
from switchcorr.parse.classify import classify
from switchcorr.parse.engine import Scan, ScannedRow, scan
from switchcorr.platforms.declaration import Command, EntryReader, Platform
from switchcorr.text import clean, counted

BAD_LINES_KEPT = 20
_NAMES_TOLD = 5
_UNKNOWN_LINE = "no rule of the template knows this line"


@dataclass(frozen=True, slots=True)
class ParsedOutput:
    """Rows of one output and what became of its text; see ``OutputAccount``."""

    rows: tuple[TableRow, ...]
    state: OutputState
    reason: str = ""
    bad_lines: tuple[BadLine, ...] = ()
    bad_line_count: int = 0


def parse_output(platform: Platform, command: Command, text: str) -> ParsedOutput:
    """Parse the text of one command.

    Never raises for anything in the text: a line or row that cannot be used is counted and kept as a bad line, a text that
    gives no row although it is no error sentence is quarantined.
    """
    state, words = classify(platform, text)
    if state is not OutputState.PARSED:
        return ParsedOutput((), state, words)
    text = _without_paging(platform, text)
    scanned = scan(command.template, text) if command.entries is None else _read_entries(command.entries, text)
    bad = [
        BadLine(
            number,
            clean(scanned.lines[number - 1], limit=160),
            _UNKNOWN_LINE if command.entries is None else "no entry can be read from this line",
        )
        for number in scanned.unknown_lines
    ]
    rows: list[TableRow] = []
    useless = 0
    for row in scanned.rows:
        before = len(rows)
        try:
            rows.extend(command.rows(row.values))
            why = _second_value(command, row) if row.retold and len(rows) > before else ""
            if why:
                del rows[before:]
        except ValueError as error:
            why = str(error)
        if why:
            bad.append(_bad_row(row, scanned.lines, why))
            useless += len(rows) == before
    if command.join is not None:
        rows = list(command.join(rows))
    rows, doubtful = _without_contradictions(rows)
    bad.sort(key=lambda line: line.line)
    state, reason = _judge(command, text, found=len(scanned.rows) - useless, kept=len(rows), bad=len(bad) + bool(doubtful))
    return ParsedOutput(tuple(rows), state, "; ".join(filter(None, (reason, doubtful))), tuple(bad[:BAD_LINES_KEPT]), len(bad))


def _second_value(command: Command, row: ScannedRow) -> str:
    """Why a row holds lines of two entries; empty if it does not."""
    second = next((name for name in row.retold if name not in command.retold), "")
    return f"a second {second.replace('_', ' ')}: lines of two entries under one name" if second else ""


def _without_contradictions(rows: Sequence[TableRow]) -> tuple[list[TableRow], str]:
    """Rows without those of what the output tells of twice and differently, and a sentence on them: lines of one stand below another."""
    told = [key for row in rows for key in _told_once(row)]
    if len(set(told)) == len(told):
        return list(rows), ""
    first: dict[tuple[type, str], TableRow] = {}
    doubtful: dict[tuple[type, str], None] = {}
    for row in rows:
        for key in _told_once(row):
            if first.setdefault(key, row) != row:
                doubtful[key] = None
    if not doubtful:
        return list(rows), ""
    names = list(dict.fromkeys(name for _, name in doubtful))
    more = f" and {len(names) - _NAMES_TOLD} more" if len(names) > _NAMES_TOLD else ""
    kept = [row for row in rows if doubtful.keys().isdisjoint(_told_once(row))]
    return kept, f"told twice and differently, so not used: {', '.join(names[:_NAMES_TOLD])}{more}"


def _told_once(row: TableRow) -> Sequence[tuple[type, str]]:
    """What an output has one row for.

    A port in most tables, the same counters of a port, a port of an instance of spanning tree, a member of a bundle, an item, a test of a card.
    """
    match row:
        case Lag():
            return [(LagMember, member.interface) for member in row.members]
        case SpanningTreePort():
            what = f"{row.name} of instance {row.instance}"
        case ErrorCounters():
            what = f"{next(iter(row.counters), 'no counter')} of {row.name}"
        case InventoryItem():
            what = f"{row.name} ({row.description})"
        case DiagnosticResult():
            card = "/".join(str(number) for number in (row.switch, row.slot) if number is not None)
            what = f"{row.test} of {card}" if card else row.test
        case Interface() | InterfaceStatus() | InterfaceDescription() | Switchport() | PowerPort():
            what = row.name
        case _:
            return ()
    return ((type(row), what),)


def _read_entries(read: EntryReader, text: str) -> Scan:
    """The entries of a text that is written for programs, in the form of a template's rows."""
    rows: list[ScannedRow] = []
    unknown: list[int] = []
    for line, row in read(text):
        if row is None:
            unknown.append(line)
        else:
            rows.append(
                ScannedRow(line, {key: clean(cell) if isinstance(cell, str) else list(map(clean, cell)) for key, cell in row.items()})
            )
    return Scan(tuple(rows), tuple(unknown), text.split("\n"))


def _without_paging(platform: Platform, text: str) -> str:
    """A text whose lines of nothing but paging are empty; the numbers of the lines stay."""
    if not any(mark in text for mark in platform.pager_marks) or not platform.pager.search(text):
        return text
    return "\n".join("" if platform.pager.fullmatch(line.strip()) else line for line in text.split("\n"))


def _bad_row(row: ScannedRow, lines: Sequence[str], why: str) -> BadLine:
    return BadLine(row.line, clean(lines[row.line - 1], limit=160), clean(why, limit=160))


def _total(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    """The line that says how many entries there are, which may be indented. A pattern that began with the line's start would be tried at each line."""
    for found in pattern.finditer(text):
        if not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip():
            return found
    return None


def _judge(command: Command, text: str, *, found: int, kept: int, bad: int) -> tuple[OutputState, str]:
    total = _total(command.total, text) if command.total else None
    if total is not None:
        claimed = int(total[1])
        if claimed == 0 and found == 0:
            return OutputState.EMPTY, clean(total[0])
        if claimed != found:
            read = OutputState.TRUNCATED if claimed > found else OutputState.PARSED
            return (read if kept else OutputState.QUARANTINED), f"the output says {counted(claimed, 'entry')}, {found} were read"
    if kept == 0:
        if bad:
            return OutputState.QUARANTINED, "no row could be used"
        return OutputState.EMPTY, "no entry that counts" if found else "headers only"
    return OutputState.PARSED, ""
