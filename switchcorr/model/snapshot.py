"""Captured text, what became of each file, and the facts of each device: what one sweep saw."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from switchcorr.model.tables import DeviceTables

CONSOLE_MESSAGES = "console messages"
"""The part of a device's log that fell into its answers, as ``RawOutput.part``."""


class OutputState(enum.Enum):
    """What became of a text."""

    PARSED = "parsed"
    EMPTY = "empty"
    """The command answered that there is nothing."""
    NOT_NEEDED = "not needed"
    """A command or a file that switchcorr makes no use of."""
    FEATURE_OFF = "feature off"
    INVALID = "invalid command"
    DENIED = "denied"
    TRUNCATED = "truncated"
    """Rows were read, but the text is not the whole answer: it ends early, was filtered, or the sweep says so."""
    QUARANTINED = "quarantined"
    """Nothing could be used."""


@dataclass(frozen=True, slots=True)
class RawOutput:
    """The text of one command as captured, cleaned but not parsed.

    Attributes:
        command: full command as declared by the platform, or as found if the platform does not know it.
        file: where it comes from, for messages.
        first_line: its first line in that file, 1-based.
        part: the command as typed where it asks for a part of its table only; empty if the whole is asked for.
        state: what reading it already told: ``PARSED`` is nothing against it; of a ``TRUNCATED`` one the rows are used and
            it is marked; every other state stands as it is, and the text is not parsed.
        reason: for every state but ``PARSED``.
        gaps: numbers (1-based, in the text with them) of lines that were taken out, ascending.
        asked_at: when the command was sent, by the clock of whoever captured; None if only the visit's time is known.
        seconds: from then to the last byte.
    """

    command: str
    text: str
    file: str
    first_line: int = 1
    part: str = ""
    state: OutputState = OutputState.PARSED
    reason: str = ""
    gaps: tuple[int, ...] = ()
    asked_at: datetime | None = None
    seconds: float = 0.0

    def file_line(self, number: int) -> int:
        """The line of the file in which a line (1-based) of the text stands.

        >>> RawOutput("show clock", "", "log", first_line=10, gaps=(1, 3)).file_line(2)
        13
        """
        for gap in self.gaps:
            if gap > number:
                break
            number += 1
        return number + self.first_line - 1


@dataclass(frozen=True, slots=True)
class DeviceCapture:
    """All outputs of one device from one visit.

    Attributes:
        platform: empty if nothing in the text tells it.
        taken_at: when; None if nothing tells it.
        address: management address, if known.
        is_guessed: ``taken_at`` is that of the files, which may have been copied since.
    """

    device: str
    platform: str
    outputs: tuple[RawOutput, ...]
    taken_at: datetime | None = None
    address: str = ""
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be used."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class OutputAccount:
    """What became of one output.

    Attributes:
        rows: rows read.
        reason: why, for every state but ``parsed``; also set on a parsed output whose own total differs.
        bad_lines: lines that cost their row only; at most 20 are kept, ``bad_line_count`` counts all.
        is_part: whether it is about a part of what the command tells: one VLAN, one card, what a filter let through.
    """

    device: str
    command: str
    file: str
    state: OutputState
    rows: int = 0
    reason: str = ""
    bad_lines: tuple[BadLine, ...] = ()
    bad_line_count: int = 0
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What is known of one device from one visit.

    Attributes:
        partial: tables of which only parts were asked for (one VLAN, one card), by their names in ``DeviceTables``.
    """

    device: str
    platform: str
    tables: DeviceTables
    outputs: tuple[OutputAccount, ...] = ()
    taken_at: datetime | None = None
    address: str = ""
    partial: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one sweep saw.

    Attributes:
        devices: by device name, sorted.
        files: accounts of files that belong to no device.
        warnings: sentences for the user.
    """

    devices: Mapping[str, DeviceFacts]
    files: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    source: str = ""
    taken_at: datetime | None = None
