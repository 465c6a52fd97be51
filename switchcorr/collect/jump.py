"""Connections to jump hosts: one for each way, shared by all targets behind it, closed with the last of them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace

import asyncssh

from switchcorr.collect.session import SessionLimits, Target
from switchcorr.collect.ssh_client import Endpoint
from switchcorr.errors import CollectError
from switchcorr.model.visit import FailureKind

Connect = Callable[[Endpoint, SessionLimits, asyncssh.SSHClientConnection | None], Awaitable[asyncssh.SSHClientConnection]]
"""Opens a connection within limits, by way of another one if that is given."""

_Key = tuple[tuple[str, int, str], ...]
_REFUSALS = frozenset({FailureKind.AUTHENTICATION, FailureKind.PASSWORD_EXPIRED})
_CLOSE_S = 3.0


@dataclass(slots=True)
class _Shared:
    """A connection, its opening, and how many use it.

    Attributes:
        before: holds the jump host before it.
    """

    opening: asyncio.Task[asyncssh.SSHClientConnection]
    before: contextlib.AsyncExitStack
    users: int = 0


class JumpHosts:
    """The jump hosts of one sweep.

    Args:
        connect: opens one connection; its limits are its own.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._shared: dict[_Key, _Shared] = {}
        self._refused: dict[_Key, CollectError] = {}

    @contextlib.asynccontextmanager
    async def way(self, target: Target) -> AsyncIterator[asyncssh.SSHClientConnection | None]:
        """The connection to the last of a target's hops, for as long as the context lasts; None if it has no hops.

        Raises:
            CollectError: of the first jump host that cannot be used, and named so. A refused login is not tried again.
        """
        if not target.hops:
            yield None
            return
        key = tuple((hop.host, hop.port, hop.login.username) for hop in target.hops)
        if key in self._refused:
            raise self._refused[key]
        shared = self._of(key, target)
        shared.users += 1
        try:
            yield await self._opened(key, shared)
        finally:
            shared.users -= 1
            if not shared.users:
                await self._close(key, shared)

    def _of(self, key: _Key, target: Target) -> _Shared:
        """The connection that is there or being opened, else a new one."""
        shared = self._shared.get(key)
        if shared is None or _is_over(shared.opening):
            before = contextlib.AsyncExitStack()
            shared = self._shared[key] = _Shared(asyncio.ensure_future(self._open(target, before)), before)
        return shared

    async def _opened(self, key: _Key, shared: _Shared) -> asyncssh.SSHClientConnection:
        try:
            return await asyncio.shield(shared.opening)
        except CollectError as error:
            if error.kind in _REFUSALS:
                self._refused[key] = error
            raise

    async def _open(self, target: Target, before: contextlib.AsyncExitStack) -> asyncssh.SSHClientConnection:
        hop = target.hops[-1]
        via = await before.enter_async_context(self.way(replace(target, hops=target.hops[:-1])))
        endpoint = Endpoint(f"jump host {hop.host}:{hop.port}", hop.host, hop.port, hop.login, trusted_as=target.name)
        return await self._connect(endpoint, target.limits, via)

    async def _close(self, key: _Key, shared: _Shared) -> None:
        if self._shared.get(key) is shared:
            del self._shared[key]
        opening = shared.opening
        if not opening.done():
            opening.cancel()
            await asyncio.wait((opening,))
        if not opening.cancelled() and opening.exception() is None:
            await end_connection(opening.result(), limit_s=_CLOSE_S)
        await shared.before.aclose()


async def end_connection(connection: asyncssh.SSHClientConnection, *, limit_s: float) -> None:
    """Close a connection, by force if it takes longer; never raises, and nothing stays behind even when cancelled."""
    try:
        connection.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(limit_s):
                await connection.wait_closed()
    finally:
        connection.abort()
        await connection.wait_closed()


def _is_over(opening: asyncio.Task[asyncssh.SSHClientConnection]) -> bool:
    """Whether a connection has failed or ended."""
    return opening.done() and (opening.cancelled() or opening.exception() is not None or opening.result().is_closed())
