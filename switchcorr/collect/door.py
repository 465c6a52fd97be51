r"""The one door to the wire: only a ``Question`` is ever sent as a command, and only the door makes one.

What passes: a command that a platform declares, word for word; and commands that a user has added to the inventory, which must
begin with ``show`` or ``display`` and may pipe only into ``include``, ``exclude``, ``section`` and ``begin``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NoReturn, final

from switchcorr.errors import CommandError
from switchcorr.model.visit import FailureKind
from switchcorr.platforms import Platform

_KEY: Final = object()
_WORD = r"[A-Za-z0-9][A-Za-z0-9_./:,-]{0,60}"
_ADDED = re.compile(
    rf"(?:show|display)(?: {_WORD}){{1,12}}(?: \| (?:include|exclude|section|begin)(?: [A-Za-z0-9_./:,^$-]{{1,60}}){{1,6}})?"
)
_NEVER_WORDS: Final = (
    ("running-config", 2),
    ("run-config", 2),
    ("startup-config", 3),
    ("derived-config", 3),
    ("configuration", 3),
    ("current-configuration", 2),
    ("saved-configuration", 2),
    ("this", 4),
    ("diagnostic-information", 12),
    ("tech-support", 2),
    ("archive", 3),
    ("community", 4),
    ("crypto", 3),
    ("keys", 3),
    ("passwords", 4),
    ("secrets", 4),
    ("redirect", 3),
    ("append", 3),
    ("tee", 3),
    ("tclsh", 3),
    ("bash", 3),
)
"""What may hold secrets, write or lead elsewhere, and the shortest that a device takes for it: a word and each of its beginnings is refused."""
_NEVER_BEGINNINGS = re.compile(r"(?:boot)?flash|nvram|slot\d|disk\d|usb|(?:t|s)?ftp|scp|https?|rcp|system:|null:|xmodem|config", re.ASCII)
_FILE_SYSTEM = re.compile(r"[0-9a-z-]*[g-z-][0-9a-z-]*:", re.ASCII)
"""A word with letters before a colon that stand in no address."""


@final
class Question:
    """A command that may be sent. Made by ``Door.question`` only."""

    __slots__ = ("__text",)

    def __init__(self, text: str, *, key: object) -> None:
        if key is not _KEY:
            raise TypeError("a question is made by the door only")
        self.__text = text

    @property
    def text(self) -> str:
        """The command."""
        return self.__text

    def __repr__(self) -> str:
        return f"Question({self.text!r})"

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("a question has no kinds")

    def __reduce__(self) -> NoReturn:
        raise TypeError("a question is made by the door only")


def check_added(command: str) -> str:
    """Why a command that a user added may not pass; empty if it may.

    >>> check_added("show interfaces status | include notconnect")
    ''
    >>> check_added("reload")
    "begins neither with show nor with display, or holds more than plain words: 'reload'"
    """
    if not _ADDED.fullmatch(command):
        return f"begins neither with show nor with display, or holds more than plain words: {command[:80]!r}"
    found = next((word for word in command.lower().split(" ")[1:] if _is_never_asked(word)), "")
    return f"asks for something that a sweep never reads or writes ({found}): {command[:80]!r}" if found else ""


def _is_never_asked(word: str) -> bool:
    whole = any(name.startswith(word) and len(word) >= least for name, least in _NEVER_WORDS)
    return whole or word.startswith(tuple(name for name, _ in _NEVER_WORDS if len(name) > 6)) or _leads_to_files(word)


def _leads_to_files(word: str) -> bool:
    return _NEVER_BEGINNINGS.match(word) is not None or _FILE_SYSTEM.match(word) is not None


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
