"""Campuses of any size, made directly as values: sites with a distribution pair each, stacks below it, phones on their ports."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import Campus, CampusDevice, Component, Link, LinkEvidence, ModuleFacts, risk_table
from switchcorr.model.event import Event, EventDetail, EventKind, EventLog
from switchcorr.model.incident import (
    AffectedPhone,
    Cause,
    Correlation,
    Coverage,
    Evidence,
    EvidenceKind,
    Incident,
    Recurring,
    Suspect,
    Verdict,
)
from switchcorr.model.interfaces import ChassisClass, InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.model.ports import PortFacts, PortState
from switchcorr.model.reason import Reason, ReasonEnum

START = datetime(2026, 11, 22, 8, tzinfo=UTC)
FAILED = START + timedelta(hours=1, minutes=32)
REASON = Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)
_NODES = ("cm-pub", "cm-sub1", "cm-sub2")


@dataclass(frozen=True, slots=True)
class Made:
    """A network, its ports and the log of four hours."""

    campus: Campus
    ports: tuple[PortFacts, ...]
    log: EventLog


def made_campus(
    *, sites: int = 2, switches: int = 5, modules: int = 3, phones: int = 24, ports: bool = True, extensions: bool = False
) -> Made:
    """Sites with ``switches`` stacks of ``modules`` members that carry ``phones`` phones each.

    Args:
        sites: each with a distribution pair.
        switches: of each site.
        modules: stack members of each switch.
        phones: on each member, on every second port first.
        ports: whether the ports were read.
        extensions: whether a table of locations gave each phone its directory number; the log then tells a second one of every seventh.
    """
    devices, links, placements, facts = (
        [CampusDevice("core-1", model="C9500-40X", level=0)],
        list[Link](),
        list[Placement](),
        list[PortFacts](),
    )
    rows: dict[str, dict[str, str]] = {}
    serial = 0
    for site in range(1, sites + 1):
        pair = [f"s{site:02}-dist{letter}" for letter in "ab"]
        for name in pair:
            devices.append(CampusDevice(name, model="C9500-24Y4C", level=1))
            links.append(_link(name, "TwentyFiveGigE1/0/24", "core-1", f"HundredGigE1/0/{site}"))
        for number in range(1, switches + 1):
            device = _stack(f"s{site:02}-acc{number:02}", modules, phones)
            devices.append(device)
            for member, name in enumerate(pair, start=1):
                links.append(_link(device.name, f"TenGigabitEthernet{member}/1/1", name, f"TwentyFiveGigE1/0/{number}", active=member == 1))
            for member in range(1, modules + 1):
                for place in range(phones):
                    serial += 1
                    placement = replace(
                        _placed(serial, device.name, member, _port(place), site), extension=str(70_000 + serial) if extensions else ""
                    )
                    placements.append(placement)
                    rows[str(placement.phone)] = _exposure(placement, device.name, pair[0], f"Site {site}")
                facts += _ports(device.name, member, phones) if ports else []
    campus = Campus(tuple(sorted(devices, key=lambda device: device.name)), tuple(links), tuple(placements), risk_table(rows))
    return Made(campus, tuple(facts), _log(campus))


def _stack(name: str, modules: int, phones: int) -> CampusDevice:
    members = [ModuleFacts(f"{name}/{n}", "C9300-48P", f"FOC{n}", "ready", None, phones) for n in range(1, modules + 1)]
    return CampusDevice(
        name,
        "cisco_ios",
        "C9300-48P",
        ChassisClass.STACK,
        tuple(members),
        ("192.0.2.9",),
        "17.9.4",
        level=2,
        taken_at=START - timedelta(hours=2),
    )


def _link(low: str, own: str, high: str, far: str, *, active: bool = True) -> Link:
    return Link(low, high, InterfaceName.parse(own), InterfaceName.parse(far), LinkEvidence.MUTUAL_NEIGHBORS, active=active)


def _port(place: int) -> int:
    """Every second port first, then the others."""
    return place * 2 + 1 if place < 24 else (place - 24) * 2 + 2


def _placed(serial: int, device: str, member: int, port: int, site: int) -> Placement:
    phone = PhoneName.parse(f"SEP00005E{serial:06X}")
    interface = InterfaceName(f"GigabitEthernet{member}/0/{port}")
    return Placement(
        phone, PlacementState.PLACED, device, interface, f"{device}/{member}", 110, phone.mac, f"198.51.{site % 250}.{serial % 250}", 0.99,
        sightings=(Sighting(device, interface, PlacementEvidence.CDP, START),), platform=("IP Phone 8841", "IP Phone 7821")[serial % 2],
    )  # fmt: skip


def _exposure(placement: Placement, device: str, distribution: str, site: str) -> dict[str, str]:
    return {
        "module": placement.module,
        "switch": device,
        "uplink": f"{device}:TenGigabitEthernet1/1/1",
        "distribution": distribution,
        "site": site,
        "firmware": "sip88xx.14-2",
    }


def _ports(device: str, member: int, phones: int) -> list[PortFacts]:
    module = f"{device}/{member}"
    taken = {_port(place) for place in range(phones)}
    found = [
        PortFacts(
            device, InterfaceName(f"GigabitEthernet{member}/0/{port}"), module, port,
            PortState.UP if port in taken or port % 7 == 0 else PortState.DOWN, 40 * port if module.endswith("acc01/2") else 0, "crc", grown=True,
        )
        for port in range(1, 49)
    ]  # fmt: skip
    return [*found, PortFacts(device, InterfaceName(f"TenGigabitEthernet{member}/1/1"), f"{module}.nm", 1, PortState.UP, 0, "", grown=True)]


def node_of(phone: str) -> str:
    """The call server of a phone."""
    return _NODES[int(phone[-1], 16) % len(_NODES)]


def _log(campus: Campus) -> EventLog:
    """Every phone's registration, single losses all over, and two alerts."""
    log, random_ = EventLog(), random.Random(5)
    for number, placement in enumerate(campus.placements):
        name = str(placement.phone)
        log.append(
            Event(
                START + timedelta(seconds=number % 60),
                EventKind.REGISTERED,
                name,
                placement.ip,
                node=node_of(name),
                description=f"Ada Example 1.{number}",
                extension=f"{placement.extension},{90_000 + number}" if placement.extension and number % 7 == 3 else "",
            )
        )
    for placement in random_.sample(campus.placements, max(1, len(campus.placements) // 200)):
        name, at = str(placement.phone), START + timedelta(seconds=random_.uniform(100, 14000))
        log.append(Event(at, EventKind.UNREGISTERED, name, placement.ip, REASON, node_of(name)))
        log.append(Event(at + timedelta(seconds=90), EventKind.REGISTERED, name, placement.ip, node=node_of(name)))
    for name, minutes in (("LowCallManagerHeartbeatRate", -1), ("CpuPegging", 2), ("CodeYellowEntry", 3)):
        at = FAILED + timedelta(minutes=minutes)
        log.append(Event(at, EventKind.SERVER_ALERT, node="cm-sub1", detail=EventDetail(name, {"rate": "19"}), description=name))
    log.append(Event(START + timedelta(hours=4), EventKind.REGISTERED, "CTI-1", node="cm-pub"))
    return log


def made_result(
    made: Made, *components: Component, share: float = 0.9, verdict: Verdict = Verdict.NETWORK, apart: timedelta = timedelta(minutes=40)
) -> Correlation:
    """An answer with one incident for each component, whose losses are in the log too; the phones come from the risk table."""
    incidents = [_incident(made, component, FAILED + number * apart, share, verdict) for number, component in enumerate(components)]
    times = [*made.log.time]
    rows = sorted(range(len(made.log)), key=times.__getitem__)
    log = made.log.select(rows)
    for column in ("time", "kind", "name", "ip", "node", "reason", "reason_enum", "description", "extension", "details"):
        setattr(made.log, column, getattr(log, column))
    recurring = tuple(Recurring(component, 3, 0.8, 20, 24) for component in components[:1])
    coverage = Coverage(
        len(made.campus.placements) + 1,
        len(made.campus.placements),
        1,
        len(made.campus.devices),
        len(made.campus.devices),
        events_read=len(made.log),
    )
    return Correlation(START, START, START + timedelta(hours=4), coverage, tuple(incidents), recurring)


def phones_exposed(campus: Campus, component: Component) -> Sequence[str]:
    """Names of the phones that are exposed to a component; of a node, those that register there."""
    if component.kind == "cluster":
        return campus.risk.phones
    if component.kind == "node":
        return [phone for phone in campus.risk.phones if node_of(phone) == component.id]
    index = campus.risk.components[component.kind].index(component)
    return [phone for phone, value in zip(campus.risk.phones, campus.risk.columns[component.kind], strict=True) if value == index]


def _incident(made: Made, component: Component, at: datetime, share: float, verdict: Verdict) -> Incident:
    exposed = phones_exposed(made.campus, component)
    random_ = random.Random(component.id)
    where = {str(placement.phone): placement for placement in made.campus.placements}
    phones = []
    for phone in [name for name in exposed if random_.random() < share]:
        lost = at + timedelta(seconds=random_.uniform(0, 40))
        back = lost + timedelta(minutes=3) if random_.random() < 0.7 else None
        place = where[phone]
        made.log.append(Event(lost, EventKind.UNREGISTERED, phone, place.ip, REASON, node_of(phone)))
        if back:
            made.log.append(Event(back, EventKind.REGISTERED, phone, place.ip, node=node_of(phone)))
        phones.append(
            AffectedPhone(
                phone, lost, REASON, node_of(phone), place.device, str(place.interface), place.module, back, node_of(phone), 0, "", place.ip
            )
        )
    phones.sort(key=lambda phone: (phone.time, phone.phone))
    first, last = phones[0].time, phones[-1].time
    evidence = Evidence(EvidenceKind.CONTRAST, f"{len(phones)} of {len(exposed)} phones on {component.id} dropped", 40.0)
    steps = f"Look at {component.id}.", "After the next drop, read its counters: `show interfaces counters errors`."
    cause = Cause(component, 0.97, len(phones), len(exposed), first, last, (), (evidence,), (), steps)
    return Incident(
        f"inc-{component.kind}", first, last, len(phones), len(phones), sum(phone.back_at is None for phone in phones), verdict, 0.01,
        (cause,), (Suspect(component, 0.97, len(phones), len(exposed)),), tuple(phones), f"{len(phones)} endpoints dropped.",
    )  # fmt: skip
