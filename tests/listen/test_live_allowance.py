"""The time that judgements may take."""

from __future__ import annotations

from switchcorr.jobs.live.allowance import Allowance


def test_what_was_saved_is_there_at_once_and_then_a_share_of_the_time() -> None:
    allowance = Allowance(0.2, 9.0, 100.0)
    moment, begun = 100.0, []
    while moment < 200:
        if allowance.is_there(moment):
            begun.append(moment)
            moment += 3.0
            allowance.spend(3.0)
        else:
            moment += 0.5
    assert begun[:4] == [100.0, 103.0, 106.0, 109.0], "three were saved, and a part of one came in meanwhile"
    assert 27.0 <= 3.0 * len(begun) <= 9.0 + 0.2 * 100 + 3.0


def test_more_than_the_limit_is_never_saved() -> None:
    allowance = Allowance(0.2, 9.0, 0.0)
    assert allowance.is_there(10_000.0)
    allowance.spend(9.0)
    assert not allowance.is_there(10_000.0)
    assert allowance.is_there(10_000.1)
