"""How the devices of a site are dealt out, so that its limits hold over all workers; pure.

A sweep is cut into *slices*. Each has a *lane*, of which only one slice runs at a time over all workers (the lock of its job). The lanes
share the site's limits among them, so together they never exceed these. Devices at one address are in one slice: a slice never opens two
sessions to an address, and no other slice has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LANES = 4
"""Most slices of a site that run at the same time: so many workers of a site are busy."""
SLICE = 20
"""Devices in a slice: what has to be done again at most when a worker dies, and few jobs (a hundred for 2,000 devices)."""
SPARES = 2
"""Further devices of each login in the first slice, should its first one not answer."""


@dataclass(frozen=True, slots=True)
class Member:
    """A device as far as dealing it out goes.

    Attributes:
        address: what a second session would go to as well.
        login: equal for devices with the same references to user and password; nothing secret.
    """

    name: str
    address: str
    login: str


@dataclass(frozen=True, slots=True)
class Share:
    """What one lane may do.

    Attributes:
        concurrency: visits at the same time.
        jumps: of them through one jump host.
        logins_a_second: logins begun.
    """

    lane: int
    concurrency: int
    jumps: int
    logins_a_second: int


def shares_of(concurrency: int, jumps: int, logins_a_second: int) -> tuple[Share, ...]:
    """The limits of a site, dealt out to as many lanes as they allow.

    >>> [share.concurrency for share in shares_of(10, 10, 100)]
    [3, 3, 2, 2]
    """
    lanes = max(1, min(LANES, concurrency, jumps, logins_a_second))
    return tuple(
        Share(
            lane,
            concurrency // lanes + (lane < concurrency % lanes),
            jumps // lanes + (lane < jumps % lanes),
            logins_a_second // lanes + (lane < logins_a_second % lanes),
        )
        for lane in range(lanes)
    )


def first_slice(members: Iterable[Member]) -> tuple[str, ...]:
    """The devices that are visited before all others: some of every login, so that a wrong password is noticed by them alone."""
    found: dict[str, list[str]] = {}
    for member in sorted(members, key=lambda one: one.name):
        found.setdefault(member.login, []).append(member.name)
    return tuple(sorted(name for names in found.values() for name in names[: 1 + SPARES]))


def slices_of(members: Sequence[Member], *, without: Iterable[str] = ()) -> tuple[tuple[str, ...], ...]:
    """The devices in slices of about ``SLICE``, sorted; those at one address together."""
    gone = frozenset(without)
    together: dict[str, list[str]] = {}
    for member in sorted(members, key=lambda one: one.name):
        if member.name not in gone:
            together.setdefault(member.address, []).append(member.name)
    slices: list[list[str]] = []
    for names in together.values():
        if not slices or len(slices[-1]) + len(names) > SLICE:
            slices.append([])
        slices[-1] += names
    return tuple(map(tuple, slices))
