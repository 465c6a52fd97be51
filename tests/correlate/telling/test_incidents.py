"""One window to one incident: phones, returns, names, and what could not be seen."""

from __future__ import annotations

import random
from datetime import timedelta

from switchcorr.correlate import CorrelateOptions, correlate
from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.event import Event, EventKind, EventLog
from switchcorr.model.incident import Coverage, Incident, Verdict
from switchcorr.model.reason import Reason, ReasonEnum
from tests.correlate.scenes import NOON, NOW, Rows, alert, below, burst, campus_of, drop, explain, log_of, noise, phone, rows_of

_ROWS = rows_of(6, 2, 20)
_MODULE = below(_ROWS, "module", "acc-2/1")
_WELL = Observation(Component("module", "acc-2/1"), ObservationKind.COUNTER_QUIET, 0.0, "no error counter grew")


def _incident(events: list[Event], rows: Rows = _ROWS, **asked: object) -> Incident:
    (incident,) = explain(rows, events, **asked).incidents
    return incident


def _back(name: str, seconds: float, node: str = "node-9") -> Event:
    return drop(name, NOON + timedelta(seconds=seconds), None, kind=EventKind.REGISTERED, node=node)


def test_every_phone_stands_once_with_time_reason_place_and_cause() -> None:
    stray = phone(200)
    drops = [*burst(_MODULE[:12]), drop(_MODULE[0], NOON + timedelta(seconds=100), 6), drop(stray, NOON + timedelta(seconds=20), 8)]
    incident = _incident([*noise(_ROWS, a_day=0.02), *drops])
    assert (incident.events, incident.endpoints, len(incident.phones)) == (14, 13, 13)
    by_name = {item.phone: item for item in incident.phones}
    first = by_name[_MODULE[1]]
    assert (first.device, first.module, first.cause) == ("acc-2", "acc-2/1", 0)
    assert first.reason == Reason(ReasonEnum.END_POINT_UNREGISTERED, 13)
    assert by_name[stray].cause is None
    assert [item.time for item in incident.phones] == sorted(item.time for item in incident.phones)


def test_a_reason_keeps_the_list_it_comes_from_and_none_is_none() -> None:
    drops = burst(_MODULE[:10], reason=None)
    own = Event(NOON + timedelta(seconds=30), EventKind.TRANSIENT, _MODULE[10], reason=Reason(ReasonEnum.TRANSIENT_CONNECTION, 27))
    by_name = {item.phone: item.reason for item in _incident([*drops, own]).phones}
    assert by_name[_MODULE[10]] == Reason(ReasonEnum.TRANSIENT_CONNECTION, 27)
    assert by_name[_MODULE[0]] is None


def test_a_phone_is_back_at_its_first_registration_after_the_drop() -> None:
    drops = [drop(name, NOON + timedelta(seconds=i)) for i, name in enumerate(_MODULE[:10])]
    returns = [_back(_MODULE[0], -50), _back(_MODULE[0], 200, "node-2"), _back(_MODULE[0], 900), _back(_MODULE[1], 1), _back("OTHER", 60)]
    incident = _incident([*drops, *returns])
    by_name = {item.phone: item for item in incident.phones}
    assert by_name[_MODULE[0]].back_at == NOON + timedelta(seconds=200)
    assert by_name[_MODULE[0]].back_node == "node-2"
    assert by_name[_MODULE[1]].back_at is None  # at the very moment of the drop: that is what was lost
    assert incident.still_down == 9


def test_a_cause_has_its_own_first_and_last_drop() -> None:
    two = [*burst(_MODULE[:12], NOON, seconds=40), *burst(below(_ROWS, "module", "acc-5/1")[:12], NOON + timedelta(seconds=60), seconds=40)]
    incident = _incident([*noise(_ROWS, a_day=0.02), *two])
    causes = {cause.component.id: cause for cause in incident.causes}
    assert set(causes) == {"acc-2/1", "acc-5/1"}
    assert causes["acc-2/1"].last < causes["acc-5/1"].first
    assert {item.cause for item in incident.phones} == {0, 1}


def test_the_name_of_an_incident_stays_when_alerts_and_counters_are_added() -> None:
    switch = below(_ROWS, "switch", "acc-3")[::3]
    events = [*noise(_ROWS, a_day=0.05), *burst(switch)]
    grown = Observation(Component("uplink_bundle", "acc-3:Port-channel1"), ObservationKind.COUNTER_GROWTH, 9.0, "errors grew")
    bare, told = _incident(events), _incident([*events, alert(NOON)], observations=(grown,))
    assert told.id == bare.id
    assert told.causes[0].component.kind == "uplink_bundle"
    assert bare.id.startswith("inc-20261119T1200")
    assert len(bare.id) == len("inc-20261122T094107Z-3fa2b1")


def test_an_incident_of_nothing_known_has_a_name_too() -> None:
    result = explain({}, [drop(phone(1), NOON)], windows=((NOON, NOON + timedelta(minutes=4)),))
    assert result.incidents[0].suspects == ()
    assert result.incidents[0].verdict is Verdict.NOT_PROVEN


def test_what_was_not_seen_is_said() -> None:
    lost = {name: {"node": row["node"]} for name, row in _ROWS.items()}
    unseen = _incident(burst(sorted(lost)[:30]), lost).unseen
    assert any("--locations" in sentence for sentence in unseen)
    assert any("alerts of the call servers" in sentence for sentence in unseen)
    assert any("log holds no registrations" in sentence for sentence in unseen)
    assert unseen[0].startswith("which part of the network these phones share, for with ")
    assert "with the places of the 30 endpoints that dropped" in unseen[0]


def test_what_was_seen_is_not_missed() -> None:
    events = [*burst(_MODULE[:12]), alert(NOON), _back(_MODULE[0], 300)]
    powered = {name: row | {"power": row["switch"]} for name, row in _ROWS.items()}
    assert _incident(events, powered, observations=(_WELL,)).unseen == ()


def test_some_lost_phones_and_unread_devices_are_counted() -> None:
    rows = _ROWS | {_MODULE[0]: {"vlan": "102@b"}}
    log = log_of([*burst(_MODULE[:12]), alert(NOON), _back(_MODULE[0], 300)])
    options = CorrelateOptions(now=NOW)
    coverage = Coverage(devices_unread=tuple(f"acc-{i}" for i in range(7)))
    (incident,) = correlate(log, campus_of(rows, observations=(_WELL,)), options=options, coverage=coverage).incidents
    assert incident.unseen[:2] == (
        "the location of 1 of the 12 phones that dropped: captures of their switches (--captures) or a table of locations (--locations) tell it",
        "7 devices that neighbors name and nothing was read of: acc-0, acc-1, acc-2, acc-3, acc-4 and 2 more",
    )


def test_too_few_drops_ask_for_more() -> None:
    window = ((NOON, NOON + timedelta(minutes=4)),)
    one = explain(_ROWS, [drop(phone(1), NOON)], windows=window).incidents[0]
    two = explain(_ROWS, [drop(phone(1), NOON), drop(phone(90), NOON)], windows=window).incidents[0]
    assert "more drops: 1 endpoint is too few to tell a shared part from chance" in one.unseen
    assert "more drops: 2 endpoints are too few to tell a shared part from chance" in two.unseen


def test_the_summary_of_a_reset_names_what_was_reset() -> None:
    incident = _incident([*noise(_ROWS, a_day=0.02), *burst(below(_ROWS, "vlan", "104@b"), reason=9)])
    assert incident.verdict is Verdict.ADMINISTRATIVE
    assert incident.causes == ()
    assert "Reset, or logged in or out, and no fault: " in incident.summary
    assert "VLAN 104@b" in incident.summary
    assert incident.p_nothing_shared > 0.9


def test_the_summary_of_what_a_schedule_did_says_that_it_was_planned() -> None:
    incident = _incident([*noise(_ROWS, a_day=0.02), *burst(below(_ROWS, "vlan", "104@b"), reason=21)])
    assert incident.verdict is Verdict.ADMINISTRATIVE
    assert "Planned (a schedule) and no fault: VLAN 104@b or switch acc-4 (" in incident.summary
    assert incident.fallback is None


def test_the_summary_names_the_suspect_that_leads_the_ranking() -> None:
    events = [Event(event.time, event.kind, event.name, reason=event.reason, cluster="StandAlone") for event in burst(sorted(_ROWS)[:20])]
    incident = _incident([Event(event.time, event.kind, event.name, event.ip, event.reason, "pub", event.cluster) for event in events], {})
    assert incident.suspects[0].component.id in incident.summary


def test_a_log_of_nothing_is_no_incident() -> None:
    result = explain(_ROWS, EventLog())
    assert (result.incidents, result.recurring, result.start, result.end) == ((), (), None, None)


def test_a_server_and_a_core_with_the_same_phones_are_both_named() -> None:
    rows = {name: row | {"core": "core-1"} for name, row in _ROWS.items()}
    incident = _incident([*noise(rows, a_day=0.02), *burst(sorted(rows)[::5])], rows)
    assert incident.verdict is Verdict.NOT_PROVEN
    assert "These have the same phones, and which of them it is is not proven." in incident.summary
    assert incident.unseen[0].startswith("which it is, ")
    assert "core core-1" in incident.unseen[0]


def test_phones_all_over_a_site_that_drop_together_prove_nothing_against_its_server() -> None:
    rows = {name: row | {"cluster": "c-1"} for name, row in rows_of(12, 3, 20).items()}
    incident = _incident([*noise(rows, a_day=0.02), *burst(random.Random(3).sample(sorted(rows), 10), seconds=20)], rows)
    assert (incident.verdict, incident.causes) == (Verdict.NOT_PROVEN, ())
    assert incident.p_unnamed > 0.5
    assert "it is nothing that is known of these phones, which are spread over all parts of the site" in incident.summary
    assert "Of what is named the leading suspect is CallManager cluster c-1" in incident.summary
    assert incident.unseen[0].startswith("what these phones share: with ")
    assert "(device pool, phone model, phone firmware, subnet, site, DHCP scope, firewall)" in incident.unseen[0]


def test_what_no_location_names_has_its_own_probability_and_all_adds_up() -> None:
    window = ((NOON, NOON + timedelta(minutes=4)),)
    (incident,) = explain({}, burst([phone(i) for i in range(30)]), windows=window).incidents
    assert incident.p_unlocated > 0.5
    besides = incident.p_unlocated + incident.p_unnamed + incident.p_nothing_shared
    assert besides + sum(suspect.probability for suspect in incident.suspects) >= 1 - 1e-6
