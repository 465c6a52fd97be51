"""Upkeep of the store: bundle and retire, read captured text again, back up, check."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.captures.saving import folder_names
from switchcorr.errors import InputFileError, StoreError
from switchcorr.jobs.building import collector_paused
from switchcorr.jobs.inputs.network import read_snapshot
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.records import SweepName, records_of
from switchcorr.model.snapshot import Snapshot
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from switchcorr.store.checking import BackupOutcome, CheckOutcome, back_up, check
from switchcorr.store.open import Store
from switchcorr.store.raw import RawFiles
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.retention import CompactOutcome, OrphanOutcome, RetireOutcome, compact, remove_orphans, retire
from switchcorr.store.rewind import Pending, pending_sweeps, pending_visits, refuse_without_text, rewind, text_place
from switchcorr.store.visits import write_visits

_log = logging.getLogger(__name__)
_AGAIN = "a `switchcorr store reparse` was ended early: run it once more"
_LEFT = "they are left alone: was the database lost or replaced? See docs/store.md (when it is damaged)"


@dataclass(frozen=True, slots=True)
class UpkeepOutcome:
    """What ``compact`` did: bundled, removed as too old, removed as left over by a crash."""

    bundled: CompactOutcome
    retired: RetireOutcome
    orphans: OrphanOutcome

    @property
    def problems(self) -> tuple[str, ...]:
        """What is to be said of old text that was left: of visits that wait to be read again, and of such that the store does not know."""
        found: list[str] = []
        if since := self.retired.waiting_since:
            wait = "1 visit waits" if self.retired.waiting == 1 else f"{self.retired.waiting} visits wait"
            found.append(f"{wait} to be read again, and from {since:%Y-%m-%dT%H:%M:%SZ} on nothing is removed until then; {_AGAIN}")
        if left := self.orphans.left:
            found.append(f"{left} files of captured text are of visits that the store does not know, more than of those it knows; {_LEFT}")
        return tuple(found)


@dataclass(frozen=True, slots=True)
class ReparseOutcome:
    """What reading captured text again gave.

    Attributes:
        visits: how many visits ended how; a late one may be applied now, as all come in order of time.
        unreadable: captured text that is missing or damaged, as sentences; of these visits nothing is known any more.
    """

    visits: Mapping[VisitOutcome, int]
    sweeps: int
    unreadable: tuple[str, ...] = ()


def compact_store(place: StorePlace, settings: Settings, *, now: datetime) -> UpkeepOutcome:
    """Bundle the captured text of closed days, and remove what is older than is kept.

    Raises:
        StoreError: the store cannot be written.
        InputFileError: a bundle cannot be written.
    """
    files = place.files()
    with place.open(write=True, make=place.raw.is_dir()) as store:
        bundled = compact(store, files, now=now)
        retired = retire(
            store, files, raw_before=now - timedelta(days=settings.raw_days), facts_before=now - timedelta(days=settings.fact_days)
        )
        return UpkeepOutcome(bundled, retired, remove_orphans(store, files, now=now))


def check_store(place: StorePlace, *, now: datetime, deep: bool = True) -> CheckOutcome:
    """Look the store through.

    Raises:
        StoreError: it is so damaged that it cannot be read at all.
    """
    with place.open(write=False) as store:
        return check(store, place.files(), now=now, deep=deep)


def back_up_store(place: StorePlace, target: Path) -> BackupOutcome:
    """Copy the store and its captured text to a new folder.

    Raises:
        StoreError: it cannot be copied.
    """
    with place.open(write=True, make=False) as store:
        return back_up(store, place.files(), target)


@collector_paused()
def reparse_store(place: StorePlace, settings: Settings, progress: Progress = say_nothing, *, now: datetime) -> ReparseOutcome:
    """Make the facts anew from all captured text, with the parsers of this program. Can be ended and begun again.

    Raises:
        StoreError: the store cannot be written, or most of the text is not there.
    """
    files = place.files()
    with place.open(write=True, make=False) as store:
        refuse_without_text(store, files)
        rewind(store, now=now)
        reading = _Reading(store, files, settings)
        sweeps: set[str] = set()
        while waiting := pending_sweeps(store):  # once more, should a sweep have stored something meanwhile
            for number, sweep in enumerate(waiting, start=1):
                for chosen in _rounds(pending_visits(store, sweep)):
                    reading.read(chosen)
                progress("sweeps read again", number, len(waiting))
            sweeps.update(waiting)
            reading.close_pass()
    return ReparseOutcome(reading.outcomes, len(sweeps), tuple(reading.unreadable))


def _rounds(visits: Sequence[Pending]) -> list[dict[str, Pending]]:
    """A visit a device: the first ones, then the second ones with what others had by then (a sweep that was resumed)."""
    by_device: dict[str, list[Pending]] = {}
    for visit in visits:
        by_device.setdefault(visit.device, []).append(visit)
    count = max(map(len, by_device.values()), default=0)
    return [{name: mine[min(number, len(mine) - 1)] for name, mine in by_device.items()} for number in range(count)]


class _Reading:
    """Reads captured text again and settles its visits.

    A visit of a sweep that stored it meanwhile is read after those before it, and those that were read by then once more: each counts once.
    """

    def __init__(self, store: Store, files: RawFiles, settings: Settings) -> None:
        self.outcomes: Counter[VisitOutcome] = Counter()
        self.unreadable: list[str] = []
        self._store = store
        self._files = files
        self._settings = settings
        self._counted: dict[str, datetime] = {}
        self._last: dict[str, datetime] = {}

    def close_pass(self) -> None:
        """What was read up to now is counted."""
        self._counted = dict(self._last)

    def read(self, visits: Mapping[str, Pending]) -> None:
        """Unpack the text of one visit a device, parse it as a folder of captures, and settle the visits."""
        snapshot = self._snapshot(visits)
        any_visit = next(iter(visits.values()))
        sweep = SweepName(any_visit.sweep, any_visit.sweep_started_at)
        records = list(records_of(snapshot, {}, sweep, times={one: visits[one].at for one in snapshot.devices}, texts={}))
        records += [VisitRecord(one, visits[one].at, VisitStatus.FAILED, sweep=sweep.name) for one in visits if one not in snapshot.devices]
        for record, outcome in write_visits(self._store, sorted(records, key=lambda record: record.device)):
            if record.device not in self._counted or record.at > self._counted[record.device]:
                self.outcomes[outcome] += 1
            self._last[record.device] = max(record.at, self._last.get(record.device, record.at))

    def _snapshot(self, visits: Mapping[str, Pending]) -> Snapshot:
        """What the text of the visits tells; a device whose text tells nothing is not in it."""
        texts = ((directory, self._texts(visits[device])) for device, directory in folder_names(visits).items())
        with self._files.unpacked(texts) as folder:
            try:
                snapshot = read_snapshot(folder, self._settings, say_nothing)
            except InputFileError:
                return Snapshot({})
        return replace(snapshot, devices={one: facts for one, facts in snapshot.devices.items() if one in visits})

    def _texts(self, visit: Pending) -> Mapping[str, bytes]:
        """The files of a visit; none, and a sentence, if they cannot be read."""
        try:
            return self._read_where_it_is(visit)
        except StoreError as error:
            self.unreadable.append(f"{visit.device} at {visit.at:%Y-%m-%dT%H:%M:%SZ}: {error.message}")
            return {}

    def _read_where_it_is(self, visit: Pending) -> Mapping[str, bytes]:
        """The files of a visit, whose day another process may bundle just now."""
        try:
            return self._files.read(visit.place)
        except StoreError:
            moved = text_place(self._store, visit)
            if moved is None or moved == visit.place:
                raise
            return self._files.read(moved)
