"""Which way is up, and what the phones of a switch share on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import ArpEntry
from switchcorr.topology.graph.cores import find_cores
from switchcorr.topology.graph.levels import Hierarchy, Uplink, active_graph, find_hierarchy
from switchcorr.topology.graph.links import find_links, trunks_of
from switchcorr.topology.graph.names import names_of
from switchcorr.topology.graph.peers import looks_of, peers_of_cores, with_ways_of_peers
from switchcorr.topology.graph.ports import phones_at, ports_of
from switchcorr.topology.graph.ways import Ways, WayUp, hashed_components, ways_of
from tests.topology.device_rows import by_name, cdp, cdp_phone, facts, fdb, lag, mac, port, stp


def _told(devices: Sequence[DeviceFacts], *, cores: Sequence[str] = (), call_servers: Sequence[str] = ()) -> tuple[Hierarchy, str]:
    """The hierarchy, and how its core was found."""
    found = by_name(*devices)
    ports = {name: ports_of(device) for name, device in found.items()}
    spelled = names_of(found.values())[0]
    links = find_links(found, spelled, ports, cores=cores)
    graph = active_graph(list(found), links)
    phones = {name: phones_at(device, frozenset(), frozenset()) for name, device in found.items()}
    trunks = trunks_of(links, ports)
    names, assumption = find_cores(graph, found, links, ports, trunks, phones=phones, cores=cores, call_servers=call_servers)
    looks = looks_of(found, spelled, links, ports, phones=phones)
    names = tuple(sorted({*names, *peers_of_cores(links, looks, names)}))
    return find_hierarchy(with_ways_of_peers(graph, links, looks, names), links, ports, names), assumption


def _hierarchy(devices: Sequence[DeviceFacts], *, cores: Sequence[str] = (), call_servers: Sequence[str] = ()) -> Hierarchy:
    return _told(devices, cores=cores, call_servers=call_servers)[0]


def _ways(*devices: DeviceFacts, phones: Mapping[str, int] | None = None, cores: Sequence[str] = ("core",)) -> Ways:
    return ways_of(_hierarchy(devices, cores=cores), phones or {"acc-1": 10})


def _up(local: str, name: str, remote: str = "") -> tuple[object, ...]:
    return (cdp(local, name, remote),)


_DISTS = (
    facts("dist-1a", neighbors=_up("Te1/0/48", "core", "Hu1/0/1")),
    facts("dist-1b", neighbors=_up("Te1/0/48", "core", "Hu1/0/2")),
)


def _dual(name: str, **more: object) -> DeviceFacts:
    return facts(name, neighbors=(cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp("Te2/1/1", "dist-1b", "Te1/0/1")), **more)  # type: ignore[arg-type]


def test_one_active_link_is_shared_by_all() -> None:
    way = _ways(_dual("acc-1", spanning_tree=(stp("Te1/1/1", "root"), stp("Te2/1/1", "altn", "blk"))), *_DISTS).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle, way.distribution, way.block) == (
        "acc-1:TenGigabitEthernet1/1/1",
        "",
        "dist-1a",
        "dist-1a+dist-1b",
    )


def test_spanning_tree_shares_the_links_out_by_vlan() -> None:
    rows = (
        stp("Te1/1/1", "root"),
        stp("Te2/1/1", "altn", "blk"),
        stp("Te1/1/1", "altn", "blk", instance="10"),
        stp("Te2/1/1", "root", instance="10"),
    )
    ways = _ways(_dual("acc-1", spanning_tree=rows), *_DISTS)
    assert [ways.of("acc-1", vlan).distribution for vlan in (110, 10)] == ["dist-1a", "dist-1b"]
    assert ways.of("acc-1").distribution == ""
    assert ways.of("acc-1", 99).uplink == ""


def test_two_links_in_use_share_nothing_but_the_block_and_carry_half_each() -> None:
    way = _ways(_dual("acc-1"), *_DISTS).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle, way.distribution, way.block) == ("", "", "", "dist-1a+dist-1b")
    found = hashed_components({"acc-1": way})
    assert [(item.component.kind, item.component.id, item.bundle.kind, item.bundle.id, item.ways) for item in found] == [
        ("distribution", "dist-1a", "block", "dist-1a+dist-1b", 2), ("distribution", "dist-1b", "block", "dist-1a+dist-1b", 2),
        ("uplink", "acc-1:TenGigabitEthernet1/1/1", "switch", "acc-1", 2), ("uplink", "acc-1:TenGigabitEthernet2/1/1", "switch", "acc-1", 2),
    ]  # fmt: skip


def test_a_bundle_is_shared_and_its_members_carry_a_share() -> None:
    acc = facts(
        "acc-1",
        neighbors=(cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp("Te1/1/2", "dist-1a", "Te1/0/2")),
        lags=(lag("Po1", "Te1/1/1", "Te1/1/2"),),
    )
    way = _ways(acc, _DISTS[0]).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle, way.distribution) == ("", "acc-1:Port-channel1", "dist-1a")
    assert [(item.component.id, item.bundle.id, item.ways) for item in hashed_components({"acc-1": way})] == [
        ("acc-1:TenGigabitEthernet1/1/1", "acc-1:Port-channel1", 2), ("acc-1:TenGigabitEthernet1/1/2", "acc-1:Port-channel1", 2),
    ]  # fmt: skip


def test_a_bundle_over_two_switches_shares_the_bundle_and_the_block() -> None:
    way = _ways(_dual("acc-1", lags=(lag("Po1", "Te1/1/1", "Te2/1/1"),)), *_DISTS).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle, way.distribution, way.block) == ("", "acc-1:Port-channel1", "", "dist-1a+dist-1b")
    assert {(item.component.kind, item.bundle.kind, item.ways) for item in hashed_components({"acc-1": way})} == {
        ("uplink", "uplink_bundle", 2), ("distribution", "block", 2),
    }  # fmt: skip


def _hung(number: int, **more: object) -> DeviceFacts:
    """An access switch with a phone that hangs on a distribution switch that was read and on its peer, of which nobody shows a way up."""
    up = (cdp("Te1/1/1", "dist-1a", f"Te1/0/{number}"), cdp("Te2/1/1", "dist-1z", f"Te1/0/{number}"))
    return facts(f"acc-{number}", neighbors=(*up, cdp_phone("Gi1/0/1", number)), **more)  # type: ignore[arg-type]


def test_what_one_member_of_a_bundle_leads_up_to_all_its_members_do() -> None:
    way = _ways(_hung(1, lags=(lag("Po1", "Te1/1/1", "Te2/1/1"),)), _DISTS[0]).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle, way.distribution, way.block) == ("", "acc-1:Port-channel1", "", "dist-1a+dist-1z")


def test_a_peer_without_a_known_way_up_is_above_the_switches_that_hang_on_both() -> None:
    def of(count: int, *others: DeviceFacts, **more: object) -> tuple[str, str, str]:
        way = _ways(*(_hung(number, **more) for number in range(1, count + 1)), _DISTS[0], *others).of("acc-1", 110)
        return way.uplink, way.distribution, way.block

    alone = ("acc-1:TenGigabitEthernet1/1/1", "dist-1a", "dist-1a")
    assert of(3) == ("", "", "dist-1a+dist-1z")
    assert of(3, spanning_tree=(stp("Te1/1/1", "root"), stp("Te2/1/1", "altn", "blk"))) == (*alone[:2], "dist-1a+dist-1z")
    assert of(3, facts("dist-1z", neighbors=(cdp_phone("Gi1/0/1", 9),))) == alone  # an access switch
    assert of(3, facts("dist-1z", neighbors=(cdp("Te1/0/48", "core", "Hu1/0/9"),))) == ("", "", "dist-1a+dist-1z")


def test_every_hashed_component_stands_once_however_many_switches_share_it() -> None:
    ways = _ways(_dual("acc-1"), _dual("acc-2"), *_DISTS, phones={"acc-1": 1, "acc-2": 1})
    found = hashed_components({name: ways.of(name) for name in ("acc-1", "acc-2")})
    assert [item.component.id for item in found if item.component.kind == "distribution"] == ["dist-1a", "dist-1b"]
    assert len({item.component for item in found}) == len(found) == 6


def test_a_switch_above_two_blocks_carries_no_one_share() -> None:
    third = facts("dist-1c", neighbors=_up("Te1/0/48", "core", "Hu1/0/3"))
    other = facts("acc-2", neighbors=(cdp("Te1/1/1", "dist-1a", "Te1/0/2"), cdp("Te2/1/1", "dist-1c", "Te1/0/2")))
    ways = _ways(_dual("acc-1"), other, *_DISTS, third, phones={"acc-1": 1, "acc-2": 1})
    found = hashed_components({name: ways.of(name) for name in ("acc-1", "acc-2")})
    assert [item.component.id for item in found if item.component.kind == "distribution"] == ["dist-1b", "dist-1c"]


def test_a_bundle_known_as_a_whole_is_taken_apart_into_its_members() -> None:
    acc = facts("acc-1", neighbors=_up("Po1", "dist-1a", "Po7"), lags=(lag("Po1", "Te1/1/1", "Te1/1/2"),))
    way = _ways(acc, _DISTS[0]).of("acc-1", 110)
    assert [uplink.interface for uplink in way.uplinks] == [port("Te1/1/1"), port("Te1/1/2")]
    assert way.uplink_bundle == "acc-1:Port-channel1"


def test_a_bundle_with_one_member_left_is_uplink_and_bundle() -> None:
    acc = facts("acc-1", neighbors=_up("Te1/1/1", "dist-1a", "Te1/0/1"), lags=(lag("Po1", "Te1/1/1", "Te1/1/2(D)"),))
    way = _ways(acc, _DISTS[0]).of("acc-1", 110)
    assert (way.uplink, way.uplink_bundle) == ("acc-1:TenGigabitEthernet1/1/1", "acc-1:Port-channel1")
    assert hashed_components({"acc-1": way}) == ()


def _chain(length: int) -> tuple[DeviceFacts, ...]:
    """Access switches one below the other; the first hangs from both distribution switches."""
    lower = [facts(f"acc-{n}", neighbors=_up("Te1/1/1", f"acc-{n - 1}", "Te1/1/3")) for n in range(2, length + 1)]
    return (_dual("acc-1"), *lower, *_DISTS)


def test_phones_of_a_daisy_chain_share_the_upper_switch_and_all_above_it() -> None:
    ways = _ways(*_chain(3), phones={"acc-1": 10, "acc-2": 10, "acc-3": 10})
    top, middle, last = (ways.of(f"acc-{n}", 110) for n in (1, 2, 3))
    assert (top.chain, middle.chain, last.chain) == (("acc-1",), ("acc-1", "acc-2"), ("acc-1", "acc-2"))
    assert middle.uplink == "acc-2:TenGigabitEthernet1/1/1"
    assert {way.block for way in (top, middle, last)} == {"dist-1a+dist-1b"}
    assert {way.distribution for way in (top, middle, last)} == {""}


def test_a_chained_switch_without_phones_below_is_no_chain() -> None:
    ways = _ways(*_chain(2), phones={"acc-1": 10})
    assert ways.of("acc-1").chain == ()


def test_a_chain_hangs_from_the_distribution_switch_of_its_top() -> None:
    single = facts("acc-1", neighbors=_up("Te1/1/1", "dist-1a", "Te1/0/1"))
    lower = facts("acc-2", neighbors=_up("Te1/1/1", "acc-1", "Te1/1/3"))
    way = _ways(single, lower, *_DISTS, phones={"acc-1": 1, "acc-2": 1}).of("acc-2", 110)
    assert (way.distribution, way.block) == ("dist-1a", "dist-1a")


def test_a_distribution_switch_with_phones_of_its_own_stays_one() -> None:
    access = [facts(f"acc-{n}", neighbors=_up("Te1/1/1", "dist-1a", f"Te1/0/{n}")) for n in (1, 2, 3)]
    ways = _ways(*access, *_DISTS, phones={"acc-1": 1, "acc-2": 1, "acc-3": 1, "dist-1a": 4})
    assert (ways.of("acc-1").distribution, ways.of("acc-1").chain) == ("dist-1a", ("dist-1a",))
    assert (ways.of("dist-1a").distribution, ways.of("dist-1a").chain) == ("core", ("dist-1a",))


def test_a_ring_has_no_dominator_until_spanning_tree_opens_it() -> None:
    ring = (
        facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp("Te1/1/2", "acc-2", "Te1/1/1"))),
        facts("acc-3", neighbors=(cdp("Te1/1/1", "dist-1b", "Te1/0/1"), cdp("Te1/1/2", "acc-2", "Te1/1/2"))),
    )
    phones = {"acc-1": 1, "acc-2": 1, "acc-3": 1}
    closed = _ways(*ring, facts("acc-2"), *_DISTS, phones=phones).of("acc-2")
    assert (closed.chain, closed.distribution, closed.block) == ((), "", "dist-1a+dist-1b")
    opened = _ways(*ring, facts("acc-2", spanning_tree=(stp("Te1/1/2", "altn", "blk"),)), *_DISTS, phones=phones).of("acc-2")
    assert (opened.chain, opened.distribution, opened.block) == (("acc-1",), "dist-1a", "dist-1a+dist-1b")


def test_the_top_of_everything_has_no_way_up() -> None:
    way = _ways(_dual("acc-1"), *_DISTS, facts("core"), phones={"acc-1": 1, "core": 1}).of("core")
    assert (way.uplink, way.uplink_bundle, way.distribution, way.block) == ("", "", "", "")


def test_a_core_that_is_given_needs_no_assumption_and_any_spelling_will_do() -> None:
    hierarchy, assumption = _told([_dual("acc-1"), *_DISTS], cores=["CORE.example.org"])
    assert (hierarchy.cores, assumption) == (("core",), "")
    assert hierarchy.level == {"core": 0, "dist-1a": 1, "dist-1b": 1, "acc-1": 2}


def test_the_way_up_leads_to_where_the_call_server_is_attached() -> None:
    server = fdb(5, 0x77, "Te1/0/9")
    hierarchy, assumption = _told(
        [_dual("acc-1", mac=(fdb(5, 0x77, "Te1/1/1"),)), facts("dist-1a", neighbors=_DISTS[0].tables.neighbors, mac=(fdb(5, 0x77, "Te1/0/48"),)),
         _DISTS[1], facts("core", arp=(ArpEntry("198.51.100.5", mac(0x77)),)), facts("server-room", neighbors=_up("Te1/0/48", "core", "Te1/0/9"), mac=(server,))],
        call_servers=["198.51.100.5"],
    )  # fmt: skip
    assert hierarchy.cores == ("server-room",)
    assert "a call server is attached or resolved there" in assumption


def test_an_arp_table_with_the_call_server_is_the_next_best() -> None:
    hierarchy = _hierarchy(
        [_dual("acc-1"), *_DISTS, facts("core", arp=(ArpEntry("198.51.100.5", mac(0x77)),))], call_servers=["198.51.100.5"]
    )
    assert hierarchy.cores == ("core",)


def test_without_the_call_server_anywhere_the_roots_of_spanning_tree_count() -> None:
    root = facts("core", spanning_tree=(stp("Hu1/0/1", "desg", is_root=True), stp("Hu1/0/2", "desg", is_root=True, instance="10")))
    odd = _dual("acc-1", spanning_tree=())
    hierarchy, assumption = _told([odd, *_DISTS, root], call_servers=["198.51.100.5"])
    assert hierarchy.cores == ("core",)
    assert assumption == "core is taken as the core: spanning-tree root (--core names another)"


def test_the_root_of_one_odd_vlan_is_no_core() -> None:
    root = facts("core", spanning_tree=tuple(stp("Hu1/0/1", "desg", is_root=True, instance=str(n)) for n in range(1, 5)))
    odd = _dual("acc-1", spanning_tree=(stp("Gi1/0/1", "desg", is_root=True, instance="999"),))
    assert _hierarchy([odd, *_DISTS, root]).cores == ("core",)


def test_a_root_that_was_not_read_is_where_root_ports_lead() -> None:
    acc = [facts(f"acc-{n}", neighbors=_up("Te1/1/1", "big", f"Te1/0/{n}"), spanning_tree=(stp("Te1/1/1", "root"),)) for n in (1, 2)]
    side = facts("acc-3", neighbors=(cdp("Te1/1/1", "acc-1"), *(cdp(f"Gi1/0/{n}", f"small-{n}") for n in range(9))))
    assert _hierarchy([*acc, side]).cores == ("big",)


def test_where_every_switch_routes_roots_say_nothing_and_most_links_count() -> None:
    roots = (stp("Te1/1/1", "desg", is_root=True),)
    acc = [facts(f"acc-{n}", neighbors=_up("Te1/1/1", "core", f"Te1/0/{n}"), spanning_tree=roots) for n in (1, 2, 3)]
    hierarchy, assumption = _told([*acc, facts("core", spanning_tree=(stp("Te1/0/1", "desg", is_root=True),))])
    assert hierarchy.cores == ("core",)
    assert "most links end there" in assumption


def test_many_small_switches_that_nobody_read_make_no_core_of_the_switch_above_them() -> None:
    small = tuple(cdp(f"Gi1/0/{number}", f"mini-{number}") for number in range(1, 7))
    acc = [facts(f"acc-{n}", neighbors=(*_up("Te1/1/1", "core", f"Te1/0/{n}"), *(small if n == 1 else ()))) for n in (1, 2, 3)]
    assert _hierarchy([*acc, facts("core")]).cores == ("core",)
    assert _hierarchy(acc).cores == ("core",)
    assert _hierarchy(acc[:1]).cores == ("acc-1",)
    assert _hierarchy(
        [replace(acc[0], tables=replace(acc[0].tables, neighbors=(*acc[0].tables.neighbors, cdp_phone("Gi1/0/9", 1)))), facts("core")]
    ).cores == ("core",)


def test_the_top_of_a_daisy_chain_is_no_core_for_its_many_links() -> None:
    chained = tuple(cdp(f"Te{n}/1/1", f"acc-{n}", "Te1/1/1") for n in (2, 3, 4))
    top = facts("acc-1", neighbors=(cdp("Te1/1/1", "hub-a", "Eth1/3"), *chained, cdp_phone("Gi1/0/1", 1)))
    others = [facts(f"acc-{n}", neighbors=(*_up("Te1/1/1", "acc-1", f"Te{n}/1/1"), cdp_phone("Gi1/0/1", n))) for n in (2, 3, 4)]
    beside = facts("acc-5", neighbors=(*_up("Te1/1/1", "hub-a", "Eth1/5"), cdp_phone("Gi1/0/1", 5)))
    hub = facts("hub-a", neighbors=(cdp("Eth1/3", "acc-1", "Te1/1/1"), cdp("Eth1/5", "acc-5", "Te1/1/1")))
    assert _hierarchy([top, *others, beside, hub]).cores == ("hub-a",)
    with_few = [facts(name, neighbors=(cdp("Te1/1/1", "acc-1"), cdp("Te1/1/2", f"{name}-b"))) for name in ("lab", "store")]
    assert _hierarchy([top, *others, *with_few]).cores == ("acc-1",)  # of what was read, most hang there


def test_of_two_equal_ends_the_one_without_phones_is_up() -> None:
    hierarchy = _hierarchy([facts("acc-1", neighbors=(cdp("Gi0/1", "b", "Gi0/1"), cdp_phone("Gi0/2", 1))), facts("b")])
    assert hierarchy.cores == ("b",)
    assert hierarchy.uplinks["acc-1"][0].above == "b"


def test_a_root_whose_tree_leads_to_no_other_switch_is_no_core() -> None:
    """Two access switches that route, below two cores: half of the devices are roots, each of the VLANs of its own ports."""
    own = (stp("Gi1/0/1", "desg", is_root=True, root=5), stp("Gi1/0/2", "desg", instance="10", is_root=True, root=5))
    access = [
        facts(name, neighbors=(cdp("Te1/1/1", "core-a"), cdp("Te1/1/2", "core-b"), cdp_phone("Gi1/0/1", number)), spanning_tree=own)
        for number, name in enumerate(("acc-1", "acc-2"))
    ]
    assert _hierarchy([*access, facts("core-a", neighbors=_up("Hu1/0/1", "core-b")), facts("core-b")]).cores == ("core-a", "core-b")


def _block(name: str, *cores: str, root: bool = True, phones: bool = True) -> list[DeviceFacts]:
    """A pair of distribution switches, the first the root of the block's own trees, and an access switch."""
    up = tuple(cdp(f"Hu1/0/{number}", core) for number, core in enumerate(cores, start=1))
    rows = (stp("Twe1/0/1", "desg", is_root=True, root=6),) if root else ()
    own = (cdp_phone("Gi1/0/1", sum(name.encode())),) if phones else ()
    return [
        facts(f"{name}-a", neighbors=(*up, cdp("Hu1/0/49", f"{name}-b"), cdp("Twe1/0/1", f"{name}-acc")), spanning_tree=rows),
        facts(f"{name}-b", neighbors=(*up, cdp("Twe1/0/1", f"{name}-acc"))),
        facts(f"{name}-acc", neighbors=own),
    ]


def test_a_routed_core_above_blocks_with_roots_of_their_own_is_the_core() -> None:
    hierarchy, told = _told([*_block("east", "core-1", "core-2"), *_block("west", "core-1", "core-2"), facts("core-1"), facts("core-2")])
    assert told == "core-1, core-2 are taken as the core: distribution blocks meet there (--core names another)"
    assert [hierarchy.level[name] for name in ("core-1", "east-a", "west-acc")] == [0, 1, 2]
    assert hierarchy.cores == _hierarchy([*_block("east", "core-1", "core-2", root=False), *_block("west", "core-1", "core-2")]).cores


def test_a_router_that_few_of_the_blocks_hang_on_is_not_the_core_beside_it() -> None:
    blocks = [*_block("east", "core-1"), *_block("west", "core-1")]
    wan = facts("wan-1", neighbors=(cdp("Gi0/0/0", "east-a", "Hu1/0/9"), cdp("Gi0/0/1", "west-a", "Hu1/0/9")))
    assert _hierarchy([*blocks, facts("core-1"), wan]).cores == ("core-1",)


def test_one_block_or_one_tree_leaves_the_core_to_spanning_tree() -> None:
    assert _hierarchy([*_block("east", "wan-1"), facts("wan-1")]).cores == ("east-a", "east-b")
    assert _hierarchy([*_block("east", "core-1"), *_block("west", "core-1", phones=False), facts("core-1")]).cores == (
        "east-a",
        "east-b",
        "west-a",
        "west-b",
    )
    east, *others = [*_block("east", "core-1"), *_block("west", "core-1", root=False), facts("core-1")]
    tree = (*east.tables.spanning_tree, stp("Hu1/0/1", "desg", is_root=True, root=6))
    layer2 = replace(east, tables=replace(east.tables, spanning_tree=tree))
    assert [_hierarchy([one, *others]).cores for one in (layer2, east)] == [("east-a", "east-b"), ("core-1",)]
    root = facts("core-1", spanning_tree=(stp("Hu1/0/1", "desg", is_root=True, root=7),), neighbors=(cdp("Hu1/0/1", "east-a"),))
    blocks = [*_block("east", "core-1", "core-2", root=False), *_block("west", "core-1", "core-2", root=False)]
    assert _hierarchy([*blocks, root, facts("core-2")]).cores == ("core-1", "core-2")


def test_every_island_has_a_core_of_its_own() -> None:
    hierarchy, assumption = _told([
        facts("a-1", neighbors=(*_up("Gi0/1", "a-core"), cdp_phone("Gi0/2", 1))), facts("b-1", neighbors=(*_up("Gi0/1", "b-core"), cdp_phone("Gi0/2", 2))),
        facts("lonely"),
    ], cores=["a-core"])  # fmt: skip
    assert hierarchy.cores == ("a-core", "b-core")
    assert assumption == "b-core is taken as the core: most links end there (--core names another)"
    assert "lonely" not in hierarchy.level


def test_a_core_alone_may_be_given() -> None:
    assert _hierarchy([facts("only")], cores=["only"]).level == {"only": 0}
    assert _hierarchy([facts("only")]).cores == ()


def test_an_uplink_without_a_known_end_counts_for_the_block_only() -> None:
    dist = facts("dist-1a", neighbors=(cdp("Te1/0/48", "core"), cdp("Te1/0/1", "acc-1", "unknown")))
    way = _ways(facts("acc-1"), dist).of("acc-1")
    assert (way.uplink, way.distribution, way.block) == ("", "", "dist-1a")


def test_switches_above_that_are_not_the_whole_block_carry_no_share_of_it() -> None:
    links = tuple(Uplink(InterfaceName.parse(f"Te1/1/{n}"), None, f"dist-1{side}") for n, side in ((1, "a"), (2, "b")))
    shares = hashed_components({"acc-1": WayUp(block="dist-1a+dist-1b+dist-1c", uplinks=links)})
    assert {share.component.kind for share in shares} == {"uplink"}


def test_all_phones_below_a_core_share_it_where_some_have_a_distribution_switch_in_between() -> None:
    near = facts("acc-2", neighbors=_up("Te1/1/1", "core", "Te1/0/9"))
    ways = _ways(_dual("acc-1"), near, facts("core"), *_DISTS, phones={"acc-1": 10, "acc-2": 10})
    assert [ways.of(name).core for name in ("acc-1", "acc-2", "core")] == ["core"] * 3


def test_a_core_from_which_all_phones_hang_is_their_distribution_switch_and_nothing_beside_it() -> None:
    near = facts("acc-1", neighbors=_up("Te1/1/1", "core", "Te1/0/9"))
    way = _ways(near, facts("core")).of("acc-1")
    assert (way.distribution, way.core) == ("core", "")


def test_two_cores_are_shared_as_one() -> None:
    dist = facts("dist", neighbors=(cdp("Te1/0/1", "core-1", "Te1/1"), cdp("Te1/0/2", "core-2", "Te1/1")))
    near = facts("acc-1", neighbors=_up("Te1/1/1", "dist", "Te1/0/9"))
    ways = _ways(near, dist, facts("core-1"), facts("core-2"), cores=("core-1", "core-2"))
    assert ways.of("acc-1").core == "core-1+core-2"
