"""One output to rows and an account of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import Table, Vlan
from switchcorr.parse.tables import BAD_LINES_KEPT, parse_output
from switchcorr.platforms import PLATFORMS, Command, Platform, Row
from switchcorr.platforms.cisco_ios import PLATFORM
from switchcorr.platforms.rows import required_number, text_of

HEADER = "VLAN Name                             Status    Ports\n"


def vlans(row: Row) -> Iterator[Vlan]:
    number = required_number(row, "number")
    if number == 13:
        raise ValueError("an unlucky number")
    if number != 4095:
        yield Vlan(number, text_of(row, "name"))
    if number == 14:
        raise ValueError("half a row; the rest is kept")


COMMAND = Command("show vlan", Table.VLANS, "cisco_ios_show_vlan.textfsm", vlans, total=re.compile(r"Total: (\d+)"))


def text(*numbers: int, total: int | None = None) -> str:
    rows = "".join(f"{number:<4} VLAN{number:04}                         active\n" for number in numbers)
    return HEADER + rows + ("" if total is None else f"Total: {total}\n")


def test_rows_are_kept_and_nothing_is_said_of_a_whole_text() -> None:
    parsed = parse_output(PLATFORM, COMMAND, text(1, 20))

    assert parsed.rows == (Vlan(1, "VLAN0001"), Vlan(20, "VLAN0020"))
    assert (parsed.state, parsed.reason, parsed.bad_lines, parsed.bad_line_count) == (OutputState.PARSED, "", (), 0)


def test_row_that_its_reader_refuses_is_a_bad_line_with_its_reason() -> None:
    parsed = parse_output(PLATFORM, COMMAND, text(1, 13, 20))

    assert [row.number for row in parsed.rows if isinstance(row, Vlan)] == [1, 20]
    assert [(bad.line, bad.reason) for bad in parsed.bad_lines] == [(3, "an unlucky number")]


def test_what_a_reader_gave_before_it_refused_is_kept() -> None:
    parsed = parse_output(PLATFORM, COMMAND, text(14))

    assert parsed.rows == (Vlan(14, "VLAN0014"),)
    assert (parsed.state, parsed.bad_line_count) == (OutputState.PARSED, 1)


def test_bad_lines_stand_in_the_order_of_the_text_and_are_counted_beyond_those_kept() -> None:
    junk = "".join(f"#@!~ {number}\n" for number in range(BAD_LINES_KEPT + 5))
    parsed = parse_output(PLATFORM, COMMAND, text(13) + junk + "20   VLAN0020                         active\n")

    assert [bad.line for bad in parsed.bad_lines] == list(range(2, BAD_LINES_KEPT + 2))
    assert parsed.bad_line_count == BAD_LINES_KEPT + 6
    assert parsed.rows == (Vlan(20, "VLAN0020"),)


def test_bad_line_is_shown_safe_and_short() -> None:
    parsed = parse_output(PLATFORM, COMMAND, text(1) + "\x1b[31m" + "x" * 500 + "\n")

    assert parsed.bad_lines[0].text.startswith("\\x1b[31mxxx")
    assert len(parsed.bad_lines[0].text) <= 170


def test_total_of_the_output_is_compared_with_the_rows_that_could_be_used() -> None:
    assert parse_output(PLATFORM, COMMAND, text(1, 20, total=2)).reason == ""
    assert parse_output(PLATFORM, COMMAND, text(1, 20, total=3)).reason == "the output says 3 entries, 2 were read"
    assert parse_output(PLATFORM, COMMAND, text(1, 13, total=2)).reason == "the output says 2 entries, 1 were read"
    assert parse_output(PLATFORM, COMMAND, text(1, 4095, total=2)).reason == ""


def test_words_like_those_of_the_total_within_a_line_are_not_the_total() -> None:
    shown = f"{text(1, 20)}x Total: 9\n"
    assert parse_output(PLATFORM, COMMAND, shown).reason == ""
    assert parse_output(PLATFORM, COMMAND, f"{shown}  Total: 3\n").reason == "the output says 3 entries, 2 were read"


def test_text_without_a_usable_row_is_quarantined_or_empty_with_a_reason() -> None:
    found = {
        name: parse_output(PLATFORM, COMMAND, one)
        for name, one in {
            "claims rows": text(total=2),
            "says that there is none": text(total=0),
            "heading": text(),
            "rows of no use": text(4095),
            "bad rows": text(13),
            "foreign": "a line\n" * 9,
        }.items()
    }

    assert {name: (one.state, one.reason) for name, one in found.items()} == {
        "claims rows": (OutputState.QUARANTINED, "the output says 2 entries, 0 were read"),
        "says that there is none": (OutputState.EMPTY, "Total: 0"),
        "heading": (OutputState.EMPTY, "headers only"),
        "rows of no use": (OutputState.EMPTY, "no entry that counts"),
        "bad rows": (OutputState.QUARANTINED, "no row could be used"),
        "foreign": (OutputState.QUARANTINED, "no row could be used"),
    }


def test_sentence_of_the_device_is_not_parsed() -> None:
    parsed = parse_output(PLATFORM, COMMAND, "% Invalid input detected at '^' marker.\n")

    assert (parsed.state, parsed.reason, parsed.rows) == (OutputState.INVALID, "% Invalid input detected at '^' marker.", ())


def test_rows_about_one_thing_are_joined() -> None:
    joined = replace(COMMAND, join=lambda rows: rows[-1:])

    assert parse_output(PLATFORM, joined, text(1, 20)).rows == (Vlan(20, "VLAN0020"),)


@pytest.mark.parametrize("platform", PLATFORMS, ids=lambda platform: platform.name)
@pytest.mark.parametrize("paging", [" --More-- ", "--more--", "-- More --", "---- More ----", "Do you wish to continue y/n [n]? y"])
def test_text_that_holds_paging_holds_one_of_its_marks(platform: Platform, paging: str) -> None:
    assert not platform.pager.search(paging) or any(mark in paging for mark in platform.pager_marks)


def test_line_of_nothing_but_paging_is_no_bad_line() -> None:
    parsed = parse_output(PLATFORM, COMMAND, text(1).rstrip("\n") + "\n --More-- \n20   VLAN0020                         active\n")

    assert [row.number for row in parsed.rows if isinstance(row, Vlan)] == [1, 20]
    assert parsed.bad_line_count == 0
