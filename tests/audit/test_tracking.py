"""Which incidents are news while they happen: told once, again when they have grown, and when they are over."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from switchcorr.audit.tracking import PAUSE_S, QUIET_S, REMEMBERED_S, UNPROVEN_S, IncidentTracker, Told
from switchcorr.model.campus import Component
from switchcorr.model.incident import AffectedPhone, Cause, Incident, Verdict

_NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def _incident(begin: int, end: int, events: int, cause: str = "", verdict: Verdict = Verdict.NETWORK) -> Incident:
    start, last = _NOW + timedelta(seconds=begin), _NOW + timedelta(seconds=end)
    causes = (Cause(Component("module", cause), 0.9, events, 40, start, last),) if cause else ()
    phones = tuple(AffectedPhone(f"{cause[:1] or 'a'}-{number}", start) for number in range(events))
    return Incident(f"inc-{begin}-{cause}", start, last, events, events, 0, verdict, 0.1, causes, (), phones)


def _news(told: list[Told]) -> list[tuple[str, str, int]]:
    return [(one.news.value, one.incident.id, one.incident.endpoints) for one in told]


def test_an_incident_grows_under_one_id_and_not_more_often_than_once_a_minute() -> None:
    tracker = IncidentTracker()
    assert _news(tracker.judged([_incident(0, 5, 5, "a/1")], 0)) == [("new", "inc-0-a/1", 5)]
    assert tracker.judged([_incident(0, 9, 20, "a")], 9) == []
    assert _news(tracker.judged([_incident(0, 20, 21, "a")], PAUSE_S)) == [("grown", "inc-0-a/1", 21)]
    assert tracker.judged([_incident(0, 70, 22, "a")], 3 * PAUSE_S) == []
    assert tracker.passed(3 * PAUSE_S + QUIET_S - 1) == []
    assert _news(tracker.passed(3 * PAUSE_S + QUIET_S)) == [("ended", "inc-0-a/1", 22)]
    assert not tracker.is_waiting
    assert tracker.judged([_incident(0, 70, 22, "a")], 3 * PAUSE_S + QUIET_S + 1) == []


def test_an_incident_that_is_over_and_goes_on_is_the_same() -> None:
    tracker = IncidentTracker()
    tracker.judged([_incident(0, 5, 5, "a/1")], 0)
    tracker.passed(QUIET_S)
    assert _news(tracker.judged([_incident(0, 400, 25, "a/1")], QUIET_S + 100)) == [("grown", "inc-0-a/1", 25)]
    assert tracker.is_waiting


def test_not_proven_is_told_when_nothing_more_comes_and_corrected_when_it_is_proven() -> None:
    tracker = IncidentTracker()
    unproven = _incident(0, 5, 5, verdict=Verdict.NOT_PROVEN)
    assert tracker.judged([unproven], 0) == []
    assert tracker.passed(UNPROVEN_S - 1) == []
    assert _news(tracker.passed(UNPROVEN_S)) == [("new", "inc-0-", 5)]
    assert _news(tracker.judged([_incident(0, 5, 5, "a/1")], UNPROVEN_S + PAUSE_S)) == [("grown", "inc-0-", 5)]


def test_two_incidents_at_once_are_two() -> None:
    tracker = IncidentTracker()
    both = [_incident(0, 50, 9, "a/1"), _incident(10, 60, 9, "b/1")]
    assert len(tracker.judged(both, 0)) == 2
    assert tracker.judged(both, 1) == []
    assert tracker.judged([replace(both[1], end=both[0].end), both[0]], 2) == [], "whatever their order"
    assert tracker.first(_NOW + timedelta(hours=1)) == _NOW
    assert len({told.incident.id for told in tracker.passed(QUIET_S)}) == 2


def test_of_planned_work_nothing_is_told_and_what_outlasts_it_is_new() -> None:
    planned = [True]
    tracker = IncidentTracker(is_planned=lambda incident: planned[0] and incident.endpoints < 20)
    assert tracker.judged([_incident(0, 5, 5, "a/1")], 0) == []
    assert _news(tracker.judged([_incident(0, 60, 20, "a/1")], 60)) == [("new", "inc-0-a/1", 20)]
    assert tracker.judged([_incident(9, 60, 5, "b/1"), _incident(0, 60, 20, "a/1")], 61) == []
    assert _news(tracker.passed(61 + QUIET_S)) == [("ended", "inc-0-a/1", 20)], "of the planned one not even its end"
    planned[0] = False
    assert tracker.judged([_incident(9, 60, 5, "b/1")], 62 + QUIET_S) == []


def test_an_incident_that_somebody_else_has_told_keeps_that_id() -> None:
    tracker = IncidentTracker()
    tracker.judged([_incident(0, 5, 5, "a/1")], 0)
    tracker.rename({"inc-0-a/1": "inc-of-the-audit", "inc-unknown": "inc-9"})
    assert tracker.ids == {"inc-of-the-audit"}
    assert _news(tracker.judged([_incident(0, 70, 20, "a/1")], PAUSE_S)) == [("grown", "inc-of-the-audit", 20)]


def test_what_is_long_over_is_forgotten() -> None:
    tracker = IncidentTracker()
    tracker.judged([_incident(0, 5, 5, "a/1")], 0)
    tracker.passed(REMEMBERED_S - 1)
    assert tracker.ids == {"inc-0-a/1"}
    assert not tracker.is_waiting
    tracker.passed(REMEMBERED_S)
    assert tracker.ids == frozenset()
