"""Between the sockets and the segments: lines wait here, in bounded memory, until their group is on the disk.

Invariant: at most one group is being written; a group that could not be written is the next one again, in smaller parts each
time, as less may fit where more did not. When too much waits,
everything that reads is told to pause: TCP senders then wait, and of UDP the kernel's buffer fills and counts what it drops.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Protocol, final

from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.framing import one_line
from switchcorr.listen.segments import SegmentWriter

_log = logging.getLogger(__name__)
GROUP_S = 0.2
"""How long lines wait for others before they are written and synced together. Assumed: 5 syncs a second wear out no disk, and an abrupt end loses less than the second that is allowed."""
RETRY_S = 1.0
_OVERHEAD = 80
"""Bytes a waiting line takes in memory beside its text."""


class Flow(Protocol):
    """Everything that reads."""

    def pause(self) -> None:
        """Leave what comes in the kernel's buffers."""

    def resume(self) -> None:
        """Take it again."""


@final
class Intake:
    """Takes messages, and has them stored in groups.

    Args:
        most_bytes: of lines that wait; reading pauses there, and goes on at half of it.
        flow: told when reading must pause, and when it may go on.
    """

    def __init__(self, writer: SegmentWriter, counts: ListenCounts, *, most_bytes: int, now: Callable[[], datetime], flow: Flow) -> None:
        self._writer = writer
        self._counts = counts
        self._most = most_bytes
        self._now = now
        self._flow = flow
        self._lines: list[bytes] = []
        self._bytes = 0
        self._group: list[bytes] = []
        self._group_bytes = 0
        self._failures = 0
        self._some = asyncio.Event()
        self.paused = False

    @property
    def waiting(self) -> int:
        """Messages that are not stored yet."""
        return len(self._lines) + len(self._group)

    def stamp(self) -> bytes:
        """The time of arrival as it stands in a line."""
        return self._now().astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z").encode()

    def take(self, stamp: bytes, source: bytes, messages: Sequence[bytes]) -> None:
        """Take messages of one source that came at one time; none of them is empty."""
        for message in messages:
            line = b"%b %b %b\n" % (stamp, source, one_line(message))
            self._lines.append(line)
            self._bytes += len(line) + _OVERHEAD
        self._some.set()
        if not self.paused and self._bytes + self._group_bytes > self._most:
            self.paused = True
            self._flow.pause()

    async def run(self, ending: asyncio.Event) -> None:
        """Store group after group until the end is wanted and nothing waits, or what waits cannot be written any more."""
        while True:
            if not self.waiting:
                if ending.is_set():
                    return
                await _first_of(self._some, ending)
                continue
            if not self._group:
                await _within(GROUP_S, ending)
            if not await self._store_group():
                if ending.is_set():
                    return
                await _within(RETRY_S if self._failures > 1 else 0, ending)

    async def _store_group(self) -> bool:
        if not self._group:
            self._group, self._lines = self._lines, []
            self._group_bytes, self._bytes = self._bytes, 0
            self._some.clear()
        part = self._group[: max(1, len(self._group) >> self._failures)]
        done = await asyncio.get_running_loop().run_in_executor(None, self._writer.store, b"".join(part), len(part))
        self._failures = 0 if done else self._failures + 1
        if done:
            del self._group[: len(part)]
            self._group_bytes = self._group_bytes if self._group else 0
            if self.paused and self._bytes + self._group_bytes <= self._most // 2:
                self.paused = False
                self._flow.resume()
        return done


async def _within(seconds: float, event: asyncio.Event) -> None:
    """Wait so long, or until an event."""
    try:
        async with asyncio.timeout(seconds):
            await event.wait()
    except TimeoutError:
        return


async def _first_of(*events: asyncio.Event) -> None:
    """Wait until one of them is set."""
    waits = [asyncio.ensure_future(event.wait()) for event in events]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()
