"""A real listener on loopback: what is sent is in the segments, what is refused is counted."""

from __future__ import annotations

import asyncio
import re
import stat
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.errors import ListenError
from switchcorr.listen.segments import Rotation
from switchcorr.listen.server import Address
from switchcorr.listen.tcp import Limits
from tests.listen.receiving import connect, listening, options, send_tcp, send_udp

_CISCO = (
    b"<187>31: cm1.example.org: Nov 20 2026 09:41:07.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E005301]: x"
)
_BSD = b"<189>Nov 20 10:41:07 acc-12 123: %LINK-3-UPDOWN: Interface Gi3/12, changed state to down"
_IETF = b"<187>1 2026-11-20T09:41:07.476Z cm1 ccm 7 ID47 - %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E005302]: x"


async def test_each_framing_by_each_transport_on_both_loopbacks_is_stored(tmp_path: Path) -> None:
    given = options(tmp_path / "events", "udp", "tcp", hosts=("127.0.0.1", "::1"))
    async with listening(given) as running:
        for host in ("127.0.0.1", "::1"):
            send_udp(running.port("udp", host), _CISCO, _BSD, _IETF + b"\n", host=host)
            port = running.port("tcp", host)
            await send_tcp(port, _CISCO + b"\n" + _BSD, b"\r\n" + _IETF + b"\n", host=host)
            await send_tcp(port, b"%d %b" % (len(_CISCO), _CISCO), b"%d %b" % (len(_BSD), _BSD), b"%d %b" % (len(_IETF), _IETF), host=host)
        await running.until(lambda: running.counts.received == 18)
        report = await running.end()
    assert report.counts.stored == 18
    assert (report.counts.udp, report.counts.tcp) == (6, 12)
    assert sorted(running.lines()) == sorted([_CISCO, _BSD, _IETF] * 6)
    heads = {line.split(b" ")[1] for line in running.raw().splitlines()}
    assert heads == {b"127.0.0.1", b"::1"}
    assert all(re.match(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", line) for line in running.raw().splitlines())


async def test_segments_are_for_their_owner_and_rotate_by_size(tmp_path: Path) -> None:
    given = replace(options(tmp_path / "events", "udp"), rotation=Rotation(bytes=200))
    async with listening(given) as running:
        for number in range(4):
            send_udp(running.port("udp"), _CISCO)
            await running.until(lambda number=number: running.counts.stored == number + 1)  # type: ignore[misc]
        await running.end()
    files = sorted((tmp_path / "events").glob("*.log"))
    assert len(files) == running.counts.segments >= 2
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert running.lines() == [_CISCO] * 4


async def test_segments_rotate_by_age_and_a_stepping_clock_does_no_harm(tmp_path: Path) -> None:
    moments = iter([datetime(2026, 11, 20, 9, tzinfo=UTC), *[datetime(1999, 1, 1, tzinfo=UTC)] * 100])
    seconds = [0.0]
    given = replace(
        options(tmp_path / "events", "udp"), rotation=Rotation(seconds=60.0), now=lambda: next(moments), monotonic=lambda: seconds[0]
    )
    async with listening(given) as running:
        for number in range(3):
            send_udp(running.port("udp"), b"<1>%d" % number)
            await running.until(lambda number=number: running.counts.stored == number + 1)  # type: ignore[misc]
            seconds[0] += 61.0
    assert running.counts.segments == 3
    assert sorted(running.lines()) == [b"<1>0", b"<1>1", b"<1>2"]


async def test_odd_datagrams_are_kept_as_one_line_each_or_counted(tmp_path: Path) -> None:
    odd = [b"", b"\0", b"\r\n", b"x" * 60_000, b"<1>a\nforged\0\x1b[2J\x7f", b"%s%n %[ %[[", b"\xff\xfe invalid \x80", b"<1>tab\there"]
    async with listening(options(tmp_path / "events", "udp")) as running:
        send_udp(running.port("udp"), *odd)
        await running.until(lambda: running.counts.udp + running.counts.empty == len(odd))
        await running.end()
    assert (running.counts.empty, running.counts.cut) == (3, 1)
    assert running.lines() == [
        b"x" * 8192, b"<1>a#012forged#000#033[2J#177", b"%s%n %[ %[[", b"\xff\xfe invalid \x80", b"<1>tab\there",
    ]  # fmt: skip


async def test_who_is_not_allowed_is_counted_and_named_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    given = replace(options(tmp_path / "events", "udp", "tcp"), allow=("127.0.0.1",))
    async with listening(given) as running:
        send_udp(running.port("udp"), _BSD, _BSD, source="127.0.0.2")
        send_udp(running.port("udp"), _CISCO)
        await running.until(lambda: running.counts.stored == 1 and running.counts.refused_messages == 2)
    assert running.lines() == [_CISCO]
    assert [record.message for record in caplog.records if "127.0.0.2" in record.message] == [
        "listen: 127.0.0.2 is not allowed to send; its messages are counted and not kept (--allow)"
    ]


async def test_connections_beyond_the_limits_are_refused_and_others_go_on(tmp_path: Path) -> None:
    given = replace(options(tmp_path / "events", "tcp", "udp"), limits=Limits(per_source=3))
    async with listening(given) as running:
        writers = [await connect(running.port("tcp")) for _ in range(10)]
        await running.until(lambda: running.counts.refused_connections == 7)
        send_udp(running.port("udp"), _BSD)
        writers[0].write(_CISCO + b"\n")
        await running.until(lambda: running.counts.stored == 2)
        for writer in writers:
            writer.close()
        await running.until(lambda: not running.listener._connections._of_source)
        await send_tcp(running.port("tcp"), _CISCO + b"\n")
        await running.until(lambda: running.counts.stored == 3)
    assert running.counts.connections == 4


async def test_a_wrong_count_closes_its_connection_only_and_keeps_what_was_whole(tmp_path: Path) -> None:
    async with listening(options(tmp_path / "events", "tcp")) as running:
        other = await connect(running.port("tcp"))
        reader, writer = await asyncio.open_connection("127.0.0.1", running.port("tcp"))
        writer.write(b"%d %b99999999999 " % (len(_CISCO), _CISCO))
        async with asyncio.timeout(20):
            with suppress(ConnectionResetError):
                assert await reader.read() == b""
        writer.close()
        other.write(_BSD + b"\n")
        await running.until(lambda: running.counts.stored == 2)
        other.close()
    assert running.counts.bad_frames == 1
    assert sorted(running.lines()) == sorted([_CISCO, _BSD])


async def test_a_connection_that_drips_bytes_is_idle(tmp_path: Path) -> None:
    seconds = [0.0]
    given = replace(options(tmp_path / "events", "tcp"), monotonic=lambda: seconds[0])
    async with listening(given) as running:
        slow, busy = await connect(running.port("tcp")), await connect(running.port("tcp"))
        for _ in range(4):
            seconds[0] += 100.0
            slow.write(b"x")
            busy.write(_BSD + b"\n")
            await running.until(lambda: running.counts.tcp > seconds[0] // 100 - 1)
        await running.until(lambda: running.counts.idle_closed == 1)
        busy.write(_CISCO + b"\n")
        await running.until(lambda: running.counts.tcp == 6)
        slow.close()
        busy.close()
        await running.end()
    assert running.counts.half == 1
    assert sorted(running.lines()) == sorted([_BSD] * 4 + [b"xxxx", _CISCO])


async def test_the_end_takes_what_was_sent_before_it(tmp_path: Path) -> None:
    async with listening(options(tmp_path / "events", "udp", "tcp")) as running:
        writer = await connect(running.port("tcp"))
        await running.until(lambda: running.counts.connections == 1)
        send_udp(running.port("udp"), *[b"<1>u%d" % number for number in range(700)])
        writer.write(b"".join(b"<1>t%d\n" % number for number in range(2000)) + b"<1>half")
        await running.end()
        writer.close()
    assert running.counts.stored == running.counts.received == 2701
    assert len(set(running.lines())) == 2701


async def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    async with listening(options(tmp_path / "events", "udp")) as running:
        again = replace(options(tmp_path / "other", "udp"), addresses=(Address("udp", "127.0.0.1", running.port("udp")),))
        with pytest.raises(ListenError, match=r"udp 127\.0\.0\.1:\d+ cannot be opened: Address already in use"):
            async with listening(again):
                pass
