"""Incidents of a run beside those of the last one: new, grown, over, planned; each told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.audit.news import QUIET
from switchcorr.audit.standing import Standing, from_summary, planned_work, stand, to_summary
from switchcorr.jobs.audit.request import AuditRequest
from switchcorr.lab.demo import DemoSite
from switchcorr.model.campus import Component
from switchcorr.model.changes import ChangeKind
from switchcorr.model.incident import Incident, Verdict
from switchcorr.model.mask import Mask
from switchcorr.model.message import IncidentState
from switchcorr.notify.incident_text import incident_message
from switchcorr.store.findings import put_mask
from switchcorr.store.incidents import incidents_between
from tests.audit.test_audit import audit, hook, request_, take
from tests.notify.receivers import Hook
from tests.report.results import correlation, not_proven

__all__ = ["hook", "request_"]  # fixtures
CARD = Component("module", "acc-12/3", "acc-12 module 3")
MINUTE = timedelta(minutes=1)


def incident(**about: object) -> Incident:
    made = correlation().incidents[0]
    return replace(made, causes=(replace(made.causes[0], component=CARD, equivalent=()),), **about)  # type: ignore[arg-type]


ONE = incident()
WORK = Mask("card swap", ONE.start - MINUTE, ONE.end + MINUTE, "acc-1?")


@pytest.mark.parametrize(
    ("before", "minutes", "state"),
    [
        (None, 1, IncidentState.NEW),
        (None, 9, IncidentState.NEW),
        (Standing(ONE.explained, over=False), 1, None),
        (Standing(ONE.explained - 1, over=False), 1, None),
        (Standing(ONE.explained // 2, over=False), 1, IncidentState.GROWN),
        (Standing(ONE.explained // 2, over=False), 9, IncidentState.ENDED),
        (Standing(ONE.explained // 2, over=True), 9, IncidentState.GROWN),
        (Standing(ONE.explained, over=True), 9, None),
        (Standing(ONE.explained + 1, over=False), 1, None),
    ],
)
def test_what_is_told_of_an_incident(before: Standing | None, minutes: int, state: IncidentState | None) -> None:
    last = {} if before is None else {ONE.id: before}
    found = stand([ONE], last, (), ONE.end + minutes * MINUTE)
    assert found.states == ({} if state is None else {ONE.id: state})
    assert found.new == ((ONE.id,) if state is IncidentState.NEW else ())
    assert [incident_message(ONE, told).id.partition("-network")[0] for told in found.states.values()] == (
        [] if state is None else [f"{ONE.id}/{state.value}" + (f"-{ONE.explained}" if state is IncidentState.GROWN else "")]
    )
    told = before.endpoints if before is not None and state is None else ONE.explained
    assert from_summary({"incidents": to_summary(found.now)}) == found.now == {ONE.id: Standing(told, minutes * MINUTE >= QUIET)}
    assert from_summary({}) is None, "runs of earlier versions kept nothing"


def test_little_growth_adds_up_until_it_is_told() -> None:
    size = ONE.explained
    standings = stand([ONE], {}, (), ONE.end)
    for more, told in ((4, False), (size // 2 + 4, True), (size // 2 + 8, False)):
        standings = stand(
            [replace(ONE, endpoints=9999, causes=(replace(ONE.causes[0], affected=size + more),))], standings.now, (), ONE.end
        )
        assert standings.states == ({ONE.id: IncidentState.GROWN} if told else {})


@pytest.mark.parametrize(
    ("told", "minutes", "state"),
    [
        (ONE.explained, 1, None),
        (ONE.explained // 2, 1, IncidentState.GROWN),
        (ONE.explained, 9, IncidentState.ENDED),
    ],
)
def test_what_was_told_live_is_not_told_anew(told: int, minutes: int, state: IncidentState | None) -> None:
    found = stand([ONE], {}, (), ONE.end + minutes * MINUTE, {ONE.id: told})
    assert found.new == (ONE.id,), "it is new to the audit all the same"
    assert found.states == ({} if state is None else {ONE.id: state})


def test_only_what_lies_wholly_in_planned_work_belongs_to_it() -> None:
    assert planned_work(ONE, [WORK]) == "card swap"
    assert planned_work(ONE, [WORK, replace(WORK, name="all", devices="")]) == "card swap, all"
    for other in (
        replace(WORK, start=ONE.start + MINUTE / 6), replace(WORK, end=ONE.end), replace(WORK, devices="acc-2*, dist-*"),
    ):  # fmt: skip
        assert planned_work(ONE, [other]) == ""
    (cause,) = ONE.causes
    either = replace(ONE, causes=(replace(cause, equivalent=(Component("uplink", "dist-1:Gi1/1"),)),))
    assert planned_work(either, [WORK]) == "", "another device may be at fault as well"
    assert planned_work(either, [replace(WORK, devices="acc-12,dist-1")]) == "card swap"
    for whole in (incident(verdict=Verdict.CALL_SERVER), replace(not_proven().incidents[0], causes=())):
        assert planned_work(whole, [replace(WORK, start=datetime(2020, 1, 1, tzinfo=UTC), devices="")]) == ""


def test_an_incident_that_outlasts_planned_work_is_new_then() -> None:
    first = stand([ONE], {}, [WORK], ONE.end)
    assert (first.states, first.planned, first.now) == ({}, {ONE.id: "card swap"}, {})
    longer = replace(ONE, end=ONE.end + 9 * MINUTE)
    assert stand([longer], first.now, [WORK], longer.end).new == (ONE.id,)


def test_an_incident_is_told_when_it_begins_grows_and_is_over(request_: AuditRequest, small_site: DemoSite, hook: Hook) -> None:
    asked = _asked(request_, small_site)
    begin = datetime(2026, 11, 17, 9, 42, 10, tzinfo=UTC)
    told = []
    for seconds in (0, 85, 130, 180, 600, 1200):
        outcome = audit(asked, begin + timedelta(seconds=seconds))
        assert outcome.conclusions.answer is not None
        ids = {one.id for one in outcome.conclusions.answer.result.incidents}
        told += [body["title"].partition(" ")[0] for body in hook.bodies if any(id_ in body["message"] for id_ in ids)]
        hook.bodies.clear()
        assert len(ids) == 1
    assert told[0].isdecimal()
    assert told[1:] == ["Grown:", "Over:"]


def test_an_incident_of_planned_work_is_stored_and_shown_and_pages_nobody(request_: AuditRequest, small_site: DemoSite, hook: Hook) -> None:
    asked = _asked(request_, small_site)
    start = datetime(2026, 11, 17, 9, tzinfo=UTC)
    with request_.place.open(write=True) as store:
        put_mask(store, Mask("card swap", start, start + timedelta(hours=2), "acc-003"))
    outcome = audit(asked, start + timedelta(hours=3))
    (change,) = [one for one in outcome.conclusions.changes.changes if one.kind is ChangeKind.INCIDENT]
    assert change.note == "planned: card swap"
    assert outcome.conclusions.new_incidents == ()
    assert not any(change.id in body["message"] for body in hook.bodies)
    with request_.place.open(write=False) as store:
        assert change.id in {one.id for one in incidents_between(store, start, start + timedelta(hours=3))}
    assert outcome.page is not None
    assert "planned: card swap" in outcome.page.read_text()


def _asked(given: AuditRequest, site: DemoSite) -> AuditRequest:
    take(given, site.captures[0])
    return replace(given, events=(site.log,))
