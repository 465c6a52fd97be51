"""The page as values: what is shown of many incidents, and what it says where something cannot be shown."""

from __future__ import annotations

from dataclasses import replace

from switchcorr.model.campus import Component
from switchcorr.model.event import EventFileAccount, EventKind
from switchcorr.model.incident import Coverage, Incident, Verdict
from switchcorr.model.snapshot import OutputAccount, OutputState
from switchcorr.report.clock import span_words
from switchcorr.report.coverage_view import coverage_view
from switchcorr.report.estate_build import make_estate
from switchcorr.report.page import INCIDENTS_DRAWN, colour_of, page_view
from switchcorr.report.to_html import render_html
from switchcorr.report.views import result_view
from tests.report.campuses import made_campus, made_result
from tests.report.results import CASES, chronic, chronic_part, correlation, coverage, estate, flapping, quiet


def test_only_the_largest_incidents_get_pictures() -> None:
    made = made_campus(sites=3, switches=6, modules=1, phones=6, ports=False)
    switches = [Component("switch", device.name) for device in made.campus.devices if device.level == 2]
    result = made_result(made, *switches)
    page = page_view(result, make_estate(result, campus=made.campus, log=made.log))
    drawn = [one for one in page.incidents if one.timeline]
    assert len(drawn) == INCIDENTS_DRAWN
    assert min(one.view.endpoints for one in drawn) >= max(one.view.endpoints for one in page.incidents if not one.timeline)
    assert all(one.causes and (one.timeline is None) == (one.causes[0].drawing is None) for one in page.incidents)
    assert [cause.number for one in page.incidents for cause in one.causes] == list(range(1, len(switches) + 1))
    assert "places without a phone are drawn dashed" in page.notes[0]


def test_a_switch_shows_all_its_panels_and_an_uplink_its_counters() -> None:
    page = page_view(*estate(Component("switch", "s01-acc02"), Component("uplink", "s02-acc01:TenGigabitEthernet1/1/1")))
    switch, uplink = page.incidents[0].causes[0], page.incidents[1].causes[0]
    assert [plate.name for plate in switch.plates] == ["s01-acc02/1 C9300-48P", "s01-acc02/2 C9300-48P"]
    assert uplink.plates == ()
    assert uplink.counters == "Error counters of its lower end grew between the visits: TenGigabitEthernet1/1/1: 0."
    assert page.incidents[1].ticket.startswith("Incident 2: The network: uplink s02-acc01:TenGigabitEthernet1/1/1\n")
    assert page.incidents[1].ticket.endswith("\nOn the report page: #cause=2\n")


def test_an_uplink_that_no_port_tells_has_no_counters() -> None:
    result, shown = estate(Component("uplink", "s02-acc01:TenGigabitEthernet1/1/1"))
    page = page_view(result, replace(shown, ports={}))
    assert page.incidents[0].causes[0].counters == ""


def test_practically_everybody_is_said_at_once() -> None:
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    result = made_result(made, Component("cluster", "x"), share=1.0, verdict=Verdict.CALL_SERVER)
    page = page_view(result, make_estate(result, campus=made.campus, log=made.log))
    assert page.everybody == "72 of 73 known phones were lost: no single access switch explains that. Look at what all of them share."
    assert page_view(*estate(Component("module", "s01-acc01/1"))).everybody == ""


def test_the_fourth_number_fits_the_answer() -> None:
    def without(incident: Incident) -> Incident:
        return replace(incident, causes=(), phones=tuple(replace(phone, cause=None) for phone in incident.phones))

    component = Component("module", "s01-acc01/1")
    assert [page_view(*made).numbers[3][0] for made in (estate(), estate(component), estate(component, change=without))] == [
        "Single losses a day", "Others lost meanwhile", "Lost in these minutes",
    ]  # fmt: skip


def test_without_a_campus_there_are_two_numbers_and_the_reason() -> None:
    page = page_view(correlation(), make_estate(correlation()))
    assert len(page.numbers) == 2
    assert page.map is None
    assert page.notes[0].startswith("Where the other phones are is not known")
    assert page_view(quiet(), make_estate(quiet())).overview is None


def test_a_page_without_a_picture_of_the_log_says_why() -> None:
    made, result = made_campus(sites=1, switches=1, modules=1, phones=1), quiet()
    back = [row for row, kind in enumerate(made.log.kind) if kind == EventKind.REGISTERED]
    calm = page_view(result, make_estate(result, campus=made.campus, log=made.log.select(back)))
    assert (calm.overview, calm.no_overview) == (None, "No phone dropped in the time of this log.")
    assert calm.numbers[2][0] == "Single losses a day"  # no module is so large that half of it would tell something
    once = make_estate(result, campus=made.campus, log=made.log)
    once = replace(once, end=once.start)
    assert page_view(result, once).no_overview.startswith("All events of the log are of one moment, 2026-")
    assert page_view(result, make_estate(result)).no_overview == "The log holds no losses with a time."


def test_more_switches_than_shown_are_counted() -> None:
    made = made_campus(sites=1, switches=70, modules=1, phones=3, ports=False)
    result = made_result(made, Component("site", "Site 1"), share=1.0)
    page = page_view(result, make_estate(result, campus=made.campus, log=made.log))
    assert (len(page.switch_rows), page.switch_rows_left_out) == (60, 10)
    assert [cause.switch for cause in page.incidents[0].causes] == [""]


def test_a_cause_names_the_switch_that_can_be_opened() -> None:
    page = page_view(*estate(Component("module", "s01-acc01/2"), Component("distribution", "s01-dista")))
    assert [cause.switch for one in page.incidents for cause in one.causes] == ["s01-acc01", ""]


def test_kinds_have_the_colour_of_their_place() -> None:
    assert [colour_of(kind) for kind in ("module", "uplink", "node", "vlan", "anything")] == [
        "c-hw",
        "c-link",
        "c-server",
        "c-other",
        "c-other",
    ]


def test_many_causes_end_in_one_band() -> None:
    made = made_campus(sites=1, switches=9, modules=1, phones=3, ports=False)
    result = made_result(made, *(Component("switch", f"s01-acc{number:02}") for number in range(1, 10)), share=1.0)
    page = page_view(result, make_estate(result, campus=made.campus, log=made.log))
    assert page.path is not None
    assert "9 of 3 more causes" in page.path.label


def test_a_part_that_failed_again_is_one_block_of_the_path() -> None:
    module = Component("module", "s01-acc01/1")
    page = page_view(*estate(module, module))
    lost = page.phones_affected
    rows = [row for row in page.path_rows if row[0] != "CallManager node"]
    assert [row[2] for row in rows] == [str(lost)] * 3
    assert rows[0][1] == module.id
    assert page.path is not None
    assert f"{lost} of module {module.id}" in page.path.label


def test_spans_read_in_their_unit() -> None:
    assert [span_words(seconds) for seconds in (5, 120, 7200, 200_000)] == ["5 s", "2 min", "2.0 h", "2.3 days"]


def test_what_many_devices_say_of_a_command_stands_once() -> None:
    outputs = tuple(OutputAccount(f"acc-{n}", "show module", f"acc-{n}/show_module.txt", OutputState.INVALID) for n in range(5))
    view = coverage_view(Coverage(outputs=outputs))
    assert view.problems == (("show module", "invalid command", "said by acc-0, acc-1, acc-2 and 2 more"),)


def test_what_is_said_of_an_event_file_is_said_once() -> None:
    warning, other = "CiscoSyslog: read as UTC, while other times of this run carry a zone.", "core-1 is taken as the core"
    file = EventFileAccount("CiscoSyslog", lines=3, warnings=(warning,))
    view = coverage_view(Coverage(event_files=(file,), assumptions=(warning, other)))
    assert view.assumptions == (other,)
    assert view.event_files[0][3].endswith("read as UTC, while other times of this run carry a zone")


def test_devices_whose_outputs_are_not_told_are_not_said_to_have_given_none() -> None:
    labels = [label for label, _ in coverage_view(Coverage(devices_read=14, devices_expected=14)).numbers]
    assert "Command outputs" not in labels
    assert ("Command outputs", "none") in coverage_view(Coverage()).numbers


def test_commands_of_one_file_of_which_the_same_is_said_are_one_row() -> None:
    why = "the visit ended before it was asked"
    commands = ("show clock", "show module", "show inventory", "show version", "show log")
    accounts = [OutputAccount("acc-0", command, "acc-0/capture.json", OutputState.QUARANTINED, reason=why) for command in commands]
    view = coverage_view(Coverage(outputs=tuple(accounts)))
    assert view.problems == (("acc-0/capture.json", "quarantined", f"{why}: show clock, show module, show inventory and 2 more"),)
    assert coverage_view(Coverage(outputs=tuple(accounts[:1]))).problems == (("acc-0/capture.json", "quarantined", why),)


def test_a_quiet_page_names_no_cause() -> None:
    page = page_view(CASES["quiet"](), make_estate(quiet()))
    assert (page.incidents, page.phones) == ((), ())
    assert coverage_view(coverage("x")).problems


def test_the_headline_counts_a_phone_of_two_incidents_once_where_phones_are_listed() -> None:
    result, _ = estate(Component("module", "s01-acc01/2"))
    (one,) = result.incidents
    twice = replace(result, incidents=(one, replace(one, id="again")))
    assert result_view(twice).headline.startswith(f"2 incidents, {one.endpoints} endpoints dropped")
    unlisted = replace(result, incidents=(one, replace(one, id="again", phones=())))
    assert result_view(unlisted).headline.startswith(f"2 incidents, {2 * one.endpoints} endpoints dropped")


def test_phones_that_flap_open_at_a_click_where_the_page_has_them() -> None:
    result, shown = estate(Component("module", "s01-acc01/2"))
    known = shown.phones.name[3]
    (one, *_) = flapping().flapping
    view = page_view(replace(result, flapping=(replace(one, phone=known), one)), shown)
    assert view.flapping is not None
    assert [(row.phone, link) for row, link in view.flapping.rows] == [(known, f"phone={known}"), ("SEP00005E005301", "")]
    assert page_view(result, shown).flapping is None


def test_a_part_whose_phones_drop_one_by_one_has_its_drops_and_its_switch_where_the_page_has_them() -> None:
    result, shown = estate(Component("module", "s01-acc01/2"))
    card = replace(chronic_part("s01-acc01/2"), component=Component("module", "s01-acc01/2"))
    placed, bare = page_view(replace(result, chronic=(card, chronic_part("nowhere"))), shown).chronic
    assert (placed.switch, placed.css, bare.switch, bare.row) == ("s01-acc01", "c-hw", "", None)
    assert placed.row is not None
    assert page_view(result, shown).chronic == ()


def test_the_page_says_first_what_drops_one_by_one_and_what_to_do() -> None:
    page = render_html(chronic())
    assert '<a href="#chronic">One by one</a>' in page
    verdict = page.partition('<section id="causes"')[0]
    assert verdict.count("<strong>Next:</strong>") == 2
    assert '<a href="#chronic-1">One by one</a> · since 2026-11-24 09:41:07 UTC' in verdict
    assert "Nothing that made them drop together" in page
    assert page.count("<strong>Next:</strong>") == 4
    alone = render_html(replace(chronic(), chronic=chronic().chronic[:1]))
    assert alone.count("<strong>Next:</strong>") == 1, "it stands right above"
    assert 'id="chronic"' not in render_html(quiet())


def test_a_page_shows_the_first_hundred_phones_that_flap_and_counts_the_others() -> None:
    many = replace(flapping(), flapping=flapping().flapping * 40)
    page = render_html(many)
    assert page.count("<td>SEP00005E005301") == 34
    assert "20 more: switchcorr correlate --format json lists them all." in page
