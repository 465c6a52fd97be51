"""Sweeps, ingests and audits of one store, killed at random points: what was acknowledged is there, nothing is half or double, the next starts at once."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.captures.sweep_folder import read_journal
from switchcorr.jobs.lab import write_inventory
from switchcorr.jobs.store.importing import ImportRequest, import_folder
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.jobs.store.upkeep import check_store, reparse_store
from switchcorr.lab.campus import LabCampus, build_lab_campus
from switchcorr.lab.demo import START, silent_loss
from switchcorr.lab.event_log import background_drops, write_event_log
from switchcorr.lab.site import Manners, site_switches
from switchcorr.lab.ssh_server import LabThread
from switchcorr.model.visit import VisitStatus
from switchcorr.store.audits import runs
from switchcorr.store.events import events_between
from switchcorr.store.incidents import incidents_between
from switchcorr.store.questions import visits_between
from switchcorr.store.url import parse_url
from tests.audit.forked import COMMANDS, request_of
from tests.notify.receivers import Hook, web_hook
from tests.store.visiting import contents

DAY, STEP = timedelta(days=1), timedelta(minutes=20)
SLOWEST_START_S = 5.0
"""Bound on the next start, from the goal for a store that was killed."""
_DEADLINE_S = 120.0


@dataclass
class Ground:
    """One store, what is written into it, and what was acknowledged."""

    directory: Path
    campus: LabCampus
    hook: Hook
    lines: list[tuple[datetime, str]]
    now: datetime = START + timedelta(hours=8)
    acknowledged: Counter[str] = field(default_factory=Counter)
    ends: Counter[str] = field(default_factory=Counter)
    slowest_start_s: float = 0.0

    @property
    def place(self) -> StorePlace:
        return request_of(self.directory, self.hook.url, self.now).place

    def go_on(self) -> None:
        """Time passes, and the log grows by whole lines."""
        self.now += STEP
        text = "".join(line for at, line in self.lines if at <= self.now)
        log = self.directory / "CiscoSyslog"
        with log.open("a") as file:
            file.write(text[log.stat().st_size :])


def _lines(campus: LabCampus, scratch: Path, days: int) -> list[tuple[datetime, str]]:
    """A log with a card that fails every morning."""
    chance = random.Random(8)
    drops = background_drops(campus, start=START, days=days, per_phone_a_day=0.4, random_=chance)
    card = [phone for phone in campus.device("acc-001").phones if phone.interface.startswith("GigabitEthernet2/")]
    for day in range(days):
        drops += silent_loss(card, START + timedelta(days=day, hours=9), share=0.8, random_=chance)
    write_event_log(scratch, drops, ())
    moments = sorted([*(one.at for one in drops), *(one.at + one.back_after for one in drops if one.back_after is not None)])
    return list(zip(moments, scratch.read_text().splitlines(keepends=True), strict=True))


@contextmanager
def ground_in(directory: Path, days: int) -> Iterator[Ground]:
    every = build_lab_campus(switches=2, phones_a_module=6)
    campus = LabCampus(tuple(every.device(name) for name in ("acc-001", "acc-002", "dist-01a")))
    (directory / "store").mkdir()
    (directory / "CiscoSyslog").touch()
    lines = _lines(campus, directory / "all.log", days)
    with web_hook() as hook:
        ground = Ground(directory, campus, hook, lines)
        manners = Manners(clock=lambda _: ground.now)
        with LabThread(site_switches(campus, manners)) as lab:
            write_inventory(directory, campus, manners, lab)
            yield ground


class Forked:
    """The process that runs commands."""

    def __init__(self, ground: Ground) -> None:
        arguments = [sys.executable, "-m", "tests.audit.forked", str(ground.directory), ground.hook.url]
        self._ground = ground
        self._process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def close(self) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()
            assert self._process.wait(_DEADLINE_S) == 0

    def run(self, command: str, kill_after_s: float | None = None) -> tuple[list[str], float, bool]:
        """What a command acknowledged, how long it took, and whether it was killed before its end."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{command} {self._ground.now.isoformat()}\n")
        began = time.monotonic()
        word, number = self._process.stdout.readline().split()
        child = int(number)
        assert word == "process"
        killer = threading.Timer(kill_after_s if kill_after_s is not None else _DEADLINE_S, _kill, (child,))
        killer.start()
        told: list[str] = []
        while not (line := self._process.stdout.readline().strip()).startswith("end "):
            told.append(line)
        killer.cancel()
        killer.join()
        assert line in ("end 0", f"end {-signal.SIGKILL}"), line
        assert _is_gone(child), "a process is left behind"
        return told, time.monotonic() - began, line != "end 0"


def _kill(process: int) -> None:
    try:
        os.kill(process, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has come to its end in the meantime


def _is_gone(group: int) -> bool:
    until = time.monotonic() + _DEADLINE_S
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.01)
    return False


def kill_many(ground: Ground, kills: int, seed: int) -> None:
    """Kill so many commands at random points, and look at the store after each; then one audit comes to its end."""
    chance = random.Random(seed)
    forked = Forked(ground)
    try:
        lasts = {}
        for command in COMMANDS:
            ground.go_on()
            told, lasts[command], _ = forked.run(command)
            _acknowledge(ground, told)
        killed = 0
        while killed < kills:
            ground.go_on()
            command = chance.choice(COMMANDS)
            told, _, was_killed = forked.run(command, chance.random() * lasts[command])
            killed += was_killed
            ground.ends[f"{command} {'killed' if was_killed else 'done'}"] += 1
            _acknowledge(ground, told)
            _start_again(ground)
            _look(ground, deep=killed % 20 == 0)
            if was_killed and killed % 20 == 0:
                print(f"{killed} kills, {dict(ground.ends)}", flush=True)
        ground.go_on()
        told, _, _ = forked.run("audit")
        assert told[-1] == "problems 0"
    finally:
        forked.close()


def _acknowledge(ground: Ground, told: list[str]) -> None:
    visits = [int(line.split()[1]) for line in told if line.startswith("visits ")]
    ground.acknowledged[f"{ground.now:%Y%m%dT%H%M%SZ}"] += max(visits, default=0)


def _start_again(ground: Ground) -> None:
    """Open the store as the next command does."""
    began = time.monotonic()
    with ground.place.open(write=True) as store:
        runs(store, most=1)
    ground.slowest_start_s = max(ground.slowest_start_s, time.monotonic() - began)
    assert ground.slowest_start_s <= SLOWEST_START_S


def _look(ground: Ground, *, deep: bool) -> None:
    """Nothing that was acknowledged is lost, nothing is double; what a killed sweep had on the disk can be taken in."""
    newest = max((ground.directory / "state" / "sweeps").iterdir())
    journal = _journal(newest)
    if journal:
        import_folder(ImportRequest(newest, ground.place, ground.now, request_of(ground.directory, "", ground.now).settings))
    with ground.place.open(write=False) as store:
        stored = Counter((one.sweep, one.device) for one in visits_between(store, START, ground.now + STEP))
    assert set(stored.values()) == {1}, "a visit is there twice"
    by_sweep = Counter(sweep for sweep, _ in stored)
    assert not [sweep for sweep, count in ground.acknowledged.items() if by_sweep[sweep] < count], "an acknowledged visit is lost"
    assert journal <= {device for sweep, device in stored if sweep == newest.name}, "a visit that was on the disk is lost"
    assert check_store(ground.place, now=ground.now, deep=deep).problems == ()


def _journal(folder: Path) -> set[str]:
    """Devices whose visits the journal of a sweep holds."""
    if not (folder / "visits.jsonl").exists():
        return set()
    return {device for device, account in read_journal(folder).items() if account.status is VisitStatus.ANSWERED}


def _events(place: StorePlace) -> list[Any]:
    """Line, moment, kind, phone, reason and node of every event, in words: numbers of words differ from store to store."""
    with place.open(write=False) as store:
        log = events_between(store, START - DAY, START + 30 * DAY)
    names, nodes = log.pools.names.texts, log.pools.nodes.texts
    return sorted(
        (log.line[i], log.time[i], log.kind[i], names[log.name[i]], log.reason[i], nodes[log.node[i]] if log.node[i] >= 0 else "")
        for i in range(len(log))
    )


def check_whole(ground: Ground, tmp_path: Path) -> None:
    """The store is what its raw text and the log say; each incident was told once or, if it was killed in the middle, twice."""
    with ground.place.open(write=False) as store:
        before = contents(store)
        incidents = incidents_between(store, START, ground.now)
    other = StorePlace(parse_url(str(tmp_path / "other.db")), tmp_path / "other-raw")
    ingest(request_of(ground.directory, "", ground.now).events, other, request_of(ground.directory, "", ground.now).times)
    assert _events(ground.place) == _events(other), "an event is lost or there twice"
    reparse_store(ground.place, request_of(ground.directory, "", ground.now).settings, now=ground.now)
    with ground.place.open(write=False) as store:
        after = contents(store)
    for table in ("visit", "place", "fact", "counter_change", "counter_first", "event", "incident"):
        assert before[table] == after[table], f"{table}: half of something is there"
    bodies = [body["message"].splitlines()[-1] for body in ground.hook.bodies if body["title"][0].isdecimal()]
    assert incidents
    assert {f"Incident {one.id}" for one in incidents} <= set(bodies), "an incident was told to nobody"


def test_commands_that_are_killed_leave_the_store_whole(tmp_path: Path) -> None:
    with ground_in(tmp_path, days=1) as ground:
        kill_many(ground, kills=6, seed=1)
        assert ground.now > START + timedelta(hours=10), "the card of the morning has failed"
        check_whole(ground, tmp_path)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_two_hundred_killed_commands(tmp_path: Path) -> None:
    with ground_in(tmp_path, days=6) as ground:
        kill_many(ground, kills=200, seed=2)
        check_whole(ground, tmp_path)
        print(
            f"\nends {dict(ground.ends)}, slowest start {ground.slowest_start_s:.2f} s, {sum(ground.acknowledged.values())} visits acknowledged"
        )
        for command in COMMANDS:
            assert ground.ends[f"{command} killed"] >= 30
