"""The main job as a whole process: captures of many switches and a log in, verdicts out.

    python benchmarks/correlate_captures.py [--switches 200] [--events 100000]

Generates a campus in a temporary directory (the eight commands of a sweep, one visit), runs ``switchcorr correlate`` on it and prints
wall and processor seconds and the largest resident size of one process and of all together.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from switchcorr import __version__
from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.demo import START
from switchcorr.lab.event_log import Alert, background_drops, write_event_log
from switchcorr.lab.outputs import EIGHT_COMMANDS, write_captures


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--switches", type=int, default=200)
    options.add_argument("--phones-a-module", type=int, default=29, help="29 gives about 20,000 phones on 200 switches")
    options.add_argument("--events", type=int, default=100_000)
    arguments = options.parse_args()
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    )
    with tempfile.TemporaryDirectory() as folder:
        captures, log = Path(folder, "captures"), Path(folder, "log")
        campus = build_lab_campus(switches=arguments.switches, phones_a_module=arguments.phones_a_module)
        write_captures(campus, captures, visit=1, taken_at=START, commands=EIGHT_COMMANDS)
        rate = arguments.events / 2 / 7 / len(campus.phones)
        drops = background_drops(campus, start=START, days=7, per_phone_a_day=rate, random_=random.Random(1))
        write_event_log(log, drops, [Alert(START, "cm-sub1", 20)])
        size = sum(path.stat().st_size for path in captures.rglob("*.txt"))
        print(
            f"{len(campus.devices)} devices, {len(campus.phones)} phones, {size / len(campus.devices) / 1000:.0f} kB a device, {2 * len(drops)} events"
        )
        command = [
            sys.executable,
            "-m",
            "switchcorr",
            "correlate",
            "--captures",
            str(captures),
            "--events",
            str(log),
            "--format",
            "json",
            "-q",
            "--no-phones",
        ]
        began = time.monotonic()
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        wall = time.monotonic() - began
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        document = json.loads(ran.stdout)
        print(f"wall {wall:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, largest process {used.ru_maxrss / 1024:.0f} MiB")
        print(
            f"phones placed {document['coverage']['placed']}, events {document['coverage']['events_read']}, incidents {len(document['incidents'])}"
        )


if __name__ == "__main__":
    main()
