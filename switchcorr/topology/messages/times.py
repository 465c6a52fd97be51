"""Times of log messages as switches print them, to instants: year and zone may be missing, or only the uptime is given.

A device prints its local time, by a clock that may be wrong (``topology/clocks/devices.py``): what its clock was ahead of UTC is taken off, and of a
message that prints UTC, GMT or an offset itself the error alone. A missing year is the newest that puts no message after
the capture. An uptime in days or weeks is too coarse to be a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.clocks.devices import LONGEST_AHEAD, STAMP, DeviceClock, local_time, read_clock
from switchcorr.topology.clocks.zones import told_zone
from switchcorr.topology.facts.growth import clock_span

_FAST = timedelta(days=1)
"""How far a message may lie after its capture: a clock that is fast, a zone that is not known."""
_YEARS_BACK = 9
"""A 29th of February may be years ago."""
FIRST_HOURS = timedelta(hours=6)
"""How long a clock that began at the first of March may run before it is set. Assumed."""
COARSE_START = timedelta(minutes=10)
"""The start of a device is known to the minute at best, as its uptime is printed. Assumed."""
_FIRST_YEAR = 1993
_CAPTURED = range(1971, 2099)


@dataclass(frozen=True, slots=True)
class Dated:
    """When a message was printed.

    Attributes:
        wrong: by how much the clock that stamped it was ahead, which is taken off.
        from_start: its clock had not been set yet, so that it is counted from the start of the device.
        stamped: whether the time is by the clock, and not counted from the start.
    """

    time: datetime
    wrong: timedelta = timedelta()
    from_start: bool = False
    stamped: bool = True


@dataclass(frozen=True, slots=True)
class LogTimes:
    """Reads the stamps of one buffer.

    Attributes:
        facts: of the device at the visit that shows the buffer.
        clock: its clock then.
        start: when the device started; None if nothing tells.
    """

    facts: DeviceFacts
    clock: DeviceClock
    start: datetime | None

    @classmethod
    def of(cls, facts: DeviceFacts) -> LogTimes:
        """From what one visit shows."""
        return cls(facts, read_clock(facts), _start_of(facts))

    def read(self, stamp: str, place: int) -> Dated | None:
        """The instant of the message at a place of the buffer; None if its text does not tell.

        >>> from switchcorr.model.tables import DeviceTables
        >>> times = LogTimes.of(DeviceFacts("acc-1", "cisco_ios", DeviceTables(), taken_at=datetime(2026, 11, 22, 10, tzinfo=UTC)))
        >>> str(times.read("Nov 22 09:41:07.123", 0).time), times.read("3w2d", 1)
        ('2026-11-22 09:41:07.123000+00:00', None)
        """
        found = STAMP.fullmatch(stamp.strip().lstrip("*."))
        if found is None:
            return self._since_start(clock_span(stamp.strip()), from_start=False)
        time = self._dated(found, self.clock.ahead(place, _printed(found), found["zone"] or ""))
        if time is None:
            return None
        return self._since_start(self._unset(found, time), from_start=True) or Dated(time, self.clock.wrong(place))

    def _dated(self, found: re.Match[str], ahead: timedelta) -> datetime | None:
        year = found["first"] or found["year"]
        if year:
            return _instant(found, int(year), ahead)
        if self.facts.taken_at is None or self.facts.taken_at.year not in _CAPTURED:
            return None
        newest = self.facts.taken_at + _FAST
        last = (newest + ahead).year
        moments = (_instant(found, last - back, ahead) for back in range(_YEARS_BACK))
        return next((moment for moment in moments if moment is not None and moment <= newest), None)

    def _unset(self, found: re.Match[str], time: datetime) -> timedelta | None:
        """How long after the start a message was printed by a clock that had not been set yet; None for any other."""
        if self.start is None or time > self.start - COARSE_START or self.facts.platform != "cisco_ios":
            return None
        local = local_time(found, _FIRST_YEAR)
        spans = [] if local is None else [local - datetime(_FIRST_YEAR, 3, 1) - zone for zone in (self.clock.zone, timedelta())]
        return min((span for span in spans if timedelta() <= span < FIRST_HOURS), default=None)

    def _since_start(self, span: timedelta | None, *, from_start: bool) -> Dated | None:
        return None if span is None or self.start is None else Dated(self.start + span, from_start=from_start, stamped=False)


def _start_of(facts: DeviceFacts) -> datetime | None:
    """When a device started; None if nothing tells, or what tells cannot be."""
    uptime = next((row.uptime for row in facts.tables.version if row.uptime is not None), None)
    if uptime is None or facts.taken_at is None or facts.taken_at.year not in _CAPTURED or uptime > LONGEST_AHEAD:
        return None
    return facts.taken_at - uptime


def _instant(found: re.Match[str], year: int, ahead: timedelta) -> datetime | None:
    local = local_time(found, year)
    return None if local is None or abs(ahead) > LONGEST_AHEAD else (local - ahead).replace(tzinfo=UTC)


def _printed(found: re.Match[str]) -> timedelta | None:
    """The offset that a message prints."""
    offset = found["offset"]
    if offset:
        return (-1 if offset[0] == "-" else 1) * timedelta(hours=int(offset[1:3]) % 24, minutes=int(offset[-2:]))
    return told_zone(found["zone"] or "")
