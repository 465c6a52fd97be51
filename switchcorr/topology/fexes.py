"""Fabric extenders with several parents: such an extender is a module of none of them, as it goes on without one.

Both parents (active-active, enhanced vPC) show its ports, the phones there and their counters as their own. So what they say of it is taken
out of their tables and becomes that of a device ``n5k-1+n5k-2``, which has the extenders of this pair as modules and hangs on both; a
message of either is about that device. An extender's number is its parents' own: two extenders with one number are one only if something
says so: their serial number, or, where a parent does not tell it, the records of the same phones at the same ports of both.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import networkx as nx

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import Component, HashedComponent, Link, LinkEvidence
from switchcorr.model.interfaces import ChassisClass, InterfaceName, locate_interface
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import DeviceTables, ErrorCounters, Interface, InterfaceDescription, InterfaceStatus, InventoryItem, Switchport
from switchcorr.text import first_few
from switchcorr.topology.chassis import Chassis, find_chassis
from switchcorr.topology.graph.links import make_link
from switchcorr.topology.graph.names import serials_of
from switchcorr.topology.graph.neighbors import phone_of
from switchcorr.topology.graph.ports import Ports
from switchcorr.topology.messages.meaning import Happened

_ITEM = re.compile(r"FEX (\d{1,3})\b", re.IGNORECASE)
_LEAST_SHARED = 0.5
"""Share of the phones at the ports of two extenders that both have, from which these are one. Assumed."""
_WELL = "online"
_TOLD = 3


@dataclass(frozen=True, slots=True)
class SharedFexes:
    """Extenders that hang on several devices.

    Attributes:
        names: the device that has each as a module, by parent and number.
        parents: the parents that each of these devices stands for, sorted.
        fabric: interfaces of each parent that its shared extenders hang on, by parent and number, as the newest snapshot tells them.
    """

    names: Mapping[tuple[str, int], str] = field(default_factory=dict)
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fabric: Mapping[tuple[str, int], tuple[InterfaceName, ...]] = field(default_factory=dict)

    def at(self, device: str, interface: InterfaceName | None) -> str:
        """The device that has an interface of a device: the one of its extender, or itself."""
        number = None if interface is None else _fex_of(interface, self.numbers(device))
        return device if number is None else self.names[device, number]

    def numbers(self, device: str, of: str = "") -> frozenset[int]:
        """Numbers of the shared extenders of a device, of all or of those that one device has."""
        return frozenset(number for (own, number), name in self.names.items() if own == device and of in ("", name))

    def happened(self, one: Happened) -> Happened:
        """A message of a parent about an extender or a port of it, as one of the device that has it; the time stays by the parent's clock."""
        number = one.module.removeprefix("fex")
        name = self.names.get((one.device, int(number)), "") if number != one.module else self.at(one.device, one.interface)
        if not name or name == one.device:
            return one
        return replace(one, device=name, told_by=one.device)

    def reach(self, logged: Mapping[str, timedelta]) -> dict[str, timedelta]:
        """How long the log of each device reaches: of that of extenders, the longest of their parents."""
        known = {
            name: max((logged[parent] for parent in parents if parent in logged), default=None) for name, parents in self.parents.items()
        }
        return {**logged, **{name: span for name, span in known.items() if span is not None}}

    def hashed(self, rows: Mapping[str, Mapping[str, str]], others: Sequence[HashedComponent]) -> tuple[HashedComponent, ...]:
        """Parents as carriers of a share of their extenders' phones; with all others, each once, sorted.

        Args:
            rows: component ids of each phone.
            others: parts that are known to carry shares: a switch that stands in another block already is left out.
        """
        blocks = {row["block"] for row in rows.values() if row.get("switch") in self.parents and row.get("block")}
        known = {item.component: item.bundle.id for item in others if item.component.kind == "distribution"}
        found = {
            HashedComponent(Component("distribution", parent), Component("block", block), len(parents))
            for parents in self.parents.values()
            for block in ("+".join(parents),)
            for parent in parents
            if block in blocks and known.get(Component("distribution", parent), block) == block
        }
        return tuple(sorted({*others, *found}, key=lambda item: (item.component, item.bundle)))

    def with_cores(self, graph: nx.Graph[str], cores: Set[str]) -> tuple[str, ...]:
        """The cores, sorted, with the parents of extenders where these hang on nothing else that was found.

        Args:
            graph: devices and active links, those of the extenders among them.
            cores: as found without the extenders.
        """
        alone = [part for part in nx.connected_components(graph) if part.isdisjoint(cores)]
        found = {parent for name, parents in self.parents.items() if any(name in part for part in alone) for parent in parents}
        return tuple(sorted(cores | found))

    def with_groups(self, groups: Mapping[str, Mapping[str, str]]) -> Mapping[str, Mapping[str, str]]:
        """Groups of devices, with those that all parents have in common as groups of what has their extenders: a site, hardly a supply."""
        common = {
            name: dict(set.intersection(*(set(groups.get(parent, {}).items()) for parent in parents)))
            for name, parents in self.parents.items()
        }
        return {**{name: row for name, row in common.items() if row}, **groups}

    def told(self) -> tuple[str, ...]:
        """A sentence on the extenders of each device."""
        return tuple(
            f"{first_few([f'fex{number}' for number in sorted(self.numbers(parents[0], name))], _TOLD)} of {' and '.join(parents)}: "
            f"one extender on several parents, a module of {name}"
            for name, parents in sorted(self.parents.items())
        )


def find_shared(snapshots: Sequence[Snapshot]) -> SharedFexes:
    """The extenders of which one snapshot shows several parents."""
    names: dict[tuple[str, int], str] = {}
    for snapshot in snapshots:
        built = {name: find_chassis(facts) for name, facts in snapshot.devices.items() if facts.platform == "cisco_nxos"}
        by_number: dict[int, list[str]] = defaultdict(list)
        for name, chassis in sorted(built.items()):
            for number in chassis.fexes | _numbers_by_names(snapshot.devices[name]):
                by_number[number].append(name)
        for number, devices in sorted(by_number.items()):
            for parents in _groups(devices, number, snapshot, built):
                names.update(dict.fromkeys(((parent, number) for parent in parents), "+".join(parents)))
    parents_of: dict[str, set[str]] = defaultdict(set)
    for (parent, _), name in names.items():
        parents_of[name].add(parent)
    fabric = {
        (name, row.number): row.uplinks
        for snapshot in snapshots
        for name, facts in snapshot.devices.items()
        for row in facts.tables.fexes
        if row.uplinks and (name, row.number) in names
    }
    return SharedFexes(names, {name: tuple(sorted(parents)) for name, parents in sorted(parents_of.items())}, fabric)


def _groups(devices: Sequence[str], number: int, snapshot: Snapshot, built: Mapping[str, Chassis]) -> Iterator[tuple[str, ...]]:
    """Devices that have the same extender under a number, two and more together."""
    waiting = list(devices)
    while waiting:
        first = waiting.pop(0)
        own = [first, *(other for other in waiting if _is_one(first, other, number, snapshot, built))]
        waiting = [name for name in waiting if name not in own]
        if len(own) > 1:
            yield tuple(own)


def _is_one(a: str, b: str, number: int, snapshot: Snapshot, built: Mapping[str, Chassis]) -> bool:
    """Whether two devices are parents of one extender, and not one device that was read under two names."""
    if not set(serials_of(snapshot.devices[a])).isdisjoint(serials_of(snapshot.devices[b])):
        return False
    of_a, of_b = (built[name].modules.get(f"fex{number}") for name in (a, b))
    if of_a is not None and of_b is not None and of_a.serial and of_b.serial:
        return of_a.serial == of_b.serial
    at_a, at_b = (_phones_at(snapshot.devices[name], number) for name in (a, b))
    return len(at_a & at_b) >= max(1.0, _LEAST_SHARED * len(at_a | at_b))


def _phones_at(facts: DeviceFacts, number: int) -> set[tuple[PhoneName, InterfaceName]]:
    found = ((phone_of(row), row.local) for row in facts.tables.neighbors if _fex_of(row.local, frozenset((number,))) is not None)
    return {(phone, local) for phone, local in found if phone is not None}


def _numbers_by_names(facts: DeviceFacts) -> set[int]:
    """Numbers of extenders that the ports of phones tell, where no table does."""
    found = (locate_interface(row.local, ChassisClass.NEXUS).fex for row in facts.tables.neighbors)
    return {number for number in found if number is not None}


def _fex_of(interface: InterfaceName, numbers: frozenset[int]) -> int | None:
    """The number of the extender that an interface is on, of those given."""
    number = locate_interface(interface, ChassisClass.NEXUS, fexes=numbers).fex if numbers else None
    return number if number in numbers else None


def _of_item(item: InventoryItem, numbers: frozenset[int]) -> int | None:
    found = _ITEM.match(item.name)
    return int(found[1]) if found and int(found[1]) in numbers else None


def _of_port(row: Interface | ErrorCounters | InterfaceStatus | InterfaceDescription | Switchport, numbers: frozenset[int]) -> int | None:
    return _fex_of(row.name, numbers)


_TABLES: Mapping[str, Callable[[Any, frozenset[int]], int | None]] = {
    **dict.fromkeys(("interfaces", "error_counters", "status", "descriptions", "switchports"), _of_port),
    "neighbors": lambda row, numbers: _fex_of(row.local, numbers),
    "mac": lambda row, numbers: _fex_of(row.interface, numbers),
    "fexes": lambda row, numbers: row.number if row.number in numbers else None,
    "inventory": _of_item,
}
"""Tables that tell of extenders, and of which a row does."""


def with_shared(snapshot: Snapshot, shared: SharedFexes) -> Snapshot:
    """A snapshot in which shared extenders are modules of a device of their own, and their parents have nothing of them."""
    devices = dict(snapshot.devices)
    for name, parents in shared.parents.items():
        own = [snapshot.devices[parent] for parent in parents if parent in snapshot.devices]
        if own:
            devices[name] = _joined(name, own, shared.numbers(parents[0], name))
    for parent in {parent for parents in shared.parents.values() for parent in parents} & snapshot.devices.keys():
        facts, numbers = snapshot.devices[parent], shared.numbers(parent)
        tables = {table: tuple(row for row in getattr(facts.tables, table) if of(row, numbers) is None) for table, of in _TABLES.items()}
        devices[parent] = replace(facts, tables=replace(facts.tables, **tables))
    return replace(snapshot, devices=dict(sorted(devices.items())))


def _joined(name: str, parents: Sequence[DeviceFacts], numbers: frozenset[int]) -> DeviceFacts:
    """What parents tell of their extenders: records, addresses and states of all, each once; every other table as the first has it that has one."""
    told = {
        table: [[row for row in getattr(facts.tables, table) if of(row, numbers) is not None] for facts in parents]
        for table, of in _TABLES.items()
    }
    rows = {table: tuple(next(filter(None, own), ())) for table, own in told.items()}
    rows["neighbors"] = tuple({(row.protocol, row.local, row.name): row for own in reversed(told["neighbors"]) for row in own}.values())
    rows["mac"] = tuple(dict.fromkeys(row for own in told["mac"] for row in own))
    rows["fexes"] = tuple(sorted((row for own in told["fexes"] for row in own), key=lambda row: row.state.lower() == _WELL))
    return DeviceFacts(
        device=name,
        platform=parents[0].platform,
        tables=replace(DeviceTables(), **rows),
        outputs=tuple(replace(output, device=name) for facts in parents for output in facts.outputs),
        taken_at=parents[0].taken_at,
        partial=frozenset().union(*(facts.partial for facts in parents)),
    )


def fabric_links(shared: SharedFexes, ports: Mapping[str, Ports]) -> tuple[Link, ...]:
    """The links of the devices that have shared extenders to the parents, one for each interface that a parent tells.

    Args:
        shared: as ``find_shared`` gives them.
        ports: bundles and spanning tree of each device.
    """
    found: list[Link] = []
    for name, parents in shared.parents.items():
        for parent in parents:
            told = (shared.fabric.get((parent, number), ()) for number in shared.numbers(parent, name))
            uplinks = sorted({port for own in told for port in own if not port.is_lag}, key=lambda port: port.sort_key)
            ends: list[InterfaceName | None] = [*uplinks] if uplinks else [None]
            found += [make_link((parent, port), (name, None), LinkEvidence.ONE_SIDED_NEIGHBOR, ports) for port in ends]
    return tuple(found)
