"""Console messages that fell between or into the lines of an output: taken out, kept for themselves, and counted."""

from __future__ import annotations

import re
from dataclasses import dataclass

_STAMP = (
    r"(?:\d{1,9}: )?(?:[*.]?(?:\d{4} )?[A-Z][a-z]{2} {1,2}\d{1,2}(?: \d{4})? \d\d:\d\d:\d\d(?:\.\d{1,6})?(?: [A-Za-z]{1,5}(?: [+-]\d\d:\d\d)?)?:?"
    r"|\d\d:\d\d:\d\d:|\d{1,2}[dw]\d{1,2}[hd]:)(?: [A-Za-z0-9_.-]{1,63})?(?: %\$ .{1,40}? %\$)?"
)
_SIGN = r"%[A-Z][A-Z0-9_]{1,40}(?:-[A-Z0-9_]{1,40}){0,3}-[0-7]-[A-Z0-9_]{2,40}:"
_MESSAGE = re.compile(rf"(?:{_STAMP} )?{_SIGN}.*")
_INSIDE = re.compile(rf"{_STAMP} {_SIGN}.*")
_NEAR = re.compile(_SIGN)


@dataclass(frozen=True, slots=True)
class Console:
    """A text without its console messages.

    Attributes:
        messages: number (1-based) and text of each, in order.
        gaps: numbers of the lines that are gone, ascending: what the lines behind them count from.
    """

    text: str
    messages: tuple[tuple[int, str], ...] = ()
    gaps: tuple[int, ...] = ()


def take_console(text: str) -> Console:
    """Take the messages out of an output.

    A line that is a message goes whole. Of a line into which one fell, the message goes and the rest is joined with the line
    behind it, where the output went on. A text that is a log (more than half messages) stays as it is.
    """
    if "%" not in text or not _NEAR.search(text):
        return Console(text)
    kept: list[str] = []
    messages: list[tuple[int, str]] = []
    gaps: list[int] = []
    torn = False
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        before, message = _parted(line)
        if message:
            messages.append((number, message))
        if message and not before:
            gaps.append(number)
        elif torn:
            kept[-1] += before
            gaps.append(number)
            torn = bool(message)
        else:
            kept.append(before)
            torn = bool(message)
    if not messages or len(messages) * 2 > sum(1 for line in lines if line.strip()):
        return Console(text)
    return Console("\n".join(kept), tuple(messages), tuple(gaps))


def _parted(line: str) -> tuple[str, str]:
    """What of a line is the output's, and the message in it."""
    if "%" not in line:
        return line, ""
    if _MESSAGE.fullmatch(line.strip()):
        return "", line.strip()
    found = _INSIDE.search(line)
    return (line[: found.start()], found[0].strip()) if found else (line, "")
