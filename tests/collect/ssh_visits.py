"""One visit of a simulated switch by the SSH driver, for the tests of this room."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.collect.door import Door
from switchcorr.collect.host_keys import HostKey, HostKeys
from switchcorr.collect.session import Deadline, SessionLimits, Target
from switchcorr.collect.ssh_session import SshOpener, SshSession
from switchcorr.lab.faults import Fault
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.inventory import Login
from switchcorr.model.visit import Answer, Failure, FailureKind
from switchcorr.platforms import platform_named
from switchcorr.secret import Secret
from tests.labs import canned, lab_thread

NOT_OPENED = {
    Fault.CONNECTION_REFUSED: FailureKind.REFUSED,
    Fault.SYN_DROPPED: FailureKind.CONNECT_TIMEOUT,
    Fault.SILENT: FailureKind.CONNECT_TIMEOUT,
    Fault.NOT_SSH: FailureKind.NOT_SSH,
    Fault.FIRST_CONNECTION_RESET: FailureKind.RESET,
    Fault.CHANGED_HOST_KEY: FailureKind.HOST_KEY_CHANGED,
    Fault.WRONG_PASSWORD: FailureKind.AUTHENTICATION,
    Fault.PASSWORD_EXPIRED: FailureKind.PASSWORD_EXPIRED,
    Fault.NO_PROMPT: FailureKind.NO_PROMPT,
    Fault.ODD_PROMPT: FailureKind.NO_PROMPT,
}
"""Faults that no session comes out of, and why, whichever driver tries."""

LONG = "".join(f"line {number}\n" for number in range(2000))
TEXTS = {"show version": "Cisco IOS Software, C3750E Software\nVersion 1\n", "show interfaces": LONG, "show inventory": "12:00\n"}
COMMANDS = tuple(TEXTS)
LIMITS = SessionLimits(connect_s=60, login_s=60, idle_s=60)
"""So long that a test which waits for one of them fails by its own time-out."""
LOGIN = Login("lab", Secret("lab-password"), Secret("lab-enable"))


@dataclass(frozen=True, slots=True)
class Visited:
    """How a visit went."""

    answers: tuple[Answer, ...]
    failure: Failure | None
    warnings: tuple[str, ...]
    lab: LabServer

    @property
    def statuses(self) -> list[str]:
        return [answer.status.value for answer in self.answers]


def switch(fault: Fault = Fault.NONE, **about: object) -> LabSwitch:
    return canned(TEXTS, "acc-001", fault=fault, **about)


def target(lab: LabServer, **about: object) -> Target:
    """The switch as the inventory would give it."""
    host, port = lab.address("acc-001")
    usual = Target("acc-001", host, port, LOGIN, platform=platform_named("cisco_ios"), limits=LIMITS)
    return replace(usual, **about)  # type: ignore[arg-type]  # what a target takes


def trusting(lab: LabServer, directory: Path, policy: str = "strict") -> HostKeys:
    """A file of host keys that knows the switch."""
    keys = HostKeys(directory / "known_hosts", policy)
    keys.record(*lab.address("acc-001"), HostKey.parse(lab.host_key("acc-001")))
    return keys


async def ask(session: SshSession, commands: Sequence[str] = COMMANDS, *, deadline: Deadline | None = None) -> tuple[Answer, ...]:
    """Ask as long as the session lives."""
    door, deadline, answers = Door(session.platform), deadline or Deadline(60), []
    for command in commands:
        if session.failure is None:
            answers.append(await session.ask(door.question(command), deadline))
    return tuple(answers)


def with_lab(simulated: LabSwitch, visit: Callable[[LabServer], Awaitable[None]], *, limit_s: float = 20) -> LabServer:
    """Run something against a switch; afterwards nothing may be left: no task, no socket, and no byte that the door forbids."""

    async def run(lab: LabServer) -> None:
        await asyncio.wait_for(visit(lab), limit_s)
        assert asyncio.all_tasks() == {asyncio.current_task()}

    before = _open_sockets()
    with lab_thread([simulated]) as lab:
        asyncio.run(run(lab))
    assert _open_sockets() <= before
    return lab


def visited(simulated: LabSwitch, directory: Path, *, limit_s: float = 20, visit_s: float = 60, **about: object) -> Visited:
    """Open a session, ask everything, close it."""
    found: list[Visited] = []

    async def visit(lab: LabServer) -> None:
        deadline = Deadline(visit_s)
        session = await SshOpener(trusting(lab, directory))(target(lab, **about), deadline)
        try:
            answers = await ask(session, deadline=deadline)
        finally:
            await session.close()
        found.append(Visited(answers, session.failure, session.warnings, lab))

    with_lab(simulated, visit, limit_s=limit_s)
    return found[0]


def _open_sockets() -> int:
    return sum(1 for link in Path("/proc/self/fd").iterdir() if link.is_symlink() and str(link.readlink()).startswith("socket:"))
