"""Campus, log and answer as columns: everything is in them once, and what is not known is -1 or empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from switchcorr.model.campus import CampusDevice, Component, Link, LinkEvidence, ModuleFacts, empty_campus, risk_table
from switchcorr.model.event import Event, EventDetail, EventKind, EventLog
from switchcorr.model.incident import Verdict
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.report.estate import Estate, EstateSwitch, LogKind, PhoneState, ServerSign, shared_domain
from switchcorr.report.estate_build import make_estate
from switchcorr.report.estate_switches import natural
from switchcorr.report.exposed import exposed_phones
from switchcorr.report.tally import step, tally_of_all, tally_of_incident
from tests.report.campuses import START, made_campus, made_result, phones_exposed
from tests.report.results import CASES, correlation, estate, nothing


def test_every_phone_stands_once_in_every_column() -> None:
    _, made = estate(Component("module", "s01-acc01/2"))
    columns = [getattr(made.phones, name) for name in type(made.phones).__slots__]
    assert {len(column) for column in columns} == {73}
    assert {len(getattr(made.losses, name)) for name in type(made.losses).__slots__} == {len(made.losses)}
    assert list(made.phones.name) == sorted(made.phones.name)
    assert sum(module.phones for module in made.modules) == sum(switch.phones for switch in made.switches) == 72


def test_a_lost_phone_has_its_state_its_cause_and_its_moments() -> None:
    result, made = estate(Component("module", "s01-acc01/2"))
    (incident,) = result.incidents
    last, losses = made.losses.last(), made.losses
    for phone in incident.phones:
        number = made.phone_index[phone.phone]
        row = last[number]
        assert losses.state[row] == (PhoneState.DOWN if phone.back_at is None else PhoneState.BACK)
        assert losses.lost_at[row] == phone.time.timestamp()
        assert losses.cause[row] == losses.incident[row] == 1
        assert made.modules[made.phones.module[number]].id == phone.module
    assert len(losses) == len(last) == incident.endpoints


def test_a_phone_that_fled_to_another_node_was_lost_at_the_dead_one() -> None:
    made = made_campus(sites=1, switches=1, modules=1, phones=5)
    names = [str(one.phone) for one in made.campus.placements]
    result = made_result(made, Component("module", made.campus.placements[0].module))
    (incident,) = result.incidents
    dead = replace(incident, phones=tuple(replace(phone, node="cm-dead", back_node="cm-2") for phone in incident.phones))
    for name in names:
        made.log.append(Event(START + timedelta(hours=30), EventKind.REGISTERED, name, node="cm-2"))
    shown = make_estate(replace(result, incidents=(dead,)), campus=made.campus, log=made.log)
    lost = len(incident.phones)
    assert tally_of_incident(shown, dead).by_node == {"cm-dead": lost}
    assert [shown.phones.node.count(node) for node in ("cm-dead", "cm-2")] == [lost, len(names) - lost]


def test_an_endpoint_of_the_log_alone_has_no_place_and_says_so() -> None:
    _, made = estate()
    number = made.phone_index["CTI-1"]
    assert made.phones.switch[number] == made.phones.module[number] == -1
    assert made.phones.why_unplaced[number].startswith("only in the log")
    assert number not in made.losses.last()


def test_an_extension_is_the_newest_of_the_log_else_that_of_the_table() -> None:
    made = made_campus(sites=1, switches=1, modules=1, phones=5, extensions=True)
    name = str(made.campus.placements[3].phone)
    shown = make_estate(made_result(made), campus=made.campus, log=made.log)
    assert [shown.phones.extension[shown.phone_index[str(one.phone)]] for one in made.campus.placements] == [
        "70001",
        "70002",
        "70003",
        "70004,90003",
        "70005",
    ]
    made.log.append(Event(START + timedelta(hours=5), EventKind.REGISTERED, name, extension="4711"))
    made.log.append(Event(START + timedelta(hours=6), EventKind.UNREGISTERED, name))
    shown = make_estate(made_result(made), campus=made.campus, log=made.log)
    assert shown.phones.extension[shown.phone_index[name]] == "4711"


def test_switches_stand_below_the_switches_above_them_and_the_active_way_is_known() -> None:
    _, made = estate()
    switch = made.switches[made.switch_index["s02-acc03"]]
    assert [made.switches[number].name for number in switch.above] == ["s02-dista", "s02-distb"]
    assert [(uplink.interface, uplink.active) for uplink in switch.uplinks] == [
        ("TenGigabitEthernet1/1/1", True),
        ("TenGigabitEthernet2/1/1", False),
    ]
    assert [made.modules[number].label for number in switch.modules] == ["1", "1.nm", "2", "2.nm"]
    assert switch.site == "Site 2"
    assert made.switches[0].name == "core-1"


def test_panels_have_the_size_of_their_model_and_supervisors_none() -> None:
    modules = (
        ModuleFacts("c/1", "WS-X4648-RJ45V+E", ports=48), ModuleFacts("c/3", "WS-X45-SUP8-E", ports=8), ModuleFacts("c/4", "X", ports=None),
        ModuleFacts("c/5", "WS-X4224-RJ45V"),
    )  # fmt: skip
    phones = tuple(
        _placed(f"SEP00005E0000{n:02X}", "c", f"c/{slot}", f"GigabitEthernet{slot}/{n}") for slot, n in ((1, 5), (4, 10), (5, 2))
    )
    campus = replace(empty_campus(), devices=(CampusDevice("c", modules=modules),), placements=phones)
    made = make_estate(nothing(), campus=campus)
    assert [module.places for module in made.modules] == [48, 0, 12, 24]


def _placed(phone: str, device: str, module: str, interface: str) -> Placement:
    return Placement(phone, PlacementState.PLACED, device, InterfaceName(interface), module)


def test_a_fixed_switch_is_one_module_with_its_own_name() -> None:
    campus = replace(
        empty_campus(),
        devices=(CampusDevice("acc-1", model="WS-C2960-24TC"),),
        placements=(_placed("SEP00005E000001", "acc-1", "", "FastEthernet0/3"),),
    )
    (module,) = make_estate(nothing(), campus=campus).modules
    assert (module.id, module.label, module.places, module.phones) == ("acc-1", "", 24, 1)


def test_phones_of_a_placed_switch_that_no_device_tells_make_one() -> None:
    campus = replace(
        empty_campus(),
        placements=(_placed("SEP00005E000001", "acc-9", "acc-9/2", "GigabitEthernet2/0/3"), Placement("SEP00005E000002", PlacementState.UNPLACED, reason="gone")),
        risk=risk_table({"SEP00005E000001": {"site": "Oslo", "switch": "acc-9"}, "SEP00005E000003": {"switch": "acc-9"}}),
    )  # fmt: skip
    made = make_estate(nothing(), campus=campus)
    assert [(switch.name, switch.read, switch.site) for switch in made.switches] == [("acc-9", False, "Oslo")]
    assert list(made.phones.why_unplaced) == ["", "gone", "only in the log: no switch port of its own is known"]


def _located(switch: str, **more: str) -> dict[str, str]:
    return {"switch": switch, "uplink": f"{switch}:TenGigabitEthernet1/1", "node": "cm-sub1", **more}


def test_a_table_of_locations_tells_the_way_up_and_the_node_where_nothing_else_does() -> None:
    rows = {
        "SEP00005E000001": _located("acc-1", distribution="dist-1"),
        "SEP00005E000002": _located("acc-1", distribution="dist-1"),
        "SEP00005E000003": _located("acc-1", distribution="dist-9"),
        "SEP00005E000004": _located("dist-1", distribution="dist-1"),
        "SEP00005E000005": _located("acc-2"),
        "SEP00005E000006": _located("acc-3", distribution="dist-1"),
    }
    campus = replace(
        empty_campus(),
        devices=(CampusDevice("acc-3", level=None),),
        placements=tuple(_placed(phone, row["switch"], "", f"GigabitEthernet1/0/{at}") for at, (phone, row) in enumerate(rows.items())),
        risk=risk_table(rows),
    )
    log = EventLog()
    log.append(Event(START, EventKind.REGISTERED, "SEP00005E000002", node="cm-sub2"))
    made = make_estate(nothing(), campus=campus, log=log)
    ways = {one.name: [(made.switches[way.above].name, way.interface) for way in one.uplinks] for one in made.switches}
    assert ways == {"acc-1": [("dist-1", "TenGigabitEthernet1/1")], "acc-2": [], "acc-3": [], "dist-1": []}
    assert list(made.phones.node) == ["cm-sub1", "cm-sub2", *["cm-sub1"] * 4]
    assert made.nodes == ("cm-sub1", "cm-sub2")
    below = exposed_phones(made, Component("distribution", "dist-1"))
    assert {made.phones.name[phone] for phone in below} == {"SEP00005E000001", "SEP00005E000002", "SEP00005E000003"}


def test_a_pair_of_switches_that_the_table_names_as_one_is_one_above() -> None:
    rows = {"SEP00005E000001": _located("acc-1", distribution="dist-a+dist-b")}
    campus = replace(empty_campus(), placements=(_placed("SEP00005E000001", "acc-1", "", "GigabitEthernet1/0/1"),), risk=risk_table(rows))
    made = make_estate(nothing(), campus=campus)
    assert {one.name for one in made.switches} == {"acc-1", "dist-a+dist-b"}
    assert exposed_phones(made, Component("distribution", "dist-a+dist-b")) == {0}


def test_links_between_switches_of_unknown_or_equal_level_lead_nowhere_up() -> None:
    devices = (CampusDevice("a", level=1), CampusDevice("b", level=1), CampusDevice("c"))
    links = tuple(Link(low, high, None, None, LinkEvidence.LAG) for low, high in (("a", "b"), ("a", "c"), ("b", "gone")))
    made = make_estate(nothing(), campus=replace(empty_campus(), devices=devices, links=links))
    assert [switch.uplinks for switch in made.switches] == [(), (), ()]


def test_without_a_campus_the_lost_phones_tell_their_own_places() -> None:
    made = make_estate(correlation(phones=6))
    assert not made.whole
    assert len(made.switches) == len(made.modules) == 1
    assert len(made.log) == 6
    assert set(made.log.kind) == {LogKind.LOST}


def test_what_call_servers_say_is_sorted_into_heartbeat_cpu_and_the_rest() -> None:
    log = EventLog()
    for name in ("LowCallManagerHeartbeatRate", "CpuPegging", "CodeYellowEntry", "CodeYellowEntry"):
        log.append(Event(START, EventKind.SERVER_ALERT, node="cm-1", detail=EventDetail(name, {"rate": "19"})))
    log.append(Event(None, EventKind.SERVER_ALERT, node="cm-1", detail=EventDetail("", {"rate": "19"})))
    log.append(Event(START, EventKind.PHONE_ALARM, name="SEP00005E000001", detail=EventDetail(neighbor_device="x")))
    log.append(Event(START + timedelta(seconds=1), EventKind.SERVER_ALERT, detail=EventDetail("", {"rate": "19"})))
    signs = make_estate(nothing(), log=log).signs
    assert [(sign.sign, sign.name) for sign in signs] == [
        (ServerSign.ALERT, "CodeYellowEntry"), (ServerSign.CPU, "CpuPegging"), (ServerSign.HEARTBEAT, "LowCallManagerHeartbeatRate"), (ServerSign.ALERT, "alert"),
    ]  # fmt: skip


def test_a_log_out_of_order_is_put_in_order() -> None:
    log = EventLog()
    for seconds in (30, 10, 20):
        log.append(
            Event(START + timedelta(seconds=seconds), EventKind.UNREGISTERED, "SEP00005E000001", node="" if seconds == 20 else "cm-1")
        )
    made = make_estate(nothing(), log=log)
    assert [time - START.timestamp() for time in made.log.time] == [10, 20, 30]
    assert (made.start - START.timestamp(), made.end - START.timestamp()) == (10, 30)


def test_the_last_loss_of_a_phone_counts_and_each_incident_keeps_its_own() -> None:
    made = made_campus(sites=1, switches=2, modules=1, phones=4)
    result = made_result(made, Component("module", "s01-acc01/1"), Component("switch", "s01-acc01"), share=1.0)
    shown = make_estate(result, campus=made.campus, log=made.log)
    losses = shown.losses
    assert {losses.incident[row] for row in losses.last().values()} == {2}
    assert [list(losses.cause).count(cause) for cause in (1, 2)] == [len(incident.phones) for incident in result.incidents] == [4, 4]
    assert list(losses.phone) == sorted(losses.phone)
    first = tally_of_incident(shown, result.incidents[0])
    assert set(first.lost_at.values()) == {phone.time.timestamp() for phone in result.incidents[0].phones}
    assert first.state(max(first.lost_at)) != PhoneState.REGISTERED
    assert first.state(shown.phone_index["CTI-1"]) == PhoneState.REGISTERED


def test_the_phones_of_a_component_are_those_of_the_risk_table() -> None:
    made = made_campus(sites=2, switches=2, modules=2, phones=3)
    shown = make_estate(made_result(made), campus=made.campus, log=made.log)
    for kind, id_ in (
        ("module", "s01-acc01/2"), ("switch", "s02-acc01"), ("uplink", "s01-acc02:TenGigabitEthernet1/1/1"), ("distribution", "s02-dista"),
        ("node", "cm-sub1"), ("firmware", "sip88xx.14-2"),
    ):  # fmt: skip
        component = Component(kind, id_)
        assert {shown.phones.name[phone] for phone in exposed_phones(shown, component)} - {"CTI-1"} == set(
            phones_exposed(made.campus, component)
        )
    everywhere = exposed_phones(shown, Component("core", "core-1"))
    assert everywhere == {phone for phone, switch in enumerate(shown.phones.switch) if switch >= 0} != set()
    assert exposed_phones(shown, Component("asic", "s01-acc01/2/0")) == exposed_phones(shown, Component("module", "s01-acc01/2"))
    assert exposed_phones(shown, Component("power", "x")) == exposed_phones(shown, Component("module", "gone")) == frozenset()


def test_a_part_is_drawn_as_hit_from_three_phones_and_a_tenth_on() -> None:
    assert [step(lost, phones) for lost, phones in ((0, 40), (2, 20), (3, 40), (4, 40), (10, 40), (20, 40), (32, 40), (2, 2), (1, 0))] == [
        0, 0, 0, 1, 2, 3, 4, 4, 0,
    ]  # fmt: skip


def test_a_port_of_no_module_and_of_no_device_is_left_out() -> None:
    made = made_campus(sites=1, switches=1, modules=1, phones=2)
    ports = (*made.ports, replace(made.ports[0], device="gone", module="gone/1"), replace(made.ports[0], module="s01-acc01"))
    shown = make_estate(made_result(made), campus=made.campus, log=made.log, ports=ports)
    assert shown.module_index.keys().isdisjoint(("gone/1", "s01-acc01"))
    assert sum(map(len, shown.ports.values())) == len(made.ports)


def test_an_earlier_loss_that_is_told_later_does_not_count() -> None:
    made = made_campus(sites=1, switches=1, modules=1, phones=4)
    result = made_result(made, Component("module", "s01-acc01/1"), Component("switch", "s01-acc01"), share=1.0)
    turned = replace(result, incidents=result.incidents[::-1])
    shown = make_estate(turned, campus=made.campus, log=made.log)
    assert {shown.losses.incident[row] for row in shown.losses.last().values()} == {1}


def test_numbers_in_names_sort_as_numbers() -> None:
    assert sorted(("acc-10", "acc-9", "acc", "٣"), key=natural) == ["acc", "acc-9", "acc-10", "٣"]


def test_every_made_result_has_an_estate() -> None:
    for name, make in sorted(CASES.items()):
        result = make()
        made = make_estate(result)
        assert len(tally_of_all(made).lost_at) == len({phone.phone for incident in result.incidents for phone in incident.phones}), name
    assert Verdict.NETWORK is estate(Component("switch", "s01-acc01"))[0].incidents[0].verdict


@pytest.mark.parametrize(
    ("names", "domain"),
    [
        (["a-1.net.example.com", "a-2.net.example.com", "core"], ".net.example.com"),
        (["a-1.hq.example.com", "b-1.lab.example.com"], ".example.com"),
        (["a-1.example.com", "b-1.example.org"], ""),
        (["a-1.example.com"], ""),
        (["a-1", "b-1"], ""),
        (["a-1.example.com", "b-1.example.com", "a-1"], ""),
        (["192.0.2.1", "192.1.2.1", "a-1.example.com", "b-1.example.com"], ".example.com"),
        ([], ""),
    ],
)
def test_the_domain_of_all_names_is_left_out_of_labels_where_no_two_become_one(names: list[str], domain: str) -> None:
    assert shared_domain(names) == domain
    shown = Estate(whole=True, switches=tuple(map(EstateSwitch, names)))
    assert shown.domain == domain


def test_a_label_loses_the_domain_of_each_name_in_it_and_nothing_else() -> None:
    shown = Estate(whole=True, switches=(EstateSwitch("a-1.example.com"), EstateSwitch("b-1.example.com")))
    assert shown.short("a-1.example.com + b-1.example.com") == "a-1 + b-1"
    assert shown.short("a-1.example.com/3") == "a-1/3"
    assert shown.short("a-1.example.com.au and a-1.example.com-x") == "a-1.example.com.au and a-1.example.com-x"
    assert Estate(whole=True).short("a-1.example.com") == "a-1.example.com"
