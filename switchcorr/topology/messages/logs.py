"""The logs of switches, from their own buffers and from elsewhere, to what they tell; and the VLANs that they tell of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from switchcorr.model.campus import Campus, Component, ModuleFacts
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.chassis import chassis_by_names
from switchcorr.topology.clocks.words import Correction
from switchcorr.topology.facts.growth import clock_span
from switchcorr.topology.messages.buffers import read_buffer, served, told_once
from switchcorr.topology.messages.facts import Parts, log_facts
from switchcorr.topology.messages.meaning import Happened, Happening, SwitchMessage, read_message
from switchcorr.topology.messages.phone_links import phone_link_downs


@dataclass(frozen=True, slots=True)
class Logs:
    """What all logs tell.

    Attributes:
        happened: in no order; what a buffer and a server both hold stands here twice.
        reach: how long each device's log reaches.
        corrections: of the devices whose clocks moved the time of something.
    """

    happened: tuple[Happened, ...]
    reach: Mapping[str, timedelta]
    corrections: Mapping[str, Correction] = field(default_factory=dict)


def read_logs(devices: Sequence[DeviceFacts], messages: Sequence[SwitchMessage]) -> Logs:
    """What the buffers of devices and other messages tell; a message whose time cannot be told is left out."""
    buffers = [read_buffer(facts) for facts in devices]
    others, corrected = served(messages, buffers)
    happened = list(told_once(buffers))
    times: dict[str, list[datetime]] = defaultdict(list)
    for buffer in buffers:
        times[buffer.device] += buffer.ends
    for facts in devices:
        happened += [*_last_flaps(facts), *_last_changes(facts)]
    for message in others:
        times[message.device].append(message.time)
        told = read_message(message)
        happened += [told] if told is not None else []
    reach = {device: max(own) - min(own) for device, own in times.items() if own}
    found = {buffer.device: buffer.correction for buffer in buffers if buffer.correction.is_any}
    return Logs(tuple(happened), reach, found | corrected)


def observe_messages(campus: Campus, messages: Sequence[SwitchMessage]) -> Campus:
    """A campus of which there are no captures, with the facts of messages and the links of phones that went down.

    Modules are taken from the interfaces' names and the known components, uplinks from these.

    Args:
        campus: of locations.
        messages: in any order; a device with a domain is the one without it where only that is known.
    """
    components = campus.risk.components
    logs = read_logs((), _named(messages, components))
    told: dict[str, set[InterfaceName]] = defaultdict(set)
    for one in logs.happened:
        told[one.device] |= {one.interface} if one.interface is not None and one.interface.is_physical else set()
    cables = {
        (device, interface): component.id
        for component in components.get("uplink", ())
        for device, _, name in (component.id.rpartition(":"),)
        if (interface := InterfaceName.parse_or_none(name)) is not None
    }
    modules: dict[str, dict[str, ModuleFacts]] = defaultdict(dict)
    for component in components.get("module", ()):
        device, _, key = component.id.rpartition("/")
        modules[device][key] = ModuleFacts(component.id)
    chassis = {device: replace(chassis_by_names(names), modules=modules.get(device, {})) for device, names in told.items()}
    parts = Parts(chassis, cables, logged=logs.reach)
    facts = sorted(log_facts(logs.happened, parts), key=lambda fact: (fact.component, fact.kind.value, fact.text))
    return replace(campus, observations=tuple(facts), link_downs=phone_link_downs(logs.happened, campus.placements))


def _named(messages: Sequence[SwitchMessage], components: Mapping[str, Sequence[Component]]) -> list[SwitchMessage]:
    """Messages under the names that the known switches have."""
    known = {component.id for component in components.get("switch", ())}
    return [replace(one, device=one.device if one.device in known else _short(one.device)) for one in messages]


def _short(device: str) -> str:
    """A name without its domain; an address stays."""
    return device if device.replace(".", "").isdigit() else device.partition(".")[0]


def _last_flaps(facts: DeviceFacts) -> Iterator[Happened]:
    """Links whose last flap is told to the second; a flap of days ago is too coarse to be a time."""
    for row in facts.tables.interfaces:
        span = clock_span(row.last_flapped)
        if span is not None and facts.taken_at is not None:
            text = f"{row.name} last flapped {row.last_flapped} before the capture"
            yield Happened(Happening.LINK_DOWN, facts.device, facts.taken_at - span, "last link flapped", text, row.name, stamped=False)


def _last_changes(facts: DeviceFacts) -> Iterator[Happened]:
    """Instances whose last topology change is told to the second."""
    for row in facts.tables.topology_changes:
        span = clock_span(row.last)
        if span is not None and facts.taken_at is not None and row.count > 0:
            by = f" from {row.interface}" if row.interface is not None else ""
            text = f"the tree of instance {row.instance} changed{by}, change {row.count:,} of {facts.device}"
            yield Happened(
                Happening.TREE, facts.device, facts.taken_at - span, "spanning tree", text, row.interface, int(row.instance), stamped=False
            )


def vlans_of(rows: Mapping[str, Mapping[str, str]]) -> dict[str, dict[int, frozenset[str]]]:
    """Ids of the VLAN components by each switch they are on, or that is above it, and by number."""
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    seen = {(row.get("vlan", ""), row.get(kind, "")) for row in rows.values() for kind in ("switch", "distribution", "block")}
    for vlan, names in seen:
        number = vlan.partition("@")[0]
        for device in filter(None, names.split("+")) if number.isdigit() else ():
            found[device][int(number)].add(vlan)
    return {device: {number: frozenset(ids) for number, ids in own.items()} for device, own in found.items()}
