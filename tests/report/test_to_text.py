"""The answer on a terminal."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.event import EventFileAccount, UnusedLine
from switchcorr.model.incident import NO_RETURNS, Suspect
from switchcorr.report.chronic_view import chronic_views
from switchcorr.report.to_text import chronic_rows, render_text, table_text
from switchcorr.report.views import result_view
from tests.report.results import CASES, START, chronic, correlation, flapping, not_proven, nothing, quiet


@pytest.mark.parametrize("name", sorted(CASES))
def test_nothing_is_wider_than_a_terminal(name: str) -> None:
    assert max(map(len, render_text(CASES[name]()).splitlines())) <= 80


def test_what_comes_next_stands_above_the_evidence() -> None:
    text = render_text(correlation())
    assert text.index("THE NETWORK") < text.index("Next:") < text.index("Cause 1")
    assert text.partition("── Parts whose phones")[0].count("Next:") == 1


def test_phones_that_flap_are_listed_with_what_to_do_and_the_headline_points_to_them() -> None:
    text = render_text(flapping())
    words = " ".join(text.split())
    assert words.startswith("No incident: the phones that dropped did so one by one, but 3 phones do so again and again.")
    assert "3 phones drop far more often than the others of this site, which have 1.5 drops each in the same time." in words
    assert text.index("module acc-12/3") < text.index("Next: SEP00005E005301, SEP00005E005344: Look at") < text.index("  1,212 drops")
    assert "last 2026-11-29 05:41:07 UTC, not seen back\n" in text
    assert "last 2026-11-29 05:41:07 UTC\n" in text
    assert "Phones that drop again and again" not in render_text(quiet())


def test_parts_whose_phones_drop_one_by_one_are_told_with_what_to_do_and_the_headline_names_the_one() -> None:
    whole = chronic()
    card, asic = whole.chronic
    text = render_text(replace(whole, chronic=(card,)))
    words = " ".join(text.split())
    assert words.startswith(
        "No incident: the phones that dropped did so one by one, but those of module acc-12/3 did so 4.1 times as often as others. Log:"
    )
    assert "Its phones drop 4.1 times as often as others: 252 drops where 61 were to be expected. 44 of its 46 phones dropped." in words
    assert "It has been so since 2026-11-24 09:41:07 UTC; the last drop was 2026-11-28 09:41:07 UTC." in words
    assert text.index("module acc-12/3 (96 % sure)") < text.index("Next: module acc-12/3") < text.index("+  21.4 very strong")
    assert "-   0.2 slight      the diagnostics" in text
    assert "Less likely, it is switch acc-12 (3 %; 150 of its 190 phones dropped)." in words
    both = " ".join(render_text(replace(whole, chronic=(asic,), flapping=flapping().flapping)).split())
    assert both.startswith(
        "No incident: the phones that dropped did so one by one, but those of port ASIC acc-4/2/1 or uplink acc-4:TenGigabitEthernet1/1 or "
        "VLAN 110 did so 2.8 times as often as others, and 3 phones do so again and again."
    )
    assert "Parts whose phones drop" not in render_text(quiet())


def test_a_part_is_open_where_another_may_be_as_likely_and_rare_drops_have_their_digits() -> None:
    _, asic = chronic().chronic
    text = " ".join(render_text(chronic()).split())
    assert (
        "Which part it is, is open: port ASIC acc-4/2/1 has 44 %, but it may as well be uplink acc-4:TenGigabitEthernet1/1 or switch acc-4 "
        "(31 %; 40 of its 96 phones dropped); VLAN 110 (12 %; 60 of its 180 phones dropped)." in text
    )
    assert "It has been so all the time looked at, from 2026-11-22 09:41:07 UTC; the last drop" in text
    over = replace(asic, until=asic.last)
    assert "It was so from the start to 2026-11-27 09:41:07 UTC, and not since then; the" in " ".join(
        render_text(replace(quiet(), chronic=(over,))).split()
    )
    assert "all the time looked at; the last drop" in " ".join(render_text(replace(quiet(), chronic=(replace(asic, start=None),))).split())
    alone = " ".join(render_text(replace(quiet(), chronic=(replace(asic, suspects=(), expected=0.04, drops=9),))).split())
    assert "Which part it is, is open: port ASIC acc-4/2/1 has 44 %. " in alone
    assert "225 times as often as others: 9 drops where less than 0.1 were to be expected" in alone
    few = " ".join(render_text(replace(quiet(), chronic=(replace(asic, suspects=(), expected=3.14, probability=0.7),))).split())
    assert "where 3.1 were to be expected" in few
    assert "open" not in few


def test_of_many_parts_the_first_are_listed_and_the_others_counted() -> None:
    (first, _) = chronic_views(chronic().chronic)
    lines = list(chronic_rows([(first, "on 2 days of these 90")] * 12))
    assert lines[0] == "  module acc-12/3 (96 % sure)"
    assert lines.count("    on 2 days of these 90") == 10
    assert lines[-1] == "  2 more; --format json lists them all"
    assert not any("more;" in line for line in chronic_rows([(first, "")] * 10))


def test_one_phone_that_flaps_is_told_alone_and_many_are_cut_visibly() -> None:
    whole = flapping()
    one = render_text(replace(whole, flapping=(replace(whole.flapping[2], expected=0.01, reason=None),)))
    words = " ".join(one.split())
    assert "one by one, but 1 phone does so again and again." in words
    assert "1 phone drops far more often than the others of this site, which have less than 0.1 drops each" in words
    assert "Next: Look at its configuration." in words
    assert "SCCPDeviceThrottling" not in words
    many = render_text(replace(whole, flapping=whole.flapping * 20))
    assert many.count(" drops  SEP") == 10
    assert "  50 more; --format json lists them all\n" in many
    bare = render_text(replace(whole, flapping=(replace(whole.flapping[2], device=""),)))
    assert "SEP00005E005382, not placed\n" in bare


def test_several_incidents_begin_with_an_overview() -> None:
    assert "  2  2026-11-22 09:41:07      6 93 % likely  Not proven: site Oslo or" in render_text(CASES["undecided"]())


def test_the_overview_calls_no_untested_suspect_likely_and_tells_why_it_is_not_proven() -> None:
    (one,) = not_proven().incidents
    overview = " ".join(render_text(replace(not_proven(), incidents=(one, one))).split("──")[0].split())
    assert (
        "4 not tested Not proven: CallManager cluster LabCluster is suspected most, but too few of the phones that dropped have a known place"
        in overview
    )
    assert "likely" not in overview


def test_a_suspect_that_phones_at_unknown_places_make_likely_is_called_so_and_why_it_is_not_named() -> None:
    (one,) = not_proven().incidents
    guessed = replace(one, suspects=(replace(one.suspects[0], probability=0.57, affected=1),))
    overview = " ".join(render_text(replace(not_proven(), incidents=(guessed, guessed))).split("──")[0].split())
    assert (
        "57 % likely Not proven: CallManager cluster LabCluster is suspected most, but too few of its phones are known to have dropped"
        in overview
    )


def test_a_suspect_that_does_not_lead_keeps_its_probability() -> None:
    (one,) = not_proven().incidents
    weak = replace(one, suspects=(replace(one.suspects[0], probability=0.41),))
    overview = render_text(replace(not_proven(), incidents=(weak, weak))).split("──")[0]
    assert "41 % likely  Not proven: CallManager cluster" in overview
    assert "too few" not in overview


def test_the_overview_names_the_whole_of_what_is_shared() -> None:
    (one, *_) = correlation().incidents
    suspect = replace(
        one.causes[0].component, id="acc-1234/12", label="acc-1234 module 12 (WS-X4648-RJ45V+E) in the cellar of the old building"
    )
    named = replace(one, causes=(replace(one.causes[0], component=suspect),))
    overview = render_text(replace(correlation(), incidents=(named, one))).split("──")[0]
    assert "…" not in overview
    assert "in the cellar of the old building" in " ".join(overview.split())


def test_events_without_a_time_are_no_quiet_week() -> None:
    timeless = replace(quiet(), start=None, end=None)
    assert "No event tells its time" in render_text(timeless)
    assert "No incident" not in render_text(timeless)


def test_the_verdict_the_cause_the_evidence_and_the_next_step_are_there() -> None:
    text = render_text(correlation())
    for words in (
        "THE NETWORK (97 % sure): 31 of the 46",
        "Cause 1: acc-12 module 3",
        "31 of 46 of its phones",
        "+  45.2 very strong 31 of 46",
        "-   0.4 weak        reason 13",
        "Next: Swap",
        "no common fault",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("down", "told"),
    [
        (0, "Still down: none Next:"),
        (1, "Still down: 1 phone (SEP00005E005310) Next:"),
        (3, "Still down: 3 phones (SEP00005E005310, SEP00005E005311, SEP00005E005312) Next:"),
        (
            14,
            "Still down: 14 phones (SEP00005E005310, SEP00005E005311, SEP00005E005312 and 11 more: --format json or the report lists them) Next:",
        ),
    ],
)
def test_the_phones_that_are_still_down_stand_below_what_happened(down: int, told: str) -> None:
    (one, *_) = correlation().incidents
    phones = tuple(
        replace(one.phones[0], phone=f"SEP00005E0053{10 + number:02}", back_at=None if number < down else one.end) for number in range(20)
    )
    incident = replace(one, phones=phones, endpoints=20, still_down=down)
    text = render_text(replace(correlation(), incidents=(incident,)))
    assert told in " ".join(text.split())
    assert "    more: --format json" in text or down < 14


def test_a_log_without_registrations_tells_of_no_phone_that_is_still_down() -> None:
    (one, *_) = correlation().incidents
    assert "Still down" not in render_text(replace(correlation(), incidents=(replace(one, unseen=(NO_RETURNS,)),)))
    without = replace(one, phones=())
    assert "\nStill down: 8 phones\n" in render_text(replace(correlation(), incidents=(without,)))


def test_the_ranking_says_how_likely_a_part_is_that_no_location_names() -> None:
    (incident, *_) = correlation().incidents
    words = "a part of the network that no location names"
    assert words not in render_text(correlation())
    text = render_text(replace(correlation(), incidents=(replace(incident, p_unlocated=0.41),)))
    assert f"      41 % {words}\n" in text


def test_a_step_of_several_sentences_has_a_line_for_each() -> None:
    (incident, *_) = correlation().incidents
    step = "Swap acc-12/3 with acc-12/4. Capture at Gi3/1. `clear counters` clears."
    told = replace(incident, causes=(replace(incident.causes[0], next_steps=(step,)),))
    text = render_text(replace(correlation(), incidents=(told,)))
    assert "Next: Swap acc-12/3 with acc-12/4.\n      Capture at Gi3/1.\n      `clear counters` clears.\n" in text


def test_an_argument_without_weight_has_a_dot() -> None:
    (incident, *_) = correlation().incidents
    cause = incident.causes[0]
    light = replace(cause, evidence_for=(replace(cause.evidence_for[0], weight=0.0, text="so it is"),))
    text = render_text(replace(correlation(), incidents=(replace(incident, causes=(light,)),)))
    assert f"    . {'':17} so it is\n" in text


def test_a_quiet_week_and_an_empty_log_say_so() -> None:
    assert "No incident" in render_text(quiet())
    assert "No event was read" in render_text(nothing())


def test_a_table_is_aligned() -> None:
    assert table_text(["a", "bb"], [["long", "x"]]) == "a     bb\nlong  x\n"


def test_a_long_list_of_texts_is_cut_visibly() -> None:
    whole = correlation()
    outputs = tuple(replace(whole.coverage.outputs[0], file=f"acc-{i}/show_module.txt") for i in range(250))
    many = replace(whole, coverage=replace(whole.coverage, outputs=outputs))
    assert "  240 more texts could not be used wholly; the report lists them" in render_text(many)


def test_a_line_that_nobody_knows_is_shown_as_far_as_it_fits() -> None:
    whole = quiet()
    files = (EventFileAccount("x.log", (), 1, 0, 0, 1, samples=(UnusedLine(1, "x" * 500),)),)
    text = render_text(replace(whole, coverage=replace(whole.coverage, event_files=files)))
    assert "x" * 69 + "…" in text
    assert max(map(len, text.splitlines())) <= 80


def test_an_incident_of_which_nothing_is_known_still_says_what_to_do() -> None:
    (incident,) = not_proven().incidents
    text = render_text(replace(not_proven(), incidents=(replace(incident, suspects=(), unseen=()),)))
    assert "Next: Capture the switches now" in text


def test_a_log_that_ends_before_the_time_asked_about_is_no_quiet_week() -> None:
    whole = quiet()
    late = replace(whole, start=START + timedelta(days=8), end=START + timedelta(days=8), log_start=whole.start, log_end=whole.end)
    text = render_text(late)
    assert text.startswith("The log ends at 2026-11-29 09:41:07 UTC, before the time that was asked about,\nso there")
    assert "Log: 2026-11-22 09:41:07 UTC to 2026-11-29 09:41:07 UTC" in text
    early = replace(late, start=START - timedelta(days=8), end=START - timedelta(days=8))
    assert render_text(early).startswith("The log begins at 2026-11-22 09:41:07 UTC, after the time that was asked about,\nso there")


def test_a_time_without_any_drop_is_said_to_have_none() -> None:
    assert render_text(replace(quiet(), drops=0)).startswith("No incident: no phone dropped in this time.")
    told = replace(quiet(), start=None, end=None, drops=0, log_start=START, log_end=START + timedelta(days=1))
    assert render_text(told).startswith("No incident: no phone dropped in this time.")
    assert "Log: 2026-11-22 09:41:07 UTC to 2026-11-23 09:41:07 UTC" in render_text(told)


def test_a_log_that_was_hardly_understood_is_no_all_clear() -> None:
    silent = replace(quiet(), drops=0)
    for unread, said in ((72, "time; 72 % of the lines were not recognised (see below)."), (50, "time.")):
        files = (EventFileAccount("a.log", lines=100, unrecognised=unread),)
        assert (
            f"no phone dropped in this {said}"
            in result_view(replace(silent, coverage=replace(silent.coverage, event_files=files))).headline
        )
    assert result_view(replace(silent, nameless_drops=1)).headline.endswith("time; 1 drop of the log names no phone.")


def test_what_could_not_be_used_at_all_stands_first() -> None:
    lacking = replace(quiet(), coverage=replace(quiet().coverage, unusable=("phones.csv: no column 'phone'.", "captures: holds no files.")))
    assert render_text(lacking).startswith(
        "CHECK INPUT: phones.csv: no column 'phone'.\nCHECK INPUT: captures: holds no files.\n\nNo incident"
    )


def test_of_many_suspects_the_first_are_ranked() -> None:
    (incident,) = not_proven().incidents
    many = tuple(Suspect(Component("module", f"acc-{number}/1"), 0.1, 3, 40) for number in range(8))
    text = render_text(replace(not_proven(), incidents=(replace(incident, suspects=many),)))
    assert [number for number in range(8) if f"module acc-{number}/1" in text.split("The ranking")[1]] == [0, 1, 2, 3, 4]


def test_a_log_that_ends_within_the_time_that_was_asked_about_tells_nothing_of_the_rest() -> None:
    day = timedelta(days=1)
    asked = replace(quiet(), start=START, end=START + 3 * day, log_start=START + day, log_end=START + 2 * day, drops=0)
    text = render_text(asked)
    assert "in this time; the log begins at 2026-11-23" in " ".join(text.split())
    assert "and ends at 2026-11-24" in " ".join(text.split())
    assert "tells nothing of the rest" in " ".join(text.split())
    assert "Log: 2026-11-23 09:41:07 UTC to 2026-11-24 09:41:07 UTC" in text
    ends = " ".join(render_text(replace(asked, log_start=START)).split())
    assert "in this time; the log ends at 2026-11-24 09:41:07 UTC, and tells nothing of the rest." in ends
    whole = render_text(replace(asked, log_start=START, log_end=START + 3 * day - timedelta(minutes=50)))
    assert whole.startswith("No incident: no phone dropped in this time.")
