"""One process of a site's workers: takes jobs from the queue, and watches over the other workers.

A *plan* begins a sweep of the site: the first slice, which tries every login on some devices. Once these are visited, all others
are dealt out as slices (``slices``), and any worker of the site takes them. Procrastinate gives each job to one worker, again if it
fails, and to another one if its worker shows no sign of life. How devices are visited, and where what they answer goes, is not known here.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from typing import Any, Protocol

from procrastinate import RetryStrategy
from procrastinate.exceptions import ConnectorException
from procrastinate.job_context import JobContext
from procrastinate.tasks import Task

from switchcorr.errors import LeaseLostError, UnfinishedError, UsageError
from switchcorr.text import counted
from switchcorr.workers.keeping import LeaseKeeper
from switchcorr.workers.queue import PLAN_TASK, VISIT_TASK, Lease, SweepAccount, WorkQueue, lease_of, plan_lock, queue_name
from switchcorr.workers.slices import Member, Share, first_slice, slices_of
from switchcorr.workers.tables import REFUSALS_TO_STOP

_log = logging.getLogger(__name__)
LEASE_S = 30.0
ATTEMPTS = 20
_RETRY_S = 2
_NOTED_WITHIN_S = 15
"""So long a slice waits until a refusal is written down; then it ends."""


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


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker is to work.

    Attributes:
        every: how often sweeps begin, as in ``cron_of``; empty begins none.
        once: end when nothing waits any more, instead of waiting for more.
        lease_s: seconds without a sign of life after which a worker's jobs go to others.
        tell: told a sentence when something happens.

    Raises:
        UsageError: no sweep can begin every so often.
    """

    every: str = ""
    once: bool = False
    lease_s: float = LEASE_S
    tell: Callable[[str], None] = _log.info

    def __post_init__(self) -> None:
        if self.every:
            cron_of(self.every)


@dataclass(frozen=True, slots=True)
class Heard:
    """Whom a slice tells of logins, at once.

    Attributes:
        refused: a device refused; returns when that is written down.
        accepted: a device let us in.
    """

    refused: Callable[[str], None]
    accepted: Callable[[], None]


@dataclass(frozen=True, slots=True)
class SliceOutcome:
    """How a slice ended.

    Attributes:
        statuses: of each device that was visited; they are in the store.
        is_whole: whether all were visited.
    """

    statuses: dict[str, str]
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Order:
    """Devices that are to be visited now.

    Attributes:
        sweep: name of the site's sweep that they are part of.
        share: what may be done at the same time.
        to_stop: refused logins in a row that end the slice.
        lease: under which it is done; what is not stored while it holds is not stored at all.
    """

    sweep: str
    devices: tuple[str, ...]
    share: Share
    to_stop: int
    lease: Lease


@dataclass(frozen=True, slots=True)
class Visits:
    """The visits of an order.

    Attributes:
        run: makes them, and returns when what was answered is in the store; blocks.
        end: has ``run`` end in good order; may be called from any thread.
    """

    run: Callable[[], SliceOutcome]
    end: Callable[[], None]


class Site(Protocol):
    """What a worker needs of its site. What blocks for long (``stored``, and ``run`` of visits) is called from a thread of its own."""

    @property
    def name(self) -> str:
        """The site's."""

    def sweep_name(self) -> str:
        """For a sweep that begins now."""

    def members(self) -> Sequence[Member]:
        """The devices of the site, as its inventory has them now."""

    def shares(self) -> Sequence[Share]:
        """What each lane may do, of what the site allows now."""

    def stored(self, sweep: str, devices: Sequence[str]) -> Mapping[str, str]:
        """Those of the devices whose visit in that sweep is in the store, with its status."""

    def visits(self, order: Order, heard: Heard) -> AbstractContextManager[Visits]:
        """Visits that can be made as long as the context lasts."""

    def stop(self) -> None:
        """End all visits in good order."""


class Worker:
    """One process of a site's workers."""

    def __init__(self, site: Site, options: WorkerOptions, queue: WorkQueue) -> None:
        self._site = site
        self._options = options
        self._queue = queue
        self._visit: Task[..., Any, ...] = self._tasks()

    def _tasks(self) -> Task[..., Any, ...]:
        app, name = self._queue.app, queue_name(self._site.name)
        retry = RetryStrategy(max_attempts=ATTEMPTS, wait=_RETRY_S)
        plan = app.task(name=PLAN_TASK, queue=name, retry=retry, priority=1, pass_context=True)(self._plan)
        if self._options.every:
            only = plan_lock(self._site.name)
            app.periodic(cron=cron_of(self._options.every), periodic_id=self._site.name, lock=only, queueing_lock=only)(plan)
        return app.task(name=VISIT_TASK, queue=name, retry=retry, pass_context=True)(self._slice)

    async def run(self) -> None:
        """Connect, take jobs, and watch over the other workers."""
        options = self._options
        async with self._queue.opened():
            options.tell(f"worker {self._queue.worker} for site {self._site.name}: ready; Ctrl-C ends it")
            async with self._watched():
                await self._queue.app.run_worker_async(
                    queues=[queue_name(self._site.name)],
                    name=self._queue.worker,
                    wait=not options.once,
                    fetch_job_polling_interval=min(5.0, options.lease_s / 3),
                    update_heartbeat_interval=options.lease_s / 3,
                    stalled_worker_timeout=options.lease_s,
                    install_signal_handlers=False,
                )

    @contextlib.asynccontextmanager
    async def _watched(self) -> AsyncIterator[None]:
        """While this lasts, signals end the worker in good order, and jobs of dead workers are taken over."""
        loop, own = asyncio.get_running_loop(), asyncio.current_task()

        def stopped() -> None:
            self._options.tell("ending: sessions are being closed, what is not done goes back to the queue")
            self._site.stop()
            if own is not None:
                own.cancel()

        is_kept = signal.getsignal(signal.SIGHUP) is signal.SIG_IGN  # under nohup
        for number in (signal.SIGINT, signal.SIGTERM, *(() if is_kept else (signal.SIGHUP,))):
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
                taken = await self._queue.take_over(self._options.lease_s)
            except ConnectorException as error:
                _log.warning("worker: cannot look after the others: %s", error.__cause__ or error)
            else:
                if taken:
                    self._options.tell(f"a worker shows no sign of life: its {len(taken)} job{'s' * (len(taken) > 1)} wait again")
            await asyncio.sleep(self._options.lease_s / 3)

    async def _plan(self, context: JobContext, timestamp: int) -> None:  # noqa: ARG002  # Procrastinate tells when it was due
        """Begin a sweep of the site, unless the last one is still under way or was stopped by refused logins."""
        last = await self._queue.last_sweep()
        if last is not None and last.state == "stopped" and not last.released:
            self._options.tell(f"no sweep: {last.name} was stopped by refused logins; `switchcorr work release --site {self._site.name}`")
            return
        if await self._queue.overrun():
            self._options.tell("no sweep: the last one is still under way")
            return
        members = self._site.members()
        name = self._site.sweep_name()
        if not await self._queue.renew(lease_of(context.job)):
            return
        await self._queue.begin_sweep(name, len(members))
        await self._deal_out(name, (first_slice(members),), first=True)
        self._options.tell(f"sweep {name}: {len(members)} device{'s' * (len(members) != 1)}")
        await self._queue.app.job_manager.delete_old_jobs(nb_hours=72, queue=queue_name(self._site.name), include_failed=True)

    async def _deal_out(self, sweep: str, slices: Sequence[tuple[str, ...]], *, first: bool = False) -> None:
        """Queue slices, each in a lane. Dealt out again they get the same lanes, so no two of the same devices run together."""
        shares = self._site.shares()
        for number, devices in enumerate(slices):
            share = shares[number % len(shares)]
            job = self._visit.configure(lock=f"{self._site.name} lane {share.lane}")
            await job.defer_async(sweep=sweep, devices=list(devices), share=asdict(share), first=first)

    async def _slice(self, context: JobContext, sweep: str, devices: list[str], share: dict[str, Any], *, first: bool) -> None:
        """Visit what is still open of a slice; after the first one, deal out the rest."""
        account = await self._queue.sweep(sweep)
        if account is None or account.state == "stopped":
            return
        order = Order(sweep, tuple(devices), Share(**share), REFUSALS_TO_STOP if first else 1, lease_of(context.job))
        try:
            await self._visit_open(account, order)
        except LeaseLostError as error:
            self._options.tell(f"{sweep}: {error.message}")
            raise
        after = await self._queue.sweep(sweep)
        if first and after is not None and after.state == "running":
            await self._deal_out(sweep, slices_of(self._site.members(), without=devices))

    async def _visit_open(self, account: SweepAccount, order: Order) -> None:
        """Visit the devices of a slice that nobody has visited yet.

        Raises:
            UnfinishedError: some are left.
            LeaseLostError: the slice was given to another worker meanwhile.
        """
        names = await self._open_devices(account, order.devices)
        if not names:
            return
        outcome = await self._visited(account, replace(order, devices=tuple(names)))
        await self._queue.note_visits(account, outcome.statuses)
        self._options.tell(f"{account.name}: {_counted(outcome.statuses)}")
        after = await self._queue.sweep(account.name)
        if after is not None and after.state == "stopped":
            self._options.tell(f"{account.name}: stopped after {REFUSALS_TO_STOP} refused logins in a row; see `switchcorr work show`")
        elif not outcome.is_whole:
            raise UnfinishedError(f"{account.name}: {counted(len(names) - len(outcome.statuses), 'device')} to be visited again.")

    async def _open_devices(self, account: SweepAccount, devices: Sequence[str]) -> list[str]:
        """The devices that are still to be visited; those that are in the store, or gone from the inventory, are accounted for."""
        stored = await asyncio.to_thread(self._site.stored, account.name, devices)
        if stored:
            await self._queue.note_visits(account, stored)
        known = {member.name for member in self._site.members()}
        gone = {name: "gone" for name in devices if name not in known}
        if gone:
            _log.warning("worker: no longer in the inventory: %s", ", ".join(sorted(gone)))
            await self._queue.note_visits(account, gone)
        done = await self._queue.visited(account)
        return [name for name in devices if name not in done]

    async def _visited(self, account: SweepAccount, order: Order) -> SliceOutcome:
        """Visit devices as long as the lease is held; what they answered goes into the store only if it is held then."""
        heard = self._heard(account, asyncio.get_running_loop())
        with self._site.visits(order, heard) as visits:
            keeper = LeaseKeeper(self._queue, order.lease, self._options.lease_s, visits.end, self._options.tell)
            async with keeper.kept():
                return await asyncio.to_thread(visits.run)

    def _heard(self, account: SweepAccount, loop: asyncio.AbstractEventLoop) -> Heard:
        """Notes logins from the thread of a slice."""

        def refused(device: str) -> None:
            asyncio.run_coroutine_threadsafe(self._queue.note_refusal(account, device), loop).result(_NOTED_WITHIN_S)

        def accepted() -> None:
            asyncio.run_coroutine_threadsafe(self._queue.note_accepted(account), loop)

        return Heard(refused, accepted)


def _counted(statuses: Mapping[str, str]) -> str:
    counts = sorted(Counter(statuses.values()).items())
    return f"{len(statuses)} visited" + (f" ({', '.join(f'{count} {status}' for status, count in counts)})" if counts else "")
