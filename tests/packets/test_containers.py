"""Capture files of every kind, whole and damaged."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import pytest
import zstandard

from switchcorr.errors import ConfigurationError, InputFileError
from switchcorr.packets.containers import CaptureFile, Packet
from tests.packets.wire import Talk, idle, pcap, pcapng, save

_FRAMES = sorted([*Talk().open().register().healthy([30, 60]).seen(), *idle(70)], key=lambda one: one[0])


def _read(path: Path) -> tuple[list[Packet], str]:
    capture = CaptureFile(path)
    return list(capture.packets()), capture.problem


@pytest.mark.parametrize("packed", [bytes, gzip.compress, zstandard.ZstdCompressor().compress], ids=["plain", "gz", "zst"])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", ["pcap", "nano", "pcapng", "pcapng-micro"])
def test_every_kind_gives_the_same_packets(tmp_path: Path, packed: object, order: str, kind: str) -> None:
    if kind.startswith("pcapng"):
        data = pcapng(_FRAMES, order=order, resolution=6 if "micro" in kind else 9)
    else:
        data = pcap(_FRAMES, order=order, nano=kind == "nano")
    assert callable(packed)
    packets, problem = _read(save(tmp_path / "a", packed(data)))
    assert problem == ""
    assert [packet.data for packet in packets] == [frame for _, frame in _FRAMES]
    assert [packet.time_ns for packet in packets] == pytest.approx([at * 1e9 for at, _ in _FRAMES], abs=1000)
    assert {packet.link for packet in packets} == {1}


def test_it_says_how_far_in_the_file_it_is(tmp_path: Path) -> None:
    path = save(tmp_path / "a", gzip.compress(pcap(_FRAMES)))
    capture = CaptureFile(path)
    assert capture.position[1] == path.stat().st_size
    assert [capture.position[0] <= path.stat().st_size for _ in capture.packets()] == [True] * len(_FRAMES)


def test_each_section_of_pcapng_has_interfaces_of_its_own(tmp_path: Path) -> None:
    both = pcapng(_FRAMES[:3]) + pcapng(_FRAMES[3:], order=">", interfaces=2)
    packets, problem = _read(save(tmp_path / "a", both))
    assert (len(packets), problem) == (len(_FRAMES), "")
    assert {packet.link for packet in packets} == {1}


@pytest.mark.parametrize("kind", ["pcap", "pcapng"])
def test_a_file_cut_anywhere_gives_its_whole_packets_and_says_so(tmp_path: Path, kind: str) -> None:
    data = pcap(_FRAMES[:4]) if kind == "pcap" else pcapng(_FRAMES[:4])
    ends = {24} if kind == "pcap" else set()
    at = 24
    for _, frame in _FRAMES[:4]:
        at += 16 + len(frame)
        ends.add(at)
    seen = 0
    for size in range(1, len(data) + 1):
        path = save(tmp_path / "a", data[:size])
        if size < (24 if kind == "pcap" else 28):
            with pytest.raises(InputFileError, match="no packet capture"):
                CaptureFile(path)
            continue
        packets, problem = _read(path)
        assert [packet.data for packet in packets] == [frame for _, frame in _FRAMES[: len(packets)]]
        assert len(packets) >= seen
        seen = len(packets)
        if kind == "pcap":
            assert (problem == "") == (size in ends)
    assert seen == 4


def test_a_packed_file_that_is_cut_gives_what_it_has(tmp_path: Path) -> None:
    frames = _FRAMES * 40
    packed = gzip.compress(pcap(frames))
    packets, problem = _read(save(tmp_path / "a.gz", packed[: len(packed) // 2]))
    assert 0 < len(packets) < len(frames)
    assert "cut short" in problem


def test_damaged_blocks_end_the_reading_with_a_reason(tmp_path: Path) -> None:
    whole = pcapng(_FRAMES[:2])
    huge = whole + struct.pack("<II", 6, 0x7FFFFFF0) + b"x" * 100
    packets, problem = _read(save(tmp_path / "a", huge))
    assert (len(packets), problem) == (2, "damaged: a block that claims 2,147,483,620 bytes")
    packets, problem = _read(save(tmp_path / "b", whole + struct.pack("<II", 6, 8) + bytes(20)))
    assert (len(packets), problem) == (2, "damaged: a block that is none")
    short = struct.pack("<II", 0x0A0D0D0A, 0x200) + struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + b"short"
    packets, problem = _read(save(tmp_path / "c", whole + short))
    assert len(packets) == 2
    assert problem.startswith(("damaged", "cut short"))
    large = pcap(_FRAMES[:2]) + struct.pack("<IIII", 1_795_340_000, 0, 0x7FFFFFFF, 60) + bytes(400)
    packets, problem = _read(save(tmp_path / "d", large))
    assert (len(packets), problem) == (2, "damaged: a packet that claims 2,147,483,647 bytes")
    late = pcap(_FRAMES[:2]) + struct.pack("<IIII", 0xFFFFFFFF, 0, 60, 60) + bytes(60)
    packets, problem = _read(save(tmp_path / "e", late))
    assert (len(packets), problem) == (2, "damaged: a packet of a time after 2100")


@pytest.mark.parametrize(
    "content", [b"no capture at all", b"\x0a\x0d\x0d\x0a", b"\xd4\xc3\xb2\xa1", gzip.compress(gzip.compress(pcap(_FRAMES)))], ids=range(4)
)
def test_what_is_no_capture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputFileError, match="no packet capture"):
        CaptureFile(save(tmp_path / "a", content))


def test_directories_and_missing_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFileError, match="is a directory"):
        CaptureFile(tmp_path)
    with pytest.raises(InputFileError, match="cannot be opened"):
        CaptureFile(tmp_path / "gone.pcap")
    with pytest.raises(InputFileError, match="is empty"):
        CaptureFile(save(tmp_path / "empty.pcap", b""))


def test_without_scapy_the_message_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="scapy, which is not installed") as raised:
        CaptureFile(save(tmp_path / "a", pcap(_FRAMES)), reader=None)
    assert raised.value.hint == "Install it: pip install 'switchcorr[pcap]'"
