"""Where there is no incident: the phones of one part that dropped in the same seconds all the same, too few for one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import ON_PURPOSE
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.model.incident import Together
from switchcorr.model.moments import moment_of

_KINDS = ("port", "asic", "module", "chassis", "switch")
"""Parts, the smallest first: of those with the same phones that dropped the smallest is named."""
_MOST_BY_CHANCE = 0.5
"""Pairs that chance makes in one kind of part from which a pair is not worth a word. Assumed."""
_LEAST_TIME_S = 3600.0


@dataclass(frozen=True, slots=True)
class _Group:
    phones: int
    component: int
    first: float
    last: float


def find_together(drops: Drops, exposure: Exposure, span: slice, constants: Constants) -> tuple[Together | None, bool]:
    """The most phones of one part that dropped within ``tight_s`` of one another, and whether there are others of that sort.

    Args:
        drops: of the log.
        exposure: all phones.
        span: of the drops that are asked about.
        constants: of the model.
    """
    rows, times = drops.row[span], drops.time[span]
    own = ~np.isin(drops.reason[span], ON_PURPOSE)
    rows, times = rows[own], times[own]
    groups = [
        group
        for kind in _KINDS
        if kind in exposure.kinds
        for group in _groups(exposure.members[rows, exposure.kinds.index(kind)], rows, times, constants.tight_s)
    ]
    if not groups:
        return None, False
    most = max(groups, key=lambda group: group.phones)
    found = Together(exposure.components[most.component], most.phones, moment_of(most.first), moment_of(most.last))
    return found, any(group.last < most.first or group.first > most.last for group in groups)


def is_sharing_known(drops: Drops, exposure: Exposure, span: slice) -> bool:
    """Whether at least half of the phones that dropped belong to any component."""
    rows = np.unique(drops.row[span])
    known = (exposure.members[rows] >= 0).any(axis=1)
    return bool(2 * known.sum() >= len(rows))


def _groups(members: Ints, rows: Ints, times: Floats, near_s: float) -> list[_Group]:
    """Several phones of one component whose drops follow each other so closely, where chance seldom makes as many."""
    placed = members >= 0
    if not placed.any():
        return []
    members, rows, times = members[placed], rows[placed], times[placed]
    order = np.lexsort((times, members))
    members, rows, times = members[order], rows[order], times[order]
    begins = np.flatnonzero(np.diff(members, prepend=-1) | (np.diff(times, prepend=-np.inf) > near_s))
    ends = np.append(begins[1:], len(members))
    found, is_rare = [], _pairs_by_chance(members, times, near_s) < _MOST_BY_CHANCE
    for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
        phones = len(np.unique(rows[begin:end])) if end - begin > 1 else 1
        if phones > 2 or (phones == 2 and is_rare):
            found.append(_Group(phones, int(members[begin]), float(times[begin]), float(times[end - 1])))
    return found


def _pairs_by_chance(members: Ints, times: Floats, near_s: float) -> float:
    """How many drops of one component would be so near to one another if all were at random times."""
    counts = np.bincount(members).astype(float)
    time = max(float(times.max() - times.min()), _LEAST_TIME_S)
    return float((counts * (counts - 1)).sum()) * near_s / time
