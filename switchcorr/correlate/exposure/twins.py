"""Components that phones cannot tell apart: those with the same phones, and a VLAN or site with the part of the network that carries it alone.

The VLAN and the site of a phone are known from its address, its place on a switch is often not. A VLAN of which all placed phones are on one
switch differs from that switch only by phones without a place; and these are taken to be on the switch, for where else. So no drop tells
the two apart, and their probabilities are one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

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


def twins(members: Ints, count: int, size: Floats) -> Ints:
    """Per component the number of the first one with the same phones; its own where it has none.

    They have the same sum of random 62-bit signatures; the seed is fixed.
    """
    first: dict[tuple[int, int], int] = {}
    pairs = zip(_signatures(members, count).tolist(), size.astype(np.int64).tolist(), strict=True)
    return np.array([first.setdefault(pair, i) if pair[1] else i for i, pair in enumerate(pairs)], dtype=np.int64)


def _signatures(members: Ints, count: int, chosen: Bools | None = None) -> NDArray[np.uint64]:
    signature = np.random.default_rng(62).integers(1, 1 << 62, size=len(members), dtype=np.uint64)
    sums = np.zeros(count, dtype=np.uint64)
    for j in range(members.shape[1]):
        known = members[:, j] >= 0 if chosen is None else (members[:, j] >= 0) & chosen
        np.add.at(sums, members[known, j], signature[known])
    return sums


def with_wide(twin: Ints, members: Ints, kinds: Sequence[str], places: Collection[str], is_phone: Bools) -> Ints:
    """Twins, with those wide components added of which all placed phones are those of one part of the network.

    Args:
        twin: as ``twins`` found them.
        members: component of each phone and kind, or -1.
        kinds: of the columns.
        places: kinds that tell where a phone is.
        is_phone: endpoints that are somewhere.
    """
    wide = [j for j, kind in enumerate(kinds) if kind in WIDE and kind not in places]
    parts = [j for j, kind in enumerate(kinds) if kind in places]
    placed: Bools = np.any(members[:, parts] >= 0, axis=1)
    where = _signatures(members, len(twin), placed)
    whole = occurrences(members, len(twin))
    there = occurrences(members[placed], len(twin))
    strange = occurrences(members[~placed & ~is_phone], len(twin))
    only_placed = {(int(where[i]), int(there[i])): int(twin[i]) for i in _of(members, parts)[::-1]}
    vlan = kinds.index("vlan") if "vlan" in kinds else -1
    doubtful = {number for j in wide for number in _strange(members, j, vlan, placed).tolist()}
    found: dict[int, set[int]] = {}
    for number in _of(members, wide):
        part = only_placed.get((int(where[number]), int(there[number])))
        sure = there[number] >= LEAST_PLACED * whole[number] and not strange[number] and number not in doubtful
        if part is not None and sure:
            found.setdefault(part, set()).add(int(twin[number]))
    merged = twin.copy()
    for part, others in found.items():
        if len(others - {part}) == 1:  # two wide ones that differ among themselves are not both the part
            (other,) = others - {part}
            merged[(twin == part) | (twin == other)] = min(part, other)
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
