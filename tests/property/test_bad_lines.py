"""One bad line costs that line, never the table, and never without a word.

Every case of every platform is damaged, one line at a time. What a line may cost:

* a foreign line between two lines costs no more than the row it falls into; in a table of error counters and in the tests of
  CatOS the rows down to the next heading, because there a line that is no row may have been a heading;
* a line that is lost, overwritten or cut costs its own row and the one above it, which may have gone on in it, and changes no
  other row; a heading or the name of an instance, a chassis or a switch costs the rows that take their meaning from it.

A loss shows: in the bad lines, in the state or reason, in a row that now holds the damage, or in nothing if all rows are there.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.captures.cleaning import clean_capture, split_console
from switchcorr.captures.commands import find_file_command
from switchcorr.model.tables import Table
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import Command, Platform, platform_named

_HERE = Path(__file__).parents[1] / "platforms"
_JUNK = "#@!~ (overwritten"
_MESSAGE = "*Nov 20 09:41:07.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/9, changed state to down"
_MOST_LOST, _MOST_NEW = 2, 1
_ROWS_A_LINE: Mapping[str, int] = {
    "cisco_ios show mac address-table": 4,
    "cisco_nxos show mac address-table": 4,
    "cisco_catos show port auxiliaryvlan": 60,
    "cisco_catos show environment": 8,
    "cisco_catos show system": 5,
}
"""Most rows of the model that one printed row of a case gives: an address at several ports, a range of ports, sensors side by side."""
_TO_THE_NEXT_HEADING = frozenset(
    ("cisco_ios show interfaces counters errors", "cisco_nxos show interface counters errors", "cisco_catos show test")
)
_GIVES_MEANING: Mapping[Table, re.Pattern[str]] = {
    Table.MODULES: re.compile(r"\s*(?:Mod|M|LFM|Xbar|Switch|Slot)\s|.*, id = "),
    Table.ERROR_COUNTERS: re.compile(r"\s*Port\s"),
    Table.STATUS: re.compile(r"\s*(?:Port|Interface)\s"),
    Table.DESCRIPTIONS: re.compile(r"\s*(?:Port|Interface)\s"),
    Table.NEIGHBORS: re.compile(r"\s*(?:Device[- ]ID\s+Local|Port\s+Device-ID|\* - |# - )"),
    Table.ASICS: re.compile(r"\s*(?:Interface|LPN|Mappings)\s"),
    Table.SPANNING_TREE: re.compile(
        r"\s*(?:VLAN|MST|#+ MST|Spanning|Designated Root|Bridge ID|Root|Address|This bridge|We are|Current root|Bridge Identifier|Port\s+Vlan)"
    ),
    Table.DIAGNOSTICS: re.compile(r"\s*(?:[Ss]witch|[Mm]odule|Overall|Diagnostic level|Test results)\b|\s*\d{1,2}\) "),
    Table.ENVIRONMENT: re.compile(
        r"\s*(?:S(?:WITCH|witch)|Power [Ss]upply:?|Power\s|Supply|Fan\s*:?|Temperature:|Module\s|Mod\s|Slot|Sensor|Clock|PS|Environmental)"
    ),
    Table.SWITCHPORTS: re.compile(r"\s*Port\s"),
    Table.VLANS: re.compile(r"\s*VLAN\s"),
    Table.MAC: re.compile(r"\s*(?:VLAN|Vlan|vlan|Legend)"),
    Table.LAGS: re.compile(r"\s*(?:Group|Port|Channel Id)\s"),
    Table.FEXES: re.compile(r"\s*FEX"),
    Table.POWER: re.compile(r"\s*(?:Interface|Port|Module|Mod)\s"),
    Table.STACK: re.compile(r"\s*(?:Switch|Executing|Local|Peer)"),
    Table.VERSION: re.compile(r"\s*(?:Mod|Software|Hardware|cisco)\b"),
}
"""Lines whose damage may change all rows that take their meaning from them."""


@dataclass(frozen=True)
class Case:
    """One golden text with its command."""

    name: str
    platform: Platform
    command: Command
    lines: tuple[str, ...]

    def parse(self, lines: tuple[str, ...]) -> ParsedOutput:
        return parse_output(self.platform, self.command, "\n".join(lines))


def _cases() -> tuple[Case, ...]:
    found = []
    for path in sorted(_HERE.glob("*/*/*.txt")):
        platform = platform_named(path.parents[1].name)
        command = find_file_command(platform, path.parent.name) if platform else None
        if platform is not None and command is not None:
            lines = tuple(path.read_text(encoding="utf-8").rstrip("\n").split("\n"))
            found.append(Case(path.relative_to(_HERE).with_suffix("").as_posix(), platform, command, lines))
    return tuple(found)


def _full_name(case: Case) -> str:
    return f"{case.platform.name} {case.command.text}"


_CASES = _cases()
_each_case = pytest.mark.parametrize("case", _CASES, ids=lambda case: case.name)


@cache
def _whole(case: Case) -> ParsedOutput:
    return case.parse(case.lines)


def _rows(parsed: ParsedOutput) -> Counter[str]:
    return Counter(map(repr, parsed.rows))


def _assert_loss_shows(case: Case, found: ParsedOutput, *, damage: str) -> None:
    whole = _whole(case)
    same = len(found.rows) == len(whole.rows)
    told = (found.bad_lines, found.state, found.reason) != (whole.bad_lines, whole.state, whole.reason)
    assert same or told or damage[:4] in repr(found.rows), (case.name, damage)


def _assert_cost(case: Case, found: ParsedOutput, *, lost: int, new: int, line: str) -> None:
    """At most so many printed rows are lost, and so many are others than before."""
    lost, new = (number * _ROWS_A_LINE.get(_full_name(case), 1) for number in (lost, new))
    before, after = _rows(_whole(case)), _rows(found)
    assert (before - after).total() <= lost, (case.name, line)
    assert (after - before).total() <= new, (case.name, line)


def _damaged(case: Case, number: int, *lines: str) -> tuple[str, ...]:
    """The text with other lines, or none, in place of one."""
    return (*case.lines[:number], *lines, *case.lines[number + 1 :])


def _gives_meaning(case: Case, line: str) -> bool:
    pattern = _GIVES_MEANING.get(case.command.table)
    return _full_name(case) in _TO_THE_NEXT_HEADING or (pattern is not None and pattern.match(line) is not None)


@_each_case
def test_foreign_line_costs_at_most_the_row_it_falls_into(case: Case) -> None:
    most = len(case.lines) if _full_name(case) in _TO_THE_NEXT_HEADING else 1
    for number, line in enumerate(case.lines):
        found = case.parse(_damaged(case, number, _JUNK, line))
        _assert_cost(case, found, lost=most, new=1, line=line)
        _assert_loss_shows(case, found, damage=_JUNK)


@_each_case
def test_overwritten_or_lost_line_costs_its_row_and_the_one_above(case: Case) -> None:
    for number, line in enumerate(case.lines):
        everything = len(case.lines) if _gives_meaning(case, line) else 0
        for lines in ((_JUNK,), ()):
            found = case.parse(_damaged(case, number, *lines))
            _assert_cost(case, found, lost=max(_MOST_LOST, everything), new=max(_MOST_NEW, everything), line=line)
        _assert_loss_shows(case, case.parse(_damaged(case, number, _JUNK)), damage=_JUNK)


@_each_case
def test_console_message_between_two_lines_costs_nothing(case: Case) -> None:
    if case.command.table is Table.LOGGING or len(case.lines) < 4 or len(split_console("\n".join(case.lines))[1]) > 0:
        pytest.skip("a text of messages, or a text that is too short to tell a message from its rows")
    for number in range(1, len(case.lines)):
        raw = "\r\n".join((*case.lines[:number], _MESSAGE, *case.lines[number:])).encode()
        text, messages = split_console(clean_capture(raw))
        assert messages
        assert _rows(parse_output(case.platform, case.command, text)) == _rows(_whole(case)), case.lines[number]


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_line_cut_anywhere_changes_no_other_row(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(_CASES))
    number = data.draw(st.integers(0, len(case.lines) - 1))
    line = case.lines[number]
    cut = line[: data.draw(st.integers(0, len(line)))]
    everything = len(case.lines) if _gives_meaning(case, line) else 0
    _assert_cost(
        case, case.parse(_damaged(case, number, cut)), lost=max(_MOST_LOST, everything), new=max(_MOST_LOST, everything), line=line
    )


@given(data=st.data(), junk=st.text(st.characters(codec="utf-8", exclude_characters="\n\r"), min_size=1, max_size=60))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_foreign_line_is_survived(data: st.DataObject, junk: str) -> None:
    case = data.draw(st.sampled_from(_CASES))
    number = data.draw(st.integers(0, len(case.lines) - 1))
    line = clean_capture(f"#@!~{junk}".encode())
    found = case.parse(_damaged(case, number, line, case.lines[number]))
    if _full_name(case) not in _TO_THE_NEXT_HEADING:
        assert (_rows(_whole(case)) - _rows(found)).total() <= 1


@given(data=st.data())
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_text_that_ends_too_early_invents_no_row(data: st.DataObject) -> None:
    case = data.draw(st.sampled_from(_CASES))
    text = "\n".join(case.lines)
    found = parse_output(case.platform, case.command, text[: data.draw(st.integers(0, len(text)))])
    joined = case.command.join is not None or case.command.table in (Table.MODULES, Table.VERSION)
    _assert_cost(case, found, lost=len(_whole(case).rows), new=len(case.lines) if joined else _MOST_NEW, line="the last")


@_each_case
def test_line_endings_and_byte_order_marks_do_not_matter(case: Case) -> None:
    for raw in (
        "\r\n".join(case.lines).encode(),
        b"\xef\xbb\xbf" + "\n".join(case.lines).encode(),
        "\r\n".join(case.lines).encode("utf-16"),
    ):
        assert parse_output(case.platform, case.command, clean_capture(raw)).rows == _whole(case).rows
