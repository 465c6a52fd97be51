"""Port groups of a sick card that are hit unlike each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import pytest

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.scoring.cells import lay_out
from switchcorr.correlate.scoring.hypotheses import UNSEEN_COMPONENT, Hypothesis, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import search
from switchcorr.correlate.scoring.uneven import Uneven
from switchcorr.model.campus import Component, HashedComponent
from tests.correlate.scenes import Rows, below, best_of, campus_of, likelihood_of, number_of, rows_of

_BARE = rows_of(switches=6, modules=2, phones=48)
_ROWS = {name: row | {"asic": f"{row['module']}/{number % 48 // 8 + 1}"} for number, (name, row) in enumerate(sorted(_BARE.items()))}
_THREE = [name for group in (1, 2, 3) for name in below(_ROWS, "asic", f"acc-2/1/{group}")]
_EVENLY = [name for group in range(1, 7) for name in below(_ROWS, "asic", f"acc-2/1/{group}")[:4]]
_OFF = math.log1p(-DEFAULT.p_uneven)


def _item(likelihood: Likelihood, kind: str, id_: str, how: ItemKind = ItemKind.FAULT) -> Item:
    return Item(number_of(likelihood.exposure, kind, id_), how)


def _gains(likelihood: Likelihood, hypothesis: Hypothesis, constants: Constants = DEFAULT) -> list[float]:
    """Of each cell, smallest item first."""
    found = lay_out([hypothesis], len(likelihood.sample.row), likelihood.parts.of, likelihood.parts.common)
    uneven = Uneven(likelihood.exposure, likelihood.sample, constants)
    return [float(uneven.gains(layer)[0]) for layer in found.layers]


def _card(dropped: Sequence[str], constants: Constants = DEFAULT, *, rows: Rows = _ROWS, bursts: int = 1) -> float:
    likelihood = likelihood_of(rows, dropped, bursts=bursts)
    return _gains(likelihood, (_item(likelihood, "module", "acc-2/1"),), constants)[0]


def _best(likelihood: Likelihood) -> set[str]:
    return {likelihood.exposure.components[item.component].id for item in best_of(search(likelihood))}


def test_three_dead_port_groups_of_six_are_one_fault_of_the_card() -> None:
    likelihood = likelihood_of(_ROWS, _THREE)
    assert _best(likelihood) == {"acc-2/1"}
    assert search(likelihood).fault[number_of(likelihood.exposure, "module", "acc-2/1")] > 0.95


def test_where_that_is_thought_impossible_they_are_three_faults() -> None:
    assert _best(likelihood_of(_ROWS, _THREE, constants=replace(DEFAULT, p_uneven=1e-30))) == {"acc-2/1/1", "acc-2/1/2", "acc-2/1/3"}


def test_one_dead_port_group_is_its_own_fault() -> None:
    assert _best(likelihood_of(_ROWS, _THREE[:8])) == {"acc-2/1/1"}


def test_two_dead_cards_of_a_switch_are_two_faults() -> None:
    rows = {
        name: row | {"asic": f"{row['module']}/{number % 8 // 4}"} for number, (name, row) in enumerate(sorted(rows_of(6, 6, 8).items()))
    }
    likelihood = likelihood_of(rows, [*below(rows, "module", "acc-2/1"), *below(rows, "module", "acc-2/4")])
    assert _best(likelihood) == {"acc-2/1", "acc-2/4"}


def test_drops_of_some_groups_alone_speak_for_it_and_drops_of_all_alike_against_it() -> None:
    assert _card(_THREE) > 8
    assert _OFF <= _card(_EVENLY) < 0


def test_groups_that_hardly_differ_are_all_alike() -> None:
    alike = replace(DEFAULT, uneven_scatter=1e-6)
    for dropped in (_THREE, _EVENLY, _THREE[:1]):
        assert _card(dropped, alike) == pytest.approx(0.0, abs=1e-3)


def test_the_same_groups_in_several_bursts_tell_more() -> None:
    assert _card(_THREE[:6], bursts=3) > _card(_THREE[:6]) > 0


def test_phones_of_smaller_items_are_not_asked() -> None:
    likelihood = likelihood_of(_ROWS, [*_THREE[:8], *_EVENLY])
    one, other, card = (_item(likelihood, *of) for of in (("asic", "acc-2/1/1"), ("asic", "acc-2/1/2"), ("module", "acc-2/1")))
    lacking = {name: row for name, row in _ROWS.items() if row["asic"] not in ("acc-2/1/1", "acc-2/1/2")}
    expected = _card([name for name in _EVENLY if name in lacking], rows=lacking)
    assert _gains(likelihood, (one, other, card))[2] == pytest.approx(expected)
    assert _gains(likelihood, (one, card))[1] != pytest.approx(expected)


def test_what_two_smaller_items_share_is_taken_away_once() -> None:
    rows = {name: row | {"vlan": f"{number % 48 // 6}@b"} for number, (name, row) in enumerate(sorted(_ROWS.items()))}
    rows = {name: row for name, row in rows.items() if row["vlan"] != "0@b" or row["module"] == "acc-2/1"}
    likelihood = likelihood_of(rows, _THREE)
    items = [_item(likelihood, *of) for of in (("asic", "acc-2/1/1"), ("vlan", "0@b"), ("module", "acc-2/1"))]
    lacking = {name: row for name, row in rows.items() if row["asic"] != "acc-2/1/1" and row["vlan"] != "0@b"}
    assert _gains(likelihood, tuple(items))[2] == pytest.approx(_card([name for name in _THREE if name in lacking], rows=lacking))


def test_what_phones_cannot_tell_from_a_card_is_asked_like_it() -> None:
    rows = {name: row for name, row in _ROWS.items() if not row["module"].endswith("/2")}
    likelihood = likelihood_of(rows, _THREE)
    card, switch = (_gains(likelihood, (_item(likelihood, *of),)) for of in (("module", "acc-2/1"), ("switch", "acc-2")))
    assert card == switch != [0.0]


def test_only_faults_of_cards_with_groups_are_asked() -> None:
    hashed = [HashedComponent(Component("uplink", f"acc-2:Te1/{n}"), Component("uplink_bundle", "acc-2:Port-channel1"), 2) for n in (1, 2)]
    lost = {name: {"vlan": "106@b", "cluster": "one"} if row["switch"] == "acc-6" else row for name, row in _ROWS.items()}
    rows = {name: row for name, row in lost.items() if row.get("module") != "acc-2/2"}
    likelihood = likelihood_of(campus_of(rows, hashed=hashed), [*_THREE, *below(_ROWS, "switch", "acc-6")[:3]])
    for item in (
        _item(likelihood, "asic", "acc-2/1/1"),
        _item(likelihood, "cluster", "one"),
        _item(likelihood, "switch", "acc-2", ItemKind.ADMINISTRATIVE),
        _item(likelihood, "uplink", "acc-2:Te1/1"),
        Item(UNSEEN_COMPONENT, ItemKind.UNSEEN),
    ):
        assert _gains(likelihood, (item,)) == [0.0]
    one_group = {name: row | {"asic": f"{row['module']}/1"} for name, row in _ROWS.items()}
    assert _card(_THREE, rows=one_group) == 0.0
    assert _card(_THREE, rows=_BARE) == 0.0


def test_of_a_card_alone_its_groups_are_told_with_what_they_say() -> None:
    likelihood = likelihood_of(_ROWS, _THREE)
    card = number_of(likelihood.exposure, "module", "acc-2/1")
    gain, groups, sizes, hits = likelihood.uneven.of(card, likelihood.exposure.exposed(likelihood.covariates.cells, card))
    assert gain == _card(_THREE)
    assert [likelihood.exposure.components[group].id for group in groups.tolist()] == [f"acc-2/1/{group}" for group in range(1, 7)]
    assert (sizes.tolist(), hits.tolist()) == ([8] * 6, [8, 8, 8, 0, 0, 0])
    cluster = number_of(likelihood.exposure, "cluster", "one")
    gain, *none = likelihood.uneven.of(cluster, likelihood.exposure.exposed(likelihood.covariates.cells, cluster))
    assert (gain, *map(len, none)) == (0.0, 0, 0, 0)
