"""The demonstration: a simulated campus with planted causes, explained like any other network."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.request import CampusRequest, CorrelateRequest, Progress, Times, say_nothing
from switchcorr.lab.demo import END, write_demo
from switchcorr.settings import Settings


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """The answer, what was planted and not named, and the files it was made from."""

    outcome: CorrelationOutcome
    not_named: tuple[str, ...]
    files: tuple[Path, ...]


def run_demo(directory: Path, *, settings: Settings, progress: Progress = say_nothing) -> DemoOutcome:
    """Write the campus's captures and log into a directory and explain them.

    Raises:
        InputFileError: the directory cannot be made or written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputFileError(f"{directory}: cannot be made: {error.strerror}.") from error
    progress("campus", 0, 1)
    site = write_demo(directory)
    progress("campus", 1, 1)
    request = CorrelateRequest(times=Times(now=END), campus=CampusRequest(captures=site.captures), events=(site.log,), settings=settings)
    outcome = correlate(request, progress)
    named = {(incident.verdict, cause.component.id) for incident in outcome.result.incidents for cause in incident.causes[:1]}
    not_named = tuple(planted.component for planted in site.planted if (planted.verdict, planted.component) not in named)
    return DemoOutcome(outcome, not_named, (*site.captures, site.log))
