"""Where text goes, and what a spreadsheet makes of it."""

from __future__ import annotations

import contextlib
import os

import pytest

from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell, tell_error, wrapped, write_out
from switchcorr.errors import UsageError


def test_a_reader_that_went_away_is_no_error_on_either_stream() -> None:
    for redirect, write in ((contextlib.redirect_stdout, write_out), (contextlib.redirect_stderr, tell)):
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "w") as stream, redirect(stream):
            write("x" * 100_000)
            write("more")


def test_what_was_asked_for_counts_before_what_the_stream_is() -> None:
    assert chosen_format(Format.CSV) is Format.CSV


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert csv_text(["a", "b"], [["x", cell]]).splitlines()[1].startswith(("x,'", "x,\"'"))


def test_an_error_is_three_lines_at_most(capsys: pytest.CaptureFixture[str]) -> None:
    tell_error(UsageError("no.", hint="Do that."))
    assert capsys.readouterr().err == "switchcorr: no.\n  Do that.\n  (docs/messages.md#usage)\n"
    tell_error(UsageError("no."))
    assert capsys.readouterr().err == "switchcorr: no.\n  (docs/messages.md#usage)\n"


def test_a_command_is_never_broken() -> None:
    words = "word " * 14 + "`switchcorr doctor a-device-with-a-long-name --config switchcorr.toml` and so on"
    assert any("`switchcorr doctor a-device-with-a-long-name --config switchcorr.toml`" in line for line in wrapped(words))
