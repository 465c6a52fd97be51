"""Incidents that were told before keep their ids, though their beginning or their leading suspect is another now. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from switchcorr.model.incident import Correlation, Incident

SAME_PHONES = 0.5
"""Share of the smaller incident's phones that makes two overlapping incidents one. Assumed: half."""


def with_known_ids(result: Correlation, known: Sequence[Incident]) -> Correlation:
    """The answer, in which each incident that was told before has the id it had then; an id is given once.

    Args:
        known: incidents told before, of any time.
    """
    free = {one.id: one for one in known}
    found: dict[int, str] = {}
    for place, incident in enumerate(result.incidents):  # the same id goes first: nothing else may take it
        if free.pop(incident.id, None) is not None:
            found[place] = incident.id
    for place, incident in enumerate(result.incidents):
        best = same_of(incident, free.values()) if place not in found else None
        if best is not None:
            found[place] = best.id
            del free[best.id]
    incidents = [replace(incident, id=found.get(place, incident.id)) for place, incident in enumerate(result.incidents)]
    return replace(result, incidents=tuple(incidents))


def same_of(incident: Incident, known: Iterable[Incident]) -> Incident | None:
    """Which of the known incidents one is: of several the nearest in time; None if it is none of them."""
    return min((one for one in known if is_same(incident, one)), key=lambda one: (abs(one.start - incident.start), one.id), default=None)


def is_same(one: Incident, other: Incident) -> bool:
    """Whether two incidents overlap in time and lost the same phones, or most of those of the smaller one."""
    if one.start > other.end or other.start > one.end:
        return False
    mine, theirs = ({phone.phone for phone in incident.phones} for incident in (one, other))
    fewer = min(len(mine), len(theirs))
    return fewer > 0 and len(mine & theirs) >= SAME_PHONES * fewer
