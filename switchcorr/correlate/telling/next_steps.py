"""What to do first about a cause, with the ports, cards, counters and logs of this incident.

switchcorr itself sends no command that changes anything; the words of a command that clears counters are for the person who does.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

import numpy as np

from switchcorr.correlate.drops.reasons import ReasonClass
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, Ints
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.telling.apart import on_any
from switchcorr.correlate.telling.sentences import listed
from switchcorr.model.campus import Campus, Component, ModuleFacts
from switchcorr.model.incident import AffectedPhone
from switchcorr.model.interfaces import ChassisClass
from switchcorr.model.wording import MOST_NAMED, component_name, either
from switchcorr.text import counted

_STEPS = {
    "port": "look at the phone and its cable; change both before anything else",
    "asic": "clear the error counters of its ports, look again after the next drop, and move two phones to a port of another ASIC",
    "module": "clear the counters of its ports, run its diagnostics, and swap the card with {card}; if the drops follow the card, replace it",
    "chassis": "compare its supervisor, power and environment with the other chassis",
    "switch": "look at its uptime, log and CPU at that minute, and at its uplinks",
    "chain": "look at this switch and its uplink first, for the switches below it have no other way; then at the cable to the next one",
    "uplink": "look at errors and flaps at both ends, and swap optic and fibre",
    "uplink_bundle": "look at the members one by one: errors, flaps, and which of them carried traffic",
    "distribution": "look at its log, CPU and spanning-tree changes at that minute",
    "block": "look at what both distribution switches share: their uplinks, spanning tree, first-hop redundancy",
    "core": "look at its log, CPU, routing and spanning-tree changes at that minute, and at the links from it to the call server",
    "vlan": "look for a loop or a storm, the gateway's ARP, and spanning-tree changes of this VLAN",
    "subnet": "look at its gateway, DHCP leases and ARP",
    "power": "look at the supply and its battery; phones that lost power come back with the reason Initialized",
    "site": "look at the WAN edge: NAT and firewall time-outs against the keepalive interval, and losses on the line",
    "node": "look at the node's CPU, disk waits and trace at that minute",
    "cluster": "look at the call manager's CPU, disk waits and scheduled jobs (backup, exports) at that minute",
    "device_pool": "look at what was changed for the pool, and at its call-manager group",
    "model": "look at its firmware and at known defects of the model",
    "firmware": "look at known defects of this firmware, and put two phones back to the one before",
}
_LOADED = "they loaded other firmware: ask who set it (device defaults, the pages of the phones, the TFTP server), and when"
_OF_PHONES = frozenset(("model", "firmware"))
_WHOLE_SWITCH = (
    "clear the counters of its ports, look at its power and temperature{cables}, and move two phones to {card}; "
    "if these stop dropping and the others do not, replace it"
)
"""What to do about a module that is no card: a stack member, or all of a switch."""
_CHRONIC = {
    "port": "look at the phone and its cable; change both before anything else",
    "asic": "clear the error counters of its ports, see a day later which have grown, and move two phones to a port of another ASIC",
    "module": "clear the error counters of its ports, see a day later which have grown, run its diagnostics, and move a few phones to another card or stack member: if they stop dropping, replace it",
    "chassis": "compare its supervisor, power and environment with the other chassis",
    "switch": "look at errors and duplex of its uplinks first, then at its CPU, temperature and power over these days",
    "chain": "look at the errors and duplex of the first link of the chain, for the switches below it have no other way",
    "uplink": "look at errors, duplex and light at both ends over these days, and swap optic and fibre",
    "uplink_bundle": "look at the members one by one: errors, duplex and light at both ends over these days",
    "distribution": "look at queue drops, CPU and spanning-tree changes over these days",
    "block": "look at what both distribution switches share: queue drops, spanning tree, first-hop redundancy",
    "core": "look at queue drops, CPU, routing and spanning-tree changes over these days, and at its links to the call server",
    "vlan": "look at DHCP lease times, ARP time-outs and storms of this VLAN",
    "subnet": "look at DHCP lease times, ARP time-outs and storms of this subnet",
    "power": "look at the supply and its battery; phones that lost power come back with the reason Initialized",
    "site": "look at losses on the line over these days, and at NAT and firewall time-outs against the keepalive interval",
    "node": "look at the node's CPU, disk waits and memory over these days, and how many endpoints it carries",
    "cluster": "look at the call manager's CPU, disk waits and memory over these days",
}
"""Where a step differs for a part that loses phones one by one."""
_GENERIC = "look at what these phones have in common there"
_LOOK = "Look at the error counters and the inline power of the port, and change the patch cable."
_ITSELF = "The phone resets itself: look at its firmware and at the inline power of the port, and change the patch cable."
_SWAP = (
    "Then put the phone on another port: if the drops go with the phone, replace it; if they stay with the port, it is the port or the "
    "cabling behind it."
)
_WHERE = "Find its port first: captures of the switches or a table of locations tell it."
_REFUSED = "Look at its configuration, certificate and firmware at the call server first: it is refused there, and no cable does that."
_CLEAR = {
    "cisco_ios": "clear counters {interface}",
    "cisco_nxos": "clear counters interface {interface}",
}
"""Of one interface: what clears those of the whole device destroys what the other parts have counted. CatOS has no such command in every version."""
_COUNTERS = {
    "cisco_ios": "show interfaces counters errors",
    "cisco_nxos": "show interface counters errors",
    "cisco_catos": "show port counters {slot}",
}
_DIAGNOSTICS = {
    "cisco_ios": "show diagnostic result {part}",
    "cisco_nxos": "show diagnostic result {part}",
    "cisco_catos": "show test {slot}",
}
"""Commands by platform. Source: the vendor's command references of the three systems."""
_HAS_PORTS = frozenset(("asic", "module", "chassis", "switch", "uplink", "uplink_bundle"))
_CAPTURED = frozenset((*_HAS_PORTS, "chain", "distribution", "block", "core", "vlan", "site", "node", "cluster"))
_SERVERS = frozenset(("node", "cluster"))
_WIDE = frozenset(("vlan", "subnet", "block", "core", "power", "site", "chain"))
_LINKS = frozenset(("uplink", "uplink_bundle"))
_BEYOND_UPLINK = frozenset(("distribution", "block", "core", "chain", "vlan", "site", *_SERVERS))
"""A loss here is behind the uplink of the phone's switch: a capture there sees all that the phone's port sees."""
_WITHOUT_CARDS = frozenset((ChassisClass.STACK, ChassisClass.FIXED))
_ELSEWHERE: dict[ChassisClass | None, str] = {ChassisClass.STACK: "another member", ChassisClass.FIXED: "another switch"}
_UNKNOWN_INTERFACE = "<interface>"
_MEMBERS_SHOWN = 4
_TWINS_SHOWN = 2


@dataclass(frozen=True, slots=True)
class StepFacts:
    """What of an incident a step can name.

    Attributes:
        devices: the switch of the component, or of its dropped phones, most drops first.
        phone, port: a dropped phone with a known port, the one that dropped first; empty if there is none.
        uplinks: the ways up that this phone uses.
        interface: that port alone, without its device.
        chassis: how the device of the component is built; None where that is not known.
        sibling: a module of the same switch, of the same type where types are known, none of whose phones dropped but for other causes.
        sibling_phones: of it, those that are on no other cause.
        besides: the other causes, if phones of the sibling are on them.
        minute: of the first drop.
        loaded: whether its phones came back with other firmware.
    """

    devices: tuple[str, ...] = ()
    phone: str = ""
    port: str = ""
    interface: str = ""
    uplinks: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    platform: str = ""
    chassis: ChassisClass | None = None
    sibling: str = ""
    sibling_phones: int = 0
    sibling_model: str = ""
    besides: str = ""
    minute: str = ""
    loaded: bool = False


def next_steps(
    component: Component, facts: StepFacts | None = None, twins: Sequence[Component] = (), less_likely: Sequence[Component] = ()
) -> tuple[str, ...]:
    """What to do about a component and about those that are as likely, a sentence each; more of them where the incident gives them names.

    The first sentence names all that have the same phones: whoever reads that one only is sent to no single one of them by chance.
    """
    found, own = facts or StepFacts(), [twin for twin in twins if twin.kind == component.kind]
    others = [twin for twin in twins if twin not in own]
    name = f"{either([component, *own])}{_beside(others, less_likely)}"
    steps = (f"Or it is {component_name(twin)}: {_step_of(twin, StepFacts(loaded=found.loaded))}" for twin in others[:_TWINS_SHOWN])
    return tuple(f"{text}." for text in (f"{name}: {_step_of(component, found)}", *steps, *_named(component, found)))


def _step_of(component: Component, facts: StepFacts) -> str:
    if facts.loaded and component.kind in _OF_PHONES:
        return _LOADED
    step = _WHOLE_SWITCH if component.kind == "module" and facts.chassis in _WITHOUT_CARDS else _STEPS.get(component.kind, _GENERIC)
    return step.format(card=_card(facts), cables=" and its stack cables" if facts.chassis is ChassisClass.STACK else "")


def _beside(others: Sequence[Component], less_likely: Sequence[Component]) -> str:
    """What else it may be, in brackets behind what comes first."""
    told = [f"or {either(others)}, with the same phones"] if 0 < len(others) <= MOST_NAMED else []
    told += [f"or one of {len(others):,} more with the same phones"] if len(others) > MOST_NAMED else []
    told += [f"less likely {either(less_likely)}"] if less_likely else []
    return f" ({'; '.join(told)})" if told else ""


def chronic_steps(component: Component, twins: Sequence[Component] = ()) -> tuple[str, ...]:
    """What to do first about a part whose phones drop more often than others, each by itself, and about those with the same phones."""
    steps = [
        f"{component_name(one)}: {_CHRONIC.get(one.kind, _STEPS.get(one.kind, _GENERIC))}" for one in (component, *twins[:_TWINS_SHOWN])
    ]
    return tuple(f"{text}." for text in (steps[0], *(f"Or it is {step}" for step in steps[1:])))


def phone_step(reason: ReasonClass, *, placed: bool) -> str:
    """What to do first about one phone that drops again and again by itself.

    Args:
        reason: of most of its drops.
        placed: whether its port is known.
    """
    if reason is ReasonClass.PROTOCOL:
        return _REFUSED
    steps = _ITSELF if reason is ReasonClass.INITIATED else _LOOK, _SWAP
    return " ".join(steps if placed else (_WHERE, *steps))


def step_facts(
    likelihood: Likelihood, campus: Campus, component: int, phones: Sequence[AffectedPhone], rows: Ints, *, others: Sequence[int] = ()
) -> StepFacts:
    """The names that a step about a component can use.

    Args:
        likelihood: of the incident.
        campus: devices, modules and links.
        component: number of the cause.
        phones: the incident's phones in order of time.
        rows: of these phones.
        others: numbers of the causes that failed at once with it.
    """
    exposure = likelihood.exposure
    inside = np.flatnonzero(exposure.exposed(exposure.members[rows], component)).tolist()
    own, rows = [phones[place] for place in inside], rows[inside]
    first, port = _first_port(exposure, rows, own)
    shown = own[first] if port else None
    devices = _devices(exposure, component, rows, own)
    sibling = _sibling(likelihood, campus, component, others)
    device = next((found for found in campus.devices if found.name == (devices[0] if devices else "")), None)
    return StepFacts(
        devices=devices,
        phone=shown.phone if shown else "",
        port=port,
        uplinks=_ways_up(exposure, rows[first : first + 1]) if port else (),
        members=_members(campus, exposure.components[component]),
        interface=port.rpartition(" " if shown and shown.interface else ":")[2],
        platform=device.platform if device else "",
        chassis=device.chassis if device else None,
        sibling=sibling.id if sibling else "",
        sibling_phones=sibling.phones if sibling else 0,
        sibling_model=sibling.model if sibling else "",
        besides=_besides(exposure, sibling, others),
        minute=f"{own[0].time:%Y-%m-%d %H:%M} UTC" if own else "",
    )


def _named(component: Component, facts: StepFacts) -> Iterator[str]:
    if component.kind in _HAS_PORTS and facts.platform in _COUNTERS:
        yield from _commands(component, facts)
    if facts.members:
        yield f"{'Its two ends' if component.kind == 'uplink' else 'Its members'} are {listed(list(facts.members), _MEMBERS_SHOWN)}"
    if (component.kind in _WIDE or component.kind not in _STEPS) and facts.devices:
        yield f"Most of its drops are on {listed(list(facts.devices))}"
    yield from _capture(component, facts)
    if component.kind not in _SERVERS and component.kind in _CAPTURED and facts.devices and facts.minute:
        yield f"Read the log of {facts.devices[0]} around {facts.minute}"
    elif component.kind in _SERVERS and facts.minute:
        yield f"Read its trace and its CPU and disk counters around {facts.minute}"


def _commands(component: Component, facts: StepFacts) -> Iterator[str]:
    """Which counters to clear, those of the part and no others; how to read them; and what its diagnostics say."""
    slot = component.id.rpartition("/")[2]
    read = _COUNTERS[facts.platform].format(slot=slot)
    if facts.platform in _CLEAR:
        whose, interface = _cleared(component, facts)
        yield f"Clear the counters of {whose}: `{_CLEAR[facts.platform].format(interface=interface)}`"
        yield f"After the next drop, read them: `{read}`"
    else:
        yield f"Read the counters now and after the next drop: `{read}`"
    if component.kind == "module" and (part := _diagnosed(slot, facts)):
        yield f"Read what its diagnostics say: `{_DIAGNOSTICS[facts.platform].format(slot=slot, part=part)}`"


def _cleared(component: Component, facts: StepFacts) -> tuple[str, str]:
    """Whose counters to clear, and an interface of them."""
    if component.kind in _LINKS:
        return "this interface only", component.id.partition(":")[2] or _UNKNOWN_INTERFACE
    if component.kind == "switch":
        return "its uplinks only, one by one", facts.uplinks[0].partition(":")[2] if facts.uplinks else _UNKNOWN_INTERFACE
    return "its ports only, one by one", facts.interface or _UNKNOWN_INTERFACE


def _diagnosed(slot: str, facts: StepFacts) -> str:
    """A module in the words of the command that asks for its diagnostics; empty for a fabric extender, which has none of its own."""
    if slot.startswith("fex"):
        return ""
    first, _, second = slot.partition(".")
    if facts.chassis in _WITHOUT_CARDS:
        return f"switch {first}"
    return f"switch {first} module {second}" if second.isdigit() else f"module {slot}"


def _capture(component: Component, facts: StepFacts) -> Iterator[str]:
    """Which two places to capture at: the side on which a keepalive is missing is the sick one."""
    if component.kind not in _CAPTURED or not facts.port:
        return
    yield f"Capture at {facts.port} ({facts.phone}) and at {_behind(component, facts)} at the same time: a keepalive that is seen at one only is lost between them"


def _behind(component: Component, facts: StepFacts) -> str:
    """A place to capture at with the component between it and the phone."""
    if component.kind in _BEYOND_UPLINK:
        return "the server's port"
    if component.kind in _LINKS:
        return facts.members[1] if component.kind == "uplink" and facts.members else f"the other end of {component.id}"
    return listed(list(facts.uplinks), _MEMBERS_SHOWN) if facts.uplinks else "the switch's uplink"


def _card(facts: StepFacts) -> str:
    """Which card to swap with, or which member or switch to move phones to."""
    if not facts.sibling:
        return _ELSEWHERE.get(facts.chassis, "a spare")
    type_ = f"of the same type {facts.sibling_model}, " if facts.sibling_model else ""
    besides = f" that are not on {facts.besides}" if facts.besides else ""
    return f"{facts.sibling} ({type_}none of its {counted(facts.sibling_phones, 'phone')}{besides} dropped)"


def _at(exposure: Exposure, rows: Ints, kind: str) -> Ints:
    """Of each row the component of a kind; -1 where it is not known."""
    return exposure.members[rows, exposure.kinds.index(kind)] if kind in exposure.kinds else np.full(len(rows), -1, dtype=np.int64)


def _first_port(exposure: Exposure, rows: Ints, phones: Sequence[AffectedPhone]) -> tuple[int, str]:
    """The place of the first phone whose port is known, and the port; placements tell it before the exposures do. -1 and no port if there is none."""
    for place, (phone, number) in enumerate(zip(phones, _at(exposure, rows, "port").tolist(), strict=True)):
        if phone.interface:
            return place, f"{phone.device} {phone.interface}".strip()
        if number >= 0:
            return place, exposure.components[number].id
    return -1, ""


def _devices(exposure: Exposure, component: int, rows: Ints, phones: Sequence[AffectedPhone]) -> tuple[str, ...]:
    """Switches of the dropped phones, most drops first; placements tell them where the exposures do not."""
    own, at = exposure.components[component], _at(exposure, rows, "switch")
    numbers, counts = np.unique(at[at >= 0], return_counts=True)
    drops = Counter({exposure.components[number].id: count for number, count in zip(numbers.tolist(), counts.tolist(), strict=True)})
    if not drops:
        drops.update(phone.device for phone in phones if phone.device)
    if own.kind in ("switch", "distribution", "core"):
        drops[own.id] += drops.total() + 1
    return tuple(sorted(drops, key=lambda name: (-drops[name], name)))


def _ways_up(exposure: Exposure, rows: Ints) -> tuple[str, ...]:
    """Uplinks and bundles that some phones use."""
    numbers = np.unique(np.concatenate([_at(exposure, rows, kind) for kind in ("uplink", "uplink_bundle")]))
    return tuple(sorted(exposure.components[number].id for number in numbers[numbers >= 0].tolist()))


def _members(campus: Campus, component: Component) -> tuple[str, ...]:
    """Members of a bundle, or the two ends of an uplink."""
    if component.kind == "uplink_bundle":
        return tuple(sorted(member.component.id for member in campus.risk.hashed if member.bundle == component))
    if component.kind != "uplink":
        return ()
    ends = {
        f"{device}:{interface}": f"{other}:{far}" if far else other
        for link in campus.links
        for device, interface, other, far in (
            (link.a, link.a_interface, link.b, link.b_interface),
            (link.b, link.b_interface, link.a, link.a_interface),
        )
    }
    return (component.id, ends[component.id]) if component.id in ends else ()


def _besides(exposure: Exposure, sibling: ModuleFacts | None, others: Sequence[int]) -> str:
    """The other causes that phones of a sibling are on."""
    if sibling is None:
        return ""
    own = exposure.exposed(exposure.members, exposure.number_of[("module", sibling.id)])
    return " or ".join(
        component_name(exposure.components[other]) for other in others if own[exposure.exposed(exposure.members, other)].any()
    )


def _sibling(likelihood: Likelihood, campus: Campus, component: int, others: Sequence[int]) -> ModuleFacts | None:
    """The module of the same switch with most phones, none of which dropped; of the same type if types are known.

    Phones on the other causes do not count: what their server took says nothing of the card.
    """
    exposure, own = likelihood.exposure, likelihood.exposure.components[component]
    if own.kind != "module":
        return None
    device = own.id.rpartition("/")[0]
    prefix = f"{device}/"
    known = {module.id: module for found in campus.devices for module in found.modules}
    model = known[own.id].model if own.id in known else ""
    column, apart = exposure.members[:, exposure.kind_of[component]], ~on_any(exposure, others)
    dropped = likelihood.covariates.rows
    hit = set(np.unique(column[dropped[apart[dropped]]]).tolist())
    phones = occurrences(column[apart], len(exposure.components))
    siblings, place = [], exposure.range_of(int(exposure.kind_of[component]))
    # a kind's are in order of their ids
    first = bisect_left(exposure.components, prefix, place.start, place.stop, key=lambda other: other.id)
    for number in takewhile(lambda number: exposure.components[number].id.startswith(prefix), range(first, place.stop)):
        name = exposure.components[number].id
        type_ = known[name].model if name in known else ""
        if name.rpartition("/")[0] == device and number not in hit and phones[number] and type_ == model:
            siblings.append(ModuleFacts(name, model=type_, phones=int(phones[number])))
    return max(siblings, key=lambda module: (module.phones, module.id), default=None) if device else None
