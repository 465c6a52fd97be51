"""Of which platform and which device a text is, from the text itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from switchcorr.platforms import PLATFORMS, Platform

_HEAD = 200_000
_HOSTNAME = re.compile(r"^\s*(\S{1,63}) uptime is |^\s*Device name: (\S{1,63})$", re.MULTILINE)


def find_platform(texts: Iterable[str]) -> Platform | None:
    """The platform whose fingerprints the texts hold most often; None if there are none."""
    votes: dict[str, int] = {}
    for text in texts:
        for platform in PLATFORMS:
            votes[platform.name] = votes.get(platform.name, 0) + sum(1 for mark in platform.fingerprints if mark.search(text[:_HEAD]))
    best = max(PLATFORMS, key=lambda platform: votes.get(platform.name, 0))
    return best if votes.get(best.name) else None


def find_hostname(texts: Iterable[str]) -> str:
    """The name a device gives itself in ``show version``; empty if it does not."""
    for text in texts:
        if found := _HOSTNAME.search(text[:_HEAD]):
            return found[1] or found[2]
    return ""
