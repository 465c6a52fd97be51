"""Which phones may be exposed to a component without being known to be: those whose location is unknown.

An unlocated phone is on a component with the share that the component has of the located phones of its VLAN; without a VLAN
column all phones are of one VLAN. VLANs are numbered from 0 here; the last number is "no VLAN known".
Source: noisy membership after Shrink (Kandula et al. 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.groups import ranges
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.model.campus import Domain, risk_kind

ALMOST_ALL = 0.9
"""Share of two sets of phones that must be common for them to count as one. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Leak:
    """Of one component.

    Attributes:
        share: its share of each VLAN's located phones.
        expected: unlocated phones that this makes expect on it.
        elsewhere: located phones of the same VLANs that would be on it if their locations were wrong.
    """

    share: Floats
    expected: float
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

    def of_units(self) -> Homes:
        """The same from the components' side."""
        order = np.argsort(self.unit, kind="stable")
        vlan = np.repeat(np.arange(len(self.begin) - 1), np.diff(self.begin))
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
        lost: how many of them each VLAN has, as in ``Leak.share``.
        one_site: whether they are the phones of one site: then what no location shows is at that site, and is no suspect beside it.
    """

    def __init__(self, exposure: Exposure) -> None:
        self._exposure = exposure
        kind = exposure.kinds.index("vlan") if "vlan" in exposure.kinds else -1
        count = int(exposure.first_of[kind + 1] - exposure.first_of[kind]) if kind >= 0 else 0
        column = exposure.members[:, kind] - exposure.first_of[kind] if kind >= 0 else np.full(len(exposure.phones), -1)
        self._vlan: Ints = np.where(column >= 0, column, count)
        self._count = count
        self.unlocated: Bools = ~exposure.located & exposure.is_phone
        self._located = np.maximum(self._per_vlan(np.flatnonzero(exposure.located)), 1.0)
        self.lost = self._per_vlan(np.flatnonzero(self.unlocated))
        self.one_site = _are_one_site(exposure, self.unlocated)
        self._known: dict[tuple[int, ...], Leak] = {}
        self._spread: dict[int, Spread] = {}
        self._homes: dict[int, Homes] = {}

    def of(self, component: int, *smaller: int) -> Leak:
        """The leak of a component, but for what is on one of two smaller ones at most: those have leaks of their own."""
        key = tuple(self._exposure.path[[component, *smaller]].tolist())
        if key not in self._known:
            own = whole = self._per_vlan(self._exposure.phones_of(component))
            for other in smaller:
                own = own - self._per_vlan(self._exposure.phones_of_both(component, other))
            if len(smaller) > 1:
                own = own + self._per_vlan(self._exposure.phones_of_both(component, *smaller))
            share = np.minimum(own / self._located, 1.0)
            self._known[key] = Leak(share, float((share * self.lost).sum()), float((share * np.maximum(self._located - whole, 0.0)).sum()))
        return self._known[key]

    def spread(self, kind: int) -> Spread:
        """How the phones of each VLAN are spread over the components of a kind, by its number."""
        if kind not in self._spread:
            unit = self._exposure.members[:, kind]
            chosen = self._exposure.located & (unit >= 0)
            count = len(self._exposure.components)
            key, phones = np.unique(self._vlan[chosen] * np.int64(count) + unit[chosen], return_counts=True)
            vlan, on = np.divmod(key, count)
            self._spread[kind] = Spread(np.searchsorted(vlan, np.arange(self.vlans + 1)), on, phones / self._located[vlan])
        return self._spread[kind]

    def homes(self, kind: int) -> Homes:
        """Of which VLANs the phones of each component of a kind are, by the kind's number."""
        if kind not in self._homes:
            self._homes[kind] = self.spread(kind).of_units()
        return self._homes[kind]

    @property
    def vlans(self) -> int:
        """How many VLANs ``Leak.share`` has, the unknown one among them."""
        return self._count + 1

    def vlan_of(self, rows: Ints) -> Ints:
        """Number of the VLAN of each row, as in ``Leak.share``."""
        return self._vlan[rows]

    def _per_vlan(self, rows: Ints) -> Floats:
        return np.bincount(self._vlan[rows], minlength=self._count + 1).astype(float)


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
