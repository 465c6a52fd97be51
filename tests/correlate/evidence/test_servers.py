"""Alerts of call servers against their own base rate, each physical fact once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT, Constants
from switchcorr.correlate.drops.table import Window, find_drops
from switchcorr.correlate.evidence.servers import Family, ServerEvidence, server_alerts, server_evidence
from switchcorr.correlate.exposure.node_names import with_one_name
from switchcorr.correlate.exposure.table import expose
from switchcorr.model.campus import empty_campus
from switchcorr.model.event import Assumed, Event, EventDetail, EventKind
from tests.correlate.scenes import NOON, START, alert, campus_of, drop, log_of, phone, rows_of

_WINDOW = Window(NOON.timestamp(), NOON.timestamp() + 240)
_FULL = float(np.log(DEFAULT.p_alert_fault / DEFAULT.p_alert_chance))


def _evidence(events: list[Event], *, days: int = 7, constants: Constants = DEFAULT) -> ServerEvidence:
    log = log_of([drop(phone(0), START, node="pub"), drop(phone(1), START + timedelta(days=days), node="sub"), *events])
    return server_evidence(server_alerts(log), _WINDOW, find_drops(log, expose(log, campus_of(rows_of(1, 1, 1))), constants), constants)


def test_without_any_alert_nothing_is_said() -> None:
    assert _evidence([]) == ServerEvidence((), 0.0, 0, 0.0)
    assert _evidence([]).odds_of("pub") == 0.0


def test_a_rare_alert_minutes_before_speaks_for_the_server() -> None:
    found = _evidence([alert(NOON - timedelta(minutes=5))])
    assert len(found.facts) == 1
    assert found.odds_of("") == pytest.approx(_FULL)


@pytest.mark.parametrize("minutes", [-11, 7])
def test_an_alert_at_another_time_speaks_against_it(minutes: int) -> None:
    found = _evidence([alert(NOON + timedelta(minutes=minutes))])
    assert found.facts == ()
    assert found.told == 1
    assert -2 < found.absent < 0
    assert found.odds_of("pub") == found.odds_of("") == found.absent


def test_alerts_several_times_a_day_prove_little_and_every_quarter_of_an_hour_nothing() -> None:
    odds = []
    for hours in (24.0, 6.0, 0.25):
        count = int(7 * 24 / hours)
        odds.append(_evidence([alert(START + timedelta(hours=hours * i + 12 % hours)) for i in range(count)]).odds_of(""))
    assert odds[0] > odds[1] > odds[2]
    assert odds[2] < 0.5


def test_a_run_of_alerts_counts_once_in_the_base_rate() -> None:
    run = [alert(START + timedelta(hours=5, seconds=30 * i)) for i in range(12)]
    near = alert(NOON)
    assert _evidence([*run, near]).odds_of("") == pytest.approx(_evidence([run[0], near]).odds_of(""), abs=0.2)


def test_each_kind_has_its_own_base_rate() -> None:
    """Heartbeats that come every hour say nothing; the Code Yellow that came once among them does."""
    hourly = [alert(START + timedelta(hours=i)) for i in range(7 * 24)]
    often = _evidence(hourly).odds_of("")
    once = _evidence([*hourly, alert(NOON, "CodeYellowEntry")])
    assert often < 1.5
    assert once.odds_of("") == pytest.approx(_FULL)
    assert next(fact.a_day for fact in once.facts if fact.alert.name == "LowCallManagerHeartbeatRate") == pytest.approx(23.9, abs=0.2)


def test_each_node_has_its_own_base_rate() -> None:
    of_pub = [alert(START + timedelta(hours=i), node="pub") for i in range(7 * 24)]
    found = _evidence([*of_pub, alert(NOON, node="sub")])
    assert found.odds_of("sub") == pytest.approx(_FULL)
    assert found.odds_of("pub") < 1.5


def test_heartbeat_and_code_yellow_of_one_stall_are_one_fact() -> None:
    one, yellow = alert(NOON), alert(NOON + timedelta(seconds=40), "CodeYellowEntry")
    assert _evidence([one, yellow]).odds_of("") == _evidence([one]).odds_of("") == _evidence([yellow]).odds_of("")


def test_an_alert_whose_time_was_given_by_hand_says_little() -> None:
    pasted = replace(alert(NOON), assumed=Assumed.TIME)
    assert _evidence([pasted]).odds_of("") == dict(DEFAULT.alert_odds)["other"]


def test_a_second_family_adds_a_share_and_a_third_nothing() -> None:
    stall, down, link = alert(NOON), alert(NOON, "CoreDumpFound"), alert(NOON, "SDLLinkOutOfService")
    both, all_three = _evidence([stall, down]), _evidence([stall, down, link])
    assert both.odds_of("") == pytest.approx(_FULL * (1 + DEFAULT.further_alert_share))
    assert all_three.odds_of("") == both.odds_of("")
    assert [weight for _, weight in all_three.weighed("")][-1] == 0.0


def test_an_alert_of_no_known_sign_says_little() -> None:
    strange = _evidence([alert(NOON, "MaliciousCallTrace")])
    assert strange.facts[0].alert.family is Family.OTHER
    assert strange.odds_of("") == dict(DEFAULT.alert_odds)["other"]


def test_the_bounds_are_constants() -> None:
    odds = tuple((name, 2.0) for name, _ in DEFAULT.alert_odds)
    assert _evidence([alert(NOON)], constants=replace(DEFAULT, alert_odds=odds)).odds_of("") == 2.0
    assert {name for name, _ in DEFAULT.alert_odds} == {family.value for family in Family}


@pytest.mark.parametrize("name", ["NumberOfRegisteredPhonesDropped", "DeviceCloseMaxEventsExceeded", "SyslogSeverityMatchFound"])
def test_what_only_tells_the_drops_again_is_no_sign_of_the_server(name: str) -> None:
    assert _evidence([alert(NOON, name)]) == ServerEvidence((), 0.0, 0, 0.0)


def test_copies_and_ends_of_outages_and_alerts_without_a_time_are_left_out() -> None:
    events = [alert(NOON), alert(NOON), alert(NOON, "SDLLinkISV"), alert(None)]
    found = server_alerts(log_of(events))
    assert [(one.name, one.words) for one in found] == [("LowCallManagerHeartbeatRate", "rate 19, threshold 24")]


def test_an_alert_without_detail_is_called_by_its_description() -> None:
    log = log_of([Event(NOON, EventKind.SERVER_ALERT, description="CodeYellowEntry"), Event(NOON, EventKind.SERVER_ALERT)])
    assert {one.name for one in server_alerts(log)} == {"CodeYellowEntry", "alert"}


def test_of_an_alert_with_many_fields_the_first_three_are_told() -> None:
    values = {"AverageDelay": "7906", "EntryLatency": "20", "ExitLatency": "8", "SampleSize": "10"}
    event = Event(NOON, EventKind.SERVER_ALERT, detail=EventDetail(alert="CodeYellowEntry", values=values))
    assert server_alerts(log_of([event]))[0].words == "AverageDelay 7906, EntryLatency 20, ExitLatency 8"


def test_alerts_concern_the_nodes_they_name_or_all() -> None:
    of_sub = _evidence([alert(NOON, node="sub")])
    assert of_sub.odds_of("sub") == of_sub.odds_of("") > 4
    assert of_sub.odds_of("pub") == 0.0
    assert _evidence([alert(NOON)]).odds_of("pub") > 4
    link = _evidence([alert(NOON, "SDLLinkOOS", node="sub")])
    assert link.odds_of("pub") == link.odds_of("sub") > 0  # the node that tells of a lost link need not be the lost one


@pytest.mark.parametrize(
    ("told", "node"), [("SUB.example.org", "sub"), ("192.0.2.9", ""), ("cups.example.org", "cups.example.org"), ("", ""), ("pub", "pub")]
)
def test_a_node_is_called_as_the_phones_events_call_it(told: str, node: str) -> None:
    log = log_of([drop(phone(0), START, node="pub"), drop(phone(1), START, node="sub"), alert(NOON, node=told)])
    named, _, _ = with_one_name(log, empty_campus())
    assert [one.node for one in server_alerts(named)] == [node]


def test_two_nodes_of_one_host_name_are_not_mixed_up() -> None:
    events = [drop(phone(0), START, node="cm.a.example"), drop(phone(1), START, node="cm.b.example"), alert(NOON, node="cm")]
    assert [one.node for one in server_alerts(log_of(events))] == ["cm"]


def test_a_log_of_alerts_alone_is_weighed_by_its_own_length() -> None:
    log = log_of([alert(NOON), alert(NOON + timedelta(days=3))])
    drops = find_drops(log, expose(log, campus_of({})), DEFAULT)
    assert server_evidence(server_alerts(log), _WINDOW, drops, DEFAULT).odds_of("") > 0
