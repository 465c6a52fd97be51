"""A 6509 with CatOS under an IOS distribution switch: captured by hand twice, and the log of the phones of one module dropping.

All texts are made by hand. The first capture is a folder a switch with full commands, the second one terminal log of both
switches with abbreviated commands and ``> (enable)`` prompts.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import call_main

_NOW = "2026-11-23T00:00:00Z"
_MODULES = (3, 4, 5)
_PORTS = 20
_SICK = 3
_WITHOUT_CDP = ("5/19", "5/20")
"""Ports whose phones are seen by their address in the voice VLAN alone."""
_MODULE_TABLE = """
Mod Slot Ports Module-Type               Model               Sub Status
--- ---- ----- ------------------------- ------------------- --- --------
1   1    2     1000BaseX Supervisor      WS-X6K-S2U-MSFC2    yes ok
15  1    1     Multilayer Switch Feature WS-F6K-MSFC2        no  ok
3   3    48    10/100BaseTX Ethernet     WS-X6348-RJ-45      yes ok
4   4    48    10/100BaseTX Ethernet     WS-X6348-RJ-45      yes ok
5   5    48    10/100BaseTX Ethernet     WS-X6348-RJ-45      yes ok

Mod Module-Name          Serial-Num
--- -------------------- -----------
1                        SAD00000E01
15                       SAD00000E02
3                        SAL00000E03
4                        SAL00000E04
5                        SAL00000E05
"""
_VERSION = """WS-C6509 Software, Version NmpSW: 8.4(11)
Copyright (c) 1995-2005 by Cisco Systems
NMP S/W compiled on Sep 19 2005, 13:14:35

Hardware Version: 2.0  Model: WS-C6509  Serial #: SCA00000E00

Mod Port Model               Serial #    Versions
--- ---- ------------------- ----------- --------------------------------------
1   2    WS-X6K-S2U-MSFC2    SAD00000E01 Hw : 3.2

Uptime is 120 days, 1 hour, 12 minutes
"""
_DIST_VERSION = """Cisco IOS Software, C3750 Software (C3750-IPSERVICESK9-M), Version 12.2(55)SE10, RELEASE SOFTWARE (fc2)

dist-1 uptime is 30 weeks, 2 days, 4 hours, 1 minute
System returned to ROM by power-on
cisco WS-C3750G-12S (PowerPC405) processor (revision C0) with 131072K bytes of memory.
Processor board ID CAT0000E09A
"""
_DIST_CDP = """
-------------------------
Device ID: SCA00000E00(cat-1)
Entry address(es):
  IP address: 192.0.2.6
Platform: WS-C6509,  Capabilities: Trans-Bridge Switch IGMP
Interface: GigabitEthernet1/0/1,  Port ID (outgoing port): 1/1
Holdtime : 140 sec

Version :
WS-C6509 Software, Version NmpSW: 8.4(11)

advertisement version: 2
"""


@dataclass(frozen=True, slots=True)
class Site:
    """Where the two captures and the log lie."""

    early: Path
    late: Path
    log: Path

    @property
    def captures(self) -> tuple[str, ...]:
        return "--captures", str(self.early), "--captures", str(self.late)


def _ports() -> list[tuple[str, str, str]]:
    """Port, MAC in the notation of CatOS, and name of each phone."""
    found = []
    for number, (module, port) in enumerate(((m, p) for m in _MODULES for p in range(1, _PORTS + 1)), start=1):
        found.append((f"{module}/{port}", f"00-00-5e-00-53-{number:02x}", f"SEP00005E0053{number:02X}"))
    return found


def _cdp() -> str:
    records = [
        "Port (Our Port): 1/1\nDevice-ID: dist-1\nDevice Addresses:\n  IP Address: 192.0.2.1\nHoldtime: 153 sec\nCapabilities: ROUTER SWITCH\n"
        "Version:\n  Cisco Internetwork Operating System Software\nPlatform: cisco WS-C3750G-12S\n"
        "Port-ID (Port on Neighbors's Device): GigabitEthernet1/0/1\nNative VLAN: 1\nDuplex: full\n"
    ]
    records += [
        f"Port (Our Port): {port}\nDevice-ID: {name}\nDevice Addresses:\n  IP Address: 198.51.100.{number}\nHoldtime: 131 sec\n"
        "Capabilities: HOST\nVersion:\n  P00307020200\nPlatform: Cisco IP Phone 7960\n"
        "Port-ID (Port on Neighbors's Device): Port 1\nNative VLAN: unknown\nDuplex: full\n"
        for number, (port, _, name) in enumerate(_ports(), start=1)
        if port not in _WITHOUT_CDP
    ]
    return f"{'_' * 74}\n".join(records)


def _cam() -> str:
    rows = [f"120   {mac}             {port} [ALL]" for port, mac, _ in _ports()]
    rows += [f"20    00-00-5e-00-53-{200 + number:02x}             {port} [ALL]" for number, (port, _, _) in enumerate(_ports()[:30])]
    rows.append("1     00-00-5e-00-53-f9             1/1 [ALL]")
    return (
        "* = Static Entry. + = Permanent Entry. # = System Entry. R = Router Entry.\nX = Port Security Entry $ = Dot1x Security Entry\n\n"
        "VLAN  Dest MAC/Route Des    [CoS]  Destination Ports or VCs / [Protocol Type]\n"
        "----  ------------------    -----  -------------------------------------------\n"
        + "\n".join(rows)
        + f"\nTotal Matching CAM Entries Displayed  ={len(rows)}\n"
    )


def _port_tables(*, fcs_at: str, fcs: int) -> str:
    """Status, auxiliary VLAN and both error tables; one port has errors."""
    names = ["1/1", *(port for port, _, _ in _ports())]
    status = [
        f" {port:<5}                     connected  {'trunk' if port == '1/1' else '20':<10} a-full a-100 10/100BaseTX" for port in names
    ]
    auxiliary = [f" {port:<5} 120           active         auto  on     yes      6300  150" for port in names[1:]]
    errors = {port: fcs if port == fcs_at else 0 for port in names}
    first = [f" {port:<5}         0 {count:10d}          0          0         0" for port, count in errors.items()]
    second = [f" {port:<5}         0          0          0          0         0         0         0" for port in names]
    return "\n".join(
        [
            "Port  Name                 Status     Vlan       Duplex Speed Type",
            "----- -------------------- ---------- ---------- ------ ----- ------------",
            *status,
            "",
            "Port  AuxiliaryVlan AuxVlan-Status     InlinePowered     PowerAllocated",
            "                               Admin Oper   Detected mWatt mA @42V",
            "----- ------------- -------------- ----- ------ -------- ----- --------",
            *auxiliary,
            "",
            "Port  Align-Err  FCS-Err    Xmit-Err   Rcv-Err    UnderSize",
            "----- ---------- ---------- ---------- ---------- ---------",
            *first,
            "",
            "Port  Single-Col Multi-Coll Late-Coll  Excess-Col Carri-Sen Runts     Giants",
            "----- ---------- ---------- ---------- ---------- --------- --------- ---------",
            *second,
            "",
        ]
    )


def _write_early(directory: Path) -> None:
    outputs = {
        "cat-1": {
            "show_version": _VERSION,
            "show_module": _MODULE_TABLE,
            "show_cdp_neighbors_detail": _cdp(),
            "show_cam_dynamic": _cam(),
            "show_port": _port_tables(fcs_at="3/7", fcs=120),
            "show_time": "Sun Nov 22 2026, 08:00:00 UTC\n",
        },
        "dist-1": {"show_version": _DIST_VERSION, "show_cdp_neighbors_detail": _DIST_CDP},
    }
    for device, texts in outputs.items():
        (directory / device).mkdir(parents=True)
        for stem, text in texts.items():
            (directory / device / f"{stem}.txt").write_text(text)


def _write_late(directory: Path) -> None:
    directory.mkdir()
    answers = {
        "sh ver": _VERSION,
        "sh mod": _MODULE_TABLE,
        "sh cdp nei det": _cdp(),
        "sh cam dyn": _cam(),
        "sh port": _port_tables(fcs_at="3/7", fcs=48_120),
        "sh time": "Sun Nov 22 2026, 12:00:00 UTC\n",
    }
    log = "cat-1> enable\n\nEnter password:\ncat-1> (enable) set length 0\nScreen length for this session set to 0.\n"
    log += "".join(f"cat-1> (enable) {typed}\n{text}" for typed, text in answers.items())
    log += f"cat-1> (enable) exit\n\ndist-1#sh cdp nei det\n{_DIST_CDP}dist-1#sh ver\n{_DIST_VERSION}dist-1#exit\n"
    (directory / "closet.log").write_text(log)


def _write_log(path: Path) -> None:
    """The phones of the sick module, one after the other, and now and then one phone of any module."""
    rows = [f"2026-11-{day:02d}T0{day % 8}:17:00Z,{_ports()[day * 2][2]},unregistered,8,cm-1" for day in range(2, 22)]
    for number, (port, _, name) in enumerate(_ports()):
        if port.startswith(f"{_SICK}/") and port != "3/20":
            rows.append(f"2026-11-22T10:00:{number % 7:02d}Z,{name},unregistered,8,cm-1")
            rows.append(f"2026-11-22T10:02:{number:02d}Z,{name},registered,,cm-1")
    rows += (f"2026-11-22T07:00:00Z,{name},registered,,cm-1" for port, _, name in _ports() if port in _WITHOUT_CDP)
    path.write_text("time,phone,event,reason,node\n" + "\n".join(sorted(rows)) + "\n")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = tmp_path_factory.mktemp("catos")
    _write_early(root / "early")
    _write_late(root / "late")
    _write_log(root / "events.csv")
    return Site(root / "early", root / "late", root / "events.csv")


def _placements(captures: Sequence[str | Path]) -> dict[str, dict[str, str]]:
    ran = call_main("export", "placements", *captures, "--format", "csv")
    assert ran.code == 0, ran.err
    return {row["phone"]: row for row in csv.DictReader(io.StringIO(ran.out))}


@pytest.mark.parametrize("which", ["early", "late"])
def test_folder_and_terminal_log_place_every_phone(site: Site, which: str) -> None:
    found = _placements(["--captures", getattr(site, which), "--events", site.log])

    assert {name: (row["device"], row["interface"], row["module"]) for name, row in found.items()} == {
        name: ("cat-1", port, f"cat-1/{port.partition('/')[0]}") for port, _, name in _ports()
    }
    assert {row["state"] for row in found.values()} == {"placed"}
    assert {row["vlan"] for row in found.values()} == {"120"}


def test_a_phone_without_cdp_is_known_by_its_address_in_the_voice_vlan(site: Site) -> None:
    found = _placements(["--captures", site.early, "--events", site.log])
    port, _, name = _ports()[-1]

    assert port in _WITHOUT_CDP
    assert found[name]["evidence"] == "mac in voice vlan"


def test_locate_answers_for_a_phone_and_for_a_module(site: Site) -> None:
    port, mac, name = _ports()[6]
    (placement,) = json.loads(call_main("locate", mac, "--captures", site.late, "--format", "json").out)["placements"]
    assert (placement["phone"], placement["device"], placement["interface"]) == (name, "cat-1", port)

    below = call_main("locate", "--module", "cat-1/3", "--captures", site.late, "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(below.out)))) == _PORTS
    uplink = call_main("locate", "--uplink", "cat-1:1/1", "--captures", site.late, "--core", "dist-1", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(uplink.out)))) == _PORTS * len(_MODULES) - len(_WITHOUT_CDP)


def test_correlate_names_the_module_and_its_growing_errors(site: Site) -> None:
    ran = call_main("correlate", *site.captures, "--events", site.log, "--core", "dist-1", "--now", _NOW, "--format", "json")
    assert ran.code == 0, ran.err
    document: dict[str, Any] = json.loads(ran.out)
    (incident,) = document["incidents"]
    cause = incident["causes"][0]

    assert incident["verdict"] == "network"
    assert (cause["component"]["kind"], cause["component"]["id"]) == ("module", "cat-1/3")
    assert "WS-X6348-RJ-45" in cause["component"]["label"]
    assert (cause["affected"], cause["exposed"]) == (_PORTS - 1, _PORTS)
    evidence = {item["kind"]: item["text"] for item in cause["evidence_for"]}
    assert "grew by 48,000, most of all fcs_errors of 3/7" in evidence["counters"]
    coverage = document["coverage"]
    assert (coverage["placed"], coverage["outputs_quarantined"]) == (_PORTS * len(_MODULES), 0)
    assert (coverage["devices_expected"], coverage["devices_read"]) == (2, 2), "dist-1 calls cat-1 SCA00000E00(cat-1)"


def test_parse_reads_an_abbreviated_command(site: Site) -> None:
    ran = call_main("parse", "--platform", "cisco_catos", "--command", "sh mod", site.early / "cat-1" / "show_module.txt")
    assert ran.code == 0, ran.err
    document = json.loads(ran.out)
    assert (document["command"], document["bad_line_count"]) == ("show module", 0)
    assert [(row["slot"], row["serial"]) for row in document["rows"]][:2] == [(1, "SAD00000E01"), (15, "SAD00000E02")]
