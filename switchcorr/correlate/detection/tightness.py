"""How much the drops of a window are together, for the scan: what ``scoring/bunching.py`` says, told by their number and by the time from the first to the last.

A cause drops its phones within a stretch of the window, innocent drops are anywhere: three within ten seconds are a sign of one, three in
three minutes are none. The scan has millions of windows and takes the drops of each to be spread evenly between the first and the last.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.table import Floats
from switchcorr.correlate.scoring.bunching import BINS, INNOCENT, blur_of, stretches

MOST = 32
"""Drops from which on more tell no more: such a window is loud for itself."""


class Tightness:
    """Looks up what the moments of a window's drops say for one cause of them."""

    def __init__(self, constants: Constants, before: float) -> None:
        """Prepare for windows of one length.

        Args:
            constants: of the model.
            before: share of a window before its first drop.
        """
        self._window_s = constants.window_s
        self._table = _table(blur_of(constants.clock_blur_s, constants.window_s), before)

    def gains(self, hits: Floats, span: Floats, expected: Floats) -> Floats:
        """Log likelihood ratio against drops that are spread over the whole window.

        Args:
            hits: drops of each window.
            span: seconds from the first to the last.
            expected: innocent drops in each; where all are innocent, times tell nothing.
        """
        moment = np.minimum((span / self._window_s * BINS).astype(np.int64), BINS - 1)
        told = self._table[np.minimum(hits, MOST).astype(np.int64), moment]
        gains: Floats = told * np.maximum(0.0, 1.0 - expected / np.maximum(hits, 1.0))
        return gains

    def gain(self, hits: float, span: float, expected: float) -> float:
        """The same of one window, for the stream: with arrays of one it would take ten times as long (2.5 and 25 us)."""
        told = float(self._table[min(int(hits), MOST), min(int(span / self._window_s * BINS), BINS - 1)])
        return told * max(0.0, 1.0 - expected / hits)


@lru_cache(maxsize=8)
def _table(blur: float, before: float) -> Floats:
    """By drops, and by the moments from the first to the last."""
    weight, _, told = stretches(blur, INNOCENT[0])
    table = np.zeros((MOST + 1, BINS))
    for hits in range(2, MOST + 1):
        place = (before + np.linspace(0.0, 1.0, hits) * np.arange(BINS)[:, np.newaxis] / BINS) * BINS
        drops = told[np.minimum(place, BINS - 1).astype(np.int64)].sum(axis=1)
        table[hits] = np.logaddexp.reduce(weight + drops, axis=1)
    return table
