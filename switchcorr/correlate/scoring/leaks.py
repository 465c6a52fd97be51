"""Which phones may be exposed to a component without being known to be: those whose location is unknown.

An unlocated phone is on a component with the share that the component has of the located phones of its VLAN; without a VLAN
column all phones are of one VLAN. Where more than the VLAN tells the place, a VLAN is here that part of it with the same clues
(``clues``). VLANs are numbered from 0.
Source: noisy membership after Shrink (Kandula et al. 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.groups import ranges
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.clues import Clues, cells_of
from switchcorr.model.campus import Domain, risk_kind

ALMOST_ALL = 0.9
"""Share of two sets of phones that must be common for them to count as one. Assumed."""
FAINT = 0.002
"""Share below which phones without a VLAN are not asked of: each would be a guess at hundreds of parts. Assumed."""
SURE = 0.05
"""Share of a VLAN on a component from which its unlocated phones may be the component's: those that stayed speak against a fault, those that
dropped may be of its innocent cluster. Below it this is nearly the same as no phones. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Leak:
    """Of one component.

    Attributes:
        share: its share of each VLAN's located phones.
        expected: unlocated phones that this makes expect on it.
        nowhere: the same of those that have no VLAN either, if they are on anything that is known.
        elsewhere: located phones of the same VLANs that would be on it if their locations were wrong.
    """

    share: Floats
    expected: float
    nowhere: float
    elsewhere: float


@dataclass(frozen=True, slots=True, eq=False)
class Spread:
    """The components of one kind that the located phones of each VLAN are on.

    Attributes:
        begin: per VLAN, and one behind the last, where its components begin.
        unit, share: a component, and its share of the VLAN's located phones.
    """

    begin: Ints
    unit: Ints
    share: Floats

    def over(self, vlans: Ints) -> tuple[Ints, Ints, Floats]:
        """Of some VLANs, pairs of a place among them and a component, with its share."""
        place, at = ranges(self.begin[vlans], self.begin[vlans + 1])
        return place, self.unit[at], self.share[at]

    def from_share(self, least: float) -> Spread:
        """The same of those components only that have such a share of a VLAN, or more."""
        chosen = np.flatnonzero(self.share >= least)
        return Spread(np.searchsorted(chosen, self.begin), self.unit[chosen], self.share[chosen])

    def of_units(self, vlans: Bools) -> Homes:
        """The same of some VLANs from the components' side."""
        vlan = np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))
        chosen = np.flatnonzero(vlans[vlan])
        order = chosen[np.argsort(self.unit[chosen], kind="stable")]
        return Homes(self.unit[order], vlan[order], self.share[order])


@dataclass(frozen=True, slots=True, eq=False)
class Homes:
    """The VLANs of the located phones of each component of one kind, by component.

    Attributes:
        unit, vlan, share: a component, a VLAN, and the component's share of the VLAN's located phones.
    """

    unit: Ints
    vlan: Ints
    share: Floats

    def of(self, units: Ints) -> tuple[Ints, Ints, Floats]:
        """Of some components, pairs of a place among them and a VLAN, with its share."""
        place, at = ranges(np.searchsorted(self.unit, units, side="left"), np.searchsorted(self.unit, units, side="right"))
        return place, self.vlan[at], self.share[at]


class Leaks:
    """The leaks of all components of one exposure, each counted when it is first asked for.

    Attributes:
        unlocated: phones whose place is not known.
        nowhere: those of them that have neither a VLAN nor a clue, though VLANs are known: they may be on nothing that is known.
        lost: how many of the others each VLAN has, as in ``Leak.share``.
        nowhere_lost: the same of those that may be on nothing.
        traced: those of them that have a VLAN: the scan counts no others.
        one_site: whether they are the phones of one site: then what no location shows is at that site, and is no suspect beside it.
    """

    def __init__(self, exposure: Exposure, like: Leaks | None = None) -> None:
        """Of the phones of an exposure; ``like``, of the same with other nodes or firmware, has found already what tells places apart."""
        self._exposure = exposure
        self.unlocated: Bools = ~exposure.located & exposure.is_phone
        self._cells = cells_of(exposure, self.unlocated, like.clues if like else None)
        self._located = np.maximum(self._cells.counted(np.flatnonzero(exposure.located)), 1.0)
        self._there = self._per_cell(np.flatnonzero(exposure.located))
        self.nowhere: Bools = self.unlocated & self._cells.nowhere[self._cells.of]
        self.traced: Bools = self.unlocated & ~self._cells.unknown[self._cells.of]
        self.lost = self._per_cell(np.flatnonzero(self.unlocated & ~self.nowhere))
        self.nowhere_lost = self._per_cell(np.flatnonzero(self.nowhere))
        self.one_site = _are_one_site(exposure, self.unlocated)
        self._known: dict[tuple[object, ...], Leak] = {}
        self._wholes: dict[tuple[int, ...], tuple[Floats, Floats]] = {}
        self._spread: dict[int, Spread] = {}
        self._mostly: dict[int, Spread] = {}
        self._homes: dict[int, Homes] = {}

    def of(self, component: int, *smaller: int) -> Leak:
        """The leak of a component, but for what is on one of two smaller ones at most: those have leaks of their own. To a VLAN only phones without one leak."""
        return self.of_all((component,), *smaller)

    def of_all(self, components: tuple[int, ...], *smaller: int) -> Leak:
        """The leak of several components of one kind together, which hang on a part that no location names."""
        exposure, key = self._exposure, (components, *smaller)
        if key not in self._known:
            own, there = self._whole(components)
            for other in smaller:
                own = own - self._cells.counted(self._phones_of(components, other))
            if len(smaller) > 1:
                own = own + self._cells.counted(self._phones_of(components, *smaller))
            share, others = np.minimum(own / self._located, 1.0), np.maximum(self._there - there, 0.0)
            share = np.where(self._cells.unknown & (share < FAINT), 0.0, share)
            if exposure.kinds[exposure.kind_of[exposure.path[components[0]]]] == "vlan":
                share = np.where(self._cells.unknown, share, 0.0)
            counts = ((share * lost).sum() for lost in (self.lost, self.nowhere_lost, others))
            self._known[key] = Leak(share, *map(float, counts))
        return self._known[key]

    def _whole(self, components: tuple[int, ...]) -> tuple[Floats, Floats]:
        """Phones of some components of one kind, as the cells count them and in each cell; kept, as many smaller items are asked of the same."""
        if components not in self._wholes:
            several = len(components) > 1
            phones = np.flatnonzero(self._exposure.on_any(slice(None), components)) if several else self._exposure.phones_of(components[0])
            self._wholes[components] = self._cells.counted(phones), self._per_cell(phones)
        return self._wholes[components]

    def _phones_of(self, components: tuple[int, ...], *smaller: int) -> Ints:
        """Rows of the phones that all of some smaller components have and any of some others of one kind."""
        if len(components) == 1:
            return self._exposure.phones_of_both(components[0], *smaller)
        phones = self._exposure.phones_of_both(*smaller)
        return phones[self._exposure.on_any(phones, components)]

    def spread(self, kind: int) -> Spread:
        """How the phones of each VLAN are spread over the components of a kind, by its number."""
        if kind not in self._spread:
            unit = self._exposure.members[:, kind]
            chosen = self._exposure.located & (unit >= 0)
            cell, on, phones = self._cells.over(unit[chosen], np.flatnonzero(chosen))
            self._spread[kind] = Spread(np.searchsorted(cell, np.arange(self.vlans + 1)), on, phones / self._located[cell])
        return self._spread[kind]

    def mostly(self, kind: int) -> Spread:
        """The components of a kind that are likely to have a phone of a VLAN whose place is not known."""
        if kind not in self._mostly:
            self._mostly[kind] = self.spread(kind).from_share(SURE)
        return self._mostly[kind]

    def homes(self, kind: int) -> Homes:
        """Of which VLANs with traced phones the phones of each component of a kind are, by the kind's number."""
        if kind not in self._homes:
            self._homes[kind] = self.spread(kind).of_units(self._per_cell(np.flatnonzero(self.traced)) > 0)
        return self._homes[kind]

    @property
    def clues(self) -> Clues:
        """The columns that tell places apart beside the VLAN."""
        return self._cells.clues

    @property
    def vlans(self) -> int:
        """How many VLANs ``Leak.share`` has, the unknown one among them."""
        return self._cells.count

    def vlan_of(self, rows: Ints) -> Ints:
        """Number of the VLAN of each row, as in ``Leak.share``."""
        numbers: Ints = self._cells.of[rows]
        return numbers

    def _per_cell(self, rows: Ints) -> Floats:
        return np.bincount(self._cells.of[rows], minlength=self._cells.count).astype(float)


def _are_one_site(exposure: Exposure, phones: Bools) -> bool:
    """Whether some phones are, but for a few, those of one site."""
    count = int(phones.sum())
    for kind in (j for j, name in enumerate(exposure.kinds) if risk_kind(name).domain is Domain.WAN_OR_NAT):
        sites = exposure.members[phones, kind]
        own = np.bincount(sites[sites >= 0], minlength=1)
        most = int(own.argmax())
        if own[most] >= ALMOST_ALL * max(count, exposure.size[most], 1):
            return True
    return False
