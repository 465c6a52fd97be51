"""One visit of one device, over its one or two attempts: what was asked, which answers are kept, and how it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from switchcorr.collect.breaker import Breaker
from switchcorr.collect.door import Door, Question
from switchcorr.collect.limits import Planned, SweepLimits
from switchcorr.collect.progress import CommandAnswered, SweepEvent, VisitBegun
from switchcorr.collect.session import Deadline, OpenSession, Session, failure_of
from switchcorr.errors import CollectError, SwitchcorrError
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import REFUSED_ANSWERS, WHOLE_ANSWERS, VisitAccount
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind, VisitStatus
from switchcorr.platforms import Platform
from switchcorr.text import clean, counted, first_few

ATTEMPTS = 2
RETRIED = frozenset({FailureKind.RESET, FailureKind.CONNECT_TIMEOUT, FailureKind.TIMEOUT, FailureKind.SESSION_CLOSED})
"""What may be better a moment later. A refused login is never tried again, a refused connection not before the next sweep."""
REFUSALS = frozenset({FailureKind.AUTHENTICATION, FailureKind.PASSWORD_EXPIRED, FailureKind.ENABLE})
"""The device said no to a secret, which an AAA server may count towards locking the account."""
_LET_IN = frozenset({FailureKind.NO_PROMPT, FailureKind.PLATFORM})
_DENIED_NAMED = 3
_LAST_BYTES = 400
_GRACE_S = 1.0
"""A driver ends by itself at the deadline; so much later it is ended."""
_DEAF_S = 2.0
"""A session that does not end so long after ``interrupt`` is cancelled."""


class Saving(Protocol):
    """Keeps what a sweep brings. All but ``begin`` are called in threads, for one device never twice at the same time.

    They raise ``SwitchcorrError`` or ``OSError`` for what cannot be kept; the sweep stops then.
    """

    def begin(self, account: VisitAccount) -> None:
        """Note the commands of a visit before the first is asked: those without an answer are ``missing``. Returns at once, raises nothing."""

    def answer(self, device: str, platform: Platform, answer: Answer) -> None:
        """Keep an answer; a later one to the same command takes its place."""

    def visit(self, account: VisitAccount) -> None:
        """Keep how a visit ended."""


@dataclass(frozen=True, slots=True)
class SweepClock:
    """The time of day, and the seconds since the sweep began, which never jump."""

    now: Callable[[], datetime]
    seconds: Callable[[], float]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What all visits of a sweep share.

    Attributes:
        write: does something in a writer thread.
        wake: has the sweep look what may be begun.
    """

    open_session: Mapping[Driver, OpenSession]
    saving: Saving
    watch: Callable[[SweepEvent], None]
    clock: SweepClock
    limits: SweepLimits
    breaker: Breaker
    write: Callable[[Callable[[], None]], asyncio.Future[None]]
    wake: Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Pending:
    """An answer on its way to the disk, and what was known of its command before."""

    written: asyncio.Future[None]
    command: str
    earlier: tuple[AnswerStatus, int] | None


def is_better(status: AnswerStatus, size: int, than: tuple[AnswerStatus, int] | None) -> bool:
    """Whether an answer should take the place of another one to the same command.

    >>> is_better(AnswerStatus.OK, 10, (AnswerStatus.PARTIAL, 500)), is_better(AnswerStatus.PARTIAL, 10, (AnswerStatus.TIMEOUT, 500))
    (True, False)
    """
    if than is None:
        return True
    if (status in WHOLE_ANSWERS) != (than[0] in WHOLE_ANSWERS):
        return status in WHOLE_ANSWERS
    return size > than[1]


class DeviceVisit:
    """The visit of one device. ``attempt`` may be called twice; ``account`` tells how it stands."""

    def __init__(self, planned: Planned, around: Surroundings) -> None:
        self.planned = planned
        self.attempts = 0
        self.unsaved: Failure | None = None
        self._around = around
        self._deadline: Deadline | None = None
        self._started_at = around.clock.now()
        self._began = around.clock.seconds()
        before = planned.before
        self._statuses: dict[str, AnswerStatus] = (
            {command: status for command, status in before.commands.items() if command in before.whole or status not in WHOLE_ANSWERS}
            if before
            else {}
        )
        self._sizes: dict[str, int] = dict(before.sizes) if before else {}
        self._refusal = ""
        self._platform = planned.target.platform
        self._asked = planned.commands(self._platform) if self._platform else ()
        self._hostname = before.hostname if before else ""
        self._profile: AlgorithmProfile | None = None
        self._warnings: list[str] = []
        self._failure: Failure | None = None
        self._ended_early = False
        self._ending: Failure | None = None
        self._task: asyncio.Task[None] | None = None
        self._session: Session | None = None
        self._leaving = False
        self._pending: _Pending | None = None
        self._timers: list[asyncio.TimerHandle] = []

    @property
    def failure(self) -> Failure | None:
        """Why the last attempt is not whole."""
        return self.unsaved or self._ending or self._failure

    async def attempt(self) -> None:
        """Open a session and ask everything that has no whole answer yet.

        Raises:
            Exception: whatever a driver raises that it must not.
        """
        self.attempts += 1
        self._task = asyncio.current_task()
        self._deadline = self._deadline or Deadline(self._around.limits.visit_s)
        self._failure, self._ended_early, self._leaving = None, False, False
        self._around.watch(VisitBegun(self._around.clock.seconds(), self.planned.name, self.planned.target.host, self.attempts))
        self._watch_deadline()
        try:
            await self._run(self._deadline)
        except asyncio.CancelledError:
            if self._ending is None:
                raise
            if self._task is not None:
                self._task.uncancel()
        finally:
            self._stop_timers()
            self._around.breaker.leave_undecided(self.planned.credential, self.planned.name)
            self._around.wake()

    def end(self, why: Failure) -> None:
        """End the running attempt with what is there, now."""
        if self._ending is not None:
            return
        self._ending = why
        if self._task is None or self._task.done() or self._leaving:
            return
        if self._session is None:
            self._task.cancel()
        else:
            self._session.interrupt()
            self._timers.append(asyncio.get_running_loop().call_later(_DEAF_S, self._task.cancel))

    def fail(self, failure: Failure) -> None:
        """Something went wrong that no driver may do."""
        self._failure, self._ended_early = failure, True

    def wants_retry(self, pause_s: float) -> bool:
        """Whether one more attempt is permitted and may help."""
        failure = self.failure
        if failure is None or failure.kind not in RETRIED or not self._ended_early or self.attempts >= ATTEMPTS:
            return False
        if self._deadline is None or self._deadline.remaining_s <= pause_s + 1:
            return False
        self._warnings.append(f"The first attempt ended after {self._around.clock.seconds() - self._began:.1f} s: {failure.message}")
        return True

    def account(self) -> VisitAccount:
        """How the visit stands."""
        statuses = {command: self._statuses[command] for command in (*self._asked, *self._statuses) if command in self._statuses}
        missing = tuple(command for command in self._asked if command not in statuses)
        status, failure = self._judged(statuses, missing)
        return VisitAccount(
            device=self.planned.name,
            status=status,
            host=self.planned.target.host,
            site=self.planned.device.site,
            platform=self._platform.name if self._platform else self.planned.device.platform,
            hostname=self._hostname,
            driver=self.planned.target.driver,
            profile=self._profile,
            attempts=self.attempts,
            started_at=self._started_at,
            seconds=round(self._around.clock.seconds() - self._began, 3),
            commands=statuses,
            sizes={command: self._sizes.get(command, 0) for command in statuses},
            missing=missing,
            failure=failure,
            warnings=(*dict.fromkeys((*self._warnings, *_remarks(statuses))),),
        )

    def _judged(self, statuses: Mapping[str, AnswerStatus], missing: tuple[str, ...]) -> tuple[VisitStatus, Failure | None]:
        whole = bool(self._asked) and not missing and all(status in WHOLE_ANSWERS for status in statuses.values())
        if whole and self.unsaved is None:
            return _of_whole(self.planned, statuses, self._refusal)
        failure = self.failure or _failure_in(statuses)
        if failure is None and not self._asked:
            failure = Failure(FailureKind.PLATFORM, f"{self.planned.name}: its platform declares nothing that a sweep asks.")
        if self._ending is not None and self._ending.kind is not FailureKind.DEADLINE and self.unsaved is None:
            return VisitStatus.CANCELLED, failure
        some = any(status in WHOLE_ANSWERS or self._sizes.get(command) for command, status in statuses.items())
        return (VisitStatus.PARTIAL if some else VisitStatus.FAILED), failure

    async def _run(self, deadline: Deadline) -> None:
        try:
            session = await self._open(deadline)
        except CollectError as error:
            self._failed_to_open(failure_of(error))
            return
        self._session = session
        self._around.breaker.accept(self.planned.credential, self.planned.name)
        self._around.wake()
        try:
            self._learn(session)
            await self._ask_all(session, deadline)
        finally:
            self._leaving = True
            self._stop_timers()
            self._session = None
            self._learn(session)
            async with asyncio.timeout(self.planned.target.limits.close_s + _GRACE_S):
                await session.close()

    async def _open(self, deadline: Deadline) -> Session:
        driver = self.planned.target.driver
        opener = self._around.open_session.get(driver)
        if opener is None:
            raise CollectError(f"{self.planned.name}: there is no driver {driver}.", kind=FailureKind.DRIVER)
        return await opener(self.planned.target, deadline)

    def _failed_to_open(self, failure: Failure) -> None:
        self._failure, self._ended_early = failure, True
        if failure.kind in REFUSALS:
            self._around.breaker.refuse(self.planned.credential, self.planned.name)
        elif failure.kind in _LET_IN:
            self._around.breaker.accept(self.planned.credential, self.planned.name)

    def _learn(self, session: Session) -> None:
        self._platform = session.platform
        self._hostname = session.hostname or self._hostname
        self._profile = session.profile
        self._warnings += [warning for warning in session.warnings if warning not in self._warnings]

    async def _ask_all(self, session: Session, deadline: Deadline) -> None:
        door = Door(session.platform, self.planned.device.commands)
        self._asked = self.planned.commands(session.platform)
        self._around.saving.begin(self.account())
        for command in self._asked:
            if self._statuses.get(command) in WHOLE_ANSWERS:
                continue
            if self._ending or self.unsaved or session.failure:
                break
            if deadline.remaining_s <= 0:
                self._end_at_deadline()
                break
            await self._ask(session, door.question(command), deadline)
        await self._settle()
        if session.failure is not None:
            self._failure, self._ended_early = session.failure, True

    async def _ask(self, session: Session, question: Question, deadline: Deadline) -> None:
        asked_at = self._around.clock.now()  # by the clock of the visit, so that the two times of a capture can be compared
        answer = replace(await session.ask(question, deadline), started_at=asked_at)
        size = len(answer.raw)
        if answer.status in REFUSED_ANSWERS:
            self._refusal = self._refusal or _last_line(answer.raw)
        self._around.watch(CommandAnswered(self._around.clock.seconds(), self.planned.name, answer.command, answer.status, size))
        await self._settle()
        known = self._statuses.get(answer.command)
        earlier = (known, self._sizes.get(answer.command, 0)) if known is not None else None
        if self.unsaved is None and is_better(answer.status, size, earlier):
            self._statuses[answer.command], self._sizes[answer.command] = answer.status, size
            written = self._around.write(lambda: self._around.saving.answer(self.planned.name, session.platform, answer))
            self._pending = _Pending(written, answer.command, earlier)

    async def _settle(self) -> None:
        """Wait until the last answer is kept. One answer may be on its way to the disk while the next one is asked for, no more."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        try:
            await pending.written
        except (SwitchcorrError, OSError) as error:
            self.unsaved = unsaved(self.planned.name, error)
            del self._statuses[pending.command], self._sizes[pending.command]
            if pending.earlier is not None:
                self._statuses[pending.command], self._sizes[pending.command] = pending.earlier

    def _stop_timers(self) -> None:
        for timer in self._timers:
            timer.cancel()
        self._timers.clear()

    def _watch_deadline(self) -> None:
        """End the attempt when its time is over and its driver has not noticed; what arrives makes the time longer."""
        if self._deadline is None:
            return
        left = self._deadline.remaining_s + _GRACE_S
        if left > 0:
            self._timers[:1] = [asyncio.get_running_loop().call_later(left, self._watch_deadline)]
        else:
            self._end_at_deadline()

    def _end_at_deadline(self) -> None:
        seconds = self._around.clock.seconds() - self._began
        self.end(
            Failure(
                FailureKind.DEADLINE,
                f"{self.planned.name}: the visit was ended after {seconds:.0f} s.",
                f"A visit may take {self._around.limits.visit_s:g} s (visit_s), and a second more for each kilobyte.",
            )
        )


def unsaved(device: str, error: Exception) -> Failure:
    """Why something could not be kept, as the failure of a visit."""
    message = error.message if isinstance(error, SwitchcorrError) else str(error)
    hint = error.hint if isinstance(error, SwitchcorrError) else ""
    return Failure(FailureKind.SAVE, f"{device}: what it answered could not be saved: {message}", hint)


def _remarks(statuses: Mapping[str, AnswerStatus]) -> list[str]:
    remarks = [
        f"The answer to '{command}' was stopped at its limit (answer_mib)."
        for command, status in statuses.items()
        if status is AnswerStatus.TRUNCATED
    ]
    denied = [command for command, status in statuses.items() if status is AnswerStatus.DENIED]
    if denied and not _mostly_refused(statuses):
        named = first_few([f"'{command}'" for command in denied], _DENIED_NAMED)
        remarks.append(f"{counted(len(denied), 'command')} of {len(statuses)} denied to this account: {named}.")
    return remarks


def _of_whole(planned: Planned, statuses: Mapping[str, AnswerStatus], said: str) -> tuple[VisitStatus, Failure | None]:
    """How a visit ended in which every command was asked and answered to the end, be it with a no."""
    refused = [command for command, status in statuses.items() if status in REFUSED_ANSWERS]
    is_nothing = len(refused) == len(statuses)
    if not is_nothing and (planned.target.driver is Driver.NAPALM or not _mostly_refused(statuses)):
        return VisitStatus.ANSWERED, None  # a getter that NAPALM lacks for a platform is refused everywhere
    how = f" ({said})" if said else ""
    told = f"{planned.name}: it let us log in and refused {len(refused)} of {counted(len(statuses), 'command')}{how}."
    return VisitStatus.FAILED if is_nothing else VisitStatus.PARTIAL, Failure(FailureKind.PRIVILEGE, told)


def _mostly_refused(statuses: Mapping[str, AnswerStatus]) -> bool:
    """Whether more than half was refused: no version of a platform lacks so many of its commands."""
    return 2 * sum(status in REFUSED_ANSWERS for status in statuses.values()) > len(statuses)


def _last_line(raw: bytes) -> str:
    """What a device says where it refuses: the sentence stands below the mark that shows the place."""
    lines = raw[-_LAST_BYTES:].decode("latin-1").split("\n")
    return next((told for line in reversed(lines) if (told := clean(line.strip(), limit=80))), "").rstrip(".")


def _failure_in(statuses: Mapping[str, AnswerStatus]) -> Failure | None:
    """What the first answer that is not whole says of the visit; the session lived on."""
    kinds = {
        AnswerStatus.TIMEOUT: (FailureKind.TIMEOUT, "The answer to '{}' stopped coming."),
        AnswerStatus.NO_PROMPT: (FailureKind.NO_PROMPT, "No prompt came after the answer to '{}'."),
        AnswerStatus.PARTIAL: (FailureKind.SESSION_CLOSED, "The answer to '{}' was cut short."),
    }
    for command, status in statuses.items():
        if status in kinds:
            kind, words = kinds[status]
            return Failure(kind, words.format(command))
    return None
