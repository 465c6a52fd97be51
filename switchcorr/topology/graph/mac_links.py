"""Links from MAC tables, for ports that no neighbor explains.

A port *sees* a device if one of the device's own addresses is learned there. In a tree the direct neighbor of a port is the one
seen device that is not behind another one: ``M`` hides ``N`` from ``D`` if ``M`` sees ``D`` and ``N`` on different ports, or if both ``D`` and ``N`` see
``M`` towards each other, unless ``M`` has both of them on one port. Entries age, so what follows from the tables of others is added first, and
``D`` need not see ``M``. A device that does not see back counts where none does. Switches that were not read stay invisible; three or more
devices that see each other directly on one port each hang from something that nobody named; it becomes one device.
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

_NOWHERE = InterfaceName("")
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
    if all((name, port) in taken for name, view in views.items() for port in view.seen):
        return
    names, table = list(views), _completed(list(views.values()))
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
    watchers = _watchers(views)
    direct = {
        (own, port): _direct(own, seen, watchers[own] & ~view.everyone, views, dataless)
        for own, view in enumerate(views)
        for port, seen in sorted(view.seen.items(), key=lambda item: item[0].sort_key)
        if (names[own], port) not in taken
    }
    crowds: dict[int, list[tuple[int, InterfaceName]]] = defaultdict(list)
    for (own, port), others in direct.items():
        sure = sum(1 << other for other in _numbers(others) if _confirms(own, other, views, direct))
        found = sure or sum(1 << other for other in _numbers(others) if own not in views[other].port)
        if found:
            crowds[found | 1 << own].append((own, port))
    return crowds


def _completed(views: list[MacView]) -> list[MacView]:
    """The views with what has aged out of them but follows from those of others.

    What ``M`` has on another port than ``D`` is behind ``M``, so ``D`` has it where it has ``M``; and ``M`` itself is where ``D`` has what is
    behind it. Once is enough: twice found nothing more in trees that had lost up to a third of their entries.
    """
    watchers = _watchers(views)
    return [_told_by_others(own, views, watchers[own]) for own in range(len(views))]


def _told_by_others(own: int, views: list[MacView], watchers: int) -> MacView:
    view = views[own]
    found: dict[InterfaceName, int] = defaultdict(int)
    for other in _numbers(watchers) if len(view.port) < len(views) - 1 else ():
        behind = views[other].everyone & ~views[other].seen[views[other].port[own]]
        port = view.port.get(other) or next((name for name, seen in view.seen.items() if seen & behind), None)
        if port is not None:
            found[port] |= (behind | 1 << other) & ~(view.everyone | 1 << own)
    once = twice = 0
    for seen in found.values():
        twice |= once & seen
        once |= seen
    if not once & ~twice:
        return view
    seen_at = {name: view.seen.get(name, 0) | found.get(name, 0) & ~twice for name in view.seen}
    port_of = dict(view.port) | {other: name for name, seen in found.items() for other in _numbers(seen & ~twice)}
    return MacView(port_of, seen_at, view.everyone | once & ~twice, view.has_table)


def _watchers(views: list[MacView]) -> list[int]:
    """By device, which others see it."""
    found = [0] * len(views)
    for number, view in enumerate(views):
        for other in view.port:
            found[other] |= 1 << number
    return found


def _direct(own: int, seen: int, unseen: int, views: list[MacView], dataless: int) -> int:
    """Those of the devices seen on a port that no other one hides, be it seen there or one that sees this device and is not seen."""
    hidden = 0
    for other in _numbers(seen | unseen):
        view = views[other]
        back = view.port.get(own)
        if back is None:
            continue
        hidden |= view.everyone & ~view.seen[back]
        if view.seen[back] & seen & dataless:
            hidden |= 1 << other
    return _apart(own, seen & ~hidden, views)


def _apart(own: int, candidates: int, views: list[MacView]) -> int:
    """Without those that have another candidate on the way here, unless that one has both of them on one port: then all hang together."""
    towards = {other: views[other].seen.get(views[other].port.get(own, _NOWHERE), 0) & candidates for other in _numbers(candidates)}
    largest = sorted(towards, key=lambda other: -views[other].everyone.bit_count())
    hidden = 0
    for other, on_the_way in towards.items():
        if any(on_the_way >> middle & 1 and not towards[middle] >> other & 1 for middle in largest):
            hidden |= 1 << other
    return candidates & ~hidden


def _confirms(own: int, other: int, views: list[MacView], direct: Mapping[tuple[int, InterfaceName], int]) -> bool:
    """Whether the other end sees this device directly too, on a port without another neighbor."""
    back = views[other].port.get(own)
    return back is not None and bool(direct.get((other, back), 0) >> own & 1)


def _numbers(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest
