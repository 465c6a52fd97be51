"""Bundles, spanning tree and phones by interface."""

from __future__ import annotations

from switchcorr.model.tables import InterfaceStatus
from switchcorr.topology.graph.ports import instances_of, phones_at, ports_of
from tests.topology.device_rows import cdp, cdp_phone, facts, fdb, lag, mac, port, stp, switchport


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


def test_phones_are_counted_by_their_records_and_else_by_their_addresses_on_ports_to_no_switch() -> None:
    rows = (
        fdb(110, 1, "Gi1/0/1"),
        fdb(10, 1, "Gi1/0/1"),
        fdb(110, 2, "Gi1/0/2"),
        fdb(110, 3, "Te1/1/1"),
        fdb(110, 4, "Po1"),
        fdb(110, 5, "Gi1/0/5"),
        fdb(110, 9, "Gi1/0/9"),
    )
    device = facts(
        "acc-1",
        mac=rows,
        status=(InterfaceStatus(port("Gi1/0/2"), "connected", "trunk"),),
        switchports=(switchport("Gi1/0/5", mode="trunk"),),
    )
    macs = {mac(number) for number in range(1, 6)}
    assert phones_at(device, {port("Te1/1/1")}, macs) == 1
    assert phones_at(device, frozenset(), frozenset()) == 0
    talking = facts("acc-1", mac=rows, neighbors=(cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/2", 2), cdp("Te1/1/1", "core")))
    assert phones_at(talking, frozenset(), macs) == 2


def _mst(*rows: tuple[str, tuple[str, ...], int | None, int | None]) -> dict[int, str]:
    """VLANs by instance, from ports with the instances that list them, their VLAN and their voice VLAN."""
    trees = tuple(stp(name, "desg", instance=instance) for name, instances, _, _ in rows for instance in instances)
    return instances_of(
        facts("a", spanning_tree=trees, switchports=tuple(switchport(name, access=vlan, voice=voice) for name, _, vlan, voice in rows))
    )


def test_the_instance_of_a_vlan_is_the_one_that_its_access_ports_share() -> None:
    both = ("Gi1/0/1", ("0", "1", "2"), 10, 110)
    assert _mst(both) == {}
    assert _mst(both, ("Gi1/0/2", ("0", "1"), 10, None)) == {10: "1", 110: "2"}
    assert _mst(both, ("Gi1/0/2", ("0", "2"), None, 110)) == {10: "1", 110: "2"}
    assert _mst(("Gi1/0/1", ("0", "1"), 10, 110), ("Gi1/0/3", ("0",), 30, None)) == {10: "1", 110: "1", 30: "0"}
    assert _mst(("Gi1/0/1", ("10", "110"), 10, 110)) == {}  # a tree for each VLAN
    assert (
        instances_of(
            facts(
                "a",
                spanning_tree=(stp("Te1/1/1", "root", instance="0"),),
                switchports=(switchport("Te1/1/1", mode="trunk"), switchport("Gi1/0/9")),
            )
        )
        == {}
    )
