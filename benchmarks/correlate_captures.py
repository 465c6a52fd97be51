"""The main job as a whole process: captures of 200 switches and a log of 100,000 events in, verdicts out.

    python benchmarks/correlate_captures.py [--switches 200] [--phones-a-switch 100] [--events 100000] [--workers 2]

Generates a campus in a temporary directory (the eight commands of a sweep, one visit, 48 ports a switch), plants a sick uplink and a
stalled node in a week of background, runs ``switchcorr correlate`` on it and prints wall and processor seconds and the peak memory of
the process with all its workers, sampled 20 times a second: the sum of their resident sets, in which pages that they share count each
time, and the sum of their proportional sets, in which they count once. Fails if a phone is not placed, an event is not read, or a
planted cause is not named. Beside it, in the same run, the usual script: one regular expression over the neighbors, one over the log,
and a count per switch and five minutes.

The goal is 10 s of wall time and 1 GB on two processors.
"""

from __future__ import annotations

import argparse
import collections
import datetime
import json
import os
import platform
import random
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from switchcorr import __version__
from switchcorr.lab.campus import LabCampus, build_plain_campus
from switchcorr.lab.demo import END, START, silent_loss
from switchcorr.lab.event_log import Alert, Drop, background_drops, write_event_log
from switchcorr.lab.outputs import EIGHT_COMMANDS, write_captures

SICK_SWITCH, STALLED_NODE = "acc-007", "cm-sub2"
DAYS = 7


@dataclass(frozen=True, slots=True)
class Run:
    """A process that ended."""

    out: str
    wall_s: float
    processor_s: float
    resident_mib: float
    proportional_mib: float


def run_watched(command: list[str]) -> Run:
    """Run a command and watch the memory of its whole process tree."""
    before, began = os.times(), time.perf_counter()
    with tempfile.TemporaryFile("w+") as out:
        process = subprocess.Popen(command, stdout=out)
        resident = proportional = 0.0
        while process.poll() is None:
            sizes = [memory_mib(pid) for pid in tree_of(process.pid)]
            resident = max(resident, sum(size[0] for size in sizes))
            proportional = max(proportional, sum(size[1] for size in sizes))
            time.sleep(0.05)
        wall, after = time.perf_counter() - began, os.times()
        out.seek(0)
        used = after.children_user + after.children_system - before.children_user - before.children_system
        if process.returncode:
            sys.exit(f"{' '.join(command)}: exit code {process.returncode}")
        return Run(out.read(), wall, used, resident, proportional)


def tree_of(pid: int) -> list[int]:
    """A process and all below it."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return []
    return [pid, *(below for child in children for below in tree_of(int(child)))]


def memory_mib(pid: int) -> tuple[float, float]:
    """Resident and proportional size; a process that has gone has none."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0, 0.0
    sizes = dict(re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE))
    return int(sizes.get("Rss", 0)) / 1024, int(sizes.get("Pss", 0)) / 1024


def plant(campus: LabCampus, events: int, random_: random.Random) -> tuple[list[Drop], list[Alert]]:
    """Exactly this many events: two incidents, the background around them, and one alert or two."""
    sick = silent_loss(campus.device(SICK_SWITCH).phones, START + datetime.timedelta(days=2, hours=9), share=0.6, random_=random_)
    stall = START + datetime.timedelta(days=4, hours=11)
    starved = [phone for _, phone in campus.phones if phone.node == STALLED_NODE and random_.random() < 0.2]
    planted = sick + silent_loss(starved, stall, share=1.0, random_=random_)
    rate = events / 2 / DAYS / len(campus.phones)
    background = background_drops(campus, start=START, days=DAYS, per_phone_a_day=min(rate * 1.05, 1.0), random_=random_)
    random_.shuffle(background)
    drops = planted + background[: (events - 1) // 2 - len(planted)]
    alerts = [Alert(stall - datetime.timedelta(minutes=2 + n), STALLED_NODE, 19 - n) for n in range(events - 2 * len(drops))]
    return drops, alerts


COUNTING = r"""
import collections, datetime, pathlib, re, sys
captures, log = map(pathlib.Path, sys.argv[1:])
place = {}
for file in captures.glob("*/show_cdp_neighbors_detail.txt"):
    for phone, port in re.findall(r"Device ID: (SEP\w{12}).*?Interface: ([^,]+)", file.read_text(), re.S):
        place[phone] = file.parent.name
counts = collections.Counter()
for line in log.open():
    found = re.search(r"(\w{3} \d{2} \d{4} \d{2}:\d{2}).*Unregistered: .*DeviceName=(SEP\w{12})", line)
    if found:
        minute = datetime.datetime.strptime(found[1], "%b %d %Y %H:%M")
        counts[place.get(found[2]), minute.replace(minute=minute.minute // 5 * 5)] += 1
for (switch, at), n in counts.most_common(3):
    print(f"{n} drops on {switch} in the five minutes from {at:%d %H:%M}", end="; ")
"""


def show(name: str, run: Run) -> None:
    print(
        f"{name:12} wall {run.wall_s:5.1f} s  processor {run.processor_s:5.1f} s  resident {run.resident_mib:5.0f} MiB"
        f"  proportional {run.proportional_mib:5.0f} MiB"
    )


def check(document: dict[str, object], phones: int, events: int) -> None:
    """End with an error unless everything was read and both causes are named."""
    coverage, incidents = document["coverage"], document["incidents"]
    assert isinstance(coverage, dict)
    assert isinstance(incidents, list)
    named = {(one["verdict"], cause["component"]["id"]) for one in incidents for cause in one["causes"][:1]}
    named |= {(one["verdict"], same["id"]) for one in incidents for cause in one["causes"][:1] for same in cause["equivalent"]}
    states = collections.Counter(coverage["outputs"])
    print(
        f"placed {coverage['placed']:,} of {phones:,}, events {coverage['events_read']:,}, texts {dict(states)}, incidents {len(incidents)}"
    )
    print(f"named {sorted(named)}")
    if (
        coverage["placed"] < phones
        or coverage["events_read"] != events
        or not {("network", SICK_SWITCH), ("call_server", STALLED_NODE)} <= named
    ):
        sys.exit("not everything was read, placed and named")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--switches", type=int, default=200)
    options.add_argument("--phones-a-switch", type=int, default=100)
    options.add_argument("--events", type=int, default=100_000)
    options.add_argument("--workers", type=int, default=2)
    given = options.parse_args()
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {today}")
    with tempfile.TemporaryDirectory() as folder:
        captures, log = Path(folder, "captures"), Path(folder, "CiscoSyslog")
        campus = build_plain_campus(switches=given.switches, phones_a_switch=given.phones_a_switch)
        write_captures(campus, captures, visit=1, taken_at=START, commands=EIGHT_COMMANDS)
        drops, alerts = plant(campus, given.events, random.Random(1))
        write_event_log(log, drops, alerts)
        access = sum(path.stat().st_size for path in captures.glob("acc-*/*.txt")) / given.switches
        devices, phones, events = len(campus.devices), len(campus.phones), 2 * len(drops) + len(alerts)
        print(
            f"{devices} devices, {given.switches} of them access switches of {access / 1000:.0f} kB, {phones:,} phones, {events:,} events"
        )
        ours = [sys.executable, "-m", "switchcorr", "correlate", "--captures", str(captures), "--events", str(log), "--workers"]
        run = run_watched([*ours, str(given.workers), "--now", END.isoformat(), "--format", "json", "-q", "--no-phones"])
        show("switchcorr", run)
        check(json.loads(run.out), phones, events)
        counted = run_watched([sys.executable, "-c", COUNTING, str(captures), str(log)])
        show("counting", counted)
        print(f"counting says {counted.out.strip('; ')}")


if __name__ == "__main__":
    main()
