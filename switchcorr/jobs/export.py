"""Incidents and the network for other programs."""

from __future__ import annotations

from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import CorrelationOutcome
from switchcorr.jobs.report import estate_of
from switchcorr.model.incident import Cause, Incident
from switchcorr.report.draw.cause import cause_drawing
from switchcorr.report.draw.shapes import Picture
from switchcorr.report.tally import tally_of_cause, tally_of_incident


def drawing_of(outcome: CorrelationOutcome, number: int) -> tuple[Picture, str]:
    """The drawing of a cause, and its name.

    Args:
        outcome: a correlation.
        number: of the cause over all incidents, from 1, as on the report page.

    Raises:
        UsageError: there is no such cause, or no place of its phones is known.
    """
    causes = [(incident, cause) for incident in outcome.result.incidents for cause in incident.causes]
    if not 1 <= number <= len(causes):
        known = "; ".join(f"{place}: {cause.component.kind} {cause.component.id}" for place, (_, cause) in enumerate(causes, start=1))
        raise UsageError(f"there is no cause {number}.", hint=f"Known: {known or 'none; no cause is named'}.")
    incident, cause = causes[number - 1]
    return _drawing(outcome, incident, cause), cause.component.label or f"{cause.component.kind} {cause.component.id}"


def _drawing(outcome: CorrelationOutcome, incident: Incident, cause: Cause) -> Picture:
    estate = estate_of(outcome)
    picture = cause_drawing(
        estate, cause, tally_of_incident(estate, incident), tally_of_cause(estate, incident, incident.causes.index(cause))
    )
    if picture is None:
        raise UsageError("no place of its phones is known, so nothing can be drawn.", hint="Give --captures DIR or --locations FILE.csv.")
    return picture
