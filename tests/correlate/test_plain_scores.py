"""Hypotheses that are scored together get what each gets alone, drop by drop."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.covariates import Sample
from switchcorr.correlate.scoring.gathered import Gathered
from switchcorr.correlate.scoring.hypotheses import NOTHING, UNNAMED_COMPONENT, UNSEEN_COMPONENT, Hypothesis, Item, ItemKind, item_above
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import search, weigh
from switchcorr.model.campus import Component, HashedComponent
from tests.correlate.plain_scores import plain_score
from tests.correlate.scenes import Rows, below, campus_of, likelihood_of, phone, rows_of


def _campus(random_: random.Random, *, coarse: bool) -> Rows:
    """Some phones at no known place, some without a VLAN, some devices without a port, and some VLANs over several switches; or of all the site only."""
    rows = rows_of(random_.randint(2, 5), random_.choice([1, 2, 3]), random_.randint(4, 14), nodes=random_.randint(1, 3))
    wide, groups = random_.random() < 0.5, random_.choice([0, 2, 3])
    for number, name in enumerate(sorted(rows)):
        row = dict(rows[name])
        if groups and random_.random() < 0.95:
            row["asic"] = f"{row['module']}/{number % groups}"
        if wide and "vlan" in row:
            row["vlan"] = "100@b"
        if random_.random() < 0.15:
            row = {kind: id_ for kind, id_ in row.items() if kind in ("vlan", "node", "cluster")}
        if random_.random() < 0.05:
            row.pop("vlan", None)
        if coarse:
            row = {kind: id_ for kind, id_ in row.items() if kind in ("vlan", "node", "cluster")} | {"site": f"s-{number % 2}"}
        rows[name] = row
    return rows | {f"CTI-{number}": {"node": "node-1", "cluster": "one"} for number in range(3)}


def _window(seed: int) -> tuple[Likelihood, random.Random]:
    random_ = random.Random(seed)
    rows = _campus(random_, coarse=seed % 5 == 4)
    names = set(random_.sample(sorted(rows), random_.randint(1, 6)))
    kinds = [kind for kind in ("module", "switch", "node", "site") if any(kind in row for row in rows.values())]
    for kind in random_.sample(kinds[:3], random_.randint(1, 2)):
        phones = below(rows, kind, random_.choice(sorted({row[kind] for row in rows.values() if kind in row})))
        names |= set(random_.sample(phones, random_.randint(1, len(phones))))
    hashed = [
        HashedComponent(Component("uplink", f"acc-1:Te1/{member}"), Component("uplink_bundle", "acc-1:Port-channel1"), 2)
        for member in (1, 2)
    ]
    campus = campus_of(rows, hashed=hashed if random_.random() < 0.4 else ())
    constants = replace(DEFAULT, p_benign=random_.choice([0.12, 3.0]), mean_rate_per_day=random_.choice([0.25, 6.0]))
    likelihood = likelihood_of(campus, [*names, phone(7_000)], bursts=random_.choice([1, 1, 3]), constants=constants)
    sample = likelihood.sample
    code = np.array([random_.randrange(14) for _ in sample.row], dtype=np.int64)
    moment = np.array([random_.uniform(0, 240) if random_.random() < 0.4 else random_.gauss(60, 8) for _ in sample.row]).clip(0, 240)
    timing = Timing(moment, np.full(sample.bursts, 240.0)) if random_.random() < 0.7 else None
    nodes = [-1, *(i for i, one in enumerate(likelihood.exposure.components) if one.kind == "node")]
    node = np.array([random_.choice(nodes) for _ in sample.row]) if random_.random() < 0.7 else None
    sample = Sample(sample.row, code, sample.burst, sample.seconds, given=random_.random() < 0.2, timing=timing, node=node)
    odds = np.array([random_.choice([0.0, 0.0, 2.5, -0.7]) for _ in likelihood.exposure.components])
    return replace(likelihood, sample=sample, priors=likelihood.priors.with_odds(odds)), random_


def _hypotheses(likelihood: Likelihood, random_: random.Random) -> list[Hypothesis]:
    """Of one to three items, of which more have drops than chance would choose."""
    touched = sorted({number for row in likelihood.covariates.cells.tolist() for number in row if number >= 0})
    numbers = sorted({*touched, *random_.sample(range(len(likelihood.exposure.components)), min(3, len(likelihood.exposure.components)))})
    found: list[Hypothesis] = [NOTHING]
    kind = random_.choice([j for j, name in enumerate(likelihood.exposure.kinds) if name in ("module", "switch", "vlan", "site")])
    own = likelihood.exposure.range_of(kind)
    some = random_.sample(range(own.start, own.stop), random_.randint(1, own.stop - own.start))
    several = item_above(Gathered(tuple(some), kind, random_.uniform(-20, 0)))
    within = likelihood.priors.within
    while len(found) < 25:
        chosen = random_.sample(numbers, min(random_.randint(1, 3), len(numbers)))
        items = [Item(number, ItemKind.FAULT if random_.random() < 0.8 else ItemKind.ADMINISTRATIVE) for number in chosen]
        items = [
            Item(item.component, ItemKind.UNSEEN) if within[item.component] > -np.inf and random_.random() < 0.5 else item for item in items
        ]
        if random_.random() < 0.15:
            items[-1] = Item(UNSEEN_COMPONENT, ItemKind.UNSEEN)
        if random_.random() < 0.15:
            items[-1] = several
        if random_.random() < 0.2:
            items[0] = Item(UNNAMED_COMPONENT, ItemKind.UNNAMED)
        found.append(tuple(items))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_scores_of_many_hypotheses_are_those_of_each_drop_by_drop(seed: int) -> None:
    likelihood, random_ = _window(seed)
    hypotheses = _hypotheses(likelihood, random_)
    found = likelihood.scores(hypotheses)
    for hypothesis, score in zip(hypotheses[1:], found[1:].tolist(), strict=True):
        plain = plain_score(likelihood, hypothesis)
        assert score == pytest.approx(plain, rel=1e-10, abs=1e-9) or (np.isneginf(score) and np.isneginf(plain))
        assert likelihood.score(hypothesis) == pytest.approx(score, rel=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40, 52))
def test_the_posterior_is_that_of_plain_scores(seed: int) -> None:
    likelihood, _ = _window(seed)
    found = search(likelihood)
    plain = weigh({one: plain_score(likelihood, one) if one else found.scores[one] for one in found.scores}, likelihood.exposure)
    for own, other in ((found.fault, plain.fault), (found.administrative, plain.administrative)):
        assert own == pytest.approx(other, rel=0, abs=1e-9)
    rest, others = ((one.nothing, one.managed, one.unseen, one.unnamed) for one in (found, plain))
    assert rest == pytest.approx(others, rel=0, abs=1e-9)
