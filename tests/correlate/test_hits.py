"""Hit rates are integrated out, with and without phones at unknown places."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import betaln

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.hits import log_hits, log_hits_hidden

_RATES = DEFAULT.hit_rates


@pytest.mark.parametrize(("k", "n"), [(0, 20), (1, 1), (3, 42), (46, 46), (400, 5000)])
def test_without_hidden_phones_it_is_the_closed_form(k: int, n: int) -> None:
    value, rate = log_hits_hidden(k, n, np.zeros(0), 0.0, _RATES)
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
    value, rate = log_hits_hidden(k, n, np.array(odds), hidden, _RATES)
    assert value == pytest.approx(np.log(whole), abs=0.03)
    assert rate == pytest.approx(quad(lambda x: x * density(x), 0, 1, limit=200)[0] / whole, rel=0.03)


def test_drops_that_can_hardly_be_hidden_ones_change_hardly_anything() -> None:
    alone, _ = log_hits_hidden(5, 20, np.zeros(0), 2.0, _RATES)
    faint, _ = log_hits_hidden(5, 20, np.full(30, 1e-5), 2.0, _RATES)
    assert 0 < faint - alone < 1e-3
