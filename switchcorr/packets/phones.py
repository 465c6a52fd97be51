"""Which connections are of one phone, and what the phone is called."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.addresses import MacAddress
from switchcorr.model.keepalive import CaptureSide
from switchcorr.packets.connections import Connection
from switchcorr.packets.describing import address, hops
from switchcorr.packets.tracking import Tracker


@dataclass(frozen=True, slots=True)
class PhoneGroup:
    """The connections of a phone, in the order in which they began.

    Attributes:
        name: what it calls itself, else its MAC, else its address.
        mac: of its frames, if the capture is on its own segment; else empty.
        said_name: what it calls itself; empty if it does not.
        is_alone: whether nothing shows that other phones are behind its address.
    """

    name: str
    mac: str
    connections: tuple[Connection, ...]
    said_name: str = ""
    is_alone: bool = True


def side_of(tracker: Tracker) -> CaptureSide:
    """Where a capture was taken: near those whose packets have passed fewer routers; unknown if it is even."""
    votes = 0
    for connection in tracker.connections:
        phone, server = hops(connection.phone.ttl), hops(connection.server.ttl)
        if phone is not None and server is not None:
            votes += (phone < server) - (server < phone)
    if votes == 0:
        return CaptureSide.UNKNOWN
    return CaptureSide.PHONE if votes > 0 else CaptureSide.SERVER


def phones_of(tracker: Tracker) -> list[PhoneGroup]:
    """The phones of a capture, by name.

    A connection that does not say whose it is belongs to the phone that says so in another one from the same address. Behind an address with
    several names (NAT) it stays by itself.
    """
    names: dict[bytes, set[str]] = defaultdict(set)
    for connection in tracker.connections:
        if connection.talk.name:
            names[connection.key[0]].add(connection.talk.name)
    grouped: dict[str, list[Connection]] = defaultdict(list)
    macs: dict[str, str] = {}
    for connection in tracker.connections:
        mac = _own_mac(connection, tracker.addresses_of_mac)
        name = _name_of(connection, names[connection.key[0]], mac)
        grouped[name].append(connection)
        macs[name] = macs.get(name) or mac
    return [_group(name, macs[name], grouped[name], names) for name in sorted(grouped)]


def _group(name: str, mac: str, connections: Sequence[Connection], names: Mapping[bytes, set[str]]) -> PhoneGroup:
    """A phone and its connections.

    Args:
        names: what the phones behind each address call themselves.
    """
    ordered = tuple(sorted(connections, key=lambda one: one.first_ns))
    said = next((one.talk.name for one in ordered if one.talk.name), "")
    is_alone = all(len(names.get(one.key[0], ())) < 2 for one in ordered)
    return PhoneGroup(name, mac, ordered, said, is_alone)


def _name_of(connection: Connection, names: set[str], mac: str) -> str:
    if connection.talk.name:
        return connection.talk.name
    if len(names) == 1:
        return next(iter(names))
    raw, port = connection.key[:2]
    return f"{address(raw)} port {port}" if names else mac or address(raw)


def _own_mac(connection: Connection, addresses_of_mac: Mapping[bytes, set[bytes]]) -> str:
    """The phone's MAC: that of its frames if they have passed no router and no other phone's address stands behind it."""
    mac = connection.phone.mac
    if len(mac) != 6 or hops(connection.phone.ttl) != 0 or len(addresses_of_mac.get(mac, ())) != 1:
        return ""
    return MacAddress.parse(mac.hex()).colons
