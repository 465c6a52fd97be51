"""Every physical port once, with its place, its state and its worst error counter."""

from __future__ import annotations

from datetime import timedelta

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.ports import PortState
from switchcorr.model.tables import Interface, InterfaceStatus
from switchcorr.topology.facts.ports import port_facts
from tests.topology.device_rows import MORNING, facts, interface, snapshot

NOON = MORNING + timedelta(hours=4)


def _name(text: str) -> InterfaceName:
    return InterfaceName.parse(text)


def test_errors_are_growth_between_visits_and_totals_of_one() -> None:
    before, after = (
        facts("acc-1", model="WS-C4507R", at=at, interfaces=(interface("Gi3/1", crc=count),)) for at, count in ((MORNING, 5), (NOON, 9))
    )
    (port,) = port_facts([snapshot(before), snapshot(after, at=NOON)])
    assert (port.module, port.position, port.errors, port.counter, port.grown) == ("acc-1/3", 1, 4, "crc", True)
    (port,) = port_facts([snapshot(after)])
    assert (port.errors, port.grown) == (9, False)


def test_the_table_of_states_wins_and_what_has_no_cable_is_left_out() -> None:
    rows = tuple(
        Interface(_name(name), admin_up=admin, line_up=line)
        for name, admin, line in (("Gi3/1", True, True), ("Gi3/2", False, False), ("Gi3/3", True, False), ("Gi3/4", True, None), ("Vlan110", True, True),
                                  ("Gi3/1.5", True, True), ("mgmt0", True, True))
    )  # fmt: skip
    status = tuple(
        InterfaceStatus(_name(name), word)
        for name, word in (("Gi3/5", "connected"), ("Gi3/6", "notconnect"), ("Gi3/7", "disabled"), ("Gi3/8", "err-disabled"), ("Gi3/9", ""), ("Gi3/1", "notconnect"))
    )  # fmt: skip
    ports = port_facts([snapshot(facts("acc-1", model="WS-C4507R", interfaces=rows, status=status))])
    assert [(port.position, port.state) for port in ports] == [
        (1, PortState.DOWN), (2, PortState.DISABLED), (3, PortState.DOWN), (4, PortState.UNKNOWN), (5, PortState.UP), (6, PortState.DOWN),
        (7, PortState.DISABLED), (8, PortState.DISABLED), (9, PortState.UNKNOWN),
    ]  # fmt: skip
    assert all(port.errors is None for port in ports[4:])


def test_a_fixed_switch_is_its_own_module() -> None:
    (port,) = port_facts([snapshot(facts("acc-1", model="WS-C2960-48", interfaces=(interface("Fa0/7", crc=0),)))])
    assert (port.module, port.position) == ("acc-1", 7)


def test_a_port_for_management_is_on_no_panel() -> None:
    rows = (interface("Gi0/0", crc=5), interface("Gi1/0/1", crc=0))
    ports = port_facts([snapshot(facts("acc-1", model="C9300-48P", interfaces=rows))])
    assert [port.interface for port in ports] == ["GigabitEthernet1/0/1"]
