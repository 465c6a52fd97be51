"""Damaged captures and logs, many rounds: nothing raises, nothing hangs, every file and line is accounted for."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.captures import find_devices, read_device
from switchcorr.events import ReadOptions, read_event_batches, read_event_files
from switchcorr.lab.campus import build_lab_campus
from switchcorr.lab.demo import START, write_demo
from switchcorr.lab.outputs import write_captures
from switchcorr.model.event import EventPools
from switchcorr.parse.facts import parse_capture
from tests.soak.damage import damage

pytestmark = pytest.mark.soak
_NOW = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One output of each command and kind of device, by file name."""
    directory = tmp_path_factory.mktemp("captures")
    write_captures(build_lab_campus(switches=4), directory, visit=1, taken_at=START)
    return {f"{path.parent.name}/{path.name}": path.read_bytes() for path in sorted(directory.rglob("*.txt"))}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The first lines of a week's log."""
    site = write_demo(tmp_path_factory.mktemp("demo"), switches=6)
    return b"".join(site.log.read_bytes().splitlines(keepends=True)[:400])


@pytest.mark.parametrize("seed", range(150))
def test_damaged_captures_are_read_and_accounted_for(seed: int, texts: dict[str, bytes], tmp_path: Path) -> None:
    random_ = random.Random(seed)
    device = random_.choice(sorted({name.partition("/")[0] for name in texts}))
    folder = tmp_path / device
    folder.mkdir()
    for name, text in texts.items():
        if name.startswith(f"{device}/"):
            (folder / name.partition("/")[2]).write_bytes(damage(text, random_) if random_.random() < 0.7 else text)
    reading = read_device(find_devices(tmp_path)[0])
    facts = [parse_capture(capture) for capture in reading.captures]
    accounted = {account.file for account in (*reading.accounts, *(output for one in facts for output in one.outputs))}
    assert {str(path) for path in folder.iterdir()} <= accounted


@pytest.mark.parametrize("seed", range(150))
def test_damaged_logs_give_the_same_events_quickly_and_carefully(seed: int, log: bytes, tmp_path: Path) -> None:
    path = tmp_path / "CiscoSyslog"
    path.write_bytes(damage(log, random.Random(seed)))
    options, found = ReadOptions(now=_NOW), []
    for quick in (True, False):
        batches = list(read_event_batches(path, options=options, pools=EventPools(), quick=quick))
        account = batches[-1].account
        assert account is not None
        assert account.events + account.ignored + account.unrecognised <= max(account.lines, account.events)
        found.append([event for batch in batches for event in batch.log])
    assert found[0] == found[1]
    assert len(read_event_files([path], options=options).log) <= len(found[0])
