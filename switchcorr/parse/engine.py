"""TextFSM templates without TextFSM's silent losses: rows with their lines, and every line that no rule knew.

``textfsm`` reads the templates: their language, values and states are its own. The lines are run through the states here,
because TextFSM skips a line that no rule of the current state matches, and ``-> Error`` in a template throws the whole table
away. ``scan`` does neither: unknown lines come back as bad lines, and the rows around them stay.

What a line does depends on the state and the line alone, and most lines of a long output are printed again and again
(``0 runts, 0 giants, 0 throttles``). So the rules of a state are one pattern, matched once a line, and what became of a line
is remembered, from its second time on: a line with a MAC address or a counter in it comes once, and keeping what becomes of
it would cost more than the rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import NamedTuple

import textfsm

from switchcorr.errors import ParseError
from switchcorr.platforms.declaration import Row
from switchcorr.resources import templates_directory
from switchcorr.text import VALUE_LIMIT, clean

_LINES_REMEMBERED = 4_096
"""Lines of which a state remembers what they do, and as many that it has met once; then it starts anew."""
_LONGEST_REMEMBERED = 200
"""Longer lines are seldom printed twice, and a text may be one line of megabytes."""
_LONGEST_BLANKS = 100
_HOLE = re.compile(rf"\s{{{_LONGEST_BLANKS + 1},}}")
"""More blanks than any table has between its columns. Two parts of a pattern may both take them, and try all ways to share them:
ten thousand of them kept one pattern busy for five seconds."""
_OPTIONS = frozenset(("Required", "Filldown", "List"))
_NAMED_GROUP = re.compile(r"\(\?P<\w+>")


class ScannedRow(NamedTuple):
    """A template row and the line (1-based) at which it was complete.

    Attributes:
        retold: names of its values (not of those that go down) that had held another text before, in the same row: either an entry tells them several times, or the
            line between two entries is lost, and nobody knows which of the two the rest belongs to.
    """

    line: int
    values: Row
    retold: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scan:
    """What a template made of a text: its rows, the numbers of the lines that no rule knew, and all its lines."""

    rows: tuple[ScannedRow, ...]
    unknown_lines: tuple[int, ...]
    lines: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a template and its options."""

    name: str
    required: bool
    filldown: bool
    is_list: bool


@dataclass(frozen=True, slots=True)
class _Rule:
    """A rule of a state.

    Attributes:
        pattern: without names of groups.
        groups: how many groups the pattern has.
        values: the place of each in a row, and the group that holds it.
        record: ``Record``, ``Clear``, ``Clearall`` or empty.
        state: the next state; empty to stay.
        continues: whether later rules of the state see the line too.
    """

    pattern: str
    groups: int
    values: tuple[tuple[int, int], ...]
    record: str
    state: str
    continues: bool


_Step = tuple[Sequence[tuple[int, str]], str, str]
"""What one rule does with one line: cells of the row to set, then what becomes of the row, then the state."""
_Effect = tuple[Sequence[_Step], bool]
"""All that a line does in a state, and whether a rule knows it: one that does not continue, or the line is blank.

Plain tuples, because these two are made for each line: a named one takes five times as long to make.
"""

_NOTHING: _Effect = ((), True)
"""Of a line that a rule skips: most lines."""


class _State:
    """The rules of one state, and what they make of a line."""

    def __init__(self, rules: Sequence[_Rule]) -> None:
        self._rules = rules
        self._matchers: dict[int, _Matcher] = {}
        self._met: set[str] = set()
        self.effects: dict[str, _Effect] = {}

    def effect(self, line: str) -> _Effect:
        """What the line does; remembered from its second time on, and at once if it does nothing."""
        if len(line) > _LONGEST_REMEMBERED:
            return self._apply(_HOLE.sub(_shortened, line))
        found = self._apply(line)
        if found is _NOTHING or line in self._met:
            if len(self.effects) >= _LINES_REMEMBERED:
                self.effects.clear()
            self.effects[line] = found
        else:
            if len(self._met) >= _LINES_REMEMBERED:
                self._met.clear()
            self._met.add(line)
        return found

    def prepare(self) -> None:
        """Have the pattern that every line meets first."""
        if self._rules and 0 not in self._matchers:
            self._matchers[0] = _matcher_from(self._rules, 0)

    def _apply(self, line: str) -> _Effect:
        tidy = str.strip if len(line) <= VALUE_LIMIT and line.isprintable() else clean  # a part of a clean line is clean but for blanks
        steps: list[_Step] = []
        first = 0
        while first < len(self._rules):
            match, outcomes = self._matchers.get(first) or self._matchers.setdefault(first, _matcher_from(self._rules, first))
            matched = match(line)
            if matched is None:
                break
            index, values, rule = outcomes[matched.lastindex or 0]
            if values and not line.isascii() and _is_torn(line, matched, values):
                return steps, False
            if values or rule.record or rule.state:
                steps.append(([(place, tidy(matched[group] or "")) for place, group in values], rule.record, rule.state))
            if not rule.continues:
                return (steps, True) if steps else _NOTHING
            first = index + 1
        known = not line.strip()
        return _NOTHING if known and not steps else (steps, known)


def _is_torn(line: str, matched: re.Match[str], values: Sequence[tuple[int, int]]) -> bool:
    """Whether a character that no switch prints of itself touches a cell from outside: the cell is only a part of what stood there.

    What people wrote (a name, a description) may hold any character, inside of its cell.
    """
    spans = [matched.span(group) for _, group in values]
    return any(not (line[max(start - 1, 0) : start] + line[end : end + 1]).isascii() for start, end in spans if end > 0)


_Outcome = tuple[int, Sequence[tuple[int, int]], _Rule]
"""A rule that matched: its place in its state, and its values: the place of each in a row, and its group."""
_Matcher = tuple[Callable[[str], re.Match[str] | None], Mapping[int, _Outcome]]
"""Rules from one on as one pattern: each is a group, so that the group closed last tells which of them matched."""


def _matcher_from(rules: Sequence[_Rule], first: int) -> _Matcher:
    found: dict[int, _Outcome] = {}
    group = 1
    for index in range(first, len(rules)):
        found[group] = index, tuple((place, group + own) for place, own in rules[index].values), rules[index]
        group += rules[index].groups + 1
    return re.compile("|".join(f"({rule.pattern})" for rule in rules[first:])).match, found


class _Record:
    """The row that is being read, and those that are complete."""

    def __init__(self, values: Sequence[_Value]) -> None:
        self._names = [value.name for value in values]
        self._required = [place for place, value in enumerate(values) if value.required]
        self._lists = [place for place, value in enumerate(values) if value.is_list]
        self._kept = [place for place, value in enumerate(values) if value.filldown]
        self._empty: list[str | list[str]] = [""] * len(values)
        self._cells: list[str | list[str]] = []
        self._retold: tuple[str, ...] = ()
        self.rows: list[ScannedRow] = []
        self.clear_all()

    def take(self, cells: Iterable[tuple[int, str]], operation: str, line: int) -> None:
        """Fill cells, of which a list grows by a text; then keep or drop the row, as the rule's record operation says."""
        row = self._cells
        for place, text in cells:
            held = row[place]
            if isinstance(held, str):
                if held and held != text and text and place not in self._kept:
                    self._retold = (*self._retold, self._names[place])
                row[place] = text
            elif text:
                held.append(text)
        if operation == "Record":
            self.append(line)
        elif operation == "Clear":
            self.clear()
        elif operation:
            self.clear_all()

    def append(self, line: int) -> None:
        """Keep the row if it holds anything and nothing required is missing."""
        cells = self._cells
        if not any(cells):
            return
        for place in self._required:
            if not cells[place]:
                break
        else:
            self.rows.append(ScannedRow(line, dict(zip(self._names, cells)), self._retold))  # noqa: B905  # a cell a name, always
        self.clear()

    def clear(self) -> None:
        """Forget all values but those that go down."""
        cells = self._cells
        self.clear_all()
        for place in self._kept:
            self._cells[place] = cells[place]

    def clear_all(self) -> None:
        """Forget all values."""
        self._retold = ()
        self._cells = self._empty.copy()
        for place in self._lists:
            self._cells[place] = []


class _Machine:
    """A template, compiled."""

    def __init__(self, template: textfsm.TextFSM) -> None:
        self._values = tuple(_value(value) for value in template.values)
        places = {value.name: place for place, value in enumerate(template.values)}
        self._states = {name: _State([_rule(rule, places) for rule in rules]) for name, rules in template.states.items()}
        self._ends_with_row = "EOF" not in template.states

    def prepare(self) -> None:
        """Have the patterns of all states."""
        for state in self._states.values():
            state.prepare()

    def scan(self, lines: Sequence[str]) -> Scan:
        """Rows and unknown lines of a text."""
        record = _Record(self._values)
        unknown: list[int] = []
        state = self._states["Start"]
        remembered = state.effects.get
        for number, line in enumerate(lines, start=1):
            effect = remembered(line) or state.effect(line)
            if effect is _NOTHING:
                continue
            steps, known = effect
            if not known:
                unknown.append(number)
            for cells, operation, next_state in steps:
                record.take(cells, operation, number)
                if next_state == "End":
                    return Scan(tuple(record.rows), tuple(unknown), lines)
                if next_state:
                    state = self._states[next_state]
                    remembered = state.effects.get
        if self._ends_with_row:
            record.append(len(lines))
        return Scan(tuple(record.rows), tuple(unknown), lines)


def _shortened(hole: re.Match[str]) -> str:
    return hole[0][:_LONGEST_BLANKS]


def _value(value: textfsm.parser.TextFSMValue) -> _Value:
    options = frozenset(value.OptionNames())
    if not options <= _OPTIONS:
        raise textfsm.TextFSMTemplateError(f"value {value.name}: options other than {', '.join(sorted(_OPTIONS))}")
    return _Value(value.name.lower(), "Required" in options, "Filldown" in options, "List" in options)


def _rule(rule: textfsm.parser.TextFSMRule, places: dict[str, int]) -> _Rule:
    if rule.line_op == "Error" or rule.new_state == "EOF":
        raise textfsm.TextFSMTemplateError(f"line {rule.line_num}: a rule may not end the table with an error or EOF")
    compiled = re.compile(rule.regex)
    return _Rule(
        pattern=_NAMED_GROUP.sub("(", rule.regex),
        groups=compiled.groups,
        values=tuple((places[name], group) for name, group in compiled.groupindex.items()),
        record="" if rule.record_op == "NoRecord" else rule.record_op,
        state=rule.new_state,
        continues=rule.line_op == "Continue",
    )


@cache
def _compiled(path: Path) -> _Machine:
    try:
        with path.open(encoding="utf-8") as stream:
            return _Machine(textfsm.TextFSM(stream))
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
    return _compiled(_path_of(template)).scan(text.split("\n"))


def prepare(template: str) -> None:
    """Compile a template before it is needed: a process that is forked from this one has it then.

    Raises:
        ParseError: the template is missing or wrong.
    """
    _compiled(_path_of(template)).prepare()


def _path_of(template: str) -> Path:
    return templates_directory() / "textfsm" / template
