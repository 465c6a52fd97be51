"""A switch whose clock is wrong, as its text tells it and as its phones do, from files to the evidence of an incident."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.model.campus import ObservationKind

_NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_TAKEN = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
_OFF = timedelta(minutes=-40)
_PHONES = {f"SEP00005E00{slot:02X}{port:02X}": f"{slot}/{port}" for slot in (3, 4) for port in range(1, 21)}


def _told(tmp_path: Path, campus: CampusRequest, drops: list[tuple[datetime, str]], *logs: Path) -> CorrelationOutcome:
    rows = [f"{at:%Y-%m-%dT%H:%M:%SZ},{phone},unregistered,13,cm1" for at, phone in sorted(drops)]
    (tmp_path / "drops.csv").write_text("\n".join(("time,phone,event,reason,node", *rows)) + "\n")
    windows = ((_NOON - timedelta(seconds=60), _NOON + timedelta(seconds=180)),)
    times = Times(now=datetime(2026, 11, 22, tzinfo=UTC))
    return correlate(CorrelateRequest(times=times, campus=campus, events=(tmp_path / "drops.csv",), servers=logs, windows=windows))


def _lost() -> list[tuple[datetime, str]]:
    return [(_NOON + timedelta(seconds=7 * number), phone) for number, phone in enumerate(list(_PHONES)[:14])]


def _evidence(outcome: CorrelationOutcome) -> list[str]:
    (incident,) = outcome.result.incidents
    return [item.text for item in incident.causes[0].evidence_for if "went down together" in item.text]


def _of_clocks(outcome: CorrelationOutcome) -> list[str]:
    return [sentence for sentence in outcome.result.coverage.assumptions if "acc-1 " in sentence]


def _version(name: str) -> str:
    return (
        "Cisco IOS Software, Catalyst 4500 L3 Switch Software (cat4500-ENTSERVICESK9-M), Version 12.2(54)SG1, RELEASE SOFTWARE (fc1)\n"
        f"{name} uptime is 21 weeks, 3 days, 2 hours, 5 minutes\n"
        "cisco WS-C4507R (MPC8548) processor (revision 14) with 1048576K bytes of memory.\n"
    )


def _neighbor(phone: str, interface: str) -> str:
    return (
        f"-------------------------\nDevice ID: {phone}\nEntry address(es):\nPlatform: Cisco IP Phone 7962,  Capabilities: Host Phone\n"
        f"Interface: GigabitEthernet{interface},  Port ID (outgoing port): Port 1\nHoldtime : 137 sec\n\nVersion :\nSCCP42.9-4-2SR3-1S\n\n"
    )


def _line(at: datetime, place: str) -> str:
    """A message of the buffer with the digits of the switch."""
    return f"*{at:%b} {at.day:>2} {at:%H:%M:%S}.123: %LINK-3-UPDOWN: Interface GigabitEthernet{place}, changed state to down"


def _card(off: timedelta) -> list[str]:
    """Ports of a card that went down together at the incident, by a clock that is ahead by this."""
    return [_line(_NOON - timedelta(seconds=20) + off, f"3/{number}") for number in range(1, 13)]


def _captures(folder: Path, log: list[str], shown: datetime, zone: str = "UTC") -> CampusRequest:
    """What a sweep keeps of a chassis with this log and clock."""
    outputs = {
        "show version": _version("acc-1"),
        "show cdp neighbors detail": "".join(_neighbor(phone, place) for phone, place in _PHONES.items()),
        "show logging": "Syslog logging: enabled\n\nLog Buffer (65536 bytes):\n\n" + "\n".join(log) + "\n",
        "show clock": f"*{shown:%H:%M:%S}.412 {zone} {shown:%a %b %d %Y}\n",
    }
    own = folder / "acc-1"
    own.mkdir(parents=True)
    for command, text in outputs.items():
        (own / f"{command.replace(' ', '_')}.txt").write_text(text)
    commands = {
        command: {"file": f"{command.replace(' ', '_')}.txt", "started_at": _TAKEN.isoformat(), "seconds": 0.2} for command in outputs
    }
    began = _TAKEN - timedelta(seconds=50)
    (own / "capture.json").write_text(json.dumps({"platform": "cisco_ios", "taken_at": began.isoformat(), "commands": commands}))
    return CampusRequest(captures=(folder,), cores=("acc-1",))


@pytest.mark.parametrize(
    ("off", "words"),
    [
        (timedelta(), []),
        (_OFF, ["the clock of switch acc-1 is taken to be 40 min behind"]),
        (timedelta(minutes=23, seconds=10), ["the clock of switch acc-1 is taken to be 23 min 10 s ahead"]),
        (datetime(1993, 3, 1, 3, 50, tzinfo=UTC) - _TAKEN, ["the clock of switch acc-1 is taken to be 33 years 272 days behind"]),
    ],
    ids=("right", "behind", "ahead", "1993"),
)
def test_ports_that_went_down_in_the_incident_whatever_the_clock_said(tmp_path: Path, off: timedelta, words: list[str]) -> None:
    outcome = _told(tmp_path, _captures(tmp_path / "captures", _card(off), _TAKEN + off), _lost())
    assert len(_evidence(outcome)) == 1
    assert [sentence.partition(" (")[0] for sentence in _of_clocks(outcome)] == words
    assert outcome.campus is not None
    (flap,) = [fact.at for fact in outcome.campus.observations if fact.kind is ObservationKind.LINK_FLAP]
    assert flap is not None
    assert abs(flap - (_NOON - timedelta(seconds=20))) < timedelta(seconds=1)


def test_a_clock_that_was_set_after_the_incident(tmp_path: Path) -> None:
    off = datetime(1993, 3, 1, 3, 50, tzinfo=UTC) - _TAKEN
    setting = (
        "Nov 20 13:00:00.000: %SYS-6-CLOCKUPDATE: System clock has been updated from 01:20:00 UTC Mon Mar 1 1993 to 13:00:00 UTC Fri Nov 20 2026, "
        "configured from console by admin on vty0."
    )
    outcome = _told(tmp_path, _captures(tmp_path / "captures", [*_card(off), setting], _TAKEN), _lost())
    assert len(_evidence(outcome)) == 1
    (sentence,) = _of_clocks(outcome)
    assert sentence.startswith("the clock of switch acc-1 was set while its log was written, and was 33 years 272 days behind before;")


def _syslog(path: Path, downs: list[tuple[datetime, str]]) -> Path:
    """A server's file with the times of the switch."""
    lines = [
        f"<189>{at:%b %d %H:%M:%S} acc-1 {number}: {at:%b %d %H:%M:%S} UTC: %LINK-3-UPDOWN: Interface GigabitEthernet{place}, changed state to down"
        for number, (at, place) in enumerate(sorted(downs))
    ]
    path.write_text("\n".join(lines) + "\n")
    return path


def _locations(path: Path) -> CampusRequest:
    rows = [f"{phone},acc-1,{place.partition('/')[0]},GigabitEthernet{place}" for phone, place in _PHONES.items()]
    others = [f"SEP00005E01{number:04X},acc-2,3,GigabitEthernet3/{number}" for number in range(1, 41)]
    path.write_text("\n".join(("phone,switch,module,port", *rows, *others)) + "\n")
    return CampusRequest(locations=path)


def _unplugged(count: int) -> tuple[list[tuple[datetime, str]], list[tuple[datetime, str]]]:
    """Phones that were unplugged one by one: when and where, and their drops."""
    random_ = random.Random(4)
    downs, drops = [], []
    for number in range(count):
        at = _NOON - timedelta(hours=13 * (number + 1), minutes=random_.uniform(0, 300))
        phone = random_.choice(list(_PHONES))
        downs.append((at, _PHONES[phone]))
        drops.append((at + timedelta(seconds=random_.uniform(20, 140)), phone))
    return downs, drops


def test_phones_find_out_a_log_in_utc_beside_a_local_clock(tmp_path: Path) -> None:
    """The default of IOS, without any message that tells both times."""
    downs, drops = _unplugged(9)
    log = [_line(at, place) for at, place in sorted(downs)]
    campus = _captures(tmp_path / "captures", [*log, *_card(timedelta())], _TAKEN + timedelta(hours=1), "CET")
    outcome = _told(tmp_path, campus, [*_lost(), *drops])
    assert len(_evidence(outcome)) == 1
    (sentence,) = _of_clocks(outcome)
    assert re.match(r"times in the log of switch acc-1 are taken to be (?:59|1 h) .*too early \(± ", sentence)


@pytest.mark.parametrize("unplugged", [9, 2], ids=("clear", "few"))
def test_phones_alone_tell_it_where_they_are_enough(tmp_path: Path, unplugged: int) -> None:
    pulled, dropped = _unplugged(unplugged)
    downs, drops = [(_NOON - timedelta(seconds=20), place) for place in list(_PHONES.values())[:12]] + pulled, _lost() + dropped
    log = _syslog(tmp_path / "switches", [(at + _OFF, place) for at, place in downs])
    outcome = _told(tmp_path, _locations(tmp_path / "locations.csv"), drops, log)
    assert outcome.campus is not None
    (flap,) = [fact.at for fact in outcome.campus.observations if fact.kind is ObservationKind.LINK_FLAP]
    assert flap is not None
    if unplugged == 2:
        assert (_evidence(outcome), _of_clocks(outcome)) == ([], [])
        assert flap == _NOON - timedelta(seconds=20) + _OFF
        return
    assert len(_evidence(outcome)) == 1
    assert outcome.campus.link_downs == ()
    (sentence,) = _of_clocks(outcome)
    assert sentence.endswith("from 10 times that links of its phones went down and the phones dropped); they are corrected by that")
    assert abs(flap - (_NOON - timedelta(seconds=20))) < timedelta(seconds=60)
