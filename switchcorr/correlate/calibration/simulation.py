"""Incidents drawn over a site's own phones and components, to see how often the model is right there.

The table of exposures is what is *believed*. A ``World`` is a draw of what may be true: some phones are elsewhere than believed,
those without a location are somewhere, each phone drops more or less often than learned. In a world an incident is drawn: which
story (by the priors), which component, which share of its phones, for which reasons. What comes out is a ``Sample``, the same
value that the program makes of a log, so that simulated and real incidents take the same way from there on.

The worlds are not exactly the model: hits may be bunched, reasons scatter around the profiles, minutes are more or less busy,
the share of wrong locations varies, and of all draws only those count that the program would look at.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.drops.clusters import SIZES
from switchcorr.correlate.drops.reasons import ReasonClass, administrative_profile, fault_profile
from switchcorr.correlate.exposure.columns import places
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, Floats, Ints
from switchcorr.correlate.exposure.twins import twins
from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hypotheses import Priors
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.model.moments import DAY_S

PER_WORLD = 20
"""Incidents drawn over one world before the next one is drawn."""
ONSET_S = 24.0
"""From the begin of a window to the first drop: a tenth of it, the least that windows leave free there."""
SCCP_S, SIP_S = 90.0, 130.0
"""How long after a silent loss the last phone is missed: three keepalives of 30 s; 115 s and 15 s. Source: the timers of both protocols."""
MOST_COMMON = 0.2
"""Two faults at once that share more of the smaller one's phones are one fault."""
MOST_STALE = 3.0
"""The share of wrong locations lies anywhere between none and so many times the model's."""
NEAR = 0.5
"""Share of the wrong locations whose phone is in truth on the same VLAN and site."""
_GO_WITH_PLACE = ("vlan", "subnet", "site")
RESET_SHARES, LOGIN_SHARES = (0.2, 0.9), (0.03, 0.25)
"""Share of a component's phones that a reset takes, or the logins of a morning. Assumed."""


class Story(enum.IntEnum):
    """What an incident is in truth."""

    NOTHING = 0
    FAULT = 1
    PAIR = 2
    ADMINISTRATIVE = 3


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What incidents are drawn over: a site as the program believes it to be."""

    exposure: Exposure
    background: Background
    priors: Priors
    leaks: Leaks
    constants: Constants

    def likelihood(self, sample: Sample) -> Likelihood:
        """The likelihood of a sample, as of a real one about which nothing else is known."""
        return Likelihood(self.exposure, self.background, self.priors, sample, self.leaks, self.constants)


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """What may be true of a site.

    Attributes:
        members: as in an ``Exposure``, but of the phones' true places and nodes.
        size: phones truly exposed to each component; of one of several ways its part of them.
        twin: number of the first component with truly the same phones.
        rate_until: running sum of the phones' true rates, in drops a second.
    """

    ground: Ground
    members: Ints
    size: Floats
    twin: Ints
    rate_until: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Simulated:
    """One incident.

    Attributes:
        faults: numbers of the components at fault; empty for the stories without one.
        answers: numbers of the equal-exposure sets that are right answers: those of the faults, and those that are one with them in truth.
        time: of each drop of the sample, seconds since the begin of the window.
        sample: the drops as the program sees them.
        odds: log odds of the component that stands out most; above ``alarm`` the program looks at it.
    """

    story: Story
    faults: tuple[int, ...]
    answers: frozenset[int]
    time: Floats
    sample: Sample
    odds: float

    def stands_out(self, constants: Constants) -> bool:
        """Whether the program would look at it."""
        return self.odds > constants.alarm


@dataclass(frozen=True, slots=True, eq=False)
class _Drops:
    row: Ints
    time: Floats
    reason: Ints


_Part = tuple[int, _Drops]
"""A component with the drops that it causes."""


def simulate(ground: Ground, count: int, seed: int) -> Iterator[Simulated]:
    """So many incidents; the same seed gives the same ones, and a larger count the same and more."""
    for number in range(count):
        if number % PER_WORLD == 0:
            world = draw_world(ground, np.random.default_rng([seed, number // PER_WORLD, 0]))
        yield draw_incident(world, np.random.default_rng([seed, number, 1]))


def draw_world(ground: Ground, rng: np.random.Generator) -> World:
    """A draw of what is true where the table is wrong or silent."""
    exposure, constants = ground.exposure, ground.constants
    members = exposure.members.copy()
    located = np.flatnonzero(exposure.located)
    if len(located):
        share = rng.uniform(0.0, min(1.0, MOST_STALE * constants.stale_share))
        stale = np.zeros(len(members), dtype=bool)
        stale[located] = rng.random(len(located)) < share
        moved = np.flatnonzero(stale | ground.leaks.unlocated)
        donors = _donors(ground, moved, np.where(stale[moved], NEAR, 1.0), rng)
        columns = [j for j, kind in enumerate(exposure.kinds) if kind in {*places(exposure.kinds), *_GO_WITH_PLACE}]
        members[np.ix_(moved, np.array(columns))] = exposure.members[np.ix_(donors, np.array(columns))]
    if "node" in exposure.kinds:
        node = exposure.kinds.index("node")
        wrong = np.flatnonzero(rng.random(len(members)) < constants.node_error)
        members[wrong, node] = members[rng.integers(len(members), size=len(wrong)), node]
    size = occurrences(members, len(exposure.components)).astype(float)
    twin = twins(members, len(exposure.components), size)[exposure.path]
    scatter = rng.standard_exponential(len(members))
    return World(ground, members, size[exposure.path] / exposure.ways, twin, np.cumsum(ground.background.per_second * scatter))


def _donors(ground: Ground, rows: Ints, near: Floats, rng: np.random.Generator) -> Ints:
    """Per phone a located one in whose place it is; the phone itself if there is none.

    With probability ``near``, and always for a phone without a location, it is one of the same VLAN and site.
    """
    exposure = ground.exposure
    known = [exposure.members[:, exposure.kinds.index(kind)] for kind in ("vlan", "site") if kind in exposure.kinds]
    _, area = np.unique(np.stack([*known, np.zeros(len(exposure.phones), dtype=np.int64)], axis=1), axis=0, return_inverse=True)
    located = np.flatnonzero(exposure.located)
    order = located[np.argsort(area[located], kind="stable")]
    first, last = np.searchsorted(area[order], area[rows], "left"), np.searchsorted(area[order], area[rows], "right")
    place, elsewhere, chance = rng.random((3, len(rows)))
    same = order[np.minimum(first + (place * (last - first)).astype(int), len(order) - 1)]
    donors: Ints = np.where(last > first, same, rows)
    far = chance >= near
    donors[far] = located[(elsewhere[far] * len(located)).astype(int)]
    return donors


def draw_incident(world: World, rng: np.random.Generator) -> Simulated:
    """One incident: of so many draws of one story the first that stands out, else the one that comes nearest to it.

    A story that the site has no room for (two faults where there is one component) becomes a quiet window.
    """
    constants = world.ground.constants
    story, best = _draw_story(world, rng), None
    for _ in range(constants.simulated_tries):
        drawn = _tell(world, story, rng)
        if drawn is not None and (best is None or drawn.odds > best.odds):
            best = drawn
        if best is not None and best.stands_out(constants):
            break
    return best or _seen(world, Story.NOTHING, [], rng)


def _draw_story(world: World, rng: np.random.Generator) -> Story:
    constants = world.ground.constants
    fault = sum(_fault_weights(world))
    weights = {
        Story.NOTHING: constants.p_nothing,
        Story.FAULT: fault,
        Story.PAIR: constants.further_item * fault**2 / 2,
        Story.ADMINISTRATIVE: sum(_administrative_weights(world)),
    }
    chances = np.array(list(weights.values()))
    return list(weights)[int(rng.choice(len(weights), p=chances / chances.sum()))]


def _fault_weights(world: World) -> list[float]:
    kinds = world.ground.exposure.kinds
    return [world.ground.constants.prior_of(kind) if len(_able(world, j)) else 0.0 for j, kind in enumerate(kinds)]


def _administrative_weights(world: World) -> list[float]:
    managed = dict(world.ground.constants.p_administrative)
    kinds = world.ground.exposure.kinds
    return [managed.get(kind, 0.0) if len(_able(world, j)) else 0.0 for j, kind in enumerate(kinds)]


def _able(world: World, kind: int) -> Ints:
    """The components of a kind that have enough phones for an incident."""
    own = world.ground.exposure.range_of(kind)
    able: Ints = own.start + np.flatnonzero(world.size[own] >= world.ground.constants.least_drops)
    return able


def _draw_component(world: World, weights: list[float], rng: np.random.Generator) -> int:
    kind = int(rng.choice(len(weights), p=np.array(weights) / sum(weights)))
    return int(rng.choice(_able(world, kind)))


def _tell(world: World, story: Story, rng: np.random.Generator) -> Simulated | None:
    """One draw of a story; None if it came to nothing: too few drops, or two faults that are one."""
    match story:
        case Story.NOTHING:
            return _seen(world, story, [], rng)
        case Story.FAULT:
            parts = [_fault(world, rng)]
        case Story.PAIR:
            parts = [_fault(world, rng), _fault(world, rng)]
            if _in_common(world, parts[0][0], parts[1][0]) > MOST_COMMON:
                return None
        case Story.ADMINISTRATIVE:
            parts = [_administrative(world, rng)]
        case _:
            assert_never(story)
    enough = all(len(drops.row) >= world.ground.constants.least_drops for _, drops in parts)
    return _seen(world, story, parts, rng) if enough else None


def _phones(world: World, component: int, rng: np.random.Generator) -> Ints:
    """Phones that truly cross a component; of one of several ways a random part."""
    exposure = world.ground.exposure
    rows = np.flatnonzero(exposure.exposed(world.members, component))
    ways = int(exposure.ways[component])
    return rows[rng.integers(ways, size=len(rows)) == 0] if ways > 1 else rows


def _fault(world: World, rng: np.random.Generator) -> _Part:
    constants, exposure = world.ground.constants, world.ground.exposure
    component = _draw_component(world, _fault_weights(world), rng)
    phones = _phones(world, component, rng)
    weights, a, b = zip(*constants.hit_rates, strict=True)
    part = int(rng.choice(len(weights), p=weights))
    chance = np.full(len(phones), rng.beta(a[part], b[part]) * (1 - constants.simulated_loss_share))
    if rng.random() < constants.simulated_bunched_share:
        chance *= _bunches(world, phones, rng)
    hit = phones[rng.random(len(phones)) < chance]
    return component, _dropped(hit, fault_profile(exposure.kinds[int(exposure.kind_of[component])], 0.0), world, rng)


def _bunches(world: World, phones: Ints, rng: np.random.Generator) -> Floats:
    """Factors about mean 1: of the phones below each smallest part together, and of each phone."""
    variance = world.ground.constants.simulated_scatter
    kinds = world.ground.exposure.kinds
    below = [j for j, kind in enumerate(kinds) if kind in places(kinds) and kind != "port"]
    factor = rng.gamma(1 / variance, variance, len(phones))
    if below:
        parts, at = np.unique(world.members[phones, below[0]], return_inverse=True)
        factor *= rng.gamma(1 / variance, variance, len(parts))[at]
    return factor


def _administrative(world: World, rng: np.random.Generator) -> _Part:
    component = _draw_component(world, _administrative_weights(world), rng)
    phones = _phones(world, component, rng)
    share = rng.uniform(*(RESET_SHARES if rng.random() < 0.5 else LOGIN_SHARES))  # as many of the one as of the other
    return component, _dropped(phones[rng.random(len(phones)) < share], administrative_profile(0.0), world, rng)


def _clustered(world: World, seconds: float, rng: np.random.Generator) -> Ints:
    """Phones of the innocent clusters of one window: a few of one part each, as often as was learned."""
    clusters, exposure = world.ground.background.clusters, world.ground.exposure
    found = [np.zeros(0, dtype=np.int64)]
    if clusters.kind >= 0:
        own = exposure.range_of(clusters.kind)
        expected = clusters.per_second * seconds * (own.stop - own.start)
        for size, count in zip(SIZES, rng.poisson(expected).tolist(), strict=True):
            found += [rng.permutation(_phones(world, int(rng.integers(own.start, own.stop)), rng))[:size] for _ in range(count)]
    return np.concatenate(found)


def _in_common(world: World, one: int, other: int) -> float:
    first, second = (world.ground.exposure.exposed(world.members, component) for component in (one, other))
    return float((first & second).sum() / max(min(first.sum(), second.sum()), 1))


def _dropped(rows: Ints, profile: Floats, world: World, rng: np.random.Generator) -> _Drops:
    """The drops of one cause: spread over the keepalive intervals, for reasons that scatter around a profile."""
    shares = np.exp(profile)
    drawn = rng.dirichlet(world.ground.constants.simulated_reasons * shares / shares.sum())
    interval = np.where(rng.random(len(rows)) < rng.random(), SIP_S, SCCP_S)
    return _Drops(rows, ONSET_S + interval * rng.random(len(rows)), rng.choice(len(shares), len(rows), p=drawn))


def _innocent(world: World, seconds: float, rng: np.random.Generator) -> _Drops:
    """The drops of one window that have no cause: each phone for itself, and a few together."""
    constants = world.ground.constants
    busy = rng.gamma(1 / constants.simulated_busy, constants.simulated_busy)
    total = float(world.rate_until[-1]) if len(world.rate_until) else 0.0
    alone = rng.random(int(rng.poisson(total * seconds * busy))) * total
    rows = np.minimum(np.searchsorted(world.rate_until, alone, "right"), len(world.rate_until) - 1)
    rows = np.concatenate([rows, _clustered(world, seconds, rng)])
    shares = np.exp(_innocent_reasons(world.ground))
    return _Drops(rows, rng.random(len(rows)) * constants.window_s, rng.choice(len(shares), len(rows), p=shares / shares.sum()))


def _innocent_reasons(ground: Ground) -> Floats:
    """The profile of innocent reasons without its uniform part, which is the model's caution and not the world's."""
    uniform = ground.constants.profile_mix / len(ReasonClass)
    plain: Floats = np.log(np.maximum(np.exp(ground.background.reasons) - uniform, 1e-6))
    return plain


def _seen(world: World, story: Story, parts: list[_Part], rng: np.random.Generator) -> Simulated:
    """What the program sees of some parts together with innocent drops: of each phone the first drop within the window."""
    ground = world.ground
    start = rng.uniform(0.0, DAY_S)
    seconds = float(ground.background.weighted_seconds(start, start + ground.constants.window_s))
    drops = [_innocent(world, seconds, rng), *(drops for _, drops in parts)]
    row, time, reason = (np.concatenate([getattr(one, name) for one in drops]) for name in ("row", "time", "reason"))
    order = np.argsort(time, kind="stable")
    order = order[time[order] < ground.constants.window_s]
    row, first = np.unique(row[order], return_index=True)
    timing = Timing(time[order][first], np.array([ground.constants.window_s]))
    sample = Sample(row, reason[order][first], np.zeros(len(row), dtype=np.int64), np.array([seconds]), timing=timing)
    faults = tuple(sorted(component for component, _ in parts)) if story in (Story.FAULT, Story.PAIR) else ()
    return Simulated(story, faults, _answers(world, faults), time[order][first], sample, _strongest(ground, sample))


def _answers(world: World, faults: tuple[int, ...]) -> frozenset[int]:
    believed = world.ground.exposure.twin
    same = np.isin(world.twin, world.twin[list(faults)]) | np.isin(believed, believed[list(faults)])
    return frozenset(believed[same].tolist())


def _strongest(ground: Ground, sample: Sample) -> float:
    """Log odds of the component that stands out most; -inf without a drop."""
    if not len(sample.row):
        return float(-np.inf)
    return float(ground.likelihood(sample).alone().fault.max(initial=-np.inf)) - ground.priors.nothing
