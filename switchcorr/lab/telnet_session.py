"""One Telnet connection to a simulated switch: options, login, and the same command line as by SSH."""

from __future__ import annotations

import asyncio
import contextlib
import enum
import logging

from switchcorr.lab.faults import Fault
from switchcorr.lab.guest import Guest
from switchcorr.lab.journal import Kind
from switchcorr.lab.listener import end_with_reset
from switchcorr.lab.player import Player

IAC, DONT, DO, WONT, WILL, SB, SE = 255, 254, 253, 252, 251, 250, 240
ECHO, SUPPRESS_GO_AHEAD = 1, 3
HELLO = bytes((IAC, WILL, ECHO, IAC, WILL, SUPPRESS_GO_AHEAD))
_OURS = {ECHO, SUPPRESS_GO_AHEAD}
_READ = 65_536
_MOST_ATTEMPTS = 3
_USERNAME, _PASSWORD = b"Username: ", b"Password: "
_CR, _LF, _NUL = 13, 10, 0

logger = logging.getLogger(__name__)


class _In(enum.Enum):
    TEXT = enum.auto()
    AFTER_CR = enum.auto()
    AFTER_IAC = enum.auto()
    OPTION = enum.auto()
    SUBNEGOTIATION = enum.auto()
    SUBNEGOTIATION_IAC = enum.auto()


class Negotiation:
    """Takes the options out of what a client sends; every option that is not ours is declined."""

    def __init__(self) -> None:
        self._state = _In.TEXT
        self._verb = 0
        self._replies = bytearray()

    def replies(self) -> bytes:
        """What is to be sent back; asked once."""
        replies, self._replies = bytes(self._replies), bytearray()
        return replies

    def text(self, data: bytes) -> bytes:
        """What was typed, of what was received."""
        typed = bytearray()
        for byte in data:
            self._take(byte, typed)
        return bytes(typed)

    def _take(self, byte: int, typed: bytearray) -> None:
        if self._state is _In.OPTION:
            self._answer(byte)
            self._state = _In.TEXT
        elif self._state is _In.SUBNEGOTIATION:
            self._state = _In.SUBNEGOTIATION_IAC if byte == IAC else self._state
        elif self._state is _In.SUBNEGOTIATION_IAC:
            self._state = _In.TEXT if byte == SE else _In.SUBNEGOTIATION
        elif self._state is _In.AFTER_IAC:
            self._command(byte, typed)
        elif byte == IAC:
            self._state = _In.AFTER_IAC
        elif byte == _NUL and self._state is _In.AFTER_CR:
            self._state = _In.TEXT  # a carriage return alone is CR NUL
        else:
            self._state = _In.AFTER_CR if byte == _CR else _In.TEXT
            typed.append(byte)

    def _command(self, byte: int, typed: bytearray) -> None:
        self._state = _In.TEXT
        if byte in (DO, DONT, WILL, WONT):
            self._verb, self._state = byte, _In.OPTION
        elif byte == SB:
            self._state = _In.SUBNEGOTIATION
        elif byte == IAC:
            typed.append(IAC)

    def _answer(self, option: int) -> None:
        if self._verb == DO and option not in _OURS:
            self._replies += bytes((IAC, WONT, option))
        elif self._verb == WILL and option != SUPPRESS_GO_AHEAD:
            self._replies += bytes((IAC, DONT, option))


class TelnetLogin:
    """Asks for user name and password, three times at most."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest
        self._line = bytearray()
        self._username: bytes | None = None
        self._attempts = 0
        self.inside = False
        self.refused = False
        self.rest = b""
        """What was typed after the login."""

    def receive(self, typed: bytes) -> bytes:
        """What is said about some typed bytes."""
        said = bytearray()
        for place, byte in enumerate(typed):
            if self.inside or self.refused:
                self.rest = typed[place:]
                break
            if byte in (_CR, _LF):
                if byte == _CR or self._line:
                    said += self._entered()
            elif len(self._line) < 256:
                self._line.append(byte)
                if self._username is None:
                    said.append(byte)
        return bytes(said)

    def _entered(self) -> bytes:
        line, self._line = bytes(self._line), bytearray()
        if self._username is None:
            self._username = line
            self._guest.heard(Kind.AUTH_BEGUN)
            return b"\r\n" + _PASSWORD
        switch, username, self._username = self._guest.switch, self._username, None
        self._guest.heard(Kind.AUTH_ATTEMPT, b"telnet")
        right = switch.fault is not Fault.WRONG_PASSWORD and (username, line) == (switch.username.encode(), switch.password.encode())
        self._guest.heard(Kind.AUTH_OK if right else Kind.AUTH_FAILED)
        if right:
            self.inside = True
            return b"\r\n"
        self._attempts += 1
        self.refused = self._attempts >= _MOST_ATTEMPTS
        return b"\r\n% Bad passwords\r\n" if self.refused else b"\r\n% Login invalid\r\n\r\n" + _USERNAME


async def serve_telnet(guest: Guest) -> None:
    """Serve a connection until it ends; it is closed afterwards, whatever happened."""
    reader, writer = await asyncio.open_connection(sock=guest.connection)
    login = TelnetLogin(guest)
    try:
        await _serve(guest, login, reader, writer)
    except OSError as error:
        logger.debug("%s: the client left: %s", guest.switch.name, error)
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        guest.heard(Kind.CLOSED)


async def _serve(guest: Guest, login: TelnetLogin, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    options = Negotiation()
    writer.write(HELLO + b"\r\n\r\nUser Access Verification\r\n\r\n" + _USERNAME)
    while not (login.inside or login.refused):
        data = await reader.read(_READ)
        if not data:
            return
        said = login.receive(options.text(data))
        writer.write(options.replies() + said)
        await writer.drain()
    if login.inside:
        await _play(guest, reader, writer, options, login.rest)


async def _play(guest: Guest, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, options: Negotiation, typed: bytes) -> None:
    player = Player(guest.shell(), _TelnetWire(guest, writer), guest.switch)
    playing = asyncio.ensure_future(player.run())
    try:
        player.typed(typed)
        listening = asyncio.ensure_future(_listen(player, reader, writer, options))
        await asyncio.wait((playing, listening), return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await listening
    finally:
        playing.cancel()
        with contextlib.suppress(asyncio.CancelledError, OSError):
            await playing


async def _listen(player: Player, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, options: Negotiation) -> None:
    while data := await reader.read(_READ):
        player.typed(options.text(data))
        if replies := options.replies():
            writer.write(replies)


class _TelnetWire:
    """What the player writes to."""

    def __init__(self, guest: Guest, writer: asyncio.StreamWriter) -> None:
        self._guest = guest
        self._writer = writer

    def write(self, data: bytes) -> None:
        self._writer.write(data.replace(b"\xff", b"\xff\xff"))

    async def drained(self) -> None:
        await self._writer.drain()

    def cut(self, *, reset: bool) -> None:
        if reset:
            end_with_reset(self._guest.client_end)
        self._writer.transport.abort()

    def close(self) -> None:
        self._writer.close()
