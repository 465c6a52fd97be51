"""How a device is built, and its modules: found from its tables before any interface name is decoded.

Source: entries of ``show inventory`` (``Switch 2 Slot 6 Linecard``, ``virtual slot 11``, ``Slot 7 Linecard``, ``Switch 1 FRU
Uplink Module 1``), rows of ``show module`` and ``show switch``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from switchcorr.model.campus import ModuleFacts
from switchcorr.model.interfaces import ChassisClass, InterfaceLocation, InterfaceName, locate_interface
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import DeviceTables, Module

_PAIR = re.compile(r"switch ?\d+ (?:slot|chassis|linecard)|virtual slot", re.IGNORECASE)
_SLOT = re.compile(r"slot \d+ (?:linecard|supervisor)|^\d+ .*(?:supervisor|linecard|line card)", re.IGNORECASE)
_MEMBER = re.compile(r"(?:switch )?(\d{1,2})", re.IGNORECASE)
_UPLINK_MODULE = re.compile(r"switch (\d{1,2}) .*uplink module.*", re.IGNORECASE)
_STACK_MODEL = re.compile(r"WS-C(?:3750|3850|3650|2960[SX])|C9[23]\d\d|C9500|C1000", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chassis:
    """How a device is built.

    Attributes:
        modules: facts by the part of the id behind the device's name: ``3``, ``2.3``, ``1.nm``, ``fex101``.
        fexes: numbers of its fabric extenders.
    """

    kind: ChassisClass
    modules: Mapping[str, ModuleFacts]
    fexes: frozenset[int]

    def locate(self, interface: InterfaceName) -> InterfaceLocation:
        """Where an interface is."""
        return locate_interface(interface, self.kind, fexes=self.fexes)

    def module_of(self, interface: InterfaceName) -> str:
        """The module of an interface, without the device's name; empty if it has none."""
        return self.locate(interface).module or ""


def find_chassis(facts: DeviceFacts) -> Chassis:
    """The chassis of a device."""
    kind = _kind(facts)
    fexes = frozenset(fex.number for fex in facts.tables.fexes)
    modules = _modules(facts.device, facts.tables, kind)
    for fex in facts.tables.fexes:
        modules[f"fex{fex.number}"] = ModuleFacts(f"{facts.device}/fex{fex.number}", fex.model, fex.serial, fex.state)
    return Chassis(kind, modules, fexes)


def _kind(facts: DeviceFacts) -> ChassisClass:
    tables = facts.tables
    if facts.platform == "cisco_nxos":
        return ChassisClass.NEXUS
    if facts.platform == "cisco_catos":
        return ChassisClass.MODULAR
    cards = [module for module in tables.modules if module.slot is not None and not module.submodule]
    if any(module.switch is not None for module in cards) or any(_PAIR.search(item.name) for item in tables.inventory):
        return ChassisClass.VIRTUAL_PAIR
    if cards or any(_SLOT.search(item.name) for item in tables.inventory):
        return ChassisClass.MODULAR
    return ChassisClass.STACK if _is_stack(tables) else _kind_by_names(tables)


def _is_stack(tables: DeviceTables) -> bool:
    if any(member.priority is not None for member in tables.stack) or any(module.slot is None for module in tables.modules):
        return True
    models = [*(item.pid for item in tables.inventory), *(version.model for version in tables.version)]
    return any(_STACK_MODEL.match(model) for model in models)


def _kind_by_names(tables: DeviceTables) -> ChassisClass:
    """From interface names alone: three parts are a stack, several first numbers of two parts are slots."""
    names = (
        {interface.name for interface in tables.interfaces}
        | {entry.interface for entry in tables.mac}
        | {n.local for n in tables.neighbors}
    )
    parts = [name.parts for name in names if name.is_physical and name.number and "/" in name.number]
    if any(len(part) == 3 for part in parts):
        return ChassisClass.STACK
    return ChassisClass.MODULAR if len({part[0] for part in parts}) > 1 else ChassisClass.FIXED


def _modules(device: str, tables: DeviceTables, kind: ChassisClass) -> dict[str, ModuleFacts]:
    found: dict[str, ModuleFacts] = {}
    for module in tables.modules:
        key = _module_key(module, kind)
        if key and not module.submodule:
            found[key] = ModuleFacts(f"{device}/{key}", module.model, module.serial, module.status, module.ports)
    if kind is not ChassisClass.STACK:
        return found
    for item in tables.inventory:
        member, uplink = _MEMBER.fullmatch(item.name), _UPLINK_MODULE.fullmatch(item.name)
        if member and member[1] not in found:
            found[member[1]] = ModuleFacts(f"{device}/{member[1]}", item.pid, item.serial)
        elif uplink:
            found[f"{uplink[1]}.nm"] = ModuleFacts(f"{device}/{uplink[1]}.nm", item.pid, item.serial)
    for row in tables.stack:
        known = found.get(str(row.number), ModuleFacts(f"{device}/{row.number}", row.model, row.serial))
        found[str(row.number)] = ModuleFacts(known.id, known.model, known.serial, row.state or known.status, known.ports)
    return found


def _module_key(module: Module, kind: ChassisClass) -> str:
    if module.slot is None:
        return "" if module.switch is None else str(module.switch)
    return f"{module.switch}.{module.slot}" if kind is ChassisClass.VIRTUAL_PAIR and module.switch is not None else str(module.slot)
