"""What a user may tell about event files: zone, year, time of what has none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from pathlib import Path

from switchcorr.events.zones import given_zone


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How event files are read.

    Attributes:
        now: no line without a year is dated after it.
        zone: of times without zone: an IANA name, an abbreviation or an offset; empty for UTC, as an assumption.
        zones: the same for single files, by path as given or by file name; wins over ``zone``.
        year: of a file's first line without one; later lines follow through New Year. None to find it.
        at: the time of events whose text has none; None leaves it unknown.
        day_first: how dates like 03/04/2026 are read; None to find it in the file.
        samples: how many unrecognised lines are kept for each file.
    """

    now: datetime
    zone: str = ""
    zones: Mapping[str, str] = field(default_factory=dict)
    year: int | None = None
    at: datetime | None = None
    day_first: bool | None = None
    samples: int = 5

    def zone_of(self, path: Path) -> tzinfo | None:
        """The zone given for a file; None if none was.

        Raises:
            UsageError: no such zone.
        """
        name = self.zones.get(str(path)) or self.zones.get(path.name) or self.zone
        return given_zone(name) if name else None
