"""Interfaces behind which other switches are, as the addresses of phones tell it where no neighbor and no address of a switch does.

Without CDP and LLDP a phone stands in the MAC table of every switch that its traffic floods or crosses. Where two phones of one interface are
learned at two interfaces of another switch, these are their own and the one that has both leads there; so is the other's way back told by the
phones of this one. An interface that has both because an unmanaged switch is behind it is seen from others on ways that are closed themselves,
and stays an edge.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Set

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.neighbors import phone_of
from switchcorr.topology.graph.ports import NO_PORTS, Ports

_End = tuple[str, InterfaceName]


def crossings(
    devices: Mapping[str, DeviceFacts], ports: Mapping[str, Ports], closed: Mapping[str, Set[InterfaceName]], macs: Set[MacAddress]
) -> dict[str, frozenset[InterfaceName]]:
    """Further interfaces of each device behind which another switch is, bundles with their members.

    Args:
        devices: newest facts by name.
        ports: bundles of each device.
        closed: interfaces that are known to lead to other switches.
        macs: of the phones of the log; those that have a record of their own anywhere are placed by it and tell nothing here.
    """
    left = _without_record(devices, macs)
    if not left:
        return {}
    at: dict[MacAddress, set[_End]] = defaultdict(set)
    for name, facts in devices.items():
        bundles = ports.get(name, NO_PORTS).bundle
        for row in facts.tables.mac:
            if row.mac in left and row.interface not in closed.get(name, frozenset()):
                at[row.mac].add((name, bundles.get(row.interface, row.interface)))
    learned: dict[_End, set[MacAddress]] = defaultdict(set)
    for mac, ends in at.items():
        for end in ends if len(ends) > 1 else ():
            learned[end].add(mac)
    maybe = {end for end, own in learned.items() if _leads_on(end, own, at, frozenset())}
    found: dict[str, set[InterfaceName]] = defaultdict(set)
    for name, interface in maybe:
        if _leads_on((name, interface), learned[name, interface], at, maybe):
            members = (member for member, bundle in ports.get(name, NO_PORTS).bundle.items() if bundle == interface)
            found[name] |= {interface, *members}
    return {name: frozenset(interfaces) for name, interfaces in found.items()}


def _without_record(devices: Mapping[str, DeviceFacts], macs: Set[MacAddress]) -> set[MacAddress]:
    if not macs:
        return set()
    recorded = {phone.mac for facts in devices.values() for row in facts.tables.neighbors if (phone := phone_of(row)) is not None}
    return set(macs) - recorded


def _leads_on(end: _End, macs: Set[MacAddress], at: Mapping[MacAddress, Set[_End]], closed: Set[_End]) -> bool:
    """Whether two of some addresses are at two interfaces of one other device that are not closed."""
    seen: dict[str, tuple[InterfaceName, MacAddress]] = {}
    for mac in sorted(macs) if len(macs) > 1 else ():
        for name, interface in sorted(at[mac]):
            if name == end[0] or (name, interface) in closed:
                continue
            known = seen.setdefault(name, (interface, mac))
            if known[0] != interface and known[1] != mac:
                return True
    return False
