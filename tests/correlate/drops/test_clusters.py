"""Innocent clusters are learned from the log and explain what they can."""

from __future__ import annotations

import math
import random
from datetime import timedelta
from itertools import combinations
from math import comb

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.clusters import SIZES, Astray, Clusters, Crowd
from switchcorr.correlate.drops.table import find_drops
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.event import Event
from tests.correlate.scenes import START, Rows, below, campus_of, drop, log_of, noise, rows_of

_ROWS = rows_of(10, 3, 20)
_WINDOWS = 7 * 360


def _learn(rows: Rows, events: list[Event]) -> np.ndarray:
    """Expected clusters of each size in a window anywhere."""
    log = log_of(events)
    exposure = expose(log, campus_of(rows))
    drops = find_drops(log, exposure, DEFAULT)
    clusters = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), DEFAULT).clusters
    units = 0 if clusters.kind < 0 else exposure.first_of[clusters.kind + 1] - exposure.first_of[clusters.kind]
    expected: np.ndarray = clusters.per_second * DEFAULT.window_s * units
    return expected


def _moves(size: int, count: int) -> list[Event]:
    """Desk moves: as many phones of one module within three minutes."""
    random_ = random.Random(100 + size)
    found = []
    for _ in range(count):
        module = random_.choice([row["module"] for row in _ROWS.values()])
        at = START + timedelta(days=random_.uniform(0, 7))
        found += [
            drop(name, at + timedelta(seconds=random_.uniform(0, 180)), 8) for name in random_.sample(below(_ROWS, "module", module), size)
        ]
    return found


def test_a_short_log_believes_what_the_constants_assume() -> None:
    believed = DEFAULT.p_benign * len(_ROWS) / DEFAULT.benign_phones
    assert _learn(_ROWS, []).sum() == pytest.approx(believed)
    assert _learn(_ROWS, [drop(sorted(_ROWS)[0], START)]).sum() == pytest.approx(believed)
    larger = rows_of(500, 1, 50)
    assert _learn(larger, []).sum() == pytest.approx(DEFAULT.p_benign)


def test_a_week_without_clusters_makes_them_rare() -> None:
    assert _learn(_ROWS, noise(_ROWS, a_day=0.5)).sum() < DEFAULT.p_benign / 5


@pytest.mark.parametrize("size", SIZES)
def test_clusters_are_learned_by_size(size: int) -> None:
    learned = _learn(_ROWS, [*noise(_ROWS), *_moves(size, 500)])
    assert learned[SIZES.index(size)] == pytest.approx(500 / _WINDOWS, rel=0.3)
    assert learned.argmax() == SIZES.index(size)


def test_a_phone_that_drops_again_and_again_is_no_cluster() -> None:
    restless = [drop(sorted(_ROWS)[0], START + timedelta(hours=i, seconds=40 * j)) for i in range(160) for j in range(3)]
    assert _learn(_ROWS, [*noise(_ROWS), *restless]).sum() < DEFAULT.p_benign / 5


def test_without_any_place_there_are_no_clusters() -> None:
    rows = {name: {"node": row["node"]} for name, row in _ROWS.items()}
    assert not len(_learn(rows, noise(rows))[_learn(rows, noise(rows)) > 0])


def test_the_gain_sums_over_all_choices_of_the_clustered_drops() -> None:
    """Against the sum written out: five drops of one module of 12 phones, and two of another that are explained otherwise."""
    rate, odds, size = np.array([1e-5, 2e-6, 5e-7]), np.array([300.0, 50.0, 1000.0, 7.0, 90.0]), 12
    cells = np.array([[0]] * 5 + [[1]] * 2)
    crowd = Crowd(Clusters(0, rate), cells, np.zeros(7, dtype=np.int64), np.array([240.0]), np.array([12.0, 9.0]))
    expected = 1.0 + sum(
        rate[SIZES.index(s)] * 240 / comb(size, s) * sum(float(np.prod(chosen)) for chosen in combinations(odds, s)) for s in SIZES
    )
    gains = crowd.gains(np.concatenate([odds, [0.0, 0.0]]))
    assert gains == pytest.approx([np.log(expected), 0.0])
    assert crowd.shares(gains).sum() == pytest.approx(np.log(expected))


def test_a_phone_at_an_unknown_place_may_be_one_of_several_clusters() -> None:
    """Against the sum written out: two drops of one module, one of another, and one that may be of either."""
    rate, odds, size = np.array([1e-5, 2e-6, 5e-7]), np.array([300.0, 50.0, 1000.0, 7.0]), np.array([12.0, 9.0])
    cells, share = np.array([[0], [0], [1], [-1]]), np.array([0.4, 0.1])
    astray = Astray(np.array([3, 3]), np.array([0, 1]), share)
    crowd = Crowd(Clusters(0, rate), cells, np.zeros(4, dtype=np.int64), np.array([240.0]), size, astray)
    expected = []
    for own, part, phones in (([300.0, 50.0], 0.4, 12), ([1000.0], 0.1, 9)):
        found = [*own, 7.0 * part]
        choices = [phones * (phones - 1) / 2, phones * (phones - 1) * (phones - 2) / 6]
        sums = [sum(float(np.prod(chosen)) for chosen in combinations(found, s)) for s in (2, 3)]
        expected.append(np.log(1.0 + sum(rate[i] * 240 / choices[i] * sums[i] for i in (0, 1))))
    assert crowd.gains(odds[crowd.drops]) == pytest.approx(expected)
    assert sorted(crowd.drops.tolist()) == [0, 1, 2, 3, 3]


def test_odds_of_any_size_beside_each_other_cost_no_digits() -> None:
    rate, odds = np.array([1e-9, 1e-9, 1e-9]), np.array([1e12, 3e-7, 2e-7, 5e-8])
    crowd = Crowd(Clusters(0, rate), np.zeros((4, 1), dtype=np.int64), np.zeros(4, dtype=np.int64), np.array([240.0]), np.array([12.0]))
    expected = sum(240e-9 / comb(12, s) * math.fsum(float(np.prod(chosen)) for chosen in combinations(odds, s)) for s in SIZES)
    assert crowd.gains(odds)[0] == pytest.approx(np.log1p(expected), rel=1e-12)
