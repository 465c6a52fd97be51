"""Hardware, layer 2 and health of NX-OS: joins over several tables, rows that go on, and rows that are none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TypeVar

from switchcorr.model.tables import (
    ArpEntry,
    Clock,
    DiagnosticResult,
    EnvironmentReading,
    Fex,
    InventoryItem,
    Lag,
    LogMessage,
    MacEntry,
    Module,
    Redundancy,
    SpanningTreePort,
    Version,
    Vlan,
)
from tests.platforms import outputs

Kind = TypeVar("Kind")


parse, case = partial(outputs.parse, platform="cisco_nxos"), partial(outputs.case, platform="cisco_nxos")


def rows(kind: type[Kind], name: str) -> list[Kind]:
    parsed = parse(name.partition("/")[0].replace("_", " "), case(name))
    return [row for row in parsed.rows if isinstance(row, kind)]


def test_version_tells_uptime_and_reload_reason() -> None:
    (version,) = rows(Version, "show_version/nexus_9000")

    assert (version.hostname, version.version, version.model, version.serials) == (
        "agg-1",
        "10.2(5)",
        "Nexus9000 C93180YC-FX",
        ("FDO00000N01",),
    )
    assert version.uptime == timedelta(days=83, hours=4, minutes=12, seconds=9)
    assert version.reload_reason == "Reset Requested by CLI command reload"


def test_serials_keep_their_hyphen_and_missing_lines_cost_nothing() -> None:
    found = {row.name: row for row in rows(InventoryItem, "show_inventory/quotes_and_gaps")}

    assert found["Slot 5"].serial == "JAF00000N12-B"
    assert (found["Slot 36"].pid, found["Slot 36"].serial) == ("", "")
    assert found["FEX 101 CHASSIS"].serial == "SSI00000N13"
    assert found["Ethernet1/46"].pid == "SFP-10G-SR"


def test_damaged_name_gives_its_serial_to_nobody() -> None:
    text = case("show_inventory/quotes_and_gaps").replace('NAME: "Slot 3"', 'NA#E: "Slot 3"')
    found = {row.name: row.serial for row in parse("show inventory", text).rows if isinstance(row, InventoryItem)}

    assert found["Chassis"] == "JAF00000N10"
    assert "JAF00000N11" not in found.values()


def test_modules_are_joined_with_their_serials() -> None:
    found = rows(Module, "show_module/nexus_7000_with_fabric")

    assert {row.slot: (row.model, row.serial) for row in found if not row.submodule} == {
        3: ("N7K-F248XP-25E", "JAF00000N11"),
        4: ("", ""),
        5: ("N7K-SUP2", "JAF00000N12"),
        6: ("N7K-SUP2", "JAF00000N15"),
        8: ("N7K-M148GT-11", ""),
    }


def test_fabric_cards_never_take_the_place_of_line_cards() -> None:
    found = rows(Module, "show_module/nexus_7000_with_fabric")

    assert [(row.slot, row.serial) for row in found if row.submodule] == [(1, "JAF00000N16"), (3, "JAF00000N17")]


def test_status_wrapped_at_80_columns_is_joined() -> None:
    assert [row.status for row in rows(Module, "show_module/wrapped_at_80")] == ["ok", "active"]


def test_damaged_module_line_costs_that_module() -> None:
    parsed = parse("show module", case("show_module/one_line_damaged"))

    assert [row.slot for row in parsed.rows if isinstance(row, Module)] == [1, 27]
    assert [bad.reason for bad in parsed.bad_lines] == ["not a module: '2    48   48x10GE Eth'"]
    three = case("show_module/one_line_damaged").replace("48x10GE Eth\n", "48x10GE Eth\n3    48   48x10\n4    48   48\n")
    assert [bad.reason for bad in parse("show module", three).bad_lines] == ["not a module: '2    48   48x10GE Eth' and 2 lines more"]


def test_state_of_an_extender_is_found_behind_any_description() -> None:
    assert [(row.number, row.state) for row in rows(Fex, "show_fex/states")] == [
        (101, "Online"),
        (102, "Online"),
        (103, "Image Download"),
        (104, "Offline"),
    ]


def test_extender_knows_its_uplinks() -> None:
    first, second = rows(Fex, "show_fex_detail/two_extenders")

    assert first.uplinks == ("Port-channel101", "Ethernet1/31", "Ethernet1/32")
    assert (second.number, second.serial, second.uplinks) == (102, "SSI00000N22", ("Ethernet1/33",))


def test_stations_are_told_from_addresses_of_the_switch() -> None:
    found = rows(MacEntry, "show_mac_address-table/marks")

    assert [(row.vlan, row.mac[-2:], row.interface, row.dynamic) for row in found] == [
        (120, "81", "Ethernet101/1/7", True),
        (20, "a1", "Port-channel10", True),
        (20, "a2", "Ethernet101/1/9", False),
        (20, "a3", "nve1", True),
        (120, "a7", "Port-channel2", True),
        (120, "a7", "Ethernet1/1", True),
    ]


def test_ports_below_a_damaged_row_join_no_other_address() -> None:
    text = case("show_mac_address-table/marks").replace("  110      0100.5e00.5301", "  110      01#0.5e00.5301")
    parsed = parse("show mac address-table", text)

    assert not any(isinstance(row, MacEntry) and row.interface.startswith("Ethernet142") for row in parsed.rows)
    assert parsed.bad_line_count == 3


def test_incomplete_addresses_are_no_entries_but_count_in_the_total() -> None:
    parsed = parse("show ip arp", case("show_ip_arp/vrfs_and_incomplete"))

    assert [row.address for row in parsed.rows if isinstance(row, ArpEntry)] == ["192.0.2.181", "192.0.2.182", "198.51.100.9"]
    assert parsed.bad_line_count == 0


def test_all_members_of_a_bundle_with_their_flags() -> None:
    first, second, third = rows(Lag, "show_port-channel_summary/wrapped_members")

    assert [(member.interface, member.flag) for member in first.members] == [
        ("Ethernet1/1", "P"),
        ("Ethernet1/2", "s"),
        ("Ethernet1/3", "P"),
        ("Ethernet1/4", "D"),
    ]
    assert (first.protocol, second.protocol, third.members) == ("lacp", "", ())


def test_members_below_a_damaged_bundle_join_no_other_bundle() -> None:
    text = case("show_port-channel_summary/wrapped_members").replace("10    Po10(SU)", "1#    Po10(SU)")
    found = [row for row in parse("show port-channel summary", text).rows if isinstance(row, Lag)]

    assert [row.name for row in found] == ["Port-channel101", "Port-channel102"]


def test_ports_of_spanning_tree_know_their_root() -> None:
    found = rows(SpanningTreePort, "show_spanning-tree/root_and_not")

    assert [(row.instance, row.name, row.role, row.state, row.is_root_bridge) for row in found] == [
        ("20", "Port-channel10", "root", "fwd", False),
        ("20", "Ethernet1/5", "altn", "blk", False),
        ("20", "Ethernet101/1/7", "desg", "fwd", False),
        ("1", "Port-channel10", "desg", "fwd", True),
        ("1", "Ethernet1/6", "desg", "bkn", True),
    ]
    assert {row.root for row in found} == {"00005e0053c1", "00005e0053c2"}


def test_ports_below_a_damaged_instance_belong_to_no_other_instance() -> None:
    for name in ("show_spanning-tree/root_and_not", "show_spanning-tree_detail/root_and_not"):
        text = case(name).replace("MST0001\n", "M#T0001\n").replace("MST0001 is executing", "M#T0001 is executing")
        parsed = parse(name.partition("/")[0].replace("_", " "), text)
        found = [row for row in parsed.rows if isinstance(row, SpanningTreePort)]
        assert {row.name for row in found if row.instance == "20"} <= {"Port-channel10", "Ethernet1/5", "Ethernet101/1/7"}
        assert all(row.root in (None, "00005e0053c1") and not row.is_root_bridge for row in found)
        assert parsed.bad_line_count


def test_vlan_names_may_hold_blanks() -> None:
    assert [(row.number, row.name, row.status) for row in rows(Vlan, "show_vlan/ports_go_on")] == [
        (1, "default", "active"),
        (20, "data floor 2", "active"),
        (120, "Voice", "act/lshut"),
        (121, "VLAN0121", "suspended"),
    ]


def test_readings_say_what_they_are_of() -> None:
    found = {row.what: (row.state, row.value) for row in rows(EnvironmentReading, "show_environment/nexus_9000")}

    assert found["Fan Fan2(sys_fan2)"] == ("Failure", "")
    assert found["Temperature 1 CPU"] == ("Fail", "91")
    assert found["Power supply 2"] == ("Absent", "0 W")
    assert len(found) == 7


def test_only_utc_is_a_time_without_further_knowledge() -> None:
    assert rows(Clock, "show_clock/utc")[0].time == datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)
    assert rows(Clock, "show_clock/zone_of_its_own") == [Clock("10:41:07.123 CET Fri Nov 20 2026")]


def test_messages_with_slots_and_contexts_are_read() -> None:
    found = rows(LogMessage, "show_logging_logfile/messages")

    assert [(row.facility, row.severity, row.mnemonic) for row in found] == [
        ("ETHPORT", 5, "IF_DOWN_LINK_FAILURE"),
        ("ETH_PORT_CHANNEL", 5, "PORT_DOWN"),
        ("PLATFORM", 2, "MOD_PWRDN"),
        ("SATCTRL-FEX101", 2, "SATCTRL"),
    ]


def test_failed_ports_of_a_test_are_named() -> None:
    found = {(row.slot, row.test): row for row in rows(DiagnosticResult, "show_diagnostic_result_module_all/ports_failed")}

    assert found[1, "PortLoopback"].failed_ports == (3, 5, 8)
    assert (found[1, "PortLoopback"].result, found[1, "PortLoopback"].failures) == ("fail", 3)
    assert [found[key].result for key in ((1, "ASICRegisterCheck"), (1, "PrimaryBootROM"), (1, "OBFL"), (27, "USB"))] == [
        "pass",
        "fail",
        "untested",
        "pass",
    ]


def test_ports_without_results_are_no_result() -> None:
    text = case("show_diagnostic_result_module_all/ports_failed").replace("                 U  F\n", "")
    parsed = parse("show diagnostic result module all", text)

    assert not any(isinstance(row, DiagnosticResult) and row.test == "PortLoopback" for row in parsed.rows)
    assert "8 ports and 6 results" in parsed.bad_lines[0].reason


def test_states_of_both_supervisors() -> None:
    assert rows(Redundancy, "show_redundancy_status/pair") == [Redundancy(my_state="Active", peer_state="Standby", mode="HA")]


def test_version_without_any_fact_is_a_bad_line() -> None:
    parsed = parse(
        "show version", "Software\n  NXOS image file is: bootflash:///x.bin\nHardware\n  cisco Nexus9000 C93180YC-EX Chassis\n" * 2
    )

    assert parsed.rows == ()
    assert any("neither a version nor a device name" in bad.reason for bad in parsed.bad_lines)
