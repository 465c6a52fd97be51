"""Each physical fact once, about the part it is about, with the chance that it is near a window anyway."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import AsicPort, LogMessage, TopologyChanges
from switchcorr.topology import CampusOptions, Known, build_campus
from switchcorr.topology.messages.facts import Parts, chance_near, log_facts
from switchcorr.topology.messages.meaning import Happened, Happening, SwitchMessage
from tests.topology.device_rows import MORNING, card, cdp, cdp_phone, facts, fdb, lag, port, snapshot, switchport

NIGHT = MORNING - timedelta(hours=2)
_KINDS = {
    ObservationKind.ENVIRONMENT: Happening.SUPPLY,
    ObservationKind.MODULE_STATUS: Happening.MODULE,
    ObservationKind.RELOAD: Happening.RESTART,
}


def _log(*lines: tuple[float, str, str], at: datetime = NIGHT) -> tuple[LogMessage, ...]:
    """Messages some seconds after a time: ``LINK-3-UPDOWN`` and the text."""
    found = []
    for seconds, tag, text in lines:
        facility, severity, mnemonic = tag.rsplit("-", 2)
        stamp = at + timedelta(seconds=seconds)
        found.append(LogMessage(f"{stamp:%b %d %H:%M:%S}.{stamp.microsecond // 1000:03d}", facility, int(severity), mnemonic, text))
    return tuple(found)


def _downs(*ports: str, seconds: float = 0.0) -> tuple[LogMessage, ...]:
    """Each port goes down, and its line protocol a second later."""
    rows = []
    for number, name in enumerate(ports):
        rows.append((seconds + number / 4, "LINK-3-UPDOWN", f"Interface {port(name)}, changed state to down"))
        rows.append((seconds + number / 4 + 1, "LINEPROTO-5-UPDOWN", f"Line protocol on Interface {port(name)}, changed state to down"))
    return _log(*rows)


def _observed(*messages: SwitchMessage, **tables: Any) -> list[Observation]:
    core = facts("core", model="C9500-40X")
    options = CampusOptions(cores=("core",), known=Known(messages=messages))
    found = build_campus([snapshot(facts("acc-1", **tables), core)], options).observations
    return [fact for fact in found if fact.kind is not ObservationKind.RELOAD or "%" not in fact.text]


def _short(found: list[Observation]) -> list[tuple[str, str, ObservationKind, float, datetime | None]]:
    return [(fact.component.kind, fact.component.id, fact.kind, fact.value, fact.at) for fact in found]


def test_ports_of_one_module_that_go_down_together_are_its_fact() -> None:
    found = _observed(model="WS-C4507R", logging=_downs("Gi3/1", "Gi3/2", "Gi3/5", "Gi3/7", "Gi3/9", "Gi4/2"))
    assert _short(found) == [("module", "acc-1/3", ObservationKind.LINK_FLAP, 5.0, NIGHT)]
    assert found[0].text == (
        "5 ports of acc-1/3 went down together: GigabitEthernet3/1, GigabitEthernet3/2, GigabitEthernet3/5, GigabitEthernet3/7 and 1 more"
    )
    (four,) = _observed(model="WS-C4507R", logging=_downs("Gi3/1", "Gi3/2", "Gi3/5", "Gi3/7"))
    assert four.text.endswith(": GigabitEthernet3/1, GigabitEthernet3/2, GigabitEthernet3/5, GigabitEthernet3/7")


def test_ports_of_several_modules_are_the_switchs_fact() -> None:
    ports = [f"Gi{slot}/{number}" for slot in (3, 4) for number in range(1, 6)]
    assert _short(_observed(model="WS-C4507R", logging=_downs(*ports))) == [("switch", "acc-1", ObservationKind.LINK_FLAP, 10.0, NIGHT)]
    few_each = [f"Gi{slot}/1" for slot in (3, 4, 5, 6)]
    assert _short(_observed(model="WS-C4507R", logging=_downs(*few_each))) == [("switch", "acc-1", ObservationKind.LINK_FLAP, 4.0, NIGHT)]


def test_three_phones_that_are_unplugged_are_no_fact() -> None:
    assert _observed(model="WS-C4507R", logging=_downs("Gi3/1", "Gi3/2", "Gi3/5")) == []
    apart = (*_downs("Gi3/1", "Gi3/2"), *_downs("Gi3/5", "Gi3/7", seconds=300))
    assert _observed(model="WS-C4507R", logging=apart) == []


def test_ports_of_one_asic_of_several_are_also_its_fact() -> None:
    asics = tuple(AsicPort(port(f"Gi1/0/{n}"), int(n > 24)) for n in range(1, 49))
    low = [f"Gi1/0/{n}" for n in range(1, 6)]
    found = _observed(model="C9300-48P", asics=asics, logging=_downs(*low))
    assert [fact.component for fact in found] == [Component("asic", "acc-1/1/0"), Component("module", "acc-1/1")]
    assert [fact.component.kind for fact in _observed(model="C9300-48P", asics=asics, logging=_downs(*low, "Gi1/0/30"))] == ["module"]
    assert [fact.component.kind for fact in _observed(model="C9300-48P", asics=asics[:24], logging=_downs(*low))] == ["module"]


def test_an_uplink_that_both_ends_tell_of_is_one_fact() -> None:
    link = {"model": "C9300-48P", "neighbors": (cdp("Te1/1/1", "core", "Te1/0/9"),)}
    far = SwitchMessage("core", NIGHT + timedelta(seconds=1), "LINK", "UPDOWN", "Interface Te1/0/9, changed state to down")
    found = _observed(far, **link, logging=_downs("Te1/1/1"))
    assert _short(found) == [("uplink", "acc-1:TenGigabitEthernet1/1/1", ObservationKind.LINK_FLAP, 3.0, NIGHT)]
    assert found[0].text == (
        "acc-1:TenGigabitEthernet1/1/1 went down: Interface TenGigabitEthernet1/1/1, changed state to down"
    )  # fmt: skip


def test_a_bundle_and_a_virtual_interface() -> None:
    found = _observed(model="C9300-48P", lags=(lag("Po1", "Te1/1/1", "Te1/1/2"),), logging=_downs("Po1", "Vlan110"))
    assert [fact.component for fact in found] == [Component("uplink_bundle", "acc-1:Port-channel1")]


def test_what_a_buffer_and_a_server_hold_is_told_once() -> None:
    buffer = _downs("Gi3/1", "Gi3/2", "Gi3/5", "Gi3/7")
    sent = [SwitchMessage("ACC-1.example.org", NIGHT, "LINK", "UPDOWN", row.text) for row in buffer if row.facility == "LINK"]
    alone, both = _observed(model="WS-C4507R", logging=buffer), _observed(*sent, *sent, model="WS-C4507R", logging=buffer)
    assert _short(both) == _short(alone)
    assert _short(_observed(*sent, model="WS-C4507R")) == [("module", "acc-1/3", ObservationKind.LINK_FLAP, 4.0, NIGHT)]


def test_what_happens_daily_proves_little() -> None:
    rare = _observed(model="WS-C4507R", logging=_downs("Gi3/1", "Gi3/2", "Gi3/5", "Gi3/7"))
    often = _observed(
        model="WS-C4507R",
        logging=tuple(row for hours in range(6) for row in _downs("Gi3/1", "Gi3/2", "Gi3/5", "Gi3/7", seconds=-3600.0 * hours)),
    )
    assert len(often) == 6
    assert rare[0].tail is not None
    assert often[0].tail is not None
    assert 5 * rare[0].tail < often[0].tail < 0.2
    assert chance_near(1, timedelta(0)) < 0.01


@pytest.mark.parametrize(
    ("tag", "text", "kind"),
    [
        ("PLATFORM_ENV-1-FAN_FAIL", "fan 2 failed", ObservationKind.ENVIRONMENT),
        ("OIR-3-PWRCYCLE", "Card in module 3, is being power-cycled", ObservationKind.MODULE_STATUS),
        ("SYS-5-RESTART", "System restarted --", ObservationKind.RELOAD),
    ],
)
def test_an_alarm_all_day_long_proves_nothing_and_a_rare_one_much(tag: str, text: str, kind: ObservationKind) -> None:
    def tails(*hours: float) -> list[float | None]:
        told = [Happened(_KINDS[kind], "acc-1", NIGHT + timedelta(hours=hour), tag, text, module="3") for hour in hours]
        found = list(log_facts(told, Parts({}, logged={"acc-1": timedelta(days=7)})))
        assert {fact.kind for fact in found} <= {kind}
        return [fact.tail for fact in found]

    (rare,) = tails(50)
    often = tails(*range(168))
    assert rare == chance_near(1, timedelta(days=7))
    assert len(often) == 168
    assert often[0] == chance_near(168, timedelta(days=7)) > 200 * rare


def test_a_supply_that_fails_once_is_no_usual_fan() -> None:
    fans = [Happened(Happening.SUPPLY, "acc-1", NIGHT + timedelta(hours=hour), "ENV-FAN_FAIL", "fan 2 failed") for hour in range(168)]
    supply = Happened(Happening.SUPPLY, "acc-1", NIGHT, "ENV-PS_FAIL", "supply 1 failed")
    found = list(log_facts([*fans, supply], Parts({}, logged={"acc-1": timedelta(days=7)})))
    assert [fact.tail for fact in found if "PS_FAIL" in fact.text] == [chance_near(1, timedelta(days=7))]


def test_what_a_switch_says_before_and_after_a_restart_is_one_restart() -> None:
    told = [
        Happened(Happening.RESTART, "acc-1", NIGHT + timedelta(minutes=minute), f"SYS-{name}", "Example")
        for minute, name in ((0, "RELOAD"), (6, "RESTART"))
    ]
    found = list(log_facts(told, Parts({}, logged={"acc-1": timedelta(days=7)})))
    assert [(fact.at, fact.tail) for fact in found] == [(NIGHT, chance_near(1, timedelta(days=7)))]


def test_a_duplex_mismatch_is_one_fact_however_often_it_is_told() -> None:
    text = "duplex mismatch discovered on GigabitEthernet3/5 (not full duplex), with SEP00005E005301 Port 1 (full duplex)."
    uplink = "duplex mismatch discovered on TenGigabitEthernet3/1 (not full duplex), with core TenGigabitEthernet1/0/9 (full duplex)."
    lines = _log(*((60.0 * n, "CDP-4-DUPLEX_MISMATCH", what) for n in range(3) for what in (text, uplink)))
    found = _observed(model="WS-C4507R", neighbors=(cdp("Te3/1", "core", "Te1/0/9"),), logging=lines)
    assert [(fact.component, fact.since, fact.at) for fact in found] == [
        (Component("port", "acc-1:GigabitEthernet3/5"), NIGHT, NIGHT + timedelta(minutes=2)),
        (Component("uplink", "acc-1:TenGigabitEthernet3/1"), NIGHT, NIGHT + timedelta(minutes=2)),
    ]


def _phones() -> dict[str, Any]:
    return {
        "model": "C9300-48P",
        "neighbors": (cdp("Te1/1/1", "core", "Te1/0/9"), cdp_phone("Gi1/0/1", 1)),
        "mac": (fdb(110, 1, "Gi1/0/1"),),
        "switchports": (switchport("Gi1/0/1", voice=110),),
    }


def test_spanning_tree_is_a_fact_about_the_vlan_of_the_phones() -> None:
    lines = _log((0, "SPANTREE-5-ROOTCHANGE", "Root Changed for vlan 110: New Root Port is TenGigabitEthernet1/1/1."))
    found = _observed(**_phones(), logging=lines)
    assert _short(found) == [("vlan", "110@core", ObservationKind.SPANNING_TREE_CHANGE, 1.0, NIGHT)]
    far = SwitchMessage("core", NIGHT, "SPANTREE", "TOPOTRAP", "Topology Change Trap for vlan 110")
    assert [fact.component for fact in _observed(far, **_phones())] == [Component("vlan", "110@core")]
    other = _log((0, "SPANTREE-5-TOPOTRAP", "Topology Change Trap for vlan 7"))
    assert _observed(**_phones(), logging=other) == []  # no phone is in it
    assert [fact.component for fact in _observed(model="C9300-48P", logging=other)] == [Component("switch", "acc-1")]
    all_ = _log((0, "STP-6-PORT_STATE", "Port Te1/1/1 instance MST0 moving from forwarding to blocking"))
    assert [fact.component for fact in _observed(**_phones(), logging=all_)] == [Component("vlan", "110@core")]


def test_the_last_topology_change_is_a_fact_with_a_time_where_it_is_told_to_the_second() -> None:
    def changes(*rows: TopologyChanges) -> list[Observation]:
        return _observed(**_phones(), topology_changes=rows)

    found = changes(
        TopologyChanges("110", 10, "00:10:11", port("Te1/1/1")), TopologyChanges("110", 9, "1w1d"), TopologyChanges("110", 0, "00:00:00")
    )
    assert _short(found) == [("vlan", "110@core", ObservationKind.SPANNING_TREE_CHANGE, 1.0, MORNING - timedelta(minutes=10, seconds=11))]
    assert found[0].text == "spanning tree: the tree of instance 110 changed from TenGigabitEthernet1/1/1, change 10 of acc-1"
    assert changes(TopologyChanges("110", 3, "00:01:00"))[0].text.endswith("instance 110 changed, change 3 of acc-1")


def test_a_station_that_moves_is_no_loop_and_many_are_one() -> None:
    def moves(count: int) -> tuple[LogMessage, ...]:
        text = "Host 0000.5e00.530{} in vlan 110 is flapping between port Gi1/0/1 and port Te1/1/1"
        return _log(*((float(n), "SW_MATM-4-MACFLAP_NOTIF", text.format(n)) for n in range(count)))

    assert _observed(**_phones(), logging=moves(2)) == []
    assert _short(_observed(**_phones(), logging=moves(3))) == [("vlan", "110@core", ObservationKind.SPANNING_TREE_CHANGE, 3.0, NIGHT)]


def test_power_modules_and_supplies() -> None:
    lines = _log(
        (0, "ILPOWER-3-CONTROLLER_PORT_ERR", "Controller port error, Interface Gi3/7: Power given, but no Power Good"),
        (1, "ILPOWER-3-CONTROLLER_PORT_ERR", "Controller port error, Interface Gi3/8: Power given, but no Power Good"),
        (5, "OIR-6-REMCARD", "Card removed from slot 4, interfaces disabled"),
        (9, "C4K_CHASSIS-3-POWERSUPPLYFAIL", "Power supply 1 has failed"),
    )
    assert _short(_observed(modules=(card(3), card(4)), logging=lines)) == [
        ("module", "acc-1/3", ObservationKind.POWER_FAULT, 2.0, NIGHT),
        ("module", "acc-1/4", ObservationKind.MODULE_STATUS, 1.0, NIGHT + timedelta(seconds=5)),
        ("switch", "acc-1", ObservationKind.ENVIRONMENT, 1.0, NIGHT + timedelta(seconds=9)),
    ]
    fixed = _log((0, "PLATFORM-2-MOD_PWRDN", "Module 1 powered down"))
    assert [fact.component for fact in _observed(model="WS-C4948", logging=fixed)] == [Component("switch", "acc-1")]


def test_power_faults_never_name_an_asic() -> None:
    """Which ports share a power controller no output tells; the controller's own message has its number only."""
    asics = tuple(AsicPort(port(f"Gi1/0/{n}"), (n - 1) // 8) for n in range(1, 49))
    faults = [((n - 1) / 9, "ILPOWER-3-CONTROLLER_PORT_ERR", f"Controller port error, Interface Gi1/0/{n}: Example") for n in range(1, 25)]
    controller = (0, "ILPOWER-3-CONTROLLER_ERR", "Controller error, Controller number 3: Example")
    assert _short(_observed(model="C9300-48P", asics=asics, logging=_log(*faults, controller))) == [
        ("module", "acc-1/1", ObservationKind.POWER_FAULT, 24.0, NIGHT),
        ("switch", "acc-1", ObservationKind.ENVIRONMENT, 1.0, NIGHT),
    ]


def test_a_restart_is_told_by_the_log_only_where_no_uptime_tells_it() -> None:
    lines = _log((0, "SYS-5-RESTART", "System restarted --"))
    assert [fact.text for fact in _observed(uptime=timedelta(hours=2), logging=lines)] == ["acc-1 restarted"]
    assert [fact.text for fact in _observed(uptime=timedelta(days=2), logging=lines)] == [
        "acc-1 restarted", "SYS-RESTART: System restarted --",
    ]  # fmt: skip


def test_nexus_and_catos_tell_of_their_modules_too() -> None:
    nexus = _log(*((n / 9, "ETHPORT-5-IF_DOWN_LINK_FAILURE", f"Interface Ethernet101/1/{n} is down (Link failure)") for n in range(1, 6)))
    found = _observed(platform="cisco_nxos", logging=nexus)
    assert _short(found)[0][1:4] == ("acc-1/fex101", ObservationKind.LINK_FLAP, 5.0)
    catos = _log(*((n, "PAGP-5-PORTFROMSTP", f"Port 3/{n} left bridge port 3/{n}") for n in range(1, 6)))
    assert _short(_observed(platform="cisco_catos", logging=catos))[0][1:4] == ("acc-1/3", ObservationKind.LINK_FLAP, 5.0)


_TOLD = st.builds(
    Happened,
    st.sampled_from(Happening),
    st.sampled_from(("acc-1", "acc-2")),
    st.integers(0, 300).map(lambda seconds: NIGHT + timedelta(seconds=seconds)),
    st.just("A-B"),
    st.sampled_from(("one", "two")),
    st.none() | st.sampled_from([InterfaceName.parse(f"Gi{slot}/{n}") for slot in (3, 4) for n in range(1, 4)]),
    st.none() | st.just(110),
    st.sampled_from(("", "3")),
)


@given(st.lists(_TOLD, max_size=20), st.randoms(use_true_random=False))
def test_neither_order_nor_repetition_changes_the_facts(told: list[Happened], shuffle: random.Random) -> None:
    again = told + told[:5]
    shuffle.shuffle(again)
    parts = Parts({})
    facts_ = [sorted(map(repr, log_facts(given_, parts))) for given_ in (told, again)]
    assert facts_[0] == facts_[1]


def test_of_two_messages_that_differ_in_their_interface_only_the_same_one_counts_in_any_order() -> None:
    twins = [
        Happened(Happening.DUPLEX, "acc-1", NIGHT, "A-B", "one"),
        Happened(Happening.DUPLEX, "acc-1", NIGHT, "A-B", "one", port("Gi3/1")),
    ]
    assert list(log_facts(twins, Parts({}))) == list(log_facts(twins[::-1], Parts({})))


@pytest.mark.parametrize("kind", [Happening.LINK_DOWN, Happening.DUPLEX, Happening.POWER])
def test_a_message_without_an_interface_tells_of_none(kind: Happening) -> None:
    one = Happened(kind, "acc-1", NIGHT, "A-B", "text")
    assert list(log_facts([one, replace(one, interface=port("Vlan1"), kind=Happening.LINK_DOWN)], Parts({}))) == []


def test_a_message_whose_time_is_not_told_is_left_out() -> None:
    row = LogMessage("3w2d", "LINK", 3, "UPDOWN", "Interface Gi3/1, changed state to down")
    other = LogMessage("3w2d", "SYS", 5, "CONFIG_I", "Configured from console by console")
    assert _observed(model="WS-C4507R", logging=(other, *(row,) * 9)) == []
