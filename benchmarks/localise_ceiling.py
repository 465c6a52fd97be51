"""How often can a single fault be named at all? The answer of one who knows the laws of the simulation and not the case.

The benchmark's oracle knows the share of phones that this very fault hits, which no program can know. This one knows what a program could
know at best: the law from which hit rates are drawn and how cases are chosen, every phone's true rate of innocent drops, how many locations
are wrong, the profiles of reasons, when in the window drops of a fault fall, and where error counters and alerts are supplied how often they tell
of a fault and of none. It may answer "nothing shared" as a program may, knows that there is one fault at most and that it has three drops, and
sums over all hit rates and lengths of a burst. Under the standard and the hard tier's own laws no method is right more often, up to chance and to
the candidates left out here (parts with no located drop and no growing counter); in the stress tier, whose bunched hits it does not know, it is no bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from localise_cases import Bench, Case
from scipy.special import logsumexp, ndtr

HIT_RATES = 12
"""Points at which the law of hit rates is taken."""
SPREADS = np.array([51.0, 73.0, 95.0, 117.0, 139.0])
"""Lengths of a burst, seconds: middles of five equal parts of 40 to 150."""
ONSET, CLOCK = 30.0, 8.0
"""When in its window a burst begins, and the spread of the nodes' clocks, seconds."""
CANDIDATES = 150
P_NOTHING = 0.35
LEAST = 1e-12
OTHER_NODE = 0.02
P_ALERT, P_OTHER_ALERT = 0.7, 0.01
"""How often servers tell of a fault of theirs, and otherwise."""
P_COUNTER, P_OTHER_COUNTER = 0.5, 0.002
"""How often counters of a part grow at a fault of it, and otherwise."""
Answer = tuple[frozenset[int], float, float]


@dataclass(frozen=True, slots=True, eq=False)
class World:
    """One case as its laws make it.

    Attributes:
        located: of each phone, whether the table says where it is.
        drop: the phones that dropped; the others here are one value per drop.
        reason: index of the reason.
        chance: log density of the drop under the background: phone, reason and moment.
        moment: log density of the moment under a fault, per length of a burst.
        rates: of each class, quantiles of the law of its hit rates, without what is not reported.
        stale: share of the located phones that are elsewhere on their VLAN.
        told: per component, log odds of what counters and alerts say; all 0 where none are supplied.
    """

    bench: Bench
    site: Any
    table: Any
    located: Any
    drop: Any
    reason: Any
    chance: Any
    moment: Any
    rates: Mapping[str, Any]
    stale: float
    told: Any

    @classmethod
    def of(cls, bench: Bench, case: Case) -> World:
        """Of the first burst of a case."""
        generator, table = bench.generator, case.site.clean
        phone, time, reason = case.observed.bursts[0]
        in_burst = ndtr((time - ONSET) / CLOCK) - ndtr((time - ONSET - SPREADS[:, np.newaxis]) / CLOCK)
        return cls(
            bench=bench,
            site=case.site,
            table=table,
            located=table.M[:, generator.CI["access"]] >= 0,
            drop=phone,
            reason=reason,
            chance=np.log(case.planted.p0[phone] * generator.PI_BG[reason] / generator.WINDOW),
            moment=np.log(in_burst / SPREADS[:, np.newaxis] + 1e-12),
            rates={name: _hit_rates(case.site.world, name, case.planted.loss) for name in generator.CLASSES},
            stale=case.planted.stale,
            told=_told(bench, case) if case.observations else np.zeros(len(table.cls)),
        )

    def name(self, component: int) -> str:
        """The class of a component."""
        return str(self.bench.generator.CLASSES[self.table.cls[component]])

    def priors(self) -> Any:
        """Log prior of each component: classes as the benchmark draws them, its rule of choosing cases taken into account."""
        generator, table = self.bench.generator, self.table
        weight = np.array(
            [sum((kind if kind != "member" else "module") == name for kind in generator.FAULTS) for name in generator.CLASSES]
        )
        count = np.maximum(np.bincount(table.cls, minlength=len(weight)), 1)
        with np.errstate(divide="ignore"):
            return (np.log(weight / count) - self.site.world.log_accept())[table.cls]

    def profile(self, component: int) -> Any:
        """Log probability of each drop's reason under a fault of the component."""
        return np.log(self.bench.generator.PI_CLASS[self.name(component)])[self.reason]


def answer(bench: Bench, case: Case) -> Answer:
    """The set of components with equal exposure that is most probably at fault (empty for nothing), its probability, and that of nothing."""
    world = World.of(bench, case)
    priors = world.priors()
    nothing = float(np.log(len(bench.generator.FAULTS) * P_NOTHING / (1 - P_NOTHING)))
    scores: dict[int, list[float]] = {}
    for component in _candidates(world, priors):
        score = priors[component] + world.told[component] + log_likelihood(world, component)
        scores.setdefault(int(world.table.rep[component]), []).append(score)
    sums = {-1: nothing} | {of: float(logsumexp(own)) for of, own in scores.items()}
    total = float(logsumexp(list(sums.values())))
    best = max(sums, key=lambda of: sums[of])
    named = frozenset() if best < 0 else frozenset(world.table.equal(best).tolist())
    return named, float(np.exp(sums[best] - total)), float(np.exp(nothing - total))


def log_likelihood(world: World, component: int) -> float:
    """Of the window's drops and silences under a fault of one component, against the background; hit rate and burst integrated out."""
    share, silent = _shares(world, component)
    rates = world.rates[world.name(component)]
    with np.errstate(divide="ignore"):
        fault = np.log(share) + world.profile(component) + world.moment - world.chance  # [lengths, drops]
        odds = np.log(rates)[:, np.newaxis, np.newaxis] + fault  # [rates, lengths, drops]
    drops = np.logaddexp(0.0, odds).sum(axis=2) + _enough(odds)
    kept = sum(count * np.log1p(-np.minimum(rates * own, 0.9999)) for own, count in silent)
    return float(logsumexp(drops + kept[:, np.newaxis]) - np.log(drops.size))


def _enough(odds: Any) -> Any:
    """Log probability that at least three drops are the fault's, as a case must have, of the log odds of each; over the last axis."""
    one = np.exp(np.minimum(odds, 200.0))
    first, second = one.sum(axis=-1), (one**2).sum(axis=-1)
    fewer = np.exp(-np.log1p(one).sum(axis=-1)) * (1.0 + first + np.maximum(first**2 - second, 0.0) / 2)
    return np.log(np.maximum(1.0 - fewer, LEAST))


def _told(bench: Bench, case: Case) -> Any:
    """Per component the log odds of what counters and alerts say of it."""
    generator, table, observed = bench.generator, case.site.clean, case.observed
    names = np.array(generator.CLASSES)[table.cls]
    server, counted = np.isin(names, ("node", "cluster")), np.isin(names, bench.export.COUNTED)
    alert = np.log(P_ALERT / P_OTHER_ALERT) if observed.hb_alert else np.log((1 - P_ALERT) / (1 - P_OTHER_ALERT))
    counter = np.where(observed.counters, np.log(P_COUNTER / P_OTHER_COUNTER), np.log((1 - P_COUNTER) / (1 - P_OTHER_COUNTER)))
    return np.where(server, alert, np.where(counted, counter, 0.0))


def _hit_rates(world: Any, name: str, lost: float) -> Any:
    kept, world.rng = world.rng, np.random.default_rng(0)
    drawn = [world.theta(name) for _ in range(600)]
    world.rng = kept
    return np.quantile(drawn, (np.arange(HIT_RATES) + 0.5) / HIT_RATES) * (1 - lost)


def _shares(world: World, component: int) -> tuple[Any, list[tuple[Any, Any]]]:
    """Per drop the probability that its phone is the component's, and the same of the silent phones: probabilities with their counts."""
    generator, table, drop = world.bench.generator, world.table, world.drop
    place = int(table.cls[component])
    inside = table.M[drop, place] == component
    if place == generator.CI["node"]:
        inside = world.site.world.cam.M[drop, place] == component  # the event names the node
        return inside.astype(float), [(1 - OTHER_NODE, table.size[component] - inside.sum())]
    if place not in generator.LOC_COLS:
        return inside.astype(float), [(1.0, table.size[component] - inside.sum())]
    vlan = table.M[:, generator.CI["vlan"]]
    members = vlan[table.members(component)]
    ids, own = np.unique(members[members >= 0], return_counts=True)
    there = np.zeros(len(table.cls) + 1)
    there[ids] = own / np.maximum(1, [(world.located & (vlan == v)).sum() for v in ids])
    unknown = ~world.located & (vlan >= 0)
    share = np.where(inside, 1 - world.stale, np.where(unknown[drop], 1.0, world.stale) * there[vlan[drop]])
    silent: list[tuple[Any, Any]] = [(1 - world.stale, table.size[component] - inside.sum())]
    for v in ids:
        on = vlan == v
        silent.append((there[v], (on & unknown).sum() - (on & unknown)[drop].sum()))
        silent.append((world.stale * there[v], (on & world.located).sum() - (on & world.located)[drop].sum()))
    return share, silent


def _candidates(world: World, priors: Any) -> Iterator[int]:
    """The components that a rough look at their located drops leaves, the likeliest first."""
    table, count = world.table, len(world.table.cls)
    best = np.full(count, -np.inf)
    for place, name in enumerate(world.bench.generator.CLASSES):
        of = table.M[world.drop, place]
        profile = np.log(world.bench.generator.PI_CLASS[name])[world.reason] - np.log(world.bench.generator.WINDOW) - world.chance
        hits = np.bincount(of + 1, minlength=count + 1)[1:]
        for rate in (0.02, 0.08, 0.2, 0.6):
            gain = np.bincount(of + 1, weights=np.logaddexp(0.0, np.log(rate) + profile), minlength=count + 1)[1:]
            rough = gain + (table.size - hits) * np.log1p(-rate) + priors
            best = np.where((hits > 0) & (rough > best), rough, best)
    order = np.argsort(-(best + world.told), kind="stable")[:CANDIDATES]
    yield from (int(component) for component in order if np.isfinite(best[component]))
    yield from (int(component) for component in np.flatnonzero((world.told > 0) & ~np.isfinite(best)))  # its drops may be at unknown places
