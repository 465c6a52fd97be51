"""Which hypotheses are scored, and what they say together."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.scoring.bunching import Timing
from switchcorr.correlate.scoring.hypotheses import NOTHING, ItemKind
from switchcorr.correlate.scoring.search import search
from switchcorr.model.campus import Component
from tests.correlate.scenes import Rows, below, best_of, likelihood_of, number_of, phone, rows_of

_ROWS = rows_of(6, 2, 20)


def _component(rows: Rows, dropped: list[str], **asked: int) -> tuple[Component, float]:
    likelihood = likelihood_of(rows, dropped, **asked)  # type: ignore[arg-type]
    posterior = search(likelihood)
    number, probability = next(iter(posterior.fault.items()))
    return likelihood.exposure.components[number], probability


@pytest.mark.parametrize(("kind", "id_"), [("module", "acc-3/2"), ("switch", "acc-3"), ("node", "node-2"), ("cluster", "one")])
def test_the_component_whose_phones_dropped_leads(kind: str, id_: str) -> None:
    phones = below(_ROWS, kind, id_)
    found, probability = _component(_ROWS, random.Random(7).sample(phones, len(phones) // 2))
    assert (found.kind, found.id) == (kind, id_)
    assert probability > 0.9


def test_everything_that_was_scored_sums_to_one() -> None:
    posterior = search(likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:4]))
    single = sum(posterior.member.values())
    assert posterior.nothing + posterior.managed + posterior.unseen <= 1 + 1e-9
    assert single >= sum(posterior.fault.values()) - 1e-9


def test_a_window_without_a_drop_shares_nothing() -> None:
    posterior = search(likelihood_of(_ROWS, []))
    assert posterior.nothing == 1.0
    assert best_of(posterior) == NOTHING


def test_two_faults_at_once_are_both_found() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:12] + below(_ROWS, "switch", "acc-4")[::2]
    likelihood = likelihood_of(_ROWS, dropped)
    posterior = search(likelihood)
    found = {likelihood.exposure.components[number].id for number, p in posterior.fault.items() if p > 0.9}
    assert found == {"acc-1/1", "acc-4"}
    assert len(best_of(posterior)) == 2


def test_three_faults_at_once_are_all_found() -> None:
    dropped = [name for id_ in ("acc-1/1", "acc-3/1", "acc-5/2") for name in below(_ROWS, "module", id_)[:12]]
    likelihood = likelihood_of(_ROWS, dropped)
    found = {likelihood.exposure.components[number].id for number, p in search(likelihood).fault.items() if p > 0.9}
    assert found == {"acc-1/1", "acc-3/1", "acc-5/2"}


def test_resets_of_a_vlan_are_managed_and_accuse_nobody() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "vlan", "102@b"), reason=9)
    posterior = search(likelihood)
    assert posterior.managed > 0.9
    assert sum(posterior.fault.values()) < 0.1
    assert number_of(likelihood.exposure, "vlan", "102@b") in posterior.administrative


def test_two_phones_of_a_module_are_likely_a_desk_move() -> None:
    assert search(likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:2], reason=8)).nothing > 0.5


def test_without_modules_desks_are_moved_at_a_switch() -> None:
    bare = {name: {kind: id_ for kind, id_ in row.items() if kind != "module"} for name, row in _ROWS.items()}
    assert search(likelihood_of(bare, below(_ROWS, "module", "acc-1/1")[:2], reason=8)).nothing > 0.5


def test_phones_that_no_location_knows_may_share_what_is_unseen() -> None:
    assert search(likelihood_of({}, [phone(i) for i in range(30)])).unseen > 0.9


@pytest.mark.parametrize("kinds", [("site",), ("device_pool",), ("vlan",), ("site", "device_pool", "vlan", "model")])
def test_a_few_phones_of_a_site_share_no_more_than_something_there_while_no_place_is_known(kinds: tuple[str, ...]) -> None:
    rows = {name: {kind: f"{kind}-{i // 100}" for kind in kinds} for i, name in enumerate(sorted(rows_of(50, 1, 10)))}
    few, half, all_ = (search(likelihood_of(rows, sorted(rows)[:count])) for count in (12, 30, 100))
    assert few.unseen > 0.5 > max(few.fault.values())
    assert half.nothing < 1e-6
    assert max(all_.fault.values()) > 0.95


def test_phones_of_one_node_may_share_something_at_one_place_while_no_place_is_known() -> None:
    rows = {name: {"model": f"m-{i % 3}", "node": f"node-{i // 200}"} for i, name in enumerate(sorted(rows_of(60, 1, 10)))}
    few, all_ = (search(likelihood_of(rows, sorted(rows)[:count])) for count in (20, 200))
    assert few.unseen > 0.5 > max(few.fault.values())
    assert max(all_.fault.values()) > 0.5 > all_.unseen


def test_half_of_the_phones_of_a_node_in_all_subnets_share_the_node_while_no_place_is_known() -> None:
    """In one site they may still share a card, as all phones near them have this node too."""
    names = sorted(rows_of(60, 1, 10))
    stalled, card = [name for i, name in enumerate(names) if i % 4 == 1], names[201:221]
    subnets = {name: {"subnet": f"n-{i // 60}", "node": f"node-{i % 2}"} for i, name in enumerate(names)}
    one_site = {name: {"site": "hq", "node": f"node-{i // 200}"} for i, name in enumerate(names)}
    node, unseen = search(likelihood_of(subnets, stalled)), search(likelihood_of(one_site, card))
    assert node.unseen < 0.05
    assert max(node.fault.values()) > 0.9
    assert unseen.unseen > 0.5


def test_phones_of_one_model_at_all_sites_share_no_card() -> None:
    rows = {name: {"model": f"m-{i % 3}", "site": f"s-{i % 10}"} for i, name in enumerate(sorted(rows_of(60, 1, 10)))}
    posterior = search(likelihood_of(rows, below(rows, "model", "m-1")[::3]))
    assert posterior.unseen < 0.05
    assert max(posterior.fault.values()) > 0.9


def test_what_fails_at_a_site_behind_all_known_places_is_the_site() -> None:
    behind = {name: {"site": "branch"} for name in sorted(rows_of(60, 1, 10))[-100:]}
    posterior = search(likelihood_of(rows_of(50, 1, 10) | behind, sorted(behind)[:30]))
    assert posterior.unseen < 0.01
    assert max(posterior.fault.values()) > 0.95


def test_one_phone_at_an_unknown_place_shares_nothing() -> None:
    assert search(likelihood_of({}, [phone(1)])).unseen == 0.0


def test_what_phones_all_over_a_site_share_has_no_name_unless_it_takes_many_of_them() -> None:
    rows = {name: row | {"cluster": "c-1"} for name, row in rows_of(40, 3, 20).items()}
    found = {count: search(likelihood_of(rows, random.Random(3).sample(sorted(rows), count))) for count in (10, 100, 300)}
    assert [posterior.nothing < 1e-6 for posterior in found.values()] == [True, True, True]
    assert found[10].unnamed > 0.5 > found[100].unnamed > found[300].unnamed
    assert max(found[300].fault.values()) > 0.95


def test_one_phone_shares_nothing_with_a_site() -> None:
    assert search(likelihood_of(_ROWS, sorted(_ROWS)[:1])).unnamed == 0.0


def test_beside_a_dead_module_phones_all_over_the_site_accuse_no_server() -> None:
    rows = rows_of(20, 3, 20)
    module = below(rows, "module", "acc-3/1")
    posterior = search(likelihood_of(rows, [*module, *random.Random(3).sample(sorted(set(rows) - set(module)), 12)]))
    (leading, probability), *others = posterior.fault.items()
    assert likelihood_of(rows, module).exposure.components[leading].id == "acc-3/1"
    assert probability > 0.99
    assert max(p for _, p in others) < 0.5
    assert any(item.kind is ItemKind.UNNAMED for item in best_of(posterior))


def test_equal_exposure_is_one_set_with_one_probability() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "switch", "acc-2")[::2])
    posterior = search(likelihood)
    numbers = [
        number_of(likelihood.exposure, *part) for part in (("switch", "acc-2"), ("uplink_bundle", "acc-2:Port-channel1"), ("vlan", "102@b"))
    ]
    assert len({int(likelihood.exposure.twin[number]) for number in numbers}) == 1
    assert posterior.fault[numbers[0]] == pytest.approx(sum(posterior.member[number] for number in numbers))
    assert {likelihood.exposure.twin[number] for number in posterior.fault} == set(posterior.fault)


@pytest.mark.parametrize("seconds", [30.0, 200.0])
def test_a_module_that_fails_at_other_seconds_than_a_node_is_found_beside_it(seconds: float) -> None:
    rows = rows_of(20, 2, 20)
    node, module = below(rows, "node", "node-1")[::3], below(rows, "module", "acc-3/1")[1::2][:5]
    likelihood = likelihood_of(rows, [*node, *module])
    names = [likelihood.exposure.phones[row] for row in likelihood.sample.row.tolist()]
    moment = np.array([seconds + place % 20 if name in module else 60.0 + place % 40 for place, name in enumerate(names)])
    sample = replace(likelihood.sample, timing=Timing(moment, np.array([240.0])))
    found = search(replace(likelihood, sample=sample)).fault
    assert all(found[number_of(likelihood.exposure, *one)] > 0.9 for one in (("module", "acc-3/1"), ("node", "node-1")))
