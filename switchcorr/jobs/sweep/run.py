"""The job ``sweep``: inventory and credentials in, captures and a manifest out, with an account of every device."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from switchcorr.captures.sweep_folder import SweepManifest
from switchcorr.collect.door import check_added
from switchcorr.collect.failures import next_steps
from switchcorr.collect.host_keys import KNOWN_HOSTS, HostKeys
from switchcorr.collect.limits import Planned, SweepLimits
from switchcorr.collect.progress import DeviceParsed, SweepEvent, SweepStarted, VisitEnded, VisitPaused
from switchcorr.collect.session import OpenSession
from switchcorr.collect.sweep import SweepResult, sweep
from switchcorr.collect.visiting import REFUSALS, SweepClock
from switchcorr.errors import InputFileError, SweepError, UsageError
from switchcorr.files import OwnFolder
from switchcorr.inventory.credentials import Credentials, fleet_logins
from switchcorr.inventory.read import read_inventory
from switchcorr.inventory.selection import select
from switchcorr.jobs.stopping import Stop, stop_event
from switchcorr.jobs.sweep.drivers import open_drivers
from switchcorr.jobs.sweep.parse import Parsing
from switchcorr.jobs.sweep.plan import Knowledge, canaries_first, choose_driver, limits_of, maskers_of, plan_visits
from switchcorr.jobs.sweep.records import Beginning, SweepRecords
from switchcorr.jobs.sweep.request import PlannedCommand, SweepOutcome, SweepPlan, SweepRequest, Watch
from switchcorr.jobs.sweep.resume import Resumed, find_resumed
from switchcorr.jobs.sweep.state import (
    SWEEPS,
    LastSweep,
    learn,
    only_sweep,
    read_last_sweep,
    read_learned,
    write_last_sweep,
    write_learned,
)
from switchcorr.model.inventory import Driver, Inventory, InventoryDevice
from switchcorr.model.sweep import ParseAccount, SweepState, VisitAccount, old_algorithms
from switchcorr.model.visit import VisitStatus
from switchcorr.platforms import platform_named
from switchcorr.settings import Settings
from switchcorr.text import clean, first_few

__all__ = ["PlannedCommand", "Stop", "SweepOutcome", "SweepPlan", "SweepRequest", "Watch", "plan_sweep", "run_sweep"]

_log = logging.getLogger(__name__)
LEAST_FREE_MB = 200
_NAMES_SHOWN = 5


def say_nothing(event: SweepEvent) -> None:
    """A ``Watch`` for those who do not watch."""


def plan_sweep(request: SweepRequest, *, settings: Settings) -> SweepPlan:
    """What a sweep would ask; connects to nothing and follows no reference to a secret.

    Raises:
        InventoryError: the inventory cannot be read.
        UsageError: the selection leaves no device.
    """
    inventory = _inventory(request, settings)
    learned = read_learned(request.state_dir)
    rows: list[PlannedCommand] = []
    for device in inventory.devices:
        known = learned.get(device.name)
        name = device.platform or (known.platform if known is not None and known.host == device.host else "")
        platform = platform_named(name)
        declared = [command.text for command in platform.commands if command.sweep] if platform else ["show version"]
        driver = choose_driver(device.driver, name, platform)
        rows += [
            PlannedCommand(device.name, device.host, device.port, device.site, name, driver, command)
            for command in dict.fromkeys((*declared, *device.commands))
            if not request.commands or command in request.commands
        ]
    return SweepPlan(tuple(rows), len(inventory.devices), inventory.warnings)


def run_sweep(
    request: SweepRequest,
    *,
    settings: Settings,
    watch: Watch = say_nothing,
    stop: Stop | None = None,
    drivers: Mapping[Driver, OpenSession] | None = None,
) -> SweepOutcome:
    """Visit the devices of the inventory, keep what they answer, parse it, and account for every device.

    Args:
        watch: told what happens, in this thread.
        stop: ends the sweep in good order; SIGINT and SIGTERM do so too while this runs in the main thread.
        drivers: what opens sessions; None is the real ones.

    Raises:
        InventoryError: the inventory cannot be read.
        UsageError: the selection leaves no device.
        SweepError: another sweep runs, the disk is nearly full, there is nothing to resume.
        InputFileError: a folder or file of the sweep cannot be written.
    """
    began = time.monotonic()
    now = request.clock()
    inventory = _inventory(request, settings)
    resumed = find_resumed(request.state_dir, request.resume_from) if request.resume else None
    folder = resumed.folder if resumed is not None else _new_folder(request, now)
    with OwnFolder.at(request.state_dir) as state, only_sweep(state, folder):
        _check_room(folder)
        job = _Job(request, settings, inventory, resumed, now, lambda: time.monotonic() - began)
        real = open_drivers(HostKeys(state.path / KNOWN_HOSTS, settings.host_keys)) if drivers is None else drivers
        with OwnFolder.at(folder) as root:
            outcome = job.run(state, root, _Outside(watch, stop, real))
    _log.info(
        "sweep: %d devices, %d answered, %d bytes in %.1f s", len(outcome.visits),
        sum(visit.status is VisitStatus.ANSWERED for visit in outcome.visits), sum(visit.size for visit in outcome.visits), outcome.seconds,
    )  # fmt: skip
    return outcome


def _inventory(request: SweepRequest, settings: Settings) -> Inventory:
    inventory = read_inventory(
        request.inventory or settings.inventory, environment=request.environment, check_command=check_added, ask=request.ask
    )
    _check_permitted(request.algorithms, inventory)
    return select(
        inventory, limit=_given(request.limit), groups=_given(request.group), sites=_given(request.site), collector=settings.collector
    )


def _check_permitted(algorithms: Mapping[str, object], inventory: Inventory) -> None:
    """Refuse a permission for a device that there is none of: it would have no effect.

    Raises:
        UsageError: the inventory has no such device.
    """
    names = [device.name for device in inventory.devices]
    for name in sorted(algorithms.keys() - set(names)):
        near = get_close_matches(name, names, n=1)
        hint = f"Is {near[0]} meant?" if near else "It takes the name under which the inventory has the device."
        raise UsageError(f"--algorithms {clean(name, limit=80)}: no device of the inventory has that name.", hint=hint)


def _given(text: str) -> tuple[str, ...]:
    return (text,) if text else ()


def _new_folder(request: SweepRequest, now: datetime) -> Path:
    """Where the captures of a new sweep go.

    Raises:
        SweepError: a sweep is there already.
    """
    if request.out is not None:
        if (request.out / "manifest.json").exists():
            hint = f"Give another folder, or complete that sweep: `switchcorr sweep --resume {request.out}`."
            raise SweepError(f"{request.out} holds a sweep already.", hint=hint)
        return request.out
    name = now.strftime("%Y%m%dT%H%M%SZ")
    places = (request.state_dir / SWEEPS / (f"{name}-{number}" if number else name) for number in range(1000))
    return next(place for place in places if not place.exists())


def _check_room(folder: Path) -> None:
    """Refuse to begin what would not fit.

    Raises:
        SweepError: it would not.
    """
    place = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    free_mb = shutil.disk_usage(place).free // 1024**2
    if free_mb < LEAST_FREE_MB:
        hint = "Make room, or send the captures elsewhere with --out DIR."
        raise SweepError(f"Only {free_mb} MB are free at {place}; a sweep needs at least {LEAST_FREE_MB}.", hint=hint)


@dataclass(frozen=True, slots=True)
class _Outside:
    """What a sweep meets outside of files: those who watch, those who end it, the drivers."""

    watch: Watch
    stop: Stop | None
    drivers: Mapping[Driver, OpenSession]


@dataclass(frozen=True, slots=True)
class _Job:
    """One run, from the moment when it is clear which devices are meant and where the captures go.

    Attributes:
        seconds: since it began.
    """

    request: SweepRequest
    settings: Settings
    inventory: Inventory
    resumed: Resumed | None
    now: datetime
    seconds: Callable[[], float]

    def run(self, state: OwnFolder, root: OwnFolder, outside: _Outside) -> SweepOutcome:
        last = read_last_sweep(self.request.state_dir)
        learned = read_learned(self.request.state_dir)
        cautious = (last is not None and last.state is SweepState.STOPPED) or (self.resumed is not None and self.resumed.was_stopped)
        before = self.resumed.accounts if self.resumed is not None else {}
        devices = self._wanted()
        logins = fleet_logins(devices, Credentials(self.request.environment, ask=self.request.ask))
        self.request.hide(logins.secrets())
        knowledge = Knowledge(learned, before, self.request.algorithms, self.request.commands)
        planned, without = plan_visits(devices, logins, self.settings, knowledge)
        if cautious and last is not None:
            planned = canaries_first(planned, last.refused)
        limits = limits_of(self.settings, self.inventory, cautious=cautious, seed=int(self.now.timestamp()))
        limits = replace(limits, failures_to_stop=self.request.failures_to_stop)
        records = SweepRecords(root, self._beginning(without), maskers_of(planned))
        records.begin()
        where = str(root.path.resolve())
        unproven = LastSweep(where, SweepState.STOPPED, last.refused if last is not None else ())
        write_last_sweep(state, unproven if cautious else LastSweep(where, SweepState.RUNNING))
        with Parsing(workers=self.settings.parse_workers, timeout_s=self.settings.parse_timeout_s) as parsing:
            desk = _Desk(root.path, records, parsing, outside, parses=self.request.parse)
            result = asyncio.run(self._visit(planned, without, limits, desk))
        manifest, unwritten = records.end(result.state, self.request.clock())
        try:
            if not cautious or result.state is SweepState.STOPPED or any(visit.commands for visit in result.visits):
                write_last_sweep(state, LastSweep(where, manifest.state, _refused(result.visits)))
            write_learned(state, learn(learned, result.visits))
        except InputFileError as error:  # a full disk: what was captured, and the way on, are told all the same
            unwritten = unwritten or str(error)
        return self._outcome(root.path, manifest, unwritten)

    def _wanted(self) -> list[InventoryDevice]:
        """The devices to be visited: of a resumed sweep those of its own that are open."""
        if self.resumed is None:
            return list(self.inventory.devices)
        return [device for device in self.inventory.devices if device.name in self.resumed.open]

    def _beginning(self, without: Iterable[VisitAccount]) -> Beginning:
        failed = {account.device: account for account in without}
        if self.resumed is None:
            names = dict.fromkeys(device.name for device in self.inventory.devices)
            name = self.request.name or self.now.strftime("%Y%m%dT%H%M%SZ")
            return Beginning(name, self.now, {**names, **failed}, {})
        accounts = {**dict.fromkeys(self.resumed.names), **self.resumed.accounts, **failed}
        return Beginning(self.resumed.sweep, self.resumed.started_at, accounts, self.resumed.folders)

    async def _visit(
        self, planned: tuple[Planned, ...], without: tuple[VisitAccount, ...], limits: SweepLimits, desk: _Desk
    ) -> SweepResult:
        """Visit, and parse what was visited."""
        watch = desk.tell
        watch(SweepStarted(self.seconds(), desk.sweep, len(planned) + len(without), str(desk.folder)))
        for account in without:
            watch(VisitEnded(self.seconds(), account))
        desk.listen(self.seconds)
        with stop_event(desk.outside.stop) as stop:
            result = await sweep(
                planned,
                open_session=desk.outside.drivers,
                limits=limits,
                saving=desk.records.saving,
                watch=desk.note,
                clock=SweepClock(self.request.clock, self.seconds),
                stop=stop,
            )
            await desk.finish(stop)
        return result

    def _outcome(self, folder: Path, manifest: SweepManifest, unwritten: str) -> SweepOutcome:
        visits = tuple(account for account in manifest.devices.values() if account is not None)
        waiting = sorted(name for name, account in manifest.devices.items() if account is None)
        warnings = [*self.inventory.warnings, *_old_algorithms(visits)]
        if unwritten:
            warnings.append(unwritten)
        if waiting:
            warnings.append(f"Still waiting for a visit, because this call left them out: {first_few(sorted(waiting), _NAMES_SHOWN)}.")
        return SweepOutcome(
            sweep=manifest.sweep,
            folder=folder,
            state=manifest.state,
            started_at=manifest.started_at,
            ended_at=manifest.ended_at or self.now,
            seconds=round(self.seconds(), 3),
            visits=tuple(sorted(visits, key=lambda visit: visit.device)),
            steps=next_steps(visits),
            warnings=tuple(warnings),
        )


@dataclass(slots=True)
class _Desk:
    """Where everything that a running sweep tells comes in: it is written down, handed to the parsers, and told on.

    Attributes:
        parses: whether text is parsed at all.
        heard: whether whoever watches can still be told.
    """

    folder: Path
    records: SweepRecords
    parsing: Parsing
    outside: _Outside
    parses: bool = True
    heard: bool = True

    @property
    def sweep(self) -> str:
        return self.records.sweep

    def listen(self, seconds: Callable[[], float]) -> None:
        """Note and tell what the parsers say; have them parse what an earlier run left."""

        def told(device: str, parse: ParseAccount) -> None:
            self.records.parsed(device, parse)
            self.tell(DeviceParsed(seconds(), device, parse))

        self.parsing.listen(told)
        for device in self.records.unparsed():
            self._parse(device)

    def note(self, event: SweepEvent) -> None:
        if isinstance(event, VisitPaused):
            event = replace(event, why=self.records.mask(event.device, event.why))
        if isinstance(event, VisitEnded):
            event = replace(event, visit=self.records.masked(event.visit))
            self.records.visited(event.visit)
            if event.visit.commands and event.visit.attempts:
                self._parse(event.visit.device)
        self.tell(event)

    def tell(self, event: SweepEvent) -> None:
        """Tell on what happens. When nobody can hear it any more (a closed pipe), the sweep goes on without a word."""
        if not self.heard:
            return
        try:
            self.outside.watch(event)
        except OSError as error:
            _log.warning("sweep: what happens can no longer be told: %s", error)
            self.heard = False

    async def finish(self, stop: asyncio.Event) -> None:
        """Wait for the parsers; once the sweep is to end, for no more of them."""
        finished = asyncio.ensure_future(self.parsing.finish())
        stopped = asyncio.ensure_future(stop.wait())
        await asyncio.wait({finished, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            self.parsing.give_up()
        stopped.cancel()
        await finished

    def _parse(self, device: str) -> None:
        if self.parses:
            self.parsing.parse(device, self.folder / self.records.folder_of(device))


def _refused(visits: Iterable[VisitAccount]) -> tuple[str, ...]:
    return tuple(visit.device for visit in visits if visit.failure is not None and visit.failure.kind in REFUSALS)


def _old_algorithms(visits: Iterable[VisitAccount]) -> list[str]:
    """Sentences on devices that were reached with SSH algorithms that are no longer safe."""
    return [
        f"Reached with old SSH algorithms ({profile.value}), which can be read by others: {first_few(sorted(names), _NAMES_SHOWN)}."
        for profile, names in old_algorithms(visits).items()
    ]
