"""Upkeep of the store: bundle and retire, read captured text again, back up, check."""

from __future__ import annotations

import logging
import tempfile
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
from switchcorr.store.rewind import Pending, pending_sweeps, pending_visits, refuse_without_text, rewind
from switchcorr.store.visits import write_visits

_log = logging.getLogger(__name__)
_LEFT = "they are left alone: was the database lost or replaced? See docs/store.md (when it is damaged)"


@dataclass(frozen=True, slots=True)
class UpkeepOutcome:
    """What ``compact`` did: bundled, removed as too old, removed as left over by a crash."""

    bundled: CompactOutcome
    retired: RetireOutcome
    orphans: OrphanOutcome

    @property
    def problem(self) -> str:
        """What is to be said of captured text of which the store knows nothing; empty if there is none."""
        left = self.orphans.left
        return (
            f"{left} files of captured text are of visits that the store does not know, more than of those it knows; {_LEFT}"
            if left
            else ""
        )


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
    with place.open(write=True) as store:
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
    with place.open(write=True) as store:
        return back_up(store, place.files(), target)


@collector_paused()
def reparse_store(place: StorePlace, settings: Settings, progress: Progress = say_nothing, *, now: datetime) -> ReparseOutcome:
    """Make the facts anew from all captured text, with the parsers of this program. Can be ended and begun again.

    Raises:
        StoreError: the store cannot be written, or most of the text is not there.
    """
    files = place.files()
    visits: Counter[VisitOutcome] = Counter()
    unreadable: list[str] = []
    with place.open(write=True) as store:
        refuse_without_text(store, files)
        rewind(store, now=now)
        sweeps = pending_sweeps(store)
        for number, sweep in enumerate(sweeps, start=1):
            for chosen in _rounds(pending_visits(store, sweep)):
                visits += _read_again(store, files, settings, chosen, unreadable)
            progress("sweeps read again", number, len(sweeps))
    return ReparseOutcome(visits, len(sweeps), tuple(unreadable))


def _rounds(visits: Sequence[Pending]) -> list[dict[str, Pending]]:
    """A visit a device: the first ones, then the second ones with what others had by then (a sweep that was resumed)."""
    by_device: dict[str, list[Pending]] = {}
    for visit in visits:
        by_device.setdefault(visit.device, []).append(visit)
    count = max(map(len, by_device.values()), default=0)
    return [{name: mine[min(number, len(mine) - 1)] for name, mine in by_device.items()} for number in range(count)]


def _read_again(
    store: Store, files: RawFiles, settings: Settings, visits: Mapping[str, Pending], unreadable: list[str]
) -> Counter[VisitOutcome]:
    """Unpack the text of one visit a device, parse it as a folder of captures, and settle the visits."""
    with tempfile.TemporaryDirectory(prefix="switchcorr-reparse-") as name:
        folder = Path(name)
        for device, directory in folder_names(visits).items():
            try:
                texts = files.read(visits[device].place)
            except StoreError as error:
                unreadable.append(f"{device} at {visits[device].at:%Y-%m-%dT%H:%M:%SZ}: {error.message}")
                continue
            (folder / directory).mkdir()
            for file, data in texts.items():
                (folder / directory / file).write_bytes(data)
        try:
            snapshot = read_snapshot(folder, settings, say_nothing)
        except InputFileError:
            snapshot = Snapshot({})
        snapshot = replace(snapshot, devices={one: facts for one, facts in snapshot.devices.items() if one in visits})
        any_visit = next(iter(visits.values()))
        sweep = SweepName(any_visit.sweep, any_visit.sweep_started_at)
        records = list(records_of(snapshot, {}, sweep, times={one: visit.at for one, visit in visits.items()}, texts={}))
    records += [VisitRecord(one, visits[one].at, VisitStatus.FAILED, sweep=sweep.name) for one in visits if one not in snapshot.devices]
    return Counter(outcome for _, outcome in write_visits(store, sorted(records, key=lambda record: record.device)))
