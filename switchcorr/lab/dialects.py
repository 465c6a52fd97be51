"""How the command lines of the platforms look and sound: prompts, pagers, complaints."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """The manners of one operating system's command line.

    Attributes:
        prompt: with ``{name}``, as a user of no privilege sees it.
        privileged: the same after ``enable``.
        pager: shown when a page is full.
        erase: sent when the pager was answered.
        sets_paging: whether ``terminal length`` and ``terminal width`` are known.
        invalid: complaint about a command, from the prompt and the command.
        denied: complaint about a command that is not authorised.
        refused: after a wrong enable secret.
    """

    prompt: str
    privileged: str
    pager: bytes
    erase: bytes
    sets_paging: bool
    invalid: Callable[[str, str], str]
    denied: str
    refused: str


def _caret(prompt: str, command: str) -> str:
    """A caret under the last word, where the parser stopped."""
    words = [match.start() for match in re.finditer(r"\S+", command)]
    return " " * (len(prompt) + (words[-1] if words else 0)) + "^"


def _ios_invalid(prompt: str, command: str) -> str:
    return f"{_caret(prompt, command)}\n% Invalid input detected at '^' marker.\n\n"


def _nxos_invalid(prompt: str, command: str) -> str:
    return f"{_caret(prompt, command)}\n% Invalid command at '^' marker.\n"


def _catos_invalid(prompt: str, command: str) -> str:
    del prompt
    return f"Unknown command \"{command}\". Use 'help' for more info.\n"


DIALECTS = {
    "cisco_ios": Dialect(
        prompt="{name}>",
        privileged="{name}#",
        pager=b" --More-- ",
        erase=b"\x08" * 9 + b" " * 8 + b"\x08" * 9,
        sets_paging=True,
        invalid=_ios_invalid,
        denied="Command authorization failed.\n\n",
        refused="% Access denied\n\n",
    ),
    "cisco_nxos": Dialect(
        prompt="{name}> ",
        privileged="{name}# ",
        pager=b"--More--",
        erase=b"\r" + b" " * 8 + b"\r",
        sets_paging=True,
        invalid=_nxos_invalid,
        denied="% Permission denied for the role\n",
        refused="% Access denied\n",
    ),
    "cisco_catos": Dialect(
        prompt="{name}> ",
        privileged="{name}> (enable) ",
        pager=b"--More--",
        erase=b"\x08" * 8 + b" " * 8 + b"\x08" * 8,
        sets_paging=False,
        invalid=_catos_invalid,
        denied="Command authorization failed.\n",
        refused="Sorry password incorrect.\n",
    ),
}
"""By platform."""
