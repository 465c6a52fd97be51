"""Bursts of one part that follow each other are told as one story: the first as ever, then ever more rarely, and one end by their own rhythm. Pure.

Each burst is an incident of its own, as a correlation finds it. Told of it is the 2nd, the 4th, the 8th... burst of a series (each time their
number has doubled), one that is worse (more phones by as much as makes any incident news again, or another verdict), and one after an end
was told. The end is told when nothing came for twice the longest pause between two bursts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import final

from switchcorr.audit.news import QUIET, has_grown
from switchcorr.audit.tracking import News, Told
from switchcorr.model.campus import Component
from switchcorr.model.incident import Incident, Verdict
from switchcorr.model.series import Series

ALIKE = 0.5
"""Share of the larger burst's phones that two must have in common to be of one part, where no component says so. Assumed: half."""
SUSPECTED = 0.25
"""Probability from which the leading suspect of what is not proven counts as its part. Assumed."""
LEAST_JOINED = timedelta(hours=2)
"""A second burst within this time belongs to the first. Assumed: an audit and a live watch remember an incident for as long."""
MOST_JOINED = timedelta(hours=6)
"""So long a series is waited for at most, however slow its rhythm is. Assumed: an end that is told half a day late is told to nobody."""
PAUSES = 2.0
"""Times the longest pause: one burst too small to be seen does not end a series. Assumed."""
_OPEN = timedelta(days=1)
"""A burst of which no end is told for so long is forgotten: it became planned work. Assumed."""
_KEPT = 24
"""Bursts of which the beginning is remembered."""


@dataclass(frozen=True, slots=True)
class KnownSeries:
    """A series as it is known.

    Attributes:
        last: its newest burst, as it was seen last.
        bursts: ids of the newest bursts.
        told: ids of those of them of which somebody was told.
        verdicts: that were told.
        ended_at: since when nothing came; None while a burst goes on.
        is_over: whether its end was told since anything else was.
        is_down_told: whether it was told that its phones stayed down.
        number: of the last message.
    """

    series: Series
    last: Incident
    bursts: tuple[str, ...]
    told: tuple[str, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    ended_at: datetime | None = None
    is_over: bool = False
    is_down_told: bool = False
    number: int = 0


def quiet_after(series: Series) -> timedelta:
    """How long nothing must have come for a series to be over."""
    longest = max(series.pauses, default=timedelta())
    return min(max(QUIET, longest * PAUSES), MOST_JOINED)


def joined_within(series: Series) -> timedelta:
    """How long after the beginning of the last burst another one still belongs to a series."""
    return max(LEAST_JOINED, quiet_after(series))


def of_one_part(one: Incident, other: Incident) -> bool:
    """Whether two bursts are of the same part: the same cause leads, or most of the phones are the same and nothing says that it is another."""
    mine, theirs = _part(one), _part(other)
    if mine & theirs:
        return True
    if one.verdict is not other.verdict:
        return False
    phones, others = ({phone.phone for phone in incident.phones} for incident in (one, other))
    return len(phones & others) >= ALIKE * max(len(phones), len(others), 1)


def _part(incident: Incident) -> frozenset[Component]:
    if incident.causes:
        return frozenset((incident.causes[0].component, *incident.causes[0].equivalent))
    leading = incident.suspects[0] if incident.suspects else None
    return frozenset((leading.component, *leading.equivalent)) if leading and leading.probability >= SUSPECTED else frozenset()


def is_told(count: int) -> bool:
    """Whether the burst of that number in its series is told for its number alone.

    >>> [count for count in range(1, 70) if is_told(count)]
    [1, 2, 4, 8, 16, 32, 64]
    """
    return count & (count - 1) == 0


def one_more(series: Series, burst: Incident) -> Series:
    """A series with one burst more."""
    return replace(
        series, starts=(*series.starts, burst.start)[-_KEPT:], count=series.count + 1, most=max(series.most, burst.explained)
    )  # fmt: skip


def first_of(burst: Incident) -> Series:
    """The series of a single burst."""
    return Series(burst.id, burst.start, (burst.start,), most=burst.explained)


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of a series without its bursts: how many there were up to an incident, the id of the first, and when that began."""

    count: int
    first: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """Where an incident stands among all of a time.

    Attributes:
        series: up to it, and with it.
        earlier: the bursts before it, in order.
        is_newest: whether no other burst of the series follows.
    """

    burst: Incident
    series: Series
    earlier: tuple[Incident, ...] = ()
    is_newest: bool = True

    @property
    def is_news(self) -> bool:
        """Whether somebody is told that it began: for its number, as it is worse than all before, or as the end of those was told."""
        if not self.earlier or is_told(self.series.count):
            return True
        before = replace(self.series, starts=self.series.starts[:-1])
        is_worse = has_grown(max(one.explained for one in self.earlier), self.burst.explained)
        is_other = self.burst.verdict not in {one.verdict for one in self.earlier}
        return is_worse or is_other or self.burst.start - self.earlier[-1].end > quiet_after(before)


def places_of(incidents: Iterable[Incident], known: Mapping[str, Begun]) -> dict[str, Place]:
    """The series of incidents, by their ids.

    Args:
        known: where an incident stood before: earlier bursts may be too old to be seen now.
    """
    open_: list[Place] = []
    found: dict[str, Place] = {}
    for one in sorted(incidents, key=lambda incident: (incident.start, incident.id)):
        joined = next(
            (place for place in open_ if one.start - place.burst.start <= joined_within(place.series) and of_one_part(one, place.burst)),
            None,
        )
        if joined is None:
            made = Place(one, _going_on(one, known.get(one.id)))
        else:
            open_.remove(joined)
            found[joined.burst.id] = replace(joined, is_newest=False)
            made = Place(one, one_more(joined.series, one), (*joined.earlier, joined.burst))
        open_.append(made)
        found[one.id] = made
    return found


def _going_on(one: Incident, begun: Begun | None) -> Series:
    made = first_of(one)
    return made if begun is None else replace(made, id=begun.first, since=begun.since, count=begun.count)


@final
class SeriesTracker:
    """Give it what an ``IncidentTracker`` tells; it says what is to be told of it.

    Args:
        known: what another tracker knew.
    """

    def __init__(self, known: Iterable[KnownSeries] = ()) -> None:
        self._known = list(known)

    @property
    def known(self) -> tuple[KnownSeries, ...]:
        """Everything that is known, for whoever goes on after this process has ended."""
        return tuple(self._known)

    def noted(self, news: Iterable[Told]) -> None:
        """Take what somebody else has told already."""
        for told in news:
            place = self._place_of(told.incident)
            self._known[place] = replace(_marked(self._known[place], told.incident, told.number), is_over=False)

    def told(self, news: Iterable[Told], at: datetime) -> list[Told]:
        """Take news; what is left of it to tell."""
        return [left for one in news if (left := self._told(one, at)) is not None]

    def passed(self, at: datetime) -> list[Told]:
        """The ends of series: nothing came for longer than their rhythm makes likely."""
        found: list[Told] = []
        for place, one in enumerate(self._known):
            if one.ended_at is not None and not one.is_over and at - one.ended_at >= quiet_after(one.series):
                self._known[place] = replace(one, is_over=True, number=one.number + 1)
                found.append(Told(News.ENDED, one.last, one.number + 1, one.series))
        self._known = [
            one for one in self._known if at - (one.ended_at or one.last.end) < (joined_within(one.series) if one.ended_at else _OPEN)
        ]
        return found

    def _told(self, told: Told, at: datetime) -> Told | None:
        burst, place = told.incident, self._place_of(told.incident)
        before = self._known[place]
        series = replace(before.series, most=max(before.series.most, burst.explained))
        one = self._known[place] = replace(before, series=series, last=burst if burst.id == before.bursts[-1] else before.last)
        if told.news is News.ENDED:
            one, is_wanted = _ended(one, burst, at)
        else:
            one = replace(one, ended_at=None, is_over=False)
            is_wanted = _is_news(told, before)
        number = told.number if series.count == 1 else one.number + 1
        self._known[place] = _marked(one, burst, number) if is_wanted else one
        if not is_wanted:
            return None
        is_again = told.news is News.NEW and series.count > 1
        return Told(News.AGAIN if is_again else told.news, burst, number, series)

    def _place_of(self, burst: Incident) -> int:
        """Where the series of a burst stands; it is added to one, or begins one, if it is not known."""
        for place, one in enumerate(self._known):
            if burst.id in one.bursts:
                return place
        for place, one in enumerate(self._known):
            apart = burst.start - one.last.start
            if timedelta() <= apart <= joined_within(one.series) and of_one_part(burst, one.last):
                series, bursts = one_more(one.series, burst), (*one.bursts, burst.id)[-_KEPT:]
                most = one.series.most  # that of before decides whether this one is worse
                self._known[place] = replace(one, series=replace(series, most=most), last=burst, bursts=bursts, ended_at=None)
                return place
        self._known.append(KnownSeries(first_of(burst), burst, (burst.id,)))
        return len(self._known) - 1


def _is_news(told: Told, before: KnownSeries) -> bool:
    """Whether a burst that began or has grown is worth a message."""
    series, burst = before.series, told.incident
    is_worse = has_grown(series.most, burst.explained) or burst.verdict not in before.verdicts
    if series.count == 1 or is_worse:
        return True
    if told.news is not News.NEW:
        return False
    is_newest = burst.id == before.bursts[-1]
    return burst.id in before.told or (is_newest and (is_told(series.count) or before.is_over))  # what was told and is new was lost


def _ended(one: KnownSeries, burst: Incident, at: datetime) -> tuple[KnownSeries, bool]:
    """A burst is over: the first is told as ever, of later ones only that phones stay down where they came back before."""
    one = replace(one, ended_at=at - QUIET, is_over=one.series.count == 1)
    if one.series.count == 1:
        return replace(one, is_down_told=burst.is_down), True
    is_wanted = burst.is_down and not one.is_down_told
    return replace(one, is_over=is_wanted, is_down_told=one.is_down_told or burst.is_down), is_wanted


def _marked(one: KnownSeries, burst: Incident, number: int) -> KnownSeries:
    """A series of which something was told."""
    told = one.told if burst.id in one.told else (*one.told, burst.id)[-_KEPT:]
    verdicts: Sequence[Verdict] = one.verdicts if burst.verdict in one.verdicts else (*one.verdicts, burst.verdict)
    return replace(one, told=told, verdicts=tuple(verdicts), number=max(one.number, number))
