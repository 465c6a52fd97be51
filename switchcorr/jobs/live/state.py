"""What a live watch knows, kept in ``.live.json`` beside the segments: one that is started again goes on where the last one ended.

It is written whenever something was told. How far a watch has looked is the time of the file, set every few seconds; so a watch that is killed
loses no incident that begins while none runs, and tells none twice, also where there is no store.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import final

from switchcorr.audit.series import KnownSeries
from switchcorr.audit.tracking import Kept
from switchcorr.errors import InputFileError
from switchcorr.files import OwnFolder, read_bytes
from switchcorr.store.codec import from_json, to_json

_log = logging.getLogger(__name__)
FILE = ".live.json"
_MARK_S = 5.0
"""Between two marks of how far was looked. Assumed: ``SegmentWriter`` syncs five times a second, and nobody restarts faster."""


@dataclass(frozen=True, slots=True)
class LiveState:
    """Incidents, and series of them, that were known at a moment."""

    at: datetime
    known: tuple[Kept, ...] = ()
    series: tuple[KnownSeries, ...] = ()


@final
class LiveStateFile:
    """The state of the watch of a folder; a folder that cannot be written costs what a next watch would know, and is told once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._marked = float("-inf")
        self._is_told = False

    def read(self) -> tuple[LiveState, datetime] | None:
        """What the last watch knew, and how far it looked; None if there was none, or nobody can read it."""
        path = self._folder / FILE
        try:
            looked = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return from_json(LiveState, read_bytes(path).decode()), looked
        except FileNotFoundError:
            return None
        except (OSError, InputFileError, ValueError) as error:
            _log.warning("live: what the last watch knew cannot be read, incidents of the last hour may be told again: %s", error)
            return None

    def write(self, state: LiveState) -> None:
        """Keep what is known now."""
        try:
            with OwnFolder.at(self._folder) as own:
                own.write(FILE, to_json(state).encode())
            self._set_time(state.at)
        except (InputFileError, OSError) as error:
            self._failed(error)

    def mark(self, now: datetime, moment: float) -> None:
        """Keep that everything up to now was looked at; done every few seconds."""
        if moment - self._marked < _MARK_S:
            return
        self._marked = moment
        try:
            self._set_time(now)
        except OSError as error:
            self._failed(error)

    def _set_time(self, now: datetime) -> None:
        os.utime(self._folder / FILE, (now.timestamp(),) * 2, follow_symlinks=False)

    def _failed(self, error: Exception) -> None:
        if not self._is_told:
            self._is_told = True
            _log.warning("live: a watch that is started again will not know what this one has told: %s", error)
