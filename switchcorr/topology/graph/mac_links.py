"""Links from MAC tables, for ports that no neighbor explains.

A port *sees* a device if one of the device's own addresses is learned there. In a tree the direct neighbor of a port is the one
seen device that is not behind another one: ``M`` hides ``N`` from ``D`` if ``M`` sees ``D`` and ``N`` on different ports, or, where ``M`` has no
MAC table, if both ``D`` and ``N`` see ``M`` on the port on which they see each other. Switches that were not read stay invisible; three or
more devices that see each other directly on one port each hang from something that nobody named: it becomes one device.
Sets of devices are bit masks, so that a reduction costs a few operations a port.
Source: phased reduction of bridge tables as in NAV's topology analyser ("cam-return", "cam-dataless"), extended by the hiding rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.names import macs_of
from switchcorr.topology.graph.ports import NO_PORTS, Ports

End = tuple[str, InterfaceName | None]


@dataclass(frozen=True, slots=True)
class MacView:
    """What one device's MAC table shows of the others, which are numbered in order of their names.

    Attributes:
        port: on which port each other device is seen; one seen on several ports is missing.
        seen: others by port, as a mask.
        everyone: all others seen, as a mask.
        has_table: whether there is a MAC table at all.
    """

    port: Mapping[int, InterfaceName]
    seen: Mapping[InterfaceName, int]
    everyone: int
    has_table: bool


def mac_views(devices: Mapping[str, DeviceFacts], ports: Mapping[str, Ports]) -> dict[str, MacView]:
    """The view of each device, in order of their names; an address that two devices claim is nobody's."""
    names = sorted(devices)
    owner: dict[MacAddress, int] = {}
    shared: set[MacAddress] = set()
    for number, name in enumerate(names):
        for mac in _macs_in_use(devices[name], ports.get(name, NO_PORTS)):
            if owner.setdefault(mac, number) != number:
                shared.add(mac)
    for mac in shared:
        del owner[mac]
    return {name: _view(number, devices[name], ports.get(name, NO_PORTS), owner) for number, name in enumerate(names)}


def _macs_in_use(facts: DeviceFacts, ports: Ports) -> Iterator[MacAddress]:
    """Addresses of a device but those of its management ports, which are learned where no phone's traffic goes."""
    rows = facts.tables.interfaces if ports.management else ()
    beside = {row.mac for row in rows if row.name in ports.management} - {row.mac for row in rows if row.name not in ports.management}
    return (mac for mac in macs_of(facts) if mac not in beside)


def _view(number: int, facts: DeviceFacts, ports: Ports, owner: Mapping[MacAddress, int]) -> MacView:
    at: dict[int, set[InterfaceName]] = defaultdict(set)
    for entry in facts.tables.mac:
        other = owner.get(entry.mac)
        if other is not None and other != number:
            at[other].add(ports.bundle.get(entry.interface, entry.interface))
    port = {other: next(iter(found)) for other, found in at.items() if len(found) == 1}
    seen: dict[InterfaceName, int] = defaultdict(int)
    for other, name in port.items():
        seen[name] |= 1 << other
    return MacView(port, dict(seen), sum(1 << other for other in port), bool(facts.tables.mac))


def links_by_mac(
    views: Mapping[str, MacView], taken: Set[tuple[str, InterfaceName]], joined: Set[frozenset[str]]
) -> Iterator[tuple[End, End]]:
    """Pairs of ends, in order of the devices.

    Args:
        views: as ``mac_views`` gives them.
        taken: interfaces whose neighbor is known.
        joined: pairs of devices between which a link is known.
    """
    names, table = list(views), list(views.values())
    done: set[frozenset[End]] = set()
    for crowd, ends in _crowds(names, table, taken).items():
        members = list(_numbers(crowd))
        if len(ends) > 2:
            middle = f"switch between {names[members[0]]} and {len(members) - 1} more"
            yield from (((names[own], port), (middle, None)) for own, port in ends)
            continue
        for own, port in ends:
            for other in members:
                far: End = (names[other], table[other].port.get(own))
                link = frozenset(((names[own], port), far))
                if other != own and frozenset((names[own], names[other])) not in joined and link not in done:
                    done.add(link)
                    yield (names[own], port), far


def _crowds(names: list[str], views: list[MacView], taken: Set[tuple[str, InterfaceName]]) -> dict[int, list[tuple[int, InterfaceName]]]:
    """Ends by the set of devices that hang together there, themselves included."""
    dataless = sum(1 << number for number, view in enumerate(views) if not view.has_table)
    direct = {
        (own, port): _direct(own, seen, views, dataless)
        for own, view in enumerate(views)
        for port, seen in sorted(view.seen.items(), key=lambda item: item[0].sort_key)
        if (names[own], port) not in taken
    }
    crowds: dict[int, list[tuple[int, InterfaceName]]] = defaultdict(list)
    for (own, port), others in direct.items():
        confirmed = sum(1 << other for other in _numbers(others) if _confirms(own, other, views, direct))
        if confirmed:
            crowds[confirmed | 1 << own].append((own, port))
    return crowds


def _direct(own: int, seen: int, views: list[MacView], dataless: int) -> int:
    """Those of the devices seen on a port that no other one hides."""
    hidden = 0
    for other in _numbers(seen):
        view = views[other]
        back = view.port.get(own)
        if back is None:
            continue
        hidden |= view.everyone & ~view.seen[back]
        if view.seen[back] & seen & dataless:
            hidden |= 1 << other
    return seen & ~hidden


def _confirms(own: int, other: int, views: list[MacView], direct: Mapping[tuple[int, InterfaceName], int]) -> bool:
    """Whether the other end sees this device directly too, on a port without another neighbor, or does not see it at all."""
    back = views[other].port.get(own)
    return back is None or bool(direct.get((other, back), 0) >> own & 1)


def _numbers(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
