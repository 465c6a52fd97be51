"""One sweep as it is told afterwards: which devices were to be visited, how each visit went, and why some are not whole.

These are the values of ``manifest.json`` and of the summary. They hold no captured text: it is in files by then.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.visit import AnswerStatus, Failure, FailureKind, VisitStatus

WHOLE_ANSWERS = frozenset({AnswerStatus.OK, AnswerStatus.DENIED, AnswerStatus.INVALID, AnswerStatus.FEATURE_OFF})
"""Answers that need not be asked for again: data to its end, or a clear no."""
REFUSED_ANSWERS = frozenset({AnswerStatus.DENIED, AnswerStatus.INVALID})
"""Answers that say nothing of the device: where most are such, it is the login or the platform that is wrong."""


class SweepState(enum.StrEnum):
    """How far a sweep came; the words of the manifest."""

    RUNNING = "running"
    """Not over yet, or its process was killed."""
    DONE = "done"
    """Every device was visited, well or not."""
    INTERRUPTED = "interrupted"
    """The user or the system ended it, or answers could not be saved any more."""
    STOPPED = "stopped"
    """It stopped by itself because logins were refused."""


@dataclass(frozen=True, slots=True)
class ParseAccount:
    """What the text of a device gave.

    Attributes:
        rows: of all tables.
        bad_lines: lines that no template knows.
        quarantined: outputs that could not be used.
        failure: why nothing was parsed; empty if it was.
    """

    rows: int = 0
    bad_lines: int = 0
    quarantined: int = 0
    failure: str = ""


@dataclass(frozen=True, slots=True)
class VisitAccount:
    """How the visit of one device went.

    Attributes:
        platform: name of it, as declared or found out; empty if it never came so far.
        hostname: what the device's prompt calls it.
        profile: SSH algorithms that were used; None without SSH or before the key exchange.
        attempts: connections opened: 1, or 2 after a retry; 0 if it was skipped.
        started_at: None if it was skipped.
        commands: every command that was answered, wholly or not, with its status, in the order asked.
        sizes: bytes of these answers, as received.
        missing: commands that were to be asked and have no answer at all.
        parse: what the text gave; None while it is not parsed.
    """

    device: str
    status: VisitStatus
    host: str = ""
    site: str = ""
    platform: str = ""
    hostname: str = ""
    driver: Driver = Driver.DIALOGUE
    profile: AlgorithmProfile | None = None
    attempts: int = 0
    started_at: datetime | None = None
    seconds: float = 0.0
    commands: Mapping[str, AnswerStatus] = field(default_factory=dict)
    sizes: Mapping[str, int] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    failure: Failure | None = None
    warnings: tuple[str, ...] = ()
    parse: ParseAccount | None = None

    @property
    def size(self) -> int:
        """Bytes of all answers."""
        return sum(self.sizes.values())

    @property
    def whole(self) -> frozenset[str]:
        """Commands that need not be asked again: not those that were refused where that is why the visit is not whole."""
        is_refused = self.failure is not None and self.failure.kind is FailureKind.PRIVILEGE
        whole = WHOLE_ANSWERS - REFUSED_ANSWERS if is_refused else WHOLE_ANSWERS
        return frozenset(command for command, status in self.commands.items() if status in whole)


def old_algorithms(visits: Iterable[VisitAccount]) -> dict[AlgorithmProfile, tuple[str, ...]]:
    """The devices that were reached with old SSH algorithms only, the oldest profile first."""
    found: dict[AlgorithmProfile, list[str]] = {}
    for visit in visits:
        if visit.profile not in (None, AlgorithmProfile.MODERN):
            found.setdefault(visit.profile, []).append(visit.device)
    return {profile: tuple(sorted(found[profile])) for profile in reversed(AlgorithmProfile) if profile in found}
