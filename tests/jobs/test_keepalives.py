"""Captures from files to an answer: by the command, from the wire of this machine, and real ones where they are."""

from __future__ import annotations

import csv
import gzip
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from switchcorr.errors import InputFileError, UsageError
from switchcorr.jobs.keepalives import KeepalivesRequest, keepalives, ports_of
from switchcorr.model.keepalive import KeepaliveProtocol, KeepaliveVerdict
from switchcorr.report.keepalives import keepalives_document, keepalives_text
from tests.conftest import Called
from tests.packets.wire import KEEP_ALIVE, KEEP_ALIVE_ACK, START, Frames, Talk, idle, pcap, pcapng, register, register_ack, save

_RECEIVE_BUFFER_FORCE = 33
"""Linux: a receive buffer beyond the limit of the system, for root."""
_SAMPLES = Path(__file__).parents[3] / "shared" / "samples" / "pcap"


def _frames(side: str = "phone") -> Frames:
    return Talk().open().register().healthy([30, 60]).ask(90, lost=True).seen(side) + idle(120, -20)


@pytest.fixture
def near(tmp_path: Path) -> Path:
    return save(tmp_path / "near.pcap", pcap(_frames()))


def test_the_command_prints_json_in_a_pipe(call: Callable[..., Called], near: Path) -> None:
    called = call("keepalives", near)
    assert called.code == 0
    document = json.loads(called.out)
    assert (document["schema"], document["verdict"]) == ("switchcorr/keepalives/1", "not_proven")
    assert document["phones"][0]["phone"] == "SEP00005E005301"


def test_both_sides_as_text_and_as_rows(call: Callable[..., Called], near: Path, tmp_path: Path) -> None:
    far = save(tmp_path / "far.pcapng", pcapng(_frames("server")))
    called = call("keepalives", near, "--other-side", far, terminal=True)
    assert called.code == 0
    assert called.out.startswith("network: the network lost keepalives")
    rows = list(csv.DictReader(call("keepalives", near, "--other-side", far, "--format", "csv").out.splitlines()))
    assert [(row["verdict"], row["lost_to_server"]) for row in rows] == [("network", "1")]
    told = call("keepalives", far, "--other-side", near, "--taken-at", "server", "--format", "table")
    assert told.out.startswith("network:")


def test_a_capture_that_is_cut_is_used_and_ends_with_3(call: Callable[..., Called], near: Path) -> None:
    near.write_bytes(near.read_bytes()[:-3])
    called = call("keepalives", near, "--format", "table")
    assert called.code == 3
    assert "NOT READ TO ITS END: cut short within its last packet." in called.out
    assert "missing: " in called.err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("gone.pcap",), 1, "cannot be opened"),
        (("near.pcap", "--port", "sip=x"), 2, "no protocol and port"),
        (("near.pcap", "--port", "rtp=5004"), 2, "no protocol and port"),
        (("near.pcap", "--port", "sip=70000"), 2, "no protocol and port"),
        (("near.pcap", "--other-side", "near.pcap"), 2, "is the capture of both sides"),
        (("text.pcap",), 1, "is no packet capture that can be read"),
        (("near.pcap", "--other-side", "gone.pcap"), 1, "cannot be opened"),
    ],
)
@pytest.mark.usefixtures("near")
def test_what_cannot_be_used_is_told(
    call: Callable[..., Called], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "text.pcap", b"no capture, but text")
    called = call("keepalives", *arguments)
    assert called.code == code
    assert words in called.err


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_how_far_it_is_goes_by_the_bytes_of_the_file(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    frames = Talk().open().register().seen() + [(START + 1 + n / 1000, os.urandom(100)) for n in range(40_000)]
    path = save(tmp_path / "many.pcap", pack(pcap(frames)))
    told: list[tuple[str, int, int]] = []
    keepalives(KeepalivesRequest(path), lambda *step: told.append(step))
    total = path.stat().st_size // 1_000_000
    assert {(stage, of) for stage, _, of in told} == {("many.pcap (MB)", total)}
    done = [number for _, number, _ in told]
    assert len(done) == 3
    assert done == sorted(done)
    assert done[0] < total // 3 < total // 2 <= done[-1] <= total


def test_hostile_names_are_escaped(call: Callable[..., Called], tmp_path: Path) -> None:
    talk = Talk().open().register(name="SEP\x1b[2J\x07\x9b'\"").healthy([30]).add(40, by_phone=False, flags=17)
    path = save(tmp_path / "hostile.pcap", pcap(talk.seen() + idle(60)))
    for format_ in ("table", "csv", "json"):
        out = call("keepalives", path, "--format", format_).out
        assert not any(sign in out for sign in "\x1b\x07\x9b")
        assert "SEP" in out


def test_other_ports() -> None:
    assert ports_of(["sccp=2001"])[2001] is KeepaliveProtocol.SCCP
    with pytest.raises(UsageError):
        ports_of(["=2000"])


def test_a_real_conversation_of_this_machine(tmp_path: Path) -> None:
    """A phone and a server of two sockets on loopback, seen by a packet socket, as a capture program would write them."""
    try:
        wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        wire.setsockopt(socket.SOL_SOCKET, _RECEIVE_BUFFER_FORCE, 1 << 25)  # other tests talk over loopback meanwhile
        wire.bind(("lo", 0))
    except (AttributeError, PermissionError, OSError) as error:
        pytest.skip(f"no packet socket: {error}")
    with wire, socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        talk = threading.Thread(target=_serve, args=(server,))
        talk.start()
        with socket.create_connection(("127.0.0.1", port)) as phone:
            phone.sendall(register())
            assert phone.recv(1000)
            for _ in range(3):
                phone.sendall(KEEP_ALIVE)
                assert phone.recv(1000)
        talk.join()
        frames = _seen(wire, port)
    path = save(tmp_path / "real.pcap", pcap(frames))
    report = keepalives(KeepalivesRequest(path, ports={port: KeepaliveProtocol.SCCP}))
    (phone_seen,) = report.phones
    (one,) = phone_seen.connections
    assert (phone_seen.name, one.sent, one.answered, one.interval_s) == ("SEP00005E005301", 3, 3, 30)
    assert one.verdict is KeepaliveVerdict.CLOSED_BY_PHONE


def _serve(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        assert connection.recv(1000)
        connection.sendall(register_ack())
        while connection.recv(1000):
            connection.sendall(KEEP_ALIVE_ACK)


def _seen(wire: socket.socket, port: int) -> Frames:
    """What the packet socket has, each packet twice (sent and received), up to both ends of the connection."""
    wire.settimeout(5)
    frames: Frames = []
    closed: set[bytes] = set()
    deadline = time.monotonic() + 20
    while len(closed) < 2 and time.monotonic() < deadline:
        frame = wire.recv(65_535)
        if port.to_bytes(2, "big") in (frame[34:36], frame[36:38]):
            frames.append((time.time(), frame))
            if frame[47] & 1:  # FIN
                closed.add(frame[34:36])
    return frames


@pytest.mark.shared
@pytest.mark.parametrize(("name", "phones"), [("skinny.pcap", 2), ("sccp_hw_conf_register.pcapng", 1)])
def test_real_captures(name: str, phones: int) -> None:
    if not (_SAMPLES / name).exists():
        pytest.skip("no real captures beside the checkout")
    report = keepalives(KeepalivesRequest(_SAMPLES / name))
    assert (len(report.phones), report.verdict) == (phones, KeepaliveVerdict.NOT_COVERED)
    assert report.captures[0].problem == ""
    if phones == 1:
        (one,) = report.phones[0].connections
        assert (report.phones[0].name, one.interval_s) == ("NONSECURE_CONF", 30)
        assert one.tcp is not None
        assert one.tcp.retransmitted == (0, 1)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_bytes_end_in_a_traceback(tmp_path: Path, data: st.DataObject) -> None:
    """Random bytes, and captures of which some bytes were changed and some cut away."""
    whole = data.draw(st.sampled_from([pcap(_frames()), pcapng(_frames(), order=">"), gzip.compress(pcap(_frames()))]))
    changed = bytearray(whole)
    for at in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=8)):
        changed[at] = data.draw(st.integers(0, 255))
    kept = bytes(changed[: data.draw(st.integers(0, len(whole)))])
    path = save(tmp_path / "fuzz", data.draw(st.one_of(st.just(kept), st.binary(max_size=300), st.just(whole[:24] + kept[30:]))))
    for other in (None, save(tmp_path / "whole", pcap(_frames("server")))):
        try:
            report = keepalives(KeepalivesRequest(path, other_side=other))
        except InputFileError:
            continue
        assert keepalives_text(report)
        json.dumps(keepalives_document(report))
        for phone in report.phones:
            for one in phone.connections:
                assert one.sent == one.answered + one.unanswered + one.open


def test_nothing_is_left_in_the_users_home(near: Path, tmp_path: Path) -> None:
    """scapy would keep pickles there, and load what somebody else has put there."""
    home = tmp_path / "home"
    home.mkdir()
    environment = {**os.environ, "HOME": str(home), "XDG_CACHE_HOME": str(home / "cache"), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "switchcorr", "keepalives", str(near)]
    ran = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert [path for path in home.rglob("*") if path.is_file()] == []
