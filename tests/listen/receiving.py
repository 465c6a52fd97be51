"""A real listener in the test's own loop, and senders of every kind."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from switchcorr.listen.allowed import LOOPBACK
from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.server import Address, Listener, ListenOptions, ListenReport

DEADLINE_S = 20.0


@dataclass
class Running:
    """A listener that runs."""

    listener: Listener
    folder: Path
    ending: asyncio.Event = field(default_factory=asyncio.Event)
    report: ListenReport | None = None

    @property
    def counts(self) -> ListenCounts:
        return self.listener.counts

    def port(self, transport: str, host: str = "127.0.0.1") -> int:
        return next(one.port for one in self.listener.addresses if (one.transport, one.host) == (transport, host))

    def lines(self) -> list[bytes]:
        """All lines of all segments, without arrival and source."""
        return [line.split(b" ", 2)[2] for line in self.raw().split(b"\n")[:-1]]

    def raw(self) -> bytes:
        return b"".join(path.read_bytes() for path in sorted(self.folder.glob("*.log")))

    async def until(self, true: Callable[[], bool]) -> None:
        """Wait for a condition, with a deadline."""
        async with asyncio.timeout(DEADLINE_S):
            while not true():
                await asyncio.sleep(0.01)

    async def end(self) -> ListenReport:
        self.ending.set()
        await self.until(lambda: self.report is not None)
        assert self.report is not None
        return self.report


def options(folder: Path, *transports: str, hosts: tuple[str, ...] = ("127.0.0.1",)) -> ListenOptions:
    addresses = tuple(Address(transport, host, 0) for transport in transports for host in hosts)
    return ListenOptions(folder, addresses, LOOPBACK)


@asynccontextmanager
async def listening(given: ListenOptions) -> AsyncIterator[Running]:
    """Run a listener; ends it if the test did not."""
    given.folder.mkdir(exist_ok=True)
    listener = Listener(given)
    running = Running(listener, given.folder)
    opened = asyncio.Event()

    async def run() -> None:
        running.report = await listener.run(running.ending, lambda _: opened.set())

    task = asyncio.ensure_future(run())
    waiting = asyncio.ensure_future(opened.wait())
    await asyncio.wait((task, waiting), return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    try:
        if not task.done():
            yield running
    finally:
        running.ending.set()
        async with asyncio.timeout(DEADLINE_S):
            await task


def send_udp(port: int, *messages: bytes, host: str = "127.0.0.1", source: str = "") -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as sender:
        if source:
            sender.bind((source, 0))
        for message in messages:
            sender.sendto(message, (host, port))


async def connect(port: int, *, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> asyncio.StreamWriter:
    _, writer = await asyncio.open_connection(host, port, ssl=tls, server_hostname="" if tls else None)
    return writer


async def send_tcp(port: int, *pieces: bytes, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
    """Send in pieces, and close."""
    writer = await connect(port, host=host, tls=tls)
    for piece in pieces:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0)
    writer.close()
    await writer.wait_closed()


__all__ = ["DEADLINE_S", "Running", "connect", "listening", "options", "replace", "send_tcp", "send_udp"]
