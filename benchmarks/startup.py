"""Start of the command line against bare Python, and against the command lines of the libraries it builds on.

    python benchmarks/startup.py [--runs 15]

Runs the commands in turn, so that all meet the same load of the machine, and prints for each the medians of wall and processor
milliseconds and the difference from bare Python. The goal is 150 ms of wall time over bare Python for ``switchcorr --help``.
"""

from __future__ import annotations

import argparse
import datetime
import os
import platform
import statistics
import subprocess
import sys
import time

from switchcorr import __version__

COMMANDS = {
    "bare Python": ("-c", "pass"),
    "switchcorr --help": ("-m", "switchcorr", "--help"),
    "switchcorr correlate --help": ("-m", "switchcorr", "correlate", "--help"),
    "netmiko-show --help": ("-c", "import sys; sys.argv[1:] = ['--help']; from netmiko.cli_tools.netmiko_show import main_ep; main_ep()"),
    "napalm --help": ("-c", "import sys; sys.argv[1:] = ['--help']; from napalm.base.clitools.cl_napalm import main; main()"),
}


def measure(command: tuple[str, ...]) -> tuple[float, float]:
    """Wall and processor seconds of one start."""
    before, began = os.times(), time.perf_counter()
    subprocess.run([sys.executable, *command], check=True, capture_output=True)
    wall, after = time.perf_counter() - began, os.times()
    return wall, after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=15)
    runs = options.parse_args().runs
    today = f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    print(f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} processors, {today}")
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(runs + 1):
        for name, command in COMMANDS.items():
            times[name].append(measure(command))
    bare = times["bare Python"][1:]  # the first round fills caches
    print(f"{'':28} {'wall':>7} {'processor':>10} {'over bare Python':>17} {'ratio':>6}")
    for name in COMMANDS:
        wall = statistics.median(run[0] for run in times[name][1:])
        processor = statistics.median(run[1] for run in times[name][1:])
        over = statistics.median(run[0] - other[0] for run, other in zip(times[name][1:], bare, strict=True))
        ratio = wall / statistics.median(run[0] for run in bare)
        print(f"{name:28} {wall * 1000:4.0f} ms {processor * 1000:7.0f} ms {over * 1000:14.0f} ms {ratio:6.1f}")


if __name__ == "__main__":
    main()
