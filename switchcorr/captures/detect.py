"""Of which device a text is, from the text itself."""

from __future__ import annotations

import re

_NAME_WITHIN = 8_000
_NAMES = (
    (" uptime is ", re.compile(r"^[ \t]*(?!Kernel )([A-Za-z0-9][A-Za-z0-9_.-]{0,62}) uptime is ", re.MULTILINE)),
    ("Device name:", re.compile(r"^[ \t]*Device name: ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
    ("hostname ", re.compile(r"^hostname ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
    ("switchname ", re.compile(r"^switchname ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
)
_NAME_COMMAND = re.compile(r"sho?w? (?:switchname|hostname|sysname)", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9_.-]{0,62})\s*")


def find_hostname(text: str, command: str = "") -> str:
    """The name a device gives itself in the answer to a command; empty if it does not.

    Args:
        text: of one answer; its head is looked at.
        command: as typed, if known: ``show switchname`` prints the name alone.
    """
    if _NAME_COMMAND.fullmatch(command):
        found = _NAME.fullmatch(text)
        return found[1] if found else ""
    head = text[:_NAME_WITHIN]
    for word, pattern in _NAMES:
        if word in head and (found := pattern.search(head)):
            return found[1]
    return ""
