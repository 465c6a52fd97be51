"""What the drops of each component sum up, of whichever drops others leave over.

Only components that any drop is on are looked at: of an estate of tens of thousands a window touches hundreds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints


@dataclass(frozen=True, slots=True, eq=False)
class Sums:
    """Per touched component its drops, the sums of each value over them, and how many have each reason."""

    hits: Floats
    values: tuple[Floats, ...]
    reasons: Ints


class Gains:
    """The touched components of one sample.

    Attributes:
        components: those whose path any drop is on, rising; members with unknown hash among them.
        path: of each the place of its path among the sums.
    """

    def __init__(self, exposure: Exposure, cells: Ints, reason: Ints, classes: int) -> None:
        """
        Args:
            exposure: all phones.
            cells: component of each drop and kind, or -1.
            reason, classes: of each drop the class of its reason, and how many classes there are.
        """
        flat = cells.ravel(order="F")
        known = np.flatnonzero(flat >= 0)
        touched = np.zeros(len(exposure.components), dtype=bool)
        touched[flat[known]] = True
        place = np.cumsum(touched) - 1
        self.kind, self.drop = np.divmod(known, max(len(cells), 1))  # of each pair of a drop and a component
        self._at: Ints = place[flat[known]]
        self._reason, self._classes = reason, classes
        self._count = int(touched.sum())
        self.components: Ints = np.flatnonzero(touched[exposure.path])
        self.path: Ints = place[exposure.path[self.components]]

    def sums(self, live: Bools, values: tuple[Floats, ...]) -> Sums:
        """Of the drops that are live.

        Args:
            live: per drop.
            values: each per pair of a drop and a component, as ``kind`` and ``drop``.
        """
        at, drop = self._at, self.drop
        if not live.all():
            chosen = np.flatnonzero(live[drop])
            at, drop, values = at[chosen], drop[chosen], tuple(value[chosen] for value in values)
        hits = np.bincount(at, minlength=self._count).astype(float)
        found = [np.bincount(at, value, minlength=self._count).astype(float, copy=False) for value in values]
        reasons = np.bincount(at * self._classes + self._reason[drop], minlength=self._count * self._classes)
        return Sums(hits, tuple(found), reasons.reshape(self._count, self._classes))
