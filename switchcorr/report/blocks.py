"""Columns of numbers and texts as blocks of base64 that a script on the page inflates when it needs them.

A block is gzip of: the length of its header in bytes (four bytes, lowest first), the header (JSON), the columns. A column of numbers is
stored in planes, all lowest bytes first, then all second bytes and so on: planes of slow or repeated values shrink to almost nothing.
Columns whose neighbors resemble each other hold differences, zigzag-coded (0, -1, 1, -2, ... as 0, 1, 2, 3, ...). Texts stand in the
header, as a list or, for long columns, as one string with a newline between. The same values give the same bytes.
"""

from __future__ import annotations

import base64
import gzip
import json
import sys
from array import array
from collections.abc import Iterable, Sequence
from operator import sub

from switchcorr.text import clean

_LEVEL = 6
"""Of gzip. Trial at 200,000 phones: level 9 took three times as long and saved 1 %."""
_MOST = 0xFFFFFFFF


class Block:
    """One block, filled column by column; columns keep the order in which they were added."""

    def __init__(self) -> None:
        self._header: dict[str, object] = {}
        self._columns: list[tuple[str, int, int, int]] = []
        self._planes: list[bytes] = []

    def value(self, name: str, value: object) -> None:
        """Add a value of JSON: numbers, texts and lists."""
        self._header[name] = value

    def numbers(self, name: str, values: Sequence[int]) -> None:
        """Add a column of whole numbers in [0, 2**32)."""
        self._add(name, values, 0)

    def differences(self, name: str, values: Sequence[int]) -> None:
        """Add a column of whole numbers in [0, 2**31) as differences to the value before."""
        steps = [values[0], *map(sub, values[1:], values)] if values else []
        self._add(name, [step << 1 if step >= 0 else ~(step << 1) for step in steps], 1)

    def words(self, name: str, values: Sequence[str]) -> None:
        """Add a column of texts of which many are the same: a list of the different ones, in the order they come, and numbers."""
        index = {value: number for number, value in enumerate(dict.fromkeys(values))}
        numbers = list(map(index.__getitem__, values))
        self.value(f"{name}Words", [safe(word) for word in index])
        self.numbers(name, numbers)

    def texts(self, name: str, values: Sequence[str]) -> None:
        """Add a column of texts of which most differ."""
        self.value(name, "\n".join(one_line(values)))

    def _add(self, name: str, values: Sequence[int], differences: int) -> None:
        most = max(values, default=0)
        if min(values, default=0) < 0 or most > _MOST:
            raise ValueError(f"column {name}: a number is outside [0, 2**32)")
        width = max((most.bit_length() + 7) // 8, 1)
        self._columns.append((name, len(values), width, differences))
        if width == 1:
            self._planes.append(bytes(values))
            return
        whole = array("I", values)
        if sys.byteorder == "big":  # pragma: no cover  # processors of this order are rare, and no test runs on one
            whole.byteswap()
        raw = whole.tobytes()
        self._planes += [raw[plane :: whole.itemsize] for plane in range(width)]

    def packed(self) -> str:
        """The block as base64."""
        header = json.dumps({**self._header, "columns": self._columns}, ensure_ascii=False, separators=(",", ":")).encode()
        raw = b"".join((len(header).to_bytes(4, "little"), header, *self._planes))
        return base64.b64encode(gzip.compress(raw, _LEVEL, mtime=0)).decode()


def safe(text: str) -> str:
    r"""A text of a device as it may be shown: one line, control and direction characters written out.

    >>> safe("a\u202eb\tc")
    'a\\u202eb\\x09c'
    """
    return text if text.isprintable() else clean(text)


def one_line(texts: Iterable[str]) -> list[str]:
    """Texts that hold no newline and nothing that does not print."""
    found = list(texts)
    return found if "".join(found).isprintable() else [safe(text) for text in found]
