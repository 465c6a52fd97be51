"""The call manager's own lists of phones, given as locations."""

from __future__ import annotations

import pytest

from switchcorr.topology.placement.locations import campus_from_locations, parse_locations
from switchcorr.topology.placement.phone_lists import model_named, phone_list

_RISDB = """admin:show risdb query phone
----------- Phone Information -----------
#TotalPhones, #TotalRegPhones, #RegSCCPPhones, #RegSIPPhones
3, 2, 0, 2
DeviceName, Descr, Ipaddr, MACaddr, RegStatus, PhoneProtocol, DeviceModel, HTTPsupport, username, LoadId, ActiveLoadId, InactiveLoadId
SEP00005E005301, Lobby, 192.0.2.11, 00005E005301, reg, SIP, 684, yes, alice, sip88xx.12-8-1, sip88xx.12-8-1,
SEP00005E005302, Desk 2, 192.0.2.12, 00005E005302, unr, SCCP, 434, yes, , SCCP42.9-4-2, SCCP42.9-4-2,
CTI-7, port, 192.0.2.1, , reg, CTI, 72, no, , , ,
Total count 3
"""
_BULK = """Device Name,Description,Location,Device Pool,Device Type,Device Protocol,Phone Button Template,Owner User ID,Directory Number 1,Phone Load Name,Line CSS 1
SEP00005E005301,Lobby,Hub_North,DP-North,Cisco 8851,SIP,Standard 8851 SIP,alice,4001,,CSS-Internal
SEP00005E005302,Desk 2,Hub_North,DP-North,Cisco 7942,SCCP,Standard 7942 SCCP,bob,4002,SCCP42.9-4-2,CSS-Internal
SEP00005E005303,Desk 3,Hub_South,DP-South,Cisco 7942,SCCP,Standard 7942 SCCP,,4003,,CSS-Internal
"""


def test_what_the_call_manager_prints_of_its_phones_tells_their_models_loads_and_addresses() -> None:
    found = parse_locations(_RISDB, source="risdb.txt")
    assert found.rows == {
        "SEP00005E005301": {"model": "IP Phone 8851", "firmware": "sip88xx.12-8-1"},
        "SEP00005E005302": {"model": "IP Phone 7942", "firmware": "SCCP42.9-4-2"},
        "CTI-7": {},
    }
    assert found.labels["SEP00005E005301"]["ip"] == "192.0.2.11"
    assert "risdb.txt: things phones share: model, firmware" in found.assumptions
    places = {str(one.phone): (one.ip, one.description, one.device) for one in campus_from_locations(found).placements}
    assert places["SEP00005E005301"] == ("192.0.2.11", "alice, Lobby", "")
    assert found.problems == ("risdb.txt: line 5 is taken for the header; 4 lines above it not used",)


def test_an_export_of_the_bulk_tool_tells_sites_pools_models_and_loads_and_not_its_settings() -> None:
    found = parse_locations(_BULK, source="phones.csv")
    assert found.rows["SEP00005E005302"] == {
        "site": "Hub_North", "device_pool": "DP-North", "model": "IP Phone 7942", "firmware": "SCCP42.9-4-2",
    }  # fmt: skip
    assert found.rows["SEP00005E005303"] == {"site": "Hub_South", "device_pool": "DP-South", "model": "IP Phone 7942"}
    assert (
        found.assumptions[0]
        == "phones.csv: a list of the call manager; columns not used: device_protocol, phone_button_template, line_css_1"
    )
    assert "phones.csv: labels, not used to explain: description, user, extension" in found.assumptions
    (place, *_) = campus_from_locations(found).placements
    assert (place.extension, place.description) == ("4001", "alice, Lobby")


def test_the_lists_of_several_nodes_may_stand_one_after_the_other() -> None:
    other = _RISDB.replace("SEP00005E00530", "SEP00005E00540").replace("CTI-7", "4711").replace("192.0.2.1", "198.51.100.1")
    again = "SEP00005E005302, Desk 2, 192.0.2.12, 00005E005302, reg, SCCP, 434, yes, , SCCP42.9-4-2, SCCP42.9-4-2,\n"
    found = parse_locations(_RISDB + other.replace("Total count", f"{again}Total count"), source="risdb.txt")
    assert set(found.rows) == {*(f"SEP00005E005{part}" for part in ("301", "302", "401", "402")), "CTI-7", "4711"}
    assert found.problems[-1] == "risdb.txt: line 18: SEP00005E005302 stands in line 7 too, saying the same"
    assert len(found.problems) == 2


@pytest.mark.parametrize(
    "header",
    [
        ("phone", "location", "device_pool"),
        ("device_name", "location"),
        ("device_name", "device_pool", "location", "building", "floor"),
        ("device_name", "device_type", "device_protocol", "vlan"),
        ("device_name", "location", "device_pool", "switch"),
        ("device_name", "location", "device_pool", "site"),
        ("device_name", "description", "extension"),
    ],
)
def test_a_table_that_somebody_wrote_stays_what_it_says(header: tuple[str, ...]) -> None:
    assert phone_list(header) is None


def test_the_best_of_several_columns_with_one_meaning_counts() -> None:
    found = phone_list(("devicename", "device_pool", "loadid", "activeloadid", "model", "devicemodel"))
    assert found is not None
    assert found.header == ("device_name", "device_pool", "", "firmware", "", "model")
    assert found.unused == ("loadid", "model")
    assert found.kinds == ("model", "device_pool", "firmware")


def test_commas_in_a_description_shift_no_cell() -> None:
    smith = _RISDB.replace("Lobby", "Smith, John, Lobby")
    assert parse_locations(smith, source="risdb.txt").rows == parse_locations(_RISDB, source="risdb.txt").rows
    assert parse_locations(smith, source="risdb.txt").labels["SEP00005E005301"]["description"] == "Smith, John, Lobby"
    without = "DeviceName,RegStatus,DeviceModel\nSEP00005E005301,reg,684,x,y\nSEP00005E005302,reg\n"
    found = parse_locations(without, source="risdb.txt")
    assert found.rows == {"SEP00005E005301": {"model": "IP Phone 8851"}, "SEP00005E005302": {}}
    assert found.problems == ("risdb.txt: line 2: 5 cells, 3 columns; the cells behind the last column are not used",)


def test_a_list_with_the_description_first_loses_no_phone() -> None:
    text = "Descr,DeviceName,RegStatus,DeviceModel\n-,SEP00005E005301,reg,684\n#2,SEP00005E005302,reg,434\nTotal count 2\n"
    assert set(parse_locations(text, source="risdb.txt").rows) == {"SEP00005E005301", "SEP00005E005302"}


def test_a_few_columns_of_the_bulk_tool_are_a_list_too() -> None:
    text = "Description,Device Name,Location,Device Type\nDesk,SEP00005E005301,Hub_North,Cisco 8851\n"
    assert parse_locations(text, source="phones.csv").rows == {"SEP00005E005301": {"site": "Hub_North", "model": "IP Phone 8851"}}


def test_a_second_list_may_have_other_columns() -> None:
    other = "DeviceName, DeviceModel, RegStatus, Ipaddr\nSEP00005E005401, 622, reg, 198.51.100.7\n"
    found = parse_locations(_RISDB + other, source="risdb.txt")
    assert found.rows["SEP00005E005401"] == {"model": "IP Phone 7841"}
    assert found.labels["SEP00005E005401"] == {"ip": "198.51.100.7"}


def test_cells_that_say_nothing_are_empty() -> None:
    null = _BULK.replace("Hub_South", "NULL").replace("DP-South", "< None >")
    assert parse_locations(null, source="phones.csv").rows["SEP00005E005303"] == {"model": "IP Phone 7942"}


def test_kinds_that_are_asked_for_are_taken_as_they_stand() -> None:
    found = parse_locations(_BULK, source="phones.csv", kinds=("location", "line_css_1"))
    assert found.rows["SEP00005E005301"] == {"location": "Hub_North", "line_css_1": "CSS-Internal"}


@pytest.mark.parametrize(
    ("cell", "model"),
    [
        ("IP Phone 8851", "IP Phone 8851"),
        ("cisco 8865nr", "IP Phone 8865NR"),
        ("7961G-GE", "IP Phone 7961"),
        ("Cisco Unified IP Phone 7942G", "IP Phone 7942"),
        ("CP-8851", "IP Phone 8851"),
        ("7942", "IP Phone 7942"),
        ("36217", "IP Phone 8811"),
        ("Cisco ATA 190", "Cisco ATA 190"),
        ("", ""),
    ],
)
def test_models_are_spelt_as_neighbor_tables_spell_them(cell: str, model: str) -> None:
    assert model_named(cell) == model
