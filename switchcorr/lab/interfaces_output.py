"""``show interfaces`` and the error-counter tables of the simulated switches; errors grow on the sick card between the visits."""

from __future__ import annotations

import random
import re

from switchcorr.lab.campus import CARD_SLOTS, PORTS, STACK_MEMBERS, Build, LabDevice

SICK_CARD = ("acc-003", 5)
"""The line card whose error counters grow between the first and the second visit."""
SICK_UPLINK = ("acc-006", "TenGigabitEthernet1/1/1")
"""The uplink whose error counters do."""


def interface_names(device: LabDevice) -> list[str]:
    """All physical interfaces, in order."""
    if device.build is Build.CHASSIS:
        names = [f"GigabitEthernet{slot}/{port}" for slot in CARD_SLOTS for port in range(1, PORTS + 1)]
    elif device.build is Build.STACK:
        names = [f"GigabitEthernet{member}/0/{port}" for member in range(1, STACK_MEMBERS + 1) for port in range(1, PORTS + 1)]
    elif device.build is Build.FIXED:
        names = [f"GigabitEthernet1/0/{port}" for port in range(1, PORTS + 1)]
    else:
        names = []
    return names + [cable.interface for cable in device.cables]


def short_name(interface: str) -> str:
    """As tables print it: ``Gi1/0/1``."""
    return re.sub(r"^(Te|Gi|Hu|Po)[A-Za-z-]*", r"\1", interface)


def errors_of(device: LabDevice, interface: str, visit: int) -> int:
    """CRC errors of an interface at a visit."""
    random_ = random.Random(f"{device.name} {interface}")
    base = random_.choice((0, 0, 0, 0, 1, 3))
    name, slot = SICK_CARD
    if device.name == name and interface.startswith(f"GigabitEthernet{slot}/"):
        return base + random_.randint(20, 400) * (visit - 1)
    if (device.name, interface) == SICK_UPLINK:
        return base + 48_211 * (visit - 1)
    return base


def show_interfaces(device: LabDevice, visit: int) -> str:
    """``show interfaces``."""
    busy = {phone.interface for phone in device.phones} | {cable.interface for cable in device.cables}
    return "\n".join(_interface(device, number, name, visit, up=name in busy) for number, name in enumerate(interface_names(device))) + "\n"


def _interface(device: LabDevice, number: int, name: str, visit: int, *, up: bool) -> str:
    random_ = random.Random(f"{device.name} {name} traffic")
    crc = errors_of(device, name, visit)
    packets = random_.randint(10_000, 9_000_000) * visit if up else 0
    state = "up, line protocol is up (connected)" if up else "down, line protocol is down (notconnect)"
    return f"""{name} is {state}
  Hardware is Gigabit Ethernet, address is {device.mac[:-4]}{number + 1:04x} (bia {device.mac[:-4]}{number + 1:04x})
  MTU 1500 bytes, BW 1000000 Kbit/sec, DLY 10 usec,
     reliability 255/255, txload 1/255, rxload 1/255
  Encapsulation ARPA, loopback not set
  Keepalive set (10 sec)
  Full-duplex, 1000Mb/s, media type is 10/100/1000BaseTX
  input flow-control is on, output flow-control is unsupported
  ARP type: ARPA, ARP Timeout 04:00:00
  Last input never, output 00:00:01, output hang never
  Last clearing of "show interface" counters never
  Input queue: 0/2000/0/0 (size/max/drops/flushes); Total output drops: 0
  Queueing strategy: fifo
  Output queue: 0/40 (size/max)
  5 minute input rate 3000 bits/sec, 4 packets/sec
  5 minute output rate 5000 bits/sec, 6 packets/sec
     {packets} packets input, {packets * 200} bytes, 0 no buffer
     Received {packets // 9} broadcasts ({packets // 10} multicasts)
     0 runts, 0 giants, 0 throttles
     {crc} input errors, {crc} CRC, 0 frame, 0 overrun, 0 ignored
     0 watchdog, {packets // 10} multicast, 0 pause input
     0 input packets with dribble condition detected
     {packets} packets output, {packets * 210} bytes, 0 underruns
     0 output errors, 0 collisions, 1 interface resets
     0 unknown protocol drops
     0 babbles, 0 late collision, 0 deferred
     0 lost carrier, 0 no carrier, 0 pause output
     0 output buffer failures, 0 output buffers swapped out"""


def show_counters_errors(device: LabDevice, visit: int) -> str:
    """``show interfaces counters errors``: the tables of IOS-XE."""
    rows = [(short_name(name), errors_of(device, name, visit)) for name in interface_names(device)]
    lines = ["Port        Align-Err     FCS-Err    Xmit-Err     Rcv-Err  UnderSize OutDiscards"]
    lines += [f"{name:12}{0:9}{crc:12}{0:12}{crc:12}{0:11}{0:12}" for name, crc in rows]
    lines += ["", "Port      Single-Col  Multi-Col   Late-Col  Excess-Col  Carri-Sen      Runts"]
    lines += [f"{name:12}{0:8}{0:11}{0:11}{0:12}{0:11}{0:11}" for name, _ in rows]
    return "\n".join(lines) + "\n"
