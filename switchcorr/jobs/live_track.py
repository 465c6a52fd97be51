"""Which incidents are news: each is told once when it is sure enough, again when it has grown or is seen otherwise, and when it is over. Pure."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident, Verdict

QUIET_S = 300.0
"""An incident that has not grown for so long is over. Assumed: longer than a window of the correlation and than the timers of SCCP (90 s) and SIP (130 s)."""
UNPROVEN_S = 60.0
"""How long it is waited for proof before "not proven" is told. Assumed: half of the time in which one fault's drops come."""
PAUSE_S = 60.0
"""Between two messages of one incident. Assumed."""
GROWTH = 1.5
"""By what factor more phones are news. Assumed."""
_LEAST_GROWTH = 5
_REMEMBERED_S = 7200.0
"""How long an incident that is over is known; longer than judgements look back (``live.LOOK_BACK``)."""


class News(enum.Enum):
    """What is told of an incident."""

    NEW = "new"
    GROWN = "grown"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Told:
    """One message: the incident as it is seen now, under the id it was first told with.

    Attributes:
        number: of the message, from 1; an incident's messages are numbered through.
    """

    news: News
    incident: Incident
    number: int


@dataclass(slots=True, eq=False)
class _Tracked:
    incident: Incident
    grown_at: float
    told: Incident | None = None
    told_at: float = 0.0
    messages: int = 0


@final
class IncidentTracker:
    """Give it every judgement; it tells what is news. Moments are seconds of any clock that never steps back."""

    def __init__(self) -> None:
        self._open: list[_Tracked] = []
        self._over: list[_Tracked] = []

    def first(self, since: datetime) -> datetime:
        """When the oldest open incident began, or ``since`` if none is older."""
        return min((since, *(one.incident.start for one in self._open)))

    @property
    def is_waiting(self) -> bool:
        """Whether an incident is open."""
        return bool(self._open)

    def judged(self, incidents: Sequence[Incident], moment: float) -> list[Told]:
        """Take what a judgement found; one that it no longer finds stays open until it is over."""
        seen: list[_Tracked] = []
        for incident in incidents:
            known = (one for one in (*self._open, *self._over) if one not in seen and _overlap(one.incident, incident))
            one = next(known, None)
            if one is None:
                one = _Tracked(incident, moment)
                self._open.append(one)
            elif incident.events != one.incident.events:
                one.grown_at = moment
                if one in self._over:  # what was over goes on
                    self._over.remove(one)
                    self._open.append(one)
            one.incident = replace(incident, id=one.incident.id)
            seen.append(one)
        return self.passed(moment)

    def passed(self, moment: float) -> list[Told]:
        """What is news because time went by."""
        found = [told for one in self._open if (told := _news(one, moment)) is not None]
        over = [one for one in self._open if moment - one.grown_at >= QUIET_S]
        self._open = [one for one in self._open if one not in over]
        self._over = [one for one in (*self._over, *over) if moment - one.grown_at < _REMEMBERED_S]
        return [*found, *(_told(one, News.ENDED, moment) for one in over)]


def _news(one: _Tracked, moment: float) -> Told | None:
    if one.told is None:
        is_sure = one.incident.verdict is not Verdict.NOT_PROVEN
        return _told(one, News.NEW, moment) if is_sure or moment - one.grown_at >= UNPROVEN_S else None
    if moment - one.told_at < PAUSE_S or not _differs(one.told, one.incident):
        return None
    return _told(one, News.GROWN, moment)


def _told(one: _Tracked, news: News, moment: float) -> Told:
    one.told, one.told_at = one.incident, moment
    one.messages += 1
    return Told(news, one.incident, one.messages)


def _differs(before: Incident, now: Incident) -> bool:
    more = now.endpoints - before.endpoints
    has_grown = more >= _LEAST_GROWTH and now.endpoints >= before.endpoints * GROWTH
    return has_grown or now.verdict is not before.verdict or _leading(now) != _leading(before)


def _leading(incident: Incident) -> frozenset[Component]:
    """The first cause, with all that cannot be told apart from it."""
    return frozenset((incident.causes[0].component, *incident.causes[0].equivalent)) if incident.causes else frozenset()


def _overlap(one: Incident, other: Incident) -> bool:
    """Whether two judgements are of the same drops."""
    return one.start <= other.end and other.start <= one.end
