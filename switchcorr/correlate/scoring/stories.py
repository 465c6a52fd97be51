r"""What the reasons of drops say: of each drop that something made it, and of all together what kind of thing that was.

The second is one story that many phones tell: a server that loses three hundred phones logs the same mix of reasons as one that loses thirty,
and what a profile is wrong in, it is wrong in three hundred times. So the mix of one cause is a draw of its own about the profile of its kind: with
:math:`n_j` drops of reason :math:`j`, of those that faults bring, and the profile :math:`\pi`,

.. math:: P(n \mid \pi) \propto \prod_j \frac{\Gamma(a q_j + n_j)}{\Gamma(a q_j)} \, m^{n_j}, \qquad m = \sum_j \pi_j, \quad q_j = \pi_j / m

with :math:`a` = ``profile_weight``: the hundredth drop of a reason says less than the first. And it counts for a bounded number of drops of one
cause (``reasons_count``). Source: Dirichlet-multinomial distribution.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import (
    BY_FAULTS,
    administrative_profile,
    caused_profile,
    common_profile,
    fault_profile,
    network_profile,
)
from switchcorr.correlate.exposure.table import Bools, Floats, Ints

_COUNTED = 32
"""Drops of one reason up to which what they say is looked up."""


@dataclass(frozen=True, slots=True, eq=False)
class Stories:
    """Tables of two log likelihood ratios, a row for each kind of component, for an action, for what no location shows, and for what nothing names; a
    column per reason.

    Attributes:
        caused: of a drop that something made against an innocent one.
        kind: of the first drop of this kind of thing against one of any.
        mix: weights of the reasons in the mix of a cause, of this kind and of any: one table each; 1 of those that are in no mix.
        each: what every drop adds to what the mix says.
        counted: what so many drops of a reason say, as the last axis.
        limit: number of drops of one cause of which the second counts in full.
    """

    caused: Floats
    kind: Floats
    mix: tuple[Floats, Floats]
    each: Floats
    counted: Floats
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

    @property
    def reasons(self) -> int:
        """How many classes of reasons there are."""
        return int(self.kind.shape[1])

    def share(self, drops: Floats | float) -> Floats:
        """How much each reason counts for the kind, among so many drops of one cause."""
        return np.minimum(1.0, self.limit / np.maximum(drops, 1.0))

    def told(self, row: Ints, count: Ints, drops: Floats) -> Floats:
        """What the drops of some causes say of their kind.

        Args:
            row: of each cause.
            count: of its drops, per reason.
            drops: of how many drops its kind is told (``drops_told``).
        """
        value = np.zeros(len(row))
        few = drops <= min(self.limit, _COUNTED)
        value[few] = self.counted[row[few][:, np.newaxis], np.arange(self.reasons), count[few]].sum(axis=1)
        many = np.flatnonzero(~few)
        own, any_ = (table[row[many]] for table in self.mix)
        value[many] = _by_reason(count[many] * self.share(drops[many])[:, np.newaxis], own, any_, self.each[row[many]]).sum(axis=1)
        return value

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


def told_between(reasons: Ints, own: Floats, other: Floats, constants: Constants) -> Floats:
    """What the drops of one cause say, per class of reason, for one kind of fault against another one.

    Args:
        reasons: class of the reason of each drop.
        own, other: log probability of each class for the two kinds.
        constants: of the model.
    """
    count = np.bincount(reasons, minlength=len(own)).astype(np.float64) * min(1.0, constants.reasons_count / max(len(reasons), 1))
    (mine, all_), (theirs, all_of_theirs) = (_mix(table[np.newaxis], constants.profile_weight) for table in (own, other))
    told: Floats = _by_reason(count, mine, theirs, np.where(BY_FAULTS, all_ - all_of_theirs, own - other))[0]
    return told


def _by_reason(count: Floats, own: Floats, any_: Floats, each: Floats) -> Floats:
    """What the drops of each reason say, the last axis."""
    drawn = gammaln(own + count) - gammaln(own) - gammaln(any_ + count) + gammaln(any_)
    told: Floats = count * each + np.where(BY_FAULTS, drawn, 0.0)
    return told


def stories(kinds: Sequence[str], innocent: Floats, constants: Constants) -> Stories:
    """The tables of a site.

    Args:
        kinds: of its components.
        innocent: log probability of each reason for an innocent drop.
        constants: of the model.
    """
    share = constants.profile_mix
    common, managed = common_profile(share), administrative_profile(share)
    profiles = np.array([*(fault_profile(kind, share) for kind in kinds), managed, network_profile(share), common])
    caused = np.array([*(caused_profile(kind, share) for kind in kinds), managed, common, common])
    (own, all_), (any_, all_of_any) = (_mix(table, constants.profile_weight) for table in (profiles, caused))
    kind = profiles - caused
    each = np.where(BY_FAULTS, all_ - all_of_any, kind)
    drops = np.arange(_COUNTED + 1.0)[:, np.newaxis, np.newaxis]
    counted = np.moveaxis(_by_reason(np.broadcast_to(drops, (len(drops), *kind.shape)), own, any_, each), 0, -1)
    return Stories(caused - innocent, kind, (own, any_), each, counted, constants.reasons_count)


def _mix(profiles: Floats, weight: float) -> tuple[Floats, Floats]:
    """Per row the weights of the reasons that faults bring, and the log probability of any of them."""
    of_faults = np.where(BY_FAULTS, np.exp(profiles), 0.0)
    all_ = of_faults.sum(axis=1, keepdims=True)
    return np.where(BY_FAULTS, weight * of_faults / all_, 1.0), np.log(all_)
