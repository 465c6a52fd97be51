"""What the addresses of a log tell that phones share: one address of several phones at once, which is NAT or a proxy, and parts of the address plan.

A lease goes from one phone to the next, so an address that two phones had is nothing; three that have it within an hour stand behind it.
Subnets are guessed only where nothing else tells where phones are: a voice subnet is seldom smaller than 24 bits, and of larger ones a part is still a
place to begin at. An address, or a subnet, that nearly all phones have tells none from another and is left out. Nor are subnets guessed from the log of
one incident: those that dropped are the only phones that it names, so of each subnet all have.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from switchcorr.correlate.exposure.apart import NEARLY_ALL, is_told_apart
from switchcorr.correlate.exposure.names import rows_of_names
from switchcorr.model.event import EventKind, EventLog

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_SHARING = 3
"""Phones that must have an address at once for it to be NAT. Assumed: two are a lease that moved."""
AT_ONCE_S = 3600.0
"""How near in time that is. Assumed: no DHCP server gives one address to three phones within an hour."""


@dataclass(frozen=True, slots=True, eq=False)
class Addresses:
    """Which phones of a log are told with which addresses.

    Attributes:
        row, ip, time: of each event that tells a phone's address, in order of time; those without a time (-infinity) first.
        drop: whether it is a drop.
        texts: of the addresses, by their number.
    """

    row: Ints
    ip: Ints
    time: Floats
    drop: Bools
    texts: Sequence[str]


def addresses_of(log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> Addresses:
    """What a log tells of the addresses of some rows that are phones."""
    name, ip = (np.frombuffer(column, dtype=np.int32) for column in (log.name, log.ip))
    kind = np.frombuffer(log.kind, dtype=np.int8)
    wanted = np.flatnonzero((name >= 0) & (ip >= 0) & (kind != EventKind.SERVER_ALERT))
    row = rows_of_names(log, row_of)[name[wanted]]
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=-np.inf)
    of_phone = (row >= 0) & np.concatenate([is_phone, [False]])[row]
    of_phone &= np.array([*map(_is_address, log.pools.ips.texts), False], dtype=bool)[ip[wanted]]
    order = np.flatnonzero(of_phone)[np.argsort(time[of_phone], kind="stable")]
    return Addresses(
        row[order], ip[wanted][order].astype(np.int64), time[order], kind[wanted][order] == EventKind.UNREGISTERED, log.pools.ips.texts
    )


def with_listed(told: Addresses, listed: Mapping[int, str]) -> Addresses:
    """The same with the addresses that a list of phones tells of some rows, all at the same time."""
    known = {row: ip for row, ip in listed.items() if _is_address(ip)}
    if not known:
        return told
    texts = [*told.texts, *known.values()]
    ip = np.arange(len(told.texts), len(texts), dtype=np.int64)
    number = {text: place for place, text in reversed(list(enumerate(texts)))}
    first = np.array([number[text] for text in texts], dtype=np.int64)
    return Addresses(
        np.concatenate([np.array(list(known), dtype=np.int64), told.row]),
        first[np.concatenate([ip, told.ip])],
        np.concatenate([np.zeros(len(known)), told.time]),
        np.concatenate([np.zeros(len(known), dtype=bool), told.drop]),
        texts,
    )


def _is_address(text: str) -> bool:
    """Whether a text is the address of a phone: 0.0.0.0 stands for none."""
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return not (found.is_unspecified or found.is_loopback)


def behind_one_address(told: Addresses, located: Bools) -> dict[int, str]:
    """The address of each row without a known place that shares it with others."""
    own = _most_told(told, told.ip, len(located))
    count = np.bincount(own[own >= 0], minlength=len(told.texts))
    possible = (count >= LEAST_SHARING) & (count < NEARLY_ALL * max(int(count.sum()), 1))
    order = np.argsort(told.ip, kind="stable")
    order = order[possible[told.ip[order]] & np.isfinite(told.time[order])]
    begin = np.flatnonzero(np.diff(told.ip[order], prepend=-1))
    shared = np.zeros(len(told.texts), dtype=bool)
    for place in np.split(order, begin[1:]) if len(order) else ():
        shared[told.ip[place[0]]] = _at_once(told.row[place], told.time[place])
    return {int(row): told.texts[own[row]] for row in np.flatnonzero((own >= 0) & ~located) if shared[own[row]]}


def guessed_subnets(told: Addresses, rows: int, shared: Mapping[int, str]) -> dict[int, str]:
    """The network of 24 bits (64 of IPv6) in which each row mostly is, but for those that share an address; empty if nearly all are in one,
    or most are told of because of one incident.
    """
    if not is_told_apart(told.row, told.time, told.drop):
        return {}
    names = [network_of(text) for text in told.texts]
    number = {name: place for place, name in enumerate(dict.fromkeys(name for name in names if name))}
    network = np.array([number.get(name, -1) for name in names], dtype=np.int64)[told.ip]
    own = _most_told(told, network, rows)
    texts = list(number)
    found = {row: texts[own[row]] for row in np.flatnonzero(own >= 0).tolist() if row not in shared}
    count = Counter(found.values())
    return {row: one for row, one in found.items() if count[one] < NEARLY_ALL * len(found)}


def _most_told(told: Addresses, value: Ints, rows: int) -> Ints:
    """Per row the value that is told of it most often, of equally frequent ones the first; by its drops, else by its other events; -1 of none.

    Where a phone comes back tells where it went, which may be for what made it drop.
    """
    found = np.full(rows, -1, dtype=np.int64)
    for chosen in (~told.drop, told.drop):
        at = np.flatnonzero(chosen & (value >= 0))
        width = int(value[at].max()) + 1 if len(at) else 1
        pair, first, count = np.unique(told.row[at] * width + value[at], return_index=True, return_counts=True)
        order = np.lexsort((-first, count))  # the best of each row is written last
        found[pair[order] // width] = pair[order] % width
    return found


def _at_once(rows: Ints, times: Floats) -> bool:
    """Whether enough phones are told with one address within an hour."""
    near: deque[tuple[int, float]] = deque()
    count: Counter[int] = Counter()
    for row, time in zip(rows.tolist(), times.tolist(), strict=True):
        near.append((row, time))
        count[row] += 1
        while time - near[0][1] > AT_ONCE_S:
            gone = near.popleft()[0]
            count[gone] -= 1
            if not count[gone]:
                del count[gone]
        if len(count) >= LEAST_SHARING:
            return True
    return False


def network_of(address: str) -> str:
    """The network around an address; empty for one of a link, which all links have.

    >>> network_of("192.0.2.77"), network_of("2001:db8::7:1"), network_of("fe80::1")
    ('192.0.2.0/24', '2001:db8::/64', '')
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    return "" if found.is_link_local else str(ipaddress.ip_network(f"{found}/{64 if found.version == 6 else 24}", strict=False))
