"""What the reasons of drops say: of each drop that something made it, and of all together what kind of thing that was.

The second is one story that many phones tell: a server that loses three hundred phones logs the same mix of reasons as one that loses thirty,
and what a profile is wrong in, it is wrong in three hundred times. So it counts for a bounded number of drops of one cause (``reasons_count``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import administrative_profile, common_profile, fault_profile
from switchcorr.correlate.exposure.table import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stories:
    """Tables of two log likelihood ratios, a row for each kind of component, for an action, and for what no location shows; a column per reason.

    Attributes:
        caused: of a drop that something made against an innocent one.
        kind: of this kind of thing against any.
        limit: number of drops of one cause of which the second counts in full.
    """

    caused: Floats
    kind: Floats
    limit: float
    _sorts: list[bytes] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_sorts", [row.tobytes() for row in self.caused + self.kind])

    @property
    def action(self) -> int:
        """Row of an administrative action."""
        return len(self.kind) - 2

    @property
    def unseen(self) -> int:
        """Row of what no location shows."""
        return len(self.kind) - 1

    def share(self, drops: Floats | float) -> Floats:
        """How much each reason counts for the kind, among so many drops of one cause."""
        return np.minimum(1.0, self.limit / np.maximum(drops, 1.0))

    def drops_told(self, rows: Sequence[int], hits: Sequence[float], joined: Callable[[int, int], bool]) -> list[float]:
        """Of how many drops each of several causes tells its kind, as ``share`` takes it.

        Causes that share phones tell one story: a part does not tell it once more. Stories of one sort have together what one has, each the
        same part of it unless it needs less: splitting a cause must not tell its story twice.

        Args:
            rows: of the causes.
            hits: drops of each.
            joined: whether two of them, by their places, share phones.
        """
        sorts = [self._sorts[row] for row in rows]
        drops, left, waiting = [0.0] * len(rows), dict.fromkeys(sorts, self.limit), Counter(sorts)
        for place in sorted(range(len(rows)), key=lambda place: (hits[place], place)):
            sort = sorts[place]
            told = min(hits[place], left[sort] / waiting[sort])
            left[sort] -= told
            waiting[sort] -= 1
            together = sum(own for other, own in enumerate(hits) if other == place or joined(place, other))
            drops[place] = max(together, self.limit * hits[place] / max(told, 1.0))
        return drops


def stories(kinds: Sequence[str], innocent: Floats, constants: Constants) -> Stories:
    """The tables of a site.

    Args:
        kinds: of its components.
        innocent: log probability of each reason for an innocent drop.
        constants: of the model.
    """
    mix = constants.profile_mix
    common, managed = common_profile(mix), administrative_profile(mix)
    profiles = np.array([*(fault_profile(kind, mix) for kind in kinds), managed, fault_profile("switch", mix)])
    caused = np.array([*(common for _ in kinds), managed, common])
    return Stories(caused - innocent, profiles - caused, constants.reasons_count)
