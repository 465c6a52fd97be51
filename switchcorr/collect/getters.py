"""The driver for operating systems that are not declared here: NAPALM's getters, kept as JSON text.

Only getters are called, and the connection below them lets no line pass that may do more than read. Of NAPALM's drivers those are
used that talk through netmiko, for there our own host keys, logins and limits apply; the others connect in ways of their own that
either cannot verify the device or cannot be shown our records of host keys.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from napalm import get_network_driver  # type: ignore[import-untyped]
from napalm.base.exceptions import ConnectionClosedException, NapalmException  # type: ignore[import-untyped]
from netmiko.exceptions import ReadException, ReadTimeout, WriteException

from switchcorr.collect.answers import status_of
from switchcorr.collect.door import Question
from switchcorr.collect.host_keys import HostKeys
from switchcorr.collect.netmiko_opening import NetmikoOpening, Way
from switchcorr.collect.netmiko_wire import AnswerTooLong, NetmikoWire, Route, open_wire
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.session_thread import SessionThread
from switchcorr.errors import CollectError, CommandError
from switchcorr.model.inventory import AlgorithmProfile
from switchcorr.model.visit import Answer, AnswerStatus, Failure, FailureKind
from switchcorr.platforms import Platform
from switchcorr.platforms.napalm_getters import NOT_IMPLEMENTED, NOT_UNDERSTOOD, PLATFORM, getter_text

USED: Final[Mapping[str, str]] = MappingProxyType({"ios": "ios", "nxos": "nxos_ssh", "nxos_ssh": "nxos_ssh", "eos": "eos"})
"""By NAPALM's name, the driver that is used: for NX-OS not the one by HTTPS, and EOS by SSH."""
_NO_DRIVER: Final = "NAPALM's driver {name!r} is not used: it cannot check the device against our records of host keys."
_LOOK_S: Final = 0.1
_ENDINGS: Final[tuple[tuple[tuple[type[BaseException], ...], AnswerStatus, FailureKind, str], ...]] = (
    ((AnswerTooLong,), AnswerStatus.TRUNCATED, FailureKind.NO_PROMPT, "the device printed more than one answer may hold"),
    ((ReadTimeout,), AnswerStatus.TIMEOUT, FailureKind.TIMEOUT, "the device stopped sending"),
    ((CommandError,), AnswerStatus.DENIED, FailureKind.DRIVER, "NAPALM wanted to type what may do more than read, and was stopped,"),
    ((ConnectionResetError,), AnswerStatus.PARTIAL, FailureKind.RESET, "the connection was reset"),
    (
        (ReadException, WriteException, EOFError, OSError, ConnectionClosedException),
        AnswerStatus.PARTIAL,
        FailureKind.SESSION_CLOSED,
        "the device ended the session",
    ),
)
"""What a getter may end with instead of a result, after which the session is of no more use; the first that fits counts."""


class _OverOurWire:
    """Mixed into a driver of NAPALM: its netmiko connection is ours."""

    route: Route
    wire: NetmikoWire | None = None

    def _netmiko_open(self, device_type: str, netmiko_optional_args: object = None) -> Any:
        """What NAPALM calls to connect, in the thread of the session."""
        del netmiko_optional_args
        self.wire = open_wire(replace(self.route, device_type=device_type))
        self._netmiko_device = self.wire.connection
        return self.wire.connection

    def leave(self) -> None:
        """End the connection; NAPALM's own way may type more than that."""
        if self.wire is not None:
            self.wire.close()


class NapalmOpener:
    """Opens sessions whose questions are getters of NAPALM.

    Args:
        host_keys: checked before anything is sent to a host, each hop included.
    """

    def __init__(self, host_keys: HostKeys) -> None:
        self._opening = NetmikoOpening(host_keys)

    async def __call__(self, target: Target, deadline: Deadline) -> GettersSession:
        """Open a session; see ``OpenSession``."""
        if target.napalm not in USED:
            raise CollectError(
                f"{target.name}: {_NO_DRIVER.format(name=target.napalm)}",
                kind=FailureKind.PLATFORM,
                hint="Use `driver: netmiko` with `commands` for it; docs/drivers.md lists the drivers that are used.",
            )
        return await self._opening.newest_first(target, deadline, lambda profile: self._open(target, deadline, profile))

    async def _open(self, target: Target, deadline: Deadline, profile: AlgorithmProfile) -> GettersSession:
        async with contextlib.AsyncExitStack() as stack:
            thread = SessionThread(target.name)
            stack.push_async_callback(thread.finish)
            way = Way(target, profile, guarded=True)
            driver, privileged = await self._opening.connect(way, deadline, thread, _open_driver)
            thread.last(driver.leave)
            stack.pop_all()
        return GettersSession(target, driver, thread, profile, privileged=privileged)


class GettersSession:
    """A device as NAPALM shows it; see ``Session``."""

    def __init__(self, target: Target, driver: Any, thread: SessionThread, profile: AlgorithmProfile, *, privileged: bool) -> None:
        self._target = target
        self._driver = driver
        self._thread = thread
        self._profile = profile
        self._failure: Failure | None = None
        self._stop = asyncio.Event()
        self._warnings = tuple(_oddities(target.name, self.hostname, privileged=privileged))

    @property
    def hostname(self) -> str:
        """What the prompt calls the device."""
        return str(self._driver.wire.connection.base_prompt)

    @property
    def platform(self) -> Platform:
        """That of the getters."""
        return PLATFORM

    @property
    def profile(self) -> AlgorithmProfile:
        """The algorithms in use."""
        return self._profile

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences on what was odd."""
        return self._warnings

    @property
    def failure(self) -> Failure | None:
        """Why the session has ended."""
        return self._failure

    async def ask(self, question: Question, deadline: Deadline) -> Answer:
        """Call a getter; what it returns is the answer."""
        started_at, clock = datetime.now(UTC), asyncio.get_running_loop().time
        began = clock()
        if self._failure is not None:
            return Answer(question.text, b"", AnswerStatus.PARTIAL, started_at, 0.0)
        getter = getattr(self._driver, question.text)  # the door lets through what the platform declares, and nothing else
        self._driver.wire.connection.said = ""
        call = self._thread.start(getter)
        status = await self._wait(call, question.text, deadline)
        raw = b""
        if status is None:
            raw, status = self._read(question.text, call)
        return Answer(question.text, raw, status, started_at, round(clock() - began, 4))

    def interrupt(self) -> None:
        """End the running getter at once; of a getter there is nothing before it is complete."""
        self._fail(FailureKind.INTERRUPTED, "the visit was interrupted.")
        self._stop.set()

    async def close(self) -> None:
        """Leave as netmiko does, and end the connection."""
        try:
            if self._failure is None:
                await asyncio.wait({self._thread.start(self._driver.leave)}, timeout=self._target.limits.close_s)
        finally:
            await self._thread.finish()

    async def _wait(self, call: asyncio.Future[Any], getter: str, deadline: Deadline) -> AnswerStatus | None:
        """Wait for a getter; None if it has ended by itself."""
        connection, seen = self._driver.wire.connection, self._driver.wire.connection.received
        stopped = asyncio.ensure_future(self._stop.wait())
        try:
            while not call.done():
                await asyncio.wait(
                    {call, stopped}, timeout=max(0.0, min(_LOOK_S, deadline.remaining_s)), return_when=asyncio.FIRST_COMPLETED
                )
                received = connection.received
                deadline.earn(received - seen)
                seen = received
                if not call.done() and self._stop.is_set():
                    return AnswerStatus.PARTIAL
                if not call.done() and deadline.remaining_s <= 0:
                    self._fail(FailureKind.DEADLINE, f"the time of the visit was over in the answer to '{getter}'.")
                    return AnswerStatus.TIMEOUT
            return None
        finally:
            stopped.cancel()
            if not call.done():
                self._thread.cut()

    def _read(self, getter: str, call: asyncio.Future[Any]) -> tuple[bytes, AnswerStatus]:
        """What a getter has given, as text and status; the session's failure is set if it is of no more use."""
        error = call.exception()
        if isinstance(error, ConnectionClosedException):
            error = error.__context__ or error  # NAPALM's name for what the connection ended with
        said = self._driver.wire.connection.said.encode("latin-1", "replace")
        refused = status_of(PLATFORM, said)
        if refused is AnswerStatus.DENIED or (refused is AnswerStatus.INVALID and (error is not None or not call.result())):
            return said, refused  # NAPALM takes a refusal for an empty table
        if error is None:
            raw = getter_text(call.result()).encode("ascii")
            return (raw, AnswerStatus.OK) if len(raw) <= self._target.limits.answer_bytes else (b"", AnswerStatus.TRUNCATED)
        for kinds, status, failure, words in _ENDINGS:
            if isinstance(error, kinds):
                self._fail(failure, f"{words} in the answer to '{getter}'.")
                return b"", status
        why = NOT_IMPLEMENTED if isinstance(error, NotImplementedError) else f"{NOT_UNDERSTOOD} ({type(error).__name__})."
        return f"{why}\n".encode(), AnswerStatus.INVALID

    def _fail(self, kind: FailureKind, words: str) -> None:
        self._failure = self._failure or Failure(kind, f"{self._target.name}: {words}")


def _oddities(name: str, hostname: str, *, privileged: bool) -> Iterator[str]:
    """Sentences on what was odd when a session was opened."""
    if not privileged:
        yield "The enable secret was refused: only what may be asked without privileges is answered."
    if hostname.casefold().partition(".")[0] != name.casefold().partition(".")[0]:
        yield f"The prompt calls the device {hostname}; the inventory calls it {name}."


def _open_driver(route: Route) -> tuple[_OverOurWire, bool]:
    """A driver of NAPALM that is open, and whether it is as privileged as it can be."""
    target = route.target
    known = get_network_driver(USED[target.napalm])
    options = {"transport": "ssh", "force_no_enable": True}
    driver: Any = type("Getters", (_OverOurWire, known), {})(target.host, target.login.username, "", optional_args=options)
    driver.route = route
    with contextlib.ExitStack() as undo:
        undo.callback(driver.leave)
        try:
            driver.open()
        except (NapalmException, LookupError, TypeError) as error:
            raise CollectError(
                f"{target.name}: NAPALM's driver {USED[target.napalm]!r} cannot use the device: {type(error).__name__}: {str(error)[:200]}",
                kind=FailureKind.PLATFORM,
                hint="Is the platform right? `driver: netmiko` with `commands` does without NAPALM.",
            ) from error
        privileged = target.login.enable is None or driver.wire.become_privileged()
        undo.pop_all()
    return driver, privileged
