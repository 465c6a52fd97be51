"""How a device is built decides what its interface names mean."""

from __future__ import annotations

import pytest

from switchcorr.model.interfaces import ChassisClass
from switchcorr.model.tables import Fex, Module, Version
from switchcorr.topology.chassis import chassis_by_names, find_chassis
from tests.topology.device_rows import card, cdp, facts, fdb, interface, item, member, port

_CASES: dict[str, tuple[dict[str, object], ChassisClass, dict[str, str]]] = {
    "2960 fixed": ({"model": "WS-C2960-24PC-L", "interfaces": (interface("Gi0/1"),)}, ChassisClass.FIXED, {"Gi0/1": "", "Fa0/24": ""}),
    "3560 fixed, inventory calls it 1": (
        {"inventory": (item("1", "WS-C3560-48PS"),), "interfaces": (interface("Fa0/1"),)}, ChassisClass.FIXED, {"Fa0/1": ""},
    ),
    "3560-X with an uplink module": (
        {"inventory": (item("1", "WS-C3560X-48P-S", "FDO1"), item("FRULink Slot 1 - FRULink Module", "C3KX-NM-10G", "FDO2"), item("TenGigabitEthernet1/1")),
         "interfaces": tuple(map(interface, ("Gi0/1", "Gi0/48", "Gi1/1", "Te1/1", "Fa0")))},
        ChassisClass.FIXED, {"Gi0/48": "", "Gi1/2": "", "Te1/1": ""},
    ),
    "router with switch modules": (
        {"model": "ISR4331/K9", "interfaces": (interface("Gi0/0/0"), interface("Gi0/1/0"), interface("Gi0/2/0"), interface("Gi0"))},
        ChassisClass.ROUTER, {"Gi0/1/0": "0.1", "Gi0/1/7": "0.1", "Gi0/2/0": "0.2", "Gi0/0/0": "0.0", "Gi0": ""},
    ),
    "older router with one": (
        {"model": "CISCO2911/K9", "interfaces": (interface("Gi0/0"), interface("Gi0/1/0"))}, ChassisClass.ROUTER, {"Gi0/1/3": "0.1", "Gi0/0": ""},
    ),
    "2960X stack": ({"model": "WS-C2960X-48FPD-L", "stack": (member(1), member(2))}, ChassisClass.STACK, {"Gi2/0/7": "2", "Te1/0/1": "1"}),
    "3750X stack with an uplink module": (
        {"inventory": (item("1", "WS-C3750X-48P"), item("2", "WS-C3750X-48P"), item("Switch 1 - FRULink Slot 1 - FRULink Module", "C3KX-NM-10G"))},
        ChassisClass.STACK, {"Gi2/0/7": "2", "Te1/1/1": "1.nm"},
    ),
    "3750-X alone, whose uplink module is of no numbered switch": (
        {"inventory": (item("1", "WS-C3750X-24P"), item("FRULink Slot 1 - FRULink Module", "C3KX-NM-1G"))}, ChassisClass.STACK, {"Gi1/0/7": "1", "Gi1/1/1": "1.nm"},
    ),
    "9300 stack with an uplink module": (
        {"inventory": (item("c93xx Stack", "C9300-48P"), item("Switch 1", "C9300-48P"), item("Switch 1 FRU Uplink Module 1", "C9300-NM-8X"))},
        ChassisClass.STACK, {"Gi1/0/48": "1", "Te1/1/1": "1.nm", "Ap1/0/1": "", "Gi0/0": ""},
    ),
    "9300L: the uplinks are on the board": (
        {"inventory": (item("c93xx Stack", "C9300L-48P-4X"), item("Switch 1", "C9300L-48P-4X"), item("Switch 2", "C9300-48P"))},
        ChassisClass.STACK, {"Te1/1/1": "1", "Te2/1/1": "2.nm"},
    ),
    "9200L from show version and show switch": (
        {"model": "C9200L-48P-4G", "stack": (member(1), member(2))}, ChassisClass.STACK, {"Gi2/1/1": "2", "Gi2/0/1": "2"},
    ),
    "9300LM, whose model stands in the words of its neighbors only": ({"announced": "C9300LM-48UX-4Y"}, ChassisClass.STACK, {"Twe1/1/1": "1", "Twe2/1/1": "2"}),
    "4500": ({"modules": (card(1, "WS-X4748"), card(3, "WS-X45-SUP8-E"))}, ChassisClass.MODULAR, {"Gi3/12": "3", "Fa1": ""}),
    "6500": (
        {"inventory": (item("WS-C6506-E", "WS-C6506-E"), item("3", "WS-X6748-GE-TX"))}, ChassisClass.MODULAR, {"Gi3/12": "3", "Gi13/1": "13"},
    ),
    "4948": (
        {"inventory": (item("Switch System", description="Cisco Systems, Inc. WS-C4948 1 slot switch"), item("Linecard(slot 1)", "WS-C4948")),
         "modules": (card(1, "WS-C4948"),)},
        ChassisClass.FIXED, {"Gi1/12": ""},
    ),
    "4500-X alone": ({"model": "WS-C4500X-32", "modules": (card(1, "WS-C4500X-32"),)}, ChassisClass.MODULAR, {"Te1/12": "1"}),
    "4500 VSS": ({"modules": (card(3, switch=1), card(3, switch=2))}, ChassisClass.VIRTUAL_PAIR, {"Te1/3/2": "1.3", "Gi2/7/48": "2.7"}),
    "6500 VSS from the inventory": (
        {"inventory": (item("WS-C6506-E", "WS-C6506-E"), item("Switch1 Supervisor 3 (virtual slot 3)", "VS-SUP2T-10G"),
                       item("Switch2 Linecard 1 (virtual slot 11)", "WS-X6748"))},
        ChassisClass.VIRTUAL_PAIR, {"Te1/3/2": "1.3", "Gi111/1/0/3": "fex111"},
    ),
    "6500 VSS from show switch virtual": (
        {"stack": (member(1, priority=None), member(2, priority=None))}, ChassisClass.VIRTUAL_PAIR, {"Te2/3/2": "2.3"},
    ),
    "6500 VSS from model and names": (
        {"model": "WS-C6506-E", "interfaces": (interface("Te1/3/2"),)}, ChassisClass.VIRTUAL_PAIR, {"Te1/3/2": "1.3", "Gi1/1/1": "1.1"},
    ),
    "6500 VSS from show version": ({"version": (Version(virtual_switch=True),)}, ChassisClass.VIRTUAL_PAIR, {"Gi1/1/1": "1.1"}),
    "9400 standalone": (
        {"inventory": (item("Chassis", "C9407R"), item("Slot 3 Supervisor", "C9400-SUP-1"), item("Slot 7 Linecard", "C9400-LC-48U"))},
        ChassisClass.MODULAR, {"Gi7/0/12": "7", "Te3/0/1": "3"},
    ),
    "9600 StackWise Virtual": (
        {"inventory": (item("Switch 1 Chassis", "C9606R"), item("Switch 2 Slot 6 Linecard", "C9600-LC-48YL"))},
        ChassisClass.VIRTUAL_PAIR, {"TwentyFiveGigE2/6/0/11": "2.6"},
    ),
    "9400 StackWise Virtual from model and names": (
        {"model": "C9407R", "interfaces": (interface("Gi2/6/0/11"),), "stack": (member(1), member(2))},
        ChassisClass.VIRTUAL_PAIR, {"Gi1/2/0/3": "1.2"},
    ),
    "9500 alone: slot 1 is the box": (
        {"inventory": (item("Chassis", "C9500-40X"), item("Slot 1 Supervisor", "C9500-40X"))}, ChassisClass.STACK, {"Te1/0/7": "1"},
    ),
    "9500 StackWise Virtual": (
        {"inventory": (item("Switch 1 Chassis", "C9500-48Y4C"), item("Switch 2 Chassis", "C9500-48Y4C"),
                       item("Switch 2 Slot 1 Supervisor", "C9500-48Y4C")), "modules": (card(1, switch=1), card(1, switch=2))},
        ChassisClass.STACK, {"Twe1/0/1": "1", "Twe2/0/9": "2"},
    ),
    "9500X breakout": ({"model": "C9500X-28C8D", "interfaces": (interface("Hu1/0/1/1"),)}, ChassisClass.STACK, {"Hu1/0/1/1": "1"}),
    "6800 with Instant Access": (
        {"model": "C6807-XL", "modules": (card(2, "C6800-32P10G"),), "interfaces": (interface("Gi111/1/0/3"), interface("Te2/1"))},
        ChassisClass.MODULAR, {"Gi111/1/0/3": "fex111", "Te2/1": "2"},
    ),
    "Nexus modular": ({"platform": "cisco_nxos", "modules": (card(3), card(4))}, ChassisClass.NEXUS, {"Eth3/12": "3", "mgmt0": ""}),
    "Nexus fixed": ({"platform": "cisco_nxos"}, ChassisClass.NEXUS, {"Eth1/12": "1", "Eth1/37/1": "1"}),
    "Nexus with FEX": ({"platform": "cisco_nxos", "fexes": (Fex(101),)}, ChassisClass.NEXUS, {"Eth101/1/12": "fex101"}),
    "Nexus with low FEX numbers": (
        {"platform": "cisco_nxos", "fexes": (Fex(1), Fex(2))}, ChassisClass.NEXUS, {"Eth2/1/12": "fex2", "Eth1/37/1": "1", "Eth6/1/12": "6"},
    ),
    "Nexus with a FEX in the inventory only": (
        {"platform": "cisco_nxos", "inventory": (item("FEX 6 CHASSIS", "N2K-C2248TP-E-1GE"),)}, ChassisClass.NEXUS, {"Eth6/1/12": "fex6"},
    ),
    "CatOS": ({"platform": "cisco_catos"}, ChassisClass.MODULAR, {"2/12": "2"}),
    "names only: 0/n": ({"interfaces": (interface("Gi0/1"), interface("Gi0/2"), interface("Vlan1"))}, ChassisClass.FIXED, {"Gi0/1": ""}),
    "names only: 1/n might be slot 1 or a 4948": ({"neighbors": (cdp("Gi1/48", "x"),)}, ChassisClass.FIXED, {"Gi1/48": ""}),
    "names only: 0/n beside the few ports of 1/n": (
        {"mac": (fdb(1, 1, "Gi0/12"), fdb(1, 2, "Te1/1"), fdb(1, 3, "Gi1/4"))}, ChassisClass.FIXED, {"Gi0/12": "", "Te1/1": ""},
    ),
    "names only: 1/n with more ports than that beside 0/n": (
        {"mac": (fdb(1, 1, "Gi0/12"), fdb(1, 2, "Fa1/5"))}, ChassisClass.MODULAR, {"Fa1/5": "1"},
    ),
    "names only: 0/0 is a router's": ({"mac": (fdb(1, 1, "Fa0/0"), fdb(1, 2, "Fa1/4"))}, ChassisClass.MODULAR, {"Fa1/4": "1"}),
    "names only: 3/n": ({"neighbors": (cdp("Gi3/48", "x"),)}, ChassisClass.MODULAR, {"Gi3/48": "3"}),
    "names only: two slots": ({"mac": (fdb(1, 1, "Gi1/1"), fdb(1, 2, "Gi2/1"))}, ChassisClass.MODULAR, {"Gi2/1": "2"}),
    "names only: a/0/c may be a 9400, whose ids are the same": ({"interfaces": (interface("Gi7/0/1"),)}, ChassisClass.STACK, {"Gi7/0/1": "7"}),
    "names only: a/b/c with b above 1": ({"interfaces": (interface("Te1/3/2"),)}, ChassisClass.VIRTUAL_PAIR, {"Te1/3/2": "1.3"}),
    "names only: a/1/c with more ports than an uplink module": (
        {"neighbors": (cdp("Gi1/1/8", "x"), cdp("Gi2/1/17", "y"))}, ChassisClass.VIRTUAL_PAIR, {"Gi1/1/8": "1.1", "Gi2/1/17": "2.1"},
    ),
    "names only: a/1/c of an uplink module": ({"interfaces": (interface("Gi1/0/1"), interface("Te1/1/8"))}, ChassisClass.STACK, {"Te1/1/8": "1.nm"}),
    "names only: four parts": ({"interfaces": (interface("Hu1/6/0/5"),)}, ChassisClass.VIRTUAL_PAIR, {"Hu1/6/0/5": "1.6"}),
    "names only: four parts of a lane": ({"interfaces": (interface("Hu1/0/1/1"),)}, ChassisClass.STACK, {"Hu1/0/1/1": "1"}),
    "names only: a fabric extender": (
        {"interfaces": (interface("Gi101/1/0/3"), interface("Te2/1"))}, ChassisClass.MODULAR, {"Gi101/1/0/3": "fex101"},
    ),
    "names only: fixed EOS with lanes": (
        {"platform": "napalm", "interfaces": tuple(map(interface, ("Ethernet1", "Ethernet48", "Ethernet49/1", "Ethernet52/4", "Management1")))},
        ChassisClass.FIXED, {"Ethernet48": "", "Ethernet49/1": ""},
    ),
    "names only: modular EOS with lanes": (
        {"platform": "napalm", "interfaces": tuple(map(interface, ("Ethernet3/1", "Ethernet3/48", "Ethernet4/36/4")))},
        ChassisClass.NEXUS, {"Ethernet3/48": "3", "Ethernet4/36/4": "4"},
    ),
    "names only: Nexus with lanes and extenders": (
        {"platform": "napalm", "interfaces": tuple(map(interface, ("Eth1/12", "Eth1/49/1", "Eth101/1/5", "mgmt0")))},
        ChassisClass.NEXUS, {"Eth1/12": "1", "Eth1/49/1": "1", "Eth101/1/5": "fex101"},
    ),
    "names only: Junos members with uplink modules": (
        {"interfaces": tuple(map(interface, ("ge-0/0/5", "ge-2/0/5", "xe-0/2/0")))},
        ChassisClass.MODULAR, {"ge-0/0/5": "0", "ge-2/0/5": "2", "xe-0/2/0": "0"},
    ),
    "names only: IRF members": (
        {"interfaces": tuple(map(interface, ("GigabitEthernet3/0/5", "Ten-GigabitEthernet1/0/49")))},
        ChassisClass.STACK, {"GigabitEthernet3/0/5": "3", "Ten-GigabitEthernet1/0/49": "1"},
    ),
    "names only: IRF members with two uplink modules": (
        {"interfaces": tuple(map(interface, ("GigabitEthernet1/0/5", "GigabitEthernet2/0/5", "Ten-GigabitEthernet1/1/1", "Ten-GigabitEthernet2/2/1")))},
        ChassisClass.STACK, {"GigabitEthernet2/0/5": "2", "Ten-GigabitEthernet2/2/1": "2.nm"},
    ),
    "names only: a stack with lanes on an uplink module": (
        {"interfaces": (interface("Gi1/0/1"), interface("Twe1/1/1/1"))}, ChassisClass.STACK, {"Gi1/0/1": "1", "Twe1/1/1/1": "1.nm"},
    ),
    "nothing": ({}, ChassisClass.FIXED, {"Gi0/1": ""}),
    "stack table of unknown models": ({"stack": (member(1), member(2))}, ChassisClass.STACK, {"Gi2/0/1": "2"}),
    "module table with members": ({"modules": (Module(switch=1, model="EXAMPLE-48"),)}, ChassisClass.STACK, {"Gi1/0/1": "1"}),
    "cards of unknown models": ({"inventory": (item("Slot 2 Linecard"),)}, ChassisClass.MODULAR, {"Gi2/0/1": "2"}),
}  # fmt: skip


@pytest.mark.parametrize("case", _CASES)
def test_the_class_and_the_modules_of_every_kind_of_device(case: str) -> None:
    tables, kind, modules = _CASES[case]
    announced = str(tables.get("announced", ""))
    rows = {table: value for table, value in tables.items() if table != "announced"}
    chassis = find_chassis(facts("sw", **rows), announced=announced)  # type: ignore[arg-type]
    assert chassis.kind is kind
    assert {name: chassis.module_of(port(name)) for name in modules} == modules


def test_modules_carry_model_serial_and_status_from_all_tables() -> None:
    found = find_chassis(
        facts("acc-1", modules=(card(3, "WS-X4748", status="faulty"), card(None), Module(slot=4, submodule=True)),
              inventory=(item("Linecard(slot 3)", "WS-X4748-RJ45V", "JAE1"), item("Linecard(slot 5)", "WS-X4748-RJ45V", "JAE2")))
    ).modules  # fmt: skip
    assert {key: (module.id, module.model, module.serial, module.status) for key, module in found.items()} == {
        "3": ("acc-1/3", "WS-X4748", "JAE1", "faulty"),
        "5": ("acc-1/5", "WS-X4748-RJ45V", "JAE2", ""),
    }


def test_stack_members_come_from_inventory_and_stack_table() -> None:
    found = find_chassis(
        facts("acc-1", inventory=(item("Switch 1", "C9300-48P", "FOC1"), item("Switch 1 FRU Uplink Module 1", "C9300-NM-8X", "FOC2")),
              stack=(member(1, state="ready"), member(2, state="removed")))
    ).modules  # fmt: skip
    assert {key: (module.serial, module.status) for key, module in found.items()} == {
        "1": ("FOC1", "ready"), "1.nm": ("FOC2", ""), "2": ("", "removed"),
    }  # fmt: skip


def test_an_uplink_module_is_one_of_the_stack_where_it_can_be_drawn_out() -> None:
    rows = (item("Switch 1", "C9300-48P", "FOC1"), item("Switch 1 FRU Uplink Module 1", "C9300-NM-8X", "FOC2"))
    assert sorted(find_chassis(facts("acc-1", inventory=rows)).modules) == ["1", "1.nm"]
    rows = (item("1", "WS-C3750X-24P", "FDO1"), item("FRULink Slot 1 - FRULink Module", "C3KX-NM-1G", "FDO2"))
    assert sorted(find_chassis(facts("acc-1", inventory=rows)).modules) == ["1", "1.nm"]
    rows = (item("Switch 1", "C9300L-48P-4X", "FOC1"), item("Switch 1 FRU Uplink Module 1", "4x10G", "FOC2"))
    assert sorted(find_chassis(facts("acc-1", inventory=rows)).modules) == ["1"]


def test_cards_of_a_pair_are_known_from_the_inventory_alone() -> None:
    names = (
        "Switch 2 Slot 6 Linecard",
        "Switch1 Supervisor 3 (virtual slot 3)",
        "Switch2 Linecard 1 (virtual slot 11)",
        "Switch 1 Chassis",
    )
    found = find_chassis(facts("core", inventory=tuple(item(name, "X", name) for name in names))).modules
    assert {key: module.id for key, module in found.items()} == {"2.6": "core/2.6", "1.3": "core/1.3", "2.1": "core/2.1"}


def test_a_nexus_has_the_cards_of_its_inventory_but_no_fans() -> None:
    items = (
        item("Slot 3", "N7K-M148"),
        item("Slot 35", "N7K-FAN", description="Chassis Fan Module"),
        item("FEX 106 CHASSIS", "N2K", "SSI1"),
    )
    found = find_chassis(facts("agg", platform="cisco_nxos", inventory=items, fexes=(Fex(101, "N2K-C2248", "SSI0", "Online"),)))
    assert set(found.modules) == {"3", "fex101", "fex106"}
    assert found.modules["fex101"].status == "Online"
    assert found.fexes == {101, 106}


def test_what_the_neighbors_say_decides_where_the_device_says_nothing() -> None:
    bare = facts("acc-1", version=(), interfaces=(interface("Gi1/48"),))
    assert find_chassis(bare, announced="WS-C4507R+E").kind is ChassisClass.MODULAR
    assert find_chassis(bare, announced="WS-C4948E").kind is ChassisClass.FIXED
    assert find_chassis(facts("acc-1", model="C9300-48P"), announced="WS-C4507R+E").kind is ChassisClass.STACK


def test_names_alone_give_a_chassis_without_facts_of_modules() -> None:
    chassis = chassis_by_names([port("Gi3/12")])
    assert chassis.module_of(port("Gi3/12")) == "3"
    assert chassis.modules == {}


def test_a_card_in_two_outputs_keeps_what_either_says() -> None:
    rows = (
        Module(slot=3, model="C9400-LC-48U", serial="JAE1", ports=48, status="ok"),
        Module(slot=3, model="C9400-LC-48U", status="ok, active"),
    )
    for modules in (rows, rows[::-1]):
        (found,) = find_chassis(facts("acc-1", model="C9407R", modules=modules)).modules.values()
        assert (found.model, found.serial, found.ports) == ("C9400-LC-48U", "JAE1", 48)
