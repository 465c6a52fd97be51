"""Every spelling of a device leads to it, and no spelling to another."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.model.tables import Neighbor
from switchcorr.topology.graph.names import Names, names_of
from tests.topology.device_rows import cdp, facts, interface, item, lldp, mac, member, phone, port, stp


def _names(*devices: object) -> Names:
    return names_of(devices)[0]  # type: ignore[arg-type]


@pytest.mark.parametrize("spelling", ["dist-1", "DIST-1", "dist-1.example.org", "Dist-1.Example.org(FOC1234ABCD)", "dist-1(SSI1)"])
def test_case_domain_and_serial_in_brackets_do_not_matter(spelling: str) -> None:
    assert _names(facts("dist-1"), facts("dist-2")).find(cdp("Gi1/0/1", spelling)) == "dist-1"


@pytest.mark.parametrize("spelling", ["SCA00000E00(dist-1)", "069000001(DIST-1)", "SCA00000E00(dist-1.example.org)"])
def test_catos_puts_its_serial_number_before_its_name(spelling: str) -> None:
    assert _names(facts("dist-1"), facts("dist-2")).find(cdp("Gi1/0/1", spelling)) == "dist-1"


def test_the_serial_number_before_a_name_counts_as_one_behind_it() -> None:
    names = _names(facts("dist-1", serials=("SCA00000E00",)))
    assert names.find(cdp("Gi1/0/1", "SCA00000E00(renamed)")) == "dist-1"
    assert names.find(cdp("Gi1/0/1", "SCA00000E99(dist-1)")) == ""


def test_the_hostname_counts_where_the_captures_have_another_name() -> None:
    assert _names(facts("192.0.2.7", hostname="dist-1")).find(cdp("Gi1/0/1", "dist-1.example.org")) == "192.0.2.7"


def test_the_management_address_is_a_name_too() -> None:
    names = _names(facts("dist-1", address="192.0.2.7"))
    assert names.find(cdp("Gi1/0/1", "something-else", addresses=("198.51.100.1", "192.0.2.7"))) == "dist-1"
    assert names.find(cdp("Gi1/0/1", "192.0.2.7")) == "dist-1"


def test_an_lldp_chassis_id_is_an_address_of_the_switch() -> None:
    devices = (facts("dist-1", interfaces=(interface("Gi1/0/1", address=0x10),)), facts("dist-2", stack=(member(2),)))
    assert _names(*devices).find(lldp("Gi1/0/1", "", chassis_id="0000.5e00.0010")) == "dist-1"
    assert _names(*devices).find(lldp("Gi1/0/1", "", chassis_id=mac(2))) == "dist-2"


def test_a_root_bridge_owns_its_address() -> None:
    assert (
        _names(facts("core", spanning_tree=(stp("Gi1/0/1", "desg", root=7, is_root=True),))).find(lldp("Gi1/0/1", "", chassis_id=mac(7)))
        == "core"
    )


def test_an_address_that_two_devices_claim_is_nobodys() -> None:
    devices = (facts("a", interfaces=(interface("Gi1/0/1", address=5),)), facts("b", interfaces=(interface("Gi1/0/1", address=5),)))
    assert _names(*devices).find(lldp("Gi1/0/1", "", chassis_id=mac(5))) == ""
    assert _names(facts("a", interfaces=(interface("Gi1/0/1", address=0),))).by_id.keys() & {"000000000000"} == {"000000000000"} - {
        "000000000000"
    }


def test_two_devices_of_one_name_are_told_apart_by_serial_and_address_only() -> None:
    devices = (
        facts("10.0.0.1", hostname="Switch", address="192.0.2.1", serials=("FOC1111AAAA",)),
        facts("10.0.0.2", hostname="Switch", address="192.0.2.2", inventory=(item("Switch 1", "C9300", "FOC2222BBBB"),)),
    )
    names, told = names_of(devices)
    assert names.find(cdp("Gi1/0/1", "Switch")) == ""
    assert names.find(cdp("Gi1/0/1", "Switch", addresses=("192.0.2.2",))) == "10.0.0.2"
    assert names.find(cdp("Gi1/0/1", "Switch(FOC1111AAAA)")) == "10.0.0.1"
    assert names.find(cdp("Gi1/0/1", "Switch(foc2222bbbb)")) == "10.0.0.2"
    assert told == ("10.0.0.1 and 10.0.0.2 are both called switch: the name alone tells none of them",)


def test_a_factory_name_means_no_device_even_if_only_one_has_it() -> None:
    assert _names(facts("Switch")).find(cdp("Gi1/0/1", "Switch")) == ""


def test_the_wrong_serial_number_is_another_device() -> None:
    names = _names(facts("dist-1", serials=("FOC1111AAAA",)))
    assert names.find(cdp("Gi1/0/1", "dist-1(FOC9999ZZZZ)")) == ""
    assert names.find(cdp("Gi1/0/1", "dist-1", serial="FOC1111AAAA")) == "dist-1"


def test_dots_in_a_name_are_not_always_a_domain() -> None:
    names, told = names_of((facts("sw.floor-1"), facts("sw.floor-2"), facts("core")))
    assert names.find(cdp("Gi1/0/1", "sw.floor-2.example.org")) == "sw.floor-2"
    assert names.find(cdp("Gi1/0/1", "sw")) == ""
    assert names.find(cdp("Gi1/0/1", "sw.floor-3")) == ""
    assert told == ()


def test_the_exact_name_wins_over_the_one_that_might_fit() -> None:
    assert _names(facts("sw"), facts("sw.floor-1")).find(cdp("Gi1/0/1", "sw.floor-1")) == "sw.floor-1"


def test_a_summary_that_cuts_a_name_still_means_it() -> None:
    names = _names(facts("access-switch-building-7-floor-1"), facts("access-switch-hall-3"))
    cut = lldp("Gi1/0/1", "access-switch-buildi", detail=False)
    assert names.find(cut) == "access-switch-building-7-floor-1"
    assert names.find(replace(cut, detail=True)) == ""
    both = _names(facts("access-switch-building-7-floor-1"), facts("access-switch-building-7-floor-2"))
    assert both.find(cut) == ""


def _unread(neighbor: Neighbor, *devices: object) -> str:
    return _names(*devices).of_unread(neighbor, "acc-1", port("Gi1/0/49"))


def test_what_was_not_read_is_called_by_its_name_its_address_or_its_place() -> None:
    record = cdp("Gi1/0/49", "Dist-9.example.org(SSI1)")
    assert _unread(record, facts("acc-1", neighbors=(record,))) == "dist-9"
    assert _unread(cdp("Gi1/0/49", "Switch", addresses=("192.0.2.9",))) == "switch at 192.0.2.9"
    assert _unread(lldp("Gi1/0/49", "", chassis_id="0000.5e00.0009")) == "device at 00005e000009"
    assert _unread(lldp("Gi1/0/49", "")) == "device behind acc-1 GigabitEthernet1/0/49"
    twin = facts("a", hostname="twin"), facts("b", hostname="twin")
    assert _unread(cdp("Gi1/0/49", "twin"), *twin) == "twin behind acc-1 GigabitEthernet1/0/49"


def test_two_unread_devices_with_dotted_names_stay_two() -> None:
    records = cdp("Gi1/0/49", "sw.floor-1"), cdp("Gi1/0/50", "sw.floor-2"), cdp("Gi1/0/51", "d.example.org"), cdp("Gi1/0/52", "d")
    names = _names(facts("acc-1", neighbors=records))
    assert [names.of_unread(record, "acc-1", record.local) for record in records] == ["sw.floor-1", "sw.floor-2", "d", "d"]


def test_an_unread_device_whose_dotted_name_begins_like_that_of_one_that_was_read_keeps_it_in_all_forms() -> None:
    told = ("sw.floor-2.example.org", "sw.floor-2", "sw.floor-3.example.org")
    records = tuple(cdp(f"Gi1/0/{number}", name) for number, name in enumerate(told, start=49))
    names = _names(facts("sw.floor-1", neighbors=records))
    assert [names.of_unread(record, "sw.floor-1", record.local) for record in records] == [
        "sw.floor-2",
        "sw.floor-2",
        "sw.floor-3.example.org",
    ]
    assert names.of_unread(cdp("Gi1/0/52", "sw.floor-9", addresses=("192.0.2.9",)), "sw.floor-1", port("Gi1/0/52")) == "sw.floor-9"


def test_a_phone_is_no_device() -> None:
    assert _names(facts("acc-1")).find(cdp("Gi1/0/1", phone(1))) == ""
