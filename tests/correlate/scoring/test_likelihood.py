"""How well a hypothesis explains a window."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from math import comb

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops.reasons import reason_class
from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.scoring.hits import log_hits, log_hits_shared
from switchcorr.correlate.scoring.hypotheses import NOTHING, UNSEEN_COMPONENT, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.model.campus import Component, HashedComponent, Observation, ObservationKind
from switchcorr.model.reason import ReasonEnum
from tests.correlate.scenes import SILENT, below, campus_of, likelihood_of, number_of, phone, rows_of

_ROWS = rows_of(4, 2, 20)


def _fault(likelihood: Likelihood, kind: str, id_: str, how: ItemKind = ItemKind.FAULT) -> Item:
    return Item(number_of(likelihood.exposure, kind, id_), how)


def test_the_hit_rate_is_integrated_out_to_a_distribution() -> None:

    for n in (1, 7, 46):
        total = sum(comb(n, k) * np.exp(float(log_hits(k, n, DEFAULT.hit_rates))) for k in range(n + 1))
        assert total == pytest.approx(1.0)


@pytest.mark.parametrize("ways", [1, 2, 4])
def test_a_member_takes_at_most_its_part(ways: int) -> None:

    n = 40
    probability = [comb(n, k) * np.exp(log_hits_shared(k, n, ways, DEFAULT.hit_rates)) for k in range(n + 1)]
    assert sum(probability) == pytest.approx(1.0, abs=1e-6)
    assert sum(probability[: n // ways + 12]) > 0.99
    if ways == 1:
        assert [log_hits_shared(k, n, 1, DEFAULT.hit_rates) for k in (0, 5, 39)] == pytest.approx(
            [float(log_hits(k, n, DEFAULT.hit_rates)) for k in (0, 5, 39)], abs=0.05
        )


def test_nothing_shared_scores_its_prior_and_what_innocent_clusters_explain() -> None:
    alone = [below(_ROWS, "module", id_)[0] for id_ in ("acc-1/1", "acc-2/1", "acc-3/1")]
    assert likelihood_of(_ROWS, alone).score(NOTHING) == pytest.approx(np.log(DEFAULT.p_nothing))
    moved = replace(DEFAULT, benign_phones=len(_ROWS))
    assert likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:2], constants=moved).score(NOTHING) > np.log(DEFAULT.p_nothing) + 1


def test_two_alike_faults_are_told_alike_and_unlike_kinds_gain_nothing_by_being_mixed() -> None:
    rows = rows_of(4, 2, 60)
    likelihood = likelihood_of(rows, [*below(rows, "switch", "acc-1"), *below(rows, "switch", "acc-2")])
    path = [_fault(likelihood, "uplink_bundle", f"acc-{n}:Port-channel1") for n in (1, 2)]
    own = [_fault(likelihood, "switch", f"acc-{n}") for n in (1, 2)]
    alike = sorted((likelihood.score((path[0], path[1])), likelihood.score((own[0], own[1]))))
    mixed = likelihood.score((path[0], own[1])), likelihood.score((own[0], path[1]))
    assert mixed[0] == pytest.approx(mixed[1])
    assert alike[0] < mixed[0] < alike[1]


def test_a_small_fault_beside_a_large_one_tells_its_kind_in_full() -> None:
    """And the large one so much less; of parts that share phones the story is one."""
    rows = rows_of(4, 2, 60)
    dropped = [*below(rows, "module", "acc-1/1")[:6], *below(rows, "switch", "acc-2")[:80]]
    gained: dict[str, list[float]] = {"uplink_bundle": [], "cluster": []}
    for count in (20.0, 1e9):
        likelihood = likelihood_of(rows, dropped, constants=replace(DEFAULT, reasons_count=count))
        module = _fault(likelihood, "module", "acc-1/1")
        for kind, id_ in (("uplink_bundle", "acc-2:Port-channel1"), ("cluster", "one")):
            other = _fault(likelihood, kind, id_)
            gained[kind].append(likelihood.score((module, other)) - likelihood.score((other,)))
    told, large = likelihood_of(rows, dropped).stories, np.array([likelihood.exposure.kinds.index("uplink_bundle")])
    drops = np.bincount([likelihood.sample.reason[0]] * 80, minlength=told.reasons)[np.newaxis]
    alone, beside = (float(told.told(large, drops, np.array([80 * 20 / left]))[0]) for left in (20, 14))
    assert gained["uplink_bundle"][1] - gained["uplink_bundle"][0] == pytest.approx(alone - beside)
    assert abs(gained["cluster"][0] - gained["cluster"][1]) > 0.1


def test_a_cause_that_is_split_tells_its_kind_hardly_louder() -> None:
    rows = rows_of(4, 2, 60)
    gained = []
    for count in (20.0, 1e9):
        likelihood = likelihood_of(rows, below(rows, "switch", "acc-2")[::2], constants=replace(DEFAULT, reasons_count=count))
        modules = tuple(_fault(likelihood, "module", id_) for id_ in ("acc-2/1", "acc-2/2"))
        gained.append(likelihood.score(modules) - likelihood.score((_fault(likelihood, "switch", "acc-2"),)))
    assert gained[0] == pytest.approx(gained[1], abs=0.5)


def test_many_phones_with_an_odd_mix_of_reasons_make_no_two_switches_of_one_cause() -> None:
    """Two thirds of a site reset themselves when their server is lost: as two dead switches log it, but not as two at once."""
    rows = rows_of(2, 3, 30)
    dropped = sorted(rows)[::2]
    likelihood = likelihood_of(rows, dropped)
    reason = np.array([8, 8, 13])[np.arange(len(dropped)) % 3]
    odd = replace(
        likelihood,
        sample=replace(likelihood.sample, reason=np.array([reason_class(ReasonEnum.END_POINT_UNREGISTERED, int(code)) for code in reason])),
    )
    switches = tuple(_fault(odd, "switch", f"acc-{n}") for n in (1, 2))
    assert odd.score((_fault(odd, "cluster", "one"),)) > odd.score(switches) + 1


def test_no_phones_stay_of_a_node_that_has_all() -> None:
    """Its phones that are said to have another node are none, where there is no other: it is as likely as the cluster with the same phones."""
    rows = rows_of(4, 2, 60, nodes=1)
    likelihood = likelihood_of(rows, sorted(rows)[:-10])
    items = [_fault(likelihood, "node", "node-1"), _fault(likelihood, "cluster", "one")]
    apart = [
        likelihood.score((item,)) - float(likelihood.priors.fault[item.component]) - likelihood.told_by_reasons(item) for item in items
    ]
    assert apart[0] == pytest.approx(apart[1])


def test_a_window_that_a_search_chose_among_thousands_is_likelier_to_be_nothing() -> None:
    given = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:4])
    found = replace(given, priors=given.priors.searched().with_caution(3.0))
    assert found.score(NOTHING) - given.score(NOTHING) == pytest.approx(3.0)
    item = _fault(given, "module", "acc-1/1")
    assert found.score((item,)) <= given.score((item,))


def test_the_module_whose_phones_dropped_explains_best() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:12])
    scores = {id_: likelihood.score((_fault(likelihood, "module", id_),)) for id_ in ("acc-1/1", "acc-1/2", "acc-2/1")}
    assert scores["acc-1/1"] > max(scores["acc-1/2"], scores["acc-2/1"]) + 20
    assert scores["acc-1/1"] > likelihood.score((_fault(likelihood, "switch", "acc-1"),)) + 3


def test_a_whole_switch_is_no_module() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "switch", "acc-1")[::2])
    assert likelihood.score((_fault(likelihood, "switch", "acc-1"),)) > likelihood.score((_fault(likelihood, "module", "acc-1/1"),)) + 5


def test_every_silent_phone_speaks_for_the_smaller_part() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:10]
    wider = [likelihood_of(rows_of(4, modules, 20), dropped) for modules in (1, 2, 4)]
    leads = [
        one.score((_fault(one, "module", "acc-1/1"),)) - one.score((_fault(one, "switch", "acc-1"),)) for one in wider
    ]  # with one module both have the same phones; then the switch's silent phones grow
    assert all(later > earlier + 1 for earlier, later in pairwise(leads))


def test_the_approximate_gain_of_a_single_is_near_its_exact_score() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-2/2")[:9])
    found = likelihood.alone()
    module = number_of(likelihood.exposure, "module", "acc-2/2")
    exact = likelihood.score((Item(module, ItemKind.FAULT),)) - likelihood.score(NOTHING) + likelihood.priors.nothing
    assert found.fault_of(module) == pytest.approx(exact, abs=1.0)
    assert found.administrative[found.components == module] == -np.inf
    assert np.isneginf(found.fault_of(number_of(likelihood.exposure, "module", "acc-1/1")))
    assert np.isneginf(found.fault_of(len(likelihood.exposure.components)))


def test_two_bad_modules_are_two_cells_and_a_module_in_a_bad_switch_too() -> None:
    both = below(_ROWS, "module", "acc-1/1")[:10] + below(_ROWS, "module", "acc-3/2")[:10]
    likelihood = likelihood_of(_ROWS, both)
    pair = (_fault(likelihood, "module", "acc-1/1"), _fault(likelihood, "module", "acc-3/2"))
    assert likelihood.score(pair) > max(likelihood.score((item,)) for item in pair) + 20
    nested = (_fault(likelihood, "switch", "acc-1"), _fault(likelihood, "module", "acc-1/1"))
    assert likelihood.score(nested) == likelihood.score(nested[::-1])


def test_phones_that_two_smaller_parts_share_are_taken_off_a_larger_one_once() -> None:
    """A switch, its VLAN with the same phones, and the block of both: the third part adds no phone and must only cost its prior."""
    rows = {name: row | {"block": "b-1" if row["switch"] in ("acc-1", "acc-2") else "b-2"} for name, row in _ROWS.items()}
    likelihood = likelihood_of(rows, [*below(rows, "switch", "acc-1")[::2], *below(rows, "switch", "acc-2")[::4]])
    two = (_fault(likelihood, "switch", "acc-1"), _fault(likelihood, "block", "b-1"))
    three = (*two, _fault(likelihood, "vlan", "101@b"))
    assert likelihood.score(three) < likelihood.score(two)
    _, covered = likelihood.residual((_fault(likelihood, "module", "acc-1/1"), _fault(likelihood, "switch", "acc-1")))
    assert covered[number_of(likelihood.exposure, "block", "b-1")] == 40


def test_what_a_hypothesis_leaves_over() -> None:
    likelihood = likelihood_of(_ROWS, [*below(_ROWS, "module", "acc-1/1")[:3], *below(_ROWS, "module", "acc-1/2")[:2]])
    live, covered = likelihood.residual((_fault(likelihood, "module", "acc-1/1"),))
    assert live.sum() == 2
    assert covered[number_of(likelihood.exposure, "switch", "acc-1")] == 20
    assert covered[number_of(likelihood.exposure, "module", "acc-1/1")] == 20
    assert covered[number_of(likelihood.exposure, "module", "acc-1/2")] == 0


def test_a_module_is_accused_the_less_the_more_innocent_clusters_the_log_holds() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:3]
    leads = []
    for weight in (1e9, 1e5):  # the less of the assumed clusters the log is taken to weigh, the fewer there are
        likelihood = likelihood_of(_ROWS, dropped, constants=replace(DEFAULT, p_benign=DEFAULT.p_benign * weight / 1e9))
        leads.append(likelihood.score((_fault(likelihood, "module", "acc-1/1"),)) - likelihood.score(NOTHING))
    assert leads[1] > leads[0] + 3


def test_a_fault_of_fewer_phones_than_make_an_incident_is_hardly_meant() -> None:
    cost = []
    for constants in (DEFAULT, replace(DEFAULT, p_fewer=1.0)):
        likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:2], constants=constants)
        cost.append(likelihood.score((_fault(likelihood, "module", "acc-1/1"),)))
    assert cost[1] - cost[0] == pytest.approx(-np.log(DEFAULT.p_fewer))


@pytest.mark.parametrize("known", [1, 2])
def test_phones_at_unknown_places_may_make_up_the_number(known: int) -> None:
    names = below(_ROWS, "module", "acc-1/1")
    lost = names[known:4]
    rows = _unlocated(_ROWS, lost, keep=("vlan", "node", "cluster"))
    cost = []
    for constants in (DEFAULT, replace(DEFAULT, p_fewer=1.0)):
        likelihood = likelihood_of(rows, names[:4], constants=constants)
        cost.append(likelihood.score((_fault(likelihood, "module", "acc-1/1"),)))
    assert 0 < cost[1] - cost[0] < -np.log(DEFAULT.p_fewer) / 2


def test_logins_are_an_administrative_action_and_time_outs_are_not() -> None:
    for reason, managed in ((19, True), (13, False)):
        likelihood = likelihood_of(_ROWS, below(_ROWS, "vlan", "101@b")[:15], reason=reason)
        lead = likelihood.score((_fault(likelihood, "vlan", "101@b", ItemKind.ADMINISTRATIVE),)) - likelihood.score(
            (_fault(likelihood, "vlan", "101@b"),)
        )
        assert (lead > 10) is managed
        assert (lead < -10) is not managed


def _unlocated(rows: dict[str, dict[str, str]], names: list[str], *, keep: tuple[str, ...]) -> dict[str, dict[str, str]]:
    return rows | {name: {kind: id_ for kind, id_ in rows[name].items() if kind in keep} for name in names}


def test_a_lost_phone_of_the_same_vlan_may_be_on_the_module_and_one_of_another_vlan_not() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:8]
    stray = {"same": below(_ROWS, "module", "acc-1/2")[0], "other": below(_ROWS, "module", "acc-4/2")[0]}
    scores = {}
    for where, name in stray.items():
        rows = _unlocated(_ROWS, [name], keep=("vlan", "node", "cluster"))
        likelihood = likelihood_of(rows, [*dropped, name])
        scores[where] = likelihood.score((_fault(likelihood, "module", "acc-1/1"),))
    assert scores["same"] > scores["other"] + 2


def test_a_phone_at_a_wrong_place_costs_less_than_a_drop_by_chance() -> None:
    dropped = [*below(_ROWS, "module", "acc-1/1")[:15], below(_ROWS, "module", "acc-1/2")[0]]  # of the same VLAN
    believing = likelihood_of(_ROWS, dropped)
    blind = likelihood_of(_ROWS, dropped, constants=type(DEFAULT)(stale_share=0.0))
    item = _fault(believing, "module", "acc-1/1")
    assert believing.score((item,)) > blind.score((item,)) + 0.5


def test_a_wrong_node_is_possible_and_the_cluster_leaks_nothing() -> None:
    rows = rows_of(4, 2, 20, nodes=2)
    of_one = below(rows, "node", "node-1")[:30]
    likelihood = likelihood_of(rows, [*of_one, below(rows, "node", "node-2")[0]], reason=15)
    node, cluster = _fault(likelihood, "node", "node-1"), _fault(likelihood, "cluster", "one")
    assert likelihood.score((node,)) > likelihood.score((cluster,)) + 5


def test_what_no_location_shows_explains_only_the_unlocated() -> None:
    rows = {name: {"node": "node-1"} for name in _ROWS}
    unseen = (Item(UNSEEN_COMPONENT, ItemKind.UNSEEN),)
    phones = likelihood_of(rows, list(rows)[:20])
    assert phones.score(unseen) > phones.score(NOTHING) + 20
    assert np.isfinite(phones.score((*unseen, Item(0, ItemKind.FAULT))))
    live, _ = phones.residual(unseen)
    assert not live.any()
    with_port = rows | {"CTI-1": {"node": "node-1"}}
    without = likelihood_of(with_port, list(rows)[:20])
    dropped = likelihood_of(with_port, [*list(rows)[:19], "CTI-1"])
    assert dropped.score(unseen) == pytest.approx(without.score(unseen) - DEFAULT.non_phone_odds, abs=0.5)


def test_repeats_are_scored_with_one_rate_and_with_a_rate_of_their_own() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:3]
    once, often = likelihood_of(_ROWS, dropped), likelihood_of(_ROWS, dropped, bursts=4)
    item = (_fault(once, "module", "acc-1/1"),)
    assert often.score(item) > 2 * once.score(item)


def _known(*facts: tuple[str, str, ObservationKind]) -> Circumstances:
    return Circumstances(SILENT, tuple(Observation(Component(kind, id_), what, 1.0, f"{id_} has errors") for kind, id_, what in facts))


def test_errors_that_a_module_and_its_switch_both_show_count_once_in_one_hypothesis() -> None:
    dropped = below(_ROWS, "switch", "acc-1")[:12]
    bare = likelihood_of(_ROWS, dropped)
    told = likelihood_of(
        _ROWS,
        dropped,
        known=_known(("module", "acc-1/1", ObservationKind.COUNTER_GROWTH), ("switch", "acc-1", ObservationKind.COUNTER_GROWTH)),
    )
    growth = dict(DEFAULT.observation_odds)["counter_growth"]
    both = (_fault(bare, "module", "acc-1/1"), _fault(bare, "switch", "acc-1"))
    for hypothesis in ((both[0],), (both[1],), both):
        assert told.score(hypothesis) - bare.score(hypothesis) == pytest.approx(growth)


def test_errors_of_two_modules_are_two_facts() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")[:6] + below(_ROWS, "module", "acc-2/1")[:6]
    bare = likelihood_of(_ROWS, dropped)
    facts = _known(("module", "acc-1/1", ObservationKind.COUNTER_GROWTH), ("module", "acc-2/1", ObservationKind.COUNTER_GROWTH))
    told = likelihood_of(_ROWS, dropped, known=facts)
    pair = (_fault(bare, "module", "acc-1/1"), _fault(bare, "module", "acc-2/1"))
    assert told.score(pair) - bare.score(pair) == pytest.approx(2 * dict(DEFAULT.observation_odds)["counter_growth"])


def test_a_member_with_unknown_hash_explains_half_of_a_bundle_and_not_all_of_it() -> None:
    members = [HashedComponent(Component("uplink", f"acc-1:Te1/{i}"), Component("uplink_bundle", "acc-1:Port-channel1"), 2) for i in (1, 2)]
    campus = campus_of(_ROWS, hashed=members)
    phones = below(_ROWS, "switch", "acc-1")
    leads = []
    for dropped in (phones[:6], phones):
        likelihood = likelihood_of(campus, dropped)
        one, other, bundle = (
            likelihood.score((_fault(likelihood, kind, id_),))
            for kind, id_ in (("uplink", "acc-1:Te1/1"), ("uplink", "acc-1:Te1/2"), ("uplink_bundle", "acc-1:Port-channel1"))
        )
        assert one == pytest.approx(other)
        assert np.isfinite(likelihood.alone().fault_of(number_of(likelihood.exposure, "uplink", "acc-1:Te1/1")))
        leads.append(one - bundle)
    assert abs(leads[0]) < 3
    assert leads[1] < -10


def test_a_phone_of_no_campus_is_a_drop_too() -> None:
    likelihood = likelihood_of({}, [phone(1), phone(2)])
    assert likelihood.score((Item(UNSEEN_COMPONENT, ItemKind.UNSEEN),)) > likelihood.score(NOTHING)


def test_phones_at_unknown_places_tell_their_reasons_no_louder_than_the_others() -> None:
    """A VLAN over two switches of which some phones are unlocated is one cause; two bad switches and their lost phones are no better story."""
    rows = {name: row | {"vlan": "100@b"} if row["switch"] in ("acc-1", "acc-2") else row for name, row in rows_of(6, 2, 60).items()}
    dropped = below(rows, "vlan", "100@b")[::2]
    rows = _unlocated(rows, dropped[::6], keep=("vlan", "node", "cluster"))
    likelihood = likelihood_of(rows, dropped)
    vlan = likelihood.score((_fault(likelihood, "vlan", "100@b"),))
    assert vlan > likelihood.score((_fault(likelihood, "switch", "acc-1"), _fault(likelihood, "switch", "acc-2")))
