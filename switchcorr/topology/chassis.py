"""How a device is built, and its modules: found from its tables before any interface name is decoded.

The first that speaks decides: the platform, the chassis's model, what is only printed by virtual pairs (two numbers a card,
``virtual slot``, ``show switch virtual``), cards, stack tables, and last the shape of the interface names alone.
Source: entries of ``show inventory`` (``Switch 2 Slot 6 Linecard``, ``virtual slot 11``, ``Slot 7 Linecard``, ``Switch 1 FRU
Uplink Module 1``), rows of ``show module`` and ``show switch``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from switchcorr.model.campus import ModuleFacts
from switchcorr.model.interfaces import FIRST_FEX, ChassisClass, InterfaceLocation, InterfaceName, locate_interface
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import DeviceTables, InventoryItem, Module

_BY_MODEL: tuple[tuple[re.Pattern[str], ChassisClass], ...] = (
    (re.compile(r"WS-C(?:49[24]8|3560X)", re.IGNORECASE), ChassisClass.FIXED),
    (re.compile(r"WS-C(?:3750|3850|3650|2960[SX])|C9[235]\d\d|C1000", re.IGNORECASE), ChassisClass.STACK),
    (re.compile(r"WS-C(?:4[059]\d\d|6[05]\d\d)|C68\d\d|C9[46]\d\d", re.IGNORECASE), ChassisClass.MODULAR),
)
"""A 9500 names its ports as a stack of one, a pair of them as a stack of two; a 4948 has nothing but ports, a 3560-X besides those of its uplink module."""
_TWO_PARTS_ALONE = re.compile(r"WS-C(?:45\d\d|6[05]\d\d)|C68\d\d", re.IGNORECASE)
_FIXED_UPLINKS = re.compile(r"C9[23]00L|C9200CX|WS-C3650", re.IGNORECASE)
_MOST_UPLINKS = 8
"""Ports of the largest uplink module. Source: network modules of 3850, 9300 and 9500."""
_MOST_OF_3560X = 4
"""Ports of an uplink module of a 3560-X, called ``Gi1/1`` beside ``Gi0/1``. Source: its hardware installation guide (C3KX-NM-1G, C3KX-NM-10G)."""
_MEMBERS = range(1, 17)
"""Numbers that a stack member can have. Source: hardware guides of 3750 to 9300."""
_CHASSIS_ITEM = re.compile(r"(?:switch \d{1,2} )?chassis|switch system|(?:switch )?\d{1,2}|WS-C\S+|C\d\S+", re.IGNORECASE)
_PAIR = re.compile(r"switch ?\d+ (?:slot|chassis|linecard|supervisor)|virtual slot", re.IGNORECASE)
_SLOT = re.compile(
    r"slot (\d{1,2}) (?:linecard|supervisor|router)|(?:linecard|supervisor) ?\(slot (\d{1,2})\)|module (\d{1,2})", re.IGNORECASE
)
_CARD = re.compile(r"(\d{1,2})")
_PAIR_SLOT = re.compile(
    r"switch ?(\d) (?:slot (\d{1,2}) )?(?:linecard|supervisor)(?: (\d{1,2}))?(?: \(virtual slot \d{1,2}\))?", re.IGNORECASE
)
_MEMBER = re.compile(r"(?:switch )?(\d{1,2})(?: chassis)?", re.IGNORECASE)
_UPLINK_MODULE = re.compile(r"(?:switch (\d{1,2}) .*)?(?:uplink|frulink) .*module.*", re.IGNORECASE)
_NEXUS_SLOT = re.compile(r"(?:slot|module) (\d{1,2})", re.IGNORECASE)
_NO_CARD = re.compile(r"power supply|fan", re.IGNORECASE)
_FEX_ITEM = re.compile(r"FEX (\d{1,3}) chassis", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chassis:
    """How a device is built.

    Attributes:
        modules: facts by the part of the id behind the device's name: ``3``, ``2.3``, ``1.nm``, ``fex101``; a fixed switch has none.
        fexes: numbers of its fabric extenders.
        fixed_uplinks: stack members whose ports ``n/1/x`` are on the board and not on an uplink module.
    """

    kind: ChassisClass
    modules: Mapping[str, ModuleFacts]
    fexes: frozenset[int] = frozenset()
    fixed_uplinks: frozenset[int] = frozenset()

    def locate(self, interface: InterfaceName) -> InterfaceLocation:
        """Where an interface is."""
        return _located(interface, self.kind, self.fexes)

    def module_of(self, interface: InterfaceName) -> str:
        """The module of an interface, without the device's name; empty if it has none."""
        location = self.locate(interface)
        if location.member in self.fixed_uplinks:
            return str(location.member)
        return location.module or ""


@lru_cache(maxsize=1 << 16)
def _located(interface: InterfaceName, kind: ChassisClass, fexes: frozenset[int]) -> InterfaceLocation:
    """Kept: devices of one class share their interface names, and each phone asks."""
    return locate_interface(interface, kind, fexes=fexes)


def find_chassis(facts: DeviceFacts, *, announced: str = "") -> Chassis:
    """The chassis of a device.

    Args:
        facts: the device's own tables.
        announced: its model in the words of its neighbors, for a device whose own tables do not tell it.
    """
    models = _models(facts.tables) or ([announced] if announced else [])
    kind = _kind(facts, models)
    modules = {} if kind is ChassisClass.FIXED else _modules(facts.device, facts.tables, kind)
    fixed = _fixed_uplinks(modules, models) if kind is ChassisClass.STACK else frozenset()
    for number in fixed:
        modules.pop(f"{number}.nm", None)  # what the inventory lists beside the board
    for fex in facts.tables.fexes:
        modules[f"fex{fex.number}"] = ModuleFacts(f"{facts.device}/fex{fex.number}", fex.model, fex.serial, fex.state)
    fexes = frozenset(int(key.removeprefix("fex")) for key in modules if key.startswith("fex"))
    return Chassis(kind, modules, fexes, fixed)


def chassis_by_names(names: Iterable[InterfaceName]) -> Chassis:
    """The chassis of a device of which nothing but names of interfaces is known."""
    return Chassis(_kind_by_names(names), {})


def _kind(facts: DeviceFacts, models: list[str]) -> ChassisClass:
    tables = facts.tables
    if facts.platform == "cisco_nxos":
        return ChassisClass.NEXUS
    if facts.platform == "cisco_catos":
        return ChassisClass.MODULAR
    by_model = next((kind for model in models for pattern, kind in _BY_MODEL if pattern.match(model)), None)
    if by_model in (ChassisClass.FIXED, ChassisClass.STACK):
        return by_model
    names = _names(tables)
    if _is_pair(tables, models, names):
        return ChassisClass.VIRTUAL_PAIR
    if by_model is not None:
        return by_model
    return _kind_by_tables(tables) or _kind_by_names(names)


def _kind_by_tables(tables: DeviceTables) -> ChassisClass | None:
    cards = any(module.slot is not None and not module.submodule for module in tables.modules)
    if cards or any(_SLOT.fullmatch(item.name) for item in tables.inventory):
        return ChassisClass.MODULAR
    members = any(member.priority is not None for member in tables.stack) or any(module.slot is None for module in tables.modules)
    return ChassisClass.STACK if members else None


def _models(tables: DeviceTables) -> list[str]:
    """Models of the box itself, the surest first."""
    found = [version.model for version in tables.version]
    for item in tables.inventory:
        if _CHASSIS_ITEM.fullmatch(item.name):
            found += [item.pid, *re.findall(r"WS-C\S+", item.description)]
    found += [member.model for member in tables.stack]
    found += [module.model for module in tables.modules if module.slot is None]
    return [model for model in found if model]


def _is_pair(tables: DeviceTables, models: list[str], names: frozenset[InterfaceName]) -> bool:
    """Whether two chassis are one device."""
    if any(module.switch is not None and module.slot is not None for module in tables.modules):
        return True
    if any(_PAIR.search(item.name) for item in tables.inventory) or any(version.virtual_switch for version in tables.version):
        return True
    if len(tables.stack) > 1 and all(member.priority is None and member.mac is None for member in tables.stack):
        return True  # only "show switch virtual" prints members without priority and address
    parts = [name.parts for name in names if name.is_physical]
    if any(len(part) == 4 and part[1] > 0 and part[0] < FIRST_FEX for part in parts) and not _has_members(parts):
        return True
    alone = any(_TWO_PARTS_ALONE.match(model) for model in models)
    return alone and any(len(part) == 3 and part[0] < FIRST_FEX for part in parts)


def _names(tables: DeviceTables) -> frozenset[InterfaceName]:
    return frozenset(
        (
            *(interface.name for interface in tables.interfaces),
            *(row.name for row in tables.status),
            *(row.name for row in tables.error_counters),
            *(entry.interface for entry in tables.mac),
            *(neighbor.local for neighbor in tables.neighbors),
        )
    )


def _kind_by_names(names: Iterable[InterfaceName]) -> ChassisClass:
    """From interface names alone.

    Three parts of which the first is 0 are a router's subslot; no switch counts its members or slots from 0.
    Four parts whose second is not 0, and three parts whose second is above 1, or 1 with more ports than an uplink module has, are a
    virtual pair's where no three parts have a 0 in the middle; other names of three or four parts a stack's (a slot of a 9400 gets the same id as a stack member); of two parts
    with a first number above 1, or with several, a chassis's; all others a fixed switch's: what could be told apart by slot 1 alone
    is the switch itself, and so are the first ports of slot 1 beside those of slot 0, an uplink module's (a router has ports from 0).
    """
    physical = [name for name in names if name.is_physical]
    parts = [name.parts for name in physical if "/" in name.number]
    near = [part for part in parts if part[0] < FIRST_FEX]
    of_other_maker = _kind_by_other_names(physical, near)
    if of_other_maker is not None:
        return of_other_maker
    if any(len(part) == 3 and part[0] == 0 for part in near):
        return ChassisClass.ROUTER
    if any(map(_is_of_pair, near)) and not _has_members(near):
        return ChassisClass.VIRTUAL_PAIR
    if any(len(part) > 2 for part in near):
        return ChassisClass.STACK
    firsts = {part[0] for part in near}
    if firsts == {0, 1} and all(part[-1] > 0 and (part[0] == 0 or part[-1] <= _MOST_OF_3560X) for part in near):
        return ChassisClass.FIXED
    return ChassisClass.MODULAR if max(firsts, default=0) > 1 or len(firsts) > 1 or len(near) < len(parts) else ChassisClass.FIXED


def _kind_by_other_names(physical: Sequence[InterfaceName], near: Sequence[tuple[int, ...]]) -> ChassisClass | None:
    """From names as others than IOS have them; None for all that IOS may have.

    Where all are called ``Ethernet`` the last of three parts is a lane (EOS, NX-OS), and ``Ethernet49/1`` is one too beside an ``Ethernet1``.
    Of ``ge-3/2/5`` (Junos) and ``1/1/17`` (Aruba, FastIron) the first part is what fails alone: a card or a member.
    """
    kinds = {name.kind for name in physical if "/" in name.number}
    is_long = any(len(part) == 3 for part in near)
    if kinds == {"Ethernet"}:
        if any(name.kind == "Ethernet" and "/" not in name.number for name in physical):
            return ChassisClass.FIXED
        return ChassisClass.NEXUS if is_long else None
    if kinds and all(kind.endswith("-") for kind in kinds):
        return ChassisClass.MODULAR
    return ChassisClass.MODULAR if kinds == {""} and is_long and all(part[1] == 1 for part in near) else None


def _has_members(parts: Iterable[tuple[int, ...]]) -> bool:
    """Whether there are ports such as ``1/0/7``: a chassis counts its slots from 1, so these are a stack's, and ``1/2/1`` is on one of its uplink modules."""
    return any(len(part) == 3 and part[0] > 0 and part[1] == 0 for part in parts)


def _is_of_pair(part: tuple[int, ...]) -> bool:
    if len(part) == 4:
        return part[1] > 0
    return len(part) == 3 and (part[1] > 1 or (part[1] == 1 and part[2] > _MOST_UPLINKS))


def _fixed_uplinks(modules: Mapping[str, ModuleFacts], models: list[str]) -> frozenset[int]:
    """Members without a place for an uplink module, each by its own model, or by that of the box where no table has its own."""
    common = any(_FIXED_UPLINKS.match(model) for model in models)
    own = {number: modules[str(number)].model if str(number) in modules else "" for number in _MEMBERS}
    return frozenset(number for number, model in own.items() if (_FIXED_UPLINKS.match(model) if model else common))


def _modules(device: str, tables: DeviceTables, kind: ChassisClass) -> dict[str, ModuleFacts]:
    found: dict[str, ModuleFacts] = {}
    for module in tables.modules:
        key = module_key(module, kind)
        if key and not module.submodule:
            found[key] = _joined(found.get(key), ModuleFacts(f"{device}/{key}", module.model, module.serial, module.status, module.ports))
    for item in tables.inventory:
        for key in _item_keys(item, kind):
            known = found.setdefault(key, ModuleFacts(f"{device}/{key}", item.pid, item.serial))
            if item.serial and not known.serial:
                found[key] = ModuleFacts(known.id, known.model or item.pid, item.serial, known.status, known.ports)
    if kind is ChassisClass.STACK:
        for row in tables.stack:
            known = found.get(str(row.number), ModuleFacts(f"{device}/{row.number}", row.model, row.serial))
            found[str(row.number)] = ModuleFacts(known.id, known.model, known.serial, row.state or known.status, known.ports)
    return found


def _joined(known: ModuleFacts | None, more: ModuleFacts) -> ModuleFacts:
    """A card that two outputs show (``show module``, ``show platform``): what the first does not say, the second may."""
    if known is None:
        return more
    ports = known.ports if known.ports is not None else more.ports
    return ModuleFacts(known.id, known.model or more.model, known.serial or more.serial, known.status or more.status, ports)


def module_key(module: Module, kind: ChassisClass) -> str:
    """The part of a module's id behind the device's name, of a row of ``show module``; empty for what is no module of its own."""
    if module.slot is None or kind is ChassisClass.STACK:
        number = module.switch if module.switch is not None else module.slot
        return "" if number is None else str(number)
    return f"{module.switch}.{module.slot}" if kind is ChassisClass.VIRTUAL_PAIR and module.switch is not None else str(module.slot)


def _item_keys(item: InventoryItem, kind: ChassisClass) -> Iterator[str]:
    """The module an entry of the inventory is, if it is one."""
    fex = _FEX_ITEM.fullmatch(item.name)
    if fex:
        yield f"fex{fex[1]}"
    elif kind is ChassisClass.STACK:
        yield from _stack_keys(item)
    elif kind is ChassisClass.VIRTUAL_PAIR:
        pair = _PAIR_SLOT.fullmatch(item.name)
        if pair and (pair[2] or pair[3]):
            yield f"{pair[1]}.{pair[2] or pair[3]}"
    elif kind is ChassisClass.NEXUS:
        slot = _NEXUS_SLOT.fullmatch(item.name)
        if slot and not _NO_CARD.search(item.description):
            yield slot[1]
    else:
        card = _SLOT.fullmatch(item.name) or _CARD.fullmatch(item.name)
        if card:
            yield next(filter(None, card.groups()))


def _stack_keys(item: InventoryItem) -> Iterator[str]:
    member, uplink, slot = _MEMBER.fullmatch(item.name), _UPLINK_MODULE.fullmatch(item.name), _SLOT.fullmatch(item.name)
    if member:
        yield member[1]
    elif uplink:
        yield f"{uplink[1] or 1}.nm"
    elif slot:  # a 9500: "Slot 1 Supervisor" is the box
        yield next(filter(None, slot.groups()))
