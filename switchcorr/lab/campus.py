"""A simulated campus: devices, cables, phones; the same seed gives the same campus.

One core switch, blocks of two distribution switches, and access switches in turn: a chassis with line cards and a bundle
upwards, and a stack with one uplink to each distribution switch, the second of which spanning tree blocks. All names,
addresses and serial numbers are invented; addresses are those for documentation.
"""

from __future__ import annotations

import enum
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

VOICE_VLAN = 110
DATA_VLAN = 10
ACCESS_PER_BLOCK = 6
PLAIN_ACCESS_PER_BLOCK = 20
CARD_SLOTS = (1, 2, 5, 6)
SUPERVISOR_SLOT = 3
STACK_MEMBERS = 3
PORTS = 48
NODES = ("cm-pub", "cm-sub1", "cm-sub2")
PHONE_MODELS = ("7962", "8841", "7821")
FEX = 101
FEX_FABRIC = ("Ethernet1/31", "Ethernet1/32")
CATOS_SLOTS = (3, 4)


class Build(enum.Enum):
    """How a simulated device is built."""

    CORE = "core"
    DISTRIBUTION = "distribution"
    CHASSIS = "chassis"
    STACK = "stack"
    FIXED = "fixed"
    """One switch of 48 ports."""
    NEXUS = "nexus"
    """NX-OS with a fabric extender that the phones hang from."""
    CATOS = "catos"
    """A Catalyst 6509 with CatOS and two line cards."""


@dataclass(frozen=True, slots=True)
class Cable:
    """A link as one end sees it.

    Attributes:
        bundle: number of the port-channel on this end; 0 without one.
        blocked: whether spanning tree blocks it at this end.
        towards_root: whether the root bridge is behind it.
    """

    interface: str
    remote: str
    remote_interface: str
    bundle: int = 0
    blocked: bool = False
    towards_root: bool = False


@dataclass(frozen=True, slots=True)
class LabPhone:
    """A phone at its port.

    Attributes:
        pc: the MAC behind it, or empty.
        talks: whether it tells its version by CDP and speaks LLDP; plain phones do neither.
    """

    name: str
    interface: str
    model: str
    node: str
    ip: str
    pc: str = ""
    talks: bool = True

    @property
    def mac(self) -> str:
        """In dotted notation, as switches print it."""
        return dotted(self.name[3:])


@dataclass(frozen=True, slots=True)
class LabDevice:
    """A switch with its cables and phones."""

    name: str
    build: Build
    number: int
    address: str
    cables: tuple[Cable, ...] = ()
    phones: tuple[LabPhone, ...] = ()

    @property
    def mac(self) -> str:
        """Of the chassis, dotted."""
        return dotted(f"{0x00005E010000 + self.number * 256:012x}")

    def serial(self, part: int) -> str:
        """Invented serial number of a slot or member."""
        return f"LAB{self.number:04d}{part:02d}AB"


@dataclass(frozen=True, slots=True)
class LabCampus:
    """All devices, in order of name."""

    devices: tuple[LabDevice, ...]

    @property
    def phones(self) -> tuple[tuple[LabDevice, LabPhone], ...]:
        """Every phone with its device."""
        return tuple((device, phone) for device in self.devices for phone in device.phones)

    def device(self, name: str) -> LabDevice:
        """The device with a name.

        Raises:
            KeyError: there is none.
        """
        return {device.name: device for device in self.devices}[name]


def dotted(digits: str) -> str:
    """Twelve hex digits as ``0000.5e01.0000``."""
    digits = digits.lower()
    return ".".join((digits[:4], digits[4:8], digits[8:]))


def build_lab_campus(*, switches: int = 12, phones_a_module: int = 20, seed: int = 7, others: bool = False) -> LabCampus:
    """A campus with this many access switches.

    Args:
        switches: access switches.
        phones_a_module: phones on each line card or stack member, at most 46.
        seed: of the choices of model, node and PCs.
        others: whether there is a Nexus (``nex-001``) and a switch with CatOS (``cat-001``) besides, in the first block.
    """
    random_ = random.Random(seed)
    access = [_access(number, phones_a_module, random_) for number in range(1, switches + 1)]
    return _campus(access, ACCESS_PER_BLOCK, _others(phones_a_module, random_) if others else [])


def build_plain_campus(*, switches: int = 200, phones_a_switch: int = 100, seed: int = 7) -> LabCampus:
    """A large campus of switches of 48 ports, with small desk switches behind most ports so that two or three phones share one.

    Args:
        switches: access switches.
        phones_a_switch: phones on each, dealt out over its ports in turn.
        seed: of the choices of model, node and PCs.
    """
    random_ = random.Random(seed)
    return _campus([_plain_access(number, phones_a_switch, random_) for number in range(1, switches + 1)], PLAIN_ACCESS_PER_BLOCK)


def _campus(access: list[LabDevice], per_block: int, others: Sequence[LabDevice] = ()) -> LabCampus:
    blocks = (len(access) + per_block - 1) // per_block
    access = [*access, *others]
    distributions = [_distribution(block, side, access) for block in range(1, blocks + 1) for side in "ab"]
    core_cables = tuple(_core_cables(blocks))
    core = LabDevice("core-1", Build.CORE, 9000, "192.0.2.1", core_cables)
    return LabCampus(tuple(sorted((core, *distributions, *access), key=lambda device: device.name)))


def _access(number: int, phones_a_module: int, random_: random.Random) -> LabDevice:
    build = Build.CHASSIS if number % 2 else Build.STACK
    block, place = (number - 1) // ACCESS_PER_BLOCK + 1, (number - 1) % ACCESS_PER_BLOCK + 1
    if build is Build.CHASSIS:
        cables = tuple(
            Cable(
                f"TenGigabitEthernet3/{member}",
                f"dist-{block:02d}a",
                f"TenGigabitEthernet1/0/{2 * place + member - 2}",
                bundle=1,
                towards_root=True,
            )
            for member in (1, 2)
        )
    else:
        cables = (
            Cable("TenGigabitEthernet1/1/1", f"dist-{block:02d}a", f"TenGigabitEthernet1/0/{2 * place - 1}", towards_root=True),
            Cable("TenGigabitEthernet2/1/1", f"dist-{block:02d}b", f"TenGigabitEthernet1/0/{2 * place - 1}", blocked=True),
        )
    phones = tuple(_phones(number, build, phones_a_module, random_))
    return LabDevice(f"acc-{number:03d}", build, number, f"192.0.2.{number % 200 + 20}", cables, phones)


def _plain_access(number: int, count: int, random_: random.Random) -> LabDevice:
    block, place = (number - 1) // PLAIN_ACCESS_PER_BLOCK + 1, (number - 1) % PLAIN_ACCESS_PER_BLOCK + 1
    up = Cable("TenGigabitEthernet1/1/1", f"dist-{block:02d}a", f"TenGigabitEthernet1/0/{2 * place - 1}", towards_root=True)
    spare = Cable("TenGigabitEthernet1/1/2", f"dist-{block:02d}b", f"TenGigabitEthernet1/0/{2 * place - 1}", blocked=True)
    phones = tuple(
        LabPhone(
            name=f"SEP{0x00005E200000 + number * 512 + n:012X}",
            interface=f"GigabitEthernet1/0/{n % PORTS + 1}",
            model=random_.choice(PHONE_MODELS),
            node=random_.choice(NODES[1:]),
            ip=f"198.51.{number % 250}.{n % 250 + 1}",
            pc=dotted(f"{0x00005E400000 + number * 512 + n:012x}") if random_.random() < 0.2 else "",
            talks=False,
        )
        for n in range(count)
    )
    return LabDevice(f"acc-{number:03d}", Build.FIXED, number, f"192.0.2.{number % 200 + 20}", (up, spare), phones)


def _others(phones_a_module: int, random_: random.Random) -> list[LabDevice]:
    nexus_cables = tuple(
        Cable(f"Ethernet1/{member}", "dist-01a", f"TenGigabitEthernet1/0/{30 + member}", bundle=1, towards_root=True) for member in (1, 2)
    )
    catos_cables = (Cable("1/1", "dist-01b", "TenGigabitEthernet1/0/33", towards_root=True),)
    nexus_ports = [f"Ethernet{FEX}/1/{port}" for port in range(1, phones_a_module + 1)]
    catos_ports = [f"{slot}/{port}" for slot in CATOS_SLOTS for port in range(1, phones_a_module + 1)]
    return [
        LabDevice("nex-001", Build.NEXUS, 7248, "192.0.2.240", nexus_cables, tuple(_phones_at(7248, nexus_ports, random_))),
        LabDevice("cat-001", Build.CATOS, 7249, "192.0.2.241", catos_cables, tuple(_phones_at(7249, catos_ports, random_))),
    ]


def _phones_at(number: int, ports: Sequence[str], random_: random.Random) -> Iterator[LabPhone]:
    for place, port in enumerate(ports, start=1):
        serial = number * 512 + place
        yield LabPhone(
            name=f"SEP{0x00005E200000 + serial:012X}",
            interface=port,
            model=random_.choice(PHONE_MODELS),
            node=random_.choice(NODES[1:]),
            ip=f"198.51.{number % 250}.{place % 250 + 1}",
            pc=dotted(f"{0x00005E400000 + serial:012x}") if random_.random() < 0.5 else "",
        )


def _phones(number: int, build: Build, count: int, random_: random.Random) -> Iterator[LabPhone]:
    parts = CARD_SLOTS if build is Build.CHASSIS else tuple(range(1, STACK_MEMBERS + 1))
    for part in parts:
        for port in range(1, count + 1):
            serial = number * 512 + part * 48 + port
            interface = f"GigabitEthernet{part}/{port}" if build is Build.CHASSIS else f"GigabitEthernet{part}/0/{port}"
            yield LabPhone(
                name=f"SEP{0x00005E200000 + serial:012X}",
                interface=interface,
                model=random_.choice(PHONE_MODELS),
                node=random_.choice(NODES[1:]),
                ip=f"198.51.{number % 250}.{(part * 48 + port) % 250 + 1}",
                pc=dotted(f"{0x00005E400000 + serial:012x}") if random_.random() < 0.5 else "",
            )


def _distribution(block: int, side: str, access: list[LabDevice]) -> LabDevice:
    name, number = f"dist-{block:02d}{side}", 8000 + block * 2 + (side == "b")
    own = [
        Cable(cable.remote_interface, device.name, cable.interface, bundle=10 + device.number % ACCESS_PER_BLOCK if cable.bundle else 0)
        for device in access
        for cable in device.cables
        if cable.remote == name
    ]
    up = Cable("TenGigabitEthernet1/0/48", "core-1", f"HundredGigE1/0/{block * 2 - (side == 'a')}", towards_root=True)
    return LabDevice(name, Build.DISTRIBUTION, number, f"192.0.2.{2 + (number % 15)}", (*own, up))


def _core_cables(blocks: int) -> Iterator[Cable]:
    for block in range(1, blocks + 1):
        for side in "ab":
            yield Cable(f"HundredGigE1/0/{block * 2 - (side == 'a')}", f"dist-{block:02d}{side}", "TenGigabitEthernet1/0/48")
