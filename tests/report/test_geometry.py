"""Positions and sizes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from switchcorr.report.geometry import percent_width, step_for, step_words
from switchcorr.report.words import strength
from switchcorr.text import percent


def test_steps_are_round() -> None:
    assert step_for(timedelta(seconds=90)) == timedelta(seconds=2)
    assert step_for(timedelta(hours=1)) == timedelta(seconds=60)
    assert step_for(timedelta(days=900)) == timedelta(days=1)


@pytest.mark.parametrize(
    ("span", "words"),
    [(30, "second"), (100, "2 seconds"), (3600, "minute"), (14400, "5 minutes"), (700_000, "6 hours"), (5_000_000, "day")],
)
def test_the_step_is_said_in_words(span: int, words: str) -> None:
    assert step_words(step_for(timedelta(seconds=span))) == words


def test_a_little_is_seen_and_too_much_is_full() -> None:
    assert percent_width(0) == 0
    assert percent_width(0.0001) == 1.5
    assert percent_width(3) == 100


def test_a_probability_is_never_rounded_to_certainty() -> None:
    assert [percent(p) for p in (0, 0.00001, 0.005, 0.5, 0.991, 0.9999)] == ["< 0.1 %", "< 0.1 %", "0.5 %", "50 %", "99.1 %", "> 99.9 %"]


def test_weights_have_words() -> None:
    assert [strength(weight) for weight in (0, -0.04, 0.06, 0.5, 2, -4, 9)] == [
        "for information",
        "for information",
        "slight",
        "weak",
        "positive",
        "strong",
        "very strong",
    ]
