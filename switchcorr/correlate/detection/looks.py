"""When: the windows of a log that become incidents, at the wanted number of false alarms a day.

In two steps, because the scan is cheap and the exact score is sharp: the scan names the windows to look at; the exact scores of
all of these tell how loud chance gets on this site, and by so much the prior of "nothing shared" is raised before the windows
that are left are explained.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.levels import learn_levels
from switchcorr.correlate.detection.stretches import Stretch, find_stretches, find_windows, pasted_windows
from switchcorr.correlate.detection.windows import Scan
from switchcorr.correlate.drops.background import learn_background
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.table import Floats


@dataclass(frozen=True, slots=True, eq=False)
class Looks:
    """Where to look.

    Attributes:
        windows: in order of time, none overlapping another.
        pasted: windows around moments that somebody gave; they are incidents whatever is found in them.
        scanned: the scan that they come from.
        levels: per kind of component, the log odds from which a window is looked at.
        rare: the same that ``rare_per_day`` quiet windows reach, by which what recurs is measured.
    """

    windows: tuple[Window, ...]
    pasted: tuple[Window, ...]
    scanned: Scan
    levels: Floats
    rare: Floats


def find_looks(case: Case, managed: tuple[Window, ...] = ()) -> Looks:
    """Windows in which a component is louder than chance is on this site.

    Args:
        case: the log and the components.
        managed: windows of administrative actions. They are looked at whatever is found, and what is in them tells neither how loud
            chance is nor what recurs: one wave of resets makes every module loud once.
    """
    scanner = case.scanner()
    constants = case.constants
    scanned = _outside(scanner.scan(), managed, constants.window_s)
    looks = max(constants.looks_per_day, constants.false_alarms_per_day)
    levels, rare = (learn_levels(scanned, case, per_day) for per_day in (looks, constants.rare_per_day))
    pasted = pasted_windows(case.drops, constants)
    given = [window for window in managed if not any(window.overlaps(other) for other in pasted)]
    found = find_windows(scanned, scanner, case.priors, levels)
    free = [window for window in found if not any(window.overlaps(other) for other in (*pasted, *given))]
    return Looks(tuple(sorted((*free, *given), key=lambda window: window.start)), tuple(pasted), scanned, levels, rare)


def _outside(scanned: Scan, windows: tuple[Window, ...], length: float) -> Scan:
    """The rows of a scan that touch none of some windows."""
    if not windows:
        return scanned
    free = np.ones(len(scanned.start), dtype=bool)
    for window in windows:
        free &= (scanned.start > window.end) | (scanned.start + length < window.start)
    return scanned.of(free)


def find_bursts(case: Case) -> list[Stretch]:
    """Stretches in which single components are louder than chance is on this site."""
    scanner = case.scanner()
    scanned = scanner.scan()
    return find_stretches(scanned, scanner, case.priors, learn_levels(scanned, case, case.constants.false_alarms_per_day))


def without(case: Case, windows: tuple[Window, ...]) -> Case:
    """The case with a background that is learned outside of some windows."""
    innocent = np.ones(len(case.drops.time), dtype=bool)
    for window in windows:
        innocent[case.drops.between(window.start, window.end)] = False
    return replace(case, background=learn_background(case.drops, case.exposure, innocent, case.constants))
