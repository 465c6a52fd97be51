"""How much the drops of a scanned window are together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.tightness import MOST, Tightness
from switchcorr.correlate.detection.windows import ONSET_SHARE, window_around
from switchcorr.correlate.scoring.bunching import Bunches, Timing

_TIGHTNESS = Tightness(DEFAULT, ONSET_SHARE)


def test_drops_that_are_together_speak_for_a_cause_and_drops_all_over_the_window_against_it() -> None:
    gains = [_TIGHTNESS.gain(4, span, 0.0) for span in (0.0, 10.0, 40.0, 100.0, 190.0)]
    assert gains == sorted(gains, reverse=True)
    assert gains[0] > 4
    assert -3 < gains[-1] < 0


def test_more_drops_that_are_together_tell_more() -> None:
    assert _TIGHTNESS.gain(2, 5.0, 0.0) < _TIGHTNESS.gain(3, 5.0, 0.0) < _TIGHTNESS.gain(8, 5.0, 0.0)
    assert _TIGHTNESS.gain(MOST, 5.0, 0.0) == _TIGHTNESS.gain(MOST + 50, 5.0, 0.0)


def test_where_all_drops_are_innocent_times_tell_nothing() -> None:
    assert _TIGHTNESS.gain(4, 5.0, 2.0) == pytest.approx(_TIGHTNESS.gain(4, 5.0, 0.0) / 2)
    assert _TIGHTNESS.gain(4, 5.0, 4.0) == _TIGHTNESS.gain(4, 5.0, 9.0) == 0.0


def test_many_windows_are_told_like_each() -> None:
    hits, span, expected = np.array([2, 5, 40]), np.array([0.0, 33.0, 191.9]), np.array([0.1, 1.0, 50.0])
    each = [_TIGHTNESS.gain(*one) for one in zip(hits.tolist(), span.tolist(), expected.tolist(), strict=True)]
    assert _TIGHTNESS.gains(hits, span, expected).tolist() == pytest.approx(each)


def test_it_is_what_the_exact_score_says_of_evenly_spread_drops() -> None:
    moment = 24.0 + np.linspace(0.0, 48.0, 5)
    bunches = Bunches(Timing(moment, np.array([240.0])), np.zeros(5, dtype=np.int64), DEFAULT.clock_blur_s)
    exact, _ = bunches.gains(bunches.counted(np.ones(5, dtype=bool))[np.newaxis], np.array([0.05]))
    assert _TIGHTNESS.gain(5, 48.0, 0.0) == pytest.approx(float(exact[0]))


def test_clocks_that_are_far_apart_blur_it() -> None:
    assert Tightness(replace(DEFAULT, clock_blur_s=60.0), ONSET_SHARE).gain(4, 5.0, 0.0) < _TIGHTNESS.gain(4, 5.0, 0.0)


def test_a_window_has_its_drops_in_the_middle_and_slack_at_both_ends() -> None:
    assert (window_around(1000.0, 1010.0, 240.0).start, window_around(1000.0, 1010.0, 240.0).end) == (885.0, 1125.0)
    assert (window_around(1000.0, 1500.0, 240.0).start, window_around(1000.0, 1500.0, 240.0).end) == (976.0, 1524.0)
