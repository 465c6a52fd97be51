"""The way to a switch that is far off: every packet takes half a round trip, in either direction, from the TCP connection on."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections import deque

_MOST_ON_THE_WAY = 1_000_000
"""Bytes under way before the sender is stopped: what a window of TCP would hold."""


async def at_a_distance(near: socket.socket, round_trip_s: float) -> tuple[socket.socket, asyncio.Task[None]]:
    """A socket that leads to a client far away, and the task that carries the packets; cancelled, it closes both ends.

    Args:
        near: the accepted connection; it belongs to the task from now on.
        round_trip_s: the time of a packet there and of its answer back.
    """
    inner, outer = socket.socketpair()
    loop = asyncio.get_running_loop()
    halves = (_Half(round_trip_s / 2), _Half(round_trip_s / 2))
    halves[0].other, halves[1].other = halves[1], halves[0]
    with contextlib.ExitStack() as undo:
        undo.callback(inner.close)
        undo.callback(outer.close)
        for end in (inner, outer):
            end.settimeout(0)
        for half, end in zip(halves, (near, outer), strict=True):
            await loop.connect_accepted_socket(lambda half=half: half, end)  # type: ignore[misc]  # a lambda with a default
            undo.callback(half.abort)
        await asyncio.sleep(round_trip_s)  # the three packets of TCP's handshake
        undo.pop_all()
    return inner, asyncio.ensure_future(_carry(*halves))


async def _carry(first: _Half, second: _Half) -> None:
    try:
        await asyncio.gather(first.closed.wait(), second.closed.wait())
    finally:
        first.abort()
        second.abort()


class _Half(asyncio.Protocol):
    """One end; what it receives is written at the other one, later."""

    def __init__(self, delay_s: float) -> None:
        self._delay_s = delay_s
        self._transport: asyncio.Transport | None = None
        self._on_the_way: deque[bytes] = deque()
        self._bytes = 0
        self._stopped = False
        self.other: _Half = self
        self.closed = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._send(data)

    def eof_received(self) -> bool:
        self._send(b"")
        return True

    def connection_lost(self, error: Exception | None) -> None:
        del error
        self.closed.set()
        self._send(b"")

    def abort(self) -> None:
        """End at once."""
        if self._transport is not None:
            self._transport.abort()

    def _send(self, data: bytes) -> None:
        """Send to the other end; nothing is the end."""
        self._on_the_way.append(data)
        self._bytes += len(data)
        asyncio.get_running_loop().call_later(self._delay_s, self._arrive)
        if self._bytes > _MOST_ON_THE_WAY and not self._stopped and self._transport is not None:
            self._stopped = True
            self._transport.pause_reading()

    def _arrive(self) -> None:
        data = self._on_the_way.popleft()
        self._bytes -= len(data)
        self.other.write(data)
        if self._stopped and self._bytes <= _MOST_ON_THE_WAY // 2 and self._transport is not None:
            self._stopped = False
            if not self._transport.is_closing():
                self._transport.resume_reading()

    def write(self, data: bytes) -> None:
        """What has arrived here."""
        if self._transport is None or self._transport.is_closing():
            return
        if data:
            self._transport.write(data)
        else:
            self._transport.close()
