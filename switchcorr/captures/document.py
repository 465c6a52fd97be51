"""Values out of JSON that stands beside captured text and that anybody may have edited.

What is of no use is as if it were not there, and a sentence says so: nothing that such a file holds ends a command.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from switchcorr.model.moments import DAY_S
from switchcorr.text import VALUE_LIMIT, clean

Word = TypeVar("Word", bound=enum.StrEnum)
_YEARS = range(1980, 2100)
_LONGEST_S = DAY_S
"""No command and no visit takes a day."""
_MOST = 2**53
"""Of whole numbers; beyond it JSON readers disagree."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object of such a file.

    Attributes:
        place: of the object in its file, such as ``commands[show clock].``; in front of its keys in sentences.
        doubts: a sentence on each value that is of no use; one list for all objects of a file.
    """

    values: Mapping[str, object]
    place: str = ""
    doubts: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, value: object) -> Document:
        """A value as an object; an empty one if it is none."""
        return cls(value if isinstance(value, dict) else {})

    def inner(self, key: str) -> Document:
        """The object at a key; an empty one if there is none."""
        value = self.values.get(key, {})
        if not isinstance(value, dict) and value is not None:
            self.doubt(key, value, "no object")
        return Document(value if isinstance(value, dict) else {}, f"{self.place}{key}.", self.doubts)

    def objects(self, key: str) -> Iterator[tuple[str, Document]]:
        """The objects in the object at a key, by their names in order."""
        for name, value in sorted(self.inner(key).values.items()):
            place = f"{self.place}{key}[{clean(name, limit=60)}]"
            if isinstance(value, dict):
                yield name, Document(value, f"{place}.", self.doubts)
            else:
                self.doubts.append(_doubt(place, value, "no object"))

    def text(self, key: str, *, limit: int = VALUE_LIMIT) -> str:
        """A text, safe to show; empty if there is none."""
        value = self.values.get(key)
        if isinstance(value, str):
            return clean(value, limit=limit)
        if value is not None:
            self.doubt(key, value, "no text")
        return ""

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list."""
        value = self.values.get(key)
        return tuple(clean(item) for item in value if isinstance(item, str)) if isinstance(value, list) else ()

    def whole(self, key: str) -> int | None:
        """A whole number, 0 or more; None if there is none."""
        value = self.values.get(key)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _MOST:
            return value
        if value is not None:
            self.doubt(key, value, "no number")
        return None

    def seconds(self, key: str) -> float:
        """How long something took; 0.0 if that is not told."""
        value = self.values.get(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LONGEST_S:
            return float(value)
        if value is not None:
            self.doubt(key, value, "no length of time")
        return 0.0

    def moment(self, key: str) -> datetime | None:
        """A time of a capture; one without a zone is UTC."""
        text = self.text(key, limit=60)
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            self.doubt(key, text, "no ISO 8601 time")
            return None
        if moment.year not in _YEARS:  # beside the first and the last year a zone leads out of what a time can be
            self.doubt(key, text, "no time of a capture")
            return None
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)

    def choice(self, key: str, kind: type[Word]) -> Word | None:
        """One of some words; None if there is none."""
        value = self.values.get(key)
        found = next((member for member in kind if member.value == value), None)
        if found is None and value:
            self.doubt(key, value, f"unknown (known: {', '.join(kind)})")
        return found

    def doubt(self, key: str, value: object, why: str) -> None:
        """Note that a value is of no use."""
        self.doubts.append(_doubt(f"{self.place}{key}", value, why))


def _doubt(place: str, value: object, why: str) -> str:
    return f"{place}: {clean(repr(value), limit=60)} is {why}, and not used"
