"""From an open shell to a command line that may be asked: the prompt, the platform, privileges, paging."""

from __future__ import annotations

import asyncio
import re
from typing import Final

from switchcorr.collect.answers import status_of
from switchcorr.collect.dialogue import Want
from switchcorr.collect.door import Door
from switchcorr.collect.errors import collect_error
from switchcorr.collect.session import Deadline, Target
from switchcorr.collect.terminal import ENTER, Ending, Outcome, Terminal
from switchcorr.errors import AuthenticationError, CollectError, CollectTimeoutError, ConnectError
from switchcorr.model.visit import AnswerStatus, FailureKind
from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.platforms.declaration import Dialogue
from switchcorr.platforms.detect import count_votes, find_platform
from switchcorr.secret import Secret
from switchcorr.text import clean

SPOKEN: Final = tuple(platform for platform in PLATFORMS if platform.dialogue is not None)
"""The platforms that declare a dialogue."""
_QUIET_S = 3.0
"""Silence after the login after which one empty line is sent: some devices greet and wait for a key."""
_MOST_SECRETS = 4
_FOREVER = float("inf")
_NEW_PASSWORD = re.compile(r"(?:[Nn]ew|[Rr]e-?(?:enter|type)|[Oo]ld|[Cc]hange)[^\n]{0,40}[Pp]assword[^\n]{0,20}: ?$")
"""A device asks for a new password, which is never answered."""
_IS_WIDTH = re.compile(r"terminal width \d{1,4}", re.ASCII)
"""Not typed: the width is agreed when the terminal is asked for, and a command more is an eighth of a visit at a slow switch."""


async def log_in(terminal: Terminal, target: Target, deadline: Deadline, ends_at: float) -> tuple[Platform, list[str]]:
    """Get a shell ready; ``terminal.line`` is learning its prompt already.

    Args:
        ends_at: when the prompt must be known, by the clock of the event loop.

    Returns:
        The platform, and sentences on what was odd.

    Raises:
        CollectError: there will be no session.
    """
    await _learn_prompt(terminal, target, deadline, ends_at)
    platform = target.platform or await _find_platform(terminal, target, deadline)
    dialogue = dialogue_of(platform, target)
    line = terminal.line
    warnings = []
    if target.platform is None:
        line.narrow([platform.prompt], platform.pager)
    if target.login.enable is not None and not _is_privileged(terminal, dialogue):
        await _enable(terminal, target, dialogue, target.login.enable, deadline)
        if not _is_privileged(terminal, dialogue):
            warnings.append("The enable secret was refused: only what may be asked without privileges is answered.")
    warnings += await _turn_paging_off(terminal, target, platform, deadline)
    return platform, warnings


def dialogue_of(platform: Platform, target: Target) -> Dialogue:
    """How to talk to a platform.

    Raises:
        CollectError: it declares no dialogue.
    """
    if platform.dialogue is None:
        raise CollectError(
            f"{target.name}: {platform.name} declares no dialogue.", kind=FailureKind.PLATFORM, hint="Use `driver: netmiko` for it."
        )
    return platform.dialogue


async def _learn_prompt(terminal: Terminal, target: Target, deadline: Deadline, ends_at: float) -> None:
    line, loop = terminal.line, asyncio.get_running_loop()
    outcome = await terminal.exchange(idle_s=_QUIET_S, deadline=deadline, ends_at=ends_at)
    if outcome is Ending.SILENT and loop.time() < ends_at:
        if not line.last_line.strip():
            terminal.send(ENTER)
        outcome = await terminal.exchange(idle_s=_FOREVER, deadline=deadline, ends_at=ends_at)
    if outcome is Want.DONE:
        return
    if outcome is not Ending.SILENT:
        raise _ended(outcome, terminal, target)
    seen = clean(line.last_line)
    found = f"the last line is {seen!r}" if seen else "the last line is empty"
    raise CollectError(
        f"{target.name}: logged in, and no prompt of {target.platform.name if target.platform else 'a known platform'} came: {found}.",
        kind=FailureKind.NO_PROMPT,
        hint="Is the platform right? A menu or a banner that waits for a key must be switched off for this user.",
    )


async def _find_platform(terminal: Terminal, target: Target, deadline: Deadline) -> Platform:
    text = await _say(terminal, target, Door(SPOKEN[0]).question("show version").text, deadline)
    shown = f"{text.decode('utf-8', 'replace')}\n{terminal.line.prompt.decode('latin-1')}"
    platform = find_platform([count_votes(shown, whole=True)])
    if platform is None:
        raise CollectError(
            f"{target.name}: the answer to 'show version' is of no known platform.",
            kind=FailureKind.PLATFORM,
            hint="Set `platform` for the device; docs/platforms.md has the names.",
        )
    return platform


def _is_privileged(terminal: Terminal, dialogue: Dialogue) -> bool:
    return dialogue.privileged.search(terminal.line.prompt.decode("latin-1")) is not None


async def _enable(terminal: Terminal, target: Target, dialogue: Dialogue, secret: Secret, deadline: Deadline) -> None:
    """Become privileged, or not: the secret is typed once, and further questions for it get an empty line."""
    if not secret.reveal().isprintable():
        raise AuthenticationError(f"{target.name}: the enable secret holds characters that cannot be typed.", kind=FailureKind.CREDENTIALS)
    line, questions = terminal.line, (dialogue.password, _NEW_PASSWORD)
    line.learn(questions)
    terminal.send(dialogue.enable.encode() + ENTER)
    for number in range(_MOST_SECRETS):
        outcome = await terminal.exchange(idle_s=target.limits.idle_s, deadline=deadline)
        if outcome is not Want.SECRET:
            break
        line.learn(questions)
        terminal.send((b"" if number else secret.reveal().encode()) + ENTER)
    if outcome is Want.NEW_SECRET:
        raise AuthenticationError(
            f"{target.name}: asks for a new password after enable; it was not answered.", kind=FailureKind.PASSWORD_EXPIRED
        )
    if outcome is not Want.DONE:
        raise _ended(outcome, terminal, target)


async def _turn_paging_off(terminal: Terminal, target: Target, platform: Platform, deadline: Deadline) -> list[str]:
    for command in dialogue_of(platform, target).paging_off:
        if _IS_WIDTH.fullmatch(command):
            continue
        text = await _say(terminal, target, command, deadline)
        if status_of(platform, text) is not AnswerStatus.OK:
            return [f"Paging could not be turned off ('{command}' was refused): its pages are answered one by one."]
        terminal.line.paging = False
    return []


async def _say(terminal: Terminal, target: Target, command: str, deadline: Deadline) -> bytes:
    terminal.line.begin(command)
    terminal.send(command.encode() + ENTER)
    outcome = await terminal.exchange(idle_s=target.limits.idle_s, deadline=deadline)
    if outcome is not Want.DONE:
        raise _ended(outcome, terminal, target)
    text = terminal.line.text
    terminal.line.drop()
    return text


def _ended(outcome: Outcome, terminal: Terminal, target: Target) -> CollectError:
    """Why a login has come to no end."""
    if outcome is Ending.CLOSED:
        if isinstance(terminal.error, OSError):
            return collect_error(terminal.error, name=target.name, place=f"{target.host}:{target.port}")
        return ConnectError(f"{target.name}: the device ended the session during the login.", kind=FailureKind.SESSION_CLOSED)
    if outcome is Ending.DEADLINE:
        return CollectTimeoutError(f"{target.name}: the time of the visit was over during the login.", kind=FailureKind.DEADLINE)
    return CollectTimeoutError(f"{target.name}: the login stopped before it was complete.", kind=FailureKind.TIMEOUT)
