"""Captures of several times, as the switches print them, to the evidence of an incident: IOS, NX-OS and CatOS."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CampusRequest, CorrelateRequest, Times
from switchcorr.model.incident import Cause, Evidence, EvidenceKind, Incident, Verdict

_FIRST = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
_AT = datetime(2026, 11, 22, 9, 41, tzinfo=UTC)
_PORTS = range(1, 13)


def _phone(slot: int, port: int) -> str:
    return f"SEP00005E00{slot:02X}{port:02X}"


def _write(folder: Path, device: str, at: datetime, outputs: Mapping[str, str], platform: str) -> None:
    own = folder / device
    own.mkdir(parents=True)
    for command, text in outputs.items():
        (own / (command.replace(" ", "_") + ".txt")).write_text(text)
    (own / "capture.json").write_text(json.dumps({"platform": platform, "taken_at": at.isoformat()}))


def _incident(tmp_path: Path, captures: Sequence[Path], phones: Sequence[str]) -> Incident:
    log = tmp_path / "drops.csv"
    rows = [f"{_AT + timedelta(seconds=7 * n):%Y-%m-%dT%H:%M:%SZ},{phone},unregistered,13,cm1" for n, phone in enumerate(phones)]
    log.write_text("\n".join(("time,phone,event,reason,node", *rows)) + "\n")
    windows = ((_AT - timedelta(seconds=30), _AT + timedelta(seconds=210)),)
    times = Times(now=datetime(2026, 11, 23, tzinfo=UTC))
    outcome = correlate(CorrelateRequest(times=times, campus=CampusRequest(captures=tuple(captures)), events=(log,), windows=windows))
    assert outcome.missing == ()
    (incident,) = outcome.result.incidents
    return incident


def _leading(incident: Incident, id_: str) -> Cause:
    assert incident.verdict is Verdict.NETWORK
    cause = incident.causes[0]
    assert id_ in {cause.component.id, *(component.id for component in cause.equivalent)}
    return cause


def _of(evidence: Sequence[Evidence], kind: EvidenceKind) -> list[Evidence]:
    return [item for item in evidence if item.kind is kind]


# IOS: a chassis with two cards, three snapshots


def _ios_interface(name: str, crc: int, resets: int) -> str:
    return f"""{name} is up, line protocol is up (connected)
  Hardware is Gigabit Ethernet Port, address is 0000.5e00.5300 (bia 0000.5e00.5300)
  MTU 1500 bytes, BW 1000000 Kbit, DLY 10 usec,
  Full-duplex, 1000Mb/s, link type is auto, media type is 10/100/1000-TX
  Last clearing of "show interface" counters never
     900 packets input, 90000 bytes, 0 no buffer
     0 runts, 0 giants, 0 throttles
     {crc} input errors, {crc} CRC, 0 frame, 0 overrun, 0 ignored
     900 packets output, 90000 bytes, 0 underruns
     0 output errors, 0 collisions, {resets} interface resets
     0 babbles, 0 late collision, 0 deferred
     0 lost carrier, 0 no carrier"""


def _ios(visit: int, at: datetime) -> dict[str, str]:
    sick = visit == 3
    interfaces = [
        _ios_interface(f"GigabitEthernet{slot}/{port}", 4 * port + (900 if sick and slot == 3 else 0), 2 + (sick and slot == 3))
        for slot in (3, 4)
        for port in _PORTS
    ]
    cdp = [
        f"-------------------------\nDevice ID: {_phone(slot, port)}\nEntry address(es): \n  IP address: 192.0.2.{20 * slot + port}\n"
        f"Platform: Cisco IP Phone 7962,  Capabilities: Host Phone Two-port Mac Relay \n"
        f"Interface: GigabitEthernet{slot}/{port},  Port ID (outgoing port): Port 1\nHoldtime : 143 sec\n\nVersion :\nSCCP42.9-4-2\n"
        for slot in (3, 4)
        for port in _PORTS
    ]
    local = _AT + timedelta(hours=1, seconds=-4)
    flaps = [
        f"{local:%b %d %H:%M:%S}.{port:03d}: %LINK-3-UPDOWN: Interface GigabitEthernet3/{port}, changed state to down" for port in _PORTS
    ]
    log = ["Syslog logging: enabled", "Log Buffer (8192 bytes):", "", "Nov 20 03:00:00.000: %SYS-5-CONFIG_I: Configured from console"]
    return {
        "show version": (
            "Cisco IOS Software, Catalyst 4500 L3 Switch Software (cat4500-ENTSERVICESK9-M), Version 15.0(2)SG, RELEASE SOFTWARE\n"
            f"acc-1 uptime is 30 weeks, 1 day, {visit} hours, 5 minutes\nSystem returned to ROM by reload\n"
            "cisco WS-C4507R (MPC8548) processor (revision 11) with 524288K bytes of memory.\nProcessor board ID FOX00000A01\n"
            "Configuration register is 0x2102\n"
        ),
        "show module": (
            "Chassis Type : WS-C4507R\n\nMod Ports Card Type                              Model              Serial No.\n"
            "---+-----+--------------------------------------+------------------+-----------\n"
            " 3    48  10/100/1000BaseT (RJ45)V, Cisco/IEEE   WS-X4548-GB-RJ45V  JAE00000A03\n"
            " 4    48  10/100/1000BaseT (RJ45)V, Cisco/IEEE   WS-X4548-GB-RJ45V  JAE00000A04\n\n"
            " M MAC addresses                    Hw  Fw           Sw               Status\n"
            "--+--------------------------------+---+------------+----------------+---------\n"
            " 3 0000.5e00.3000 to 0000.5e00.302f 3.1                               Ok\n"
            " 4 0000.5e00.4000 to 0000.5e00.402f 3.1                               Ok\n"
        ),
        "show interfaces": "\n".join(interfaces) + "\n",
        "show cdp neighbors detail": "\n".join(cdp) + f"\n\nTotal cdp entries displayed : {len(cdp)}\n",
        "show logging": "\n".join(log + (flaps if sick else [])) + "\n",
        "show clock": f"{at + timedelta(hours=1):%H:%M:%S}.000 CET Sun Nov 22 2026\n",
    }


def _ios_captures(tmp_path: Path, *visits: int) -> list[Path]:
    folders = []
    for visit in visits:
        at = _FIRST + timedelta(hours=visit - 1)
        _write(tmp_path / f"ios-{visit}", "acc-1", at, _ios(visit, at), "cisco_ios")
        folders.append(tmp_path / f"ios-{visit}")
    return folders


def test_three_snapshots_of_a_chassis_show_growth_against_its_own_history_and_its_sibling(tmp_path: Path) -> None:
    incident = _incident(tmp_path, _ios_captures(tmp_path, 1, 2, 3), [_phone(3, port) for port in range(1, 5)])
    cause = _leading(incident, "acc-1/3")
    grown, quiet = (_of(side, EvidenceKind.COUNTERS) for side in (cause.evidence_for, cause.evidence_against))
    assert grown[0].text.startswith("error counters of acc-1/3 grew by 10,800, most of all input_errors of GigabitEthernet3/9: 900")
    assert 4 < grown[0].weight <= 5.52
    assert quiet == []  # the quiet hour before it is no fact against it
    flap = _of(cause.evidence_for, EvidenceKind.DEVICE_STATE)[0]
    assert flap.text.startswith("12 ports of acc-1/3 went down together: GigabitEthernet3/1, ")


def test_the_sibling_that_stayed_quiet_has_that_against_it(tmp_path: Path) -> None:
    incident = _incident(tmp_path, _ios_captures(tmp_path, 1, 2, 3), [_phone(4, port) for port in range(1, 13)])
    against = _of(_leading(incident, "acc-1/4").evidence_against, EvidenceKind.COUNTERS)
    assert against[0].text == "no error counter of module acc-1/4 grew between the snapshots"
    assert 0 < against[0].weight <= 0.69


def test_one_snapshot_gives_no_growth_and_says_so(tmp_path: Path) -> None:
    incident = _incident(tmp_path, _ios_captures(tmp_path, 1), [_phone(3, port) for port in range(1, 13)])
    cause = _leading(incident, "acc-1/3")
    assert _of((*cause.evidence_for, *cause.evidence_against), EvidenceKind.COUNTERS) == []


# NX-OS: a fabric extender, two snapshots


def _nexus_interface(port: int, crc: int, flapped: str) -> str:
    return f"""Ethernet101/1/{port} is up
admin state is up, Dedicated Interface
  Belongs to Po101
  Hardware: 100/1000 Ethernet, address: 0000.5e00.53{port:02x} (bia 0000.5e00.53{port:02x})
  MTU 1500 bytes, BW 1000000 Kbit, DLY 10 usec
  full-duplex, 1000 Mb/s
  Last link flapped {flapped}
  Last clearing of "show interface" counters never
  2 interface resets
  RX
    900 unicast packets  0 multicast packets  0 broadcast packets
    900 input packets  90000 bytes
    0 runts  0 giants  {crc} CRC  0 no buffer
    {crc} input error  0 short frame  0 overrun   0 underrun  0 ignored
  TX
    900 unicast packets  0 multicast packets  0 broadcast packets
    900 output packets  90000 bytes
    0 output error  0 collision  0 deferred  0 late collision
    0 lost carrier  0 no carrier  0 babble 0 output discard
"""


def _nexus(visit: int) -> dict[str, str]:
    cdp = [
        f"----------------------------------------\nDevice ID:{_phone(101, port)}\n\nInterface address(es):\n    IPv4 Address: 192.0.2.{port}\n"
        f"Platform: Cisco IP Phone 7962, Capabilities: Host Phone Two-port-MAC-Relay\n"
        f"Interface: Ethernet101/1/{port}, Port ID (outgoing port): Port 1\nHoldtime: 143 sec\n\nVersion:\nSCCP42.9-4-2\n\nAdvertisement Version: 2\n"
        for port in _PORTS
    ]
    flapped = "00:18:5{}" if visit == 2 else "4week(s) {}day(s)"
    return {
        "show version": (
            "Cisco Nexus Operating System (NX-OS) Software\n\nSoftware\n  NXOS: version 10.2(5)\n\nHardware\n  cisco Nexus9000 C93180YC-FX Chassis\n"
            "  Processor Board ID FDO00000N01\n  Device name: agg-1\n\nKernel uptime is 83 day(s), 4 hour(s), 12 minute(s), 9 second(s)\n"
        ),
        "show fex": (
            "  FEX         FEX           FEX                       FEX\nNumber    Description      State            Model            Serial\n"
            "------------------------------------------------------------------------\n"
            "101        FEX0101                Online   N2K-C2248TP-E-1GE   SSI00000N13\n"
        ),
        "show interface": "\n".join(_nexus_interface(port, 300 * (visit == 2), flapped.format(port % 9)) for port in _PORTS),
        "show cdp neighbors detail": "\n".join(cdp),
    }


def test_a_fabric_extender_whose_ports_flapped_together(tmp_path: Path) -> None:
    folders = [tmp_path / "before", tmp_path / "after"]
    for visit, folder in enumerate(folders, start=1):
        _write(folder, "agg-1", _FIRST + timedelta(hours=2 * visit - 2), _nexus(visit), "cisco_nxos")
    incident = _incident(tmp_path, folders, [_phone(101, port) for port in _PORTS])
    cause = _leading(incident, "agg-1/fex101")
    assert "error counters of agg-1/fex101 grew by 3,600" in _of(cause.evidence_for, EvidenceKind.COUNTERS)[0].text
    assert any(item.text.startswith("12 ports of agg-1/fex101 went down together") for item in cause.evidence_for)


# CatOS: a card, two snapshots


def _catos(visit: int) -> dict[str, str]:
    fcs = 500 * (visit == 2)
    cdp = [
        f"Port (Our Port): 3/{port}\nDevice-ID: {_phone(3, port)}\nDevice Addresses:\n  IP Address: 192.0.2.{port}\nHoldtime: 131 sec\n"
        f"Capabilities: HOST\nVersion:\n  P00307020200\nPlatform: Cisco IP Phone 7960\nPort-ID (Port on Neighbors's Device): Port 1\n"
        for port in _PORTS
    ]
    head = "Port  Align-Err  FCS-Err    Xmit-Err   Rcv-Err    UnderSize\n----- ---------- ---------- ---------- ---------- ---------\n"
    left = [f"2026 Nov 22 09:40:5{port % 10} UTC +00:00 %PAGP-5-PORTFROMSTP:Port 3/{port} left bridge port 3/{port}" for port in _PORTS]
    return {
        "show version": (
            "WS-C6509 Software, Version NmpSW: 8.4(11)\n\nHardware Version: 2.0  Model: WS-C6509  Serial #: SCA00000C01\n\n"
            "Mod Port Model               Serial #    Versions\n--- ---- ------------------- ----------- --------------------------------------\n"
            "3   48   WS-X6348-RJ-45      SAL00000C06 Hw : 1.1\n\nUptime is 62 days, 11 hours, 54 minutes\n"
        ),
        "show port counters": head + "\n".join(f" 3/{port:<3}{0:11}{fcs:11}{0:11}{fcs:11}{0:10}" for port in _PORTS) + "\n",
        "show cdp neighbors detail": "".join(cdp),
        "show logging buffer": "\n".join(left if visit == 2 else ["2026 Nov 20 09:00:00 %SYS-5-MOD_OK:Module 3 is online"]) + "\n",
    }


def test_a_catalyst_with_catos(tmp_path: Path) -> None:
    folders = [tmp_path / "before", tmp_path / "after"]
    for visit, folder in enumerate(folders, start=1):
        _write(folder, "cat-1", _FIRST + timedelta(hours=2 * visit - 2), _catos(visit), "cisco_catos")
    cause = _leading(_incident(tmp_path, folders, [_phone(3, port) for port in _PORTS]), "cat-1/3")
    counters = _of(cause.evidence_for, EvidenceKind.COUNTERS)[0]
    assert counters.text.startswith("error counters of cat-1/3 grew by 6,000, most of all ")
    assert counters.weight > 2
    assert any(item.text.startswith("12 ports of cat-1/3 went down together: 3/1, ") for item in cause.evidence_for)
