"""The sweep: visits all devices within the limits, keeps every answer, and ends in good order whatever happens.

It knows no files, no inventory and no wall clock: drivers, saving and clocks are given to it. One task a running visit; the loop in
``_Sweep.run`` begins what the schedule permits and sleeps until something changes.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from switchcorr.collect.breaker import Breaker
from switchcorr.collect.limits import Planned, Schedule, SweepLimits
from switchcorr.collect.progress import SweepEvent, SweepStopping, VisitEnded, VisitPaused
from switchcorr.collect.session import OpenSession
from switchcorr.collect.visiting import DeviceVisit, Saving, Surroundings, SweepClock, unsaved
from switchcorr.collect.writing import Writers
from switchcorr.errors import SwitchcorrError
from switchcorr.model.inventory import Driver
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus

_INTERRUPTED = Failure(FailureKind.INTERRUPTED, "The sweep was interrupted.", "`switchcorr sweep --resume` goes on where it ended.")


class StopEvent(Protocol):
    """What ``asyncio.Event`` offers to those who wait for it."""

    async def wait(self) -> object:
        """Return when the sweep is to end."""


@dataclass(frozen=True, slots=True)
class SweepResult:
    """How all visits ended.

    Attributes:
        visits: sorted by device.
        why: why it ended early; empty if it did not.
    """

    state: SweepState
    visits: tuple[VisitAccount, ...]
    why: str = ""


async def sweep(
    devices: Sequence[Planned],
    *,
    open_session: Mapping[Driver, OpenSession],
    limits: SweepLimits,
    saving: Saving,
    watch: Callable[[SweepEvent], None],
    clock: SweepClock,
    stop: StopEvent,
) -> SweepResult:
    """Visit all devices.

    Args:
        devices: in the order wished; sites take turns.
        open_session: the drivers.
        saving: keeps every answer as soon as it is complete, in writer threads.
        watch: told what happens, in this thread; must return at once.
        stop: once it comes, no visit begins, running ones end with what they have, and all is over within ``limits.leave_s``.
    """
    with Writers() as writers:
        wake = asyncio.Event()
        around = Surroundings(
            open_session=open_session,
            saving=saving,
            watch=watch,
            clock=clock,
            limits=limits,
            breaker=Breaker(limit=limits.failures_to_stop, cautious=limits.cautious),
            write=writers.write,
            wake=wake.set,
        )
        return await _Sweep(devices, around, wake).run(stop)


class _Sweep:
    """One run: the visits that wait, run and are over."""

    def __init__(self, devices: Iterable[Planned], around: Surroundings, wake: asyncio.Event) -> None:
        self._around = around
        self._wake = wake
        self._schedule = Schedule(devices, around.limits, around.breaker)
        self._jitter = random.Random(around.limits.seed)  # noqa: S311  # spreads retries; nothing secret
        self._visits: dict[str, DeviceVisit] = {}
        self._tasks: dict[asyncio.Task[None], DeviceVisit] = {}
        self._accounts: list[VisitAccount] = []
        self._stopping: Failure | None = None

    async def run(self, stop: StopEvent) -> SweepResult:
        watcher = asyncio.ensure_future(self._watch_stop(stop))
        try:
            while self._stopping is None and (self._tasks or not self._schedule.is_empty):
                self._begin_all()
                await self._sleep(self._schedule.wait_s(asyncio.get_running_loop().time()))
            await self._wind_down()
        finally:
            for task in (watcher, *self._tasks):
                task.cancel()
            await asyncio.gather(watcher, *self._tasks, return_exceptions=True)
        state = SweepState.DONE if self._stopping is None else SweepState.INTERRUPTED
        state = SweepState.STOPPED if self._around.breaker.is_open else state
        visits = tuple(sorted(self._accounts, key=lambda account: account.device))
        return SweepResult(state, visits, self._stopping.message if self._stopping else "")

    async def _watch_stop(self, stop: StopEvent) -> None:
        await stop.wait()
        self._stop(_INTERRUPTED)
        for visit in self._tasks.values():
            visit.end(_INTERRUPTED)

    async def _sleep(self, seconds: float | None) -> None:
        """Until something changes, or so long."""
        try:
            async with asyncio.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return
        finally:
            self._wake.clear()

    def _begin_all(self) -> None:
        now = asyncio.get_running_loop().time()
        while (planned := self._schedule.take(now)) is not None:
            visit = self._visits.setdefault(planned.name, DeviceVisit(planned, self._around))
            task = asyncio.ensure_future(self._work(visit))
            self._tasks[task] = visit
            task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        del self._tasks[task]
        self._wake.set()

    async def _work(self, visit: DeviceVisit) -> None:
        """One attempt, and what follows from it. Whatever a driver does costs this device only."""
        try:
            await visit.attempt()
        except Exception as error:  # noqa: BLE001  # the per-device worker: a fault of a driver must not end the sweep
            told = f"{visit.planned.name}: the driver failed: {type(error).__name__}: {error}"
            visit.fail(Failure(FailureKind.DRIVER, told, "This is a fault of switchcorr; please report it."))
        loop = asyncio.get_running_loop()
        failure = visit.failure
        if failure is not None and failure.kind is FailureKind.REFUSED:
            self._schedule.rest(visit.planned, loop.time())
        self._schedule.release(visit.planned)
        pause_s = self._jitter.uniform(*self._around.limits.retry_pause_s)
        if failure is not None and self._stopping is None and visit.wants_retry(pause_s):
            self._schedule.put_back(visit.planned, not_before=loop.time() + pause_s)
            self._around.watch(VisitPaused(self._around.clock.seconds(), visit.planned.name, failure.message))
        else:
            await self._end(visit)
        self._look_at_breaker()

    async def _end(self, visit: DeviceVisit) -> None:
        account = visit.account()
        lost = visit.unsaved
        if lost is None:
            try:
                await self._around.write(lambda: self._around.saving.visit(account))
            except (SwitchcorrError, OSError) as error:
                visit.unsaved = lost = unsaved(account.device, error)
                account = visit.account()
        self._visits.pop(account.device, None)
        self._tell(account)
        if lost is not None and self._stopping is None:
            self._stop(lost)
            for other in self._tasks.values():
                other.end(Failure(lost.kind, "The visit was ended because nothing can be saved any more.", lost.hint))

    def _look_at_breaker(self) -> None:
        breaker = self._around.breaker
        if not breaker.is_open or self._stopping is not None:
            return
        names = ", ".join(breaker.refused)
        told = f"The sweep was stopped after {len(breaker.refused)} refused login{'s' * (len(breaker.refused) > 1)} in a row ({names})."
        hint = "Check user name and password where the inventory says they are, try one device by hand, then `switchcorr sweep --resume`."
        self._stop(Failure(FailureKind.STOPPED, told, hint))

    def _stop(self, why: Failure) -> None:
        if self._stopping is None or why.kind is FailureKind.INTERRUPTED:
            self._stopping = why
            self._around.watch(SweepStopping(self._around.clock.seconds(), why.message))
        self._wake.set()

    async def _wind_down(self) -> None:
        """Wait for what still runs; everything else is told as not visited."""
        while self._tasks and (self._stopping is None or self._stopping.kind is FailureKind.STOPPED):
            await self._sleep(None)
        await self._leave()
        if self._stopping is None:
            return
        paused, never = self._schedule.take_rest()
        for planned in paused:
            await self._end(self._visits[planned.name])
        for planned in never:
            self._tell(_skipped(planned, self._stopping))

    async def _leave(self) -> None:
        """Interrupted visits get the time that leaving may take; then they are cancelled."""
        leave_s = self._around.limits.leave_s
        for patience_s in (leave_s * 0.8, leave_s * 0.2):
            if self._tasks:
                _, late = await asyncio.wait(self._tasks, timeout=patience_s)
                for task in late:
                    task.cancel()
        for visit in list(self._tasks.values()):
            self._tell(visit.account())

    def _tell(self, account: VisitAccount) -> None:
        self._accounts.append(account)
        self._around.watch(VisitEnded(self._around.clock.seconds(), account))


def _skipped(planned: Planned, why: Failure) -> VisitAccount:
    """A device that was not visited; what it answered before the interruption of an earlier run is still there."""
    before = planned.before
    return VisitAccount(
        planned.name,
        VisitStatus.SKIPPED,
        host=planned.target.host,
        site=planned.device.site,
        platform=planned.device.platform,
        driver=planned.target.driver,
        commands=before.commands if before else {},
        sizes=before.sizes if before else {},
        failure=Failure(why.kind, f"Not visited: {why.message}", why.hint),
    )
