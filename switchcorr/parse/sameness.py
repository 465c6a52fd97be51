"""Whether captures of one name are of one device: by what no two devices share, else by what hangs at their ports.

Serial numbers tell it for sure, else MAC addresses of the device's own. Captures that tell neither, or tell them of one only, are of two devices
where they show other neighbors at every port, or, without neighbors, other stations: a switch keeps some of both for weeks, two of a
factory's name have none in common. Few rows tell nothing, nor do answers about parts of a table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from switchcorr.model.addresses import device_key
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import DeviceTables

_SERIAL_LEAST = 6
_LEAST_ROWS = 3
"""Records, or stations, of each of two captures from which it tells something that none is the same. Assumed."""
_MOST_AT_EDGE = 3
"""Stations at one interface from which it may lead to other switches, behind which two switches see the same ones. Assumed."""
_SUMMARY_WIDTH = 20
"""Characters of a name in a summary of LLDP."""
_STATIONS = "stations"


@dataclass(frozen=True, slots=True)
class Marks:
    """What captures tell of the identity of their device.

    Attributes:
        serials: of its chassis, cards and members.
        macs: of its stack members and interfaces.
        seen: by protocol the neighbors, and the stations, each with its port.
    """

    serials: frozenset[str]
    macs: frozenset[str]
    seen: Mapping[str, frozenset[tuple[str, ...]]]

    @property
    def is_any(self) -> bool:
        """Whether anything tells the device for sure."""
        return bool(self.serials or self.macs)

    def shares(self, other: Marks) -> bool:
        """Whether both are of one device for sure."""
        return bool(self.serials & other.serials or self.macs & other.macs)

    def is_other(self, other: Marks) -> bool:
        """Whether marks that share nothing are of two devices for sure."""
        return bool((self.serials and other.serials) or (self.macs and other.macs)) and not self.shares(other)

    def contradicts(self, other: Marks) -> bool:
        """Whether nothing that hangs at the ports of one hangs there at the other."""
        told = [kind for kind, rows in self.seen.items() if min(len(rows), len(other.seen.get(kind, ()))) >= _LEAST_ROWS]
        records = [kind for kind in told if kind != _STATIONS]
        return bool(told) and all(self.seen[kind].isdisjoint(other.seen[kind]) for kind in records or told)

    def joined(self, other: Marks) -> Marks:
        """What captures of one device tell together."""
        kinds = self.seen.keys() | other.seen.keys()
        none: frozenset[tuple[str, ...]] = frozenset()
        seen = {kind: self.seen.get(kind, none) | other.seen.get(kind, none) for kind in sorted(kinds)}
        return Marks(self.serials | other.serials, self.macs | other.macs, seen)


def marks_of(facts: DeviceFacts) -> Marks:
    """What one capture tells of its device's identity."""
    seen: dict[str, set[tuple[str, ...]]] = {}
    for kind, *row in chain(_records(facts), _stations(facts)):
        seen.setdefault(kind, set()).add(tuple(row))
    return Marks(serials_of(facts.tables), macs_of(facts.tables), {kind: frozenset(rows) for kind, rows in seen.items()})


def _records(facts: DeviceFacts) -> Iterator[tuple[str, ...]]:
    """A summary writes ports shortly and cuts names, a detail does neither: both have to be one record."""
    for row in facts.tables.neighbors if "neighbors" not in facts.partial else ():
        port = InterfaceName.parse_or_none(row.port) or row.port.lower()
        yield row.protocol.value, row.local, device_key(row.name)[:_SUMMARY_WIDTH], port


def _stations(facts: DeviceFacts) -> Iterator[tuple[str, ...]]:
    rows = [row for row in facts.tables.mac if row.dynamic] if "mac" not in facts.partial else []
    crowd = Counter(interface for interface, _ in {(row.interface, row.mac) for row in rows})
    yield from ((_STATIONS, row.interface, row.mac) for row in rows if crowd[row.interface] <= _MOST_AT_EDGE)


def serials_of(tables: DeviceTables) -> frozenset[str]:
    """Serial numbers of a device's chassis, cards and members."""
    found = {serial for version in tables.version for serial in version.serials}
    found |= {item.serial for item in tables.inventory} | {module.serial for module in tables.modules}
    found |= {member.serial for member in tables.stack}
    return frozenset(serial.upper() for serial in found if is_serial(serial))


def is_serial(text: str) -> bool:
    """Whether a text can be a serial number of one device only."""
    return len(text) >= _SERIAL_LEAST and any(map(str.isdigit, text))


def macs_of(tables: DeviceTables) -> frozenset[str]:
    """Addresses of a device's own: of its stack members and interfaces."""
    found = {member.mac for member in tables.stack} | {row.mac for row in tables.interfaces}
    return frozenset(str(mac) for mac in found if mac is not None and mac.strip("0"))
