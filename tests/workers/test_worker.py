"""A worker of one site on a real queue; the devices are names, and what becomes of a visit is in the test's hand."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pytest

from switchcorr.errors import UsageError
from switchcorr.workers.queue import WorkQueue
from switchcorr.workers.slices import Member, Share, shares_of
from switchcorr.workers.tables import REFUSALS_TO_STOP
from switchcorr.workers.worker import Heard, Order, SliceOutcome, Visits, Worker, WorkerOptions, cron_of

_NAMES = tuple(f"acc-{number:02}" for number in range(50))


def answered(order: Order, _: Heard) -> SliceOutcome:
    return SliceOutcome(dict.fromkeys(order.devices, "answered"), is_whole=True)


@dataclass
class Names:
    """A site whose switches are names."""

    visit: Callable[[Order, Heard], SliceOutcome] = answered
    names: tuple[str, ...] = _NAMES
    in_store: dict[str, str] = field(default_factory=dict)
    name: str = "oslo"
    orders: list[Order] = field(default_factory=list)
    stopped: int = 0
    hour: int = 8

    def sweep_name(self) -> str:
        self.hour += 1
        return f"{self.name} at {self.hour}"

    def members(self) -> Sequence[Member]:
        return [Member(name, name, "the same") for name in self.names]

    def shares(self) -> Sequence[Share]:
        return shares_of(8, 8, 8)

    def stored(self, sweep: str, devices: Sequence[str]) -> Mapping[str, str]:
        assert sweep == f"{self.name} at {self.hour}"
        return {name: status for name, status in self.in_store.items() if name in devices}

    @contextlib.contextmanager
    def visits(self, order: Order, heard: Heard) -> Iterator[Visits]:
        self.orders.append(order)
        yield Visits(lambda: self.visit(order, heard), self.stop)

    def stop(self) -> None:
        self.stopped += 1


def _work(site: Names, database: str) -> tuple[dict[str, object], list[tuple[str, int]], list[str]]:
    """Work until nothing waits; the newest sweep, the jobs that are left by their status, and what was told."""
    told: list[str] = []
    conninfo = database.replace("+psycopg", "")

    async def run() -> tuple[dict[str, object], list[tuple[str, int]]]:
        async with WorkQueue(conninfo, site.name).opened() as other:
            assert await other.queue_plan()
            assert not await other.queue_plan(), "one waits already"
        await Worker(site, WorkerOptions(once=True, tell=told.append), WorkQueue(conninfo, site.name, "w:1")).run()
        async with WorkQueue(conninfo, site.name).opened() as other:
            sweeps, jobs = await other.state(1)
        return dict(sweeps[0]), [(str(row["status"]), int(row["jobs"])) for row in jobs]

    sweep, jobs = asyncio.run(run())
    return sweep, jobs, told


def test_some_of_each_login_go_first_and_then_every_device_once(database: str) -> None:
    site = Names()
    sweep, jobs, told = _work(site, database)
    assert (sweep["state"], sweep["visited"], sweep["answered"], jobs) == ("done", 50, 50, [])
    first, *rest = site.orders
    assert (first.devices, first.to_stop) == (_NAMES[:3], REFUSALS_TO_STOP)
    assert {order.to_stop for order in rest} == {1}
    assert sorted(name for order in site.orders for name in order.devices) == list(_NAMES)
    assert "sweep oslo at 9: 50 devices" in told
    assert "oslo at 9: 3 visited (3 answered)" in told


def test_what_a_slice_leaves_waits_again_and_what_it_did_is_accounted_for(database: str) -> None:
    def half(order: Order, heard: Heard) -> SliceOutcome:
        return SliceOutcome({order.devices[0]: "answered"}, is_whole=False) if len(order.devices) == 20 else answered(order, heard)

    sweep, jobs, told = _work(Names(half), database)
    assert (sweep["state"], sweep["visited"]) == ("running", 3 + 1 + 1 + 7)
    assert jobs == [("todo", 2)]
    assert told.count("oslo at 9: 1 visited (1 answered)") == 2


def test_what_is_in_the_store_or_gone_from_the_inventory_is_not_visited(database: str) -> None:
    site = Names(in_store={"acc-10": "partial", "acc-11": "answered"})

    def shrinking(order: Order, heard: Heard) -> SliceOutcome:
        if len(site.names) == len(_NAMES) and "acc-03" in order.devices:
            site.names = tuple(name for name in _NAMES if name != "acc-40")  # it is dealt out already, in a later slice
        return answered(order, heard)

    site.visit = shrinking
    sweep, jobs, _ = _work(site, database)
    visited = {name for order in site.orders for name in order.devices}
    assert set(_NAMES) - visited == {"acc-10", "acc-11", "acc-40"}
    assert (sweep["state"], sweep["visited"], jobs) == ("done", 50, [])


def test_refused_logins_in_a_row_stop_the_sweep_and_the_next_one_until_it_is_released(database: str) -> None:
    def refusing(order: Order, heard: Heard) -> SliceOutcome:
        for name in order.devices:
            heard.refused(name)
        return SliceOutcome(dict.fromkeys(order.devices, "failed"), is_whole=False)

    site = Names(refusing)
    sweep, jobs, told = _work(site, database)
    assert (sweep["state"], sweep["refused"], jobs) == ("stopped", 3, [])
    assert [order.devices for order in site.orders] == [_NAMES[:3]]
    assert any("stopped after 3 refused logins" in sentence for sentence in told)
    _, _, told = _work(site, database)
    assert len(site.orders) == 1
    assert any("work release --site oslo" in sentence for sentence in told)

    async def release() -> tuple[bool, bool]:
        async with WorkQueue(database.replace("+psycopg", ""), site.name).opened() as queue:
            return await queue.release(), await queue.release()

    assert asyncio.run(release()) == (True, False)
    site.visit = answered
    sweep, _, _ = _work(site, database)
    assert sweep["visited"] == 50


@pytest.mark.parametrize(("every", "cron"), [("1m", "*/1 * * * *"), ("30m", "*/30 * * * *"), ("6h", "0 */6 * * *")])
def test_times_that_divide_an_hour_or_a_day(every: str, cron: str) -> None:
    assert cron_of(every) == cron
    assert WorkerOptions(every).every == every


@pytest.mark.parametrize("every", ["7m", "60m", "0m", "24h", "1d", "m", "-5m", "5", "٥m", "5 m"])
def test_other_times_are_refused_before_anything_runs(every: str) -> None:
    with pytest.raises(UsageError, match="not a time that divides"):
        WorkerOptions(every)
