"""Drops of phones that were carried to another desk: two snapshots show them at two ports, and in between each has to drop once.

People move together, so a module loses one phone after another and would be accused. The last drop of a phone between two snapshots
that show it at different ports is taken for the move and explains nothing else. But a technician also carries phones away from a card
that has failed: where more of the phones that were moved drop within one window than people unplug, they drop for a common cause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Bools, Exposure, Ints
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, Sighting

Span = tuple[float, float]
_Place = tuple[str, InterfaceName]


def without_moves(drops: Drops, exposure: Exposure, placements: Sequence[Placement], constants: Constants) -> Drops:
    """The drops that no move explains.

    Args:
        drops: all drops of the log.
        exposure: all phones.
        placements: with the sightings of several snapshots.
        constants: of the model.
    """
    moved = _moved(drops, exposure, placements)
    if not len(moved):
        return drops
    time = drops.time[moved]
    together = np.searchsorted(time, time + constants.window_s, "right") - np.searchsorted(time, time, "left")
    crowded = np.zeros(len(moved), dtype=bool)
    for first in np.flatnonzero(together > constants.moves_at_once).tolist():
        crowded[first : first + int(together[first])] = True
    left: Bools = np.ones(len(drops.time), dtype=bool)
    left[moved[~crowded]] = False
    return drops.only(left)


def told_moves(count: int) -> tuple[str, ...]:
    """What is said of the drops that were left out."""
    if not count:
        return ()
    them = "1 drop of a phone" if count == 1 else f"{count:,} drops of phones"
    return (f"{them} that the next snapshot shows at another port: taken for a move to another desk, not for a fault",)


def _moved(drops: Drops, exposure: Exposure, placements: Sequence[Placement]) -> Ints:
    """Places of the drops that may be moves, in order: of each phone the last one between two snapshots that show it at different ports."""
    found = set()
    spans = [(exposure.row_of[str(placement.phone)], *span) for placement in placements for span in moves(placement.sightings)]
    for row, since, until in spans:
        own, _ = drops.by_row.of_all(np.array([row]))
        own = own[(drops.time[own] >= since) & (drops.time[own] <= until) & ~drops.pasted[own]]
        found.update(own[-1:].tolist())
    return np.array(sorted(found), dtype=np.int64)


def moves(sightings: Sequence[Sighting]) -> Iterator[Span]:
    """When a phone was moved: between two moments at which it was seen at different ports, seconds since 1970.

    Args:
        sightings: the decisive first; of those of one moment the first counts.
    """
    if len({(seen.device, seen.interface) for seen in sightings if seen.interface is not None and seen.seen_at is not None}) < 2:
        return
    places: dict[datetime, _Place] = {}
    for seen in sightings:
        if seen.interface is not None and seen.seen_at is not None:
            places.setdefault(seen.seen_at, (seen.device, seen.interface))
    ordered = sorted(places.items(), key=lambda entry: entry[0])
    for (since, before), (until, after) in pairwise(ordered):
        if before != after:
            yield since.timestamp(), until.timestamp()
