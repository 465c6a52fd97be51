"""Start of the command line against bare Python.

    python benchmarks/startup.py [--runs 15]

Prints the medians of ``switchcorr --help`` and of ``python -c pass``, their difference and their ratio.
"""

from __future__ import annotations

import argparse
import datetime
import platform
import statistics
import subprocess
import sys
import time

from switchcorr import __version__


def _median_s(command: list[str], runs: int) -> float:
    times = []
    for _ in range(runs + 1):
        began = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return statistics.median(times[1:])


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=15)
    runs = options.parse_args().runs
    bare = _median_s([sys.executable, "-c", "pass"], runs)
    ours = _median_s([sys.executable, "-m", "switchcorr", "--help"], runs)
    print(
        f"switchcorr {__version__}, Python {platform.python_version()}, {platform.machine()}, {datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    )
    print(
        f"bare Python {bare * 1000:.0f} ms, --help {ours * 1000:.0f} ms, difference {(ours - bare) * 1000:.0f} ms, ratio {ours / bare:.1f}"
    )


if __name__ == "__main__":
    main()
