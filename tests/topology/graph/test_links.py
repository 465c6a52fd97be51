"""Links carry their evidence; what is no switch is no link."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Link, LinkEvidence
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Neighbor
from switchcorr.topology.graph.links import find_links, trunks_of
from switchcorr.topology.graph.mac_links import mac_views
from switchcorr.topology.graph.names import names_of
from switchcorr.topology.graph.ports import ports_of
from tests.topology.device_rows import by_name, cdp, cdp_phone, facts, fdb, interface, lag, lldp, port, stp


def links_of(*devices: DeviceFacts, cores: tuple[str, ...] = ()) -> tuple[Link, ...]:
    found = by_name(*devices)
    names, _ = names_of(found.values())
    ports = {name: ports_of(device) for name, device in found.items()}
    return find_links(found, names, ports, views=mac_views(found, ports), cores=cores)


def _short(link: Link) -> tuple[str, str, str, str, LinkEvidence]:
    return link.a, str(link.a_interface or ""), link.b, str(link.b_interface or ""), link.evidence


def test_both_ends_name_each_other() -> None:
    found = links_of(
        facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),)),
        facts("dist-1", neighbors=(cdp("Te1/0/1", "acc-1.example.org", "Te1/1/1"),)),
    )
    assert [_short(link) for link in found] == [
        ("acc-1", "TenGigabitEthernet1/1/1", "dist-1", "TenGigabitEthernet1/0/1", LinkEvidence.MUTUAL_NEIGHBORS)
    ]
    assert found[0].conflicts == ()


def test_cdp_and_lldp_of_one_cable_are_one_link() -> None:
    acc = facts(
        "acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"), lldp("Te1/1/1", "dist-1.example.org", "Te1/0/1"), lldp("Te1/1/1", "", "7"))
    )
    dist = facts("dist-1", neighbors=(lldp("Te1/0/1", "acc-1", "local 12"),))
    assert [_short(link)[-1] for link in links_of(acc, dist)] == [LinkEvidence.MUTUAL_NEIGHBORS]


def test_one_end_alone_is_weaker_and_the_other_end_may_be_unread() -> None:
    found = links_of(facts("acc-1", neighbors=(cdp("Te1/1/1", "Dist-1.example.org", "Te1/0/1"),)))
    assert [_short(link) for link in found] == [
        ("acc-1", "TenGigabitEthernet1/1/1", "dist-1", "TenGigabitEthernet1/0/1", LinkEvidence.ONE_SIDED_NEIGHBOR)
    ]


def test_parallel_cables_are_told_apart_by_their_ports() -> None:
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"), cdp("Te1/1/2", "dist-1", "Te1/0/2")))
    dist = facts("dist-1", neighbors=(cdp("Te1/0/1", "acc-1", "Te1/1/1"), cdp("Te1/0/2", "acc-1", "Te1/1/2")))
    assert [(_short(link)[1], _short(link)[3], _short(link)[4]) for link in links_of(acc, dist)] == [
        (f"TenGigabitEthernet1/1/{n}", f"TenGigabitEthernet1/0/{n}", LinkEvidence.MUTUAL_NEIGHBORS) for n in (1, 2)
    ]


def test_ends_that_do_not_say_their_port_are_joined_if_there_is_one_way_only() -> None:
    one = links_of(facts("a", neighbors=(lldp("Gi1/0/1", "b"),)), facts("b", neighbors=(lldp("Gi1/0/9", "a"),)))
    assert [_short(link)[:4] for link in one] == [("a", "GigabitEthernet1/0/1", "b", "GigabitEthernet1/0/9")]
    two = links_of(
        facts("a", neighbors=(lldp("Gi1/0/1", "b"), lldp("Gi1/0/2", "b"))),
        facts("b", neighbors=(lldp("Gi1/0/9", "a"), lldp("Gi1/0/10", "a"))),
    )
    assert {link.evidence for link in two} == {LinkEvidence.ONE_SIDED_NEIGHBOR}


def test_devices_that_are_both_called_switch_are_never_joined() -> None:
    first = facts("10.0.0.1", hostname="Switch", neighbors=(cdp("Gi0/1", "Switch", "Gi0/2"),))
    second = facts("10.0.0.2", hostname="Switch", neighbors=(cdp("Gi0/1", "Switch", "Gi0/2"),))
    ends = [{link.a, link.b} for link in links_of(first, second)]
    assert len(ends) == 2
    assert not ends[0] & ends[1]


def test_of_devices_of_one_name_the_one_that_sees_the_port_back_is_meant() -> None:
    """Two closets with a ``floor-2`` each, and one that nobody named: what both ends tell of their ports leaves no doubt."""
    names = (("east-floor-2", "floor-2"), ("west-floor-2", "floor-2"), ("192.0.2.9", "Switch"))
    closets = [facts(name, hostname=host, neighbors=(cdp("Te1/1/1", "core-1", f"Te1/0/{n}"),)) for n, (name, host) in enumerate(names)]
    core = facts("core-1", neighbors=tuple(cdp(f"Te1/0/{n}", host, "Te1/1/1") for n, (_, host) in enumerate(names)))
    found = links_of(core, *closets)
    assert {(link.a, link.b, link.evidence) for link in found} == {
        (*sorted((name, "core-1")), LinkEvidence.MUTUAL_NEIGHBORS) for name, _ in names
    }
    assert len(found) == 3
    assert not any(link.conflicts for link in found)


def test_a_namesake_with_another_serial_number_or_that_sees_another_port_is_not_meant() -> None:
    def ends(record: Neighbor, port_told: str = "Te1/0/1") -> set[str]:
        closets = [
            facts(f"{side}-floor-2", hostname="floor-2", serials=(serial,), neighbors=(cdp("Te1/1/1", "core-1", port_told),))
            for side, serial in (("east", "FOC1234X0AB"), ("west", ""))
        ]
        closets[1] = replace(closets[1], tables=replace(closets[1].tables, neighbors=()))
        return {
            end
            for link in links_of(facts("core-1", neighbors=(record,)), *closets)
            for end in (link.a, link.b)
            if link.evidence is LinkEvidence.MUTUAL_NEIGHBORS
        }

    assert ends(cdp("Te1/0/1", "floor-2", "Te1/1/1")) == {"core-1", "east-floor-2"}
    assert ends(cdp("Te1/0/1", "floor-2(FOC9999X0CD)", "Te1/1/1")) == set()
    assert ends(cdp("Te1/0/1", "floor-2", "Te1/1/1"), "Te1/0/7") == set()


def test_a_device_is_never_its_own_neighbor() -> None:
    assert links_of(facts("acc-1", neighbors=(cdp("Gi1/0/1", "acc-1", "Gi1/0/2"),))) == ()


def test_phones_access_points_servers_and_supplies_are_no_links() -> None:
    records = (
        cdp_phone("Gi1/0/1", 1), cdp("Gi1/0/2", "ap-1", platform="AIR-AP2802", capabilities="Trans-Bridge"),
        cdp("Gi1/0/3", "esx-1", platform="VMware ESX", capabilities="Switch"), cdp("Gi1/0/4", "ups", platform="APC", capabilities="Host"),
        cdp("Gi1/0/7", "00180a000001", "Port 0", platform="Meraki MR33 Cloud Managed AP", capabilities="Router Switch"),
        cdp("Gi1/0/8", "ap-2", "GigabitEthernet0", platform="CW9166I-B", capabilities="Router Switch"),
        lldp("Gi1/0/9", "ap-3", platform="Meraki Cloud Managed AP", capabilities="B"),
        lldp("Gi1/0/5", "srv", capabilities="S"), cdp("Gi1/0/6", "gw-1", platform="ISR4331", capabilities="Router"),
        cdp("Gi1/0/48", "dist-1"),
    )  # fmt: skip
    assert [link.b for link in links_of(facts("acc-1", neighbors=records))] == ["dist-1"]


def test_a_cable_in_a_management_port_is_no_link_whichever_end_says_so() -> None:
    """A switch for management hangs on the management ports of all others: no phone's traffic can go that way."""
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"), cdp("Gi0/0", "oob-1", "Gi1/0/1")))
    agg = facts("dist-1", platform="cisco_nxos", neighbors=(cdp("mgmt0", "oob-1", "Gi1/0/2"),))
    oob = facts(
        "oob-1",
        neighbors=(
            cdp("Gi1/0/1", "acc-1", "GigabitEthernet0/0"), cdp("Gi1/0/2", "dist-1", "mgmt0"),
            cdp("Gi1/0/3", "dist-9", "mgmt0", platform="N7K-C7010"), cdp("Gi1/0/4", "acc-9", "Gi0/0", platform="C9300-48P"),
            cdp("Gi1/0/5", "acc-8", "Fa1", platform="WS-C4506-E"), cdp("Gi1/0/6", "gw-1", "Gi0/0", platform="ISR4331"),
        ),
    )  # fmt: skip
    assert [_short(link)[:4] for link in links_of(acc, agg, oob)] == [
        ("acc-1", "TenGigabitEthernet1/1/1", "dist-1", "TenGigabitEthernet1/0/1"),
        ("gw-1", "GigabitEthernet0/0", "oob-1", "GigabitEthernet1/0/6"),
    ]
    assert [link.b for link in links_of(acc)] == ["dist-1"]


def test_an_address_learned_at_a_management_cable_is_no_link_either() -> None:
    table = (fdb(1, 1, "Gi1/0/1"), fdb(1, 2, "Gi1/0/2"))
    told = facts("acc-1", interfaces=(interface("Vl1", address=1), interface("Gi1/0/1")), neighbors=(cdp("Gi0/0", "oob-1", "Gi1/0/1"),))
    silent = facts("acc-2", interfaces=(interface("Gi0/0", address=2), interface("Gi1/0/1", address=3)))
    assert links_of(told, silent, facts("oob-1", mac=table)) == ()
    seen = facts("acc-2", interfaces=(interface("Gi0/0", address=2), interface("Vl1", address=2), interface("Gi1/0/1")))
    assert [link.evidence for link in links_of(seen, facts("oob-1", mac=table))] == [LinkEvidence.MAC_TABLE]


def test_a_router_is_a_link_where_it_is_the_only_way_or_named_as_the_core_or_read() -> None:
    router = cdp("Gi0/1", "wan-1", "Gi0/0/0", platform="ISR4331", capabilities="Router")
    assert [link.b for link in links_of(facts("acc-1", neighbors=(router,)))] == ["wan-1"]
    both = facts("acc-1", neighbors=(router, cdp("Gi0/2", "dist-1")))
    assert [link.b for link in links_of(both)] == ["dist-1"]
    assert [link.b for link in links_of(both, cores=("WAN-1.example.org",))] == ["dist-1", "wan-1"]
    assert [(link.a, link.b) for link in links_of(both, facts("wan-1"))] == [("acc-1", "dist-1"), ("acc-1", "wan-1")]


def test_an_unmanaged_switch_shows_several_neighbors_at_one_port() -> None:
    found = links_of(
        facts("acc-1", neighbors=(cdp("Gi1/0/1", "acc-2", "Gi0/1"), cdp("Gi1/0/1", "acc-3", "Gi0/1"))),
        facts("acc-2", neighbors=(cdp("Gi0/1", "acc-1", "Gi1/0/1"),)),
    )
    assert {link.b: link.conflicts for link in found} == {
        "acc-2": ("acc-1 GigabitEthernet1/0/1 also sees acc-3",),
        "acc-3": ("acc-1 GigabitEthernet1/0/1 also sees acc-2",),
    }


def test_spanning_tree_blocks_a_link_only_if_no_instance_passes() -> None:
    def link(*rows: object) -> Link:
        return links_of(facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),), spanning_tree=rows))[0]

    assert link(stp("Te1/1/1", "altn", "blk"), stp("Te1/1/1", "altn", "blk", instance="10")).active is False
    shared = link(stp("Te1/1/1", "altn", "blk"), stp("Te1/1/1", "root", "fwd", instance="10"))
    assert (shared.active, shared.blocked_in) == (True, ("110",))
    assert link().active is True


def test_the_state_of_a_bundle_is_that_of_its_members_at_either_end() -> None:
    dist = facts(
        "dist-1", neighbors=(cdp("Te1/0/1", "acc-1", "Te1/1/1"),), lags=(lag("Po5", "Te1/0/1"),), spanning_tree=(stp("Po5", "back", "blk"),)
    )
    found = links_of(facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),)), dist)
    assert [(link.active, link.bundle_a, link.bundle_b) for link in found] == [(False, None, "Port-channel5")]


def test_a_member_without_a_neighbor_leads_where_the_others_of_its_bundle_lead() -> None:
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),), lags=(lag("Po1", "Te1/1/1", "Te1/1/2", "Te1/1/3(D)"),))
    dist = facts("dist-1", lags=(lag("Po9", "Te1/0/1", "Te1/0/2"),))
    found = links_of(acc, dist)
    assert [_short(link) for link in found] == [
        ("acc-1", "TenGigabitEthernet1/1/1", "dist-1", "TenGigabitEthernet1/0/1", LinkEvidence.ONE_SIDED_NEIGHBOR),
        ("acc-1", "TenGigabitEthernet1/1/2", "dist-1", "TenGigabitEthernet1/0/2", LinkEvidence.LAG),
    ]
    assert {link.bundle_a for link in found} == {"Port-channel1"}


def test_several_members_without_a_neighbor_say_that_their_pairs_are_not_known() -> None:
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),), lags=(lag("Po1", "Te1/1/1", "Te1/1/2", "Te1/1/3"),))
    found = [link for link in links_of(acc) if link.evidence is LinkEvidence.LAG]
    assert [link.conflicts for link in found] == [("which member of acc-1 Port-channel1 ends where is not known",)] * 2


def test_a_member_of_a_bundle_over_two_switches_leads_to_neither_for_sure() -> None:
    acc = facts(
        "acc-1", neighbors=(cdp("Te1/1/1", "dist-1a"), cdp("Te1/1/2", "dist-1b")), lags=(lag("Po1", "Te1/1/1", "Te1/1/2", "Te1/1/3"),)
    )
    found = links_of(acc)
    assert [link.evidence for link in found] == [LinkEvidence.ONE_SIDED_NEIGHBOR] * 2
    trunks = trunks_of(found, {"acc-1": ports_of(acc)})
    assert trunks["acc-1"] == {port(name) for name in ("Te1/1/1", "Te1/1/2", "Te1/1/3", "Po1")}


def test_a_neighbor_at_the_bundle_itself_is_the_link_of_the_bundle() -> None:
    acc = facts("acc-1", neighbors=(cdp("Po1", "dist-1", "Po7"),), lags=(lag("Po1", "Te1/1/1", "Te1/1/2"),))
    assert [_short(link)[:4] for link in links_of(acc)] == [("acc-1", "Port-channel1", "dist-1", "Port-channel7")]


def test_mac_tables_speak_only_where_no_neighbor_does() -> None:
    a = facts(
        "a",
        interfaces=(interface("Gi1/0/1", address=1),),
        mac=(fdb(1, 2, "Gi1/0/1"), fdb(1, 3, "Gi1/0/2")),
        neighbors=(cdp("Gi1/0/1", "b", "Gi1/0/1"),),
    )
    b = facts("b", interfaces=(interface("Gi1/0/1", address=2),), mac=(fdb(1, 1, "Gi1/0/1"),))
    c = facts("c", interfaces=(interface("Gi1/0/1", address=3),), mac=(fdb(1, 1, "Gi1/0/9"),))
    assert [_short(link) for link in links_of(a, b, c)] == [
        ("a", "GigabitEthernet1/0/1", "b", "GigabitEthernet1/0/1", LinkEvidence.ONE_SIDED_NEIGHBOR),
        ("a", "GigabitEthernet1/0/2", "c", "GigabitEthernet1/0/9", LinkEvidence.MAC_TABLE),
    ]


_CHAIN = (
    facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"), cdp("Te1/1/2", "acc-2", "Te1/1/1"), cdp_phone("Gi1/0/1", 1))),
    facts("acc-2", neighbors=(cdp("Te1/1/1", "acc-1", "Te1/1/2"),)),
    facts("dist-1", neighbors=(cdp("Te1/0/1", "acc-1", "Te1/1/1"), cdp("Te1/0/48", "core", "Te1/0/1"))),
)


@given(st.permutations(_CHAIN), st.randoms())
def test_the_order_of_devices_and_rows_does_not_matter(devices: list[DeviceFacts], random: object) -> None:
    shuffled = []
    for device in devices:
        rows = list(device.tables.neighbors)
        random.shuffle(rows)  # type: ignore[attr-defined]
        shuffled.append(replace(device, tables=replace(device.tables, neighbors=tuple(rows))))
    assert links_of(*shuffled) == links_of(*_CHAIN)
