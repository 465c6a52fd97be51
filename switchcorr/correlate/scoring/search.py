"""Which hypotheses are worth an exact score, and what they say together.

Singles by gain, then pairs grown from the best distinct ones, then a third item. What was scored is kept: the posterior is a
softmax over all of it, summed inside sets of components with equal exposure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, combinations, islice

import numpy as np
from scipy.special import logsumexp

from switchcorr.correlate.exposure.table import Exposure
from switchcorr.correlate.scoring.hypotheses import (
    NOTHING,
    UNNAMED_COMPONENT,
    UNSEEN_COMPONENT,
    Hypothesis,
    Item,
    ItemKind,
    gathered_in,
    item_above,
)
from switchcorr.correlate.scoring.likelihood import Likelihood, Singles
from switchcorr.model.campus import Domain

TOP_FAULTS = 40
TOP_ADMINISTRATIVE = 10
SEEDS = 4
PAIR_SEEDS = 8
GROWN = 12
GROWN_ADMINISTRATIVE = 3
GROWN_PAIRS = 4
THIRD = 8
FAR = 20.0
"""A third item is left out if by its approximate log odds its pair stays so far below the best hypothesis; by exact ones it comes no nearer than 1e-5."""
_UNNAMED = Item(UNNAMED_COMPONENT, ItemKind.UNNAMED)


@dataclass(frozen=True, slots=True)
class Posterior:
    """What is believed of a window.

    Attributes:
        fault: probability that a component is at fault, by the number of its equal-exposure set; sorted, highest first.
        member: probability of each single component; members of a set share what evidence apart from phones says.
        administrative: the same for administrative items, by component.
        nothing: nothing shared, innocent clusters included.
        managed: an administrative action and no fault.
        unseen: a shared part of the network that the locations do not show.
        unnamed: something that nothing known of the phones names, and nothing else.
        scores: every scored hypothesis with its log score.
    """

    fault: dict[int, float]
    member: dict[int, float]
    administrative: dict[int, float]
    nothing: float
    managed: float
    unseen: float
    unnamed: float
    scores: dict[Hypothesis, float]

    def weights(self) -> dict[Hypothesis, float]:
        """Probability of every scored hypothesis."""
        return _weights(self.scores)


def search(likelihood: Likelihood) -> Posterior:
    """Score the hypotheses that matter and weigh them."""
    scores: dict[Hypothesis, float] = {}
    _add(likelihood, scores, [NOTHING])
    if len(likelihood.sample.row):
        _add(likelihood, scores, [(item,) for item in _first_items(likelihood)])
        _gather_beside(likelihood, scores)
        _score_pairs(likelihood, scores)
    return weigh(scores, likelihood.exposure)


def _first_items(likelihood: Likelihood) -> Iterator[Item]:
    for item in _best(likelihood.alone(), TOP_FAULTS, TOP_ADMINISTRATIVE):
        yield item
        if item.kind is ItemKind.FAULT and np.isfinite(likelihood.priors.within[item.component]):
            yield Item(item.component, ItemKind.UNSEEN)
    at_unknown_places = np.unique(likelihood.sample.row[likelihood.covariates.unseen])
    phones = likelihood.exposure.is_phone[at_unknown_places].sum()  # what has no port shares no part of the network
    if phones > 1 and not likelihood.leaks.one_site:  # one phone shares nothing
        yield Item(UNSEEN_COMPONENT, ItemKind.UNSEEN)
    if (gathered := likelihood.gather()) is not None:
        yield item_above(gathered)
    if len(np.unique(likelihood.sample.row)) > 1:
        yield _UNNAMED


def _gather_beside(likelihood: Likelihood, scores: dict[Hypothesis, float]) -> None:
    """Where nothing was gathered of all drops, look for it in what a server leaves over that is a good single one: a node stalls, and a block dies."""
    if gathered_in(scores) is not None:
        return
    for item in _distinct(likelihood.exposure, scores)[:SEEDS]:
        is_server = item.kind is ItemKind.FAULT and likelihood.exposure.domain_of(item.component) is Domain.CALL_SERVER
        if is_server and (gathered := likelihood.gather((item,))) is not None:
            _add(likelihood, scores, [(item_above(gathered),), (item, item_above(gathered))])
            return


def _best(found: Singles, faults: int, actions: int, least: float = -np.inf) -> Iterator[Item]:
    """So many of the best faults, and of the best administrative items; none with smaller log odds."""
    for odds, count, kind in ((found.fault, faults, ItemKind.FAULT), (found.administrative, actions, ItemKind.ADMINISTRATIVE)):
        possible = np.flatnonzero(odds > least)
        if len(possible) > count:
            possible = possible[odds[possible] >= np.partition(odds[possible], -count)[-count]]
        best = possible[np.argsort(-odds[possible], kind="stable")[:count]]
        yield from (Item(number, kind) for number in found.components[best].tolist())


def _score_pairs(likelihood: Likelihood, scores: dict[Hypothesis, float]) -> None:
    seeds = _distinct(likelihood.exposure, scores)
    grown = (_grown(likelihood, (seed,), GROWN) for seed in seeds[:SEEDS])
    _add(likelihood, scores, chain(*grown, combinations(seeds[:PAIR_SEEDS], 2)))
    best = _best_of_length(scores, 2)
    if best is None:
        return
    halves = (item for item in best if item not in seeds[:SEEDS])  # keep one half, look for the other again
    _add(likelihood, scores, chain.from_iterable(_grown(likelihood, (item,), GROWN) for item in halves))
    least = max(scores.values()) - FAR
    pairs = sorted((h for h in scores if len(h) == 2), key=lambda h: (-scores[h], h))
    open_ = (pair for pair in pairs if likelihood.left_over(pair).any())  # those that leave a drop for a third item
    _add(
        likelihood,
        scores,
        chain.from_iterable(_grown(likelihood, pair, THIRD, least - scores[pair]) for pair in islice(open_, GROWN_PAIRS)),
    )


def _distinct(exposure: Exposure, scores: dict[Hypothesis, float]) -> list[Item]:
    """Items by score, one per equal-exposure set and way of explaining."""
    seen: set[tuple[int, ItemKind]] = set()
    items: list[Item] = []
    for hypothesis in sorted((h for h in scores if len(h) == 1), key=lambda h: (-scores[h], h)):
        item = hypothesis[0]
        key = _set_of(exposure, item), item.kind
        if key not in seen and np.isfinite(scores[hypothesis]):
            seen.add(key)
            items.append(item)
    return items


def _grown(likelihood: Likelihood, start: Hypothesis, count: int, least: float = -np.inf) -> Iterator[Hypothesis]:
    """A hypothesis with one more item: those that explain best what it leaves over, with at least such approximate log odds."""
    live, covered = likelihood.residual(start)
    if not live.any():
        return
    for item in _best(likelihood.singles(live, covered), count, GROWN_ADMINISTRATIVE, least):
        yield (*start, item)
    if live.sum() > 1:
        yield (*start, _UNNAMED)


def _add(likelihood: Likelihood, scores: dict[Hypothesis, float], hypotheses: Iterable[Hypothesis]) -> None:
    """Score those that are new and whose items have different phones, all of them at once."""
    new: dict[Hypothesis, None] = {}
    for hypothesis in hypotheses:
        ordered = tuple(sorted(hypothesis))
        sets = {_set_of(likelihood.exposure, item) for item in ordered}
        if ordered not in scores and len(sets) == len(ordered):
            new[ordered] = None
    scores.update(zip(new, likelihood.scores(list(new)).tolist(), strict=True))


def _best_of_length(scores: dict[Hypothesis, float], length: int) -> Hypothesis | None:
    return max((h for h in scores if len(h) == length), key=lambda h: (scores[h], h), default=None)


def _set_of(exposure: Exposure, item: Item) -> int:
    """What has no name is one set: no location shows it, or nothing names it."""
    return UNSEEN_COMPONENT if item.component < 0 else int(exposure.twin[item.component])


def _weights(scores: dict[Hypothesis, float]) -> dict[Hypothesis, float]:
    """Log scores as probabilities."""
    log_scores = np.array(list(scores.values()))
    return dict(zip(scores, np.exp(log_scores - logsumexp(log_scores)).tolist(), strict=True))


def weigh(scores: dict[Hypothesis, float], exposure: Exposure) -> Posterior:
    """What scored hypotheses say together."""
    fault: dict[int, float] = {}
    member: dict[int, float] = {}
    administrative: dict[int, float] = {}
    nothing = managed = unseen = unnamed = 0.0
    for hypothesis, weight in _weights(scores).items():
        kinds = {item.kind for item in hypothesis}
        if ItemKind.FAULT not in kinds:
            if ItemKind.UNSEEN in kinds:
                unseen += weight
            elif ItemKind.ADMINISTRATIVE in kinds:
                managed += weight
            elif ItemKind.UNNAMED in kinds:
                unnamed += weight
            else:
                nothing += weight
        for number in {_set_of(exposure, item) for item in hypothesis if item.kind is ItemKind.FAULT}:
            fault[number] = fault.get(number, 0.0) + weight
        for item in hypothesis:
            if item.kind is ItemKind.FAULT:
                member[item.component] = member.get(item.component, 0.0) + weight
            elif item.kind is ItemKind.ADMINISTRATIVE:
                administrative[item.component] = administrative.get(item.component, 0.0) + weight
    ranked = dict(sorted(fault.items(), key=lambda entry: (-entry[1], entry[0])))
    return Posterior(ranked, member, administrative, nothing, managed, unseen, unnamed, scores)
