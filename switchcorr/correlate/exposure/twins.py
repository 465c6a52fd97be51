"""Components that phones cannot tell apart: those with the same phones, and a VLAN or site with the part of the network that carries it alone.

The VLAN and the site of a phone are known from its address, its place on a switch is often not. A VLAN of which all placed phones are on one
switch differs from that switch only by phones without a place; and these are taken to be on the switch, for where else. So no drop tells
the two apart, and their probabilities are one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.groups import occurrences

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WIDE = frozenset(("vlan", "subnet", "site"))
"""Kinds that are known of phones without a place, too."""
LEAST_PLACED = 0.5
"""Least share of its phones whose places are known for a wide component to be taken for the part that has them. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Alike:
    """What tells which components have the same phones, kept so that other components of one kind cost little.

    Attributes:
        sums: per component, of the random 62-bit signatures of its phones; the seed is fixed.
        pairs: parts of the network, and wide components of which all placed phones are theirs.
    """

    sums: NDArray[np.uint64]
    pairs: tuple[tuple[int, int], ...]

    def with_column(self, column: Ints, own: slice) -> Alike:
        """With other components of a kind that tells no place and is not wide, by its column and the numbers of its components."""
        sums = self.sums.copy()
        known = column >= 0
        sums[own] = 0
        np.add.at(sums, column[known], _signature(len(column))[known])
        return Alike(sums, self.pairs)

    def twins(self, size: Floats) -> Ints:
        """Per component the number of the first one that phones cannot tell from it; its own where it has none."""
        return _joined(_first_of_each(self.sums, size), self.pairs)


def alike(members: Ints, kinds: Sequence[str], places: Collection[str], is_phone: Bools, *, count: int) -> Alike:
    """Which components phones cannot tell apart.

    Args:
        members: component of each phone and kind, or -1.
        kinds: of the columns.
        places: kinds that tell where a phone is.
        is_phone: endpoints that are somewhere.
        count: of all components.
    """
    return Alike(_signatures(members, count), _wide_pairs(members, kinds, places, is_phone, count=count))


def twins(members: Ints, count: int, size: Floats) -> Ints:
    """Per component the number of the first one with the same phones; its own where it has none."""
    return _first_of_each(_signatures(members, count), size)


def _first_of_each(sums: NDArray[np.uint64], size: Floats) -> Ints:
    first: dict[tuple[int, int], int] = {}
    pairs = zip(sums.tolist(), size.astype(np.int64).tolist(), strict=True)
    return np.array([first.setdefault(pair, i) if pair[1] else i for i, pair in enumerate(pairs)], dtype=np.int64)


def _signature(phones: int) -> NDArray[np.uint64]:
    return np.random.default_rng(62).integers(1, 1 << 62, size=phones, dtype=np.uint64)


def _signatures(members: Ints, count: int, chosen: Bools | None = None) -> NDArray[np.uint64]:
    signature = _signature(len(members))
    sums = np.zeros(count, dtype=np.uint64)
    for j in range(members.shape[1]):
        known = members[:, j] >= 0 if chosen is None else (members[:, j] >= 0) & chosen
        np.add.at(sums, members[known, j], signature[known])
    return sums


def _wide_pairs(
    members: Ints, kinds: Sequence[str], places: Collection[str], is_phone: Bools, *, count: int
) -> tuple[tuple[int, int], ...]:
    """Parts of the network, and the wide components of which all placed phones are theirs; of several parts with the same phones the first."""
    wide = [j for j, kind in enumerate(kinds) if kind in WIDE and kind not in places]
    parts = [j for j, kind in enumerate(kinds) if kind in places]
    placed: Bools = np.any(members[:, parts] >= 0, axis=1)
    where = _signatures(members, count, placed)
    whole = occurrences(members, count)
    there = occurrences(members[placed], count)
    strange = occurrences(members[~placed & ~is_phone], count)
    only_placed = {(int(where[i]), int(there[i])): i for i in _of(members, parts)[::-1]}
    vlan = kinds.index("vlan") if "vlan" in kinds else -1
    doubtful = {number for j in wide for number in _strange(members, j, vlan, placed).tolist()}
    found = []
    for number in _of(members, wide):
        part = only_placed.get((int(where[number]), int(there[number])))
        sure = there[number] >= LEAST_PLACED * whole[number] and not strange[number] and number not in doubtful
        if part is not None and sure:
            found.append((part, number))
    return tuple(found)


def _joined(twin: Ints, pairs: Iterable[tuple[int, int]]) -> Ints:
    """Twins, with those wide components added of which all placed phones are those of one part of the network."""
    found: dict[int, set[int]] = {}
    for part, wide in pairs:
        found.setdefault(int(twin[part]), set()).add(int(twin[wide]))
    merged = twin.copy()
    for one, others in found.items():
        if len(others - {one}) == 1:  # two wide ones that differ among themselves are not both the part
            (other,) = others - {one}
            merged[(twin == one) | (twin == other)] = min(one, other)
    return merged


def _of(members: Ints, columns: Iterable[int]) -> list[int]:
    """Numbers of the components in some columns that have a phone, in order."""
    return [number for j in columns for number in np.unique(members[members[:, j] >= 0, j]).tolist()]


def _strange(members: Ints, column: int, vlan: int, placed: Bools) -> Ints:
    """Numbers of the components in a column with a phone without a place whose VLAN is not on the component's placed phones alone."""
    own = members[:, column]
    of_vlan = members[:, vlan] if vlan >= 0 else np.full(len(members), -1)
    least, most = (np.full(int(members.max(initial=-1)) + 2, start) for start in (len(members) * members.shape[1], -2))
    np.minimum.at(least, of_vlan[placed], own[placed])
    np.maximum.at(most, of_vlan[placed], own[placed])
    elsewhere = (least[of_vlan] != own) | (most[of_vlan] != own)
    found: Ints = np.unique(own[~placed & (own >= 0) & elsewhere])
    return found
