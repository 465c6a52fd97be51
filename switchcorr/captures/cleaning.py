"""What a terminal leaves in a text and no command printed: paging, backspaces, console messages, echoes and prompts."""

from __future__ import annotations

import re

from switchcorr.platforms import PLATFORMS, Platform
from switchcorr.text import clean_text, decode

_PAGER = re.compile(r"-{2,}[ ]?[Mm]ore[ ]?-{2,}[ \t]*(?:\r?[ \x08]*\r?)|<-{2,}[ ]?[Mm]ore[ ]?-{2,}>[ \x08]*")
_RUBOUT = re.compile(r"[^\x08\n]\x08")
_CONSOLE = re.compile(
    r"(?:\d{1,8}: )?(?:\*|\.)?[A-Z][a-z]{2} {1,2}\d{1,2} (?:\d{4} )?\d\d:\d\d:\d\d(?:\.\d{1,6})?(?: \w{1,5})?: %[A-Z0-9_]{2,40}(?:-[A-Z0-9_]{1,40}){0,3}-[0-7]-[A-Z0-9_]{2,40}:.*"
)
_MOST_RUBOUTS = 200


def clean_capture(raw: bytes) -> str:
    """Bytes of a capture as text: decoded, paging and overwritten characters gone, one kind of newline, nothing unsafe."""
    text = decode(raw)
    if "ore" in text and "--" in text:
        text = _PAGER.sub("", text)
    for _ in range(_MOST_RUBOUTS if "\x08" in text else 0):
        shorter = _RUBOUT.sub("", text)
        if shorter == text:
            break
        text = shorter
    return clean_text(text.replace("\x08", "").replace("\x00", "").replace("\x07", ""))


def split_console(text: str) -> tuple[str, tuple[str, ...]]:
    """A text without the console messages that fell into it, and these messages.

    A line that is a message is taken out whole. A text that is a log (more than half messages) stays as it is.
    """
    lines = text.split("\n")
    found = [line for line in lines if line[:1] in "*.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" and _CONSOLE.fullmatch(line.strip())]
    if not found or len(found) * 2 > len([line for line in lines if line.strip()]):
        return text, ()
    taken = set(found)
    return "\n".join(line for line in lines if line not in taken), tuple(line.strip() for line in found)


def find_prompt(line: str, platforms: tuple[Platform, ...] = PLATFORMS) -> tuple[str, str] | None:
    """Host and typed text of a line that is a prompt; None for any other line.

    Where the prompts of several platforms fit, the longest is meant: what it takes for its own was not typed. ``sw> (enable) show
    port`` is the prompt of CatOS with ``show port`` behind it, not that of IOS with ``(enable) show port``.
    """
    if ">" not in line and "#" not in line:
        return None
    found = [match for platform in platforms if (match := platform.prompt.fullmatch(line.rstrip()))]
    if not found:
        return None
    best = min(found, key=lambda match: len(match["command"].strip()))
    return best["host"], best["command"].strip()
