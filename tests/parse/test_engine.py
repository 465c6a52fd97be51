"""Templates over lines: the rows are textfsm's own, every line is accounted for."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
import textfsm

from switchcorr.captures.commands import find_file_command
from switchcorr.errors import ParseError
from switchcorr.parse import engine
from switchcorr.parse.engine import Scan, scan
from switchcorr.platforms import platform_named
from switchcorr.resources import templates_directory
from switchcorr.text import VALUE_LIMIT, clean

_PLATFORM_CASES = Path(__file__).parents[1] / "platforms"
_CASES = [path for path in sorted(_PLATFORM_CASES.glob("*/*/*.txt")) if path.parents[1].name != "napalm"]
"""Of all platforms whose answers are read by templates; those of NAPALM's getters are JSON."""


def run(tmp_path: Path, template: str, text: str) -> Scan:
    path = tmp_path / "own.textfsm"
    path.write_text(template, encoding="utf-8")
    engine._compiled.cache_clear()
    return scan(str(path), text)


def rows_of_textfsm(template: str, text: str) -> list[list[str | list[str]]]:
    """What the library itself makes of the text, in clean values; a list keeps no group that took no part in the match."""
    rows = textfsm.TextFSM(io.StringIO(template)).ParseText(text)
    return [[[clean(held) for held in cell if held] if isinstance(cell, list) else clean(cell) for cell in row] for row in rows]


@pytest.mark.parametrize("path", _CASES, ids=lambda path: path.relative_to(_PLATFORM_CASES).with_suffix("").as_posix())
def test_rows_are_those_of_textfsm(path: Path) -> None:
    platform = platform_named(path.parents[1].name)
    command = find_file_command(platform, path.parent.name) if platform else None
    assert command is not None
    text = path.read_text(encoding="utf-8")
    template = (templates_directory() / "textfsm" / command.template).read_text(encoding="utf-8")

    assert [list(row.values.values()) for row in scan(command.template, text).rows] == rows_of_textfsm(template, text)


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("name  a b  ", "a b"),
        ("name a\x1b[31mb", "a\\x1b[31mb"),
        ("name a\tb", "a\\x09b"),
        ("name \u202eab", "\\u202eab"),
        ("name " + "a" * VALUE_LIMIT, "a" * VALUE_LIMIT),
        ("name " + "a" * VALUE_LIMIT + "b", "a" * (VALUE_LIMIT - 1) + "\u2026"),
    ],
)
def test_cells_are_clean_values(tmp_path: Path, line: str, value: str) -> None:
    template = "Value NAME (.*)\nValue List NAMES (.*)\n\nStart\n  ^name ${NAME} -> Continue\n  ^name ${NAMES}\n"

    (row,) = run(tmp_path, template, line).rows

    assert row.values == {"name": value, "names": [value]}


_OPERATIONS = """\
Value Filldown HEAD (\\w+)
Value Required NAME (\\w+)
Value List PORTS (\\d+)
Value LEFT (\\w+)

Start
  ^head ${HEAD} -> Continue
  ^head \\w+ deep -> Deep
  ^head
  ^row ${NAME}(?: ${PORTS})?$$ -> Record
  ^name ${NAME}
  ^port ${PORTS}
  ^left ${LEFT}
  ^clear$$ -> Clear
  ^forget$$ -> Clearall
  ^end$$ -> End

Deep
  ^up$$ -> Record Start
"""


@pytest.mark.parametrize(
    "text",
    [
        "head a\nrow b 1\nrow c\nport 7\nrow d 8",
        "head a\nrow b\nclear\nrow c\nforget\nrow d",
        "head a\nname b\nport 1\nport 2\nclear\nport 3\nname c",
        "head a deep\nrow b\nup\nrow c",
        "name b\nhead a deep\nup\nname d",
        "row a\nend\nrow b",
        "left x\nleft y",
        "head a",
        "",
    ],
)
def test_operations_are_those_of_textfsm(tmp_path: Path, text: str) -> None:
    found = run(tmp_path, _OPERATIONS, text)

    assert [list(row.values.values()) for row in found.rows] == rows_of_textfsm(_OPERATIONS, text)


def test_rows_carry_the_line_that_completed_them(tmp_path: Path) -> None:
    found = run(tmp_path, _OPERATIONS, "head a\nrow b\n\nrow c\nname d\n")

    assert [(row.line, row.values["name"]) for row in found.rows] == [(2, "b"), (4, "c"), (6, "d")]


def test_lines_that_no_rule_knows_are_named_and_cost_no_row(tmp_path: Path) -> None:
    found = run(tmp_path, _OPERATIONS, "head a\n#@!\nrow b\n   \nhead c deep\nrow d\nup")

    assert found.unknown_lines == (2, 6)
    assert [row.values["name"] for row in found.rows] == ["b"]


def test_line_that_only_rules_with_continue_know_is_unknown(tmp_path: Path) -> None:
    template = "Value NAME (\\w+)\n\nStart\n  ^name ${NAME} -> Continue\n"

    assert run(tmp_path, template, "name a").unknown_lines == (1,)


def test_a_state_named_eof_keeps_the_last_row_out(tmp_path: Path) -> None:
    assert run(tmp_path, _OPERATIONS + "\nEOF\n", "name a").rows == ()
    assert len(run(tmp_path, _OPERATIONS, "name a").rows) == 1


def test_what_an_earlier_text_left_behind_is_forgotten(tmp_path: Path) -> None:
    assert run(tmp_path, _OPERATIONS, "head a\nname b").rows[0].values["head"] == "a"
    again = scan(str(tmp_path / "own.textfsm"), "row c")

    assert [(row.values["head"], row.values["name"]) for row in again.rows] == [("", "c")]


def test_more_lines_than_are_remembered_are_read_all(tmp_path: Path) -> None:
    count = engine._LINES_REMEMBERED + 100
    long = "row b" + " " * engine._LONGEST_REMEMBERED
    twice = [line for number in range(count) for line in (f"row n{number}", f"row n{number}")]
    found = run(tmp_path, _OPERATIONS, "\n".join([*twice, long, long, "row n1"]))
    state = engine._compiled(tmp_path / "own.textfsm")._states["Start"]

    assert [row.values["name"] for row in found.rows] == [*(f"n{number}" for number in range(count) for _ in range(2)), "n1"]
    assert 0 < len(state.effects) <= engine._LINES_REMEMBERED
    assert 0 < len(state._met) <= engine._LINES_REMEMBERED
    assert long not in state.effects


def test_a_template_that_was_prepared_reads_as_one_that_was_not(tmp_path: Path) -> None:
    path = tmp_path / "own.textfsm"
    path.write_text(_OPERATIONS + "\nNever\n", encoding="utf-8")
    engine._compiled.cache_clear()
    for _ in range(2):
        engine.prepare(str(path))
    assert engine._compiled(path)._states["Start"]._matchers.keys() == {0}
    found = scan(str(path), "head a\nrow b 1")

    assert found == run(tmp_path, _OPERATIONS, "head a\nrow b 1")
    assert found.rows
    with pytest.raises(ParseError):
        engine.prepare("no_such.textfsm")


def test_line_that_is_printed_again_does_what_it_did(tmp_path: Path) -> None:
    found = run(tmp_path, _OPERATIONS, "\n".join(["head a", "row b 1", "#@!"] * 4))

    assert [(row.line, row.values["head"], row.values["name"], row.values["ports"]) for row in found.rows] == [
        (line, "a", "b", ["1"]) for line in (2, 5, 8, 11)
    ]
    assert found.unknown_lines == (3, 6, 9, 12)


def test_groups_of_a_rule_do_not_mix_with_those_of_another(tmp_path: Path) -> None:
    template = "Value A (x|y)\nValue B (\\d+)\n\nStart\n  ^(p|q)-${A}-(r)$$\n  ^(?:p|(s))${B}(t)?${A}$$ -> Record\n"

    assert [dict(row.values) for row in run(tmp_path, template, "s12x\np-x-r\np7ty").rows] == [{"a": "x", "b": "12"}, {"a": "y", "b": "7"}]


@pytest.mark.parametrize(
    "template",
    [
        "Value A (x)\n\nStart\n  ^${A} -> Error\n",
        "Value A (x)\n\nStart\n  ^${A} -> EOF\n",
        "Value Fillup A (x)\n\nStart\n  ^${A}\n",
        "Value A (x)\n\nStart\n  ^${B}\n",
        "no template at all",
    ],
)
def test_template_that_would_lose_rows_is_refused(tmp_path: Path, template: str) -> None:
    with pytest.raises(ParseError, match=r"own\.textfsm"):
        run(tmp_path, template, "x")


def test_missing_template_is_named() -> None:
    with pytest.raises(ParseError, match=r"none\.textfsm"):
        scan("none.textfsm", "x")


@pytest.mark.parametrize(
    ("line", "known"),
    [
        ("port 12 desk", True),
        ("port 12 Büro Süd", True),
        ("port 12 Ñandú", True),
        ("port 1ÿ2 desk", False),
        ("port 12ÿ desk", False),
        ("port ÿ12 desk", False),
        ("port 12 (ÿ) desk", True),
    ],
)
def test_a_cell_that_odd_characters_touch_is_a_part_of_one(tmp_path: Path, line: str, known: bool) -> None:
    """Switches print ASCII; what people wrote may hold any character, inside of its cell."""
    template = "Value NUMBER (\\d+)\nValue TEXT (\\S.*)\n\nStart\n  ^port \\D?${NUMBER}[^ \\d]*\\d* (?:\\(.\\) )?${TEXT}$$ -> Record\n"

    found = run(tmp_path, template, line)

    assert [row.values["number"] for row in found.rows] == ["12"] * known
    assert found.unknown_lines == (() if known else (1,))
