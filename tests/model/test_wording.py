"""How components of which it is one are named."""

from __future__ import annotations

from switchcorr.model.campus import Component
from switchcorr.model.wording import component_name, either, led_by

_SWITCH, _VLAN = Component("switch", "acc-1"), Component("vlan", "101")
_MEMBERS = [Component("uplink", f"acc-1:TenGigabitEthernet3/{number}") for number in range(1, 5)]


def test_a_label_is_the_name_of_a_component() -> None:
    assert component_name(Component("module", "acc-1/3", "acc-1 module 3 (WS-X4548)")) == "acc-1 module 3 (WS-X4548)"
    assert component_name(_VLAN) == "VLAN 101"


def test_members_of_a_bundle_count_as_one_of_those_that_are_named() -> None:
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    assert either([_MEMBERS[0], _SWITCH, _MEMBERS[1], bundle]) == (
        "uplink acc-1:TenGigabitEthernet3/1 or TenGigabitEthernet3/2, switch acc-1 or uplink bundle acc-1:Port-channel1"
    )
    assert either(_MEMBERS) == "uplink acc-1:TenGigabitEthernet3/1 or one of 3 more with the same phones"


def test_uplinks_of_two_switches_are_no_members_of_one_bundle() -> None:
    assert either([_MEMBERS[0], Component("uplink", "acc-2:Te1/1")]) == "uplink acc-1:TenGigabitEthernet3/1 or uplink acc-2:Te1/1"


def test_of_many_the_first_is_named_and_the_others_are_counted() -> None:
    many = [_SWITCH, _VLAN, Component("site", "north"), Component("power", "ups-1")]
    assert either(many) == "switch acc-1 or one of 3 more with the same phones"
    assert either([*_MEMBERS[:2], *many]) == (
        "uplink acc-1:TenGigabitEthernet3/1 or TenGigabitEthernet3/2 or one of 4 more with the same phones"
    )
    assert either([]) == ""


def test_what_is_as_likely_is_joined_and_what_is_less_likely_follows() -> None:
    assert led_by(_SWITCH, [_VLAN]) == "switch acc-1 or VLAN 101"
    assert led_by(_SWITCH, [], [_VLAN], 0.04) == "switch acc-1 (less likely, 4 %: VLAN 101)"
