"""The time in front of ``%UC_``, ``Nov 22 2026 09:41:07.476 UTC : ``, for many lines at once.

What stands before is cut at its last two colons. Minutes repeat, and so do seconds with their zone; each is understood once
for each zone, and a line's time is the sum of the two. Whatever is not exactly of that shape has the time NaN here.

A time without a year is never kept: its year depends on the lines before it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat

from switchcorr.events.clock import Clock
from switchcorr.events.memo import Memo
from switchcorr.events.prefix import LONGEST_PREFIX
from switchcorr.events.stamps import MONTHS, Stamp

_MINUTE = re.compile(
    rb"(?:^|[^A-Za-z])(" + "|".join(MONTHS).encode() + rb") ( [1-9]|0[1-9]|[12]\d|3[01]) (?:(\d{4}) )?([01]\d|2[0-3]):([0-5]\d)"
)
_WITH_YEAR, _WITHOUT_YEAR = -18, -13
"""Where ``Nov 22 2026 09:41`` and ``Nov 22 09:41`` begin, with the character before them."""
_SECOND = re.compile(rb"([0-5]\d(?:\.\d{1,6})?) ([A-Z]{2,5}) ?")
_HALVES = (b"AM", b"PM")
_YEAR = re.compile(rb"(?<!\d)\d{4}(?:-\d\d-| {1,2}\d{1,2}:)|[A-Z0-9] [12]\d{3}(?![\d:.-])|(?<!\d)[12]\d{3} [A-Z]")
"""A year where ``stamps.py`` may read one; rather too often than not."""
_NO_PIECES = [b"", b"", b""]


@dataclass(frozen=True, slots=True)
class YearlessMinute:
    """A minute without a year, and when it began by the lines before it; its text is empty if that holds for one line only."""

    text: bytes
    zone: bytes
    began: float


class UcTimes:
    """Resolves the times of one file's lines."""

    __slots__ = ("_clock", "_latest", "_zones")

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._latest = _ZoneTimes(clock, b"UTC")
        self._zones = {b"UTC": self._latest}  # known zones are few

    def forget(self) -> None:
        """Free what was kept."""
        for zone in self._zones.values():
            zone.minutes.clear()
            zone.seconds.clear()

    def times(self, befores: Sequence[bytes]) -> list[float]:
        """Seconds since 1970 for what stands before each alarm's name; NaN for times of another shape and for those without a year."""
        pieces = list(map(bytes.rsplit, befores, repeat(b":"), repeat(2)))
        if min(map(len, pieces)) < len(_NO_PIECES) or max(map(len, befores)) > LONGEST_PREFIX:
            pieces = [piece if len(piece) == len(_NO_PIECES) and sum(map(len, piece)) < LONGEST_PREFIX else _NO_PIECES for piece in pieces]
        minutes, seconds = self._latest.minutes, self._latest.seconds
        times = [minutes[minute[_WITH_YEAR:]] + seconds[second] for minute, second, _ in pieces]
        if math.isnan(sum(times)):
            for i, time in enumerate(times):
                if math.isnan(time):
                    times[i] = self._time(pieces[i])
        return times

    def _time(self, pieces: Sequence[bytes]) -> float:
        """The time of a line in a zone that may not be that of the line before."""
        zone = self._zone(pieces[1])
        if zone is None:
            return math.nan
        self._latest = zone
        return zone.minutes[pieces[0][_WITH_YEAR:]] + zone.seconds[pieces[1]]

    def _zone(self, second: bytes) -> _ZoneTimes | None:
        found = _SECOND.fullmatch(second)
        if found is None:
            return None
        zone = self._zones.get(found[2])
        if zone is None and found[2] not in _HALVES and self._clock.knows(found[2].decode()):
            zone = self._zones[found[2]] = _ZoneTimes(self._clock, found[2])
        return zone

    def is_without_year(self, before: bytes) -> bool:
        """Whether a text has a time that only lacks its year, and no year anywhere."""
        pieces = before.rsplit(b":", 2)
        if len(pieces) < len(_NO_PIECES) or len(before) > LONGEST_PREFIX or _YEAR.search(before):
            return False
        return _MINUTE.fullmatch(pieces[0][_WITHOUT_YEAR:]) is not None and self._zone(pieces[1]) is not None

    def time_without_year(self, before: bytes, last: YearlessMinute | None) -> tuple[float, YearlessMinute]:
        """Seconds since 1970 of a text that ``is_without_year``, after all lines before it.

        Args:
            last: what was given back for the line before; None if its time was not read here.
        """
        minute, second, _ = before.rsplit(b":", 2)
        minute, zone = minute[_WITHOUT_YEAR:], second.split()[1]
        past = self._zones[zone].seconds[second]
        if last is not None and (minute, zone) == (last.text, last.zone):
            self._clock.count_yearless()
            return last.began + past, last
        time = self._clock.resolve(_stamp(minute, zone, past))[0]
        began = time - past
        return time, YearlessMinute(minute if self._clock.is_past(began + 60) else b"", zone, began)


class _ZoneTimes:
    """Minutes with a year as seconds since 1970, and seconds within their minute, as one zone prints them."""

    __slots__ = ("minutes", "seconds")

    def __init__(self, clock: Clock, zone: bytes) -> None:
        self.minutes = Memo(lambda raw: _minute(raw, clock, zone))
        self.seconds = Memo(lambda raw: _second(raw, zone))


def _minute(raw: bytes, clock: Clock, zone: bytes) -> float:
    stamp = _stamp(raw, zone, 0.0)
    return math.nan if stamp is None or stamp.year is None else clock.resolve(stamp)[0]


def _stamp(raw: bytes, zone: bytes, past: float) -> Stamp | None:
    found = _MINUTE.fullmatch(raw)
    if found is None:
        return None
    year = int(found[3]) if found[3] else None
    second = int(found[4]) * 3600 + int(found[5]) * 60 + past
    return Stamp(MONTHS[found[1].decode()], int(found[2]), second, year, zone.decode())


def _second(raw: bytes, zone: bytes) -> float:
    found = _SECOND.fullmatch(raw)
    return float(found[1]) if found is not None and found[2] == zone else math.nan
