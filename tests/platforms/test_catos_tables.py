"""Tables of CatOS: joins over several tables, rows that go on, marks that belong to no value, and layouts of old releases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    Clock,
    DiagnosticResult,
    EnvironmentReading,
    ErrorCounters,
    InterfaceStatus,
    Lag,
    LogMessage,
    MacEntry,
    Module,
    Neighbor,
    PowerPort,
    SpanningTreePort,
    Switchport,
    Version,
    Vlan,
)
from tests.platforms import outputs

Kind = TypeVar("Kind")


parse, case = partial(outputs.parse, platform="cisco_catos"), partial(outputs.case, platform="cisco_catos")


def rows(kind: type[Kind], name: str) -> list[Kind]:
    parsed = parse(name.partition("/")[0].replace("_", " "), case(name))
    return [row for row in parsed.rows if isinstance(row, kind)]


def test_version_tells_chassis_first_then_modules_and_their_daughter_cards() -> None:
    (version,) = rows(Version, "show_version/catalyst_6509")

    assert (version.version, version.model, version.uptime) == ("8.4(11)", "WS-C6509", timedelta(days=120, hours=1, minutes=12))
    assert version.serials == ("SCA00000C01", "SAD00000C04", "SAD00000C05", "SAL00000C06", "SAD00000C07")
    assert version.hostname == ""


def test_a_long_model_may_touch_the_serial_number() -> None:
    (version,) = rows(Version, "show_version/catalyst_4003_wide_serials")

    assert version.serials == ("JAE00000C11", "JAE00000C12", "JAB00000C13")
    assert version.uptime == timedelta(hours=3, minutes=41)


def test_modules_go_by_their_number_not_by_their_slot() -> None:
    found = {row.slot: row for row in rows(Module, "show_module/catalyst_6509_with_msfc") if not row.submodule}

    assert list(found) == [1, 15, 2, 16, 3, 4, 5, 7, 9]
    assert (found[15].model, found[15].serial, found[15].ports) == ("WS-F6K-MSFC2", "SAD00000C07", 1)
    assert {slot: row.status for slot, row in found.items() if row.status != "ok"} == {
        2: "standby",
        3: "faulty",
        5: "disable",
        7: "err-disable",
        9: "power-down",
    }


def test_names_of_modules_may_hold_blanks_and_serial_numbers_may_be_missing() -> None:
    found = {row.slot: row.serial for row in rows(Module, "show_module/catalyst_6509_with_msfc") if not row.submodule}

    assert (found[3], found[4], found[9]) == ("SAL00000C06", "SAL00000C33", "")


def test_daughter_cards_are_sub_modules_of_their_module() -> None:
    found = [(row.slot, row.model, row.serial) for row in rows(Module, "show_module/catalyst_6509_with_msfc") if row.submodule]

    assert found == [(1, "WS-F6K-PFC2", "SAD00000C05"), (3, "WS-F6K-PWR", ""), (4, "WS-F6K-VPWR", "SAL00000C36")]


def test_a_damaged_card_keeps_its_serial_number_and_nothing_else() -> None:
    found = {row.slot: row for row in rows(Module, "show_module/two_lines_damaged")}

    assert found[3] == Module(slot=3, serial="SAL00000C06")
    assert (found[4].model, found[4].serial) == ("WS-X6348-RJ-45", "")


def test_release_4_has_serial_number_and_status_in_one_table() -> None:
    found = rows(Module, "show_module/release_4_one_table")

    assert [(row.slot, row.ports, row.model, row.serial, row.status) for row in found] == [
        (1, 2, "WS-X5009", "002000051", "ok"),
        (2, 24, "WS-X5010", "003000052", "faulty"),
    ]


def test_marks_of_mismatches_belong_to_no_value() -> None:
    found = {row.local: row for row in rows(Neighbor, "show_cdp_neighbors/phones_and_marks")}

    assert (found[InterfaceName("1/2")].name, found[InterfaceName("1/2")].port) == ("SAD00000C61(cat-2)", "2/1")
    assert found[InterfaceName("1/2")].serial == "SAD00000C61"
    assert (found[InterfaceName("3/2")].name, found[InterfaceName("3/11")].port) == ("SEP00005E005302", "Port 1")


def test_a_row_without_room_between_its_columns_is_read() -> None:
    found = {row.local: row for row in rows(Neighbor, "show_cdp_neighbors/phones_and_marks")}

    router = found[InterfaceName("4/2")]
    assert (router.name, router.port, router.platform) == ("a-very-long-name-of-a-router.example.org", "FastEthernet0/0", "2621XM")


def test_old_releases_print_capabilities_behind_the_platform() -> None:
    found = rows(Neighbor, "show_cdp_neighbors/capabilities_and_damage")

    assert [(row.platform, row.capabilities) for row in found] == [
        ("WS-C5000", ("T", "S")),
        ("WS-C1201", ("S", "I")),
        ("IP Phone 7960", ("H",)),
        ("IP Phone 7960", ("H", "P")),
    ]


def test_a_neighbor_without_version_is_a_neighbor() -> None:
    found = {row.local: row for row in rows(Neighbor, "show_cdp_neighbors_detail/phones_and_switch")}

    assert list(found) == ["1/1", "3/1", "3/2"]
    assert (found[InterfaceName("3/1")].software, found[InterfaceName("3/2")].software) == ("P00307020200", "")
    assert found[InterfaceName("3/1")].addresses == ("198.51.100.11",)
    assert found[InterfaceName("1/1")].capabilities == ("ROUTER", "SWITCH", "IGMP")


def test_old_releases_print_our_port_last() -> None:
    found = rows(Neighbor, "show_cdp_neighbors_detail/port_last")

    assert [(row.local, row.name, row.port) for row in found] == [("4/1", "069000021", "4/1"), ("4/2", "062000022(cat-3)", "9")]


def test_no_phone_gets_the_port_of_another_where_the_first_line_is_missing() -> None:
    """Without its first line the text begins as one of an old release does."""
    whole = rows(Neighbor, "show_cdp_neighbors_detail/no_line_between_and_damaged")
    text = case("show_cdp_neighbors_detail/no_line_between_and_damaged").partition("\n")[2]
    parsed = parse("show cdp neighbors detail", text)

    assert set(map(repr, parsed.rows)) <= set(map(repr, whole[1:]))
    assert parsed.bad_line_count > 0


def test_one_answer_fills_four_tables() -> None:
    status = {row.name: row for row in rows(InterfaceStatus, "show_port/module_with_phones")}
    counters = {row.name: row.counters for row in rows(ErrorCounters, "show_port/module_with_phones")}

    assert [status[name].status for name in status] == ["connected", "connected", "notconnect", "faulty", "disabled"]
    assert status[InterfaceName("3/3")].description == "not connected 1"
    assert (counters[InterfaceName("3/1")]["fcs_errors"], counters[InterfaceName("3/1")]["runts"]) == (1742, 7)
    assert counters[InterfaceName("3/5")]["single_collisions"] == 12
    assert [(row.name, row.access_vlan, row.voice_vlan) for row in rows(Switchport, "show_port/module_with_phones")] == [
        ("3/1", 20, 120),
        ("3/2", 20, 120),
        ("3/3", 20, 120),
    ]
    assert [(row.name, row.oper, row.watts) for row in rows(PowerPort, "show_port/module_with_phones")][:2] == [
        ("3/1", "on", 6.3),
        ("3/2", "power-deny", 0.0),
    ]


def test_a_counter_that_is_not_printed_is_absent() -> None:
    assert InterfaceName("3/4") not in {row.name for row in rows(ErrorCounters, "show_port/module_with_phones")}
    found = {row.name: row.counters for row in rows(ErrorCounters, "show_port_counters/two_tables")}
    assert "runts" not in found[InterfaceName("1/1")]
    assert found[InterfaceName("1/1")]["giants"] == 0


def test_numbers_below_a_damaged_heading_are_no_counters() -> None:
    found = {row.name: set(row.counters) for row in rows(ErrorCounters, "show_port_counters/heading_and_row_damaged")}

    assert list(found) == ["3/1", "3/3"]
    assert set.union(*found.values()) == {"align_errors", "fcs_errors", "transmit_errors", "receive_errors", "undersize"}


def test_words_of_other_columns_in_a_port_name_change_nothing() -> None:
    found = {row.name: row for row in rows(InterfaceStatus, "show_port_status/types")}

    looped = found[InterfaceName("3/3")]
    assert (looped.description, looped.status, looped.vlan) == ("loop 1 full 100 x", "errdisable", "20")
    assert (found[InterfaceName("7/1")].duplex, found[InterfaceName("7/1")].media) == ("", "ATM")
    assert found[InterfaceName("1/1")].vlan == "trunk"


def test_ports_of_an_auxiliary_vlan_go_on_below_their_line() -> None:
    found = rows(Switchport, "show_port_auxiliaryvlan/wrapped_ports")

    assert len([row for row in found if row.voice_vlan == 120]) == 51
    assert found[-1] == Switchport(InterfaceName("5/1"), voice_vlan=121)


def test_power_tells_the_kind_of_device_where_the_release_does() -> None:
    assert [row.device for row in rows(PowerPort, "show_port_inlinepower/release_8")] == ["cisco", "ieee", ""]
    assert [row.oper for row in rows(PowerPort, "show_port_inlinepower/release_5")] == ["on", "power-deny", "off", "faulty"]


def test_power_that_is_not_told_is_not_known() -> None:
    line = " 4/1  auto  on     yes      6300  150      cisco      none       cisco\n"
    told = case("show_port_inlinepower/release_8").replace(line, line.replace("6300", "-   ").replace("150", "-  "))
    assert [row.watts for row in parse("show port inlinepower", told).rows if isinstance(row, PowerPort)] == [None, 15.4, 0.0]


def test_addresses_of_the_switch_and_groups_are_no_stations() -> None:
    assert [(row.mac[-2:], row.interface, row.dynamic) for row in rows(MacEntry, "show_cam_static/static_router_and_group")] == [
        ("d1", "3/7", False),
        ("d2", "3/8", False),
    ]


def test_an_address_behind_a_channel_is_at_all_its_ports() -> None:
    found = [row.interface for row in rows(MacEntry, "show_cam_dynamic/phone_pc_and_uplink") if row.mac == "00005e0053b1"]

    assert found == ["1/1", "1/2"]


def test_the_total_of_the_output_is_held_against_its_rows() -> None:
    assert "9 entries" in parse("show cam dynamic", case("show_cam_dynamic/total_differs_and_damaged")).reason
    assert parse("show cam dynamic", case("show_cam_dynamic/none")).state is OutputState.EMPTY


def test_the_root_port_is_known_where_rows_have_no_role() -> None:
    found = [row for row in rows(SpanningTreePort, "show_spantree/root_port_channel_and_blocked") if row.instance == "20"]

    assert [(row.name, row.role, row.state) for row in found] == [
        ("1/1", "root", "fwd"),
        ("1/2", "root", "fwd"),
        ("2/1", "", "blk"),
        ("3/1", "desg", "fwd"),
        ("3/3", "", "lrn"),
    ]


def test_the_root_bridge_knows_itself() -> None:
    found = rows(SpanningTreePort, "show_spantree/root_port_channel_and_blocked")

    assert {(row.instance, row.is_root_bridge) for row in found} == {("20", False), ("120", True)}


def test_rapid_spanning_tree_prints_roles() -> None:
    assert [(row.name, row.role) for row in rows(SpanningTreePort, "show_spantree/rapid_with_roles")] == [
        ("1/1", "root"),
        ("1/2", "altn"),
        ("2/1", "back"),
        ("3/1", "desg"),
    ]


def test_ports_below_a_damaged_vlan_have_no_root() -> None:
    found = {row.instance: row for row in rows(SpanningTreePort, "show_spantree/second_vlan_damaged")}

    assert (found["20"].role, found["20"].root) == ("root", "00005e0053f1")
    assert (found["120"].role, found["120"].root, found["120"].is_root_bridge) == ("", None, False)


def test_channels_are_called_by_their_number() -> None:
    found = {row.name: [member.interface for member in row.members] for row in rows(Lag, "show_channel/wrapped_and_damaged")}

    assert found == {
        "Port-channel769": ["1/1", "1/2"],
        "Port-channel801": ["2/1", "2/2", "2/5", "2/6", "5/1", "5/2"],
        "Port-channel803": ["7/1"],
    }
    assert all(name.is_lag for name in found)


def test_a_member_without_link_carries_nothing() -> None:
    first = rows(Lag, "show_port_channel/modes")[0]

    assert [(member.interface, member.bundled) for member in first.members] == [("1/1", True), ("1/2", False)]
    assert [row.protocol for row in rows(Lag, "show_port_channel/modes")] == ["pagp", "lacp", ""]


def test_lists_of_vlans_on_a_trunk_go_on_below_their_line() -> None:
    found = {row.name: row for row in rows(Switchport, "show_trunk/four_tables")}

    assert found[InterfaceName("1/1")].trunk_vlans.endswith("410,420,430,440")
    assert [row.mode for row in found.values()] == ["trunk", "trunk", "not-trunking", "trunk"]
    assert found[InterfaceName("1/2")].native_vlan == 99


def test_vlan_names_may_hold_blanks() -> None:
    assert [(row.number, row.name) for row in rows(Vlan, "show_vlan/ports_go_on")][:3] == [
        (1, "default"),
        (20, "data floor 3"),
        (120, "Voice"),
    ]


def test_letters_of_the_environment_are_states() -> None:
    found = {row.what: (row.state, row.value) for row in rows(EnvironmentReading, "show_environment/letters")}

    assert (found["PS1"], found["PS2"], found["PS2 Fan"]) == (("pass", ""), ("fail", ""), ("not present", ""))
    assert found["Clock(A/B)"] == ("", "A")


def test_failed_ports_of_a_test_are_named_over_several_lines() -> None:
    found = {(row.slot, row.test): row for row in rows(DiagnosticResult, "show_test/supervisor_and_card")}

    assert (found[3, "Port"].result, found[3, "Port"].failed_ports) == ("fail", (7, 8, 26))
    assert (found[1, "Loopback"].result, found[3, "Loopback"].result) == ("pass", "pass")
    assert [found[1, test].result for test in ("NVRAM", "EOBC Comm", "NewLearnTest", "Line Card")] == ["fail", "untested", "pass", "pass"]
    assert found[3, "Line Card"].result == "fail"


def test_results_below_a_damaged_name_belong_to_no_test() -> None:
    assert [row.test for row in rows(DiagnosticResult, "show_test/heading_and_letters_damaged")] == ["Line Card"]


def test_states_of_the_chassis_are_read() -> None:
    found = {row.what: row.state for row in rows(EnvironmentReading, "show_system/one_supply_failed")}

    assert found == {"PS1": "ok", "PS2": "faulty", "Fan": "ok", "System": "faulty", "Temperature": "ok"}
    hot = parse("show system", case("show_system/one_supply_failed").replace("ok         off ", "ok         on  "))
    assert EnvironmentReading("Temperature", "alarm", "on") in hot.rows


def test_messages_keep_their_time_as_printed() -> None:
    found = rows(LogMessage, "show_logging_buffer/zones_and_damage")

    assert [row.stamp for row in found][2] == "2026 Nov 22 09:41:12 EST -05:00"
    assert (found[0].facility, found[0].severity, found[0].mnemonic) == ("SYS", 3, "MOD_PORTINTFINSYNC")


def test_only_utc_is_a_time_without_further_knowledge() -> None:
    assert [row.time for row in rows(Clock, "show_time/zones")] == [None, datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC), None]
