"""When and at which node each dropped device came back."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from switchcorr.model.event import EventKind, EventLog


@dataclass(frozen=True, slots=True)
class Return:
    """The first registration after a drop.

    Attributes:
        row: of the ``registered`` event in the log.
        node: where it registered; empty if the line does not say.
    """

    row: int
    time: datetime
    node: str


def returns(log: EventLog) -> Mapping[int, Return]:
    """The return of each dropped device, by row of its ``unregistered`` event; rows that are missing never came back in this log.

    A device that unregisters again before it came back has no return for the first time. Events need not be sorted;
    those of unknown time and those without a name take no part. Equal times count as a return.
    """
    pending: dict[int, int] = {}
    found: dict[int, Return] = {}
    kinds, names, times = log.kind, log.name, log.time
    rows = (i for i in range(len(log)) if kinds[i] in (EventKind.UNREGISTERED, EventKind.REGISTERED) and names[i] >= 0)
    known = [i for i in rows if not math.isnan(times[i])]
    for i in sorted(known, key=lambda i: (times[i], kinds[i])):
        if kinds[i] == EventKind.UNREGISTERED:
            pending[names[i]] = i
        elif (dropped := pending.pop(names[i], None)) is not None:
            found[dropped] = Return(i, datetime.fromtimestamp(times[i], UTC), log.pools.nodes.get(log.node[i]))
    return found
