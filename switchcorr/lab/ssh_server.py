"""Simulated switches as SSH (or Telnet) servers on 127.0.0.1: a listener each, one event loop for all."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import socket
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from switchcorr.lab.algorithms import HostKeys
from switchcorr.lab.distance import at_a_distance
from switchcorr.lab.guest import Guest
from switchcorr.lab.journal import Journal
from switchcorr.lab.listener import Listener
from switchcorr.lab.ssh_session import serve_ssh
from switchcorr.lab.switch import LabSwitch
from switchcorr.lab.telnet_session import serve_telnet

_LAST_PACKETS_S = 2
"""How long the last packets of a far-off switch may take after its connection has ended."""


class LabServer:
    """Switches that can be reached while the context is open.

    Args:
        switches: names are unique.
        journal: file of JSON lines for the journal; None keeps it in memory only.
        keep: whether entries of the journal are kept in memory.
        count_visits: whether each session at the command line is a later visit of its switch than the one before.

    Attributes:
        journal: everything that was received.
        visit: number given to the switches' answers, as long as ``visits`` says nothing of a switch.
        visits: number of the visit by name of switch.
    """

    def __init__(
        self, switches: Sequence[LabSwitch], *, journal: Path | None = None, keep: bool = True, count_visits: bool = False
    ) -> None:
        self._switches = {switch.name: switch for switch in switches}
        if len(self._switches) != len(switches):
            raise ValueError("two switches have one name")
        self._numbers = {switch.name: number for number, switch in enumerate(switches)}
        self._keys = HostKeys()
        self._listeners: dict[str, Listener] = {}
        self._connections: set[asyncio.Task[None]] = set()
        self._count_visits = count_visits
        self.journal = Journal(journal, keep=keep)
        self.visit = 1
        self.visits: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        with contextlib.ExitStack() as opened:
            opened.callback(self.journal.close)
            for switch in self._switches.values():
                listener = self._listeners[switch.name] = Listener(switch, self.journal, self._accepted)
                opened.callback(listener.close)
                listener.open()
            opened.pop_all()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        for listener in self._listeners.values():
            listener.close()
        for task in self._connections:
            task.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)
        self.journal.close()

    def address(self, name: str) -> tuple[str, int]:
        """Where a switch listens."""
        return self._listeners[name].address

    def name_at(self, address: tuple[str, int]) -> str | None:
        """The switch that listens at an address; None if none does."""
        return next((name for name, listener in self._listeners.items() if listener.address == address), None)

    def host_key(self, name: str) -> str:
        """The public key that a switch is known by, in OpenSSH's form."""
        key = self._keys.of(self._switches[name], self._numbers[name])
        return " ".join(key.export_public_key("openssh").decode().split()[:2])

    def _begin_visit(self, name: str) -> int:
        """The number of a visit that begins now; where visits are counted, the next one gets the next number."""
        visit = self.visits.get(name, self.visit)
        if self._count_visits:
            self.visits[name] = visit + 1
        return visit

    def _accepted(self, switch: LabSwitch, connection: socket.socket) -> None:
        task = asyncio.ensure_future(self._serve(switch, connection))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)
        task.add_done_callback(lambda _: connection.close())  # a task that is cancelled before it began has closed nothing

    async def _serve(self, switch: LabSwitch, connection: socket.socket) -> None:
        inner, carrier = connection, None
        try:
            if switch.round_trip_s:
                inner, carrier = await at_a_distance(connection, switch.round_trip_s)
            guest = Guest(switch, inner, connection, self.journal, functools.partial(self._begin_visit, switch.name))
            if switch.telnet:
                await serve_telnet(guest)
            else:
                await serve_ssh(guest, self._keys.shown_by(switch, self._numbers[switch.name]))
            if carrier is not None:
                await asyncio.wait((carrier,), timeout=_LAST_PACKETS_S + switch.round_trip_s)
        finally:
            if carrier is not None:
                carrier.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await carrier


class LabThread:
    """The same for code that has no event loop: a server in a thread of its own.

    Args:
        switches: as for ``LabServer``.

    Attributes:
        server: may be asked for addresses, keys and the journal from any thread.
    """

    def __init__(self, switches: Sequence[LabSwitch]) -> None:
        self.server = LabServer(switches)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="switchcorr-lab", daemon=True)
        self._ready = threading.Event()
        self._stop = asyncio.Event()
        self._error: OSError | None = None

    def __enter__(self) -> LabServer:
        self._thread.start()
        self._ready.wait()
        if self._error is not None:
            self._thread.join()
            raise self._error
        return self.server

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        try:
            self._loop = asyncio.get_running_loop()
            async with self.server:
                self._ready.set()
                await self._stop.wait()
        except OSError as error:
            self._error = error
        finally:
            self._ready.set()
