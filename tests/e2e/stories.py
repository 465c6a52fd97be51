"""A small made campus and the lines its call managers would write, for the troubleshooting stories.

Six switches with three line cards of 40 phones, two distribution blocks, three power domains that cross them, one VLAN a
switch, two call-manager nodes whose phones sit side by side, and a branch behind a NAT. Of one phone in twenty of the head
office nobody knows the switch. Names and numbers are invented.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.model.incident import Correlation
from switchcorr.settings import Settings

MONDAY = datetime(2026, 11, 16, tzinfo=UTC)
NOON = datetime(2026, 11, 19, 12, 0, 3, tzinfo=UTC)
NOW = datetime(2026, 11, 24, tzinfo=UTC)
NODES = ("sub1", "sub2")
CLUSTER = "StandAloneCluster"
Rows = dict[str, dict[str, str]]
_LONE_REASONS = (8, 8, 10, 9, 6, 13, 16, 18)


@dataclass(frozen=True, slots=True)
class Drop:
    """One unregistration."""

    phone: str
    at: datetime
    reason: int
    node: str = "sub1"


def campus() -> Rows:
    """Per phone its row of the locations file."""
    rows: Rows = {}
    for switch in range(1, 7):
        name, block = f"acc-{switch}", "dist-a+dist-b" if switch <= 3 else "dist-c+dist-d"
        for module in (2, 3, 4):
            for port in range(1, 41):
                rows[phone(len(rows))] = {
                    "port": f"{name}/{module}/{port}", "module": f"{name}/{module}", "switch": name,
                    "uplink_bundle": f"{name}:Port-channel1", "block": block, "vlan": f"{100 + switch}@{block}",
                    "power": f"ups-{(switch + 1) // 2}",
                }  # fmt: skip
    for number in range(7, len(rows), 20):
        rows[phone(number)] = {}
    for row in rows.values():
        row["site"] = "head office"
    for _ in range(60):
        rows[phone(len(rows))] = {"site": "branch"}
    for number, name in enumerate(sorted(rows)):
        rows[name] |= {"node": NODES[number % 2], "cluster": CLUSTER}
    return rows


def phone(number: int) -> str:
    """Name of a phone."""
    return f"SEP00005E{number:06X}"


def below(rows: Mapping[str, Mapping[str, str]], **parts: str) -> list[str]:
    """Phones of which all given columns hold these values."""
    return [name for name, row in sorted(rows.items()) if all(row.get(kind) == id_ for kind, id_ in parts.items())]


def some(names: Sequence[str], share: float, *, seed: int = 1) -> list[str]:
    """A share of some phones, drawn at random."""
    return random.Random(seed).sample(list(names), round(len(names) * share))


def burst(rows: Rows, names: Iterable[str], at: datetime = NOON, *, reason: int = 13, seconds: float = 85.0, seed: int = 2) -> list[Drop]:
    """Phones that drop within some seconds, in the order of their keepalives."""
    random_ = random.Random(seed)
    return [Drop(name, at + timedelta(seconds=random_.uniform(0, seconds)), reason, rows[name].get("node", "sub1")) for name in names]


def lone_drops(rows: Rows, *, a_day: float = 0.2, seed: int = 3) -> list[Drop]:
    """What happens in any week: phones that drop each for itself, one in five days."""
    random_ = random.Random(seed)
    names = sorted(rows)
    return [
        Drop(name, MONDAY + timedelta(days=random_.uniform(0, 7)), random_.choice(_LONE_REASONS), rows[name].get("node", "sub1"))
        for name in (random_.choice(names) for _ in range(round(len(names) * 7 * a_day)))
    ]


def uc_syslog(
    drops: Iterable[Drop], addresses: Mapping[str, str] | None = None, types: Mapping[str, int] | None = None
) -> list[tuple[datetime, str]]:
    """Lines of version 8 to 15; all phones with one address and of one type unless those of some are given."""
    told, type_of = addresses or {}, types or {}
    return [
        alarm(
            "EndPointUnregistered", drop.at, drop.node, severity=3, end="An endpoint has unregistered", DeviceName=drop.phone,
            IPAddress=told.get(drop.phone, "192.0.2.7"), Protocol="SCCP", DeviceType=str(type_of.get(drop.phone, 434)), Description="Desk", Reason=str(drop.reason),
        )
        for drop in drops
    ]  # fmt: skip


def returns(drops: Iterable[Drop], loads: Mapping[str, str], *, after: float = 200.0) -> list[tuple[datetime, str]]:
    """The registrations of phones that come back, each with its firmware."""
    return [
        alarm(
            "EndPointRegistered", drop.at + timedelta(seconds=after), drop.node, severity=6, end="Endpoint registered", DeviceName=drop.phone,
            IPAddress="192.0.2.7", Protocol="SIP", Description="Desk", LoadID=loads[drop.phone], PerfMonObjType="2", DeviceType="622",
            ActiveLoadId=loads[drop.phone], InactiveLoadId="sip78xx.10-1",
        )
        for drop in drops
    ]  # fmt: skip


def alarm(name: str, at: datetime, node: str, *, severity: int = 3, end: str = "", **fields: str) -> tuple[datetime, str]:
    """One line of the system log of a node, with the moment it belongs to."""
    told = "".join(f"[{key}={value}]" for key, value in fields.items())
    head = f"{at:%b %d %H:%M:%S} {node} local7 {severity} : {at:%H%M%S}: {node}.example.org: {at:%b %d %Y %H:%M:%S}.{at.microsecond // 1000:03d} UTC :"
    tail = f"[AppID=Cisco CallManager][ClusterID={CLUSTER}][NodeID={node}]: {end}"
    return at, f"{head}  %UC_CALLMANAGER-{severity}-{name}: %{told}{tail}"


def rtmt(name: str, at: datetime, node: str, **values: str) -> tuple[datetime, str]:
    """One RTMT alert as syslog."""
    body = "".join(f"#012{key} : {value}" for key, value in values.items())
    detail = f" At {at:%a %b %d %H:%M:%S UTC %Y} on node {node}, the following {name} events generated: {body}"
    head = f"{at:%b %d %H:%M:%S} {node} local7 2 : 77: {node}.example.org: {at:%b %d %Y %H:%M:%S}.000 UTC :"
    return (
        at,
        f"{head}  %UC_RTMT-2-RTMT_ALERT: %[AlertName={name}][AlertDetail={detail}][AppID=Cisco AMC Service][ClusterID={CLUSTER}][NodeID={node}]: RTMT Alert",
    )


def answer(
    directory: Path, rows: Rows | None, *logs: Sequence[tuple[datetime, str]], constants: Mapping[str, object] | None = None
) -> Correlation:
    """What switchcorr says, read from files as a user has them: a table of locations (or none) and one log in order of time."""
    log, table = directory / "syslog.txt", directory / "locations.csv"
    log.write_text("".join(f"{line}\n" for _, line in sorted(line for part in logs for line in part)))
    if rows is not None:
        kinds = sorted({kind for row in rows.values() for kind in row})
        lines = [
            ",".join(["phone", *kinds]),
            *(",".join([name, *(row.get(kind, "") for kind in kinds)]) for name, row in sorted(rows.items())),
        ]
        table.write_text("\n".join(lines) + "\n")
    network = CampusRequest(locations=None if rows is None else table)
    settings = Settings(correlate=constants or {})
    return correlate(CorrelateRequest(times=Times(now=NOW, log_zone="UTC"), campus=network, events=(log,), settings=settings)).result
