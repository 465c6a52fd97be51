"""How often a healthy part shows as many errors: more errors are never likelier, and others that are as bad make them so."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.topology.facts.healthy import Amount, healthy_tails, prior_tail, tail_among

_RATES = st.floats(0, 1e9, allow_nan=False)


def _tail(rate: float, siblings: tuple[float, ...] = (), elsewhere: tuple[float, ...] = (), history: tuple[float, ...] = ()) -> float:
    amounts = [Amount("it", "acc-1", 1, rate)]
    amounts += [Amount(f"sibling {n}", "acc-1", 1, one) for n, one in enumerate(siblings)]
    amounts += [Amount(f"other {n}", "acc-2", 1, one) for n, one in enumerate(elsewhere)]
    amounts += [Amount("it", "acc-1", 2 + n, one) for n, one in enumerate(history)]
    return healthy_tails(amounts)[0]


@given(_RATES, _RATES, st.lists(_RATES, max_size=5), st.lists(_RATES, max_size=5), st.lists(_RATES, max_size=3))
def test_more_errors_are_never_likelier(a: float, b: float, siblings: list[float], elsewhere: list[float], history: list[float]) -> None:
    less, more = (_tail(rate, tuple(siblings), tuple(elsewhere), tuple(history)) for rate in sorted((a, b)))
    assert 0 < more <= less + 1e-12 <= 1 + 1e-12


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), _RATES), max_size=12), st.randoms(use_true_random=False))
def test_the_order_of_the_amounts_changes_nothing(rows: list[tuple[int, int, float]], shuffle: random.Random) -> None:
    amounts = [Amount((part, n), f"acc-{part}", step, rate) for n, (part, step, rate) in enumerate(rows)]
    tails = dict(zip(amounts, healthy_tails(amounts), strict=True))
    shuffle.shuffle(amounts)
    assert dict(zip(amounts, healthy_tails(amounts), strict=True)) == tails


def test_alone_a_part_is_measured_by_what_is_believed_before_any_data() -> None:
    assert _tail(1000.0) == prior_tail(1000.0)


def test_quiet_siblings_make_errors_rarer_and_bad_ones_make_them_usual() -> None:
    assert _tail(100.0, (0.0,) * 5) == pytest.approx(prior_tail(100.0) / 6)
    assert _tail(100.0, (90.0, 300.0, 40.0)) > 0.7
    assert _tail(100.0, (), (0.0,) * 999) == pytest.approx(prior_tail(100.0) / 1000)


def test_what_was_always_as_bad_counts_half_against_quiet_siblings() -> None:
    fresh, chronic = _tail(100.0, (0.0,) * 9, history=(0.0,)), _tail(100.0, (0.0,) * 9, history=(100.0, 100.0, 100.0))
    assert chronic == pytest.approx(_tail(100.0, (0.0,) * 9) ** 0.5, rel=0.2)
    assert fresh < _tail(100.0, (0.0,) * 9)


def test_of_a_quiet_part_the_tail_is_how_often_a_healthy_one_has_any() -> None:
    assert _tail(0.0) == 0.3
    assert _tail(0.0, (5.0, 5.0, 0.0)) == pytest.approx((2 + 0.3) / 4)


def test_parts_that_are_not_listed_make_errors_rarer() -> None:
    assert tail_among(150.0, [0.0, 150.0, 200.0], 97) == pytest.approx((1 + prior_tail(150.0)) / 100)
    assert tail_among(0.0, [0.0, 5.0]) == pytest.approx(1.3 / 2)
