"""Where the fields of an alarm stand in its text, and which of several with one name is the alarm's own.

Users' text (a description, a user id) stands behind the fields that identify the device and before the ones the server
adds. So up to the first free text the first field of a name counts, and after it the last one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

FREE_TEXT = frozenset(
    ("Description", "AlertDetail", "DeviceText", "UserID", "SIPUser", "Text", "LastProtocolEventSent", "LastProtocolEventReceived")
)
"""Fields whose values may look like other fields."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a field's name begins, and where its value begins."""

    name: str
    start: int
    value: int


def own_marks(marks: Iterable[Mark], known: Collection[str]) -> list[Mark]:
    """The alarm's own fields in the order of the text; after the first free text only known names are fields."""
    head: dict[str, Mark] = {}
    tail: dict[str, Mark] = {}
    free = False
    for mark in marks:
        if not free:
            head.setdefault(mark.name, mark)
            free = mark.name in FREE_TEXT
        elif mark.name in known and mark.name not in head:
            tail[mark.name] = mark
    return sorted([*head.values(), *tail.values()], key=lambda mark: mark.start)
