"""The demonstration's campus: which switches are visited before and after a week, and a log with three planted causes in it."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.lab.campus import LabCampus, LabPhone, build_lab_campus
from switchcorr.lab.event_log import CTI_PORTS, Alert, Drop, background_drops, write_event_log
from switchcorr.lab.faults import Fault
from switchcorr.lab.interfaces_output import SICK_CARD, SICK_UPLINK
from switchcorr.lab.outputs import write_captures
from switchcorr.lab.site import FaultAt, Manners
from switchcorr.model.incident import Verdict

START = datetime(2026, 11, 15, tzinfo=UTC)
END = START + timedelta(days=7, hours=6)
DAYS = 7
_FALLBACK = 28
"""Reason with which a phone leaves its second node for the first one."""
STALLED_NODE, SECOND_NODE = "cm-sub2", "cm-sub1"
SWITCHES = 9
"""Access switches of the demonstration; with distribution and core they are 14 devices."""
LEGACY_SWITCH = "acc-008"
"""It offers the oldest SSH algorithms only."""
HANGING_SWITCH = "acc-009"
"""It stops in the middle of an answer."""


@dataclass(frozen=True, slots=True)
class Planted:
    """What is true: in this incident, this component."""

    verdict: Verdict
    component: str


@dataclass(frozen=True, slots=True)
class DemoSite:
    """Where the files are, and what is true of them."""

    captures: tuple[Path, Path]
    log: Path
    planted: tuple[Planted, ...]


def demo_campus(switches: int = SWITCHES) -> LabCampus:
    """The campus."""
    return build_lab_campus(switches=switches)


def demo_manners() -> Manners:
    """How its switches behave: one is old, one stops in the middle of an answer; their clocks say the beginning and the end of the week."""
    return Manners(
        faults={HANGING_SWITCH: FaultAt(Fault.HANG_MID_OUTPUT, "show power inline")},
        legacy=frozenset({LEGACY_SWITCH}),
        clock=time_of_visit,
    )


def time_of_visit(visit: int) -> datetime:
    """When the first visit and those after it are made."""
    return START if visit == 1 else END


def write_demo(directory: Path, *, switches: int = 12, seed: int = 20) -> DemoSite:
    """Write captures of two visits and a week's log, without any session."""
    campus = demo_campus(switches)
    before, after, log = directory / "captures-before", directory / "captures-after", directory / "CiscoSyslog"
    write_captures(campus, before, visit=1, taken_at=START)
    write_captures(campus, after, visit=2, taken_at=END)
    return DemoSite((before, after), log, write_demo_log(campus, log, seed=seed))


def write_demo_log(campus: LabCampus, log: Path, *, seed: int = 20) -> tuple[Planted, ...]:
    """Write the week's log; what is true of it."""
    random_ = random.Random(seed)
    drops = background_drops(campus, start=START, days=DAYS, per_phone_a_day=0.12, random_=random_)
    drops += _card_fault(campus, START + timedelta(days=2, hours=9, minutes=41), random_)
    drops += _uplink_fault(campus, START + timedelta(days=4, hours=14, minutes=5), random_)
    stall = START + timedelta(days=5, hours=10, minutes=12)
    drops += _server_stall(campus, stall, random_)
    alerts = [Alert(stall - timedelta(minutes=2), STALLED_NODE, 19)]
    alerts += [
        Alert(START + timedelta(days=day, hours=random_.uniform(7, 19)), STALLED_NODE, random_.choice((20, 22))) for day in range(DAYS)
    ]
    write_event_log(log, drops, alerts)
    return (
        Planted(Verdict.NETWORK, f"{SICK_CARD[0]}/{SICK_CARD[1]}"),
        Planted(Verdict.NETWORK, f"{SICK_UPLINK[0]}:{SICK_UPLINK[1]}"),
        Planted(Verdict.CALL_SERVER, STALLED_NODE),
    )


def _card_fault(campus: LabCampus, at: datetime, random_: random.Random) -> list[Drop]:
    device, slot = SICK_CARD
    phones = [phone for phone in campus.device(device).phones if phone.interface.startswith(f"GigabitEthernet{slot}/")]
    return silent_loss(phones, at, share=0.7, random_=random_)


def _uplink_fault(campus: LabCampus, at: datetime, random_: random.Random) -> list[Drop]:
    return silent_loss(campus.device(SICK_UPLINK[0]).phones, at, share=0.4, random_=random_)


def silent_loss(phones: Iterable[LabPhone], at: datetime, *, share: float, random_: random.Random) -> list[Drop]:
    """Keepalives that are not answered: drops spread over some 130 s, reasons 6 and 13."""
    return [
        Drop(
            at + timedelta(seconds=random_.uniform(15, 130)),
            phone.name,
            phone.node,
            random_.choice((6, 13, 13)),
            phone.ip,
            timedelta(minutes=random_.uniform(2, 5)),
        )
        for phone in phones
        if random_.random() < share
    ]


def _server_stall(campus: LabCampus, at: datetime, random_: random.Random) -> list[Drop]:
    """A stalled node: a share of its phones wherever they are, which register at the next one of their list and go back later, and its CTI ports."""
    phones = [phone for _, phone in campus.phones if phone.node == STALLED_NODE and random_.random() < 0.35]
    drops = [
        replace(drop, back_after=timedelta(seconds=random_.uniform(10, 90)), back_node=SECOND_NODE)
        for drop in silent_loss(phones, at, share=1.0, random_=random_)
    ]
    ports = [Drop(at + timedelta(seconds=random_.uniform(5, 60)), name, STALLED_NODE, 6, back_after=None) for name in CTI_PORTS[:5]]
    home = [
        Drop(
            drop.at + timedelta(minutes=random_.uniform(20, 26)),
            drop.name,
            SECOND_NODE,
            _FALLBACK,
            drop.ip,
            timedelta(seconds=1),
            STALLED_NODE,
        )
        for drop in drops
    ]
    return [*drops, *ports, *home]
