"""A slice of a site's sweep: visits its devices, takes what they answered into the store, and accounts for them."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from switchcorr.collect.door import check_added
from switchcorr.collect.host_keys import KNOWN_HOSTS, HostKeys
from switchcorr.collect.progress import SweepEvent, VisitEnded
from switchcorr.collect.visiting import REFUSALS
from switchcorr.files import OwnFolder
from switchcorr.inventory.read import read_inventory
from switchcorr.inventory.selection import select
from switchcorr.jobs.stopping import Stop
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.sweep.drivers import open_drivers
from switchcorr.jobs.sweep.run import SweepRequest, run_sweep
from switchcorr.locks import folder_for_now, remove_left_folders
from switchcorr.model.inventory import Inventory, InventoryDevice
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings
from switchcorr.store.questions import visits_between
from switchcorr.store.waiting import while_away
from switchcorr.workers.slices import Member
from switchcorr.workers.worker import Heard, Order, SliceOutcome

_log = logging.getLogger(__name__)
SLICES = "slices"
_NOT_VISITED = (VisitStatus.SKIPPED, VisitStatus.CANCELLED)
_TAKEN_OVER_WITHIN = timedelta(days=1)
"""How far back visits of the same sweep are looked for in the store."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What a worker has to work with.

    Attributes:
        request: where inventory, state and secrets are; says which site.
        place: the store that all workers share.
        stop: ends what runs, in good order.
    """

    request: SweepRequest
    place: StorePlace
    settings: Settings
    stop: Stop

    def inventory(self) -> Inventory:
        """The devices of the site.

        Raises:
            InventoryError: the inventory cannot be read.
            UsageError: it has no device of the site.
        """
        request = self.request
        inventory = read_inventory(
            request.inventory or self.settings.inventory, environment=request.environment, check_command=check_added, ask=None
        )
        return select(inventory, sites=(request.site,), collector=self.settings.collector)


def member_of(device: InventoryDevice) -> Member:
    """A device as far as dealing it out goes."""
    way = " ".join(f"{hop.host}:{hop.port}" for hop in device.jumps)
    logins = [(device.username, str(device.password), *map(str, device.keys)), *((hop.host, str(hop)) for hop in device.jumps)]
    return Member(device.name, f"{way} {device.host}:{device.port}", repr(logins))


def site_concurrency(inventory: Inventory, site: str, settings: Settings) -> int:
    """Most visits of a site at the same time, over all workers."""
    own = inventory.site_concurrency.get(site, settings.site_concurrency)
    return min(own, settings.concurrency) if own else settings.concurrency


def already_stored(bench: Bench, sweep: str, names: Iterable[str]) -> dict[str, str]:
    """Devices of which the store has a visit in this sweep: a worker died between writing and accounting for them."""
    wanted, now = frozenset(names), bench.request.clock()
    with bench.place.open(write=True) as store:
        visits = visits_between(store, now - _TAKEN_OVER_WITHIN, now)
    return {
        visit.device: visit.status.value
        for visit in visits
        if visit.sweep == sweep and visit.device in wanted and visit.status not in _NOT_VISITED
    }


def remove_left_slices(bench: Bench) -> None:
    """Remove the folders that killed workers of this state directory left: captures that are in no store, and nobody else looks for.

    Raises:
        InputFileError: they cannot be removed.
    """
    files = remove_left_folders(bench.request.state_dir / SLICES)
    if files:
        _log.info("worker: removed %d files that killed workers left", files)


def visit_slice(bench: Bench, order: Order, heard: Heard) -> SliceOutcome:
    """Visit devices and take what they answered into the store.

    Raises:
        SwitchcorrError: the sweep cannot begin, or the store cannot be written.
    """
    share = order.share
    settings = replace(bench.settings, concurrency=share.concurrency, jump_concurrency=share.jumps, logins_a_second=share.logins_a_second)
    with OwnFolder.at(bench.request.state_dir / SLICES) as home, folder_for_now(home) as own:
        request = replace(
            bench.request,
            state_dir=own.path,
            out=own.path / "captures",
            limit=",".join(order.devices),
            name=order.sweep,
            failures_to_stop=order.to_stop,
        )
        keys = HostKeys(bench.request.state_dir / KNOWN_HOSTS, settings.host_keys)
        outcome = run_sweep(request, settings=settings, watch=_listening(heard), stop=bench.stop, drivers=open_drivers(keys))
        captured = ImportRequest(outcome.folder, bench.place, bench.request.clock(), settings)
        while_away(lambda: import_folder(captured))
    return SliceOutcome(_statuses(outcome.visits), outcome.state is SweepState.DONE)


def _listening(heard: Heard) -> Callable[[SweepEvent], None]:
    def watch(event: SweepEvent) -> None:
        if not isinstance(event, VisitEnded):
            return
        visit = event.visit
        if visit.failure is not None and visit.failure.kind in REFUSALS:
            heard.refused(visit.device)
        elif visit.commands:
            heard.accepted()

    return watch


def _statuses(visits: Iterable[VisitAccount]) -> dict[str, str]:
    return {visit.device: visit.status.value for visit in visits if visit.status not in _NOT_VISITED}
