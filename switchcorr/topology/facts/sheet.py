"""A table that somebody exported from a spreadsheet: which line is its header, how cells are separated, and what the spreadsheet spoilt.

Read are comma, semicolon and tab, a line ``sep=;`` and a title above the header, and an apostrophe that keeps a cell text.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from switchcorr.errors import InputFileError
from switchcorr.text import clean, clean_text, counted

_HEADER_WITHIN = 10
"""Lines in which the header is looked for: titles of reports are shorter."""
_LONG_ROW = 10
"""A row over more lines than this is none: a quotation mark was opened and not closed."""
_GLUES = ",;\t"
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)
_BRACKETS = re.compile(r"\(.*\)$")
_MONTH = r"(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-z]{0,6}"
_DATE_OF_PORT = re.compile(rf"\d{{1,2}}[. -]{{1,2}}{_MONTH}|{_MONTH}[. -]{{1,2}}\d{{1,4}}", re.IGNORECASE)
_WHOLE = re.compile(r"(\d{1,6})[.,]0{1,3}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as text.

    Attributes:
        header: names of the columns, in lower case with ``_`` for blanks and hyphens, without what stands in brackets behind them.
        rows: line number and cells of every row in which anything stands.
        problems: what is wrong with the table, each with its line.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    problems: tuple[str, ...] = ()


def read_sheet(text: str, *, source: str, wanted: Sequence[str]) -> Sheet:
    """A table from the text of its file.

    Args:
        text: of the whole file.
        source: name of the file, for messages.
        wanted: columns; the first line that has one of them is the header, else the first line.

    Raises:
        InputFileError: it is HTML or XML.
    """
    text = clean_text(text.lstrip("\ufeff"))
    if text.lstrip()[:1] == "<":
        raise InputFileError(f"{source}: is HTML or XML, not CSV.", hint="Save it as CSV and give that file.", context={"file": source})
    lines = text.split("\n")
    said = _SEPARATOR_LINE.fullmatch(lines[0].strip())
    at, glue = _header(lines, said[1] if said else "", wanted)
    problems: list[str] = []
    rows = list(_rows("\n".join(lines[at:]), glue, at, problems))
    header = tuple(map(column_name, rows[0][1])) if rows else ()
    twice = sorted({name for name in header if name and header.count(name) > 1})
    problems += [f"line {at + 1}: there are {header.count(name)} columns {name}; the last that is filled counts" for name in twice]
    if at > (said is not None):
        problems.append(f"line {at + 1} is taken for the header; {counted(at, 'line')} above it not used")
    return Sheet(header, tuple(row for row in rows[1:] if any(row[1])), tuple(f"{source}: {words}" for words in problems))


def _header(lines: Sequence[str], glue: str, wanted: Sequence[str]) -> tuple[int, str]:
    """Place and separator of the header: of the first lines the one with a wanted column, else the first line."""
    first = 1 if glue else 0
    for at, line in enumerate(lines[first : first + _HEADER_WITHIN], start=first):
        for candidate in glue or _GLUES:
            if not {column_name(cell) for cell in line.split(candidate)}.isdisjoint(wanted):
                return at, glue or max(_GLUES, key=line.count)
    return first, glue or max(_GLUES, key=lines[0].count)


def _rows(text: str, glue: str, above: int, problems: list[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every row with its line number, its cells made plain."""
    reader = csv.reader(io.StringIO(text), delimiter=glue)
    while True:
        began = reader.line_num
        try:
            row = next(reader, None)
        except csv.Error as error:
            problems.append(f"line {above + reader.line_num}: {error}")
            continue
        if row is None:
            return
        if reader.line_num - began > _LONG_ROW:
            long = counted(reader.line_num - began, "line")
            problems.append(f'line {above + began + 1}: a quotation mark (") is opened and not closed: {long} make one row')
        yield above + reader.line_num, tuple(map(_cell, row))


def _cell(text: str) -> str:
    cell = clean(text)
    return cell[1:].lstrip() if cell[:1] == "'" else cell


def column_name(text: str) -> str:
    """Name of a column as a header has it: in lower case with ``_`` for blanks and hyphens, without what stands in brackets behind it."""
    return re.sub(r"[ -]+", "_", _BRACKETS.sub("", _cell(text).strip('"')).strip().lower())


def spoilt_port(cell: str) -> bool:
    """Whether a spreadsheet made a date of a port or a slot.

    >>> spoilt_port("05. Feb"), spoilt_port("Feb-05"), spoilt_port("2-May"), spoilt_port("2/5"), spoilt_port("Gi1/0/1")
    (True, True, True, False, False)
    """
    return bool(_DATE_OF_PORT.fullmatch(cell))


def whole_number(cell: str) -> str:
    """A number without the decimals that a spreadsheet added; anything else as it is.

    >>> whole_number("5,0"), whole_number("5.00"), whole_number("5/0"), whole_number("1.5")
    ('5', '5', '5/0', '1.5')
    """
    found = _WHOLE.fullmatch(cell)
    return found[1] if found else cell
