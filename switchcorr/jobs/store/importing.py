"""Captures into the store: the folder of a sweep with the account of every visit, or any folder of captures.

The text of each device is kept first, without secrets as a sweep keeps it, then its visit is written: what the store says can always be made again of what is kept. Everything
can be repeated: what is stored already is counted and left alone.
"""

from __future__ import annotations

import json
import logging
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shlex import quote

from switchcorr.captures.manifest import CAPTURE_JSON, NEVER_ASKED
from switchcorr.captures.sweep_folder import read_journal, read_manifest, stamp, sweeps_in
from switchcorr.errors import InputFileError, StoreError
from switchcorr.files import read_bytes
from switchcorr.jobs.building import collector_paused
from switchcorr.jobs.inputs.mistaken import meant_for_ingest, only_logs
from switchcorr.jobs.inputs.network import read_snapshot
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.records import SweepName, records_of
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.sweep import VisitAccount
from switchcorr.platforms import platform_named
from switchcorr.platforms.scrubbing import ALL_RULES, scrub
from switchcorr.settings import Settings
from switchcorr.store.open import Store
from switchcorr.store.raw import RawFiles
from switchcorr.store.records import RawText, VisitOutcome, VisitRecord
from switchcorr.store.visits import write_visits
from switchcorr.text import clean, counted, first_few

_log = logging.getLogger(__name__)
_NAMED = 5
_CLOCK_STEP = timedelta(seconds=1)
"""The command's clock shows whole seconds: a visit of the same second is not one of the future."""


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """A folder, and the store it goes into.

    Attributes:
        now: no visit is later.
    """

    directory: Path
    place: StorePlace
    now: datetime
    settings: Settings = field(default_factory=Settings)


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of a folder.

    Attributes:
        visits: how many visits ended how.
        failed: devices whose visit brought nothing.
        late: devices whose visit is older than what is known of them.
        quarantined: outputs that could not be used, with the reason.
        raw_bytes: captured text that was kept, before packing.
    """

    sweep: str
    visits: Mapping[VisitOutcome, int]
    failed: tuple[str, ...] = ()
    late: tuple[str, ...] = ()
    quarantined: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    raw_bytes: int = 0

    @property
    def is_partial(self) -> bool:
        """Whether something of the folder is missing in the store."""
        return bool(self.failed or self.late or self.quarantined)


def import_folder(request: ImportRequest, progress: Progress = say_nothing) -> ImportOutcome:
    """Take a folder of captures into the store.

    Raises:
        InputFileError: no such folder, or nothing in it can be used.
        StoreError: the store cannot be written.
    """
    with request.place.open(write=True) as store:
        outcome = import_into(store, request.place.files(), request, progress)
    _log.info(
        "store: %s: %s",
        outcome.sweep,
        ", ".join(f"{count} {kind.value}" for kind, count in sorted(outcome.visits.items(), key=lambda one: one[0].value)),
    )
    return outcome


def import_sweep(request: ImportRequest, progress: Progress = say_nothing) -> ImportOutcome:
    """Take the folder of a sweep that has just ended into the store.

    Raises:
        StoreError: the store cannot be written; it tells where the captures are, and what takes them later.
    """
    try:
        return import_folder(request, progress)
    except StoreError as error:
        later = (
            f"What was captured is kept; `switchcorr store import {quote(str(request.directory))}` takes it once the store can be written."
        )
        raise StoreError(f"{error.message} {later}", hint=error.hint, context=error.context) from error


@collector_paused()
def import_into(store: Store, raw: RawFiles, request: ImportRequest, progress: Progress) -> ImportOutcome:
    """The same for a store that is open."""
    _refuse_several(request.directory)
    accounts, sweep = _accounts(request.directory)
    snapshot = _snapshot(request, progress, is_sweep=bool(accounts))
    if not snapshot.devices and not accounts:
        if only_logs(request.directory):
            raise InputFileError(meant_for_ingest(request.directory))
        raise InputFileError(
            f"{request.directory}: nothing in it could be used.", hint="`switchcorr doctor` and docs/captures.md say what is read."
        )
    times = {name: _time_of(facts, accounts.get(name), request.now) for name, facts in snapshot.devices.items()}
    kept: dict[str, RawText] = {}
    for number, (name, files) in enumerate(_texts(snapshot, accounts).items(), start=1):
        facts = snapshot.devices.get(name)
        kept[name] = raw.keep(_described(_scrubbed(files, facts), facts, times.get(name)))
        progress("captured text", number, len(snapshot.devices))
    records = records_of(snapshot, accounts, sweep, times=times, texts=kept)
    told: list[tuple[VisitRecord, VisitOutcome]] = []
    for one in write_visits(store, records):
        told.append(one)
        progress("store", len(told), len(records))
    return ImportOutcome(
        sweep=sweep.name,
        visits=Counter(outcome for _, outcome in told),
        failed=tuple(record.device for record, _ in told if record.tables is None),
        late=tuple(record.device for record, outcome in told if outcome is VisitOutcome.LATE),
        quarantined=tuple(_quarantined(snapshot)),
        warnings=snapshot.warnings,
        raw_bytes=sum(text.size for text in kept.values()),
    )


def _refuse_several(directory: Path) -> None:
    """Refuse a folder of sweeps: taken as one, their outputs would be those of one visit, and what changed in between would be lost."""
    sweeps = sweeps_in(directory)
    if sweeps:
        commands = first_few([f"`switchcorr store import {quote(str(folder))}`" for folder in sweeps], _NAMED)
        raise InputFileError(
            f"{directory}: holds {counted(len(sweeps), 'sweep')}, each with its own visits.",
            hint=f"Take each, the oldest first: {commands}.",
        )


def _snapshot(request: ImportRequest, progress: Progress, *, is_sweep: bool) -> Snapshot:
    """What the folder holds; of a sweep that no device answered, nothing."""
    try:
        return read_snapshot(request.directory, request.settings, progress)
    except InputFileError:
        if not is_sweep:
            raise
        return Snapshot({})


def _accounts(directory: Path) -> tuple[dict[str, VisitAccount], SweepName]:
    """How the visits of a sweep went, also of one that still runs; nothing for a folder of captures."""
    manifest = read_manifest(directory)
    if manifest is None:
        return {}, SweepName(directory.resolve().name)
    journal = read_journal(directory)
    found = {name: journal.get(name, told) for name, told in manifest.devices.items()}
    return {name: account for name, account in found.items() if account is not None}, SweepName(manifest.sweep, manifest.started_at)


def _time_of(facts: DeviceFacts, account: VisitAccount | None, now: datetime) -> datetime:
    """When a device was visited: by our clock, else by what was written down, else by its files; never later than now."""
    told = account.started_at if account is not None and account.started_at is not None else facts.taken_at
    if told is not None and told < now + _CLOCK_STEP:
        return told
    written = [Path(output.file).stat().st_mtime for output in facts.outputs if Path(output.file).is_file()]
    return min(now, datetime.fromtimestamp(max(written, default=now.timestamp()), UTC))


def _texts(snapshot: Snapshot, accounts: Mapping[str, VisitAccount]) -> dict[str, dict[str, bytes]]:
    """The files of each device, by name. A file that cannot be read stands among the outputs already."""
    outputs: dict[str, list[OutputAccount]] = {name: list(facts.outputs) for name, facts in snapshot.devices.items()}
    for account in snapshot.files:
        if account.device in outputs or account.device in accounts:
            outputs.setdefault(account.device, []).append(account)
    found: dict[str, dict[str, bytes]] = {}
    for name, accounts_of in outputs.items():
        paths = {Path(output.file) for output in accounts_of}
        paths |= {path.parent / CAPTURE_JSON for path in paths}
        files = dict(_read_all(sorted(path for path in paths if path.is_file())))
        if files:
            found[name] = files
    return found


def _read_all(paths: Iterable[Path]) -> Iterable[tuple[str, bytes]]:
    """Name and unpacked content of files; of a second file of one name the number stands before the dot."""
    seen: Counter[str] = Counter()
    for path in paths:
        try:
            data = read_bytes(path)
        except InputFileError as error:
            _log.warning("store: %s", error)
            continue
        name = clean(path.name, limit=200).replace("/", "_").removesuffix(".gz").removesuffix(".zst")
        seen[name] += 1
        yield (name if seen[name] == 1 else f"{Path(name).stem}.{seen[name]}{Path(name).suffix}"), data


def _scrubbed(files: Mapping[str, bytes], facts: DeviceFacts | None) -> dict[str, bytes]:
    """The files without what the rules of a sweep take out: a show-tech file or a terminal log holds configurations."""
    platform = platform_named(facts.platform) if facts is not None else None
    rules = (platform.scrub if platform is not None else ()) or ALL_RULES
    return {name: scrub(data, rules) for name, data in files.items()}


def _described(files: Mapping[str, bytes], facts: DeviceFacts | None, at: datetime | None) -> Mapping[str, bytes]:
    """The files with a ``capture.json``, so that whoever reads them again knows what they are of, and how its time is known."""
    if CAPTURE_JSON in files or facts is None or at is None:
        return files
    guessed = "files" if facts.taken_at is None else ""
    notes = {"device": facts.device, "platform": facts.platform, "host": facts.address, "taken_at": stamp(at), "taken_at_from": guessed}
    return {**files, CAPTURE_JSON: json.dumps({key: value for key, value in notes.items() if value}).encode()}


def _quarantined(snapshot: Snapshot) -> Iterable[OutputAccount]:
    accounts = [*snapshot.files, *(output for facts in snapshot.devices.values() for output in facts.outputs)]
    return (account for account in accounts if account.state is OutputState.QUARANTINED and account.reason != NEVER_ASKED)
