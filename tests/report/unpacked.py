"""The blocks of a page read back, written after the description in ``blocks.py`` and not after its code."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any


def unpacked(block: str) -> dict[str, Any]:
    """The values of a block: what its header holds, and each column as a list of numbers."""
    raw = gzip.decompress(base64.b64decode(block, validate=True))
    size = int.from_bytes(raw[:4], "little")
    values: dict[str, Any] = json.loads(raw[4 : 4 + size])
    at = 4 + size
    for name, count, width, differences in values.pop("columns"):
        numbers = [sum(raw[at + plane * count + row] << 8 * plane for plane in range(width)) for row in range(count)]
        at += count * width
        if differences:
            whole = 0
            for row, coded in enumerate(numbers):
                whole += -(coded + 1) // 2 if coded % 2 else coded // 2
                numbers[row] = whole
        values[name] = numbers
    assert at == len(raw)
    return values


def words(values: dict[str, Any], name: str) -> list[str]:
    """A column of words."""
    return [values[f"{name}Words"][number] for number in values[name]]


def descriptions(values: dict[str, Any], before: str = "head", number: str = "tail") -> list[str]:
    """What phones are described as, or their extensions: a first word, the words after it, and the number that follows."""
    parts = zip(words(values, f"{before}First"), words(values, before), values[number], strict=True)
    return [first + rest + (str(tail - 1) if tail else "") for first, rest, tail in parts]
