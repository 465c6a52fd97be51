"""What recurs: components that explain several windows of a log together, though hardly any of them alone.

A window's odds count for a component as those of a rare event, so that many quiet windows cost nothing and several small
bursts add up. A window counts only if no other component explains its drops much better. One great burst and a small one that may be
chance are no repeat, however sure it is what the great one was: the probability of what recurs is that of the component times that of two
real bursts.
Source: pooling over bursts after CorrOpt (Zhuo et al. 2017): a sick link or card keeps its loss rate for weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.detection.looks import Looks
from switchcorr.correlate.detection.windows import ONSET_SHARE, Scan
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.exposure.table import Bools, Floats, Ints
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior, search
from switchcorr.correlate.telling.sentences import counted
from switchcorr.correlate.telling.verdict import NAMED_FROM, equivalent, leader
from switchcorr.model.incident import Evidence, EvidenceKind, Recurring

RARE = 1e-3
"""Share of the windows in which a recurring fault strikes, before the data. Assumed."""
_SHARES = np.log(np.geomspace(1e-5, 1e-2, 13))
"""Logs of the shares that are thought possible, each as likely. Assumed: once in ten months to several times a day."""
CANDIDATES = 3
MUCH_BETTER = 5.0
"""Log odds by which another component must lead in a window so that the window does not count as a repeat. Assumed."""
LEAST_BURSTS = 2
_DAY = 86_400.0
LEAST_PHONES = 2
"""Phones that must have dropped: what one phone alone does again and again is its own, or it has been carried here from what failed. Assumed."""


def find_recurring(case: Case, looks: Looks) -> tuple[Recurring, ...]:
    """Components that explain several windows of a log together."""
    repeats = recurring_windows(looks.scanned, case, looks.rare)
    return pool(case, [windows for _, windows, _ in repeats], [sure for _, _, sure in repeats])


def pool(case: Case, groups: Sequence[Sequence[Window]], sure: Sequence[float] | None = None) -> tuple[Recurring, ...]:
    """Components that explain the windows of a group together, scored once over all of them.

    Args:
        case: the log and the components.
        groups: of windows.
        sure: probability that two windows of each group are bursts at all; that is certain where somebody says so.
    """
    found: dict[int, Recurring] = {}
    for windows, real in zip(groups, sure or [1.0] * len(groups), strict=True):
        if len(windows) < LEAST_BURSTS:
            continue
        likelihood = case.likelihood(windows)
        if len(likelihood.sample.row) == 0:
            continue
        posterior = search(likelihood)
        for twin, own in posterior.fault.items():
            known, probability = found.get(twin), own * real
            if probability >= NAMED_FROM and (known is None or known.probability < probability):
                found[twin] = _recurrence(likelihood, posterior, twin, probability)
    repeated = [item for item in found.values() if item.bursts >= LEAST_BURSTS and item.affected_phones >= LEAST_PHONES]
    return tuple(sorted(repeated, key=lambda item: (-item.probability, item.component)))


def recurring_windows(scanned: Scan, case: Case, levels: Floats) -> list[tuple[int, list[Window], float]]:
    """For the components that stand out most over the whole log: the windows in which they do, if there are at least two, and how sure two are.

    Args:
        scanned: the scan of the whole log.
        case: the log and the components.
        levels: per kind of component: where quiet days are louder than the model thinks, a burst counts by so much less.
    """
    if len(scanned.odds) == 0:
        return []
    length, prior = case.constants.window_s, case.priors
    component, start, odds = _bursts(scanned, _among_the_best(scanned, prior, length), length)
    odds = odds - np.maximum(0.0, levels - case.constants.alarm)[case.exposure.kind_of[component]]
    weight = np.logaddexp(0.0, odds + np.log(RARE))
    total = np.bincount(component, weights=weight, minlength=len(prior.fault)) + prior.fault - prior.nothing
    found: list[tuple[int, list[Window], float]] = []
    for number in np.argsort(-total, kind="stable")[:CANDIDATES].tolist():
        starts = start[(component == number) & (odds > -np.log(RARE))] - ONSET_SHARE * length
        if len(starts) >= LEAST_BURSTS and total[number] > case.constants.alarm:
            sure = probability_of_two(odds[component == number], case.days * _DAY / length)
            found.append((number, [Window(at, at + length) for at in np.sort(starts).tolist()], sure))
    return found


def probability_of_two(odds: Floats, windows: float) -> float:
    """How sure it is that at least two of some windows are bursts of a component.

    Args:
        odds: log likelihood ratio of a burst in each window in which anything speaks for one.
        windows: how many there are in all.
    """
    share = _SHARES[:, np.newaxis]
    real, none = share + odds, np.log1p(-np.exp(share))
    either = np.logaddexp(real, none).sum(axis=1)
    fewer = len(odds) * none[:, 0] + np.logaddexp(0.0, np.logaddexp.reduce(real - none, axis=1))
    weight = either + max(windows - len(odds), 0.0) * none[:, 0]
    weight = np.exp(weight - weight.max())
    return float(1.0 - (weight * np.exp(fewer - either)).sum() / weight.sum())


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


def _bursts(scanned: Scan, chosen: Bools, length: float) -> tuple[Ints, Floats, Floats]:
    """Component, start and odds of each burst: the best of a component's windows that lie less than a window apart."""
    component, start, odds = scanned.component[chosen], scanned.start[chosen], scanned.odds[chosen]
    order = np.lexsort((start, component))
    component, start, odds = component[order], start[order], odds[order]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (np.diff(component) != 0) | (np.diff(start) > length)
    burst = np.cumsum(first) - 1
    best = np.lexsort((-odds, burst))
    best = best[np.flatnonzero(first)]
    return component[best], start[best], odds[best]


def _recurrence(likelihood: Likelihood, posterior: Posterior, twin: int, probability: float) -> Recurring:
    exposure, number = likelihood.exposure, leader(likelihood, posterior, twin)
    mine = exposure.exposed(likelihood.cells, number)
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
    mine = exposure.exposed(likelihood.cells, number)
    times = np.unique(likelihood.sample.row[mine], return_counts=True)[1]
    weight, ways, again = likelihood.same_phones(members[0]), int(exposure.ways[members[0]]), int((times > 1).sum())
    seen = f"of the {counted(len(times), 'phone')} that dropped {again:,} dropped in more than one burst"
    fits = (
        f"the same phones again and again, which fits one of {ways} members"
        if weight > 0
        else f"other phones each time, which fits all {ways} members"
    )
    return (Evidence(EvidenceKind.SAME_PHONES, f"{seen}: {fits}", weight if exposure.ways[number] > 1 else -weight),)
