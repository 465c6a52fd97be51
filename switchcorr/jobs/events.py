"""Event files to one log; a file that cannot be used is named, the others go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.events import ReadOptions, read_event_files
from switchcorr.jobs.request import Progress, Times
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import EventFileAccount, EventLog


@dataclass(frozen=True, slots=True)
class EventsRead:
    """A log in order of time, what became of each file, and which files could not be used at all."""

    log: EventLog
    files: tuple[EventFileAccount, ...]
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]


def read_events(paths: Sequence[Path], times: Times, progress: Progress, *, unpacked_gib: int = 8) -> EventsRead:
    """Read all files.

    Raises:
        InputFileError: none of them can be used.
    """
    raise NotImplementedError
