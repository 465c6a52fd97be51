"""A run that is killed at any moment leaves a whole result or none, and no process behind."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from switchcorr.lab.demo import DemoSite, write_demo

pytestmark = pytest.mark.soak
_OLD = "an older report"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> DemoSite:
    return write_demo(tmp_path_factory.mktemp("demo"), switches=6)


def _group_is_gone(group: int, deadline_s: float = 20.0) -> bool:
    until = time.monotonic() + deadline_s
    while time.monotonic() < until:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("seed", range(120))
def test_a_killed_run_leaves_a_whole_report_or_the_old_one(seed: int, site: DemoSite, tmp_path: Path) -> None:
    random_ = random.Random(seed)
    report = tmp_path / "report.html"
    report.write_text(_OLD)
    command = [sys.executable, "-m", "switchcorr", "correlate", "--captures", str(site.captures[0]), "--captures", str(site.captures[1])]
    command += ["--events", str(site.log), "--report", str(report), "--format", "json", "--workers", "2"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    ended = random_.choice((signal.SIGKILL, signal.SIGTERM, signal.SIGINT))
    try:
        process.wait(timeout=random_.uniform(0.05, 4.0))
    except subprocess.TimeoutExpired:
        process.send_signal(ended)
    process.wait(timeout=30)
    text = report.read_text()
    assert text == _OLD or (text.startswith("<!doctype html>") and text.rstrip().endswith("</html>"))
    assert _group_is_gone(process.pid), "workers are left behind"
