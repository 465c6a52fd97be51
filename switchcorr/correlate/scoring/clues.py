"""What tells where a phone is whose place is not known: its VLAN, and whatever else of it goes with the place.

Phones of one VLAN over a whole site may be on any switch of it; if each building has its own call server or device pool, that tells the building. A column
counts beside the VLAN if it foretells the places of located phones much better than the VLAN alone: each phone's place by the others of its cell
(leave-one-out). A cell with few located phones is as its whole VLAN; a phone whose VLAN is not known is as all phones with the same clues.
Source: leave-one-out accuracy of the majority's share; the bounds are assumed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.exposure.groups import ranges
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.model.campus import PLACE_KINDS, Domain, risk_kind

_LEAST_LOCATED = 10
"""Located phones that a cell of VLAN and clues needs to be believed. Assumed."""
_BETTER = 1.5
"""How many times as often a clue must find the place. Assumed."""
_WRONG_LEFT = 0.5
"""Or else which share of the wrong places it may leave. Assumed."""
Clues = tuple[tuple[int, ...], tuple[int, ...]]
"""Columns that tell places apart beside the VLAN, and those that do of phones without one."""
_GOOD_ENOUGH = 0.98
"""Share of places found from which on nothing more is asked. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Phones with the same VLAN and clues, and the located phones that each cell's phones are taken to be like.

    Attributes:
        of: cell of each phone.
        count: of cells.
        groups: per phone the groups of phones that it is in: its cell, and those that few or unknown phones are likened to.
        like: per cell the number of the group that its phones are like.
        unknown: per cell, whether its phones have no VLAN, though VLANs are known.
        nowhere: per cell, whether its phones have neither a VLAN nor a clue, so that they may be on nothing that is known.
        clues: the columns that tell places apart beside the VLAN, and those that do of phones without one.
    """

    of: Ints
    count: int
    groups: tuple[Ints, ...]
    like: Ints
    unknown: Bools
    nowhere: Bools
    clues: Clues

    def counted(self, rows: Ints) -> Floats:
        """Of some phones, how many are in the group that each cell is like."""
        size = int(self.like.max(initial=-1)) + 1
        found: Floats = np.zeros(size)
        for group in self.groups:
            found += np.bincount(group[rows], minlength=size)[:size]
        return found[self.like]

    def over(self, unit: Ints, rows: Ints) -> tuple[Ints, Ints, Ints]:
        """Of some phones, each on a part, how many are on each part in the group that each cell is like: cell by cell the parts, and how many.

        Args:
            unit: of each phone its part.
            rows: of the phones.
        """
        width = int(unit.max(initial=0)) + 1
        keys, counts = zip(*(np.unique(group[rows] * np.int64(width) + unit, return_counts=True) for group in self.groups), strict=True)
        group, part = np.divmod(np.concatenate(keys), width)  # the groups of each column are behind those of the one before
        cell, at = ranges(np.searchsorted(group, self.like), np.searchsorted(group, self.like + 1))
        return cell, part[at], np.concatenate(counts)[at]


def cells_of(exposure: Exposure, lost: Bools, clues: Clues | None = None) -> Cells:
    """The cells of all phones.

    Args:
        exposure: of the phones; without a column of VLANs all are of one.
        lost: phones whose place is not known; where there are none, their VLANs are enough.
        clues: columns, as ``Cells.clues`` has them; None looks for them.
    """
    kind = exposure.kinds.index("vlan") if "vlan" in exposure.kinds else -1
    count = int(exposure.first_of[kind + 1] - exposure.first_of[kind]) if kind >= 0 else 0
    column = exposure.members[:, kind] - exposure.first_of[kind] if kind >= 0 else np.full(len(exposure.phones), -1)
    vlan = np.where(column >= 0, column, count)
    without = lost & (vlan == count) if kind >= 0 else np.zeros(len(vlan), dtype=np.bool_)
    if clues is None:
        beside = _clues(exposure, vlan, kind) if lost.any() else ()
        clues = tuple(beside), tuple(_clues(exposure, np.zeros_like(vlan), kind) if without.any() else ())
    clue, whole = (_clue(exposure, columns) for columns in clues)
    if not without.any() and not clue.any():
        nothing = np.zeros(count + 1, dtype=np.bool_)
        return Cells(vlan, count + 1, (vlan,), np.arange(count + 1), nothing, nothing, clues)
    unknown = vlan == count if kind >= 0 else without
    return _likened(vlan, (np.where(unknown, whole, clue), whole), unknown, exposure.located, clues)


def _likened(vlan: Ints, told: tuple[Ints, Ints], unknown: Bools, located: Bools, clues: Clues) -> Cells:
    """Cells of VLAN and clues.

    Args:
        vlan: of each phone.
        told: number of what else tells its place, 0 is nothing; and the same where its VLAN does not count: one without a VLAN is like all with this.
        unknown: whether its VLAN is.
        located: whether its place is known: a cell with few of these is like its VLAN.
        clues: the columns of what else tells it.
    """
    clue, whole = told
    of = _numbered(vlan, clue)
    count = int(of.max(initial=-1)) + 1
    groups = of, count + vlan, count + int(vlan.max(initial=-1)) + 1 + whole
    first = np.zeros(count, dtype=np.int64)
    first[of] = np.arange(len(of))  # any phone of a cell has its VLAN and its clues
    is_enough = np.bincount(of[located], minlength=count) >= _LEAST_LOCATED
    like = np.where(is_enough, np.arange(count), groups[1][first])
    without = unknown[first]
    return Cells(of, count, groups, np.where(without, groups[2][first], like), without, without & (whole[first] == 0), clues)


def _clue(exposure: Exposure, columns: Sequence[int]) -> Ints:
    """Per phone a number of what it has in some columns; 0 where it has nothing in any."""
    number = np.zeros(len(exposure.phones), dtype=np.int64)
    known = np.any(exposure.members[:, list(columns)] >= 0, axis=1)
    if known.any():
        number[known] = _numbered(*exposure.members[known][:, list(columns)].T) + 1
    return number


def _clues(exposure: Exposure, base: Ints, vlan: int) -> Iterator[int]:
    """Columns that tell places apart beyond the VLAN and those before them."""
    place = _coarsest(exposure)
    known = exposure.located & (place >= 0)
    if not known.any():
        return
    cell, found = base[known], _accuracy(base[known], place[known])
    for column in range(len(exposure.kinds)):
        if found >= _GOOD_ENOUGH or column == vlan or not _may_tell(exposure.kinds[column]):
            continue
        finer = _numbered(cell, exposure.members[known, column])
        better = _accuracy(finer, place[known])
        if better >= _BETTER * found or 1 - better <= _WRONG_LEFT * (1 - found):
            cell, found = finer, better
            yield column


def _may_tell(kind: str) -> bool:
    known = risk_kind(kind)
    return kind not in PLACE_KINDS and known.domain is not Domain.ENDPOINT and not known.common and kind != "cluster"


def _coarsest(exposure: Exposure) -> Ints:
    """Of the kinds that tell a place, the column of the one with the fewest parts, two at least."""
    sizes = np.diff(exposure.first_of)
    columns = [column for column, kind in enumerate(exposure.kinds) if kind in PLACE_KINDS and sizes[column] > 1]
    return exposure.members[:, min(columns, key=lambda column: int(sizes[column]))] if columns else np.full(len(exposure.phones), -1)


def _accuracy(cell: Ints, place: Ints) -> float:
    """How probable the place of a phone is if it is that of any other phone of its cell, on average; a phone alone in its cell tells nothing."""
    pair = _numbered(cell, place)
    alike, all_ = np.bincount(pair)[pair] - 1, np.bincount(cell)[cell] - 1
    return float(np.mean(alike / np.maximum(all_, 1)))


def _numbered(*columns: Ints) -> Ints:
    """One number from 0 for each combination of some columns."""
    number = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        key = number * (int(column.max(initial=-1)) + 2) + column + 1
        number = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return number
