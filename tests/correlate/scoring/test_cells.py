"""The cells of many hypotheses at once."""

from __future__ import annotations

import numpy as np
import pytest

from switchcorr.correlate.scoring.cells import Layout, lay_out
from switchcorr.correlate.scoring.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from tests.correlate.scenes import below, likelihood_of, number_of, rows_of

_ROWS = rows_of(4, 2, 20)
_UNSEEN = Item(UNSEEN_COMPONENT, ItemKind.UNSEEN)


@pytest.fixture(scope="module")
def likelihood() -> Likelihood:
    return likelihood_of(_ROWS, [*below(_ROWS, "module", "acc-1/1")[:6], *below(_ROWS, "module", "acc-2/1")[:3]])


def _fault(likelihood: Likelihood, kind: str, id_: str) -> Item:
    return Item(number_of(likelihood.exposure, kind, id_), ItemKind.FAULT)


def _laid(likelihood: Likelihood, *hypotheses: Hypothesis) -> Layout:
    return lay_out(hypotheses, len(likelihood.sample.row), likelihood.parts.of, likelihood.parts.common)


def test_a_cell_has_the_drops_and_phones_that_smaller_items_leave_over(likelihood: Likelihood) -> None:
    module, switch, cluster = (_fault(likelihood, *one) for one in (("module", "acc-1/1"), ("switch", "acc-1"), ("cluster", "one")))
    known = float(likelihood.exposure.size[cluster.component])
    found = _laid(likelihood, (cluster,), (cluster, module), (switch, cluster, module))
    assert found.of_cells([layer.size for layer in found.layers]).tolist() == [[known, 0, 0], [20, known - 20, 0], [20, 20, known - 40]]
    assert found.of_cells([layer.hits for layer in found.layers]).tolist() == [[9, 0, 0], [6, 3, 0], [6, 0, 3]]
    assert found.each("component", -7).tolist() == [
        [cluster.component, -7, -7],
        [module.component, cluster.component, -7],
        [module.component, switch.component, cluster.component],
    ]
    assert [layer.of.tolist() for layer in found.layers] == [[0, 1, 2], [1, 2], [2]]


def test_which_items_have_phones_in_common(likelihood: Likelihood) -> None:
    module, other, switch = (_fault(likelihood, *one) for one in (("module", "acc-1/1"), ("module", "acc-1/2"), ("switch", "acc-1")))
    found = _laid(likelihood, (module, other, switch), (module, other, _UNSEEN))
    assert found.common[0].tolist() == [[0, 0, 20], [0, 0, 20], [20, 20, 0]]
    assert not found.common[1].any()
    assert not found.live[0, :6].any()
    assert found.live[1].tolist() == [*[False] * 6, *[True] * 3]


def test_what_layers_have_goes_into_a_table_and_back(likelihood: Likelihood) -> None:
    module, switch = (_fault(likelihood, *one) for one in (("module", "acc-1/1"), ("switch", "acc-1")))
    found = _laid(likelihood, (module,), (module, switch))
    table = found.of_cells([np.array([1.0, 2.0]), np.array([3.0])])
    assert table.tolist() == [[1.0, 0.0], [2.0, 3.0]]
    assert [own.tolist() for own in found.to_cells(table)] == [[1.0, 2.0], [3.0]]


def test_an_item_is_a_part_of_another_that_has_most_of_its_phones(likelihood: Likelihood) -> None:
    module, switch, node = (_fault(likelihood, *one) for one in (("module", "acc-1/1"), ("switch", "acc-1"), ("node", "node-1")))
    found = _laid(likelihood, (module, switch), (module, node), (module, switch, node))
    assert found.nested().any(axis=(1, 2)).tolist() == [True, False, True]
