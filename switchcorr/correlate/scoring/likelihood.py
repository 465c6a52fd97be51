r"""How well a hypothesis explains the drops of one window, or of several windows pooled.

The phones of a hypothesis' items form disjoint cells, smallest item first: a bad module inside a bad switch is two cells.
In a cell with :math:`k` drops of :math:`n` phones the hit rate is integrated out over a mixture of beta distributions,

.. math:: \sum_m w_m \frac{B(a_m + k,\; b_m + n - k)}{B(a_m, b_m)}

times the reasons' probabilities under the item's profile. Outside, each drop is background or a leak: a phone of the
component whose location is unknown or stale. All scores are natural logs against "nothing shared".
Source: Beta-binomial model; noisy membership after Shrink (Kandula et al. 2005), silent exposure after NetBouncer (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations

import numpy as np
from scipy.special import expit

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.drops.clusters import Astray, Crowd
from switchcorr.correlate.exposure.groups import occurrences, pairs
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.bunching import Bunches
from switchcorr.correlate.scoring.bundle_members import member_against_bundle
from switchcorr.correlate.scoring.cells import Layer, Layout, Leaked, Left, Nodes, Rest, fewer_than, lay_out, leaked
from switchcorr.correlate.scoring.covariates import Covariates, Sample, covariates_of
from switchcorr.correlate.scoring.gains import Gains
from switchcorr.correlate.scoring.gathered import Gathered, gathered
from switchcorr.correlate.scoring.hits import Hidden, Rates, hit_rate, log_hits, log_hits_counted, log_hits_hidden, log_hits_shared
from switchcorr.correlate.scoring.hypotheses import NOTHING, UNSEEN_COMPONENT, Hypothesis, Item, ItemKind, Priors
from switchcorr.correlate.scoring.leaks import ALMOST_ALL, SURE, Leaks
from switchcorr.correlate.scoring.parts import Parts
from switchcorr.correlate.scoring.quiet_minutes import above_background, above_others
from switchcorr.correlate.scoring.stories import Stories, stories
from switchcorr.correlate.scoring.uneven import Uneven
from switchcorr.model.campus import Domain, risk_kind

LEAST_ALIKE = 0.5
"""Share of the rate of all phones that the phones of a model must have to be hit like the others. Assumed."""
LEAST_STAYED = 1e-9
"""Probability that a phone stays which is taken where items that share phones without being parts of one another leave less."""
_AT_ONCE = 1 << 19
"""Hypotheses times drops that are scored together: more need memory and are hardly faster."""


@dataclass(frozen=True, slots=True, eq=False)
class Singles:
    """Components with a drop, and how well each alone explains the drops.

    Attributes:
        components: rising.
        fault, administrative: log odds of each, as a fault and as an administrative item; -inf of what cannot be one.
    """

    components: Ints
    fault: Floats
    administrative: Floats

    def fault_of(self, component: int) -> float:
        """Log odds of a component as a fault; -inf without a drop."""
        place = int(np.searchsorted(self.components, component))
        known = place < len(self.components) and self.components[place] == component
        return float(self.fault[place]) if known else -np.inf


@dataclass(eq=False)
class Likelihood:
    """Scores hypotheses over one sample; keeps what several of them need."""

    exposure: Exposure
    background: Background
    priors: Priors
    sample: Sample
    leaks: Leaks
    constants: Constants
    covariates: Covariates = field(init=False)
    stories: Stories = field(init=False)
    parts: Parts = field(init=False)
    _alone: list[Singles] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        sample, exposure, background, constants = self.sample, self.exposure, self.background, self.constants
        self.covariates = covariates_of(sample, exposure, background, self.leaks, constants)
        self.bunches = Bunches(sample.timing, sample.burst, constants.clock_blur_s)
        self.stories = stories(exposure.kinds, background.reasons, constants)
        self.parts = Parts(exposure, background, self.priors, self.leaks, constants, self.covariates, self.stories, self.bunches)
        self._rarity = np.exp(-self.covariates.chance)
        self.crowd = Crowd(
            background.clusters, self.covariates.cells, sample.burst, sample.seconds, exposure.size, self._astray_of_clusters()
        )
        clustered = self.crowd.shares(self.crowd.gains(self._rarity[self.crowd.drops]))
        self._clustered = np.bincount(self.crowd.drops, clustered, minlength=len(sample.row)).astype(float)
        self.uneven = Uneven(exposure, sample, constants)
        self._gains = Gains(exposure, self.covariates.cells, sample.reason, self.stories.reasons)
        self._values = self._values_of_gains()

    def _values_of_gains(self) -> tuple[Floats, ...]:
        """What ``singles`` sums up over the drops of each component."""
        drop, reason = self._gains.drop, self.sample.reason[self._gains.drop]
        action = self.stories.caused[self.stories.action] + self.stories.kind[self.stories.action]
        return self.stories.caused[self._gains.kind, reason], action[reason], (self.covariates.chance + self._clustered)[drop]

    def _astray_of_clusters(self) -> Astray | None:
        """The drops at unknown places that may be of an innocent cluster of a component that has a drop, where that is no small chance."""
        kind = self.background.clusters.kind
        if kind < 0 or self.exposure.kinds[kind] not in self.parts.places:
            return None
        lost, own = np.flatnonzero(self.covariates.unlocated), self.covariates.cells[:, kind]
        place, unit, share = self.leaks.mostly(kind).over(self.covariates.vlan[lost])
        chosen = np.isin(unit, own[own >= 0])
        return Astray(lost[place[chosen]], unit[chosen], share[chosen])

    def told_by_reasons(self, item: Item, inside: Bools | None = None, of: Bools | None = None) -> float:
        """What the reasons of an item's drops, or of others that may be its, or of some of them, say for it if it is the one cause; log odds against
        innocent drops.
        """
        inside = self.parts.of(item).inside if inside is None else inside
        row = np.array([self.parts.profile(item)])
        reason = self.sample.reason[inside if of is None else inside & of]
        count = np.bincount(reason, minlength=self.stories.reasons)[np.newaxis]
        kind = self.stories.told(row, count, np.array([float(inside.sum())]))
        return float(self.stories.caused[row, reason].sum() + kind[0])

    def same_phones(self, component: int) -> float:
        """What the phones that drop again say for a member with unknown hash, against all of its bundle; 0 of others, and of one burst."""
        ways = int(self.exposure.ways[component])
        if ways == 1 or self.sample.bursts == 1:
            return 0.0
        return self._same(self.exposure.exposed(self.covariates.cells, component), float(self.exposure.size[component]), ways)

    def at_unknown_places(self, component: int) -> tuple[float, float]:
        """Of the drops whose phones are not known to be on a component, how many are its own if it is the one fault; and their log likelihood ratio for it.

        The ratio is against nothing being known of phones elsewhere, so where hardly any of them dropped it speaks against the component.
        """
        hypothesis: Hypothesis = (Item(component, ItemKind.FAULT),)
        found = lay_out([hypothesis], len(self.sample.row), self.parts.of, self.parts.common)
        (layer,), left = found.layers, Left(found.live, np.ones(found.live.shape), np.ones((1, self.leaks.vlans)))
        told = self._explained(layer, self._bunched(found)[1][0], left)
        known = log_hits(layer.hits, layer.size * self.sample.bursts, self.constants.hit_rates) + self._of_known_phones(layer)
        known += self._few(layer, np.zeros(0, dtype=np.int64), np.zeros(0))
        return float((1.0 - 1.0 / left.grown).sum()), float((told - known)[0])

    def gather(self, beside: Hypothesis = NOTHING) -> Gathered | None:
        """The parts that may hang on one that no location names, in what a hypothesis leaves over."""
        live, covered = self.residual(beside)
        found = self.singles(live, covered) if beside else self.alone()
        prior = (self.priors.fault + self.priors.noticed + self.priors.odds)[found.components]
        hits = occurrences(self.covariates.cells[live], len(self.exposure.components)).astype(float)[found.components]
        return gathered(found.components, hits, found.fault - prior, self.exposure, self.constants)

    @cached_property
    def hit_alike(self) -> tuple[int, ...]:
        """Kinds of the phones themselves of which nearly all phones are on components that are hit about as often: where all models drop alike,
        none of them is why, though phones that start anew fit their software best.
        """
        exposure, found = self.exposure, []
        for kind, name in enumerate(exposure.kinds):
            own = exposure.range_of(kind)
            if risk_kind(name).domain is not Domain.ENDPOINT or (exposure.size[own] > 0).sum() < 2:
                continue
            hits, size = occurrences(self.covariates.cells, len(exposure.components))[own].astype(float), exposure.size[own]
            often = hits * size.sum() >= LEAST_ALIKE * hits.sum() * size
            if size[often].sum() >= ALMOST_ALL * size.sum():
                found.append(kind)
        return tuple(found)

    def alone(self) -> Singles:
        """``singles`` of all drops and phones."""
        if not self._alone:
            self._alone.append(self.singles(np.ones(len(self.sample.row), dtype=bool), np.zeros(len(self.exposure.components))))
        return self._alone[0]

    def singles(self, live: Bools, covered: Floats) -> Singles:
        """Approximate log odds of every component with a drop alone, as a fault and as an administrative item.

        Args:
            live: drops that no earlier item explains.
            covered: phones of each component that an earlier item has.
        """
        sums = self._gains.sums(live, self._values)
        gain, admin, chance = sums.values
        active = np.flatnonzero(sums.hits[self._gains.path] >= 1)
        place, active = self._gains.path[active], self._gains.components[active]
        hits, at = sums.hits[place], self.exposure.path[active]
        size = np.maximum(self.exposure.size[active] - covered[at], 0.0)
        shared = self._hits(active, hits, size) + self.covariates.expected[at] - chance[place]
        shared += above_background(hits, size * self.sample.bursts, self.covariates.expected[at], self.constants.hit_rates)
        prior = (self.priors.fault[active] + self.priors.noticed[active]) + self.priors.odds[active]
        kind = self.stories.told(self.exposure.kind_of[active], sums.reasons[place], hits)
        fault = shared + gain[place] + kind + prior
        managed = shared + admin[place] + self.priors.administrative[active]
        if self.hit_alike:
            alike = np.isin(self.exposure.kind_of[active], self.hit_alike)
            fault[alike] = managed[alike] = -np.inf
        return Singles(active, fault, managed)

    def _hits(self, components: Ints, hits: Floats, size: Floats) -> Floats:
        shared = log_hits_counted(hits, size * self.sample.bursts, self.constants.hit_rates)
        ways = self.exposure.ways[components]
        for count in np.unique(ways[ways > 1]).tolist():
            of_count = ways == count
            shared[of_count] = log_hits_shared(hits[of_count], size[of_count] * self.sample.bursts, count, self.constants.hit_rates)
        return shared

    def residual(self, hypothesis: Hypothesis) -> tuple[Bools, Floats]:
        """Drops that a hypothesis leaves over, and how many phones of each component it has."""
        known = [item.component for item in hypothesis if item.component >= 0]
        covered = np.zeros(len(self.exposure.size))
        for place, component in enumerate(known):
            covered += self.exposure.common(component)
            for other in known[:place]:  # a hypothesis that is grown has two items at most
                covered -= self.exposure.common(component, other)
        return self.left_over(hypothesis), covered

    def left_over(self, hypothesis: Hypothesis) -> Bools:
        """Drops that none of a hypothesis' items has."""
        live = np.ones(len(self.sample.row), dtype=bool)
        for item in hypothesis:
            live &= ~self.parts.of(item).inside
        return live

    def score(self, hypothesis: Hypothesis) -> float:
        """Log posterior of a hypothesis, not normalised; "nothing shared" scores its prior."""
        return float(self.scores([hypothesis])[0])

    def scores(self, hypotheses: Sequence[Hypothesis]) -> Floats:
        """The same of many hypotheses, which costs little more than of one."""
        given = float(self.covariates.chance.max()) if self.sample.given else 0.0
        found = np.full(len(hypotheses), self.priors.nothing + float(self._clustered.sum()) - given)
        some = [place for place, hypothesis in enumerate(hypotheses) if hypothesis]
        step = max(1, _AT_ONCE // max(len(self.sample.row), 1))
        for first in range(0, len(some), step):
            chosen = some[first : first + step]
            found[chosen] = self._scored([hypotheses[place] for place in chosen])
        return found

    def _scored(self, hypotheses: Sequence[Hypothesis]) -> Floats:
        found = lay_out(hypotheses, len(self.sample.row), self.parts.of, self.parts.common)
        bunched, ahead = self._bunched(found)
        total: Floats = bunched + (found.many - 1) * self.priors.further
        left = Left(found.live, np.ones(found.live.shape), np.ones((len(found.item), self.leaks.vlans)))
        for layer, near, drops, expected in zip(found.layers, ahead, self._told_of(found), self._others(found), strict=True):
            profile, reason = layer.each("profile")[layer.cell], self.sample.reason[layer.drop]
            told = layer.each("told") - layer.lacking(self.stories.caused[profile, reason] - self.covariates.chance[layer.drop])
            own = layer.each("prior") + layer.expected + told + self.stories.told(layer.each("profile"), self._reasons(layer), drops)
            total[layer.of] += own + self._explained(layer, near, left)
            total[layer.of] += self._beside(layer, expected)
        return total - _told_twice(found) + self.crowd.totals(self._rarity, left.live, left.grown)

    def _bunched(self, found: Layout) -> tuple[Floats, list[Floats]]:
        """What the moments of all cells' drops say, and per layer, cell and moment how much likelier one more drop of the cell there makes it.

        Causes apart may act at once or each in its time.
        """
        count = len(found.item)
        drops = np.zeros((count, self.bunches.moments), dtype=np.int64)
        hits, expected = np.zeros(count), np.zeros(count)
        moments = [self._moments(layer) for layer in found.layers]
        for layer, own in zip(found.layers, moments, strict=True):
            drops[layer.of] += own
            hits[layer.of] += layer.hits
            expected[layer.of] += layer.expected
        gain, together = self.bunches.gains(drops, expected / np.maximum(hits, 1.0))
        ahead = [together[layer.of] for layer in found.layers]
        apart = (found.many > 1) & ~found.nested().any(axis=(1, 2))
        if apart.any():
            each, alone = np.zeros(count), []
            for layer, own in zip(found.layers, moments, strict=True):
                chosen = np.flatnonzero(apart[layer.of])
                innocent = layer.expected[chosen] / np.maximum(layer.hits[chosen], 1.0)
                value, near = self.bunches.gains(own[chosen], innocent)
                each[layer.of[chosen]] += value
                alone.append((chosen, near))
            in_its_time = expit(each - gain)[:, np.newaxis]
            for layer, near, (chosen, lone) in zip(found.layers, ahead, alone, strict=True):
                near[chosen] += in_its_time[layer.of[chosen]] * (lone - near[chosen])
            gain[apart] = np.logaddexp(gain[apart], each[apart]) - np.log(2)
        return gain, ahead

    def _moments(self, layer: Layer) -> Ints:
        """Per cell and moment, how many of its drops are there."""
        moments: Ints = layer.each("moments")
        return moments - self.bunches.counted_by(layer.cell, layer.drop, len(moments)) if len(layer.cell) else moments

    def _reasons(self, layer: Layer) -> Ints:
        """Per cell and reason, how many of its drops have it."""
        count, reason = layer.each("reasons"), self.sample.reason[layer.drop]
        lacking = np.bincount(layer.cell * count.shape[1] + reason, minlength=count.size)
        reasons: Ints = count - lacking.reshape(count.shape)
        return reasons

    def _told_of(self, found: Layout) -> list[Floats]:
        """Per cell, of how many drops its kind is told."""
        hits = [layer.hits for layer in found.layers]
        if len(hits) == 1:
            return hits
        return found.to_cells(self.stories.drops_told(found.of_cells(hits), found.common > 0))

    def _others(self, found: Layout) -> list[Floats]:
        """Per cell, the drops to be expected because its phones are those of larger items too."""
        bursts, whole = self.sample.bursts, found.each("size", 1.0)
        hits, size = (found.of_cells([getattr(layer, name) for layer in found.layers]) for name in ("hits", "size"))
        rate = hit_rate(hits, size * bursts)
        others = np.zeros(hits.shape)
        for smaller, larger in combinations(range(hits.shape[1]), 2):
            share = found.common[:, smaller, larger] / np.maximum(whole[:, smaller], 1.0)
            others[:, smaller] += rate[:, larger] * share * size[:, smaller] * bursts
        return found.to_cells(others)

    def _beside(self, layer: Layer, others: Floats) -> Floats:
        """Against cells that have fewer drops than larger items of the same phones make expect: no fault protects from another."""
        size = layer.size * self.sample.bursts
        against: Floats = np.where(layer.each("ways") == 1, above_others(layer.hits, size, others, self.constants.hit_rates), 0.0)
        return against

    def _explained(self, layer: Layer, ahead: Floats, left: Left) -> Floats:
        """Log probability of each cell's drops and of those outside that it explains, the likelier at a moment of those inside; enters these in what is left."""
        rest = self._rest(layer)
        leak = self._leak(layer, left.live, rest)
        likely = self._rarity[leak.drop] * leak.strength * ahead[leak.cell, self.bunches.place[leak.drop]]
        odds = likely * self._lift(layer, leak, self._told_by_leaks(layer, leak, likely)) / left.grown[layer.of[leak.cell], leak.drop]
        value, near, far = self._integrated(layer, leak, odds, rest, left.stayed[layer.of])
        odds *= np.where(self.leaks.nowhere[self.sample.row[leak.drop]], far[leak.cell], near[leak.cell])
        left.grown[layer.of[leak.cell], leak.drop] *= 1.0 + odds
        gone = np.where(self.leaks.nowhere_lost > 0, far[:, np.newaxis], near[:, np.newaxis]) / layer.each("ways")[:, np.newaxis]
        left.stayed[layer.of] -= np.where(rest.share >= SURE, rest.share * gone, 0.0)
        return value + self._of_known_phones(layer) + self._few(layer, leak.cell, odds)

    def _of_known_phones(self, layer: Layer) -> Floats:
        """What the phones that are known to be in each cell say beyond their number."""
        value = self._spread(layer, layer.each("ways")) - self._no_port(layer) + self.uneven.gains(layer) + self._other_rates(layer)
        return value + self._repeated(layer) if self.sample.bursts > 1 else value

    def _integrated(self, layer: Layer, leak: Leaked, odds: Floats, rest: Rest, stayed: Floats) -> tuple[Floats, Floats, Floats]:
        """Log probability of each cell's drops over all hit rates, and the mean rate afterwards of its phones; and of those of which nothing is known.

        These, the VLAN neither, are like the others or on nothing that is known, either as likely: it is weighed for each cell.
        """
        size, leaks, ways = layer.size * self.sample.bursts, self.leaks, layer.each("ways")
        hidden = self._hidden(leak, odds, ways, rest, leaks.lost + leaks.nowhere_lost, stayed)
        value, rate = log_hits_hidden(layer.hits, size, hidden, self.constants.hit_rates)
        if not rest.nowhere.any():
            return value, rate, rate
        far = leaks.nowhere[self.sample.row[leak.drop]] & (rest.nowhere > 0)[leak.cell]
        apart = self._hidden(leak, np.where(far, 0.0, odds), ways, replace(rest, nowhere=np.zeros(len(size))), leaks.lost, stayed)
        without, slower = log_hits_hidden(layer.hits, size, apart, self.constants.hit_rates)
        both = np.logaddexp(value, without) - np.log(2)
        alike = 0.5 * np.exp(value - both)
        mean = alike * rate + (1 - alike) * slower
        return both, mean, np.where(rest.nowhere > 0, alike * rate, mean)

    def _rest(self, layer: Layer) -> Rest:
        share, hidden, nowhere = (layer.each(name) for name in ("share", "hidden", "nowhere"))
        nested = np.flatnonzero((layer.smaller >= 0).any(axis=1) & (share > 0).any(axis=1))
        for cell, smaller in zip(nested.tolist(), layer.smaller[nested].tolist(), strict=True):
            left = self.leaks.of_all(layer.holds(cell), *[other for other in smaller if other >= 0])
            share[cell], hidden[cell] = left.share, left.expected + self.constants.stale_share * left.elsewhere
            nowhere[cell] = left.nowhere
        return Rest(share, hidden, nowhere)

    def _leak(self, layer: Layer, live: Bools, rest: Rest) -> Leaked:
        """The drops outside of all cells that may be a layer's."""
        nodes = Nodes(self.covariates.node, self.constants.node_error, len(self.exposure.phones))
        return leaked(layer, live, rest=rest, vlan=self.covariates.vlan, weight=self.covariates.astray, nodes=nodes)

    def _hidden(self, leak: Leaked, odds: Floats, ways: Ints, rest: Rest, lost: Floats, stayed: Floats) -> Hidden:
        """The phones that may be on each cell's item without being known to be, so many of each VLAN.

        Of a VLAN that mostly is on the item, one that stayed speaks against it like one that is known to be there: the more, the less likely it is
        that it stayed on what smaller items have (``Left.stayed``).
        """
        bursts, share = self.sample.bursts, rest.share
        near = (share >= SURE) & (lost > 0)
        expected = leak.hidden + rest.nowhere - np.where(near, share * lost, 0.0).sum(axis=1)
        key = (leak.cell * len(lost) + self.covariates.vlan[leak.drop])[self.covariates.unlocated[leak.drop]]
        count = lost * bursts - np.bincount(key, minlength=share.size).reshape(share.shape)
        of, vlan = pairs(near)
        return Hidden(
            component=leak.cell,
            odds=odds / ways[leak.cell],
            expected=np.maximum(expected, 0.0) / ways * bursts,
            of=of,
            share=np.minimum(share[of, vlan] / ways[of] / np.maximum(stayed[of, vlan], LEAST_STAYED), 1.0),
            stayed=np.maximum(count[of, vlan], 0.0),
        )

    def _lift(self, layer: Layer, leak: Leaked, share: Floats) -> Floats:
        """How much likelier each leaked drop's reason is under its cell's item, of whose kind the reasons tell a share."""
        profile = layer.each("profile")
        lift = np.exp(self.stories.caused[profile] + share[:, np.newaxis] * self.stories.kind[profile])
        lifts: Floats = lift[leak.cell, self.sample.reason[leak.drop]]
        return lifts

    def _told_by_leaks(self, layer: Layer, leak: Leaked, likely: Floats) -> Floats:
        """How much each reason counts in each cell: a phone whose place is not known tells it no louder than the others."""
        guess = hit_rate(layer.hits, layer.size * self.sample.bursts)
        odds = guess[leak.cell] * likely * self._lift(layer, leak, np.ones(len(guess)))
        return self.stories.share(layer.hits + np.bincount(leak.cell, odds / (1 + odds), minlength=len(guess)))

    def _spread(self, layer: Layer, ways: Ints) -> Floats:
        """What the probability of a cell's drops lacks, as a log: of members with unknown hash, and of cells quieter than usual."""
        bursts, rates = self.sample.bursts, self.constants.hit_rates
        size = layer.size * bursts
        lacking = np.where(ways == 1, above_background(layer.hits, size, layer.expected, rates), 0.0)
        for count in np.unique(ways[ways > 1]).tolist():
            at = ways == count
            if bursts > 1:
                lacking[at] = [self._same(inside, n, count) for inside, n in zip(layer.inside()[at], layer.size[at].tolist(), strict=True)]
            else:
                lacking[at] = log_hits_shared(layer.hits[at], size[at], count, rates) - log_hits(layer.hits[at], size[at], rates)
        return lacking

    def _same(self, inside: Bools, phones: float, ways: int) -> float:
        """How much likelier some drops are those of one of several members than of all, as the same phones drop in each burst or others."""
        dropped = np.unique(self.sample.row[inside], return_counts=True)[1]
        return member_against_bundle(dropped, phones, self.sample.bursts, ways, self.constants)

    def _repeated(self, layer: Layer) -> Floats:
        """What a rate of its own in each burst adds to one rate in all of them."""
        bursts, rates = self.sample.bursts, self.constants.hit_rates
        per_burst = np.array([np.bincount(self.sample.burst[inside], minlength=bursts) for inside in layer.each("inside")])
        per_burst -= np.bincount(layer.cell * bursts + self.sample.burst[layer.drop], minlength=per_burst.size).reshape(per_burst.shape)
        shared = log_hits(layer.hits, layer.size * bursts, rates)
        own = log_hits(per_burst, layer.size[:, np.newaxis], rates).sum(axis=1)
        more: Floats = np.logaddexp(shared, own) - np.log(2) - shared
        return more

    def _other_rates(self, layer: Layer) -> Floats:
        """What the probability of the drops lacks of what nothing names, and of a part of which no location tells its phones: they take other shares of the phones than a fault.

        Of a part that may be anywhere those tell that would be known if they had not dropped: of a log that names what dropped, all have.
        """
        lacking, unnamed, partial = np.zeros(len(layer.part)), layer.each("unnamed"), np.flatnonzero(layer.each("partial"))
        lacking[unnamed] = self._by_rates(layer.hits[unnamed], layer.size[unnamed], self.constants.unnamed_rates)
        hits, size = layer.hits[partial], layer.size[partial]
        anywhere = np.flatnonzero(layer.each("component")[partial] < 0)
        if len(anywhere):
            hits[anywhere] = (layer.inside()[partial[anywhere]] & self.parts.witnesses[self.sample.row]).sum(axis=1)
            size[anywhere] = np.maximum(size[anywhere] * self.parts.witnessed, hits[anywhere] / self.sample.bursts)
        lacking[partial] = self._by_rates(hits, size, self.constants.within_rates)
        return lacking

    def _by_rates(self, hits: Floats, size: Floats, rates: Rates) -> Floats:
        """Log of how much likelier drops are by other hit rates than those of a fault."""
        phones = size * self.sample.bursts
        more: Floats = log_hits(hits, phones, rates) - log_hits(hits, phones, self.constants.hit_rates)
        return more

    def _no_port(self, layer: Layer) -> Floats:
        """Against what no location shows: what has no switch port of its own seldom shares one."""
        against, unseen = np.zeros(len(layer.part)), np.flatnonzero(layer.each("unseen"))
        if len(unseen):
            other = ~self.exposure.is_phone[self.sample.row]
            against[unseen] = np.where((layer.inside()[unseen] & other).any(axis=1), self.constants.non_phone_odds, 0.0)
        return against

    def _few(self, layer: Layer, cell: Ints, odds: Floats) -> Floats:
        """Log probability that faults and actions of few phones are meant; those at unknown places may make up the number."""
        value = np.zeros(len(layer.part))
        few = np.flatnonzero((layer.hits < self.constants.least_drops) & (layer.each("component") != UNSEEN_COMPONENT))
        if len(few) and not self.sample.given:
            place = np.full(len(value), -1)
            place[few] = np.arange(len(few))
            chosen = np.flatnonzero(place[cell] >= 0)
            least, fewer = self.constants.least_drops, self.constants.p_fewer
            value[few] = fewer_than(least, layer.hits[few], place[cell[chosen]], odds[chosen], fewer)
        return value


def _told_twice(found: Layout) -> Floats:
    """What items with common phones have in common of the odds apart from phones: a module's errors are its ASIC's errors too."""
    odds = found.each("odds", 0.0)
    twice = np.zeros(len(odds))
    for one, other in combinations(range(odds.shape[1]), 2):
        mine, others = odds[:, one], odds[:, other]
        less = np.where(np.abs(mine) <= np.abs(others), mine, others)
        twice += np.where((mine * others > 0) & (found.common[:, one, other] > 0), less, 0.0)
    return twice
