"""What recurs: components that explain several windows of a log together, though hardly any of them alone.

A window's odds count for a component as those of a rare event, so that many quiet windows cost nothing and several small
bursts add up. A window counts only if no other component explains its drops much better. One great burst and a small one that may be
chance are no repeat, however sure it is what the great one was: the probability of what recurs is that of the component times that of two
real bursts.
Source: pooling over bursts after CorrOpt (Zhuo et al. 2017): a sick link or card keeps its loss rate for weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.windows import Scan, window_around
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.table import Bools, Floats
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior, search
from switchcorr.correlate.telling.verdict import equivalent, leader
from switchcorr.model.incident import NAMED_FROM, Evidence, EvidenceKind, Recurring
from switchcorr.model.moments import DAY_S
from switchcorr.text import counted

RARE = 1e-3
"""Share of the windows in which a recurring fault strikes, before the data. Assumed."""
_SHARES = np.log(np.geomspace(1e-5, 1e-2, 13))
"""Logs of the shares that are thought possible, each as likely. Assumed: once in ten months to several times a day."""
CANDIDATES = 3
MUCH_BETTER = 5.0
"""Log odds by which another component must lead in a window so that the window does not count as a repeat. Assumed."""
LEAST_BURSTS = 2
LEAST_PHONES = 2
"""Phones that must have dropped: what one phone alone does again and again is its own, or it has been carried here from what failed. Assumed."""


@dataclass(frozen=True, slots=True, eq=False)
class Repeat:
    """Where in a log one component may have failed again and again.

    Attributes:
        windows: in which it stands out, none overlapping another, in order of time.
        odds: log likelihood ratio of a burst of it in each of them.
        among: how many windows the log has in all.
        given: whether somebody says that there are bursts in them; then the odds are not asked.
    """

    windows: tuple[Window, ...]
    odds: Floats
    among: float
    given: bool = False

    @property
    def loud(self) -> tuple[Window, ...]:
        """The windows in which a burst is likelier than not, by the odds alone."""
        return self.loudest(len(self.windows))

    def loudest(self, count: int) -> tuple[Window, ...]:
        """The loudest of these, in order of time."""
        order = np.argsort(-self.odds, kind="stable")[:count].tolist()
        return tuple(self.windows[place] for place in sorted(order) if self.given or self.odds[place] > -np.log(RARE))

    def outside(self, window: Window) -> Repeat:
        """Without what overlaps a window."""
        left = [place for place, other in enumerate(self.windows) if not window.overlaps(other)]
        return replace(self, windows=tuple(self.windows[place] for place in left), odds=self.odds[left])

    def probability_of_two(self) -> float:
        """How sure it is that at least two windows are bursts."""
        return 1.0 if self.given else probability_of_two(self.odds, self.among)

    def probability_of_one(self) -> float:
        """How sure it is that any of the windows is a burst."""
        return 1.0 if self.given else probability_of_one(self.odds, self.among)


def given_repeat(windows: Sequence[Window]) -> Repeat:
    """Windows that somebody points at, in which one component may have failed again and again."""
    ordered = tuple(sorted(windows, key=lambda window: window.start))
    return Repeat(ordered, np.zeros(len(ordered)), float(len(ordered)), given=True)


def tell_recurring(case: Case, repeat: Repeat) -> dict[int, Recurring]:
    """Components, by the number of their equal-exposure set, that explain the windows of a repeat together, scored once over all of them."""
    if len(repeat.loud) < LEAST_BURSTS:
        return {}
    likelihood = case.likelihood(repeat.loud)
    if len(likelihood.sample.row) == 0:
        return {}
    posterior, real = search(likelihood), repeat.probability_of_two()
    named = {twin: own * real for twin, own in posterior.fault.items() if own * real >= NAMED_FROM}
    found = {twin: _recurrence(likelihood, posterior, twin, probability) for twin, probability in named.items()}
    return {twin: item for twin, item in found.items() if item.bursts >= LEAST_BURSTS and item.affected_phones >= LEAST_PHONES}


def find_repeats(scanned: Scan, case: Case, levels: Floats) -> list[Repeat]:
    """For the components that stand out most over the whole log: the windows in which they do, if at least two are loud.

    Args:
        scanned: the scan of the whole log.
        case: the log and the components.
        levels: per kind of component: where quiet days are louder than the model thinks, a burst counts by so much less.
    """
    if len(scanned.odds) == 0:
        return []
    length, prior = case.constants.window_s, case.priors
    bursts = _bursts(scanned.of(_among_the_best(scanned, prior, length)), length)
    component = bursts.component
    odds = bursts.odds - np.maximum(0.0, levels - case.constants.alarm)[case.exposure.kind_of[component]]
    weight = np.logaddexp(0.0, odds + np.log(RARE))
    total = np.bincount(component, weights=weight, minlength=len(prior.fault)) + prior.fault - prior.nothing
    found: list[Repeat] = []
    for number in np.argsort(-total, kind="stable")[:CANDIDATES].tolist():
        own = np.flatnonzero(component == number)
        own = own[np.argsort(bursts.start[own], kind="stable")]
        ends = zip(bursts.start[own].tolist(), bursts.end[own].tolist(), strict=True)
        repeat = Repeat(tuple(window_around(*one, length) for one in ends), odds[own], case.days * DAY_S / length)
        if len(repeat.loud) >= LEAST_BURSTS and total[number] > case.constants.alarm:
            found.append(repeat)
    return found


def probability_of_two(odds: Floats, windows: float) -> float:
    """How sure it is that at least two of some windows are bursts of a component.

    Args:
        odds: log likelihood ratio of a burst in each window in which anything speaks for one.
        windows: how many there are in all.
    """
    weight, either = _weighed_shares(odds, windows)
    real, none = _SHARES[:, np.newaxis] + odds, np.log1p(-np.exp(_SHARES))
    fewer = len(odds) * none + np.logaddexp(0.0, np.logaddexp.reduce(real - none[:, np.newaxis], axis=1))
    return float(1.0 - (weight * np.exp(fewer - either)).sum())


def probability_of_one(odds: Floats, windows: float) -> float:
    """How sure it is that any of some windows is a burst of a component; arguments as of ``probability_of_two``."""
    weight, either = _weighed_shares(odds, windows)
    return float(1.0 - (weight * np.exp(len(odds) * np.log1p(-np.exp(_SHARES)) - either)).sum())


def share_of_bursts(odds: Floats, windows: float) -> float:
    """In which share of all windows a component has a burst, as some of them tell; arguments as of ``probability_of_two``."""
    return float((_weighed_shares(odds, windows)[0] * np.exp(_SHARES)).sum())


def _weighed_shares(odds: Floats, windows: float) -> tuple[Floats, Floats]:
    """How likely each of ``_SHARES`` is, and the log probability that it gives to the windows with odds."""
    none = np.log1p(-np.exp(_SHARES))
    either = np.logaddexp(_SHARES[:, np.newaxis] + odds, none[:, np.newaxis]).sum(axis=1)
    log_weight = either + max(windows - len(odds), 0.0) * none
    weight = np.exp(log_weight - log_weight.max())
    return weight / weight.sum(), either


def _among_the_best(scanned: Scan, priors: Priors, length: float) -> Bools:
    """Rows that no other component beats by much at their time."""
    odds = scanned.odds + priors.fault[scanned.component]
    slots, at = np.unique((scanned.start // length).astype(np.int64), return_inverse=True)
    best = np.full(len(slots), -np.inf)
    np.maximum.at(best, at, odds)
    around = best.copy()
    for before, after in ((slice(None, -1), slice(1, None)), (slice(1, None), slice(None, -1))):
        touching = np.abs(slots[before] - slots[after]) == 1
        around[after] = np.maximum(around[after], np.where(touching, best[before], -np.inf))
    own: Bools = odds >= around[at] - MUCH_BETTER
    return own


def _bursts(scanned: Scan, length: float) -> Scan:
    """The best of a component's windows that lie less than a window apart; by component."""
    scanned = scanned.of(np.lexsort((scanned.start, scanned.component)))
    first = np.ones(len(scanned.odds), dtype=bool)
    first[1:] = (np.diff(scanned.component) != 0) | (np.diff(scanned.start) > length)
    best = np.lexsort((-scanned.odds, np.cumsum(first)))
    return scanned.of(best[np.flatnonzero(first)])


def _recurrence(likelihood: Likelihood, posterior: Posterior, twin: int, probability: float) -> Recurring:
    exposure, number = likelihood.exposure, leader(likelihood, posterior, twin)
    mine = exposure.exposed(likelihood.covariates.cells, number)
    told = _same_phones(likelihood, number)
    return Recurring(
        component=exposure.components[number],
        bursts=len(np.unique(likelihood.sample.burst[mine])),
        probability=min(1.0, probability),  # a sum of weights
        affected_phones=len(np.unique(likelihood.sample.row[mine])),
        exposed=int(exposure.size[number]),
        equivalent=equivalent(likelihood, posterior, number),
        evidence_for=tuple(one for one in told if one.weight > 0),
        evidence_against=tuple(replace(one, weight=-one.weight) for one in told if one.weight < 0),
    )


def _same_phones(likelihood: Likelihood, number: int) -> tuple[Evidence, ...]:
    """Whether the phones that drop are those of one member of a bundle, or any of the bundle's; empty of what has no members with unknown hash."""
    exposure = likelihood.exposure
    members = [twin for twin in (number, *exposure.twins_of(number)) if exposure.ways[twin] > 1]
    if not members:
        return ()
    mine = exposure.exposed(likelihood.covariates.cells, number)
    times = np.unique(likelihood.sample.row[mine], return_counts=True)[1]
    weight, ways, again = likelihood.same_phones(members[0]), int(exposure.ways[members[0]]), int((times > 1).sum())
    seen = f"of the {counted(len(times), 'phone')} that dropped {again:,} dropped in more than one burst"
    fits = (
        f"the same phones again and again, which fits one of {ways} members"
        if weight > 0
        else f"other phones each time, which fits all {ways} members"
    )
    return (Evidence(EvidenceKind.SAME_PHONES, f"{seen}: {fits}", weight if exposure.ways[number] > 1 else -weight),)
