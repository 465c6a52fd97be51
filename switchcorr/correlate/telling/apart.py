"""An incident without the phones of its other causes: where two parts fail at once, what one of them took says nothing of the other.

Each of two line cards would else have the other's drops "elsewhere" and against it, and seem to be explained better by the switch
of both. So what is told of a cause is counted in a window of which the other causes' phones are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import compress

import numpy as np

from switchcorr.correlate.drops.background import Background
from switchcorr.correlate.exposure.table import Bools, Exposure, Floats, Ints
from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.hypotheses import ItemKind
from switchcorr.correlate.scoring.leaks import Leaks
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior
from switchcorr.model.incident import NAMED_FROM

_HOLDING = ("module", "chassis", "switch")


def at_once(likelihood: Likelihood, posterior: Posterior, causes: Sequence[int], component: int) -> tuple[int, ...]:
    """Those of some causes that have probably failed beside a component; of causes of which only one has failed, none."""
    twin = likelihood.exposure.twin
    others = {int(twin[other]): other for other in causes if twin[other] != twin[component]}
    both = dict.fromkeys(others, 0.0)
    for hypothesis, p in posterior.weights().items() if others else ():
        faults = {int(twin[item.component]) for item in hypothesis if item.kind is ItemKind.FAULT}
        if int(twin[component]) in faults:
            both |= {other: both[other] + p for other in faults & others.keys()}
    return tuple(others[other] for other, p in both.items() if p >= NAMED_FROM)


def without_others(likelihood: Likelihood, component: int, others: Sequence[int]) -> Likelihood:
    """The same window without the phones that are on others and not on a component; the numbers of components stay."""
    if not others:
        return likelihood
    exposure = likelihood.exposure
    kept = exposure.exposed(exposure.members, component) | ~on_any(exposure, others)
    fewer = _exposure(exposure, kept)
    return Likelihood(
        fewer,
        _background(likelihood.background, fewer, kept),
        likelihood.priors,
        _sample(likelihood.sample, kept),
        Leaks(fewer),
        likelihood.constants,
    )


def part_of_all(exposure: Exposure, components: Sequence[int]) -> int:
    """The smallest part of a switch that holds all phones of some smaller ones; -1 if there is none."""
    members = exposure.members[on_any(exposure, components)]
    for kind in (name for name in _HOLDING if name in exposure.kinds):
        found = np.unique(members[:, exposure.kinds.index(kind)])
        if len(found) == 1 and found[0] >= 0:
            return -1 if exposure.twin[found[0]] in exposure.twin[list(components)] else int(found[0])
    return -1


def held_in(exposure: Exposure, components: Sequence[int], kinds: Sequence[str]) -> tuple[int, ...]:
    """Of each of some kinds the component that holds all phones of some others whose component of the kind is known, and some of each."""
    each = [exposure.members[exposure.exposed(exposure.members, component)] for component in components]
    held = []
    for column in (exposure.kinds.index(kind) for kind in kinds if kind in exposure.kinds):
        found = [np.unique(members[members[:, column] >= 0, column]).tolist() for members in each]
        if all(own == found[0] and len(own) == 1 for own in found):
            held.append(int(found[0][0]))
    return tuple(number for number in held if exposure.twin[number] not in exposure.twin[list(components)])


def on_any(exposure: Exposure, components: Sequence[int]) -> Bools:
    """Which phones are on any of some components."""
    found = np.zeros(len(exposure.phones), dtype=bool)
    for component in components:
        found |= exposure.exposed(exposure.members, component)
    return found


def _exposure(exposure: Exposure, kept: Bools) -> Exposure:
    phones, members = tuple(compress(exposure.phones, kept.tolist())), exposure.members[kept]
    return replace(
        exposure,
        phones=phones,
        members=members,
        size=_sums(exposure, members, np.ones(len(phones)))[exposure.path],
        located=exposure.located[kept],
        is_phone=exposure.is_phone[kept],
        listed=exposure.listed[kept],
        row_of={phone: row for row, phone in enumerate(phones)},
        _order={},
        _common={},
        _known={},
        _nowhere={},
    )


def _background(background: Background, exposure: Exposure, kept: Bools) -> Background:
    per_second = background.per_second[kept]
    sums = _sums(exposure, exposure.members, per_second)
    return replace(background, per_second=per_second, history=background.history[kept], of_component=sums, total=float(per_second.sum()))


def _sums(exposure: Exposure, members: Ints, weights: Floats) -> Floats:
    """Per component the sum of something of phones over its own."""
    sums: Floats = np.zeros(len(exposure.components) + 1)
    for column in members.T:
        sums += np.bincount(column + 1, weights, minlength=len(sums))
    return sums[1:]


def _sample(sample: Sample, kept: Bools) -> Sample:
    chosen, timing = kept[sample.row], sample.timing
    return replace(
        sample,
        row=(np.cumsum(kept) - 1)[sample.row[chosen]],
        reason=sample.reason[chosen],
        burst=sample.burst[chosen],
        timing=None if timing is None else Timing(timing.moment[chosen], timing.length),
        node=None if sample.node is None else sample.node[chosen],
    )
