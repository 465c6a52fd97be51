"""What a running sweep tells, and how far it is: events in, one frozen value out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import assert_never

from switchcorr.model.sweep import ParseAccount, VisitAccount
from switchcorr.model.visit import AnswerStatus, FailureKind, VisitStatus


@dataclass(frozen=True, slots=True)
class SweepStarted:
    """The sweep begins.

    Attributes:
        seconds: since the sweep began, by a clock that never jumps; so in every event.
        devices: how many are to be visited.
        folder: where the captures go; empty if they go nowhere.
    """

    seconds: float
    sweep: str
    devices: int
    folder: str = ""


@dataclass(frozen=True, slots=True)
class VisitBegun:
    """A connection to a device is about to be opened.

    Attributes:
        attempt: 1, or 2 for the retry.
    """

    seconds: float
    device: str
    host: str
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class CommandAnswered:
    """A command was answered, wholly or not.

    Attributes:
        size: bytes of the answer.
    """

    seconds: float
    device: str
    command: str
    status: AnswerStatus
    size: int


@dataclass(frozen=True, slots=True)
class VisitPaused:
    """The attempt failed and there will be another one.

    Attributes:
        why: what failed.
    """

    seconds: float
    device: str
    why: str


@dataclass(frozen=True, slots=True)
class VisitEnded:
    """A device is done with: visited, or skipped because the sweep stops."""

    seconds: float
    visit: VisitAccount


@dataclass(frozen=True, slots=True)
class DeviceParsed:
    """The captured text of a device was parsed, or could not be."""

    seconds: float
    device: str
    parse: ParseAccount


@dataclass(frozen=True, slots=True)
class SweepStopping:
    """No further visit will begin.

    Attributes:
        why: one sentence: interrupted, refused logins, disk full.
    """

    seconds: float
    why: str


SweepEvent = SweepStarted | VisitBegun | CommandAnswered | VisitPaused | VisitEnded | DeviceParsed | SweepStopping


@dataclass(frozen=True, slots=True)
class SweepProgress:
    """How far a sweep is.

    Attributes:
        total: devices to be visited.
        running: visits between their first attempt and their end, also those that pause before a retry.
        failed: visits that failed, by kind; their sum is ``failures``.
        cancelled: visits that were interrupted.
        size: bytes received.
        seconds: since the sweep began.
        stopping: why no further visit begins; empty while they do.
    """

    total: int = 0
    running: int = 0
    answered: int = 0
    partial: int = 0
    failed: Mapping[FailureKind, int] = field(default_factory=dict)
    skipped: int = 0
    cancelled: int = 0
    parsed: int = 0
    rows: int = 0
    size: int = 0
    seconds: float = 0.0
    stopping: str = ""

    @property
    def failures(self) -> int:
        """Visits that failed."""
        return sum(self.failed.values())

    @property
    def visited(self) -> int:
        """Visits that have ended, however."""
        return self.answered + self.partial + self.failures + self.cancelled

    @property
    def ended(self) -> int:
        """Devices that are done with."""
        return self.visited + self.skipped

    @property
    def rate_a_minute(self) -> float:
        """Visits that ended in a minute, over the whole sweep so far; 0 before the first."""
        return 60 * self.visited / self.seconds if self.seconds > 0 else 0.0

    @property
    def left_s(self) -> float | None:
        """Seconds until the end at this rate; None while there is no rate."""
        rate = self.rate_a_minute
        return 60 * (self.total - self.ended) / rate if rate > 0 else None

    def at(self, seconds: float) -> SweepProgress:
        """The same at a later moment, for a display that goes on between events."""
        return replace(self, seconds=max(self.seconds, seconds))


def advance(progress: SweepProgress, event: SweepEvent) -> SweepProgress:
    """How far the sweep is after an event."""
    progress = progress.at(event.seconds)
    match event:
        case SweepStarted():
            progress = replace(progress, total=event.devices)
        case VisitBegun():
            progress = replace(progress, running=progress.running + (event.attempt == 1))
        case CommandAnswered():
            progress = replace(progress, size=progress.size + event.size)
        case VisitPaused():
            pass  # it is still running
        case VisitEnded():
            progress = _ended(progress, event.visit)
        case DeviceParsed():
            progress = replace(progress, parsed=progress.parsed + 1, rows=progress.rows + event.parse.rows)
        case SweepStopping():
            progress = replace(progress, stopping=event.why)
        case _:
            assert_never(event)
    return progress


def _ended(progress: SweepProgress, visit: VisitAccount) -> SweepProgress:
    if visit.attempts:
        progress = replace(progress, running=progress.running - 1)
    match visit.status:
        case VisitStatus.ANSWERED:
            return replace(progress, answered=progress.answered + 1)
        case VisitStatus.PARTIAL:
            return replace(progress, partial=progress.partial + 1)
        case VisitStatus.SKIPPED:
            return replace(progress, skipped=progress.skipped + 1)
        case VisitStatus.CANCELLED:
            return replace(progress, cancelled=progress.cancelled + 1)
        case VisitStatus.FAILED:
            kind = visit.failure.kind if visit.failure else FailureKind.DRIVER
            return replace(progress, failed={**progress.failed, kind: progress.failed.get(kind, 0) + 1})
        case _:
            assert_never(visit.status)
