"""Periods: of each phone by itself, and of a component's bursts.

A timer on the way (a switch that forgets addresses, a NAT entry that ages, a lease) strikes each phone after the same time, each at
its own moment. A schedule (backup, export, power saving) strikes all together at the same time of day. Both are told with a
bounded weight beside the score and not in it: how often faults have a rhythm is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.table import Drops
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.correlate.telling.sentences import how_long
from switchcorr.model.campus import Domain
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.model.moments import DAY_S
from switchcorr.text import counted

_LEAST_DROPS = 4
"""Of one phone, so that three intervals can agree."""
_LEAST_PHONES = 3
_MOST_PHONES = 500
_MOST_LOOKED_AT = 2_000
"""Phones that are asked, and further ones that are looked at for them, for the sake of time."""
_REGULAR_SHARE = 0.7
"""Share of a phone's intervals that must fit: phones drop for other reasons too."""
_SHORTEST_S = 60.0
_IN_STEP = 0.5
"""Length of the mean of the phases as unit vectors from which phones count as in step."""
_LEAST_BURST = 3.0
_BURST_SHARE = 0.5
"""A burst has at least half of the drops of this one."""
_NEAR_S = 900.0
"""Bursts this near to one another's time of day are at the same time of day."""
_P_ON_TIME = 0.8
"""Share of its bursts that a scheduled cause has on time."""
_LEAST_DAYS = 2


@dataclass(frozen=True, slots=True)
class Timer:
    """Phones that drop after the same time again and again.

    Attributes:
        period_s: the common period.
        phones: how many have it, of ``asked`` that dropped often enough to tell.
        in_step: whether they drop at the same moments.
    """

    period_s: float
    phones: int
    asked: int
    in_step: bool


@dataclass(frozen=True, slots=True)
class Schedule:
    """Bursts of a component at the time of day of this one, on so many other days; and those at other times."""

    days: int
    other_times: int


def rhythms(drops: Drops, span: slice, exposure: Exposure, component: int, constants: Constants) -> Iterator[Evidence]:
    """What periods say of a component: an incident's own phones' timers, and its bursts at one time of day."""
    domain = exposure.domain_of(component)
    yield from timers(drops, span, exposure, component, constants)
    plan = schedule_of(drops, span, exposure, component, constants)
    weight = _schedule_odds(plan, constants)
    if plan.days >= _LEAST_DAYS and weight > 0:
        at = datetime.fromtimestamp(float(drops.time[span][0]), UTC)
        others = f"{counted(plan.other_times, 'burst')} at other times" if plan.other_times else "no burst at other times"
        text = (
            f"it dropped at about {at:%H:%M} UTC on {counted(plan.days, 'other day')} too, with {others}: "
            "a schedule (backup, export, power saving)"
        )
        yield Evidence(EvidenceKind.PERIODICITY, text, weight if domain is Domain.CALL_SERVER else 0.0)


def timers(drops: Drops, span: slice, exposure: Exposure, component: int, constants: Constants) -> Iterator[Evidence]:
    """What it says of a component that its phones drop after the same time, each at its own moments; nothing where they do not."""
    found = timer_of(drops, span, exposure, component, constants)
    if found is not None and not found.in_step:
        text = (
            f"{found.phones:,} of {counted(found.asked, 'phone')} of it that drop often do so every {how_long(found.period_s)}, each at its own "
            "moment: a timer on the way (an address or a translation that ages, a lease), not a server that stalls"
        )
        sign = {Domain.CALL_SERVER: -1.0, Domain.ENDPOINT: 0.0}.get(exposure.domain_of(component), 1.0)
        yield Evidence(EvidenceKind.PERIODICITY, text, sign * constants.timer_odds)


def timer_of(drops: Drops, span: slice, exposure: Exposure, component: int, constants: Constants) -> Timer | None:
    """The common period of a component's phones, those of the incident first; None if too few have one.

    Phones that did not drop in the incident count too: the window cuts a part out of the period, and the phones in it look in step.
    """
    rows = np.unique(drops.row[span])
    here = rows[exposure.exposed(exposure.members[rows], component)]
    rest = np.setdiff1d(exposure.phones_of(component), here, assume_unique=True)
    often = _often(drops, np.concatenate([here, rest[:_MOST_LOOKED_AT]]))
    period, first = _periods(often, constants.period_slack), float(drops.time[span][0])
    has = np.flatnonzero(period > 0)
    if len(has) < _LEAST_PHONES:
        return None
    common = float(np.median(period[has]))
    alike = has[np.abs(period[has] - common) <= constants.period_slack * common]
    if len(alike) < _LEAST_PHONES or 2 * len(alike) < often.count:
        return None
    near = often.nearest(first)
    phases = np.exp(2j * np.pi * (near[alike] - near[has[0]]) / common)
    return Timer(common, len(alike), often.count, bool(abs(phases.mean()) > _IN_STEP))


@dataclass(frozen=True, slots=True, eq=False)
class _Often:
    """Times of phones that dropped often, one phone after the other; phone number ``i`` has those from ``start[i]`` to ``start[i + 1]``."""

    time: Floats
    start: Ints

    @property
    def count(self) -> int:
        """How many phones."""
        return len(self.start) - 1

    def nearest(self, moment: float) -> Floats:
        """Of each phone the first drop at a moment or later, else its last."""
        later = np.add.reduceat(self.time < moment, self.start[:-1], dtype=np.int64)
        nearest: Floats = self.time[np.minimum(self.start[:-1] + later, self.start[1:] - 1)]
        return nearest


def _often(drops: Drops, rows: Ints) -> _Often:
    """Those of the first phones that dropped often enough, in the order of ``rows``."""
    places, count = drops.by_row.of_all(rows)
    phone, count = np.repeat(np.arange(len(rows)), count), count.copy()
    count[np.flatnonzero(count >= _LEAST_DROPS)[_MOST_PHONES:]] = 0
    asked = count[phone] >= _LEAST_DROPS
    phone, time = phone[asked], drops.time[places[asked]]
    apart = np.concatenate([[True], (np.diff(phone) > 0) | (np.diff(time) > _SHORTEST_S)])[: len(phone)]
    phone, time = phone[apart], time[apart]
    left = np.bincount(phone, minlength=len(rows))
    enough = left >= _LEAST_DROPS
    return _Often(time[enough[phone]], np.concatenate([[0], np.cumsum(left[enough])]))


def _periods(often: _Often, slack: float) -> Floats:
    """The period of each phone, the median of its intervals; 0 if it has none. A missed turn gives an interval of two periods."""
    size = np.diff(often.start) - 1
    phone = np.repeat(np.arange(often.count), size)
    steps = np.diff(often.time)
    steps = np.delete(steps, often.start[1:-1] - 1)
    ordered = steps[np.lexsort((steps, phone))]
    first = often.start[:-1] - np.arange(often.count)
    median = (ordered[first + (size - 1) // 2] + ordered[first + size // 2]) / 2
    period = median[phone]
    turns = np.maximum(np.round(steps / period), 1)
    fits = np.bincount(phone, np.abs(steps - turns * period) <= slack * period, minlength=often.count)
    periods: Floats = np.where(fits / np.maximum(size, 1) >= _REGULAR_SHARE, median, 0.0)
    return periods


def schedule_of(drops: Drops, span: slice, exposure: Exposure, component: int, constants: Constants) -> Schedule:
    """On how many other days the component's phones dropped together at the time of day of this incident."""
    start = float(drops.time[span][0])
    mine = drops.by_row.of_all(exposure.phones_of(component))[0]
    slot = np.floor((drops.time[mine] - start) / constants.window_s).astype(np.int64)
    slots, counts = np.unique(slot, return_counts=True)
    usual = len(slot) / max(float(np.ptp(slot)), 1.0)
    rows = np.unique(drops.row[span])
    here = float(exposure.exposed(exposure.members[rows], component).sum())
    bursts = slots[counts >= usual + max(_LEAST_BURST, _BURST_SHARE * (here - usual))]
    moments = bursts[np.diff(bursts, prepend=-(2**40)) > 1] * constants.window_s  # neighbouring windows are one burst
    moments = moments[np.abs(moments) > constants.join_s + constants.window_s]
    days = np.round(moments / DAY_S)
    near = (np.abs(moments - days * DAY_S) <= _NEAR_S) & (days != 0)
    return Schedule(len(np.unique(days[near])), int((~near).sum()))


def _schedule_odds(plan: Schedule, constants: Constants) -> float:
    """Log likelihood ratio of bursts on time under a schedule against any time of the day, bounded."""
    chance = 2 * _NEAR_S / DAY_S
    odds = plan.days * np.log(_P_ON_TIME / chance) + plan.other_times * np.log((1 - _P_ON_TIME) / (1 - chance))
    return float(min(odds, constants.schedule_odds))
