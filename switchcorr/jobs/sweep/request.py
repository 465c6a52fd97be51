"""The job ``sweep``: inventory and credentials in, captures and a manifest out, with an account of every device.

plan_sweep(request, settings=...) -> SweepPlan                      # --dry-run: connects to nothing, resolves no secret
run_sweep(request, settings=..., watch=..., stop=...) -> SweepOutcome
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.collect.breaker import FAILURES_TO_STOP
from switchcorr.collect.failures import NextStep
from switchcorr.collect.progress import SweepEvent
from switchcorr.errors import ExitCode
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import VisitStatus
from switchcorr.secret import Secret

Watch = Callable[[SweepEvent], None]
"""Told what happens, always from the thread that called ``run_sweep``; must return at once."""


def utc_now() -> datetime:
    """The time of this machine."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """What ``sweep`` was asked.

    Attributes:
        state_dir: where sweeps, host keys and what was learned are kept (``settings.state_directory``).
        inventory: directory, file or URL; empty is that of the settings.
        out: where the captures go; None is a folder of its own in the state directory.
        limit: names of devices and patterns, ``A,B-*,!C``; empty is all. Devices must fit each of these three that is given.
        group: only devices of this inventory group.
        site: only devices of this site.
        algorithms: devices that may be reached with older SSH algorithms in this sweep only.
        resume: complete a sweep that ended early instead of beginning a new one.
        resume_from: its folder; None is that of the last sweep.
        commands: ask these of each platform's commands only, whole words of the declaration; empty is all that a sweep asks.
        parse: whether the text is parsed too, to say what it gave.
        environment: variables for ``env:`` references.
        ask: asks the user for a secret that the inventory wants typed; None is nobody there.
        clock: the time of day, aware.
        hide: told of all secrets before any is used, so that no log shows one.
        name: of the sweep; empty is the moment it begins.
        failures_to_stop: refused logins in a row that stop it.
    """

    state_dir: Path
    inventory: str = ""
    out: Path | None = None
    limit: str = ""
    group: str = ""
    site: str = ""
    algorithms: Mapping[str, AlgorithmProfile] = field(default_factory=dict)
    resume: bool = False
    resume_from: Path | None = None
    commands: tuple[str, ...] = ()
    parse: bool = True
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    ask: Callable[[str], str] | None = None
    clock: Callable[[], datetime] = utc_now
    hide: Callable[[Iterable[Secret]], object] = list
    name: str = ""
    failures_to_stop: int = FAILURES_TO_STOP


@dataclass(frozen=True, slots=True)
class PlannedCommand:
    """A row of the dry run.

    Attributes:
        platform: empty if it is found out at the visit; then ``command`` is ``show version``, which finds it out.
        driver: what would talk to the device; never ``AUTO``.
    """

    device: str
    host: str
    port: int
    site: str
    platform: str
    driver: Driver
    command: str


@dataclass(frozen=True, slots=True)
class SweepPlan:
    """What a sweep would do."""

    commands: tuple[PlannedCommand, ...]
    devices: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SweepOutcome:
    """What a sweep did.

    Attributes:
        sweep: its name: the moment it began, ``20261128T060000Z``.
        folder: where the captures and ``manifest.json`` are.
        visits: one a device of the inventory's selection, sorted by name; those of the resumed sweep that were whole are among them.
        steps: what to do about what is not whole.
        warnings: of the inventory and of the sweep as a whole.
    """

    sweep: str
    folder: Path
    state: SweepState
    started_at: datetime
    ended_at: datetime
    seconds: float
    visits: tuple[VisitAccount, ...]
    steps: tuple[NextStep, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """0 everything answered, 3 some of it, 1 nothing or stopped by refused logins, 130 interrupted by the user."""
        if any(visit.failure is not None and visit.failure.kind == "interrupted" for visit in self.visits):
            return ExitCode.INTERRUPTED
        if self.state is SweepState.DONE and all(visit.status is VisitStatus.ANSWERED for visit in self.visits):
            return ExitCode.DONE
        some = self.state is not SweepState.STOPPED and any(visit.size for visit in self.visits if visit.status is not VisitStatus.FAILED)
        return ExitCode.PARTIAL if some else ExitCode.FAILED
