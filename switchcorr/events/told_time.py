"""Events whose line tells a time that cannot be: they get another one, or none, and keep what they tell."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from switchcorr.model.event import Assumed, EventDetail, EventLog

FAR_S = 86_400.0
"""From here on a time is suspect: zones that were mistaken explain less. Assumed."""
NAMED = 3
"""How many such times a sentence names."""
TOLD_TIME = "told_time"
"""Name of the time that the line tells, among the values of an event's detail."""


def set_time(log: EventLog, row: int, seconds: float) -> None:
    """Give an event another time, that of its arrival, or NaN for none; the time of its line stays in its detail."""
    told = log.time[row]
    if not math.isnan(told):
        detail = log.details.get(row) or EventDetail(text=log.pools.signals.get(log.signal[row]))
        log.details[row] = replace(detail, values={**detail.values, TOLD_TIME: as_text(told)})
    log.time[row] = seconds
    if not math.isnan(seconds):
        log.assumed[row] |= Assumed.ARRIVAL


def named_times(times: Sequence[tuple[int, float]], count: int) -> str:
    """The first of some times, each with its line: ``line 7: 1970-01-01T00:00:10Z, and 4 more``.

    Args:
        times: line and time of the first ones, at least one.
        count: how many there are.
    """
    named = [f"line {line}: {as_text(seconds)}" for line, seconds in times[:NAMED]]
    return ", ".join([*named, f"and {count - len(named)} more"] if count > len(named) else named)


def as_text(seconds: float) -> str:
    """``1970-01-01T00:00:10Z``; a NaN is a date that does not exist.

    >>> as_text(10.25), as_text(math.nan)
    ('1970-01-01T00:00:10Z', 'a date that does not exist')
    """
    return "a date that does not exist" if math.isnan(seconds) else f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"
