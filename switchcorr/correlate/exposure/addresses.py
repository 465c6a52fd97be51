"""What the addresses of a log tell that phones share: one address of several phones at once, which is NAT or a proxy, and parts of the address plan.

A lease goes from one phone to the next, so an address that two phones had is nothing; three that have it within an hour stand behind it.
Subnets are guessed only where nothing else tells where phones are: a voice subnet is seldom smaller than 24 bits, and of larger ones a part is still a
place to begin at. An address, or a subnet, that nearly all phones have tells none from another and is left out.
"""

from __future__ import annotations

import ipaddress
from collections import Counter, deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from switchcorr.model.event import EventKind, EventLog

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LEAST_SHARING = 3
"""Phones that must have an address at once for it to be NAT. Assumed: two are a lease that moved."""
AT_ONCE_S = 3600.0
"""How near in time that is. Assumed: no DHCP server gives one address to three phones within an hour."""
NEARLY_ALL = 0.9
"""Share of the phones with addresses from which a group of them tells nothing. Assumed."""


def last_addresses(log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> Ints:
    """Per row, the number of the address that the log told of a phone last; -1 of others."""
    found = np.full(len(row_of), -1, dtype=np.int64)
    row, ip, _ = _told(log, row_of, is_phone)
    found[row] = ip  # the last of each row stays
    return found


def behind_one_address(log: EventLog, row_of: Mapping[str, int], is_phone: Bools, last: Ints) -> dict[int, str]:
    """The address of each row that shares it with others."""
    count = np.bincount(last[last >= 0], minlength=len(log.pools.ips.texts))
    possible = np.flatnonzero((count >= LEAST_SHARING) & (count < NEARLY_ALL * max(int(count.sum()), 1)))
    if not len(possible):
        return {}
    row, ip, time = _told(log, row_of, is_phone)
    shared = [number for number in possible.tolist() if _at_once(row[ip == number], time[ip == number])]
    return {int(one): log.pools.ips.get(number) for number in shared for one in np.flatnonzero(last == number)}


def guessed_subnets(log: EventLog, last: Ints, shared: Mapping[int, str]) -> dict[int, str]:
    """The network of 24 bits (64 of IPv6) around the address of each row, but for those that share one; empty if nearly all are one network."""
    rows = [row for row in np.flatnonzero(last >= 0).tolist() if row not in shared]
    network = {number: _network(log.pools.ips.get(number)) for number in {int(last[row]) for row in rows}}
    found = {row: network[int(last[row])] for row in rows}
    count = Counter(found.values())
    return {row: one for row, one in found.items() if count[one] < NEARLY_ALL * len(found)}


def _told(log: EventLog, row_of: Mapping[str, int], is_phone: Bools) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """Row, address and time of each event that tells a phone's address, in order of time; those without a time first."""
    name, ip = (np.frombuffer(column, dtype=np.int32) for column in (log.name, log.ip))
    wanted = np.flatnonzero((name >= 0) & (ip >= 0) & (np.frombuffer(log.kind, dtype=np.int8) != EventKind.SERVER_ALERT))
    row = np.array([row_of.get(text, -1) for text in log.pools.names.texts], dtype=np.int64)[name[wanted]]
    time = np.nan_to_num(np.frombuffer(log.time, dtype=np.float64)[wanted], nan=-np.inf)
    of_phone = (row >= 0) & np.concatenate([is_phone, [False]])[row]
    order = np.flatnonzero(of_phone)[np.argsort(time[of_phone], kind="stable")]
    return row[order], ip[wanted][order].astype(np.int64), time[order]


def _at_once(rows: Ints, times: NDArray[np.float64]) -> bool:
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


def _network(address: str) -> str:
    """The network around an address.

    >>> _network("192.0.2.77"), _network("2001:db8::7:1")
    ('192.0.2.0/24', '2001:db8::/64')
    """
    bits = 64 if ":" in address else 24
    return str(ipaddress.ip_network(f"{address}/{bits}", strict=False))
