"""One SSH connection to a simulated switch: login, channels, and the session in it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Literal

import asyncssh

from switchcorr.lab.algorithms import OFFERS, permit_old_key_exchange
from switchcorr.lab.faults import Fault
from switchcorr.lab.guest import Guest
from switchcorr.lab.journal import Kind
from switchcorr.lab.listener import end_with_reset
from switchcorr.lab.player import Player
from switchcorr.ssh_ignore import spare_empty_packets

_Challenge = tuple[str, str, str, list[tuple[str, bool]]]
"""Title, instructions, language, and questions, each with whether the answer may be shown."""

_MOST_UNSENT = 65_536
_MOST_ATTEMPTS = 3
_SERVER_VERSION = "Cisco-1.25"
_GONE = (asyncssh.Error, OSError, asyncio.TimeoutError)
"""What a client that leaves, or that has no algorithm in common, looks like from here."""

logger = logging.getLogger(__name__)


async def serve_ssh(guest: Guest, key: asyncssh.SSHKey) -> None:
    """Serve a connection until it ends; it is closed afterwards, whatever happened."""
    offer = OFFERS[guest.switch.algorithms]
    permit_old_key_exchange(guest.switch.algorithms)
    server = _Login(guest)
    connection: asyncssh.SSHServerConnection | None = None
    try:
        connection = await asyncssh.run_server(
            guest.connection,
            server_factory=lambda: server,
            server_host_keys=[key],
            kex_algs=offer.kex,
            encryption_algs=offer.encryption,
            mac_algs=offer.mac,
            compression_algs=None,
            server_version=_SERVER_VERSION,
            encoding=None,
            line_editor=False,
            allow_scp=False,
            agent_forwarding=True,
            x11_forwarding=False,
        )
        if guest.switch.fault is Fault.OPENS_CHANNEL:
            await _open_channels(connection, guest)
        await connection.wait_closed()
    except _GONE as error:
        logger.debug("%s: the client left: %s", guest.switch.name, error)
    finally:
        if connection is not None:
            connection.abort()
        await server.ended()
        guest.connection.close()
        guest.heard(Kind.CLOSED)


async def _open_channels(connection: asyncssh.SSHServerConnection, guest: Guest) -> None:
    """Ask the client for channels, as no switch should."""
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "forwarded-tcpip": lambda: connection.create_connection(asyncssh.SSHTCPSession, "127.0.0.1", 22),
        "x11": lambda: connection.create_x11_connection(asyncssh.SSHTCPSession),
        "agent": lambda: connection.create_agent_channel().open(asyncssh.SSHUNIXSession),
    }
    for kind, ask in asked.items():
        try:
            await ask()
        except asyncssh.ChannelOpenError as error:
            guest.heard(Kind.CHANNEL, f"{kind} refused: {error.reason}".encode())
        else:
            guest.heard(Kind.CHANNEL, f"{kind} opened".encode())


class _Login(asyncssh.SSHServer):
    """Who may come in."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._connection: asyncssh.SSHServerConnection | None = None
        self._attempts = 0
        self._asked_for_new = False
        self._sessions: list[_SshWire] = []

    async def ended(self) -> None:
        """End what still plays."""
        for session in self._sessions:
            await session.ended()

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        spare_empty_packets(conn)

    def begin_auth(self, username: str) -> bool:
        del username
        self._guest.heard(Kind.AUTH_BEGUN)
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        right = self._check("password", username, password)
        if right and self._guest.switch.fault is Fault.PASSWORD_EXPIRED:
            raise asyncssh.PasswordChangeRequired("New password:")
        return self._decided(right=right)

    def change_password(self, username: str, old_password: str, new_password: str) -> bool:
        del username, old_password, new_password
        self._guest.heard(Kind.NEW_PASSWORD)
        return self._decided(right=False)

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> _Challenge:
        del username, lang, submethods
        self._asked_for_new = False
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool | _Challenge:
        if self._asked_for_new:
            self._guest.heard(Kind.NEW_PASSWORD)
            return self._decided(right=False)
        right = len(responses) == 1 and self._check("keyboard-interactive", username, responses[0])
        if right and self._guest.switch.fault is Fault.PASSWORD_EXPIRED:
            self._asked_for_new = True
            return "", "Your password has expired.", "", [("New password: ", False)]
        return self._decided(right=right)

    def session_requested(self) -> asyncssh.SSHServerSession[bytes]:
        session = _SshWire(self._guest)
        self._sessions.append(session)
        return session

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> Literal[False]:
        del orig_host, orig_port
        self._guest.heard(Kind.CHANNEL, f"direct-tcpip to {dest_host}:{dest_port} refused".encode())
        return False

    def _check(self, method: str, username: str, password: str) -> bool:
        switch = self._guest.switch
        self._guest.heard(Kind.AUTH_ATTEMPT, method.encode())
        return switch.fault is not Fault.WRONG_PASSWORD and (username, password) == (switch.username, switch.password)

    def _decided(self, *, right: bool) -> bool:
        self._guest.heard(Kind.AUTH_OK if right else Kind.AUTH_FAILED)
        self._attempts += 1
        if not right and self._attempts >= _MOST_ATTEMPTS and self._connection is not None:
            self._connection.disconnect(asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures")
        return right


class _SshWire(asyncssh.SSHServerSession[bytes]):
    """A session channel: the wire between a client and a shell."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._channel: asyncssh.SSHServerChannel[bytes] | None = None
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._player: Player | None = None
        self._playing: asyncio.Task[None] | None = None

    def connection_made(self, chan: asyncssh.SSHServerChannel[bytes]) -> None:
        self._channel = chan
        chan.set_write_buffer_limits(high=_MOST_UNSENT)

    def pty_requested(self, term_type: str, term_size: tuple[int, int, int, int], term_modes: Mapping[int, int]) -> bool:
        del term_type, term_size, term_modes
        return True

    def shell_requested(self) -> bool:
        return True

    def exec_requested(self, command: str) -> bool:
        self._guest.heard(Kind.LINE, command.encode())
        return False

    def subsystem_requested(self, subsystem: str) -> bool:
        self._guest.heard(Kind.CHANNEL, f"subsystem {subsystem} refused".encode())
        return False

    def session_started(self) -> None:
        self._player = Player(self._guest.shell(), self, self._guest.switch)
        self._playing = asyncio.ensure_future(self._player.run())

    def data_received(self, data: bytes, datatype: asyncssh.DataType) -> None:
        del datatype
        if self._player is not None:
            self._player.typed(data)

    def eof_received(self) -> bool:
        if self._player is not None:
            self._player.gone()
        return True

    def connection_lost(self, exc: Exception | None) -> None:
        del exc
        if self._player is not None:
            self._player.gone()
        self._may_write.set()
        if self._channel is not None:
            self._channel.get_connection().close()  # a switch has one session a connection

    def pause_writing(self) -> None:
        self._may_write.clear()

    def resume_writing(self) -> None:
        self._may_write.set()

    async def ended(self) -> None:
        """Wait for the player, which has nobody to play for any more."""
        if self._playing is not None:
            self._playing.cancel()
            with contextlib.suppress(asyncio.CancelledError, *_GONE):
                await self._playing

    def write(self, data: bytes) -> None:
        """Send to the client."""
        if self._channel is None or self._channel.is_closing():
            raise ConnectionResetError("the client has left")
        self._channel.write(data)

    async def drained(self) -> None:
        """Return when the client has taken most of what was written."""
        await self._may_write.wait()

    def cut(self, *, reset: bool) -> None:
        """End the TCP connection."""
        if reset:
            end_with_reset(self._guest.client_end)
        if self._channel is not None:
            self._channel.get_connection().abort()

    def close(self) -> None:
        """End the session; the connection ends when the client has taken the last byte."""
        if self._channel is not None and not self._channel.is_closing():
            self._channel.exit(0)
