"""The section headers of show-tech: lines of dashes (IOS, IOS-XE) or commands in back-quotes (NX-OS)."""

from __future__ import annotations

from dataclasses import dataclass

from switchcorr.platforms import PLATFORMS, Platform

_LEAST_SECTIONS = 2


@dataclass(frozen=True, slots=True)
class Headers:
    """The headers of a show-tech text: line (0-based) and command of each, and the platform that writes such headers."""

    platform: Platform
    found: tuple[tuple[int, str], ...]


def find_headers(lines: list[str]) -> Headers | None:
    """The section headers in a text; None if it is no show-tech, which has at least two.

    Where the headers of several platforms fit, the one with most of them wins.
    """
    suspects = [(number, line.strip()) for number, line in enumerate(lines) if "show " in line and line.strip()[-1:] in ("-", "`")]
    if len(suspects) < _LEAST_SECTIONS:
        return None
    best: Headers | None = None
    for platform in PLATFORMS:
        if platform.tech_section is None:
            continue
        found = tuple(
            (number, match["command"].strip()) for number, line in suspects if (match := platform.tech_section.fullmatch(line)) is not None
        )
        if len(found) >= _LEAST_SECTIONS and (best is None or len(found) > len(best.found)):
            best = Headers(platform, found)
    return best


def may_hold_headers(text: str) -> bool:
    """Whether a text may be show-tech: a quick look that is never wrong about no."""
    return "show " in text and ("- show " in text or "`show " in text or "-show " in text)
