"""The answer on a terminal."""

from __future__ import annotations

from results import correlation, nothing, quiet

from switchcorr.report.to_text import render_text, table_text


def test_nothing_is_wider_than_a_terminal() -> None:
    assert max(map(len, render_text(correlation()).splitlines())) <= 80


def test_the_verdict_the_cause_the_evidence_and_the_next_step_are_there() -> None:
    text = render_text(correlation())
    for words in (
        "THE NETWORK: 31 of the 46",
        "Cause 1: acc-12 module 3",
        "31 of 46 of its phones",
        "+ 31 of 46",
        "- reason 13",
        "Next: Swap",
        "nothing shared",
    ):
        assert words in text


def test_a_quiet_week_and_an_empty_log_say_so() -> None:
    assert "No incident" in render_text(quiet())
    assert "No event was read" in render_text(nothing())


def test_a_table_is_aligned() -> None:
    assert table_text(["a", "bb"], [["long", "x"]]) == "a     bb\nlong  x\n"
