"""The door to Procrastinate: the queue of a site in the store's PostgreSQL, and the account of its sweeps.

Procrastinate brings jobs, locks, retries, periodic jobs and heartbeats of workers; this adds which sweep a job belongs to and what became
of its devices (``tables``). Its tables stand in the schema ``switchcorr_work``, apart from those of the store.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, LiteralString, cast

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException, NoResult
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager
from procrastinate.schema import SchemaManager
from psycopg_pool import PoolTimeout

from switchcorr.errors import StoreAwayError, StoreError
from switchcorr.text import clean
from switchcorr.workers import tables

CONNECT_S = 10
VISIT_TASK = "switchcorr visit"
PLAN_TASK = "switchcorr plan"
Row = Mapping[str, Any]


def queue_name(site: str) -> str:
    """The queue of a site."""
    return f"site {site}"


def plan_lock(site: str) -> str:
    """The lock of plans: one of a site waits or runs at a time."""
    return f"plan {site}"


@dataclass(frozen=True, slots=True)
class SweepAccount:
    """A sweep of a site that is under way or over.

    Attributes:
        state: ``running``, ``done``, ``stopped`` (by refused logins), ``incomplete`` (jobs failed, or were lost).
    """

    id: int
    name: str
    state: str
    released: bool


@dataclass(frozen=True, slots=True)
class Lease:
    """What a worker holds while it does a job: who takes the job over counts its attempts up, and the lease is over.

    Attributes:
        job: number of the job.
        attempt: how often it was begun before.
        worker: number of the worker; 0 if it has none any more, as nobody heard of it for too long.
    """

    job: int
    attempt: int
    worker: int


def lease_of(job: Job) -> Lease:
    """The lease by which a job was taken."""
    return Lease(job.id or 0, job.attempts, job.worker_id or 0)


class OwnJobs(JobManager):
    """Ends jobs, and gives them back, only as long as they are the worker's own.

    Procrastinate asks for the number of a job alone. A worker that comes back would end the job of who took it over, and free its lane
    for a third while the second still has sessions open.
    """

    async def finish_job(self, job: Job, status: Status, delete_job: bool) -> None:  # noqa: ARG002, FBT001  # Procrastinate's signature
        """Set a job's final state, if it is held; jobs are kept, and tidied up when the next sweep begins."""
        await self.connector.execute_query_async(tables.FINISH, status=status.value, **asdict(lease_of(job)))

    async def retry_job(
        self,
        job: Job,
        retry_at: datetime.datetime | None = None,
        priority: int | None = None,
        queue: str | None = None,
        lock: str | None = None,
    ) -> None:
        """Have a job wait again, if it is held; its priority, queue and lock stay as they are."""
        if priority is not None or queue is not None or lock is not None:
            raise ValueError("a job given back keeps its priority, queue and lock")
        at = retry_at or datetime.datetime.now(datetime.UTC)
        await self.connector.execute_query_async(tables.GIVE_BACK, at=at, **asdict(lease_of(job)))


@contextlib.contextmanager
def work_errors(shown: str) -> Iterator[None]:
    """Have errors of the queue told as errors of the store.

    Raises:
        StoreAwayError: the server is away.
        StoreError: it says no.
    """
    try:
        yield
    except (ConnectorException, PoolTimeout) as error:
        cause = error.__cause__ or error
        said = clean(" ".join(str(cause).split()) or type(cause).__name__, limit=300).rstrip(".")
        denied = "permission denied" in said
        hint = (
            "The user needs the right to create a schema once: `grant create on database NAME to USER`; or let its owner run "
            "`switchcorr work show` first."
            if denied
            else "Is the server up, and are host, port and user right?"
        )
        kind = StoreError if denied else StoreAwayError
        raise kind(f"{shown}: the queue of work cannot be used: {said}.", hint=hint) from error


class WorkQueue:
    """The queue and the account of one site, open as long as ``opened`` says.

    Args:
        conninfo: the URL for the driver, with its password.
        site: empty for all sites, to look only.
    """

    def __init__(self, conninfo: str, site: str, worker: str = "") -> None:
        self.site = site
        self.worker = worker
        self._connector = PsycopgConnector(
            conninfo=conninfo,
            min_size=1,
            max_size=6,
            timeout=CONNECT_S,
            kwargs={
                "options": f"-c search_path={tables.SCHEMA}",
                "connect_timeout": CONNECT_S,
                "application_name": "switchcorr worker",
            },
        )
        self.app = App(connector=self._connector)
        self.app.job_manager = OwnJobs(self._connector)

    @contextlib.asynccontextmanager
    async def opened(self) -> AsyncIterator[WorkQueue]:
        """Connect, and make the tables if they are not there."""
        async with self.app.open_async():
            await self._make_tables()
            yield self

    async def _make_tables(self) -> None:
        """All of them in one transaction, or none; whoever comes second waits and finds them made."""
        if (await self._one(tables.FIND))["made"]:
            return
        async with self._connector.pool.connection() as connection:
            await connection.execute(tables.BEFORE)
            cursor = await connection.execute(tables.FIND)
            made = await cursor.fetchone()
            if made is None or not made[0]:
                await connection.execute(SchemaManager.get_schema())
                await connection.execute(tables.TABLES)

    async def queue_plan(self) -> bool:
        """Queue a sweep of the site, to begin at once; False if one waits already."""
        lock = plan_lock(self.site)
        job = self.app.configure_task(PLAN_TASK, queue=queue_name(self.site), lock=lock, queueing_lock=lock, priority=1)
        try:
            await job.defer_async(timestamp=0)
        except AlreadyEnqueued:
            return False
        return True

    async def begin_sweep(self, name: str, devices: int) -> None:
        """Open the account of a sweep; one that is still open has lost its jobs and is incomplete."""
        await self._do(tables.FORGET, site=self.site)
        await self._one(tables.BEGIN_SWEEP, site=self.site, name=name, devices=devices)

    async def last_sweep(self) -> SweepAccount | None:
        """The newest sweep of the site."""
        rows = await self._all(tables.LAST_SWEEP, site=self.site)
        return _account(rows[0]) if rows else None

    async def sweep(self, name: str) -> SweepAccount | None:
        """The sweep of that name."""
        rows = await self._all(tables.SWEEP, site=self.site, name=name)
        return _account(rows[0]) if rows else None

    async def visited(self, sweep: SweepAccount) -> frozenset[str]:
        """Devices whose visit is over, or that refused a login: nobody visits them in this sweep any more."""
        return frozenset(row["device"] for row in await self._all(tables.VISITED, sweep=sweep.id))

    async def note_visits(self, sweep: SweepAccount, statuses: Mapping[str, str]) -> None:
        """Account for visits that are in the store, and end the sweep when all are."""
        told = sorted(statuses.items())
        await self._do(
            tables.NOTE_VISITS,
            sweep=sweep.id,
            worker=self.worker,
            devices=[name for name, _ in told],
            statuses=[status for _, status in told],
        )
        await self._do(tables.SETTLE, sweep=sweep.id)

    async def note_refusal(self, sweep: SweepAccount, device: str) -> None:
        """A login was refused: that device is not tried again, and after three in a row nobody is."""
        await self._do(tables.NOTE_REFUSAL, sweep=sweep.id, device=device, worker=self.worker, limit=tables.REFUSALS_TO_STOP)

    async def note_accepted(self, sweep: SweepAccount) -> None:
        """A login succeeded: refusals are no longer in a row."""
        await self._do(tables.NOTE_ACCEPTED, sweep=sweep.id)

    async def overrun(self) -> bool:
        """Whether slices of the last sweep are still open; then that is counted."""
        open_jobs = await self._one(tables.OPEN_JOBS, queue=queue_name(self.site), task=VISIT_TASK)
        if open_jobs["jobs"]:
            await self._do(tables.OVERRUN, site=self.site)
        return bool(open_jobs["jobs"])

    async def take_over(self, lease_s: float) -> tuple[int, ...]:
        """Give the jobs of workers without a sign of life for so long to others; their numbers."""
        rows = await self._all(tables.TAKE_OVER, queue=queue_name(self.site), lease_s=lease_s)
        return tuple(row["id"] for row in rows)

    async def renew(self, lease: Lease) -> bool:
        """Give a sign of life for a job; False if it was given to another."""
        return bool(await self._all(tables.RENEW, **asdict(lease)))

    async def release(self) -> bool:
        """Let the sweeps of a site go on that refused logins have stopped; whether they were."""
        return bool(await self._all(tables.RELEASE, site=self.site))

    async def state(self, most: int) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        """The newest sweeps, and the open jobs by queue and status."""
        queue = queue_name(self.site) if self.site else ""
        return tuple(await self._all(tables.STATE, site=self.site, most=most)), tuple(await self._all(tables.JOBS, queue=queue))

    async def _do(self, query: LiteralString, **arguments: object) -> None:
        await self._connector.execute_query_async(query, **cast("dict[str, Any]", arguments))

    async def _all(self, query: LiteralString, **arguments: object) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = await self._connector.execute_query_all_async(query, **cast("dict[str, Any]", arguments))
        return rows

    async def _one(self, query: LiteralString, **arguments: object) -> Row:
        try:
            row: Row = await self._connector.execute_query_one_async(query, **cast("dict[str, Any]", arguments))
        except NoResult as error:  # every query of one row gives one
            raise StoreError("The queue of work gave no answer.") from error
        return row


def _account(row: Row) -> SweepAccount:
    return SweepAccount(row["id"], row["name"], row["state"], row["released"])
