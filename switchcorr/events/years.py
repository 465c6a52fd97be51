"""Which year lines without one are of: lines of a log follow each other, and the newest year that puts none after now is taken.

A date that falls back by a quarter of a year begins the next year, and one that leaps ahead by most of a year (the late line of
a relay, or a log with its newest line first) belongs to the year before: ``YearWalk`` counts these turns. One line of a clock that was
not set must not move all others, so

- lines that go to another season and come back were an *aside*: the turns are as before it. They come back to the day they left or the next
  one (a second clock that writes now and then); a handful of them, to within a week. What else comes back so does it a year later;
- where a few samples, of which there are twenty times as many, are a week or more from those before and after them, they have no say in
  which year is the newest possible (``YearBase``). They get a year of their own, and what is far from all others ``strays`` finds.

All numbers are assumed.
"""

from __future__ import annotations

from switchcorr.events.stamps import Stamp

_NEXT_YEAR_DAYS = 90
_LAST_YEAR_DAYS = 300
_WEEK_DAYS = 7
_YEAR_DAYS = 366
_HANDFUL = 3
_FEW_IN = 20
_NO_YEAR = 10_000
_DAYS_BEFORE = (0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335)


class YearWalk:
    """Counts the turns of the year between the lines of a file, in their order.

    Attributes:
        leapt: whether the last stamp is more than a week from the one before.
        left: whether it began what may be an aside.
        returned: whether it ended one.
    """

    __slots__ = ("_day", "_from", "_seen", "_turns", "leapt", "left", "returned")

    def __init__(self) -> None:
        self._day: int | None = None
        self._from: tuple[int, int, int] | None = (
            None  # day and turns of the last line before what may be an aside, and how many there were
        )
        self._turns = self._seen = 0
        self.leapt = self.left = self.returned = False

    def step(self, stamp: Stamp) -> int:
        """How many turns of the year lie between the first stamp and this one; may be negative."""
        day = _day(stamp)
        ahead = 0 if self._day is None else day - self._day
        self.leapt, self.left, self.returned = not _is_near(ahead), False, False
        if self.leapt and abs(ahead) > _NEXT_YEAR_DAYS:
            self._to_another_season(day, ahead)
        else:
            self._turns += _turns(ahead)
        self._day = day
        return self._turns

    def count(self, lines: int) -> None:
        """Count lines at the last stamp, or between it and the one before."""
        self._seen += lines

    def _to_another_season(self, day: int, ahead: int) -> None:
        if self._comes_back(day):
            return
        if abs(ahead) <= _LAST_YEAR_DAYS:  # more is a step over New Year, which turns the year there and back
            self._from, self.left = (day - ahead, self._turns, self._seen), True
        self._turns += _turns(ahead)

    def _comes_back(self, day: int) -> bool:
        """Whether this day ends an aside; then the turns are as before it."""
        if self._from is None:
            return False
        left, turns, before = self._from
        within = _WEEK_DAYS if self._seen - before <= _HANDFUL else 1
        if not _is_near(day - left, within):
            return False
        self._turns, self._from, self.returned = turns + _turns(day - left), None, True
        return True


class YearBase:
    """Finds the year of a file's first line from samples of its lines, in their order."""

    __slots__ = ("_aside", "_main")

    def __init__(self) -> None:
        self._main = _Samples()
        self._aside: _Samples | None = None

    def add(self, newest: int, turns: int, walk: YearWalk) -> None:
        """Take a sample.

        Args:
            newest: the newest year that does not put it after now.
            turns: what ``walk`` counts up to it.
        """
        if walk.left:
            self._join()
            self._aside = _Samples()
        elif walk.returned:
            self._aside = None
        elif walk.leapt:
            self._now().end_stretch()
        self._now().add(newest - turns)

    def year(self) -> int | None:
        """The year of the first line; None without samples. Nothing is added after it."""
        self._join()
        return self._main.base()

    def _now(self) -> _Samples:
        return self._main if self._aside is None else self._aside

    def _join(self) -> None:
        """What nobody came back from was no aside."""
        if self._aside is not None:
            self._main.end_stretch()
            self._main.take(self._aside)
            self._aside = None


class _Samples:
    """Samples in stretches within which each is a week from the next at most.

    Of stretches of a handful, of longer ones, and of the one that goes on: how many samples, and the earliest year of the first line that one asks for.
    """

    __slots__ = ("_here", "_long", "_small")

    def __init__(self) -> None:
        self._here = self._long = self._small = (0, _NO_YEAR)

    def add(self, base: int) -> None:
        self._here = _sum(self._here, (1, base))

    def end_stretch(self) -> None:
        if self._here[0] > _HANDFUL:
            self._long = _sum(self._long, self._here)
        else:
            self._small = _sum(self._small, self._here)
        self._here = (0, _NO_YEAR)

    def take(self, others: _Samples) -> None:
        """Take the samples behind these, whose last stretch has ended; the last one of them goes on."""
        self._long, self._small, self._here = _sum(self._long, others._long), _sum(self._small, others._small), others._here

    def base(self) -> int | None:
        """The earliest year that is asked for, by few samples only if there are few others."""
        self.end_stretch()
        few = _FEW_IN * self._small[0] <= self._long[0]
        year = self._long[1] if few else min(self._long[1], self._small[1])
        return year if year < _NO_YEAR else None


def _sum(one: tuple[int, int], other: tuple[int, int]) -> tuple[int, int]:
    return one[0] + other[0], min(one[1], other[1])


def is_far(one: Stamp, other: Stamp) -> bool:
    """Whether two stamps are more than a week of the year from each other."""
    return not _is_near(_day(one) - _day(other))


def _day(stamp: Stamp) -> int:
    return _DAYS_BEFORE[stamp.month - 1] + stamp.day


def _is_near(days: int, within: int = _WEEK_DAYS) -> bool:
    """Whether two days of the year are so near, also over New Year."""
    return min(abs(days), _YEAR_DAYS - abs(days)) <= within


def _turns(days: int) -> int:
    return (days < -_NEXT_YEAR_DAYS) - (days > _LAST_YEAR_DAYS)
