"""Several workers of one site, as processes, on one PostgreSQL, with real SSH: the work is shared, its limits and its results are one."""

from __future__ import annotations

import json
import signal
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Journal, Kind
from switchcorr.lab.ssh_server import LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.model.visit import VisitStatus
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import visits_between
from switchcorr.store.url import parse_url
from tests.labs import check_journal
from tests.workers.conftest import Office


def answers(command: str, visit: int) -> str | None:
    if command == "show version":
        return "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\n"
    return f"{command} has nothing to tell\n"


def until(true: Callable[[], bool], what: str, *, within_s: float = 90) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, what
        time.sleep(0.05)  # between two looks at a condition with a deadline


def state(office: Office) -> dict[str, Any]:
    told = office.run("work", "show", "--format", "json")
    assert told.returncode == 0, told.stderr
    document: dict[str, Any] = json.loads(told.stdout)
    return document


def asked(office: Office, query: str) -> Any:
    with psycopg.connect(office.database.replace("+psycopg", ""), options="-c search_path=switchcorr_work") as connection:
        row = connection.execute(query.encode()).fetchone()
    return row[0] if row else None


def most_at_once(journal: Journal) -> tuple[int, int]:
    """Most sessions at the same time: in all, and at one switch."""
    running: Counter[str] = Counter()
    most, most_at_one = 0, 0
    for entry in journal.entries:
        if entry.kind in (Kind.CONNECTED, Kind.CLOSED):
            running[entry.switch] += 1 if entry.kind is Kind.CONNECTED else -1
            most, most_at_one = max(most, running.total()), max(most_at_one, running[entry.switch])
    return most, most_at_one


def stored(office: Office) -> Counter[str]:
    now = datetime.now(UTC)
    with open_store(parse_url(office.database), OpenOptions(write=False)) as store:
        visits = visits_between(store, now - timedelta(hours=1), now)
    assert {visit.status for visit in visits} <= {VisitStatus.ANSWERED, VisitStatus.FAILED}
    return Counter(visit.device for visit in visits)


def test_three_workers_share_a_sweep_and_one_that_is_killed_is_replaced(tmp_path: Path, database: str) -> None:
    names = tuple(f"acc-{number:02}" for number in range(60))
    switches = [LabSwitch(name, answers, think_s=0.05) for name in names]
    with LabThread(switches) as lab:
        office = Office(tmp_path, lab, names, database, {"site_concurrency": 8}).write()
        assert office.run("work", "queue", "--site", "oslo").returncode == 0
        first, *_ = [office.worker("--lease", "2") for _ in range(3)]
        try:
            busy = "select count(distinct worker_id) from procrastinate_jobs where status = 'doing'"
            until(lambda: asked(office, busy) == 3, "three workers are busy")
            first.send(signal.SIGKILL)
            until(lambda: asked(office, "select state from work_sweep") == "done", "the sweep ends")
        finally:
            told = office.end()
        most, at_one = most_at_once(lab.journal)
        check_journal(lab.journal, switches)
        assert stored(office) == Counter(names)
        (sweep,) = state(office)["sweeps"]
    assert "no sign of life" in "".join(told)
    assert (sweep["visited"], sweep["answered"], sweep["state"]) == (60, 60, "done")
    assert most <= 8
    assert at_one == 1
    assert not list((tmp_path / "state" / "slices").glob("*/captures/*/*.part"))


def _with_text(slices: Path) -> set[Path]:
    """The folders of slices in which something was captured."""
    return {path.parents[2] for path in slices.glob("*/captures/*/*.txt")}


def test_a_worker_that_starts_removes_what_a_killed_one_left_and_nothing_of_one_that_lives(tmp_path: Path, database: str) -> None:
    names = tuple(f"acc-{number:02}" for number in range(30))
    slices = tmp_path / "state" / "slices"
    with LabThread([LabSwitch(name, answers, think_s=0.2) for name in names]) as lab:
        office = Office(tmp_path, lab, names, database, {"site_concurrency": 4}).write()
        assert office.run("work", "queue", "--site", "oslo").returncode == 0
        killed, _ = office.worker(), office.worker()
        try:
            until(lambda: len(_with_text(slices)) == 2, "both have captured something")
            before = _with_text(slices)
            killed.send(signal.SIGKILL)
            killed.ended()
            assert _with_text(slices) == before
            assert office.run("worker", "--site", "oslo", "--once").returncode == 0
            assert len(_with_text(slices) & before) == 1
        finally:
            office.end()
    assert [path.name for path in slices.iterdir()] == [".in-use"]


def test_an_expired_password_is_tried_three_times_by_all_workers_together_and_holds_the_site(tmp_path: Path, database: str) -> None:
    names = tuple(f"acc-{number:02}" for number in range(45))
    switches = [LabSwitch(name, answers) for name in names]
    with LabThread(switches) as lab:
        office = Office(tmp_path, lab, names, database).write(password="WRONG")
        assert office.run("work", "queue", "--site", "oslo").returncode == 0
        office.worker()
        office.worker()
        try:
            until(lambda: asked(office, "select state from work_sweep") == "stopped", "the sweep is stopped")
            assert office.run("work", "queue", "--site", "oslo").returncode == 0
            waiting = "select count(*) from procrastinate_jobs where status in ('todo', 'doing')"
            until(lambda: asked(office, waiting) == 0, "nothing waits")
        finally:
            told = office.end()
        assert lab.journal.passwords_received() == 3
        assert max(lab.journal.passwords_received(name) for name in names) == 1
        assert asked(office, "select count(*) from work_sweep") == 1
        assert "was stopped by refused logins" in "".join(told)
        assert "work release --site oslo" in office.run("work", "show", "--format", "table").stderr
        released = office.run("work", "release", "--site", "oslo")
        assert (released.returncode, office.run("work", "release", "--site", "oslo").returncode) == (0, 2)


def test_a_device_that_refuses_is_left_alone_when_its_slice_is_gone_on_with(tmp_path: Path, database: str) -> None:
    names = tuple(f"acc-{number:02}" for number in range(30))
    odd = "acc-20"
    switches = [LabSwitch(name, answers, fault=Fault.WRONG_PASSWORD if name == odd else Fault.NONE) for name in names]
    with LabThread(switches) as lab:
        office = Office(tmp_path, lab, names, database).write()
        assert office.run("work", "queue", "--site", "oslo").returncode == 0
        office.worker()
        try:
            until(lambda: asked(office, "select state from work_sweep") == "done", "the sweep ends")
        finally:
            office.end()
        (sweep,) = state(office)["sweeps"]
        assert lab.journal.passwords_received(odd) == 1
    assert (sweep["visited"], sweep["answered"], sweep["refused"]) == (30, 29, 1)


def test_a_file_is_no_store_for_workers_and_an_absent_server_is_told(tmp_path: Path, database: str) -> None:
    with LabThread([LabSwitch("acc-01", answers)]) as lab:
        office = Office(tmp_path, lab, ("acc-01",), database).write()
        on_file = office.run("work", "queue", "--site", "oslo", "--store", str(tmp_path / "x.db"))
        away = office.run("work", "show", "--store", "postgresql+psycopg://u:hunter2@127.0.0.1:1/calls")
        wrong = office.run("worker", "--site", "nowhere", "--once")
        odd = office.run("worker", "--site", "oslo", "--every", "7m")
    assert (on_file.returncode, away.returncode, wrong.returncode, odd.returncode) == (2, 1, 2, 2)
    assert "workers share a PostgreSQL store" in on_file.stderr
    assert "hunter2" not in away.stderr
    assert "Is the server up" in away.stderr
    assert "nowhere" in wrong.stderr
    assert "--every '7m'" in odd.stderr
