"""How many syslog messages a second are received and stored, and with how much processor time, beside the usual Python script.

Usage: ``python benchmarks/listen.py [--rate 10000] [--seconds 20] [--flood-seconds 10] [--flood-senders 2] [--only-flood]``. Each receiver is a process of its own on 127.0.0.1; a
sender process sends real lines at a rate (UDP) or as fast as they are taken (TCP, TLS), then as fast as they can, from several processes (the flood): a sender hands the kernel up to 64 kB at once, which it cuts into datagrams (UDP
segmentation offload), where it can. The usual script takes
datagrams with ``socketserver`` and lines with ``asyncio`` and writes them with ``logging`` to a rotating file, never synced. Processor time is that
of the receiver, from the system's own account of the ended process; memory is its peak.
"""

from __future__ import annotations

import argparse
import datetime
import ipaddress
import json
import os
import platform
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from switchcorr import __version__

_LINE = (
    "<187>{n}: cm1.example.org: Nov 20 2026 09:41:07.476 UTC : %UC_CALLMANAGER-3-EndPointUnregistered: %[DeviceName=SEP00005E{n:06X}]"
    "[IPAddress=192.0.2.7][Protocol=SIP][DeviceType=622][Description=Building 7 room {n}][Reason=13][IPAddrAttributes=0]"
    "[LastSignalReceived=SIPStationDPrimaryLineTimeout][AppID=Cisco CallManager][ClusterID=StandAloneCluster][NodeID=cm1]: An endpoint has unregistered"
)
_USUAL = """
import asyncio, logging, logging.handlers, socketserver, sys, threading, signal, os
log = logging.getLogger("syslog")
handler = logging.handlers.RotatingFileHandler(os.path.join(sys.argv[1], "syslog.log"), maxBytes=64 << 20, backupCount=99)
handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
log.addHandler(handler)
log.setLevel(logging.INFO)

class Udp(socketserver.BaseRequestHandler):
    def handle(self):
        log.info("%s %s", self.client_address[0], bytes.decode(self.request[0].strip()))

async def tcp(reader, writer):
    while line := await reader.readline():
        log.info("%s %s", writer.get_extra_info("peername")[0], line.decode().strip())
    writer.close()

async def main():
    server = await asyncio.start_server(tcp, "127.0.0.1", 0)
    print("tcp", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

udp = socketserver.UDPServer(("127.0.0.1", 0), Udp)
signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
print("udp", udp.server_address[1], flush=True)
if sys.argv[2] == "udp":
    udp.serve_forever()
else:
    asyncio.run(main())
"""


@dataclass
class Receiver:
    """A process that receives, and its ports by transport."""

    process: subprocess.Popen[str]
    folder: Path
    ports: dict[str, int]

    def stored(self) -> int:
        """Lines in its files."""
        return sum(path.read_bytes().count(b"\n") for path in self.folder.glob("*.log*") if not path.name.startswith("."))

    def end(self) -> tuple[float, float]:
        """Processor seconds, and peak memory in MiB."""
        self.process.send_signal(signal.SIGTERM)
        _, _, used = os.wait4(self.process.pid, 0)
        self.process.returncode = 0
        for stream in (self.process.stdout, self.process.stderr):
            if stream is not None:
                stream.close()
        return used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def begin_ours(folder: Path, certificate: Path, key: Path) -> Receiver:
    addresses = [option for transport in ("udp", "tcp", "tls") for option in (f"--{transport}", "127.0.0.1:0")]
    more = ["--certificate", str(certificate), "--key", str(key), "--out", str(folder)]
    command = [sys.executable, "-m", "switchcorr", "listen", *addresses, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stderr is not None
    line = ""
    while "listening:" not in line:
        line = process.stderr.readline()
        print("  ", line.rstrip()[:160]) if line.startswith("listen:") else None
    words = line.replace(",", " ").replace(";", " ").split()
    return Receiver(
        process,
        folder,
        {words[i - 1]: int(words[i].rpartition(":")[2]) for i in range(1, len(words)) if words[i - 1] in ("udp", "tcp", "tls")},
    )


def begin_usual(folder: Path, transport: str) -> Receiver:
    folder.mkdir()
    process = subprocess.Popen([sys.executable, "-c", _USUAL, str(folder), transport], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    ports = {}
    while transport not in ports:
        name, port = process.stdout.readline().split()
        ports[name] = int(port)
    return Receiver(process, folder, ports)


def send_udp(port: int, count: int, rate: float) -> float:
    """Send so many datagrams, at a rate or as fast as possible (0); how many seconds it took."""
    lines = [_LINE.format(n=n).encode() for n in range(1000)]
    began = time.monotonic()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        for number in range(count):
            sender.send(lines[number % 1000])
            if rate and number % 50 == 0:
                time.sleep(max(0.0, began + number / rate - time.monotonic()))
    return time.monotonic() - began


_UDP_SEGMENT, _MOST_SEGMENTS = 103, 64
"""The socket option of Linux: a buffer is cut into datagrams of so many bytes; and the most that every kernel with it takes."""


def send_flood(port: int, seconds: float) -> int:
    """Send datagrams as fast as possible; how many."""
    line = _LINE.format(n=100_000).encode()
    sent = 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.connect(("127.0.0.1", port))
        try:
            sender.setsockopt(socket.IPPROTO_UDP, _UDP_SEGMENT, len(line))
            block = line * min(_MOST_SEGMENTS, 65_000 // len(line))
        except OSError:
            block = line
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            sent += sender.send(block) // len(line)
    return sent


def flood(port: int, seconds: float, senders: int) -> tuple[int, float]:
    """A flood from several processes; datagrams sent, and how many seconds it took."""
    began = time.monotonic()
    command = [sys.executable, __file__, "--flood-port", str(port), "--flood-seconds", str(seconds)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(senders)]
    return sum(int(process.communicate()[0]) for process in running), time.monotonic() - began


def measure_flood(receiver: Receiver, seconds: float, senders: int) -> None:
    """Flood a receiver, see that every datagram is stored or counted as dropped, and that afterwards nothing is lost again."""
    sent, taken = flood(receiver.ports["udp"], seconds, senders)
    stored, after = settled(receiver, sent)
    calm = 20_000
    send_udp(receiver.ports["udp"], calm, 10_000)
    in_the_calm = settled(receiver, stored + calm)[0] - stored
    cpu, memory = receiver.end()
    counts = json.loads((receiver.folder / "listen.json").read_text())["counts"]
    print(
        f"switchcorr, UDP flood of {senders} senders: {sent} sent in {taken:.1f} s ({sent / taken:,.0f}/s), {stored} stored {after:.1f} s later "
        f"({stored / (taken + after):,.0f}/s, a {sent / max(stored, 1):.1f}th), {counts['kernel_drops']} dropped and counted, "
        f"{sent - stored - counts['kernel_drops']} unaccounted; {cpu:.1f} s of processor, {memory:.0f} MiB; "
        f"then {in_the_calm} of {calm} at 10,000/s"
    )


def send_stream(port: int, count: int, context: ssl.SSLContext | None) -> float:
    """Send so many lines on one connection as fast as they are taken."""
    block = b"".join(_LINE.format(n=n).encode() + b"\n" for n in range(1000))
    began = time.monotonic()
    plain = socket.create_connection(("127.0.0.1", port))
    with context.wrap_socket(plain, server_hostname="127.0.0.1") if context is not None else plain as sender:
        for _ in range(count // 1000):
            sender.sendall(block)
    return time.monotonic() - began


def settled(receiver: Receiver, wanted: int) -> tuple[int, float]:
    """Wait until what was sent is stored, or nothing more comes for 3 s; how many are, and the seconds until the last of them."""
    began, last, last_at = time.monotonic(), -1, time.monotonic()
    while True:
        stored = receiver.stored()
        if stored != last:
            last, last_at = stored, time.monotonic()
        if stored >= wanted or time.monotonic() - last_at > 3.0:
            return stored, last_at - began
        time.sleep(0.1)


def measure(name: str, receiver: Receiver, count: int, send: Callable[[], float], *, idle: float) -> float:
    """Send, wait, end, print; processor microseconds a stored message, without those of a receiver that receives nothing."""
    taken = send()
    stored, after = settled(receiver, count)
    state = receiver.folder / "listen.json"
    cpu, memory = receiver.end()
    drops = json.loads(state.read_text())["counts"]["kernel_drops"] if state.exists() else count - stored
    each = (cpu - idle) / max(stored, 1) * 1e6
    print(
        f"{name}: {count} sent in {taken:.1f} s ({count / taken:,.0f}/s), {stored} stored {after:.1f} s later, {count - stored} lost "
        f"({drops} counted), {stored / (taken + after):,.0f}/s, {each:.1f} us of processor a message, {memory:.0f} MiB"
    )
    return each


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "benchmark")])
    now = datetime.datetime.now(datetime.UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    builder = builder.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
    names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    signed = builder.add_extension(names, critical=False).sign(key, hashes.SHA256())
    certificate, key_file = folder / "c.pem", folder / "k.pem"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    key_file.chmod(0o600)
    return certificate, key_file


def compare(ours: Callable[[str], Receiver], root: Path, count: int, rate: float, context: ssl.SSLContext) -> None:
    """Ours and the usual script, by each transport."""
    idle, idle_memory = ours("idle").end()
    usual_idle, usual_memory = begin_usual(root / "usual-idle", "udp").end()
    print(f"idle: {idle:.2f} s, {idle_memory:.0f} MiB; usual script {usual_idle:.2f} s, {usual_memory:.0f} MiB")
    one = ours("a")
    udp = measure("switchcorr, UDP", one, count, lambda: send_udp(one.ports["udp"], count, rate), idle=idle)
    usual = begin_usual(root / "b", "udp")
    usual_udp = measure("usual script, UDP", usual, count, lambda: send_udp(usual.ports["udp"], count, rate), idle=usual_idle)
    two = ours("c")
    tcp = measure("switchcorr, TCP", two, count, lambda: send_stream(two.ports["tcp"], count, None), idle=idle)
    stream = begin_usual(root / "d", "tcp")
    usual_tcp = measure("usual script, TCP", stream, count, lambda: send_stream(stream.ports["tcp"], count, None), idle=usual_idle)
    three = ours("e")
    measure("switchcorr, TLS", three, count, lambda: send_stream(three.ports["tls"], count, context), idle=idle)
    print(f"usual script to switchcorr, processor a message: UDP {usual_udp / udp:.1f}, TCP {usual_tcp / tcp:.1f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rate", type=float, default=10_000)
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--flood-seconds", type=float, default=10)
    parser.add_argument("--flood-senders", type=int, default=2)
    parser.add_argument("--only-flood", action="store_true")
    parser.add_argument("--flood-port", type=int, default=0, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.flood_port:
        print(send_flood(asked.flood_port, asked.flood_seconds))
        return
    machine = f"{platform.machine()}, {os.cpu_count()} processors"
    print(f"{datetime.datetime.now(datetime.UTC):%Y-%m-%d}, {machine}, Python {platform.python_version()}, switchcorr {__version__}")
    count = int(asked.rate * asked.seconds) // 1000 * 1000
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        certificate, key = make_certificate(root)
        context = ssl.create_default_context(cafile=str(certificate))

        def ours(folder: str) -> Receiver:
            return begin_ours(root / folder, certificate, key)

        if not asked.only_flood:
            compare(ours, root, count, asked.rate, context)
        measure_flood(ours("f"), asked.flood_seconds, asked.flood_senders)


if __name__ == "__main__":
    main()
