"""Events told twice: by a relay and by the server itself, by two services of one server, by an alert that quotes a log line.

Two rows are one event when device (or address), kind, node, second and reason agree; alerts when name, node, second and the
remote side agree; messages of a switch when name, tag, text and second do. Rows of unknown time are never taken for one another.
For what packets show there are other rules, in ``seen``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Mapping
from dataclasses import dataclass

from switchcorr.events.seen import seen_once
from switchcorr.model.addresses import device_key
from switchcorr.model.event import EventDetail, EventKind, EventLog

_OTHERWISE = frozenset((EventKind.SERVER_ALERT, EventKind.PHONE_ALARM, EventKind.SWITCH_MESSAGE))
_WHICH = ("RemoteIPAddress", "LinkID", "RemoteNodeID", "Thread")


@dataclass(frozen=True, slots=True)
class Distinct:
    """Rows of a log in order of time (unknown times last, equal times in reading order), each event once.

    Attributes:
        dropped: how many rows were left out, by index of their source.
    """

    rows: list[int]
    dropped: Mapping[int, int]


def each_once(log: EventLog) -> tuple[EventLog, Mapping[int, int]]:
    """A log in order of time (as ``Distinct``) with each event once, and how many rows were left out, by index of their source."""
    distinct = distinct_rows(log)
    seen = seen_once(log.select(distinct.rows))
    return seen.log, Counter(distinct.dropped) + Counter(seen.dropped)


def distinct_rows(log: EventLog) -> Distinct:
    """Sort a log by time and leave out what is told twice; of two tellings the one with less assumed stays, else the first."""
    times = log.time
    order = [i for i, time in enumerate(times) if not math.isnan(time)]
    order.sort(key=times.__getitem__)
    kept: list[int] = []
    dropped: Counter[int] = Counter()
    second, seen = math.nan, dict[Hashable, int]()
    columns = (times, log.kind, log.name, log.node, log.reason, log.reason_enum, log.ip)
    for i, time, kind, *told in zip(order, *(map(column.__getitem__, order) for column in columns), strict=True):
        if not second <= time < second + 1:
            second, seen = math.floor(time), {}
        key = (kind, *told[:-1], told[-1] if told[0] < 0 else -1) if kind not in _OTHERWISE else _key(log, i)
        place = seen.setdefault(key, len(kept))
        if place == len(kept):
            kept.append(i)
            continue
        worse = i
        if (log.assumed[i], i) < (log.assumed[kept[place]], kept[place]):
            worse, kept[place] = kept[place], i
        dropped[log.source[worse]] += 1
    kept.sort(key=times.__getitem__)
    kept.extend(i for i, time in enumerate(times) if math.isnan(time))
    return Distinct(kept, dropped)


def _key(log: EventLog, i: int) -> Hashable:
    """What the tellings of one alert, or of one phone's alarm, agree in."""
    if log.kind[i] == EventKind.PHONE_ALARM:
        return (EventKind.PHONE_ALARM, log.name[i], log.reason[i])
    if log.kind[i] == EventKind.SWITCH_MESSAGE:
        message = log.details.get(i) or EventDetail()
        return (EventKind.SWITCH_MESSAGE, device_key(message.neighbor_device), message.alert, message.text)
    return _alert_key(log, i)


def _alert_key(log: EventLog, i: int) -> Hashable:
    detail = log.details.get(i) or EventDetail()
    node = device_key(log.pools.nodes.get(log.node[i]))
    return (EventKind.SERVER_ALERT, detail.alert, node, log.ip[i], *(detail.values.get(name, "") for name in _WHICH))
