"""A fault adds drops: fewer than usual speak for none."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.special import betaincc, betaln

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hits import log_hits
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.quiet_minutes import above_background, above_others
from switchcorr.correlate.scoring.search import search
from tests.correlate.scenes import below, ground_of, likelihood_of, log_of, noise, number_of, rows_of

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


@pytest.mark.parametrize(("hits", "phones", "others"), [(2, 40, 8.0), (6, 46, 9.6), (0, 30, 3.0), (1, 390, 100.0), (5, 8, 6.0)])
def test_among_other_causes_it_is_the_probability_of_a_rate_above_theirs(hits: int, phones: int, others: float) -> None:
    def told(rate: float) -> float:
        density = sum(w * rate ** (a - 1) * (1 - rate) ** (b - 1) / np.exp(betaln(a, b)) for w, a, b in _RATES)
        return float(density * rate**hits * (1 - rate) ** (phones - hits))

    def integral(least: float) -> float:
        return float(sum(quad(told, a, b, limit=200, epsabs=0)[0] for a, b in itertools.pairwise(np.linspace(least, 1.0, 9))))

    (found,) = above_others(np.array([float(hits)]), np.array([float(phones)]), np.array([others]), _RATES).tolist()
    wanted = integral(others / phones) / integral(0.0)
    assert found == pytest.approx(np.log(wanted), rel=1e-2)


@given(st.integers(0, 500), st.floats(0, 1), st.floats(0, 600))
def test_other_causes_never_speak_for_a_cause(phones: int, share: float, others: float) -> None:
    (found,) = above_others(np.array([float(round(share * phones))]), np.array([float(phones)]), np.array([others]), _RATES).tolist()
    assert -700 <= found <= 1e-9


def test_no_fault_of_a_part_protects_its_phones_from_one_of_the_whole() -> None:
    """All phones of one node and one of the other, which has an alert: not "the whole cluster, and of the other node one phone in a hundred"."""
    rows = rows_of(6, 2, 20)
    likelihood = likelihood_of(rows, [*below(rows, "node", "node-1"), below(rows, "node", "node-2")[0]])
    numbers = [number_of(likelihood.exposure, kind, id_) for kind, id_ in (("node", "node-1"), ("node", "node-2"), ("cluster", "one"))]
    odds = np.zeros(len(likelihood.exposure.components))
    odds[numbers[1:]] = 4.5
    found = search(replace(likelihood, priors=likelihood.priors.with_odds(odds)))
    assert [round(found.fault.get(number, 0.0), 2) for number in numbers] == [1.0, 0.0, 0.0]


@pytest.mark.slow
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
        assert likelihood.alone().fault_of(cluster) < ground.priors.nothing
