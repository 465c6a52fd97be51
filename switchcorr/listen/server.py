"""The listener: opens its addresses, lets intake and segments do their work, watches, and ends politely.

It only appends. What the lines mean is read by others, from the segments.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import final

from switchcorr.errors import ListenError
from switchcorr.listen.allowed import AllowedSources
from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.intake import Intake
from switchcorr.listen.losses import Loss, with_loss
from switchcorr.listen.segments import Disk, Rotation, SegmentWriter
from switchcorr.listen.tcp import Connections, Limits, bind_tcp
from switchcorr.listen.udp import LEAST_BUFFER_BYTES, UdpReceiver, bind_udp, inode_of, kernel_drops
from switchcorr.text import counted

_log = logging.getLogger(__name__)
_WATCH_S = 1.0
_SAY_S = 60.0
_LAST_READ_S = 2.0
"""How long the end waits for what senders have sent already."""
_QUIET_S = 0.1
_LAST_WRITE_S = 5.0
_HINT = "Is the port taken, or below 1024? Let rsyslog or syslog-ng receive there: --print-rsyslog, --print-syslog-ng."


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where to listen.

    Attributes:
        transport: ``udp``, ``tcp`` or ``tls``.
        host: an IP address.
        port: 0 lets the system choose.
    """

    transport: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.transport} {host}:{self.port}"


@dataclass(frozen=True, slots=True)
class ListenOptions:
    """How to listen.

    Attributes:
        folder: of the segments; the caller holds it.
        tls: for the addresses that want it.
        status: told every second, in another thread, how it stands.
        losses: what earlier runs could not receive.
    """

    folder: Path
    addresses: tuple[Address, ...]
    allow: tuple[str, ...]
    limits: Limits = field(default_factory=Limits)
    rotation: Rotation = field(default_factory=Rotation)
    tls: ssl.SSLContext | None = None
    disk: Disk = field(default_factory=Disk)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    status: Callable[[ListenReport], None] | None = None
    losses: tuple[Loss, ...] = ()


@dataclass(frozen=True, slots=True)
class ListenReport:
    """How it stands.

    Attributes:
        waiting: messages that are not on the disk yet.
        problem: why segments cannot be written at the moment; empty if they can.
        losses: when the kernel dropped datagrams, and how many; those of earlier runs too.
    """

    since: datetime
    addresses: tuple[Address, ...]
    counts: ListenCounts
    waiting: int = 0
    problem: str = ""
    segment: str = ""
    losses: tuple[Loss, ...] = ()


@final
class Listener:
    """Listens once: ``run`` opens, receives until it is told to end, and closes."""

    def __init__(self, options: ListenOptions) -> None:
        self.counts = ListenCounts()
        self.addresses: tuple[Address, ...] = ()
        self._options = options
        self._allowed = AllowedSources(options.allow)
        self._since = options.now()
        self._writer = SegmentWriter(
            options.folder, self.counts, rotation=options.rotation, now=options.now, monotonic=options.monotonic, disk=options.disk
        )
        self._udp: list[UdpReceiver] = []
        self._listening: list[tuple[socket.socket, bool]] = []
        self._said = options.monotonic()
        self._said_stored = 0
        self._paused_said = -_SAY_S + options.monotonic()
        self._is_ending = False
        self._losses = options.losses
        self._looked_at = self._since

    async def run(self, ending: asyncio.Event, opened: Callable[[tuple[Address, ...]], None] = lambda _: None) -> ListenReport:
        """Listen until ``ending`` is set.

        Args:
            ending: ends it; what was received is stored first.
            opened: told the addresses, with the ports the system chose.

        Raises:
            ListenError: an address cannot be opened, or at the end something could not be stored.
        """
        options = self._options
        intake = Intake(self._writer, self.counts, most_bytes=options.limits.pending_bytes, now=options.now, flow=self)
        self._intake = intake
        self._connections = Connections(
            intake, self.counts, allowed=self._allowed, limits=options.limits, refused=self._refused, monotonic=options.monotonic
        )
        try:
            self.addresses = tuple(self._open(address) for address in options.addresses)
            opened(self.addresses)
            await self._receive(intake, ending)
        finally:
            for bound in (*(one.socket for one in self._udp), *(one for one, _ in self._listening)):
                bound.close()
            self._writer.close()
        if intake.waiting:
            raise ListenError(
                f"{counted(intake.waiting, 'received message')} could not be stored: {self._writer.problem}.", hint="Make room on the disk."
            )
        return self.report()

    def report(self) -> ListenReport:
        """How it stands."""
        path = self._writer.path
        return ListenReport(
            self._since,
            self.addresses,
            replace(self.counts),
            self._intake.waiting,
            self._writer.problem,
            path.name if path is not None else "",
            self._losses,
        )

    def pause(self) -> None:
        """Leave what comes in the kernel's buffers, as too much waits for the disk."""
        for receiver in self._udp:
            receiver.pause()
        self._connections.pause()
        self.counts.pauses += 1
        if self._options.monotonic() - self._paused_said >= _SAY_S:
            self._paused_said = self._options.monotonic()
            _log.warning("listen: %d messages wait for the disk; reading pauses until it has caught up", self._intake.waiting)

    def resume(self) -> None:
        """Take it again, unless the end has come."""
        if self._is_ending:
            return
        for receiver in self._udp:
            receiver.resume()
        self._connections.resume()

    async def _receive(self, intake: Intake, ending: asyncio.Event) -> None:
        storing_ends = asyncio.Event()
        storing = asyncio.ensure_future(intake.run(storing_ends))
        accepting = [
            asyncio.ensure_future(self._connections.accept(bound, self._options.tls if is_tls else None))
            for bound, is_tls in self._listening
        ]
        for receiver in self._udp:
            receiver.resume()
        watching = asyncio.ensure_future(self._watch())
        try:
            await _until(ending, storing, watching, *accepting)
            await self._read_the_rest()
        finally:
            self._is_ending = True
            for task in (*accepting, watching):
                task.cancel()
            for receiver in self._udp:
                receiver.pause()
            self._connections.close()
            storing_ends.set()
            await self._connections.closed()
            await asyncio.wait([storing], timeout=_LAST_WRITE_S)
            self._look_at_drops()
        for task in (storing, watching, *accepting):
            if task.done() and not task.cancelled():
                task.result()

    def _open(self, address: Address) -> Address:
        try:
            if address.transport == "udp":
                bound, granted = bind_udp(address.host, address.port)
                limits = self._options.limits
                receiver = UdpReceiver(bound, self._intake, self.counts, allowed=self._allowed, limit=limits.longest, refused=self._refused)
                self._udp.append(receiver)
                if granted < LEAST_BUFFER_BYTES:
                    _log.warning(
                        "listen: %s: the kernel grants a buffer of %d kB only, so bursts may be lost; `sysctl -w net.core.rmem_max=8388608` permits more",
                        address, granted // 1024,
                    )  # fmt: skip
            else:
                bound = bind_tcp(address.host, address.port)
                self._listening.append((bound, address.transport == "tls"))
        except OSError as error:
            raise ListenError(f"{address} cannot be opened: {error.strerror}.", hint=_HINT) from error
        return Address(address.transport, address.host, int(bound.getsockname()[1]))

    def _refused(self, source: str) -> None:
        if self._allowed.is_news(source):
            _log.warning("listen: %s is not allowed to send; its messages are counted and not kept (--allow)", source)

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_WATCH_S)
            self._connections.close_idle()
            self._look_at_drops()
            if self._options.status is not None:
                await asyncio.to_thread(self._options.status, self.report())
            self._tell()

    def _look_at_drops(self) -> None:
        drops, now = kernel_drops({inode_of(one.socket) for one in self._udp}), self._options.now()
        if drops > self.counts.kernel_drops:
            _log.warning(
                "listen: the kernel dropped %d datagrams, %d in all: events may be missing", drops - self.counts.kernel_drops, drops
            )
            self._losses = with_loss(self._losses, Loss(min(self._looked_at, now), now, drops - self.counts.kernel_drops))
            self.counts.kernel_drops = drops
        self._looked_at = now

    def _tell(self) -> None:
        if self._options.monotonic() - self._said >= _SAY_S:
            self._said = self._options.monotonic()
            _log.info(
                "listen: %d messages stored, %d of them in the last minute", self.counts.stored, self.counts.stored - self._said_stored
            )
            self._said_stored = self.counts.stored

    async def _read_the_rest(self) -> None:
        """Take what senders have sent already: until it is quiet for a moment, or for two seconds."""
        clock = asyncio.get_running_loop().time
        deadline = clock() + _LAST_READ_S
        while clock() < deadline and not self._intake.paused:
            taken = sum(receiver.drain() for receiver in self._udp)
            await asyncio.sleep(_QUIET_S if not taken else 0)
            if not taken and clock() - self._connections.last_data >= _QUIET_S:
                return


async def _until(ending: asyncio.Event, *tasks: asyncio.Future[None]) -> None:
    """Wait for the end; a task that ends before it has failed, and ends everything."""

    async def asked() -> None:
        await ending.wait()

    waiting = asyncio.ensure_future(asked())
    try:
        await asyncio.wait((waiting, *tasks), return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
