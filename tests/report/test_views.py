"""The words of the view that no golden page shows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.model.campus import Component
from switchcorr.model.incident import Correlation, Fallback, Verdict
from switchcorr.report.estate_build import make_estate
from switchcorr.report.page import page_view
from switchcorr.report.to_html import render_html
from switchcorr.report.to_text import render_text
from switchcorr.report.views import IncidentView, result_view
from tests.report.results import administrative, correlation, not_proven, quiet


def _with_causes(*parts: tuple[str, float], verdict: Verdict = Verdict.CALL_SERVER) -> Correlation:
    result = correlation(phones=4)
    (incident,) = result.incidents
    (cause,) = incident.causes
    causes = tuple(replace(cause, component=Component(kind, "x"), probability=probability) for kind, probability in parts)
    return replace(result, incidents=(replace(incident, verdict=verdict, causes=causes),))


def _view(*parts: tuple[str, float], verdict: Verdict = Verdict.CALL_SERVER) -> IncidentView:
    return result_view(_with_causes(*parts, verdict=verdict)).incidents[0]


@pytest.mark.parametrize(
    ("device", "interface", "module", "words"),
    [
        ("acc-1", "Gi3/1", "acc-1/3", "acc-1 Gi3/1"),
        ("acc-1", "", "acc-1/3", "acc-1/3"),
        ("acc-1", "", "", "acc-1"),
        ("", "", "", "not placed"),
    ],
)
def test_a_phone_is_where_it_is_known_to_be(device: str, interface: str, module: str, words: str) -> None:
    result = correlation(phones=1)
    (incident,) = result.incidents
    phone = replace(incident.phones[0], device=device, interface=interface, module=module)
    (shown,) = result_view(replace(result, incidents=(replace(incident, phones=(phone,)),))).incidents[0].phones
    assert shown.place == words


@pytest.mark.parametrize(
    ("back_at", "node", "words"),
    [(False, "", "not seen"), (False, "cm-2", "not seen"), (True, "", "09:42:40"), (True, "cm-2", "09:42:40 at cm-2")],
)
def test_a_phone_is_back_where_it_was_seen(back_at: bool, node: str, words: str) -> None:
    result = correlation(phones=1)
    (incident,) = result.incidents
    phone = replace(incident.phones[0], back_at=incident.end if back_at else None, back_node=node)
    (shown,) = result_view(replace(result, incidents=(replace(incident, phones=(phone,)),))).incidents[0].phones
    assert shown.back == words


@pytest.mark.parametrize(
    ("parts", "verdict", "words"),
    [
        ((("node", 0.99), ("switch", 0.98)), Verdict.CALL_SERVER, "The call server and the network"),
        ((("node", 0.99), ("switch", 0.3)), Verdict.CALL_SERVER, "The call server"),
        ((("module", 0.99), ("switch", 0.98), ("model", 0.6)), Verdict.NETWORK, "The network and the phones themselves"),
        ((("node", 0.6), ("switch", 0.6)), Verdict.NOT_PROVEN, "Not proven"),
    ],
)
def test_a_verdict_names_the_sides_of_all_that_failed_at_once(parts: tuple[tuple[str, float], ...], verdict: Verdict, words: str) -> None:
    assert _view(*parts, verdict=verdict).verdict == words
    assert result_view(_with_causes(*parts, verdict=verdict)).headline.startswith(
        f"4 endpoints dropped on 2026-11-22 at 09:41:07 UTC: {words.lower()}."
    )


def test_where_it_is_open_which_part_it_is_none_is_called_sure() -> None:
    view = _view(("distribution", 0.36), ("power", 0.29), verdict=Verdict.NETWORK)
    assert view.sure == "36 % likely"
    assert ("what is suspected most", "36 % likely") in view.numbers


def test_what_has_the_same_phones_is_named_wherever_a_cause_is() -> None:
    result = _with_causes(("switch", 0.99), ("site", 0.98), verdict=Verdict.NETWORK)
    (incident,) = result.incidents
    vlan, bundle = Component("vlan", "101"), Component("uplink_bundle", "b")
    first, second = incident.causes
    for cause, words in (
        (replace(first, as_likely=(vlan, bundle)), "switch x, VLAN 101 or uplink bundle b, and site x"),
        (
            replace(first, less_likely=(vlan, bundle), p_less_likely=0.06),
            "switch x (less likely, 6 %: VLAN 101 or uplink bundle b) and site x",
        ),
        (first, "switch x and site x"),
    ):
        (view,) = result_view(replace(result, incidents=(replace(incident, causes=(cause, second)),))).incidents
        assert view.shared == words
    suspect = replace(incident.suspects[0], component=vlan, as_likely=(bundle,))
    (view,) = result_view(replace(result, incidents=(replace(incident, causes=(), suspects=(suspect,)),))).incidents
    assert view.shared.startswith("VLAN 101 or uplink bundle b is suspected most")


def _unlocated(probability: float) -> Correlation:
    (incident,) = not_proven().incidents
    cluster = replace(incident.suspects[0], probability=0.0004, affected=1234, exposed=20160)
    return replace(not_proven(), incidents=(replace(incident, suspects=(cluster,), p_unlocated=probability, endpoints=1992),))


def test_what_no_location_names_is_suspected_most_where_it_is_and_stands_first_in_the_ranking() -> None:
    (view,) = result_view(_unlocated(0.98)).incidents
    assert (view.shared, view.sure) == ("a part of the network that no location names is suspected most", "98 % likely")
    assert [line.probability for line in view.ranking] == ["98 %", "1 %", "< 0.1 %"]
    assert [line.kind for line in view.ranking] == ["", "", "CallManager cluster"]
    (less,) = result_view(_unlocated(0.0)).incidents
    assert (less.shared, less.sure) == ("CallManager cluster LabCluster is suspected most", "< 0.1 % likely")
    assert [line.probability for line in less.ranking] == ["1 %", "< 0.1 %"]


def test_what_holds_a_part_that_no_location_names_is_told_with_it() -> None:
    within = Component("site", "north"), Component("vlan", "110")
    (incident,) = _unlocated(0.98).incidents
    (view,) = result_view(replace(not_proven(), incidents=(replace(incident, unlocated_within=within),))).incidents
    assert view.shared == "a part of the network within site north and VLAN 110 that no location names is suspected most"
    assert view.ranking[0].name == "a part of the network within site north and VLAN 110 that no location names"


def test_abbreviations_stay_large_inside_a_headline() -> None:
    edge = _with_causes(("site", 0.97), verdict=Verdict.WAN_OR_NAT)
    assert "a WAN or NAT edge." in result_view(edge).headline


def test_what_nothing_names_stands_in_the_ranking_and_is_suspected_most_where_it_is() -> None:
    (incident,) = _unlocated(0.02).incidents
    (view,) = result_view(replace(not_proven(), incidents=(replace(incident, p_unnamed=0.8),))).incidents
    assert (view.shared, view.sure) == ("something that nothing known of the phones names is suspected most", "80 % likely")
    assert (view.ranking[0].name, view.ranking[0].kind) == ("something that nothing known of the phones names", "")


def test_the_ranking_of_a_terminal_is_in_order_too() -> None:
    text = render_text(_unlocated(0.98))
    assert text.index("    98 % a part of the network that no location names") < text.index("CallManager cluster LabCluster\n")


def test_counts_of_thousands_are_parted() -> None:
    (view,) = result_view(_unlocated(0.98)).incidents
    assert (view.endpoints, view.ranking[2].counts) == ("1,992", "1,234 of 20,160")
    (incident,) = correlation().incidents
    cause = replace(incident.causes[0], affected=1992, exposed=2016)
    large = replace(correlation(), incidents=(replace(incident, causes=(cause,)),))
    assert result_view(large).incidents[0].causes[0].counts == "1,992 of 2,016"
    assert "\n1,992 of 2,016 of its phones were lost (99 %)" in page_view(large, make_estate(large)).incidents[0].ticket


def test_each_part_that_failed_at_once_has_its_next_step() -> None:
    result = _with_causes(("node", 0.99), ("switch", 0.98), ("model", 0.3))
    (incident,) = result.incidents
    steps = ("Look at the node.", "Look at `show log`.", "Load other firmware.")
    causes = tuple(replace(cause, next_steps=(step,)) for cause, step in zip(incident.causes, steps, strict=True))
    told = replace(result, incidents=(replace(incident, causes=causes),))
    (view,) = result_view(told).incidents
    assert (view.next_steps, view.further_steps) == (("Look at the node.",), ("Look at `show log`.",))
    assert "<strong>And:</strong> Look at <code>show log</code>." in render_html(told)
    open_one = replace(told, incidents=(replace(incident, verdict=Verdict.NOT_PROVEN, causes=causes),))
    assert result_view(open_one).incidents[0].further_steps == ()


def test_a_single_drop_is_called_one() -> None:
    once = replace(quiet(), drops=1, end=quiet().start)
    view = result_view(once)
    assert view.headline == "No incident: a single phone dropped, once."
    assert view.window == "2026-11-22 09:41:07 UTC"


def test_a_suspect_that_could_not_be_tested_has_no_bar() -> None:
    result = not_proven()
    (incident,) = result.incidents
    tested = result_view(replace(result, incidents=(replace(incident, verdict=Verdict.NETWORK),))).incidents[0]
    untested = result_view(result).incidents[0]
    assert [line.width for line in untested.ranking] == [0.0, 0.0]
    assert [line.width > 60 for line in tested.ranking if line.kind] == [True]


def test_of_what_recurs_the_first_that_have_the_same_phones_are_named_and_the_others_counted() -> None:
    result = correlation()
    (item,) = result.recurring
    alike = tuple(Component("vlan", str(number)) for number in range(5))
    (line,) = result_view(replace(result, recurring=(replace(item, equivalent=alike),))).recurring
    assert "The phones cannot tell it from VLAN 0, VLAN 1, VLAN 2 and 2 more." in line.told


def test_phones_that_went_home_are_a_planned_fallback_with_nothing_to_repair() -> None:
    (incident,) = administrative().incidents
    home = replace(incident, fallback=Fallback(3, incident.start, incident.end, ("cm2",), ("cm1",)))
    view = result_view(replace(administrative(), incidents=(home,))).incidents[0]
    assert view.verdict == "A planned fallback"
    assert view.next_steps == ("Nothing is broken now: look why these phones had left their own node before.",)
