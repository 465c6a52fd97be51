"""Which declared command a typed text is: ``sh cdp nei det`` is ``show cdp neighbors detail``.

Words are compared one by one: each typed word must be a prefix of the declared word. A text with fewer words than a command
is never that command, so ``show interfaces counters errors`` and ``show interfaces`` cannot be mixed up.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from switchcorr.platforms import Command, Platform

_FILE_UNSAFE = re.compile(r"[^a-z0-9.-]+")
_NOISE = re.compile(r"\s*\|.*$|\s+$")


def find_command(platform: Platform, typed: str) -> Command | None:
    """The command that a typed text means; None if none or several are meant.

    An exact spelling wins over an abbreviation.
    """
    words = _NOISE.sub("", typed).lower().split()
    if not words:
        return None
    text = " ".join(words)
    spellings = [(spelling, command) for command in platform.commands for spelling in (command.text, *command.aliases)]
    exact = next((command for spelling, command in spellings if spelling == text), None)
    if exact is not None:
        return exact
    matched = next((command for command in platform.commands if command.pattern is not None and command.pattern.fullmatch(text)), None)
    if matched is not None:
        return matched
    found = {command.text: command for spelling, command in spellings if _abbreviates(words, spelling.split())}
    return next(iter(found.values())) if len(found) == 1 else None


def find_file_command(platform: Platform, stem: str) -> Command | None:
    """The command whose output a file of this stem holds: ``show_cdp_neighbors_detail``, or the same abbreviated."""
    wanted = file_stem(stem)
    for command in platform.commands:
        if any(file_stem(spelling) == wanted for spelling in (command.text, *command.aliases)):
            return command
    return find_command(platform, stem.replace("_", " "))


def file_stem(text: str) -> str:
    """The stem of the file that holds a command's output.

    >>> file_stem("show interfaces Gi1/0/1")
    'show_interfaces_gi1_0_1'
    """
    return _FILE_UNSAFE.sub("_", text.lower()).strip("_")


def is_not_needed(platforms: Iterable[Platform], typed: str) -> bool:
    """Whether a command is known and of no use."""
    text = " ".join(_NOISE.sub("", typed).lower().split())
    return any(pattern.fullmatch(text) for platform in platforms for pattern in platform.not_needed)


def _abbreviates(typed: list[str], declared: list[str]) -> bool:
    return len(typed) == len(declared) and all(full.startswith(word) for word, full in zip(typed, declared, strict=True))
