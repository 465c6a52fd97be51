"""Reading the store while it is written to, as the commands do it beside a daemon: latencies, and errors of any kind.

    python benchmarks/store_reads.py [--switches 2000] [--readers 3] [--seconds 60] [--postgres URL | --embedded-postgres] [--commands 6]

The store holds a first sweep (2,000 switches, 100,000 ports, 200,000 phones). Then one process stores sweep after sweep without a pause (a daemon
pauses for most of 15 minutes) and closes the store after each, as an audit does; the readers, a process each, open the store for reading, ask one
question, close it, as `switchcorr locate`, `incidents`, `findings` do, and pause (50 ms); they say how long that took at the median and at the 99th
percentile, by the question, and how much processor time; the span holds the opening too. The same readers run before the writer begins, so both are of one run. Then the commands themselves
run beside the writer, with the start of Python. Anything but an answer counts as an error. Goal: no error, and 99 % within 250 ms.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

from store import PHONES_A_PORT, PORTS, START, SWEEP, embedded_postgres, make_site, next_sweep, phone_at, write_sweep

from switchcorr import __version__
from switchcorr.model.campus import Component
from switchcorr.store.findings import findings
from switchcorr.store.incidents import incidents_between, incidents_of
from switchcorr.store.open import OpenOptions, Store, open_store
from switchcorr.store.questions import growth_between, phones_at, visits_between, where_was
from switchcorr.store.url import StoreUrl, parse_url

GOAL_MS = 250.0


def questions_of(switches: int, chance: random.Random) -> dict[str, Callable[[Store], object]]:
    """What is asked, by name. Moments lie within the first hours, which the writer fills."""
    phones = switches * PORTS * PHONES_A_PORT
    now = START + SWEEP * 4
    return {
        "phone at a moment": lambda store: where_was(store, phone_at(chance.randrange(phones)), now),
        "phones of a module": lambda store: phones_at(store, now, module=f"acc-{chance.randrange(switches):04d}/1"),
        "growth in 12 h, top 100": lambda store: growth_between(store, START, START + timedelta(hours=12), most=100),
        "visits of a switch": lambda store: visits_between(store, START, now, switch=f"acc-{chance.randrange(switches):04d}"),
        "incidents of a component": lambda store: incidents_of(store, Component("module", "acc-0007/1", ""), START, now),
        "incidents": lambda store: incidents_between(store, START, now),
        "findings": findings,
    }


def read(url: StoreUrl, switches: int, seconds: float, *, seed: int, pause: float) -> None:
    """A reader: asks until the time is over, and prints what it found as JSON."""
    chance = random.Random(seed)
    asked = questions_of(switches, chance)
    spans: dict[str, list[float]] = {name: [] for name in asked}
    errors: list[str] = []
    used = 0.0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        name = chance.choice(list(asked))
        began, processor = time.perf_counter(), time.process_time()
        try:
            with open_store(url, OpenOptions(write=False)) as store:
                asked[name](store)
        except Exception as error:  # whatever it is, it is no answer  # noqa: BLE001
            errors.append(f"{name}: {type(error).__name__}: {error}")
        else:
            spans[name].append((time.perf_counter() - began) * 1000)
        used += time.process_time() - processor
        time.sleep(pause)
    print(json.dumps({"spans": spans, "errors": errors, "processor": used}))


def write(url: StoreUrl, switches: int) -> None:
    """The writer: sweep after sweep, until it is ended; a line for each."""
    site = make_site(switches)
    while True:
        next_sweep(site)
        with open_store(url) as store:
            wall, processor = write_sweep(store, site)
        print(f"{wall:.2f} {processor:.2f}", flush=True)


def begin(given: argparse.Namespace, url: StoreUrl, *words: str) -> subprocess.Popen[str]:
    place = url.url.render_as_string(hide_password=False)
    command = [
        sys.executable,
        __file__,
        "--url",
        place,
        "--switches",
        str(given.switches),
        "--seconds",
        str(given.seconds),
        "--pause",
        str(given.pause),
        *words,
    ]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def readers(given: argparse.Namespace, url: StoreUrl, title: str) -> tuple[int, float]:
    """Let the readers run; how many errors, and the worst 99th percentile."""
    running = [begin(given, url, "--role", "reader", "--seed", str(number)) for number in range(given.readers)]
    told = [json.loads(process.communicate()[0]) for process in running]
    errors = [one for document in told for one in document["errors"]]
    print(f"{title}: {given.readers} readers, {given.seconds:g} s")
    worst = 0.0
    for name in told[0]["spans"]:
        spans = sorted(span for document in told for span in document["spans"][name])
        if spans:
            high = spans[min(len(spans) - 1, int(len(spans) * 0.99))]
            worst = max(worst, high)
            print(
                f"  {name:26s} {len(spans):6d} answers, median {statistics.median(spans):7.1f} ms, 99 % {high:7.1f} ms, most {spans[-1]:7.1f} ms"
            )
    answers = sum(len(spans) for document in told for spans in document["spans"].values())
    print(f"  processor time: {sum(document['processor'] for document in told) * 1000 / max(answers, 1):.1f} ms an answer")
    print(f"  errors: {len(errors)}{''.join(f'{chr(10)}    {one}' for one in sorted(set(errors))[:5])}")
    return len(errors), worst


def commands(url: StoreUrl, times: int) -> int:
    """The commands themselves; how many failed."""
    place = url.url.render_as_string(hide_password=False)
    moment = f"{START + SWEEP:%Y-%m-%dT%H:%M:%SZ}"
    failed = 0
    for words in (
        ["locate", str(phone_at(77)), "--at", moment],
        ["locate", "--module", "acc-0007/1", "--at", moment],
        ["incidents"],
        ["findings"],
    ):
        spans = []
        for _ in range(times):
            began = time.perf_counter()
            command = [sys.executable, "-m", "switchcorr", *words, "--store", place, "--format", "json"]
            ran = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "NO_COLOR": "1"})
            spans.append(time.perf_counter() - began)
            if ran.returncode not in (0, 4) or "locked" in ran.stderr:
                failed += 1
                print(f"    {' '.join(words)}: exit {ran.returncode}: {ran.stderr.strip()[:300]}")
        print(f"  switchcorr {' '.join(words)}: median {statistics.median(spans):.2f} s with the start of Python")
    return failed


def run(url: StoreUrl, given: argparse.Namespace) -> None:
    with open_store(url) as store:
        wall, _ = write_sweep(store, make_site(given.switches))
    print(f"{'SQLite' if url.file is not None else 'PostgreSQL'}: first sweep {wall:.1f} s")
    quiet_errors, quiet = readers(given, url, "nobody writes")
    writer = begin(given, url, "--role", "writer")
    try:
        errors, worst = readers(given, url, "a process stores sweep after sweep")
        failed = commands(url, given.commands)
    finally:
        writer.terminate()
        told = writer.communicate()[0].split("\n")
    sweeps = [float(line.split()[0]) for line in told if line]
    print(f"the writer stored {len(sweeps)} sweeps, median {statistics.median(sweeps):.1f} s" if sweeps else "the writer stored no sweep")
    print(
        f"errors {quiet_errors} and {errors}, failed commands {failed}; worst 99 % {quiet:.0f} ms and {worst:.0f} ms (goal {GOAL_MS:.0f})"
    )
    if errors or quiet_errors or failed or not sweeps:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Reading the store while it is written to.")
    parser.add_argument("--switches", type=int, default=2000)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--pause", type=float, default=0.05, help="seconds between two questions of a reader")
    parser.add_argument("--commands", type=int, default=6, help="how often each command is run")
    parser.add_argument("--postgres", metavar="URL", default="", help="on this server, in an empty database")
    parser.add_argument("--embedded-postgres", action="store_true", help="on a server started for the run")
    parser.add_argument("--role", choices=("reader", "writer"), help=argparse.SUPPRESS)
    parser.add_argument("--url", help=argparse.SUPPRESS)
    parser.add_argument("--seed", type=int, default=0, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role == "reader":
        read(parse_url(given.url), given.switches, given.seconds, seed=given.seed, pause=given.pause)
        return
    if given.role == "writer":
        write(parse_url(given.url), given.switches)
        return
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {datetime.now(UTC):%Y-%m-%d}"
    )
    with ExitStack() as stack:
        if given.embedded_postgres:
            run(parse_url(stack.enter_context(embedded_postgres())), given)
        elif given.postgres:
            run(parse_url(given.postgres), given)
        else:
            place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            run(parse_url(str(place / "switchcorr.db")), given)


if __name__ == "__main__":
    main()
