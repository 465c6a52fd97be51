"""What the items of hypotheses are in one sample, and the phones that several have in common."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.scoring.hypotheses import UNNAMED_COMPONENT, UNSEEN_COMPONENT, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from tests.correlate.scenes import below, likelihood_of, number_of, rows_of

_ROWS = rows_of(4, 2, 20)
_UNNAMED = Item(UNNAMED_COMPONENT, ItemKind.UNNAMED)
_UNSEEN = Item(UNSEEN_COMPONENT, ItemKind.UNSEEN)


@pytest.fixture(scope="module")
def likelihood() -> Likelihood:
    return likelihood_of(_ROWS, [*below(_ROWS, "module", "acc-1/1")[:6], *below(_ROWS, "module", "acc-2/1")[:3]])


def _item(likelihood: Likelihood, kind: str, id_: str, how: ItemKind = ItemKind.FAULT) -> Item:
    return Item(number_of(likelihood.exposure, kind, id_), how)


def test_a_part_has_its_drops_its_phones_and_what_chance_makes_expect(likelihood: Likelihood) -> None:
    part = likelihood.parts.of(_item(likelihood, "module", "acc-1/1"))
    assert (part.hits, part.size, int(part.moments.sum())) == (6.0, 20.0, 6)
    assert part.expected == pytest.approx(float(likelihood.background.per_second[:20].sum()) * likelihood.covariates.seconds)
    assert likelihood.parts.of(_item(likelihood, "module", "acc-1/1")) is part


def test_items_have_phones_in_common_and_the_unseen_one_has_none(likelihood: Likelihood) -> None:
    switch, module, other = (_item(likelihood, *one) for one in (("switch", "acc-1"), ("module", "acc-1/1"), ("module", "acc-1/2")))
    parts = likelihood.parts
    assert (parts.common((switch, module)), parts.common((module, switch)), parts.common((module, other))) == (20.0, 20.0, 0.0)
    assert parts.common((switch, _UNSEEN)) == 0.0


def test_what_nothing_names_has_the_phones_of_all(likelihood: Likelihood) -> None:
    switch, module = (_item(likelihood, *one) for one in (("switch", "acc-1"), ("module", "acc-1/1")))
    part = likelihood.parts.of(_UNNAMED)
    assert (part.hits, part.size) == (len(likelihood.sample.row), len(likelihood.exposure.phones))
    assert part.expected == pytest.approx(float(likelihood.background.per_second.sum()) * likelihood.covariates.seconds)
    assert part.unnamed
    assert not part.leaks.any()
    assert part.hidden == 0.0
    whole = likelihood.parts.of(switch).size
    assert likelihood.parts.common((_UNNAMED, switch)) == likelihood.parts.common((switch, _UNNAMED)) == whole
    assert likelihood.parts.common((_UNNAMED, switch, module)) == 20.0
    assert likelihood.parts.common((_UNNAMED, _UNSEEN)) == float((~likelihood.exposure.located).sum())
    assert likelihood.parts.common((_UNNAMED, _UNSEEN, switch)) == 0.0


def test_an_action_has_its_own_prior_and_profile_and_the_same_drops(likelihood: Likelihood) -> None:
    fault, action = (likelihood.parts.of(_item(likelihood, "switch", "acc-1", how)) for how in (ItemKind.FAULT, ItemKind.ADMINISTRATIVE))
    assert np.array_equal(fault.inside, action.inside)
    assert fault.prior != action.prior
    assert fault.profile != action.profile == likelihood.stories.action
