"""What a function makes of values that repeat, kept while there is room."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")

SMALL, LARGE = 1 << 12, 1 << 16
"""Usual limits: for values of which a file has few, and for those of which it may have as many as lines."""


class Memo(dict[bytes, T], Generic[T]):
    """Values by what they are made of; each is made once, and a full table is emptied.

    >>> sizes = Memo(len, 2)
    >>> sizes[b"abc"], sizes[b"a"], sizes[b""], len(sizes)
    (3, 1, 0, 1)
    """

    __slots__ = ("_limit", "_make")

    def __init__(self, make: Callable[[bytes], T], limit: int = LARGE) -> None:
        self._make, self._limit = make, limit

    def __missing__(self, raw: bytes) -> T:
        if len(self) >= self._limit:
            self.clear()
        value = self[raw] = self._make(raw)
        return value
