"""CDP and LLDP of NX-OS: no neighbor is lost because a line of it is missing, wrapped or strange."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from switchcorr.model.tables import Neighbor
from switchcorr.parse.tables import ParsedOutput
from tests.platforms import outputs

CDP_DETAIL = "show_cdp_neighbors_detail/without_version_and_mgmt"
LLDP_DETAIL = "show_lldp_neighbors_detail/phone_and_free_text"


parse, case = partial(outputs.parse, platform="cisco_nxos"), partial(outputs.case, platform="cisco_nxos")


def by_local(parsed: ParsedOutput) -> Mapping[str, Neighbor]:
    return {row.local: row for row in parsed.rows if isinstance(row, Neighbor)}


def test_neighbor_without_version_is_kept() -> None:
    found = by_local(parse("show cdp neighbors detail", case(CDP_DETAIL)))

    assert [row.name for row in found.values()] == ["dis-2.example.org(FOC00000N30)", "SEP00005E005381", "SEP00005E005382", "last-1"]
    assert found["Ethernet101/1/7"].port == "Port 1"
    assert found["Ethernet101/1/7"].second_port_up is True
    assert found["Ethernet101/1/8"].second_port_up is None
    assert found["Ethernet101/1/8"].software == "SCCP45.9-4-2SR3-1S"


def test_neighbor_without_interface_is_reported() -> None:
    parsed = parse("show cdp neighbors detail", case(CDP_DETAIL))

    assert parsed.bad_line_count == 1
    assert "lost-interface" in parsed.bad_lines[0].reason


def test_free_text_of_the_version_changes_nothing() -> None:
    found = by_local(parse("show cdp neighbors detail", case(CDP_DETAIL)))

    assert found["Ethernet1/1"].port == "Ethernet1/49"
    assert "Ethernet9/9" not in found


def test_capabilities_cut_at_80_columns_are_joined() -> None:
    found = by_local(parse("show cdp neighbors detail", case(CDP_DETAIL)))

    assert found["Ethernet1/1"].capabilities == ("Router", "Switch", "IGMP Filtering", "Supports-STP-Dispute")
    assert found["Ethernet101/1/7"].capabilities == ("Host", "Phone", "Two-port Mac Relay")


def test_damaged_device_id_is_replaced_by_the_system_name() -> None:
    text = case(CDP_DETAIL).replace("Device ID:dis-2", "Dev#ce ID:dis-2")

    assert by_local(parse("show cdp neighbors detail", text))["Ethernet1/1"].name == "dis-2"


def test_two_neighbors_are_never_mixed() -> None:
    text = case(CDP_DETAIL).replace("-" * 40 + "\n", "").replace("Device ID:SEP00005E005382", "Dev#ce ID:")
    found = by_local(parse("show cdp neighbors detail", text))

    assert set(found) == {"Ethernet1/1", "mgmt0"}


def test_wrapped_names_and_ports_of_the_summary_are_joined() -> None:
    parsed = parse("show cdp neighbors", case("show_cdp_neighbors/wrapped_names_and_ports"))
    found = by_local(parsed)

    assert (parsed.reason, parsed.bad_line_count) == ("", 0)
    assert found["Ethernet1/1"].name == "dis-2.example.org(FOC00000N30)"
    assert found["Ethernet1/1"].serial == "FOC00000N30"
    assert (found["Ethernet1/3"].platform, found["Ethernet1/3"].port) == ("Example 2200AF-48", "Ten-GigabitEthernet1/0/10")
    assert (found["Ethernet101/1/7"].platform, found["Ethernet101/1/7"].port) == ("IP Phone", "Port 1")


def test_summary_that_is_cut_differs_from_its_own_total() -> None:
    text = case("show_cdp_neighbors/wrapped_names_and_ports").replace(
        "srv-1               Eth1/5         120    S         VMware ESX    vmnic1\n", ""
    )

    assert parse("show cdp neighbors", text).reason == "the output says 6 entries, 5 were read"


def test_phone_on_lldp_keeps_its_name_and_port() -> None:
    parsed = parse("show lldp neighbors detail", case(LLDP_DETAIL))
    phone = by_local(parsed)["Ethernet101/1/7"]

    assert (phone.name, phone.port, phone.chassis_id) == ("SEP00005E005381.example.org", "00005E005381:P1", "192.0.2.181")
    assert phone.capabilities == ("B", "T")


def test_words_for_nothing_are_no_values() -> None:
    text = (
        "Chassis id: 0000.5e00.5301\nPort id: 00005E005301:P1\nLocal Port id: Eth1/1\nPort Description: null\nSystem Name: null\n"
        "System Description: null\nTime remaining: 100 seconds\nSystem Capabilities: not advertised\nEnabled Capabilities: not advertised\n"
        "Management Address: not advertised\nVlan ID: not advertised\n\n"
    )
    neighbor = by_local(parse("show lldp neighbors detail", text))["Ethernet1/1"]

    assert (neighbor.name, neighbor.port_description, neighbor.software) == ("", "", "")
    assert (neighbor.capabilities, neighbor.addresses) == ((), ())


def test_free_text_of_the_system_description_changes_nothing() -> None:
    switch = by_local(parse("show lldp neighbors detail", case(LLDP_DETAIL)))["Ethernet1/1"]

    assert switch.port == "Eth1/49"
    assert switch.addresses == ("198.51.100.2", "2001:db8::2")


def test_damaged_chassis_id_costs_only_the_chassis_id() -> None:
    text = case(LLDP_DETAIL).replace("Chassis id: 192.0.2.181", "Ch#ssis id: 192.0.2.181")
    found = by_local(parse("show lldp neighbors detail", text))

    assert found["Ethernet101/1/7"].name == "SEP00005E005381.example.org"
    assert found["Ethernet101/1/7"].chassis_id == ""
    assert found["Ethernet1/1"].chassis_id == "0000.5e00.5391"


def test_lldp_summary_without_capabilities_and_with_wrapped_name() -> None:
    found = by_local(parse("show lldp neighbors", case("show_lldp_neighbors/wrapped_names")))

    assert found["Ethernet1/5"].capabilities == ()
    assert found["Ethernet101/1/9"].name == "access-point-17.example.org"
    assert found["Ethernet101/1/7"].capabilities == ("B", "T")
