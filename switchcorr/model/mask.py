"""Planned work: who does what, where and when, is known, and alarms nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase


@dataclass(frozen=True, slots=True)
class Mask:
    """Planned work: what is found of these devices then is told, and alarms nobody.

    Attributes:
        devices: patterns with commas between them, ``acc-1*,dist-01``; empty is all.
    """

    name: str
    start: datetime
    end: datetime
    devices: str = ""
    note: str = ""

    def covers(self, device: str, at: datetime) -> bool:
        """Whether a finding of a device at a moment is a part of it; one of no device only if all are meant."""
        patterns = [one.strip() for one in self.devices.split(",") if one.strip()]
        return self.start <= at < self.end and (not patterns or any(fnmatchcase(device, pattern) for pattern in patterns if device))
