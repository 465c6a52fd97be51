"""Incidents of an audit beside those of the last run: which are new, have grown, are over, and which belong to planned work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from switchcorr.audit.compare import device_of
from switchcorr.audit.news import QUIET, has_grown
from switchcorr.audit.series import Begun, Place, places_of, quiet_after
from switchcorr.model.incident import Incident, Verdict
from switchcorr.model.mask import Mask
from switchcorr.model.message import IncidentState
from switchcorr.model.series import Series

_NOBODY: Mapping[str, int] = {}


@dataclass(frozen=True, slots=True)
class Standing:
    """How an incident stood when a run ended.

    Attributes:
        endpoints: phones of it (``Incident.explained``) when it was told last.
        over: whether nothing was added any more.
        begun: the series of which it is a burst; None for the first.
    """

    endpoints: int
    over: bool
    begun: Begun | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """Incidents of one run against those of the last.

    Attributes:
        new: ids of those that no run before has found.
        states: what is told of each; an incident that is as it was told has no entry.
        planned: names of the planned work an incident belongs to; it is told to nobody.
        now: how they stand, for the next run; planned ones are left out, so one that outlasts the work is new then.
        series: the bursts of its part up to an incident.
    """

    new: tuple[str, ...] = ()
    states: Mapping[str, IncidentState] = field(default_factory=dict)
    planned: Mapping[str, str] = field(default_factory=dict)
    now: Mapping[str, Standing] = field(default_factory=dict)
    series: Mapping[str, Series] = field(default_factory=dict)


def stand(
    incidents: Sequence[Incident], last: Mapping[str, Standing], masks: Sequence[Mask], at: datetime, told: Mapping[str, int] = _NOBODY
) -> Standings:
    """Compare the incidents of a run with those of the last one that came to its end; bursts of one part are told as one story (``series``).

    Args:
        at: when the run concludes.
        told: of incidents of which somebody was told, by an audit or live: the most phones they were told with.
    """
    planned = {one.id: names for one in incidents if (names := planned_work(one, masks))}
    states: dict[str, IncidentState] = {}
    now: dict[str, Standing] = {}
    places = places_of(
        (one for one in incidents if one.id not in planned), {id_: one.begun for id_, one in last.items() if one.begun is not None}
    )
    fresh = {one.series.id for id_, one in places.items() if one.earlier and one.is_news and id_ not in last and id_ not in told}
    for one in (incident for incident in incidents if incident.id not in planned):
        known = Standing(told[one.id], over=False) if one.id in told else None
        before = last.get(one.id, known)
        if before is not None and known is not None:
            before = replace(before, endpoints=max(before.endpoints, known.endpoints))
        place = places[one.id]
        if before is not None and place.earlier:
            before = replace(before, endpoints=max(before.endpoints, *(burst.explained for burst in place.earlier)))
        standing = _standing(place, at)
        state = _state(before, standing, place, is_fresh=place.series.id in fresh)
        if state is not None:
            states[one.id] = state
        now[one.id] = replace(before, over=standing.over, begun=standing.begun) if before is not None and state is None else standing
    series = {id_: place.series for id_, place in places.items()}
    return Standings(tuple(id_ for id_ in now if id_ not in last), states, planned, now, series)


def _standing(place: Place, at: datetime) -> Standing:
    """How an incident stands; one of a series is over by the rhythm of that, and has grown if it is larger than all before."""
    one, series = place.burst, place.series
    begun = Begun(series.count, series.id, series.since) if series.count > 1 else None
    quiet = quiet_after(place.series) if place.earlier and place.is_newest else QUIET
    return Standing(place.series.most if place.earlier else one.explained, at - one.end >= quiet, begun)


def _state(before: Standing | None, now: Standing, place: Place, *, is_fresh: bool) -> IncidentState | None:
    """What is told of an incident; of several bursts that a run finds, and of which any is news (``is_fresh``), the newest is told."""
    if before is None and not place.earlier:
        return IncidentState.NEW
    if before is None:
        return IncidentState.AGAIN if place.is_newest and is_fresh else None
    if now.over and not before.over:
        return IncidentState.ENDED if place.is_newest or not place.earlier else None  # of a series one end is told
    return IncidentState.GROWN if has_grown(before.endpoints, now.endpoints) else None


def planned_work(incident: Incident, masks: Sequence[Mask]) -> str:
    """The planned work that an incident belongs to; empty for none.

    All of it must lie in the time of one mask, and every part of the network that may be its cause at a device of it. An incident that is
    not the network's, or of which the cause is not proven, belongs to none.
    """
    devices = {device_of(component) for cause in incident.causes for component in (cause.component, *cause.equivalent)}
    if incident.verdict is not Verdict.NETWORK or not devices:
        return ""
    moments = (incident.start, incident.end)
    return ", ".join(mask.name for mask in masks if all(mask.covers(device, at) for device in devices for at in moments))


def to_summary(now: Mapping[str, Standing]) -> dict[str, object]:
    """How incidents stand, as a run keeps it."""
    return {
        id_: [one.endpoints, one.over, *([one.begun.count, one.begun.first, one.begun.since.isoformat()] if one.begun is not None else [])]
        for id_, one in sorted(now.items())
    }


def from_summary(summary: Mapping[str, object]) -> dict[str, Standing] | None:
    """How incidents stood at the end of a run; None if that run did not keep it."""
    kept = summary.get("incidents")
    if not isinstance(kept, dict):
        return None
    return {id_: Standing(int(endpoints), bool(over), _begun(rest)) for id_, (endpoints, over, *rest) in kept.items()}


def _begun(kept: Sequence[object]) -> Begun | None:
    match kept:
        case [int(count), str(first), str(since)]:
            return Begun(count, first, datetime.fromisoformat(since))
        case _:
            return None
