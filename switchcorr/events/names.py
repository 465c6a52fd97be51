"""Names for drops that tell an address only: those of the phones that had these addresses then."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.addresses import PhoneName
from switchcorr.model.event import Assumed, EventKind, EventLog
from switchcorr.model.placement import Placement
from switchcorr.text import counted


@dataclass(frozen=True, slots=True)
class Named:
    """A log in which drops that told an address only have names, and a sentence on what was done."""

    log: EventLog
    sentence: str


def name_by_address(log: EventLog, placements: Iterable[Placement]) -> Named | None:
    """The log with drops that tell an address only under the name of the phone that had it; None if it holds no such drop.

    The log itself decides, by its event of that address nearest in time (leases move); else a placement, if one only has the
    address. A drop whose address nobody is known to have stays without a name.
    """
    kinds = (EventKind.UNREGISTERED, EventKind.TRANSIENT)
    rows = [i for i in range(len(log)) if log.name[i] < 0 <= log.ip[i] and log.kind[i] in kinds]
    if not rows:
        return None
    placed = _placed_addresses(placements)
    told = _told_addresses(log, {log.ip[i] for i in rows})
    named = log.select(list(range(len(log))))
    count = 0
    for i in rows:
        name = _nearest(told.get(log.ip[i], ()), log.time[i]) or placed.get(log.pools.ips.get(log.ip[i]), "")
        if name:
            count += 1
            named.name[i] = log.pools.names.put(name)
            named.assumed[i] |= Assumed.NAME
    sentence = f"{counted(len(rows), 'drop')} {'tells' if len(rows) == 1 else 'tell'} an address but no device; {count} of them {'is' if count == 1 else 'are'} taken for those of the phone that had the address."
    return Named(named, sentence)


def _told_addresses(log: EventLog, wanted: set[int]) -> Mapping[int, list[tuple[float, str]]]:
    """When the log names which phone with an address, by the address's number."""
    told: dict[int, list[tuple[float, str]]] = defaultdict(list)
    for time, name, ip in zip(log.time, log.name, log.ip, strict=True):
        if name >= 0 and ip in wanted and PhoneName.parse_or_none(text := log.pools.names.get(name)):
            told[ip].append((time, text))
    return told


def _nearest(told: Sequence[tuple[float, str]], time: float) -> str:
    """The name nearest in time; empty if times do not tell and there are several."""
    names = {name for _, name in told}
    if len(names) == 1:
        return names.pop()
    timed = [(abs(at - time), name) for at, name in told if not math.isnan(at - time)]
    return min(timed)[1] if timed else ""


def _placed_addresses(placements: Iterable[Placement]) -> Mapping[str, str]:
    """Addresses that one phone only has."""
    found: dict[str, set[str]] = defaultdict(set)
    for placement in placements:
        if placement.ip:
            found[placement.ip].add(str(placement.phone))
    return {ip: names.pop() for ip, names in found.items() if len(names) == 1}
