"""What netmiko holds open: bytes in, bytes out. All of it blocks, and runs in the thread of its session.

netmiko connects, logs in and speaks Telnet. Answers are read here, because netmiko drops what is no text, waits for a total time
and not for silence, and does not notice that a session has ended.
"""

from __future__ import annotations

import contextlib
import re
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import paramiko  # type: ignore[import-untyped]
from netmiko import BaseConnection
from netmiko._telnetlib import telnetlib
from netmiko.channel import TelnetChannel
from netmiko.exceptions import ReadException, ReadTimeout
from netmiko.ssh_dispatcher import CLASS_MAPPER_BASE

from switchcorr.collect.door import check_added
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.paramiko_login import CheckedClient, EachOnce
from switchcorr.collect.session import Target
from switchcorr.errors import CommandError
from switchcorr.model.inventory import AlgorithmProfile, Hop
from switchcorr.model.moments import DAY_S
from switchcorr.model.visit import FailureKind

_ENCODING: Final = "latin-1"
"""One character a byte, so that netmiko drops none."""
_CHUNK: Final = 65_536
_WIDTH, _HEIGHT = 511, 1000
_BEGINNING: Final = 2_000
_FOR_EVER_S: Final = DAY_S
"""Of netmiko's own limit for an answer, which is a total one: ours are silence and the deadline of the visit."""


@dataclass(frozen=True, slots=True)
class Route:
    """How a device is reached, once the first TCP connection stands.

    Attributes:
        socket: to the first hop, or to the device.
        device_type: whose class of netmiko prepares the session; empty is none, and then nothing is sent by netmiko.
        telnet: instead of SSH.
        guarded: whether every line that is typed must only read.
    """

    target: Target
    socket: socket.socket
    host_keys: HostKeys
    profile: AlgorithmProfile
    device_type: str = ""
    telnet: bool = False
    guarded: bool = False


_SESSION_ONLY: Final = re.compile(r"terminal (?:length|width) \d{1,4}|enable|exit|")
"""Lines that change nothing but the session itself; the empty one too."""


_BLANKS: Final = re.compile(" {2,}")


def only_reads(line: str) -> bool:
    """Whether a line that a library types may pass: what a user might add, as JSON too, and what is about the session only.

    >>> only_reads("show lldp neighbors  detail | json"), only_reads("ping 192.0.2.1"), only_reads("show running-config")
    (True, False, False)
    """
    return _SESSION_ONLY.fullmatch(line) is not None or not check_added(_BLANKS.sub(" ", line).removesuffix(" | json"))


class AnswerTooLong(ReadException):
    """An answer has more bytes than one may have."""


class CheckedConnection(BaseConnection):
    """A netmiko connection over a socket of ours, with our host keys and our way of logging in.

    Attributes:
        received: characters that netmiko itself has read.
        said: how the answer to the last line that netmiko has typed begins.
    """

    def over(self, route: Route, carrier: Any, client: CheckedClient | None) -> None:  # a socket or paramiko's channel
        """Say how it connects; netmiko's constructor has no place for it."""
        self._route, self._carrier, self._client = route, carrier, client
        self.received = 0
        self.said = ""
        self._answer_size = 0
        self._heard_at = time.monotonic()

    def _build_ssh_client(self) -> paramiko.SSHClient:
        return self._client

    def _connect_params_dict(self) -> dict[str, Any]:
        target = self._route.target
        assert self._client is not None, "SSH"
        strategy = EachOnce(target.name, f"{target.host}:{target.port}", target.login)
        return super()._connect_params_dict() | _paramiko_options(self._route, self._carrier, self._client, strategy)

    def establish_connection(self, width: int = _WIDTH, height: int = _HEIGHT) -> None:
        """Connect; netmiko's own way to Telnet opens a socket of its own and sends a password up to twenty times."""
        if not self._route.telnet:
            super().establish_connection(width=width, height=height)
            return
        telnet: Any = telnetlib.Telnet
        self.remote_conn = telnet()
        self.remote_conn.sock = self._carrier
        self.channel = TelnetChannel(conn=self.remote_conn, encoding=_ENCODING)

    def open(self) -> None:
        """Connect, log in, and prepare the session if that is netmiko's to do."""
        if self._route.device_type:
            self._open()
        else:
            self.establish_connection()

    def write_channel(self, out_data: str) -> None:
        """As netmiko, if it only reads; silence counts from here.

        Raises:
            CommandError: it may do more.
        """
        if self._route.guarded and not self._only_reads(out_data):
            raise CommandError(
                f"{self._route.target.name}: not sent, because it may do more than read: {out_data.strip()[:80]!r}.",
                kind=FailureKind.DRIVER,
            )
        super().write_channel(out_data)
        self._heard_at = time.monotonic()
        self._answer_size = 0
        if out_data.strip():
            self.said = ""

    def read_channel(self) -> str:
        """As netmiko, with the ends that it does not see: the session is over, silent for too long, or does not stop."""
        kept = len(self._read_buffer)  # given back by netmiko, to be read again
        data = super().read_channel()
        limits = self._route.target.limits
        new = data[kept:]
        self.received += len(new)
        self._answer_size += len(new)
        if len(self.said) <= _BEGINNING:
            self.said += new[: _BEGINNING + 1]
        if self._answer_size > limits.answer_bytes:
            raise AnswerTooLong(f"more than {limits.answer_bytes} bytes came")
        if new:
            self._heard_at = time.monotonic()
        elif not data and self._has_ended():
            raise self._ending()
        elif not data and time.monotonic() - self._heard_at > limits.idle_s:
            raise ReadTimeout(f"nothing came for {limits.idle_s:g} s")
        return data

    def _only_reads(self, typed: str) -> bool:
        secrets = (self._route.target.login.enable, self._route.target.login.password)
        line = typed.rstrip("\r\n")
        return only_reads(line) or any(secret is not None and line == secret.reveal() for secret in secrets)

    def _ending(self) -> Exception:
        """What the session has ended with."""
        transport = self._client.get_transport() if self._client is not None else None
        error = transport.get_exception() if transport is not None else None
        return error if isinstance(error, ConnectionResetError) else ReadException("the session has ended")

    def _has_ended(self) -> bool:
        channel: Any = self.remote_conn
        return channel is None or (not channel.recv_ready() and (channel.closed or channel.eof_received))


class _Carrier:
    """A channel of a jump host, as the socket of the next connection. Closing it never fails: the jump host may be gone already."""

    def __init__(self, channel: Any) -> None:
        self._channel = channel

    def __getattr__(self, name: str) -> Any:
        return getattr(self._channel, name)

    def close(self) -> None:
        """Close it, or not."""
        with contextlib.suppress(OSError, EOFError, paramiko.SSHException):
            self._channel.close()


class NetmikoWire:
    """An open connection.

    Attributes:
        reset: whether it ended by a reset.
    """

    def __init__(self, connection: CheckedConnection, resources: contextlib.ExitStack) -> None:
        self.connection = connection
        self.reset = False
        self._resources = resources
        self._is_telnet = connection.protocol == "telnet"

    def become_privileged(self) -> bool:
        """Enable, as netmiko does it; whether that worked."""
        try:
            self.connection.enable()
        except (ValueError, ReadTimeout):
            return False
        return True

    def write(self, data: bytes) -> None:
        """Type something.

        Raises:
            OSError: the connection has ended.
        """
        if self._is_telnet:
            data = data.replace(b"\r", b"\r\0")  # RFC 854: a carriage return alone
        self.connection.channel.write_channel(data.decode(_ENCODING))

    def read(self, wait_s: float) -> bytes | None:
        """What has arrived: at once if there is something, else after at most so long; None if the connection has ended."""
        try:
            return self._read_telnet(wait_s) if self._is_telnet else self._read_ssh(wait_s)
        except TimeoutError:
            return b""
        except (OSError, EOFError) as error:
            self._note(error)
            return None

    def close(self) -> None:
        """Free everything; netmiko says goodbye if it has prepared the session."""
        self._resources.close()

    def _read_ssh(self, wait_s: float) -> bytes | None:
        channel: Any = self.connection.remote_conn
        channel.settimeout(max(wait_s, 0.001))
        data: bytes = channel.recv(_CHUNK)
        if not data and (transport := channel.get_transport()) is not None:
            self._note(transport.get_exception())
        return data or None

    def _read_telnet(self, wait_s: float) -> bytes:
        telnet: Any = self.connection.remote_conn
        telnet.sock.settimeout(max(wait_s, 0.001))
        read = bytearray()
        while len(read) < _CHUNK:
            try:
                telnet.fill_rawq()
            except TimeoutError:
                break
            except OSError as error:
                self._note(error)  # told by the next read: what came before it counts first
                telnet.eof = True
            telnet.process_rawq()
            with contextlib.suppress(EOFError):  # told below
                read += telnet.read_very_lazy()
            if telnet.eof or not telnet.sock_avail():
                break
        if telnet.eof and not read:
            raise EOFError
        return bytes(read)

    def _note(self, error: BaseException | None) -> None:
        self.reset = self.reset or isinstance(error, ConnectionResetError | BrokenPipeError)


def open_wire(route: Route) -> NetmikoWire:
    """Connect and log in, through jump hosts if there are any.

    Raises:
        CollectError: the host key is not the right one, or the login was refused.
        Exception: whatever else went wrong: see ``netmiko_errors.LIBRARY_ERRORS``.
    """
    target = route.target
    with contextlib.ExitStack() as resources:
        carrier = _through(route, resources)
        client = None
        if not route.telnet:
            client = CheckedClient(target.name, target.host, target.port, host_keys=route.host_keys, profile=route.profile)
            resources.callback(client.close)
        connection = _connection(route)
        connection.over(route, carrier, client)
        resources.callback(connection.disconnect)
        connection.open()
        return NetmikoWire(connection, resources.pop_all())
    raise AssertionError("not reached")


def _through(route: Route, resources: contextlib.ExitStack) -> Any:  # a socket, or paramiko's channel
    """What leads to the device: our socket, or a channel of the last jump host."""
    carrier: Any = route.socket
    target = route.target
    onward = [*((hop.host, hop.port) for hop in target.hops[1:]), (target.host, target.port)]
    for hop, address in zip(target.hops, onward, strict=False):
        client = _jump(route, hop, carrier)
        resources.callback(client.close)
        transport: Any = client.get_transport()
        carrier = _Carrier(transport.open_channel("direct-tcpip", address, ("127.0.0.1", 0), timeout=target.limits.connect_s))
    return carrier


def _jump(route: Route, hop: Hop, carrier: Any) -> CheckedClient:  # a socket, or paramiko's channel
    """Log in to a jump host; only modern algorithms are offered to it."""
    name, place = f"jump host {hop.host}:{hop.port}", f"{hop.host}:{hop.port}"
    with contextlib.ExitStack() as resources:
        client = CheckedClient(name, hop.host, hop.port, host_keys=route.host_keys, profile=AlgorithmProfile.MODERN)
        resources.callback(client.close)
        options = _paramiko_options(route, carrier, client, EachOnce(name, place, hop.login))
        client.connect(hostname=hop.host, port=hop.port, username=hop.login.username, **options)
        resources.pop_all()
    return client


def _paramiko_options(route: Route, carrier: Any, client: CheckedClient, strategy: EachOnce) -> dict[str, Any]:
    limits = route.target.limits
    return {
        "sock": carrier,
        "auth_strategy": strategy,
        "transport_factory": client.transport,
        "password": None,
        "look_for_keys": False,
        "allow_agent": False,
        "timeout": limits.connect_s,
        "banner_timeout": limits.connect_s,
        "auth_timeout": limits.login_s,
        "channel_timeout": limits.login_s,
    }


def _connection(route: Route) -> CheckedConnection:
    """A connection of the class that netmiko has for the device, not opened yet."""
    target = route.target
    prepares = bool(route.device_type)
    bases = (CheckedConnection, CLASS_MAPPER_BASE[route.device_type]) if prepares else (CheckedConnection,)
    login = target.login
    about: Mapping[str, Any] = {
        "host": target.host,
        "port": target.port,
        "username": login.username,
        "password": login.password.reveal() if login.password is not None and prepares else "",
        "secret": login.enable.reveal() if login.enable is not None and prepares else "",
        "device_type": f"{route.device_type or 'generic'}{'_telnet' if route.telnet else ''}",
        "encoding": _ENCODING,
        "auto_connect": False,
        "blocking_timeout": target.limits.idle_s,
        "conn_timeout": target.limits.connect_s,
        "read_timeout_override": _FOR_EVER_S,
    }
    made: CheckedConnection = type("Connection", bases, {})(**about)
    return made


def netmiko_knows(device_type: str) -> bool:
    """Whether netmiko has a class for such devices."""
    return device_type in CLASS_MAPPER_BASE
