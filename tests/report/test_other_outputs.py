"""The answer as Markdown, CSV and numbers, and a picture as SVG and draw.io: complete, and text stays text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.incident import Evidence, EvidenceKind
from switchcorr.model.snapshot import OutputAccount, OutputState
from switchcorr.report.draw.cause import cause_drawing
from switchcorr.report.draw.shapes import Picture, Sign, rect
from switchcorr.report.estate_build import make_estate
from switchcorr.report.tally import tally_of_cause, tally_of_incident
from switchcorr.report.to_csv import INCIDENT_COLUMNS, incident_rows
from switchcorr.report.to_drawing import PAINTS, picture_drawio, picture_svg
from switchcorr.report.to_markdown import escaped, incident_ticket, render_markdown, with_commands
from switchcorr.report.to_prometheus import metrics, render_prometheus
from switchcorr.report.views import result_view
from switchcorr.resources import templates_directory
from tests.report.campuses import made_campus, made_result
from tests.report.results import CASES, chronic, correlation, estate, flapping, not_proven, nothing, quiet, undecided
from tests.report.test_to_html import HOSTILE

_SVG = "{http://www.w3.org/2000/svg}"


def _drawing(text: str = "") -> Picture:
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    devices = tuple(replace(device, model=device.model) for device in made.campus.devices)
    result = made_result(made, Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1", text))
    shown = make_estate(result, campus=replace(made.campus, devices=devices), log=made.log)
    picture = cause_drawing(
        shown, result.incidents[0].causes[0], tally_of_incident(shown, result.incidents[0]), tally_of_cause(shown, result.incidents[0], 0)
    )
    assert picture is not None
    return picture


def test_a_ticket_has_the_verdict_the_next_step_the_evidence_and_the_phones() -> None:
    text = render_markdown(correlation(phones=120))
    order = [
        "# 120 endpoints",
        "## Incident 1: The network: ",
        "**Next:** Swap",
        "Speaks for it:",
        "Speaks against it:",
        "Not seen:",
        "| Endpoint |",
        "70 more:",
        "## Again and again",
        "## Phones that drop again and again, each by itself",
        "| Endpoint | Drops |",
        "## What this rests on",
    ]
    places = [text.index(words) for words in order]
    assert places == sorted(places)
    incident, _, alone = text.partition("## Phones that drop")
    assert incident.count("\n| SEP") + incident.count("\n| acc-12") == 50
    assert alone.count("\n| SEP") + alone.count("\n| acc-12") == 2
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_a_ticket_numbers_the_causes_of_its_phones_and_tells_what_to_do_about_each() -> None:
    (incident,) = correlation().incidents
    node = replace(incident.causes[0], component=Component("node", "cm-1"), next_steps=("Look at its trace.",))
    text = render_markdown(replace(correlation(), incidents=(replace(incident, causes=(*incident.causes, node)),)))
    first, second = text.split("### Cause 1: acc-12 module 3")[1].split("### Cause 2: CallManager node cm-1")
    assert "**Next:**" not in first
    assert "**Next:** Look at its trace.\n" in second


def test_an_incident_as_plain_text_says_what_the_page_says_and_is_no_surer() -> None:
    _, twin = result_view(undecided()).incidents
    text = incident_ticket(twin, first=3)
    assert text.startswith("Incident 2: Not proven: site Oslo or CallManager cluster Oslo-CM\n")
    assert "- what is suspected most: 93 % likely\n" in text
    assert "\nCause 3: site Oslo (93 %)\n" in text
    assert "\nPhones cannot tell it from CallManager cluster Oslo-CM.\n" in text
    assert twin.id in text
    assert f"\nNext: {twin.next_steps[0]}\n" in text
    assert text.endswith("\nOn the report page: #cause=3\n")
    assert " sure" not in text
    assert "|" not in text


def test_an_incident_as_plain_text_has_the_three_strongest_arguments_of_each_side_and_no_marks() -> None:
    (incident,) = correlation().incidents
    cause = replace(incident.causes[0], evidence_for=tuple(Evidence(EvidenceKind.CONTRAST, f"reason_{n}", 9.0 - n) for n in range(5)))
    (view,) = result_view(replace(correlation(), incidents=(replace(incident, causes=(cause,)),))).incidents
    text = incident_ticket(view, first=1)
    assert [line for line in text.splitlines() if line.startswith("- reason_")] == [
        f"- reason_{n} ({word})" for n, word in enumerate(("very strong",) * 3)
    ]
    assert "**" not in text
    assert "#" not in text.replace("#cause=1", "")


def test_several_steps_are_a_numbered_list() -> None:
    result, _ = estate(Component("module", "s01-acc01/2"))
    steps = "1. Look at s01-acc01/2.", "2. After the next drop, read its counters: `show interfaces counters errors`."
    listed = "Next:\n\n" + "\n".join(steps) + "\n"
    assert f"\n{listed}" in incident_ticket(result_view(result).incidents[0], first=1)
    assert "**Next:**\n\n" + "\n".join(steps) + "\n" in render_markdown(result)


def test_an_incident_without_a_cause_leads_to_itself_and_says_what_was_not_seen() -> None:
    text = incident_ticket(result_view(not_proven()).incidents[0], first=1)
    assert "Not seen:\n\n- where the phones are" in text
    assert text.endswith("\nOn the report page: #incident-1\n")


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_made_result_has_a_ticket_and_numbers(name: str) -> None:
    result = CASES[name]()
    assert render_markdown(result).startswith("# ")
    assert "switchcorr_incidents{" in render_prometheus(result)


def test_commands_of_a_next_step_are_code_in_a_ticket() -> None:
    assert with_commands("`show x` and\n\\`a_b` `") == "`show x` and \\\\`a_b` \\`"
    assert with_commands("``") == "\\`\\`"
    result = correlation(phones=3)
    (incident,) = result.incidents
    cause = replace(incident.causes[0], next_steps=("Run `show module 5` on acc_1",))
    result = replace(result, incidents=(replace(incident, causes=(cause, *incident.causes[1:])),))
    assert "**Next:** Run `show module 5` on acc\\_1\n" in render_markdown(result)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_no_markup(text: str) -> None:
    ticket = render_markdown(correlation(text, phones=3))
    bare = re.sub(r"\\.", "", ticket)
    assert not re.search(r"<|`[^s]|\]\(|\{\{|@", bare.replace("`switchcorr export incidents --format csv`", ""))
    assert all(line.count("|") in (0, 8) for line in bare.splitlines())


def test_what_would_end_a_line_or_a_cell_is_a_blank() -> None:
    assert escaped(" a\n|b\t") == "a \\|b"


def test_long_lists_of_texts_are_cut_and_counted() -> None:
    whole = correlation()
    outputs = tuple(OutputAccount("a", "b", f"c-{i}", OutputState.QUARANTINED) for i in range(30))
    many = replace(whole, coverage=replace(whole.coverage, outputs=outputs))
    assert "- 20 more texts could not be used wholly" in render_markdown(many)
    assert "Speaks against it" not in render_markdown(estate(Component("switch", "s01-acc02"))[0])
    assert "Named by" not in render_markdown(quiet())
    assert "## Again" not in render_markdown(nothing())
    assert "Phones cannot tell it from" not in render_markdown(not_proven())
    flaps = render_markdown(replace(flapping(), flapping=flapping().flapping * 20))
    assert "10 more: `switchcorr correlate --format json` lists them all." in flaps
    assert "| SEP00005E005382 | 27 | acc-4 | 6.0 h | 2026-11-29 05:41:07 |  | 12 SCCPDeviceThrottling (27 of 27) |" in flaps
    assert "Phones that drop" not in render_markdown(quiet())


def test_a_ticket_tells_of_parts_whose_phones_drop_one_by_one() -> None:
    ticket = render_markdown(chronic())
    assert "## Parts whose phones drop one by one\n" in ticket
    assert "### module acc-12/3 (96 % sure)\n" in ticket
    assert "**Next:** module acc-12/3: clear the error counters" in ticket
    assert "- input errors of acc-12 module 3 (WS-X4548-GB-RJ45V) grew by 4,210 (positive)" in ticket
    assert "Drops cannot tell it from uplink bundle acc-12: the same phones" in render_markdown(correlation("acc-12"))
    assert "Parts whose" not in render_markdown(quiet())


def test_a_ticket_says_first_what_could_not_be_used() -> None:
    lacking = replace(quiet(), coverage=replace(quiet().coverage, unusable=("phones_1.csv: no column 'phone'.",)))
    assert render_markdown(lacking).splitlines()[2] == "**Check input:** phones\\_1.csv: no column 'phone'."


def test_every_lost_phone_is_a_row() -> None:
    result = correlation(phones=5)
    rows = incident_rows(result)
    assert {len(row) for row in rows} == {len(INCIDENT_COLUMNS)}
    first, second = rows[:2]
    assert first[2:5] == ("", "", "")
    assert second[2:5] == ("module", "acc-12 module 3 (WS-X4548-GB-RJ45V)", "0.9730")
    assert (first[7:9], first[13]) == (("13", "KeepAliveTimeout"), "")
    assert second[13] == "2026-11-22T09:45:40Z"
    bare = replace(result, incidents=(replace(result.incidents[0], phones=(replace(result.incidents[0].phones[0], reason=None),)),))
    assert incident_rows(bare)[0][7:9] == ("", "")


def test_numbers_are_in_the_text_format() -> None:
    text = render_prometheus(correlation('a"b\\c\nd'))
    assert 'kind="module",id="a\\"b\\\\c\\nd"} 0.973\n' in text
    for line in text.splitlines():
        assert re.fullmatch(r"# (HELP|TYPE) switchcorr_\w+ .+|switchcorr_\w+(\{(\w+=\"([^\"\\\n]|\\[\\\"n])*\",?)+\})? -?[\d.e+]+", line), (
            line
        )
    names = [metric.name for metric in metrics(correlation())]
    assert len(names) == len(set(names))
    assert "switchcorr_cause_probability" not in render_prometheus(quiet())


def test_a_drawing_is_an_svg_with_its_own_colours() -> None:
    root = ET.fromstring(picture_svg(_drawing()))  # our own
    assert {node.get("class") for node in root.iter()} == {None}
    assert [node.get("stroke") for node in root.iter(f"{_SVG}path")].count("#163a70") == 1
    names = [node.text for node in root.iter(f"{_SVG}text")]
    assert {"core-1", "s02-dista", "s02-acc02", "Te1/1/1"} <= set(names)


def test_a_drawing_is_a_drawio_file_of_boxes_and_lines() -> None:
    root = ET.fromstring(picture_drawio(_drawing(), "uplink"))  # our own
    cells = list(root.iter("mxCell"))
    ids = [cell.get("id") for cell in cells]
    assert len(ids) == len(set(ids))
    assert [cell.get("value") for cell in cells].count("s02-acc02") == 1
    edges = [cell for cell in cells if cell.get("edge")]
    assert all(len(list(cell.iter("mxPoint"))) >= 2 for cell in edges)
    assert sum("strokeWidth=5" in (cell.get("style") or "") for cell in edges) == 1


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_stay_text_in_drawings(text: str) -> None:
    picture = replace(_drawing(), label=text, marks=(rect(0, 0, 1, 1, "r0", text), Sign(0, 0, "p-down", text), *_drawing(text).marks))
    for document in (picture_svg(picture), picture_drawio(picture, text)):
        tags = {node.tag.rpartition("}")[2] for node in ET.fromstring(document).iter()}  # our own
        assert tags <= {
            "svg",
            "title",
            "rect",
            "path",
            "text",
            "mxfile",
            "diagram",
            "mxGraphModel",
            "root",
            "mxCell",
            "mxGeometry",
            "mxPoint",
            "Array",
        }


def test_every_class_of_a_cause_has_its_paint_in_the_colours_of_the_page() -> None:
    style = (templates_directory() / "report" / "report.css").read_text()
    palette = dict(re.findall(r"--([\w-]+): (#\w+);", style.partition("@media")[0]))
    for css, paint in PAINTS.items():
        selector = "." + ".".join(css.split())
        rule = re.search(rf"(?m)^(?:\S+, )*{re.escape(selector)}(?:, \S+)* {{([^}}]*)}}", style)
        assert rule is not None, css
        for value, name in ((paint.fill, "fill"), (paint.stroke, "stroke")):
            found = re.search(rf"\b{name}: var\(--([\w-]+)\)", rule[1])
            assert found is None or palette[found[1]] == value, (css, name)
    kinds = ("module", "s01-acc01/2"), ("switch", "s01-acc02"), ("distribution", "s01-dista"), ("node", "cm-sub1")
    for kind, id_ in kinds:
        result, shown = estate(Component(kind, id_))
        picture = cause_drawing(
            shown,
            result.incidents[0].causes[0],
            tally_of_incident(shown, result.incidents[0]),
            tally_of_cause(shown, result.incidents[0], 0),
        )
        assert picture is not None
        assert picture_svg(picture).startswith("<svg")
