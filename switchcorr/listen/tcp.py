"""Syslog by TCP and TLS: connections within limits, each with its own framing.

A connection is refused before a TLS handshake if its source is not allowed or has too many. It is idle when no whole message came for
too long, so that one that drips single bytes is closed as well.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import final

from switchcorr.listen.allowed import AllowedSources
from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.framing import BadFrameError, Framer
from switchcorr.listen.intake import Intake
from switchcorr.text import clean

_log = logging.getLogger(__name__)
_BACKLOG = 256
_WAIT_S = 1.0
"""How long accepting waits when the process has no more handles."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a sender may ask of a listener. Assumed, and settings of ``listen``.

    Attributes:
        longest: octets of a message that are kept. Source: RFC 5425 asks for 8192 at least.
        connections: at the same time; a campus has some hundred senders.
        per_source: of them from one address.
        idle_s: without a whole message.
        handshake_s: for TLS.
        pending_bytes: of lines that wait for the disk, before reading pauses.
    """

    longest: int = 8192
    connections: int = 512
    per_source: int = 64
    idle_s: float = 300.0
    handshake_s: float = 10.0
    pending_bytes: int = 16 << 20


@final
class Connections:
    """All connections of a listener."""

    def __init__(
        self,
        intake: Intake,
        counts: ListenCounts,
        *,
        allowed: AllowedSources,
        limits: Limits,
        refused: Callable[[str], None],
        monotonic: Callable[[], float],
    ) -> None:
        self.intake = intake
        self.counts = counts
        self.limits = limits
        self.monotonic = monotonic
        self._allowed = allowed
        self._refused = refused
        self._of_source: Counter[str] = Counter()
        self._open: set[_Connection] = set()
        self._opening: set[asyncio.Task[None]] = set()
        self._paused = False
        self._ending = False
        self.last_data = asyncio.get_running_loop().time()

    async def accept(self, listening: socket.socket, context: ssl.SSLContext | None) -> None:
        """Take connections for ever."""
        loop = asyncio.get_running_loop()
        while True:
            try:
                accepted, peer = await loop.sock_accept(listening)
            except OSError as error:
                _log.warning("listen: no connection can be taken: %s", error.strerror)
                await asyncio.sleep(_WAIT_S)
                continue
            self._adopt(accepted, str(peer[0]), context)

    def pause(self) -> None:
        """Let senders wait."""
        self._paused = True
        for connection in self._open:
            connection.pause()

    def resume(self) -> None:
        """Let senders go on."""
        self._paused = False
        for connection in self._open:
            connection.resume()

    def close_idle(self) -> None:
        """Close what has sent no whole message for too long."""
        before = self.monotonic() - self.limits.idle_s
        for connection in [one for one in self._open if one.last_message < before]:
            if not self._paused:
                self.counts.idle_closed += 1
                connection.end()

    def close(self) -> None:
        """End all of them; what they sent of an unfinished message is kept."""
        self._ending = True
        for task in self._opening:
            task.cancel()
        for connection in list(self._open):
            connection.end()

    async def closed(self) -> None:
        """Wait until handshakes that were broken off are gone."""
        if self._opening:
            await asyncio.wait(self._opening)

    def joined(self, connection: _Connection) -> None:
        """A connection is open, its handshake done."""
        self._open.add(connection)
        if self._paused:
            connection.pause()

    def left(self, connection: _Connection) -> None:
        """A connection is gone."""
        self._open.discard(connection)

    def _adopt(self, accepted: socket.socket, source: str, context: ssl.SSLContext | None) -> None:
        is_allowed = self._allowed.permits(source)
        is_full = self._of_source.total() >= self.limits.connections or self._of_source[source] >= self.limits.per_source
        if not is_allowed or is_full or self._ending:
            self.counts.refused_connections += 1
            if not is_allowed:
                self._refused(source)
            accepted.close()
            if not self._of_source[source]:
                del self._of_source[source]
            return
        self.counts.connections += 1
        self._of_source[source] += 1
        task = asyncio.ensure_future(self._open_up(accepted, source, context))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open_up(self, accepted: socket.socket, source: str, context: ssl.SSLContext | None) -> None:
        made: list[_Connection] = []

        def make() -> _Connection:
            made.append(_Connection(self, source, is_tls=context is not None, left=lambda: self._forget(source)))
            return made[0]

        timeout = self.limits.handshake_s if context is not None else None
        try:
            loop = asyncio.get_running_loop()
            await loop.connect_accepted_socket(make, accepted, ssl=context, ssl_handshake_timeout=timeout)
        except (OSError, TimeoutError) as error:  # an SSLError is an OSError
            self.counts.failed_handshakes += 1
            _log.info("listen: TLS handshake of %s failed: %s", source, clean(str(error) or "timeout"))
        finally:
            if not made or not made[0].was_open:  # it never got as far as to be told that it is lost
                accepted.close()
                self._forget(source)

    def _forget(self, source: str) -> None:
        self._of_source[source] -= 1
        if self._of_source[source] <= 0:
            del self._of_source[source]


@final
class _Connection(asyncio.Protocol):
    """One sender's connection."""

    def __init__(self, connections: Connections, source: str, *, is_tls: bool, left: Callable[[], None]) -> None:
        self._connections = connections
        self._source = source.encode()
        self._is_tls = is_tls
        self._left = left
        self._framer = Framer(connections.limits.longest)
        self._transport: asyncio.Transport | None = None
        self._ended = False
        self.was_open = False
        self.last_message = connections.monotonic()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """It is open."""
        if isinstance(transport, asyncio.Transport):
            self._transport = transport
        self.was_open = True
        self._connections.joined(self)

    def data_received(self, data: bytes) -> None:
        """Some bytes came."""
        connections = self._connections
        connections.last_data = asyncio.get_running_loop().time()
        try:
            messages = self._framer.feed(data)
        except BadFrameError as error:
            self._take(error.before)
            connections.counts.bad_frames += 1
            _log.warning("listen: connection of %s closed: %s", self._source.decode(), clean(str(error)))
            self._framer = Framer(connections.limits.longest)
            self.end()
        else:
            self._take(messages)

    def connection_lost(self, _: Exception | None) -> None:
        """It is gone, whoever closed it."""
        if not self._ended:
            self._finish()
        self._connections.left(self)
        self._left()

    def pause(self) -> None:
        """Leave what comes in the kernel's buffer."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        """Take it again; who had to wait was not idle."""
        self.last_message = self._connections.monotonic()
        if self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def end(self) -> None:
        """Close it; takes what is there of an unfinished message."""
        if not self._ended:
            self._finish()
            if self._transport is not None:
                self._transport.abort()

    def _finish(self) -> None:
        self._ended = True
        self._take(self._framer.finish())

    def _take(self, messages: list[bytes]) -> None:
        counts, framed = self._connections.counts, self._framer.counts
        counts.cut += framed.cut
        counts.empty += framed.empty
        counts.half += framed.half
        framed.cut = framed.empty = framed.half = 0
        if not messages:
            return
        self.last_message = self._connections.monotonic()
        if self._is_tls:
            counts.tls += len(messages)
        else:
            counts.tcp += len(messages)
        self._connections.intake.take(self._connections.intake.stamp(), self._source, messages)


def bind_tcp(host: str, port: int) -> socket.socket:
    """A listening socket.

    Raises:
        OSError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        bound.settimeout(0)
        bound.bind((host, port))
        bound.listen(_BACKLOG)
    except OSError:
        bound.close()
        raise
    return bound
