"""What the simulated Nexus prints of its neighbors, its forwarding, its health and its log; and which command gives what."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from switchcorr.lab.campus import DATA_VLAN, FEX_FABRIC, VOICE_VLAN, Cable, LabDevice, LabPhone
from switchcorr.lab.nxos_outputs import (
    fabric_bundle,
    short_name,
    show_fex,
    show_fex_detail,
    show_interface,
    show_interface_counters_errors,
    show_interface_description,
    show_interface_status,
    show_interface_switchport,
    show_inventory,
    show_module,
    show_version,
    uplink_bundles,
)
from switchcorr.lab.outputs import ABOUT, Writer
from switchcorr.model.moments import DAY_S

_RULE = "-" * 80


def show_cdp_neighbors_detail(device: LabDevice, visit: int) -> str:
    """``show cdp neighbors detail``: cables, then phones."""
    del visit
    return "\n".join((*map(_cdp_switch, device.cables), *map(_cdp_phone, device.phones))) + "\n"


def _cdp_switch(cable: Cable) -> str:
    return (
        f"----------------------------------------\nDevice ID:{cable.remote}.lab.example\nSystem Name: {cable.remote}\n\n"
        f"Interface address(es):\n    IPv4 Address: 192.0.2.254\n"
        f"Platform: cisco C9500-40X, Capabilities: Router Switch IGMP Filtering\n"
        f"Interface: {cable.interface}, Port ID (outgoing port): {cable.remote_interface}\nHoldtime: 150 sec\n\nVersion:\n{ABOUT}\n\n"
        f"Advertisement Version: 2\nNative VLAN: 1\nDuplex: full\nMgmt address(es):\n    IPv4 Address: 192.0.2.254\n"
    )


def _cdp_phone(phone: LabPhone) -> str:
    return (
        f"----------------------------------------\nDevice ID:{phone.name}\n\nInterface address(es):\n    IPv4 Address: {phone.ip}\n"
        f"Platform: Cisco IP Phone {phone.model}, Capabilities: Host Phone Two-port Mac Relay\n"
        f"Interface: {phone.interface}, Port ID (outgoing port): Port 1\nSecond Port Status: {'Up' if phone.pc else 'Down'}\n"
        f"Holdtime: 143 sec\n\nVersion:\nsip{phone.model}.12-8-1-0001\n\nAdvertisement Version: 2\nDuplex: full\n"
    )


def show_lldp_neighbors_detail(device: LabDevice, visit: int) -> str:
    """``show lldp neighbors detail``: phones only."""
    del visit
    lines = [
        "Capability codes:",
        "  (R) Router, (B) Bridge, (T) Telephone, (C) DOCSIS Cable Device",
        "  (W) WLAN Access Point, (P) Repeater, (S) Station, (O) Other",
        "Device ID            Local Intf      Hold-time  Capability  Port ID",
        "",
    ]
    for phone in device.phones:
        lines += [
            f"Chassis id: {phone.ip}",
            f"Port id: {phone.name[3:]}:P1",
            f"Local Port id: {short_name(phone.interface)}",
            "Port Description: SW PORT",
            f"System Name: {phone.name}",
            f"System Description: Cisco IP Phone {phone.model}, V1, sip{phone.model}.12-8-1-0001",
            "Time remaining: 141 seconds",
            "System Capabilities: B, T",
            "Enabled Capabilities: B, T",
            f"Management Address: {phone.ip}",
            "Vlan ID: not advertised",
            "",
            "",
        ]
    lines.append(f"Total entries displayed: {len(device.phones)}")
    return "\n".join(lines) + "\n"


def show_mac_address_table(device: LabDevice, visit: int) -> str:
    """``show mac address-table``: phones, PCs, and a few addresses learned from above."""
    del visit
    rows = [(VOICE_VLAN, phone.mac, phone.interface) for phone in device.phones]
    rows += [(DATA_VLAN, phone.pc, phone.interface) for phone in device.phones if phone.pc]
    rows += [(VOICE_VLAN, f"0000.5e90.{n:04x}", f"port-channel{device.cables[0].bundle}") for n in range(8)]
    lines = [
        "Legend:",
        "        * - primary entry, G - Gateway MAC, (R) - Routed MAC, O - Overlay MAC",
        "        age - seconds since last seen,+ - primary entry using vPC Peer-Link",
        "   VLAN     MAC Address      Type      age     Secure NTFY Ports",
        "---------+-----------------+--------+---------+------+----+------------------",
    ]
    lines += [f"* {vlan:<8} {mac}   dynamic  {10:<10} F      F    {short_name(port)}" for vlan, mac, port in rows]
    return "\n".join(lines) + "\n"


def show_port_channel_summary(device: LabDevice, visit: int) -> str:
    """``show port-channel summary``: the uplink, and the fabric extender's."""
    del visit
    lines = [
        "Flags:  D - Down        P - Up in port-channel (members)",
        "        I - Individual  H - Hot-standby (LACP only)",
        "        s - Suspended   r - Module-removed",
        "        S - Switched    R - Routed",
        "        U - Up (port-channel)",
        _RULE,
        "Group Port-       Type     Protocol  Member Ports",
        "      Channel",
        _RULE,
    ]
    for bundle, members, protocol in (
        *((bundle, tuple(members), "LACP") for bundle, members in uplink_bundles(device).items()),
        (fabric_bundle(), FEX_FABRIC, "NONE"),
    ):
        number = bundle.removeprefix("port-channel")
        ports = "    ".join(f"{short_name(member)}(P)" for member in members)
        lines.append(f"{number:5} {f'Po{number}(SU)':11} Eth      {protocol:9} {ports}")
    return "\n".join(lines) + "\n"


def show_spanning_tree(device: LabDevice, visit: int) -> str:
    """``show spanning-tree`` of the voice VLAN; the core is the root."""
    del visit
    lines = [
        "",
        f"VLAN{VOICE_VLAN:04d}",
        "  Spanning tree enabled protocol rstp",
        "  Root ID    Priority    4206",
        "             Address     0000.5e01.2800",
        "             Cost        4",
        f"             Port        4096 (port-channel{device.cables[0].bundle})",
        "             Hello Time  2  sec  Max Age 20 sec  Forward Delay 15 sec",
        "",
        f"  Bridge ID  Priority    {32768 + VOICE_VLAN}  (priority 32768 sys-id-ext {VOICE_VLAN})",
        f"             Address     {device.mac}",
        "             Hello Time  2  sec  Max Age 20 sec  Forward Delay 15 sec",
        "",
        "Interface        Role Sts Cost      Prio.Nbr Type",
        "---------------- ---- --- --------- -------- --------------------------------",
        f"{short_name(f'port-channel{device.cables[0].bundle}'):16} Root FWD 1         128.4096 P2p",
    ]
    lines += [f"{short_name(phone.interface):16} Desg FWD 4         128.1415 Edge P2p" for phone in device.phones]
    return "\n".join(lines) + "\n"


def show_vlan(device: LabDevice, visit: int) -> str:
    """``show vlan``."""
    del visit
    up = short_name(f"port-channel{device.cables[0].bundle}")
    return (
        "\nVLAN Name                             Status    Ports\n"
        "---- -------------------------------- --------- -------------------------------\n"
        f"1    default                          active    {up}\n"
        f"{DATA_VLAN:<4} {'DATA':32} active    {up}\n{VOICE_VLAN:<4} {'VOICE':32} active    {up}\n\n"
        "VLAN Type         Vlan-mode\n---- -----        ----------\n"
        f"1    enet         CE\n{DATA_VLAN:<4} enet         CE\n{VOICE_VLAN:<4} enet         CE\n"
    )


def show_environment(device: LabDevice, visit: int) -> str:
    """``show environment``: nothing is wrong."""
    random_ = random.Random(f"{device.name} environment {visit}")
    return f"""
Fan:
------------------------------------------------------
Fan             Model                Hw         Status
------------------------------------------------------
Chassis-1       N5548P-FAN           --         Ok
Chassis-2       N5548P-FAN           --         Ok
PS-1            N55-PAC-750W         --         Ok


Temperature
-----------------------------------------------------------------
Module   Sensor     MajorThresh   MinorThres   CurTemp     Status
                    (Celsius)     (Celsius)    (Celsius)
-----------------------------------------------------------------
1        Outlet     57            43           {random_.randint(26, 33):<11} ok
1        Intake     50            40           {random_.randint(22, 27):<11} ok
"""


def show_clock(at: datetime) -> str:
    """``show clock`` at a time in UTC."""
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} UTC {at:%a %b} {at.day} {at:%Y}\n"


def show_logging_logfile(device: LabDevice, visit: int, at: datetime) -> str:
    """``show logging logfile``: the last day before a time; a phone here and there."""
    random_ = random.Random(f"{device.name} log {visit}")
    ports = [phone.interface for phone in device.phones]
    lines = []
    for ago in sorted((random_.uniform(3600, DAY_S) for _ in range(min(4, len(ports)))), reverse=True):
        port = random_.choice(ports)
        down, up = at - timedelta(seconds=ago), at - timedelta(seconds=ago - 40)
        lines.append(f"{_stamp(down)} {device.name} %ETHPORT-5-IF_DOWN_LINK_FAILURE: Interface {port} is down (Link failure)")
        lines.append(f"{_stamp(up)} {device.name} %ETHPORT-5-IF_UP: Interface {port} is up in mode access")
    return "".join(f"{line}\n" for line in lines)


def _stamp(at: datetime) -> str:
    return f"{at:%Y %b} {at.day:2} {at:%H:%M:%S}"


NXOS_COMMANDS: Mapping[str, Writer] = {
    "show version": show_version,
    "show inventory": show_inventory,
    "show module": show_module,
    "show fex": show_fex,
    "show fex detail": show_fex_detail,
    "show cdp neighbors detail": show_cdp_neighbors_detail,
    "show lldp neighbors detail": show_lldp_neighbors_detail,
    "show interface": show_interface,
    "show interface counters errors": show_interface_counters_errors,
    "show interface status": show_interface_status,
    "show interface description": show_interface_description,
    "show interface switchport": show_interface_switchport,
    "show mac address-table": show_mac_address_table,
    "show port-channel summary": show_port_channel_summary,
    "show spanning-tree": show_spanning_tree,
    "show vlan": show_vlan,
    "show environment": show_environment,
}
"""Besides ``show clock`` and ``show logging logfile``, which depend on the time."""
