"""Of which platform a text is, by the fingerprints that the platforms declare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from switchcorr.platforms import PLATFORMS, Platform

_HEAD = 1_200
_WHOLE = 200_000
_ANY_MARK = tuple(
    re.compile("|".join(f"(?:{mark.pattern})" for mark in platform.fingerprints) or "(?!)", re.MULTILINE) for platform in PLATFORMS
)
"""All fingerprints of a platform as one pattern: most texts have none of another platform, and one search tells so."""
_SAID_BY_NEIGHBOR = re.compile(r"^[ \t]*(?:Version ?:|System Description:).*?(?:\n[ \t]*\n|\Z)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Votes:
    """How many fingerprints of each platform a text holds, in the order of ``PLATFORMS``."""

    marks: tuple[int, ...]


def count_votes(text: str, *, whole: bool = False) -> Votes:
    """The fingerprints in the head of a text, or in (nearly) all of it.

    What a neighbor says of its own software is no fingerprint of the device that prints it.
    """
    head = _own_words(text[: _WHOLE if whole else _HEAD])
    return Votes(
        tuple(
            sum(1 for mark in platform.fingerprints if mark.search(head)) if any_mark.search(head) else 0
            for platform, any_mark in zip(PLATFORMS, _ANY_MARK, strict=True)
        )
    )


def other_platform(text: str, platform: Platform) -> Platform | None:
    """The other platform that a text is of; None if it has a mark of this platform, or none at all.

    Most texts have a mark of their own platform, or none at all: it is looked for first, and nothing is counted before a mark is seen.
    """
    head, own = _own_words(text[:_HEAD]), PLATFORMS.index(platform)
    others = (mark for place, mark in enumerate(_ANY_MARK) if place != own)
    if _ANY_MARK[own].search(head) or not any(mark.search(head) for mark in others):
        return None
    marks = count_votes(text).marks
    return PLATFORMS[marks.index(max(marks))]


def _own_words(text: str) -> str:
    if "Version" in text or "System Description" in text:
        return _SAID_BY_NEIGHBOR.sub("", text)
    return text


def find_platform(votes: Sequence[Votes]) -> Platform | None:
    """The platform that most texts are of, and among equals the one with most fingerprints; None if there are none."""
    totals = [
        (sum(1 for vote in votes if vote.marks[place] and vote.marks[place] == max(vote.marks)), sum(vote.marks[place] for vote in votes))
        for place in range(len(PLATFORMS))
    ]
    return PLATFORMS[totals.index(max(totals))] if any(total for total, _ in totals) else None
