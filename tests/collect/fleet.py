"""Switches for tests of the sweep that answer from a script instead of a wire: a driver like any other, behind the same interface."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from switchcorr.collect.door import Question
from switchcorr.collect.session import Deadline, Session, Target
from switchcorr.errors import AuthenticationError, ConnectError
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind
from switchcorr.platforms import Platform, platform_named

IOS = platform_named("cisco_ios")
assert IOS is not None
COMMANDS = tuple(command.text for command in IOS.commands if command.sweep)


@dataclass(slots=True)
class Script:
    """How a device behaves during one connection.

    Attributes:
        refuses: opening fails so.
        silent_s: opening takes so long.
        deaf: opening never ends by itself.
        says: status and text of single commands; all others are answered with ``ok``.
        closes_at: the session ends in the middle of the answer to this command, for this reason.
        hangs_at: this command is answered never; what arrived before is there when the session is interrupted.
        ignores_interrupt: not even then.
        raises_at: the driver itself breaks at this command.
        paced: each answer waits for this.
    """

    refuses: FailureKind | None = None
    silent_s: float = 0
    deaf: bool = False
    says: dict[str, tuple[AnswerStatus, bytes]] = field(default_factory=dict)
    closes_at: str = ""
    closes_with: FailureKind = FailureKind.SESSION_CLOSED
    cut: bytes = b"half an ans"
    hangs_at: str = ""
    ignores_interrupt: bool = False
    raises_at: str = ""
    platform: Platform | None = None
    warnings: tuple[str, ...] = ()
    paced: asyncio.Event | None = None


class ScriptedSession:
    """A session of the script."""

    def __init__(self, fleet: Fleet, target: Target, script: Script) -> None:
        self._fleet, self._target, self._script = fleet, target, script
        platform = script.platform or target.platform
        assert platform is not None
        self.platform: Platform = platform
        self.hostname = target.name
        self.profile: AlgorithmProfile | None = AlgorithmProfile.MODERN
        self.warnings = script.warnings
        self.failure: Failure | None = None
        self._interrupted = asyncio.Event()

    async def ask(self, question: Question, deadline: Deadline) -> Answer:
        self._fleet.asked.append((self._target.name, question.text))
        script, text = self._script, question.text
        if script.paced is not None:
            await script.paced.wait()
        await asyncio.sleep(0)
        status, raw = script.says.get(text, (AnswerStatus.OK, f"answer of {self._target.name} to {text}\r\n".encode()))
        if text == script.raises_at:
            raise RuntimeError("nobody foresaw this")
        if text == script.closes_at:
            status, raw = AnswerStatus.PARTIAL, script.cut
            self.failure = Failure(script.closes_with, f"{self._target.name}: it hung up")
        if text == script.hangs_at:
            status, raw = AnswerStatus.TIMEOUT, script.cut
            self._fleet.at_hang()
            while script.ignores_interrupt or not self._interrupted.is_set():
                await asyncio.wait_for(self._interrupted.wait(), None) if not script.ignores_interrupt else await asyncio.sleep(3600)
        deadline.earn(len(raw))
        return Answer(text, raw, status, datetime.now(UTC), 0.01)

    def interrupt(self) -> None:
        self._interrupted.set()

    async def close(self) -> None:
        await asyncio.sleep(0)
        self._fleet.open_sessions -= 1
        self._fleet.closed.append(self._target.name)


class Fleet:
    """A driver whose switches follow scripts: one for each connection, the last one for all further ones."""

    def __init__(self, **scripts: Script | Sequence[Script]) -> None:
        self._scripts = {name: [script] if isinstance(script, Script) else list(script) for name, script in scripts.items()}
        self.usual: Callable[[], Script] = Script
        self.at_hang: Callable[[], object] = lambda: None
        self.logins: list[str] = []
        self.asked: list[tuple[str, str]] = []
        self.closed: list[str] = []
        self.open_sessions = 0
        self.most_sessions = 0

    def asked_of(self, name: str) -> list[str]:
        return [command for device, command in self.asked if device == name]

    async def __call__(self, target: Target, deadline: Deadline) -> Session:
        scripts = self._scripts.get(target.name) or [self.usual()]
        script = scripts.pop(0) if len(scripts) > 1 else scripts[0]
        self.logins.append(target.name)
        self.open_sessions += 1
        self.most_sessions = max(self.most_sessions, self.open_sessions)
        try:
            await asyncio.sleep(script.silent_s)
            if script.deaf:
                await asyncio.Event().wait()
            if script.refuses is not None:
                kind = AuthenticationError if script.refuses is FailureKind.AUTHENTICATION else ConnectError
                raise kind(f"{target.name}: {script.refuses}", kind=script.refuses, hint="Look.")  # noqa: TRY301
        except BaseException:
            self.open_sessions -= 1
            raise
        return ScriptedSession(self, target, script)
