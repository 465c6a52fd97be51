"""Visits of a simulated switch by one driver, for tests: everything in a few lines, and nothing left behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from switchcorr.collect.door import Door
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.session import Deadline, OpenSession, SessionLimits, Target
from switchcorr.errors import CollectError
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import AlgorithmProfile, Driver, Login
from switchcorr.model.visit import Answer, AnswerStatus, Failure
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret
from tests.labs import canned

_R = TypeVar("_R")
NAME = "acc-001"
LINES = "\n".join(f"GigabitEthernet1/0/{number} is up" for number in range(300)) + "\n"
TEXTS = {"show version": "Cisco IOS Software, C3750E Software\n", "show interfaces": LINES, "show inventory": 'NAME: "1"\n'}
COMMANDS = ("show version", "show interfaces", "show inventory")
LIMITS = SessionLimits(connect_s=20, login_s=20, idle_s=20, close_s=3)
QUICK = SessionLimits(connect_s=2, login_s=2, idle_s=1, close_s=3)


@dataclass(slots=True)
class Visited:
    """What came of a visit.

    Attributes:
        error: of opening.
    """

    lab: LabServer
    answers: list[Answer] = field(default_factory=list)
    failure: Failure | None = None
    error: CollectError | None = None
    hostname: str = ""
    platform: str = ""
    profile: AlgorithmProfile | None = None
    warnings: tuple[str, ...] = ()

    @property
    def statuses(self) -> list[AnswerStatus]:
        """Of the answers, in order."""
        return [answer.status for answer in self.answers]


def switch(**about: object) -> LabSwitch:
    """A switch with a few answers."""
    return canned(TEXTS, NAME, **about)


def on_wire(text: str) -> bytes:
    """A text as a terminal gets it."""
    return text.replace("\n", "\r\n").encode()


def target_of(lab: LabServer, one: LabSwitch, **about: Any) -> Target:
    """A switch as a driver needs it."""
    host, port = lab.address(one.name)
    login = Login(one.username, Secret(one.password), Secret(one.enable) if one.enable else None)
    usual = {"platform": platform_named(one.platform), "driver": Driver.NETMIKO, "limits": LIMITS, "profiles": tuple(AlgorithmProfile)}
    return Target(one.name, host, port, **({"login": login} | usual | about))


def trusting(directory: Path, lab: LabServer, names: Iterable[str] = (NAME,)) -> HostKeys:
    """Host keys with those of some switches recorded."""
    keys = HostKeys(directory / "known_hosts")
    for name in names:
        keys.record(*lab.address(name), HostKey.parse(lab.host_key(name)))
    return keys


async def visit(
    opener: OpenSession, target: Target, lab: LabServer, commands: Iterable[str] = COMMANDS, added: Iterable[str] = ()
) -> Visited:
    """Open, ask, close; everything that a visit tells."""
    visited = Visited(lab)
    deadline = Deadline(60)
    try:
        session = await opener(target, deadline)
    except CollectError as error:
        visited.error = error
        return visited
    try:
        door = Door(session.platform, added)
        visited.hostname, visited.platform, visited.profile = session.hostname, session.platform.name, session.profile
        for command in commands:
            visited.answers.append(await session.ask(door.question(command), deadline))
    finally:
        visited.failure, visited.warnings = session.failure, session.warnings
        await session.close()
    return visited


def run(work: Callable[[], Coroutine[Any, Any, _R]]) -> _R:
    """Run in an event loop of its own; no thread and no socket may be left behind."""
    threads, sockets = set(threading.enumerate()), _sockets()
    result = asyncio.run(_limited(work()))
    left = [thread.name for thread in threading.enumerate() if thread not in threads]
    assert left == []
    assert _sockets() == sockets
    return result


async def _limited(work: Awaitable[_R]) -> _R:
    async with asyncio.timeout(60):
        return await work


def _sockets() -> int:
    found = 0
    for entry in Path("/proc/self/fd").iterdir():
        try:
            found += str(entry.readlink()).startswith("socket:")
        except FileNotFoundError:
            continue  # the directory's own handle
    return found
