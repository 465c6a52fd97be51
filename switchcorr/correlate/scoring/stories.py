"""What the reasons of drops say: of each drop that something made it, and of all together what kind of thing that was.

The second is one story that many phones tell: a server that loses three hundred phones logs the same mix of reasons as one that loses thirty,
and what a profile is wrong in, it is wrong in three hundred times. So it counts for a bounded number of drops of one cause (``reasons_count``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import administrative_profile, caused_profile, common_profile, fault_profile, network_profile
from switchcorr.correlate.exposure.table import Bools, Floats


@dataclass(frozen=True, slots=True, eq=False)
class Stories:
    """Tables of two log likelihood ratios, a row for each kind of component, for an action, for what no location shows, and for what nothing names; a
    column per reason.

    Attributes:
        caused: of a drop that something made against an innocent one.
        kind: of this kind of thing against any.
        limit: number of drops of one cause of which the second counts in full.
    """

    caused: Floats
    kind: Floats
    limit: float

    @property
    def action(self) -> int:
        """Row of an administrative action."""
        return len(self.kind) - 3

    @property
    def unseen(self) -> int:
        """Row of what no location shows."""
        return len(self.kind) - 2

    @property
    def unnamed(self) -> int:
        """Row of what nothing names, which can be any kind of thing."""
        return len(self.kind) - 1

    def share(self, drops: Floats | float) -> Floats:
        """How much each reason counts for the kind, among so many drops of one cause."""
        return np.minimum(1.0, self.limit / np.maximum(drops, 1.0))

    def drops_told(self, hits: Floats, joined: Bools) -> Floats:
        """Of how many drops each of several causes tells its kind, as ``share`` takes it; of many hypotheses at once.

        Causes that share phones tell one story: a part does not tell it once more. Others have together what one has, each the same part of
        it unless it needs less: splitting a cause must not tell its story twice, nor two causes more if they are of unlike kinds.

        Args:
            hits: drops of each cause, per hypothesis; 0 where there is none.
            joined: per hypothesis and two causes, whether they share phones; symmetric, and not of a cause with itself.
        """
        told, every = np.zeros(hits.shape), np.arange(len(hits))
        for waiting, place in zip(range(hits.shape[1], 0, -1), np.argsort(hits, axis=1, kind="stable").T, strict=True):
            left = self.limit - told.sum(axis=1)  # the smallest first: what it does not need is left to the others
            told[every, place] = np.minimum(hits[every, place], left / waiting)
        together: Floats = hits + (joined * hits[:, np.newaxis, :]).sum(axis=2)
        return np.maximum(together, self.limit * hits / np.maximum(told, 1.0))


def stories(kinds: Sequence[str], innocent: Floats, constants: Constants) -> Stories:
    """The tables of a site.

    Args:
        kinds: of its components.
        innocent: log probability of each reason for an innocent drop.
        constants: of the model.
    """
    mix = constants.profile_mix
    common, managed = common_profile(mix), administrative_profile(mix)
    profiles = np.array([*(fault_profile(kind, mix) for kind in kinds), managed, network_profile(mix), common])
    caused = np.array([*(caused_profile(kind, mix) for kind in kinds), managed, common, common])
    return Stories(caused - innocent, profiles - caused, constants.reasons_count)
