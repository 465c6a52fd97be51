"""The questions of a Telnet login: each is answered once, and a question that comes again is a no."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from switchcorr.collect.dialogue import Want
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.terminal import ENTER, Ending, Outcome, Terminal
from switchcorr.errors import AuthenticationError, CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.inventory import Login
from switchcorr.model.visit import FailureKind

WARNING: Final = "By Telnet nothing is encrypted: the password and all answers can be read on the way."
_QUIET_S: Final = 0.3
"""A question is one if nothing comes behind it for so long: greetings hold such words too."""
_USERNAME: Final = re.compile(r"(?<!last )\b(?:user ?name|login|user) ?: ?$", re.IGNORECASE)
_PASSWORD: Final = re.compile(r"\b(?:password|passcode) ?: ?$", re.IGNORECASE)
_NEW_PASSWORD: Final = re.compile(r"(?:new|re-?(?:enter|type)|old|change)[^\n]{0,40}password[^\n]{0,20}: ?$", re.IGNORECASE)


async def answer_login(terminal: Terminal, target: Target, deadline: Deadline, ends_at: float) -> None:
    """Answer what a Telnet server asks, until there is a prompt; ``terminal.line`` learns it.

    Args:
        ends_at: when the prompt must be there, by the clock of the event loop.

    Raises:
        CollectError: the login was refused, or came to no end.
    """
    line, clock = terminal.line, asyncio.get_running_loop().time
    questions = {"username": _USERNAME, "password": _PASSWORD}
    while clock() < ends_at:
        outcome = await terminal.exchange(idle_s=_QUIET_S, deadline=deadline, ends_at=ends_at)
        if outcome is Want.DONE:
            line.learn()  # once more, with the rest of the login
            terminal.send(ENTER)
            return
        if outcome is not Ending.SILENT:
            raise _ended(target, outcome, terminal, password_sent="password" not in questions)
        shown = line.last_line.decode("latin-1")
        if _NEW_PASSWORD.search(shown):
            raise AuthenticationError(
                f"{target.name}: {target.host}:{target.port} asks for a new password; it was not answered.",
                kind=FailureKind.PASSWORD_EXPIRED,
                hint="Log in by hand and set one.",
            )
        asked = next((name for name, pattern in (("username", _USERNAME), ("password", _PASSWORD)) if pattern.search(shown)), "")
        if asked:
            if questions.pop(asked, None) is None:
                raise _refused(target)
            line.learn()
            terminal.send(_answer(target, asked) + ENTER)
    raise CollectError(
        f"{target.name}: neither a question for the login nor a prompt came: the last line is {_shown(line.last_line)!r}.",
        kind=FailureKind.NO_PROMPT,
    )


def _answer(target: Target, asked: str) -> bytes:
    login: Login = target.login
    if asked == "username" and login.username:
        return login.username.encode()
    if asked == "password" and login.password is not None:
        return login.password.reveal().encode()
    raise AuthenticationError(
        f"{target.name}: the device asks for a {asked}, and there is none.",
        kind=FailureKind.CREDENTIALS,
        hint=f"Set `{asked}` for the device or its group.",
    )


def _refused(target: Target) -> AuthenticationError:
    return AuthenticationError(
        f"{target.name}: the login was refused by {target.host}:{target.port}.",
        kind=FailureKind.AUTHENTICATION,
        hint="Check the user name, and the password where the inventory says it is. It is not tried again in this sweep.",
    )


def _ended(target: Target, outcome: Outcome, terminal: Terminal, *, password_sent: bool) -> CollectError:
    place = f"{target.name}: {target.host}:{target.port}"
    if outcome is Ending.CLOSED and password_sent:
        return _refused(target)
    if outcome is Ending.CLOSED:
        kind = FailureKind.RESET if isinstance(terminal.error, ConnectionResetError) else FailureKind.SESSION_CLOSED
        return ConnectError(f"{place}: the connection ended before the login.", kind=kind)
    if outcome is Ending.DEADLINE:
        return CollectTimeoutError(f"{place}: the time of the visit was over during the login.", kind=FailureKind.DEADLINE)
    return ConnectError(f"{place}: what answers is no Telnet server of a switch.", kind=FailureKind.NO_PROMPT)


def _shown(line: bytes) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in line.decode("latin-1")).strip()
