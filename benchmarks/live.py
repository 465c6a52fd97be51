"""Live recognition at the size of a large site: a module fault in a log that is replayed at real speed, until its message arrives.

    python benchmarks/live.py [--switches 2000] [--days 2] [--fault-seconds 100]

A store holds a sweep of all switches (2,000 with 200,000 phones), a log two days of ordinary drops (one a phone and four days). `switchcorr listen --udp ... --live`
runs as at a site, in its own processes, with a webhook of this script as the target of its notifications. By UDP come the ordinary drops of office hours (twice the mean),
and then all phones of one line card, within ``--fault-seconds``, as keepalives run out. What was received is then correlated as a batch would have:
the first second up to which the log suffices to name the module is looked for by halving, and the message must have come within 10 s of it.
Fails if it came later, if there is not exactly one message of a new incident, or if its leading cause is not the module.
Prints besides how long reading the network took, processor seconds and peak memory of the watching process, and what one judgement costs.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import store as site_store
from store import PHONES_A_PORT, PORTS, SWEEP, make_site, phone_at, write_sweep

from switchcorr import __version__
from switchcorr.correlate import CorrelateOptions
from switchcorr.correlate import correlate as explain
from switchcorr.jobs.correlate import coverage_of
from switchcorr.jobs.inputs.events import read_events
from switchcorr.jobs.inputs.network import Network, read_network
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.jobs.store.network import StoredSource
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.campus import Component
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Coverage
from switchcorr.settings import Settings
from switchcorr.store.open import open_store
from switchcorr.store.url import parse_url

GOAL_S = 10.0
SLOT = 1
BEFORE_S, AFTER_S = 20.0, 60.0
QUIET_REASONS = (6, 13, 8, 10, 22, 9, 23)


@dataclass
class Webhook:
    """Takes notifications; when each came, and its title."""

    taken: list[tuple[float, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        taken = self.taken

        class Taker(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                taken.append((time.time(), str(body["title"])))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Taker)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


def alarm(phone: str, at: float, reason: int) -> str:
    moment = datetime.fromtimestamp(at, UTC)
    node = f"cm{1 + int(phone[-4:], 16) % 4}"
    return (
        f"<187>1: {node}.lab.example: {moment:%b %d %Y %H:%M:%S}.{moment.microsecond // 1000:03d} UTC : %UC_CALLMANAGER-3-EndPointUnregistered: "
        f"%[DeviceName={phone}][Protocol=SCCP][DeviceType=7][Reason={reason}][NodeID={node}]: x"
    )


def write_history(path: Path, phones: int, days: int, now: float, chance: random.Random) -> int:
    """Ordinary drops of the days before, as a listener would have stored them; how many."""
    count = phones * days // 4
    moments = sorted(now - 600 - chance.random() * days * 86_400 for _ in range(count))
    with path.open("w") as file:
        for moment in moments:
            stamp = datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            file.write(f"{stamp} 127.0.0.1 {alarm(str(phone_at(chance.randrange(phones))), moment, chance.choice(QUIET_REASONS))}\n")
    return count


def plan(phones: int, switch: int, fault_s: float, chance: random.Random) -> list[tuple[float, str, int]]:
    """What is sent: seconds from the beginning, phone, reason; ordinary drops all the time, and those of the module."""
    whole = BEFORE_S + fault_s + AFTER_S
    quiet = [
        (chance.random() * whole, str(phone_at(chance.randrange(phones))), chance.choice(QUIET_REASONS))
        for _ in range(int(phones / 4 / 86_400 * 2 * whole))
    ]
    first = switch * PORTS * PHONES_A_PORT
    ports = PORTS // 2
    module = [first + one for one in range(PORTS * PHONES_A_PORT) if one % PORTS < ports]
    fault = [(BEFORE_S + chance.random() * fault_s, str(phone_at(one)), chance.choice((13, 13, 13, 6, 8))) for one in module]
    return sorted(quiet + fault)


def send(port: int, planned: list[tuple[float, str, int]], begun: float) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        for after, phone, reason in planned:
            time.sleep(max(0.0, begun + after - time.time()))
            out.sendto(alarm(phone, time.time(), reason).encode(), ("127.0.0.1", port))
    time.sleep(max(0.0, begun + planned[-1][0] + AFTER_S / 2 - time.time()))


def usage(parent: int) -> tuple[float, float]:
    """Processor seconds and peak megabytes of the watching process: the child of the listener that uses most memory."""
    best = (0.0, 0.0)
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    for child in children:
        peak = re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{child}/status").read_text())
        fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        seconds = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
        megabytes = int(peak[1]) / 1024 if peak else 0.0
        best = max(best, (seconds, megabytes), key=lambda one: one[1])
    return best


@dataclass
class Batch:
    """Correlates what had come up to a moment, with the network of the store."""

    log: EventLog
    network: Network
    coverage: Coverage
    since: datetime
    module: str
    seconds: list[float] = field(default_factory=list)

    def names_it(self, until: float) -> bool:
        """Whether the log up to a moment names the module."""
        began = time.process_time()
        some = self.log.select([i for i, at in enumerate(self.log.time) if at <= until])
        moment = datetime.fromtimestamp(until, UTC)
        result = explain(some, self.network.campus, options=CorrelateOptions(now=moment, since=self.since), coverage=self.coverage)
        self.seconds.append(time.process_time() - began)
        wanted = Component("module", self.module)
        return any(wanted in (cause.component, *cause.equivalent) for one in result.incidents for cause in one.causes[:1])


def sufficient(batch: Batch, times: list[float]) -> float:
    """When the first drop came from which on the log names the module."""
    low, high = 0, len(times) - 1
    if not batch.names_it(times[high]):
        raise SystemExit("the whole log does not name the module: the benchmark is wrong")
    while low < high:
        middle = (low + high) // 2
        if batch.names_it(times[middle]):
            high = middle
        else:
            low = middle + 1
    return times[high]


def watched(place: Path, given: argparse.Namespace, hook: Webhook, stack: ExitStack) -> tuple[float, Path]:
    """Run the listener through the replay; when the replay began, and where its segments are."""
    chance = random.Random(7)
    phones = given.switches * PORTS * PHONES_A_PORT
    folder = place / "segments"
    (place / "switchcorr.toml").write_text(f'[notify.to]\nteam = "json://127.0.0.1:{hook.server.server_port}/"\n')
    count = write_history(place / "history.log", phones, given.days, time.time(), chance)
    words = ["listen", "--udp", "127.0.0.1:0", "--live", "--store", str(place / "site.db"), "--events", str(place / "history.log")]
    command = [sys.executable, "-m", "switchcorr", *words, "--out", str(folder), "--config", str(place / "switchcorr.toml")]
    began = time.monotonic()
    running = subprocess.Popen(
        command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True, env={**os.environ, "HOME": str(place)}
    )
    stack.callback(running.kill)
    said: list[str] = []
    port = 0
    while running.stderr is not None and "watching" not in (said[-1] if said else ""):
        line = running.stderr.readline()
        if not line:
            raise SystemExit(f"the listener ended: {''.join(said)}")
        said.append(line.rstrip())
        if found := re.search(r"udp 127\.0\.0\.1:(\d+)", line):
            port = int(found[1])
    print(f"network and {count} drops of {given.days} days were read in {time.monotonic() - began:.1f} s; {said[-1]}")
    ready, _ = usage(running.pid)
    begun = time.time()
    send(port, plan(phones, given.switches // 2, given.fault_seconds, chance), begun)
    spent, peak = usage(running.pid)
    print(
        f"watching process: {ready:.1f} s of processor to begin, {spent - ready:.1f} s in {time.time() - begun:.0f} s of the replay, {peak:.0f} MB at most"
    )
    running.send_signal(signal.SIGTERM)
    running.communicate(timeout=120)
    return begun, folder


def judge(place: Path, folder: Path, begun: float, hook: Webhook, module: str) -> None:
    """Compare when the message came with when the log sufficed."""
    kept = folder / "incidents.jsonl"
    told = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    new = [one for one in told if one["news"] == "new"]
    settings = Settings()
    times = Times(datetime.now(UTC))
    events = read_events([place / "history.log", *sorted(folder.glob("*.log"))], times, say_nothing)
    history = events.log
    source = StoredSource(StorePlace(parse_url(str(place / "site.db")), place / "raw"), times.now - timedelta(days=1), times.now)
    network = read_network(CampusRequest(stored=source), settings, history, say_nothing)
    batch = Batch(history, network, coverage_of(events, network), datetime.fromtimestamp(begun - 60, UTC), module)
    came = sorted(at for at in history.time if at >= begun)
    enough = sufficient(batch, came)
    at = hook.taken[0][0] if hook.taken else float("nan")
    causes = [cause["component"]["id"] for one in new for cause in one["incident"]["causes"][:1]]
    print(f"messages: {[title for _, title in hook.taken]}; new incidents {len(new)}, leading cause {causes}")
    print(
        f"the log sufficed {enough - begun - BEFORE_S:.1f} s after the fault began, the message came {at - enough:.1f} s later (goal {GOAL_S:.0f} s)"
    )
    print(f"a judgement of the batch: {sum(batch.seconds) / len(batch.seconds):.1f} s of processor")
    firsts = [title for _, title in hook.taken if not title.startswith(("Grown", "Over", "[Grown", "[Over"))]
    if len(new) != 1 or len(firsts) != 1 or causes != [module] or not at - enough <= GOAL_S:
        raise SystemExit(1)


def main() -> None:
    parser = argparse.ArgumentParser(description="Live recognition at the size of a large site.")
    parser.add_argument("--switches", type=int, default=2000)
    parser.add_argument("--days", type=int, default=2, help="days of ordinary drops before")
    parser.add_argument("--fault-seconds", type=float, default=100.0, help="time within which the phones of the module drop")
    given = parser.parse_args()
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {datetime.now(UTC):%Y-%m-%d}"
    )
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        site_store.START = datetime.now(UTC) - SWEEP
        with open_store(parse_url(str(place / "site.db"))) as opened:
            wall, _ = write_sweep(opened, make_site(given.switches))
        print(f"a sweep of {given.switches} switches was stored in {wall:.1f} s")
        hook = Webhook()
        begun, folder = watched(place, given, hook, stack)
        judge(place, folder, begun, hook, f"acc-{given.switches // 2:04d}/{SLOT}")


if __name__ == "__main__":
    main()
