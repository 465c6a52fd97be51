"""Where each phone was seen: neighbor records, MAC tables and the phones' own alarms, by the MAC of the phone.

An interface with a switch behind it, and a trunk without a phone's own record, is no edge interface: a MAC there says only that
the phone is somewhere beyond. A phone's own record there (an unmanaged switch that passes CDP on) counts where nothing better does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence, Sighting
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import MacEntry, Neighbor, NeighborProtocol
from switchcorr.topology.graph.names import Names
from switchcorr.topology.graph.neighbors import phone_of
from switchcorr.topology.graph.ports import trunk_ports
from switchcorr.topology.lacking import PHONE_WORDS, completed, lacks
from switchcorr.topology.messages.meaning import SwitchMessage

Place = tuple[str, InterfaceName | None]


@dataclass(frozen=True, slots=True)
class Alarm:
    """Where a phone itself says it is attached."""

    phone: PhoneName
    device: str
    port: str
    address: str = ""
    voice_vlan: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the snapshots: phones of the log, their alarms and addresses, and messages of switches."""

    phones: tuple[PhoneName, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    addresses: Mapping[PhoneName, str] = field(default_factory=dict)
    messages: tuple[SwitchMessage, ...] = ()


@dataclass(slots=True)
class Seen:
    """What one snapshot shows of one phone.

    Attributes:
        sightings: at edge interfaces, each once.
        behind: its own records at interfaces with a switch behind them.
        elsewhere: for each place with its own record but without its MAC, where the same switch has learned that.
        vlans: VLAN of its MAC at each place: the voice VLAN where it is in several; where none is told, the one that holds the most phones for its size.
        told_vlan: voice VLAN in its own record.
    """

    sightings: list[Sighting] = field(default_factory=list)
    behind: list[Sighting] = field(default_factory=list)
    elsewhere: dict[Place, frozenset[InterfaceName]] = field(default_factory=dict)
    vlans: dict[Place, int] = field(default_factory=dict)
    told_vlan: int | None = None
    ip: str = ""
    platform: str = ""


@dataclass(frozen=True, slots=True)
class _Wanted:
    """MACs of phones, and the voice VLAN of each port of a device."""

    macs: Set[MacAddress]
    voice: Mapping[InterfaceName, int]


def phones_by_mac(snapshots: Sequence[Snapshot], known: Known) -> dict[MacAddress, PhoneName]:
    """One name for each phone: as in the log, else as its neighbors have it (a phone may register as SEP and announce SIP)."""
    found: dict[MacAddress, PhoneName] = {}
    shown = (phone_of(neighbor) for snapshot in snapshots for facts in snapshot.devices.values() for neighbor in facts.tables.neighbors)
    for phone in sorted({phone for phone in shown if phone is not None}):
        found.setdefault(phone.mac, phone)
    for phone in sorted({*known.phones, *(alarm.phone for alarm in known.alarms)}, reverse=True):
        found[phone.mac] = phone
    return found


def look(
    snapshot: Snapshot, devices: Mapping[str, DeviceFacts], closed: Mapping[str, frozenset[InterfaceName]], wanted: Set[MacAddress]
) -> dict[MacAddress, Seen]:
    """What a snapshot shows of the phones wanted.

    Args:
        snapshot: one sweep.
        devices: what is known of the ports of each device, where the snapshot itself did not ask for it.
        closed: interfaces of each device behind which another switch is.
        wanted: MACs of all phones.
    """
    found: dict[MacAddress, Seen] = defaultdict(Seen)
    for facts in snapshot.devices.values():
        at = facts.taken_at or snapshot.taken_at
        shut = closed.get(facts.device, frozenset())
        own = _neighbors(facts, shut, at, found)
        known = completed(facts, devices.get(facts.device))
        if known is not facts:
            own |= {neighbor.local for neighbor in known.tables.neighbors if phone_of(neighbor) is not None}
        voice = {port.name: port.voice_vlan for port in known.tables.switchports if port.voice_vlan is not None}
        _mac_entries(facts, shut | (trunk_ports(known.tables) - own), at, found, _Wanted(wanted, voice))
    return found


def _neighbors(facts: DeviceFacts, shut: Set[InterfaceName], at: datetime | None, found: dict[MacAddress, Seen]) -> set[InterfaceName]:
    """Add the phones' own records; the interfaces that have one come back."""
    places: dict[MacAddress, set[InterfaceName]] = defaultdict(set)
    for neighbor in facts.tables.neighbors:
        phone = phone_of(neighbor)
        if phone is None:
            continue
        places[phone.mac].add(neighbor.local)
        seen = found[phone.mac]
        evidence = PlacementEvidence.CDP if neighbor.protocol is NeighborProtocol.CDP else PlacementEvidence.LLDP
        sighting = Sighting(facts.device, neighbor.local, evidence, at)
        rows = seen.behind if neighbor.local in shut else seen.sightings
        if sighting not in rows:
            rows.append(sighting)
        _told(seen, neighbor)
    _contradict(facts, places, found)
    return set().union(*places.values())


def _contradict(facts: DeviceFacts, places: Mapping[MacAddress, Set[InterfaceName]], found: Mapping[MacAddress, Seen]) -> None:
    """Note the records of phones that the same switch learns at other ports only: a MAC table follows a phone at once, a record after minutes."""
    learned: dict[MacAddress, set[InterfaceName]] = defaultdict(set)
    for entry in facts.tables.mac:
        if entry.mac in places:
            learned[entry.mac].add(entry.interface)
    for mac, at in learned.items():
        for interface in places[mac] - at:
            found[mac].elsewhere[facts.device, interface] = frozenset(at)


def _told(seen: Seen, neighbor: Neighbor) -> None:
    if neighbor.voice_vlan is not None:
        seen.told_vlan = neighbor.voice_vlan
    seen.ip = seen.ip or next((address for address in neighbor.addresses if address != "::"), "")
    if len(neighbor.platform) > len(seen.platform):
        seen.platform = neighbor.platform  # a summary cuts it


def _mac_entries(facts: DeviceFacts, shut: Set[InterfaceName], at: datetime | None, found: dict[MacAddress, Seen], wanted: _Wanted) -> None:
    here = [entry for entry in facts.tables.mac if entry.mac in wanted.macs and entry.interface not in shut and entry.interface.is_physical]
    share = _share_of_phones(facts, here)
    for entry in here:
        in_voice = wanted.voice.get(entry.interface) == entry.vlan
        evidence = PlacementEvidence.MAC_VOICE_VLAN if in_voice else PlacementEvidence.MAC
        seen = found[entry.mac]
        sighting = Sighting(facts.device, entry.interface, evidence, at)
        if sighting not in seen.sightings:
            seen.sightings.append(sighting)
        place = facts.device, entry.interface
        known = seen.vlans.get(place)
        is_known_voice = known is not None and wanted.voice.get(entry.interface) == known
        if in_voice or known is None or (not is_known_voice and share[entry.vlan] > share[known]):
            seen.vlans[place] = entry.vlan


def _share_of_phones(facts: DeviceFacts, phones: Sequence[MacEntry]) -> Mapping[int, float]:
    """How many of the addresses of each VLAN are phones: a phone stands in the data VLAN too, with the computers; in its own are phones only."""
    vlans = Counter(entry.vlan for entry in phones)
    if len(vlans) < 2:
        return dict.fromkeys(vlans, 1.0)
    everything = Counter(entry.vlan for entry in facts.tables.mac if entry.vlan in vlans)
    return {vlan: count / everything[vlan] for vlan, count in vlans.items()}


def alarm_sighting(alarm: Alarm, names: Names) -> Sighting | None:
    """The place a phone names: a device that was read, or one by its own word; None if the name means no single device.

    The port of a device that was read has the name that its tables have for it: a number of LLDP (an index) is none.
    """
    interface = InterfaceName.parse_or_none(alarm.port)
    record = Neighbor(
        NeighborProtocol.CDP, interface or InterfaceName(""), alarm.device, addresses=(alarm.address,) if alarm.address else (), detail=True
    )
    device = names.find(record)
    if not device and (alarm.device or alarm.address):
        device, interface = names.of_unread(record, "", InterfaceName("")), InterfaceName.as_told(alarm.port)
    return Sighting(device, interface, PlacementEvidence.PHONE_ALARM, alarm.at) if device and " behind " not in device else None


def seen_beyond(snapshots: Sequence[Snapshot], wanted: Set[MacAddress]) -> dict[MacAddress, list[tuple[str, InterfaceName]]]:
    """All interfaces at which the MACs of phones that are at no edge interface were seen, in order of the devices."""
    found: dict[MacAddress, list[tuple[str, InterfaceName]]] = defaultdict(list)
    for facts in (facts for snapshot in snapshots for facts in snapshot.devices.values()):
        for entry in facts.tables.mac:
            place = facts.device, entry.interface
            if entry.mac in wanted and place not in found[entry.mac]:
                found[entry.mac].append(place)
    return {mac: sorted(places, key=lambda place: (place[0], place[1].sort_key)) for mac, places in found.items()}


def macs_at(devices: Mapping[str, DeviceFacts], places: Set[Place]) -> Mapping[Place, set[MacAddress]]:
    """Addresses learned at each of some places."""
    found: dict[Place, set[MacAddress]] = {place: set() for place in places}
    for name, facts in devices.items():
        for entry in facts.tables.mac:
            at = found.get((name, entry.interface))
            if at is not None:
                at.add(entry.mac)
    return found


def unusable_tables(snapshots: Sequence[Snapshot]) -> list[str]:
    """Devices whose neighbor or MAC tables were captured and could not be used whole, sorted."""
    return sorted({name for snapshot in snapshots for name, facts in snapshot.devices.items() if lacks(facts, PHONE_WORDS)})
