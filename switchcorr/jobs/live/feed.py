"""New events of a folder of segments, as they are written: each whole line once, in bounded pieces."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import final

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineReader
from switchcorr.listen.segments import SUFFIX
from switchcorr.model.event import EventLog, EventPools

_log = logging.getLogger(__name__)
_AT_ONCE = 4 << 20
"""Bytes read of a file at one look: some ten thousand lines, a tenth of a second."""


@dataclass(slots=True)
class _Followed:
    """A segment: which file it is, how far it was read, and what reads it."""

    inode: int
    offset: int
    reader: LineReader


@final
class SegmentFeed:
    """Follows all segments of a folder, whoever writes them."""

    def __init__(self, folder: Path, pools: EventPools, *, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._pools = pools
        self._now = now
        self._followed: dict[str, _Followed] = {}
        self.lines = 0
        self.is_behind = False

    def new_events(self) -> EventLog:
        """What came since the last call; ``is_behind`` tells whether there is more already."""
        found = EventLog(self._pools)
        self.is_behind = False
        names = sorted(path.name for path in self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else []
        for gone in self._followed.keys() - set(names):
            del self._followed[gone]
        for name in names:
            try:
                self._read(self._folder / name, found)
            except OSError as error:
                _log.warning("live: %s cannot be read: %s", self._folder / name, error.strerror)
        return found

    def _read(self, path: Path, found: EventLog) -> None:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            facts = os.fstat(handle)
            one = self._followed.get(path.name)
            if one is None or one.inode != facts.st_ino or facts.st_size < one.offset:
                reader = LineReader(path.name, Clock(ClockSettings(now=self._now())), self._pools)
                one = self._followed[path.name] = _Followed(facts.st_ino, 0, reader)
            if facts.st_size == one.offset:
                return
            data = os.pread(handle, _AT_ONCE, one.offset)
        finally:
            os.close(handle)
        whole = data.rfind(b"\n") + 1
        if not whole and len(data) == _AT_ONCE:
            whole = len(data)  # no line of a listener is so long: it is passed over
        self.is_behind |= len(data) == _AT_ONCE
        one.offset += whole
        before = one.reader.counts.lines
        found.extend(one.reader.read(data[:whole]))
        self.lines += one.reader.counts.lines - before
