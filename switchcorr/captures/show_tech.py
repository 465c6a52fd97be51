"""A show-tech file: sections with a header line of dashes (IOS, IOS-XE) or the command in back-quotes (NX-OS)."""

from __future__ import annotations

from switchcorr.captures.terminal_log import Section
from switchcorr.platforms import PLATFORMS, Platform

_LEAST_SECTIONS = 2


def tech_platform(text: str) -> Platform | None:
    """The platform whose section headers a text holds; None if it is no show-tech."""
    lines = text.split("\n")
    for platform in PLATFORMS:
        if platform.tech_section and sum(1 for line in lines if platform.tech_section.fullmatch(line.strip())) >= _LEAST_SECTIONS:
            return platform
    return None


def split_show_tech(text: str, platform: Platform) -> list[Section]:
    """The sections of a show-tech file, in order."""
    if platform.tech_section is None:
        return []
    lines = text.split("\n")
    starts = [
        (number, found["command"].strip()) for number, line in enumerate(lines) if (found := platform.tech_section.fullmatch(line.strip()))
    ]
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    return [
        Section("", command, "\n".join(lines[number + 1 : end]).strip("\n"), number + 2, closed=end < len(lines))
        for (number, command), end in zip(starts, ends, strict=True)
    ]
