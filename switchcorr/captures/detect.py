"""Of which platform and which device a text is, from the text itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.platforms import PLATFORMS, Platform

_HEAD = 1_200
_WHOLE = 200_000
_NAME_WITHIN = 8_000
_SAID_BY_NEIGHBOR = re.compile(r"^[ \t]*(?:Version ?:|System Description:).*?(?:\n[ \t]*\n|\Z)", re.MULTILINE | re.DOTALL)
_NAMES = (
    (" uptime is ", re.compile(r"^[ \t]*(?!Kernel )([A-Za-z0-9][A-Za-z0-9_.-]{0,62}) uptime is ", re.MULTILINE)),
    ("Device name:", re.compile(r"^[ \t]*Device name: ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
    ("hostname ", re.compile(r"^hostname ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
    ("switchname ", re.compile(r"^switchname ([A-Za-z0-9][A-Za-z0-9_.-]{0,62})[ \t]*$", re.MULTILINE)),
)
_NAME_COMMAND = re.compile(r"sho?w? (?:switchname|hostname|sysname)", re.IGNORECASE)
_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9_.-]{0,62})\s*")


@dataclass(frozen=True, slots=True)
class Votes:
    """How many fingerprints of each platform a text holds, in the order of ``PLATFORMS``."""

    marks: tuple[int, ...]

    def other_than(self, platform: Platform) -> Platform | None:
        """The other platform that the text is of; None if it has a mark of this platform, or none at all."""
        if self.marks[PLATFORMS.index(platform)] or not any(self.marks):
            return None
        return PLATFORMS[self.marks.index(max(self.marks))]


def count_votes(text: str, *, whole: bool = False) -> Votes:
    """The fingerprints in the head of a text, or in (nearly) all of it.

    What a neighbor says of its own software is no fingerprint of the device that prints it.
    """
    head = text[: _WHOLE if whole else _HEAD]
    if "Version" in head or "System Description" in head:
        head = _SAID_BY_NEIGHBOR.sub("", head)
    return Votes(tuple(sum(1 for mark in platform.fingerprints if mark.search(head)) for platform in PLATFORMS))


def find_platform(votes: Sequence[Votes]) -> Platform | None:
    """The platform that most texts are of, and among equals the one with most fingerprints; None if there are none."""
    totals = [
        (sum(1 for vote in votes if vote.marks[place] and vote.marks[place] == max(vote.marks)), sum(vote.marks[place] for vote in votes))
        for place in range(len(PLATFORMS))
    ]
    return PLATFORMS[totals.index(max(totals))] if any(total for total, _ in totals) else None


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
