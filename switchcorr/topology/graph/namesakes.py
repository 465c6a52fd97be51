"""Devices of one name, told apart by their ports: an interface has one cable, so what two others see at one port of a name is two devices.

Where the two see each other there too, an unmanaged switch is between, and it may be one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Neighbor, NeighborProtocol
from switchcorr.text import first_few
from switchcorr.topology.graph.names import Names
from switchcorr.topology.graph.neighbors import NeighborKind, kind_of

_End = tuple[str, InterfaceName]
_TOLD = 3


def remote_port(neighbor: Neighbor) -> InterfaceName | None:
    """The neighbor's own port, if the record has it as an interface's name."""
    told = (InterfaceName.parse_or_none(text) for text in (neighbor.port, neighbor.port_description))
    return next((name for name in told if name is not None and name.has_known_kind), None)


def device_meant(facts: DeviceFacts, neighbor: Neighbor, devices: Mapping[str, DeviceFacts], names: Names) -> str:
    """The read device that a record of a device means; empty if there is none, or several may be meant."""
    found = names.find(neighbor)
    if found:
        return "" if names.is_by_name(neighbor) and _sees_another(facts, neighbor, devices[found], devices, names) else found
    fitting = [name for name in names.namesakes(neighbor) if _sees_back(facts, neighbor, devices[name], names)]
    return fitting[0] if len(fitting) == 1 else ""


def _sees_back(facts: DeviceFacts, neighbor: Neighbor, other: DeviceFacts, names: Names) -> bool:
    """Whether another device sees this one from the port that a record of it tells, at the record's port."""
    port = remote_port(neighbor)
    return any(
        own.local == port and remote_port(own) == neighbor.local and names.find(own) == facts.device for own in other.tables.neighbors
    )


def _sees_another(facts: DeviceFacts, neighbor: Neighbor, other: DeviceFacts, devices: Mapping[str, DeviceFacts], names: Names) -> bool:
    """Whether the port that a record tells has, at the device of that name, a cable to a third device, which says so too."""
    port = remote_port(neighbor)
    there = [own for own in other.tables.neighbors if own.local == port] if port is not None else []
    ends = {names.find(own) for own in there}
    if facts.device in ends:
        return False
    return any(third in devices and _sees_back(other, own, devices[third], names) for own in there if (third := names.find(own)))


def with_several(devices: Mapping[str, DeviceFacts], names: Names) -> tuple[Names, tuple[str, ...]]:
    """The names with those that several unread devices have, and a sentence on these."""
    claims: dict[tuple[str, InterfaceName], set[_End]] = defaultdict(set)
    beside: set[tuple[_End, str]] = set()
    for facts in devices.values():
        for neighbor, remote in _switches_of(facts, devices, names):
            beside.add(((facts.device, neighbor.local), remote))
            port = remote_port(neighbor) if neighbor.detail or neighbor.protocol is NeighborProtocol.CDP else None
            if port is not None and remote not in devices:  # a summary of LLDP may cut the names of ports of other makers
                claims[remote, port].add((facts.device, neighbor.local))
    several = sorted({remote for (remote, _), ends in claims.items() if _are_several(sorted(ends), beside)})
    if not several:
        return names, ()
    told = (
        f"{first_few(several, _TOLD)}: several devices that were not read have this name, as neighbors at one port of it differ; "
        "a phone that names nothing else has no place"
    )
    return replace(names, several=frozenset(several)), (told,)


def _switches_of(facts: DeviceFacts, devices: Mapping[str, DeviceFacts], names: Names) -> Iterator[tuple[Neighbor, str]]:
    for neighbor in facts.tables.neighbors:
        if neighbor.name and kind_of(neighbor) is NeighborKind.SWITCH:
            yield (
                neighbor,
                device_meant(facts, neighbor, devices, names) or names.of_unread(neighbor, facts.device, neighbor.local),
            )


def _are_several(ends: Sequence[_End], beside: set[tuple[_End, str]]) -> bool:
    """Whether two devices see one port, and neither sees the other where it does."""
    return any(a[0] != b[0] and (a, b[0]) not in beside and (b, a[0]) not in beside for a, b in combinations(ends, 2))
