"""Bursts of one part that follow each other: a card that drops its phones every eleven minutes is one story, not a new incident each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

REGULAR_SHARE = 0.7
"""Share of the pauses that must fit a period, as for the timers of a correlation: a burst may be too small to be seen."""
SLACK = 0.1
"""How far a pause may be off its period. Assumed: a burst begins with the first drop that is seen of it, so twice the slack of a phone's own timer."""
_LEAST_PAUSES = 2
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Series:
    """See the module.

    Attributes:
        id: of the incident that was the first burst.
        since: when that began.
        starts: when the newest bursts began, in order.
        count: how many bursts there were.
        most: phones that the largest of them explains.
    """

    id: str
    since: datetime
    starts: tuple[datetime, ...]
    count: int = 1
    most: int = 0

    @property
    def pauses(self) -> tuple[timedelta, ...]:
        """From the beginning of one burst to that of the next."""
        return tuple(later - earlier for earlier, later in zip(self.starts, self.starts[1:], strict=False))

    @property
    def every(self) -> timedelta | None:
        """The period, if there is one; a pause may be several of it."""
        pauses = [pause.total_seconds() for pause in self.pauses]
        if len(pauses) < _LEAST_PAUSES:
            return None
        period = median(pauses)
        fits = sum(abs(pause - max(1, round(pause / period)) * period) <= SLACK * period for pause in pauses) if period > 0 else 0
        return timedelta(seconds=period) if fits >= REGULAR_SHARE * len(pauses) else None

    @property
    def words(self) -> str:
        """How often, since when and how regularly, as a part of a sentence."""
        every, pauses = self.every, self.pauses
        day = "" if self.since.date() == self.starts[-1].date() else f"{self.since:%Y-%m-%d} "
        told = f"{ordinal(self.count)} time since {day}{self.since:%H:%M} UTC"
        if every is not None:
            return f"{told}, every ~{_length(every)}"
        shortest, longest = (_length(found(pauses)) for found in (min, max)) if pauses else ("", "")
        return told if not pauses else f"{told}, {shortest if shortest == longest else f'{shortest} to {longest}'} apart"

    @property
    def sentence(self) -> str:
        """The same for the text of a message, with the times of the newest bursts; empty for a single one."""
        times = ", ".join(f"{start:%H:%M}" for start in self.starts[-_SHOWN:])
        return f"It is the {self.words}, with up to {self.most:,} phones; the last began at {times} UTC." if self.count > 1 else ""


def ordinal(number: int) -> str:
    """A number as a place in a row.

    >>> [ordinal(number) for number in (1, 2, 3, 4, 11, 12, 13, 21, 112)]
    ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']
    """
    is_teen = number % 100 in (11, 12, 13)
    return f"{number:,}{'th' if is_teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _length(span: timedelta) -> str:
    minutes = span.total_seconds() / 60
    if minutes < 2:
        return f"{span.total_seconds():.0f} s"
    return f"{minutes:.0f} min" if minutes < 120 else f"{minutes / 60:.1f} h"
