"""Messages where no captures are: parts from the names of interfaces and from the known components."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import pytest

from switchcorr.model.campus import Campus, Component, Observation, RiskTable
from switchcorr.topology import SwitchMessage, observe_messages
from switchcorr.topology.messages.logs import vlans_of
from tests.topology.device_rows import MORNING

_KNOWN = {
    "switch": (Component("switch", "acc-1"), Component("switch", "acc-2.example.org")),
    "uplink": (Component("uplink", "acc-1:TenGigabitEthernet1/1/1"), Component("uplink", "acc-1:to the core")),
}


def _down(device: str, *ports: str) -> list[SwitchMessage]:
    return [
        SwitchMessage(device, MORNING + timedelta(seconds=n), "LINK", "UPDOWN", f"Interface {port}, changed state to down")
        for n, port in enumerate(ports)
    ]


def _observe(messages: list[SwitchMessage], known: Mapping[str, tuple[Component, ...]]) -> tuple[Observation, ...]:
    return observe_messages(Campus((), (), (), RiskTable((), known, {})), messages).observations


def _components(found: tuple[Observation, ...]) -> list[Component]:
    return [fact.component for fact in found]


@pytest.mark.parametrize(
    ("host", "device"),
    [("acc-1", "acc-1"), ("acc-1.example.org", "acc-1"), ("acc-2.example.org", "acc-2.example.org"), ("192.0.2.7", "192.0.2.7")],
)
def test_a_device_is_known_with_and_without_its_domain(host: str, device: str) -> None:
    found = _observe(_down(host, *(f"GigabitEthernet3/{n}" for n in range(1, 6))), _KNOWN)
    assert _components(found) == [Component("module", f"{device}/3")]


def test_uplinks_are_those_of_the_known_components() -> None:
    found = _observe(_down("acc-1", "Te1/1/1", "Te1/1/2"), _KNOWN)
    assert _components(found) == [Component("uplink", "acc-1:TenGigabitEthernet1/1/1")]
    assert _observe(_down("acc-1", "Te1/1/1"), {}) == ()


def test_messages_that_tell_nothing_and_virtual_interfaces_are_none() -> None:
    other = SwitchMessage("acc-1", MORNING, "SYS", "CONFIG_I", "Configured from console by console")
    power = SwitchMessage("acc-1", MORNING, "PLATFORM", "PS_FAIL", "Power supply 1 failed")
    assert _components(_observe([other, power, *_down("acc-1", "Vlan110")], _KNOWN)) == [Component("switch", "acc-1")]


def test_a_module_that_a_message_names_is_the_known_one() -> None:
    gone = SwitchMessage(
        "acc-1", MORNING, "STACKMGR", "SWITCH_REMOVED", "Switch 1 R0/0: stack_mgr: Switch 2 has been removed from the stack."
    )
    known = {**_KNOWN, "module": (Component("module", "acc-1/1"), Component("module", "acc-1/2"))}
    assert _components(_observe([gone], known)) == [Component("module", "acc-1/2")]
    assert _components(_observe([gone], _KNOWN)) == [Component("switch", "acc-1")]


def test_vlans_are_those_of_the_switch_and_of_the_switches_above_it() -> None:
    rows = {
        "a": {"switch": "acc-1", "distribution": "dist-1", "block": "dist-1+dist-2", "vlan": "110@dist-1+dist-2"},
        "b": {"switch": "acc-2", "vlan": "voice"},
        "c": {"vlan": "7@x"},
    }
    one = frozenset(("110@dist-1+dist-2",))
    assert vlans_of(rows) == {"acc-1": {110: one}, "dist-1": {110: one}, "dist-2": {110: one}}
