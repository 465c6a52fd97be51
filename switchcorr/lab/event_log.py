"""What the simulated call managers log: drops, returns and alerts in the bracket form of versions 8 to 15."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.files import write_whole
from switchcorr.lab.campus import LabCampus

CLUSTER = "LabCluster"
CTI_PORTS = tuple(f"CTI-IVR-{n:02d}" for n in range(1, 9))


@dataclass(frozen=True, slots=True)
class Drop:
    """One endpoint that drops and, unless it stays down, comes back: where it was, or at another node."""

    at: datetime
    name: str
    node: str
    reason: int
    ip: str = ""
    back_after: timedelta | None = timedelta(minutes=3)
    back_node: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """A heartbeat alert of a node."""

    at: datetime
    node: str
    rate: int


def background_drops(campus: LabCampus, *, start: datetime, days: int, per_phone_a_day: float, random_: random.Random) -> list[Drop]:
    """Single drops of single phones, more of them in office hours."""
    drops = []
    for _, phone in campus.phones:
        for day in range(days):
            if random_.random() < per_phone_a_day:
                hour = random_.choice((8, 9, 10, 11, 13, 14, 15, 16, random_.randrange(24)))
                at = start + timedelta(days=day, hours=hour, seconds=random_.uniform(0, 3600))
                drops.append(Drop(at, phone.name, phone.node, random_.choice((6, 8, 9, 10, 13, 17, 19)), phone.ip))
    return drops


def write_event_log(path: Path, drops: Sequence[Drop], alerts: Sequence[Alert]) -> None:
    """Write a CiscoSyslog file, in order of time."""
    lines: list[tuple[datetime, str, str]] = []
    for drop in drops:
        lines.append((drop.at, drop.node, _unregistered(drop)))
        if drop.back_after is not None:
            lines.append((drop.at + drop.back_after, drop.back_node or drop.node, _registered(drop)))
    lines += [(alert.at, alert.node, _alert(alert)) for alert in alerts]
    text = [
        f"{at:%b %d %H:%M:%S} {node} local7 3 : {number}: {node}.lab.example: {_inner(at)} UTC : {body}\n"
        for number, (at, node, body) in enumerate(sorted(lines), start=1)
    ]
    write_whole(path, "".join(text))


def _inner(at: datetime) -> str:
    return f"{at:%b %d %Y %H:%M:%S}.{at.microsecond // 1000:03d}"


def _unregistered(drop: Drop) -> str:
    address = f"[IPAddress={drop.ip}]" if drop.ip else ""
    kind, name = (
        ("EndPointUnregistered", "An endpoint has unregistered")
        if drop.name.startswith("SEP")
        else ("DeviceUnregistered", "Device unregistered.")
    )
    return (
        f" %UC_CALLMANAGER-3-{kind}: %[DeviceName={drop.name}]{address}[Protocol=SIP][DeviceType={684 if address else 72}][Description=Desk]"
        f"[Reason={drop.reason}][IPAddrAttributes=0][AppID=Cisco CallManager][ClusterID={CLUSTER}][NodeID={drop.node}]: {name}"
    )


def _registered(drop: Drop) -> str:
    return (
        f" %UC_CALLMANAGER-6-EndPointRegistered: %[DeviceName={drop.name}][IPAddress={drop.ip}][Protocol=SIP][Description=Desk]{_lines(drop)}[PerfMonObjType=2]"
        f"[DeviceType=684][AppID=Cisco CallManager][ClusterID={CLUSTER}][NodeID={drop.back_node or drop.node}]: Endpoint registered."
    )


def _lines(drop: Drop) -> str:
    """The phone's directory number, made of its address; what is no phone has none."""
    return f"[AssociatedDNs={10_000 + int(drop.name[-4:], 16)}]" if drop.name.startswith("SEP") else ""


def _alert(alert: Alert) -> str:
    return (
        f" %UC_RTMT-2-RTMT_ALERT: %[AlertName=LowCallManagerHeartbeatRate][AlertDetail= At {alert.at:%a %b %d %H:%M:%S} UTC {alert.at:%Y} on node {alert.node}, "
        f"the following LowCallManagerHeartbeatRate events generated: #012Current heartbeat rate is {alert.rate} beats per minute."
        f"][AppID=Cisco AMC Service][ClusterID={CLUSTER}][NodeID={alert.node}]: RTMT Alert"
    )
