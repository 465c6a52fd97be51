"""What the simulated Catalyst 6509 with CatOS prints; written by hand, with no template of a parser."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from switchcorr.lab.campus import CATOS_SLOTS, DATA_VLAN, PORTS, VOICE_VLAN, LabDevice
from switchcorr.lab.interfaces_output import errors_of
from switchcorr.lab.outputs import ABOUT, Writer
from switchcorr.model.moments import DAY_S

_SUPERVISOR = "WS-X6K-SUP2-2GE"
_CARD = "WS-X6348-RJ-45"
_VERSION = "8.4(11)"
_UPLINK_PORTS = 2
_UNDERLINE = "_" * 60
_COLUMNS = "----- ---------- ---------- ---------- ---------- ---------"


def dashed(mac: str) -> str:
    """As CatOS prints it: ``00-00-5e-00-53-01``."""
    return "-".join(re.findall("..", mac.replace(".", "")))


def ports(device: LabDevice) -> Iterator[tuple[str, str]]:
    """All ports with their kind: trunk, host, unused, or spare on the supervisor."""
    cables = {cable.interface for cable in device.cables}
    busy = {phone.interface for phone in device.phones}
    for port in range(1, _UPLINK_PORTS + 1):
        yield f"1/{port}", "trunk" if f"1/{port}" in cables else "spare"
    for slot in CATOS_SLOTS:
        for port in range(1, PORTS + 1):
            yield f"{slot}/{port}", "host" if f"{slot}/{port}" in busy else "unused"


def _slots(device: LabDevice) -> list[tuple[int, int, str, str, str]]:
    cards = [(slot, PORTS, "10/100BaseTX Ethernet", _CARD, device.serial(slot)) for slot in CATOS_SLOTS]
    return [(1, _UPLINK_PORTS, "1000BaseX Supervisor", _SUPERVISOR, device.serial(1)), *cards]


def show_version(device: LabDevice, visit: int) -> str:
    """``show version``."""
    lines = [
        f"WS-C6509 Software, Version NmpSW: {_VERSION}",
        "Copyright (c) 1995-2005 by the lab",
        "NMP S/W compiled on Sep 19 2005, 13:14:35",
        "",
        "System Bootstrap Version: 7.1(1)",
        "System Boot Image File is 'bootflash:cat6000.bin'",
        "System Configuration register is 0x2102",
        "",
        f"Hardware Version: 2.0  Model: WS-C6509  Serial #: {device.serial(0)}",
        "",
        "PS1  Module: WS-CAC-2500W    Serial #: LAB0000PS1A",
        "PS2  Module: WS-CAC-2500W    Serial #: LAB0000PS2A",
        "",
        "Mod Port Model               Serial #    Versions",
        "--- ---- ------------------- ----------- --------------------------------------",
    ]
    for slot, count, _, model, serial in _slots(device):
        lines.append(f"{slot:<3} {count:<4} {model:19} {serial:11} Hw : 3.2")
        lines.append(f"{'':40} Fw : 7.1(1)")
        lines.append(f"{'':40} Sw : {_VERSION}")
    lines += [
        "",
        "       DRAM                    FLASH                   NVRAM",
        "Module Total   Used    Free    Total   Used    Free    Total Used  Free",
        "------ ------- ------- ------- ------- ------- ------- ----- ----- -----",
        "1      131072K  65012K  66060K  32768K  18873K  13895K  512K  300K  212K",
        "",
        f"Uptime is {70 + 7 * (visit - 1)} days, 3 hours, {10 + visit} minutes",
    ]
    return "\n".join(lines) + "\n"


def show_module(device: LabDevice, visit: int) -> str:
    """``show module``."""
    del visit
    slots = _slots(device)
    lines = [
        "Mod Slot Ports Module-Type               Model               Sub Status",
        "--- ---- ----- ------------------------- ------------------- --- --------",
    ]
    lines += [
        f"{slot:<3} {slot:<4} {count:<5} {kind:25} {model:19} {'no ' if slot == 1 else 'yes'} ok" for slot, count, kind, model, _ in slots
    ]
    lines += ["", "Mod Module-Name          Serial-Num", "--- -------------------- -----------"]
    lines += [f"{slot:<3} {'':20} {serial}" for slot, _, _, _, serial in slots]
    lines += [
        "",
        "Mod MAC-Address(es)                        Hw     Fw         Sw",
        "--- -------------------------------------- ------ ---------- -----------------",
    ]
    for slot, count, *_ in slots:
        first = f"{device.mac[:-4]}{slot:02x}"
        lines.append(f"{slot:<3} {dashed(first + '00')} to {dashed(f'{first}{count - 1:02x}')} 3.2    7.1(1)     {_VERSION}")
    lines += ["", "Mod Sub-Type                Sub-Model           Sub-Serial  Sub-Hw Sub-Sw"]
    lines += ["--- ----------------------- ------------------- ----------- ------ ------"]
    lines += [f"{slot:<3} {'Inline Power Module':23} {'WS-F6K-PWR':19} {'':11} 1.0    0.0(0)" for slot in CATOS_SLOTS]
    return "\n".join(lines) + "\n"


def show_cdp_neighbors_detail(device: LabDevice, visit: int) -> str:
    """``show cdp neighbors detail``: cables, then phones."""
    del visit
    entries = [
        f"Port (Our Port): {cable.interface}\nDevice-ID: {cable.remote}.lab.example\nDevice Addresses:\n  IP Address: 192.0.2.254\n"
        f"Holdtime: 150 sec\nCapabilities: ROUTER SWITCH IGMP\nVersion:\n  {ABOUT}\nPlatform: cisco C9500-40X\n"
        f"Port-ID (Port on Neighbors's Device): {cable.remote_interface}\nVTP Management Domain: LAB\nNative VLAN: 1\nDuplex: full\n"
        f"System Name: unknown\nSystem Object ID: unknown\nManagement Addresses: unknown\nPhysical Location: unknown\n{_UNDERLINE}\n"
        for cable in device.cables
    ]
    entries += [
        f"Port (Our Port): {phone.interface}\nDevice-ID: {phone.name}\nDevice Addresses:\n  IP Address: {phone.ip}\nHoldtime: 143 sec\n"
        f"Capabilities: HOST\nVersion:\n  sip{phone.model}.12-8-1-0001\nPlatform: Cisco IP Phone {phone.model}\n"
        f"Port-ID (Port on Neighbors's Device): Port 1\nVTP Management Domain: unknown\nNative VLAN: unknown\nDuplex: full\n"
        f"System Name: unknown\nSystem Object ID: unknown\nManagement Addresses: unknown\nPhysical Location: unknown\n{_UNDERLINE}\n"
        for phone in device.phones
    ]
    return "".join(entries)


_STATUS = {
    "trunk": ("connected", "trunk", "full", "1000", "1000BaseSX"),
    "spare": ("notconnect", "1", "full", "1000", "No Connector"),
    "host": ("connected", str(DATA_VLAN), "a-full", "a-100", "10/100BaseTX"),
    "unused": ("notconnect", str(DATA_VLAN), "auto", "auto", "10/100BaseTX"),
}


def show_port(device: LabDevice, visit: int) -> str:
    """``show port``: status, voice VLAN and power, counters of errors."""
    rows = list(ports(device))
    lines = [
        "* = Configured MAC Address",
        "",
        "Port  Name                 Status     Vlan       Duplex Speed Type",
        "----- -------------------- ---------- ---------- ------ ----- ------------",
    ]
    for name, kind in rows:
        status, vlan, duplex, speed, medium = _STATUS[kind]
        lines.append(f"{name:>5} {'':20} {status:10} {vlan:10} {duplex:>6} {speed:>5} {medium}")
    lines += [
        "",
        "Port  AuxiliaryVlan AuxVlan-Status     InlinePowered     PowerAllocated",
        "                               Admin Oper   Detected mWatt mA @42V",
        "----- ------------- -------------- ----- ------ -------- ----- --------",
    ]
    for name, kind in rows:
        if kind == "host":
            lines.append(f"{name:>5} {VOICE_VLAN:<13} {'active':14} auto  on     yes      6300  150")
        elif kind == "unused":
            lines.append(f"{name:>5} {VOICE_VLAN:<13} {'inactive':14} auto  off    no       0     0")
    lines += ["", "Port  Align-Err  FCS-Err    Xmit-Err   Rcv-Err    UnderSize", _COLUMNS]
    for name, kind in rows:
        errors = errors_of(device, name, visit) if kind in ("host", "trunk") else 0
        lines.append(f"{name:>5} {0:10} {errors:10} {0:10} {errors:10} {0:9}")
    lines += [
        "",
        "Port  Single-Col Multi-Coll Late-Coll  Excess-Col Carri-Sen Runts     Giants",
        "----- ---------- ---------- ---------- ---------- --------- --------- ---------",
    ]
    lines += [f"{name:>5} {0:10} {0:10} {0:10} {0:10} {0:9} {0:9} {0:9}" for name, _ in rows]
    lines += ["", "Last-Time-Cleared", "--------------------------", "Sun Sep 13 2026, 04:00:00"]
    return "\n".join(lines) + "\n"


def show_cam_dynamic(device: LabDevice, visit: int) -> str:
    """``show cam dynamic``: phones, PCs, and a few addresses learned from above."""
    del visit
    rows = [(VOICE_VLAN, phone.mac, phone.interface) for phone in device.phones]
    rows += [(DATA_VLAN, phone.pc, phone.interface) for phone in device.phones if phone.pc]
    rows += [(VOICE_VLAN, f"0000.5e90.{n:04x}", device.cables[0].interface) for n in range(8)]
    lines = [
        "* = Static Entry. + = Permanent Entry. # = System Entry. R = Router Entry.",
        "X = Port Security Entry $ = Dot1x Security Entry",
        "",
        "VLAN  Dest MAC/Route Des    [CoS]  Destination Ports or VCs / [Protocol Type]",
        "----  ------------------    -----  -------------------------------------------",
    ]
    lines += [f"{vlan:<5} {dashed(mac)}             {port} [ALL]" for vlan, mac, port in rows]
    lines.append(f"Total Matching CAM Entries Displayed  ={len(rows)}")
    return "\n".join(lines) + "\n"


def show_spantree(device: LabDevice, visit: int) -> str:
    """``show spantree`` of the voice VLAN; the core is the root."""
    del visit
    up = device.cables[0].interface
    lines = [
        f"VLAN {VOICE_VLAN}",
        "Spanning tree mode          PVST+",
        "Spanning tree type          ieee",
        "Spanning tree enabled",
        "",
        "Designated Root             00-00-5e-01-28-00",
        "Designated Root Priority    4206",
        "Designated Root Cost        8",
        f"Designated Root Port        {up}",
        "Root Max Age   20 sec   Hello Time 2  sec   Forward Delay 15 sec",
        "",
        f"Bridge ID MAC ADDR          {dashed(device.mac)}",
        f"Bridge ID Priority          {32768 + VOICE_VLAN}",
        "Bridge Max Age 20 sec   Hello Time 2  sec   Forward Delay 15 sec",
        "",
        "Port                     Vlan Port-State    Cost      Prio Portfast Channel_id",
        "------------------------ ---- ------------- --------- ---- -------- ----------",
    ]
    for name, kind in ports(device):
        state = "forwarding" if kind in ("trunk", "host") else "not-connected"
        if kind != "spare":
            lines.append(
                f" {name:23} {VOICE_VLAN:<4} {state:13} {4 if kind == 'trunk' else 19:9}   32 {'enabled' if name != up else 'disabled':8} 0"
            )
    return "\n".join(lines) + "\n"


def show_channel(device: LabDevice, visit: int) -> str:
    """``show channel``: there is none."""
    del device, visit
    return "No channels present\n"


def show_port_channel(device: LabDevice, visit: int) -> str:
    """``show port channel``: no port is in one."""
    del visit
    lines = [
        "Port  Status     Channel              Admin Ch",
        "                 Mode                 Group Id",
        "----- ---------- -------------------- ----- -----",
    ]
    for name, kind in ports(device):
        lines.append(f"{name:>5} {_STATUS[kind][0]:10} {'auto silent':20} {int(name.split('/')[0]) * 10:5} {0:5}")
    return "\n".join(lines) + "\n"


def show_trunk(device: LabDevice, visit: int) -> str:
    """``show trunk``."""
    del visit
    names = [cable.interface for cable in device.cables]
    lines = [
        "* - indicates vtp domain mismatch",
        "Port      Mode         Encapsulation  Status        Native vlan",
        "--------  -----------  -------------  ------------  -----------",
        *(f" {name:8} {'nonegotiate':12} {'dot1q':14} {'trunking':13} 1" for name in names),
    ]
    for title, vlans in (
        ("Vlans allowed on trunk", "1-1005,1025-4094"),
        ("Vlans allowed and active in management domain", f"1,{DATA_VLAN},{VOICE_VLAN}"),
        ("Vlans in spanning tree forwarding state and not pruned", f"1,{DATA_VLAN},{VOICE_VLAN}"),
    ):
        lines += ["", f"Port      {title}", f"--------  {'-' * 69}", *(f" {name:8} {vlans}" for name in names)]
    return "\n".join(lines) + "\n"


def show_environment(device: LabDevice, visit: int) -> str:
    """``show environment``: nothing is wrong."""
    del device, visit
    return (
        "\nEnvironmental Status (. = Pass, F = Fail, U = Unknown, N = Not Present)\n"
        "  PS1: .     PS2: .     PS1 Fan: .     PS2 Fan: .\n  Chassis-Ser-EEPROM: .     Fan: .\n"
        "  Clock(A/B): A     Clock A: .     Clock B: .\n  VTT1: .     VTT2: .     VTT3: .\n"
    )


def show_system(device: LabDevice, visit: int) -> str:
    """``show system``."""
    return f"""PS1-Status PS2-Status Fan-Status Temp-Alarm Sys-Status Uptime d,h:m:s Logout
---------- ---------- ---------- ---------- ---------- -------------- ---------
ok         ok         ok         off        ok         {70 + 7 * (visit - 1)},03:{10 + visit}:09   20 min

PS1-Type             PS2-Type
-------------------- --------------------
WS-CAC-2500W         WS-CAC-2500W

Modem   Baud  Backplane-Traffic Peak Peak-Time
------- ----- ----------------- ---- -------------------------
disable  9600    0%              0% Sun Nov 15 2026, 09:41:07

System Name              System Location          System Contact           CC
------------------------ ------------------------ ------------------------ ---
{device.name:24} lab
"""


def show_logging_buffer(device: LabDevice, visit: int, at: datetime) -> str:
    """``show logging buffer``: the last day before a time; a phone here and there."""
    random_ = random.Random(f"{device.name} log {visit}")
    busy = [phone.interface for phone in device.phones]
    lines = []
    for ago in sorted((random_.uniform(3600, DAY_S) for _ in range(min(4, len(busy)))), reverse=True):
        port = random_.choice(busy)
        down, up = at - timedelta(seconds=ago), at - timedelta(seconds=ago - 40)
        lines.append(f"{_stamp(down)} %PAGP-5-PORTFROMSTP:Port {port} left bridge port {port}")
        lines.append(f"{_stamp(up)} %PAGP-5-PORTTOSTP:Port {port} joined bridge port {port}")
    return "".join(f"{line}\n" for line in lines)


def show_time(at: datetime) -> str:
    """``show time`` at a time in UTC."""
    return f"{at:%a %b} {at.day} {at:%Y, %H:%M:%S} UTC\n"


def _stamp(at: datetime) -> str:
    return f"{at:%Y %b} {at.day:2} {at:%H:%M:%S} UTC +00:00"


CATOS_COMMANDS: Mapping[str, Writer] = {
    "show version": show_version,
    "show module": show_module,
    "show cdp neighbors detail": show_cdp_neighbors_detail,
    "show port": show_port,
    "show cam dynamic": show_cam_dynamic,
    "show spantree": show_spantree,
    "show channel": show_channel,
    "show port channel": show_port_channel,
    "show trunk": show_trunk,
    "show environment": show_environment,
    "show system": show_system,
}
"""Besides ``show time`` and ``show logging buffer``, which depend on the time."""
