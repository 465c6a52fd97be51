"""What can be claimed of a window: up to three items, each a component and the way it explains drops. No item is "nothing shared"."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import chain
from typing import NamedTuple

import numpy as np
from scipy.special import betaln, gammaln

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, Floats
from switchcorr.correlate.scoring.gathered import HOLDERS, Gathered
from switchcorr.correlate.scoring.leaks import ALMOST_ALL
from switchcorr.model.campus import PLACE_KINDS, RISK_KINDS, Domain


class ItemKind(enum.IntEnum):
    """How an item explains drops."""

    __hash__ = int.__hash__  # hypotheses are looked up hundreds of times a window; an enum's own hash is that of its name

    FAULT = 0
    ADMINISTRATIVE = 1
    UNSEEN = 2
    """A part of the network that the drops' phones share and that the locations do not show: anywhere, within a component, or above several."""
    UNNAMED = 3
    """Something that nothing known of the phones names: it takes phones of the whole site as they come."""


NEAR = frozenset(("vlan", "subnet", "site"))
"""Kinds that tell which phones are near each other."""
_ALIKE = frozenset(("device_pool", "model", "firmware"))
"""Kinds that tell no place, and of one of which a part of the network mostly has its phones: those of one desk row are near each other, and bought
and set up alike. Where the former tell of nearness, phones of one model or pool all over them share no card."""
UNSEEN_COMPONENT = -1
UNNAMED_COMPONENT = -2
GATHERED_COMPONENT = -3
"""What several named parts hang on (``gathered.py``); as the others below 0 no component of the exposure."""


class Item(NamedTuple):
    """A component (a number in the exposure; below 0 for the unseen and the unnamed one) and how it explains.

    What is unseen within a component has its number: some of its phones, and no location tells which. What is unseen above several knows those (``gathered``).
    """

    component: int
    kind: ItemKind
    gathered: Gathered | None = None


Hypothesis = tuple[Item, ...]
NOTHING: Hypothesis = ()


def item_above(found: Gathered) -> Item:
    """What some parts hang on that no location names."""
    return Item(GATHERED_COMPONENT, ItemKind.UNSEEN, found)


def gathered_in(hypotheses: Iterable[Hypothesis]) -> Gathered | None:
    """The parts that in some hypotheses of one search hang on one that no location names; None where none do."""
    return next((item.gathered for item in chain.from_iterable(hypotheses) if item.gathered is not None), None)


@dataclass(frozen=True, slots=True, eq=False)
class Priors:
    """Log prior odds per component, before the data.

    Attributes:
        fault: of each component, among all faults.
        noticed: added to it in a window that somebody pointed at: the share of a kind among incidents is known, and of a kind with few phones
            a smaller part of the faults are incidents.
        odds: of each component, what switches and servers say of it.
        administrative: of each component; -inf where its kind has none.
        unseen: of a shared part of the network without any location.
        within: of such a part within each component; -inf where the places of its phones are known.
        coarse: whether hardly any phone's place is known.
        unnamed: of something that nothing known of the phones names.
        nothing: of the empty hypothesis.
        further: added for each item but the first.
    """

    fault: Floats
    noticed: Floats
    odds: Floats
    administrative: Floats
    unseen: float
    within: Floats
    coarse: bool
    unnamed: float
    nothing: float
    further: float

    def with_odds(self, odds: Floats) -> Priors:
        """With what speaks for and against each component apart from the phones; it enters here, so that it can rescue a component."""
        return replace(self, odds=odds)

    def searched(self) -> Priors:
        """For windows that a search found: it looks at the smallest fault too."""
        return replace(self, noticed=np.zeros(len(self.noticed)))

    def with_caution(self, caution: float) -> Priors:
        """With "nothing shared" so much likelier: a window that a search has found is the loudest of many."""
        return replace(self, nothing=self.nothing + caution)


def priors(exposure: Exposure, constants: Constants) -> Priors:
    """Prior of each item, before any evidence."""
    count = np.diff(exposure.first_of)
    spread = np.log(np.maximum(count, 1))
    chance = [constants.prior_of(kind) for kind in exposure.kinds]
    administrative = dict(constants.p_administrative)
    with np.errstate(divide="ignore"):
        managed = np.log([administrative.get(kind, 0.0) for kind in exposure.kinds])
    fault = np.log(chance)
    return Priors(
        fault=np.repeat(fault - spread, count),
        noticed=np.repeat([_noticed(exposure, kind, constants) for kind in range(len(exposure.kinds))], count),
        odds=np.zeros(len(exposure.components)),
        administrative=np.repeat(managed - spread, count),
        unseen=float(np.log(max(_unseen(exposure, constants), 1e-3))),
        within=_within(exposure, constants),
        coarse=is_coarse(exposure),
        unnamed=float(np.log(constants.p_unnamed)),
        nothing=float(np.log(constants.p_nothing)),
        further=float(np.log(constants.further_item)),
    )


def is_coarse(exposure: Exposure) -> bool:
    """Whether hardly any phone's place in the network is known."""
    return float((~exposure.located).sum()) >= ALMOST_ALL * len(exposure.located)


def _unseen(exposure: Exposure, constants: Constants) -> float:
    """Prior of a part of the network that may be anywhere. Where sites or subnets are known and no places, what is within one of them is told
    apart (``_within``), and only what holds phones of several is left.
    """
    nearness = is_coarse(exposure) and bool(NEAR.intersection(exposure.kinds))
    return sum(
        constants.prior_of(kind.name)
        for kind in RISK_KINDS
        if kind.domain in (Domain.NETWORK, Domain.WAN_OR_NAT)
        and kind.name not in exposure.kinds
        and not kind.common
        and (kind.name in HOLDERS or not nearness)
    )


def _within(exposure: Exposure, constants: Constants) -> Floats:
    """Log prior of a part of the network that is among the phones of one component and that no location names.

    A card has phones of one site, mostly of one VLAN and one device pool. So where hardly any phone's place is known, something within a site is as
    likely as the site's share of the phones; the kinds that tell no place share that alike. Where places are known, a site of which none
    is known lies behind what was read: what fails there is the site's. Phones of one place have one server, but those of a server whose phones
    are at several sites or in several VLANs share no card.
    """
    unlocated = ~exposure.located
    blind = occurrences(exposure.members[unlocated], len(exposure.components))
    around = (NEAR.intersection(exposure.kinds) or _ALIKE) | {"node"}
    kinds = np.array([kind in around for kind in exposure.kinds], dtype=bool)
    possible = is_coarse(exposure) & kinds[exposure.kind_of] & (exposure.size > 0) & (blind >= ALMOST_ALL * exposure.size)
    for number in np.flatnonzero(possible & (exposure.kind_of == _kind(exposure, "node"))):
        possible[number] = not _is_scattered(exposure, int(number))
    parts = sum(constants.prior_of(kind) for kind in PLACE_KINDS)
    share = exposure.size / max(len(unlocated), 1) / max(int(kinds.sum()) - ("node" in exposure.kinds), 1)
    return np.where(possible, np.log(np.where(possible, parts * share, 1.0)), -np.inf)


def _kind(exposure: Exposure, name: str) -> int:
    return exposure.kinds.index(name) if name in exposure.kinds else -1


def _is_scattered(exposure: Exposure, component: int) -> bool:
    """Whether its phones are near several things of one kind."""
    on = exposure.common(component)
    near = [on[exposure.range_of(kind)] for kind, name in enumerate(exposure.kinds) if name in NEAR]
    return any(counts.max(initial=0.0) < ALMOST_ALL * counts.sum() for counts in near)


def _noticed(exposure: Exposure, kind: int, constants: Constants) -> float:
    """Minus the log of the share of a kind's faults that take ``least_drops`` phones and more; 0 for kinds that never can."""
    own = exposure.range_of(kind)
    size, count = np.unique(exposure.size[own] // exposure.ways[own], return_counts=True)
    able = size >= constants.least_drops
    if not able.any():
        return 0.0
    phones = size[able][:, np.newaxis]
    drops = np.arange(constants.least_drops, dtype=float)
    choices = gammaln(phones + 1) - gammaln(drops + 1) - gammaln(phones - drops + 1)
    fewer = sum(w * np.exp(choices + betaln(a + drops, b + phones - drops) - betaln(a, b)).sum(axis=1) for w, a, b in constants.hit_rates)
    share = float(np.average(1.0 - fewer, weights=count[able]))
    return -float(np.log(max(share, 1e-3)))
