"""Firmware of phones, where a log alone tells it: a registration has the load with which a phone came.

The load that counts in an incident is the one that a phone ran when it dropped: the one that its last registration *before* told. What it comes back with
may be new software, and of a phone that is first told by its return nothing is known: both would make the new load that of the phones that dropped. A phone
that dropped before is likelier to be told than one that never did, so firmware counts only from when at least half of the phones are told. The others are
taken to be as those of their model, if nearly all of these that are told have one load, whether they drop or not; else nothing is known of them. Where places
are known that may be of few phones only: drops of phones without firmware would be taken for those of a second cause, for what is not known of a phone that
has a place is never made up for.
Source: none; the honesty of ``models`` with time in it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.apart import NEARLY_ALL, is_told_apart
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.model.event import EventKind, EventLog

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_TOLD = 0.5
"""Share of the phones, and of those of a model, that must be told. Assumed: of fewer, a part of the network that failed may have told most."""
_FILE = ".loads"
"""How the names of some loads end in neighbor tables."""


@dataclass(frozen=True, slots=True, eq=False)
class Loads:
    """What the registrations of a log tell, phone by phone in order of time.

    Attributes:
        row, time: of each telling, its phone and when it was, in seconds since 1970.
        load: number of its text.
        texts: of the loads, in order.
    """

    row: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    time: Floats = field(default_factory=lambda: np.zeros(0))
    load: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    texts: tuple[str, ...] = ()


def loads_of(log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> Loads:
    """What a log tells of the loads of some rows that are phones; what has no time is left out.

    Args:
        log: events in any order.
        row_of: rows by name.
        is_phone: per row, whether it hangs on a switch port.
    """
    load = np.frombuffer(log.load, dtype=np.int32)
    wanted = np.flatnonzero((load >= 0) & (np.frombuffer(log.name, dtype=np.int32) >= 0))
    kind, time = np.frombuffer(log.kind, dtype=np.int8)[wanted], np.frombuffer(log.time, dtype=np.float64)[wanted]
    row = rows_of_names(log, row_of)[np.frombuffer(log.name, dtype=np.int32)[wanted]]
    # What a phone says of itself when it comes back may be spelt otherwise (8.5.3 for SCCP42.8-5-3S), and would look like new software.
    told = np.isfinite(time) & (row >= 0) & (kind == EventKind.REGISTERED) & np.concatenate([is_phone, [False]])[row]
    row, time = row[told], time[told]
    texts = sorted(log.pools.loads.texts)
    place = {text: number for number, text in enumerate(texts)}
    of = np.array([*map(place.__getitem__, log.pools.loads.texts), -1], dtype=np.int64)[load[wanted][told]]
    order = np.lexsort((of, time, row))
    return Loads(row[order], time[order], of[order], tuple(texts))


def kinds_told(loads: Loads, log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> tuple[str, ...]:
    """The loads that a log tells where no location names any; empty if it tells of too few phones or loads, or of one incident alone."""
    rows = np.unique(loads.row)
    own = np.unique(loads.load)
    if len(own) < 2 or len(rows) < LEAST_TOLD * is_phone.sum():
        return ()
    kind, time = np.frombuffer(log.kind, dtype=np.int8), np.frombuffer(log.time, dtype=np.float64)
    name = np.frombuffer(log.name, dtype=np.int32)
    at = np.flatnonzero((kind == EventKind.UNREGISTERED) & (name >= 0))
    row = rows_of_names(log, row_of)[name[at]]
    chosen = np.isin(row, rows)
    drops, when = row[chosen], np.nan_to_num(time[at][chosen], nan=-np.inf)
    every = np.concatenate([drops, rows])
    times, dropped = np.concatenate([when, np.zeros(len(rows))]), np.arange(len(every)) < len(drops)
    return tuple(loads.texts[number] for number in own.tolist()) if is_told_apart(every, times, dropped) else ()


def numbers_of(loads: Loads, number_of: Mapping[tuple[str, str], int]) -> Ints:
    """Number of the component that each telling names; -1 of one that the exposure does not know."""
    known = {id_.removesuffix(_FILE): number for (kind, id_), number in number_of.items() if kind == "firmware"}
    found = np.array([*(known.get(text, -1) for text in loads.texts), -1], dtype=np.int64)
    return found[loads.load]


def as_of_their_model(column: Ints, model: Ints) -> Ints:
    """Loads of phones, with those that are not told taken to be as nearly all others of their model.

    Args:
        column: per phone the number of its load or -1.
        model: per phone the number of its model or -1.
    """
    told, whole = (column >= 0) & (model >= 0), column.copy()
    if told.any():
        width = int(column.max()) + 1
        pair, count = np.unique(model[told] * width + column[told], return_counts=True)
        of, load = np.divmod(pair, width)
        phones, known = (np.bincount(model[chosen], minlength=int(model.max()) + 1) for chosen in (model >= 0, told))
        sure = (known[of] >= LEAST_TOLD * phones[of]) & (count >= NEARLY_ALL * known[of])
        usual = np.full(int(model.max()) + 2, -1, dtype=np.int64)
        usual[of[sure]] = load[sure]
        whole = np.where(whole < 0, usual[model], whole)
    return whole


def tells_apart(column: Ints, is_phone: Bools, located: Bools) -> bool:
    """Whether loads tell phones apart: not nearly all phones have the same one, and where places are known nearly all have any.

    Args:
        column: per phone the number of its load or -1.
        is_phone: whether it hangs on a switch port.
        located: whether its place is known.
    """
    counts = np.bincount(column[column >= 0], minlength=1)
    placed = located & is_phone
    is_coarse = placed.sum() <= (1.0 - NEARLY_ALL) * is_phone.sum()
    enough = is_coarse or (column[placed] >= 0).sum() >= NEARLY_ALL * placed.sum()
    return bool(enough and counts.max() < NEARLY_ALL * counts.sum())
