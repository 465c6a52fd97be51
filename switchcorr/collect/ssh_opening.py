"""Opening an SSH session: algorithms from new to old, jump hosts, limits of time, and what to say when it fails."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import asyncssh

from switchcorr.collect.dialogue import CommandLine
from switchcorr.collect.errors import LIBRARY_ERRORS, collect_error
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.jump import JumpHosts, end_connection
from switchcorr.collect.login import SPOKEN, log_in
from switchcorr.collect.probe import Offer, algorithms_error, probe, read_offer, remedy
from switchcorr.collect.session import Deadline, SessionLimits, Target
from switchcorr.collect.ssh_client import Endpoint, Gatekeeper, KeyFiles, connect, fetch_key, no_way
from switchcorr.collect.terminal import PACKET, WINDOW, Terminal
from switchcorr.errors import CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import Platform

_TERMINAL: Final = "vt100"
_SIZE: Final = (511, 1000)
"""Columns and lines of our terminal, for devices that believe it: nothing wraps, little is paged."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A session that is ready.

    Attributes:
        way: holds the jump hosts; to be closed after the connection.
        warnings: sentences on what was odd.
    """

    platform: Platform
    profile: AlgorithmProfile
    connection: asyncssh.SSHClientConnection
    terminal: Terminal
    warnings: tuple[str, ...]
    way: contextlib.AsyncExitStack = field(default_factory=contextlib.AsyncExitStack)


class Opening:
    """What all sessions of a sweep share while they are opened."""

    def __init__(self, host_keys: HostKeys) -> None:
        self._host_keys = host_keys
        self._key_files = KeyFiles()
        self._jumps = JumpHosts(self._connect_hop)

    async def open(self, target: Target, deadline: Deadline) -> Opened:
        """Connect, log in, and get the command line ready.

        Raises:
            CollectError: there will be no session; nothing is left open.
        """
        refused: ConnectError | None = None
        async with contextlib.AsyncExitStack() as way:
            via = await self._way(target, deadline, way)
            for profile in target.profiles:
                try:
                    opened = await self._open(target, deadline, profile, via)
                except ConnectError as error:
                    if error.kind != FailureKind.ALGORITHMS:
                        raise
                    refused = error
                else:
                    return replace(opened, way=way.pop_all())
        if refused is None:
            raise ConnectError(f"{target.name}: no algorithms are permitted.", kind=FailureKind.ALGORITHMS)
        raise await self._explained(target, deadline, refused)

    async def fetch_host_key(self, target: Target, deadline: Deadline) -> HostKey:
        """The key that a device shows now, whatever is recorded; nobody logs in there. Hosts on the way are checked and used.

        Raises:
            CollectError: no connection, or no algorithm in common.
        """
        endpoint = _endpoint(target)
        limit_s = _at_most(target.limits.connect_s, deadline)
        try:
            async with contextlib.AsyncExitStack() as way:
                via = await self._way(target, deadline, way)
                await way.enter_async_context(asyncio.timeout(limit_s))
                return await _fetch(endpoint, target.profiles[-1], via, limit_s=limit_s)
        except TimeoutError as error:
            raise _no_answer(endpoint, target.limits.connect_s) from error
        except ConnectError as error:
            if error.kind != FailureKind.ALGORITHMS:
                raise
            raise await self._explained(target, deadline, error) from error

    async def probe(self, target: Target, deadline: Deadline) -> Offer:
        """What a device offers before anything is encrypted; hosts on the way are checked and used.

        Raises:
            CollectError: no connection, or no SSH server.
        """
        async with contextlib.AsyncExitStack() as way:
            via = await self._way(target, deadline, way)
            return await _probed(_endpoint(target), via, _at_most(target.limits.connect_s, deadline))

    async def _open(
        self, target: Target, deadline: Deadline, profile: AlgorithmProfile, via: asyncssh.SSHClientConnection | None
    ) -> Opened:
        async with contextlib.AsyncExitStack() as if_failed:
            connection, login_ends = await self._connect(_endpoint(target), target.limits, deadline, profile=profile, via=via)
            if_failed.push_async_callback(end_connection, connection, limit_s=0)
            terminal = await _shell(connection, target, login_ends)
            platform, warnings = await log_in(terminal, target, deadline, login_ends)
            if_failed.pop_all()
        return Opened(platform, profile, connection, terminal, tuple(warnings))

    async def _way(self, target: Target, deadline: Deadline, holding: contextlib.AsyncExitStack) -> asyncssh.SSHClientConnection | None:
        """The connection to the last jump host, if there is one, held by a stack; it may not take longer than the visit."""
        if not target.hops:
            return None
        try:
            async with asyncio.timeout(max(0.0, deadline.remaining_s)):
                return await holding.enter_async_context(self._jumps.way(target))
        except TimeoutError as error:
            raise CollectTimeoutError(
                f"{target.name}: the time of the visit was over on the way to jump host {target.hops[-1].host}.", kind=FailureKind.DEADLINE
            ) from error

    async def _connect_hop(
        self, endpoint: Endpoint, limits: SessionLimits, via: asyncssh.SSHClientConnection | None
    ) -> asyncssh.SSHClientConnection:
        deadline = Deadline(limits.connect_s + limits.login_s)
        connection, _ = await self._connect(endpoint, limits, deadline, profile=AlgorithmProfile.MODERN, via=via)
        return connection

    async def _connect(
        self,
        endpoint: Endpoint,
        limits: SessionLimits,
        deadline: Deadline,
        *,
        profile: AlgorithmProfile,
        via: asyncssh.SSHClientConnection | None,
    ) -> tuple[asyncssh.SSHClientConnection, float]:
        """A connection that is logged in, and when its first prompt must be there, by the clock of the event loop."""
        clock = asyncio.get_running_loop().time
        recorded = self._host_keys.known(endpoint.host, endpoint.port)
        gatekeeper: Gatekeeper | None = None
        try:
            async with asyncio.timeout(_at_most(limits.connect_s, deadline)) as limit:
                gatekeeper = Gatekeeper(endpoint, self._host_keys, lambda: limit.reschedule(clock() + _at_most(limits.login_s, deadline)))
                connection = await connect(endpoint, gatekeeper, self._key_files, profile=profile, recorded=recorded, via=via)
                return connection, limit.when() or clock()
        except TimeoutError as error:
            if deadline.remaining_s <= 0:
                raise CollectTimeoutError(
                    f"{endpoint.name}: the time of the visit was over before the login was.", kind=FailureKind.DEADLINE
                ) from error
            if gatekeeper is not None and gatekeeper.verified_key:
                raise CollectTimeoutError(
                    f"{endpoint.name}: {endpoint.place} did not decide on the login within {limits.login_s:g} s.",
                    kind=FailureKind.TIMEOUT,
                    hint="Its AAA server may be away; a slow one may need a higher login_s.",
                ) from error
            raise _no_answer(endpoint, limits.connect_s) from error
        except ConnectError as error:
            if gatekeeper is not None and gatekeeper.verified_key:
                raise
            raise await _looked_at_again(error, endpoint, profile, via, limit_s=_at_most(limits.connect_s, deadline)) from error

    async def _explained(self, target: Target, deadline: Deadline, refused: ConnectError) -> CollectError:
        """Why there is no algorithm in common, with what would help."""
        try:
            offer = await self.probe(target, deadline)
        except CollectError:
            return refused  # it does not even say so; the first error stands
        return algorithms_error(target.name, offer, target.profiles[-1])


async def _fetch(endpoint: Endpoint, profile: AlgorithmProfile, via: asyncssh.SSHClientConnection | None, *, limit_s: float) -> HostKey:
    try:
        return await fetch_key(endpoint, profile, via)
    except ConnectError as error:
        raise await _looked_at_again(error, endpoint, profile, via, limit_s=limit_s) from error


async def _shell(connection: asyncssh.SSHClientConnection, target: Target, ends_at: float) -> Terminal:
    """Open the session, which learns its prompt from the first byte on."""
    platforms: Sequence[Platform] = (target.platform,) if target.platform is not None else SPOKEN
    limits = target.limits
    line = CommandLine(
        [platform.prompt for platform in platforms], platforms[0].pager, most_bytes=limits.answer_bytes, most_pages=limits.pages
    )
    line.learn()
    terminal = Terminal(line)
    try:
        async with asyncio.timeout_at(ends_at):
            await connection.create_session(
                lambda: terminal, encoding=None, term_type=_TERMINAL, term_size=_SIZE, window=WINDOW, max_pktsize=PACKET
            )
    except TimeoutError as error:
        raise CollectTimeoutError(f"{target.name}: logged in, and no session was opened in time.", kind=FailureKind.TIMEOUT) from error
    except LIBRARY_ERRORS as error:
        raise collect_error(error, name=target.name, place=f"{target.host}:{target.port}") from error
    return terminal


async def _looked_at_again(
    error: ConnectError, endpoint: Endpoint, profile: AlgorithmProfile, via: asyncssh.SSHClientConnection | None, *, limit_s: float
) -> ConnectError:
    """What a reset before the end of the key exchange was about: no SSH server, or one that left over our old or new algorithms.

    A server that finds no algorithm in common may reset the connection before its own list has been read here.
    """
    if error.kind != FailureKind.RESET:
        return error
    try:
        offer = await _offer(endpoint, via, limit_s)
    except ConnectError as found:
        if found.kind == FailureKind.NOT_SSH:
            return ConnectError(f"{endpoint.name}: {endpoint.place}: {found.message}", kind=found.kind, hint=found.hint)
        return error
    except LIBRARY_ERRORS:
        return error
    if remedy(offer, profile).missing:
        return ConnectError(f"{endpoint.name}: {endpoint.place}: no SSH algorithm in common ({profile}).", kind=FailureKind.ALGORITHMS)
    return error


async def _probed(endpoint: Endpoint, via: asyncssh.SSHClientConnection | None, limit_s: float) -> Offer:
    try:
        return await _offer(endpoint, via, limit_s)
    except ConnectError as error:
        raise ConnectError(f"{endpoint.name}: {endpoint.place}: {error.message}", kind=error.kind, hint=error.hint) from error
    except asyncssh.ChannelOpenError as error:
        raise no_way(endpoint, error) from error
    except TimeoutError as error:
        raise _no_answer(endpoint, limit_s) from error
    except LIBRARY_ERRORS as error:
        raise collect_error(error, name=endpoint.name, place=endpoint.place) from error


async def _offer(endpoint: Endpoint, via: asyncssh.SSHClientConnection | None, limit_s: float) -> Offer:
    if via is None:
        return await probe(endpoint.host, endpoint.port, limit_s=limit_s)
    async with asyncio.timeout(limit_s):
        reader: asyncssh.SSHReader[bytes]
        writer: asyncssh.SSHWriter[bytes]
        reader, writer = await via.open_connection(endpoint.host, endpoint.port, encoding=None)
        try:
            writer.write(b"SSH-2.0-switchcorr\r\n")
            return await read_offer(reader)
        finally:
            writer.channel.abort()


def _endpoint(target: Target) -> Endpoint:
    return Endpoint(target.name, target.host, target.port, target.login)


def _at_most(limit_s: float, deadline: Deadline) -> float:
    return max(0.0, min(limit_s, deadline.remaining_s))


def _no_answer(endpoint: Endpoint, limit_s: float) -> CollectTimeoutError:
    return CollectTimeoutError(
        f"{endpoint.name}: {endpoint.place} did not answer within {limit_s:g} s.",
        kind=FailureKind.CONNECT_TIMEOUT,
        hint="Is it up, and does a firewall drop the packets?",
    )
