"""What is said of an incident."""

from __future__ import annotations

from dataclasses import replace

from switchcorr.model.incident import EvidenceKind, Verdict
from switchcorr.model.message import IncidentState, Severity
from switchcorr.notify.incident_text import incident_message
from tests.report.results import correlation, not_proven


def test_a_message_holds_verdict_contrast_next_step_and_link() -> None:
    incident = correlation().incidents[0]
    cause = incident.causes[0]
    contrast = next(one.text for one in cause.evidence_for if one.kind is EvidenceKind.CONTRAST)
    message = incident_message(incident, link="https://reports.example.org/7", attachment="/tmp/r.html")
    assert message.id == f"{incident.id}/new"
    assert str(incident.explained) in message.title
    for text in (incident.summary, contrast, cause.next_step, "https://reports.example.org/7"):
        assert text in message.body
    assert message.attachment == "/tmp/r.html"
    assert "\n" not in message.title
    bare = incident_message(replace(incident, causes=(replace(cause, evidence_for=(), probability=1.0),)))
    assert f"{cause.affected} of its {cause.exposed} phones dropped." in bare.body
    assert "(> 99.9 %)" in bare.title


def test_severity_follows_verdict_and_state() -> None:
    incident = correlation().incidents[0]
    named = {verdict: incident_message(replace(incident, verdict=verdict)).severity for verdict in Verdict}
    assert named[Verdict.NETWORK] is named[Verdict.CALL_SERVER] is Severity.CRITICAL
    assert named[Verdict.NOT_PROVEN] is Severity.WARNING
    assert named[Verdict.ADMINISTRATIVE] is Severity.INFO
    ended = incident_message(incident, IncidentState.ENDED)
    assert ended.severity is Severity.INFO
    assert ended.id.endswith("/ended")
    assert ended.title.startswith("Over: ")


def test_what_has_grown_has_an_id_of_its_size_and_verdict_and_all_tell_how_many_phones() -> None:
    incident = correlation().incidents[0]
    grown = incident_message(incident, IncidentState.GROWN)
    assert grown.id == f"{incident.id}/grown-{incident.explained}-network"
    assert {incident_message(incident, state).endpoints for state in IncidentState} == {incident.explained}


def test_phones_that_drop_as_on_every_day_are_not_counted_as_the_causes() -> None:
    incident = correlation().incidents[0]
    cause = replace(incident.causes[0], affected=41)
    assert incident_message(replace(incident, endpoints=230, causes=(cause,))).title.startswith("41 phones dropped: ")
    assert "230 phones in all, " in incident_message(replace(incident, endpoints=230, causes=(cause,))).body
    assert replace(incident, endpoints=230, causes=()).explained == 230


def test_an_incident_without_a_cause_says_so_and_hostile_text_is_escaped() -> None:
    incident = not_proven().incidents[0]
    message = incident_message(replace(incident, causes=(), summary="a\x1b[2J\nb"))
    assert "not proven" in message.title
    assert "\x1b" not in message.body
