"""Packet captures to verdicts: switchcorr beside scapy's own reading of the same file, and the peak memory of both.

    python benchmarks/keepalives.py [--packets 300000] [--phones 500] [--peer-packets 50000]

A capture of a busy mirrored port: phones that register and send keepalives, and voice packets (RTP) between, four of five. Processor time a packet of
``switchcorr keepalives``'s job; of the usual script, ``rdpcap`` and a look at each packet's TCP layer, on the first part of the same packets (it holds
them all in memory); and of scapy's raw reader alone, below which nothing can come. Each in a process of its own.
"""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import resource
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import scapy
from scapy.layers.inet import IP, TCP
from scapy.utils import RawPcapReader, rdpcap

from switchcorr import __version__
from switchcorr.jobs.keepalives import KeepalivesRequest, keepalives

_START = 1_795_340_000
_KEEP_ALIVE, _ACK = bytes((4, 0, 0, 0)) + bytes(8), bytes((4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0))


def frame(source: int, destination: int, protocol: int, payload: bytes, ident: int, ttl: int) -> bytes:
    """An Ethernet frame between two addresses of 198.18.0.0/15, the networks for benchmarks."""
    ip = struct.pack(
        "!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), ident & 0xFFFF, 0, ttl, protocol, 0, _address(source), _address(destination)
    )
    return bytes.fromhex("00005e0053010000") + bytes.fromhex("5e0053fe") + b"\x08\x00" + ip + payload


def _address(number: int) -> bytes:
    return bytes((198, 18, number >> 8 & 255, number & 255))


def tcp(ports: tuple[int, int], seq: int, ack: int, payload: bytes) -> bytes:
    """A TCP segment with data or without."""
    return struct.pack("!HHIIBBHHH", *ports, seq, ack, 0x50, 24 if payload else 16, 8192, sum(payload), 0) + payload


def write_capture(path: Path, *, packets: int, phones: int) -> None:
    """Phones that ask every 30 s, are answered and acknowledge, and voice."""
    voice = struct.pack("!HHHH", 20000, 20002, 180, 0) + bytes(172)
    said = [0] * phones
    with path.open("wb") as stream:
        stream.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65_535, 1))
        for number in range(packets // 15):
            phone, at = number % phones, number // phones * 30 + number % phones * 30 / phones
            port, seq = 50_000 + phone % 10_000, said[phone]
            talk = [
                frame(phone + 1, 60_000, 6, tcp((port, 2000), 1000 + seq, 5000 + seq, _KEEP_ALIVE), 3 * number, 64),
                frame(60_000, phone + 1, 6, tcp((2000, port), 5000 + seq, 1012 + seq, _ACK), 3 * number + 1, 61),
                frame(phone + 1, 60_000, 6, tcp((port, 2000), 1012 + seq, 5012 + seq, b""), 3 * number + 2, 64),
            ]
            said[phone] += 12
            talk += [frame(phone + 1, 50_000 + step, 17, voice, step, 64) for step in range(12)]
            for step, data in enumerate(talk):
                whole = at + step / 1000
                stream.write(struct.pack("<IIII", _START + int(whole), int(whole % 1 * 1e6), len(data), len(data)) + data)


def ours(path: Path) -> int:
    """Packets read by the job."""
    report = keepalives(KeepalivesRequest(path))
    assert all(one.sent == one.answered + one.open for phone in report.phones for one in phone.connections)
    return report.captures[0].packets


def raw(path: Path) -> int:
    """Packets read by scapy's raw reader alone."""
    return sum(1 for _ in RawPcapReader(str(path)))


def usual(path: Path) -> int:
    """Packets read as most scripts do, counting keepalives and answers by phone."""
    asked: dict[str, int] = {}
    packets = rdpcap(str(path))
    for packet in packets:
        if TCP in packet and packet[TCP].dport == 2000 and bytes(packet[TCP].payload) == _KEEP_ALIVE:
            asked[packet[IP].src] = asked.get(packet[IP].src, 0) + 1
    assert asked
    return len(packets)


_READERS: dict[str, Callable[[Path], int]] = {"ours": ours, "raw": raw, "usual": usual}


def measure(name: str, path: Path) -> dict[str, float]:
    """Processor seconds, packets and MiB of one reader, in a process of its own."""
    ran = subprocess.run([sys.executable, __file__, "--reader", name, "--file", str(path)], check=True, capture_output=True, text=True)
    told: dict[str, float] = json.loads(ran.stdout)
    return told


def run_reader(name: str, path: Path) -> None:
    """Be the process that is measured."""
    began = time.process_time()
    packets = _READERS[name](path)
    told = {"packets": packets, "seconds": time.process_time() - began, "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    print(json.dumps(told))


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--packets", type=int, default=300_000)
    parser.add_argument("--phones", type=int, default=500)
    parser.add_argument("--peer-packets", type=int, default=50_000)
    parser.add_argument("--reader", choices=sorted(_READERS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.reader:
        run_reader(asked.reader, asked.file)
        return
    print(
        f"{platform.machine()}, {os.cpu_count()} processors, Python {platform.python_version()}, switchcorr {__version__}, scapy {scapy.__version__}, "
        f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}"
    )
    with tempfile.TemporaryDirectory() as place:
        whole, part = Path(place) / "whole.pcap", Path(place) / "part.pcap"
        write_capture(whole, packets=asked.packets, phones=asked.phones)
        write_capture(part, packets=asked.peer_packets, phones=asked.phones)
        print(f"capture: {asked.packets:,} packets, {whole.stat().st_size / 1e6:.0f} MB, {asked.phones} phones")
        costs = {}
        for name, path in (("ours", whole), ("raw", whole), ("usual", part)):
            told = measure(name, path)
            costs[name] = told["seconds"] / told["packets"] * 1e6
            print(f"{name}: {told['packets']:,.0f} packets, {told['seconds']:.2f} s, {costs[name]:.1f} us a packet, {told['mib']:.0f} MiB")
        print(f"ratio to the usual script {costs['usual'] / costs['ours']:.1f}, to the raw reader {costs['raw'] / costs['ours']:.2f}")


if __name__ == "__main__":
    main()
