"""Interface names in one spelling, and what their numbers mean by the class of the chassis."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.interfaces import ChassisClass, InterfaceLocation, InterfaceName, locate_interface

_LONG = st.sampled_from(
    ["GigabitEthernet", "TenGigabitEthernet", "FastEthernet", "TwentyFiveGigE", "HundredGigE", "Ethernet", "Port-channel", "Vlan"]
)
_NUMBER = st.lists(st.integers(0, 200), min_size=1, max_size=4).map(lambda parts: "/".join(map(str, parts)))


@given(_LONG, _NUMBER)
def test_the_long_name_is_its_own_canonical_form(letters: str, number: str) -> None:
    name = InterfaceName.parse(letters + number)
    assert name == letters + number
    assert InterfaceName.parse(name) == name
    assert name.kind + name.number == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Gi1/0/1", "GigabitEthernet1/0/1"), ("Gig 1/0/1", "GigabitEthernet1/0/1"), ("Fas 0/5", "FastEthernet0/5"),
        ("Te1/1/4", "TenGigabitEthernet1/1/4"), ("Twe1/0/3", "TwentyFiveGigE1/0/3"), ("Tw1/0/1", "TwoGigabitEthernet1/0/1"),
        ("Hu1/6/0/5", "HundredGigE1/6/0/5"), ("Fo1/1/1", "FortyGigabitEthernet1/1/1"), ("Eth101/1/12", "Ethernet101/1/12"),
        ("Po12", "Port-channel12"), ("port-channel12", "Port-channel12"), ("Vl100", "Vlan100"), ("Ap1/0/1", "AppGigabitEthernet1/0/1"),
        ("mgmt0", "mgmt0"), ("3/11", "3/11"), ("GigabitEthernet0/0.100", "GigabitEthernet0/0.100"),
    ],
)  # fmt: skip
def test_abbreviations_have_one_long_form(text: str, name: str) -> None:
    assert InterfaceName.parse(text) == name


@pytest.mark.parametrize("text", ["", "Gi", "Gi1/0/1; reload", "Gi1/0/1\nreload", "Switch", "1/2/3/4/5", "Gi1//2", "10.0.0.1"])
def test_nothing_but_a_name_is_a_name(text: str) -> None:
    assert InterfaceName.parse_or_none(text) is None


def test_a_neighbors_own_word_for_its_port_is_no_interface() -> None:
    names = ("Gi1/0/1", "3/11", "Po1", "Port 1", "local 12")
    assert [InterfaceName.parse(name).has_known_kind for name in names] == [True, True, True, False, False]


def test_kinds_of_interfaces() -> None:
    assert InterfaceName.parse("Po1").is_lag
    assert not InterfaceName.parse("Po1").is_physical
    assert not InterfaceName.parse("Vlan1").is_physical
    assert InterfaceName.parse("Gi1/0/1").parts == (1, 0, 1)
    names = [InterfaceName.parse(f"Gi1/0/{n}") for n in (10, 2, 1)]
    assert [name.parts[-1] for name in sorted(names, key=lambda name: name.sort_key)] == [1, 2, 10]


@pytest.mark.parametrize(
    ("text", "chassis", "module", "location"),
    [
        ("Gi2/0/12", ChassisClass.STACK, "2", InterfaceLocation(member=2, submodule=0, port=12)),
        ("Te2/1/3", ChassisClass.STACK, "2.nm", InterfaceLocation(member=2, submodule=1, port=3)),
        ("Gi3/0/12", ChassisClass.MODULAR, "3", InterfaceLocation(slot=3, submodule=0, port=12)),
        ("Gi3/12", ChassisClass.MODULAR, "3", InterfaceLocation(slot=3, port=12)),
        ("3/11", ChassisClass.MODULAR, "3", InterfaceLocation(slot=3, port=11)),
        ("Te1/3/2", ChassisClass.VIRTUAL_PAIR, "1.3", InterfaceLocation(chassis=1, slot=3, port=2)),
        ("Hu1/6/0/5", ChassisClass.VIRTUAL_PAIR, "1.6", InterfaceLocation(chassis=1, slot=6, submodule=0, port=5)),
        ("Eth3/12", ChassisClass.NEXUS, "3", InterfaceLocation(slot=3, port=12)),
        ("Eth1/37/1", ChassisClass.NEXUS, "1", InterfaceLocation(slot=1, port=37, lane=1)),
        ("Eth101/1/12", ChassisClass.NEXUS, "fex101", InterfaceLocation(fex=101, port=12)),
        ("Gi111/1/0/3", ChassisClass.MODULAR, "fex111", InterfaceLocation(fex=111, port=3)),
        ("Hu1/0/1/1", ChassisClass.STACK, "1", InterfaceLocation(member=1, submodule=0, port=1, lane=1)),
        ("Gi3/0/1/2", ChassisClass.MODULAR, "3", InterfaceLocation(slot=3, submodule=0, port=1, lane=2)),
        ("Fa0/5", ChassisClass.FIXED, None, InterfaceLocation(port=5)),
        ("Fa0", ChassisClass.STACK, None, InterfaceLocation(port=0)),
        ("Gi0/0", ChassisClass.VIRTUAL_PAIR, None, InterfaceLocation(port=0)),
        ("mgmt0", ChassisClass.NEXUS, None, InterfaceLocation(port=0)),
        ("Fa1", ChassisClass.MODULAR, None, InterfaceLocation(port=1)),
        ("Po1", ChassisClass.STACK, None, InterfaceLocation()),
    ],
)  # fmt: skip
def test_the_chassis_class_decides_what_the_numbers_mean(
    text: str, chassis: ChassisClass, module: str | None, location: InterfaceLocation
) -> None:
    found = locate_interface(InterfaceName.parse(text), chassis)
    assert found == location
    assert found.module == module


def test_a_fex_table_knows_low_numbers_too() -> None:
    name = InterfaceName.parse("Eth2/1/12")
    assert locate_interface(name, ChassisClass.NEXUS, fexes={2}).module == "fex2"
    assert locate_interface(name, ChassisClass.NEXUS).module == "2"
