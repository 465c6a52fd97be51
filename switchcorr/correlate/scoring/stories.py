r"""What the reasons of drops say: of each drop that something made it, and of all together what kind of thing that was.

The second is one story that many phones tell: a server that loses three hundred phones logs the same mix of reasons as one that loses thirty,
and what a profile is wrong in, it is wrong in three hundred times. So the mix of one cause is a draw of its own about the profile of its kind: with
:math:`n_j` drops of reason :math:`j`, of those that faults of the kind bring, and the profile :math:`\pi`,

.. math:: P(n \mid \pi) \propto \frac{\Gamma(a)}{\Gamma(a + n)} \prod_j \frac{\Gamma(a q_j + n_j)}{\Gamma(a q_j)} \, m^{n_j},
    \qquad n = \sum_j n_j, \quad m = \sum_j \pi_j, \quad q_j = \pi_j / m

with :math:`a` = ``profile_weight``: the hundredth drop of a reason says less than the first. What is in no mix, as the restart of a server where a
switch is at fault, each drop says again. And it counts for a bounded number of drops of one
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
    OF_SERVERS,
    administrative_profile,
    caused_profile,
    common_profile,
    fault_profile,
    network_profile,
)
from switchcorr.correlate.exposure.table import Bools, Floats, Ints
from switchcorr.model.campus import Domain, risk_kind

_COUNTED = 32
"""Drops of one reason up to which what they say is looked up."""


@dataclass(frozen=True, slots=True, eq=False)
class Mixes:
    """Laws of the reasons of causes, a row each.

    Attributes:
        inside: whether a reason is in the mix; the others each drop says again.
        weight: of those in the mix; 1 of the others.
        each: log probability that a drop adds: of any reason of the mix, or of its own.
        total: sum of the weights.
    """

    inside: Bools
    weight: Floats
    each: Floats
    total: float

    def by_reason(self, row: Ints, count: Floats) -> Floats:
        """What so many drops of each reason add to the log probability, the last axis of the count."""
        weight = self.weight[row]
        drawn: Floats = np.where(self.inside[row], gammaln(weight + count) - gammaln(weight), 0.0)
        return count * self.each[row] + drawn

    def drawn(self, row: Ints, count: Floats) -> Floats:
        """What it lacks for how many are in the mix."""
        lacking: Floats = gammaln(self.total) - gammaln(self.total + (count * self.inside[row]).sum(axis=-1))
        return lacking


@dataclass(frozen=True, slots=True, eq=False)
class Stories:
    """Tables of two log likelihood ratios, a row for each kind of component, for an action, for what no location shows, and for what nothing names; a
    column per reason.

    Attributes:
        caused: of a drop that something made against an innocent one.
        kind: of the first drop of this kind of thing against one of any.
        own, any_: how the drops of this kind of thing, and those of any, are mixed.
        counted: what so many drops of a reason say but for how many are in the mix, as the last axis.
        limit: number of drops of one cause of which the second counts in full.
    """

    caused: Floats
    kind: Floats
    own: Mixes
    any_: Mixes
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
        counted = count * self.share(drops)[:, np.newaxis]
        value: Floats = self.own.drawn(row, counted) - self.any_.drawn(row, counted)
        few = drops <= min(self.limit, _COUNTED)
        value[few] += self.counted[row[few][:, np.newaxis], np.arange(self.reasons), count[few]].sum(axis=1)
        many = np.flatnonzero(~few)
        value[many] += self._by_reason(row[many], counted[many]).sum(axis=1)
        return value

    def _by_reason(self, row: Ints, count: Floats) -> Floats:
        return self.own.by_reason(row, count) - self.any_.by_reason(row, count)

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


def told_between(reasons: Ints, drops: int, kinds: tuple[str, str], constants: Constants) -> float:
    """What some drops of a cause say for one kind of fault against another one: log odds.

    Args:
        reasons: class of the reason of each of them.
        drops: of the cause, those that are not asked among them.
        kinds: the one and the other.
        constants: of the model.
    """
    count = np.bincount(reasons, minlength=len(BY_FAULTS)) * min(1.0, constants.reasons_count / max(drops, 1))
    profiles = np.array([fault_profile(kind, constants.profile_mix) for kind in kinds])
    mixes, rows = _mixes(profiles, [_is_server(kind) for kind in kinds], constants.profile_weight), np.arange(2)
    one, other = mixes.by_reason(rows, np.stack([count, count])).sum(axis=1) + mixes.drawn(rows, np.stack([count, count]))
    return float(one - other)


def _is_server(kind: str) -> bool:
    return risk_kind(kind).domain is Domain.CALL_SERVER


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
    own = _mixes(profiles, [*map(_is_server, kinds), True, False, True], constants.profile_weight)
    any_ = _mixes(caused, [True] * len(caused), constants.profile_weight)
    rows, drops = np.arange(len(profiles)), np.arange(_COUNTED + 1.0)[:, np.newaxis, np.newaxis]
    drops = np.broadcast_to(drops, (len(drops), *profiles.shape))
    counted = np.moveaxis(own.by_reason(rows, drops) - any_.by_reason(rows, drops), 0, -1)
    return Stories(caused - innocent, profiles - caused, own, any_, counted, constants.reasons_count)


def _mixes(profiles: Floats, servers: Sequence[bool], weight: float) -> Mixes:
    """The laws about some profiles; only a server says of itself that it started anew."""
    inside = BY_FAULTS & (np.array(servers)[:, np.newaxis] | ~OF_SERVERS)
    shares = np.where(inside, np.exp(profiles), 0.0)
    all_ = shares.sum(axis=1, keepdims=True)
    return Mixes(inside, np.where(inside, weight * shares / all_, 1.0), np.where(inside, np.log(all_), profiles), weight)
