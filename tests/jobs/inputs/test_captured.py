"""Packet captures where event files are given: the whole way, by the command, into a store, and from Python."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import switchcorr as sc
from switchcorr.errors import EventFormatError, InputFileError
from switchcorr.events import ReadOptions
from switchcorr.jobs.inputs.captured import read_batches
from switchcorr.jobs.inputs.request import Times
from switchcorr.jobs.store.ingest import ingest
from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.event import Event, EventKind, EventPools
from switchcorr.store.events import events_between
from switchcorr.store.url import parse_url
from tests.conftest import Called
from tests.packets.wire import RST, START, Frames, Talk, idle, pcap, pcapng, register_ack, save, sccp
from tests.store.visiting import count_events

_NOW = datetime(2026, 11, 23, tzinfo=UTC)
_PHONES = 24
_LOST = 8
_SAMPLES = Path(__file__).parents[4] / "shared" / "samples" / "pcap"
_ALARM = sccp(0x20, bytes(4) + b"10: Name=SEP00005E005300 Load=x Last=TCP-timeout".ljust(80, b"\0"))


def _name(number: int) -> str:
    return f"SEP00005E0053{number:02X}"


def _frames(side: str = "phone") -> Frames:
    """Phones of which the first ones lose their server, silently, and go to another one some seconds later."""
    frames = idle(300, -5)
    for number in range(_PHONES):
        phone, begin = f"198.51.100.{number + 10}", number / 100
        talk = Talk(phone=phone, port=50000).open(begin).register(begin + 0.1, name=_name(number)).healthy([begin + 30, begin + 60])
        if number < _LOST:
            talk.ask(begin + 90, lost=True).ask(begin + 120, lost=True)
            other = Talk(phone=phone, port=51000, server="192.0.2.11").open(begin + 2)
            if number == 0:
                other.ask(begin + 139, _ALARM)
            other.register(140 + number, name=_name(number)).healthy([170 + number, 200 + number])
            talk.add(141 + number, by_phone=True, flags=RST)
            frames += other.seen(side)
        else:
            talk.healthy([begin + 90, begin + 120, begin + 150])
        frames += talk.seen(side)
    return frames


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save(tmp_path / "phones.pcap", pcap(_frames()))
    rows = ["phone,switch,module", *(f"{_name(number)},acc-12,{3 if number < _LOST else 4}" for number in range(_PHONES))]
    (tmp_path / "locations.csv").write_text("\n".join(rows) + "\n")
    drops = [f"{datetime.fromtimestamp(START + 160 + number, UTC):%Y-%m-%dT%H:%M:%SZ}" for number in range(4)]
    rows = ["time,phone,event,reason,node", *(f"{at},{_name(number)},unregistered,13,cm1" for number, at in enumerate(drops))]
    (tmp_path / "ccm.csv").write_text("\n".join(rows) + "\n")
    return tmp_path


@pytest.fixture
def place(tmp_path: Path) -> StorePlace:
    return StorePlace(parse_url(f"sqlite:///{tmp_path / 'store.sqlite'}"), tmp_path / "raw")


def _events(path: Path) -> list[Event]:
    (batch,) = read_batches(path, options=ReadOptions(now=_NOW), pools=EventPools())
    return list(batch.log)


def test_a_capture_beside_a_log_names_the_card(call: Callable[..., Called], folder: Path) -> None:
    given = ("--locations", folder / "locations.csv", "--events", folder / "phones.pcap", "--events", folder / "ccm.csv")
    called = call("correlate", *given, "--format", "json")
    assert called.code == 0, called.err
    (incident,) = json.loads(called.out)["incidents"]
    (cause,) = incident["causes"]
    assert (cause["component"]["id"], cause["affected"], incident["endpoints"]) == ("acc-12/3", _LOST, _LOST)
    assert {phone["node"] for phone in incident["phones"]} == {"cm1"}
    assert sorted(phone["reason"] or 0 for phone in incident["phones"]) == [0, 0, 0, 0, 13, 13, 13, 13]
    assert {phone["back_node"] for phone in incident["phones"]} == {"192.0.2.11"}
    shown = " ".join(call("correlate", *given, "--format", "table").out.split())
    assert "phones.pcap: packet_capture; 41 events in" in shown
    assert "4 told twice" in shown


def test_both_sides_of_one_incident_are_one(folder: Path) -> None:
    save(folder / "server.pcap", pcap(_frames("server")))
    assert len(sc.read_events(folder / "phones.pcap", folder / "server.pcap")) == len(sc.read_events(folder / "phones.pcap"))


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_every_container_gives_the_same_events_whatever_its_name(tmp_path: Path, pack: Callable[[bytes], bytes]) -> None:
    expected = _events(save(tmp_path / "a.pcap", pcap(_frames())))
    for content in (pcap(_frames()), pcap(_frames(), order=">", nano=True), pcapng(_frames(), resolution=6)):
        found = _events(save(tmp_path / "mail.txt", pack(content)))
        assert [(one.kind, one.name, one.node, one.line) for one in found] == [(one.kind, one.name, one.node, one.line) for one in expected]


def test_python_reads_a_capture_and_what_the_phone_says(folder: Path) -> None:
    log = sc.read_events(folder / "phones.pcap", now=_NOW)
    kinds = [event.kind for event in log]
    assert (kinds.count(EventKind.REGISTERED), kinds.count(EventKind.UNREGISTERED)) == (_PHONES + _LOST, _LOST)
    (alarm,) = (event for event in log if event.kind is EventKind.PHONE_ALARM)
    assert alarm.reason is not None
    assert (alarm.name, alarm.ip, alarm.reason.name) == (_name(0), "198.51.100.10", "TCPtimedOut")
    result = sc.correlate(sc.read_locations(folder / "locations.csv"), log)
    assert [cause.component.id for cause in result.incidents[0].causes] == ["acc-12/3"]


def test_a_capture_of_phones_that_it_does_not_name_has_the_names_of_the_log(call: Callable[..., Called], folder: Path) -> None:
    """It began in the middle: no Register is in it, and the phones are behind a router."""
    frames = [frame for frame in _frames("server") if b"SEP00005E" not in frame[1]]
    save(folder / "server.pcap", pcap(frames))
    rows = (folder / "ccm.csv").read_text().splitlines()
    rows = [rows[0] + ",ip", *(f"{row},198.51.100.{number + 10}" for number, row in enumerate(rows[1:]))]
    (folder / "ccm.csv").write_text("\n".join(rows) + "\n")
    given = ("--locations", folder / "locations.csv", "--events", folder / "server.pcap", "--events", folder / "ccm.csv")
    (incident,) = json.loads(call("correlate", *given, "--format", "json").out)["incidents"]
    assert (incident["events"], incident["endpoints"]) == (4, 4)


def test_a_capture_that_is_ingested_again_adds_nothing(folder: Path, place: StorePlace) -> None:
    path = folder / "phones.pcap"
    first = ingest([path], place, Times(_NOW))
    with place.open(write=False) as store:
        stored = count_events(store)
    assert first.new == stored == len(_events(path))
    (folder / "copy.gz").write_bytes(gzip.compress(path.read_bytes()))
    again = ingest([path, folder / "copy.gz"], place, Times(_NOW))
    assert (again.new, [file.is_known for file in again.files]) == (0, [True, True])


def test_a_capture_that_grew_adds_what_is_new_and_names_what_was_there(tmp_path: Path, place: StorePlace) -> None:
    old = Talk().healthy([30, 60]).add(70, by_phone=False, flags=RST)
    frames = old.seen("server") + Talk(port=52001).open(80).register(81).seen("server") + idle(200, -1)
    whole = pcap(frames)
    path = save(tmp_path / "grows.pcap", pcap([one for one in frames if one[0] < START + 75]))
    assert whole.startswith(path.read_bytes())
    assert ingest([path], place, Times(_NOW)).new == 1
    path.write_bytes(whole)
    assert ingest([path], place, Times(_NOW)).new == 1
    with place.open(write=False) as store:
        log = events_between(store, datetime(2020, 1, 1, tzinfo=UTC), _NOW)
    assert [(event.kind.label, event.name) for event in log] == [("unregistered", "SEP00005E005301"), ("registered", "SEP00005E005301")]


def test_the_command_takes_a_capture_in_twice(call: Callable[..., Called], folder: Path) -> None:
    store = f"sqlite:///{folder / 's.sqlite'}"
    counts = [json.loads(call("ingest", folder / "phones.pcap", "--store", store, "--format", "json").out)["new"] for _ in range(2)]
    assert counts == [41, 0]
    call("ingest", folder / "ccm.csv", "--store", store)
    called = call("correlate", "--store", store, "--locations", folder / "locations.csv", "--since", "2026-11-22", "--format", "json")
    (incident,) = json.loads(called.out)["incidents"]
    assert (incident["events"], incident["endpoints"]) == (_LOST, _LOST)


def test_a_capture_in_which_nothing_begins_or_ends_is_told(call: Callable[..., Called], folder: Path) -> None:
    quiet = save(folder / "quiet.pcap", pcap(Talk().healthy([30, 60]).seen() + idle(90)))
    with pytest.raises(EventFormatError, match="no registration begins or ends in 8 packets"):
        sc.read_events(quiet)
    called = call("ingest", quiet, "--store", f"sqlite:///{folder / 's.sqlite'}")
    assert "no registration begins or ends in 8 packets" in called.err
    given = ("--locations", folder / "locations.csv", "--events", quiet, "--events", folder / "ccm.csv")
    assert call("correlate", *given).code == 3


def test_a_damaged_capture_is_used_as_far_as_it_goes_and_told(call: Callable[..., Called], folder: Path) -> None:
    path = folder / "phones.pcap"
    path.write_bytes(path.read_bytes()[:-10])
    called = call("correlate", "--locations", folder / "locations.csv", "--events", path, "--format", "json")
    assert called.code == 3
    assert len(json.loads(called.out)["incidents"]) == 1
    assert "phones.pcap: cut short within its last packet. Its first" in called.err
    empty = save(folder / "head.pcap", pcap([])[:10])
    called = call("correlate", "--locations", folder / "locations.csv", "--events", empty, "--events", folder / "ccm.csv")
    assert "head.pcap: is no packet capture that can be read" in called.err
    with pytest.raises(InputFileError, match="no event file can be used"):
        sc.read_events(empty)


def test_what_could_not_be_used_is_told(folder: Path) -> None:
    lost = Talk(phone="198.51.100.99", port=1).open().register().healthy([30])
    lost.said[True] += 50
    lost.heard[False] += 50
    lost.healthy([60]).add(62, by_phone=True)
    tls = Talk(phone="198.51.100.98", server_port=2443).open()
    flood = Talk(phone="198.51.100.97").open()
    for number in range(1001):
        flood.answer(1 + number / 100, register_ack())
    strange = Talk(phone="198.51.100.96").open().register(name="SEP00005E0053F0").ask(30, b"GET / HTTP/1.1\r\nHost: x\r\n")
    unknown = [Talk(phone="198.51.100.95", port=port).open().register(name=name).seen("server") for port, name in ((1, "A"), (2, "B"))]
    unknown.append(Talk(phone="198.51.100.95", port=3).healthy([30]).add(40, by_phone=False, flags=RST).seen("server"))
    frames = [frame for talk in (lost, tls, flood, strange) for frame in talk.seen("server")] + [frame for one in unknown for frame in one]
    path = save(folder / "odd.pcap", pcap([*frames, (START + 5, b"\0" * 5)]))
    (batch,) = read_batches(path, options=ReadOptions(now=_NOW), pools=EventPools())
    assert batch.account is not None
    assert [warning.removeprefix(f"{path}: ") for warning in batch.account.warnings] == [
        "the capture lacks 50 bytes that were on the wire.",
        "after 1 message came bytes that are none.",
        "1 connection encrypted: registrations there cannot be seen.",
        "1 event left out: of an address with several phones, and nothing tells which.",
        "1 turn of registrations left out: more than are kept of one connection.",
    ]
    assert (batch.account.unrecognised, batch.account.unit) == (1, "packet")


def test_words_that_give_no_reason_are_no_event(folder: Path) -> None:
    alarm = sccp(0x20, bytes(4) + b"something else".ljust(80, b"\0"))
    assert [event.kind for event in _events(save(folder / "a.pcap", pcap(Talk().open().ask(1, alarm).register(2).seen())))] == [
        EventKind.REGISTERED
    ]


@pytest.mark.parametrize("command", ["correlate", "ingest"])
def test_without_scapy_the_remedy_is_told_and_the_other_files_are_read(folder: Path, command: str) -> None:
    (folder / "hidden" / "scapy").mkdir(parents=True)
    (folder / "hidden" / "scapy" / "__init__.py").write_text("raise ImportError('as if it were not installed')\n")
    files = [folder / "phones.pcap", folder / "ccm.csv"]
    given = [word for file in files for word in ("--events", str(file))] if command == "correlate" else [*map(str, files)]
    more = ["--locations", str(folder / "locations.csv")] if command == "correlate" else ["--store", f"sqlite:///{folder / 's.sqlite'}"]
    done = subprocess.run(
        [sys.executable, "-m", "switchcorr", command, *given, *more, "--format", "json"],
        env={**os.environ, "PYTHONPATH": os.pathsep.join([str(folder / "hidden"), *sys.path])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert "phones.pcap: packet captures need scapy, which is not installed. Install it: pip install 'switchcorr[pcap]'" in done.stderr
    document = json.loads(done.stdout)
    assert (document["coverage"]["events_read"] if command == "correlate" else document["new"]) == 4


def test_captures_given_to_the_wrong_option_are_sent_to_the_right_one(call: Callable[..., Called], folder: Path) -> None:
    called = call("correlate", "--locations", folder / "phones.pcap", "--events", folder / "ccm.csv")
    assert "phones.pcap: is a packet capture, not a table of locations. Give it with --events." in called.err
    (folder / "ccm.csv").rename(folder / "phones.csv")
    called = call("correlate", "--locations", folder / "locations.csv", "--events", folder)
    assert "phones.pcap" in called.err


@pytest.fixture(scope="module")
def cut_me(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, list[Event]]:
    folder = tmp_path_factory.mktemp("cut")
    content = pcap(_frames())
    return folder, content, _events(save(folder / "whole.pcap", content))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0, 1), flip=st.none() | st.tuples(st.floats(0, 1), st.integers(1, 255)))
def test_a_capture_cut_at_any_byte_is_read_and_invents_nothing(
    cut_me: tuple[Path, bytes, list[Event]], share: float, flip: tuple[float, int] | None
) -> None:
    """With a byte that was changed anywhere it is read, whatever it tells then."""
    folder, content, whole = cut_me
    data = bytearray(content[: 4 + int(share * (len(content) - 4))])
    if flip is not None:
        data[4 + int(flip[0] * (len(data) - 5)) if len(data) > 5 else 0] ^= flip[1]
    path = save(folder / "cut.pcap", bytes(data))
    batches = list(read_batches(path, options=ReadOptions(now=_NOW), pools=EventPools()))
    account = batches[-1].account
    assert account is not None
    if flip is None:
        expected = [event for event in whole if event.line <= account.lines]
        assert [(e.kind, e.time, e.name, e.node, e.line) for batch in batches for e in batch.log] == [
            (e.kind, e.time, e.name, e.node, e.line) for e in expected
        ]


@pytest.mark.shared
@pytest.mark.skipif(not _SAMPLES.is_dir(), reason="the reference material is not beside this checkout")
def test_a_real_registration_is_one() -> None:
    (event,) = _events(_SAMPLES / "sccp_hw_conf_register.pcapng")
    assert (event.kind, event.node) == (EventKind.REGISTERED, "10.180.110.48")
    assert event.name == "NONSECURE_CONF"
    assert _events(_SAMPLES / "skinny.pcap") == []
