"""One sweep of a site by one process and by several workers on one PostgreSQL, with real SSH to simulated switches on 127.0.0.1.

    python benchmarks/workers.py [--switches 120] [--workers 1,3] [--think 0.1] [--concurrency 24] [--postgres URL]

The switches of a lab process wait ``--think`` seconds before each answer, as real ones do; ``--concurrency`` visits run at the same time, however
many workers there are. First `switchcorr sweep --store` on one machine's terms, then workers that are started before the clock: the span is that of
the account of the sweep, from its plan to its last visit in the store. Processor time is that of the processes that sweep, with their start. Fails
if a device is missing in the store, or is there twice. The numbers are of one machine: the lab, the server and all workers share its processors.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
from store import embedded_postgres

from switchcorr import __version__
from switchcorr.lab.ssh_server import LabServer, LabThread
from switchcorr.lab.switch import LabSwitch
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.questions import visits_between
from switchcorr.store.url import parse_url

_PASSWORD = "lab-password"


def answers(command: str, visit: int) -> str | None:  # noqa: ARG001  # what a simulated switch is asked with
    if command == "show version":
        return "Cisco IOS Software, C2960 Software (C2960-LANBASEK9-M), Version 15.0(2)SE, RELEASE SOFTWARE (fc1)\n"
    return f"{command} has nothing to tell\n"


def write_site(place: Path, lab: LabServer, names: tuple[str, ...]) -> None:
    """Inventory and host keys of the site."""
    for folder in (place / "inventory", place / "state"):
        folder.mkdir(mode=0o700, parents=True)
    addresses = {name: lab.address(name) for name in names}
    hosts = {
        name: {"hostname": host, "port": port, "platform": "cisco_ios", "data": {"site": "oslo"}}
        for name, (host, port) in addresses.items()
    }
    (place / "inventory" / "hosts.yaml").write_text(json.dumps(hosts))
    (place / "inventory" / "defaults.yaml").write_text(json.dumps({"username": "lab", "password": "env:LAB_PASSWORD"}))
    keys = [f"[{host}]:{port} {lab.host_key(name)}\n" for name, (host, port) in addresses.items()]
    (place / "state" / "known_hosts").write_text("".join(keys))


def environment(place: Path, url: str, concurrency: int) -> dict[str, str]:
    told = {"connect_s": 30, "parse_workers": 1, "logins_a_second": 1000, "concurrency": concurrency, "site_concurrency": concurrency}
    return {
        **os.environ, "HOME": str(place), "LAB_PASSWORD": _PASSWORD, "SWITCHCORR_STATE_DIR": str(place / "state"), "SWITCHCORR_STORE": url,
        "SWITCHCORR_INVENTORY": str(place / "inventory"), **{f"SWITCHCORR_{key.upper()}": str(value) for key, value in told.items()},
    }  # fmt: skip


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "switchcorr", *words]


def processor() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def alone(env: dict[str, str]) -> float:
    """Seconds of a sweep by one process, with its start."""
    began = time.monotonic()
    subprocess.run(command("sweep", "--store", env["SWITCHCORR_STORE"], "-q"), env=env, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


def together(env: dict[str, str], workers: int, *, number: int) -> tuple[float, int]:
    """Seconds of the ``number``-th sweep by workers, by its account; and how many of them took part."""
    running = [subprocess.Popen(command("worker", "--site", "oslo"), env=env, stderr=subprocess.PIPE, text=True) for _ in range(workers)]
    for one in running:
        while one.stderr is not None and "ready" not in one.stderr.readline():
            pass
    subprocess.run(command("work", "queue", "--site", "oslo"), env=env, check=True, stderr=subprocess.DEVNULL)
    query = b"""select extract(epoch from ended_at - begun_at), (select count(distinct worker) from work_visit where sweep_id = id)
        from work_sweep where state <> 'running' order by id offset %s limit 1"""
    row = None
    while row is None:
        time.sleep(0.2)
        with psycopg.connect(env["SWITCHCORR_STORE"].replace("+psycopg", ""), options="-c search_path=switchcorr_work") as connection:
            row = connection.execute(query, (number - 1,)).fetchone()
    for one in running:
        one.terminate()
    for one in running:
        one.communicate()
    return float(row[0]), int(row[1])


def check(url: str, names: tuple[str, ...], sweeps: int) -> None:
    now = datetime.now(UTC)
    with open_store(parse_url(url), OpenOptions(write=False)) as store:
        visits = visits_between(store, now - timedelta(hours=6), now)
    found = Counter(visit.device for visit in visits)
    if found != Counter(dict.fromkeys(names, sweeps)):
        raise SystemExit(f"visits differ: {found - Counter(dict.fromkeys(names, sweeps))}, {Counter(dict.fromkeys(names, sweeps)) - found}")


def main() -> None:
    parser = argparse.ArgumentParser(description="One process and several workers.")
    parser.add_argument("--switches", type=int, default=120)
    parser.add_argument("--workers", default="1,3")
    parser.add_argument("--think", type=float, default=0.1)
    parser.add_argument("--concurrency", type=int, default=24)
    parser.add_argument("--postgres", metavar="URL", default="", help="this server, an empty database; else one is started for the run")
    given = parser.parse_args()
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {datetime.now(UTC):%Y-%m-%d}"
    )
    print(f"{given.switches} switches, {given.think:g} s before each answer, {given.concurrency} visits at the same time")
    names = tuple(f"acc-{number:04}" for number in range(given.switches))
    with ExitStack() as stack:
        url = given.postgres or stack.enter_context(embedded_postgres())
        lab = stack.enter_context(LabThread([LabSwitch(name, answers, think_s=given.think) for name in names]))
        place = Path(tempfile.mkdtemp(prefix="switchcorr-workers-"))
        stack.callback(shutil.rmtree, place, ignore_errors=True)
        write_site(place, lab, names)
        env = environment(place, url, given.concurrency)
        used = processor()
        seconds = alone(env)
        print(
            f"one process: {seconds:.1f} s with its start, {given.switches / seconds * 60:.0f} switches a minute, {processor() - used:.1f} s of processor"
        )
        sweeps = 1
        for workers in map(int, given.workers.split(",")):
            used = processor()
            seconds, took_part = together(env, workers, number=sweeps)
            sweeps += 1
            print(
                f"{workers} worker{'s' * (workers > 1)}: {seconds:.1f} s, {given.switches / seconds * 60:.0f} switches a minute, "
                f"{took_part} took part, {processor() - used:.1f} s of processor"
            )
        check(url, names, sweeps)
        print(f"checked: {given.switches} devices, {sweeps} visits each")


if __name__ == "__main__":
    main()
