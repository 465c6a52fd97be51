"""The score of a hypothesis, drop by drop and cell by cell as ``docs/correlation.md`` says it: slow, and what the fast one is measured by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from scipy.special import betaln, gammaln
from scipy.stats import beta

from switchcorr.correlate.drops.clusters import SIZES
from switchcorr.correlate.drops.reasons import (
    BY_FAULTS,
    OF_SERVERS,
    ReasonClass,
    administrative_profile,
    caused_profile,
    common_profile,
    fault_profile,
    network_profile,
)
from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.table import Floats
from switchcorr.correlate.scoring.bunching import BINS, INNOCENT, stretches
from switchcorr.correlate.scoring.cells import MOSTLY
from switchcorr.correlate.scoring.hits import log_hits, log_hits_shared, rate_points
from switchcorr.correlate.scoring.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind
from switchcorr.correlate.scoring.leaks import FAINT, SURE
from switchcorr.correlate.scoring.likelihood import LEAST_STAYED, Likelihood
from switchcorr.correlate.scoring.quiet_minutes import FEW, above_background

Stayed = list[tuple[int, float]]
"""Phones that stayed, once for each burst, and the share of each that is on something."""


@dataclass(frozen=True, slots=True)
class _Cell:
    item: Item
    drops: list[int]
    size: float
    expected: float


def plain_score(likelihood: Likelihood, hypothesis: Hypothesis) -> float:
    """Log posterior of a hypothesis with at least one item, not normalised."""
    sample, background = likelihood.sample, likelihood.background
    seconds = sample.seconds[sample.burst]
    chance = [float(np.log(background.per_second[row] * s)) for row, s in zip(sample.row.tolist(), seconds.tolist(), strict=True)]
    innocent = background.reasons[sample.reason].tolist()
    cells = _cells(likelihood, hypothesis)
    outside = sorted(set(range(len(sample.row))) - {drop for cell in cells for drop in cell.drops})
    otherwise = {drop: chance[drop] + innocent[drop] for drop in outside}
    bunched, ahead = _bunched(likelihood, cells)
    leaks = [_leaks(likelihood, cells[: place + 1], outside, ahead[place]) for place in range(len(cells))]
    total = bunched + (len(cells) - 1) * likelihood.priors.further - _told_twice(likelihood, hypothesis)
    stays = dict.fromkeys(range(len(likelihood.exposure.phones)), 1.0)  # of each phone at an unknown place, by the cells so far
    for cell, story, (strength, hidden, stayed, nowhere) in zip(cells, _stories(likelihood, cells), leaks, strict=True):
        total += _prior(likelihood, cell.item) + cell.expected + _mix(likelihood, cell, story)
        total += sum(_reason(likelihood, cell.item, drop, np.inf) - chance[drop] - innocent[drop] for drop in cell.drops)
        guess = (len(cell.drops) + 0.5) / (cell.size * sample.bursts + 1.0)
        odds = {
            drop: guess * share * np.exp(_reason(likelihood, cell.item, drop, 1.0) - chance[drop] - innocent[drop])
            for drop, share in strength.items()
        }
        told = len(cell.drops) + sum(one / (1 + one) for one in odds.values())
        odds = {drop: share * np.exp(_reason(likelihood, cell.item, drop, told) - otherwise[drop]) for drop, share in strength.items()}
        by_node = cell.item.component >= 0 and likelihood.exposure.components[cell.item.component].kind == "node"
        far = {drop for drop in odds if not by_node and _is_nowhere(likelihood, int(sample.row[drop]))}
        here, there = ([(row, min(share / max(stays[row], LEAST_STAYED), 1.0)) for row, share in some] for some in (stayed, nowhere[1]))
        value, rate = _hits(likelihood, cell, list(odds.values()), hidden + nowhere[0], [share for _, share in (*here, *there)])
        near = [0.0 if drop in far else one for drop, one in odds.items()]
        without, slower = _hits(likelihood, cell, near, hidden, [share for _, share in here])
        alike = 1 / (1 + np.exp(without - value))
        rates = {drop: alike * rate + (0.0 if drop in far else (1 - alike) * slower) for drop in odds}
        ways = 1 if cell.item.component < 0 else int(likelihood.exposure.ways[cell.item.component])
        for some, gone in ((stayed, alike * rate + (1 - alike) * slower), (nowhere[1], alike * rate)):
            for row, share in dict(some).items():
                stays[row] -= share / ways * gone
        value = float(np.logaddexp(value, without) - np.log(2))
        value += _above_others(likelihood, cell, cells) + _uneven(likelihood, cell, cells)
        total += value
        for drop, one in odds.items():
            otherwise[drop] += float(np.log1p(rates[drop] * one))
        total += _few(likelihood, cell, [rates[drop] * one for drop, one in odds.items()])
    return total + _crowd(likelihood, {drop: innocent[drop] - value for drop, value in otherwise.items()})


def _has(likelihood: Likelihood, item: Item, row: int) -> bool:
    return row in _phones(likelihood, item)


def _phones(likelihood: Likelihood, item: Item) -> set[int]:
    exposure = likelihood.exposure
    if item.kind is ItemKind.UNNAMED:
        return set(range(len(exposure.phones)))
    if item.gathered is not None:
        return set().union(*(exposure.phones_of(one).tolist() for one in item.gathered.components))
    own = ~exposure.located if item.component < 0 else exposure.exposed(exposure.members, item.component)
    return set(np.flatnonzero(own).tolist())


def _common(likelihood: Likelihood, items: Sequence[Item]) -> int:
    """Phones that all have."""
    return len(set.intersection(*(_phones(likelihood, item) for item in items)))


def _cells(likelihood: Likelihood, hypothesis: Hypothesis) -> list[_Cell]:
    rows, background = likelihood.sample.row.tolist(), likelihood.background
    ordered = sorted(hypothesis, key=lambda item: (len(_phones(likelihood, item)), item.kind is ItemKind.UNNAMED, item))
    taken: set[int] = set()
    cells = []
    for place, item in enumerate(ordered):
        drops = [drop for drop, row in enumerate(rows) if _has(likelihood, item, row) and drop not in taken]
        taken.update(drops)
        phones, earlier = _phones(likelihood, item), ordered[:place]
        common = sum(
            (-1) ** (count + 1) * _common(likelihood, [item, *chosen])
            for count in range(1, place + 1)
            for chosen in combinations(earlier, count)
        )
        size = len(phones) - common
        expected = sum(background.per_second[row] for row in phones) * likelihood.sample.seconds.sum()
        cells.append(_Cell(item, drops, size, float(expected) * size / max(len(phones), 1)))
    return cells


def _reason(likelihood: Likelihood, item: Item, drop: int, drops: float) -> float:
    """Log probability of a drop's reason if it is one of so many of an item."""
    own, common = _profiles(likelihood, item)
    reason = likelihood.sample.reason[drop]
    return float(common[reason] + min(1.0, likelihood.constants.reasons_count / max(drops, 1.0)) * (own - common)[reason])


def _profiles(likelihood: Likelihood, item: Item) -> tuple[Floats, Floats]:
    """Of an item, and of any of its like."""
    mix = likelihood.constants.profile_mix
    if item.kind is ItemKind.ADMINISTRATIVE:
        return administrative_profile(mix), administrative_profile(mix)
    if item.kind is ItemKind.UNNAMED:
        return common_profile(mix), common_profile(mix)
    if item.kind is ItemKind.UNSEEN:
        return network_profile(mix), common_profile(mix)
    kind = likelihood.exposure.components[item.component].kind
    return fault_profile(kind, mix), caused_profile(kind, mix)


def _mix(likelihood: Likelihood, cell: _Cell, drops: float) -> float:
    """What the reasons of a cell's drops say of its kind, which is told of so many drops: each kind's mix is drawn about its profile."""
    share = min(1.0, likelihood.constants.reasons_count / max(drops, 1.0))
    count = np.bincount([likelihood.sample.reason[drop] for drop in cell.drops], minlength=len(ReasonClass)) * share
    total, found = likelihood.constants.profile_weight, []
    restarts = cell.item.kind in (ItemKind.ADMINISTRATIVE, ItemKind.UNNAMED) or (
        cell.item.kind is ItemKind.FAULT and likelihood.exposure.components[cell.item.component].kind in ("node", "cluster")
    )
    for profile, with_restarts in zip(_profiles(likelihood, cell.item), (restarts, True), strict=True):
        inside = BY_FAULTS if with_restarts else BY_FAULTS & ~OF_SERVERS
        mix = np.exp(profile) * inside
        weights = (total * mix / mix.sum())[inside]
        mixed = count[inside]
        drawn = (gammaln(weights + mixed) - gammaln(weights)).sum() + gammaln(total) - gammaln(total + mixed.sum())
        found.append(drawn + np.log(mix.sum()) * mixed.sum() + (count * profile)[~inside].sum())
    return float(found[0] - found[1])


def _stories(likelihood: Likelihood, cells: Sequence[_Cell]) -> list[float]:
    """Of how many drops each cell's kind is told: all have together what one has, the smallest first taking no more than it needs."""
    limit, found = likelihood.constants.reasons_count, {}
    left = limit
    for place, cell in enumerate(sorted(cells, key=lambda cell: len(cell.drops))):
        told = min(len(cell.drops), left / (len(cells) - place))
        left -= told
        story = sum(len(other.drops) for other in cells if other is cell or _common(likelihood, [cell.item, other.item]))
        found[id(cell)] = max(float(story), limit * len(cell.drops) / max(told, 1.0))
    return [found[id(cell)] for cell in cells]


def _bunched(likelihood: Likelihood, cells: Sequence[_Cell]) -> tuple[float, list[list[float]]]:
    """What the moments say of all cells' drops, and per cell of each drop as one more of it."""
    together, ahead = _moments(likelihood, [drop for cell in cells for drop in cell.drops], sum(cell.expected for cell in cells))
    if len(cells) == 1 or any(_is_part(likelihood, one.item, other.item) for one, other in combinations(cells, 2)):
        return together, [ahead] * len(cells)
    alone = [_moments(likelihood, cell.drops, cell.expected) for cell in cells]
    each = sum(value for value, _ in alone)
    both = float(np.logaddexp(together, each))
    shares = float(np.exp(together - both)), float(np.exp(each - both))
    return both - float(np.log(2)), [[shares[0] * one + shares[1] * own for one, own in zip(ahead, near, strict=True)] for _, near in alone]


def _is_part(likelihood: Likelihood, one: Item, other: Item) -> bool:
    """Whether most phones of the smaller one are the other's too."""
    smaller = min(len(_phones(likelihood, one)), len(_phones(likelihood, other)))
    return _common(likelihood, [one, other]) > MOSTLY * smaller


def _moments(likelihood: Likelihood, drops: Sequence[int], expected: float) -> tuple[float, list[float]]:
    """What moments say at the two shares of innocent drops next to the right one, by a straight line between them."""
    share, grid = min(max(expected / max(len(drops), 1), INNOCENT[0]), 1.0), (*INNOCENT, 1.0)
    if likelihood.sample.timing is None:
        return 0.0, [1.0] * len(likelihood.sample.row)
    upper = next(number for number, bound in enumerate(grid) if share <= bound)
    lower = max(upper - 1, 0)
    part = (share - grid[lower]) / (grid[upper] - grid[lower]) if upper else 0.0
    below, above = (_moments_at(likelihood, drops, grid[number]) for number in (lower, upper))
    return (1 - part) * below[0] + part * above[0], [(1 - part) * b + part * a for b, a in zip(below[1], above[1], strict=True)]


def _moments_at(likelihood: Likelihood, drops: Sequence[int], share: float) -> tuple[float, list[float]]:
    timing, sample = likelihood.sample.timing, likelihood.sample
    ahead, total = [1.0] * len(sample.row), 0.0
    if timing is None or share == 1.0:
        return total, ahead
    weight, density, _ = stretches(likelihood.bunches.blur, share)
    at = [min(int(t / timing.length[b] * BINS), BINS - 1) for t, b in zip(timing.moment.tolist(), sample.burst.tolist(), strict=True)]
    told = np.log((1 - share) * density + share).tolist()
    for burst in range(sample.bursts):
        own = [drop for drop in drops if sample.burst[drop] == burst]
        value = [float(weight[g]) + sum(told[at[drop]][g] for drop in own) for g in range(len(weight))]
        after = np.exp(np.array(value) - max(value))
        total += max(value) + float(np.log(after.sum()))
        for drop in range(len(ahead)):
            if sample.burst[drop] == burst:
                ahead[drop] = float(after @ density[at[drop]] / after.sum())
    return total, ahead


def _leaks(
    likelihood: Likelihood, cells: Sequence[_Cell], outside: Sequence[int], ahead: Sequence[float]
) -> tuple[dict[int, float], float, Stayed, tuple[float, Stayed]]:
    """The share of each drop that may be the last cell's, phones on it that are not known to be, of each that surely stayed its share, and those nowhere."""
    cell = cells[-1]
    exposure, constants, rows = likelihood.exposure, likelihood.constants, likelihood.sample.row.tolist()
    found: dict[int, float] = {}
    holds = cell.item.component if cell.item.gathered is None else cell.item.gathered.components[0]
    kind = "" if holds < 0 else exposure.components[holds].kind
    if kind == "node":
        wrong = min(cell.size, max(len(exposure.phones) - cell.size, 0)) * constants.node_error
        blind = wrong / max(1.0, len(exposure.phones) - cell.size)
        for drop in outside:
            told = -1 if likelihood.sample.node is None else int(likelihood.sample.node[drop])
            share = 1 - constants.node_error if told == cell.item.component else blind * (constants.node_error if told >= 0 else 1.0)
            found[drop] = share * ahead[drop]
        return found, 0.5 * float(np.log1p(2 * wrong)) * likelihood.sample.bursts, [], (0.0, [])
    if kind not in places(exposure.kinds) and kind != "vlan":
        return {}, 0.0, [], (0.0, [])
    taken = [_phones(likelihood, other.item) for other in cells[:-1] if other.item.component >= 0]
    whole = _phones(likelihood, cell.item)
    shares = _shares(likelihood, whole - set().union(*taken), whole, everywhere=kind != "vlan")
    for drop in outside:
        row, unlocated = rows[drop], bool(likelihood.leaks.unlocated[rows[drop]])
        share = shares[int(likelihood.leaks.vlan_of(np.array([row]))[0])][0]
        share *= 1.0 if unlocated else constants.stale_share if exposure.located[row] else 0.0
        if share:
            found[drop] = share * ahead[drop]
    elsewhere = sum(share * others for share, others in shares.values())
    hidden, stayed, nowhere = _unseen_on(likelihood, shares, [(rows[drop], int(likelihood.sample.burst[drop])) for drop in outside])
    return found, hidden + constants.stale_share * elsewhere * likelihood.sample.bursts, stayed, nowhere


def _unseen_on(
    likelihood: Likelihood, shares: Mapping[int, tuple[float, int]], gone: Sequence[tuple[int, int]]
) -> tuple[float, Stayed, tuple[float, Stayed]]:
    """Phones without a place that are on a cell, of each that surely stayed its share, and the same of those without a VLAN, if they are on anything."""
    hidden, nowhere, stayed, far = 0.0, 0.0, Stayed(), Stayed()
    for row in np.flatnonzero(likelihood.leaks.unlocated).tolist():
        share = shares[int(likelihood.leaks.vlan_of(np.array([row]))[0])][0]
        is_far = _is_nowhere(likelihood, row)
        if share < SURE:
            hidden += 0.0 if is_far else share * likelihood.sample.bursts
            nowhere += share * likelihood.sample.bursts if is_far else 0.0
        else:
            (far if is_far else stayed).extend([(row, share)] * sum((row, burst) not in gone for burst in range(likelihood.sample.bursts)))
    return hidden, stayed, (nowhere, far)


def _is_nowhere(likelihood: Likelihood, row: int) -> bool:
    """Whether neither the place nor the VLAN of a phone is known, though VLANs are."""
    exposure = likelihood.exposure
    return "vlan" in exposure.kinds and bool(likelihood.leaks.unlocated[row]) and exposure.members[row, exposure.kinds.index("vlan")] < 0


def _shares(likelihood: Likelihood, phones: set[int], whole: set[int], *, everywhere: bool) -> dict[int, tuple[float, int]]:
    """Per VLAN, the share that some phones have of its located phones, and how many of those are not of the whole; one without a VLAN has that of all.

    Of a VLAN only those without one may be. The made campuses have no clues beside the VLAN.
    """
    exposure = likelihood.exposure
    vlan = likelihood.leaks.vlan_of(np.arange(len(exposure.phones))).tolist()
    told = exposure.members[:, exposure.kinds.index("vlan")] if "vlan" in exposure.kinds else np.full(len(vlan), -1)
    unknown = {vlan[row] for row in np.flatnonzero(told < 0).tolist()}
    located = Counter(vlan[row] for row in np.flatnonzero(exposure.located).tolist())
    own, of_whole = Counter(vlan[row] for row in phones), Counter(vlan[row] for row in whole)
    found = {}
    for number in sorted(set(vlan)):
        count = max(located.total() if number in unknown else located[number], 1)
        mine = own.total() if number in unknown else own[number]
        share = min(mine / count, 1.0) if everywhere or number in unknown else 0.0
        share = 0.0 if number in unknown and share < FAINT else share
        found[number] = share, max(located[number] - of_whole[number], 0)
    return found


def _above_others(likelihood: Likelihood, cell: _Cell, cells: Sequence[_Cell]) -> float:
    """Log probability that a cell's hit rate is above that of the larger items which have the same phones."""
    bursts, k, others = likelihood.sample.bursts, len(cell.drops), 0.0
    n, phones = cell.size * bursts, len(_phones(likelihood, cell.item))
    for larger in cells[cells.index(cell) + 1 :]:
        rate = (len(larger.drops) + 0.5) / (larger.size * bursts + 1)
        others += rate * n * _common(likelihood, [cell.item, larger.item]) / max(phones, 1)
    ways = 1 if cell.item.component < 0 else int(likelihood.exposure.ways[cell.item.component])
    if ways > 1 or k >= min(FEW * others, n):
        return 0.0
    after = [(float(log_hits(k, n, ((w, a, b),))), a + k, b + n - k) for w, a, b in likelihood.constants.hit_rates]
    above = [value + np.log(max(beta.sf(others / n, a, b), 1e-300)) for value, a, b in after]
    return float(np.logaddexp.reduce(above) - np.logaddexp.reduce([value for value, _, _ in after]))


def _uneven(likelihood: Likelihood, cell: _Cell, cells: Sequence[_Cell]) -> float:
    """Log of how much likelier the drops of a card at fault are if its port groups may be hit unlike each other, group by group."""
    exposure, constants, bursts = likelihood.exposure, likelihood.constants, likelihood.sample.bursts
    if cell.item.kind is not ItemKind.FAULT or "asic" not in exposure.kinds or exposure.ways[cell.item.component] > 1:
        return 0.0
    if all(exposure.components[twin].kind != "module" for twin in (cell.item.component, *exposure.twins_of(cell.item.component))):
        return 0.0
    kind = exposure.kinds.index("asic")
    taken = [_phones(likelihood, other.item) for other in cells[: cells.index(cell)] if other.item.component >= 0]
    of = [int(part) for part in exposure.members[sorted(_phones(likelihood, cell.item) - set().union(*taken)), kind] if part >= 0]
    hit = [int(part) for part in exposure.members[likelihood.sample.row[cell.drops], kind] if part >= 0]
    parts = [(of.count(part) * bursts, hit.count(part)) for part in sorted(set(of))]
    if len(parts) < 2:
        return 0.0
    rate = 1 / (1 + np.exp(-np.linspace(-10.0, 6.0, 161)))
    a, b = (1 - rate) / constants.uneven_scatter, (1 - rate) ** 2 / (constants.uneven_scatter * rate)
    prior = sum(w * rate**own * (1 - rate) ** other / np.exp(betaln(own, other)) for w, own, other in constants.hit_rates)
    values = np.log(prior) + sum(betaln(a + k, b + n - k) - betaln(a, b) for n, k in parts)
    alike = log_hits(sum(k for _, k in parts), sum(n for n, _ in parts), constants.hit_rates)
    unlike = float(np.logaddexp.reduce(values)) + float(np.log(0.1)) - float(alike)
    return float(np.logaddexp(np.log(1 - constants.p_uneven), np.log(constants.p_uneven) + unlike))


def _hits(likelihood: Likelihood, cell: _Cell, odds: list[float], hidden: float, stayed: list[float]) -> tuple[float, float]:
    """Log probability of a cell's hits, and the mean hit rate afterwards."""
    constants, bursts, item = likelihood.constants, likelihood.sample.bursts, cell.item
    rates, k, n = constants.hit_rates, len(cell.drops), cell.size * bursts
    ways = 1 if item.component < 0 else int(likelihood.exposure.ways[item.component])
    value, rate = _integral((k, n), np.array(odds) / ways, hidden / ways, np.array(stayed) / ways, rates)
    plain = float(log_hits(k, n, rates))
    if ways > 1 and bursts > 1:
        value += _same_phones(likelihood, cell, ways)
    elif ways > 1:
        value += float(log_hits_shared(k, n, ways, rates)) - plain
    elif k < FEW * cell.expected:
        value += float(above_background(k, n, cell.expected, rates))
    if bursts > 1:
        counts = [sum(int(likelihood.sample.burst[drop]) == burst for drop in cell.drops) for burst in range(bursts)]
        own = sum(float(log_hits(count, cell.size, rates)) for count in counts)
        value += float(np.logaddexp(plain, own) - np.log(2)) - plain
    if item.kind is ItemKind.UNNAMED:
        value += float(log_hits(k, n, constants.unnamed_rates)) - plain
    if item.kind is ItemKind.UNSEEN and item.component >= 0:
        value += float(log_hits(k, n, constants.within_rates)) - plain
    if item.component == UNSEEN_COMPONENT and likelihood.priors.coarse:
        seen = likelihood.exposure.listed | (likelihood.background.history > 0)
        k = int(seen[likelihood.sample.row[cell.drops]].sum())
        n = max(n * float(seen[sorted(_phones(likelihood, item))].mean()), k)
        value += float(log_hits(k, n, constants.within_rates)) - float(log_hits(k, n, rates))
    if item.kind is ItemKind.UNSEEN and not all(likelihood.exposure.is_phone[likelihood.sample.row[drop]] for drop in cell.drops):
        value -= constants.non_phone_odds
    return value, rate


def _same_phones(likelihood: Likelihood, cell: _Cell, ways: int) -> float:
    """Log likelihood ratio of one of several members against all of them, phone by phone and hit rate by hit rate."""
    bursts, constants = likelihood.sample.bursts, likelihood.constants
    times = Counter(likelihood.sample.row[cell.drops].tolist())
    phones = [*times.values(), *[0] * round(max(cell.size - len(times), 0))]
    member, alike, scattered = [], [], []
    for log_rate, log_miss, weight in zip(*(one.tolist() for one in rate_points(1, constants.hit_rates)), strict=True):
        once = [h * log_rate + (bursts - h) * log_miss for h in phones]
        of_member = [
            value - np.log(ways) if h else np.log(np.exp(value) / ways + 1 - 1 / ways) for h, value in zip(phones, once, strict=True)
        ]
        together = min(max(np.exp(log_miss) / (constants.scatter * np.exp(log_rate)) - 1, 0.5), 1e6)
        a, b = np.exp(log_rate) * together, np.exp(log_miss) * together
        member.append(weight + sum(of_member))
        alike.append(weight + sum(once))
        scattered.append(weight + sum(betaln(a + h, b + bursts - h) - betaln(a, b) for h in phones))
    bundle = np.logaddexp(
        np.logaddexp.reduce(alike) + np.log1p(-constants.p_scatter), np.logaddexp.reduce(scattered) + np.log(constants.p_scatter)
    )
    return float(np.logaddexp.reduce(member) - bundle)


def _integral(
    known: tuple[float, float], odds: Floats, expected: float, stayed: Floats, rates: tuple[tuple[float, float, float], ...]
) -> tuple[float, float]:
    """The sum over 41 points of the rate's logit, one point after the other."""
    k, n = known
    guess = (k + 0.5) / (n + 1.0)
    likely = sum(guess * one / (1 + guess * one) for one in odds)
    alpha, beta = 1.0 + k + likely, 1.0 + max(n - k, 0.0) + max(expected - likely, 0.0) + float(stayed.sum())
    step = float(np.sqrt(1 / alpha + 1 / beta))
    points, values = np.log(alpha / beta) + step * np.linspace(-7.0, 7.0, 41), []
    hit = 1 / (1 + np.exp(-points))
    for rate in hit.tolist():
        prior = [np.log(w) + _beta(rate, a, b) for w, a, b in rates]
        value = float(np.logaddexp.reduce(prior)) + np.log(rate) + np.log1p(-rate)
        value += k * np.log(rate) + max(n - k, 0.0) * np.log1p(-rate) - rate * expected
        value += float(np.log1p(-rate * stayed).sum())
        value += sum(rate * one if one <= 0.02 else np.log1p(rate * one) for one in odds)
        values.append(float(value))
    weight = np.exp(np.array(values) - max(values))
    return max(values) + float(np.log(weight.sum() * step * 14.0 / 40)), float(weight @ hit) / float(weight.sum())


def _beta(rate: float, a: float, b: float) -> float:
    """Log density of a beta distribution."""
    return float(gammaln(a + b) - gammaln(a) - gammaln(b) + (a - 1) * np.log(rate) + (b - 1) * np.log1p(-rate))


def _few(likelihood: Likelihood, cell: _Cell, odds: list[float]) -> float:
    lacking, fewer = likelihood.constants.least_drops - len(cell.drops), likelihood.constants.p_fewer
    if cell.item.component == UNSEEN_COMPONENT or lacking <= 0 or likelihood.sample.given:
        return 0.0
    none = float(np.prod([1 / (1 + one) for one in odds]))
    one = none * sum(odds)
    return float(np.log(none * fewer**lacking + one * fewer ** (lacking - 1) + max(1 - none - one, 0.0) * fewer ** max(lacking - 2, 0)))


def _crowd(likelihood: Likelihood, log_odds: dict[int, float]) -> float:
    """Innocent clusters among the drops outside: the elementary symmetric polynomials, one drop after the other."""
    exposure, clusters, sample = likelihood.exposure, likelihood.background.clusters, likelihood.sample
    if clusters.kind < 0:
        return 0.0
    total = 0.0
    units = exposure.members[sample.row, clusters.kind].tolist()
    for unit in sorted({unit for unit in units if unit >= 0}):
        belongs = {drop: _belongs(likelihood, unit, drop) for drop in log_odds}
        for burst in range(sample.bursts):
            polynomial = [1.0, 0.0, 0.0, 0.0, 0.0]
            for drop, value in log_odds.items():
                if sample.burst[drop] == burst:
                    odds = belongs[drop] * float(np.exp(min(value, 30.0)))
                    polynomial = [polynomial[0], *(polynomial[s] + odds * polynomial[s - 1] for s in range(1, 5))]
            phones, share = float(exposure.size[unit]), 0.0
            for place, s in enumerate(SIZES):
                choices = float(np.exp(gammaln(phones + 1) - gammaln(s + 1) - gammaln(max(phones - s, 0.0) + 1)))
                share += float(clusters.per_second[place] * sample.seconds[burst]) / choices * polynomial[s]
            total += float(np.log1p(share))
    return total


def _belongs(likelihood: Likelihood, unit: int, drop: int) -> float:
    """Probability that the phone of a drop is of a component."""
    exposure, row = likelihood.exposure, int(likelihood.sample.row[drop])
    kind = int(exposure.kind_of[unit])
    if exposure.members[row, kind] == unit:
        return 1.0
    if exposure.kinds[kind] not in places(exposure.kinds) or not likelihood.leaks.unlocated[row]:
        return 0.0
    share = float(likelihood.leaks.of(unit).share[likelihood.leaks.vlan_of(np.array([row]))[0]])
    return share if share >= SURE else 0.0


def _told_twice(likelihood: Likelihood, hypothesis: Hypothesis) -> float:
    twice = 0.0
    for one, other in combinations(hypothesis, 2):
        odds = [float(likelihood.priors.odds[item.component]) if item.kind is ItemKind.FAULT else 0.0 for item in (one, other)]
        if odds[0] * odds[1] > 0 and _common(likelihood, [one, other]):
            twice += min(odds, key=abs)
    return twice


def _prior(likelihood: Likelihood, item: Item) -> float:
    priors = likelihood.priors
    if item.kind is ItemKind.FAULT:
        return float(priors.fault[item.component] + priors.noticed[item.component] + priors.odds[item.component])
    if item.kind is ItemKind.ADMINISTRATIVE:
        return float(priors.administrative[item.component])
    if item.gathered is not None:
        return item.gathered.prior
    if item.kind is ItemKind.UNSEEN:
        return priors.unseen if item.component < 0 else float(priors.within[item.component])
    return priors.unnamed
