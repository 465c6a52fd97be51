"""New events of a folder of segments, as they are written: each whole line once, in bounded pieces.

A listener keeps its segments for as long as the disk has room. One that was last written to before anything that is wanted is not read: it
is followed from its end, as somebody may still write to it.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import final

from switchcorr.events.clock import Clock, ClockSettings
from switchcorr.events.lines import LineReader
from switchcorr.listen.segments import SUFFIX
from switchcorr.model.event import EventLog, EventPools

_log = logging.getLogger(__name__)
_AT_ONCE = 4 << 20
"""Bytes read of a file at one look: some ten thousand lines, a tenth of a second."""
_LAST_LINE = 64 << 10
"""Bytes in which the end of the last whole line is looked for: a listener's lines are shorter."""


@dataclass(slots=True)
class _Followed:
    """A segment: which file it is, how far it was read, and what reads it."""

    inode: int
    offset: int
    reader: LineReader


@final
class SegmentFeed:
    """Follows all segments of a folder, whoever writes them.

    Args:
        history: how far back lines are wanted, by when they were written.
    """

    def __init__(self, folder: Path, pools: EventPools, *, now: Callable[[], datetime], history: timedelta) -> None:
        self._folder = folder
        self._pools = pools
        self._now = now
        self._history = history
        self._followed: dict[str, _Followed] = {}
        self._unread: set[str] = set()
        self.lines = 0
        self.is_behind = False

    def new_events(self) -> EventLog:
        """What came since the last call; ``is_behind`` tells whether there is more already."""
        found = EventLog(self._pools)
        self.is_behind = False
        names = sorted(path.name for path in self._folder.glob(f"*{SUFFIX}")) if self._folder.is_dir() else []
        self._unread.intersection_update(names)
        for gone in self._followed.keys() - set(names):
            del self._followed[gone]
        for name in names:
            try:
                self._read(self._folder / name, found)
            except OSError as error:
                if name not in self._unread:
                    _log.warning("live: %s cannot be read, what is in it is not judged: %s", self._folder / name, error.strerror)
                self._unread.add(name)
            else:
                self._unread.discard(name)
        return found

    def _read(self, path: Path, found: EventLog) -> None:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            facts = os.fstat(handle)
            one = self._followed.get(path.name)
            if one is None or one.inode != facts.st_ino or facts.st_size < one.offset:
                reader = LineReader(path.name, Clock(ClockSettings(now=self._now())), self._pools)
                is_old = facts.st_mtime < (self._now() - self._history).timestamp()
                begin = _end_of_lines(handle, facts.st_size) if is_old else 0
                one = self._followed[path.name] = _Followed(facts.st_ino, begin, reader)
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


def _end_of_lines(handle: int, size: int) -> int:
    """Where the last whole line of a file ends."""
    begin = max(0, size - _LAST_LINE)
    found = os.pread(handle, size - begin, begin).rfind(b"\n")
    return begin + found + 1 if found >= 0 or not begin else size
