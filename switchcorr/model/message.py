"""A message to people: plain data, whoever makes it and however it is sent."""

from __future__ import annotations

import enum
from dataclasses import dataclass


class Severity(enum.IntEnum):
    """How urgent a message is; only ``CRITICAL`` is sent in quiet hours."""

    INFO = 1
    WARNING = 2
    CRITICAL = 3


class IncidentState(enum.Enum):
    """What happened to an incident that is worth a message."""

    NEW = "new"
    AGAIN = "again"
    GROWN = "grown"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Message:
    """What is told once.

    Attributes:
        id: of what it is about and of its state (``inc-20261122T094107Z-3fa2b1/new``): a second message with it is never sent.
        title: one line.
        body: plain text.
        link: where more is to be read; empty if nowhere.
        attachment: path of a file to be sent with it; one that is gone when it is sent is named in the text.
        endpoints: phones that the causes of its incident explain; 0 for all other messages.
    """

    id: str
    title: str
    body: str
    severity: Severity = Severity.WARNING
    link: str = ""
    attachment: str = ""
    endpoints: int = 0
