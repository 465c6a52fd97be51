"""From loud windows to the stretches of time that are to be explained, each with the component that stands out in it.

Windows that touch are one scene. In a scene the strongest component is taken, its drops are put aside, and what is left is
scanned again, so that a second fault in the same minutes is found beside the first and is not mistaken for its echo. A
stretch goes on as long as its component drops more than expected; it begins with the first drop of the excess.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.windows import Scan, Scanner, reach_of, window_around
from switchcorr.correlate.drops.table import Drops, Window
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.hypotheses import Priors

_DEVIATIONS = 2.0
"""Standard deviations of a Poisson count above its mean that make an excess. Assumed."""
_RATE_SHARE = 0.5
"""Share of a stretch's mean rate that separates its drops from the background around them. Assumed."""
_AROUND_S = 3600.0
_MOSTLY = 0.5
_MOMENT = 1e-3


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time in which one component drops more than expected.

    Attributes:
        window: with the slack for clocks at both ends.
        first, last: the drops at its ends.
        component: its number.
    """

    window: Window
    first: float
    last: float
    component: int


def find_stretches(scanned: Scan, scanner: Scanner, priors: Priors, levels: Floats) -> list[Stretch]:
    """All stretches that are over the level of their component's kind, in order of time.

    Args:
        scanned: the scan of the whole log.
        scanner: that made it.
        priors: of the components.
        levels: per kind of component, log odds.
    """
    found: list[Stretch] = []
    for scene in _scenes(_over(scanned, scanner, priors, levels), scanner):
        found += _taken_apart(scene, scanner, priors, levels)
    return sorted(found, key=lambda stretch: (stretch.window.start, stretch.component))


def find_windows(scanned: Scan, scanner: Scanner, priors: Priors, levels: Floats) -> list[Window]:
    """The windows that are to be explained, none overlapping another, in order of time."""
    joined: list[Stretch] = []
    for found in find_stretches(scanned, scanner, priors, levels):
        stretch = found
        while joined and _belong_together(joined[-1], stretch, scanner):
            stretch = _united(joined.pop(), stretch)
        if joined and joined[-1].window.overlaps(stretch.window):
            before, after = _cut(joined[-1], stretch)
            joined[-1:] = [before, after]
        else:
            joined.append(stretch)
    return [stretch.window for stretch in joined if stretch.window.end > stretch.window.start]


def _cut(before: Stretch, after: Stretch) -> tuple[Stretch, Stretch]:
    """Two stretches that overlap, parted so that the drops of the later one stay together."""
    at = max(after.first - _MOMENT, before.window.start)
    return replace(before, window=Window(before.window.start, at)), replace(after, window=Window(at, max(at, after.window.end)))


def _over(scanned: Scan, scanner: Scanner, priors: Priors, levels: Floats) -> Scan:
    """What is over its level and has as many drops as an incident needs."""
    enough = scanned.at_least(scanner.constants.least_endpoints)
    return enough.of(enough.with_priors(priors) > levels[scanner.exposure.kind_of[enough.component]])


def _scenes(over: Scan, scanner: Scanner) -> Iterator[Scan]:
    """Loud windows that touch each other, as one scan."""
    order = np.argsort(over.start, kind="stable")
    apart = np.flatnonzero(np.diff(over.start[order]) > 2 * scanner.constants.window_s) + 1
    for rows in np.split(order, apart) if len(order) else ():
        yield over.of(rows)


def _taken_apart(scene: Scan, scanner: Scanner, priors: Priors, levels: Floats) -> Iterator[Stretch]:
    window, time = scanner.constants.window_s, scanner.drops.time[scanner.fresh]
    low, high = np.searchsorted(time, [scene.start[0] - window, scene.start[-1] + 2 * window])
    left = np.arange(low, high)
    while len(scene.odds):
        odds = scene.with_priors(priors)
        best = int(np.lexsort((scene.component, scene.start, -odds))[0])
        stretch = _grown(float(scene.start[best]), int(scene.component[best]), scanner)
        yield stretch
        mine = _exposed(left, stretch.component, scanner) & (time[left] >= stretch.window.start) & (time[left] < stretch.window.end)
        mine |= time[left] == scene.start[best]  # so that each round takes something away
        left = left[~mine]
        scene = _over(scanner.scan(left), scanner, priors, levels)


def _exposed(fresh: Ints, component: int, scanner: Scanner) -> Bools:
    return scanner.exposure.exposed(scanner.exposure.members[scanner.drops.row[scanner.fresh[fresh]]], component)


def _grown(start: float, component: int, scanner: Scanner) -> Stretch:
    """The stretch around a loud window, extended as long as its component drops more than expected."""
    constants = scanner.constants
    rate = float(scanner.background.of_component[component]) * _shape(start, scanner)
    around, reach = _AROUND_S, reach_of(constants)
    while True:
        times, whole = _times_of(component, start - around, start + reach + around, scanner)
        core = np.searchsorted(times, start), np.searchsorted(times, start + reach, side="right") - 1
        first, last = _extended(times, (int(core[0]), max(int(core[1]), int(core[0]))), rate, constants.join_s)
        inside = times[first] > start - around + constants.join_s and times[last] < start + reach + around - constants.join_s
        if inside or whole:
            break
        around *= 4
    first, last = _densest(times, first, last, rate)
    onset, end = float(times[first]), float(times[last])
    return Stretch(window_around(onset, end, constants.window_s), onset, end, component)


def _times_of(component: int, low: float, high: float, scanner: Scanner) -> tuple[Floats, bool]:
    """When the phones of a component dropped between two moments, and whether the log holds no other drops."""
    exposure, drops = scanner.exposure, scanner.drops
    span = drops.between(low, high)
    path = int(exposure.path[component])
    mine = exposure.members[drops.row[span], int(exposure.kind_of[path])] == path
    return drops.time[span][mine], span.start == 0 and span.stop == len(drops.time)


def _shape(start: float, scanner: Scanner) -> float:
    return float(scanner.background.weighted_seconds(start, start + 1.0))


def _extended(times: Floats, core: tuple[int, int], rate: float, join: float) -> tuple[int, int]:
    """Outwards from the core, while the next ``join`` seconds hold more drops than expected."""
    enough = max(1.0, rate * join + _DEVIATIONS * float(np.sqrt(rate * join)))
    place = np.arange(len(times))
    after = np.searchsorted(times, times + join, side="right") - place - 1
    before = place - np.searchsorted(times, times - join, side="left")
    ends = np.flatnonzero(after[core[1] :] < enough)
    begins = np.flatnonzero(before[: core[0] + 1] < enough)
    return int(begins[-1]), core[1] + int(ends[0])


def _densest(times: Floats, first: int, last: int, rate: float) -> tuple[int, int]:
    """The part from ``first`` to ``last`` that stands out most: drops of the background at its ends are left out.

    Each drop counts the log of a rate ratio, each second costs what that rate would have made expect: the part with the
    largest sum. Source: two-state automaton of bursts (Kleinberg 2002).
    """
    part = times[first : last + 1]
    seconds = float(part[-1] - part[0])
    ratio = _RATE_SHARE * len(part) / max(rate * seconds, 1e-9)
    if ratio <= 1.0 or seconds <= 0:
        return first, last
    cost = (ratio - 1.0) * rate * (part - part[0])
    until = np.log(ratio) * np.arange(1, len(part) + 1) - cost  # sum up to and with each drop
    before = until - np.log(ratio)
    lowest = np.minimum.accumulate(before)
    end = int(np.argmax(until - lowest))
    return first + int(np.argmin(before[: end + 1])), first + end


def _belong_together(one: Stretch, other: Stretch, scanner: Scanner) -> bool:
    """Whether two stretches are one incident: of the same phones and close, or of others and mostly at the same time."""
    gap = other.window.start - one.window.end
    if _same_phones(one.component, other.component, scanner.exposure):
        return gap < scanner.constants.join_s
    shorter = min(one.window.end - one.window.start, other.window.end - other.window.start)
    return -gap >= _MOSTLY * shorter


def _same_phones(one: int, other: int, exposure: Exposure) -> bool:
    if exposure.twin[one] == exposure.twin[other]:
        return True
    small, large = sorted((one, other), key=lambda number: float(exposure.size[number]))
    return float(exposure.common(small)[exposure.path[large]]) > _MOSTLY * float(exposure.size[small])


def _united(one: Stretch, other: Stretch) -> Stretch:
    window = Window(min(one.window.start, other.window.start), max(one.window.end, other.window.end))
    return Stretch(window, min(one.first, other.first), max(one.last, other.last), one.component)


def pasted_windows(drops: Drops, constants: Constants) -> list[Window]:
    """Moments of blocks whose time was given from outside: they were pasted because they are the incident."""
    moments = np.unique(drops.time[drops.pasted])
    return [Window(float(moment) - constants.window_s / 2, float(moment) + constants.window_s / 2) for moment in moments]
