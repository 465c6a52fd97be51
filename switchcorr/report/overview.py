"""The list of the verdict: a line for each incident, one for all of a part that failed again; what is worst now stands first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.model.incident import NAMED_FROM, Correlation, Incident, Verdict
from switchcorr.report.views import IncidentView, different_endpoints, times_told


@dataclass(frozen=True, slots=True)
class OverviewLine:
    """One line.

    Attributes:
        incidents: in order of time; their verdict, and what to do first, are those of the last.
        again: how often it was the same part; empty for once.
        endpoints: how many different ones were lost.
        sure: how sure that is; of several the least.
        back: how many of them are not back; empty where the log tells of no return.
    """

    incidents: tuple[IncidentView, ...]
    again: str
    endpoints: str
    sure: str
    back: str

    @property
    def last(self) -> IncidentView:
        """The incident whose words it has."""
        return self.incidents[-1]


def overview_lines(result: Correlation, views: Sequence[IncidentView]) -> tuple[OverviewLine, ...]:
    """The lines; most endpoints that are not back first, then most lost, then the earliest.

    Args:
        result: the answer.
        views: of its incidents.
    """
    groups: dict[object, list[int]] = {}
    for place, incident in enumerate(result.incidents):
        groups.setdefault(_same(incident) or place, []).append(place)
    told = any(phone.back_at is not None for incident in result.incidents for phone in incident.phones)
    ordered = sorted(groups.values(), key=lambda places: _rank([result.incidents[place] for place in places]))
    return tuple(_line([result.incidents[place] for place in places], [views[place] for place in places], told=told) for places in ordered)


def _same(incident: Incident) -> object:
    """What two incidents of the same part have in common; nothing where no single one is named."""
    if incident.verdict is Verdict.NOT_PROVEN or len(incident.causes) != 1 or incident.causes[0].probability < NAMED_FROM:
        return None
    return incident.verdict, incident.causes[0].component.kind, incident.causes[0].component.id


def _rank(incidents: Sequence[Incident]) -> tuple[int, int]:
    """Ties stay in order of time: the groups are in that of their first incidents."""
    return -_down(incidents), -different_endpoints(incidents)


def _down(incidents: Sequence[Incident]) -> int:
    """Different phones that are not back; added up where an incident does not list its own."""
    down = {phone.phone for incident in incidents for phone in incident.phones if phone.back_at is None}
    counted_once = all(sum(phone.back_at is None for phone in incident.phones) == incident.still_down for incident in incidents)
    return len(down) if counted_once else sum(incident.still_down for incident in incidents)


def _line(incidents: Sequence[Incident], views: Sequence[IncidentView], *, told: bool) -> OverviewLine:
    sure = [
        view.sure
        for _, view in sorted(zip(incidents, views, strict=True), key=lambda one: min((c.probability for c in one[0].causes), default=0.0))
    ]
    down = _down(incidents)
    return OverviewLine(
        incidents=tuple(views),
        again=f", {times_told(len(views))}" if len(views) > 1 else "",
        endpoints=f"{different_endpoints(incidents):,}",
        sure=sure[0] if len(set(sure)) == 1 else f"at least {sure[0]}",
        back="" if not told else f"{down:,} not back" if down else "all back",
    )
