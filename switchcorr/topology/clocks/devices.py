"""How far the clock by which a device prints its messages is off, from ``show clock`` beside the time at which it was asked.

What the clock shows less the time of whoever asked (UTC) is its zone plus its error. The messages of the buffer are printed by the same
clock, so the whole difference is taken off their digits; the two parts matter where a message prints a zone of its own (that part is
known then, and only the error is taken off) and for what is told to people.

**Precision.** Of a command of a sweep it is known when it was sent and when its last byte came. Of other captures only a time of the visit
is known, its beginning or its end, and the clock was asked up to ``LONGEST_VISIT`` after or before it. A time of exactly midnight is a date without a time, and
compared with nothing; so is a capture without any time, whose time is read from the clock itself, and a clock that is days or months from the
time of a visit that somebody wrote down: then the text is more likely of another day than the clock. What the clock is ahead or behind within
these bounds and ``CLOCK_ERROR_FROM`` is no error, and then the zone alone counts.

**Zone.** By the rule of ``zones``, which ``doctor`` follows too. A log that is kept in UTC beside a clock that is not (the default of IOS:
``service timestamps log datetime`` without ``localtime``) is known by a message that tells both, and tells the zone.

**A clock that was set.** ``%SYS-6-CLOCKUPDATE`` tells both times: what stands before it in the buffer was printed by the old one. Less than ``CLOCK_ERROR_FROM`` is
a drift that was taken back, again and again, and no sum. The clock
of a switch without a battery begins at the first of March at its start, and NTP sets it without such a message: what is stamped so and cannot be of this
year, because the device started later, counts from the start.

**Daylight saving.** A message that names a zone that is one hour from that of the clock (CEST, CET) is read in it. Without a name it is read in the
zone of the capture: what is older than the change is an hour off.
Source: show clock, clock set, clock timezone, service timestamps of the IOS command reference.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeGuard

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Clock, LogMessage
from switchcorr.topology.clocks.zones import FARTHEST, saving_between, told_zone, zone_of

CLOCK_ERROR_FROM = timedelta(seconds=60)
"""What a clock must be off before it is corrected: messages within a minute are one fact anyway, and ``show clock`` may have to wait. Assumed."""
LONGEST_VISIT = timedelta(minutes=5)
"""How far from the time of a visit a clock may have been asked: ``visit_s`` (120) and what long outputs earn. Assumed."""
DOUBTFUL = (timedelta(hours=15), timedelta(days=200))
"""From where to where a difference to the time of a visit is no clock's error: a clock is off by its zone and minutes, or begins years ago. Assumed."""
SAME_INSTANT = timedelta(seconds=30)
"""A time in the text of a message and its stamp are one instant, but for the zone, within this. Assumed."""
LONGEST_AHEAD = timedelta(days=36_525)
"""No clock is more than a century off."""
_YEARS = range(1970, 2100)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WHOLE = (
    r"(?P<clock>\d{1,2}:\d\d:\d\d)(?:\.\d{1,6})?(?: (?P<half>[AP]M))?(?: (?P<zone>[^\s,]{1,8}))? [A-Z][a-z]{2} (?P<month>"
    + "|".join(_MONTHS)
    + r") +(?P<day>\d{1,2}) (?P<year>\d{4})"
)
STAMP = re.compile(
    r"(?:(?P<first>\d{4}) )?(?P<month>" + "|".join(_MONTHS) + r") +(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?(?P<clock>\d{1,2}:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,6}))?(?: ?(?P<half>[AP]M))?(?: (?P<zone>[A-Za-z]{1,6}))?(?: (?P<offset>[+-]\d\d:?\d\d))?"
)
"""The time of a message, without the mark of a clock that is not synchronised."""
_TIME = re.compile(_WHOLE)
_SHOWN = re.compile(r"[.*]?" + _WHOLE)
_TOLD = re.compile(r"(?:^|\s)(?:to|at) " + _WHOLE)
_SET = re.compile(r"System clock has been updated from (?P<old>.{20,60}) to (?P<new>.{20,60}?), configured")
_TELLS_TIME = frozenset(("CLOCKUPDATE", "LOGIN_SUCCESS", "LOGIN_FAILED"))
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class ClockSet:
    """The clock was set.

    Attributes:
        place: of the message that tells it in the buffer; what stands before it was printed by the old clock.
        forward: by how much its digits jumped, then and whenever it was set later.
        error: by how much of that the clock itself was moved; the rest are changes of its zone.
    """

    place: int
    forward: timedelta
    error: timedelta


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """A device's clock when it was asked.

    Attributes:
        zone: that of the clock.
        error: by how much it is ahead of the time in this zone; negative if behind, zero if it is right as far as can be told.
        zone_name: as the clock prints it.
        lag: how far the stamps of the log are behind the clock: its zone where the log is kept in UTC.
        sets: when it was set, in order of the buffer.
        is_compared: whether it could be compared with the time of the capture.
    """

    zone: timedelta = timedelta()
    error: timedelta = timedelta()
    zone_name: str = ""
    lag: timedelta = timedelta()
    sets: tuple[ClockSet, ...] = ()
    is_compared: bool = False

    def ahead(self, place: int, printed: timedelta | None, name: str = "") -> timedelta:
        """How far the digits of a message are ahead of UTC.

        Args:
            place: of the message in the buffer.
            printed: the offset that the message itself prints; None if it prints none.
            name: the zone that the message names.
        """
        if printed is not None:
            return printed + self.wrong(place)
        if self.lag:
            return self.zone - self.lag + self.wrong(place)
        later = self._later(place)
        return (
            self.error + self.zone - later.forward
            if later is not None
            else self.error + self.zone + saving_between(name, self.zone_name, self.zone)
        )

    def wrong(self, place: int) -> timedelta:
        """By how much the clock itself was ahead when it printed a message."""
        later = self._later(place)
        return self.error if later is None else self.error - later.error

    def _later(self, place: int) -> ClockSet | None:
        """When the clock was set next after a message, with all that came then."""
        number = bisect_right(self.sets, place, key=lambda one: one.place)
        return self.sets[number] if number < len(self.sets) else None


@dataclass(frozen=True, slots=True)
class ShownClock:
    """What a device shows when it is asked for its time, beside the time at which it was.

    Attributes:
        zone_name: as it is printed; empty if none is.
        zone: what it is taken for.
        off: by how much the clock was ahead of the time in this zone when it was asked; negative if behind. What the length of the
            answer explains is in it.
    """

    zone_name: str
    zone: timedelta
    off: timedelta


def read_shown(row: Clock) -> ShownClock | None:
    """The clock of a row; None if it shows no time, or nothing tells when it was asked."""
    shown = _SHOWN.fullmatch(row.text)
    local = None if shown is None else local_time(shown)
    if shown is None or local is None or not _is_time(row.at):
        return None
    name, ahead = shown["zone"] or "", local.replace(tzinfo=UTC) - row.at
    zone = zone_of(ahead, name, lambda rest: _is_explained(rest, row))
    return ShownClock(name, zone, ahead - zone)


def read_clock(facts: DeviceFacts) -> DeviceClock:
    """The clock of a device at one visit; one that is right and in UTC where nothing tells."""
    log = facts.tables.logging
    sets = _sets(log)
    row, shown = next(((row, shown) for row in facts.tables.clock if (shown := read_shown(row)) is not None), (None, None))
    if row is None or shown is None:
        return DeviceClock(sets=sets)
    ahead = shown.zone + shown.off
    if row.within is None and DOUBTFUL[0] < abs(ahead) < DOUBTFUL[1]:
        return DeviceClock(sets=sets)
    lag = _lag(log, shown.zone_name)
    zone = lag or shown.zone
    rest = ahead - zone
    error = timedelta() if _is_explained(rest, row) else rest
    return DeviceClock(zone, error, shown.zone_name, lag, sets, is_compared=True)


def local_time(found: re.Match[str], year: int | None = None) -> datetime | None:
    """The time of a match with the groups clock, half, month, day and year, without a zone; None if it is no time.

    Args:
        found: a match.
        year: instead of that of the match.
    """
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "PM" else 0)
    parts = found.groupdict()
    year = int(parts["year"]) if year is None else year
    if year not in _YEARS:
        return None
    fraction = int((parts.get("fraction") or "").ljust(6, "0"))
    try:
        return datetime(year, _MONTHS.index(parts["month"]) + 1, int(parts["day"]), hour, minute, second, fraction)
    except ValueError:  # 29 February, second 60, damage
        return None


def _is_time(at: datetime | None) -> TypeGuard[datetime]:
    """Whether a capture has a time that can be, and not only a date."""
    return at is not None and at.year in _YEARS and (at.hour, at.minute, at.second, at.microsecond) != (0, 0, 0, 0)


def _is_explained(rest: timedelta, clock: Clock) -> bool:
    """Whether a clock may be right: it was asked at some time near that of the capture, as that leaves open."""
    early, late = (LONGEST_VISIT, LONGEST_VISIT) if clock.within is None else (timedelta(), clock.within)
    return -early - CLOCK_ERROR_FROM < rest < late + CLOCK_ERROR_FROM


def _lag(log: Sequence[LogMessage], name: str) -> timedelta:
    """How far the stamps of a log are behind the clock's zone of this name; zero if nothing tells."""
    for row in reversed(log):
        told = _TOLD.search(row.text) if row.mnemonic in _TELLS_TIME and told_zone(name) != timedelta() else None
        stamp = STAMP.fullmatch(row.stamp.strip().lstrip("*.")) if told is not None and told["zone"] == name else None
        inside = None if told is None or stamp is None else local_time(told)
        outside = None if told is None or stamp is None or stamp["offset"] else local_time(stamp, int(told["year"]))
        if inside is not None and outside is not None:
            return _whole_quarters(inside - outside) or timedelta()
    return timedelta()


def _whole_quarters(span: timedelta) -> timedelta | None:
    """A difference of two times of one instant as a difference of zones; None if it is none."""
    quarters = round(span / _QUARTER) * _QUARTER
    return quarters if abs(span - quarters) <= SAME_INSTANT and abs(quarters) < FARTHEST else None


def _sets(log: Sequence[LogMessage]) -> tuple[ClockSet, ...]:
    """All times that the clock was set, in order of the buffer."""
    found: list[ClockSet] = []
    for place in reversed(range(len(log))):
        one = _set_by(log[place], place)
        if one is not None:
            later = found[-1] if found else ClockSet(place, timedelta(), timedelta())
            forward = one.forward + later.forward
            if abs(forward) > LONGEST_AHEAD:
                break  # damage: no clock can be told before that
            found.append(ClockSet(place, forward, one.error + later.error))
    return tuple(reversed(found))


def _set_by(row: LogMessage, place: int) -> ClockSet | None:
    """What a message tells of the clock being set; None if it was not."""
    told = _SET.match(row.text) if row.mnemonic == "CLOCKUPDATE" else None
    old, new = (None, None) if told is None else (_TIME.fullmatch(told["old"]), _TIME.fullmatch(told["new"]))
    before, after = None if old is None else local_time(old), None if new is None else local_time(new)
    if old is None or new is None or before is None or after is None or abs(after - before) < CLOCK_ERROR_FROM:
        return None
    forward = after - before
    is_zone = old["zone"] != new["zone"] and _whole_quarters(forward) is not None
    return ClockSet(place, forward, timedelta() if is_zone else forward)
