"""What the simulated switches print; written here line by line, with no template that a parser uses."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from switchcorr.files import write_whole
from switchcorr.lab.campus import (
    CARD_SLOTS,
    DATA_VLAN,
    PORTS,
    STACK_MEMBERS,
    SUPERVISOR_SLOT,
    VOICE_VLAN,
    Build,
    Cable,
    LabCampus,
    LabDevice,
    LabPhone,
)
from switchcorr.lab.interfaces_output import short_name, show_counters_errors, show_interfaces

Writer = Callable[[LabDevice, int], str]
"""A device and the number of the visit (1 before, 2 after) to the text of one command."""

ABOUT = "Cisco IOS Software [Lab], Catalyst L3 Switch Software (LAB-UNIVERSALK9-M), Version 16.12.5, RELEASE SOFTWARE (fc3)"
_MODEL = {
    Build.CORE: "C9500-40X",
    Build.DISTRIBUTION: "C9500-40X",
    Build.CHASSIS: "WS-C4507R+E",
    Build.STACK: "C9300-48P",
    Build.FIXED: "C9200-48P",
}
CARD_MODEL = "WS-X4648-RJ45V+E"


def show_version(device: LabDevice, visit: int) -> str:
    """``show version``."""
    return "\n".join(
        (
            ABOUT,
            "Technical Support: see your contract",
            "",
            "ROM: IOS-XE ROMMON",
            f"{device.name} uptime is {10 + visit - 1} weeks, {device.number % 7} days, 3 hours, {10 + visit} minutes",
            "Uptime for this control processor is 10 weeks, 1 day, 3 hours, 12 minutes",
            "System returned to ROM by Reload Command",
            'System image file is "flash:packages.conf"',
            "Last reload reason: Reload Command",
            "",
            f"cisco {_MODEL[device.build]} (X86) processor with 1392780K/6147K bytes of memory.",
            f"Processor board ID {device.serial(0)}",
            "1 Virtual Ethernet interface",
            f"{PORTS} Gigabit Ethernet interfaces",
            "",
            "Configuration register is 0x102",
        )
    )


def show_inventory(device: LabDevice, visit: int) -> str:
    """``show inventory``."""
    del visit
    items = [("Chassis" if device.build is not Build.STACK else "c93xx Stack", _MODEL[device.build], device.serial(0))]
    if device.build is Build.CHASSIS:
        items += [(f"Slot {slot} Linecard", CARD_MODEL, device.serial(slot)) for slot in CARD_SLOTS]
        items.append((f"Slot {SUPERVISOR_SLOT} Supervisor", "WS-X45-SUP8-E", device.serial(SUPERVISOR_SLOT)))
    if device.build is Build.FIXED:
        items = [("c92xx Stack", _MODEL[device.build], device.serial(0)), ("Switch 1", _MODEL[device.build], device.serial(0))]
    if device.build is Build.STACK:
        for member in range(1, STACK_MEMBERS + 1):
            items.append((f"Switch {member}", "C9300-48P", device.serial(member)))
            items.append((f"Switch {member} FRU Uplink Module 1", "C9300-NM-8X", device.serial(10 + member)))
    return (
        "\n\n".join(f'NAME: "{name}", DESCR: "{model}"\nPID: {model:18}, VID: V02  , SN: {serial}' for name, model, serial in items) + "\n"
    )


def show_module(device: LabDevice, visit: int) -> str:
    """``show module`` of a chassis."""
    del visit
    slots = [(slot, PORTS, "10/100/1000BaseT Premium POE E Series", CARD_MODEL) for slot in CARD_SLOTS]
    slots.append((SUPERVISOR_SLOT, 8, "Sup 8-E 10GE (SFP+), 1000BaseX (SFP)", "WS-X45-SUP8-E"))
    lines = [
        "Chassis Type : WS-C4507R+E",
        "",
        "Power consumed by backplane : 40 Watts",
        "",
        "Mod Ports Card Type                              Model              Serial No.",
        "---+-----+--------------------------------------+------------------+-----------",
    ]
    lines += [f"{slot:2} {ports:5}  {card:38} {model:18} {device.serial(slot)}" for slot, ports, card, model in sorted(slots)]
    lines += [
        "",
        " M MAC addresses                    Hw  Fw           Sw               Status",
        "--+--------------------------------+---+------------+----------------+---------",
    ]
    lines += [
        f"{slot:2} {device.mac[:-4]}{slot:02x}00 to {device.mac[:-4]}{slot:02x}2f 3.1                               Ok"
        for slot, *_ in sorted(slots)
    ]
    return "\n".join(lines) + "\n"


def show_switch_detail(device: LabDevice, visit: int) -> str:
    """``show switch detail`` of a stack."""
    del visit
    lines = [
        f"Switch/Stack Mac Address : {device.mac} - Local Mac Address",
        "Mac persistency wait time: Indefinite",
        "                                             H/W   Current",
        "Switch#   Role    Mac Address     Priority Version  State ",
        "-------------------------------------------------------------------------------------",
    ]
    roles = ["Active", "Standby", "Member"]
    lines += [
        f"{'*' if n == 0 else ' '}{n + 1}       {role:8} {device.mac[:-4]}0{n}00     {15 - n}      V02     Ready"
        for n, role in enumerate(roles)
    ]
    return "\n".join(lines) + "\n"


def show_cdp_neighbors_detail(device: LabDevice, visit: int) -> str:
    """``show cdp neighbors detail``: cables, then phones."""
    del visit
    entries = [*map(_cdp_switch, device.cables), *map(_cdp_phone, device.phones)]
    return "\n".join(entries) + f"\n\nTotal cdp entries displayed : {len(entries)}\n"


def _cdp_phone(phone: LabPhone) -> str:
    version = f"Version :\nsip{phone.model}.12-8-1-0001\n\nadvertisement version: 2\n" if phone.talks else ""
    return (
        f"-------------------------\nDevice ID: {phone.name}\nEntry address(es): \n  IP address: {phone.ip}\n"
        f"Platform: Cisco IP Phone {phone.model},  Capabilities: Host Phone Two-port Mac Relay \n"
        f"Interface: {phone.interface},  Port ID (outgoing port): Port 1\nHoldtime : 143 sec\n"
        f"Second Port Status: {'Up' if phone.pc else 'Down'}\n\n{version}Duplex: full\nPower drawn: 6.300 Watts\n"
    )


def _cdp_switch(cable: Cable) -> str:
    return (
        f"-------------------------\nDevice ID: {cable.remote}.lab.example\nEntry address(es): \n  IP address: 192.0.2.254\n"
        f"Platform: cisco C9500-40X,  Capabilities: Router Switch IGMP \n"
        f"Interface: {cable.interface},  Port ID (outgoing port): {cable.remote_interface}\nHoldtime : 150 sec\n\n"
        f"Version :\n{ABOUT}\n\nadvertisement version: 2\nVTP Management Domain: 'LAB'\nNative VLAN: 1\nDuplex: full\nManagement address(es): \n  IP address: 192.0.2.254\n"
    )


def show_lldp_neighbors_detail(device: LabDevice, visit: int) -> str:
    """``show lldp neighbors detail``: phones only."""
    del visit
    entries = [
        f"------------------------------------------------\nLocal Intf: {short_name(phone.interface)}\nChassis id: {phone.ip}\nPort id: {phone.name[3:]}:P1\n"
        f"Port Description: SW PORT\nSystem Name: {phone.name}\n\nSystem Description: \nCisco IP Phone {phone.model}, V1, sip{phone.model}.12-8-1-0001\n\n"
        f"Time remaining: 141 seconds\nSystem Capabilities: B,T\nEnabled Capabilities: B,T\nManagement Addresses:\n    IP: {phone.ip}\n"
        f"Auto Negotiation - supported, enabled\nVlan ID: - not advertised\n\nMED Information:\n\n    Model: CP-{phone.model}\n"
        f"    Device type: Endpoint Class III\n    Network Policy(Voice): VLAN {VOICE_VLAN}, tagged, Layer-2 priority: 5, DSCP: 46\n"
        for phone in device.phones
        if phone.talks
    ]
    return "\n".join(entries) + f"\n\nTotal entries displayed: {len(entries)}\n"


def show_mac_address_table(device: LabDevice, visit: int) -> str:
    """``show mac address-table``: phones, PCs, and a few addresses learned from above."""
    del visit
    rows = [(VOICE_VLAN, phone.mac, phone.interface) for phone in device.phones]
    rows += [(DATA_VLAN, phone.pc, phone.interface) for phone in device.phones if phone.pc]
    up = next((cable for cable in device.cables if cable.towards_root), None)
    if up is not None:
        rows += [(VOICE_VLAN, f"0000.5e90.{n:04x}", f"Port-channel{up.bundle}" if up.bundle else up.interface) for n in range(8)]
    body = [f"{vlan:4}    {mac}    DYNAMIC     {short_name(port)}" for vlan, mac, port in rows]
    head = [
        "          Mac Address Table",
        "-------------------------------------------",
        "",
        "Vlan    Mac Address       Type        Ports",
        "----    -----------       --------    -----",
    ]
    head.append(" All    0100.0ccc.cccc    STATIC      CPU")
    return "\n".join((*head, *body, f"Total Mac Addresses for this criterion: {len(body) + 1}")) + "\n"


def show_etherchannel_summary(device: LabDevice, visit: int) -> str:
    """``show etherchannel summary``."""
    del visit
    bundles: dict[int, list[str]] = {}
    for cable in device.cables:
        if cable.bundle:
            bundles.setdefault(cable.bundle, []).append(cable.interface)
    lines = [
        "Flags:  D - down        P - bundled in port-channel",
        "        I - stand-alone s - suspended",
        "",
        f"Number of channel-groups in use: {len(bundles)}",
        f"Number of aggregators:           {len(bundles)}",
        "",
        "Group  Port-channel  Protocol    Ports",
        "------+-------------+-----------+-----------------------------------------------",
    ]
    lines += [
        f"{number:<6} Po{number}(SU)        LACP        " + "    ".join(f"{short_name(port)}(P)" for port in ports)
        for number, ports in sorted(bundles.items())
    ]
    return "\n".join(lines) + "\n"


def show_spanning_tree(device: LabDevice, visit: int) -> str:
    """``show spanning-tree`` of the voice VLAN; the core is the root."""
    del visit
    root = device.build is Build.CORE
    lines = [
        f"VLAN{VOICE_VLAN:04d}",
        "  Spanning tree enabled protocol rstp",
        "  Root ID    Priority    4206",
        "             Address     0000.5e01.2800",
        "             This bridge is the root" if root else "             Cost        2000",
        "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec",
        "",
        "  Bridge ID  Priority    32878  (priority 32768 sys-id-ext 110)",
        f"             Address     {device.mac}",
        "             Hello Time   2 sec  Max Age 20 sec  Forward Delay 15 sec",
        "             Aging Time  300 sec",
        "",
        "Interface           Role Sts Cost      Prio.Nbr Type",
        "------------------- ---- --- --------- -------- --------------------------------",
    ]
    seen = set()
    for cable in device.cables:
        name = f"Po{cable.bundle}" if cable.bundle else short_name(cable.interface)
        role, state = ("Altn", "BLK") if cable.blocked else ("Root", "FWD") if cable.towards_root else ("Desg", "FWD")
        if name not in seen:
            lines.append(f"{name:19} {role} {state} 2000      128.1    P2p")
        seen.add(name)
    return "\n".join(lines) + "\n"


def show_power_inline(device: LabDevice, visit: int) -> str:
    """``show power inline``."""
    del visit
    lines = [
        "Available:1170.0(w)  Used:212.2(w)  Remaining:957.8(w)",
        "",
        "Interface Admin  Oper       Power   Device              Class Max",
        "                            (Watts)",
        "--------- ------ ---------- ------- ------------------- ----- ----",
    ]
    first = {phone.interface: phone for phone in reversed(device.phones)}  # one phone a port is powered, the others hang behind it
    lines += [
        f"{short_name(port):9} auto   on         6.3     {'IP Phone ' + first[port].model:19} 2     30.0"
        for port in dict.fromkeys(p.interface for p in device.phones)
    ]
    return "\n".join(lines) + "\n"


COMMANDS: Mapping[str, Writer] = {
    "show version": show_version,
    "show inventory": show_inventory,
    "show interfaces": show_interfaces,
    "show interfaces counters errors": show_counters_errors,
    "show mac address-table": show_mac_address_table,
    "show cdp neighbors detail": show_cdp_neighbors_detail,
    "show lldp neighbors detail": show_lldp_neighbors_detail,
    "show power inline": show_power_inline,
    "show etherchannel summary": show_etherchannel_summary,
    "show spanning-tree": show_spanning_tree,
}
EIGHT_COMMANDS = tuple(COMMANDS)[:8]
"""The commands that the benchmarks count with."""


def outputs_of(device: LabDevice, visit: int) -> dict[str, str]:
    """All outputs of a device by command."""
    found = {command: write(device, visit) for command, write in COMMANDS.items()}
    if device.build is Build.CHASSIS:
        found["show module"] = show_module(device, visit)
    if device.build is Build.STACK:
        found["show switch detail"] = show_switch_detail(device, visit)
    return found


def write_captures(campus: LabCampus, directory: Path, *, visit: int, taken_at: datetime, commands: tuple[str, ...] = ()) -> None:
    """Write a captures folder: a directory a device, a file a command, and ``capture.json``."""
    for device in campus.devices:
        folder = directory / device.name
        folder.mkdir(parents=True, exist_ok=True)
        for command, text in outputs_of(device, visit).items():
            if not commands or command in commands:
                write_whole(folder / (re.sub(r"[^a-z0-9.-]+", "_", command) + ".txt"), text)
        facts = {"platform": "cisco_ios", "host": device.address, "taken_at": taken_at.isoformat()}
        write_whole(folder / "capture.json", json.dumps(facts))
