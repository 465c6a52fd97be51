"""What is told of the clocks of switches."""

from __future__ import annotations

from datetime import timedelta

import pytest

from switchcorr.topology.clocks.words import Correction, told_clocks, told_span

_OFF = Correction(timedelta(minutes=-7, seconds=-10))


@pytest.mark.parametrize(
    ("ahead", "words"),
    [
        (timedelta(seconds=61), "1 min 1 s ahead"),
        (timedelta(hours=-2), "2 h behind"),
        (timedelta(days=1, minutes=5), "1 day ahead"),
        (timedelta(days=-366, hours=-4), "1 year 1 day behind"),
        (timedelta(milliseconds=-3), "0 s behind"),
    ],
)
def test_a_span_is_told_in_two_units(ahead: timedelta, words: str) -> None:
    assert told_span(ahead) == words


def test_few_clocks_are_told_each_by_itself() -> None:
    told = told_clocks(
        {
            "acc-2": Correction(timedelta(minutes=40), timedelta(hours=-3, minutes=-30)),
            "acc-1": _OFF,
            "acc-3": Correction(),
            "acc-4": Correction(was_set=timedelta(days=-4)),
            "acc-5": Correction(from_start=True),
        }
    )
    assert told == (
        "the clock of switch acc-1 is taken to be 7 min 10 s behind (show clock, beside the time of its capture); times in its log are corrected by that",
        "the clock of switch acc-2 is taken to be 40 min ahead (show clock, beside the time of its capture, in UTC-3:30); times in its log are corrected by that",
        "the clock of switch acc-4 was set while its log was written, and was 4 days behind before; times from before are corrected by that",
        "the clock of switch acc-5 began at the first of March until it was set; the times of what its log holds from then are counted from its start",
    )


def test_many_clocks_are_told_together() -> None:
    off = {
        f"acc-{number}": Correction(timedelta(minutes=number + 2), was_set=timedelta(days=-number), from_start=True)
        for number in range(1, 8)
    }
    assert told_clocks(off) == (
        "the clocks of 7 switches (acc-1, acc-2, acc-3 and 4 more) are taken to be off, from 3 min ahead (acc-1) to 9 min ahead (acc-7)"
        " (show clock, beside the times of their captures); times in their logs are corrected by that",
        "the clocks of 7 switches (acc-1, acc-2, acc-3 and 4 more) were set while their logs were written, and were off before,"
        " from 7 days behind (acc-7) to 1 day behind (acc-1); times from before are corrected by that",
        "the clocks of 7 switches (acc-1, acc-2, acc-3 and 4 more) began at the first of March until it was set;"
        " the times of what its log holds from then are counted from its start",
    )


def test_three_names_are_all() -> None:
    three = {f"acc-{number}": Correction(from_start=True) for number in range(1, 4)}
    assert told_clocks(three)[0].startswith("the clocks of 3 switches (acc-1, acc-2, acc-3) began")
