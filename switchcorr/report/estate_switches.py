"""The switches and modules of an estate: those of the campus, and those that only placements or lost phones name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from switchcorr.model.campus import Campus, CampusDevice, Link, ModuleFacts
from switchcorr.model.ports import PortFacts
from switchcorr.report.estate import EstateModule, EstateSwitch, EstateUplink

_USUAL_PANELS = (8, 12, 24, 48)
_DIGITS = re.compile(r"(\d+)")
_NO_PHONES = re.compile(r"SUP|VS-S|NM-", re.IGNORECASE)
_PANEL_IN_MODEL = re.compile(r"(?:^|[^0-9])(8|12|16|24|36|48)(?![0-9])|X\d\d(\d\d)|-(\d\d)[A-Z]")


@dataclass(slots=True)
class Places:
    """Where phones are, as names: what the campus and the lost phones say.

    Attributes:
        modules: of each switch.
        highest: number on the panel of the last phone, by module.
        phones, by_switch: how many phones on each.
        sites: of the phones of each switch.
        above: of the phones of each switch, the device above and the interface that leads there, as a table of locations names them.
    """

    modules: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    highest: dict[str, int] = field(default_factory=dict)
    phones: Counter[str] = field(default_factory=Counter)
    by_switch: Counter[str] = field(default_factory=Counter)
    sites: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    above: dict[str, Counter[tuple[str, str]]] = field(default_factory=lambda: defaultdict(Counter))


def short_interface(name: str) -> str:
    """An interface in its usual abbreviation.

    >>> short_interface("TenGigabitEthernet1/1/1"), short_interface("3/11")
    ('Te1/1/1', '3/11')
    """
    letters = name.rstrip("0123456789/.:")
    return f"{letters[:2]}{name[len(letters) :]}"


def switches_of(
    campus: Campus, places: Places, ports: Sequence[PortFacts]
) -> tuple[tuple[EstateSwitch, ...], tuple[EstateModule, ...], dict[int, tuple[PortFacts, ...]]]:
    """All switches and modules, in the order of the map, and the ports by module."""
    devices = {device.name: device for device in campus.devices}
    for name in sorted(places.modules.keys() - devices.keys()):
        devices[name] = CampusDevice(name, read=False)
    ways = _ways_up(campus.links, devices)
    for name, way in _told_ways(places, ways, devices).items():
        ways[name] = [way]
        devices.setdefault(way.above, CampusDevice(way.above, read=False))
    above = {name: sorted({way.above for way in found}) for name, found in ways.items()}
    order = sorted(devices, key=lambda name: (natural(_site(places, name)), _level_key(devices[name]), above.get(name, []), natural(name)))
    index = {name: number for number, name in enumerate(order)}
    by_module: dict[str, list[PortFacts]] = defaultdict(list)
    for port in ports:
        by_module[port.module].append(port)
        if port.device in devices:
            places.modules[port.device].add(port.module)
    modules: list[EstateModule] = []
    switches: list[EstateSwitch] = []
    for number, name in enumerate(order):
        own = _modules(devices[name], number, places, by_module)
        indices = tuple(range(len(modules), len(modules) + len(own)))
        modules += own
        uplinks = (EstateUplink(way.interface, way.bundle, index[way.above], way.far_interface, way.active) for way in ways.get(name, ()))
        switches.append(_switch(devices[name], places, indices, tuple(sorted(uplinks, key=_panel_order))))
    known = {module.id: number for number, module in enumerate(modules)}
    return tuple(switches), tuple(modules), {known[name]: tuple(found) for name, found in by_module.items() if name in known}


@dataclass(frozen=True, slots=True)
class _Way:
    """A link upwards, as names."""

    above: str
    interface: str
    bundle: str
    far_interface: str
    active: bool


def _panel_order(uplink: EstateUplink) -> tuple[tuple[tuple[int, int | str], ...], int]:
    return natural(uplink.interface), uplink.above


def natural(text: str) -> tuple[tuple[int, int | str], ...]:
    """A key that sorts ``acc-2`` before ``acc-10``."""
    return tuple((0, int(part)) if part.isdecimal() and part.isascii() else (1, part) for part in _DIGITS.split(text) if part)


def _level_key(device: CampusDevice) -> int:
    return 1 if device.level is None else -1 if device.level == 0 else 0


def _site(places: Places, name: str) -> str:
    sites = places.sites.get(name)
    return min(sites, key=lambda site: (-sites[site], site)) if sites else ""


def _switch(device: CampusDevice, places: Places, modules: tuple[int, ...], uplinks: tuple[EstateUplink, ...]) -> EstateSwitch:
    return EstateSwitch(
        name=device.name,
        model=device.model,
        platform=device.platform,
        address=device.addresses[0] if device.addresses else "",
        software=device.software,
        level=device.level,
        read=device.read,
        taken_at=device.taken_at,
        site=_site(places, device.name),
        modules=modules,
        above=tuple(sorted({uplink.above for uplink in uplinks})),
        uplinks=uplinks,
        phones=places.by_switch[device.name],
    )


def _modules(device: CampusDevice, switch: int, places: Places, ports: Mapping[str, Sequence[PortFacts]]) -> list[EstateModule]:
    known = {module.id: module for module in device.modules}
    named = set(known) | places.modules.get(device.name, set())
    if device.name in named and len(named) > 1 and not places.phones[device.name]:
        named.discard(device.name)
    if not named:
        named = {device.name}
    return [_module(known.get(id_, ModuleFacts(id_)), device, switch, places, ports.get(id_, ())) for id_ in sorted(named, key=natural)]


def _module(facts: ModuleFacts, device: CampusDevice, switch: int, places: Places, ports: Sequence[PortFacts]) -> EstateModule:
    label = facts.id.removeprefix(device.name).lstrip("/:") if facts.id != device.name else ""
    model = facts.model or (device.model if not label else "")
    phones, highest = places.phones[facts.id], places.highest.get(facts.id, 0)
    panel = max((port.position for port in ports), default=0)
    return EstateModule(
        id=facts.id,
        label=label,
        switch=switch,
        model=model,
        serial=facts.serial,
        status=facts.status,
        places=_panel(max(facts.ports or 0, highest, panel), model) if phones or not _NO_PHONES.search(model) else 0,
        phones=phones,
    )


def _panel(ports: int, model: str) -> int:
    """Ports on a panel: as told, else the next usual size."""
    if ports in _USUAL_PANELS:
        return ports
    told = _PANEL_IN_MODEL.search(model)
    size = int(next(filter(None, told.groups()))) if told else 0
    if size >= ports:
        return size
    return next((usual for usual in _USUAL_PANELS if usual >= ports), ports) if ports else 0


def _ways_up(links: Iterable[Link], devices: Mapping[str, CampusDevice]) -> dict[str, list[_Way]]:
    """The links of each switch to those one level up, by name."""
    found: dict[str, list[_Way]] = defaultdict(list)
    for link in links:
        low = _Way(link.b, link.a_interface or "", link.bundle_a or "", link.b_interface or "", link.active)
        high = _Way(link.a, link.b_interface or "", link.bundle_b or "", link.a_interface or "", link.active)
        for own, way in ((link.a, low), (link.b, high)):
            if _is_above(devices.get(way.above), devices.get(own)):
                found[own].append(way)
    return found


def _told_ways(places: Places, ways: Mapping[str, Sequence[_Way]], devices: Mapping[str, CampusDevice]) -> dict[str, _Way]:
    """The way up of each switch that no link tells and that was not read, as the table of locations has it for most of its phones."""
    found = {}
    for name, told in places.above.items():
        if name not in ways and not devices[name].read:
            above, interface = min(told, key=lambda way: (-told[way], way))
            found[name] = _Way(above, interface, "", "", active=True)
    return found


def _is_above(other: CampusDevice | None, own: CampusDevice | None) -> bool:
    return other is not None and own is not None and other.level is not None and own.level is not None and other.level == own.level - 1
