"""An SSH jump host in front of simulated switches: it forwards connections to their ports and to nothing else, and may lie."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from types import MappingProxyType, TracebackType
from typing import Literal, Self

import asyncssh

from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.listener import ADDRESS
from switchcorr.lab.ssh_server import LabServer
from switchcorr.ssh_ignore import spare_empty_packets

NAME = "jump"
"""What the journal calls it."""


class LabJumpHost:
    """A jump host that can be used while the context is open.

    Args:
        lab: whose ports it forwards to; running already.
        lies: leads who asks for one switch to another one.

    Attributes:
        journal: of its logins and of every channel that was asked for.
    """

    def __init__(
        self,
        lab: LabServer,
        *,
        username: str = "jump",
        password: str = "jump-password",  # noqa: S107  # of a simulated host
        lies: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._lab = lab
        self._login = (username, password)
        self._lies = lies
        self._key = asyncssh.generate_private_key("ssh-ed25519")
        self._listener: asyncssh.SSHAcceptor | None = None
        self._guests: set[asyncssh.SSHServerConnection] = set()
        self.journal = Journal()

    async def __aenter__(self) -> Self:
        self._listener = await asyncssh.listen(
            ADDRESS, 0, server_factory=lambda: _Gate(self), server_host_keys=[self._key], agent_forwarding=False, x11_forwarding=False
        )
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._listener is not None:
            self._listener.close()
            await self._listener.wait_closed()
        guests = list(self._guests)
        for guest in guests:
            guest.abort()
        await asyncio.gather(*(guest.wait_closed() for guest in guests))

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        assert self._listener is not None, "not running"
        return ADDRESS, self._listener.get_port()

    @property
    def host_key(self) -> str:
        """Its public key, in OpenSSH's form."""
        return " ".join(self._key.export_public_key("openssh").decode().split()[:2])

    def came(self, guest: asyncssh.SSHServerConnection) -> None:
        """Somebody has connected."""
        self._guests.add(guest)
        self.journal.add(NAME, Kind.CONNECTED)

    def left(self, guest: asyncssh.SSHServerConnection) -> None:
        """Somebody has gone."""
        self._guests.discard(guest)
        self.journal.add(NAME, Kind.CLOSED)

    def lets_in(self, username: str, password: str) -> bool:
        """Whether a login is right."""
        right = (username, password) == self._login
        self.journal.add(NAME, Kind.AUTH_ATTEMPT, b"password")
        self.journal.add(NAME, Kind.AUTH_OK if right else Kind.AUTH_FAILED)
        return right

    def way_to(self, host: str, port: int) -> tuple[str, int] | None:
        """Where a request leads; None if it is none of the lab's ports."""
        wanted = self._lab.name_at((host, port))
        self.journal.add(NAME, Kind.CHANNEL, f"direct-tcpip to {host}:{port} {'refused' if wanted is None else f'({wanted})'}".encode())
        return None if wanted is None else self._lab.address(self._lies.get(wanted, wanted))


class _Gate(asyncssh.SSHServer):
    """One connection to the jump host."""

    def __init__(self, host: LabJumpHost) -> None:
        self._host = host
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        spare_empty_packets(conn)
        self._host.came(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._connection is not None:
            self._host.left(self._connection)

    def begin_auth(self, username: str) -> bool:
        del username
        self._host.journal.add(NAME, Kind.AUTH_BEGUN)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._host.lets_in(username, password)

    def connection_requested(
        self, dest_host: str, dest_port: int, orig_host: str, orig_port: int
    ) -> Literal[False] | Awaitable[asyncssh.SSHTCPSession[bytes]]:
        del orig_host, orig_port
        way = self._host.way_to(dest_host, dest_port)
        if way is None or self._connection is None:
            return False
        return self._connection.forward_connection(*way)  # type: ignore[return-value]  # the documentation allows a forwarder
