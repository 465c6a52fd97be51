"""The demonstration: a simulated campus swept twice by SSH, a log with planted causes, and what is made of them like of any other network."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.collect.progress import SweepEvent, SweepProgress, advance
from switchcorr.errors import ExitCode, InputFileError
from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Progress, Times, say_nothing
from switchcorr.jobs.lab import claim, write_inventory
from switchcorr.jobs.sweep.run import SweepOutcome, SweepRequest, Watch, run_sweep
from switchcorr.lab.demo import END, demo_campus, demo_manners, time_of_visit, write_demo_log
from switchcorr.lab.site import site_switches
from switchcorr.lab.ssh_server import LabThread
from switchcorr.settings import Settings

_IDLE_S = 1
"""Of silence, here: everything is on this machine, and one switch is meant to hang."""
_FOLDERS = ("captures-before", "captures-after")
_LOG = "CiscoSyslog"
_MADE_ANEW = (*_FOLDERS, "inventory", "state")


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """The answer, what was planted and not named, the two sweeps, and the files the answer was made from."""

    outcome: CorrelationOutcome
    not_named: tuple[str, ...]
    sweeps: tuple[SweepOutcome, ...]
    files: tuple[Path, ...]


def run_demo(directory: Path, *, settings: Settings, progress: Progress = say_nothing) -> DemoOutcome:
    """Serve the campus on 127.0.0.1, sweep it before and after a week, write the week's log, and explain all of it.

    Raises:
        UsageError: the directory holds somebody's own inventory, state or captures.
        InputFileError: the directory cannot be made or written.
        SwitchcorrError: as ``run_sweep`` and ``correlate``.
        KeyboardInterrupt: a sweep was interrupted.
    """
    _make_room(directory)
    campus, manners, log = demo_campus(), demo_manners(), directory / _LOG
    sweeps = []
    with LabThread(site_switches(campus, manners)) as lab:
        write_inventory(directory, campus, manners, lab)
        for visit, name in enumerate(_FOLDERS, start=1):
            lab.visit = visit
            watch = _shown_as(f"sweep {visit} of {len(_FOLDERS)}", progress)
            sweeps.append(_sweep(directory, directory / name, visit, settings=settings, watch=watch))
            if sweeps[-1].exit_code is ExitCode.INTERRUPTED:
                raise KeyboardInterrupt  # the sweep has answered it, and it was meant for all of the demonstration
    planted = write_demo_log(campus, log)
    folders = tuple(sweep.folder for sweep in sweeps)
    request = CorrelateRequest(times=Times(now=END), campus=CampusRequest(captures=folders), events=(log,), ports=True, settings=settings)
    outcome = correlate(request, progress)
    named = {(incident.verdict, cause.component.id) for incident in outcome.result.incidents for cause in incident.causes[:1]}
    not_named = tuple(one.component for one in planted if (one.verdict, one.component) not in named)
    return DemoOutcome(outcome, not_named, tuple(sweeps), (*folders, log))


def _make_room(directory: Path) -> None:
    """Make the directory; take away what an earlier demonstration left in it, and nothing else."""
    claim(directory, (*_MADE_ANEW, _LOG, "report.html"))
    try:
        for name in _MADE_ANEW:
            if (directory / name).is_dir():
                shutil.rmtree(directory / name)
    except OSError as error:
        raise InputFileError(f"{directory}: cannot be made: {error.strerror}.") from error


def _sweep(directory: Path, out: Path, visit: int, *, settings: Settings, watch: Watch) -> SweepOutcome:
    request = SweepRequest(
        state_dir=directory / "state", inventory=str(directory / "inventory"), out=out, clock=lambda: time_of_visit(visit)
    )
    return run_sweep(request, settings=replace(settings, idle_s=_IDLE_S), watch=watch)


def _shown_as(stage: str, progress: Progress) -> Watch:
    """What a sweep tells, as a stage of the demonstration."""
    state = SweepProgress()

    def watch(event: SweepEvent) -> None:
        nonlocal state
        state = advance(state, event)
        progress(stage, state.ended, state.total)

    return watch
