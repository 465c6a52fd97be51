"""Nothing of a phone, an address or a description is left, and what is left says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.event import Event, EventDetail, EventFileAccount, EventKind, UnusedLine
from switchcorr.model.incident import Correlation, Suspect
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.report.estate_build import make_estate
from switchcorr.report.redact import LEFT_OUT, Pseudonyms, redacted
from switchcorr.report.to_html import render_html
from switchcorr.report.to_json import correlation_json, json_text
from switchcorr.report.to_markdown import render_markdown
from switchcorr.report.to_text import render_text
from tests.report.campuses import START, Made, made_campus, made_result
from tests.report.results import CASES, DRAWN, chronic_part, correlation


def _made() -> tuple[Made, Correlation]:
    made = made_campus(sites=2, switches=2, modules=2, phones=4, extensions=True)
    placements = tuple(replace(one, description=f"Grace {one.extension}") for one in made.campus.placements)
    made = replace(made, campus=replace(made.campus, placements=placements))
    made.log.append(
        Event(
            START,
            EventKind.SERVER_ALERT,
            node="cm-1",
            detail=EventDetail("CpuPegging", {"rate": "19", "said": "SEP00005E000001 of Ada"}, text="Ada"),
        )
    )
    return made, made_result(made, Component("module", "s01-acc01/2"), Component("uplink", "s02-acc02:TenGigabitEthernet1/1/1"))


def _originals(made: Made) -> list[str]:
    pools = made.log.pools
    names = pools.names.texts
    macs = [placement.mac for placement in made.campus.placements if placement.mac]
    alerts = {detail.alert for detail in made.log.details.values()}
    texts = [text for text in pools.descriptions.texts if text not in alerts]
    lines = [text for one in made.campus.placements for text in (one.extension, one.description)]
    assert pools.extensions.texts
    return [*lines, *pools.extensions.texts, *names, *macs, *(mac.colons for mac in macs), *pools.ips.texts, *texts, "192.0.2.9", "Ada"]


def test_nothing_of_the_originals_is_in_the_page_or_in_any_other_output() -> None:
    made, result = _made()
    originals = _originals(made)
    open_page = render_html(result, estate=make_estate(result, campus=made.campus, log=made.log, ports=made.ports))
    assert sum(original in open_page for original in originals) > 20
    hidden = redacted(result, campus=made.campus, log=made.log)
    estate = make_estate(hidden.result, campus=hidden.campus, log=hidden.log, ports=made.ports)
    outputs = [
        render_html(hidden.result, estate=estate),
        render_text(hidden.result),
        json_text(correlation_json(hidden.result)),
        repr(estate),
        repr(hidden.campus),
    ]
    for output in outputs:
        assert [original for original in originals if original.lower() in output.lower()] == []


def test_a_phone_that_only_the_network_knows_is_hidden_too() -> None:
    made, result = _made()
    lobby = Placement("lobby-9", PlacementState.PLACED, "s01-acc01", ip="desk", extension="98-4711", description="Hall of Lovelace")
    hidden = redacted(result, campus=replace(made.campus, placements=(*made.campus.placements, lobby))).campus
    assert hidden is not None
    assert [text for text in (lobby.phone, lobby.ip, lobby.extension, lobby.description) if str(text) in repr(hidden)] == []


def test_the_answer_is_the_same_in_all_that_is_not_hidden() -> None:
    made, result = _made()
    hidden = redacted(result, campus=made.campus, log=made.log)
    shown = make_estate(result, campus=made.campus, log=made.log, ports=made.ports)
    other = make_estate(hidden.result, campus=hidden.campus, log=hidden.log, ports=made.ports)
    for column in ("switch", "module", "position", "node", "interface", "firmware"):
        assert repr(sorted(zip(getattr(shown.phones, column), strict=True))) == repr(
            sorted(zip(getattr(other.phones, column), strict=True))
        ), column
    for column in ("incident", "cause", "state", "lost_at", "back_at", "reason"):
        assert repr(sorted(zip(getattr(shown.losses, column), strict=True))) == repr(
            sorted(zip(getattr(other.losses, column), strict=True))
        ), column
    assert [switch.name for switch in shown.switches] == [switch.name for switch in other.switches]
    assert [cause.component for incident in hidden.result.incidents for cause in incident.causes] == [
        cause.component for incident in result.incidents for cause in incident.causes
    ]
    assert hidden.result == redacted(result, campus=made.campus, log=made.log).result


@pytest.mark.parametrize("name", [*sorted(CASES)])
def test_every_made_result_can_be_hidden(name: str) -> None:
    hidden = redacted(CASES[name]())
    assert (hidden.campus, hidden.log) == (None, None)
    render_html(hidden.result)


def test_a_phone_that_flaps_is_hidden_wherever_it_is_named() -> None:
    result = correlation("acc-12")
    named = replace(result.flapping[0], phone="lobby-7", next_step="Look at lobby-7.")
    (hidden,) = redacted(replace(result, incidents=(), flapping=(named,))).result.flapping
    assert (hidden.phone, hidden.next_step, hidden.device) == ("phone-001", "Look at phone-001.", "acc-12")
    assert (hidden.reason, hidden.first, hidden.still_down) == (named.reason, named.first, True)


def test_a_part_whose_phones_drop_one_by_one_names_no_phone_and_no_address() -> None:
    (incident,) = correlation("acc-12").incidents
    lobby = replace(incident, phones=(replace(incident.phones[0], phone="lobby-7", ip="192.0.2.7"),))
    part = replace(
        chronic_part("lobby-7"),
        component=Component("subnet", "192.0.2.7", "subnet of lobby-7"),
        suspects=(Suspect(Component("port", "acc-12:192.0.2.9", "SEP00005E005301"), 0.1, 1, 2),),
    )
    hidden = redacted(replace(correlation("acc-12"), incidents=(lobby,), chronic=(part,), flapping=())).result
    shown = render_text(hidden) + render_markdown(hidden) + json_text(correlation_json(hidden))
    assert not [name for name in ("lobby-7", "192.0.2.7", "192.0.2.9", "5E005301") if name in shown]
    (told,) = hidden.chronic
    assert told.component == Component("subnet", "address-001", "subnet of phone-001")
    assert told.next_step == "phone-001"
    assert (told.ratio, told.since, told.reason) == (part.ratio, part.since, part.reason)


def test_quoted_lines_are_left_out() -> None:
    result = correlation("Grace Hopper")
    hidden = redacted(result).result
    assert [sample for file in hidden.coverage.event_files for sample in file.samples] == [UnusedLine(3, LEFT_OUT)]
    assert hidden.coverage.outputs[0].bad_lines[0].text == LEFT_OUT
    file = EventFileAccount("x.csv", warnings=("x.csv: line 3 of the table is no event: its time 'Grace Hopper' is none.", "x.csv: odd"))
    quoting = redacted(replace(result, coverage=replace(result.coverage, event_files=(file,)))).result
    assert quoting.coverage.event_files[0].warnings == ("x.csv: line 3 of the table is no event: (left out)", "x.csv: odd")


def test_names_macs_and_addresses_are_found_inside_of_sentences() -> None:
    names = Pseudonyms(["SEP00005E005301", "CTI-1", "odd name"], ["192.0.2.7", "2001:db8::7"], ["Desk"])
    assert names.text(
        "sep00005e005301 (0000.5e00.5301, 00:00:5E:00:53:01) at 192.0.2.7 or 2001:db8::7, 09:41:07; CTI-1, CTI-10, odd name"
    ) == ("phone-002 (phone-002, phone-002) at address-001 or address-002, 09:41:07; phone-001, CTI-10, phone-003")
    assert names.text("Desk") == "text-001"
    assert names.text("Look at CTI-1. Or ask CTI-1...") == "Look at phone-001. Or ask phone-001..."
    assert names.text("00-00-5e-00-53-99 had 192.0.2.8, 192.0.2.8") == "phone-x00001 had address-x00002, address-x00002"
    assert names.text("version 15.2(4)E10, module 1.2.3, ::, Gi1/0/1") == "version 15.2(4)E10, module 1.2.3, ::, Gi1/0/1"


def test_a_result_with_a_network_can_be_hidden_without_a_log() -> None:
    result, _ = DRAWN["campus"]()
    made = made_campus(sites=2, switches=3, modules=2, phones=6)
    hidden = redacted(replace(result, incidents=()), campus=made.campus)
    assert hidden.campus is not None
    assert {str(placement.phone)[:6] for placement in hidden.campus.placements} == {"phone-"}
