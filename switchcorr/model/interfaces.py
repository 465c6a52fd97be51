"""Interface names in one spelling, and where in a chassis they are.

The number of parts in a name does not say what they mean: ``1/0/3`` is a stack member on a 3850, a slot on a 9400 and a
switch of a pair on a 6500 VSS. The chassis class is found first (from the inventory), then ``locate_interface`` decodes.
Source: switch naming as printed by ``show inventory``, ``show module`` and ``show switch`` of the platforms.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import lru_cache

from netutils.constants import BASE_INTERFACES

_OWN_PREFIXES = {
    "ap": "AppGigabitEthernet",
    "appgig": "AppGigabitEthernet",
    "bl": "Bluetooth",
    "tw": "TwoGigabitEthernet",
    "two": "TwoGigabitEthernet",
    "twogigabitethernet": "TwoGigabitEthernet",
    "fi": "FiveGigabitEthernet",
    "fiv": "FiveGigabitEthernet",
    "fivegigabitethernet": "FiveGigabitEthernet",
    "twe": "TwentyFiveGigE",
    "twentyfivegige": "TwentyFiveGigE",
    "twentyfivegigabitethernet": "TwentyFiveGigE",
    "fo": "FortyGigabitEthernet",
    "for": "FortyGigabitEthernet",
    "fif": "FiftyGigabitEthernet",
    "hu": "HundredGigE",
    "hun": "HundredGigE",
    "hundredgige": "HundredGigE",
    "hundredgigabitethernet": "HundredGigE",
    "fou": "FourHundredGigE",
    "fourhundredgige": "FourHundredGigE",
    "po": "Port-channel",
    "por": "Port-channel",
    "port-channel": "Port-channel",
    "portchannel": "Port-channel",
    "ten-gigabitethernet": "TenGigabitEthernet",
    "eth": "Ethernet",
    "et": "Ethernet",
    "ethernet": "Ethernet",
    "fas": "FastEthernet",
    "gig": "GigabitEthernet",
    "ten": "TenGigabitEthernet",
    "vl": "Vlan",
    "vlan": "Vlan",
    "mgmt": "mgmt",
    "lo": "Loopback",
    "tu": "Tunnel",
    "null": "Null",
}
_NAME = re.compile(r"([A-Za-z][A-Za-z-]{0,29}?)[ ]?(\d+(?:/\d+){0,3}(?:[.:]\d+)?)")
_WITHOUT_A_CABLE = frozenset(("Port-channel", "Vlan", "Loopback", "Tunnel", "Null", "Bluetooth", "AppGigabitEthernet"))
_NAMES_KEPT = 1 << 16
_DIGIT = re.compile(r"\d")
_CATOS = re.compile(r"\d{1,2}/\d{1,3}")
_OTHER_MAKERS = re.compile(r"\d{1,5}|\d{1,2}/\d{1,2}/\d{1,3}|\d{1,2}:\d{1,3}|port\d{1,2}\.\d{1,2}\.\d{1,3}", re.IGNORECASE)
"""Ports without letters (Aruba, Alcatel, FastIron, EXOS, small switches), and those of Allied Telesis."""
FIRST_FEX = 100
"""Lowest number of a fabric extender where no table tells its number."""


class InterfaceName(str):
    """An interface's long canonical name (``GigabitEthernet1/0/1``; on CatOS ``3/11``); equality is that of text."""

    __slots__ = ()

    @classmethod
    def parse(cls, text: str) -> InterfaceName:
        """Read any abbreviation.

        >>> InterfaceName.parse("Gi1/0/1"), InterfaceName.parse("Gig 1/0/1"), InterfaceName.parse("Twe1/1/1"), InterfaceName.parse("3/11")
        ('GigabitEthernet1/0/1', 'GigabitEthernet1/0/1', 'TwentyFiveGigE1/1/1', '3/11')

        Raises:
            ValueError: not an interface name; nothing but letters, digits, ``/`` and one ``.`` or ``:`` can be in one.
        """
        return _parse_interface(text)

    @classmethod
    def parse_or_none(cls, text: str) -> InterfaceName | None:
        """The same, but None for any other text."""
        try:
            return _parse_interface(text)
        except ValueError:
            return None

    @classmethod
    def as_told(cls, text: str) -> InterfaceName | None:
        """A port in the words of a phone or a person: also names of other makers, kept as they are; None for what names no port.

        >>> [InterfaceName.as_told(text) for text in ("Gi1/0/1", "1/1/17", "2:17", "17", "port1.0.5", "ge-2/0/5", "uplink")]
        ['GigabitEthernet1/0/1', '1/1/17', '2:17', '17', 'port1.0.5', 'ge-2/0/5', None]
        """
        known = cls.parse_or_none(text)
        return known if known is not None or not _OTHER_MAKERS.fullmatch(text.strip()) else InterfaceName(text.strip())

    @property
    def kind(self) -> str:
        """The letters: ``GigabitEthernet``; empty on CatOS."""
        return _letters_and_number(self)[0]

    @property
    def number(self) -> str:
        """What follows the letters: ``1/0/1``."""
        return _letters_and_number(self)[1]

    @property
    def parts(self) -> tuple[int, ...]:
        """The numbers between the slashes, without a sub-interface."""
        return _parts(self)

    @property
    def is_lag(self) -> bool:
        """Whether it is a bundle."""
        return self.kind == "Port-channel"

    @property
    def is_physical(self) -> bool:
        """Whether a cable can be in it."""
        return self.kind not in _WITHOUT_A_CABLE

    @property
    def has_known_kind(self) -> bool:
        """Whether its letters are an interface's: ``Port 1`` and ``local 12`` of a neighbor are none."""
        return self.kind in _KINDS

    @property
    def sort_key(self) -> tuple[str, tuple[int, ...]]:
        """Order as on the panel: ``1/0/2`` before ``1/0/10``."""
        return _sort_key(self)


@lru_cache(maxsize=_NAMES_KEPT)
def _letters_and_number(name: str) -> tuple[str, str]:
    """A name before and from its first digit. A campus has few names and asks for them millions of times, so they are kept."""
    digit = _DIGIT.search(name)
    place = digit.start() if digit else len(name)
    return name[:place], name[place:]


@lru_cache(maxsize=_NAMES_KEPT)
def _parts(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.split(r"[.:]", _letters_and_number(name)[1])[0].split("/"))


@lru_cache(maxsize=_NAMES_KEPT)
def _sort_key(name: str) -> tuple[str, tuple[int, ...]]:
    letters, number = _letters_and_number(name)
    return letters, tuple(int(part) for part in re.findall(r"\d+", number))


@lru_cache(maxsize=_NAMES_KEPT)
def _parse_interface(text: str) -> InterfaceName:
    text = text.strip()
    if _CATOS.fullmatch(text):
        return InterfaceName(text)
    found = _NAME.fullmatch(text)
    if not found:
        raise ValueError(f"not an interface name: {text[:60]!r}")
    letters = found[1].lower()
    long = _OWN_PREFIXES.get(letters) or _LONG.get(letters) or found[1]
    return InterfaceName(long + found[2])


_LONG = {short.lower(): long for short, long in BASE_INTERFACES.items()}
_KINDS = frozenset(("", *_OWN_PREFIXES.values(), *BASE_INTERFACES.values()))


class ChassisClass(enum.Enum):
    """How a device is built, which decides what the parts of its interface names mean."""

    FIXED = "fixed"
    STACK = "stack"
    MODULAR = "modular"
    VIRTUAL_PAIR = "virtual pair"
    """Two chassis as one device: VSS of 4500 and 6500, StackWise Virtual."""
    NEXUS = "nexus"
    ROUTER = "router"
    """A router with switch modules in its subslots: ISR, branch routers of the 1100 series."""


@dataclass(frozen=True, slots=True)
class InterfaceLocation:
    """Where an interface is; None is "there is no such level".

    Attributes:
        chassis: switch of a virtual pair, slot of a router.
        member: stack member.
        slot: line card or supervisor, subslot of a router.
        submodule: 0 for fixed ports, 1 for an uplink module.
        port: number on the panel.
        lane: part of a port that is broken out.
        fex: number of the fabric extender.
    """

    chassis: int | None = None
    member: int | None = None
    slot: int | None = None
    submodule: int | None = None
    port: int | None = None
    lane: int | None = None
    fex: int | None = None

    @property
    def module(self) -> str | None:
        """The part that fails alone, as in a module's id behind the device's name: ``3``, ``2.3``, ``1.nm``, ``fex101``."""
        if self.fex is not None:
            return f"fex{self.fex}"
        if self.member is not None:
            return f"{self.member}.nm" if self.submodule else str(self.member)
        if self.slot is not None:
            return str(self.slot) if self.chassis is None else f"{self.chassis}.{self.slot}"
        return None


def locate_interface(name: InterfaceName, chassis_class: ChassisClass, *, fexes: Container[int] = ()) -> InterfaceLocation:
    """Decode an interface name by the class of its chassis.

    Args:
        name: of a physical interface; of any other only an empty location comes back.
        chassis_class: how the device is built.
        fexes: numbers in the device's FEX table; 100 and above is a fabric extender on Nexus and on 6500/6800 without one.

    >>> locate_interface(InterfaceName("GigabitEthernet2/1/4"), ChassisClass.STACK).module
    '2.nm'
    """
    if not name.is_physical or not name.number:
        return InterfaceLocation()
    if _is_fex(name.parts, chassis_class, fexes):
        return InterfaceLocation(fex=name.parts[0], port=name.parts[-1])
    return _located(name.parts, chassis_class)


@lru_cache(maxsize=_NAMES_KEPT)
def _located(parts: tuple[int, ...], chassis_class: ChassisClass) -> InterfaceLocation:
    return _READERS[chassis_class](parts)


def _is_fex(parts: tuple[int, ...], chassis_class: ChassisClass, fexes: Container[int]) -> bool:
    if len(parts) < 3 or chassis_class in (ChassisClass.STACK, ChassisClass.FIXED):
        return False
    if parts[0] >= FIRST_FEX:
        return True
    # low numbers only by the table, and only 2/1/12: 2/37/1 is a lane of a port that is broken out
    return chassis_class is ChassisClass.NEXUS and parts[0] in fexes and parts[1] == 1


def _stack_location(parts: tuple[int, ...]) -> InterfaceLocation:
    if len(parts) < 3:
        return InterfaceLocation(port=parts[-1])
    return InterfaceLocation(member=parts[0], submodule=parts[1], port=parts[2], lane=parts[3] if len(parts) > 3 else None)


def _pair_location(parts: tuple[int, ...]) -> InterfaceLocation:
    if len(parts) == 4:
        return InterfaceLocation(chassis=parts[0], slot=parts[1], submodule=parts[2], port=parts[3])
    if len(parts) == 3:
        return InterfaceLocation(chassis=parts[0], slot=parts[1], port=parts[2])
    return InterfaceLocation(port=parts[-1])


def _nexus_location(parts: tuple[int, ...]) -> InterfaceLocation:
    if len(parts) < 2:
        return InterfaceLocation(port=parts[-1])
    return InterfaceLocation(slot=parts[0], port=parts[1], lane=parts[2] if len(parts) > 2 else None)


def _modular_location(parts: tuple[int, ...]) -> InterfaceLocation:
    if len(parts) == 2:
        return InterfaceLocation(slot=parts[0], port=parts[1])
    if len(parts) >= 3:
        return InterfaceLocation(slot=parts[0], submodule=parts[1], port=parts[2], lane=parts[3] if len(parts) > 3 else None)
    return InterfaceLocation(port=parts[-1])


def _fixed_location(parts: tuple[int, ...]) -> InterfaceLocation:
    return InterfaceLocation(port=parts[-1])


_READERS: Mapping[ChassisClass, Callable[[tuple[int, ...]], InterfaceLocation]] = {
    ChassisClass.FIXED: _fixed_location,
    ChassisClass.STACK: _stack_location,
    ChassisClass.MODULAR: _modular_location,
    ChassisClass.VIRTUAL_PAIR: _pair_location,
    ChassisClass.NEXUS: _nexus_location,
    ChassisClass.ROUTER: _pair_location,
}
