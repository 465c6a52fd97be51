"""From probabilities to words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from switchcorr.correlate.drops.reasons import reason_class
from switchcorr.correlate.evidence.circumstances import Circumstances
from switchcorr.correlate.scoring.hypotheses import NOTHING, UNSEEN_COMPONENT, Hypothesis, Item, ItemKind
from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.scoring.search import Posterior, search
from switchcorr.correlate.telling.unlocated import find_unlocated
from switchcorr.correlate.telling.unseen import Answered, recorded_in, unseen
from switchcorr.correlate.telling.verdict import (
    Named,
    _chance_of,
    as_likely,
    crossed_by,
    decide,
    equivalent,
    is_tested,
    leader,
    less_likely,
    named_causes,
    p_less_likely,
    suspects,
    untested,
)
from switchcorr.model.campus import Campus, Component, HashedComponent, Observation, ObservationKind
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Coverage, Verdict
from switchcorr.model.reason import ReasonEnum
from tests.correlate.scenes import (
    NOON,
    SILENT,
    Rows,
    alert,
    below,
    burst,
    campus_of,
    explain,
    likelihood_of,
    noise,
    number_of,
    phone,
    rows_of,
)

_ROWS = rows_of(6, 2, 20)


def _judged(rows: Rows | Campus, dropped: list[str], *, reason: int = 13) -> tuple[Likelihood, Posterior]:
    likelihood = likelihood_of(rows, dropped, reason=reason)
    return likelihood, search(likelihood)


def _verdict(rows: Rows, dropped: list[str], *, reason: int = 13) -> Verdict:
    likelihood, posterior = _judged(rows, dropped, reason=reason)
    return decide(likelihood, posterior, named_causes(likelihood, posterior))


def test_each_domain_has_its_verdict() -> None:
    rows = {name: row | {"site": f"s-{int(name[-6:], 16) % 3}", "model": f"m-{int(name[-6:], 16) % 5}"} for name, row in _ROWS.items()}
    assert _verdict(rows, below(rows, "module", "acc-1/1")[:12]) is Verdict.NETWORK
    assert _verdict(rows, sorted(rows)[::4], reason=15) is Verdict.CALL_SERVER
    assert _verdict(rows, below(rows, "site", "s-1")[::2], reason=23) is Verdict.WAN_OR_NAT
    assert _verdict(rows, below(rows, "model", "m-1")[::2], reason=6) is Verdict.ENDPOINT
    assert _verdict(rows, below(rows, "vlan", "101@b"), reason=9) is Verdict.ADMINISTRATIVE
    assert _verdict(rows, [phone(3), phone(100)]) is Verdict.NOT_PROVEN


def _within(likelihood: Likelihood, posterior: Posterior) -> tuple[Component, ...]:
    return find_unlocated(likelihood, posterior).within


def test_what_is_unseen_is_within_what_most_of_its_phones_share() -> None:
    names = sorted(_ROWS)
    sites = {name: {"site": f"s-{i // 60}", "device_pool": f"dp-{i // 60}", "model": f"m-{i % 5}"} for i, name in enumerate(names)}
    assert _within(*_judged(sites, names[:12])) == (Component("site", "s-0"), Component("device_pool", "dp-0"))
    assert _within(*_judged(sites, names[::12])) == ()  # of all sites alike
    assert _within(*_judged(_ROWS, below(_ROWS, "switch", "acc-1"))) == ()  # a place is known


def test_what_is_unseen_beside_a_fault_or_hardly_likely_is_told_of_no_place() -> None:
    likelihood = likelihood_of({name: {"site": f"s-{i % 3}", "node": "n"} for i, name in enumerate(sorted(_ROWS))}, sorted(_ROWS)[:9])
    site, node = (number_of(likelihood.exposure, *one) for one in (("site", "s-0"), ("node", "n")))
    within, server = Item(site, ItemKind.UNSEEN), Item(node, ItemKind.FAULT)

    def told(unseen: float, scores: dict[Hypothesis, float]) -> tuple[Component, ...]:
        return _within(
            likelihood, Posterior({}, {}, {}, 1.0 - unseen, 0.0, unseen, 0.0, {one: float(np.log(p)) for one, p in scores.items()})
        )

    assert told(0.5, {(within,): 0.5, NOTHING: 0.5}) == (Component("site", "s-0"),)
    assert told(0.1, {(within,): 0.1, NOTHING: 0.9}) == (Component("site", "s-0"),)
    assert told(0.03, {(within,): 0.03, NOTHING: 0.97}) == ()
    assert told(0.0, {(within, server): 0.5, NOTHING: 0.5}) == ()
    assert told(0.5, {(within,): 0.3, (Item(UNSEEN_COMPONENT, ItemKind.UNSEEN),): 0.2, NOTHING: 0.5}) == ()


def test_a_set_that_straddles_network_and_server_proves_neither() -> None:
    rows = {name: {"switch": row["switch"], "node": f"node-of-{row['switch']}"} for name, row in _ROWS.items()}
    likelihood, posterior = _judged(rows, below(rows, "switch", "acc-1")[::2])
    causes = named_causes(likelihood, posterior)
    assert causes
    assert decide(likelihood, posterior, causes) is Verdict.NOT_PROVEN
    restarted, believed = _judged(rows, below(rows, "switch", "acc-1")[::2], reason=15)
    assert decide(restarted, believed, named_causes(restarted, believed)) is Verdict.CALL_SERVER


def test_a_set_of_a_vlan_and_its_site_is_the_leaders() -> None:
    rows = {name: {"vlan": row["vlan"], "site": f"branch-{row['switch']}", "node": row["node"]} for name, row in _ROWS.items()}
    assert _verdict(rows, below(rows, "site", "branch-acc-1")[::2], reason=23) is Verdict.WAN_OR_NAT
    assert _verdict(rows, below(rows, "site", "branch-acc-1")[::2], reason=13) in (Verdict.WAN_OR_NAT, Verdict.NETWORK)


def test_without_any_location_nothing_was_tested_and_nothing_is_named() -> None:
    rows: Rows = {name: {} for name in _ROWS}
    likelihood, posterior = _judged({}, sorted(rows)[:20])
    assert not is_tested(likelihood)
    assert named_causes(likelihood, posterior) == []
    assert decide(likelihood, posterior, []) is Verdict.NOT_PROVEN


def test_half_of_the_phones_located_is_enough_and_less_is_not() -> None:
    dropped = below(_ROWS, "module", "acc-1/1")
    for lost, tested in ((10, True), (11, False)):
        rows = _ROWS | {name: {"node": "node-1", "cluster": "one"} for name in dropped[:lost]}
        assert is_tested(likelihood_of(rows, dropped)) is tested


def test_devices_without_a_port_need_no_location() -> None:
    assert is_tested(likelihood_of({"CTI-1": {"node": "n"}}, ["CTI-1"]))


def test_if_nothing_reaches_half_the_smallest_set_that_holds_nine_tenths_is_named() -> None:
    rows = {name: {"module": row["module"], "group": f"g{i % 20}-{row['module']}"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    likelihood = likelihood_of(rows, below(rows, "module", "acc-1/1")[:2] + below(rows, "module", "acc-3/1")[:2])
    posterior = Posterior({3: 0.4, 5: 0.3, 7: 0.15, 8: 0.1}, {}, {}, 0.05, 0.0, 0.0, 0.0, {})
    named = named_causes(likelihood, posterior)
    assert [cause.component for cause in named][:2] == [3, 5]
    assert sum(cause.probability for cause in named) >= 0.9
    assert decide(likelihood, posterior, named) is Verdict.NOT_PROVEN


def test_a_list_that_cannot_hold_nine_tenths_has_no_tail() -> None:
    """Where 0.13 have nothing to do with a fault, everything that any phone is on is not a suspect."""
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:2])
    tail = dict.fromkeys(range(10, 40), 0.0005)
    posterior = Posterior({3: 0.46, 5: 0.395, **tail}, {}, {}, 0.13, 0.0, 0.0, 0.0, {})
    assert [cause.component for cause in named_causes(likelihood, posterior)] == [3, 5]


@pytest.mark.parametrize(("known", "odds", "is_named"), [(1, 0.0, False), (2, 0.0, True), (1, 3.0, True), (1, -1.0, False)])
def test_a_part_is_not_named_for_phones_that_may_be_on_it(known: int, odds: float, *, is_named: bool) -> None:
    """What one phone has, no two share; a sick card of which one phone dropped is named all the same."""
    lost = [phone(900 + number) for number in range(5)]
    rows = _ROWS | {name: {"vlan": "101@b", "node": "node-1", "cluster": "one"} for name in lost}
    likelihood = likelihood_of(rows, [*below(_ROWS, "module", "acc-1/1")[:known], *lost])
    module, each = number_of(likelihood.exposure, "module", "acc-1/1"), np.zeros(len(likelihood.exposure.components))
    each[module] = odds
    posterior = Posterior({module: 0.6}, {module: 0.6}, {}, 0.1, 0.0, 0.0, 0.0, {})
    told = replace(likelihood, priors=likelihood.priors.with_odds(each))
    assert [cause.component for cause in named_causes(told, posterior)] == [module] * is_named


def _open(parts: Sequence[tuple[str, str, float]], rows: Rows = _ROWS) -> Verdict:
    """The verdict where single faults of some parts have so much of the probability."""
    likelihood = likelihood_of(rows, below(rows, "switch", "acc-1")[::2])
    numbers = [number_of(likelihood.exposure, kind, id_) for kind, id_, _ in parts]
    shares = [share for _, _, share in parts]
    scores: dict[Hypothesis, float] = {
        (Item(number, ItemKind.FAULT),): float(np.log(share)) for number, share in zip(numbers, shares, strict=True)
    }
    scores[NOTHING] = float(np.log(1 - sum(shares)))
    fault = dict(zip(numbers, shares, strict=True))
    posterior = Posterior(fault, fault, {}, 1 - sum(shares), 0.0, 0.0, 0.0, scores)
    return decide(likelihood, posterior, named_causes(likelihood, posterior))


def test_a_side_is_named_where_which_of_its_parts_it_is_stays_open() -> None:
    rows = {name: row | {"site": f"s-{int(name[-6:], 16) % 3}"} for name, row in _ROWS.items()}
    parts = [("module", "acc-1/1", 0.45), ("module", "acc-1/2", 0.3), ("module", "acc-2/1", 0.2)]
    assert _open(parts) is Verdict.NETWORK
    assert _open([*parts[:2], ("site", "s-1", 0.2)], rows) is Verdict.NETWORK
    assert _open([("site", "s-1", 0.45), *parts[1:]], rows) is Verdict.WAN_OR_NAT
    assert _open([("node", "node-1", 0.48), ("node", "node-2", 0.46)]) is Verdict.CALL_SERVER


def test_no_side_is_named_that_has_less_than_half() -> None:
    parts = [("module", "acc-1/1", 0.35), ("module", "acc-1/2", 0.14), ("node", "node-1", 0.2)]
    assert _open(parts) is Verdict.NOT_PROVEN
    assert _open([parts[0], ("module", "acc-1/2", 0.16), parts[2]]) is Verdict.NETWORK


def test_no_side_is_named_if_a_suspect_has_the_same_phones_as_a_part_of_the_other() -> None:
    rows = {name: {"switch": row["switch"], "module": row["module"], "node": f"node-of-{row['switch']}"} for name, row in _ROWS.items()}
    assert _open([("module", "acc-2/1", 0.48), ("switch", "acc-1", 0.24), ("node", "node-of-acc-1", 0.24)], rows) is Verdict.NOT_PROVEN


@pytest.mark.parametrize("quiet", [{"nothing": 0.6}, {"managed": 0.45}, {"unseen": 0.5}])
def test_nothing_is_named_where_no_fault_leads(quiet: dict[str, float]) -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "module", "acc-1/1")[:3])
    shares = {"nothing": 0.0, "managed": 0.0, "unseen": 0.0} | quiet
    posterior = Posterior({0: 0.4}, {}, {}, shares["nothing"], shares["managed"], shares["unseen"], 0.0, {})
    assert named_causes(likelihood, posterior) == []
    assert named_causes(likelihood, Posterior({}, {}, {}, 1.0, 0.0, 0.0, 0.0, {})) == []
    short = Posterior({0: 0.45, 1: 0.3}, {}, {}, 0.25, 0.0, 0.0, 0.0, {})
    assert [cause.component for cause in named_causes(likelihood, short)] == [0, 1]


def test_evidence_apart_from_phones_leads_inside_a_set_and_else_the_smallest_kind() -> None:
    likelihood = likelihood_of(_ROWS, below(_ROWS, "switch", "acc-1")[::2])
    switch, bundle = (number_of(likelihood.exposure, *part) for part in (("switch", "acc-1"), ("uplink_bundle", "acc-1:Port-channel1")))
    even = Posterior({switch: 1.0}, {switch: 0.5, bundle: 0.5}, {}, 0.0, 0.0, 0.0, 0.0, {})
    assert leader(likelihood, even, switch) == switch
    told = Posterior({switch: 1.0}, {switch: 0.2, bundle: 0.8}, {}, 0.0, 0.0, 0.0, 0.0, {})
    assert leader(likelihood, told, switch) == bundle


def test_a_bundle_is_reported_with_its_members_unless_they_cannot_carry_the_loss() -> None:
    members = [HashedComponent(Component("uplink", f"acc-1:Te1/{i}"), Component("uplink_bundle", "acc-1:Port-channel1"), 2) for i in (1, 2)]
    campus = campus_of(_ROWS, hashed=members)
    for dropped, told in ((below(_ROWS, "switch", "acc-1")[::4], True), (below(_ROWS, "switch", "acc-1"), False)):
        likelihood, posterior = _judged(campus, dropped)
        cause = named_causes(likelihood, posterior)[0].component
        kinds = {component.kind for component in (likelihood.exposure.components[cause], *equivalent(likelihood, posterior, cause))}
        assert ("uplink" in kinds) is told
        assert {"switch", "uplink_bundle", "vlan"} <= kinds


def test_suspects_are_one_line_a_set_with_counts() -> None:
    likelihood, posterior = _judged(_ROWS, below(_ROWS, "switch", "acc-1")[::2])
    lines = suspects(likelihood, posterior)
    assert (lines[0].affected, lines[0].exposed) == (20, 40)
    assert len(lines[0].equivalent) == 2
    assert len({line.component for line in lines}) == len(lines)
    assert [line.probability for line in lines] == sorted((line.probability for line in lines), reverse=True)


def test_what_only_time_outs_tell_apart_is_as_likely() -> None:
    """A card's phones reset themselves more often than those of an uplink; that they timed out clears neither."""
    likelihood, posterior = _judged(_ROWS, below(_ROWS, "switch", "acc-1")[::2])
    bundle = number_of(likelihood.exposure, "uplink_bundle", "acc-1:Port-channel1")
    assert [other.id for other in as_likely(likelihood, posterior, bundle)] == ["acc-1", "101@b"]


def test_members_of_a_bundle_are_told_together_and_not_beside_the_bundle_that_holds_them() -> None:
    members = [HashedComponent(Component("uplink", f"acc-1:Te1/{i}"), Component("uplink_bundle", "acc-1:Port-channel1"), 2) for i in (1, 2)]
    likelihood, posterior = _judged(campus_of(_ROWS, hashed=members), below(_ROWS, "switch", "acc-1")[::4])
    parts = (
        ("uplink", "acc-1:Te1/1"),
        ("uplink", "acc-1:Te1/2"),
        ("uplink_bundle", "acc-1:Port-channel1"),
        ("switch", "acc-1"),
        ("vlan", "101@b"),
    )
    one, other, bundle, switch, vlan = (number_of(likelihood.exposure, *part) for part in parts)
    members_lead = replace(posterior, member={one: 0.45, other: 0.45, bundle: 0.06, switch: 1e-6, vlan: 1e-6})
    assert {found.id for found in as_likely(likelihood, members_lead, one)} == {"acc-1:Te1/2", "acc-1:Port-channel1"}
    assert {found.kind for found in less_likely(likelihood, members_lead, one)} == {"switch", "vlan"}
    bundle_leads = replace(posterior, member={one: 0.2, other: 0.2, bundle: 0.5, switch: 0.3, vlan: 1e-6})
    told = as_likely(likelihood, bundle_leads, bundle), less_likely(likelihood, bundle_leads, bundle)
    assert [[found.kind for found in some] for some in told] == [["switch"], ["vlan"]]
    assert 0 < p_less_likely(likelihood, bundle_leads, bundle) < 1e-5
    assert 0 < p_less_likely(likelihood, members_lead, one) < 1e-5


def test_drops_elsewhere_do_not_tell_whether_a_vlan_was_reset_on_purpose() -> None:
    reset, others = below(_ROWS, "vlan", "101@b")[::2], [name for name in sorted(_ROWS) if _ROWS[name]["vlan"] != "101@b"]
    likelihood, posterior = _judged(_ROWS, [*reset, *others[::5]], reason=9)
    outside = np.isin(likelihood.sample.row, [likelihood.exposure.row_of[name] for name in others])
    likelihood.sample.reason[outside] = int(reason_class(ReasonEnum.END_POINT_UNREGISTERED, 13))
    known = {number_of(likelihood.exposure, "vlan", "101@b"): 0.9}
    assert 2 * int(outside.sum()) > len(outside)
    assert decide(likelihood, replace(posterior, managed=0.9, administrative=known), []) is Verdict.ADMINISTRATIVE


def test_of_what_was_reset_the_twins_are_named_also_where_a_fault_is_out_of_the_question() -> None:
    rows = rows_of(12, 2, 60)
    likelihood, posterior = _judged(rows, below(rows, "switch", "acc-1"), reason=9)
    reset = max(posterior.administrative, key=lambda number: posterior.administrative[number])
    never = dict.fromkeys(posterior.member, 0.0)  # what a larger reset leaves: too small for a number
    for known in (posterior, replace(posterior, member=never), replace(posterior, member={})):
        both = [likelihood.exposure.components[reset], *as_likely(likelihood, known, reset, on_purpose=True)]
        assert {component.id for component in both} == {"acc-1", "101@b"}


def test_a_suspect_of_no_probability_has_all_its_twins() -> None:
    likelihood, posterior = _judged(_ROWS, below(_ROWS, "switch", "acc-1")[::2])
    bundle, none = number_of(likelihood.exposure, "uplink_bundle", "acc-1:Port-channel1"), replace(posterior, member={})
    assert [other.id for other in as_likely(likelihood, none, bundle)] == ["acc-1", "101@b"]


def test_members_and_parts_of_another_side_are_told_elsewhere() -> None:
    rows = {name: row | {"cluster": row["switch"]} for name, row in _ROWS.items()}
    likelihood, posterior = _judged(rows, below(rows, "switch", "acc-1")[::2])
    bundle = number_of(likelihood.exposure, "uplink_bundle", "acc-1:Port-channel1")
    assert "acc-1" in [other.id for other in equivalent(likelihood, posterior, bundle) if other.kind == "cluster"]
    assert all(other.kind != "cluster" for other in as_likely(likelihood, posterior, bundle))


def test_how_many_phones_nothing_is_known_of_is_counted_where_too_few_are() -> None:
    names = below(_ROWS, "module", "acc-1/1")
    rows = {name: row if name in names[:6] or row["module"] != "acc-1/1" else {} for name, row in _ROWS.items()}
    likelihood, _ = _judged(rows, names)
    assert untested(likelihood) == (14, 20)
    assert untested(_judged(_ROWS, names)[0]) is None


@pytest.mark.parametrize(("reasons", "verdict"), [((9, 9, 13), Verdict.ADMINISTRATIVE), ((25, 25, 9), Verdict.NOT_PROVEN)])
def test_a_reset_on_purpose_is_said_only_where_most_reasons_tell_it(reasons: tuple[int, ...], verdict: Verdict) -> None:
    likelihood, posterior = _judged(_ROWS, below(_ROWS, "vlan", "101@b"), reason=9)
    classes = [int(reason_class(ReasonEnum.END_POINT_UNREGISTERED, code)) for code in reasons]
    likelihood.sample.reason[:] = np.resize(classes, len(likelihood.sample.reason))
    assert decide(likelihood, replace(posterior, managed=0.7), []) is verdict
    told = unseen(
        recorded_in(EventLog()),
        Coverage(),
        likelihood,
        replace(posterior, managed=0.7),
        Circumstances(SILENT),
        Answered(verdict, []),
    )
    assert told[0].startswith("whether somebody reset or changed these phones") is (verdict is Verdict.NOT_PROVEN)


@given(st.data(), st.integers(1, 200_000))
def test_the_chance_of_so_many_drops_at_one_place_is_hypergeometric(data: st.DataObject, size: int) -> None:
    there, drops = data.draw(st.integers(0, size)), data.draw(st.integers(1, min(size, 5000)))
    hits = data.draw(st.integers(max(0, drops - (size - there)), min(drops, there)))
    assert _chance_of(hits, drops, there, size) == pytest.approx(hypergeom.sf(hits - 1, size, there, drops), rel=1e-5, abs=1e-9)


def test_what_only_timeouts_put_first_stands_behind_what_all_else_makes_ten_times_as_likely() -> None:
    rows = {name: {**row, "vlan": f"{row['node']}@b"} for name, row in rows_of(6, 2, 20).items()}
    gone = burst(below(rows, "node", "node-1"))
    (bare,) = explain(rows, [*noise(rows), *gone]).incidents
    assert (bare.verdict, bare.causes[0].component.kind) == (Verdict.NOT_PROVEN, "vlan")
    (told,) = explain(rows, [*noise(rows), *gone, alert(NOON, node="node-1")]).incidents
    assert (told.verdict, told.causes[0].component.kind) == (Verdict.CALL_SERVER, "node")
    assert [item.kind for item in told.causes[0].less_likely] == ["vlan"]


def _sites(unknown: int) -> tuple[Rows, list[str]]:
    """Four sites with phones of both nodes, of one in so many of which the site is not known; and the phones of one site that are at node-1."""
    rows: Rows = {
        phone(at): {"node": f"node-{at % 2 + 1}", "cluster": "one", "site": "" if at % unknown == 0 else f"site-{at // 50}"}
        for at in range(200)
    }
    return rows, [name for at, name in enumerate(rows) if at // 50 == 1 and rows[name]["node"] == "node-1"]


def test_a_node_of_which_only_the_phones_at_one_place_dropped_is_not_proven() -> None:
    rows, gone = _sites(3)
    (incident,) = explain(rows, [*noise(rows, days=2), *burst(gone)]).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert incident.causes[0].component == Component("node", "node-1")
    why = "nearly all of which the place is known are at site site-1, and phones of CallManager node node-1 elsewhere stayed"
    assert why in incident.summary
    assert any(one.startswith("whether it is CallManager node node-1 or the way to it from site site-1") for one in incident.unseen)


def test_a_node_whose_phones_drop_all_over_or_are_at_one_place_anyway_is_named() -> None:
    rows, _ = _sites(3)
    (all_over,) = explain(rows, [*noise(rows, days=2), *burst(below(rows, "node", "node-1"))]).incidents
    local = {name: row if row["site"] != "site-0" else {**row, "node": "node-3"} for name, row in rows.items()}
    (at_one,) = explain(local, [*noise(rows, days=2), *burst(below(local, "node", "node-3")), alert(NOON, node="node-3")]).incidents
    for incident, node in ((all_over, "node-1"), (at_one, "node-3")):
        assert (incident.verdict, incident.causes[0].component.id) == (Verdict.CALL_SERVER, node)


def test_phones_of_which_no_server_is_known_are_not_those_of_another_one() -> None:
    rows: Rows = {
        name: {"switch": row["switch"], "vlan": row["vlan"]} | ({"node": row["node"]} if at % 5 < 3 else {})
        for at, (name, row) in enumerate(rows_of(4, 1, 40).items())
    }
    (incident,) = explain(rows, [*noise(rows, days=2, seed=3), *burst(sorted(rows))]).incidents
    assert incident.causes[0].component.kind == "cluster"
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "or what all phones cross and no location names" in incident.summary


def test_what_has_all_phones_is_not_proven_against_a_server_that_the_log_does_not_name() -> None:
    rows: Rows = {name: {"switch": row["switch"], "vlan": "110"} for name, row in rows_of(4, 1, 40, nodes=1).items()}
    gone = sorted(rows)[::2]
    (incident,) = explain(rows, [*noise(rows, days=2, seed=3), *burst(gone)]).incidents
    assert (incident.verdict, incident.causes[0].component.id) == (Verdict.NOT_PROVEN, "110")
    assert "or the call server, which the log does not name" in incident.summary
    (card,) = explain(rows, [*noise(rows, days=2, seed=3), *burst(below(rows, "switch", "acc-1"))]).incidents
    assert (card.verdict, card.causes[0].component.id) == (Verdict.NETWORK, "acc-1")
    one = {name: {"switch": "acc-1"} for name in rows}
    fact = Observation(Component("switch", "acc-1"), ObservationKind.RELOAD, 1.0, "reload of acc-1", NOON)
    for facts, verdict in (((), Verdict.NOT_PROVEN), ((fact,), Verdict.NETWORK)):
        (incident,) = explain(one, [*noise(rows, days=2, seed=3), *burst(gone)], observations=facts).incidents
        assert (incident.verdict, incident.causes[0].component.id) == (verdict, "acc-1")


def test_where_neither_switches_nor_sites_are_known_a_server_with_all_phones_stays_beside_what_they_cross() -> None:
    rows = {name: {"vlan": row["vlan"], "node": "node-1", "cluster": "one"} for name, row in rows_of(6, 2, 20).items()}
    (incident,) = explain(rows, [*noise(rows), *burst(sorted(rows), seconds=120)]).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "or what all phones cross and no location names (core, firewall)" in incident.summary


def test_where_no_place_is_known_of_a_servers_phones_those_of_all_others_count() -> None:
    rows = {
        name: {"node": "node-1", "cluster": "one"} if row["switch"] in ("acc-1", "acc-2", "acc-3") else {**row, "node": "node-2"}
        for name, row in rows_of(6, 2, 20).items()
    }
    likelihood = likelihood_of(rows, below(rows, "node", "node-1"))
    server = number_of(likelihood.exposure, "node", "node-1")
    assert crossed_by(likelihood, [Named(server, 0.9)]) is None  # half of all phones are another's
