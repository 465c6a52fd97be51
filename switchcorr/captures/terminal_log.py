"""Terminal logs and show-tech, alone or one in the other, to the answers of single commands.

The lines of a text are walked once with the marks found in them: prompts, section headers of show-tech, and the lines that
terminal programs write when a log begins or ends. A mark ends the answer before it. Inside show-tech a line that looks like a
prompt is one only if no more section headers follow before the next ``show tech``: configurations and histories hold such lines.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from switchcorr.captures.prompts import Prompt, find_glued_prompt, find_prompt, may_hold_prompts
from switchcorr.captures.show_tech import Headers, find_headers, may_hold_headers
from switchcorr.platforms import Platform

_ECHO = re.compile(r"\s*sh(?:o|ow)? [a-z][A-Za-z0-9 /._*|-]{1,100}")
_SESSION = re.compile(
    r"(?:=~){5,}.*PuTTY log.*|Script (?:started|done) on .*|-+ ?(?:Log|Session|Logging) (?:started|ended|opened|closed).*", re.IGNORECASE
)
_EXEC_STAMP = re.compile(r"\s*(?:Load for five secs: .*|(?:Time source is|No time source)[ ,].*)")
_ECHO_WITHIN = 6
_MOST_HOSTS = 64
"""A log of more devices is no person's session; it is not searched for prompts behind other text, which costs hosts times lines."""
_CUT_NAME_LEAST = 10
"""IOS cuts long names in the prompts of its modes; a shorter name is never taken for a cut one."""


class _Kind(enum.Enum):
    PROMPT = "prompt"
    HEADER = "header"
    SESSION = "session"


@dataclass(frozen=True, slots=True)
class Section:
    """The answer to one command.

    Attributes:
        host: of the prompt; empty where none was seen.
        command: as typed, or as the header of show-tech says.
        first_line: the answer's first line in the file, 1-based.
        closed: whether a prompt or another section follows; the last answer of a log that breaks off is not closed.
    """

    host: str
    command: str
    text: str
    first_line: int
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Log:
    """What a text holds.

    Attributes:
        tech: the platform whose show-tech is in it; None without.
        renamed: old and new name of devices that got another name on the way; the sections have the new one.
        preamble: what stands before the first mark: a banner, or the end of an answer.
    """

    sections: tuple[Section, ...] = ()
    tech: Platform | None = None
    renamed: tuple[tuple[str, str], ...] = ()
    preamble: str = ""


@dataclass(frozen=True, slots=True)
class _Mark:
    line: int
    kind: _Kind
    prompt: Prompt
    before: str = ""
    """Text of the answer that stands before a prompt on the same line."""


def split_log(text: str) -> Log:
    """The answers in a terminal log or show-tech, in order; none if the text is neither.

    Commands that are no ``show`` end the answer before them and give none.
    """
    prompts, headers = may_hold_prompts(text), may_hold_headers(text)
    if not prompts and not headers:
        return Log()
    lines = text.split("\n")
    tech = find_headers(lines) if headers else None
    found = _prompts(lines) if prompts or tech else []
    renamed = _renamed(found)
    marks = _settled(sorted((*_unified(found, renamed), *_headers(tech), *_sessions(lines)), key=lambda mark: mark.line))
    preamble = "\n".join(lines[: marks[0].line]).strip("\n") if marks else ""
    return Log(tuple(_sections(lines, marks)), tech.platform if tech else None, tuple(renamed.items()), preamble)


def _prompts(lines: Sequence[str]) -> list[_Mark]:
    """Prompts of hosts at which a show command was typed somewhere; nothing else that looks like one counts."""
    maybe = [(number, line) for number, line in enumerate(lines) if "#" in line or ">" in line]
    whole = [(number, found) for number, line in maybe if (found := find_prompt(line))]
    hosts = {found.host for _, found in whole if found.is_show}
    hosts |= {found.new_name for _, found in whole if found.host in hosts and found.new_name}
    hosts |= {cut for cut in {found.host for _, found in whole if found.in_mode} if any(_is_cut(cut, host) for host in hosts)}
    marks = {number: _Mark(number, _Kind.PROMPT, found) for number, found in whole if found.host in hosts}
    names = sorted(hosts) if len(hosts) <= _MOST_HOSTS else []
    for number, line in maybe:
        if number in marks:
            continue
        glued = next((glued for host in names if host in line and (glued := find_glued_prompt(line, host))), None)
        if glued is not None:
            marks[number] = _Mark(number, _Kind.PROMPT, glued[1], before=glued[0])
    return [marks[number] for number in sorted(marks)]


def _is_cut(short: str, name: str) -> bool:
    return short != name and len(short) >= _CUT_NAME_LEAST and name.startswith(short)


def _renamed(prompts: Iterable[_Mark]) -> dict[str, str]:
    """Old name to new name, of devices whose prompt shows that the new name took effect."""
    renamed: dict[str, str] = {}
    asked: dict[str, str] = {}
    for mark in prompts:
        host = mark.prompt.host
        if host in asked and asked[host] != host:
            renamed[asked.pop(host)] = host
        if mark.prompt.new_name:
            asked[mark.prompt.new_name] = host
    return renamed


def _unified(prompts: Iterable[_Mark], renamed: dict[str, str]) -> Iterator[_Mark]:
    """Prompts with one name a device: the last one it had, and the whole one where a mode's prompt cut it."""
    marks = list(prompts)
    whole = {mark.prompt.host for mark in marks if not mark.prompt.in_mode}
    for mark in marks:
        host = mark.prompt.host
        if mark.prompt.in_mode and host not in whole:
            host = next((name for name in sorted(whole) if _is_cut(host, name)), host)
        seen: set[str] = set()
        while host in renamed and host not in seen:
            seen.add(host)
            host = renamed[host]
        yield replace(mark, prompt=replace(mark.prompt, host=host))


def _headers(tech: Headers | None) -> Iterator[_Mark]:
    for number, command in tech.found if tech else ():
        yield _Mark(number, _Kind.HEADER, Prompt("", command))


def _sessions(lines: Sequence[str]) -> Iterator[_Mark]:
    for number, line in enumerate(lines):
        if line[:1] in "=S-" and _SESSION.fullmatch(line.rstrip()):
            yield _Mark(number, _Kind.SESSION, Prompt("", ""))


def _settled(marks: Sequence[_Mark]) -> list[_Mark]:
    """Marks without the look-alikes inside show-tech."""
    followed: list[bool] = []
    header_ahead = False
    for mark in reversed(marks):
        followed.append(header_ahead)
        if mark.kind is _Kind.HEADER:
            header_ahead = True
        elif mark.prompt.is_tech and not mark.before:
            header_ahead = False
    kept: list[_Mark] = []
    inside = False
    for mark, header_follows in zip(marks, reversed(followed), strict=True):
        if mark.kind is _Kind.HEADER:
            inside = True
        elif inside and header_follows:
            continue
        else:
            inside = False
        kept.append(mark)
    return kept


def _sections(lines: list[str], marks: Sequence[_Mark]) -> Iterator[Section]:
    opened: _Mark | None = None
    host = ""
    for mark in marks:
        if opened is not None:
            yield _section(lines, opened, mark.line, host=host, before=mark.before, closed=mark.kind is not _Kind.SESSION)
        if mark.kind is _Kind.PROMPT:
            host = mark.prompt.host
        elif mark.kind is _Kind.SESSION:
            host = ""
        opened = mark if mark.kind is not _Kind.SESSION and mark.prompt.is_show else None
    if opened is not None:
        yield _section(lines, opened, len(lines), host=host, before="", closed=False)


def _section(lines: list[str], opened: _Mark, end: int, *, host: str, before: str, closed: bool) -> Section:
    start = opened.line + 1
    while start < end and (not lines[start].strip() or _EXEC_STAMP.fullmatch(lines[start])):
        start += 1
    while end > start and not before and not lines[end - 1].strip():
        end -= 1
    body = [*lines[start:end], before] if before else lines[start:end]
    return Section(host, opened.prompt.command, "\n".join(body), start + 1, closed)


def split_single(text: str) -> Section:
    """A text that holds one command's answer, without the prompt and echo before it and the prompt behind it.

    Whether the answer was over does not show without a prompt behind it; a file of its own is taken for a whole answer.
    """
    head = text.split("\n", _ECHO_WITHIN)[:_ECHO_WITHIN]
    start, host, command = 0, "", ""
    for number, line in enumerate(head):
        found = find_prompt(line)
        if found is not None and found.is_show:
            start, host, command = number + 1, found.host, found.command
        elif _ECHO.fullmatch(line):
            start, command = number + 1, line.strip()
        elif _EXEC_STAMP.fullmatch(line):
            start = number + 1
    body = text[sum(len(line) + 1 for line in head[:start]) :]
    while body:
        rest, _, last = body.rpartition("\n")
        prompt = find_prompt(last) if last.strip() else None
        if last.strip() and (prompt is None or prompt.command):
            break
        host = host or (prompt.host if prompt is not None else "")
        body = rest
    return Section(host, command, body, start + 1)
