"""Messages of switches to facts about parts, each physical fact once: whose link it was, and what went down together.

A link that is down is told by its own message, by its line protocol, by both ends of its cable, by a buffer and by a server: all within
a minute are one fact. Ports of phones that go down together are a fact about what they share: their module, its ASIC where all are on
one of several, the switch where several modules are hit; fewer than four ports are not. Every fact with a time carries how often such a
thing is near a window by chance, from its own rate in the log, so that what happens daily proves little.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.interfaces import InterfaceName
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.facts.device_growth import LEAST_PORTS, Cables, part_of
from switchcorr.topology.facts.starts import SAME_RELOAD
from switchcorr.topology.messages.meaning import Happened, Happening

TOGETHER = timedelta(seconds=60)
"""Messages of one part within this time are one fact: a card's ports go down within seconds, a log may lag. Assumed."""
LEAST_MOVES = 3
"""Stations that flap within a minute before it is a loop and not a desk move. Assumed."""
NEAR = timedelta(minutes=24)
"""A window and the time around it in which a fact counts: the chance that one is near is measured over it."""
USUAL_A_DAY = 0.5
"""How often a healthy part has such a fact, before its log is looked at; weight of one day. Assumed."""
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Parts:
    """What tells which part a message is about.

    Attributes:
        chassis: by device; of a device that is not here nothing is known but its name.
        cables: ends of uplinks.
        asics: ASIC of an interface.
        vlans: by device and number, the components that are that VLAN there.
        logged: how long each device's log reaches.
    """

    chassis: Mapping[str, Chassis]
    cables: Cables = field(default_factory=dict)
    asics: Mapping[tuple[str, InterfaceName], int] = field(default_factory=dict)
    vlans: Mapping[str, Mapping[int, frozenset[str]]] = field(default_factory=dict)
    logged: Mapping[str, timedelta] = field(default_factory=dict)

    def part(self, device: str, interface: InterfaceName) -> Component:
        """The module of an interface, or its switch."""
        chassis = self.chassis.get(device)
        return part_of(device, chassis.module_of(interface) if chassis is not None else "")

    def numbered(self, one: Happened) -> Component:
        """The module that a message names by its number; its switch where that has none or the message names none."""
        chassis = self.chassis.get(one.device)
        return part_of(one.device, one.module if chassis is None or chassis.modules else "")

    def tree(self, device: str, instance: int | None) -> list[Component]:
        """Whose tree it is: a VLAN's where phones are in it; of all VLANs of the device for instance 0; the switch's where no VLAN is told or known."""
        own = self.vlans.get(device, {})
        if instance is None or not own:
            return [Component("switch", device)]
        chosen = own.get(instance, frozenset()) if instance else frozenset().union(*own.values())
        return [Component("vlan", vlan) for vlan in sorted(chosen)]


def log_facts(told: Iterable[Happened], parts: Parts) -> Iterator[Observation]:
    """Facts of messages in any order, however often each is told."""
    once = {(one.device, one.kind, one.text, one.time.replace(microsecond=0)): one for one in sorted(told, key=_by_time, reverse=True)}
    by_kind: dict[Happening, list[Happened]] = defaultdict(list)
    for one in sorted(once.values(), key=_by_time):
        by_kind[one.kind].append(one)
    yield from _flaps(by_kind[Happening.LINK_DOWN], parts)
    yield from _duplex(by_kind[Happening.DUPLEX], parts)
    yield from _tree(by_kind[Happening.TREE], parts, least=1)
    yield from _tree(by_kind[Happening.STATIONS_MOVE], parts, least=LEAST_MOVES)
    yield from _power(by_kind[Happening.POWER], parts)
    yield from _states(by_kind[Happening.MODULE], ObservationKind.MODULE_STATUS, parts)
    yield from _states(by_kind[Happening.DIAGNOSTIC], ObservationKind.DIAGNOSTIC_FAILURE, parts)
    yield from _states(by_kind[Happening.SUPPLY], ObservationKind.ENVIRONMENT, parts)
    yield from _states(by_kind[Happening.RESTART], ObservationKind.RELOAD, parts, within=SAME_RELOAD)


def _by_time(one: Happened) -> tuple[datetime, str, str, str, str, int, str]:
    return one.time, one.device, one.name, one.text, str(one.interface or ""), one.vlan or 0, one.module


def _bursts(told: Sequence[Happened], within: timedelta = TOGETHER) -> list[list[Happened]]:
    """Messages in order of time, those within a minute (or another time) of the first together."""
    bursts: list[list[Happened]] = []
    for one in told:
        if not bursts or one.time - bursts[-1][0].time > within:
            bursts.append([])
        bursts[-1].append(one)
    return bursts


def chance_near(bursts: int, logged: timedelta) -> float:
    """How often one of a part's other facts is near a window by chance: a Poisson rate, shrunk to the usual one by a day.

    >>> round(chance_near(1, timedelta(days=6)), 4), round(chance_near(61, timedelta(days=6)), 2)
    (0.0012, 0.13)
    """
    days = logged / timedelta(days=1) + 1
    return 1.0 - math.exp(-(bursts - 1 + USUAL_A_DAY) / days * (NEAR / timedelta(days=1)))


def _timed(
    component: Component, kind: ObservationKind, bursts: Sequence[tuple[Happened, float, str]], logged: timedelta
) -> Iterator[Observation]:
    """Facts of one part, each with the first of its messages, its size and its text, with the chance that one of them is near a window."""
    tail = chance_near(len(bursts), logged)
    for first, value, text in bursts:
        yield Observation(component, kind, value, text, first.time, tail=tail, clock=first.clock)


def _flaps(downs: Sequence[Happened], parts: Parts) -> Iterator[Observation]:
    cables: dict[Component, list[Happened]] = defaultdict(list)
    edges: dict[str, list[Happened]] = defaultdict(list)
    for one in downs:
        if one.interface is None:
            continue
        uplink = parts.cables.get((one.device, one.interface))
        if uplink is not None:
            cables[Component("uplink", uplink)].append(one)
        elif one.interface.is_lag:
            cables[Component("uplink_bundle", f"{one.device}:{one.interface}")].append(one)
        elif one.interface.is_physical:
            edges[one.device].append(one)
    for component, own in cables.items():
        bursts = [(burst[0], float(len(burst)), f"{component.id} went down: {burst[0].text}") for burst in _bursts(own)]
        logged = max(parts.logged.get(one.device, timedelta()) for one in own)
        yield from _timed(component, ObservationKind.LINK_FLAP, bursts, logged)
    for device, own in edges.items():
        yield from _edge_flaps(device, own, parts)


def _edge_flaps(device: str, downs: Sequence[Happened], parts: Parts) -> Iterator[Observation]:
    """Ports of phones that went down together, as facts about what they share."""
    found: dict[Component, list[tuple[Happened, float, str]]] = defaultdict(list)
    for burst in _bursts(downs):
        ports = sorted({one.interface for one in burst if one.interface is not None})
        if len(ports) < LEAST_PORTS:
            continue
        for component, mine in _shared_by(device, ports, parts):
            found[component].append((burst[0], float(len(mine)), _together(component, mine)))
    for component, bursts in found.items():
        yield from _timed(component, ObservationKind.LINK_FLAP, bursts, parts.logged.get(device, timedelta()))


def _shared_by(device: str, ports: Sequence[InterfaceName], parts: Parts) -> Iterator[tuple[Component, list[InterfaceName]]]:
    by_part: dict[Component, list[InterfaceName]] = defaultdict(list)
    for port in ports:
        by_part[parts.part(device, port)].append(port)
    hit = [component for component, own in by_part.items() if len(own) >= LEAST_PORTS]
    if len(hit) != 1:
        yield Component("switch", device), list(ports)
        return
    component, own = hit[0], by_part[hit[0]]
    yield component, own
    asics = {parts.asics.get((device, port)) for port in own}
    others = {asic for (name, port), asic in parts.asics.items() if name == device and parts.part(device, port) == component}
    if len(asics) == 1 and None not in asics and len(others) > 1:
        yield Component("asic", f"{component.id}/{asics.pop()}"), own


def _together(component: Component, ports: Sequence[InterfaceName]) -> str:
    more = f" and {len(ports) - _SHOWN} more" if len(ports) > _SHOWN else ""
    return f"{len(ports)} ports of {component.id} went down together: {', '.join(ports[:_SHOWN])}{more}"


def _duplex(told: Sequence[Happened], parts: Parts) -> Iterator[Observation]:
    """A mismatch is a state that is told again and again: one fact from its first message to its last."""
    by_place: dict[Component, list[Happened]] = defaultdict(list)
    for one in told:
        if one.interface is not None:
            uplink = parts.cables.get((one.device, one.interface))
            by_place[Component("uplink", uplink) if uplink is not None else Component("port", f"{one.device}:{one.interface}")].append(one)
    for component, own in by_place.items():
        text = f"{own[0].name}: {own[0].text}"
        yield Observation(component, ObservationKind.DUPLEX_MISMATCH, 1.0, text, own[-1].time, own[0].time, clock=own[0].clock)


def _tree(told: Sequence[Happened], parts: Parts, *, least: int) -> Iterator[Observation]:
    by_place: dict[Component, list[Happened]] = defaultdict(list)
    for one in told:
        for component in parts.tree(one.device, one.vlan):
            by_place[component].append(one)
    for component, own in by_place.items():
        bursts = [(burst[0], float(len(burst)), f"{burst[0].name}: {burst[0].text}") for burst in _bursts(own) if len(burst) >= least]
        if bursts:
            logged = max(parts.logged.get(one.device, timedelta()) for one in own)
            yield from _timed(component, ObservationKind.SPANNING_TREE_CHANGE, bursts, logged)


def _power(told: Sequence[Happened], parts: Parts) -> Iterator[Observation]:
    by_part: dict[Component, list[Happened]] = defaultdict(list)
    for one in told:
        if one.interface is not None:
            by_part[parts.part(one.device, one.interface)].append(one)
    for component, own in by_part.items():
        bursts = [(burst[0], float(len({one.interface for one in burst})), f"{burst[0].name}: {burst[0].text}") for burst in _bursts(own)]
        yield from _timed(component, ObservationKind.POWER_FAULT, bursts, parts.logged.get(own[0].device, timedelta()))


def _states(told: Sequence[Happened], kind: ObservationKind, parts: Parts, *, within: timedelta = TOGETHER) -> Iterator[Observation]:
    """What a message says of a whole part: of a switch's supplies and fans each sort by itself, as one may complain all day."""
    by_part: dict[tuple[Component, str], list[Happened]] = defaultdict(list)
    for one in told:
        by_part[parts.numbered(one), one.name if kind is ObservationKind.ENVIRONMENT else ""].append(one)
    for (component, _), own in by_part.items():
        bursts = [(burst[0], 1.0, f"{burst[0].name}: {burst[0].text}") for burst in _bursts(own, within)]
        yield from _timed(component, kind, bursts, parts.logged.get(own[0].device, timedelta()))
