"""Which device a neighbor means: serial number, chassis address, name and management address, in falling order of trust.

A name may carry a domain or a serial number in brackets, or be cut by a summary. ``sw.floor-1`` and ``sw.floor-2`` are two
devices, ``sw`` and ``sw.floor-1`` may be one. A name that two devices have, and a factory's name, mean no device by themselves.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from ipaddress import ip_address

from switchcorr.model.addresses import MacAddress, PhoneName, device_key, name_and_serial
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Neighbor, NeighborProtocol

_FACTORY_NAMES = frozenset(("", "switch", "router", "localhost", "hostname"))
_SERIAL = re.compile(r"[A-Za-z0-9]{6,16}")
_LLDP_SUMMARY_WIDTH = 20
_NO_MAC = MacAddress("0" * 12)


@dataclass(frozen=True, slots=True)
class Names:
    """Devices by everything that neighbors call them.

    Attributes:
        by_short: read devices by their name without domain, each with its full names.
        by_id: read devices by serial number, MAC and management address; what two devices claim is missing.
        serials: of each device that tells them.
        unread: names of devices that were not read, by full name.
        several: names that several devices have that were not read.
    """

    by_short: Mapping[str, Mapping[str, frozenset[str]]]
    by_id: Mapping[str, str]
    serials: Mapping[str, frozenset[str]]
    unread: Mapping[str, str]
    several: Set[str] = frozenset()

    def find(self, neighbor: Neighbor) -> str:
        """The read device that a record means; empty if there is none."""
        serial, chassis = _serial(neighbor), _mac(neighbor.chassis_id)
        by_id = self.by_id.get(serial) or self.by_id.get(chassis)
        if by_id:
            return by_id
        name = self.by_name(neighbor.name) or self._cut(neighbor)
        known = self.serials.get(name)
        if name and (not serial or not known or serial in known):
            return name
        addresses = (*neighbor.addresses, neighbor.chassis_id, neighbor.name)
        return next((self.by_id[address] for address in addresses if address in self.by_id), "")

    def is_by_name(self, neighbor: Neighbor) -> bool:
        """Whether nothing but its name tells which read device a record means."""
        told = (_serial(neighbor), _mac(neighbor.chassis_id), *neighbor.addresses, neighbor.chassis_id)
        return not any(self.by_id.get(id_) for id_ in told)

    def by_name(self, name: str) -> str:
        """The one read device with this name, in any spelling; empty if there is none or several."""
        full, short = full_name(name), device_key(name)
        fitting = [] if short in _FACTORY_NAMES else self._called(name)
        if len(fitting) > 1:
            fitting = [device for device in fitting if full in self.by_short[short][device]]
        return fitting[0] if len(fitting) == 1 else ""

    def namesakes(self, neighbor: Neighbor) -> list[str]:
        """All read devices that have the name of a record, a factory's name too; not those with another serial number than it tells."""
        serial = _serial(neighbor)
        return [name for name in self._called(neighbor.name) if not serial or not self.serials.get(name) or serial in self.serials[name]]

    def _called(self, name: str) -> list[str]:
        full, owners = full_name(name), self.by_short.get(device_key(name), {})
        return [device for device, names in owners.items() if any(_may_be_one(full, known) for known in names)]

    def of_unread(self, neighbor: Neighbor, device: str, interface: InterfaceName) -> str:
        """A name for a device that was not read; one without a name of its own is called by its address or by where it hangs."""
        full, short = full_name(neighbor.name), device_key(neighbor.name)
        if short not in _FACTORY_NAMES and not self._called(neighbor.name):
            name = self.unread.get(full, full if short in self.by_short else short)
            if name not in self.several:
                return name
        where = next(iter(neighbor.addresses), "") or _mac(neighbor.chassis_id) or _serial(neighbor)
        return f"{short or 'device'} at {where}" if where else f"{short or 'device'} behind {device} {interface}"

    def _cut(self, neighbor: Neighbor) -> str:
        """The one device whose name begins as an LLDP summary cut it."""
        full = full_name(neighbor.name)
        if neighbor.detail or neighbor.protocol is not NeighborProtocol.LLDP or len(full) != _LLDP_SUMMARY_WIDTH:
            return ""
        found = {
            device for owners in self.by_short.values() for device, names in owners.items() if any(name.startswith(full) for name in names)
        }
        return found.pop() if len(found) == 1 else ""


def names_of(devices: Iterable[DeviceFacts]) -> tuple[Names, tuple[str, ...]]:
    """Spellings of all devices, and sentences about names that several devices have."""
    by_short: dict[str, dict[str, frozenset[str]]] = defaultdict(dict)
    owners: dict[str, set[str]] = defaultdict(set)
    serials: dict[str, frozenset[str]] = {}
    announced: set[str] = set()
    for facts in devices:
        for name in _own_names(facts):
            short = device_key(name)
            by_short[short][facts.device] = by_short[short].get(facts.device, frozenset()) | {full_name(name)}
        serials[facts.device] = frozenset(serials_of(facts))
        for id_ in {*serials[facts.device], *macs_of(facts), facts.address, *_addresses_in_name(facts.device)}:
            if id_:
                owners[id_].add(facts.device)
        announced |= {
            full_name(neighbor.name)
            for neighbor in facts.tables.neighbors
            if neighbor.detail and PhoneName.parse_or_none(neighbor.name) is None
        }
    by_id = {id_: next(iter(names)) for id_, names in owners.items() if len(names) == 1}
    known = {full for owners in by_short.values() for names in owners.values() for full in names}
    return Names(by_short, by_id, serials, _unread(announced, known)), tuple(_shared(by_short))


def _addresses_in_name(name: str) -> Iterator[str]:
    """The address that a device is called by, where that is all that is known of it: a folder is often named so."""
    try:
        yield str(ip_address(name))
    except ValueError:
        return


def full_name(name: str) -> str:
    """A name in lower case with its domain and without its serial number, which stands in brackets or, on CatOS, before them."""
    return name_and_serial(name)[0].lower()


def macs_of(facts: DeviceFacts) -> Iterator[MacAddress]:
    """Addresses of a device itself: of its interfaces, its stack members, and as root bridge."""
    tables = facts.tables
    found = (
        *(interface.mac for interface in tables.interfaces),
        *(member.mac for member in tables.stack),
        *(port.root for port in tables.spanning_tree if port.is_root_bridge),
    )
    for mac in dict.fromkeys(found):
        if mac is not None and mac != _NO_MAC and not mac.is_group:
            yield mac


def _own_names(facts: DeviceFacts) -> Iterator[str]:
    yield facts.device
    if "~" in facts.device:
        yield facts.device.partition("~")[0]  # what it is called, before the mark that tells it from others of this name
    for version in facts.tables.version:
        if version.hostname:
            yield version.hostname


def serials_of(facts: DeviceFacts) -> Iterator[str]:
    """Serial numbers of the box, its members and its chassis; transceivers and cards of the inventory name no device."""
    for version in facts.tables.version:
        yield from (serial.upper() for serial in version.serials)
    for item in facts.tables.inventory:
        if item.serial and re.fullmatch(r"(?:switch \d{1,2} ?)?chassis|switch \d{1,2}|switch system|1", item.name, re.IGNORECASE):
            yield item.serial.upper()


def _serial(neighbor: Neighbor) -> str:
    serial = name_and_serial(neighbor.name)[1]
    return (serial if _SERIAL.fullmatch(serial) else neighbor.serial).upper()


def _mac(text: str) -> str:
    try:
        return MacAddress.parse(text)
    except ValueError:
        return ""


def _may_be_one(a: str, b: str) -> bool:
    """Whether two names may be of one device: one is the other without the end of its domain."""
    short, long = sorted((a, b), key=len)
    return long == short or long.startswith(f"{short}.")


def _unread(announced: Iterable[str], known: Set[str]) -> dict[str, str]:
    """Short names where all forms, those of read devices included, may be of one device, else the shortest form that means no second one."""
    forms: dict[str, list[str]] = defaultdict(list)
    for full in sorted({*announced, *known}):
        forms[device_key(full)].append(full)
    found: dict[str, str] = {}
    for short, names in forms.items():
        if _are_one(names):
            found.update(dict.fromkeys(names, short))
            continue
        for name in names:
            fitting = [form for form in sorted(names, key=len) if _may_be_one(form, name)]
            found[name] = next(form for form in fitting if form == name or _are_one([other for other in names if _may_be_one(form, other)]))
    return found


def _are_one(names: Sequence[str]) -> bool:
    longest = max(names, key=len)
    return all(_may_be_one(name, longest) for name in names)


def _shared(by_short: Mapping[str, Mapping[str, frozenset[str]]]) -> Iterator[str]:
    for short, owners in sorted(by_short.items()):
        names = sorted(
            device
            for device, own in owners.items()
            if any(_may_be_one(a, b) for other, theirs in owners.items() if other != device for a in own for b in theirs)
        )
        if names:
            yield f"{' and '.join(names)} are both called {short}: the name alone tells none of them"
