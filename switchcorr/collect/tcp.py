"""Names to addresses, and TCP connections for the drivers whose libraries would open their own: our limits, our errors, and a socket that can be cut."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket

Address = tuple[socket.AddressFamily, tuple[str, int] | tuple[str, int, int, int]]


async def look_up(host: str, port: int) -> tuple[str, ...]:
    """The addresses of a host, in the order in which they are tried; an address is its own.

    Raises:
        OSError: the name leads nowhere.
    """
    try:
        found = await _addresses(host, port)
    except UnicodeError as error:
        raise OSError(f"no name of a host: {error}") from error
    return tuple(dict.fromkeys(address[0] for _, address in found))


async def connect_tcp(host: str, port: int, *, seconds: float) -> socket.socket:
    """Connect to the first address of a host that accepts; the socket does not block.

    Raises:
        OSError: of the last address that was tried; ``TimeoutError`` if the time was over, ``socket.gaierror`` for a wrong name.
    """
    async with asyncio.timeout(seconds):
        *others, last = await _addresses(host, port)
        for family, address in others:
            with contextlib.suppress(OSError):  # the last one tells what is wrong
                return await _connect(family, address)
        return await _connect(*last)


async def _addresses(host: str, port: int) -> list[Address]:
    try:
        version = ipaddress.ip_address(host).version
    except ValueError:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        return [(family, address) for family, _, _, _, address in found if isinstance(address[0], str)]
    return [(socket.AF_INET6 if version == 6 else socket.AF_INET, (host, port))]


async def _connect(family: socket.AddressFamily, address: tuple[str, int] | tuple[str, int, int, int]) -> socket.socket:
    with contextlib.ExitStack() as stack:
        connection = socket.socket(family, socket.SOCK_STREAM)
        stack.callback(connection.close)
        connection.settimeout(0)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        await asyncio.get_running_loop().sock_connect(connection, address)
        stack.pop_all()
    return connection
