"""The process beside a listener: a machine that cannot start it costs the judgement, never the reception."""

from __future__ import annotations

import contextlib
import os
import resource
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.cli.listen.live import LiveProcess, LiveTalk
from switchcorr.jobs.inputs.request import CampusRequest, Times
from switchcorr.jobs.live.watch import LiveRequest

_NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@contextlib.contextmanager
def _no_file_left() -> Iterator[None]:
    """No descriptor can be opened inside, as on a machine that has used them up."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    lowest_free = os.dup(0)
    os.close(lowest_free)
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _runs(live: LiveProcess) -> bool:
    return live.process is not None and live.process.is_alive()


def test_a_process_that_cannot_be_started_is_told_once_and_tried_again(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    clock = [1000.0]
    request = LiveRequest(tmp_path, Times(_NOW), CampusRequest(captures=(tmp_path / "none",)))
    live = LiveProcess(request, LiveTalk(0, quiet=True), monotonic=lambda: clock[0])
    live.check()  # before it listens nothing is started
    with _no_file_left():
        live.start()
        for seconds in (1, 30, 61, 62, 200):
            clock[0] = 1000.0 + seconds
            live.check()
    assert capfd.readouterr().err.count("no process can be started: Too many open files") == 1
    clock[0] += 59
    live.check()
    assert not _runs(live)
    clock[0] += 2
    live.check()
    assert _runs(live)
    live.end()
    assert not _runs(live)
