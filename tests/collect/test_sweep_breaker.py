"""A wrong password is tried on few devices; a right one holds nobody up."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.collect.breaker import FAILURES_TO_STOP, PATIENCE_S, Breaker


def test_the_first_device_is_the_canary_and_the_rest_waits_for_it() -> None:
    breaker = Breaker()
    assert breaker.may_begin("ops", 0)
    breaker.begin("ops", "a", 0)
    assert not breaker.may_begin("ops", 1)
    breaker.accept("ops", "a")
    assert breaker.may_begin("ops", 1)


def test_credentials_have_canaries_of_their_own() -> None:
    breaker = Breaker()
    breaker.begin("ops", "a", 0)
    assert breaker.may_begin("old switches", 0)


def test_the_role_of_a_canary_passes_on() -> None:
    for ending in (Breaker.refuse, Breaker.leave_undecided):
        breaker = Breaker()
        breaker.begin("ops", "a", 0)
        ending(breaker, "ops", "a")
        assert breaker.may_begin("ops", 0)
        breaker.begin("ops", "b", 0)
        assert not breaker.may_begin("ops", 0)


def test_a_silent_canary_is_joined_by_others_but_never_by_more_than_the_limit() -> None:
    breaker = Breaker()
    begun = 0
    for second in range(100):
        while breaker.may_begin("ops", second):
            breaker.begin("ops", f"sw{second}", second)
            begun += 1
    assert begun == FAILURES_TO_STOP
    breaker.leave_undecided("ops", "sw0")
    assert breaker.may_begin("ops", 100)


def test_it_says_how_long_a_silent_canary_is_waited_for() -> None:
    breaker = Breaker()
    assert breaker.wait_s(0) is None
    breaker.begin("ops", "a", 10)
    assert breaker.wait_s(10.5) == PATIENCE_S - 0.5
    assert breaker.wait_s(99) == 0
    breaker.accept("ops", "a")
    assert breaker.wait_s(10.5) is None


def test_three_refusals_in_a_row_open_it_for_good() -> None:
    breaker = Breaker()
    opened = []
    for device in "abc":
        breaker.begin("ops", device, 0)
        breaker.refuse("ops", device)
        opened.append(breaker.is_open)
    assert opened == [False, False, True]
    assert breaker.refused == ("a", "b", "c")
    assert not breaker.may_begin("other", 0)
    assert breaker.wait_s(0) is None


def test_a_success_makes_the_count_nothing_again_whichever_credential_it_had() -> None:
    breaker = Breaker()
    for number in range(10):
        for device in (f"a{number}", f"b{number}"):
            breaker.begin("ops", device, 0)
            breaker.refuse("ops", device)
        breaker.begin("other", "c", 0)
        breaker.accept("other", "c")
    assert not breaker.is_open


def test_a_refusal_makes_a_proven_credential_doubtful() -> None:
    breaker = Breaker()
    breaker.begin("ops", "a", 0)
    breaker.accept("ops", "a")
    breaker.begin("ops", "b", 0)
    breaker.begin("ops", "c", 0)
    breaker.refuse("ops", "b")
    assert not breaker.may_begin("ops", 0), "c will tell"
    breaker.accept("ops", "c")
    assert breaker.may_begin("ops", 0)


def test_a_cautious_one_lets_one_canary_try_in_all_and_one_refusal_opens_it() -> None:
    breaker = Breaker(cautious=True)
    breaker.begin("ops", "a", 0)
    assert not breaker.may_begin("other", 60)
    assert not breaker.may_begin("ops", 60)
    breaker.leave_undecided("ops", "a")
    breaker.begin("other", "b", 61)
    breaker.refuse("other", "b")
    assert breaker.is_open


def test_a_cautious_one_is_an_ordinary_one_after_a_success() -> None:
    breaker = Breaker(cautious=True)
    breaker.begin("ops", "a", 0)
    breaker.accept("ops", "a")
    for device in "bc":
        breaker.begin("ops", device, 0)
        breaker.refuse("ops", device)
    assert not breaker.is_open


@pytest.mark.parametrize("concurrency", [1, 5, 50])
@given(seed=st.integers(0, 10_000), right=st.sampled_from([0.0, 0.5, 0.99]))
def test_refused_logins_are_never_more_than_the_limit_and_what_runs(concurrency: int, seed: int, right: float) -> None:
    """A password that expires for everybody at some moment: logins end in any order, some not decided at all."""
    chance = random.Random(seed)  # repeatable by its seed
    breaker, refused, now = Breaker(), 0, 0.0
    running: list[str] = []
    expired = right == 0.0
    for number in range(300):
        now += chance.random()
        while len(running) < concurrency and breaker.may_begin("ops", now):
            running.append(f"sw{number}-{len(running)}")
            breaker.begin("ops", running[-1], now)
        expired = expired or chance.random() > right
        if running:
            device = running.pop(chance.randrange(len(running)))
            if chance.random() < 0.2:
                breaker.leave_undecided("ops", device)
            elif expired:
                breaker.refuse("ops", device)
                refused += 1
            else:
                breaker.accept("ops", device)
    assert refused <= FAILURES_TO_STOP + concurrency
    if right == 0.0:
        assert refused <= FAILURES_TO_STOP
