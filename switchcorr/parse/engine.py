"""TextFSM without its silent losses: rows with their lines, and every line that no rule knew.

TextFSM skips a line that no rule of the current state matches, and ``-> Error`` in a template throws the whole table away.
``scan`` does neither: unknown lines come back as bad lines, and the rows around them stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TextIO

import textfsm

from switchcorr.errors import ParseError
from switchcorr.platforms.declaration import Row
from switchcorr.resources import templates_directory


@dataclass(frozen=True, slots=True)
class ScannedRow:
    """A template row and the line (1-based) at which it was complete."""

    line: int
    values: Row


@dataclass(frozen=True, slots=True)
class Scan:
    """What a template made of a text: its rows, and the numbers of the lines that no rule knew."""

    rows: tuple[ScannedRow, ...]
    unknown_lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a template with its pattern compiled and its value names looked up once."""

    match: Callable[[str], re.Match[str] | None]
    values: tuple[str, ...]
    rule: textfsm.parser.TextFSMRule


class _LineCountingFsm(textfsm.TextFSM):  # type: ignore[misc]  # textfsm has no types
    """Keeps the line of each row, and the lines no rule of the state matches."""

    def __init__(self, template: TextIO) -> None:
        super().__init__(template)
        self._rules: dict[str, tuple[_Rule, ...]] = {
            name: tuple(_Rule(re.compile(rule.regex).match, tuple(re.compile(rule.regex).groupindex), rule) for rule in rules)
            for name, rules in self.states.items()
        }

    def scan_lines(self, lines: list[str]) -> Scan:
        """Rows and unknown lines of a text; what an earlier text left behind is forgotten first."""
        self.Reset()
        unknown: list[int] = []
        row_lines: list[int] = []
        for number, line in enumerate(lines, start=1):
            if not self._known(line) and line.strip():
                unknown.append(number)
            if len(self._result) > len(row_lines):
                row_lines.extend([number] * (len(self._result) - len(row_lines)))
            if self._cur_state_name in ("End", "EOF"):
                break
        if self._cur_state_name != "End" and "EOF" not in self.states:
            self._AppendRecord()
        row_lines.extend([len(lines)] * (len(self._result) - len(row_lines)))
        header = [name.lower() for name in self.header]
        rows = tuple(ScannedRow(line, dict(zip(header, row, strict=True))) for line, row in zip(row_lines, self._result, strict=True))
        return Scan(rows, tuple(unknown))

    def _known(self, line: str) -> bool:
        """Apply the rules of the state as ``textfsm`` does, up to the first that does not continue; whether there was one."""
        for rule in self._rules[self._cur_state_name]:  # type: ignore[has-type]
            matched = rule.match(line)
            if matched is None:
                continue
            for value in rule.values:
                self._AssignVar(matched, value)
            if self._Operations(rule.rule, line):
                if rule.rule.new_state:
                    self._cur_state_name = rule.rule.new_state
                return True
        return False


@cache
def _compiled(path: Path) -> _LineCountingFsm:
    try:
        with path.open(encoding="utf-8") as stream:
            return _LineCountingFsm(stream)
    except (OSError, textfsm.TextFSMTemplateError) as error:
        raise ParseError(f"template {path.name}: {error}.") from error


def scan(template: str, text: str) -> Scan:
    """Run a template over a text.

    Args:
        template: file name in ``templates/textfsm``; compiled once a process.
        text: cleaned text of one output.

    Raises:
        ParseError: the template is missing or wrong: a fault of switchcorr, never of the text.
    """
    fsm = _compiled(templates_directory() / "textfsm" / template)
    try:
        return fsm.scan_lines(text.split("\n"))
    except textfsm.Error as error:
        raise ParseError(f"template {template}: {error}.") from error
