"""The session channel of an SSH connection: feeds the command line with what arrives, and sends what it wants."""

from __future__ import annotations

import asyncio
import enum
from typing import Final

import asyncssh

from switchcorr.collect.dialogue import CommandLine, Want
from switchcorr.collect.session import Deadline

WINDOW: Final = 1 << 20
"""Bytes that a device may send ahead; what is in flight when an answer is stopped for its size."""
PACKET: Final = 1 << 15
ENTER: Final = b"\r"
NEXT_PAGE: Final = b" "
"""Typed at the pager."""


class Ending(enum.Enum):
    """How an exchange ended without a word of the device."""

    SILENT = enum.auto()
    DEADLINE = enum.auto()
    CLOSED = enum.auto()
    INTERRUPTED = enum.auto()


Outcome = Want | Ending


class Terminal(asyncssh.SSHClientSession[bytes]):
    """One shell on a device.

    Args:
        line: reads what arrives.

    Attributes:
        closed: the device has ended the session, or the connection.
        error: what the connection ended with; None after a clean end.
        last_at: when the last byte came, by the clock of the event loop.
    """

    def __init__(self, line: CommandLine) -> None:
        self.line = line
        self.closed = asyncio.Event()
        self.error: Exception | None = None
        self._loop = asyncio.get_running_loop()
        self.last_at = self._loop.time()
        self._channel: asyncssh.SSHClientChannel[bytes] | None = None
        self._deadline: Deadline | None = None
        self._outcome: Outcome | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._settling: asyncio.TimerHandle | None = None
        self._idle_s = 0.0
        self._ends_at = 0.0
        self._listening = False

    async def exchange(self, *, idle_s: float, deadline: Deadline, ends_at: float = float("inf")) -> Outcome:
        """Wait until the command line has what it wants, or is not to get it.

        Args:
            idle_s: of silence.
            ends_at: latest time, by the clock of the event loop.
        """
        self._deadline, self._idle_s, self._ends_at = deadline, idle_s, ends_at
        self._outcome, self._listening, self.last_at = None, True, self._loop.time()
        try:
            self._tick()
            if (want := self.line.receive(b"")) is not Want.MORE:
                self._act(want)  # what came before anybody waited for it
            while (outcome := self._current()) is None:
                self._waiter = self._loop.create_future()
                await self._waiter
            return outcome
        finally:
            self._listening = False
            self._stop_timers()

    def send(self, data: bytes) -> None:
        """Type something; nothing happens if the session has ended."""
        if self._channel is not None and not self.closed.is_set():
            try:
                self._channel.write(data)
            except OSError as error:
                self._lost(error)

    def interrupt(self) -> None:
        """End the running exchange."""
        self._finish(Ending.INTERRUPTED)

    # what the library calls

    def connection_made(self, chan: asyncssh.SSHClientChannel[bytes]) -> None:
        """The channel is open."""
        self._channel = chan

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        """Bytes of the device, in packets of at most 32 KiB."""
        del datatype
        self.last_at = self._loop.time()
        if not self._listening:
            self.line.overhear(data)
            return
        if self._deadline is not None:
            self._deadline.earn(len(data))
        if self._outcome is Want.FULL or isinstance(self._outcome, Ending):
            return
        if self._settling is not None:
            self._settling.cancel()
            self._settling = None
        self._outcome = None
        want = self.line.receive(data)
        if want is not Want.MORE:
            self._act(want)

    def eof_received(self) -> bool:
        """The device sends no more."""
        self._lost(None)
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """The session has ended."""
        self._lost(exc)

    # inside

    def _current(self) -> Outcome | None:
        """The outcome as it stands: one that was there when the waiter was woken may be gone, for more has come."""
        return self._outcome

    def _act(self, want: Want) -> None:
        if want is Want.PAGE:
            self.send(NEXT_PAGE)
        elif want is Want.EMPTY_LINE:
            self.send(ENTER)
        elif want is Want.SETTLE:
            self._settling = self._loop.call_later(self.line.settle_s, self._settled)
        else:
            if want is Want.FULL and self._channel is not None:
                self._channel.pause_reading()
            self._finish(want)

    def _settled(self) -> None:
        self._settling = None
        want = self.line.settled()
        if want is not Want.MORE:
            self._act(want)

    def _lost(self, error: Exception | None) -> None:
        self.error = self.error or error
        self.closed.set()
        if self._settling is not None:
            self._settling.cancel()
            self._settled()  # nothing can come any more
        self._finish(Ending.CLOSED)

    def _finish(self, outcome: Outcome) -> None:
        if self._outcome is None:
            self._outcome = outcome
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    def _tick(self) -> None:
        """Look whether it has been silent for too long, or is over; else look again when it might be."""
        now = self._loop.time()
        left = min(self.last_at + self._idle_s, self._ends_at) - now
        if self.closed.is_set():
            self._finish(Ending.CLOSED)
        elif self._deadline is not None and self._deadline.remaining_s <= 0:
            self._finish(Ending.DEADLINE)
        elif left <= 0:
            self._finish(Ending.SILENT)
        else:
            remaining = self._deadline.remaining_s if self._deadline is not None else left
            self._timer = self._loop.call_later(max(0.0, min(left, remaining)) + 0.001, self._tick)

    def _stop_timers(self) -> None:
        for timer in (self._timer, self._settling):
            if timer is not None:
                timer.cancel()
        self._timer = self._settling = None
