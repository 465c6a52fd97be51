"""The job ``worker``: sweeps the switches of a site together with other workers, through a queue in PostgreSQL."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Callable, Coroutine, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from switchcorr.errors import ConfigurationError
from switchcorr.jobs.stopping import Stop
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.worker_slice import Bench, already_stored, member_of, remove_left_slices, site_concurrency, visit_slice
from switchcorr.store.fence import Fence
from switchcorr.store.waiting import while_away
from switchcorr.workers.queue import Lease, Row, WorkQueue, work_errors
from switchcorr.workers.slices import Member, Share, shares_of
from switchcorr.workers.tables import HOLDS
from switchcorr.workers.worker import Heard, Order, Visits, Worker, WorkerOptions

T = TypeVar("T")
AWAY_S = float("inf")
"""A worker waits for its server for ever: it has nothing else to do, and says that it waits."""


def conninfo_of(place: StorePlace) -> str:
    """Where the queue is: in the PostgreSQL of the store.

    Raises:
        ConfigurationError: the store is a file.
    """
    if place.url.file is not None:
        raise ConfigurationError(
            f"{place.url.shown}: workers share a PostgreSQL store; this one is a file.",
            hint="Give --store postgresql+psycopg://USER@HOST/DATABASE, or sweep from one machine: `switchcorr sweep --store`.",
        )
    return place.url.url.set(drivername="postgresql").render_as_string(hide_password=False)


def run_worker(bench: Bench, options: WorkerOptions) -> None:
    """Work until stopped (SIGINT, SIGTERM, SIGHUP), or until nothing waits.

    Raises:
        StoreError: the server is away, or refuses.
        InventoryError: the inventory cannot be read.
        UsageError: it has no device of the site.
        InputFileError: what a killed worker left cannot be removed.
    """
    bench.inventory()
    conninfo = conninfo_of(bench.place)
    remove_left_slices(bench)
    with bench.place.open(write=True):
        pass

    def work() -> None:
        queue = WorkQueue(conninfo, bench.request.site, f"{socket.gethostname()}:{os.getpid()}")
        with work_errors(bench.place.url.shown):
            asyncio.run(Worker(_SiteOfBench(bench), options, queue).run())

    while_away(work, wait_s=AWAY_S)


@dataclass(frozen=True, slots=True)
class _SiteOfBench:
    """A site as a worker needs it: its inventory, its visits and the store into which they go."""

    bench: Bench

    @property
    def name(self) -> str:
        return self.bench.request.site

    def sweep_name(self) -> str:
        return f"{self.name} {self.bench.request.clock():%Y%m%dT%H%M%S.%fZ}"

    def members(self) -> Sequence[Member]:
        return [member_of(device) for device in self.bench.inventory().devices]

    def shares(self) -> Sequence[Share]:
        settings = self.bench.settings
        most = site_concurrency(self.bench.inventory(), self.name, settings)
        return shares_of(most, settings.jump_concurrency, settings.logins_a_second)

    def stored(self, sweep: str, devices: Sequence[str]) -> dict[str, str]:
        return already_stored(self.bench, sweep, devices)

    @contextlib.contextmanager
    def visits(self, order: Order, heard: Heard) -> Iterator[Visits]:
        """Visits that end when the worker is stopped, too; what they answer goes into the store only while the lease holds."""
        stop = Stop()
        bench = replace(self.bench, stop=stop, place=replace(self.bench.place, fence=fence_of(order.lease)))
        self.bench.stop.listen(stop)
        try:
            yield Visits(partial(visit_slice, bench, order, heard), stop)
        finally:
            self.bench.stop.forget(stop)

    def stop(self) -> None:
        self.bench.stop()


def fence_of(lease: Lease) -> Fence:
    """What keeps visits out of the store that were made under a lease which is over."""
    return Fence(HOLDS, asdict(lease), "the lease is over, another worker has these devices")


def queue_sweep(place: StorePlace, site: str) -> bool:
    """Queue a sweep of a site, to begin at once; False if one waits already.

    Raises:
        StoreError: the server is away, or refuses.
    """

    async def run() -> bool:
        async with WorkQueue(conninfo_of(place), site).opened() as queue:
            return await queue.queue_plan()

    return _asked(place, run)


def release_site(place: StorePlace, site: str) -> bool:
    """Let the sweeps of a site go on that refused logins have stopped; False if none had.

    Raises:
        StoreError: the server is away, or refuses.
    """

    async def run() -> bool:
        async with WorkQueue(conninfo_of(place), site).opened() as queue:
            return await queue.release()

    return _asked(place, run)


@dataclass(frozen=True, slots=True)
class WorkState:
    """The state of the shared work.

    Attributes:
        sweeps: the newest first.
        jobs: open and failed ones by queue and status.
    """

    sweeps: tuple[Row, ...]
    jobs: tuple[Row, ...]


def work_state(place: StorePlace, site: str) -> WorkState:
    """The newest twenty sweeps of a site, or of all, and what waits.

    Raises:
        StoreError: the server is away, or refuses.
    """

    async def run() -> WorkState:
        async with WorkQueue(conninfo_of(place), site).opened() as queue:
            return WorkState(*await queue.state(20))

    return _asked(place, run)


def _asked(place: StorePlace, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    conninfo_of(place)
    with place.open(write=True):
        pass  # a server that is away or refuses is told at once, without the queue's patience
    with work_errors(place.url.shown):
        return asyncio.run(run())
