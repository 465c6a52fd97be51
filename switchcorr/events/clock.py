"""Printed times to instants: missing zones, missing years, swapped days and months, one ``Clock`` for each file.

Which year a time without one is of, ``years.py`` finds; that needs a sample of the whole file, because only its latest line tells which
year the first one was written in.

When summer time ends an hour is told twice. A line without zone that falls back in it is of the second time.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from switchcorr.events.stamps import Stamp
from switchcorr.events.years import YearBase, YearWalk
from switchcorr.events.zones import fixed_zone
from switchcorr.model.event import Assumed

_CLOCK_TOLERANCE = timedelta(minutes=5)
_ZONE_TOLERANCE = timedelta(hours=14)
_LATE_LINE_S = 600
"""How far behind the lines before it a line may come too late. Assumed."""
_YEARS_BACK = 9  # always holds a leap year, also around 1900 and 2100


@dataclass(frozen=True, slots=True)
class ClockSettings:
    """What one file's clock is told.

    Attributes:
        zone: for times without one; None if nobody told, then UTC.
        year: of the first line without one; None to find it.
        at: the time of events without any.
        day_first: how a swappable date is read; None if nothing tells, then the month comes first.
    """

    now: datetime
    zone: tzinfo | None = None
    year: int | None = None
    at: datetime | None = None
    day_first: bool | None = None


class Clock:
    """Resolves the stamps of one file in the order of its lines, and counts what it had to assume.

    Attributes:
        assumed: how often each part was missing.
        swapped: how many dates could as well be read the other way.
        twice: how many times without zone stand in the hour that is told twice.
        unknown_zones: zone names that were printed and mean nothing to us.
        zoned: whether any time carried its zone.
    """

    __slots__ = ("_base", "_latest", "_settings", "_walk", "assumed", "swapped", "twice", "unknown_zones", "zoned")

    def __init__(self, settings: ClockSettings) -> None:
        self._settings = settings
        self._walk = YearWalk()
        self._base = settings.year
        self._latest = -math.inf  # minute of the latest time without zone
        self.assumed: Counter[Assumed] = Counter()
        self.swapped = self.twice = 0
        self.unknown_zones: set[str] = set()
        self.zoned = False

    def resolve(self, stamp: Stamp | float | None) -> tuple[float, Assumed]:
        """Seconds since 1970 (NaN if unknown), and what was not in the text."""
        if stamp is None:
            return self._given()
        if isinstance(stamp, float):
            self.zoned = True
            return stamp, Assumed.NOTHING
        if stamp.swappable:
            self.swapped += self._settings.day_first is None
            if self._settings.day_first:
                stamp = Stamp(stamp.day, stamp.month, stamp.second, stamp.year, stamp.zone)
        assumed = Assumed.NOTHING
        year = stamp.year
        if year is None:
            year = self._year(stamp)
            assumed |= Assumed.YEAR
        seconds, told = self._instant(stamp, year)
        if not told:
            assumed |= Assumed.ZONE
            seconds = self._in_order(stamp, year, seconds)
        self.count_again(assumed)
        self.zoned |= told
        return seconds, assumed

    def count_again(self, assumed: Assumed) -> None:
        """Count what another time in the same minute as a resolved one assumes."""
        for part in assumed:
            self.assumed[part] += 1
        if Assumed.YEAR in assumed:
            self._walk.count(1)

    def count_yearless(self) -> None:
        """Count another time without year in the same minute as the last one, which tells its zone."""
        self.assumed[Assumed.YEAR] += 1
        self._walk.count(1)

    def knows(self, zone: str) -> bool:
        """Whether a printed zone is understood, by itself or as a name the given zone uses in summer or in winter."""
        given, year = self._settings.zone, self._settings.now.year
        own = given is not None and zone in {datetime(year, month, 15, tzinfo=given).tzname() for month in (1, 7)}
        return own or fixed_zone(zone) is not None

    def is_past(self, seconds: float) -> bool:
        """Whether an instant lies before now."""
        return seconds <= self._settings.now.timestamp()

    def newest_year(self, stamp: Stamp) -> int:
        """The newest year in which this stamp is not after now.

        Five minutes are allowed for a clock that is fast, and half a day for a zone that nobody knows.
        """
        unknown_zone = not stamp.zone and self._settings.zone is None
        latest = (self._settings.now + (_ZONE_TOLERANCE if unknown_zone else _CLOCK_TOLERANCE)).timestamp()
        first = self._settings.now.year + 1
        for year in range(first, first - _YEARS_BACK, -1):
            if self._instant(stamp, year)[0] <= latest:
                return year
        return self._settings.now.year

    def year_base(self, stamps: Iterable[tuple[Stamp, int]]) -> None:
        """Find the first line's year from stamps without one, taken in order from the whole file, each with how many lines it stands for."""
        if self._settings.year is not None:
            return
        walk, base = YearWalk(), YearBase()
        for stamp, lines in stamps:
            turns = walk.step(stamp)
            walk.count(lines)
            base.add(self.newest_year(stamp), turns, walk)
        self._base = base.year()

    def pass_by(self, stamp: Stamp | None) -> None:
        """Let the year turn at the next line, though it may be no event; a stamp with a year does not matter."""
        if stamp is not None and stamp.year is None:
            self._walk.step(stamp)

    def _given(self) -> tuple[float, Assumed]:
        at = self._settings.at
        self.assumed[Assumed.TIME] += 1
        return (math.nan, Assumed.NOTHING) if at is None else (at.timestamp(), Assumed.TIME)

    def _year(self, stamp: Stamp) -> int:
        turns = self._walk.step(stamp)
        if self._base is None:
            self._base = self.newest_year(stamp) - turns
        year = self._base + turns
        if self._settings.year is None:
            year = min(year, self.newest_year(stamp))
        return next((y for y in range(year, year - _YEARS_BACK, -1) if stamp.naive(y) is not None), year)

    def _instant(self, stamp: Stamp, year: int) -> tuple[float, bool]:
        """Seconds since 1970, and whether the stamp told its zone."""
        naive = stamp.naive(year)
        if naive is None:
            return math.nan, bool(stamp.zone)
        aware, told = self._aware(naive, stamp.zone)
        try:
            return aware.astimezone(UTC).timestamp(), told
        except (OverflowError, ValueError):  # before the year 1 or after 9999 in UTC
            return math.nan, told

    def stands_twice(self, stamp: Stamp) -> bool:
        """Whether a time without zone is told twice, at the end of summer time; such a time depends on the lines before it."""
        naive, given = stamp.naive(stamp.year or self._settings.now.year), self._settings.zone
        return naive is not None and given is not None and not stamp.zone and _second_time(naive, given) > 0

    def _in_order(self, stamp: Stamp, year: int, seconds: float) -> float:
        """A time in the zone that was given, an hour later if it is told twice and the lines before it are past the first time."""
        naive, given = stamp.naive(year), self._settings.zone
        if given is None or naive is None or math.isnan(seconds):
            return seconds
        past = stamp.second % 60
        later, behind = _second_time(naive, given), self._latest - (seconds - past)
        self.twice += later > 0
        if later > 0 and _LATE_LINE_S < behind < 2 * later:
            seconds += later
        self._latest = max(self._latest, seconds - past)
        return seconds

    def _aware(self, naive: datetime, name: str) -> tuple[datetime, bool]:
        """A time in the zone a log prints, and whether it prints one that is known.

        That is the given zone if that is how it calls itself then, else the abbreviation's usual meaning.
        """
        given = self._settings.zone
        for fold in (0, 1) if name and given is not None else ():
            aware = naive.replace(tzinfo=given, fold=fold)
            if aware.tzname() == name:
                return aware, True
        zone = fixed_zone(name) if name else None
        if name and zone is None and len(self.unknown_zones) < 5:
            self.unknown_zones.add(name)
        return naive.replace(tzinfo=zone or given or UTC), zone is not None


def _second_time(naive: datetime, zone: tzinfo) -> float:
    """How many seconds after the first time a local time comes again in a zone; 0 or less for nearly every time.

    >>> from zoneinfo import ZoneInfo
    >>> _second_time(datetime(2026, 10, 25, 2, 30), ZoneInfo("Europe/Berlin")), _second_time(datetime(2026, 10, 25, 3), ZoneInfo("Europe/Berlin"))
    (3600.0, 0.0)
    """
    first, second = naive.replace(tzinfo=zone).utcoffset(), naive.replace(tzinfo=zone, fold=1).utcoffset()
    return ((first or timedelta()) - (second or timedelta())).total_seconds()
