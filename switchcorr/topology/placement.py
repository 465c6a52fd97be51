"""Where each phone is: all sightings from all snapshots, the best of the newest one decides, conflicts stay.

Order of trust: CDP, LLDP, the phone's own alarm, its MAC in the voice VLAN of an edge interface, its MAC in any VLAN of one.
An interface with a switch behind it is no edge interface; the number of MACs on it says nothing. Absence from a later
snapshot never unplaces a phone: the lost ones are exactly those that are missing from a late snapshot.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import Neighbor, NeighborProtocol
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.links import Names

TRUST: Mapping[PlacementEvidence, float] = {
    PlacementEvidence.CDP: 0.98,
    PlacementEvidence.LLDP: 0.97,
    PlacementEvidence.PHONE_ALARM: 0.9,
    PlacementEvidence.MAC_VOICE_VLAN: 0.9,
    PlacementEvidence.MAC: 0.7,
}
"""How often a sighting of each kind alone is right. Assumed; stale records are the model's matter."""
MISSING_LATER = 0.8
"""Factor on the confidence for a phone that a later snapshot of the same switch does not show. Assumed."""
_PORT_MAC = re.compile(r"([0-9A-Fa-f]{12}|(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}|(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2})(?::[Pp]\d)?")


@dataclass(frozen=True, slots=True)
class Alarm:
    """Where a phone itself says it is attached."""

    phone: PhoneName
    device: str
    port: str
    address: str = ""
    voice_vlan: int | None = None
    at: datetime | None = None


@dataclass(slots=True)
class _Seen:
    """What one snapshot shows of one phone."""

    sightings: list[Sighting] = field(default_factory=list)
    vlan: int | None = None
    ip: str = ""
    platform: str = ""
    software: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """What is known besides the snapshots: phones of the log, their alarms and addresses."""

    phones: tuple[PhoneName, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    addresses: Mapping[PhoneName, str] = field(default_factory=dict)


def phone_of(neighbor: Neighbor) -> PhoneName | None:
    """The phone a neighbor record is about: by its name, else by the MAC in an LLDP port id; never by the chassis id."""
    name = PhoneName.parse_or_none(neighbor.name)
    if name is not None:
        return name
    found = _PORT_MAC.fullmatch(neighbor.port) if neighbor.protocol is NeighborProtocol.LLDP else None
    if found is None or not re.search(r"phone|telephone", f"{neighbor.platform} {' '.join(neighbor.capabilities)}", re.IGNORECASE):
        return None
    return PhoneName.of(MacAddress.parse(found[1]))


def place_endpoints(
    snapshots: Sequence[Snapshot],
    chassis: Mapping[str, Chassis],
    trunks: Mapping[str, frozenset[InterfaceName]],
    names: Names,
    known: Known,
) -> tuple[Placement, ...]:
    """Placements of all phones that anything names, sorted by name.

    Args:
        snapshots: earlier first.
        chassis: of each device.
        trunks: interfaces of each device behind which another switch is.
        names: spellings of devices.
        known: phones, alarms and addresses from the log.
    """
    rounds = [_round(snapshot, trunks) for snapshot in snapshots]
    macs = _mac_sightings(snapshots, trunks)
    phones = {*known.phones, *(phone for seen in rounds for phone in seen), *(alarm.phone for alarm in known.alarms)}
    alarms = {alarm.phone: alarm for alarm in known.alarms}
    arp = {entry.mac: entry.address for snapshot in snapshots for facts in snapshot.devices.values() for entry in facts.tables.arp}
    macs_at = _other_macs(snapshots)
    placements = []
    for phone in sorted(phones):
        seen = [_with_macs(shown.get(phone), found.get(phone.mac)) for shown, found in zip(rounds, macs, strict=True)]
        placement = _place(phone, seen, _alarm_sighting(alarms.get(phone), names), chassis, snapshots)
        ip = placement.ip or known.addresses.get(phone, "") or arp.get(phone.mac, "")
        at = macs_at.get((placement.device, placement.interface), set()) if placement.interface else set()
        placements.append(replace(placement, ip=ip, other_macs=len(at - {phone.mac})))
    return tuple(placements)


def _round(snapshot: Snapshot, trunks: Mapping[str, frozenset[InterfaceName]]) -> dict[PhoneName, _Seen]:
    found: dict[PhoneName, _Seen] = defaultdict(_Seen)
    for facts in snapshot.devices.values():
        for neighbor in facts.tables.neighbors:
            phone = phone_of(neighbor)
            if phone is None or neighbor.local in trunks.get(facts.device, frozenset()):
                continue
            evidence = PlacementEvidence.CDP if neighbor.protocol is NeighborProtocol.CDP else PlacementEvidence.LLDP
            seen = found[phone]
            sighting = Sighting(facts.device, neighbor.local, evidence, facts.taken_at or snapshot.taken_at)
            if sighting not in seen.sightings:
                seen.sightings.append(sighting)
            seen.vlan = neighbor.voice_vlan if neighbor.voice_vlan is not None else seen.vlan
            seen.ip = seen.ip or next((address for address in neighbor.addresses if address != "::"), "")
            seen.platform = neighbor.platform or seen.platform
            seen.software = neighbor.software or seen.software
    return dict(found)


@dataclass(slots=True)
class _MacSeen:
    sightings: list[Sighting] = field(default_factory=list)
    vlan: int | None = None


def _mac_sightings(snapshots: Sequence[Snapshot], trunks: Mapping[str, frozenset[InterfaceName]]) -> list[dict[MacAddress, _MacSeen]]:
    rounds: list[dict[MacAddress, _MacSeen]] = []
    for snapshot in snapshots:
        found: dict[MacAddress, _MacSeen] = defaultdict(_MacSeen)
        for facts in snapshot.devices.values():
            closed = trunks.get(facts.device, frozenset())
            voice = {port.name: port.voice_vlan for port in facts.tables.switchports if port.voice_vlan is not None}
            for entry in facts.tables.mac:
                if entry.interface in closed or entry.interface.is_lag or not entry.interface.is_physical:
                    continue
                in_voice = voice.get(entry.interface) == entry.vlan
                evidence = PlacementEvidence.MAC_VOICE_VLAN if in_voice else PlacementEvidence.MAC
                seen = found[entry.mac]
                seen.sightings.append(Sighting(facts.device, entry.interface, evidence, facts.taken_at or snapshot.taken_at))
                if in_voice or seen.vlan is None:
                    seen.vlan = entry.vlan
        rounds.append(dict(found))
    return rounds


def _with_macs(shown: _Seen | None, macs: _MacSeen | None) -> _Seen:
    seen = shown or _Seen()
    if macs is None:
        return seen
    vlan = seen.vlan if seen.vlan is not None else macs.vlan
    return _Seen([*seen.sightings, *macs.sightings], vlan, seen.ip, seen.platform, seen.software)


def _alarm_sighting(alarm: Alarm | None, names: Names) -> list[Sighting]:
    if alarm is None:
        return []
    record = Neighbor(NeighborProtocol.CDP, InterfaceName(""), alarm.device, addresses=(alarm.address,) if alarm.address else ())
    device, port = names.find(record), InterfaceName.parse_or_none(alarm.port)
    return [Sighting(device, port, PlacementEvidence.PHONE_ALARM, alarm.at)] if device and port else []


def _place(
    phone: PhoneName, rounds: Sequence[_Seen], alarm: list[Sighting], chassis: Mapping[str, Chassis], snapshots: Sequence[Snapshot]
) -> Placement:
    shown = [number for number, seen in enumerate(rounds) if seen.sightings]
    if not shown and not alarm:
        return Placement(phone, PlacementState.UNPLACED, mac=phone.mac, reason=_why_unplaced(phone, snapshots))
    newest = shown[-1] if shown else -1
    seen = rounds[newest] if shown else _Seen()
    sightings = sorted([*seen.sightings, *alarm], key=_rank)
    sightings += [sighting for number in reversed(shown[:-1]) for sighting in sorted(rounds[number].sightings, key=_rank)]
    best = sightings[0]
    rivals = [item for item in sightings if _is_rival(item, best, snapshot_of=seen.sightings)]
    agreeing = {item.evidence for item in sightings if (item.device, item.interface) == (best.device, best.interface)}
    doubt = 1.0
    for evidence in agreeing:
        doubt *= 1 - TRUST[evidence]
    confidence = 1 - doubt
    late = shown and newest < len(snapshots) - 1 and best.device in snapshots[-1].devices
    confidence *= MISSING_LATER if late else 1.0
    module = chassis[best.device].module_of(best.interface) if best.device in chassis else ""
    reason = f"also seen at {', '.join(sorted({f'{item.device} {item.interface}' for item in rivals}))} by equal evidence" if rivals else ""
    return Placement(
        phone=phone,
        state=PlacementState.AMBIGUOUS if rivals else PlacementState.PLACED,
        device=best.device,
        interface=best.interface,
        module=f"{best.device}/{module}" if module else "",
        vlan=seen.vlan,
        mac=phone.mac,
        ip=seen.ip,
        confidence=round(confidence / (1 + len({(item.device, item.interface) for item in rivals})), 4),
        reason=reason,
        sightings=tuple(dict.fromkeys(sightings)),
        last_seen=best.seen_at if late else None,
        platform=seen.platform,
    )


def _rank(sighting: Sighting) -> tuple[int, str, tuple[str, tuple[int, ...]]]:
    return list(TRUST).index(sighting.evidence), sighting.device, sighting.interface.sort_key


def _is_rival(item: Sighting, best: Sighting, *, snapshot_of: Iterable[Sighting]) -> bool:
    same_place = (item.device, item.interface) == (best.device, best.interface)
    return not same_place and item.evidence is best.evidence and item in list(snapshot_of)


def _why_unplaced(phone: PhoneName, snapshots: Sequence[Snapshot]) -> str:
    devices = {name for snapshot in snapshots for name in snapshot.devices}
    return f"none of the {len(devices)} devices read shows {phone} as a neighbor or {phone.mac.colons} at an edge interface"


def _other_macs(snapshots: Sequence[Snapshot]) -> dict[tuple[str, InterfaceName], set[MacAddress]]:
    """Addresses at each interface, from the newest snapshot of each device."""
    newest: dict[str, DeviceFacts] = {}
    for snapshot in snapshots:
        newest.update(snapshot.devices)
    found: dict[tuple[str, InterfaceName], set[MacAddress]] = defaultdict(set)
    for name, facts in newest.items():
        for entry in facts.tables.mac:
            found[name, entry.interface].add(entry.mac)
    return found
