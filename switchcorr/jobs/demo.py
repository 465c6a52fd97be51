"""The demonstration: a week of an invented site with two planted causes, explained like any other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.request import CampusRequest, CorrelateRequest, Progress, Times, say_nothing
from switchcorr.lab.founding import CLUSTER, SICK_MODULE, write_both
from switchcorr.model.incident import Verdict
from switchcorr.settings import Settings

NOW = datetime(2009, 6, 30, tzinfo=UTC)
PLANTED = ((Verdict.CALL_SERVER, CLUSTER), (Verdict.NETWORK, SICK_MODULE))


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """The answer, whether it names what was planted, and the files it was made from."""

    outcome: CorrelationOutcome
    found: bool
    files: tuple[Path, ...]


def run_demo(directory: Path, *, settings: Settings, progress: Progress = say_nothing) -> DemoOutcome:
    """Write the site's files into a directory and explain them.

    Raises:
        InputFileError: the directory cannot be made or written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputFileError(f"{directory}: cannot be made: {error.strerror}.") from error
    site = write_both(directory)
    request = CorrelateRequest(
        times=Times(now=NOW, log_zone="UTC"),
        campus=CampusRequest(locations=site.locations),
        events=(site.log,),
        servers=(site.alerts,),
        settings=settings,
    )
    outcome = correlate(request, progress)
    named = {(incident.verdict, cause.component.id) for incident in outcome.result.incidents for cause in incident.causes[:1]}
    return DemoOutcome(outcome, named == set(PLANTED), (site.log, site.alerts, site.locations))
