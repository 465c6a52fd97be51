"""A calibrated answer is one distribution still, and has the same leader; a map that was made elsewhere is not used."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit

from switchcorr.correlate.calibration.applying import calibrated, constants_hash, shape_of, why_not
from switchcorr.correlate.calibration.fitting import CalibrateOptions, calibrate
from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.engine import CorrelateOptions
from switchcorr.correlate.engine import ground_of as engine_ground
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.hypotheses import NOTHING, Hypothesis, ItemKind
from switchcorr.correlate.scoring.search import Posterior, search, weigh
from switchcorr.model.calibration import OddsMap
from switchcorr.model.event import EventLog
from tests.correlate.scenes import (
    NOW,
    below,
    best_of,
    burst,
    campus_of,
    explain,
    ground_of,
    likelihood_of,
    log_of,
    noise,
    number_of,
    rows_of,
)

_ROWS = rows_of(6, 2, 20)
_NOW = datetime(2026, 11, 28, tzinfo=UTC)
_LAW = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
_RAISE, _LOWER = OddsMap(((-1.0, 2.0), (5.0, 9.0))), OddsMap(((-1.0, -9.0), (5.0, -2.0)))
_EXPOSURE = expose(EventLog(), campus_of(_ROWS))
_ODDS = st.floats(-40, 40)


def _posterior(seed: int) -> Posterior:
    """Some phones of one part, some of another, some of any: few enough to leave doubt."""
    rng = random.Random(seed)
    module, switch = below(_ROWS, "module", f"acc-{rng.randint(1, 6)}/1"), below(_ROWS, "switch", f"acc-{rng.randint(1, 6)}")
    names = {*rng.sample(module, rng.randint(0, 4)), *rng.sample(switch, rng.randint(0, 4)), *rng.sample(sorted(_ROWS), rng.randint(0, 3))}
    return search(likelihood_of(_ROWS, names, reason=rng.choice((6, 8, 9, 13, 19))))


def _leads(posterior: Posterior) -> tuple[int, float]:
    number, p = next(iter(posterior.fault.items()), (-1, 0.0))
    quiet = posterior.nothing + posterior.managed
    return (number, p) if p >= quiet else (-1, quiet)


def _has(hypothesis: Hypothesis, answer: int) -> bool:
    faults = {int(_EXPOSURE.twin[item.component]) for item in hypothesis if item.kind is ItemKind.FAULT}
    return answer in faults if answer >= 0 else not faults


@st.composite
def _maps(draw: st.DrawFn) -> OddsMap:
    steps = st.lists(st.floats(0.01, 5), min_size=1, max_size=6)
    xs, ys = np.cumsum(draw(steps)) - 4, np.cumsum(draw(steps)) - 4
    return OddsMap(tuple(zip(xs.tolist(), ys.tolist(), strict=False)), draw(st.sampled_from((6.0, 8.0, float("inf")))))


@given(_maps(), _ODDS, _ODDS)
def test_a_map_never_turns_two_values_round(answer: OddsMap, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert answer(low) <= answer(high)
    if high - low > 1e-6:
        assert answer(low) < answer(high)
    assert abs(answer(high)) < answer.limit


def test_a_map_without_knots_changes_nothing_and_infinite_odds_stay() -> None:
    assert OddsMap()(3.25) == 3.25
    assert _RAISE(float("inf")) == float("inf")
    assert calibrated(posterior := _posterior(1), _EXPOSURE, OddsMap()) is posterior


@_LAW
@given(st.integers(0, 10_000))
@example(400)
def test_the_identity_changes_no_probability(seed: int) -> None:
    before = _posterior(seed)
    after = calibrated(before, _EXPOSURE, OddsMap(((-50.0, -50.0), (50.0, 50.0))))
    assert after.fault == pytest.approx(before.fault, abs=1e-12)
    in_order = [before.fault[number] for number in after.fault]
    assert all(one >= next_one - 1e-12 for one, next_one in itertools.pairwise(in_order))  # equals may change places
    assert [after.nothing, after.managed] == pytest.approx([before.nothing, before.managed])
    assert before.scores[best_of(after)] == pytest.approx(before.scores[best_of(before)])


@_LAW
@given(st.integers(0, 10_000), _maps())
def test_a_calibrated_posterior_is_one_distribution(seed: int, answer: OddsMap) -> None:
    after = calibrated(_posterior(seed), _EXPOSURE, answer)
    with_a_fault = 1.0 - after.nothing - after.managed - after.unseen - after.unnamed
    assert all(0 <= p <= with_a_fault + 1e-9 for p in after.fault.values())
    assert sum(after.fault.values()) >= with_a_fault - 1e-9
    assert list(after.fault.values()) == sorted(after.fault.values(), reverse=True)


@_LAW
@given(st.integers(0, 10_000), _maps())
def test_the_leader_stays_the_leader_and_what_it_excludes_keeps_its_order(seed: int, answer: OddsMap) -> None:
    before = _posterior(seed)
    after = calibrated(before, _EXPOSURE, answer)
    leading, _ = _leads(before)
    assert _leads(after)[1] == pytest.approx(after.fault[leading] if leading >= 0 else after.nothing + after.managed)
    without = [h for h, score in before.scores.items() if np.isfinite(score) and not _has(h, leading)]
    assert sorted(without, key=lambda h: before.scores[h]) == sorted(without, key=lambda h: after.scores[h])
    shifts = {round(after.scores[h] - before.scores[h], 6) for h in before.scores if np.isfinite(before.scores[h])}
    assert len(shifts) <= 2  # one for all with the leader, one for all without it


def test_the_leading_answer_gets_the_probability_of_the_map() -> None:
    before = _posterior(3)
    leading, p = _leads(before)
    after = calibrated(before, _EXPOSURE, _RAISE)
    assert _leads(after)[0] == leading
    assert _leads(after)[1] == pytest.approx(expit(_RAISE(float(logit(p)))))


def test_a_map_that_would_dethrone_the_leader_stops_where_both_are_level() -> None:
    doubtful = next(p for p in map(_posterior, range(200)) if p.fault and max(p.fault.values()) < 0.9 and _leads(p)[0] >= 0)
    leading, _ = _leads(doubtful)
    after = calibrated(doubtful, _EXPOSURE, _LOWER)
    others = [p for number, p in after.fault.items() if number != leading]
    assert after.fault[leading] == pytest.approx(max(*others, after.nothing + after.managed))


@_LAW
@given(st.integers(0, 10_000), st.floats(0.5, 6.0))
def test_what_a_search_holds_against_a_window_is_no_matter_of_the_map(seed: int, chosen: float) -> None:
    """With the odds of a chosen window taken off and put on again, evidence is mapped as in a window that somebody points at."""
    before = _posterior(seed)
    searched = weigh({h: score + chosen * (h == NOTHING) for h, score in before.scores.items()}, _EXPOSURE)
    plain, after = calibrated(before, _EXPOSURE, _RAISE), calibrated(searched, _EXPOSURE, _RAISE, chosen)
    again = weigh({h: score + chosen * (h == NOTHING) for h, score in plain.scores.items()}, _EXPOSURE)
    assert after.fault == pytest.approx(again.fault, abs=1e-9)
    identity = calibrated(searched, _EXPOSURE, OddsMap(((-50.0, -50.0), (50.0, 50.0))), chosen)
    assert identity.fault == pytest.approx(searched.fault, abs=1e-9)
    assert identity.nothing == pytest.approx(searched.nothing, abs=1e-9)


def test_what_nothing_was_set_against_is_left_alone() -> None:
    quiet = search(likelihood_of(_ROWS, []))
    assert quiet.scores.keys() == {NOTHING}
    assert calibrated(quiet, _EXPOSURE, _LOWER) is quiet


def test_a_calibration_of_another_network_or_model_is_not_used() -> None:
    ground = ground_of(_ROWS)
    made = calibrate(ground, CalibrateOptions(_NOW, fitted=20, tested=1), lambda _: None)
    larger, little = expose(EventLog(), campus_of(rows_of(8, 2, 20))), expose(EventLog(), campus_of(rows_of(6, 2, 21)))
    assert "another one (240 endpoints, 33 components of 6 kinds; now 320" in why_not(made, larger, DEFAULT)
    assert why_not(made, little, DEFAULT) == ""
    bare = expose(EventLog(), campus_of({name: {"switch": row["switch"]} for name, row in _ROWS.items()}))
    assert shape_of(bare).distance(made.shape) == 1.0
    assert why_not(made, ground.exposure, replace(DEFAULT, p_nothing=0.3)) == "the constants of the model are others now"
    assert why_not(replace(made, program="0.0.7"), ground.exposure, DEFAULT) == "it was made by version 0.0.7"
    assert constants_hash(DEFAULT) == constants_hash(replace(DEFAULT))


def test_an_incident_of_a_module_is_named_with_the_calibrated_probability() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:8])
    posterior = search(likelihood)
    sure = calibrated(posterior, likelihood.exposure, OddsMap(((-50.0, -50.0), (50.0, 50.0)), 5.0))
    assert next(iter(sure.fault)) == number_of(likelihood.exposure, "module", "acc-1/1")
    assert next(iter(sure.fault.values())) < expit(5.0)


def test_a_correlation_uses_the_calibration_that_fits_and_says_so() -> None:
    week = [*noise(_ROWS, a_day=0.1), *burst(below(_ROWS, "module", "acc-2/1")[:9], reason=6)]
    campus, log = campus_of(_ROWS), log_of(week)
    ground = engine_ground(log, campus, CorrelateOptions(now=NOW))
    assert ground.background.per_second.mean() * 86_400 == pytest.approx(0.1, rel=0.2)
    made = calibrate(ground, CalibrateOptions(_NOW, fitted=30, tested=1), lambda _: None)
    made = replace(made, answer=OddsMap(((-1.0, -1.0), (9.0, 9.0)), 3.0))
    (plain,) = explain(_ROWS, week).incidents
    result = explain(_ROWS, week, calibration=made)
    assert plain.causes[0].probability > 0.96
    assert 0.87 < result.incidents[0].causes[0].probability < expit(3.0)
    assert result.incidents[0].causes[0].component == plain.causes[0].component
    assert result.calibration is not None
    assert (result.calibration.used, result.calibration.why_not) == (True, "")
    assert "probabilities are calibrated: on 30 incidents simulated over this network on 2026-11-28" in result.coverage.assumptions


def test_a_calibration_that_does_not_fit_is_named_and_changes_nothing() -> None:
    week = [*noise(_ROWS, a_day=0.1), *burst(below(_ROWS, "module", "acc-2/1")[:4], reason=6)]
    made = calibrate(ground_of(rows_of(3, 2, 20)), CalibrateOptions(_NOW, fitted=5, tested=1), lambda _: None)
    plain, stale = explain(_ROWS, week), explain(_ROWS, week, calibration=made)
    assert stale.incidents == plain.incidents
    assert plain.calibration is None
    assert stale.calibration is not None
    assert not stale.calibration.used
    assert "the calibration of 2026-11-28 is not used: the network it was learned on is another one" in stale.coverage.assumptions[-1]
