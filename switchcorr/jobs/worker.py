"""The job ``worker``: sweeps the switches of a site together with other workers, through a queue in PostgreSQL.

A *plan* begins a sweep of the site: the first slice, which tries every login on some devices. Once these are visited, all others
are dealt out as slices (``workers.slices``), and any worker of the site takes them. Procrastinate gives each job to one worker, again if it
fails, and to another one if its worker shows no sign of life.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, TypeVar

from procrastinate import RetryStrategy
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.tasks import Task

from switchcorr.errors import ConfigurationError, LeaseLostError, UnfinishedError, UsageError
from switchcorr.jobs.stopping import Stop
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.worker_slice import Bench, Heard, SliceOutcome, already_stored, member_of, site_concurrency, visit_slice
from switchcorr.store.fence import Fence
from switchcorr.store.waiting import while_away
from switchcorr.workers.keeping import LeaseKeeper
from switchcorr.workers.queue import PLAN_TASK, VISIT_TASK, Lease, Row, SweepAccount, WorkQueue, lease_of, queue_name, work_errors
from switchcorr.workers.slices import Share, first_slice, shares_of, slices_of
from switchcorr.workers.tables import HOLDS, REFUSALS_TO_STOP

_log = logging.getLogger(__name__)
T = TypeVar("T")
LEASE_S = 30.0
ATTEMPTS = 20
AWAY_S = float("inf")
"""A worker waits for its server for ever: it has nothing else to do, and says that it waits."""
_RETRY_S = 2
_NOTED_WITHIN_S = 15
"""So long a slice waits until a refusal is written down; then it ends."""


@dataclass(frozen=True, slots=True)
class WorkerRequest:
    """What a worker is to do.

    Attributes:
        cron: when sweeps begin; empty begins none.
        once: end when nothing waits any more, instead of waiting for more.
        lease_s: seconds without a sign of life after which a worker's jobs go to others.
        tell: told a sentence when something happens.
    """

    bench: Bench
    cron: str = ""
    once: bool = False
    lease_s: float = LEASE_S
    tell: Callable[[str], None] = _log.info


def cron_of(every: str) -> str:
    """The times of ``--every``: minutes that divide an hour, or hours that divide a day.

    >>> cron_of("15m"), cron_of("1h")
    ('*/15 * * * *', '0 */1 * * *')

    Raises:
        UsageError: it is something else.
    """
    number, unit = every[:-1], every[-1:]
    most = {"m": 60, "h": 24}.get(unit, 0)
    if not number.isdecimal() or not number.isascii() or not most or not 0 < int(number) < most or most % int(number):
        raise UsageError(f"--every {every!r}: not a time that divides an hour or a day.", hint="Examples: 5m, 15m, 1h, 6h.")
    return f"*/{int(number)} * * * *" if unit == "m" else f"0 */{int(number)} * * *"


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


def run_worker(request: WorkerRequest) -> None:
    """Work until stopped (SIGINT, SIGTERM), or until nothing waits.

    Raises:
        StoreError: the server is away, or refuses.
        InventoryError: the inventory cannot be read.
        UsageError: it has no device of the site.
    """
    bench = request.bench
    bench.inventory()
    conninfo = conninfo_of(bench.place)
    with bench.place.open(write=True):
        pass

    def work() -> None:
        queue = WorkQueue(conninfo, bench.request.site, f"{socket.gethostname()}:{os.getpid()}")
        with work_errors(bench.place.url.shown):
            asyncio.run(_Worker(request, queue).run())

    while_away(work, wait_s=AWAY_S)


@dataclass(frozen=True, slots=True)
class _Slice:
    """A slice as it was taken: ``to_stop`` refused logins in a row end it."""

    lease: Lease
    devices: tuple[str, ...]
    share: Share
    to_stop: int


class _Worker:
    """One process of a site's workers."""

    def __init__(self, request: WorkerRequest, queue: WorkQueue) -> None:
        self._request = request
        self._bench = request.bench
        self._queue = queue
        self._site = request.bench.request.site
        self._visit: Task[..., Any, ...] = self._tasks()

    def _tasks(self) -> Task[..., Any, ...]:
        app, name = self._queue.app, queue_name(self._site)
        retry = RetryStrategy(max_attempts=ATTEMPTS, wait=_RETRY_S)
        plan = app.task(name=PLAN_TASK, queue=name, retry=retry, priority=1, pass_context=True)(self._plan)
        if self._request.cron:
            only = f"plan {self._site}"
            app.periodic(cron=self._request.cron, periodic_id=self._site, lock=only, queueing_lock=only)(plan)
        return app.task(name=VISIT_TASK, queue=name, retry=retry, pass_context=True)(self._slice)

    async def run(self) -> None:
        """Connect, take jobs, and watch over the other workers."""
        request = self._request
        async with self._queue.opened():
            request.tell(f"worker {self._queue.worker} for site {self._site}: ready; Ctrl-C ends it")
            async with self._watched():
                await self._queue.app.run_worker_async(
                    queues=[queue_name(self._site)],
                    name=self._queue.worker,
                    wait=not request.once,
                    fetch_job_polling_interval=min(5.0, request.lease_s / 3),
                    update_heartbeat_interval=request.lease_s / 3,
                    stalled_worker_timeout=request.lease_s,
                    install_signal_handlers=False,
                )

    @contextlib.asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        """While this lasts, signals end the worker in good order, and jobs of dead workers are taken over."""
        loop, own = asyncio.get_running_loop(), asyncio.current_task()

        def stopped() -> None:
            self._request.tell("ending: sessions are being closed, what is not done goes back to the queue")
            self._bench.stop()
            if own is not None:
                own.cancel()

        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stopped)
        watch = asyncio.ensure_future(self._take_over())
        try:
            yield
        except asyncio.CancelledError:
            if own is not None:
                own.uncancel()
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    async def _take_over(self) -> None:
        while True:
            try:
                taken = await self._queue.take_over(self._request.lease_s)
            except ConnectorException as error:
                _log.warning("worker: cannot look after the others: %s", error.__cause__ or error)
            else:
                if taken:
                    self._request.tell(f"a worker shows no sign of life: its {len(taken)} job{'s' * (len(taken) > 1)} wait again")
            await asyncio.sleep(self._request.lease_s / 3)

    async def _plan(self, context: JobContext, timestamp: int) -> None:  # noqa: ARG002  # Procrastinate tells when it was due
        """Begin a sweep of the site, unless the last one is still under way or was stopped by refused logins."""
        last = await self._queue.last_sweep()
        if last is not None and last.state == "stopped" and not last.released:
            self._request.tell(f"no sweep: {last.name} was stopped by refused logins; `switchcorr work release --site {self._site}`")
            return
        if await self._queue.overrun():
            self._request.tell("no sweep: the last one is still under way")
            return
        inventory = self._bench.inventory()
        members = [member_of(device) for device in inventory.devices]
        name = f"{self._site} {self._bench.request.clock():%Y%m%dT%H%M%S.%fZ}"
        if not await self._queue.renew(lease_of(context.job)):
            return
        await self._queue.begin_sweep(name, len(members))
        await self._deal_out(name, (first_slice(members),), first=True)
        self._request.tell(f"sweep {name}: {len(members)} device{'s' * (len(members) != 1)}")
        await self._queue.app.job_manager.delete_old_jobs(nb_hours=72, queue=queue_name(self._site), include_failed=True)

    async def _deal_out(self, sweep: str, slices: Sequence[tuple[str, ...]], *, first: bool = False) -> None:
        """Queue slices, each in a lane. Dealt out again they get the same lanes, so no two of the same devices run together."""
        settings = self._bench.settings
        most = site_concurrency(self._bench.inventory(), self._site, settings)
        shares = shares_of(most, settings.jump_concurrency, settings.logins_a_second)
        for number, devices in enumerate(slices):
            share = shares[number % len(shares)]
            job = self._visit.configure(lock=f"{self._site} lane {share.lane}")
            await job.defer_async(sweep=sweep, devices=list(devices), share=asdict(share), first=first)

    async def _slice(self, context: JobContext, sweep: str, devices: list[str], share: dict[str, Any], *, first: bool) -> None:
        """Visit what is still open of a slice; after the first one, deal out the rest."""
        account = await self._queue.sweep(sweep)
        if account is None or account.state == "stopped":
            return
        task = _Slice(lease_of(context.job), tuple(devices), Share(**share), REFUSALS_TO_STOP if first else 1)
        try:
            await self._visit_open(account, task)
        except LeaseLostError as error:
            self._request.tell(f"{sweep}: {error.message}")
            raise
        after = await self._queue.sweep(sweep)
        if first and after is not None and after.state == "running":
            members = [member_of(device) for device in self._bench.inventory().devices]
            await self._deal_out(sweep, slices_of(members, without=devices))

    async def _visit_open(self, account: SweepAccount, task: _Slice) -> None:
        """Visit the devices of a slice that nobody has visited yet.

        Raises:
            UnfinishedError: some are left.
            LeaseLostError: the slice was given to another worker meanwhile.
        """
        names = await self._open_devices(account, task.devices)
        if not names:
            return
        outcome = await self._visited(account, task, names)
        await self._queue.note_visits(account, outcome.statuses)
        self._request.tell(f"{account.name}: {_counted(outcome.statuses)}")
        after = await self._queue.sweep(account.name)
        if after is not None and after.state == "stopped":
            self._request.tell(f"{account.name}: stopped after {REFUSALS_TO_STOP} refused logins in a row; see `switchcorr work show`")
        elif not outcome.is_whole:
            raise UnfinishedError(f"{account.name}: {len(names) - len(outcome.statuses)} devices wait again.")

    async def _open_devices(self, account: SweepAccount, devices: Sequence[str]) -> list[str]:
        """The devices that are still to be visited; those that are in the store, or gone from the inventory, are accounted for."""
        stored = await asyncio.to_thread(already_stored, self._bench, account.name, devices)
        if stored:
            await self._queue.note_visits(account, stored)
        known = {device.name for device in self._bench.inventory().devices}
        gone = {name: "gone" for name in devices if name not in known}
        if gone:
            _log.warning("worker: no longer in the inventory: %s", ", ".join(sorted(gone)))
            await self._queue.note_visits(account, gone)
        done = await self._queue.visited(account)
        return [name for name in devices if name not in done]

    async def _visited(self, account: SweepAccount, task: _Slice, names: Sequence[str]) -> SliceOutcome:
        """Visit devices as long as the lease is held; what they answered goes into the store only if it is held then."""
        stop = Stop()
        bench = replace(self._bench, stop=stop, place=replace(self._bench.place, fence=fence_of(task.lease)))
        keeper = LeaseKeeper(self._queue, task.lease, self._request.lease_s, stop, self._request.tell)
        heard = self._heard(account, asyncio.get_running_loop())
        self._bench.stop.listen(stop)
        try:
            async with keeper.kept():
                run = partial(visit_slice, bench, account.name, names, share=task.share, to_stop=task.to_stop, heard=heard)
                return await asyncio.to_thread(run)
        finally:
            self._bench.stop.forget(stop)

    def _heard(self, account: SweepAccount, loop: asyncio.AbstractEventLoop) -> Heard:
        """Notes logins from the thread of a slice."""

        def refused(device: str) -> None:
            asyncio.run_coroutine_threadsafe(self._queue.note_refusal(account, device), loop).result(_NOTED_WITHIN_S)

        def accepted() -> None:
            asyncio.run_coroutine_threadsafe(self._queue.note_accepted(account), loop)

        return Heard(refused, accepted)


def fence_of(lease: Lease) -> Fence:
    """What keeps visits out of the store that were made under a lease which is over."""
    return Fence(HOLDS, asdict(lease), "the lease is over, another worker has these devices")


def _counted(statuses: Mapping[str, str]) -> str:
    counts = sorted(Counter(statuses.values()).items())
    return f"{len(statuses)} visited" + (f" ({', '.join(f'{count} {status}' for status, count in counts)})" if counts else "")


def queue_sweep(place: StorePlace, site: str) -> bool:
    """Queue a sweep of a site, to begin at once; False if one waits already.

    Raises:
        StoreError: the server is away, or refuses.
    """

    async def run() -> bool:
        async with WorkQueue(conninfo_of(place), site).opened() as queue:
            lock = f"plan {site}"
            job = queue.app.configure_task(PLAN_TASK, queue=queue_name(site), lock=lock, queueing_lock=lock, priority=1)
            try:
                await job.defer_async(timestamp=0)
            except AlreadyEnqueued:
                return False
            return True

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


def work_state(place: StorePlace, site: str, *, most: int = 20) -> WorkState:
    """The newest sweeps of a site, or of all, and what waits.

    Raises:
        StoreError: the server is away, or refuses.
    """

    async def run() -> WorkState:
        async with WorkQueue(conninfo_of(place), site).opened() as queue:
            return WorkState(*await queue.state(most))

    return _asked(place, run)


def _asked(place: StorePlace, run: Callable[[], Coroutine[Any, Any, T]]) -> T:
    conninfo_of(place)
    with place.open(write=True):
        pass  # a server that is away or refuses is told at once, without the queue's patience
    with work_errors(place.url.shown):
        return asyncio.run(run())
