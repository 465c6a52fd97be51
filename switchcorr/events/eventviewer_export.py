r"""CallManager 3.x and 4.x: the Event Viewer's "Save as" text, commas or tabs, with a description that may go over several lines.

Windows orders the columns by its version (``Type, Date, Time, Source...`` or ``Date, Time, Source, Type...``) and writes
date and time as the machine's locale likes, so columns are found by what they hold: the date, the source ``Cisco
CallManager``, the description last and the computer before it.
"""

from __future__ import annotations

import csv
import re

from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.eventviewer_text import alarm_of_description, description_event
from switchcorr.events.stamps import parse_stamp

_DATE = r"\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4}"
_ROW = re.compile(
    rf"(?:\"?[^\",;\t]{{1,30}}\"?(?P<glue>[,;\t]))?\"?{_DATE}\"?(?:[,;\t]| )\"?\d{{1,2}}[:.]\d\d.{{0,40}}?[,;\t]\"?Cisco CallManager\"?[,;\t].*",
    re.DOTALL,
)
_HEADER = re.compile(r"\"?(?:Type|Level|Date|Date and Time)\"?([,;\t]).{0,40}\1\"?Source\"?\1.{0,200}", re.IGNORECASE)
_ONE_DATE = re.compile(_DATE)
_TIME = re.compile(r"\d{1,2}[:.]\d\d(?:[:.]\d\d)?(?: ?[AaPp]\.? ?[Mm]\.?)?")
_MOST_LINES = 60


def _looks_like(line: str) -> bool:
    return _ROW.fullmatch(line) is not None or _is_header(line)


def _is_header(line: str) -> bool:
    return _HEADER.fullmatch(line) is not None


def _continues(lines: tuple[str, ...], line: str) -> bool:
    if len(lines) >= _MOST_LINES or _looks_like(line) or _is_header(lines[0]):
        return False
    if sum(one.count('"') for one in lines) % 2:
        return True
    return bool(lines[-1].strip()) and _ONE_DATE.match(line) is None and not line.lstrip().startswith(("%", "<"))


def _parse(record: Record) -> tuple[Found, ...] | None:
    if _is_header(record.lines[0]):
        return ()
    text = "\n".join(record.lines)
    cells = _cells(text)
    date = next((i for i, cell in enumerate(cells[:3]) if _ONE_DATE.match(cell)), None)
    if date is None:
        return None
    at = next((i for i, cell in enumerate(cells) if i > date and alarm_of_description(cell.strip())), None)
    if at is None:
        return ()
    return _row_event(cells, date, at, _separator(text))


def _row_event(cells: list[str], date: int, at: int, separator: str) -> tuple[Found, ...]:
    day, _, clock = cells[date].strip().partition(" ")
    own_column = not clock
    head = {
        "type": next((cell for cell in cells[: date + 5] if cell.strip().isalpha() and cell.strip().lower() != "none"), ""),
        "date": day,
        "time": cells[date + 1] if own_column else clock,
        "computer": cells[at - 1] if own_column and at - 1 > date + 4 else "",
    }
    if parse_stamp(f"{head['date']} {head['time']}") is None:
        head["date"] = ""
    found = description_event(separator.join(cells[at:]).strip(), head, line=0)
    return () if found is None else (found,)


def _separator(text: str) -> str:
    found = _ROW.match(text)
    return (found["glue"] if found else "") or ("\t" if "\t" in text else ",")


def _cells(text: str) -> list[str]:
    """The cells of a row; by hand where a quote stands inside an unquoted description."""
    separator = _separator(text)
    try:
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=separator))
    except csv.Error:
        return text.split(separator)
    cells = rows[0] if rows else []
    if len(rows) > 1 and cells:
        cells[-1] = "\n".join([cells[-1], *(separator.join(row) for row in rows[1:])])
    return cells


FORMAT = EventFormat(
    name="eventviewer_export",
    title="CallManager 3.x and 4.x: Event Viewer saved as CSV or text",
    marks=(b"Cisco CallManager,", b'Cisco CallManager"', b"Cisco CallManager\t", b"Cisco CallManager;", b"Source"),
    looks_like=_looks_like,
    parse=_parse,
    continues=_continues,
)
