"""Small conversions that the row readers of all platforms share."""

from __future__ import annotations

import re

from switchcorr.platforms.declaration import Row
from switchcorr.text import clean

_GAP = re.compile(r"\S\s{2,}\S")


def text_of(row: Row, key: str) -> str:
    """A cell as one value; a list is joined by blanks; a missing cell is empty."""
    cell = row.get(key) or ""
    return cell if isinstance(cell, str) else clean(" ".join(cell))


def list_of(row: Row, key: str) -> tuple[str, ...]:
    """A cell's values; a single one counts as a list of one; empty ones are left out."""
    cell = row.get(key, [])
    values = cell if isinstance(cell, list) else [cell]
    return tuple(filter(None, values))


def number_of(row: Row, key: str) -> int | None:
    """A cell as a whole number; None if it is empty or no number."""
    text = text_of(row, key)
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 20 else None


def required_number(row: Row, key: str) -> int:
    """A cell that must be a whole number.

    Raises:
        ValueError: it is not.
    """
    number = number_of(row, key)
    if number is None:
        raise ValueError(f"{key}: not a number: {text_of(row, key)[:40]!r}")
    return number


def reject_unknown(row: Row) -> None:
    """Refuse the row of a line that a template keeps in ``UNKNOWN`` because it ends the row above.

    A template does so where a row may go on below its line: what follows a line that no rule knows must not join the row
    above it.

    Raises:
        ValueError: there is such a line.
    """
    if text_of(row, "unknown"):
        raise ValueError("no rule of the template knows this line")


def has_two_columns(cell: str) -> bool:
    """Whether there is a gap in a cell: more blanks than one."""
    return bool(_GAP.search(cell))


def reject_two_columns(cell: str, what: str) -> None:
    """Refuse a cell that the device prints in single blanks and that has a gap: it took in the column beside it, which is damaged.

    Raises:
        ValueError: there is a gap.
    """
    if has_two_columns(cell):
        raise ValueError(f"two columns in one, so the columns are damaged: {what} {cell[:80]!r}")
