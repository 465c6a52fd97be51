"""What drops of phones at unknown places say for the components of a scan.

The scan counts phones that are known to be on a component. Where one in ten has no place, a burst of five may show two; the other three
dropped in the same minutes and the same VLAN. Such a drop speaks for a component with the share that this has of the VLAN's phones
(``scoring/leaks.py``), at the hit rate of the phones that are known to be there, and all such phones of the VLAN that stayed speak against it:
the sum of log(1 + rate share p(reason | fault) / p(drop and reason | background)), less rate share (phones at unknown places).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.groups import ranges
from switchcorr.correlate.exposure.table import Floats, Ints
from switchcorr.correlate.scoring.leaks import Leaks


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What hidden drops say of some windows.

    Attributes:
        odds: log likelihood ratio of the component against background.
        drops: how many of them are likelier the component's than not.
    """

    odds: Floats
    drops: Ints


@dataclass(frozen=True, slots=True, eq=False)
class HiddenDrops:
    """The drops of phones at unknown places, in order of their VLAN and the time.

    Attributes:
        axis: one axis of time for all VLANs, on which they lie one behind the other.
        shift: of each VLAN, what is added to a time to be on it.
        reason: of each drop.
        chance: of each drop, log probability of the drop and its reason under background in one window.
    """

    leaks: Leaks
    axis: Floats
    shift: Floats
    reason: Ints
    chance: Floats

    def tell(self, kind: int, profile: Floats, component: Ints, rate: Floats, times: tuple[Floats, Floats]) -> Told:
        """What they say of windows of one kind of component.

        Args:
            kind: its number.
            profile: log probability of each reason under a fault of it.
            component: of each window.
            rate: hit rate of each.
            times: first moment of each, and the moment from which on drops do not belong to it.
        """
        window, vlan, share = self.leaks.homes(kind).of(component)
        first, behind = (np.searchsorted(self.axis, time[window] + self.shift[vlan]) for time in times)
        of, drop = ranges(first, np.maximum(behind, first))
        likelier = (rate[window] * share)[of] * np.exp(profile[self.reason[drop]] - self.chance[drop])
        odds = np.bincount(window[of], np.log1p(likelier), minlength=len(component))
        stayed = np.bincount(window, share * self.leaks.lost[vlan], minlength=len(component))
        return Told(odds - rate * stayed, np.bincount(window[of][likelier > 1.0], minlength=len(component)))


def hidden_drops(leaks: Leaks, row: Ints, time: Floats, reason: Ints, chance: Floats, *, apart: float) -> HiddenDrops:
    """Those among some drops; windows are no longer than ``apart`` seconds."""
    chosen = np.flatnonzero(leaks.traced[row])
    vlan, time = leaks.vlan_of(row[chosen]), time[chosen]
    low, high = (float(time.min()), float(time.max())) if len(time) else (0.0, 0.0)
    shift: Floats = np.arange(leaks.vlans) * np.float64(high - low + 2 * apart) - low
    order = np.lexsort((time, vlan))
    chosen = chosen[order]
    return HiddenDrops(leaks, (time + shift[vlan])[order], shift, reason[chosen], chance[chosen])
