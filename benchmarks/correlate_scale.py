"""The correlation at 200,000 phones: processor time and memory, on a campus that this script makes.

    python benchmarks/correlate_scale.py [--phones 200000] [--days 30] [--faults 60] [--seed 1]

The campus has the shape of one in use: blocks of some 40 access switches with two distribution switches, 1 to 8 modules a switch,
ASICs of 8 ports, uplinks, VLANs, power, sites, nodes and clusters (at 200,000 phones about 66,000 components). The log holds innocent
drops at one a phone and four days, in office hours more than at night, and planted faults of modules, switches, uplinks and nodes.
Printed are the processor seconds of each step, those of one scan window (a step of 120 s, as published methods slide it), the 95th
percentile of one incident (search and explanation of its window), the time of one event in the stream, and the peak memory of the
process. Fails if a planted fault of ten drops or more is not found. The goals are 3 ms a window, 60 s for 30 days, 100 ms an incident,
1.5 GB. Processor time of one thread; set OMP_NUM_THREADS=1.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import time
from array import array
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from switchcorr import __version__
from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import find_looks, without
from switchcorr.correlate.detection.stream import DropStream, LiveDrop
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.table import Window, find_drops
from switchcorr.correlate.engine import CorrelateOptions, correlate
from switchcorr.correlate.evidence.circumstances import Circumstances, component_odds, sudden_bursts
from switchcorr.correlate.evidence.servers import server_evidence
from switchcorr.correlate.evidence.switches import index_facts
from switchcorr.correlate.exposure.table import expose
from switchcorr.correlate.scoring.hypotheses import priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.telling.incidents import Scene, build_incident
from switchcorr.correlate.telling.unseen import recorded_in
from switchcorr.model.campus import Campus, Component, RiskTable
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import Coverage
from switchcorr.model.reason import ReasonEnum

START = datetime(2026, 3, 2, tzinfo=UTC).timestamp()
DAY_S = 86_400.0
STEP_S = 120.0
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
QUIET_REASONS, QUIET_SHARES = (6, 13, 8, 10, 16, 18, 22, 9, 19, 23), (0.11, 0.13, 0.22, 0.08, 0.03, 0.03, 0.04, 0.23, 0.11, 0.02)
FAULT_REASONS, FAULT_SHARES = (13, 6, 8, 10), (0.55, 0.25, 0.15, 0.05)
KINDS = ("asic", "module", "switch", "uplink", "uplink_bundle", "distribution", "block", "vlan", "power", "site", "node", "cluster")


@dataclass(frozen=True, slots=True)
class Plan:
    """A campus as numbers: per kind the component of each phone (-1: none), and how many components there are."""

    columns: dict[str, Ints]
    counts: dict[str, int]

    def phones_of(self, kind: str, number: int) -> Ints:
        """Rows of a component's phones."""
        return np.flatnonzero(self.columns[kind] == number)


def plan_campus(phones: int, random_: np.random.Generator) -> Plan:
    """Switches of 1 to 8 modules, filled unevenly; one phone in twelve has no port of its own."""
    modules_of = random_.choice([1, 1, 2, 3, 4, 7, 8], max(4, phones // 80))
    first_module = np.concatenate([[0], np.cumsum(modules_of)])
    weight = random_.gamma(1.5, 1.0, int(first_module[-1])) * (random_.random(int(first_module[-1])) > 0.12)
    module = np.sort(random_.choice(len(weight), phones, p=weight / weight.sum()))
    switch = np.searchsorted(first_module, module, side="right") - 1
    block = switch // 40
    member, vlan = random_.integers(0, 2, phones), random_.integers(0, 3, len(modules_of))
    nodes = max(4, phones // 7000)
    home = np.arange(int(block.max()) + 1) % nodes
    node = np.where(random_.random(phones) < 0.7, home[block], random_.integers(0, nodes, phones))
    columns = {
        "asic": module * 6 + random_.integers(0, 6, phones), "module": module, "switch": switch, "uplink": switch * 2 + member,
        "uplink_bundle": switch, "distribution": block * 2 + member, "block": block, "vlan": block * 3 + vlan[switch],
        "power": switch // 3, "site": np.full(phones, -1), "node": node, "cluster": node * 4 // nodes,
    }  # fmt: skip
    portless = random_.random(phones) < 0.08
    for kind in KINDS[:9]:
        columns[kind] = np.where(portless, -1, columns[kind])
    nat = portless & (random_.random(phones) < 0.4)
    columns["site"] = np.where(nat, random_.integers(0, max(1, phones // 3000), phones), -1)
    return Plan(columns, {kind: int(column.max()) + 1 for kind, column in columns.items()})


def observed(plan: Plan, names: list[str], random_: np.random.Generator) -> Campus:
    """The campus as a table of locations shows it: 6 % of the phones without a place, 3 % at another's."""
    columns = {kind: column.copy() for kind, column in plan.columns.items()}
    count = len(names)
    lost, moved = random_.random(count) < 0.06, np.flatnonzero(random_.random(count) < 0.03)
    other = random_.integers(0, count, len(moved))
    for kind in KINDS[:9]:
        if kind != "vlan":
            columns[kind][moved] = plan.columns[kind][other]
            columns[kind][lost] = -1
    components, filled = {}, {}
    for kind in KINDS:
        used = np.unique(columns[kind][columns[kind] >= 0])
        place = np.full(plan.counts[kind] + 1, -1, dtype=np.int64)
        place[used] = np.arange(len(used))
        components[kind] = tuple(Component(kind, f"{kind}-{number:06d}") for number in used.tolist())
        filled[kind] = array("i", place[columns[kind]].astype(np.int32).tobytes())
    return Campus((), (), (), RiskTable(tuple(names), components, filled))


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: the component, when, and how many of its phones dropped."""

    kind: str
    number: int
    at: float
    drops: int


def innocent(phones: int, days: float, random_: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    """Phone, time and reason code of drops without a shared cause, one of a phone in four days: heavy-tailed rates, office hours, quiet weekends."""
    rates = random_.gamma(0.5, 2.0, phones) * 0.25
    phone = np.repeat(np.arange(phones), random_.poisson(rates * days))
    hours = np.arange(int(np.ceil(days * 24)))
    busy = np.where((hours // 24 % 7 < 5) & (hours % 24 >= 8) & (hours % 24 < 18), 1.6, 0.65)
    when = random_.choice(hours, len(phone), p=busy / busy.sum())
    times = np.minimum(START + 3600.0 * (when + random_.random(len(phone))), START + days * DAY_S)
    return phone, times, random_.choice(QUIET_REASONS, len(phone), p=np.array(QUIET_SHARES) / sum(QUIET_SHARES))


def struck(plan: Plan, kind: str, number: int, share: float, at: float, random_: np.random.Generator) -> tuple[Ints, Floats, Ints]:
    """The drops of a fault: a share of the phones within 40 to 150 s."""
    phones = plan.phones_of(kind, number)
    phones = phones[random_.random(len(phones)) < share]
    times = at + random_.random(len(phones)) * random_.uniform(40, 150)
    return phones, times, random_.choice(FAULT_REASONS, len(phones), p=FAULT_SHARES)


def plant(plan: Plan, days: float, faults: int, random_: np.random.Generator) -> tuple[list[Planted], list[tuple[Ints, Floats, Ints]]]:
    """Faults at even distances over the log."""
    planted, parts = [], []
    for place in range(faults):
        kind = ("module", "switch", "uplink", "power", "vlan", "distribution", "node")[place % 7]
        size = np.bincount(plan.columns[kind][plan.columns[kind] >= 0], minlength=plan.counts[kind])
        number = int(random_.choice(np.flatnonzero(size >= 15)))
        at = START + (place + 0.5) / faults * days * DAY_S
        parts.append(struck(plan, kind, number, float(random_.choice([0.2, 0.5, 0.9])), at, random_))
        planted.append(Planted(kind, number, at, len(parts[-1][0])))
    return planted, parts


def log_of(parts: list[tuple[Ints, Floats, Ints]], names: list[str]) -> EventLog:
    """A log of all these drops in order of time."""
    phone, times, reason = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    order = np.argsort(times, kind="stable")
    log, count = EventLog(), len(order)
    log.pools.names.texts.extend(names)
    log.time = array("d", times[order].astype(np.float64).tobytes())
    wanted = {"kind": int(EventKind.UNREGISTERED), "reason_enum": int(ReasonEnum.END_POINT_UNREGISTERED)}
    for column in (slot for slot in EventLog.__slots__ if slot not in ("details", "pools", "time")):
        code = getattr(log, column).typecode
        values = {"name": phone[order], "reason": reason[order]}.get(column)
        blank = 0 if column in ("source", "line", "assumed") else -1
        filled = values if values is not None else np.full(count, wanted.get(column, blank))
        setattr(log, column, array(code, filled.astype(np.dtype(code)).tobytes()))
    return log


T = TypeVar("T")


def timed(name: str, work: Callable[[], T]) -> tuple[T, float]:
    """Do it and say how many processor seconds it took."""
    began = time.process_time()
    result = work()
    seconds = time.process_time() - began
    print(f"{name:58} {seconds:8.2f} s   peak {peak_mib():6.0f} MiB", flush=True)
    return result, seconds


def peak_mib() -> float:
    """Peak resident set of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def case_of(log: EventLog, campus: Campus) -> Case:
    """What all windows share, as ``correlate`` makes it."""
    exposure = expose(log, campus)
    drops = find_drops(log, exposure, DEFAULT)
    background = learn_background(drops, exposure, np.ones(len(drops.time), dtype=bool), DEFAULT)
    return Case(exposure, Leaks(exposure), drops, background, (), index_facts(exposure, ()), DEFAULT, priors(exposure, DEFAULT))


def explain_each(log: EventLog, campus: Campus, case: Case, windows: list[Window]) -> list[float]:
    """Processor seconds of each incident: likelihood, search, explanation."""
    scene = Scene(log, case.drops, {}, case.comings.returns, recorded_in(log), Coverage(), campus)
    spent = []
    for window in windows:
        span = case.drops.between(window.start, window.end)
        began = time.process_time()
        server = server_evidence(case.alerts, window, case.drops, case.constants)
        known = Circumstances(server, sudden=sudden_bursts(case.drops, span, case.exposure, case.constants))
        likelihood = case.likelihood([window], component_odds(case.exposure, known, case.constants))
        build_incident(scene, likelihood, search(likelihood), span=span, known=known)
        spent.append(time.process_time() - began)
    return spent


def stream_day(case: Case, levels: Floats) -> tuple[int, float]:
    """Events of the last day fed one by one, and the processor seconds that took."""
    last = case.drops.between(float(case.drops.time[-1]) - DAY_S, np.inf)
    columns = (case.drops.time[last].tolist(), case.drops.row[last].tolist(), case.drops.reason[last].tolist())
    drops = [LiveDrop(*drop) for drop in zip(*columns, strict=True)]
    stream = DropStream(case, levels)
    began, most = time.process_time(), 0
    for drop in drops:
        stream.push([drop])
        most = max(most, stream.held)
    stream.flush()
    seconds = time.process_time() - began
    print(f"stream: {len(drops):,} events, {seconds / len(drops) * 1e6:.1f} us each, at most {most:,} in memory")
    return len(drops), seconds


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--phones", type=int, default=200_000)
    options.add_argument("--days", type=float, default=30.0)
    options.add_argument("--faults", type=int, default=60)
    options.add_argument("--seed", type=int, default=1)
    given = options.parse_args()
    random_ = np.random.default_rng(given.seed)
    today = f"{datetime.now(UTC):%Y-%m-%d}"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {today}")
    plan = plan_campus(given.phones, random_)
    names = [f"SEP{number:012X}" for number in range(given.phones)]
    campus = observed(plan, names, random_)
    planted, parts = plant(plan, given.days, given.faults, random_)
    log = log_of([innocent(given.phones, given.days, random_), *parts], names)
    used = sum(len(components) for components in campus.risk.components.values())
    print(
        f"{given.phones:,} phones, {used:,} components, {given.days:g} days, {len(log):,} drops, {len(planted)} faults; {peak_mib():.0f} MiB"
    )
    case, _ = timed("exposure, drops, background", lambda: case_of(log, campus))
    scanner, _ = timed("prepare the scan", case.scanner)
    _, seconds = timed("scan of the whole log", scanner.scan)
    print(f"one scan window of {STEP_S:.0f} s: {seconds / (given.days * DAY_S / STEP_S) * 1e3:.3f} ms")
    looks, _ = timed("scan, levels, stretches", lambda: find_looks(case))
    refined, _ = timed("background without them", lambda: without(case, looks.windows))
    timed("index of the drops by phone", lambda: refined.drops.by_row)  # made once; else the first incident would
    spent = explain_each(log, campus, refined, list(looks.windows))
    print(f"one incident: median {np.median(spent) * 1e3:.0f} ms, 95th percentile {np.percentile(spent, 95) * 1e3:.0f} ms of {len(spent)}")
    stream_day(refined, looks.levels)
    asked = CorrelateOptions(now=datetime(2026, 6, 1, tzinfo=UTC))
    result, _ = timed("correlate as a whole", lambda: correlate(log, campus, options=asked, coverage=Coverage()))
    starts = np.array([incident.start.timestamp() for incident in result.incidents])
    found = [bool(((starts > fault.at - 240) & (starts < fault.at + 240)).any()) for fault in planted]
    alone = sum(not any(abs(start - fault.at) < 240 for fault in planted) for start in starts.tolist())
    print(f"{sum(found)} of {len(planted)} faults found, {alone} other incidents in {given.days:g} days; peak {peak_mib():.0f} MiB")
    missed = [fault for fault, seen in zip(planted, found, strict=True) if not seen and fault.drops >= 10]
    if missed:
        sys.exit(f"not found: {missed}")


if __name__ == "__main__":
    main()
