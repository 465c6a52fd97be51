"""Interfaces of IOS: what a damaged or odd output costs, and what it must not cost."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import COUNTER_NAMES, AsicPort, ErrorCounters, Interface, InterfaceDescription, InterfaceStatus
from switchcorr.platforms import ios_interfaces
from tests.platforms.outputs import case, parse


def interfaces(text: str) -> Mapping[str, Interface]:
    return {row.name: row for row in parse("show interfaces", text).rows if isinstance(row, Interface)}


def test_every_counter_is_one_of_the_vocabulary() -> None:
    assert {*ios_interfaces.COUNTER_LABELS.values(), *ios_interfaces.ERROR_COLUMNS.values()} <= set(COUNTER_NAMES)


def test_vlan_interface_has_output_errors_although_it_prints_no_collisions() -> None:
    vlan = interfaces(case("show_interfaces/stack_member"))["Vlan120"]

    assert vlan.counters["output_errors"] == 21
    assert vlan.counters["interface_resets"] == 2
    assert "collisions" not in vlan.counters


@pytest.mark.parametrize(
    ("head", "up"), [("up", None), ("up, line protocol is up (connected)", True), ("up, line protocol is down (notconnect)", False)]
)
def test_a_line_of_which_nothing_is_told_is_not_down(head: str, up: bool | None) -> None:
    found = interfaces(f"GigabitEthernet1/0/1 is {head}\n  Hardware is Gigabit Ethernet, address is 0000.5e00.5301 (bia 0000.5e00.5301)\n")

    assert found["GigabitEthernet1/0/1"].line_up is up


def test_counters_of_an_old_release_are_read_from_its_own_lines() -> None:
    old = interfaces(case("show_interfaces/old_release"))["FastEthernet0/1"]

    assert [old.counters[name] for name in ("runts", "giants", "throttles", "abort")] == [1, 2, 3, 8]
    assert (old.counters["output_drops"], old.counters["input_queue_drops"]) == (31, 32)
    assert (old.duplex, old.speed, old.last_cleared) == ("half", "10Mb/s", "2w0d")


def test_damaged_line_costs_only_its_own_values() -> None:
    text = case("show_interfaces/stack_member")
    lines = text.splitlines()
    whole = interfaces(text)
    heads = [number for number, line in enumerate(lines) if not line.startswith(" ")]
    for number in range(len(lines)):
        owner = [lines[head].split()[0] for head in heads if head <= number][-1]
        found = interfaces("\n".join([*lines[:number], "#@!~ overwritten", *lines[number + 1 :]]))
        assert {name: row for name, row in found.items() if name != owner} == {name: row for name, row in whole.items() if name != owner}
        if owner in found:
            assert found[InterfaceName(owner)].counters.items() <= whole[InterfaceName(owner)].counters.items()


def test_damaged_line_is_reported() -> None:
    lines = case("show_interfaces/stack_member").splitlines()
    for number in range(len(lines)):
        parsed = parse("show interfaces", "\n".join([*lines[:number], "#@!~ overwritten", *lines[number + 1 :]]))
        assert any(bad.line == number + 1 for bad in parsed.bad_lines)


def test_counter_line_cut_anywhere_invents_no_value() -> None:
    text = case("show_interfaces/stack_member")
    whole = interfaces(text)["GigabitEthernet1/0/1"].counters
    start = text.index("     88000 packets input")
    for end in range(start, text.index("GigabitEthernet1/0/2 is")):
        cut = interfaces(text[:end])["GigabitEthernet1/0/1"].counters
        assert cut.items() <= whole.items(), text[end - 30 : end]


def test_interface_whose_header_is_damaged_gives_its_counters_to_nobody() -> None:
    parsed = parse("show interfaces", case("show_interfaces/header_damaged"))

    rows = {row.name: row for row in parsed.rows if isinstance(row, Interface)}
    assert set(rows) == {"GigabitEthernet1/0/1", "TenGigabitEthernet1/1/1"}
    assert rows[InterfaceName("GigabitEthernet1/0/1")].counters["input_packets"] == 88000
    assert any("comes twice" in bad.reason for bad in parsed.bad_lines)


def test_two_heads_without_counters_between_give_no_row() -> None:
    text = (
        "GigabitEthernet1/0/1 is deleted, line protocol is down\n"
        "  Hardware is Gigabit Ethernet, address is 0000.5e00.5301 (bia 0000.5e00.5301)\n"
        "GigabitEthernet1/0/2 ~~\n"
        "  Hardware is Gigabit Ethernet, address is 0000.5e00.5302 (bia 0000.5e00.5302)\n"
        "     5 input errors, 5 CRC, 0 frame, 0 overrun, 0 ignored\n"
    )
    parsed = parse("show interfaces", text)

    assert parsed.rows == ()
    assert parsed.bad_line_count == 2


def test_description_may_look_like_any_other_line() -> None:
    for description in ("Gi1/0/9 is up, line protocol is up", "5 input errors, 9 CRC", "Hardware is bad", "Full-duplex, 1Mb/s"):
        text = case("show_interfaces/stack_member").replace('Phone: 2.114, desk "north"', description)
        found = interfaces(text)
        assert found["GigabitEthernet1/0/1"].description == description
        assert len(found) == 5
        assert found["GigabitEthernet1/0/1"].counters["crc"] == 440


def test_error_tables_give_one_row_a_port_and_table() -> None:
    rows = parse("show interfaces counters errors", case("show_interfaces_counters_errors/three_tables")).rows
    merged: dict[str, int] = {}
    for row in rows:
        assert isinstance(row, ErrorCounters)
        if row.name == "GigabitEthernet1/0/1":
            assert not merged.keys() & row.counters.keys()
            merged |= row.counters

    assert len(rows) == 9
    assert len(merged) == 13
    assert (merged["fcs_errors"], merged["receive_errors"], merged["output_discards"], merged["runts"], merged["oversize"]) == (
        12,
        14,
        311,
        2,
        3,
    )


def test_error_table_row_that_is_cut_costs_that_row() -> None:
    parsed = parse("show interfaces counters errors", case("show_interfaces_counters_errors/giants_and_damage"))

    assert [bad.line for bad in parsed.bad_lines] == [4, 5, 12]
    assert any(isinstance(row, ErrorCounters) and row.counters.get("giants") == 2 for row in parsed.rows)


def test_status_words_in_a_name_do_not_become_the_status() -> None:
    rows = parse("show interfaces status", case("show_interfaces_status/names_with_status_words")).rows
    found = {row.name: row for row in rows if isinstance(row, InterfaceStatus)}

    assert (found[InterfaceName("GigabitEthernet1/0/1")].status, found[InterfaceName("GigabitEthernet1/0/1")].vlan) == ("notconnect", "20")
    assert found[InterfaceName("GigabitEthernet1/0/1")].description == "connected 1 full"
    assert found[InterfaceName("GigabitEthernet1/0/6")].status == "connected"


def test_reason_of_an_err_disabled_interface_is_kept() -> None:
    rows = parse("show interfaces status err-disabled", case("show_interfaces_status_err-disabled/reasons")).rows

    assert [row.reason for row in rows if isinstance(row, InterfaceStatus)] == ["bpduguard", "psecure-violation"]


def test_descriptions_keep_words_that_look_like_states() -> None:
    rows = parse("show interfaces description", case("show_interfaces_description/states")).rows

    assert [(row.name, row.status, row.protocol, row.description) for row in rows if isinstance(row, InterfaceDescription)] == [
        ("Vlan1", "admin down", "down", ""),
        ("Vlan120", "up", "up", "Voice floor 2"),
        ("GigabitEthernet1/0/1", "up", "up", "Phone: up down admin down"),
        ("GigabitEthernet1/0/2", "down", "down", ""),
        ("TenGigabitEthernet1/1/1", "up", "up", "dis-1 Te1/0/12"),
        ("GigabitEthernet1/0/3.20", "deleted", "down", ""),
    ]


def test_text_cut_behind_a_header_keeps_the_interfaces_before() -> None:
    found = interfaces(case("show_interfaces/indented_and_truncated"))

    assert found["GigabitEthernet1/0/1"].counters["crc"] == 440
    assert found["GigabitEthernet1/0/2"].admin_up is False
    assert "crc" not in found["GigabitEthernet1/0/2"].counters


def test_console_message_inside_costs_only_itself() -> None:
    parsed = parse("show interfaces", case("show_interfaces/console_message_inside"))

    assert parsed.bad_line_count == 1
    assert interfaces(case("show_interfaces/console_message_inside"))["GigabitEthernet1/0/1"].counters["output_drops"] == 40


def test_damaged_heading_of_an_error_table_leaves_its_numbers_unread() -> None:
    text = case("show_interfaces_counters_errors/three_tables").replace("Port      Single-Col", "P#rt      Single-Col")
    parsed = parse("show interfaces counters errors", text)

    assert not any(isinstance(row, ErrorCounters) and "runts" in row.counters for row in parsed.rows)
    assert parsed.bad_line_count == 4


def test_asic_is_read_by_the_names_of_the_columns() -> None:
    mappings = "show platform software fed switch active ifm mappings"
    name = "show_platform_software_fed_switch_active_ifm_mappings"

    assert AsicPort(InterfaceName("GigabitEthernet1/0/25"), 1, 0) in parse(mappings, case(f"{name}/with_core")).rows
    assert AsicPort(InterfaceName("FourHundredGigE1/0/27"), 1, 2) in parse(mappings, case(f"{name}/other_columns")).rows
    assert AsicPort(InterfaceName("TwoGigabitEthernet2/0/1"), 1, None) in parse(mappings, case(f"{name}/lpn")).rows


def test_ports_in_asic_give_the_number_of_their_group() -> None:
    rows = parse("show interfaces capabilities", case("show_interfaces_capabilities/ports_in_asic")).rows

    assert [(row.asic, row.core) for row in rows if isinstance(row, AsicPort)] == [(0, 1), (1, 3), (0, None)]


def test_capabilities_without_asic_are_empty_not_quarantined() -> None:
    parsed = parse("show interfaces capabilities", case("show_interfaces_capabilities/no_asic_line"))

    assert (parsed.state, parsed.bad_line_count) == (OutputState.EMPTY, 0)


@pytest.mark.parametrize("command", [entry.text for entry in ios_interfaces.COMMANDS])
def test_foreign_text_is_quarantined(command: str) -> None:
    text = "\n".join(f"line {number} of a text that no switch printed; it goes on" for number in range(20))

    assert parse(command, text).state is OutputState.QUARANTINED


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("show interfaces GigabitEthernet1/0/1", "show interfaces"),
        ("show interfaces vlan 120", "show interfaces"),
        ("show interfaces status module 3", "show interfaces status"),
        ("show interfaces counters errors module 2", "show interfaces counters errors"),
        ("show platform software fed switch 2 ifm mappings", "show platform software fed switch active ifm mappings"),
        ("show platform software fed active ifm mappings", "show platform software fed switch active ifm mappings"),
        ("show interfaces counters", None),
        ("show interfaces transceiver", None),
        ("show interfaces status trunk", None),
    ],
)
def test_spellings_with_parameters_belong_to_one_command(typed: str, command: str | None) -> None:
    found = [
        entry.text
        for entry in ios_interfaces.COMMANDS
        if typed in (entry.text, *entry.aliases) or (entry.pattern and entry.pattern.fullmatch(typed))
    ]

    assert found == ([command] if command else [])
