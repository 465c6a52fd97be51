"""Events whose time is far from that of all others: one line of a clock that was not set stretches a log of a week to decades.

The times of a log, in order, are cut where more than a day is without an event. What stands between two cuts is a *stretch*.
A stretch is *small* if it lasts a day at most and holds at most one in twenty of all events. Its events are strays, by file, if

- their time is before 2000, and most events are later; or
- they stand **between lines that agree**: in a file whose lines are in order of time, the next line before and the next one after
  that are of no small stretch are within a day of each other; or
- they are **a handful, far away**: three at most, a week or more from all that is not small, and a hundred other events for each
  (for times half a year and more away, twenty), in a log whose stretches of more than a handful hold nineteen in twenty events.

A file most of whose events are in small stretches is as it is: a log of another month, read beside this one. So is a log that
is all small stretches, of a site where few phones drop. All numbers are assumed.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise
from operator import sub
from typing import NamedTuple

from switchcorr.events.told_time import FAR_S, named_times, set_time
from switchcorr.model.event import EventLog

_YEAR_2000 = 946_684_800.0
"""No call manager that is read here is older."""
_FEW_IN = 20
_HANDFUL = 3
_WEEK_S, _HALF_YEAR_S = 7 * 86_400.0, 182 * 86_400.0
_OTHERS_FOR_EACH = 100
_STEP_BACK_S = 60.0


class WithoutStrays(NamedTuple):
    """A log in which strays have no time, and what is said of them, by file."""

    log: EventLog
    told: Mapping[str, str]


def without_strays(log: EventLog) -> WithoutStrays:
    """Take their time from the strays of a log in order of time; they stand last then, and their details keep the time that they tell."""
    rows = sorted(stray_rows(log))
    if not rows:
        return WithoutStrays(log, {})
    told = {log.pools.sources.get(source): _sentence(log, source, rows) for source in dict.fromkeys(log.source[row] for row in rows)}
    for row in rows:
        set_time(log, row, math.nan)
    strays = set(rows)
    return WithoutStrays(log.select([*(row for row in range(len(log)) if row not in strays), *rows]), told)


def stray_rows(log: EventLog) -> set[int]:
    """The rows of a log in order of time whose time is far from that of all others; see the module."""
    if max(map(sub, islice(log.time, 1, None), log.time), default=0.0) <= FAR_S:
        return set()  # nearly always; a NaN is not less, and is looked at below
    order = [row for row, time in enumerate(log.time) if not math.isnan(time)]
    if not order:
        return set()  # nothing tells its time
    order.sort(key=log.time.__getitem__)
    stretches = _stretches(log, order)
    found = _before_2000(log, order)
    small = [one for one in stretches if len(one) * _FEW_IN <= len(order) and log.time[one[-1]] - log.time[one[0]] <= FAR_S]
    suspect = _of_large_files(log, order, {row for one in small for row in one})
    return found | set(_between_agreeing(log, order, suspect)) | set(_far_away(log, stretches, small, suspect))


def _stretches(log: EventLog, order: Sequence[int]) -> list[Sequence[int]]:
    times = [log.time[row] for row in order]
    cuts = [place for place, (one, other) in enumerate(pairwise(times), start=1) if other - one > FAR_S]
    return [order[start:end] for start, end in pairwise((0, *cuts, len(order)))]


def _before_2000(log: EventLog, order: Sequence[int]) -> set[int]:
    old = order[: bisect_left(order, _YEAR_2000, key=log.time.__getitem__)]
    return set(old) if 2 * len(old) < len(order) else set()


def _of_large_files(log: EventLog, order: Sequence[int], rows: set[int]) -> set[int]:
    """The rows of files most of whose events are not among them."""
    all_, here = Counter(log.source[row] for row in order), Counter(log.source[row] for row in rows)
    return {row for row in rows if 2 * here[log.source[row]] < all_[log.source[row]]}


def _between_agreeing(log: EventLog, order: Sequence[int], suspect: set[int]) -> Iterator[int]:
    """Suspects whose neighbours in their file are within a day of each other."""
    sources = {log.source[row] for row in suspect}
    lines: dict[int, list[int]] = {source: [] for source in sources}
    for row in order:
        if log.source[row] in sources:
            lines[log.source[row]].append(row)
    for rows in lines.values():
        rows.sort(key=log.line.__getitem__)
        steady = [row for row in rows if row not in suspect]
        if _is_in_order([log.time[row] for row in steady]):
            numbers = [log.line[row] for row in steady]
            yield from (row for row in rows if row in suspect and _agree(log, steady, bisect_left(numbers, log.line[row])))


def _agree(log: EventLog, steady: Sequence[int], place: int) -> bool:
    return 0 < place < len(steady) and abs(log.time[steady[place]] - log.time[steady[place - 1]]) <= FAR_S


def _is_in_order(times: Sequence[float]) -> bool:
    """Whether few steps between lines go back, or few go on in a log with its newest line first."""
    back = sum(other - one < -_STEP_BACK_S for one, other in pairwise(times))
    on = sum(other - one > _STEP_BACK_S for one, other in pairwise(times))
    return min(back, on) * _FEW_IN <= len(times)


def _far_away(log: EventLog, stretches: Sequence[Sequence[int]], small: Sequence[Sequence[int]], suspect: set[int]) -> Iterator[int]:
    """Suspects of handfuls that stand far from all that is not small."""
    count, long = sum(map(len, stretches)), sum(len(one) for one in stretches if len(one) > _HANDFUL)
    large = [one for one in stretches if one not in small]
    if not large or long * _FEW_IN < count * (_FEW_IN - 1):
        return
    for one in small:
        gap = min(max(log.time[one[0]] - log.time[other[-1]], log.time[other[0]] - log.time[one[-1]]) for other in large)
        others = _FEW_IN if gap >= _HALF_YEAR_S else _OTHERS_FOR_EACH
        if len(one) <= _HANDFUL and gap >= _WEEK_S and len(one) * others <= count:
            yield from suspect.intersection(one)


def _sentence(log: EventLog, source: int, rows: Sequence[int]) -> str:
    here = [row for row in rows if log.source[row] == source]
    has = "event has a time" if len(here) == 1 else "events have times"
    named = named_times([(log.line[row], log.time[row]) for row in here], len(here))
    return (
        f"{log.pools.sources.get(source)}: {len(here)} {has} far from those of the other lines ({named}); "
        f"{'it is' if len(here) == 1 else 'they are'} left out of the correlation."
    )
