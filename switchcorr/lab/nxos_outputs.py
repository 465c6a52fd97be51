"""What the simulated Nexus prints: who it is, its ports and its fabric extender; written by hand, with no template of a parser."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from switchcorr.lab.campus import DATA_VLAN, FEX, FEX_FABRIC, PORTS, VOICE_VLAN, LabDevice
from switchcorr.lab.interfaces_output import errors_of

MODEL = "N5K-C5548UP"
FEX_MODEL = "N2K-C2248TP-E-1GE"
_VERSION = "7.3(8)N1(1)"
_OWN_PORTS = 32
_RULE = "-" * 80


def short_name(interface: str) -> str:
    """As tables print it: ``Eth101/1/7``."""
    return re.sub(r"^port-channel", "Po", re.sub(r"^Ethernet", "Eth", interface))


def fabric_bundle() -> str:
    """The bundle that the fabric extender hangs from."""
    return f"port-channel{FEX}"


def uplink_bundles(device: LabDevice) -> dict[str, list[str]]:
    """Bundles of the cables, by name."""
    found: dict[str, list[str]] = {}
    for cable in device.cables:
        if cable.bundle:
            found.setdefault(f"port-channel{cable.bundle}", []).append(cable.interface)
    return found


def interfaces(device: LabDevice) -> Iterator[tuple[str, str]]:
    """All interfaces with their kind: management, trunk, fabric, host or unused."""
    cables = {cable.interface for cable in device.cables}
    busy = {phone.interface for phone in device.phones}
    yield "mgmt0", "management"
    for port in range(1, _OWN_PORTS + 1):
        name = f"Ethernet1/{port}"
        yield name, "trunk" if name in cables else "fabric" if name in FEX_FABRIC else "unused"
    for bundle in uplink_bundles(device):
        yield bundle, "trunk"
    yield fabric_bundle(), "fabric"
    for port in range(1, PORTS + 1):
        name = f"Ethernet{FEX}/1/{port}"
        yield name, "host" if name in busy else "unused"


def show_version(device: LabDevice, visit: int) -> str:
    """``show version``."""
    return f"""Cisco Nexus Operating System (NX-OS) Software
TAC support: see your contract
Copyright (c) 2002-2020, the lab.
All rights reserved.

Software
  BIOS:      version 3.6.0
  loader:    version N/A
  kickstart: version {_VERSION}
  system:    version {_VERSION}
  BIOS compile time:       05/09/2012
  kickstart image file is: bootflash:///n5000-kickstart.bin
  system image file is:    bootflash:///n5000.bin

Hardware
  cisco Nexus5548 Chassis ("O2 32X10GE/Modular Universal Platform Supervisor")
  Intel(R) Xeon(R) CPU         with 8253856 kB of memory.
  Processor Board ID {device.serial(0)}

  Device name: {device.name}
  bootflash:    2007040 kB

Kernel uptime is {70 + 7 * (visit - 1)} day(s), 3 hour(s), {10 + visit} minute(s), 7 second(s)

Last reset
  Reason: Unknown
  System version: {_VERSION}
  Service:

plugin
  Core Plugin, Ethernet Plugin
"""


def show_inventory(device: LabDevice, visit: int) -> str:
    """``show inventory``."""
    del visit
    items = [
        ("Chassis", "Nexus5548 Chassis", MODEL, device.serial(0)),
        ("Module 1", "O2 32X10GE/Modular Universal Platform Supervisor", MODEL, device.serial(1)),
        ("Power supply 1", "AC power supply", "N55-PAC-750W", device.serial(2)),
        (f"FEX {FEX} CHASSIS", f"{FEX_MODEL} CHASSIS", FEX_MODEL, device.serial(3)),
        (f"FEX {FEX} Module 1", "Fabric Extender Module: 48x1GE, 4x10GE Supervisor", FEX_MODEL, device.serial(3)),
    ]
    return (
        "\n\n".join(f'NAME: "{name}",  DESCR: "{text}"\nPID: {pid:18} ,  VID: V01 ,  SN: {serial}' for name, text, pid, serial in items)
        + "\n"
    )


def show_module(device: LabDevice, visit: int) -> str:
    """``show module``: the fabric extender is none."""
    del visit
    mac = "-".join(re.findall("..", device.mac.replace(".", "")))
    return f"""Mod  Ports  Module-Type                         Model              Status
---  -----  ----------------------------------- ------------------ ----------
1    32     O2 32X10GE/Modular Universal Platfo {MODEL:18} active *

Mod  Sw               Hw
---  ---------------  ------
1    {_VERSION:16} 1.0

Mod  MAC-Address(es)                         Serial-Num
---  --------------------------------------  ----------
1    {mac} to {mac[:-2]}1f  {device.serial(1)}
"""


def show_fex(device: LabDevice, visit: int) -> str:
    """``show fex``."""
    del visit
    return f"""  FEX         FEX           FEX                       FEX
Number    Description      State            Model            Serial
------------------------------------------------------------------------
{FEX}        FEX0{FEX}                Online   {FEX_MODEL}   {device.serial(3)}
"""


def show_fex_detail(device: LabDevice, visit: int) -> str:
    """``show fex detail``."""
    del visit
    busy = {phone.interface for phone in device.phones}
    bundle = short_name(fabric_bundle())
    lines = [
        f"FEX: {FEX} Description: FEX0{FEX}   state: Online",
        f"  FEX version: {_VERSION} [Switch version: {_VERSION}]",
        f"  Extender Model: {FEX_MODEL},  Extender Serial: {device.serial(3)}",
        "  Part No: 73-00000-01",
        "  post level: complete",
        "  Pinning-mode: static    Max-links: 1",
        f"  Fabric port for control traffic: {short_name(FEX_FABRIC[0])}",
        "  Fabric interface state:",
    ]
    lines += [f"    {name} - Interface Up. State: Active" for name in (bundle, *map(short_name, FEX_FABRIC))]
    lines.append("  Fex Port        State  Fabric Port")
    for port in range(1, PORTS + 1):
        state = "Up" if f"Ethernet{FEX}/1/{port}" in busy else "Down"
        lines.append(f"       {f'Eth{FEX}/1/{port}':12} {state:>4}       {bundle}")
    lines.append("Logs:")
    return "\n".join(lines) + "\n"


def show_interface(device: LabDevice, visit: int) -> str:
    """``show interface``."""
    return "\n".join(_interface(device, number, name, kind, visit) for number, (name, kind) in enumerate(interfaces(device)))


def _interface(device: LabDevice, number: int, name: str, kind: str, visit: int) -> str:
    random_ = random.Random(f"{device.name} {name} traffic")
    up = kind != "unused"
    packets = random_.randint(10_000, 9_000_000) * visit if up else 0
    errors = errors_of(device, name, visit) if kind in ("trunk", "host") else 0
    mac = f"{device.mac[:-4]}{number:04x}"
    speed = "1000 Mb/s" if kind in ("host", "management") else "10 Gb/s"
    return f"""{name} is {"up" if up else "down (Link not connected)"}
admin state is up{", Dedicated Interface" if kind != "management" else ""}
  Hardware: 1000/10000 Ethernet, address: {mac} (bia {mac})
  MTU 1500 bytes,  BW {1_000_000 if kind in ("host", "management") else 10_000_000} Kbit, DLY 10 usec
  reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, medium is broadcast
  Port mode is {"routed" if kind == "management" else "access" if kind in ("host", "unused") else "fex-fabric" if kind == "fabric" else "trunk"}
  {f"full-duplex, {speed}" if up else "auto-duplex, auto-speed"}
  Beacon is turned off
  Input flow-control is off, output flow-control is off
  Last link flapped 8week(s) 1day(s)
  Last clearing of "show interface" counters never
  1 interface resets
  30 seconds input rate 3000 bits/sec, 4 packets/sec
  30 seconds output rate 5000 bits/sec, 6 packets/sec
  RX
    {packets} unicast packets  {packets // 10} multicast packets  {packets // 90} broadcast packets
    {packets + packets // 10 + packets // 90} input packets  {packets * 200} bytes
    0 jumbo packets  0 storm suppression bytes
    0 runts  0 giants  {errors} CRC  0 no buffer
    {errors} input error  0 short frame  0 overrun   0 underrun  0 ignored
    0 watchdog  0 bad etype drop  0 bad proto drop  0 if down drop
    0 input with dribble  0 input discard
    0 Rx pause
  TX
    {packets} unicast packets  {packets // 12} multicast packets  {packets // 80} broadcast packets
    {packets + packets // 12 + packets // 80} output packets  {packets * 210} bytes
    0 jumbo packets
    0 output error  0 collision  0 deferred  0 late collision
    0 lost carrier  0 no carrier  0 babble  0 output discard
    0 Tx pause
"""


def show_interface_counters_errors(device: LabDevice, visit: int) -> str:
    """``show interface counters errors``."""
    rows = [(short_name(name), errors_of(device, name, visit) if kind in ("trunk", "host") else 0) for name, kind in interfaces(device)]
    lines = [_RULE, "Port          Align-Err    FCS-Err   Xmit-Err    Rcv-Err  UnderSize OutDiscards", _RULE]
    lines += [f"{name:14}{0:9}{errors:11}{0:11}{errors:11}{0:11}{0:12}" for name, errors in rows]
    lines += ["", _RULE, "Port         Single-Col  Multi-Col   Late-Col  Exces-Col  Carri-Sen       Runts", _RULE]
    lines += [f"{name:14}{0:9}{0:11}{0:11}{0:11}{0:11}{0:12}" for name, _ in rows]
    return "\n".join(lines) + "\n"


_STATUS = {
    "management": ("connected", "routed", "full", "1000", "--"),
    "trunk": ("connected", "trunk", "full", "10G", "10Gbase-SR"),
    "fabric": ("connected", "1", "full", "10G", "Fabric Exte"),
    "host": ("connected", str(DATA_VLAN), "full", "1000", "10/100/1000"),
    "unused": ("notconnec", str(DATA_VLAN), "auto", "auto", "10/100/1000"),
}


def show_interface_status(device: LabDevice, visit: int) -> str:
    """``show interface status``."""
    del visit
    lines = [_RULE, "Port          Name               Status    Vlan      Duplex  Speed   Type", _RULE]
    for name, kind in interfaces(device):
        status, vlan, duplex, speed, medium = _STATUS[kind]
        lines.append(f"{short_name(name):13} {'--':18} {status:9} {vlan:9} {duplex:7} {speed:7} {medium}")
    return "\n".join(lines) + "\n"


def show_interface_description(device: LabDevice, visit: int) -> str:
    """``show interface description``: nobody has described anything."""
    del visit
    names = [name for name, _ in interfaces(device)]
    ports = [name for name in names if name.startswith("Ethernet")]
    lines = [_RULE, "Interface                Description", _RULE]
    lines += [f"{short_name(name):24} --" for name in names if name not in ports]
    lines += ["", _RULE, "Port          Type   Speed   Description", _RULE]
    lines += [f"{short_name(name):13} eth    {'10G' if name.startswith('Ethernet1/') else '1000':7} --" for name in ports]
    return "\n".join(lines) + "\n"


def show_interface_switchport(device: LabDevice, visit: int) -> str:
    """``show interface switchport``."""
    del visit
    entries = []
    for name, kind in interfaces(device):
        if kind == "management":
            continue
        access, voice = ("1 (default)", "none") if kind in ("trunk", "fabric") else (f"{DATA_VLAN} (DATA)", str(VOICE_VLAN))
        mode = {"trunk": "trunk", "fabric": "fex-fabric", "host": "access", "unused": "down"}[kind]
        entries.append(
            f"Name: {name}\n  Switchport: Enabled\n  Switchport Monitor: Not enabled\n  Operational Mode: {mode}\n"
            f"  Access Mode VLAN: {access}\n  Trunking Native Mode VLAN: 1 (default)\n  Trunking VLANs Allowed: 1-4094\n"
            f"  Voice VLAN: {voice}\n  Extended Trust State : not trusted [COS = 0]\n"
            f"  Administrative private-vlan primary host-association: none\n  Operational private-vlan: none\n"
        )
    return "".join(entries)
