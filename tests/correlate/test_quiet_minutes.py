"""A fault adds drops: fewer than usual speak for none."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaincc, betaln

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.hits import log_hits
from switchcorr.correlate.hypotheses import Item, ItemKind
from switchcorr.correlate.likelihood import Sample
from switchcorr.correlate.quiet_minutes import above_background
from tests.correlate.scenes import ground_of, log_of, noise, number_of, rows_of

_RATES = DEFAULT.hit_rates


@pytest.mark.parametrize(("hits", "phones", "expected"), [(2, 40, 1.5), (5, 400, 8.0), (30, 500, 20.0), (0, 30, 3.0), (4, 900, 30.0)])
def test_it_is_the_mixture_cut_off_below_the_background(hits: int, phones: int, expected: float) -> None:
    def density(rate: float) -> float:
        return float(sum(w * rate ** (a - 1) * (1 - rate) ** (b - 1) / np.exp(betaln(a, b)) for w, a, b in _RATES))

    def told(rate: float) -> float:
        return density(rate) * rate**hits * (1 - rate) ** (phones - hits)

    least = expected / phones
    points = [least, min(1.0, 5 * least), 1.0]
    numerator, denominator = (sum(quad(f, a, b, limit=200)[0] for a, b in itertools.pairwise(points)) for f in (told, density))
    found = log_hits(hits, phones, _RATES) + above_background(hits, phones, expected, _RATES)
    assert float(found) == pytest.approx(np.log(numerator / denominator), abs=1e-3)


@given(st.integers(1, 5000), st.floats(0, 1), st.floats(0, 500))
def test_it_is_finite_and_at_most_what_the_cut_takes_of_the_prior(phones: int, share: float, expected: float) -> None:
    left = float(above_background(round(share * phones), phones, expected, _RATES))
    kept = sum(w * float(betaincc(a, b, min(1.0, expected / phones))) for w, a, b in _RATES)
    assert np.isfinite(left)
    assert left <= -np.log(max(kept, 1e-300)) + 1e-9


def test_many_drops_and_small_backgrounds_are_left_alone() -> None:
    assert above_background(np.array([8.0, 40.0]), np.array([46.0, 400.0]), np.array([0.04, 9.0]), _RATES).tolist() == [0.0, 0.0]
    assert float(above_background(3.0, 3.0, 5.0, _RATES)) == 0.0  # more expected than there are phones


def test_a_minute_quieter_than_usual_is_no_fault_of_what_all_share() -> None:
    rows = rows_of(20, 4, 20, nodes=1)
    ground = ground_of(rows, log=log_of(noise(rows, a_day=20.0)))
    cluster = number_of(ground.exposure, "cluster", "one")
    expected = float(ground.background.of_component[cluster]) * 240
    assert expected > 50
    for share in (0.1, 0.3, 0.6, 1.0):
        names = sorted(rows)[:: max(1, round(len(rows) / (share * expected)))]
        row = np.array([ground.exposure.row_of[name] for name in names], dtype=np.int64)
        reason = np.resize(np.array([3, 3, 4, 8, 1, 2, 5, 6]), len(row))  # as in the noise
        likelihood = ground.likelihood(Sample(row, reason, np.zeros(len(row), dtype=np.int64), np.array([240.0])))
        assert likelihood.score((Item(cluster, ItemKind.FAULT),)) < likelihood.score(())
        odds, _ = likelihood.singles(np.ones(len(names), dtype=bool), ground.exposure.size)
        assert odds[cluster] < ground.priors.nothing
