"""Bundles and spanning tree by interface."""

from __future__ import annotations

from switchcorr.topology.graph.ports import ports_of
from tests.topology.device_rows import facts, lag, port, stp


def test_only_members_that_carry_traffic_count_as_ways() -> None:
    ports = ports_of(facts("a", lags=(lag("Po1", "Te1/1/10", "Te1/1/2", "Te1/1/3(D)"),)))
    assert ports.members[port("Po1")] == (port("Te1/1/2"), port("Te1/1/10"))
    assert ports.bundle[port("Te1/1/3")] == ports.bundle[port("Po1")] == "Port-channel1"


def test_a_member_is_blocked_with_its_bundle() -> None:
    ports = ports_of(facts("a", lags=(lag("Po1", "Te1/1/1"),), spanning_tree=(stp("Po1", "altn", "blk"), stp("Te1/1/2", "root"))))
    assert ports.blocked_in(port("Te1/1/1")) == (frozenset(("110",)), True)
    assert ports.blocked_in(port("Te1/1/2")) == (frozenset(), False)
    assert ports.blocked_in(port("Te1/1/3")) == (frozenset(), False)
    assert ports.blocked_in(None) == (frozenset(), False)


def test_root_ports_are_known_by_member_too() -> None:
    ports = ports_of(facts("a", lags=(lag("Po1", "Te1/1/1"),), spanning_tree=(stp("Po1", "root"), stp("Te1/1/2", "desg"))))
    assert [ports.is_root_port(port(name)) for name in ("Te1/1/1", "Po1", "Te1/1/2")] == [True, True, False]
    assert not ports.is_root_port(None)
