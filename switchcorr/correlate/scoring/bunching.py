r"""When in a window a cause's drops are: within a part of it, while innocent ones are anywhere.

Phones notice a lost path at their next keepalive, a lost connection at once; so what a cause drops lies within a stretch of the window
whose begin and length are not known. Both are integrated out over a grid, and against drops spread evenly over the window a hypothesis gains

.. math:: \ln \sum_g w_g \prod_i \bigl((1 - \epsilon)\, f_g(t_i) + \epsilon\bigr)

with :math:`f_g` the density of stretch :math:`g` times the length of the window, blurred by what clocks are apart, and
:math:`\epsilon` the share of innocent drops in the cells. Parts of one another share one stretch, so that nothing is gained by splitting a
cause; others act in one stretch or each in its own, either as likely (``Likelihood``). Each length is as likely as the others.
Source: scan statistics with a variable window (Nagarwalla 1996), as a Bayesian mixture.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.special import ndtr

from switchcorr.correlate.exposure.table import Bools, Floats, Ints

_LENGTHS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15, 0.08)
"""Stretches as shares of the window."""
_STEPS = 4
"""Begins of stretches within the length of one."""
BINS = 60
"""Moments that a window is divided into."""
_LEAST_BLUR = 0.005
"""Least blur, as a share of the window: a third of a moment."""
INNOCENT = (0.05, 0.1, 0.2, 0.4, 0.7)
"""Shares of innocent drops at which moments are weighed; in between by a straight line, as hypotheses that claim the same drops must not
differ by a step. Fewer tell no more, and if all are innocent times tell nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Timing:
    """When the drops of a sample are.

    Attributes:
        moment: of each drop, seconds since the begin of its window.
        length: of each window, seconds.
    """

    moment: Floats
    length: Floats


class Bunches:
    """The moments of one sample's drops, and what they say for a common cause of some of them.

    Attributes:
        place: of each drop, its moment among those of all windows.
        moments: how many there are; a single one where times are not known.
        blur: of moments, as a share of the window.
    """

    def __init__(self, timing: Timing | None, burst: Ints, blur_s: float) -> None:
        self._timed = timing is not None
        self.place: Ints = np.zeros(len(burst), dtype=np.int64)
        self.moments = 1
        if timing is not None:
            place = timing.moment / np.maximum(timing.length[burst], 1.0) * BINS
            self._windows = len(timing.length)
            self.place = burst * BINS + np.clip(place.astype(np.int64), 0, BINS - 1)
            self.moments = self._windows * BINS
            self.blur = blur_of(blur_s, float(timing.length.mean()))

    def counted(self, inside: Bools) -> Ints:
        """How many of some drops are at each moment."""
        return np.bincount(self.place[inside], minlength=self.moments)

    def counted_by(self, cell: Ints, drop: Ints, cells: int) -> Ints:
        """The same of the drops of each of so many cells, given as pairs."""
        count = np.bincount(cell * self.moments + self.place[drop], minlength=cells * self.moments)
        return count.reshape(cells, self.moments)

    def gains(self, drops: Ints, innocent: Floats) -> tuple[Floats, Floats]:
        """Log likelihood ratio of the moments of some drops, against evenly spread ones; and the ratio of each moment, if one more drop is there.

        Args:
            drops: per hypothesis and moment, how many drops its cells have there.
            innocent: per hypothesis, the share of those drops that is to be expected without a cause.
        """
        value, ahead = np.zeros(len(drops)), np.ones((len(drops), self.moments))
        for share, at, near in _shared_out(innocent) if self._timed else ():
            gain, ratio = self._gains(drops[at].reshape(len(at), self._windows, BINS), share)
            value[at] += near * gain
            ahead[at] += near[:, np.newaxis] * (ratio - 1.0)
        return value, ahead

    def _gains(self, drops: Ints, innocent: float) -> tuple[Floats, Floats]:
        """The same at one share of innocent drops; of hypotheses with so many drops at each moment of each window."""
        weight, density, told = stretches(self.blur, innocent)
        value = weight + drops @ told
        peak = value.max(axis=2, keepdims=True)
        after = np.exp(value - peak)
        summed = after.sum(axis=2, keepdims=True)
        ahead = ((after / summed) @ density.T).reshape(len(drops), self.moments)
        return (peak + np.log(summed)).sum(axis=(1, 2)), ahead


def blur_of(blur_s: float, length_s: float) -> float:
    """Seconds as a share of a window, to a thousandth."""
    return round(max(blur_s / max(length_s, 1.0), _LEAST_BLUR), 3)


def _shared_out(innocent: Floats) -> list[tuple[float, Ints, Floats]]:
    """Each of ``INNOCENT`` with the places of the values near to it, and how near each is: 1 at it, 0 at the next one; none without any."""
    grid = np.array([*INNOCENT, 1.0])
    place = np.interp(innocent, grid, np.arange(len(grid)))
    near = 1.0 - np.abs(place - np.arange(len(INNOCENT))[:, np.newaxis])
    return [(share, at, row[at]) for share, row in zip(INNOCENT, near, strict=True) if len(at := np.flatnonzero(row > 0))]


@lru_cache(maxsize=64)
def stretches(blur: float, innocent: float) -> tuple[Floats, Floats, Floats]:
    """Log weight of each stretch, its density in each moment, and the log of that mixed with innocent drops."""
    moment = (np.arange(BINS) + 0.5) / BINS
    columns, weights = [], []
    for length in _LENGTHS:
        begins = np.linspace(0.0, 1.0 - length, int(np.ceil((1.0 - length) * _STEPS / length)) + 1)
        for begin in begins:
            inside = ndtr((moment - begin) / blur) - ndtr((moment - begin - length) / blur)
            columns.append(inside / inside.mean())
            weights.append(-np.log(len(begins) * len(_LENGTHS)))
    density = np.stack(columns, axis=1)
    return np.array(weights), density, np.log((1.0 - innocent) * density + innocent)
