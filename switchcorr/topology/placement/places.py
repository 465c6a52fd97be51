"""Where each phone is: all sightings from all snapshots, the best of the deciding one counts, conflicts stay.

The deciding snapshot is the last one not later than the moment asked for that shows the phone, else the next later one. Within it the
order of trust is CDP, LLDP, the phone's own alarm, its MAC in the voice VLAN of an edge interface, its MAC in any VLAN of one;
of two equal sightings the newer counts where their times differ by more than such a record lives, else the one that other kinds of
evidence agree with. An alarm newer than the deciding snapshot is the newer word. Absence from a later snapshot never unplaces a phone: the lost ones are exactly those missing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import Switchport
from switchcorr.text import first_few
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.graph.names import Names
from switchcorr.topology.lacking import MAC_WORDS, NEIGHBOR_WORDS, PHONE_WORDS, proves_absence
from switchcorr.topology.placement.sightings import (
    Alarm,
    Known,
    Place,
    Seen,
    alarm_sighting,
    look,
    macs_at,
    phones_by_mac,
    seen_beyond,
    unusable_tables,
)

TRUST: Mapping[PlacementEvidence, float] = {
    PlacementEvidence.CDP: 0.98,
    PlacementEvidence.LLDP: 0.97,
    PlacementEvidence.PHONE_ALARM: 0.9,
    PlacementEvidence.MAC_VOICE_VLAN: 0.9,
    PlacementEvidence.MAC: 0.7,
}
"""How often a sighting of each kind alone is right. Assumed; stale records are the model's matter."""
_RANK = {evidence: rank for rank, evidence in enumerate(TRUST)}
MISSING_LATER = 0.8
"""Factor on the confidence for each later snapshot of the same switch that does not show the phone. Assumed."""
BEHIND_A_SWITCH = 0.5
"""Factor on the confidence of a record that came through an interface with a switch behind it. Assumed."""
LEARNED_ELSEWHERE = 0.5
"""Factor on the confidence of a record at a port at which the same switch does not learn the phone, but at another one. Assumed."""
LIFE = {
    PlacementEvidence.CDP: timedelta(seconds=180),
    PlacementEvidence.LLDP: timedelta(seconds=120),
    PlacementEvidence.MAC_VOICE_VLAN: timedelta(seconds=300),
    PlacementEvidence.MAC: timedelta(seconds=300),
}
"""How long a switch shows what is gone: hold time of CDP and LLDP, ageing of MAC tables. Source: defaults of IOS."""
_RECORDS = (PlacementEvidence.CDP, PlacementEvidence.LLDP)
_MACS = (PlacementEvidence.MAC, PlacementEvidence.MAC_VOICE_VLAN)
_PLACES_TOLD = 3
_NOTHING: frozenset[MacAddress] = frozenset()


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything that placing needs.

    Attributes:
        snapshots: earlier first.
        devices: the facts of each device that count for its ports.
        chassis: of each device; also of devices that only alarms name.
        switchports: layer-2 settings by device and interface.
        closed: interfaces of each device behind which another switch is.
        towards: the device behind each of these, where it is known.
        unread: devices that neighbors name and nobody read.
        at: the moment whose placements are meant; None is the latest knowledge.
    """

    snapshots: Sequence[Snapshot]
    devices: Mapping[str, DeviceFacts]
    chassis: Mapping[str, Chassis]
    switchports: Mapping[tuple[str, InterfaceName], Switchport]
    closed: Mapping[str, frozenset[InterfaceName]]
    towards: Mapping[tuple[str, InterfaceName], str]
    unread: Sequence[str]
    names: Names
    known: Known
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class _Word:
    """What is known of one phone's place.

    Attributes:
        current: sightings that speak of the moment asked for, the decisive first.
        history: older and contradicting ones.
        seen: what the deciding snapshot shows.
        number: which snapshot that is; -1 for none.
    """

    current: list[Sighting]
    history: list[Sighting]
    seen: Seen
    number: int
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class _Besides:
    """What other tables and the log know.

    Attributes:
        addresses: by MAC; the log goes before ARP.
        vlans: voice VLANs that phones tell in alarms.
        macs: all addresses at the places of phones.
    """

    addresses: Mapping[MacAddress, str]
    vlans: Mapping[MacAddress, int | None]
    macs: Mapping[Place, AbstractSet[MacAddress]]


def _besides(words: Mapping[PhoneName, _Word], scene: Scene) -> _Besides:
    addresses = {
        entry.mac: entry.address for snapshot in scene.snapshots for facts in snapshot.devices.values() for entry in facts.tables.arp
    }
    addresses.update({phone.mac: address for phone, address in scene.known.addresses.items()})
    places = {(item.device, item.interface) for word in words.values() for item in word.current}
    return _Besides(addresses, {alarm.phone.mac: alarm.voice_vlan for alarm in scene.known.alarms}, macs_at(scene.devices, places))


def place_endpoints(scene: Scene) -> tuple[Placement, ...]:
    """Placements of all phones that anything names, sorted by name."""
    phones = phones_by_mac(scene.snapshots, scene.known)
    firsts = _first_ports(phones)
    wanted = {*phones, *firsts.values()}
    rounds = [look(snapshot, scene.devices, scene.closed, wanted) for snapshot in scene.snapshots]
    alarms = {alarm.phone.mac: alarm for alarm in scene.known.alarms}
    words: dict[PhoneName, _Word] = {}
    for mac, phone in phones.items():
        word = _word(mac, rounds, alarms.get(mac), scene)
        words[phone] = word if word.current or mac not in firsts else _word(firsts[mac], rounds, None, scene)
    besides = _besides(words, scene)
    placements = [_placed(phone, word, scene, besides) for phone, word in words.items() if word.current]
    placements += _unplaced([phone for phone, word in words.items() if not word.current], scene, besides)
    return tuple(sorted(placements, key=lambda placement: str(placement.phone)))


def _first_ports(phones: Mapping[MacAddress, PhoneName]) -> dict[MacAddress, MacAddress]:
    """First port of each second port of an analogue adapter, whose MAC is that of the first moved by two digits, with 01 behind.

    Source: naming of the second line of Cisco ATA 186 to 191 in CallManager.
    """
    firsts = {mac[2:]: mac for mac, phone in phones.items() if phone.startswith("ATA")}
    return {
        mac: firsts.get(mac[:10], MacAddress(f"00{mac[:10]}"))
        for mac, phone in phones.items()
        if phone.startswith("ATA") and mac.endswith("01")
    }


def _word(mac: MacAddress, rounds: Sequence[Mapping[MacAddress, Seen]], alarm: Alarm | None, scene: Scene) -> _Word:
    found = [(number, seen[mac]) for number, seen in enumerate(rounds) if mac in seen]
    shown = [(number, seen, seen.sightings) for number, seen in found if seen.sightings]
    factor = 1.0 if shown else BEHIND_A_SWITCH
    shown = shown or [(number, seen, seen.behind) for number, seen in found if seen.behind]
    number, seen, sightings = _deciding(shown, scene)
    current = sorted(sightings, key=_order)
    history = [sighting for other, _, was in reversed(shown) if other != number for sighting in sorted(was, key=_order)]
    own = alarm_sighting(alarm, scene.names) if alarm is not None else None
    if own is None:
        return _Word(current, history, seen, number, factor)
    if not current or _agree(own, current[0]):
        return _Word(sorted([*current, own], key=_order), history, seen, number, factor if current else 1.0)
    if _is_newer(own, current, scene.at):
        return _Word([own], [*current, *history], seen, number)
    if own.seen_at is None or all(sighting.seen_at is None for sighting in current):
        return _Word(sorted([*current, own], key=_order), history, seen, number, factor)
    return _Word(current, [own, *history], seen, number, factor)


def _deciding(shown: Sequence[tuple[int, Seen, list[Sighting]]], scene: Scene) -> tuple[int, Seen, list[Sighting]]:
    """The last snapshot not later than the moment asked for that shows a phone, else the next later one."""
    if not shown:
        return -1, Seen(), []
    earlier = [item for item in shown if _is_until(scene.snapshots[item[0]].taken_at, scene.at)]
    return earlier[-1] if earlier else shown[0]


def _is_until(taken_at: datetime | None, at: datetime | None) -> bool:
    return at is None or taken_at is None or taken_at <= at


def _is_newer(own: Sighting, current: Sequence[Sighting], at: datetime | None) -> bool:
    """Whether a phone's word is newer than everything the switches show, and not from after the moment asked for."""
    times = [sighting.seen_at for sighting in current if sighting.seen_at is not None]
    return own.seen_at is not None and bool(times) and own.seen_at > max(times) and _is_until(own.seen_at, at)


def _agree(one: Sighting, other: Sighting) -> bool:
    return one.device == other.device and (one.interface is None or other.interface is None or one.interface == other.interface)


def _order(sighting: Sighting) -> tuple[int, str, tuple[str, tuple[int, ...]]]:
    return _RANK[sighting.evidence], sighting.device, sighting.interface.sort_key if sighting.interface is not None else ("", ())


def _placed(phone: PhoneName, word: _Word, scene: Scene, besides: _Besides) -> Placement:
    best, rivals = _best(word.current)
    interface = best.interface or next((item.interface for item in word.current if item.interface and _agree(item, best)), None)
    doubt = _doubt(best, rivals, word.seen)
    factor = word.factor * (LEARNED_ELSEWHERE if doubt and not rivals else 1.0)
    missing = _missing_since(best, word.number, scene)
    module = scene.chassis[best.device].module_of(interface) if interface is not None and best.device in scene.chassis else ""
    vlan = _vlan(best.device, interface, word.seen, scene)
    return Placement(
        phone=phone,
        state=PlacementState.AMBIGUOUS if doubt else PlacementState.PLACED,
        device=best.device,
        interface=interface,
        module=f"{best.device}/{module}" if module else "",
        vlan=vlan if vlan is not None else besides.vlans.get(phone.mac),
        mac=phone.mac,
        ip=word.seen.ip or besides.addresses.get(phone.mac, ""),
        confidence=round(_belief(best, word.current) * factor * MISSING_LATER**missing, 4),
        reason=doubt,
        sightings=tuple(dict.fromkeys((best, *word.current, *word.history))),
        last_seen=best.seen_at if missing else None,
        platform=word.seen.platform,
        other_macs=len(besides.macs.get((best.device, interface), _NOTHING) - {phone.mac}),
    )


def _doubt(best: Sighting, rivals: Sequence[Sighting], seen: Seen) -> str:
    """Why a phone may be elsewhere; empty if nothing speaks for that."""
    if rivals:
        others = sorted({f"{item.device} {item.interface}" for item in rivals})
        return f"also seen at {', '.join(others)} by equal evidence"
    learned = seen.elsewhere.get((best.device, best.interface)) if best.evidence in _RECORDS else None
    if not learned:
        return ""
    ports = sorted(learned, key=lambda name: name.sort_key)
    return f"the MAC table of {best.device} has it at {first_few(ports, _PLACES_TOLD)} only"


def _best(current: Sequence[Sighting]) -> tuple[Sighting, list[Sighting]]:
    """The decisive sighting, and those at other places that are as good and as new.

    A record outlives the phone's leaving by minutes, at the old port of a moved phone for one: of several that are as new, that place
    counts for which more kinds of evidence speak.
    """
    equal = [item for item in current if _is_equal(item.evidence, current[0].evidence)]
    if len(equal) == 1:
        return equal[0], []
    newest = max((item.seen_at for item in equal if item.seen_at is not None), default=None)
    fresh = [
        item for item in equal if item.seen_at is None or newest is None or newest - item.seen_at <= LIFE.get(item.evidence, timedelta())
    ]
    best = max(fresh, key=lambda item: len(_kinds_at(item, current)))
    least = len(_kinds_at(best, current))
    return best, [item for item in fresh if not _agree(item, best) and len(_kinds_at(item, current)) >= least]


def _is_equal(one: PlacementEvidence, other: PlacementEvidence) -> bool:
    """Whether two kinds of evidence are as good as each other: a phone's own record is one, by whichever protocol."""
    return one is other or (one in _RECORDS and other in _RECORDS)


def _kinds_at(place: Sighting, current: Sequence[Sighting]) -> frozenset[str]:
    """Kinds of evidence that speak for a sighting's place."""
    return frozenset(_family(item.evidence) for item in current if _agree(item, place))


def _family(evidence: PlacementEvidence) -> str:
    """A MAC in the voice VLAN is the same fact as the MAC in any VLAN."""
    return "mac" if evidence in _MACS else evidence.value


def _belief(best: Sighting, current: Sequence[Sighting]) -> float:
    """Probability of the best place: odds of each kind of evidence multiplied at each place, against the other places and none.

    Several records of one kind at one place are one.
    """
    kinds: dict[Place, dict[str, float]] = {}
    for item in current:
        place = (best.device, best.interface) if _agree(item, best) else (item.device, item.interface)
        family = _family(item.evidence)
        odds = TRUST[item.evidence] / (1 - TRUST[item.evidence])
        at = kinds.setdefault(place, {})
        at[family] = max(odds, at.get(family, 0.0))
    weights = {place: math.prod(at.values()) for place, at in kinds.items()}
    return weights[best.device, best.interface] / (1 + sum(weights.values()))


def _missing_since(best: Sighting, number: int, scene: Scene) -> int:
    """How many later snapshots of the device, up to the moment asked for, lack the phone; all of them without one that shows it.

    One that did not read whole what could have shown it tells nothing.
    """
    if number < 0:
        return 0
    words = MAC_WORDS if best.evidence in _MACS else NEIGHBOR_WORDS
    later = [snapshot for snapshot in scene.snapshots[number + 1 :] if _is_until(snapshot.taken_at, scene.at)]
    told = [facts for snapshot in later if (facts := snapshot.devices.get(best.device)) is not None]
    return sum(proves_absence(facts, words, besides=PHONE_WORDS) for facts in told)


def _vlan(device: str, interface: InterfaceName | None, seen: Seen, scene: Scene) -> int | None:
    """What the phone says, else where its MAC is learned; a MAC in the data VLAN only is of a phone that has not tagged yet."""
    if seen.told_vlan is not None or interface is None:
        return seen.told_vlan
    learned = seen.vlans.get((device, interface))
    port = scene.switchports.get((device, interface))
    if port is None or port.voice_vlan is None or learned not in (None, port.access_vlan):
        return learned
    return port.voice_vlan


def _unplaced(phones: Sequence[PhoneName], scene: Scene, besides: _Besides) -> list[Placement]:
    """Phones that nothing places, each with the reason."""
    if not phones:
        return []
    beyond = seen_beyond(scene.snapshots, {phone.mac for phone in phones})
    lacking = unusable_tables(scene.snapshots)
    named = {alarm.phone: alarm.device for alarm in scene.known.alarms if alarm.device}
    context = ""
    if lacking:
        context += f"; the neighbor or MAC tables of {_some(lacking)} could not be read whole"
    if scene.unread:
        context += f"; named by neighbors and not read: {_some(scene.unread)}"
    return [
        Placement(
            phone,
            PlacementState.UNPLACED,
            mac=phone.mac,
            ip=besides.addresses.get(phone.mac, ""),
            reason=_why(phone, beyond.get(phone.mac, []), scene)
            + (f"; it names {named[phone]}, which tells no single device" if phone in named else "")
            + context,
        )
        for phone in phones
    ]


def _why(phone: PhoneName, places: Sequence[tuple[str, InterfaceName]], scene: Scene) -> str:
    if not scene.devices:
        return "no captures, and the phone itself names no switch"
    if not places:
        return f"none of the {len(scene.devices)} devices read shows {phone} as a neighbor or {phone.mac.colons} at an edge interface"
    unread = [place for place in places if scene.towards.get(place) not in scene.devices]
    told = [
        f"{device} {interface}" + (f" (towards {scene.towards[device, interface]})" if (device, interface) in scene.towards else "")
        for device, interface in unread or places
    ]
    if all(_is_open_trunk(place, scene) for place in places):
        return f"{phone.mac.colons} is seen only at trunks, and nothing tells what is behind them: {_some(told)}"
    return f"{phone.mac.colons} is seen only on the way to other switches: {_some(told)}"


def _is_open_trunk(place: tuple[str, InterfaceName], scene: Scene) -> bool:
    """Whether an interface is closed to phones for nothing but its mode."""
    device, interface = place
    return interface.is_physical and interface not in scene.closed.get(device, frozenset())


def _some(items: Sequence[str]) -> str:
    more = len(items) - _PLACES_TOLD
    return ", ".join(items[:_PLACES_TOLD]) + (f" and {more} more" if more > 0 else "")
