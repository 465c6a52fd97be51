"""What the simulated IOS switches print of their ports, their health, their log and their clock."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from switchcorr.lab.campus import CARD_SLOTS, DATA_VLAN, PORTS, STACK_MEMBERS, SUPERVISOR_SLOT, VOICE_VLAN, Build, LabDevice
from switchcorr.lab.interfaces_output import SICK_CARD, interface_names, short_name
from switchcorr.lab.outputs import ABOUT, CARD_MODEL, Writer
from switchcorr.model.moments import DAY_S

_FANS = 3


def show_interfaces_status(device: LabDevice, visit: int) -> str:
    """``show interfaces status``."""
    del visit
    cables = {cable.interface: cable for cable in device.cables}
    busy = {phone.interface for phone in device.phones}
    lines = ["", "Port         Name               Status       Vlan       Duplex  Speed Type"]
    for name in interface_names(device):
        if name in cables:
            row = f"{'connected':12} {'trunk':10}   full {_speed(name):>6} {_medium(name)}"
        elif name in busy:
            row = f"{'connected':12} {DATA_VLAN:<10} a-full a-1000 10/100/1000BaseTX"
        else:
            row = f"{'notconnect':12} {DATA_VLAN:<10}   auto   auto 10/100/1000BaseTX"
        lines.append(f"{short_name(name):12} {'':18} {row}")
    for bundle, members in sorted(_bundles(device).items()):
        lines.append(f"{f'Po{bundle}':12} {'':18} {'connected':12} {'trunk':10} a-full {_speed(members[0]):>6} N/A")
    return "\n".join(lines) + "\n"


def show_interfaces_description(device: LabDevice, visit: int) -> str:
    """``show interfaces description``: nobody has described anything."""
    del visit
    busy = {phone.interface for phone in device.phones} | {cable.interface for cable in device.cables}
    lines = ["Interface                      Status         Protocol Description"]
    for name in interface_names(device):
        state = "up" if name in busy else "down"
        lines.append(f"{short_name(name):30} {state:14} {state:8}")
    return "\n".join(lines) + "\n"


def show_interfaces_switchport(device: LabDevice, visit: int) -> str:
    """``show interfaces switchport``: phones and PCs on access ports, trunks between switches."""
    del visit
    cables = {cable.interface: cable for cable in device.cables}
    busy = {phone.interface for phone in device.phones}
    entries = []
    for name in interface_names(device):
        bundle = cables[name].bundle if name in cables else 0
        trunk = f"trunk (member of bundle Po{bundle})" if bundle else "trunk"
        entries.append(
            _switchport(
                short_name(name),
                admin="trunk" if name in cables else "static access",
                mode=trunk if name in cables else "static access" if name in busy else "down",
                access="1 (default)" if name in cables else f"{DATA_VLAN} (DATA)",
                voice="none" if name in cables else f"{VOICE_VLAN} (VOICE)",
            )
        )
    return "\n".join(entries)


def _switchport(name: str, *, admin: str, mode: str, access: str, voice: str) -> str:
    return (
        f"Name: {name}\nSwitchport: Enabled\nAdministrative Mode: {admin}\nOperational Mode: {mode}\n"
        f"Administrative Trunking Encapsulation: dot1q\nNegotiation of Trunking: {'On' if admin == 'trunk' else 'Off'}\n"
        f"Access Mode VLAN: {access}\nTrunking Native Mode VLAN: 1 (default)\nAdministrative Native VLAN tagging: enabled\n"
        f"Voice VLAN: {voice}\nAdministrative private-vlan host-association: none\nAdministrative private-vlan mapping: none\n"
        f"Operational private-vlan: none\nTrunking VLANs Enabled: ALL\nPruning VLANs Enabled: 2-1001\nCapture Mode Disabled\n"
        f"Capture VLANs Allowed: ALL\n\nProtected: false\nUnknown unicast blocked: disabled\nUnknown multicast blocked: disabled\n"
        f"Appliance trust: none\n"
    )


def show_environment_all(device: LabDevice, visit: int) -> str:
    """``show environment all``: a chassis by slot, a stack by member; nothing is wrong with either."""
    random_ = random.Random(f"{device.name} environment {visit}")
    if device.build is Build.CHASSIS:
        return _chassis_environment(random_)
    members = range(1, STACK_MEMBERS + 1) if device.build is Build.STACK else (1,)
    lines = [f"Switch {member} FAN {fan} is OK" for member in members for fan in range(1, _FANS + 1)]
    for member in members:
        lines += [
            f"Switch {member}: SYSTEM TEMPERATURE is OK",
            f"Inlet Temperature Value: {random_.randint(22, 34)} Degree Celsius",
            "Temperature State: GREEN",
            "Yellow Threshold : 46 Degree Celsius",
            "Red Threshold    : 56 Degree Celsius",
        ]
    lines += [
        "SW  PID                 Serial#     Status           Sys Pwr  PoE Pwr  Watts",
        "--  ------------------  ----------  ---------------  -------  -------  -----",
    ]
    for member in members:
        lines.append(f"{member}A  {'PWR-C1-1100WAC':18}  {device.serial(20 + member):10}  {'OK':15}  Good     Good     1100")
        lines.append(f"{member}B  Not Present")
    return "\n".join(lines) + "\n"


def _chassis_environment(random_: random.Random) -> str:
    lines = [
        "Number of Critical alarms:  0",
        "Number of Major alarms:     0",
        "Number of Minor alarms:     0",
        "",
        " Slot        Sensor          Current State   Reading        Threshold(Minor,Major,Critical,Shutdown)",
        " ----------  --------------  --------------- ------------   ---------------------------------------",
    ]
    for slot in sorted((*CARD_SLOTS, SUPERVISOR_SLOT)):
        for place, base in (("inlet", 26), ("outlet", 34)):
            reading = base + random_.randint(0, 6)
            lines.append(f" {f'{slot}/0':10}  {f'Temp: {place}':14}  {'Normal':15} {reading:<4} Celsius   (60 ,70 ,80 ,90 )(Celsius)")
    lines += [f" {f'P{supply}':10}  {'Vin':14}  {'Normal':15} {230:<4} V         na" for supply in (1, 2)]
    return "\n".join(lines) + "\n"


def show_redundancy(device: LabDevice, visit: int) -> str:
    """``show redundancy``: a stack has a standby, a chassis with one supervisor and a single switch have none."""
    stack = device.build is Build.STACK
    weeks = 10 + visit - 1
    lines = [
        "Redundant System Information :",
        "------------------------------",
        f"       Available system uptime = {weeks} weeks, {device.number % 7} days, 3 hours, {10 + visit} minutes",
        "Switchovers system experienced = 0",
        "              Standby failures = 0",
        f"        Last switchover reason = {'none' if stack else 'unsupported'}",
        "",
        f"                 Hardware Mode = {'Duplex' if stack else 'Simplex'}",
        "    Configured Redundancy Mode = sso",
        f"     Operating Redundancy Mode = {'sso' if stack else 'Non-redundant'}",
        "              Maintenance Mode = Disabled",
        f"                Communications = {'Up' if stack else 'Down      Reason: Failure'}",
        "",
        "Current Processor Information :",
        "-------------------------------",
        *_processor("Active", slot=SUPERVISOR_SLOT if device.build is Build.CHASSIS else 1, state="ACTIVE", weeks=weeks),
        "",
    ]
    if stack:
        lines += [
            "Peer Processor Information :",
            "----------------------------",
            *_processor("Standby", slot=2, state="STANDBY HOT", weeks=weeks),
        ]
    else:
        lines.append("Peer (slot: unavailable) information is not available because it is in 'DISABLED' state")
    return "\n".join(lines) + "\n"


def _processor(role: str, *, slot: int, state: str, weeks: int) -> tuple[str, ...]:
    return (
        f"{f'{role} Location':>31} = slot {slot}",
        f"        Current Software state = {state}",
        f"       Uptime in current state = {weeks} weeks, 3 hours, 11 minutes",
        f"                 Image Version = {ABOUT}",
        "Compiled by the lab",
        "                          BOOT = flash:packages.conf;",
        "        Configuration register = 0x102",
    )


def show_diagnostic_result(device: LabDevice, visit: int) -> str:
    """``show diagnostic result module all detail`` of a chassis: all pass, those of a sick card too, as founding cases have it."""
    del visit
    lines = ["", "Current bootup diagnostic level: minimal", ""]
    for slot in sorted((*CARD_SLOTS, SUPERVISOR_SLOT)):
        card = "Supervisor" if slot == SUPERVISOR_SLOT else CARD_MODEL
        lines += [
            f"module {slot}: {card}  SerialNo : {device.serial(slot)}",
            "",
            f"  Overall diagnostic result for Module {slot} : PASS",
            "  Diagnostic level at card bootup: minimal",
            "",
            "  Test results: (. = Pass, F = Fail, U = Untested)",
            "",
            "  ___________________________________________________________________________",
            "",
            "    1) linecard-online-diag ------------> .",
            "",
            "          Total failure count ---------> 0",
            "",
            "    2) TestPortLoopback:",
            "",
            *_port_results(8 if slot == SUPERVISOR_SLOT else PORTS),
            "          Total failure count ---------> 0",
            "  ___________________________________________________________________________",
            "",
        ]
    return "\n".join(lines) + "\n"


def _port_results(ports: int) -> list[str]:
    lines = []
    for first in range(1, ports + 1, 24):
        numbers = range(first, min(first + 24, ports + 1))
        lines.append("    Port " + "".join(f"{number:3}" for number in numbers))
        lines += ["    " + "-" * (5 + 3 * len(numbers)), "         " + "".join(f"{'.':>3}" for _ in numbers), ""]
    return lines


def show_clock(at: datetime) -> str:
    """``show clock`` at a time in UTC."""
    return f"{at:%H:%M:%S}.{at.microsecond // 1000:03d} UTC {at:%a %b} {at.day} {at:%Y}\n"


def show_logging(device: LabDevice, visit: int, at: datetime) -> str:
    """``show logging``: the last day before a time; a phone here and there, and from the second visit on the ports of a sick card."""
    random_ = random.Random(f"{device.name} log")
    ports = sorted({phone.interface for phone in device.phones})
    flaps = [(random_.uniform(3600, DAY_S), random_.choice(ports)) for _ in range(min(4, len(ports)))]
    if device.name == SICK_CARD[0] and visit > 1:
        sick = [port for port in ports if port.startswith(f"GigabitEthernet{SICK_CARD[1]}/")]
        flaps += [(random_.uniform(600, 43_200), port) for port in sick]
    lines = [
        "Syslog logging: enabled (0 messages dropped, 0 messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)",
        "",
        "    Console logging: disabled",
        "    Monitor logging: level debugging, 0 messages logged, xml disabled,",
        "                     filtering disabled",
        f"    Buffer logging:  level debugging, {2 * len(flaps)} messages logged, xml disabled,",
        "                    filtering disabled",
        "    Exception Logging: size (4096 bytes)",
        f"    Trap logging: level informational, {2 * len(flaps)} message lines logged",
        "",
        "Log Buffer (102400 bytes):",
        "",
    ]
    for ago, port in sorted(flaps, reverse=True):
        for after, state in ((0, "down"), (40, "up")):
            stamp = at - timedelta(seconds=ago - after)
            lines.append(
                f"{stamp:%b} {stamp.day:2} {stamp:%H:%M:%S}.{stamp.microsecond // 1000:03d}: "
                f"%LINK-3-UPDOWN: Interface {port}, changed state to {state}"
            )
    return "\n".join(lines) + "\n"


def _bundles(device: LabDevice) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for cable in device.cables:
        if cable.bundle:
            found.setdefault(cable.bundle, []).append(cable.interface)
    return found


def _speed(interface: str) -> str:
    return "100G" if interface.startswith("Hundred") else "10G"


def _medium(interface: str) -> str:
    return "QSFP 100G SR4" if interface.startswith("Hundred") else "SFP-10GBase-SR"


STATE_COMMANDS: Mapping[str, Writer] = {
    "show interfaces status": show_interfaces_status,
    "show interfaces description": show_interfaces_description,
    "show interfaces switchport": show_interfaces_switchport,
    "show environment all": show_environment_all,
    "show redundancy": show_redundancy,
}
"""Besides those of ``outputs.COMMANDS``; every device answers them."""
