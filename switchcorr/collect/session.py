"""The one interface of all drivers: open a session, ask questions, leave politely.

A session never raises for what a device answers or fails to answer: every question ends in an ``Answer`` with its status, and a
session that has ended says why in ``failure``. Only opening one can fail, with a ``CollectError`` that names the kind.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from switchcorr.collect.door import Question
from switchcorr.errors import CollectError
from switchcorr.model.inventory import AlgorithmProfile, Driver, Hop, Login
from switchcorr.model.visit import Answer, Failure, FailureKind
from switchcorr.platforms import Platform


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """What one session may take.

    Attributes:
        connect_s: for the TCP connection and the key exchange, of each hop.
        login_s: from there to the first prompt.
        idle_s: of silence in an answer.
        answer_bytes: most bytes of one answer.
        pages: most pages of one answer.
        close_s: for leaving politely.
    """

    connect_s: float = 10
    login_s: float = 20
    idle_s: float = 20
    answer_bytes: int = 32 * 1024**2
    pages: int = 10_000
    close_s: float = 3


@dataclass(frozen=True, slots=True)
class Target:
    """A device as a driver needs it.

    Attributes:
        platform: None if it is to be found out by asking ``show version``.
        napalm: NAPALM's name of the platform, for that driver.
        netmiko: netmiko's name of it, for that driver.
        profiles: to be tried in this order, each only if the one before found no common algorithm.
        hops: hosts on the way, the nearest first.
    """

    name: str
    host: str
    port: int
    login: Login
    platform: Platform | None = None
    netmiko: str = ""
    napalm: str = ""
    driver: Driver = Driver.DIALOGUE
    profiles: tuple[AlgorithmProfile, ...] = (AlgorithmProfile.MODERN,)
    hops: tuple[Hop, ...] = ()
    limits: SessionLimits = field(default_factory=SessionLimits)


class Deadline:
    """The time one visit may take: a number of seconds, and one second more for every kilobyte that arrives.

    So a switch that sends 4 kB a second is never cut off while it sends, and one that drips a byte a second is. It counts from
    its construction, by the clock of the running event loop (monotonic).
    """

    BYTES_A_SECOND = 1000

    def __init__(self, seconds: float) -> None:
        self._ends = asyncio.get_running_loop().time() + seconds

    def earn(self, received: int) -> None:
        """Say that so many bytes have arrived."""
        self._ends += received / self.BYTES_A_SECOND

    @property
    def remaining_s(self) -> float:
        """Seconds left; negative when it is over."""
        return self._ends - asyncio.get_running_loop().time()


class Session(Protocol):
    """A command line of a device, or what stands for one."""

    @property
    def hostname(self) -> str:
        """What the prompt calls the device; empty if there is none."""

    @property
    def platform(self) -> Platform:
        """As given, or as found out while opening."""

    @property
    def profile(self) -> AlgorithmProfile | None:
        """The algorithms in use; None without SSH."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what was odd: paging could not be turned off, enable was refused, the name differs."""

    @property
    def failure(self) -> Failure | None:
        """Why the session has ended, or is of no more use; None while it lives."""

    async def ask(self, question: Question, deadline: Deadline) -> Answer:
        """Send one question and read its answer to the end, or as far as it comes. Never raises for what a device does."""

    def interrupt(self) -> None:
        """End the running ``ask`` at once with what has arrived."""

    async def close(self) -> None:
        """Leave politely, within ``close_s``; never raises. Whatever happens, no task, thread or socket stays behind."""


class OpenSession(Protocol):
    """A driver: opens sessions."""

    async def __call__(self, target: Target, deadline: Deadline) -> Session:
        """Connect, check the host key, log in, learn the prompt, turn paging off, become privileged if a secret is given.

        Raises:
            CollectError: no session; ``kind`` says why. A password was sent only to a host whose key was verified.
        """


def failure_of(error: CollectError) -> Failure:
    """An error of opening as the failure of a visit."""
    return Failure(FailureKind(error.kind), error.message, error.hint)
