"""Tables of IOS beside its interfaces: what odd and damaged outputs give, and what they must not give."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.captures.commands import find_command
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    AsicPort,
    Clock,
    DiagnosticResult,
    EnvironmentReading,
    Fex,
    InventoryItem,
    Module,
    Neighbor,
    NeighborProtocol,
    StackMember,
    Version,
)
from switchcorr.platforms.cisco_ios import PLATFORM
from switchcorr.platforms.ios_hardware import join_modules
from tests.platforms.outputs import case, parse


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("*09:41:07.123 UTC Fri Nov 20 2026\n", datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)),
        (".09:41:07 GMT Fri Nov 20 2026\n", datetime(2026, 11, 20, 9, 41, 7, tzinfo=UTC)),
        ("09:41:07.123 CET Fri Nov 20 2026\n", None),
        ("09:41:07.123 Fri Nov 20 2026\n", None),
    ],
)
def test_clock_is_a_moment_only_where_its_zone_has_one_meaning(text: str, time: datetime | None) -> None:
    (clock,) = (row for row in parse("show clock", text).rows if isinstance(row, Clock))

    assert clock.time == time
    assert clock.text.endswith("Fri Nov 20 2026")


def test_version_that_lacks_what_every_version_tells_says_so() -> None:
    whole = case("show_version/switch_stack")
    parsed = parse("show version", whole.replace("uptime is", "#@!~"))
    (version,) = (row for row in parsed.rows if isinstance(row, Version))

    assert version.uptime is None
    assert version.serials
    assert [bad.reason for bad in parsed.bad_lines] == ["no line that tells uptime; the other values are kept"]


def test_uptime_of_a_member_whose_line_above_is_lost_is_nobodys() -> None:
    whole = case("show_version/stack_member_restarted")
    damaged = whole.replace("Switch 03", "Sw#!~h 03").replace("Switch 02\n", "Swi~~~ 02\n")
    for text, members in ((whole, [2, 3]), (whole.replace("Switch 03", "Sw#!~h 03"), [2]), (damaged, [])):
        (version,) = (row for row in parse("show version", text).rows if isinstance(row, Version))
        assert [member.number for member in version.members] == members
        assert version.reload_reason == "Reload Command"


def test_prose_without_a_fact_is_no_version() -> None:
    parsed = parse("show version", "Package: rpbase, version: 17, status: active\n  Role: rp_base\n" * 4)

    assert (parsed.state, parsed.rows) == (OutputState.QUARANTINED, ())


def test_uptime_counts_years_to_minutes() -> None:
    text = "Cisco IOS Software, Version 15.2(7)E\nsw-1 uptime is 1 year, 2 weeks, 3 days, 4 hours, 5 minutes\n"
    (version,) = (row for row in parse("show version", text).rows if isinstance(row, Version))

    assert version.uptime == timedelta(days=365 + 14 + 3, hours=4, minutes=5)


def test_item_does_not_take_the_serial_number_of_the_next() -> None:
    text = (
        'NAME: "1", DESCR: "WS-C3850-48P"\nPID: WS-C3850-48P      , VID: V01  , SN: LAB0001AB01\n\n'
        '#@!~: "Switch 2", DESCR: "WS-C3850-48P"\nPID: WS-C3850-48P      , VID: V01  , SN: LAB0001AB02\n'
    )
    parsed = parse("show inventory", text)

    assert parsed.rows == (InventoryItem("1", "WS-C3850-48P", "WS-C3850-48P", "LAB0001AB01"),)
    assert parsed.bad_line_count == 2


def test_words_for_nothing_are_no_values() -> None:
    items = parse("show inventory", 'NAME: "1", DESCR: "WS-C3850-48P"\nPID: N/A               , VID: N/A  , SN: N/A\n\n')
    assert items.rows == (InventoryItem("1", "WS-C3850-48P"),)
    record = (
        "------------------------------------------------\n"
        "Local Intf: Gi1/0/1\nChassis id: 0000.5e00.5301\nPort id: 00005E005301:P1\nPort Description - not advertised\n"
        "System Name - not advertised\n\nSystem Description - not advertised\n\nTime remaining: 100 seconds\n"
        "System Capabilities - not advertised\nEnabled Capabilities - not advertised\nManagement Addresses - not advertised\n"
    )
    (neighbor,) = parse("show lldp neighbors detail", record).rows
    local, port = InterfaceName("GigabitEthernet1/0/1"), "00005E005301:P1"
    assert neighbor == Neighbor(NeighborProtocol.LLDP, local, "", port, chassis_id="0000.5e00.5301", detail=True)


def test_module_without_its_chassis_is_left_out_only_where_chassis_are_numbered() -> None:
    numbered, bare, member = Module(switch=1, slot=3, model="A"), Module(slot=3, model="B"), Module(switch=2, model="C")

    assert tuple(join_modules([numbered, bare])) == (numbered,)
    assert tuple(join_modules([bare, member])) == (bare, member)
    assert tuple(join_modules([StackMember(1), bare])) == (bare,)


def test_what_the_tests_of_a_card_found_is_a_part_of_it_with_a_status() -> None:
    found = [row for row in parse("show module", case("show_module/sub_modules_6500")).rows if isinstance(row, Module) and row.submodule]
    assert [(row.slot, row.card_type, row.status) for row in found] == [
        (3, "Centralized Forwarding Card", "ok"),
        (5, "online diagnostics", "minor error"),
    ]


def test_ports_that_failed_a_diagnostic_test_are_named() -> None:
    rows = parse("show diagnostic result module all detail", case("show_diagnostic_result_module_all_detail/ports_of_a_line_card")).rows

    assert DiagnosticResult(None, 3, "TestLoopback", "fail", (7, 48), 7) in rows
    assert DiagnosticResult(None, 5, "TestSPRPInbandPing", "fail", (), 3) in rows


@pytest.mark.parametrize("letters", ["  .  .  .", "", "  .  .  .  .  ."])
def test_ports_and_results_of_different_number_are_no_result(letters: str) -> None:
    text = f"Module 3: x  SerialNo : LAB0003CD01\n  Test results: (. = Pass)\n    1) TestLoopback:\n\n   Port  1  2  3  4\n   ----\n       {letters}\n"
    parsed = parse("show diagnostic result module all", text)

    assert (parsed.rows, parsed.state) == ((), OutputState.QUARANTINED)


@pytest.mark.parametrize(
    "typed",
    [
        "show diagnostic result module all",
        "show diagnostic result switch all detail",
        "sh diag res mod 3 det",
        "show diagnostic result switch 2 module 1 test all detail",
        "show diagnostic result module 1 test 1-3 detail",
    ],
)
def test_diagnostics_are_asked_in_many_ways(typed: str) -> None:
    command = find_command(PLATFORM, typed)

    assert command is not None
    assert command.text == "show diagnostic result module all detail"


def test_extender_has_its_uplinks_and_never_those_of_another() -> None:
    text = case("show_fex_detail/two_extenders")
    first, second = (row for row in parse("show fex detail", text).rows if isinstance(row, Fex))
    damaged = parse("show fex 101", text.replace("FEX: 102", "F#@!~"))

    assert first.uplinks == ("Port-channel101", "TenGigabitEthernet1/5/4", "TenGigabitEthernet2/5/4")
    assert (second.number, second.serial, second.state) == (102, "LAB0102AB01", "offline")
    assert damaged.rows == ()
    assert any("lines of two under one number" in bad.reason for bad in damaged.bad_lines)


def test_temperature_without_its_state_does_not_go_to_another_reading() -> None:
    text = "Inlet Temperature Value: 31 Degree Celsius\n#@!~\nFAN PS-1 is OK\nTemperature State: GREEN\n"
    parsed = parse("show environment all", text)

    assert parsed.rows == (EnvironmentReading("fan PS-1", "OK"), EnvironmentReading("temperature", "GREEN"))


def test_supply_of_a_stack_names_its_own_member() -> None:
    readings = parse("show environment all", case("show_environment_all/stack_of_three_members")).rows

    assert EnvironmentReading("power supply 2A", "No Input Power") in readings
    assert EnvironmentReading("switch 1 Hotspot temperature", "RED", "126 Degree Celsius") in readings


def test_state_of_the_own_processor_is_needed() -> None:
    parsed = parse("show redundancy", case("show_redundancy/state_line_damaged"))

    assert (parsed.state, parsed.rows) == (OutputState.QUARANTINED, ())


def test_switches_of_a_pair_are_named_once() -> None:
    rows = parse("show stackwise-virtual link", case("show_stackwise-virtual_link/two_links_a_switch")).rows

    assert rows == (StackMember(1), StackMember(2))


def test_slots_of_show_platform_keep_state_and_role_apart() -> None:
    rows = parse("show platform", case("show_platform/slots_of_a_chassis")).rows

    assert [(row.slot, row.status, row.card_type) for row in rows if isinstance(row, Module)] == [
        (1, "ok", ""),
        (2, "out of service", ""),
        (3, "ok", "active"),
    ]


@pytest.mark.parametrize("ports", ["24-1", "0-23", "1,3,5", "#@!~"])
def test_ports_of_an_asic_that_are_no_range_are_a_bad_line(ports: str) -> None:
    text = f"GigabitEthernet2/1\n  Model:                 WS-X4548-GB-RJ45V\n  Ports-in-ASIC (Sub-port ASIC): {ports}\n"
    parsed = parse("show interfaces capabilities", text)

    assert (parsed.rows, parsed.bad_line_count) == ((), 1)


def test_asics_of_a_module_have_numbers_of_their_own() -> None:
    text = "".join(
        f"GigabitEthernet2/{port}\n  Model:                 WS-X4548-GB-RJ45V\n"
        f"  Ports-in-ASIC (Sub-port ASIC): {(port - 1) // 24 * 24 + 1}-{(port - 1) // 24 * 24 + 24} ({(port - 1) // 8 * 8 + 1}-{(port - 1) // 8 * 8 + 8})\n"
        for port in range(1, 49)
    )
    rows = [row for row in parse("show interfaces capabilities", text).rows if isinstance(row, AsicPort)]

    assert [(row.asic, row.core) for row in rows] == [((port - 1) // 24, (port - 1) // 8) for port in range(1, 49)]


def test_groups_of_ports_of_several_sizes_never_share_a_number() -> None:
    """Of a supervisor with two large and four small ports the first groups would both have been the first ASIC."""
    text = "".join(
        f"GigabitEthernet5/{port}\n  Model:                 WS-X4516\n  Ports-in-ASIC (Sub-port ASIC): {ports}\n"
        for port, ports in ((1, "1-2"), (3, "3-6"), (7, "7-8"))
    )
    parsed = parse("show interfaces capabilities", text)
    assert [(row.name, row.asic) for row in parsed.rows if isinstance(row, AsicPort)] == [
        ("GigabitEthernet5/1", 0),
        ("GigabitEthernet5/7", 3),
    ]
    assert [line.reason for line in parsed.bad_lines] == ["the ports 3-6 are no group that has a number"]


def test_asic_of_a_damaged_interface_goes_to_nobody() -> None:
    text = (
        "GigabitEthernet2/1\n  Model:                 C9300-48P\n  Type:                  10/100/1000BaseTX\n"
        "Gig#@!~\n  Model:                 WS-X4548-GB-RJ45V\n  Ports-in-ASIC (Sub-port ASIC): 25-48 (25-32)\n"
    )
    parsed = parse("show interfaces capabilities", text)

    assert (parsed.rows, parsed.bad_line_count) == ((), 2)


def test_asic_mappings_are_read_by_the_names_of_their_columns() -> None:
    with_inst = "Interface                 IF_ID    Inst Asic Core Port SubPort Mac Cntx LPN  GPN  Type Active\n"
    with_ifg = (
        "Interface                 IF_ID  Inst Asic Core IFG_ID Port SubPort Mac  First Serdes Last Serdes Cntx LPN  GPN  Type Active\n"
    )
    for text in (
        with_inst + "GigabitEthernet1/0/30     0x26     3    1    1    29   0      29   4    30   30   NIF  Y\n",
        with_ifg
        + "GigabitEthernet1/0/30     0x26   3    1    1    0      29   0       29   8            9           4    30   30   NIF  Y\n",
    ):
        rows = parse("show platform software fed switch active ifm mappings", text).rows
        assert [(one.asic, one.core) for one in rows if isinstance(one, AsicPort)] == [(1, 1)]


def test_interface_of_power_detail_whose_name_is_damaged_gives_nothing_to_the_one_above() -> None:
    parsed = parse("show power inline detail", case("show_power_inline_detail/two_interfaces").replace("Interface: Te7/0/26", "Int#@!~"))

    assert parsed.rows == ()
    assert any("lines of two interfaces under one name" in bad.reason for bad in parsed.bad_lines)


def test_neighbor_without_device_id_is_reported_with_its_interface() -> None:
    text = case("show_cdp_neighbors_detail/entry_without_version").replace("Device ID: SEP00005E005302", "Dev#@!~")
    parsed = parse("show cdp neighbors detail", text)

    assert len(parsed.rows) == 2
    assert any(bad.reason.endswith("without device id") for bad in parsed.bad_lines)


def test_a_row_of_a_neighbor_whose_name_or_interface_is_lost_is_told() -> None:
    text = (
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
        "                 Gig 3/0/17        129              H P M  IP Phone  Port 1\n"
        "SEP00005E005301  Gig 3/0/18        120              H P M  IP Phone  Port 1\n"
        "a-long-name-of-a-switch.example.net\n"
    )
    parsed = parse("show cdp neighbors", text)
    assert [row.name for row in parsed.rows if isinstance(row, Neighbor)] == ["SEP00005E005301"]
    assert parsed.bad_line_count == 2


@pytest.mark.parametrize("name", ["rtr-1.branch-17.example.org\n                 ", "rtr-1.branch-17.example.org "])
def test_a_full_column_of_capabilities_is_not_the_beginning_of_the_platform(name: str) -> None:
    """Four letters fill the column: one blank is before the platform, as between the letters."""
    text = (
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
        f"{name}Ten 1/0/4         172            R B S I CISCO2911 Gig 0/0\n"
    )
    (row,) = parse("show cdp neighbors", text).rows
    assert isinstance(row, Neighbor)
    assert (row.name, row.platform, row.port, row.capabilities) == (
        "rtr-1.branch-17.example.org", "CISCO2911", "Gig 0/0", ("R", "B", "S", "I"),
    )  # fmt: skip


def test_a_port_of_one_digit_is_one() -> None:
    text = (
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
        "procurve-1       Gig 1/0/7         125            S       J9085A    1\n"
    )
    (row,) = parse("show cdp neighbors", text).rows
    assert isinstance(row, Neighbor)
    assert (row.platform, row.port, row.capabilities) == ("J9085A", "1", ("S",))


def test_a_row_that_ends_behind_its_capabilities_has_neither_platform_nor_port() -> None:
    """The last letters of its capabilities passed for them."""
    text = (
        "Device ID        Local Intrfce     Holdtme    Capability  Platform  Port ID\n"
        "dist-1.campus.example.org\n                 Ten 1/0/4         172            R S I s\n"
        "SEP00005E005301  Gig 1/0/7         125            H P M   IP Phone  Port 1\n"
    )
    parsed = parse("show cdp neighbors", text)
    assert [(row.name, row.platform, row.port, row.capabilities) for row in parsed.rows if isinstance(row, Neighbor)] == [
        ("dist-1.campus.example.org", "", "", ("R", "S", "I", "s")), ("SEP00005E005301", "IP Phone", "Port 1", ("H", "P", "M")),
    ]  # fmt: skip
    assert [line.reason for line in parsed.bad_lines] == [
        "dist-1.campus.example.org: no platform and port id behind the capabilities; the other values are kept"
    ]
