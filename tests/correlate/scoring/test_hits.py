"""Hit rates are integrated out, with and without phones at unknown places."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.scoring.hits import Hidden, log_hits, log_hits_counted, log_hits_hidden

_RATES = DEFAULT.hit_rates


_NOBODY = np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0)


def _one(k: float, n: float, odds: list[float], expected: float, stayed: float = 0.0, share: float = 1.0) -> tuple[float, float]:
    groups = (np.zeros(1, dtype=np.int64), np.array([share]), np.array([stayed]))
    hidden = Hidden(np.zeros(len(odds), dtype=np.int64), np.array(odds, dtype=float), np.array([expected]), *groups)
    value, rate = log_hits_hidden(np.array([float(k)]), np.array([float(n)]), hidden, _RATES)
    return float(value[0]), float(rate[0])


@pytest.mark.parametrize(("k", "n"), [(0, 20), (1, 1), (3, 42), (46, 46), (400, 5000)])
def test_without_hidden_phones_it_is_the_closed_form(k: int, n: int) -> None:
    value, rate = _one(k, n, [], 0.0)
    assert value == pytest.approx(float(log_hits(k, n, _RATES)), abs=0.02)
    assert rate == pytest.approx((k + 1) / (n + 3), abs=0.15)


@pytest.mark.parametrize(
    ("k", "n", "odds", "hidden"),
    [(1, 5, [8.0, 11.0], 1.6), (3, 42, [0.001, 0.5, 30.0], 9.0), (20, 24, [40.0] * 4, 6.0), (0, 0, [50.0] * 5, 4.0)],
)
def test_hidden_phones_enter_the_integral(k: int, n: int, odds: list[float], hidden: float) -> None:
    def density(rate: float) -> float:
        prior = sum(w * np.exp((a - 1) * np.log(rate) + (b - 1) * np.log1p(-rate) - betaln(a, b)) for w, a, b in _RATES)
        return float(prior * rate**k * (1 - rate) ** (n - k) * np.exp(-rate * hidden) * np.prod([1 + rate * odd for odd in odds]))

    whole = quad(density, 0, 1, limit=200)[0]
    value, rate = _one(k, n, odds, hidden)
    assert value == pytest.approx(np.log(whole), abs=0.03)
    assert rate == pytest.approx(quad(lambda x: x * density(x), 0, 1, limit=200)[0] / whole, rel=0.03)


def test_drops_that_can_hardly_be_hidden_ones_change_hardly_anything() -> None:
    alone, _ = _one(5, 20, [], 2.0)
    faint, _ = _one(5, 20, [1e-5] * 30, 2.0)
    assert 0 < faint - alone < 1e-3


def test_many_components_get_what_each_gets_alone() -> None:
    random_ = np.random.default_rng(8)
    sizes, n = random_.integers(0, 40, 30), random_.integers(0, 60, 30).astype(float)
    k, expected = np.minimum(random_.integers(0, 9, 30), n).astype(float), random_.uniform(0, 9, 30)
    odds = [np.exp(random_.uniform(-8, 25, size)).tolist() for size in sizes.tolist()]
    hidden = Hidden(np.repeat(np.arange(30), sizes), np.concatenate(odds), expected, *_NOBODY)
    value, rate = log_hits_hidden(k, n, hidden, _RATES)
    each = [_one(*one) for one in zip(k.tolist(), n.tolist(), odds, expected.tolist(), strict=True)]
    assert value == pytest.approx([one for one, _ in each], rel=1e-12)
    assert rate == pytest.approx([one for _, one in each], rel=1e-12)


def test_counts_are_looked_up_and_others_computed() -> None:
    k, n = np.array([0.0, 3.0, 70.0, 3.0, 2.0, 9.0]), np.array([0.0, 20.0, 90.0, 5000.0, 2.5, 4.0])
    assert log_hits_counted(k, n, _RATES) == pytest.approx(log_hits(k, n, _RATES), rel=0, abs=0)


def test_phones_that_surely_are_on_a_component_and_stayed_count_like_known_ones() -> None:
    known, rate = _one(30, 40, [], 0.0)
    hidden, same = _one(30, 32, [], 0.0, stayed=8.0)
    assert hidden == pytest.approx(known, abs=1e-6)
    assert same == pytest.approx(rate, abs=1e-6)
    half, _ = _one(30, 32, [], 0.0, stayed=8.0, share=0.5)
    assert known < half < _one(30, 32, [], 0.0)[0]
