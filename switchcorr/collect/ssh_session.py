"""The driver for platforms that declare their dialogue: one SSH connection, one command line, no sleeps."""

from __future__ import annotations

import asyncio
import contextlib
import re
from datetime import UTC, datetime
from typing import Final

import asyncssh

from switchcorr.collect.answers import status_of
from switchcorr.collect.dialogue import Want
from switchcorr.collect.door import Question
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.jump import end_connection
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.ssh_opening import Opened, Opening
from switchcorr.collect.terminal import ENTER, Ending, Outcome
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind
from switchcorr.platforms import Platform
from switchcorr.text import clean

LEAVE: Final = b"exit"
"""Typed to end the session."""
_REGAIN_S = 3.0
"""How long an empty line may take to bring the prompt back after an answer that stopped."""
_ABORT_S = 0.5
_ADDRESS = re.compile(r"[\[(]?(?=[0-9a-f]*[.:])[0-9a-f.:]+\]?(?::\d+)?", re.ASCII | re.IGNORECASE)


class SshOpener(Opening):
    """Opens sessions by SSH; one for a whole sweep, so that targets behind a jump host share its connection.

    Args:
        host_keys: checked before anything is sent to a host, each hop included.
    """

    def __init__(self, host_keys: HostKeys) -> None:
        super().__init__(host_keys)

    async def __call__(self, target: Target, deadline: Deadline) -> SshSession:
        """Open a session; see ``OpenSession``."""
        return SshSession(target, await self.open(target, deadline))


class SshSession:
    """A command line by SSH; see ``Session``."""

    def __init__(self, target: Target, opened: Opened) -> None:
        self._target = target
        self._opened = opened
        self._terminal = opened.terminal
        self._line = opened.terminal.line
        self._failure: Failure | None = None
        self._asking = self._leaving = False
        self._warnings = list(opened.warnings)
        if not _same_name(self._line.hostname, target.name):
            self._warnings.append(f"The prompt calls the device {self._line.hostname}; the inventory calls it {target.name}.")

    @property
    def hostname(self) -> str:
        """What the prompt calls the device."""
        return self._line.hostname

    @property
    def platform(self) -> Platform:
        """As given, or as found out."""
        return self._opened.platform

    @property
    def profile(self) -> AlgorithmProfile:
        """The algorithms in use."""
        return self._opened.profile

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what was odd."""
        return (*self._warnings, *dict.fromkeys(self._line.warnings))

    @property
    def failure(self) -> Failure | None:
        """Why the session has ended."""
        if self._failure is None and self._terminal.closed.is_set() and not self._leaving:
            self._failure = self._ended()
        return self._failure

    async def ask(self, question: Question, deadline: Deadline) -> Answer:
        """Send one question and read its answer as far as it comes."""
        started_at, loop = datetime.now(UTC), asyncio.get_running_loop()
        if self.failure is not None:
            return Answer(question.text, b"", AnswerStatus.PARTIAL, started_at, 0.0)
        began = loop.time()
        self._asking = True
        self._line.begin(question.text)
        self._terminal.send(question.text.encode() + ENTER)
        outcome = await self._terminal.exchange(idle_s=self._target.limits.idle_s, deadline=deadline)
        last_at = self._terminal.last_at
        status = await self._status(outcome, question, deadline)
        raw, pages = self._line.text, self._line.pages
        self._line.drop()
        if outcome is Want.DONE:
            status = status_of(self.platform, raw)
        self._asking = self._failure is not None
        return Answer(question.text, raw, status, started_at, round(max(0.0, last_at - began), 4), pages)

    def interrupt(self) -> None:
        """End the running question at once with what has arrived."""
        self._fail(FailureKind.INTERRUPTED, "the visit was interrupted.")
        self._terminal.interrupt()

    async def close(self) -> None:
        """Say goodbye where the device listens, and end the connection."""
        self._failure, self._leaving = self.failure, True
        try:
            if not self._asking and not self._terminal.closed.is_set():
                self._terminal.send(LEAVE + ENTER)
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(max(0.0, self._target.limits.close_s - _ABORT_S)):
                        await self._terminal.closed.wait()
        finally:
            try:
                await end_connection(self._opened.connection, limit_s=min(_ABORT_S, self._target.limits.close_s))
            finally:
                await self._opened.way.aclose()

    async def _status(self, outcome: Outcome, question: Question, deadline: Deadline) -> AnswerStatus:
        """What an outcome means; the session's failure is set if it is of no more use."""
        command = question.text
        if outcome is Ending.SILENT:
            return await self._regain(command, deadline)
        if outcome is Want.FULL:
            self._fail(FailureKind.NO_PROMPT, f"'{command}' printed more than one answer may hold, and no prompt; the session was ended.")
            return AnswerStatus.TRUNCATED
        if outcome is Ending.DEADLINE:
            self._fail(FailureKind.DEADLINE, f"the time of the visit was over in the answer to '{command}'.")
            return AnswerStatus.TIMEOUT
        if outcome is Ending.CLOSED:
            self._failure = self._failure or self._ended(command)
        return AnswerStatus.PARTIAL

    async def _regain(self, command: str, deadline: Deadline) -> AnswerStatus:
        """After silence: an empty line shows whether the device still listens. What it asks is never answered."""
        if not self._line.nudge():
            self._fail(FailureKind.NO_PROMPT, f"'{command}' led to a question that is not answered: {clean(self._line.last_line[-60:])!r}.")
            return AnswerStatus.NO_PROMPT
        self._terminal.send(ENTER)
        ends_at = asyncio.get_running_loop().time() + min(_REGAIN_S, self._target.limits.idle_s)
        outcome = await self._terminal.exchange(idle_s=_REGAIN_S, deadline=deadline, ends_at=ends_at)
        if outcome is Want.DONE:
            return AnswerStatus.NO_PROMPT
        if outcome is Ending.SILENT:
            self._fail(FailureKind.TIMEOUT, f"the answer to '{command}' stopped coming, and an empty line brought no prompt.")
            return AnswerStatus.TIMEOUT
        if outcome in (Ending.CLOSED, Ending.INTERRUPTED):
            self._failure = self._failure or self._ended(command)
            return AnswerStatus.PARTIAL
        self._fail(FailureKind.DEADLINE, f"the time of the visit was over in the answer to '{command}'.")
        return AnswerStatus.TIMEOUT

    def _fail(self, kind: FailureKind, words: str) -> None:
        self._failure = self._failure or Failure(kind, f"{self._target.name}: {words}")

    def _ended(self, command: str = "") -> Failure:
        """The device has ended the session, or something on the way has."""
        where = f" in the answer to '{command}'" if command else ""
        error = self._terminal.error
        if isinstance(error, ConnectionResetError):
            return Failure(FailureKind.RESET, f"{self._target.name}: the connection was reset{where}.")
        said = (
            f" ({clean(error.reason, limit=200)})"
            if isinstance(error, asyncssh.Error) and not isinstance(error, asyncssh.ConnectionLost)
            else ""
        )
        return Failure(FailureKind.SESSION_CLOSED, f"{self._target.name}: the device ended the session{where}{said}.")


def _same_name(prompt: str, inventory: str) -> bool:
    """Whether a prompt's name may be that of the inventory: without domains, and some prompts cut long names off.

    A device that the inventory calls by its address has no name to compare.
    """
    if _ADDRESS.fullmatch(inventory):
        return True
    one, other = (name.casefold().split(".")[0] for name in (prompt, inventory))
    return one == other or (len(one) >= 20 and other.startswith(one))
