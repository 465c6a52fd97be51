"""Planned work: who does what, where and when, is known, and alarms nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from zoneinfo import ZoneInfo

_WEEK = timedelta(weeks=1)


@dataclass(frozen=True, slots=True)
class Mask:
    """Planned work: what is found of these devices then is told, and alarms nobody.

    Attributes:
        start, end: of the work; of the first time, if it comes every week.
        devices: patterns with commas between them, ``acc-1*,dist-01``; empty is all.
        zone: the time zone by whose clocks it comes every week; empty for work that comes once.
    """

    name: str
    start: datetime
    end: datetime
    devices: str = ""
    note: str = ""
    zone: str = ""

    def covers(self, device: str, at: datetime) -> bool:
        """Whether a finding of a device at a moment is a part of it; one of no device only if all are meant."""
        patterns = [one.strip() for one in self.devices.split(",") if one.strip()]
        first, last = self.time_at(at)
        return first <= at < last and (not patterns or any(fnmatchcase(device, pattern) for pattern in patterns if device))

    def time_at(self, at: datetime) -> tuple[datetime, datetime]:
        """Beginning and end of the work that is under way at a moment, else of the next, in UTC; of work that comes once, its own.

        The hour stays that of the zone's clocks when they are put forward or back.
        """
        if not self.zone:
            return self.start, self.end
        zone = ZoneInfo(self.zone)
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        weeks = (at.astimezone(zone).replace(tzinfo=None) - end.replace(tzinfo=None)) // _WEEK
        number = max(0, weeks)
        while (last := (end + number * _WEEK).astimezone(UTC)) <= at:
            number += 1
        return (start + number * _WEEK).astimezone(UTC), last
