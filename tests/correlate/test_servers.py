"""Alerts of call servers against their own base rate."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from switchcorr.correlate.constants import DEFAULT
from switchcorr.correlate.drops import find_drops
from switchcorr.correlate.exposure import expose
from switchcorr.correlate.servers import ServerEvidence, server_alerts, server_evidence
from switchcorr.correlate.windows import Window
from switchcorr.model.event import Event, EventKind
from tests.correlate.scenes import NOON, START, alert, campus_of, drop, log_of, phone, rows_of

_WINDOW = Window(NOON.timestamp(), NOON.timestamp() + 240)


def _evidence(events: list[Event], *, days: int = 7) -> ServerEvidence:
    log = log_of([drop(phone(0), START), drop(phone(0), START + timedelta(days=days)), *events])
    return server_evidence(server_alerts(log), _WINDOW, find_drops(log, expose(log, campus_of(rows_of(1, 1, 1))), DEFAULT), DEFAULT)


def test_without_any_alert_nothing_is_said() -> None:
    assert _evidence([]) == ServerEvidence((), 0.0, 0, 0.0)


def test_a_rare_alert_minutes_before_speaks_for_the_server() -> None:
    found = _evidence([alert(NOON - timedelta(minutes=5))])
    assert len(found.near) == 1
    assert found.odds == pytest.approx(np.log(DEFAULT.p_alert_fault / DEFAULT.p_alert_chance))


@pytest.mark.parametrize("minutes", [-11, 7])
def test_an_alert_at_another_time_speaks_against_it(minutes: int) -> None:
    found = _evidence([alert(NOON + timedelta(minutes=minutes))])
    assert found.near == ()
    assert found.told == 1
    assert -2 < found.odds < 0


def test_alerts_several_times_a_day_prove_little_and_every_quarter_of_an_hour_nothing() -> None:
    odds = []
    for hours in (24.0, 6.0, 0.25):
        count = int(7 * 24 / hours)
        odds.append(_evidence([alert(START + timedelta(hours=hours * i + 12 % hours)) for i in range(count)]).odds)
    assert odds[0] > odds[1] > odds[2]
    assert odds[2] < 0.5


def test_a_run_of_alerts_counts_once_in_the_base_rate() -> None:
    run = [alert(START + timedelta(hours=5, seconds=30 * i)) for i in range(12)]
    near = alert(NOON)
    assert _evidence([*run, near]).odds == pytest.approx(_evidence([run[0], near]).odds, abs=0.2)


def test_copies_and_ends_of_outages_and_alerts_without_a_time_are_left_out() -> None:
    events = [alert(NOON), alert(NOON), alert(NOON, "SDLLinkISV"), alert(None)]
    found = server_alerts(log_of(events))
    assert [(one.name, one.words) for one in found] == [("LowCallManagerHeartbeatRate", "rate 19, threshold 24")]


def test_an_alert_without_detail_is_called_by_its_description() -> None:
    log = log_of([Event(NOON, EventKind.SERVER_ALERT, description="CodeYellowEntry"), Event(NOON, EventKind.SERVER_ALERT)])
    assert {one.name for one in server_alerts(log)} == {"CodeYellowEntry", "alert"}


def test_alerts_concern_the_nodes_they_name_or_all() -> None:
    assert _evidence([alert(NOON, node="sub")]).concerns("sub")
    assert not _evidence([alert(NOON, node="sub")]).concerns("pub")
    assert _evidence([alert(NOON)]).concerns("pub")
    assert _evidence([]).concerns("pub")


def test_a_log_of_alerts_alone_is_weighed_by_its_own_length() -> None:
    log = log_of([alert(NOON), alert(NOON + timedelta(days=3))])
    drops = find_drops(log, expose(log, campus_of({})), DEFAULT)
    assert server_evidence(server_alerts(log), _WINDOW, drops, DEFAULT).odds > 0
