"""The driver that must work everywhere: netmiko connects, by SSH or (when it is set) by Telnet, in a thread of its own.

What is said then is read by the same command line as in the asyncssh driver, so that prompts, pagers, statuses and limits are
the same. For platforms that are declared netmiko sends nothing by itself; for others it prepares the session in its own way.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from dataclasses import replace
from typing import Final

from switchcorr.collect.algorithms import quiet_old_exchanges
from switchcorr.collect.dialogue import CommandLine
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.login import SPOKEN, dialogue_of, log_in
from switchcorr.collect.netmiko_errors import LIBRARY_ERRORS, collect_error, ended_before_a_word
from switchcorr.collect.netmiko_wire import NetmikoWire, Route, netmiko_knows, open_wire
from switchcorr.collect.probe import algorithms_error
from switchcorr.collect.quiet_logs import silence_libraries
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.session_thread import SessionThread
from switchcorr.collect.ssh_opening import Opened, Opening
from switchcorr.collect.ssh_session import SshSession
from switchcorr.collect.tcp import connect_tcp
from switchcorr.collect.telnet_login import WARNING, answer_login
from switchcorr.collect.terminal import ENTER, Terminal
from switchcorr.collect.wire_pump import WirePump
from switchcorr.errors import CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import Platform, platform_named
from switchcorr.platforms.declaration import Dialogue

_NEVER: Final = re.compile(r"(?!)")


class NetmikoOpener:
    """Opens sessions by netmiko.

    Args:
        host_keys: checked before anything is sent to a host, each hop included; Telnet has none.
    """

    def __init__(self, host_keys: HostKeys) -> None:
        self._host_keys = host_keys
        self._opening = Opening(host_keys)

    async def __call__(self, target: Target, deadline: Deadline) -> SshSession:
        """Open a session; see ``OpenSession``."""
        silence_libraries()
        quiet_old_exchanges()
        target, device_type = _resolved(target)
        if target.driver is Driver.TELNET:
            return await self._open(target, deadline, AlgorithmProfile.MODERN, device_type)
        refused = ConnectError(f"{target.name}: no algorithms are permitted.", kind=FailureKind.ALGORITHMS)
        for profile in target.profiles:
            try:
                return await self._open(target, deadline, profile, device_type)
            except ConnectError as error:
                if error.kind != FailureKind.ALGORITHMS or error.message.startswith("jump host"):
                    raise
                refused = error
        raise await self._explained(target, deadline, refused)

    async def _open(self, target: Target, deadline: Deadline, profile: AlgorithmProfile, device_type: str) -> SshSession:
        async with contextlib.AsyncExitStack() as stack:
            thread = SessionThread(target.name)
            stack.push_async_callback(thread.finish)
            wire = await self._connect(target, deadline, profile, device_type, thread)
            thread.last(wire.close)
            loop = asyncio.get_running_loop()
            ends_at = loop.time() + min(target.limits.login_s, deadline.remaining_s)
            pump, terminal = WirePump(wire, thread), _terminal(target)
            pump.start(terminal)
            warnings = await _greet(terminal, target, deadline, ends_at, prepared=bool(device_type))
            asked = replace(target, login=replace(target.login, enable=None)) if device_type else target
            platform, odd = await log_in(terminal, asked, deadline, ends_at)
            stack.pop_all()
        opened = Opened(
            platform=platform,
            profile=profile if target.driver is not Driver.TELNET else None,  # type: ignore[arg-type]  # as ``Session`` wants it
            connection=pump,  # type: ignore[arg-type]  # it closes, aborts and is waited for, as a session wants of its connection
            terminal=terminal,
            way=contextlib.AsyncExitStack(),
            warnings=(*warnings, *odd),
        )
        return SshSession(target, opened)

    async def _connect(
        self, target: Target, deadline: Deadline, profile: AlgorithmProfile, device_type: str, thread: SessionThread
    ) -> NetmikoWire:
        host, port = (target.hops[0].host, target.hops[0].port) if target.hops else (target.host, target.port)
        place = f"{target.host}:{target.port}"
        limits = target.limits
        try:
            connection = await connect_tcp(host, port, seconds=max(0.0, min(limits.connect_s, deadline.remaining_s)))
            thread.owns(connection)
            connection.settimeout(None)
            route = Route(target, connection, self._host_keys, profile, device_type, telnet=target.driver is Driver.TELNET)
            hops = len(target.hops) + 1
            async with asyncio.timeout(max(0.0, min(hops * (limits.connect_s + limits.login_s), deadline.remaining_s))):
                return await thread.call(open_wire, route)
        except TimeoutError as error:
            raise _no_answer(target, deadline) from error
        except LIBRARY_ERRORS as error:
            found = collect_error(error, name=target.name, place=place)
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


def undeclared(device_type: str) -> Platform:
    """What stands for a platform that is not declared here, and that netmiko knows: no commands, and prompts of the usual look."""
    return Platform(
        name=device_type,
        title=f"{device_type}, as netmiko knows it",
        netmiko=device_type,
        dialogue=Dialogue(paging_off=(), privileged=re.compile("")),
        commands=(),
        prompt=re.compile(r"[\[<(]?(?P<host>[A-Za-z0-9][A-Za-z0-9_.:/@~-]{0,62})[^#>$%\n]{0,30}[\])]?[#>$%][ ]?(?P<command>[^#>$%]*)"),
        fingerprints=(),
        invalid=re.compile(r"^%? ?(?:Invalid|Incomplete|Ambiguous|Unknown|Unrecognized|syntax error)\b|^\s+\^$", re.IGNORECASE),
        denied=re.compile(r"(?:authorization|permission|access) (?:failed|denied)|not authorized", re.IGNORECASE),
        feature_off=_NEVER,
        empty=_NEVER,
        pager=re.compile(r"[ <(-]{0,8}-{2,} ?[Mm]ore ?-{2,}[^\n]{0,60}"),
    )


def _resolved(target: Target) -> tuple[Target, str]:
    """The target with its platform, and netmiko's name of it if netmiko is to prepare the session.

    Raises:
        CollectError: neither we nor netmiko know the platform.
    """
    platform = target.platform or platform_named(target.netmiko)
    if platform is not None:
        is_ours = platform.dialogue is not None and any(one is platform for one in SPOKEN)
        return replace(target, platform=platform), "" if is_ours or target.driver is Driver.TELNET else platform.netmiko
    if not target.netmiko:
        return target, ""
    if not netmiko_knows(target.netmiko):
        raise CollectError(
            f"{target.name}: netmiko knows no platform {target.netmiko!r}.",
            kind=FailureKind.PLATFORM,
            hint="docs/platforms.md has the names of those that are declared, netmiko's documentation those of its own.",
        )
    return replace(target, platform=undeclared(target.netmiko)), "" if target.driver is Driver.TELNET else target.netmiko


def _terminal(target: Target) -> Terminal:
    """What reads the session, learning its prompt from the first byte on."""
    platforms = (target.platform,) if target.platform is not None else SPOKEN
    limits = target.limits
    line = CommandLine(
        [platform.prompt for platform in platforms], platforms[0].pager, most_bytes=limits.answer_bytes, most_pages=limits.pages
    )
    line.learn()
    return Terminal(line, dialogue_of(platforms[0], target).next_page.encode())


async def _greet(terminal: Terminal, target: Target, deadline: Deadline, ends_at: float, *, prepared: bool) -> tuple[str, ...]:
    """What stands between the connection and the login to the command line; sentences for the user."""
    if target.driver is Driver.TELNET:
        await answer_login(terminal, target, deadline, ends_at)
        return (WARNING,)
    if prepared:
        terminal.send(ENTER)  # netmiko has read the prompt already
    return ()


def _no_answer(target: Target, deadline: Deadline) -> CollectTimeoutError:
    if deadline.remaining_s <= 0:
        return CollectTimeoutError(f"{target.name}: the time of the visit was over before the login was.", kind=FailureKind.DEADLINE)
    return CollectTimeoutError(
        f"{target.name}: {target.host}:{target.port} did not answer within {target.limits.connect_s:g} s.",
        kind=FailureKind.CONNECT_TIMEOUT,
        hint="Is it up, and does a firewall drop the packets?",
    )
