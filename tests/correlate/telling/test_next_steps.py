"""What to do first, with the ports, cards, counters and logs of the incident."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from switchcorr.correlate.scoring.likelihood import Likelihood
from switchcorr.correlate.telling.next_steps import StepFacts, next_steps, step_facts
from switchcorr.model.campus import (
    RISK_KINDS,
    Campus,
    CampusDevice,
    Component,
    HashedComponent,
    Link,
    LinkEvidence,
    ModuleFacts,
    RiskKind,
    empty_campus,
)
from switchcorr.model.incident import AffectedPhone
from switchcorr.model.interfaces import ChassisClass, InterfaceName
from tests.correlate.scenes import NOON, Rows, below, campus_of, likelihood_of, number_of, rows_of

_ROWS = rows_of(3, 3, 20)
_MODULE = below(_ROWS, "module", "acc-1/2")


def _phones(names: list[str], interface: str = "") -> list[AffectedPhone]:
    return [AffectedPhone(name, NOON, device=_ROWS[name]["switch"], interface=interface) for name in names]


def _step(kind: str, id_: str, dropped: list[str], *, campus: Campus | None = None, rows: Rows = _ROWS, interface: str = "") -> str:
    likelihood = likelihood_of(rows, dropped)
    number = number_of(likelihood.exposure, kind, id_)
    phones = _phones(sorted(dropped), interface)
    places = np.array([likelihood.exposure.row_of[phone.phone] for phone in phones])
    facts = step_facts(likelihood, campus or empty_campus(), number, phones, places)
    return " ".join(next_steps(likelihood.exposure.components[number], facts))


@pytest.mark.parametrize("kind", RISK_KINDS, ids=lambda kind: kind.name)
def test_every_kind_has_a_next_step_that_names_the_component(kind: RiskKind) -> None:
    (step,) = next_steps(Component(kind.name, "x-1"))
    assert "x-1: " in step
    assert "have in common there" not in step
    assert "{" not in step


def test_a_kind_of_unknown_meaning_has_a_next_step_too() -> None:
    assert next_steps(Component("closet", "3b")) == ("closet 3b: look at what these phones have in common there.",)


def test_a_module_is_told_its_sister_its_port_its_uplink_and_its_log() -> None:
    assert _step("module", "acc-1/2", _MODULE[:9], interface="GigabitEthernet2/7") == (
        "module acc-1/2: clear the counters of its ports, run its diagnostics, and swap the card with acc-1/3 (none of its 20 phones dropped); "
        "if the drops follow the card, replace it. Capture at acc-1 GigabitEthernet2/7 (SEP00005E000014) and at acc-1:Port-channel1 at the same "
        "time: a keepalive that is seen at one only is lost between them. Read the log of acc-1 around 2026-11-19 12:00 UTC."
    )


def _device(models: dict[str, str], platform: str, chassis: ChassisClass = ChassisClass.MODULAR) -> Campus:
    modules = tuple(ModuleFacts(id_, model=model) for id_, model in models.items())
    return replace(empty_campus(), devices=(CampusDevice("acc-1", platform=platform, modules=modules, chassis=chassis),))


def test_the_sister_is_of_the_same_type_and_none_of_its_phones_dropped() -> None:
    campus = _device({"acc-1/1": "WS-X4548", "acc-1/2": "WS-X4548", "acc-1/3": "WS-X4248"}, "cisco_ios")
    step = _step("module", "acc-1/2", _MODULE[:9], campus=campus)
    assert "swap the card with acc-1/1 (of the same type WS-X4548, none of its 20 phones dropped)" in step
    hit = [*_MODULE[:9], *below(_ROWS, "module", "acc-1/1")[:1]]
    assert "swap the card with a spare;" in _step("module", "acc-1/2", hit, campus=campus)


@pytest.mark.parametrize(
    ("platform", "words"),
    [
        (
            "cisco_ios",
            "Clear the counters of its ports only, one by one: `clear counters <interface>`. "
            "After the next drop, read them: `show interfaces counters errors`. "
            "Read what its diagnostics say: `show diagnostic result module 2`.",
        ),
        (
            "cisco_nxos",
            "Clear the counters of its ports only, one by one: `clear counters interface <interface>`. "
            "After the next drop, read them: `show interface counters errors`. "
            "Read what its diagnostics say: `show diagnostic result module 2`.",
        ),
        (
            "cisco_catos",
            "Read the counters now and after the next drop: `show port counters 2`. Read what its diagnostics say: `show test 2`.",
        ),
    ],
)
def test_the_commands_are_those_of_the_platform(platform: str, words: str) -> None:
    assert words in _step("module", "acc-1/2", _MODULE[:9], campus=_device({}, platform))


def test_a_platform_of_unknown_words_gets_none() -> None:
    assert "`" not in _step("module", "acc-1/2", _MODULE[:9], campus=_device({}, "other_os"))


def test_a_switch_is_told_how_to_see_its_counters_but_no_diagnostics() -> None:
    step = _step("switch", "acc-1", below(_ROWS, "switch", "acc-1")[::3], campus=_device({}, "cisco_ios"))
    assert "After the next drop, read them: `show interfaces counters errors`." in step
    assert "diagnostic" not in step


def test_counters_are_cleared_of_one_part_and_never_of_the_whole_device() -> None:
    campus, dropped = _device({}, "cisco_ios"), below(_ROWS, "switch", "acc-1")[::3]
    assert "of its uplinks only, one by one: `clear counters Port-channel1`." in _step(
        "switch", "acc-1", dropped, campus=campus, interface="GigabitEthernet2/7"
    )
    bundle = _step("uplink_bundle", "acc-1:Port-channel1", dropped, campus=campus)
    assert "of this interface only: `clear counters Port-channel1`." in bundle
    card = _step("module", "acc-1/2", _MODULE[:9], campus=campus, interface="GigabitEthernet2/7")
    assert "of its ports only, one by one: `clear counters GigabitEthernet2/7`." in card


def test_a_stack_member_is_no_card() -> None:
    campus = _device({"acc-1/1": "C9300", "acc-1/2": "C9300"}, "cisco_ios", ChassisClass.STACK)
    step = _step("module", "acc-1/2", _MODULE[:9], campus=campus)
    assert "its stack cables, and move two phones to acc-1/1 (of the same type C9300, none of its 20 phones dropped); if these stop" in step
    assert "`show diagnostic result switch 2`" in step
    assert "card" not in step
    assert "swap" not in step
    hit = [name for module in ("acc-1/1", "acc-1/2", "acc-1/3") for name in below(_ROWS, "module", module)[:9]]
    fixed = _step("module", "acc-1/2", hit, campus=_device({}, "cisco_ios", ChassisClass.FIXED))
    assert "look at its power and temperature, and move two phones to another switch;" in fixed
    assert "move two phones to another member;" in _step("module", "acc-1/2", hit, campus=campus)


@pytest.mark.parametrize(("slot", "command"), [("2.3", "`show diagnostic result switch 2 module 3`"), ("fex101", "")])
def test_parts_with_names_of_their_own_have_their_own_words(slot: str, command: str) -> None:
    found = " ".join(next_steps(Component("module", f"acc-1/{slot}"), StepFacts(platform="cisco_ios", chassis=ChassisClass.VIRTUAL_PAIR)))
    assert (command in found) if command else ("diagnostic result" not in found)


def test_a_healthy_sister_may_have_lost_the_phones_of_a_sick_server() -> None:
    node = below(_ROWS, "node", "node-1")
    dropped = sorted({*node, *_MODULE})
    likelihood = likelihood_of(_ROWS, dropped)
    number, other = number_of(likelihood.exposure, "module", "acc-1/2"), number_of(likelihood.exposure, "node", "node-1")
    rows = np.array([likelihood.exposure.row_of[name] for name in dropped])
    for others, card in (
        ((other,), "acc-1/3 (none of its 10 phones that are not on CallManager node node-1 dropped)"),
        ((), "a spare"),
    ):
        facts = step_facts(likelihood, empty_campus(), number, _phones(dropped), rows, others=others)
        assert f"swap the card with {card};" in next_steps(likelihood.exposure.components[number], facts)[0]


def test_a_port_from_a_locations_file_will_do_to_capture_at() -> None:
    rows = {name: row | {"port": f"{row['module']}/{i}"} for i, (name, row) in enumerate(sorted(_ROWS.items()))}
    step = _step("cluster", "one", sorted(rows)[::7], rows=rows)
    assert "Capture at acc-1/1/0 (SEP00005E000000) and at the server's port at the same time" in step
    assert "Read its trace and its CPU and disk counters around 2026-11-19 12:00 UTC." in step
    assert "log of" not in step


def test_the_uplink_to_capture_at_is_that_of_the_phone() -> None:
    """A keepalive crosses one of the two: at the other it is never seen, and seems to be lost between."""
    rows = {
        name: row | {"port": f"{row['module']}/{i}", "uplink": f"{row['switch']}:Te{i % 2}"} for i, (name, row) in enumerate(_ROWS.items())
    }
    step = _step("module", "acc-1/2", _MODULE[:9], rows=rows)
    assert "Capture at acc-1/2/20 (SEP00005E000014) and at acc-1:Port-channel1, acc-1:Te0 at the same time" in step


@pytest.mark.parametrize(
    ("kind", "id_", "place"),
    [
        ("switch", "acc-1", "acc-1:Port-channel1"),
        ("uplink_bundle", "acc-1:Port-channel1", "the other end of acc-1:Port-channel1"),
        ("distribution", "dist-1", "the server's port"),
        ("vlan", "101@b", "the server's port"),
    ],
)
def test_the_suspect_lies_between_the_two_places_to_capture_at(kind: str, id_: str, place: str) -> None:
    rows = {name: row | {"distribution": "dist-1"} for name, row in _ROWS.items()}
    step = _step(kind, id_, below(rows, "switch", "acc-1")[::3], rows=rows, interface="GigabitEthernet2/7")
    assert f"Capture at acc-1 GigabitEthernet2/7 (SEP00005E000000) and at {place} at the same time" in step


def test_what_is_as_likely_has_its_own_first_step() -> None:
    twins = [Component("switch", "acc-1"), Component("module", "acc-1/2"), Component("vlan", "101")]
    step = " ".join(next_steps(Component("uplink_bundle", "acc-1:Port-channel1"), None, twins))
    assert (
        "carried traffic. Or it is switch acc-1: look at its uptime, log and CPU at that minute, and at its uplinks. Or it is module"
        in step
    )
    assert step.startswith(
        "uplink bundle acc-1:Port-channel1 (or switch acc-1, module acc-1/2 or VLAN 101, with the same phones): look at the members"
    )
    assert "Or it is VLAN 101" not in step


def test_members_of_a_bundle_are_looked_at_in_one_step() -> None:
    one, other = (Component("uplink", f"acc-1:TenGigabitEthernet3/{number}") for number in (1, 2))
    (step,) = next_steps(one, None, [other])
    assert step == (
        "uplink acc-1:TenGigabitEthernet3/1 or TenGigabitEthernet3/2: look at errors and flaps at both ends, and swap optic and fibre."
    )


def test_the_first_step_names_what_is_less_likely_and_counts_what_is_too_much() -> None:
    many = [Component("vlan", str(number)) for number in range(4)]
    (step, *_) = next_steps(Component("switch", "acc-1"), None, many, [Component("site", "north")])
    assert step.startswith("switch acc-1 (or one of 4 more with the same phones; less likely site north): look at its uptime")


def test_without_a_known_port_nobody_is_sent_to_one() -> None:
    assert "Capture" not in _step("module", "acc-1/2", _MODULE[:9])


def test_a_bundle_is_told_its_members_and_an_uplink_its_two_ends() -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    members = [HashedComponent(Component("uplink", f"acc-1:GigabitEthernet1/{i}"), bundle, 2) for i in (1, 2)]
    dropped = below(_ROWS, "switch", "acc-1")[::3]
    step = _step("uplink_bundle", bundle.id, dropped, campus=campus_of(_ROWS, hashed=members))
    assert "Its members are acc-1:GigabitEthernet1/1, acc-1:GigabitEthernet1/2." in step
    near, far = InterfaceName.parse("Gi1/1"), InterfaceName.parse("Te3/4")
    rows = {name: row | {"uplink": f"{row['switch']}:GigabitEthernet1/1"} for name, row in _ROWS.items()}
    link = Link("acc-1", "dist-1", near, far, LinkEvidence.MUTUAL_NEIGHBORS)
    step = _step("uplink", "acc-1:GigabitEthernet1/1", dropped, rows=rows, campus=replace(empty_campus(), links=(link,)))
    assert "Its two ends are acc-1:GigabitEthernet1/1, dist-1:TenGigabitEthernet3/4." in step
    step = _step(
        "uplink",
        "acc-1:GigabitEthernet1/1",
        dropped,
        rows=rows,
        campus=replace(empty_campus(), links=(link,)),
        interface="GigabitEthernet2/7",
    )
    assert "and at dist-1:TenGigabitEthernet3/4 at the same time" in step
    half = replace(link, a="core", b="acc-1", a_interface=None, b_interface=near)
    assert "acc-1:GigabitEthernet1/1, core." in _step(
        "uplink", "acc-1:GigabitEthernet1/1", dropped, rows=rows, campus=replace(empty_campus(), links=(half,))
    )
    assert "two ends" not in _step("uplink", "acc-1:GigabitEthernet1/1", dropped, rows=rows)


def test_a_vlan_is_told_where_most_of_its_drops_are() -> None:
    rows = {name: row | {"vlan": "110@b"} for name, row in _ROWS.items()}
    dropped = [*below(rows, "switch", "acc-2")[:9], *below(rows, "switch", "acc-3")[:4]]
    step = _step("vlan", "110@b", dropped, rows=rows)
    assert "Most of its drops are on acc-2, acc-3." in step
    assert "Read the log of acc-2 around" in step


def test_a_part_of_unknown_meaning_is_told_where_most_of_its_drops_are() -> None:
    rows = {name: row | {"closet": "3b"} for name, row in _ROWS.items()}
    assert _step("closet", "3b", below(rows, "switch", "acc-2")[:9], rows=rows).endswith("in common there. Most of its drops are on acc-2.")


def test_where_only_placements_know_the_switch_they_are_asked() -> None:
    rows = {name: {"vlan": "110@b"} for name in _ROWS}
    assert "Most of its drops are on acc-1." in _step("vlan", "110@b", sorted(rows)[:9], rows=rows)


def test_a_module_without_a_switch_in_its_name_has_no_sister() -> None:
    rows = {name: {"module": row["module"].replace("/", "-")} for name, row in _ROWS.items()}
    assert "with a spare" in _step("module", "acc-1-2", _MODULE[:9], rows=rows)


def test_without_phones_nothing_is_named() -> None:
    likelihood: Likelihood = likelihood_of(_ROWS, _MODULE[:9])
    found = step_facts(likelihood, empty_campus(), number_of(likelihood.exposure, "vlan", "103@b"), [], np.array([], dtype=np.int64))
    assert found == StepFacts()
