"""What the audit was asked, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from switchcorr.audit.silence import Heard
from switchcorr.audit.standing import Standings
from switchcorr.errors import ExitCode
from switchcorr.jobs.correlate import CorrelationOutcome
from switchcorr.jobs.inputs.request import CampusRequest, Times
from switchcorr.jobs.notify import NotifyOutcome
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.sweep.request import utc_now
from switchcorr.jobs.sweep.run import SweepRequest
from switchcorr.model.changes import Change, Comparison
from switchcorr.settings import Settings


@dataclass(frozen=True, slots=True)
class AuditRequest:
    """What is to be done.

    Attributes:
        times: how times in event files are read.
        sweep: which switches are visited; None visits none: others keep the store filled.
        events: files that are taken into the store first.
        reports: folder of the pages.
        learned: where the calibration of this site is, if there is one.
        skipped: runs that were left out since the last one, as it took too long.
        environment: variables for ``env:`` references.
        clock: the time of day, aware.
    """

    place: StorePlace
    state_dir: Path
    reports: Path
    times: Times
    settings: Settings
    sweep: SweepRequest | None = None
    events: tuple[Path, ...] = ()
    campus: CampusRequest = field(default_factory=CampusRequest)
    learned: Path | None = None
    skipped: int = 0
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    clock: Callable[[], datetime] = utc_now


@dataclass(frozen=True, slots=True)
class Conclusions:
    """What a run concludes.

    Attributes:
        answer: the correlation; None if there was nothing to correlate.
        standings: the incidents beside those of the last run.
        changes: incidents and findings, compared with the last run.
        open: findings that last, and that nobody acknowledged or planned.
    """

    answer: CorrelationOutcome | None
    standings: Standings
    changes: Comparison
    open: tuple[Change, ...]

    @property
    def new_incidents(self) -> tuple[str, ...]:
        """Ids of incidents that were never told before, and that are no part of planned work."""
        return self.standings.new


@dataclass(frozen=True, slots=True)
class AuditOutcome:
    """What came of a run.

    Attributes:
        at: when it concluded: everything up to then is judged.
        problems: what could not be done, as sentences: conclusions are partial where there are any.
        page: the report; None if there is none.
        assumptions: what was assumed when the event files were read, as sentences.
        heard: how old the log is, for the next run.
    """

    at: datetime
    seconds: float
    conclusions: Conclusions
    problems: tuple[str, ...] = ()
    page: Path | None = None
    notified: NotifyOutcome = field(default_factory=NotifyOutcome)
    devices: int = 0
    devices_read: int = 0
    skipped: int = 0
    assumptions: tuple[str, ...] = ()
    heard: Heard | None = None

    @property
    def exit_code(self) -> ExitCode:
        """4 if there is something to look at, 3 if the run is partial, else 0."""
        if self.conclusions.new_incidents or self.conclusions.open:
            return ExitCode.FINDINGS
        return ExitCode.PARTIAL if self.problems else ExitCode.DONE
