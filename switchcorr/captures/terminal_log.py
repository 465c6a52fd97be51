"""A terminal log: prompts with what was typed, and what came back, of one device or of several."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from switchcorr.captures.cleaning import find_prompt

_SHOW = re.compile(r"sh(?:o|ow)?\s+\S.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one command.

    Attributes:
        host: of the prompt; empty in a show-tech file.
        command: as typed.
        first_line: the answer's first line in the file, 1-based.
        closed: whether a prompt or another section follows; the last answer of a log that breaks off is not closed.
    """

    host: str
    command: str
    text: str
    first_line: int
    closed: bool = True


def is_terminal_log(text: str) -> bool:
    """Whether a text holds a prompt with a show command."""
    return any(True for _ in _prompts(text.split("\n")))


def split_terminal_log(text: str) -> list[Section]:
    """The answers of a terminal log, in order; commands that are no ``show`` end the answer before them and give none."""
    lines = text.split("\n")
    hosts = {host for _, host, command in _prompts(lines)}
    sections: list[Section] = []
    start: tuple[int, str, str] | None = None
    for number, line in enumerate(lines):
        found = find_prompt(line)
        if found is None or found[0] not in hosts:
            continue
        if start is not None:
            sections.append(_section(lines, start, number, closed=True))
        host, command = found
        start = (number, host, command) if _SHOW.fullmatch(command) else None
    if start is not None:
        sections.append(_section(lines, start, len(lines), closed=False))
    return sections


def _prompts(lines: list[str]) -> Iterator[tuple[int, str, str]]:
    for number, line in enumerate(lines):
        found = find_prompt(line)
        if found is not None and _SHOW.fullmatch(found[1]):
            yield number, *found


def _section(lines: list[str], start: tuple[int, str, str], end: int, *, closed: bool) -> Section:
    number, host, command = start
    return Section(host, command, "\n".join(lines[number + 1 : end]).strip("\n"), number + 2, closed)
