"""When the lines of a collector's segment came, and events whose own time is far from that.

A segment begins each line with the time of its arrival in UTC and the address that it came from, in the order in which lines
came (``switchcorr listen``, and what ``listen --print-rsyslog`` and its kin set up)::

    2026-11-20T09:41:11.476Z 192.0.2.12 <189>acc-12 123: Jan  1 1970 00:00:31.123 UTC: %LINK-3-UPDOWN: ...

Within a day of its arrival a line's own time counts. Farther off, or where it tells a date that does not exist, the time of the
event is that of its arrival, and its own one stays in its detail.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime

from switchcorr.events.told_time import FAR_S, set_time
from switchcorr.model.event import EventLog

_ARRIVED = re.compile(rb"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|\+00:00)) [0-9A-Fa-f.:]{2,45} ")


def arrival(line: bytes) -> float:
    """Seconds since 1970 at which a line of a segment came; NaN for any other line.

    >>> arrival(b"1970-01-02T00:00:00.500Z 192.0.2.12 <189>acc-12 123: text")
    86400.5
    """
    found = _ARRIVED.match(line)
    try:
        return datetime.fromisoformat(found[1].decode()).timestamp() if found else math.nan
    except ValueError:  # the 30th of February
        return math.nan


def take_arrivals(log: EventLog, block: bytes, *, first: int) -> Mapping[int, float]:
    """Give events of a block that are far from their arrival the time of it.

    Args:
        log: the events of the block, which may begin in one before it; changed in place.
        first: number of the block's first line.

    Returns:
        The own times of these events by their line, NaN for a date that does not exist.
    """
    if not len(log) or math.isnan(begin := arrival(block[: block.find(b"\n")])):
        return {}
    lines = block.removesuffix(b"\n").split(b"\n") if _is_one_far(log, begin, block) else []
    own = {}
    for row, (line, time) in enumerate(zip(log.line, log.time, strict=True)) if lines else ():
        came = arrival(lines[line - first]) if 0 <= line - first < len(lines) else math.nan
        if not (math.isnan(came) or abs(time - came) <= FAR_S):
            own[line] = time
            set_time(log, row, came)
    return own


def _is_one_far(log: EventLog, begin: float, block: bytes) -> bool:
    """Whether an event may be far from its arrival: lines are in its order, so the first and the last of a block tell for all."""
    end = arrival(block[block.rfind(b"\n", 0, -1) + 1 :])
    near = not math.isnan(sum(log.time)) and max(log.time) - begin <= FAR_S and end - min(log.time) <= FAR_S
    return not near
