"""Which phones may be exposed to a component without being known to be: those whose location is unknown.

An unlocated phone is on a component with the share that the component has of the located phones of its VLAN; without a VLAN
column all phones are of one VLAN. VLANs are numbered from 0 here; the last number is "no VLAN known".
Source: noisy membership after Shrink (Kandula et al. 2005).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints


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


class Leaks:
    """The leaks of all components of one exposure, each counted when it is first asked for.

    Attributes:
        unlocated: phones whose place is not known.
        lost: how many of them each VLAN has, as in ``Leak.share``.
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
        self._known: dict[int, Leak] = {}

    def of(self, component: int) -> Leak:
        """The leak of a component."""
        path = int(self._exposure.path[component])
        if path not in self._known:
            own = self._per_vlan(self._exposure.phones_of(path))
            share = np.minimum(own / self._located, 1.0)
            self._known[path] = Leak(share, float((share * self.lost).sum()), float((share * np.maximum(self._located - own, 0.0)).sum()))
        return self._known[path]

    @property
    def vlans(self) -> int:
        """How many VLANs ``Leak.share`` has, the unknown one among them."""
        return self._count + 1

    def vlan_of(self, rows: Ints) -> Ints:
        """Number of the VLAN of each row, as in ``Leak.share``."""
        return self._vlan[rows]

    def _per_vlan(self, rows: Ints) -> Floats:
        return np.bincount(self._vlan[rows], minlength=self._count + 1).astype(float)
