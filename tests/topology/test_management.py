"""Ports for management are told from those that switch."""

from __future__ import annotations

import pytest

from switchcorr.topology.management import management_ports
from tests.topology.device_rows import cdp, facts, interface


@pytest.mark.parametrize(
    ("names", "management"),
    [
        (("Gi0/0", "Gi1/0/1", "Te1/1/1"), {"GigabitEthernet0/0"}),
        (("Fa0", "Gi1/0/1"), {"FastEthernet0"}),
        (("Fa1", "Gi3/12", "Te1/1"), {"FastEthernet1"}),
        (("Gi0", "Gi0/0/0", "Te0/1/0"), {"GigabitEthernet0"}),
        (("mgmt0", "Eth1/1"), {"mgmt0"}),
        (("Management1", "Ethernet1", "Ethernet49/1"), {"Management1"}),
        (("Gi0/0", "Gi0/1", "Gi0/0/0", "Fa1/0"), set()),  # a router
        (("Gi0/1", "Gi0/2"), set()),
        (("Gi1", "Gi2"), set()),  # a virtual router
        (("Vl1", "Po1", "Gi1/0/1"), set()),
    ],
)
def test_ports_for_management_are_those_that_are_called_otherwise_than_the_rest(names: tuple[str, ...], management: set[str]) -> None:
    assert management_ports(facts("a", interfaces=tuple(interface(name) for name in names)).tables) == management
    assert management_ports(facts("a", neighbors=tuple(cdp(name, "b") for name in names)).tables) == management
