"""From which odds a window is looked at: levels that a wanted number of a site's own quiet windows a day reach.

The loudest windows of quiet days have an exponential tail (Gumbel's domain). It is fitted for each kind of component to the
peaks over a threshold, of which the highest are only counted, not measured: they may be faults. All kinds share one level,
but none may use up more than a share of that number: a kind whose quiet days are wilder than the model thinks (a node
on a Monday) gets a level of its own instead of deafening the others. A short log is shrunk to the default level.
How loud exact scores get by chance has a shorter tail: three drops of one small part can only be so improbable, and a fourth is
rare. There the tail is a generalised Pareto distribution with an end.
Source: peaks over threshold (Pickands 1975); Gumbel tail of scan statistics (Abrams, Kulldorff, Kleinman 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.windows import LEAST_ODDS, Scan
from switchcorr.correlate.exposure.table import Floats, Ints

PEAKS_A_DAY = 10.0
"""Peaks of each kind a day from which its tail is fitted. Assumed: enough to fit, few enough to be tail."""
COUNTED_SHARE = 0.3
"""Share of the peaks, the highest, that are counted and not measured. Assumed: a site with more faults than that is not quiet."""
FIT_WEIGHT = 5.0
"""Peaks that stand behind a tail that falls by e with each unit of log odds, as it does where the model is right. Assumed."""
MOST_SCALE = 3.0
"""A tail that falls slower than this is one of faults, not of quiet days. Assumed."""
SHORT = 0.25
"""Shape of the tail of exact scores, which ends at its scale divided by this. Assumed: a week's log has too few to tell it."""
SHORT_SCALE = 2.0
"""Scale of such a tail before any data: it falls by e with each unit of log odds where it is half way to its end. Assumed."""
_SCALES = np.exp(np.linspace(np.log(0.3), np.log(6.0), 80))
"""Scales of a tail with an end that are tried."""
_LOUDEST = 0.99 * float(_SCALES[-1]) / SHORT
"""What is louder is a fault, and is taken to be as loud."""
LEAST_DAYS = 1 / 24
"""What a shorter log is taken for: it was cut out around what is asked about."""
_HIGHEST = 60.0
_STEPS = 60


@dataclass(frozen=True, slots=True)
class Tail:
    """Of one kind of component: ``per_day * exp(-(odds - from_) / scale)`` quiet windows a day are at least this loud."""

    from_: float
    per_day: float
    scale: float

    def level(self, alarms: float) -> float:
        """The odds that so many windows a day reach."""
        return self.from_ + self.scale * float(np.log(self.per_day / alarms)) if self.per_day > 0 else -np.inf


@dataclass(frozen=True, slots=True)
class Peaks:
    """The loudest quiet windows of a log.

    Attributes:
        from_: odds above which they are.
        per_day: how many a day.
        measured: by how much each is above that, of those that are measured.
        counted: how many are louder than ``most`` and only counted.
        most: bound between them.
    """

    from_: float
    per_day: float
    measured: Floats
    counted: int
    most: float


def learn_levels(scanned: Scan, case: Case, per_day: float) -> Floats:
    """Level of each kind of component: log odds against "nothing shared" that so many quiet windows a day reach.

    Args:
        scanned: the scan of the whole log.
        case: the log and the components.
        per_day: how many.
    """
    exposure, priors, days, constants = case.exposure, case.priors, case.days, case.constants
    odds = scanned.with_priors(priors)
    kind = exposure.kind_of[scanned.component]
    slot = (scanned.start // constants.window_s).astype(np.int64)
    floor = LEAST_ODDS + priors.fault[exposure.first_of[:-1].clip(max=len(priors.fault) - 1)] - priors.nothing
    peaks = [_peaks(odds[kind == j], slot[kind == j]) for j in range(len(exposure.kinds))]
    tails = [fit_tail(own, float(floor[j]), days) for j, own in enumerate(peaks)]
    learned = _shared_out(tails, per_day, constants.kind_share)
    heard = sum(min(len(own), PEAKS_A_DAY * days) for own in peaks)
    rare = max(constants.rare_per_day, constants.false_alarms_per_day)  # a short log does not tell how loud more than these are
    return np.maximum(_shrunk(learned, heard / (heard + constants.level_weight), constants.alarm, rare), constants.least_level)


def learn_caution(odds: Floats, days: float, constants: Constants) -> float:
    """By how much the prior of "nothing shared" is raised, so that quiet windows become incidents no more often than wanted.

    A window that was found by searching is the loudest of hundreds, and what it holds by chance looks like a fault. The site's own
    windows tell how loud chance gets.

    Args:
        odds: of each window that was looked at, exact log odds of anything shared against "nothing shared".
        days: length of the log.
        constants: of the model.
    """
    peaks = -np.sort(-odds[odds > 0])
    days = max(days, LEAST_DAYS)
    per_day = max(constants.false_alarms_per_day, constants.false_alarms_per_log / days)
    learned = short_level(peaks, days, per_day)
    share = len(peaks) / (len(peaks) + constants.caution_weight)
    return max(0.0, float(_shrunk(np.array([learned]), share, constants.caution, per_day)[0]))


def _shrunk(learned: Floats, share: float, default: float, per_day: float) -> Floats:
    """Between what the log tells, by its share of the weight, and the default, which is what one window a day reaches."""
    given = default - float(np.log(per_day))
    levels: Floats = np.full(len(learned), given) if share == 0 else share * learned + (1 - share) * given
    return levels


def fit_tail(odds: Floats, floor: float, days: float) -> Tail:
    """The tail of one kind's peaks above ``floor``, given highest first; below it are windows of which drops at unknown places took the odds."""
    peaks = _over(odds, floor, days)
    total = float(peaks.measured.sum()) + peaks.counted * peaks.most
    return Tail(peaks.from_, peaks.per_day, min((total + FIT_WEIGHT) / (len(peaks.measured) + FIT_WEIGHT), MOST_SCALE))


def short_level(odds: Floats, days: float, alarms: float) -> float:
    """The odds that so many quiet windows a day reach, where their tail has an end; 0 if all of them are fewer.

    Args:
        odds: exact log odds of anything shared, highest first.
        days: length of the log.
        alarms: how many a day.
    """
    peaks = _over(odds, 0.0, days)
    if peaks.per_day <= alarms:
        return 0.0
    measured, most = np.minimum(peaks.measured, _LOUDEST), min(peaks.most, _LOUDEST)
    scale = _SCALES[SHORT * max(float(measured.max(initial=0.0)), most) < _SCALES]
    inside = np.log1p(-SHORT * measured / scale[:, np.newaxis]).sum(axis=1) * (1 / SHORT - 1) - len(measured) * np.log(scale)
    beyond = peaks.counted / SHORT * np.log1p(-SHORT * most / scale)
    before = -FIT_WEIGHT * (np.log(scale) + SHORT_SCALE / scale)
    best = float(scale[int(np.argmax(inside + beyond + before))])
    return peaks.from_ + best / SHORT * float(1.0 - (alarms / peaks.per_day) ** SHORT)


def _over(odds: Floats, floor: float, days: float) -> Peaks:
    """The peaks that tell a tail, of odds given highest first."""
    odds = odds[odds > floor]
    enough = max(1, round(PEAKS_A_DAY * days))
    if len(odds) == 0 or days <= 0:
        return Peaks(floor, 0.0, np.zeros(0), 0, 0.0)
    from_ = float(odds[enough - 1]) if len(odds) >= enough else floor
    excess = odds[:enough] - from_
    counted = int(np.ceil(COUNTED_SHARE * len(excess)))
    most = float(excess[counted]) if counted < len(excess) else 0.0
    return Peaks(from_, len(excess) / days, excess[counted:], counted, most)


def _peaks(odds: Floats, slot: Ints) -> Floats:
    """The loudest of each slot, highest first."""
    order = np.lexsort((-odds, slot))
    first = np.ones(len(order), dtype=bool)
    first[1:] = np.diff(slot[order]) != 0
    peaks: Floats = -np.sort(-odds[order[first]])
    return peaks


def _shared_out(tails: Sequence[Tail], alarms: float, share: float) -> Floats:
    """Level of each kind, so that all together give so many alarms a day and none gives more than its share."""
    own = np.array([tail.level(alarms * share) for tail in tails])

    def expected(level: float) -> float:
        return sum(min(tail.per_day * float(np.exp(-(max(level, tail.from_) - tail.from_) / tail.scale)), alarms * share) for tail in tails)

    low, high = -_HIGHEST, _HIGHEST
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if expected(middle) > alarms else (low, middle)
    levels: Floats = np.maximum(own.clip(max=_HIGHEST), high) if len(tails) else np.zeros(0)
    return levels
