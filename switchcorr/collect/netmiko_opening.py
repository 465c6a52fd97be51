"""Opening what netmiko and NAPALM talk through: algorithms from new to old, limits of time, and what to say when it fails."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from switchcorr.collect.algorithms import quiet_old_exchanges
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.netmiko_errors import LIBRARY_ERRORS, collect_error, ended_before_a_word
from switchcorr.collect.netmiko_wire import Route
from switchcorr.collect.probe import algorithms_error
from switchcorr.collect.quiet_logs import silence_libraries
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.session_thread import SessionThread
from switchcorr.collect.ssh_opening import Opening
from switchcorr.collect.tcp import connect_tcp
from switchcorr.errors import CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.visit import FailureKind

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class Way:
    """How a device is to be reached; see ``Route``."""

    target: Target
    profile: AlgorithmProfile
    device_type: str = ""
    guarded: bool = False


class NetmikoOpening:
    """What all sessions of a sweep share while they are opened."""

    def __init__(self, host_keys: HostKeys) -> None:
        self._host_keys = host_keys
        self._opening = Opening(host_keys)

    async def newest_first(self, target: Target, deadline: Deadline, attempt: Callable[[AlgorithmProfile], Awaitable[_R]]) -> _R:
        """What an attempt gives with the newest algorithms that the device has; by Telnet there are none to choose.

        Raises:
            CollectError: no attempt succeeded.
        """
        silence_libraries()
        quiet_old_exchanges()
        if target.driver is Driver.TELNET:
            return await attempt(AlgorithmProfile.MODERN)
        refused = ConnectError(f"{target.name}: no algorithms are permitted.", kind=FailureKind.ALGORITHMS)
        for profile in target.profiles:
            try:
                return await attempt(profile)
            except ConnectError as error:
                if error.kind != FailureKind.ALGORITHMS or error.message.startswith("jump host"):
                    raise
                refused = error
        raise await self._explained(target, deadline, refused)

    async def connect(self, way: Way, deadline: Deadline, thread: SessionThread, work: Callable[[Route], _R]) -> _R:
        """Make the TCP connection, which the thread owns from then on, and have the thread do the rest.

        Raises:
            CollectError: no connection or no login.
        """
        target, limits = way.target, way.target.limits
        host, port = (target.hops[0].host, target.hops[0].port) if target.hops else (target.host, target.port)
        limit_s = (len(target.hops) + 1) * (limits.connect_s + limits.login_s)
        try:
            connection = await connect_tcp(host, port, seconds=max(0.0, min(limits.connect_s, deadline.remaining_s)))
            thread.owns(connection)
            connection.settimeout(None)
            telnet = target.driver is Driver.TELNET
            route = Route(target, connection, self._host_keys, way.profile, way.device_type, telnet=telnet, guarded=way.guarded)
            async with asyncio.timeout(max(0.0, min(limit_s, deadline.remaining_s))):
                return await thread.call(work, route)
        except TimeoutError as error:
            raise _no_answer(target, deadline) from error
        except LIBRARY_ERRORS as error:
            found = collect_error(error, name=target.name, place=f"{target.host}:{target.port}")
            if ended_before_a_word(error):
                found = await self._nearer(target, deadline, found)
            raise found from error

    async def _nearer(self, target: Target, deadline: Deadline, found: CollectError) -> CollectError:
        """A connection that ended before a word came: look once more, for it may be no SSH server at all."""
        try:
            await self._opening.probe(target, deadline)
        except CollectError as nearer:
            return nearer if nearer.kind == FailureKind.NOT_SSH else found
        return found

    async def _explained(self, target: Target, deadline: Deadline, refused: ConnectError) -> CollectError:
        """Why there is no algorithm in common, with what would help."""
        try:
            offer = await self._opening.probe(target, deadline)
        except CollectError:
            return refused  # it does not even say so; the first error stands
        return algorithms_error(target.name, offer, target.profiles[-1])


def _no_answer(target: Target, deadline: Deadline) -> CollectTimeoutError:
    if deadline.remaining_s <= 0:
        return CollectTimeoutError(f"{target.name}: the time of the visit was over before the login was.", kind=FailureKind.DEADLINE)
    return CollectTimeoutError(
        f"{target.name}: {target.host}:{target.port} did not answer within {target.limits.connect_s:g} s.",
        kind=FailureKind.CONNECT_TIMEOUT,
        hint="Is it up, and does a firewall drop the packets?",
    )
