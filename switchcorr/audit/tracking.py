"""Which incidents are news: each is told once when it is sure enough, again when it has grown or is seen otherwise, and when it is over. Pure."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import final

from switchcorr.audit.identity import same_of
from switchcorr.audit.news import QUIET, has_grown
from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident, Verdict
from switchcorr.model.series import Series

QUIET_S = QUIET.total_seconds()
"""An incident that has not grown for so long is over."""
UNPROVEN_S = 60.0
"""How long it is waited for proof before "not proven" is told. Assumed: half of the time in which one fault's drops come."""
PAUSE_S = 60.0
"""Between two messages of one incident. Assumed."""
REMEMBERED_S = 7200.0
"""How long an incident that is over is known. Assumed; it has to be longer than judgements look back."""


class News(enum.Enum):
    """What is told of an incident."""

    NEW = "new"
    AGAIN = "again"
    GROWN = "grown"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Told:
    """One message: the incident as it is seen now, under the id it was first told with.

    Attributes:
        number: of the message, from 1; an incident's messages are numbered through, and those of a series.
        series: the bursts of its part, if it is known.
    """

    news: News
    incident: Incident
    number: int
    series: Series | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """A known incident, for whoever goes on after this process has ended.

    Attributes:
        quiet_s: since when it has not grown.
        is_over: whether it was over.
        told: as it was told last, without its phones; None if it was not told.
        told_s: how long ago that was.
        messages: how many were told.
    """

    incident: Incident
    quiet_s: float
    is_over: bool = False
    told: Incident | None = None
    told_s: float = 0.0
    messages: int = 0


@dataclass(slots=True, eq=False)
class _Tracked:
    incident: Incident
    grown_at: float
    told: Incident | None = None
    told_at: float = 0.0
    messages: int = 0


@final
class IncidentTracker:
    """Give it every judgement; it tells what is news. Moments are seconds of any clock that never steps back.

    Args:
        is_planned: whether an incident belongs to planned work as it is now; nothing is told of one then. One that outlasts it is new.
    """

    def __init__(self, is_planned: Callable[[Incident], bool] = lambda _: False) -> None:
        self._is_planned = is_planned
        self._open: list[_Tracked] = []
        self._over: list[_Tracked] = []

    def kept(self, moment: float) -> tuple[Kept, ...]:
        """Everything that is known."""
        return tuple(_kept(one, moment, is_over=one in self._over) for one in (*self._open, *self._over))

    def restore(self, known: Sequence[Kept], moment: float, away_s: float) -> None:
        """Go on with what another tracker knew, so many seconds ago."""
        for one in known:
            made = _Tracked(one.incident, moment - one.quiet_s - away_s, one.told, moment - one.told_s - away_s, one.messages)
            (self._over if one.is_over else self._open).append(made)

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
            one = self._known(incident, seen)
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

    def _known(self, incident: Incident, seen: Sequence[_Tracked]) -> _Tracked | None:
        tracked = {one.incident.id: one for one in (*self._open, *self._over) if one not in seen}
        same = same_of(incident, [one.incident for one in tracked.values()])
        return tracked[same.id] if same is not None else None

    @property
    def ids(self) -> frozenset[str]:
        """Of all incidents that are known."""
        return frozenset(one.incident.id for one in (*self._open, *self._over))

    def rename(self, ids: Mapping[str, str]) -> None:
        """Have incidents by other ids from now on: somebody else has told of them already."""
        for one in (*self._open, *self._over):
            one.incident = replace(one.incident, id=ids.get(one.incident.id, one.incident.id))

    def passed(self, moment: float) -> list[Told]:
        """What is news because time went by."""
        planned = [one for one in self._open if self._is_planned(one.incident)]
        found = [told for one in self._open if one not in planned and (told := _news(one, moment)) is not None]
        over = [one for one in self._open if moment - one.grown_at >= QUIET_S]
        self._open = [one for one in self._open if one not in over]
        self._over = [one for one in (*self._over, *over) if moment - one.grown_at < REMEMBERED_S]
        return [*found, *(_told(one, News.ENDED, moment) for one in over if one.told is not None and one not in planned)]


def _kept(one: _Tracked, moment: float, *, is_over: bool) -> Kept:
    told = replace(one.told, phones=()) if one.told is not None else None
    return Kept(one.incident, moment - one.grown_at, is_over, told, moment - one.told_at if told is not None else 0.0, one.messages)


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
    return has_grown(before.explained, now.explained) or now.verdict is not before.verdict or _leading(now) != _leading(before)


def _leading(incident: Incident) -> frozenset[Component]:
    """The first cause, with all that cannot be told apart from it."""
    return frozenset((incident.causes[0].component, *incident.causes[0].equivalent)) if incident.causes else frozenset()
