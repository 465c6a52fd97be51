"""What is said of an incident."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from switchcorr.model.campus import Component
from switchcorr.model.incident import NO_RETURNS, EvidenceKind, Fallback, Verdict
from switchcorr.model.message import IncidentState, Severity
from switchcorr.model.series import Series
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


def test_each_part_that_failed_at_once_is_named_with_what_to_do() -> None:
    incident = correlation().incidents[0]
    first = replace(incident.causes[0], equivalent=())
    bundle = replace(
        first, component=Component("uplink_bundle", "acc-1:Port-channel1"), probability=0.98, next_steps=("Look at both ends.",)
    )
    unlikely = replace(first, component=Component("model", "8841"), probability=0.3, next_steps=("Load other firmware.",))
    both = replace(incident, causes=(first, bundle, unlikely), still_down=1992)
    message = incident_message(both)
    assert message.title.endswith("(97 %) and uplink bundle acc-1:Port-channel1 (98 %)")
    assert f"Next: {first.next_step}\nNext: Look at both ends.\n" in message.body
    assert "firmware" not in message.body
    assert "1,992 not back yet." in message.body
    silent = replace(both, unseen=(NO_RETURNS,))
    assert "in all, whether they are back is not in the log. Verdict" in incident_message(silent).body
    assert "Port-channel1" not in incident_message(replace(both, verdict=Verdict.NOT_PROVEN)).title


def test_a_title_names_all_that_have_the_same_phones() -> None:
    (incident,) = correlation().incidents
    alike, unlike = Component("vlan", "110"), Component("switch", "acc-9")
    cause = replace(
        incident.causes[0],
        component=Component("uplink", "acc-9:Te1/1"),
        equivalent=(alike, unlike),
        as_likely=(alike,),
        less_likely=(unlike,),
        p_less_likely=0.03,
    )
    title = incident_message(replace(incident, causes=(cause,))).title
    assert "uplink acc-9:Te1/1 or VLAN 110 (less likely, 3 %: switch acc-9) (" in title


def test_a_burst_of_a_series_tells_how_often_since_when_and_how_regularly() -> None:
    incident = correlation().incidents[0]
    starts = tuple(incident.start - timedelta(minutes=11 * number) for number in range(4, -1, -1))
    series = Series("inc-first", starts[0], starts, 5, 31)
    words = f"5th time since {starts[0]:%H:%M} UTC, every ~11 min"
    again = incident_message(incident, IncidentState.AGAIN, series=series)
    assert again.title.startswith(f"Again ({words}): {incident.explained} phones dropped: ")
    larger = incident_message(incident, IncidentState.AGAIN, series=replace(series, most=99)).title
    assert larger.startswith(f"Again ({words}): {incident.explained} of up to 99 phones dropped: ")
    assert f"It is the {words}, with up to 31 phones; the last began at {starts[0]:%H:%M}, " in again.body
    assert (again.id, again.severity) == (f"{incident.id}/again", incident_message(incident).severity)
    assert incident_message(incident, IncidentState.GROWN, series=series).title.startswith(f"Grown ({words}): ")
    over = incident_message(replace(incident, still_down=0), IncidentState.ENDED, series=series)
    assert (over.title.partition(":")[0], over.severity) == ("Over after 5 times", Severity.INFO)
    single = Series(incident.id, incident.start, (incident.start,))
    assert incident_message(incident, series=single) == incident_message(incident)


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


def test_phones_that_went_home_are_no_action_of_somebody() -> None:
    incident = correlation().incidents[0]
    home = replace(incident, verdict=Verdict.ADMINISTRATIVE, causes=(), fallback=Fallback(incident.endpoints, incident.start, incident.end))
    message = incident_message(home)
    assert message.title.endswith(" dropped: a planned fallback to their own node")
    assert "Verdict: a planned fallback to their own node." in message.body
    assert message.severity is Severity.INFO


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


def test_what_no_longer_grows_is_over_only_when_most_phones_are_back() -> None:
    (incident,) = correlation().incidents
    for down, title, severity in (
        (incident.endpoints, f"{incident.endpoints} of {incident.endpoints} phones still down: ", Severity.WARNING),
        ((incident.endpoints + 1) // 2, f"{(incident.endpoints + 1) // 2} of ", Severity.WARNING),
        ((incident.endpoints - 1) // 2, "Over: ", Severity.INFO),
    ):
        message = incident_message(replace(incident, still_down=down), IncidentState.ENDED)
        assert message.title.startswith(title)
        assert message.severity is severity
        assert message.id == f"{incident.id}/ended"
    silent = replace(incident, still_down=incident.endpoints, unseen=(NO_RETURNS,))
    assert incident_message(silent, IncidentState.ENDED).title.startswith("Over: "), "nobody knows whether they are back"
