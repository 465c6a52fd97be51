"""The driver that must work everywhere: netmiko connects, by SSH or (when it is set) by Telnet, in a thread of its own.

What is said then is read by the same command line as in the asyncssh driver, so that prompts, pagers, statuses and limits are
the same. For platforms that are declared netmiko sends nothing by itself; for others it prepares the session in its own way.
"""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

from switchcorr.collect.dialogue import CommandLine
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.login import SPOKEN, log_in
from switchcorr.collect.netmiko_opening import NetmikoOpening, Way
from switchcorr.collect.netmiko_wire import netmiko_knows, open_wire
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.session_thread import SessionThread
from switchcorr.collect.ssh_opening import Opened
from switchcorr.collect.ssh_session import SshSession
from switchcorr.collect.telnet_login import WARNING, answer_login
from switchcorr.collect.terminal import ENTER, Terminal
from switchcorr.collect.undeclared import undeclared
from switchcorr.collect.wire_pump import WirePump
from switchcorr.errors import CollectError
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import platform_named


class NetmikoOpener:
    """Opens sessions by netmiko.

    Args:
        host_keys: checked before anything is sent to a host, each hop included; Telnet has none.
    """

    def __init__(self, host_keys: HostKeys) -> None:
        self._opening = NetmikoOpening(host_keys)

    async def __call__(self, target: Target, deadline: Deadline) -> SshSession:
        """Open a session; see ``OpenSession``."""
        target, device_type = _resolved(target)
        return await self._opening.newest_first(target, deadline, lambda profile: self._open(target, deadline, profile, device_type))

    async def _open(self, target: Target, deadline: Deadline, profile: AlgorithmProfile, device_type: str) -> SshSession:
        async with contextlib.AsyncExitStack() as stack:
            thread = SessionThread(target.name)
            stack.push_async_callback(thread.finish)
            wire = await self._opening.connect(Way(target, profile, device_type), deadline, thread, open_wire)
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
    return Terminal(line)


async def _greet(terminal: Terminal, target: Target, deadline: Deadline, ends_at: float, *, prepared: bool) -> tuple[str, ...]:
    """What stands between the connection and the login to the command line; sentences for the user."""
    if target.driver is Driver.TELNET:
        await answer_login(terminal, target, deadline, ends_at)
        return (WARNING,)
    if prepared:
        terminal.send(ENTER)  # netmiko has read the prompt already
    return ()
