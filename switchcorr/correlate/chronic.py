"""Parts whose phones drop far more often than others all the time, each by itself: a card with bad solder, an uplink that loses a frame in a hundred.

No burst tells of them, so there is no incident. What is counted are drops that phones have by themselves (``own_drops``), of drops of one
module within ``flapping_apart_s`` the first. Every part is weighed by its rate ratio (``rate_ratios``), its kind's prior and what the
switches say of it; those that share phones with the best one are other explanations of the same drops. Then the best one's phones have its
rate, and what stands out beside it is looked for, until nothing does.

Phones that nothing but the log names count only if they have dropped by themselves: of a node that has stalled once all phones are named by that,
of the others those that drop, which would look as if they dropped more often.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from scipy.special import expit, logsumexp, xlogy

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.detection.case import Case
from switchcorr.correlate.drops.table import Window
from switchcorr.correlate.evidence.circumstances import facts_in, heaviest_facts
from switchcorr.correlate.evidence.switches import fact_weight, touched
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.own_drops import OwnDrops, Usual, usual_of, with_port
from switchcorr.correlate.rate_ratios import counts_of, rate_ratios
from switchcorr.correlate.telling.arguments import fact_evidence
from switchcorr.correlate.telling.incidents import Scene, most_told
from switchcorr.correlate.telling.next_steps import chronic_steps
from switchcorr.correlate.telling.rhythm import timers
from switchcorr.model.campus import Component, Observation
from switchcorr.model.incident import NAMED_FROM, Chronic, Evidence, EvidenceKind, Suspect
from switchcorr.model.moments import moment_of
from switchcorr.text import counted, mean_count

_MOST = 8
"""Parts that are told of one log."""
_SUSPECTED = 0.05
_SUSPECTS = 4
_SHIFT = 3.0
"""Log likelihood, beyond the log of the number of drops, from which a change of the rate is told. Assumed, after Schwarz (1978)."""
_LEFT = 3
"""Drops after a change of the rate below which it is none."""


@dataclass(frozen=True, slots=True, eq=False)
class _Ground:
    """What all parts are weighed by.

    Attributes:
        span: of the drops that are asked about.
        start, end: the time looked at, seconds since 1970.
        place, time, row: of the drops that count; the place is that in the table of all drops.
        drops: of each phone.
        chosen: phones that count.
        usual: how many drops are usual.
        facts: what switches say.
        prior: log prior odds of each component.
        told: what the facts say of each, as a log.
    """

    span: slice
    start: float
    end: float
    place: Ints
    time: Floats
    row: Ints
    drops: Ints
    chosen: Ints
    usual: Usual
    facts: tuple[Observation, ...]
    prior: Floats
    told: Floats


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A part (its number) behind drops.

    Attributes:
        probability: of it and of what has the same phones, together.
        odds: log Bayes factor of the drops alone.
        others: what else may explain them, by its number, with its probability.
    """

    component: int
    probability: float
    odds: float
    others: tuple[tuple[int, float], ...]


def find_chronic(scene: Scene, case: Case, own: OwnDrops, span: slice) -> tuple[Chronic, ...]:
    """Parts whose phones drop by themselves far more often than others, the clearest first.

    Args:
        scene: the log and the network.
        case: with the drops that no move to another desk explains.
        own: drops that phones have by themselves.
        span: of the drops that are asked about.
    """
    if len(own.place) < case.constants.chronic_drops or not case.exposure.components:
        return ()
    ground = _ground(case, own, span)
    mean = np.full(len(case.exposure.phones), ground.usual.mean)
    found: list[Chronic] = []
    while len(found) < _MOST and (best := _best(case, ground, mean)) is not None:
        mine = _phones(case.exposure, ground, best.component)
        mean *= _outside(ground, mean, mine)
        found.append(_told(scene, case, ground, float(mean[mine].sum()), best))
        mean[mine] *= found[-1].ratio
    return tuple(found)


def _outside(ground: _Ground, mean: Floats, mine: Ints) -> float:
    """How many times as often as is taken to be usual the phones drop that are none of some."""
    outside = np.zeros(len(mean), dtype=bool)
    outside[ground.chosen] = True
    outside[mine] = False
    outside &= ground.drops <= ground.usual.most
    return (float(ground.drops[outside].sum()) + 1.0) / (float(mean[outside].sum()) + 1.0)


def _ground(case: Case, own: OwnDrops, span: slice) -> _Ground:
    exposure, drops, constants = case.exposure, case.drops, case.constants
    places = np.sort(own.place)
    places = places[_single(drops.time[places], exposure.members[drops.row[places]], case.background.clusters.kind, constants)]
    row, start, end = drops.row[places], float(drops.time[span][0]), float(drops.time[span][-1])
    counts = np.bincount(row, minlength=len(exposure.phones))
    phones = with_port(exposure) & (exposure.listed | (counts > 0))
    facts = facts_in(case.facts.about(touched(exposure, row), exposure), Window(start, end), constants)
    told = np.zeros(len(exposure.components))
    for number, fact in heaviest_facts(exposure, facts, constants).items():
        told[number] = fact_weight(fact, constants)
    usual, prior = usual_of(counts[phones], drops, span, constants), _priors(exposure, constants)
    return _Ground(span, start, end, places, drops.time[places], row, counts, np.flatnonzero(phones), usual, facts, prior, told)


def _single(time: Floats, members: Ints, kind: int, constants: Constants) -> Bools:
    """Which of some drops, in order of time, are the first of their module for a while; where modules are not known all are."""
    single = np.ones(len(time), dtype=bool)
    if kind >= 0:
        order = np.argsort(members[:, kind], kind="stable")
        unit, time = members[order, kind], time[order]
        single[order[1:]] = (np.diff(unit) != 0) | (np.diff(time) >= constants.flapping_apart_s) | (unit[1:] < 0)
    return single


def _priors(exposure: Exposure, constants: Constants) -> Floats:
    """Log prior odds of each component; of members with unknown hash none, as they have the phones of their bundle."""
    count = np.diff(exposure.first_of)
    weight = np.array([constants.prior_of(kind) for kind in exposure.kinds])
    share = np.repeat(weight / weight.sum() / np.maximum(count, 1), count)
    priors: Floats = np.log(constants.p_chronic / (1 - constants.p_chronic) * share)
    priors[exposure.ways > 1] = -np.inf
    return priors


def _phones(exposure: Exposure, ground: _Ground, component: int) -> Ints:
    mine: Ints = ground.chosen[exposure.exposed(exposure.members[ground.chosen], component)]
    return mine


def _best(case: Case, ground: _Ground, mean: Floats) -> _Explanation | None:
    """The part that explains most of what is left, with what explains the same; None if it is likelier that nothing is wrong."""
    exposure, constants = case.exposure, case.constants
    counts = counts_of(ground.drops, mean, ground.chosen, ground.usual.most, ground.usual.shape)
    found, known = rate_ratios(counts, exposure, constants), ground.prior + ground.told
    odds = np.where(_told_enough(exposure, ground, constants), found.odds + known, -np.inf)
    beside = np.isfinite(odds) & (exposure.common(int(odds.argmax())) > 0)
    something = float(expit(logsumexp(odds[beside]))) if beside.any() else 0.0
    if something < NAMED_FROM:
        return None
    explained = np.where(beside, found.explained + known, -np.inf)
    share = np.bincount(exposure.twin, something * np.exp(explained - logsumexp(explained)), minlength=len(odds))
    best, *others = [(twin, float(share[twin])) for twin in np.argsort(-share, kind="stable")[: _SUSPECTS + 1].tolist()]
    component = _leader(exposure, ground, best[0])
    return _Explanation(component, best[1], float(found.odds[component]), tuple(other for other in others if other[1] >= _SUSPECTED))


def _leader(exposure: Exposure, ground: _Ground, twin: int) -> int:
    """Of those with the same phones the one that the switches tell most of, else the smallest kind."""
    alike = [int(number) for number in np.flatnonzero((exposure.twin == twin) & (exposure.ways == 1))]
    return max(alike, key=lambda number: (float(ground.told[number]), -number))


def _told_enough(exposure: Exposure, ground: _Ground, constants: Constants) -> Bools:
    """Which components have so many drops, of so many phones, that they may be told."""
    phones = np.flatnonzero(ground.drops)
    at = exposure.members[phones]
    dropped = occurrences(at, len(exposure.components))
    drops = np.bincount(at.ravel() + 1, np.repeat(ground.drops[phones], at.shape[1]), minlength=len(exposure.components) + 1)[1:]
    enough: Bools = (dropped >= constants.chronic_phones) & (drops >= constants.chronic_drops)
    return enough


def _told(scene: Scene, case: Case, ground: _Ground, expected: float, best: _Explanation) -> Chronic:
    exposure, number = case.exposure, best.component
    mine = _phones(exposure, ground, number)
    inside = exposure.exposed(exposure.members[ground.row], number)
    time = ground.time[inside]
    drops, dropped = int(inside.sum()), int(np.count_nonzero(ground.drops[mine]))
    reason, reason_drops = most_told(scene.log, case.drops.event[ground.place[inside]])
    seen = f"{dropped:,} of {counted(len(mine), 'phone')} dropped, each by itself, {drops:,} times in all where {mean_count(expected)} were to be expected"
    contrast = Evidence(EvidenceKind.CONTRAST, seen, max(best.odds, 0.0))
    twins = _alike(exposure, number)
    since, until = _changes(time, expected, case, ground)
    told = (
        contrast,
        *fact_evidence(exposure, ground.facts, number, case.constants),
        *timers(case.drops, ground.span, exposure, number, case.constants),
    )
    return Chronic(
        component=exposure.components[number],
        equivalent=twins,
        probability=best.probability,
        drops=drops,
        expected=expected,
        dropped=dropped,
        exposed=len(mine),
        first=moment_of(time[0]),
        last=moment_of(time[-1]),
        start=moment_of(ground.start),
        since=since,
        until=until,
        reason=reason,
        reason_drops=reason_drops,
        suspects=tuple(_suspect(exposure, ground, other, probability) for other, probability in best.others),
        evidence_for=tuple(one for one in told if one.weight >= 0),
        evidence_against=tuple(Evidence(one.kind, one.text, -one.weight) for one in told if one.weight < 0),
        next_steps=chronic_steps(exposure.components[number], twins),
    )


def _suspect(exposure: Exposure, ground: _Ground, number: int, probability: float) -> Suspect:
    mine = _phones(exposure, ground, number)
    return Suspect(exposure.components[number], probability, int(np.count_nonzero(ground.drops[mine])), len(mine), _alike(exposure, number))


def _alike(exposure: Exposure, number: int) -> tuple[Component, ...]:
    """The other components with the same phones."""
    return tuple(exposure.components[twin] for twin in exposure.twins_of(number))


def _changes(time: Floats, expected: float, case: Case, ground: _Ground) -> list[datetime | None]:
    """When the rate of some drops rose, and when it fell to what is usual; None without a clear change.

    What drops with the site's work changes with its day, what drops by night too does not: a change has to be clear by both clocks.

    Args:
        time: of each drop.
        expected: usual drops in the whole time.
        case: with the shape of the site's day.
        ground: the time looked at.
    """
    weighted = case.background.weighted_seconds(np.full(len(time), ground.start), time)  # from the start to each drop
    whole = float(case.background.weighted_seconds(ground.start, ground.end))
    clocks = [(weighted, whole), (time - ground.start, ground.end - ground.start)]
    fell = _clear([_fall(seconds, end, case.constants.chronic_times * expected / end) for seconds, end in clocks])
    if fell is not None:
        clocks = [(seconds[: fell + 1], float(seconds[fell])) for seconds, _ in clocks]
    rose = _clear([_rise(seconds, end) for seconds, end in clocks])
    return [None if at is None else moment_of(time[at]) for at in (rose, fell)]


def _rise(seconds: Floats, whole: float) -> Floats:
    """Of each drop, how clear it is that there are more from it on; 0 where they are not."""
    count = np.arange(len(seconds))  # drops before each
    gain = _two_rates(count, seconds, whole, len(seconds))
    gain[(len(seconds) - count < _LEFT) | ((len(seconds) - count) * seconds <= count * (whole - seconds))] = 0.0
    return gain


def _fall(seconds: Floats, whole: float, usual: float) -> Floats:
    """Of each drop, how clear it is that there are no more than so many a second after it; 0 where there are."""
    count = np.arange(1, len(seconds) + 1)  # drops up to each
    gain = _two_rates(count, seconds, whole, len(seconds))
    gain[(count < _LEFT) | (len(seconds) - count > usual * (whole - seconds))] = 0.0
    return gain


def _two_rates(count: Ints, seconds: Floats, whole: float, drops: int) -> Floats:
    """Log of how much likelier drops are with a rate up to some moments and another one afterwards than with one.

    Args:
        count: drops up to each moment.
        seconds: up to it, as the site's day weighs them.
        whole: seconds of the whole time, so weighed.
        drops: in it.
    """
    left, before, after = drops - count, np.maximum(seconds, 1.0), np.maximum(whole - seconds, 1.0)
    gain: Floats = xlogy(count, count / before) + xlogy(left, left / after) - drops * np.log(drops / whole)
    return gain


def _clear(gains: Sequence[Floats]) -> int | None:
    """The likeliest change, if it is no chance by any clock."""
    gain: Floats = np.min(gains, axis=0)
    change = int(gain.argmax())
    return change if gain[change] > _SHIFT + np.log(len(gain)) else None
