"""Interfaces of NX-OS: kinds of header, counters by their labels, cut and damaged text."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import ErrorCounters, Interface, InterfaceDescription, InterfaceStatus, Switchport, TableRow
from tests.platforms import outputs

parse, case = partial(outputs.parse, platform="cisco_nxos"), partial(outputs.case, platform="cisco_nxos")


def rows(name: str) -> tuple[TableRow, ...]:
    return parse(name.partition("/")[0].replace("_", " "), case(name)).rows


def interfaces(text: str) -> Mapping[str, Interface]:
    return {row.name: row for row in parse("show interface", text).rows if isinstance(row, Interface)}


def test_cause_of_a_down_interface_tells_whether_somebody_shut_it() -> None:
    found = interfaces(case("show_interface/causes_and_kinds"))

    assert {name: (row.admin_up, row.line_up) for name, row in found.items()} == {
        "mgmt0": (True, True),
        "Ethernet1/1": (True, True),
        "Ethernet1/2": (True, False),
        "Ethernet101/1/7": (False, False),
        "Vlan120": (True, False),
    }


def test_counters_are_read_by_their_labels() -> None:
    counters = interfaces(case("show_interface/causes_and_kinds"))["Ethernet1/1"].counters

    assert (counters["crc"], counters["input_errors"], counters["stomped_crc"], counters["input_discards"]) == (41, 44, 10, 8)
    assert (counters["output_drops"], counters["interface_resets"], counters["output_pause"]) == (700, 2, 18)


def test_header_inside_a_description_begins_no_interface() -> None:
    found = interfaces(case("show_interface/causes_and_kinds"))

    assert found["Ethernet1/1"].description == "Ethernet1/9 is up"
    assert "Ethernet1/9" not in found


def test_interface_resets_behind_the_counters_are_read_too() -> None:
    text = (
        case("show_interface/causes_and_kinds")
        .replace("  2 interface resets\n", "")
        .replace("    18 Tx pause\n", "    18 Tx pause\n  3 interface resets\n")
    )

    assert interfaces(text)["Ethernet1/1"].counters["interface_resets"] == 3


def test_interface_whose_header_is_damaged_gives_its_counters_to_nobody() -> None:
    found = interfaces(case("show_interface/header_damaged"))
    whole = interfaces(case("show_interface/causes_and_kinds"))

    assert set(found) == {"Ethernet1/1", "mgmt0"}
    assert found["Ethernet1/1"] == whole["Ethernet1/1"]


def test_counter_line_cut_anywhere_invents_no_value() -> None:
    text = case("show_interface/causes_and_kinds")
    whole = interfaces(text)["Ethernet1/1"].counters
    start = text.index("    1706286 unicast packets")
    for end in range(start, text.index("Ethernet1/2 is down")):
        assert interfaces(text[:end])["Ethernet1/1"].counters.items() <= whole.items(), text[end - 30 : end]


def test_missing_values_of_the_error_tables_are_absent() -> None:
    found = [row for row in rows("show_interface_counters_errors/all_tables") if isinstance(row, ErrorCounters)]

    assert "mgmt0" not in {row.name for row in found}
    assert sum(1 for row in found if row.name == "Ethernet1/1") == 5


def test_damaged_heading_of_an_error_table_leaves_its_numbers_unread() -> None:
    text = case("show_interface_counters_errors/all_tables").replace("Port         Single-Col", "P#rt         Single-Col")
    parsed = parse("show interface counters errors", text)

    assert not any(isinstance(row, ErrorCounters) and "carrier_sense" in row.counters for row in parsed.rows)
    assert sum(1 for row in parsed.rows if isinstance(row, ErrorCounters) and "align_errors" in row.counters) == 3
    assert parsed.bad_line_count == 4


def test_status_is_found_behind_any_name() -> None:
    found = {row.name: row for row in rows("show_interface_status/cut_words") if isinstance(row, InterfaceStatus)}

    assert (found[InterfaceName("Ethernet1/3")].status, found[InterfaceName("Ethernet1/3")].vlan) == ("notconnec", "20")
    assert found[InterfaceName("Ethernet1/2")].description == ""
    assert found[InterfaceName("Tunnel13")].status == "connected"


def test_reason_with_blanks_is_kept() -> None:
    found = [row for row in rows("show_interface_status_err-disabled/reasons") if isinstance(row, InterfaceStatus)]

    assert [(row.description, row.status, row.reason) for row in found] == [
        ("", "linkflaperr", "linkFlapErrDisabled"),
        ("floor 2 west", "err-disabled", "Error disabled"),
    ]


def test_descriptions_of_both_tables_are_read() -> None:
    found = {row.name: row.description for row in rows("show_interface_description/two_tables") if isinstance(row, InterfaceDescription)}

    assert found == {"mgmt0": "", "Ethernet1/1": "to core-1: eth 10G", "Ethernet1/2": "", "Port-channel10": "vPC to core"}


def test_voice_vlan_and_a_list_of_vlans_over_two_lines() -> None:
    found = {row.name: row for row in rows("show_interface_switchport/voice_vlan") if isinstance(row, Switchport)}

    assert (found[InterfaceName("Ethernet101/1/7")].access_vlan, found[InterfaceName("Ethernet101/1/7")].voice_vlan) == (20, 120)
    assert found[InterfaceName("Port-channel10")].trunk_vlans == "10,20,30,40,50,60,70,80,90,100,120"
    assert not found[InterfaceName("Ethernet1/40")].enabled


def test_settings_below_a_damaged_name_change_no_other_interface() -> None:
    text = case("show_interface_switchport/voice_vlan").replace("Name: port-channel10", "Na#e: port-channel10")
    found = {row.name: row for row in parse("show interface switchport", text).rows if isinstance(row, Switchport)}

    assert set(found) == {"Ethernet101/1/7", "Ethernet1/40"}
    assert found[InterfaceName("Ethernet101/1/7")].voice_vlan == 120


def test_two_heads_without_counters_between_give_no_row() -> None:
    text = (
        "Ethernet1/1 is down (Link not connected)\n"
        "  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5301 (bia 0000.5e00.5301)\n"
        "Eth#@!~\n"
        "  Hardware: 1000/10000 Ethernet, address: 0000.5e00.5302 (bia 0000.5e00.5302)\n"
        "  RX\n"
        "    7 input packets  9 bytes\n"
    )
    parsed = parse("show interface", text)

    assert parsed.rows == ()
    assert any("lines of two interfaces under one name" in bad.reason for bad in parsed.bad_lines)
