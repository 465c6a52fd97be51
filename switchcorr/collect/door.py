r"""The one door to the wire: only a ``Question`` is ever sent as a command, and only the door makes one.

What passes: a command that a platform declares, word for word; and commands that a user has added to the inventory, which must
begin with ``show`` or ``display`` and may pipe only into ``include``, ``exclude``, ``section`` and ``begin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, final

from switchcorr.errors import CommandError
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import Platform

_KEY: Final = object()
_WORD = r"[A-Za-z0-9][A-Za-z0-9_./:,-]{0,60}"
_ADDED = re.compile(
    rf"(?:show|display)(?: {_WORD}){{1,12}}(?: \| (?:include|exclude|section|begin)(?: [A-Za-z0-9_./:,^$-]{{1,60}}){{1,6}})?"
)
_NEVER = re.compile(
    r"(?: |^)(?:redirect|append|tee|tftp|ftp|scp|sftp|https?|flash|bootflash|nvram|slot\d|disk\d|usb\w*|running-config|startup-config|tech-support|tech)\b",
    re.IGNORECASE,
)


@final
class Question:
    """A command that may be sent. Made by ``Door.question`` only."""

    __slots__ = ("text",)

    def __init__(self, text: str, *, key: object) -> None:
        if key is not _KEY:
            raise TypeError("a question is made by the door only")
        self.text: Final = text

    def __repr__(self) -> str:
        return f"Question({self.text!r})"


def check_added(command: str) -> str:
    """Why a command that a user added may not pass; empty if it may.

    >>> check_added("show interfaces status | include notconnect")
    ''
    >>> check_added("reload")
    "begins neither with show nor with display, or holds more than plain words: 'reload'"
    """
    if not _ADDED.fullmatch(command):
        return f"begins neither with show nor with display, or holds more than plain words: {command[:80]!r}"
    found = _NEVER.search(command)
    return f"asks for something that a sweep never reads or writes ({found[0].strip()}): {command[:80]!r}" if found else ""


class Door:
    """The allow-list of one device.

    Args:
        platform: whose declared commands pass.
        added: commands of the user.

    Raises:
        CommandError: an added command may not pass.
    """

    def __init__(self, platform: Platform, added: Iterable[str] = ()) -> None:
        self._allowed = {name for command in platform.commands for name in (command.text, *command.aliases)}
        for command in added:
            if why := check_added(command):
                raise _refused(why)
            self._allowed.add(command)

    def question(self, command: str) -> Question:
        """A command that may be sent.

        Raises:
            CommandError: it is not on the list.
        """
        if command not in self._allowed:
            raise _refused(f"not a declared command: {command[:80]!r}")
        return Question(command, key=_KEY)


def _refused(why: str) -> CommandError:
    return CommandError(
        f"The read-only door refused a command: it {why}."
        if why.startswith(("begins", "asks"))
        else f"The read-only door refused a command: {why}.",
        kind=FailureKind.DRIVER,
        hint="Only show commands are sent: those of docs/platforms.md, and added ones that begin with show or display.",
    )
