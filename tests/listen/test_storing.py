"""What happens between receiving and the disk: failing writes and syncs, a full disk, floods, kills, two listeners on one folder."""

from __future__ import annotations

import asyncio
import errno
import json
import os
import re
import signal
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from switchcorr.lab.demo import DemoSite
from switchcorr.listen.losses import Loss
from switchcorr.listen.segments import Disk
from switchcorr.listen.tcp import Limits
from switchcorr.listen.udp import kernel_drops
from switchcorr.store.incidents import incidents_between
from switchcorr.store.open import OpenOptions, open_store
from switchcorr.store.url import parse_url
from tests.listen.receiving import DEADLINE_S, listening, options, send_tcp, send_udp
from tests.listen.test_live import line, module_phones


def _failing(at: set[int], code: int, *, half: bool = False) -> Callable[[int, memoryview], int]:
    calls = iter(range(1, 10_000))

    def write(handle: int, data: memoryview) -> int:
        if next(calls) in at:
            if half:
                os.write(handle, data[: len(data) // 2])
            raise OSError(code, os.strerror(code))
        return os.write(handle, data)

    return write


def _failing_sync(at: set[int]) -> Callable[[int], None]:
    calls = iter(range(1, 10_000))

    def fsync(handle: int) -> None:
        if next(calls) in at:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(handle)

    return fsync


@pytest.mark.parametrize(
    "disk",
    [Disk(write=_failing({n}, errno.ENOSPC, half=half)) for n in (1, 2, 3) for half in (False, True)]
    + [Disk(fsync=_failing_sync({n})) for n in (1, 2, 3)],
)
async def test_a_failing_disk_loses_and_repeats_nothing(tmp_path: Path, disk: Disk, caplog: pytest.LogCaptureFixture) -> None:
    async with listening(replace(options(tmp_path / "events", "udp"), disk=disk)) as running:
        for number in range(3):
            send_udp(running.port("udp"), b"<1>%d" % number, b"<1>%d more" % number)
            await running.until(lambda number=number: running.counts.stored == 2 * (number + 1))  # type: ignore[misc]
        await running.end()
    assert sorted(running.lines()) == [b"<1>0", b"<1>0 more", b"<1>1", b"<1>1 more", b"<1>2", b"<1>2 more"]
    assert running.counts.write_errors == 1
    said = [record.message for record in caplog.records if "written" in record.message]
    assert "cannot be written" in said[0]
    assert "can be written again; nothing that was received is lost" in said[-1]


async def test_a_folder_that_cannot_be_synced_leaves_neither_open_files_nor_empty_ones(tmp_path: Path) -> None:
    folders = iter(range(4))

    def fsync(handle: int) -> None:
        if stat.S_ISDIR(os.fstat(handle).st_mode) and next(folders, None) is not None:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        os.fsync(handle)

    folder = tmp_path / "events"
    async with listening(replace(options(folder, "udp"), disk=Disk(fsync=fsync))) as running:
        send_udp(running.port("udp"), b"<1>0")
        await running.until(lambda: running.counts.stored == 1)
        opened = [path for path in Path("/proc/self/fd").iterdir() if path.is_symlink() and ".log" in os.readlink(path)]  # noqa: PTH115  # it may be gone
        assert len([path for path in opened if str(folder) in os.readlink(path)]) == 1  # noqa: PTH115  # as above
        await running.end()
    assert running.counts.write_errors == 4
    assert running.counts.segments == len(list(folder.glob("*.log"))) == 1
    assert running.lines() == [b"<1>0"]


async def test_a_disk_that_stays_full_stops_reading_at_the_bound_and_goes_on_by_itself(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full = [True]

    def write(handle: int, data: memoryview) -> int:
        if full[0]:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return os.write(handle, data)

    given = replace(options(tmp_path / "events", "udp", "tcp"), disk=Disk(write=write), limits=Limits(pending_bytes=200_000))
    async with listening(given) as running:
        intake = running.listener._intake
        lines = [b"<1>%06d %b\n" % (number, b"x" * 100) for number in range(20_000)]
        sending = asyncio.ensure_future(send_tcp(running.port("tcp"), *lines))
        await running.until(lambda: intake.paused and running.counts.write_errors > 0)
        assert intake.waiting * 200 < 200_000 + 2 * (1 << 18) * 2
        send_udp(running.port("udp"), b"<1>waits in the kernel")
        full[0] = False
        async with asyncio.timeout(DEADLINE_S):
            await sending
        await running.until(lambda: running.counts.stored == 20_001)
        await running.end()
    assert running.counts.pauses > 1
    assert sum("reading pauses" in record.message for record in caplog.records) == 1
    assert sorted(running.lines()) == sorted([*(line[:-1] for line in lines), b"<1>waits in the kernel"])


async def test_what_the_kernel_drops_is_counted_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    earlier = Loss(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC), 9)
    async with listening(replace(options(tmp_path / "events", "udp"), losses=(earlier,))) as running:
        receiver = running.listener._udp[0]
        receiver.pause()
        message = b"<1>" + b"x" * 8000
        while not kernel_drops({os.fstat(receiver.socket.fileno()).st_ino}):
            send_udp(running.port("udp"), *[message] * 500)
        receiver.resume()
        await running.until(lambda: running.counts.kernel_drops > 0)
        report = await running.end()
    assert report.counts.kernel_drops == running.counts.kernel_drops > 0
    assert report.losses[0] == earlier
    assert sum(one.dropped for one in report.losses[1:]) == report.counts.kernel_drops
    assert all(report.since <= one.since <= one.until for one in report.losses[1:])
    assert any("the kernel dropped" in record.message and "events may be missing" in record.message for record in caplog.records)
    assert report.counts.stored == report.counts.udp


def test_a_table_of_the_kernel_that_is_not_there_tells_nothing(tmp_path: Path) -> None:
    odd = tmp_path / "udp"
    odd.write_text("header\n 1 2 3\n" + " ".join(["x"] * 9 + ["77", "2", "0", "5"]) + "\n")
    assert kernel_drops({77}, (odd, tmp_path / "missing")) == 5
    assert kernel_drops({78}, (odd,)) == 0


_STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _nothing_is_left_running() -> Iterator[None]:
    """What a failed test has started is ended."""
    yield
    while _STARTED:
        one = _STARTED.pop()
        if one.poll() is None:
            one.kill()
        one.communicate(timeout=DEADLINE_S)


class _Process:
    """``switchcorr listen`` in a process of its own."""

    def __init__(self, folder: Path, *more: str, limit: int | None = None) -> None:
        run = (
            "import resource, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)),) * 2);"
            "from switchcorr.cli.app import main; main()"
        )
        begin = ["-m", "switchcorr"] if limit is None else ["-c", run, str(limit)]
        where = ["--udp", "127.0.0.1:0", "--tcp", "127.0.0.1:0", "--out", str(folder)]
        command = [sys.executable, *begin, "listen", *where, *more]
        self.folder = folder
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        _STARTED.append(self.process)
        assert self.process.stderr is not None
        said = ""
        while "listening:" not in said:
            said = self.process.stderr.readline()
            assert said, "it ended"
        self.udp, self.tcp = map(int, re.findall(r":(\d+)[,;]", said))

    def end(self, number: int = signal.SIGTERM) -> tuple[str, str]:
        self.process.send_signal(number)
        said = self.process.communicate(timeout=3 * DEADLINE_S)
        _STARTED.remove(self.process)
        return said

    def lines(self) -> list[bytes]:
        """Whole lines of all segments; the kernel may cut the last one of a process that is killed, and the next begins a segment of its own."""
        parts = [path.read_bytes() for path in sorted(self.folder.glob("*.log"))]
        return [line.split(b" ", 2)[2] for part in parts for line in part.split(b"\n")[:-1]]


def _state(folder: Path) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = json.loads((folder / "listen.json").read_text())
    return found


async def test_sigterm_ends_a_process_with_everything_stored(tmp_path: Path) -> None:
    process = _Process(tmp_path / "events")
    send_udp(process.udp, *[b"<1>u%d" % number for number in range(500)])
    await send_tcp(process.tcp, b"".join(b"<1>t%d\n" % number for number in range(500)))
    out, err = process.end()
    assert process.process.returncode == 0, err
    document = json.loads(out)
    assert document["schema"] == "switchcorr/listen/1"
    assert document["counts"]["stored"] == document["counts"]["received"] == len(set(process.lines())) == 1000
    assert _state(process.folder) == document
    assert "1,000 messages received, 1,000 stored; 0 dropped by the kernel" in err


async def test_kill_9_loses_only_what_was_not_stored_and_leaves_whole_lines(tmp_path: Path) -> None:
    process = _Process(tmp_path / "events")
    _, writer = await asyncio.open_connection("127.0.0.1", process.tcp)
    sent = 0
    async with asyncio.timeout(DEADLINE_S):
        while len(process.lines()) < 2_000:
            writer.write(b"".join(b"<1>%07d\n" % number for number in range(sent, sent + 100)))
            sent += 100
            await writer.drain()
            await asyncio.sleep(0.002)
    seen = process.lines()
    process.end(signal.SIGKILL)
    writer.close()
    kept = process.lines()
    assert kept[: len(seen)] == seen
    assert kept == [b"<1>%07d" % number for number in range(len(kept))]
    again = _Process(tmp_path / "events")
    send_udp(again.udp, b"<1>after")
    again.end()
    assert again.lines() == [*kept, b"<1>after"]


@pytest.mark.skipif(signal.getsignal(signal.SIGHUP) is signal.SIG_IGN, reason="the tests run under nohup")
async def test_a_terminal_that_is_closed_ends_it_in_peace(tmp_path: Path) -> None:
    process = _Process(tmp_path / "events")
    send_udp(process.udp, b"<1>before")
    process.end(signal.SIGHUP)
    assert process.lines() == [b"<1>before"]
    assert process.process.returncode == 0
    assert not json.loads((process.folder / "listen.json").read_text())["running"]


async def test_a_limit_on_the_size_of_files_costs_nothing(tmp_path: Path) -> None:
    process = _Process(tmp_path / "events", limit=20_000)
    for number in range(6):
        await send_tcp(process.tcp, b"".join(b"<1>%07d %b\n" % (one, b"x" * 60) for one in range(number * 100, number * 100 + 100)))
        async with asyncio.timeout(DEADLINE_S):
            while len(process.lines()) < (number + 1) * 100:
                await asyncio.sleep(0.02)
    _, err = process.end()
    assert sorted(line[:10] for line in process.lines()) == [b"<1>%07d" % number for number in range(600)]
    assert "File too large" in err


async def test_a_second_listener_on_a_folder_is_refused_and_names_the_first(tmp_path: Path) -> None:
    process = _Process(tmp_path / "events")
    command = [sys.executable, "-m", "switchcorr", "listen", "--udp", "127.0.0.1:0", "--out", str(process.folder)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)
    assert ran.returncode == 1
    assert f"process {process.process.pid} is listening into this folder" in ran.stderr
    process.end(signal.SIGKILL)
    _Process(tmp_path / "events").end()


async def test_live_recognition_runs_beside_a_listener_and_names_the_module(tmp_path: Path, small_site: DemoSite) -> None:
    """Processes as a user starts them; a fault of one module is sent by UDP with the times of now."""
    captures = [option for folder in small_site.captures for option in ("--captures", str(folder))]
    process = _Process(tmp_path / "events", "--live", *captures, "--store", str(tmp_path / "x.db"))
    at = datetime.now(UTC)
    send_udp(process.udp, *[line(name, at, node).split(" ", 2)[2].encode() for name, node in module_phones(20)])
    told = tmp_path / "events" / "incidents.jsonl"
    async with asyncio.timeout(3 * DEADLINE_S):
        while not told.exists() or not told.read_bytes().endswith(b"\n"):
            await asyncio.sleep(0.05)
    _, err = process.end()
    assert process.process.returncode == 0, err
    (message,) = map(json.loads, told.read_text().splitlines())
    assert (message["schema"], message["news"], message["number"]) == ("switchcorr/live/1", "new", 1)
    assert message["incident"]["causes"][0]["component"]["id"] == "acc-001/1"
    assert f"live: new {message['incident']['id']}: " in err
    with open_store(parse_url(str(tmp_path / "x.db")), OpenOptions(write=False)) as store:
        (kept,) = incidents_between(store, at - timedelta(minutes=1), at + timedelta(minutes=1))
    assert kept.id == message["incident"]["id"]


def test_live_needs_to_know_where_phones_are(call: Callable[..., Any], tmp_path: Path) -> None:
    told = call("listen", "--live", "--udp", "127.0.0.1:0", "--out", tmp_path / "events")
    assert told.code == 2
    assert "--live needs to know where phones are." in told.err


def test_who_only_follows_is_told_of_a_folder_that_is_not_there_or_empty(
    call: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = tmp_path / "phones.csv"
    places.write_text("phone,switch\nSEP00005E005301,acc-001\n")
    told = call("listen", "--follow", "--out", tmp_path / "event", "--locations", places)
    assert (told.code, "is no directory" in told.err, (tmp_path / "event").exists()) == (1, True, False)
    monkeypatch.setattr("switchcorr.cli.listen.live.follow_only", lambda *_: None)
    (tmp_path / "events").mkdir()
    said = "no segment (*.log) is in "
    assert said in call("listen", "--follow", "--out", tmp_path / "events", "--locations", places).err
    (tmp_path / "events" / "a.log").touch()
    assert said not in call("listen", "--follow", "--out", tmp_path / "events", "--locations", places).err


def test_who_only_follows_is_refused_what_no_phone_can_be_known_from(call: Callable[..., Any], tmp_path: Path) -> None:
    misspelt = tmp_path / "misspelt.csv"
    misspelt.write_text("fone,swich\nSEP00005E005301,acc-001\n")
    empty = tmp_path / "empty"
    empty.mkdir()
    nowhere = tmp_path / "nowhere"
    for option, given in (
        ("--locations", tmp_path / "no.csv"), ("--locations", misspelt), ("--captures", nowhere), ("--captures", empty), ("--devices", nowhere)
    ):  # fmt: skip
        places = () if option != "--devices" else ("--captures", tmp_path)
        told = call("listen", "--follow", "--udp", "127.0.0.1:0", "--out", tmp_path / "events", option, given, *places)
        assert told.code not in (0, None)
        assert told.err.count(str(given)) == 1
        assert "watching" not in told.err
    assert not (tmp_path / "events").exists()
