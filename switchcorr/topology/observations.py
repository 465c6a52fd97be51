"""What the switches say of their own parts: error counters that grew, modules that are not well, reloads, power faults.

One physical fact is one observation about the part it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from switchcorr.model.campus import Component, Link, LinkDown, Observation, ObservationKind
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.topology.chassis import Chassis, find_chassis
from switchcorr.topology.clocks.captures import settle_times
from switchcorr.topology.clocks.words import told_clocks
from switchcorr.topology.facts.counters import counter_facts
from switchcorr.topology.facts.device_growth import Cables, growths_of
from switchcorr.topology.facts.duplex import duplex_facts
from switchcorr.topology.facts.flaps import flap_facts
from switchcorr.topology.facts.growth import Visit
from switchcorr.topology.facts.starts import SAME_RELOAD, start_facts
from switchcorr.topology.facts.states import state_facts
from switchcorr.topology.fexes import SharedFexes
from switchcorr.topology.graph.levels import Hierarchy
from switchcorr.topology.messages.facts import Parts, log_facts
from switchcorr.topology.messages.logs import Logs, read_logs, vlans_of
from switchcorr.topology.messages.meaning import SwitchMessage
from switchcorr.topology.messages.phone_links import phone_link_downs


@dataclass(frozen=True, slots=True)
class Ground:
    """What tells whose part a fact is about.

    Attributes:
        hierarchy: tells which end of a link is the lower one, whose uplink it is.
        links: the cables.
        chassis: by device.
        rows: component ids by kind of each phone: they tell the VLANs of a device.
        placements: of the phones: they tell whose port a link is.
        shared: extenders with several parents.
    """

    hierarchy: Hierarchy
    links: Sequence[Link]
    chassis: Mapping[str, Chassis]
    rows: Mapping[str, Mapping[str, str]]
    placements: Sequence[Placement] = ()
    shared: SharedFexes = field(default_factory=SharedFexes)


@dataclass(frozen=True, slots=True)
class Observed:
    """What the switches say of their parts, sorted by component, what is assumed of their clocks, and links of phones that went down."""

    facts: tuple[Observation, ...]
    assumptions: tuple[str, ...] = ()
    link_downs: tuple[LinkDown, ...] = ()


def observe(snapshots: Sequence[Snapshot], ground: Ground, messages: Sequence[SwitchMessage] = ()) -> Observed:
    """Everything that is worth saying.

    Args:
        snapshots: earlier first.
        ground: whose part a fact is about.
        messages: of switches, from elsewhere than their own buffers; devices by their names in the snapshots.
    """
    settled = [settle_times(list(snapshot.devices.values())) for snapshot in snapshots]
    visits: dict[str, list[tuple[int, Visit]]] = defaultdict(list)
    for step, (devices, _) in enumerate(settled):
        for facts in devices:
            visits[facts.device].append((step, Visit(facts, find_chassis(facts))))
    cables = _cables(ground.links, ground.hierarchy)
    growths = growths_of(visits)
    latest = {name: own[-1][1].facts for name, own in visits.items()}
    found = [*counter_facts(growths, cables), *flap_facts(growths, cables), *duplex_facts(growths, cables, latest, ground.links)]
    for numbered in visits.values():
        own = [visit for _, visit in numbered]
        found += [*state_facts(own, cables), *start_facts(own)]
    read = [facts for devices, _ in settled for facts in devices]
    logs = read_logs(read, messages)
    logs = replace(logs, happened=tuple(map(ground.shared.happened, logs.happened)), reach=ground.shared.reach(logs.reach))
    found = _with_logged(found, list(_logged(read, logs, ground, cables)))
    assumed = dict.fromkeys(sentence for _, sentence in settled if sentence)
    return Observed(
        tuple(sorted(found, key=_order)), (*assumed, *told_clocks(logs.corrections)), phone_link_downs(logs.happened, ground.placements)
    )


def _logged(devices: Sequence[DeviceFacts], logs: Logs, ground: Ground, cables: Cables) -> Iterator[Observation]:
    """Facts of all logs."""
    asics = {(facts.device, port.name): port.asic for facts in devices for port in facts.tables.asics}
    yield from log_facts(logs.happened, Parts(ground.chassis, cables, asics, vlans_of(ground.rows), logs.reach))


def _with_logged(found: Sequence[Observation], logged: Sequence[Observation]) -> list[Observation]:
    """All facts: a restart that the uptime tells is not told again, but is as likely by chance as the log says that such are."""
    reloads = [fact for fact in found if fact.kind is ObservationKind.RELOAD]
    usual = {fact.component: fact.tail for fact in logged if fact.kind is ObservationKind.RELOAD}
    return [
        *(replace(fact, tail=usual.get(fact.component)) if fact.kind is ObservationKind.RELOAD else fact for fact in found),
        *(fact for fact in logged if fact.kind is not ObservationKind.RELOAD or not any(_is_same_start(fact, known) for known in reloads)),
    ]


def _is_same_start(a: Observation, b: Observation) -> bool:
    return a.component == b.component and a.at is not None and b.at is not None and abs(a.at - b.at) <= SAME_RELOAD


def _order(fact: Observation) -> tuple[Component, str, float, str]:
    return fact.component, fact.kind.value, fact.at.timestamp() if fact.at else 0.0, fact.text


def _cables(links: Sequence[Link], hierarchy: Hierarchy) -> dict[tuple[str, InterfaceName], str]:
    """The uplink that an interface is an end of, by its id."""
    found: dict[tuple[str, InterfaceName], str] = {}
    for link in links:
        ends = (link.a, link.a_interface), (link.b, link.b_interface)
        for (own, interface), (other, far) in (ends, ends[::-1]):
            if interface is not None and own in hierarchy.level and hierarchy.level.get(other) == hierarchy.level[own] - 1:
                found[own, interface] = f"{own}:{interface}"
                if far is not None:
                    found[other, far] = f"{own}:{interface}"
    return found
