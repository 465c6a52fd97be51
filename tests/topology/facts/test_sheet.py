"""What people give for CSV, and what their spreadsheet made of it."""

from __future__ import annotations

import pytest

from switchcorr.errors import InputFileError
from switchcorr.topology.facts.sheet import Sheet, read_sheet

_ROWS = ((2, ("a", "1")), (3, ("b", "2")))


def _read(text: str) -> Sheet:
    return read_sheet(text, source="x.csv", wanted=("phone", "mac"))


@pytest.mark.parametrize("glue", [",", ";", "\t"])
def test_every_usual_separator(glue: str) -> None:
    assert _read("\ufeff Phone ,Switch Port(1)\r\na,1\r\n,\r\nb,2".replace(",", glue)).header == ("phone", "switch_port")
    sheet = _read("phone,switch\na,1\nb,2\n".replace(",", glue))
    assert (sheet.rows, sheet.problems) == (_ROWS, ())


def test_a_line_that_names_the_separator_is_no_title() -> None:
    sheet = _read("sep=;\nphone;switch\na;1,0\n")
    assert sheet == Sheet(("phone", "switch"), ((3, ("a", "1,0")),))


def test_a_title_above_the_header_is_passed_and_told() -> None:
    sheet = _read('Report, of "2026"\n\nMAC;Switch\n\'a;1\n')
    assert sheet.header == ("mac", "switch")
    assert sheet.rows == ((4, ("a", "1")),)
    assert sheet.problems == ("x.csv: line 3 is taken for the header; 2 lines above it not used",)


def test_without_a_wanted_column_the_first_line_is_the_header() -> None:
    assert _read("device;site\nacc-1;x\n") == Sheet(("device", "site"), ((2, ("acc-1", "x")),))
    assert _read("") == Sheet((), ())


def test_columns_of_one_name_are_told() -> None:
    sheet = _read("phone,switch,switch,,\na,1,2,,\n")
    assert sheet.problems == ("x.csv: line 1: there are 2 columns switch; the last that is filled counts",)


def test_a_quotation_mark_that_is_never_closed_is_told_with_its_line() -> None:
    sheet = _read('phone,switch\na,1\n"b,2\n' + "c,3\n" * 20)
    assert [line for line, _ in sheet.rows] == [2, 23]
    assert sheet.problems == ('x.csv: line 3: a quotation mark (") is opened and not closed: 21 lines make one row',)


@pytest.mark.parametrize("text", ["<html><table>", '\n <?xml version="1.0"?>'])
def test_markup_is_refused(text: str) -> None:
    with pytest.raises(InputFileError, match=r"x\.csv: is HTML or XML, not CSV\. Save it as CSV"):
        _read(text)
