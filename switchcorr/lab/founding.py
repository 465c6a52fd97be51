"""The founding case and its twin: the same call manager 4.1(3), the same log style, another cause.

*The case*: once a day many phones of all switches unregister with reason 8 and come back; CTI ports are among them; minutes
before, the heartbeat rate was 19 beats a minute, below 24. Heartbeat alerts come on other days too, without any drop.
*The twin*: the phones that drop are on one line card; no CTI port, no heartbeat alert near.
All names and numbers are invented; device type 8 stands beside reason 8 on purpose.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from switchcorr.files import write_whole

SWITCHES = 8
MODULES = (2, 3, 4, 5)
PHONES_A_MODULE = 46
CTI_PORTS = 12
SICK_MODULE = "acc-03/4"
BURST = datetime(2009, 6, 4, 10, 12, 40)
ALERT_BEFORE = timedelta(minutes=3)
FIRST_DAY = datetime(2009, 6, 1)
DAYS = 7
HEARTBEAT = "Call Manager heartbeat rate below 24 beats per minute.\nCurrent heartbeat rate is {rate} beats per minute."
CLUSTER = "StandAloneCluster"
HEADER = ("Type", "Date", "Time", "Source", "Category", "Event", "User", "Computer", "Description")


@dataclass(frozen=True, slots=True)
class FoundingCase:
    """Where the files are, and what is true of them.

    Attributes:
        log: Event Viewer list, saved as CSV with descriptions of several lines.
        alerts: the mails of the heartbeat alerts.
        locations: where each phone is; CTI ports stand in it without a place.
        dropped: names of the endpoints that drop in the burst.
    """

    log: Path
    alerts: Path
    locations: Path
    dropped: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Phone:
    name: str
    switch: str
    module: str
    port: int


@dataclass(frozen=True, slots=True)
class FoundingVariant:
    """How a case differs from the founding one.

    Attributes:
        sick_module: phones of the one sick module drop, as in the twin; otherwise any.
        phones: how many drop.
        cti_ports: how many CTI ports drop with them.
        alert_before: whether a heartbeat alert comes minutes before.
        alerts_a_day: least and most alerts of all other times; (0, 0) is none at all.
        unlocated: share of the phones whose row in the locations file is empty.
        stale: share of the phones that stand at the place of another phone.
    """

    sick_module: bool = False
    phones: int = 36
    cti_ports: int = 3
    alert_before: bool = True
    alerts_a_day: tuple[int, int] = (4, 6)
    unlocated: float = 0.0
    stale: float = 0.0


def write_founding_case(directory: Path, *, seed: int = 413) -> FoundingCase:
    """The case: a stalled call server."""
    return write_founding_variant(directory, FoundingVariant(), seed=seed)


def write_founding_twin(directory: Path, *, seed: int = 414) -> FoundingCase:
    """The twin: a line card."""
    return write_founding_variant(directory, FoundingVariant(sick_module=True, phones=31, cti_ports=0, alert_before=False), seed=seed)


def write_founding_variant(directory: Path, variant: FoundingVariant, *, seed: int) -> FoundingCase:
    """The case or the twin with something changed."""
    random_ = random.Random(seed)
    phones = _phones()
    at_risk = [phone for phone in phones if phone.module == SICK_MODULE] if variant.sick_module else phones
    dropped = [phone.name for phone in random_.sample(at_risk, variant.phones)]
    dropped += [f"CTI-QUEUE-{i:02d}" for i in range(1, variant.cti_ports + 1)]
    alerts = _alerts(random_, a_day=variant.alerts_a_day, away_from=BURST if variant.sick_module else None)
    before = [BURST - ALERT_BEFORE] if variant.alert_before else []
    case = _write(directory, phones, dropped, [*before, *alerts], random_)
    if variant.unlocated or variant.stale:
        _spoil(case.locations, variant, random_)
    return case


def _spoil(locations: Path, variant: FoundingVariant, random_: random.Random) -> None:
    """Take the places of some phones away, and give some the place of another."""
    header, *lines = locations.read_text().splitlines()
    rows = [line.split(",") for line in lines]
    places = [row[1:] for row in rows if row[1]]
    for row in rows:
        chance = random_.random()
        if row[1] and chance < variant.unlocated:
            row[1:] = ["", "", ""]
        elif row[1] and chance < variant.unlocated + variant.stale:
            row[1:] = random_.choice(places)
    write_whole(locations, "\n".join([header, *(",".join(row) for row in rows)]) + "\n")


def _alerts(random_: random.Random, *, a_day: tuple[int, int], away_from: datetime | None) -> list[datetime]:
    alerts = [_some_day(random_, day) for day in range(DAYS) for _ in range(random_.randint(*a_day))]
    return [at for at in alerts if away_from is None or abs(at - away_from) > timedelta(hours=1)]


def _phones() -> list[_Phone]:
    phones: list[_Phone] = []
    for switch in range(1, SWITCHES + 1):
        for module in MODULES:
            for port in range(1, PHONES_A_MODULE + 1):
                mac = 0x00005E000000 + len(phones)
                phones.append(_Phone(f"SEP{mac:012X}", f"acc-{switch:02d}", f"acc-{switch:02d}/{module}", port))
    return phones


def _some_day(random_: random.Random, day: int) -> datetime:
    return FIRST_DAY + timedelta(days=day, seconds=random_.randint(7 * 3600, 19 * 3600))


def _write(
    directory: Path, phones: Sequence[_Phone], dropped: Sequence[str], alerts: Iterable[datetime], random_: random.Random
) -> FoundingCase:
    rows = [(BURST + timedelta(seconds=random_.uniform(0, 85)), "Error", _drop(name, random_)) for name in dropped]
    alone = [phone for phone in phones if random_.random() < DAYS / 40]  # every phone drops by itself now and then
    rows += [(_some_day(random_, random_.randrange(DAYS)), "Error", _drop(phone.name, random_)) for phone in alone]
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(HEADER)
    for at, kind, text in sorted(rows, key=lambda row: row[0]):
        writer.writerow((kind, f"{at.month}/{at.day}/{at.year}", _clock(at), "Cisco CallManager", "None", "3", "N/A", "CCM-PUB", text))
    log, mails, locations = directory / "eventviewer.csv", directory / "alerts.txt", directory / "locations.csv"
    write_whole(log, stream.getvalue())
    write_whole(mails, "".join(_mail(at, random_) for at in sorted(alerts)))
    lines = [
        f"{phone.name},{phone.switch},{phone.module},{phone.switch}/{phone.module.rpartition('/')[2]}/{phone.port}" for phone in phones
    ]
    ports = [f"CTI-QUEUE-{i:02d},,," for i in range(1, CTI_PORTS + 1)]
    write_whole(locations, "\n".join(["phone,switch,module,port", *lines, *ports]) + "\n")
    return FoundingCase(log, mails, locations, tuple(dropped))


def _mail(at: datetime, random_: random.Random) -> str:
    rate = 19 if at == BURST - ALERT_BEFORE else random_.choice((17, 19, 21, 22))
    head = f"From: alerts@ccm-pub.example.org\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\nSubject: [RTMT-ALERT-{CLUSTER}] LowCallManagerHeartbeatRate\n"
    return f"{head}\n{HEARTBEAT.format(rate=rate)}\n\n\n"


def _clock(at: datetime) -> str:
    return f"{at.hour % 12 or 12}:{at.minute:02d}:{at.second:02d} {'AM' if at.hour < 12 else 'PM'}"


def _drop(name: str, random_: random.Random) -> str:
    number = random_.randint(5000, 6999)
    return "\n".join(
        (
            "Error: DeviceUnregistered - Device unregistered.",
            f"Device name.: {name}",
            "Device IP address.:",
            f"Device type. [Optional]: {8 if name.startswith('SEP') else 72}",
            f"Device description [Optional].: Desk {number} |{number}",
            "Reason Code [Optional].: 8",
            "App ID: Cisco CallManager",
            f"Cluster ID: {CLUSTER}",
            "Node ID:",
            "Explanation: A registered device has gone.",
            "Recommended Action: None if it was expected.",
        )
    )
