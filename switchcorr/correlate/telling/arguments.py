"""What speaks for and against a component, in sentences with weights: drops, reasons, switches, servers, control groups.

What restates the counted drops in a person's terms (spread, control groups, devices without a port) is shown with its weight,
not added again; ``docs/correlation.md`` says which kind is which.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from switchcorr.correlate.constants import Constants
from switchcorr.correlate.drops.reasons import ReasonClass, words_of
from switchcorr.correlate.evidence.circumstances import Circumstances, heaviest_facts
from switchcorr.correlate.evidence.new_loads import LEAST
from switchcorr.correlate.evidence.switches import COUNTER_KINDS, fact_weight
from switchcorr.correlate.exposure.groups import occurrences
from switchcorr.correlate.exposure.table import Exposure, Ints
from switchcorr.correlate.scoring.hypotheses import Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.correlate.telling.apart import without_others
from switchcorr.correlate.telling.control_groups import SLIGHT, control_groups
from switchcorr.correlate.telling.counterfactual import counterfactuals
from switchcorr.correlate.telling.sentences import listed, percent, with_article
from switchcorr.correlate.telling.server_arguments import components_hit, failover_arguments, server_arguments
from switchcorr.model.campus import Domain, Observation, ObservationKind, risk_kind
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.model.wording import component_name
from switchcorr.text import counted

_MODULE_STATES = frozenset((ObservationKind.MODULE_STATUS, ObservationKind.DIAGNOSTIC_FAILURE))
_SEVERAL = 3
_REASONS_SHOWN = 3
_GROUPS_SHOWN = 6
_MOST_SPREAD = 8.0
_ACQUITTED = 0.05


@dataclass(frozen=True, slots=True)
class Contrast:
    """Drops of a component's phones against all others.

    Attributes:
        affected, exposed: of its own phones, how many dropped and how many there are.
        elsewhere, others: the same of all other endpoints.
        lost, nowhere: of these the same of phones whose component of its kind is not known.
    """

    affected: int
    exposed: int
    elsewhere: int
    others: int
    lost: int = 0
    nowhere: int = 0

    def outside(self, kind: str) -> str:
        """The other endpoints in words; a phone that dropped at an unknown place is not known to be elsewhere."""
        if not self.others:
            return "no known phone is outside of it"
        if not self.lost:
            return f"{self.elsewhere:,} of {self.others:,} elsewhere"
        known = f"{self.elsewhere - self.lost:,} of {self.others - self.nowhere:,} elsewhere, " if self.others > self.nowhere else ""
        return f"{known}{self.lost:,} of {self.nowhere:,} whose {risk_kind(kind).noun} is not known"


def contrast(likelihood: Likelihood, *components: int) -> Contrast:
    """Counted contrast of a component, or of several of one kind together, in the sample; each endpoint counts once."""
    exposure, rows = likelihood.exposure, likelihood.covariates.rows
    paths = exposure.path[list(components)]
    kind = int(exposure.kind_of[paths[0]])
    cells = likelihood.covariates.row_cells[:, kind]
    affected, exposed = int(np.isin(cells, paths).sum()), int(exposure.size[list(components)].sum())
    lost = int(((cells < 0) & exposure.is_phone[rows]).sum())
    return Contrast(affected, exposed, len(rows) - affected, len(exposure.phones) - exposed, lost, exposure.nowhere(kind))


def arguments(
    likelihood: Likelihood,
    posterior: Posterior,
    component: int,
    known: Circumstances,
    *,
    others: Sequence[int] = (),
    beside: Iterable[Evidence] = (),
) -> tuple[list[Evidence], list[Evidence]]:
    """All that speaks for and against a component, the contrast and then the heaviest first; what has no weight of its own stands with "for".

    Args:
        likelihood: of the window.
        posterior: what was found.
        component: its number.
        known: what is known of the window apart from drops.
        others: causes that have failed at once with it: their phones are left out.
        beside: further evidence, from outside of the window.
    """
    exposure = likelihood.exposure
    back = (
        *_new_software(exposure, component, known),
        *failover_arguments(exposure, component, known.failover, others),
    )  # rows of all phones
    likelihood = without_others(likelihood, component, others)
    found: list[Evidence] = [
        *_counted(likelihood, component, others),
        *control_groups(likelihood, component),
        *counterfactuals(likelihood, posterior, component),
        *_reasons(likelihood, component),
        *_phones_say(likelihood, component, known),
        *back,
        *fact_evidence(likelihood.exposure, known.facts, component, likelihood.constants),
        *server_arguments(likelihood, component, known, others),
        *_spread(likelihood, posterior, component),
        *_port_groups(likelihood, component),
        *_recurrence(likelihood, component, known),
        *_locations(likelihood, component),
        *beside,
    ]
    speaks_for = sorted(
        (item for item in found if item.weight >= 0), key=lambda item: (item.kind is not EvidenceKind.CONTRAST, -item.weight)
    )
    against = sorted((item for item in found if item.weight < 0), key=lambda item: item.weight)
    return speaks_for, [Evidence(item.kind, item.text, -item.weight) for item in against]


def _counted(likelihood: Likelihood, component: int, others: Sequence[int]) -> Iterator[Evidence]:
    """The contrast, without what the reasons and the facts apart from phones say: those are told on their own."""
    found = contrast(likelihood, component)
    own = likelihood.exposure.components[component]
    name = component_name(own)
    single = likelihood.alone().fault_of(component)
    odds = single - float(likelihood.priors.fault[component] + likelihood.priors.odds[component]) - _gain(likelihood, component)
    here = f"{found.affected:,} of {counted(found.exposed, 'phone')} on {name} dropped"
    elsewhere = found.outside(own.kind) if found.others else f"and {found.outside(own.kind)}"
    if others:
        names = listed([component_name(likelihood.exposure.components[other]) for other in others])
        elsewhere += f"; the phones of {names}, which failed too, are left out of all counts here"
    yield Evidence(EvidenceKind.CONTRAST, f"{here}, {elsewhere}", odds)
    expected = float(likelihood.covariates.expected[likelihood.exposure.path[component]])
    few = f"{expected:.2g}" if expected >= 0.01 else "fewer than 0.01"
    yield Evidence(EvidenceKind.BACKGROUND, f"by chance {few} drops of its phones were to be expected in this time")


def _gain(likelihood: Likelihood, component: int) -> float:
    """What the reasons of a component's drops say for a fault of its kind, bounded as in the score."""
    return likelihood.told_by_reasons(Item(component, ItemKind.FAULT))


def _reasons(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    gain = _gain(likelihood, component)
    if abs(gain) < SLIGHT:
        return
    reasons = likelihood.sample.reason[likelihood.exposure.exposed(likelihood.covariates.cells, component)]
    fit = "fit" if gain > 0 else "do not fit"
    fault = with_article(risk_kind(likelihood.exposure.components[component].kind).noun)
    yield Evidence(EvidenceKind.REASONS, f"{_commonest(reasons)}; the reasons {fit} a fault of {fault}", gain)


def _commonest(reasons: Ints) -> str:
    """The reason of most drops; where none is, the commonest ones, for one that few drops have is not the reason of all."""
    (most, many), *others = Counter(reasons.tolist()).most_common(_REASONS_SHOWN)
    if 2 * many > len(reasons) or not others:
        return f"{words_of(ReasonClass(most))} is the reason of {many:,} of {counted(len(reasons), 'drop')}"
    told = [f"{words_of(ReasonClass(reason))} of {count:,}" for reason, count in ((most, many), *others)]
    return f"of {counted(len(reasons), 'drop')} no reason is that of most: {', '.join(told)}"


def _phones_say(likelihood: Likelihood, component: int, known: Circumstances) -> Iterator[Evidence]:
    if words := known.phones.words():
        yield Evidence(EvidenceKind.PHONE_SIDE, words, known.phones.odds_of(likelihood.exposure.components[component].kind))


def _new_software(exposure: Exposure, component: int, known: Circumstances) -> Iterator[Evidence]:
    """What the phones of a component came back with; of something of the phones themselves also that it was nothing new."""
    own = known.phones.loads.on(exposure, component)
    if words := own.words():
        yield Evidence(EvidenceKind.NEW_LOAD, words)
    elif len(own.row) >= LEAST and not own.changed and exposure.domain_of(component) is Domain.ENDPOINT:
        yield Evidence(
            EvidenceKind.NEW_LOAD,
            f"all {len(own.row):,} phones that tell their firmware before and after came back with the same: no change of firmware",
        )


def fact_evidence(exposure: Exposure, facts: Sequence[Observation], component: int, constants: Constants) -> Iterator[Evidence]:
    """Facts about a component, each told once; only the heaviest has a weight, as only it entered the score."""
    heaviest = heaviest_facts(exposure, facts, constants).get(component)
    told = set() if heaviest is None else {heaviest.text}
    for fact in facts:
        if exposure.number(fact.component) != component or (fact.text in told and fact is not heaviest):
            continue
        told.add(fact.text)
        kind = (
            EvidenceKind.COUNTERS if fact.kind in COUNTER_KINDS
            else EvidenceKind.MODULE_STATE if fact.kind in _MODULE_STATES
            else EvidenceKind.DEVICE_STATE
        )  # fmt: skip
        yield Evidence(kind, fact.text, fact_weight(fact, constants) if fact is heaviest else 0.0)


def _spread(likelihood: Likelihood, posterior: Posterior, component: int) -> Iterator[Evidence]:
    if likelihood.exposure.domain_of(component) is not Domain.CALL_SERVER:
        return
    exposure = likelihood.exposure
    modules = components_hit(likelihood, "module", exposure.exposed(likelihood.covariates.cells, component))
    if len(modules) < _SEVERAL:
        return
    rows = likelihood.covariates.rows
    hits = occurrences(exposure.members[rows, exposure.kinds.index("module")], len(exposure.components))
    share = hits[modules] / exposure.size[modules]
    most = int(modules[np.flatnonzero(share == share.max())[-1]])
    text = f"the drops are spread over {len(modules):,} modules; the worst hit, {component_name(exposure.components[most])}, lost {hits[most]:,} of {counted(int(exposure.size[most]), 'phone')}"
    yield Evidence(EvidenceKind.SPREAD, text, min(_MOST_SPREAD, float(np.log(len(modules)))))
    suspicion = max(posterior.fault.get(twin, 0.0) for twin in exposure.twin[modules].tolist())
    if suspicion < _ACQUITTED:
        text = f"{counted(len(modules), 'module')} {'was' if len(modules) == 1 else 'were'} tested as causes and acquitted; the most suspect of them has {percent(suspicion)}"
        yield Evidence(EvidenceKind.TESTED_MODULES, text)


def _port_groups(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    """That a card lost some of its port groups and not ports here and there."""
    exposure = likelihood.exposure
    gain, groups, sizes, hits = likelihood.uneven.of(component, exposure.exposed(likelihood.covariates.cells, component))
    if gain < SLIGHT:
        return
    hit = np.flatnonzero(hits).tolist()
    told = [f"{hits[place]:,} of {sizes[place]:,} on {exposure.components[groups[place]].id}" for place in hit]
    text = f"it lost port groups and not ports here and there: {listed(told, _GROUPS_SHOWN)} dropped"
    if hits.sum() == sizes.sum():
        text = f"it lost each of its {len(groups)} port groups whole"
    elif len(hit) < len(groups):
        text += f", 0 of {int(sizes[hits == 0].sum()):,} on its {counted(len(groups) - len(hit), 'other port group')}"
    yield Evidence(EvidenceKind.SPREAD, text, gain)


def _recurrence(likelihood: Likelihood, component: int, known: Circumstances) -> Iterator[Evidence]:
    bursts = known.recurring.get(likelihood.exposure.components[component], 0)
    if bursts:
        yield Evidence(
            EvidenceKind.RECURRENCE, f"it stands out in {counted(bursts, 'other burst')} of this log too", known.again.get(component, 0.0)
        )


def _locations(likelihood: Likelihood, component: int) -> Iterator[Evidence]:
    """What is not known of places, and what the drops there say: by their VLAN, reason and moment some are probably the component's."""
    if likelihood.exposure.components[component].kind not in likelihood.parts.places:
        return
    rows = likelihood.covariates.rows
    lost, phones = int(likelihood.leaks.unlocated[rows].sum()), int(likelihood.exposure.is_phone[rows].sum())
    if lost:
        text = f"the location of {lost:,} of {counted(phones, 'phone')} that dropped is not known"
        yield Evidence(EvidenceKind.LOCATION_QUALITY, text)
    own, odds = likelihood.at_unknown_places(component)
    if odds >= SLIGHT:
        text = f"by VLAN, reason and moment about {own:.1f} of the other drops are its own: phones whose place is not known, or no longer right"
        yield Evidence(EvidenceKind.LOCATION_QUALITY, text, odds)
    elif odds <= -SLIGHT:
        hidden = likelihood.parts.of(Item(component, ItemKind.FAULT)).hidden
        few = f"about {own:.1f}" if own >= 0.05 else "hardly any"
        text = f"by VLAN about {hidden:.1f} further phones are on it whose place is not known, or no longer right; of these {few} dropped"
        yield Evidence(EvidenceKind.LOCATION_QUALITY, text, odds)
