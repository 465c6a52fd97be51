"""The correlation from end to end over plain data."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.correlate import CorrelateOptions, correlate
from switchcorr.correlate.exposure.columns import ALL_NODES
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.event import Assumed, Event, EventKind
from switchcorr.model.incident import Correlation, Coverage, EvidenceKind, Verdict
from tests.correlate.scenes import NOON, NOW, START, Rows, alert, below, burst, campus_of, drop, explain, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_WEEK = noise(_ROWS)
_MODULE = below(_ROWS, "module", "acc-2/1")


def _causes(result: Correlation) -> list[tuple[str, str]]:
    return [(cause.component.kind, cause.component.id) for incident in result.incidents for cause in incident.causes]


def test_a_burst_of_twelve_phones_of_one_module_is_found_in_a_noisy_campus() -> None:
    """The total count does not move: more than a hundred other phones drop every hour."""
    rows = rows_of(40, 4, 24)
    week = noise(rows, days=2, a_day=0.7)
    at = START + timedelta(days=1, hours=3)
    result = explain(rows, [*week, *burst(below(rows, "module", "acc-17/3")[:12], at)])
    assert _causes(result) == [("module", "acc-17/3")]
    assert result.incidents[0].causes[0].probability > 0.9


def test_eight_quiet_weeks_give_one_false_incident_at_most_where_one_a_day_is_allowed() -> None:
    weeks = [explain(_ROWS, noise(_ROWS, seed=seed)) for seed in range(8)]
    assert sum(len(week.incidents) for week in weeks) <= 1
    assert all(week.recurring == () for week in weeks)


def test_a_wave_of_resets_hides_nothing_that_recurs_and_recurs_not_itself() -> None:
    moments = [START + timedelta(days=day, hours=9) for day in range(5)]
    bursts = [event for day, at in enumerate(moments) for event in burst(_MODULE[3 * day : 3 * day + 3], at, seed=day)]
    evening = START + timedelta(days=3, hours=20)
    wave = [
        event for n in range(6) for event in burst(below(_ROWS, "switch", f"acc-{n + 1}"), evening + timedelta(minutes=20 * n), reason=9)
    ]  # fmt: skip
    (alone,) = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *bursts]).recurring
    result = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *bursts, *wave])
    (found,) = result.recurring
    assert (found.component.id, found.bursts) == (alone.component.id, alone.bursts) == ("acc-2/1", 5)
    assert [one.verdict for one in result.incidents if one.start >= evening and one.endpoints >= 30] == [Verdict.ADMINISTRATIVE] * 6


def test_a_log_without_any_drop_gives_no_incident() -> None:
    result = explain(_ROWS, [alert(NOON), drop(phone(1), NOON, None, kind=EventKind.REGISTERED)])
    assert (result.incidents, result.start) == ((), None)


@pytest.mark.parametrize("reason", [6, 13, 8, None])
def test_if_all_phones_drop_over_several_cores_it_is_the_call_server(reason: int | None) -> None:
    rows = {name: row | {"core": f"core-{int(row['switch'][-1]) % 2}"} for name, row in _ROWS.items()}
    (incident,) = explain(rows, [*_WEEK, *burst(sorted(rows), reason=reason, seconds=120)]).incidents
    assert incident.verdict is Verdict.CALL_SERVER
    assert incident.causes[0].component == Component("cluster", "one")


@pytest.mark.parametrize("reason", [6, 13, 8])
def test_if_a_quarter_of_the_phones_of_all_blocks_drops_it_is_the_call_server(reason: int) -> None:
    rows = {name: row | {"block": f"dist-{row['switch']}"} for name, row in _ROWS.items()}
    for part, verdict in (
        (4, Verdict.CALL_SERVER),
        (3, Verdict.NOT_PROVEN),
    ):  # what is above the blocks may take a third of all phones, too
        some = random.Random(2).sample(sorted(rows), len(rows) // part)
        (incident,) = explain(rows, [*_WEEK, *burst(some, reason=reason, seconds=120)]).incidents
        assert (incident.verdict, incident.causes[0].component) == (verdict, Component("cluster", "one"))


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("reason", [6, 8, 13, None])
def test_if_all_phones_drop_and_no_core_is_named_it_may_be_that(reason: int | None, blocks: bool) -> None:
    rows = {name: row | ({"block": f"dist-{row['switch']}"} if blocks else {}) for name, row in _ROWS.items()}
    dropped = burst(sorted(_ROWS), reason=reason, seconds=120)
    (incident,) = explain(rows, [*_WEEK, *dropped]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.NOT_PROVEN, Component("cluster", "one"))
    assert incident.causes[0].probability > (0.99 if reason else 0.5)
    assert "or what all phones cross and no location names (core, firewall). These have the same phones, and which" in incident.summary
    crossed = "what all phones cross and no location names (core, firewall)"
    assert [component.label for component in incident.causes[0].equivalent] == [crossed]
    assert incident.unseen[0].startswith(f"which it is, CallManager cluster one or {crossed}: they have the same phones. Alerts")
    stalled = [alert(NOON - timedelta(seconds=20), node="node-1"), alert(NOON - timedelta(seconds=15), node="node-2")]
    (incident,) = explain(rows, [*_WEEK, *dropped, *stalled]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.CALL_SERVER, Component("cluster", "one"))


@pytest.mark.parametrize("share", [1, 4])
def test_if_the_phones_of_all_servers_drop_it_may_be_what_they_all_cross(share: int) -> None:
    rows = {name: {kind: row[kind] for kind in ("switch", "node")} for name, row in rows_of(6, 2, 20, nodes=3).items()}
    result = explain(rows, [*noise(rows), *burst(sorted(rows)[::share], seconds=120)])
    (incident,) = result.incidents
    assert [cause.component for cause in incident.causes] == [ALL_NODES]
    assert incident.verdict is Verdict.NOT_PROVEN
    assert incident.summary.split("What they share: ")[1].startswith("the cluster of all CallManager nodes (")
    assert "neither locations nor log name a cluster: all 3 nodes are taken to be of one" in result.coverage.assumptions


@pytest.mark.parametrize(("reason", "verdict"), [(8, Verdict.NOT_PROVEN), (7, Verdict.CALL_SERVER)])
def test_a_restart_tells_of_a_server_and_resets_by_the_phones_do_not(reason: int, verdict: Verdict) -> None:
    rows = rows_of(nodes=1)
    (incident,) = explain(rows, [*noise(rows), *burst(sorted(rows), reason=reason, seconds=120)]).incidents
    assert incident.verdict is verdict
    assert incident.causes[0].component.kind in {"node", "cluster"}


def test_so_it_may_be_where_a_third_of_all_phones_drops() -> None:
    (incident,) = explain(_ROWS, [*_WEEK, *burst(sorted(_ROWS)[::3], seconds=120)]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.NOT_PROVEN, Component("cluster", "one"))
    assert incident.causes[0].equivalent == (Component("core", "not named"),)


def _by_building(kind: str = "switch", *, some: int = 0) -> Rows:
    """Phones of every second switch are at a server of their own, but for some on the first of these."""
    rows = {name: {kind: row["switch"], "node": f"node-{int(row['switch'][-1]) % 2 + 1}"} for name, row in _ROWS.items()}
    for name in below(rows, kind, "acc-2")[:some]:
        rows[name]["node"] = "node-2"
    return rows


@pytest.mark.parametrize("kind", ["switch", "site"])
def test_a_server_whose_phones_are_on_switches_of_their_own_may_be_what_these_cross(kind: str) -> None:
    rows = _by_building(kind)
    (incident,) = explain(rows, [*noise(rows), *burst(below(rows, "node", "node-1"), seconds=120)]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.NOT_PROVEN, Component("node", "node-1"))
    crossed = "what all these phones cross and no location names (distribution switch, core, firewall)"
    assert [component.label for component in incident.causes[0].equivalent] == [crossed]
    assert f"or {crossed}. These have the same phones" in incident.summary


def test_a_server_is_named_where_phones_of_another_one_on_the_same_switch_stayed() -> None:
    rows = _by_building(some=20)
    (incident,) = explain(rows, [*noise(rows), *burst(below(rows, "node", "node-1"), seconds=120)]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.CALL_SERVER, Component("node", "node-1"))


@pytest.mark.parametrize("phones", [20, 160])
def test_a_server_and_a_vlan_with_the_same_phones_stay_undecided_however_many_they_are(phones: int) -> None:
    rows = {
        name: {"switch": row["switch"], "vlan": f"10{number // (2 * phones)}", "node": f"node-{number // (2 * phones)}"}
        for number, (name, row) in enumerate(rows_of(6, 1, phones).items())
    }
    dropped = burst(below(rows, "node", "node-1"), seconds=60)
    (incident,) = explain(rows, [*noise(rows, days=2), *dropped]).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "or CallManager node node-1. These have the same phones" in incident.summary


@pytest.mark.parametrize(("reason", "verdict"), [(7, Verdict.CALL_SERVER), (13, Verdict.NOT_PROVEN)])
def test_time_outs_tell_no_less_of_a_block_of_which_some_phones_have_no_place(reason: int, verdict: Verdict) -> None:
    rows = {name: {"switch": row["switch"], "block": "one", "vlan": "110", "node": "node-1"} for name, row in _ROWS.items()}
    for name in sorted(rows)[::10]:
        rows[name] = {"vlan": "110", "node": "node-1"}
    phones = sorted(rows)
    dropped = [*burst(phones[::3], reason=reason, seconds=120), *burst(phones[1::3], seconds=120), *burst(phones[2::3], seconds=120)]
    (incident,) = explain(rows, [*noise(rows), *dropped]).incidents
    assert incident.verdict is verdict


def test_phones_of_which_the_server_says_that_it_restarted_tell_it_from_what_is_above_the_switches() -> None:
    phones = sorted(_ROWS)
    dropped = [*burst(phones[::2], reason=13, seconds=120), *burst(phones[1::2], reason=7, seconds=120)]
    (incident,) = explain(_ROWS, [*_WEEK, *dropped]).incidents
    assert incident.verdict is Verdict.CALL_SERVER


@pytest.mark.parametrize("reason", [6, 13, 15])
def test_a_node_that_stalls_takes_its_own_phones_and_is_named(reason: int) -> None:
    (incident,) = explain(_ROWS, [*_WEEK, *burst(below(_ROWS, "node", "node-2"), reason=reason)]).incidents
    assert incident.causes[0].component == Component("node", "node-2")


def test_silent_phones_decide_between_a_module_and_its_switch() -> None:
    dropped = below(_ROWS, "module", "acc-2/1")[:10]
    alone = {name: row for name, row in _ROWS.items() if row["switch"] != "acc-2" or row["module"] == "acc-2/1"}
    (with_silent,) = explain(_ROWS, [*_WEEK, *burst(dropped)]).incidents
    (without,) = explain(alone, [*_WEEK, *burst(dropped)]).incidents
    assert (with_silent.causes[0].component.kind, with_silent.causes[0].equivalent) == ("module", ())
    together = {without.causes[0].component.kind, *(component.kind for component in without.causes[0].equivalent)}
    assert {"module", "switch"} <= together


def test_a_pair_at_once_is_two_causes_of_one_incident() -> None:
    dropped = [*burst(_MODULE[:12]), *burst(below(_ROWS, "switch", "acc-5")[::2], seed=3)]
    (incident,) = explain(_ROWS, [*_WEEK, *dropped]).incidents
    assert {cause.component.id for cause in incident.causes} & {"acc-2/1"}
    assert len(incident.causes) == 2


def test_two_faults_minutes_apart_are_two_incidents() -> None:
    later = burst(below(_ROWS, "module", "acc-5/1")[:12], NOON + timedelta(minutes=6))
    assert _causes(explain(_ROWS, [*_WEEK, *burst(_MODULE[:12]), *later])) == [("module", "acc-2/1"), ("module", "acc-5/1")]


def test_since_and_until_bound_where_incidents_are_sought_and_not_the_background() -> None:
    events = [*_WEEK, *burst(_MODULE[:12]), *burst(_MODULE[:12], NOON + timedelta(days=1))]
    every = explain(_ROWS, events)
    after = explain(_ROWS, events, since=NOON + timedelta(hours=1))
    before = explain(_ROWS, events, until=NOON + timedelta(hours=1))
    assert len(every.incidents) == 2
    assert after.incidents[0].phones == every.incidents[1].phones
    assert before.incidents[0].phones == every.incidents[0].phones
    assert after.incidents[0].p_nothing_shared == pytest.approx(every.incidents[1].p_nothing_shared, abs=1e-6)
    assert (after.start, before.end) == (NOON + timedelta(hours=1), NOON + timedelta(hours=1))


def test_the_time_looked_at_has_no_length_where_no_drop_is_in_it_and_the_log_tells_its_own() -> None:
    whole = explain(_ROWS, _WEEK)
    assert (whole.start, whole.end, whole.drops) == (whole.log_start, whole.log_end, len(_WEEK))
    assert whole.log_end is not None
    later, earlier = whole.log_end + timedelta(days=1), START - timedelta(days=9)
    after, before = explain(_ROWS, _WEEK, since=later), explain(_ROWS, _WEEK, until=earlier)
    assert (after.start, after.end, after.drops, after.log_end) == (later, later, 0, whole.log_end)
    assert (before.start, before.end, before.drops) == (earlier, earlier, 0)
    both = explain(_ROWS, _WEEK, since=later, until=later + timedelta(hours=1))
    assert (both.start, both.end, both.drops) == (later, later + timedelta(hours=1), 0)
    nothing = explain(_ROWS, [])
    assert (nothing.start, nothing.end, nothing.drops, nothing.log_start, nothing.log_end) == (None, None, 0, None, None)


def test_asked_windows_are_judged_exactly_even_if_nothing_is_in_them_but_chance() -> None:
    quiet = (START + timedelta(hours=5), START + timedelta(hours=7))
    result = explain(_ROWS, [*_WEEK, *burst(_MODULE[:12])], windows=(quiet,))
    (incident,) = result.incidents
    assert quiet[0] <= incident.start
    assert incident.end < quiet[1]
    assert incident.verdict is Verdict.NOT_PROVEN
    assert result.recurring == ()


def test_an_asked_window_without_any_drop_is_no_incident() -> None:
    empty = (START - timedelta(days=2), START - timedelta(days=1))
    assert explain(_ROWS, _WEEK, windows=(empty,)).incidents == ()
    assert explain(_ROWS, _WEEK, windows=(empty, (empty[0] - timedelta(days=1), empty[0]))).recurring == ()


def _again(days: int, phones: int) -> list[Event]:
    return [event for day in range(days) for event in burst(_MODULE[day : day + phones], START + timedelta(days=day, hours=9), seed=day)]


def test_weak_bursts_of_one_component_are_pooled_to_a_recurring_one() -> None:
    week = noise(_ROWS, a_day=0.1)
    result = explain(_ROWS, [*week, *_again(5, 3)])
    (item,) = result.recurring
    assert item.component == Component("module", "acc-2/1")
    assert item.bursts >= 4
    assert item.probability > 0.9
    assert (item.affected_phones, item.exposed) == (7, 20)


def test_asked_windows_are_pooled() -> None:
    windows = tuple((START + timedelta(days=day, hours=9), START + timedelta(days=day, hours=9, minutes=4)) for day in range(5))
    result = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *_again(5, 2)], windows=windows)
    assert [(item.component.id, item.bursts) for item in result.recurring] == [("acc-2/1", 5)]
    assert len(result.incidents) == 5


def test_a_named_cause_is_told_of_its_other_bursts() -> None:
    result = explain(_ROWS, [*noise(_ROWS, a_day=0.1), *_again(4, 10)])
    causes = [cause for incident in result.incidents for cause in incident.causes if cause.component.id == "acc-2/1"]
    assert len(causes) == 4
    assert all(EvidenceKind.RECURRENCE in {item.kind for item in cause.evidence_for} for cause in causes)


@pytest.mark.parametrize("kind", ["vlan", "node"])
def test_resets_by_hand_are_administrative(kind: str) -> None:
    names = below(_ROWS, kind, {"vlan": "104@b", "node": "node-1"}[kind])
    (incident,) = explain(_ROWS, [*_WEEK, *burst(names, reason=9)]).incidents
    assert incident.verdict is Verdict.ADMINISTRATIVE


def test_drops_after_reset_events_are_administrative_whatever_their_reason() -> None:
    names = below(_ROWS, "vlan", "104@b")
    resets = [drop(name, NOON - timedelta(seconds=20), None, kind=EventKind.RESET) for name in names]
    (incident,) = explain(_ROWS, [*_WEEK, *resets, *burst(names, reason=8)]).incidents
    assert incident.verdict is Verdict.ADMINISTRATIVE


def test_devices_without_a_mac_take_part() -> None:
    rows: Rows = _ROWS | {f"CTI-{i}": {"node": "node-1", "cluster": "one"} for i in range(6)}
    (incident,) = explain(rows, [*_WEEK, *burst([*sorted(_ROWS)[::6], "CTI-0", "CTI-1"])]).incidents
    assert incident.verdict is Verdict.CALL_SERVER
    assert {"CTI-0", "CTI-1"} <= {item.phone for item in incident.phones}


def test_ports_of_an_application_alone_are_no_part_of_the_network() -> None:
    lost = {f"SEP0000000000{n:02X}": {"node": "node-1", "cluster": "one"} for n in range(0x80, 0x90)}  # their places are not known
    ports = {f"CTI-{i}": {"node": "node-2", "cluster": "one"} for i in range(10)}
    (incident,) = explain(_ROWS | lost | ports, [*_WEEK, *burst(sorted(ports), seconds=2.0)]).incidents
    assert incident.verdict is not Verdict.NETWORK
    assert incident.p_unlocated == 0.0
    assert incident.suspects[0].component.kind in ("node", "cluster")


@pytest.mark.parametrize(("reason", "count"), [(8, 6), (8, 50), (13, 6), (13, 50)])
def test_software_of_phones_that_starts_them_anew_or_hangs_is_named(reason: int, count: int) -> None:
    rows = {name: row | {"model": "8841" if i % 3 == 0 else "7821"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    crashed = random.Random(3).sample(below(rows, "model", "8841"), count)
    (incident,) = explain(rows, [*_WEEK, *burst(crashed, reason=reason)]).incidents
    (cause,) = incident.causes
    assert (cause.component, incident.verdict) == (Component("model", "8841"), Verdict.ENDPOINT)
    assert not any("reasons do not fit" in item.text for item in cause.evidence_against)


@pytest.mark.parametrize("reason", [6, 8, 10])
@pytest.mark.parametrize("shares", [(0.5, 1.0), (0.7, 0.9, 1.0)])
def test_phones_of_all_models_that_start_anew_accuse_no_model(reason: int, shares: tuple[float, ...]) -> None:
    random_ = random.Random(8)
    rows = {name: row | {"model": f"m-{sum(random_.random() > share for share in shares)}"} for name, row in _ROWS.items()}
    for incident in explain(rows, [*_WEEK, *burst(sorted(rows)[3:], reason=reason)]).incidents:
        assert incident.verdict is not Verdict.ENDPOINT
        assert not any(suspect.component.kind == "model" for suspect in incident.suspects)


def test_a_switch_that_loses_all_of_two_models_is_that_switch_alone() -> None:
    rows = {name: row | {"model": f"m-{i % 2}"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    (incident,) = explain(rows, [*_WEEK, *burst(below(rows, "switch", "acc-3"), reason=8)]).incidents
    assert incident.verdict is Verdict.NETWORK
    (cause,) = incident.causes
    assert "switch" in {cause.component.kind, *(one.kind for one in cause.equivalent)}


def test_a_model_of_which_only_the_phones_of_one_switch_dropped_is_not_proven() -> None:
    """A card that no table names may have these phones: those of the model elsewhere stayed."""
    rows = {name: {"switch": row["switch"], "node": row["node"]} for name, row in _ROWS.items()}
    here = below(rows, "switch", "acc-3")
    for name in here[:20] + [other for i, other in enumerate(sorted(rows)) if i % 20 == 0]:
        rows[name]["model"] = "8851"
    rows = {name: {"model": "7841"} | row for name, row in rows.items()}
    (incident, *_) = explain(rows, [*_WEEK, *burst(here[:20], reason=13)]).incidents
    assert incident.suspects[0].component == Component("model", "8851")
    assert incident.verdict is Verdict.NOT_PROVEN
    assert any(sentence.startswith("whether it is phone model 8851 or something at switch acc-3") for sentence in incident.unseen)
    everywhere = below(rows, "model", "8851")
    (incident, *_) = explain(rows, [*_WEEK, *burst(everywhere, reason=8)]).incidents
    assert incident.verdict is Verdict.ENDPOINT


def test_a_server_whose_neighbours_kept_their_phones_is_proven_though_it_has_nearly_all() -> None:
    rows = {name: row | {"node": "node-2" if i % 12 == 0 else "node-1"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    (incident,) = explain(rows, [*_WEEK, *burst(below(rows, "node", "node-1"), reason=13, seconds=120)]).incidents
    assert (incident.verdict, incident.causes[0].component) == (Verdict.CALL_SERVER, Component("node", "node-1"))


def test_suspects_are_there_also_when_nothing_is_proven() -> None:
    lost = {name: {"node": row["node"], "cluster": "one"} for name, row in _ROWS.items()}
    (incident,) = explain(lost, burst(sorted(lost)[::6])).incidents
    assert incident.verdict is Verdict.NOT_PROVEN
    assert incident.causes == ()
    assert incident.suspects


def test_pasted_blocks_are_always_an_incident_and_take_the_place_of_a_found_window() -> None:
    pasted = [replace(event, time=NOON, assumed=Assumed.TIME) for event in burst(_MODULE[:12])]
    (incident,) = explain(_ROWS, [*_WEEK, *pasted]).incidents
    assert incident.causes[0].component.id == "acc-2/1"
    (single,) = explain(_ROWS, [*_WEEK, pasted[0]]).incidents
    assert single.verdict is Verdict.NOT_PROVEN


@pytest.mark.parametrize("rows", [{}, _ROWS], ids=["log alone", "with locations"])
def test_one_pasted_block_is_most_likely_nobodys_fault(rows: Rows) -> None:
    """It was pasted because the phone had dropped: that one did is given and no surprise."""
    (single,) = explain(rows, [Event(NOON, EventKind.UNREGISTERED, phone(3), cluster="one", assumed=Assumed.TIME)]).incidents
    assert single.p_nothing_shared > 0.5


def test_a_fact_of_the_switch_rescues_a_weak_burst() -> None:
    fact = Observation(Component("module", "acc-2/1"), ObservationKind.COUNTER_GROWTH, 4120.0, "CRC errors grew by 4,120")
    window = ((NOON, NOON + timedelta(minutes=4)),)
    events = [*_WEEK, *burst(_MODULE[:2], reason=8)]
    (bare,), (told,) = (explain(_ROWS, events, windows=window, observations=facts).incidents for facts in ((), (fact,)))
    chance = {s.component: s.probability for s in bare.suspects}.get(fact.component, 0.0)
    assert chance < 0.5 < told.causes[0].probability
    assert told.causes[0].component == fact.component


def test_facts_of_the_campus_count_like_given_ones() -> None:
    fact = Observation(Component("module", "acc-2/1"), ObservationKind.MODULE_STATUS, 1.0, "the module is faulty")
    (incident,) = explain(campus_of(_ROWS, observations=(fact,)), [*_WEEK, *burst(_MODULE[:8])]).incidents
    assert "the module is faulty" in {item.text for item in incident.causes[0].evidence_for}


def test_coverage_keeps_what_it_was_given_and_adds_assumptions() -> None:
    rows = {name: {"switch": row["switch"]} for name, row in _ROWS.items()}
    log = log_of([replace(event, node="pub") for event in burst(sorted(rows)[:9])])
    given = Coverage(phones_known=7, assumptions=("the zone is UTC",))
    result = correlate(log, campus_of(rows), options=CorrelateOptions(now=NOW), coverage=given)
    assert result.coverage.phones_known == 7
    assert result.coverage.assumptions[0] == "the zone is UTC"
    assert "taken to belong to the one CallManager node of the log, pub" in result.coverage.assumptions[1]


def test_the_answer_does_not_depend_on_a_clock() -> None:
    assert explain(_ROWS, _WEEK).generated_at == NOW


def test_phones_that_the_failing_node_logged_are_its_phones_whatever_the_locations_say() -> None:
    """Four of a module that the locations give to another node: with the node of their drops known, no module is at fault beside the node."""
    own = burst(below(_ROWS, "node", "node-1")[::3])
    other = burst([name for name in _MODULE if _ROWS[name]["node"] == "node-2"][:4], seed=3)
    accused = {}
    for node in ("node-1", "node-2"):
        events = [*_WEEK, *(replace(event, node="node-1") for event in own), *(replace(event, node=node) for event in other)]
        (incident,) = explain(_ROWS, events, windows=((NOON, NOON + timedelta(minutes=4)),)).incidents
        accused[node] = {suspect.component.kind: suspect.probability for suspect in incident.suspects if suspect.probability > 0.5}
    assert set(accused["node-1"]) == {"node"}
    assert set(accused["node-2"]) == {"node", "module"}


def test_a_log_that_names_nobody_has_no_incident_and_warns_of_nothing() -> None:
    result = explain({}, [alert(NOON), drop("", NOON)])
    assert (result.incidents, result.drops, result.log_end) == ((), 0, NOON)
