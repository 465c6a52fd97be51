"""How fast event files are read, and with how much memory: generated CiscoSyslog of CallManager 8-15 and CSV in a temporary directory.

Usage: ``python benchmarks/events.py [--megabytes 200] [--gigabytes 0] [--phones 20000]``. Each mix is read in a process of its
own; speed is lines per second of processor time, memory the peak of that process.
"""

from __future__ import annotations

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.events import ReadOptions, read_event_batches
from switchcorr.model.event import EventPools

START = datetime(2026, 3, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
TAIL = "[AppID=Cisco CallManager][ClusterID=StandAloneCluster][NodeID={node}]"
OTHERS = (
    " %UC_CALLMANAGER-6-CallAttemptBlockedByPolicy: %[CallingPartyNumber=4{n:04d}][CalledPartyNumber=5{n:04d}]"
    + TAIL
    + ": Call attempt was blocked",
    " %UC_Location Bandwidth Manager-6-LBMLinkISV: %[RemoteIPAddress=192.0.2.{b}][LocalNodeId=1]" + TAIL + ": link restored",
    " %UC_AUDITLOG-5-AdministrativeEvent: %[UserID=admin{b}][ClientAddress=192.0.2.{b}][Severity=5][EventType=UserLogging][ResourceAccessed=CUCMAdmin]"
    "[EventStatus=Success][CompulsoryEvent=No][AuditCategory=AdministrativeEvent][ComponentID=Cisco CUCM Administration]"
    + TAIL
    + ": Audit Event is generated",
)


def wanted_line(random_: random.Random, n: int, phones: int) -> str:
    """One line that is an event: three quarters dropped, the rest came back or only tried."""
    phone, node = random_.randrange(phones), f"cm-sub{n % 4 + 1}"
    mac, ip, kind = f"00005E{phone:06X}", f"10.{phone >> 16}.{phone >> 8 & 255}.{phone & 255}", random_.random()
    device = f"[DeviceName=SEP{mac}][IPAddress={ip}][Protocol=SIP]"
    if kind < 0.75:
        fields = (
            f"[DeviceType=622][Description=Building {phone % 40} room {phone}][Reason={random_.choice((13, 13, 6, 8))}][IPAddrAttributes=0]"
        )
        fields += "[LastSignalReceived=SIPStationDPrimaryLineTimeout]"
        return f"-3-EndPointUnregistered: %{device}{fields}{TAIL.format(node=node)}: An endpoint has unregistered"
    if kind < 0.95:
        fields = f"[Description=Building {phone % 40} room {phone}][LoadID=sip78xx.12-8-1][AssociatedDNs=4{phone:05d}][PerfMonObjType=2][DeviceType=622]"
        return f"-6-EndPointRegistered: %{device}{fields}{TAIL.format(node=node)}: Endpoint registered"
    fields = f"[IPAddress={ip}][DeviceName=SEP{mac}][Protocol=SIP][DeviceType=622][Reason=6][ConnectingPort=5060]"
    return f"-3-EndPointTransientConnection: %{fields}{TAIL.format(node=node)}: An endpoint attempted to register but did not complete registration"


def lines(share: float, phones: int) -> Iterator[str]:
    """Endless lines of a CiscoSyslog file with a share of wanted ones, seven a second."""
    random_ = random.Random(20261122)
    for n in range(10**12):
        at = START + timedelta(seconds=n // 7, milliseconds=n % 7 * 140)
        node = f"cm-sub{n % 4 + 1}"
        head = f"{at:%b %d %H:%M:%S} {node} local7 3 : {n}: {node}.example.org: {at:%b %d %Y %H:%M:%S}.{at.microsecond // 1000:03d} UTC : "
        if random_.random() < share:
            yield f"{head} %UC_CALLMANAGER{wanted_line(random_, n, phones)}\n"
        elif n % 3:
            yield head + OTHERS[n % len(OTHERS)].format(n=n % 10_000, b=n % 250, node=node) + "\n"
        else:
            yield f"{at:%b %d %H:%M:%S} {node} authpriv 6 sshd[{n % 30_000}]: Accepted publickey for admin from 192.0.2.{n % 250} port {n % 60_000}\n"


def rows(phones: int) -> Iterator[str]:
    """Endless rows of a CSV table, seven a second; all are events."""
    random_ = random.Random(20261122)
    for n in range(10**12):
        at = START + timedelta(seconds=n // 7, milliseconds=n % 7 * 140)
        phone, reason = random_.randrange(phones), random_.choice((13, 13, 6, 8))
        stamp = f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"
        yield f"{stamp},SEP00005E{phone:06X},unregistered,{reason},EndPointUnregistered.Reason,cm-sub{n % 4 + 1}\n"


def generate(path: Path, size: int, share: float, phones: int) -> None:
    """Write about ``size`` bytes: up to 50 MB of different lines, repeated; without a share of wanted lines, a CSV table."""
    piece, length = [], 0
    for line in lines(share, phones) if share else rows(phones):
        piece.append(line)
        length += len(line)
        if length > min(size, 50 * 10**6):
            break
    text = "".join(piece)
    with path.open("w", encoding="ascii") as stream:
        stream.write("" if share else "time,phone,event,reason,reason_enum,node\n")
        for _ in range(max(1, round(size / length))):
            stream.write(text)


def measure(path: Path) -> str:
    """Read a file batch by batch in this process."""
    events, pools, account = 0, EventPools(), None
    began = time.process_time()
    for batch in read_event_batches(path, options=ReadOptions(now=NOW), pools=pools):
        events += len(batch.log)
        account = batch.account or account
    seconds = time.process_time() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    read = account.lines if account else 0
    return f"{read:>12,} lines {events:>12,} events {seconds:8.2f} s {read / seconds:>12,.0f} lines/s  peak {peak:6.1f} MiB"


def main(show: Callable[[str], None]) -> None:
    """Generate, and read each file in a process of its own."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--megabytes", type=float, default=200)
    options.add_argument("--gigabytes", type=float, default=0, help="also read a file of this size at 40 %% wanted lines")
    options.add_argument("--phones", type=int, default=20_000)
    options.add_argument("--read", type=Path, help=argparse.SUPPRESS)
    options.add_argument("--write", nargs=3, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.read:
        show(measure(given.read))
        return
    if given.write:
        generate(Path(given.write[0]), int(given.write[1]), float(given.write[2]), given.phones)
        return
    runs = [
        ("40 % wanted", 0.4, given.megabytes * 1e6),
        ("all wanted", 1.0, given.megabytes * 1e6),
        ("CSV table", 0.0, given.megabytes * 1e6),
    ]
    if given.gigabytes:
        runs.append((f"{given.gigabytes:g} GB, 40 %", 0.4, given.gigabytes * 1e9))
    for title, share, size in runs:
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, "CiscoSyslog")
            again = [sys.executable, __file__, "--phones", str(given.phones)]  # a process's peak begins with that of its parent
            subprocess.run([*again, "--write", path, str(int(size)), str(share)], check=True)
            answer = subprocess.run([*again, "--read", path], check=True, capture_output=True, text=True)
            show(f"{title:>14}: {path.stat().st_size / 1e6:8.0f} MB {answer.stdout.strip()}")


if __name__ == "__main__":
    main(print)
