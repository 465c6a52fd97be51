"""When in a window a cause's drops are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.table import Bools, Floats
from switchcorr.correlate.scoring.bunching import Bunches, Timing
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from tests.correlate.scenes import NOON, below, case_of, drop, likelihood_of, number_of, rows_of

_ROWS = rows_of(4, 2, 20)
_W = 240.0


def _gains(bunches: Bunches, inside: Bools, innocent: Floats) -> tuple[Floats, Floats]:
    """Of drops that are inside, the gain of each row and the ratio at each drop's moment."""
    gain, ahead = bunches.gains(np.array([bunches.counted(row) for row in inside]), innocent)
    return gain, ahead[:, bunches.place]


def _gain(moments: list[float], innocent: float = 0.0, blur_s: float = 2.0) -> float:
    timing = Timing(np.array(moments), np.array([_W]))
    bunches = Bunches(timing, np.zeros(len(moments), dtype=np.int64), blur_s)
    return float(_gains(bunches, np.ones((1, len(moments)), dtype=bool), np.array([innocent]))[0][0])


def test_the_ratio_averages_to_one_over_evenly_spread_drops() -> None:
    """It is a ratio of two probabilities of the moments: a drop or two anywhere say nothing on average."""
    moments = (np.arange(60) + 0.5) * 4
    assert np.mean([np.exp(_gain([t])) for t in moments]) == pytest.approx(1.0)
    assert np.mean([np.exp(_gain([s, t])) for s in moments[::3] for t in moments]) == pytest.approx(1.0, abs=0.02)


def test_the_tighter_a_burst_the_more_it_says_and_its_place_says_little() -> None:
    spread = [_gain([30 + share * width for share in (0.0, 0.2, 0.5, 0.7, 1.0)]) for width in (5, 40, 100, 200)]
    assert spread == sorted(spread, reverse=True)
    assert spread[0] > 6
    assert spread[3] < 0
    assert abs(_gain([20, 25, 30, 35]) - _gain([190, 195, 200, 205])) < 1


def test_what_lies_outside_of_the_burst_counts_the_less_the_more_innocent_drops_are_among_them() -> None:
    burst, alone = [50.0, 60.0, 70.0, 80.0], 220.0
    lost = [_gain([*burst, alone], innocent) - _gain(burst, innocent) for innocent in (0.0, 0.15, 0.3)]
    assert lost == sorted(lost)
    assert lost[0] > np.log(0.05)
    assert 0.0 < _gain(burst, 0.9) < _gain(burst, 0.7)
    assert _gain(burst, 1.0) == 0.0


def test_hypotheses_that_claim_the_same_drops_do_not_differ_by_a_step() -> None:
    """A fault of a node beside one of its cluster expects a thousandth fewer innocent drops than the cluster alone."""
    burst = [50.0 + 0.4 * number for number in range(200)]
    shares = np.linspace(0.0, 1.0, 2001)
    gains = np.array([_gain(burst, share) for share in shares])
    assert np.abs(np.diff(gains)).max() < 0.01 * gains.max()


def test_times_that_are_not_known_say_nothing() -> None:
    bunches = Bunches(None, np.zeros(3, dtype=np.int64), 2.0)
    gain, ahead = _gains(bunches, np.ones((1, 3), dtype=bool), np.zeros(1))
    assert gain.tolist() == [0.0]
    assert ahead.tolist() == [[1.0, 1.0, 1.0]]


def test_bursts_that_are_pooled_have_each_their_own_stretch() -> None:
    moment, burst = np.array([20.0, 30.0, 40.0, 180.0, 190.0, 200.0]), np.array([0, 0, 0, 1, 1, 1])
    bunches = Bunches(Timing(moment, np.array([_W, _W])), burst, 2.0)
    gain, ahead = _gains(bunches, np.array([np.ones(6, dtype=bool), burst == 0]), np.zeros(2))
    assert gain[0] == pytest.approx(_gain([20, 30, 40]) + _gain([180, 190, 200]))
    assert ahead[1, 1] > 2 > 1 > ahead[1, 5] - 0.5


def test_many_hypotheses_are_weighed_as_each_by_itself() -> None:
    """Whatever shares of innocent drops they have; where all are innocent times tell nothing."""
    random_ = np.random.default_rng(3)
    timing = Timing(random_.uniform(0, _W, 12), np.array([_W, _W]))
    bunches = Bunches(timing, random_.integers(0, 2, 12), 2.0)
    inside, innocent = random_.random((9, 12)) < 0.5, np.linspace(0.0, 1.0, 9)
    gain, ahead = _gains(bunches, inside, innocent)
    for place in range(9):
        alone = _gains(bunches, inside[place : place + 1], innocent[place : place + 1])
        assert gain[place] == pytest.approx(alone[0][0], abs=1e-12)
        assert ahead[place] == pytest.approx(alone[1][0], abs=1e-12)
    assert gain[-1] == 0.0


def _case(offsets: list[float]) -> Likelihood:
    names = below(_ROWS, "module", "acc-1/1")[: len(offsets)]
    start = NOON.timestamp()
    events = [drop(name, NOON.fromtimestamp(start + at, NOON.tzinfo), 13) for name, at in zip(names, offsets, strict=True)]
    return case_of(_ROWS, events).likelihood([Window(start, start + _W)])


def test_a_module_whose_phones_drop_together_is_likelier_than_one_whose_phones_drop_in_turn() -> None:
    scores = {}
    for name, offsets in (
        ("tight", [31.0, 34.0, 40.0, 45.0]),
        ("spread", [1.0, 70.0, 150.0, 235.0]),
        ("by the minute", [0.0, 60.0, 120.0, 180.0]),
    ):
        likelihood = _case(offsets)
        item = Item(number_of(likelihood.exposure, "module", "acc-1/1"), ItemKind.FAULT)
        assert (likelihood.sample.timing is None) is (name == "by the minute")
        scores[name] = likelihood.score((item,)) - likelihood.score(())
    assert scores["tight"] > scores["by the minute"] + 3
    assert scores["spread"] < scores["by the minute"]


def test_two_causes_that_share_no_phones_may_act_at_once_or_each_in_its_time() -> None:
    dropped = [*below(_ROWS, "module", "acc-1/1")[:6], *below(_ROWS, "module", "acc-3/1")[:6]]
    plain = likelihood_of(_ROWS, dropped)
    pair = tuple(Item(number_of(plain.exposure, "module", id_), ItemKind.FAULT) for id_ in ("acc-1/1", "acc-3/1"))
    mine = plain.exposure.exposed(plain.covariates.cells, pair[0].component)

    def gained(first: float, second: float) -> float:
        moment = np.where(mine, first, second) + np.arange(float(len(mine))) % 6
        sample = replace(plain.sample, timing=Timing(moment, np.array([_W])))
        timed = Likelihood(plain.exposure, plain.background, plain.priors, sample, plain.leaks, plain.constants)
        return timed.score(pair) - plain.score(pair)

    assert gained(20.0, 20.0) > gained(20.0, 200.0) > 10


def test_parts_of_one_another_act_at_once() -> None:
    dropped = [*below(_ROWS, "module", "acc-1/1")[:6], *below(_ROWS, "module", "acc-3/1")[:6]]
    plain = likelihood_of(_ROWS, dropped)
    pair = tuple(Item(number_of(plain.exposure, kind, id_), ItemKind.FAULT) for kind, id_ in (("module", "acc-1/1"), ("cluster", "one")))
    mine = plain.exposure.exposed(plain.covariates.cells, pair[0].component)
    moment = np.where(mine, 20.0, 200.0) + np.arange(float(len(mine))) % 6
    sample = replace(plain.sample, timing=Timing(moment, np.array([_W])))
    timed = Likelihood(plain.exposure, plain.background, plain.priors, sample, plain.leaks, plain.constants)
    assert timed.score(pair) - plain.score(pair) == pytest.approx(timed.score(pair[1:]) - plain.score(pair[1:]), abs=0.3)
