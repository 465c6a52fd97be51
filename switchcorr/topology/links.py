"""Links between devices, each with the evidence it rests on, in falling order of trust.

Phases: neighbors that both ends name; neighbors that one end names; then, for devices still without a link between them, MAC
tables. A port whose several neighbors are switches is an unmanaged switch's: its links are kept with the conflict in words.
Invariant: a phone is never a device here, and a port is an uplink because of its neighbor, never because of its number of MACs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from switchcorr.model.addresses import MacAddress, PhoneName, device_key
from switchcorr.model.campus import Link, LinkEvidence
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Neighbor

_SWITCH_WORDS = re.compile(r"switch|router|bridge", re.IGNORECASE)
_SWITCH_LETTERS = frozenset(("S", "R", "B"))
_SWITCH_PLATFORM = re.compile(r"WS-C|^C9[2-6]\d\d|^N[3579]K|C6[58]\d\d|^ISR|^ASR|catalyst", re.IGNORECASE)
_PHONE_WORDS = re.compile(r"phone|^SEP|codec", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Names:
    """Device names by every spelling that neighbors use for them."""

    known: Mapping[str, str]

    def find(self, neighbor: Neighbor) -> str:
        """The device a neighbor record means; empty if it is not one of those read."""
        for spelling in (neighbor.name, *neighbor.addresses, neighbor.chassis_id):
            if spelling and (name := self.known.get(device_key(spelling))):
                return name
        return ""


def names_of(devices: Iterable[DeviceFacts]) -> tuple[Names, tuple[str, ...]]:
    """Spellings of all devices, and sentences about spellings that two devices share: such a spelling means neither."""
    owners: dict[str, set[str]] = defaultdict(set)
    for facts in devices:
        for spelling in _spellings(facts):
            owners[device_key(spelling)].add(facts.device)
    known = {spelling: next(iter(names)) for spelling, names in owners.items() if len(names) == 1}
    shared = [f"{' and '.join(sorted(names))} are both called {spelling}" for spelling, names in sorted(owners.items()) if len(names) > 1]
    return Names(known), tuple(shared)


def _spellings(facts: DeviceFacts) -> Iterable[str]:
    yield facts.device
    if facts.address:
        yield facts.address
    for version in facts.tables.version:
        if version.hostname:
            yield version.hostname


def is_phone(neighbor: Neighbor) -> bool:
    """Whether a neighbor is an endpoint: by its name, or by what it says of itself."""
    return PhoneName.parse_or_none(neighbor.name) is not None or bool(_PHONE_WORDS.search(neighbor.platform))


def is_switch(neighbor: Neighbor) -> bool:
    """Whether a neighbor passes traffic on: a switch or router, not a phone with a PC port."""
    if is_phone(neighbor):
        return False
    letters = set(neighbor.capabilities) & _SWITCH_LETTERS
    return bool(letters or any(_SWITCH_WORDS.search(word) for word in neighbor.capabilities) or _SWITCH_PLATFORM.search(neighbor.platform))


@dataclass(frozen=True, slots=True)
class _Seen:
    """One end's word: this interface sees that device at that port."""

    device: str
    interface: InterfaceName
    remote: str
    remote_interface: InterfaceName | None


def find_links(devices: Mapping[str, DeviceFacts], names: Names) -> tuple[Link, ...]:
    """All links, sorted; a device that was only named is a link's end under its own name."""
    seen = {item: None for facts in devices.values() for item in _seen_by(facts, names)}
    links: dict[tuple[str, str, str, str], Link] = {}
    crowd: dict[tuple[str, InterfaceName], set[str]] = defaultdict(set)
    for item in seen:
        crowd[item.device, item.interface].add(item.remote)
    for item in seen:
        mirrored = item.remote_interface is not None and _Seen(item.remote, item.remote_interface, item.device, item.interface) in seen
        evidence = LinkEvidence.MUTUAL_NEIGHBORS if mirrored else LinkEvidence.ONE_SIDED_NEIGHBOR
        others = crowd[item.device, item.interface] - {item.remote}
        conflicts = (f"{item.device} {item.interface} also sees {', '.join(sorted(others))}",) if others else ()
        link = _link(item, evidence, devices, conflicts)
        key = (link.a, str(link.a_interface), link.b, str(link.b_interface))
        links.setdefault(key, link)
    joined = {frozenset((link.a, link.b)) for link in links.values()}
    taken = {(item.device, item.interface) for item in seen}
    found = [*links.values(), *_links_by_mac(devices, joined, taken)]
    return tuple(sorted(found, key=lambda link: (link.a, link.b, str(link.a_interface), str(link.b_interface))))


def _seen_by(facts: DeviceFacts, names: Names) -> Iterable[_Seen]:
    for neighbor in facts.tables.neighbors:
        if is_phone(neighbor):
            continue
        remote = names.find(neighbor)
        if not remote and not (is_switch(neighbor) and neighbor.name):
            continue
        if remote == facts.device:
            continue
        port = InterfaceName.parse_or_none(neighbor.port) or InterfaceName.parse_or_none(neighbor.port_description)
        yield _Seen(facts.device, neighbor.local, remote or device_key(neighbor.name), port)


def _link(item: _Seen, evidence: LinkEvidence, devices: Mapping[str, DeviceFacts], conflicts: tuple[str, ...]) -> Link:
    link = Link(
        a=item.device, b=item.remote, a_interface=item.interface, b_interface=item.remote_interface, evidence=evidence,
        bundle_a=bundle_of(devices.get(item.device), item.interface), bundle_b=bundle_of(devices.get(item.remote), item.remote_interface),
        active=not (_is_blocked(devices.get(item.device), item.interface) or _is_blocked(devices.get(item.remote), item.remote_interface)),
        conflicts=conflicts,
    )  # fmt: skip
    if link.a <= link.b:
        return link
    return replace(
        link, a=link.b, b=link.a, a_interface=link.b_interface, b_interface=link.a_interface, bundle_a=link.bundle_b, bundle_b=link.bundle_a
    )


def bundle_of(facts: DeviceFacts | None, interface: InterfaceName | None) -> InterfaceName | None:
    """The bundle an interface is a member of."""
    if facts is None or interface is None:
        return None
    return next((lag.name for lag in facts.tables.lags if any(member.interface == interface for member in lag.members)), None)


def _is_blocked(facts: DeviceFacts | None, interface: InterfaceName | None) -> bool:
    """Whether spanning tree lets no instance through an interface or its bundle; without a word of it, it does not block."""
    if facts is None or interface is None:
        return False
    names = {interface, bundle_of(facts, interface)}
    states = [port.state for port in facts.tables.spanning_tree if port.name in names]
    return bool(states) and all(state != "fwd" for state in states)


def _links_by_mac(devices: Mapping[str, DeviceFacts], joined: set[frozenset[str]], taken: set[tuple[str, InterfaceName]]) -> Iterable[Link]:
    """Ports without a neighbor that see the address of exactly one other device, with which no link is known."""
    owner: dict[MacAddress, str] = {}
    for facts in devices.values():
        owner.update((interface.mac, facts.device) for interface in facts.tables.interfaces if interface.mac is not None)
    for facts in devices.values():
        at: dict[InterfaceName, set[str]] = defaultdict(set)
        for entry in facts.tables.mac:
            other = owner.get(entry.mac)
            if other is not None and other != facts.device and (facts.device, entry.interface) not in taken:
                at[entry.interface].add(other)
        for interface, others in sorted(at.items()):
            pair = frozenset((facts.device, *others))
            if len(others) == 1 and pair not in joined:
                yield _link(_Seen(facts.device, interface, next(iter(others)), None), LinkEvidence.MAC_TABLE, devices, ())
