"""Events that packets show and a log, or another capture, tells too: of each one stays, and the servers get the names that the log has for them.

A call server writes that a phone is gone when it misses keepalives, the phone goes elsewhere when it misses the answers, and each clock has
its own time. So the second, the node and the reason need not agree: of one phone, the two that are nearest in time are one event if no more than
``NEAR_S`` is between them. That of the log stays, as it has the reason; its time becomes that of the packet, so that a phone that packets show
to come back does so after it has dropped.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from switchcorr.model.event import Assumed, EventKind, EventLog

NEAR_S = 240.0
"""As long as the window in which one fault's drops come: the spread of keepalives, the offsets of clocks, and some slack."""


@dataclass(frozen=True, slots=True)
class SeenOnce:
    """A log in which nothing that packets show is told twice.

    Attributes:
        dropped: how many rows were left out, by index of their source.
    """

    log: EventLog
    dropped: Mapping[int, int]


def seen_once(log: EventLog) -> SeenOnce:
    """The log, which is in order of time, without what packets show of events that others tell; the very log if there is no such thing."""
    if not any(value & Assumed.NODE for value in set(log.assumed)):
        return SeenOnce(log, {})
    seen: dict[int, list[int]] = defaultdict(list)
    for row, assumed in enumerate(log.assumed):
        if assumed & Assumed.NODE:
            seen[log.source[row]].append(row)
    told = [row for row, assumed in enumerate(log.assumed) if not assumed & Assumed.NODE]
    pairs: dict[int, int] = {}
    for rows in seen.values():
        found = _pairs(log, rows, told)
        pairs |= found
        told += [row for row in rows if row not in found]
    moments = {other: log.time[row] for row, other in pairs.items() if _tells_more(log, row, other)}
    left = [row for row in range(len(log)) if row not in pairs]
    left.sort(key=lambda row: _time_or_last(moments.get(row, log.time[row])))
    kept = log.select(left)
    names = _names_of_nodes(log, pairs)
    for place, row in enumerate(left):
        kept.time[place] = moments.get(row, kept.time[place])
    for row, assumed in enumerate(kept.assumed):
        if assumed & Assumed.NODE:
            kept.node[row] = names.get(kept.node[row], kept.node[row])
    return SeenOnce(kept, Counter(log.source[row] for row in pairs))


def _pairs(log: EventLog, seen: Collection[int], told: Collection[int]) -> dict[int, int]:
    """By row that one capture shows, the row that tells the same; each row once, the nearest first."""
    near = sorted(_candidates(log, seen, told))
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for _, row, other in near:
        if row not in pairs and other not in taken:
            pairs[row] = other
            taken.add(other)
    return pairs


def _candidates(log: EventLog, seen: Collection[int], told: Collection[int]) -> Iterator[tuple[float, int, int]]:
    """Rows that may be one event, and how many seconds are between them."""
    wanted = {key for row in seen for key in _keys(log, row)}
    by_key: dict[tuple[int, str, int], list[tuple[float, int]]] = defaultdict(list)
    for other in told:
        for key in _keys(log, other):
            if key in wanted and not math.isnan(log.time[other]):
                by_key[key].append((log.time[other], other))
    for others in by_key.values():
        others.sort()
    for row in seen:
        time = log.time[row]
        key = next(_keys(log, row))  # by its name, else by its address
        others = by_key.get(key, [])
        first, last = bisect_left(others, (time - NEAR_S, -1)), bisect_right(others, (time + NEAR_S, len(log)))
        yield from ((abs(at - time), row, other) for at, other in others[first:last] if _agree(log, row, other))


def _keys(log: EventLog, row: int) -> Iterator[tuple[int, str, int]]:
    """What rows of one event have in common: their kind and the device, by name and by address."""
    if log.name[row] >= 0:
        yield log.kind[row], "name", log.name[row]
    if log.ip[row] >= 0:
        yield log.kind[row], "ip", log.ip[row]


def _agree(log: EventLog, row: int, other: int) -> bool:
    """Whether two rows may be one: an alarm says the same reason wherever it is seen."""
    return log.kind[row] != EventKind.PHONE_ALARM or log.reason[row] == log.reason[other]


def _tells_more(log: EventLog, row: int, other: int) -> bool:
    """Whether of two rows that are one the other is that of a log, and tells of the moment that a capture shows."""
    return log.kind[row] != EventKind.PHONE_ALARM and not log.assumed[other] & Assumed.NODE


def _time_or_last(time: float) -> float:
    return math.inf if math.isnan(time) else time


def _names_of_nodes(log: EventLog, pairs: Mapping[int, int]) -> Mapping[int, int]:
    """The node that logs mean by the address of a server, by most of the events that both tell."""
    votes: dict[int, Counter[int]] = defaultdict(Counter)
    for row, other in pairs.items():
        if _tells_more(log, row, other) and log.node[other] >= 0:
            votes[log.node[row]][log.node[other]] += 1
    leading = {address: names.most_common(1)[0] for address, names in votes.items()}
    return {address: name for address, (name, count) in leading.items() if 2 * count > votes[address].total()}
