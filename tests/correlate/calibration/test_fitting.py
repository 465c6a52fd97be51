"""A fitted map makes answers right as often as they say."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from scipy.special import expit, logit

from switchcorr import __version__
from switchcorr.correlate.calibration.applying import calibrated, why_not
from switchcorr.correlate.calibration.fitting import LEAST_ISOTONIC, Answers, CalibrateOptions, calibrate, fit_map, reliability
from switchcorr.correlate.calibration.simulation import simulate
from switchcorr.correlate.scoring.search import search
from switchcorr.model.calibration import OddsMap
from tests.correlate.scenes import ground_of, rows_of

_ROWS = rows_of(6, 2, 20)
_NOW = datetime(2026, 11, 28, tzinfo=UTC)
_LOWER = OddsMap(((-1.0, -9.0), (5.0, -2.0)))


def test_something_unseen_is_no_answer_of_the_map_and_none_to_learn_from() -> None:
    """Phones of which only the node is known: what they share may be a part of the network that no location shows."""
    ground = ground_of({name: {"node": row["node"], "cluster": "one"} for name, row in _ROWS.items()})
    posterior = next(
        found for found in (search(ground.likelihood(one.sample)) for one in simulate(ground, 60, 1)) if found.unseen > 0.5
    )  # fmt: skip
    assert calibrated(posterior, ground.exposure, _LOWER) is posterior
    made = calibrate(ground, CalibrateOptions(_NOW, fitted=1, tested=60), lambda _: None)
    assert 0 < made.before.answers < made.tested


def _answers(count: int, *, truth: float, seed: int = 1) -> Answers:
    """Answers whose true log odds are so many times the stated ones."""
    rng = np.random.default_rng(seed)
    log_odds = rng.normal(1.5, 2.0, count)
    return Answers(log_odds, rng.random(count) < expit(truth * log_odds))


@pytest.mark.parametrize("truth", [0.4, 1.0, 2.5])
@pytest.mark.parametrize("count", [LEAST_ISOTONIC - 1, 2000])
def test_a_fitted_map_makes_fresh_answers_right_as_often_as_they_say(count: int, truth: float) -> None:
    method, answer = fit_map(_answers(count, truth=truth))
    assert method == ("platt" if count < LEAST_ISOTONIC else "isotonic")
    fresh = _answers(4000, truth=truth, seed=2)
    after = reliability(Answers(np.array([answer(x) for x in fresh.log_odds]), fresh.right))
    assert after.ece < 0.035
    if truth != 1.0:
        assert after.ece < reliability(fresh).ece / 2


@pytest.mark.parametrize("count", [1, 40, 400])
@pytest.mark.parametrize("right", [True, False])
def test_answers_that_are_all_right_or_all_wrong_make_nothing_certain(count: int, right: bool) -> None:
    _, answer = fit_map(Answers(np.linspace(-30.0, 60.0, count), np.full(count, right)))
    values = [answer(x) for x in np.linspace(-60, 60, 121)]
    assert all(a < b for a, b in itertools.pairwise(values))
    assert max(map(abs, values)) < np.log(2 * (count + 1))


def test_equal_odds_stay_one_knot_and_no_answer_gives_no_map() -> None:
    _, answer = fit_map(Answers(np.zeros(400), np.arange(400) % 2 == 0))
    assert answer(0.0) == pytest.approx(0.0, abs=0.05)
    assert fit_map(Answers(np.zeros(0), np.zeros(0, dtype=bool))) == ("none", OddsMap())
    assert reliability(Answers(np.zeros(0), np.zeros(0, dtype=bool))).ece == 0.0


def test_reliability_counts_what_was_stated_and_what_was_right() -> None:
    found = reliability(Answers(logit(np.array([0.95, 0.95, 0.55, 1 - 1e-13])), np.array([True, False, True, True])))
    assert [(one.low, one.answers) for one in found.bins] == [(0.5, 1), (0.9, 3)]
    assert found.bins[1].right == pytest.approx(2 / 3)
    assert found.ece == pytest.approx((0.45 + 3 * abs((0.95 + 0.95 + 1) / 3 - 2 / 3)) / 4)
    assert found.brier == pytest.approx((0.05**2 + 0.95**2 + 0.45**2) / 4)


@pytest.mark.slow
def test_a_calibration_says_what_it_rests_on_and_is_the_same_each_time() -> None:
    ground, told = ground_of(_ROWS), list[int]()
    options = CalibrateOptions(_NOW, fitted=60, tested=30, seed=5)
    first, again = calibrate(ground, options, told.append), calibrate(ground, options, told.append)
    assert first == again
    assert told == [*range(1, 91)] * 2
    assert (first.fitted, first.tested, first.seeds, first.program) == (60, 30, (5, 6), __version__)
    assert first.method == ("none" if first.after == first.before else "platt")
    assert first.after.brier <= first.before.brier
    assert first.before.answers == first.after.answers == 30
    assert why_not(first, ground.exposure, ground.constants) == ""
    assert calibrate(ground, replace(options, seed=6), told.append).before != first.before


def test_a_map_is_kept_only_if_it_makes_the_test_better() -> None:
    """Fitted on eight incidents it is chance; on the incidents for testing it may do harm, and is left out then."""
    ground = ground_of(rows_of(3, 2, 10))
    made = [calibrate(ground, CalibrateOptions(_NOW, fitted=8, tested=8, seed=seed), lambda _: None) for seed in (1, 2, 6, 9)]
    assert [one.method for one in made] == ["none", "none", "platt", "platt"]
    for one in made:
        if one.method == "none":
            assert (one.answer, one.after) == (OddsMap(), one.before)
        else:
            assert one.after.brier < one.before.brier


def test_where_nothing_can_be_made_better_there_is_no_map() -> None:
    """A test of no incident is made better by nothing."""
    made = calibrate(ground_of(rows_of(3, 2, 10)), CalibrateOptions(_NOW, fitted=10, tested=0), lambda _: None)
    assert (made.method, made.answer, made.after) == ("none", OddsMap(), made.before)
