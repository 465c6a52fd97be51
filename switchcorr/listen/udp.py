"""Syslog by UDP: many datagrams at each wake, and the kernel's own count of those it had no room for.

Source: RFC 5426; ``/proc/net/udp`` (column drops, found by the socket's inode) of Linux.
"""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import final

from switchcorr.listen.allowed import AllowedSources
from switchcorr.listen.counts import ListenCounts
from switchcorr.listen.intake import Intake

BUFFER_BYTES = 8 << 20
LEAST_BUFFER_BYTES = 4 << 20
"""With less, bursts of 10,000 messages a second may not fit. Measured: a default of 208 kB lost 30 % of them."""
_AT_ONCE = 512
_LARGEST = 65_535
_TABLES = (Path("/proc/net/udp"), Path("/proc/net/udp6"))
_INODE, _DROPS = 9, 12


@final
class UdpReceiver:
    """One UDP socket, already bound.

    Args:
        limit: octets of a message that are kept.
        refused: told the source of each datagram that is not allowed.
    """

    def __init__(
        self,
        bound: socket.socket,
        intake: Intake,
        counts: ListenCounts,
        *,
        allowed: AllowedSources,
        limit: int,
        refused: Callable[[str], None],
    ) -> None:
        self.socket = bound
        self._intake = intake
        self._counts = counts
        self._allowed = allowed
        self._limit = limit
        self._refused = refused

    def resume(self) -> None:
        """Take what comes from now on."""
        asyncio.get_running_loop().add_reader(self.socket, self.drain)

    def pause(self) -> None:
        """Leave what comes in the kernel's buffer."""
        asyncio.get_running_loop().remove_reader(self.socket)

    def drain(self) -> int:
        """Take what is there, up to some hundred datagrams; how many there were."""
        receive, permits, limit, counts = self.socket.recvfrom, self._allowed.permits, self._limit, self._counts
        stamp = self._intake.stamp()
        for count in range(_AT_ONCE):
            try:
                message, peer = receive(_LARGEST)
            except OSError:  # nothing more, or an ICMP error of an earlier answer that we never sent
                return count
            source = peer[0]
            if not permits(source):
                counts.refused_messages += 1
                self._refused(source)
                continue
            message = message.rstrip(b"\r\n\0")
            if not message:
                counts.empty += 1
                continue
            if len(message) > limit:
                counts.cut += 1
                message = message[:limit]
            counts.udp += 1
            self._intake.take(stamp, source.encode(), (message,))
            if self._intake.paused:
                return count + 1
        return _AT_ONCE


def bind_udp(host: str, port: int) -> tuple[socket.socket, int]:
    """A bound socket with as large a buffer as the kernel gives, and how large that is.

    Raises:
        OSError: the address cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        with suppress(OSError):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)
        bound.settimeout(0)
        bound.bind((host, port))
    except OSError:
        bound.close()
        raise
    return bound, bound.getsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF) // 2  # Linux tells twice what it grants


def kernel_drops(inodes: set[int], tables: tuple[Path, ...] = _TABLES) -> int:
    """Datagrams that the kernel dropped for want of room at these sockets, since they were opened; 0 where it does not tell."""
    total = 0
    for table in tables:
        try:
            lines = table.read_text(encoding="ascii", errors="replace").splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            cells = line.split()
            if len(cells) > _DROPS and cells[_INODE].isdigit() and int(cells[_INODE]) in inodes:
                total += int(cells[_DROPS])
    return total


def inode_of(bound: socket.socket) -> int:
    """The number by which the kernel's table knows a socket."""
    return os.fstat(bound.fileno()).st_ino
