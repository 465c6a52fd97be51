"""Levels that a site's own quiet days keep at the wanted number of false alarms."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT as SHIPPED
from switchcorr.correlate.detection.levels import MOST_SCALE, SHORT, Tail, fit_tail, learn_caution, learn_levels, short_level
from switchcorr.correlate.detection.windows import Scan
from switchcorr.correlate.exposure.table import Floats
from tests.correlate.scenes import case_of, noise, rows_of

_ROWS = rows_of(20, 2, 24)


DEFAULT = replace(SHIPPED, false_alarms_per_day=1.0)
"""Levels before any data are those of one false alarm a day."""


def _peaks(scale: float, count: int, floor: float = -2.0, seed: int = 1) -> Floats:
    drawn: Floats = -np.sort(-(floor + np.random.default_rng(seed).exponential(scale, count)))
    return drawn


@pytest.mark.parametrize("scale", [0.8, 1.0, 2.0])
def test_the_level_of_a_tail_is_reached_about_as_often_as_it_says(scale: float) -> None:
    learned = fit_tail(_peaks(scale, 700), -2.0, 7.0).level(1.0)
    later = _peaks(scale, 100 * 100, seed=2)  # a hundred days that were not looked at
    assert 0.3 < (later > learned).sum() / 100 < 3.0


def test_the_loudest_are_counted_and_not_measured() -> None:
    quiet = _peaks(1.0, 400)
    with_faults = np.concatenate([np.full(4, 500.0), quiet])
    assert fit_tail(with_faults, -2.0, 7.0).level(1.0) == pytest.approx(fit_tail(quiet, -2.0, 7.0).level(1.0), abs=0.6)


def test_a_kind_that_only_faults_make_loud_has_no_endless_tail() -> None:
    tail = fit_tail(np.array([498.0, 131.0, 7.7]), 1.0, 7.0)
    assert tail.scale == MOST_SCALE
    assert fit_tail(np.array([300.0]), 1.0, 7.0).scale == 1.0


def test_windows_of_which_other_drops_took_the_odds_are_no_tail() -> None:
    taken = np.array([-2.1, -2.5, -4.0])
    assert fit_tail(taken, -2.0, 7.0) == Tail(-2.0, 0.0, 1.0)
    few = np.array([1.0, 0.5])
    assert fit_tail(np.concatenate([few, taken]), -2.0, 7.0) == fit_tail(few, -2.0, 7.0)


def test_without_peaks_or_days_there_is_no_tail() -> None:
    assert fit_tail(np.zeros(0), 1.0, 7.0) == Tail(1.0, 0.0, 1.0)
    assert fit_tail(np.ones(3), 1.0, 0.0).level(1.0) == -np.inf


def _with_end(scale: float, count: int, seed: int = 1) -> Floats:
    """Peaks over 0 of a generalised Pareto distribution that ends."""
    drawn: Floats = -np.sort(-scale / SHORT * (1.0 - np.random.default_rng(seed).random(count) ** SHORT))
    return drawn


@pytest.mark.parametrize("scale", [1.0, 2.0, 3.5])
def test_the_level_of_a_tail_with_an_end_is_reached_about_as_often_as_it_says(scale: float) -> None:
    learned = short_level(_with_end(scale, 60), 20.0, 0.05)
    later = _with_end(scale, 3 * 2_000, seed=2)  # two thousand days that were not looked at
    assert 0.02 < (later > learned).sum() / 2_000 < 0.12


def test_what_ends_is_never_thought_louder_than_what_goes_on() -> None:
    peaks = _with_end(2.0, 40)
    assert short_level(peaks, 14.0, 0.05) < fit_tail(peaks, 0.0, 14.0).level(0.05)
    assert short_level(peaks, 14.0, 0.5) < short_level(peaks, 14.0, 0.05) < short_level(peaks, 14.0, 0.005)


def test_faults_among_the_peaks_are_counted_and_bound() -> None:
    peaks = _with_end(2.0, 40)
    assert short_level(np.concatenate([np.full(4, 500.0), peaks]), 14.0, 0.05) == pytest.approx(short_level(peaks, 14.0, 0.05), abs=1.0)
    assert 0 < short_level(np.full(40, 500.0), 14.0, 0.05) < 30


def test_fewer_peaks_than_alarms_need_no_caution() -> None:
    assert short_level(np.zeros(0), 14.0, 0.05) == 0.0
    assert short_level(_with_end(2.0, 10), 14.0, 1.0) == 0.0


def _levels(days: float, scan: Scan | None = None, **constants: float) -> Floats:
    set_ = replace(DEFAULT, **constants)  # type: ignore[arg-type]
    case = case_of(_ROWS, noise(_ROWS, days=2), set_)
    with_days = replace(case, drops=replace(case.drops, time=case.drops.time * 0 + np.linspace(0, days * 86_400, len(case.drops.time))))
    return learn_levels(scan or case.scanner().scan(), with_days, set_.false_alarms_per_day)


def test_before_any_data_the_level_is_the_default_one_for_as_many_alarms_as_are_wanted() -> None:
    assert _levels(0.0).tolist() == pytest.approx([DEFAULT.alarm] * 6)
    assert _levels(0.0, false_alarms_per_day=10.0).tolist() == pytest.approx([DEFAULT.alarm - np.log(10)] * 6)


def test_who_wants_fewer_alarms_than_are_rare_looks_at_as_much_of_a_short_log() -> None:
    rare = DEFAULT.alarm - np.log(DEFAULT.rare_per_day)
    assert _levels(0.0, false_alarms_per_day=0.001).tolist() == pytest.approx([rare] * 6)


def test_more_alarms_wanted_more_windows_looked_at() -> None:
    few, some, many = (_levels(7.0, false_alarms_per_day=rate, least_level=-5.0).max() for rate in (0.1, 1.0, 10.0))
    assert few > some > many


def test_a_wild_kind_gets_a_level_of_its_own_and_does_not_deafen_the_others() -> None:
    case = case_of(_ROWS, noise(_ROWS, days=2))
    quiet = case.scanner().scan()
    node = int(case.exposure.first_of[case.exposure.kinds.index("node")])
    wild = 6.0 + np.random.default_rng(3).exponential(2.0, 300)
    both = Scan(
        np.concatenate([quiet.odds, wild - case.priors.fault[node] + case.priors.nothing]),
        np.concatenate([quiet.start, case.drops.time[0] + 500.0 * np.arange(300)]),
        np.concatenate([quiet.end, case.drops.time[0] + 500.0 * np.arange(300) + 90.0]),
        np.concatenate([quiet.component, np.full(300, node)]),
        np.concatenate([quiet.hits, np.full(300, 9)]),
        np.concatenate([quiet.hidden, np.zeros(300, dtype=np.int64)]),
    )
    levels = dict(zip(case.exposure.kinds, _levels(30.0, both), strict=True))
    assert levels["node"] > 8.0
    assert levels["module"] < levels["node"] - 4.0


def test_a_log_without_a_loud_window_teaches_nothing() -> None:
    none = np.zeros(0, dtype=np.int64)
    silent = Scan(np.zeros(0), np.zeros(0), np.zeros(0), none, none, none)
    assert _levels(1000.0, silent).tolist() == pytest.approx([DEFAULT.alarm] * 6)


def test_no_level_is_lower_than_the_least_however_quiet_a_log_is() -> None:
    case = case_of(_ROWS, noise(_ROWS, days=2))
    odds = _peaks(0.1, 20_000, float(case.priors.nothing - case.priors.fault[0] - 5.0))
    start, none = np.linspace(0.0, 1e7, 20_000), np.zeros(20_000, dtype=np.int64)
    whispers = Scan(odds, start, start + 90.0, none, np.full(20_000, 3), none)
    assert _levels(2000.0, whispers).tolist() == pytest.approx([DEFAULT.least_level] * 6)


def test_caution_is_what_quiet_windows_reach_and_never_less_than_nothing() -> None:
    quiet = _peaks(1.5, 300, floor=0.0)
    assert learn_caution(quiet, 100_000.0, DEFAULT) < 0.2
    wild = learn_caution(quiet, 100.0, DEFAULT)
    assert 1.0 < wild < 3.0
    assert learn_caution(quiet, 100.0, replace(DEFAULT, false_alarms_per_day=0.1)) > wild + 2.0
    assert learn_caution(np.zeros(0), 10.0, DEFAULT) == DEFAULT.caution


def test_a_log_of_hours_may_deceive_as_often_in_all_as_a_day_does() -> None:
    rare = replace(DEFAULT, false_alarms_per_day=0.05, false_alarms_per_log=0.05)
    day, hours, hour, minute = (learn_caution(np.zeros(0), days, rare) for days in (1.0, 0.125, 1 / 24, 1 / 1440))
    assert hours == pytest.approx(day - np.log(8))
    assert hour == minute == pytest.approx(day - np.log(24))
    assert learn_caution(np.zeros(0), 1 / 24, replace(rare, false_alarms_per_log=1e-9)) == pytest.approx(day)
