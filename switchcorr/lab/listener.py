"""The port of one simulated switch, and what can be wrong before a single byte of SSH or Telnet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import struct
from collections.abc import Callable

from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.switch import LabSwitch

ADDRESS = "127.0.0.1"
NOT_SSH = b"HTTP/1.1 400 Bad Request\r\nServer: lab\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
_WAITING = 512
_FILLERS = 4


class Listener:
    """Listens for one switch.

    Args:
        accepted: takes over a connection that nothing is wrong with.
    """

    def __init__(self, switch: LabSwitch, journal: Journal, accepted: Callable[[LabSwitch, socket.socket], None]) -> None:
        self._switch = switch
        self._journal = journal
        self._accepted = accepted
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.settimeout(0)
        self._held: set[socket.socket] = set()
        self._was_reset = False

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port = self._socket.getsockname()
        return host, port

    def open(self) -> None:
        """Begin to listen, on a free port.

        Raises:
            OSError: no port or no descriptor is left.
        """
        self._socket.bind((ADDRESS, 0))
        if self._switch.fault is Fault.CONNECTION_REFUSED:
            return  # a port that is bound and not listened on refuses, and nobody else can have it
        if self._switch.fault is Fault.SYN_DROPPED:
            self._fill_queue()
            return
        self._socket.listen(_WAITING)
        asyncio.get_running_loop().add_reader(self._socket, self._accept)

    def close(self) -> None:
        """End listening; connections that were handed on are left alone."""
        loop = asyncio.get_running_loop()
        loop.remove_reader(self._socket)
        self._socket.close()
        for held in list(self._held):
            self._let_go(held)

    def _fill_queue(self) -> None:
        """Connections that are never accepted: further ones get no answer, not even a refusal."""
        self._socket.listen(0)
        for _ in range(_FILLERS):
            filler = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
            filler.settimeout(0)
            self._held.add(filler)
            with contextlib.suppress(BlockingIOError):  # that is what connecting without waiting says
                filler.connect(self._socket.getsockname())

    def _accept(self) -> None:
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return  # the client has left again
        connection.settimeout(0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._journal.add(self._switch.name, Kind.CONNECTED)
        fault = self._switch.fault
        if fault is Fault.FIRST_CONNECTION_RESET and not self._was_reset:
            self._was_reset = True
            reset(connection)
            self._journal.add(self._switch.name, Kind.CLOSED)
        elif fault in {Fault.SILENT, Fault.NOT_SSH}:
            if fault is Fault.NOT_SSH:
                with contextlib.suppress(OSError):  # the client has left again
                    connection.send(NOT_SSH)
                    connection.shutdown(socket.SHUT_WR)
            self._hold(connection)
        else:
            self._accepted(self._switch, connection)

    def _hold(self, connection: socket.socket) -> None:
        """Keep a connection, deaf, until the client leaves."""
        self._held.add(connection)
        asyncio.get_running_loop().add_reader(connection, self._listen_to, connection)

    def _listen_to(self, connection: socket.socket) -> None:
        try:
            data = connection.recv(4096)
        except OSError:
            data = b""
        if not data:
            self._let_go(connection)

    def _let_go(self, held: socket.socket) -> None:
        asyncio.get_running_loop().remove_reader(held)
        held.close()
        self._held.discard(held)
        if self._switch.fault is not Fault.SYN_DROPPED:
            self._journal.add(self._switch.name, Kind.CLOSED)


def reset(connection: socket.socket) -> None:
    """End a connection with RST."""
    end_with_reset(connection)
    connection.close()


def end_with_reset(connection: socket.socket) -> None:
    """Let a connection end with RST whenever it is closed."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
