"""Events and snapshots out of the store, for the commands that otherwise read files."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from switchcorr.audit.identity import with_known_ids
from switchcorr.errors import InputFileError, StoreError
from switchcorr.events.duplicates import each_once
from switchcorr.events.strays import without_strays
from switchcorr.jobs.inputs.readings import EventsRead, Settled, StoredNetwork
from switchcorr.jobs.store.place import StorePlace
from switchcorr.listen.losses import Loss, told_losses
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import Correlation
from switchcorr.store.events import events_between, span_of_events
from switchcorr.store.incidents import incidents_between, write_correlation
from switchcorr.store.losses import losses_between
from switchcorr.store.open import Store
from switchcorr.store.questions import carried_between, visits_between
from switchcorr.store.snapshots import rounds_between, snapshots_at
from switchcorr.text import counted

_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
BACKGROUND: Final = timedelta(days=30)
"""How long before the time asked for events are read: what this network loses on ordinary days is learned from them."""
SOUGHT: Final = timedelta(days=1)
"""How far back incidents are looked for unless ``--since`` says otherwise."""
_MOST_ROUNDS: Final = 12
"""Most sweeps that are read at once; each costs the memory of the interfaces whose counters changed."""


@dataclass(frozen=True, slots=True)
class StoredSource:
    """A store, and the time that is asked about; see ``Stored``.

    Attributes:
        since: from here on sweeps are read, and the last one before.
        until: nothing later is read.
    """

    place: StorePlace
    since: datetime
    until: datetime

    def events(self) -> EventsRead:
        """The events of the time asked for, and of the month before as background; each once, in order of time.

        Raises:
            InputFileError: there is none.
            StoreError: the store cannot be read.
        """
        first = self.since - BACKGROUND
        with self.place.open(write=False) as store:
            log = events_between(store, first, self.until)
            carried = carried_between(store, first, self.until)
            losses = [Loss(*one) for one in losses_between(store, self.since, self.until)]
            span = None if len(log) else span_of_events(store)
        if not len(log):
            raise InputFileError(
                f"the store has no events from {first:%Y-%m-%d} to {self.until:%Y-%m-%dT%H:%M:%SZ}.", hint=_elsewhere(span)
            )
        log, strays = without_strays(each_once(log)[0])
        here = _of_their_place(log, carried, self.since)
        told = [f"used of the store: {counted(len(here), 'event')}, from {first:%Y-%m-%d} on."]
        if len(here) < len(log):
            left = len(log) - len(here)
            told.append(f"{left} older events of phones that were carried to another port since are left out: they happened elsewhere.")
        return EventsRead(here, (), (*told, *strays.values()), told_losses(losses, self.since, self.until))

    def network(self, log: EventLog) -> StoredNetwork:
        """Snapshots of the sweeps of the time asked for.

        Where there are many, those between which most phones were lost count, and the first and the last.

        Raises:
            StoreError: the store cannot be read.
        """
        with self.place.open(write=False) as store:
            rounds = rounds_between(store, self.since, self.until)
            chosen = chosen_rounds([one.timestamp() for one in rounds], _drops(log), _MOST_ROUNDS)
            snapshots = snapshots_at(store, [rounds[number] for number in chosen])
            unread = _unread(store, rounds, self.until)
        return StoredNetwork(snapshots, unread)

    def settled(self, result: Correlation, *, keep: bool) -> Settled:
        """The answer with the ids that its incidents had before; if it is to be kept, it is also written down.

        A store that can be read and not written (of another user, on a full disk, in use for long) costs the keeping only.

        Raises:
            StoreError: the store cannot be read.
        """
        if not result.incidents and not keep:
            return Settled(result)
        if keep:
            try:
                with self.place.open(write=True) as store:
                    settled = _with_ids_of(store, result, self.until)
                    write_correlation(store, settled)
                return Settled(settled)
            except StoreError as error:
                unkept = error
        with self.place.open(write=False) as store:
            return Settled(_with_ids_of(store, result, self.until), unkept if keep else None)


def _elsewhere(span: tuple[datetime, datetime] | None) -> str:
    """What to do where a store has no events of a time."""
    if span is None:
        return "Take logs into it with `switchcorr ingest FILE`."
    first, last = span
    return (
        f"It has some from {first:{_TIME}} to {last:{_TIME}}: ask about these with --since and --until, "
        "or take newer logs into it with `switchcorr ingest FILE`."
    )


def _with_ids_of(store: Store, result: Correlation, until: datetime) -> Correlation:
    """The answer with the ids that a store knows its incidents by."""
    spans = [moment for incident in result.incidents for moment in (incident.start, incident.end)] or [until]
    return with_known_ids(result, incidents_between(store, min(spans), max(spans)))


def _of_their_place(log: EventLog, carried: Mapping[str, datetime], since: datetime) -> EventLog:
    """The log without what serves as background only and happened at a place where the phone is no more.

    A phone counts where it is. What it lost together with others at its old port would make the new one suspect.
    """
    asked = since.timestamp()
    texts = log.pools.names.texts
    left = {number: min(carried[text].timestamp(), asked) for number, text in enumerate(texts) if text in carried}
    gone = {row for row, name in enumerate(log.name) if name in left and log.time[row] < left[name]}
    return log.select([row for row in range(len(log)) if row not in gone]) if gone else log


def chosen_rounds(ends: Sequence[float], drops: Sequence[float], most: int) -> list[int]:
    """Which sweeps tell most: the first and the last, then those before and after the times in which most phones were lost, then evenly.

    >>> chosen_rounds([0, 10, 20, 30, 40, 50], [33, 34, 12], 4)
    [0, 3, 4, 5]
    """
    if len(ends) <= most:
        return list(range(len(ends)))
    chosen = {0, len(ends) - 1}
    lost = Counter(bisect_left(ends, drop) for drop in drops)
    for after, _ in sorted(lost.items(), key=lambda item: (-item[1], item[0])):
        both = {max(0, after - 1), min(after, len(ends) - 1)} - chosen
        if len(chosen) + len(both) <= most:
            chosen |= both
    step = (len(ends) - 1) / (most - 1)
    for number in range(most):
        if len(chosen) < most:
            chosen.add(round(number * step))
    return sorted(chosen)


def _drops(log: EventLog) -> list[float]:
    kinds = (EventKind.UNREGISTERED, EventKind.TRANSIENT)
    return [time for time, kind in zip(log.time, log.kind, strict=True) if kind in kinds and math.isfinite(time)]


def _unread(store: Store, rounds: Sequence[datetime], until: datetime) -> dict[str, str]:
    """Devices that were tried since the sweep before the last, and not read since."""
    if not rounds:
        return {}
    since = rounds[-2] + timedelta(milliseconds=1) if len(rounds) > 1 else rounds[-1] - SOUGHT
    failed: dict[str, str] = {}
    for one in visits_between(store, since, until):
        if one.used or one.late:
            failed.pop(one.device, None)
        elif one.pending:
            failed[one.device] = "its captured text waits to be read again (`switchcorr store reparse`)"
        else:
            failed[one.device] = one.failure.partition(": ")[2].removeprefix(f"{one.device}: ").rstrip(".") or one.status.value
    return dict(sorted(failed.items()))
