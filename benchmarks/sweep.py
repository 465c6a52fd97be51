"""A sweep beside the usual script, in one run, against the same simulated switches.

    python benchmarks/sweep.py [--switches 150] [--concurrency 50] [--think 100] [--logins 1000] [--rounds 2] [--collect-only]

The switches run in a process of their own and share the machine with whoever visits them. Eight commands, about 123 kB a switch.
``ours`` is the job behind ``switchcorr sweep`` at default settings but for the concurrency and the logins a second (``--logins``): the
default begins 100 a second for the sake of the servers that check passwords, and the script has no such limit. Host keys are checked, every answer synchronised to
the disk, text parsed in worker processes. ``script`` is ``benchmarks/usual_script.py``: nornir, nornir-netmiko and
``parse_output``. Both take turns; each round is a new process, and what importing takes is measured by itself and taken off. Printed: wall seconds,
switches a minute, processor time a switch with all child processes, rows; then the wall over the floor (rounds of visits, each eight think
times and one bare login, measured; a switch thinks before it answers a command that gathers something, not before ``terminal length 0``) and the ratios of the medians. Captures go to ``TMPDIR``: on some machines making a file costs more
than visiting the switch, and ``TMPDIR=/dev/shm`` takes the disk out of it, for both.

Every answer of both is compared with what the switch was told to say.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime
import importlib.metadata
import json
import math
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import asyncssh

from switchcorr import __version__
from switchcorr.cli.app import collect_seldom
from switchcorr.jobs.sweep.run import Stop, SweepRequest, run_sweep
from switchcorr.lab.campus import LabDevice, build_plain_campus
from switchcorr.lab.outputs import EIGHT_COMMANDS, outputs_of
from switchcorr.lab.ssh_server import LabServer
from switchcorr.lab.switch import Answers, LabSwitch
from switchcorr.model.visit import VisitStatus
from switchcorr.settings import Settings

HERE = Path(__file__).parent


def _access(switches: int) -> list[LabDevice]:
    devices = build_plain_campus(switches=switches).devices
    return [device for device in devices if device.name.startswith("acc-")]


def _answers(device: LabDevice) -> Answers:
    """All texts of a switch, made before anybody visits it."""
    texts = {command: text for command, text in outputs_of(device, 1).items() if command in EIGHT_COMMANDS}
    return lambda command, _visit: texts.get(command)


async def _lab(directory: Path, switches: int, think_ms: int) -> None:
    """Serve until standard input ends; the inventory stands in the directory before "ready" is printed."""
    served = [LabSwitch(device.name, _answers(device), think_s=think_ms / 1000) for device in _access(switches)]
    async with LabServer(served, keep=False) as server:
        hosts = {s.name: {"hostname": server.address(s.name)[0], "port": server.address(s.name)[1]} for s in served}
        defaults = {"username": served[0].username, "password": served[0].password, "platform": "cisco_ios"}
        (directory / "hosts.yaml").write_text(json.dumps(hosts))
        (directory / "groups.yaml").write_text("{}")
        (directory / "defaults.yaml").write_text(json.dumps(defaults))
        (directory / "defaults.yaml").chmod(0o600)
        keys = [f"[{server.address(s.name)[0]}]:{server.address(s.name)[1]} {server.host_key(s.name)}\n" for s in served]
        (directory / "known_hosts").write_text("".join(keys))
        (directory / "known_hosts").chmod(0o600)
        print("ready", flush=True)
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


@contextmanager
def _running_lab(options: argparse.Namespace) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        command = [
            sys.executable,
            __file__,
            "--role",
            "lab",
            "--directory",
            name,
            "--switches",
            str(options.switches),
            "--think",
            str(options.think),
        ]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as lab:
            assert lab.stdin is not None
            assert lab.stdout is not None
            assert lab.stdout.readline() == "ready\n"
            yield directory
            lab.stdin.close()


def _ours(directory: Path, out: Path, concurrency: int, logins: int, *, collect_only: bool) -> dict[str, object]:
    collect_seldom()  # as the command does
    state = out / "state"
    state.mkdir(mode=0o700, parents=True)
    (state / "known_hosts").write_bytes((directory / "known_hosts").read_bytes())
    (state / "known_hosts").chmod(0o600)
    request = SweepRequest(state_dir=state, inventory=str(directory), out=out / "captures", commands=EIGHT_COMMANDS, parse=not collect_only)
    outcome = run_sweep(request, settings=replace(Settings(), concurrency=concurrency, logins_a_second=logins), stop=Stop())
    failed = [visit for visit in outcome.visits if visit.status is not VisitStatus.ANSWERED]
    first = f"{failed[0].device}: {failed[0].failure}" if failed else ""
    rows = sum(visit.parse.rows for visit in outcome.visits if visit.parse is not None)
    return {"hosts": len(outcome.visits), "failed": len(failed), "first_failure": first, "rows": rows}


def _visit_once(side: str, directory: Path, options: argparse.Namespace) -> dict[str, float]:
    """One sweep in a process of its own; its answers are compared with the switches'."""
    with tempfile.TemporaryDirectory() as name:
        out = Path(name)
        if side == "ours":
            command = [
                sys.executable,
                __file__,
                "--role",
                "ours",
                "--directory",
                str(directory),
                "--out",
                name,
                "--concurrency",
                str(options.concurrency),
                "--logins",
                str(options.logins),
            ]
        else:
            command = [
                sys.executable,
                str(HERE / "usual_script.py"),
                str(directory),
                str(out / "captures"),
                "--workers",
                str(options.concurrency),
            ]
            command += EIGHT_COMMANDS
        command += ["--collect-only"] if options.collect_only else []
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=True)
        wall, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        said = json.loads(ran.stdout.splitlines()[-1])
        assert said["failed"] == 0, said
        _compare(out / "captures", options.switches)
        cpu = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / options.switches * 1000
        return {"wall": wall, "cpu": cpu, "rows": said["rows"]}


def _compare(captures: Path, switches: int) -> None:
    """Every answer on disk is what the switch was told to say, but for blanks at its ends and the kind of newline."""
    for device in _access(switches):
        for command, text in outputs_of(device, 1).items():
            if command in EIGHT_COMMANDS:
                stem = command.replace(" ", "_")
                kept = (captures / device.name / f"{stem}.txt").read_bytes().decode().replace("\r", "").strip()
                assert kept == text.strip(), f"{device.name} {command}"


def _start_up(side: str) -> tuple[float, float]:
    """Wall and processor seconds of importing what a side imports: no part of a sweep."""
    code = (
        "import switchcorr.cli.app, switchcorr.jobs.sweep.run"
        if side == "ours"
        else f"import sys; sys.path.insert(0, {str(HERE)!r}); import usual_script"
    )
    walls, cpus = [], []
    for _ in range(3):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        subprocess.run([sys.executable, "-c", code], check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        walls.append(time.monotonic() - began)
        cpus.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(walls), min(cpus)


async def _bare_login(directory: Path) -> float:
    """Seconds of a login by the SSH library alone, up to a shell: the least of ten."""
    host = next(iter(json.loads((directory / "hosts.yaml").read_text()).values()))
    login = json.loads((directory / "defaults.yaml").read_text())
    best = math.inf
    for _ in range(10):
        began = time.monotonic()
        async with asyncssh.connect(
            host["hostname"],
            host["port"],
            username=login["username"],
            password=login["password"],
            known_hosts=str(directory / "known_hosts"),
        ) as connection:
            async with connection.create_process(term_type="vt100", encoding=None) as process:
                await process.stdout.readuntil(b"#")
            best = min(best, time.monotonic() - began)
    return best


def _report(options: argparse.Namespace) -> None:
    names = ("asyncssh", "netmiko", "paramiko", "nornir", "nornir-netmiko", "ntc-templates")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, switchcorr {__version__}, {versions}, {datetime.date.today()}"
    )
    print(
        f"{options.switches} switches, {options.concurrency} at the same time, think {options.think} ms, ours at most {options.logins} logins a second, {'collect only' if options.collect_only else 'end to end'}"
    )
    start = {side: _start_up(side) for side in ("ours", "script")}
    found: dict[str, list[dict[str, float]]] = {"ours": [], "script": []}
    with _running_lab(options) as directory:
        login = asyncio.run(_bare_login(directory))
        for _ in range(options.rounds):
            for side, results in found.items():
                result = _visit_once(side, directory, options)
                result["wall"] -= start[side][0]
                result["cpu"] -= start[side][1] / options.switches * 1000
                results.append(result)
                print(
                    f"{side:7} {result['wall']:6.2f} s  {60 * options.switches / result['wall']:6.0f} switches/min"
                    f"  {result['cpu']:6.1f} ms of processor a switch  {result['rows']:.0f} rows",
                    flush=True,
                )
    wall, cpu = ({side: statistics.median(result[key] for result in results) for side, results in found.items()} for key in ("wall", "cpu"))
    rounds = math.ceil(options.switches / options.concurrency)
    floor = rounds * (len(EIGHT_COMMANDS) * options.think / 1000 + login)
    print(f"floor {floor:.2f} s: ours {wall['ours'] / floor:.2f} x, script {wall['script'] / floor:.2f} x")
    ratios = f"{wall['script'] / wall['ours']:.2f} x switches a minute, {cpu['script'] / cpu['ours']:.2f} x less processor time a switch"
    print(f"ratio: {ratios}; bare login {login * 1000:.0f} ms")
    print("(imports are taken off both: " + ", ".join(f"{side} {seconds[0]:.2f} s" for side, seconds in start.items()) + ")")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--switches", type=int, default=150)
    parser.add_argument("--concurrency", type=int, default=50)
    parser.add_argument("--logins", type=int, default=1000, help="most logins that ours begins in a second")
    parser.add_argument("--think", type=int, default=100, help="milliseconds before each answer")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--collect-only", action="store_true")
    parser.add_argument("--role", choices=("report", "lab", "ours"), default="report", help=argparse.SUPPRESS)
    parser.add_argument("--directory", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.role == "lab":
        asyncio.run(_lab(options.directory, options.switches, options.think))
    elif options.role == "ours":
        print(json.dumps(_ours(options.directory, options.out, options.concurrency, options.logins, collect_only=options.collect_only)))
    else:
        _report(options)


if __name__ == "__main__":
    main()
