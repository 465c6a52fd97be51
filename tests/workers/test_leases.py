"""Workers that come back: stopped or cut off, taken for dead, replaced, and then there again. What they did meanwhile is in no result."""

from __future__ import annotations

import signal
from collections import Counter
from pathlib import Path

import pytest

from switchcorr.errors import LeaseLostError
from switchcorr.lab.journal import Kind
from switchcorr.lab.ssh_server import LabServer, LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.store.fence import Fence
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.url import StoreUrl, parse_url
from tests.store.visiting import record, tables, write_visit
from tests.workers.conftest import Office
from tests.workers.cutting import Way
from tests.workers.test_workers import answers, asked, most_at_once, stored, until

NAMES = tuple(f"acc-{number:02}" for number in range(12))
FIRST = 3
"""Devices of the first slice; the others are one slice, which the worker is stopped in."""
SITE = {"site_concurrency": 8}


def closed(lab: LabServer) -> int:
    """Visits that are over."""
    return len({entry.switch for entry in lab.journal.entries if entry.kind is Kind.CLOSED})


def busy(lab: LabServer) -> bool:
    """Whether some devices of the second slice were visited, and others are not yet."""
    return FIRST < closed(lab) < len(NAMES) - 2


def queued(office: Office) -> None:
    assert office.run("work", "queue", "--site", "oslo").returncode == 0


def is_done(office: Office) -> bool:
    return bool(asked(office, "select state from work_sweep") == "done")


def test_a_worker_that_was_stopped_stores_nothing_of_what_others_took_over(tmp_path: Path, database: str) -> None:
    with LabThread([LabSwitch(name, answers, think_s=0.05) for name in NAMES]) as lab:
        office = Office(tmp_path, lab, NAMES, database, SITE).write()
        queued(office)
        stopped = office.worker("--lease", "2")
        try:
            until(lambda: busy(lab), "it is in the midst of a slice")
            stopped.send(signal.SIGSTOP)
            office.worker("--lease", "2")
            until(lambda: is_done(office), "another worker ends the sweep")
            before = stored(office)
            stopped.send(signal.SIGCONT)
            until(lambda: "Nothing was stored" in stopped.told, "it notices")
        finally:
            office.end()
        assert before == stored(office) == Counter(NAMES)
        assert asked(office, "select count(distinct worker) from work_visit where device >= 'acc-03'") == 1
        assert asked(office, "select count(*) from procrastinate_jobs where status <> 'succeeded'") == 0


def test_a_worker_that_is_cut_off_lets_go_of_its_devices_before_others_have_them(tmp_path: Path, database: str) -> None:
    server = Path(parse_url(database).url.query["host"])  # type: ignore[arg-type]  # one host
    with LabThread([LabSwitch(name, answers, think_s=0.15) for name in NAMES]) as lab, Way(server, tmp_path / "way").there() as way:
        office = Office(tmp_path, lab, NAMES, database, SITE).write()
        queued(office)
        cut_off = office.worker("--lease", "6", database=database.replace(str(server), str(way.folder)))
        try:
            until(lambda: busy(lab), "it is in the midst of a slice")
            way.cut()
            office.worker("--lease", "6")
            until(lambda: is_done(office), "another worker ends the sweep")
            assert "no sign of life could be given in time" in cut_off.told
            way.mend()
            until(lambda: "Nothing was stored" in cut_off.told, "it notices")
        finally:
            way.mend()
            office.end()
        most, at_one = most_at_once(lab.journal)
        assert stored(office) == Counter(NAMES)
    assert most <= SITE["site_concurrency"]
    assert at_one == 1


def test_a_lease_that_was_taken_before_a_visit_is_stored_keeps_it_out(url: StoreUrl) -> None:
    with open_store(url) as store, store.writing() as connection:
        connection.exec_driver_sql("create table held (job integer)")
        connection.exec_driver_sql("insert into held values (7)")
    fence = Fence("select job from held where job = :job for share", {"job": 7}, "the lease is over")
    with open_store(url, OpenOptions(fence=fence)) as fenced, open_store(url) as other:
        write_visit(fenced, record(1, tables(), device="acc-1"))
        with other.writing() as connection:
            connection.exec_driver_sql("delete from held")
        with pytest.raises(LeaseLostError, match="Nothing was stored: the lease is over"):
            write_visit(fenced, record(2, tables(), device="acc-1"))
        with other.reading() as connection:
            assert connection.exec_driver_sql("select count(*) from visit").scalar() == 1
