"""From snapshots to exposures, with the ids of the contract."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.campus import Campus, Component
from switchcorr.model.placement import PlacementState
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState
from switchcorr.model.tables import ArpEntry, AsicPort, Fex, SpanningTreePort
from switchcorr.topology import CampusOptions, Known, build_campus, to_networkx
from switchcorr.topology.build import devices_at
from switchcorr.topology.placement.locations import parse_locations
from tests.topology.device_rows import (
    MORNING,
    card,
    cdp,
    cdp_phone,
    facts,
    fdb,
    interface,
    item,
    lag,
    lldp,
    mac,
    phone,
    snapshot,
    stp,
    switchport,
    told,
)

NOON = MORNING + timedelta(hours=4)
EVENING = MORNING + timedelta(hours=10)


def _campus(*devices: DeviceFacts, **options: Any) -> Campus:
    return build_campus([snapshot(*devices)], CampusOptions(**{"cores": ("core",), **options}))


def _row(campus: Campus, number: int) -> dict[str, str]:
    place = campus.risk.phones.index(phone(number))
    return {kind: campus.risk.components[kind][column[place]].id for kind, column in campus.risk.columns.items() if column[place] >= 0}


def _chassis_4500(**more: Any) -> DeviceFacts:
    return facts(
        "acc-12", model="WS-C4507R+E", hostname="ACC-12",
        neighbors=(cdp_phone("Gi3/12", 1, software="SCCP42.8-4-2S", addresses=("198.51.100.7",)), cdp("Te1/1", "dist-1a", "Te1/0/1"), cdp("Te1/2", "dist-1b", "Te1/0/1")),
        switchports=(switchport("Gi3/12", voice=110),), lags=(lag("Po1", "Te1/1", "Te1/2"),), asics=(AsicPort(interface("Gi3/12").name, 2),), **more,
    )  # fmt: skip


_DISTS = tuple(
    facts(f"dist-1{side}", model="C9500-40X", neighbors=(cdp("Te1/0/48", "core", f"Hu1/0/{n}"),)) for n, side in enumerate("ab", start=1)
)


def test_ids_are_those_of_the_contract() -> None:
    campus = _campus(_chassis_4500(), *_DISTS, facts("core", arp=(ArpEntry("198.51.100.7", mac(1), interface("Vlan110").name),)))
    assert _row(campus, 1) == {
        "port": "acc-12:GigabitEthernet3/12", "asic": "acc-12/3/2", "module": "acc-12/3", "switch": "acc-12",
        "uplink_bundle": "acc-12:Port-channel1", "block": "dist-1a+dist-1b", "core": "core", "vlan": "110@dist-1a+dist-1b", "subnet": "core:Vlan110",
        "model": "IP Phone 7962", "firmware": "SCCP42.8-4-2S",
    }  # fmt: skip
    assert [(item.component.id, item.bundle.id, item.ways) for item in campus.risk.hashed if item.component.kind == "uplink"] == [
        ("acc-12:TenGigabitEthernet1/1", "acc-12:Port-channel1", 2), ("acc-12:TenGigabitEthernet1/2", "acc-12:Port-channel1", 2),
    ]  # fmt: skip


def test_a_phone_without_a_place_is_in_the_vlan_of_its_subnet() -> None:
    placed = [cdp_phone(f"Gi1/0/{number}", number, addresses=(f"198.51.100.{number}",)) for number in range(1, 6)]
    ports = [switchport(f"Gi1/0/{number}", voice=110 if number < 5 else 120) for number in range(1, 6)]
    arp = [
        ArpEntry(f"198.51.100.{number}", mac(number), interface(f"Vlan{110 if number not in (5, 7) else 120}").name)
        for number in (1, 2, 3, 4, 5, 6, 7)
    ]
    heard = Known(phones=(phone(6), phone(7)), addresses={phone(number): f"198.51.100.{number}" for number in (6, 7)})
    campus = _campus(facts("acc-1", neighbors=tuple(placed), switchports=tuple(ports)), facts("core", arp=tuple(arp)), known=heard)
    assert _row(campus, 6) == {"subnet": "core:Vlan110", "vlan": _row(campus, 1)["vlan"]}
    assert _row(campus, 7) == {"subnet": "core:Vlan120"}  # of which one placed phone tells too little
    blind = facts("acc-1", neighbors=tuple(placed), switchports=tuple(ports[:3]))
    assert "vlan" not in _row(_campus(blind, facts("core", arp=tuple(arp)), known=heard), 4)  # whose port was not read


def test_an_address_at_a_routed_port_is_of_no_subnet() -> None:
    routed = ArpEntry("198.51.100.7", mac(1), interface("Gi1/0/9").name)
    assert "subnet" not in _row(_campus(_chassis_4500(), *_DISTS, facts("core", arp=(routed,))), 1)


def test_kinds_of_modules_in_ids() -> None:
    pair = facts(
        "vss", model="WS-C6506-E", neighbors=(cdp_phone("Gi2/3/4", 1), cdp_phone("Gi101/1/0/9", 4)), interfaces=(interface("Te1/3/2"),)
    )
    stack = facts("stack", model="C9300-48P", neighbors=(cdp_phone("Te1/1/1", 2),))
    nexus = facts("n5k", platform="cisco_nxos", neighbors=(cdp_phone("Eth101/1/12", 3),), fexes=(Fex(101),))
    campus = _campus(pair, stack, nexus)
    assert [_row(campus, n)["module"] for n in (1, 2, 3, 4)] == ["vss/2.3", "stack/1.nm", "n5k/fex101", "vss/fex101"]
    assert _row(campus, 1)["chassis"] == "vss/2"
    assert "chassis" not in _row(campus, 4)


def test_the_uplink_of_a_vlan_is_the_one_that_its_instance_of_multiple_spanning_tree_lets_through() -> None:
    trees = (
        *(stp("Te1/1/1", "root", instance=number) for number in "01"), stp("Te1/1/1", "altn", "blk", instance="2", root=7),
        *(stp("Te2/1/1", "altn", "blk", instance=number) for number in "01"), stp("Te2/1/1", "root", instance="2", root=7),
        *(stp("Gi1/0/1", "desg", instance=number) for number in "012"), *(stp("Gi1/0/2", "desg", instance=number) for number in "01"),
    )  # fmt: skip
    up = (cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp("Te2/1/1", "dist-1b", "Te1/0/1"))
    ports = (switchport("Gi1/0/1", voice=110), switchport("Gi1/0/2"))
    campus = _campus(facts("acc-1", neighbors=(*up, cdp_phone("Gi1/0/1", 1)), spanning_tree=trees, switchports=ports), *_DISTS)
    row = _row(campus, 1)
    assert (row["uplink"], row["distribution"], row["block"]) == ("acc-1:TenGigabitEthernet2/1/1", "dist-1b", "dist-1a+dist-1b")


def test_the_label_of_a_module_is_for_people() -> None:
    campus = _campus(
        facts("acc-1", inventory=(item("Slot 3 Linecard", "WS-X4748"),), neighbors=(cdp_phone("Gi3/1", 1), cdp_phone("Gi4/1", 2)))
    )
    assert [component.label for component in campus.risk.components["module"]] == ["acc-1 module 3 (WS-X4748)", ""]


def test_a_vlan_reaches_as_far_as_its_block_else_its_root_bridge_else_the_switch() -> None:
    def vlan(*devices: DeviceFacts) -> str:
        return _row(build_campus([snapshot(*devices)], CampusOptions()), 1)["vlan"]

    phone_rows: dict[str, Any] = {"neighbors": (cdp_phone("Gi1/0/1", 1),), "switchports": (switchport("Gi1/0/1", voice=110),)}
    assert vlan(facts("acc-1", **phone_rows)) == "110@acc-1"
    rooted = (stp("Gi1/0/47", "desg"), stp("Gi1/0/48", "root", root=9), stp("Gi1/0/48", "root", root=8, instance="10"))
    assert (
        vlan(facts("acc-1", **phone_rows, spanning_tree=rooted), facts("boss", interfaces=(interface("Vlan1", address=9),))) == "110@boss"
    )
    assert vlan(facts("acc-1", **phone_rows, spanning_tree=rooted)) == "110@00:00:5e:00:00:09"
    other = (stp("Gi1/0/48", "root", root=8, instance="1"),)
    assert vlan(facts("acc-1", **phone_rows, spanning_tree=other)) == "110@00:00:5e:00:00:08"


def test_a_vlan_that_an_access_switch_routes_itself_reaches_no_further() -> None:
    def vlan(*rows: SpanningTreePort, bundle: bool = False) -> str:
        acc = facts(
            "acc-1",
            neighbors=(cdp_phone("Gi1/0/1", 1), cdp("Te1/1/1", "dist-1a", "Te1/0/1")),
            mac=(fdb(110, 1, "Gi1/0/1"),),
            spanning_tree=rows,
            lags=(lag("Po1", "Te1/1/1"),) if bundle else (),
        )
        campus = build_campus([snapshot(acc, facts("dist-1a"))], CampusOptions(cores=("dist-1a",)))
        return campus.risk.components["vlan"][0].id

    own = stp("Gi1/0/1", "desg", is_root=True, root=5)
    assert vlan(own) == "110@acc-1"
    assert vlan(own, stp("Te1/1/1", "desg", is_root=True, root=5)) == "110@dist-1a"
    assert vlan(own, stp("Po1", "desg", is_root=True, root=5), bundle=True) == "110@dist-1a"
    assert vlan(own, stp("Po1", "desg", is_root=True, root=5)) == "110@dist-1a"  # nothing tells what is in the bundle
    assert vlan(stp("Gi1/0/1", "desg", root=5)) == "110@dist-1a"


def test_a_daisy_chain_is_a_component_with_the_phones_of_its_top() -> None:
    top = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp_phone("Gi1/0/1", 1)))
    low = facts("acc-2", neighbors=(cdp("Te1/1/1", "acc-1", "Te1/1/2"), cdp_phone("Gi1/0/1", 2)))
    last = facts("acc-3", neighbors=(cdp("Te1/1/1", "acc-2", "Te1/1/2"), cdp_phone("Gi1/0/1", 3)))
    campus = _campus(top, low, last, *_DISTS)
    assert campus.risk.components["chain"] == (Component("chain", "acc-1"),)
    assert campus.risk.components["chain"][0].label == "acc-1 with the switches below it"
    assert list(campus.risk.columns["chain"]) == [0, 0, 0]
    assert [_row(campus, n).get("chain_2") for n in (1, 2, 3)] == [None, "acc-2", "acc-2"]
    assert {_row(campus, n)["distribution"] for n in (1, 2, 3)} == {"dist-1a"}
    assert [_row(campus, n)["uplink"] for n in (1, 2)] == ["acc-1:TenGigabitEthernet1/1/1", "acc-2:TenGigabitEthernet1/1/1"]


def test_groups_of_devices_are_groups_of_their_phones() -> None:
    campus = _campus(
        _chassis_4500(), device_groups={"ACC-12.example.org": {"site": "north", "power": "ups-3"}, "elsewhere": {"site": "south"}}
    )
    assert (_row(campus, 1)["site"], _row(campus, 1)["power"]) == ("north", "ups-3")


def test_spellings_of_one_model_are_one_component() -> None:
    records = (cdp_phone("Gi1/0/1", 1), lldp("Gi1/0/2", phone(2), platform="CP-7962G", capabilities="B,T"),
               cdp("Gi1/0/3", phone(3), "Port 1", platform="IP Phone", capabilities="H P", detail=False))  # fmt: skip
    campus = _campus(facts("acc-1", neighbors=records))
    assert [component.id for component in campus.risk.components["model"]] == ["IP Phone 7962"]
    assert "model" not in _row(campus, 3)


def test_an_unplaced_phone_is_exposed_to_nothing_of_the_network() -> None:
    campus = _campus(facts("acc-1"), known=Known(phones=(phone(1),)))
    assert campus.placements[0].state is PlacementState.UNPLACED
    assert campus.risk.kinds == ()


def test_devices_carry_what_is_known_of_them() -> None:
    campus = _campus(_chassis_4500(address="192.0.2.12"), *_DISTS)
    by_name = {device.name: device for device in campus.devices}
    assert [(device.name, device.level, device.read) for device in campus.devices] == [
        ("acc-12", 2, True), ("core", 0, False), ("dist-1a", 1, True), ("dist-1b", 1, True),
    ]  # fmt: skip
    assert by_name["acc-12"].addresses == ("192.0.2.12",)
    assert by_name["acc-12"].model == "WS-C4507R+E"


def test_a_model_told_by_neighbors_decides_how_names_are_read() -> None:
    bare = facts("acc-1", version=(), neighbors=(cdp_phone("Gi1/12", 1),))
    core = facts("core", neighbors=(cdp("Te1/0/1", "acc-1", "Gi1/48", platform="WS-C4506"),))
    assert _row(_campus(bare, core), 1)["module"] == "acc-1/1"
    assert "module" not in _row(_campus(bare), 1)


def test_the_facts_of_each_device_that_count_at_a_moment() -> None:
    first, second = snapshot(facts("a"), facts("b")), snapshot(facts("a", at=NOON), facts("c", at=NOON), at=NOON)
    assert {name: found.taken_at for name, found in devices_at([first, second], None).items()} == {"a": NOON, "b": MORNING, "c": NOON}
    assert devices_at([first, second], MORNING)["a"].taken_at == MORNING
    assert devices_at([first, second], MORNING)["c"].taken_at == NOON


_CDP, _STATUS = "show_cdp_neighbors_detail", "show_interfaces_status"


def test_what_the_last_visit_did_not_come_to_is_taken_from_the_one_before() -> None:
    """The uplink is known from the first visit only: without it, all that is learned there would pass for phones of an edge port."""
    whole = told(facts("acc-1", neighbors=(cdp("Te1/1/1", "core"),), mac=(fdb(110, 1, "Gi1/0/1"),)), **{_CDP: OutputState.PARSED})
    short = told(facts("acc-1", at=NOON, mac=(fdb(110, 2, "Te1/1/1"),)), **{_CDP: OutputState.QUARANTINED})
    campus = build_campus([snapshot(whole), snapshot(short, at=NOON)], CampusOptions(known=Known(phones=(phone(2),))))
    assert [link.a for link in campus.links] == ["acc-1"]
    assert {place.device for place in campus.placements} == {""}
    assert any(sentence.startswith("acc-1: what the visit that counts did not answer") for sentence in campus.assumptions)


def test_only_what_was_not_read_is_taken_from_another_visit() -> None:
    first = told(facts("a", neighbors=(cdp("Te1/1/1", "core"),)), **{_CDP: OutputState.PARSED})
    for state, taken in ((OutputState.EMPTY, False), (OutputState.INVALID, False), (OutputState.DENIED, True)):
        second = told(facts("a", at=NOON), **{_CDP: state})
        for at, visits in ((None, (first, second)), (MORNING - timedelta(hours=1), (second, first))):
            found = devices_at([snapshot(one, at=one.taken_at) for one in visits], at)["a"]
            assert bool(found.tables.neighbors) is taken, state
            assert found.taken_at == NOON
    less = told(facts("a", at=NOON), **{_STATUS: OutputState.PARSED})
    assert devices_at([snapshot(first), snapshot(less, at=NOON)], None)["a"].tables.neighbors
    assert devices_at([snapshot(less), snapshot(told(facts("a", at=NOON)), at=NOON)], None)["a"].tables.neighbors == ()
    third = snapshot(told(facts("a", at=EVENING), **{_STATUS: OutputState.PARSED}), at=EVENING)
    assert devices_at([snapshot(first), snapshot(less, at=NOON), third], None)["a"].tables.neighbors, "of the last but one before"
    kept = facts("a", at=NOON)
    assert devices_at([snapshot(first), snapshot(kept, at=NOON)], None)["a"] is kept


@pytest.mark.parametrize(
    ("table", "whole", "part", "result"),
    [
        ("neighbors", (cdp("Te1/1/1", "core"), cdp("Te1/1/2", "old")), (cdp("Te1/1/2", "new"),), (0, "new")),
        ("modules", (card(3), card(4), replace(card(4), submodule=True)), (card(4, status="faulty"),), (0, 2, "new")),
        ("spanning_tree", (stp("Te1/1/1", "root"), stp("Te1/1/1", "root", instance="10")), (stp("Te1/1/1", "altn", "blk"),), (1, "new")),
        ("switchports", (switchport("Gi1/0/1"), switchport("Gi1/0/2")), (switchport("Gi1/0/2", voice=110),), (0, "new")),
        ("mac", (fdb(110, 1, "Gi1/0/1"), fdb(10, 2, "Gi1/0/1")), (fdb(110, 3, "Gi1/0/1"),), (0, 1, "new")),
    ],
)  # fmt: skip
def test_parts_of_a_table_are_laid_over_the_whole_of_another_visit(
    table: str, whole: tuple[Any, ...], part: tuple[Any, ...], result: tuple[object, ...]
) -> None:
    before: dict[str, Any] = {table: whole}
    after: dict[str, Any] = {table: part}
    first = told(facts("a", **before), **{_STATUS: OutputState.PARSED})
    outputs = (OutputAccount("a", "about a part", "f", OutputState.PARSED, rows=1, is_part=True),)
    second = replace(facts("a", at=NOON, **after), outputs=outputs, partial=frozenset({table}))
    found = devices_at([snapshot(first), snapshot(second, at=NOON)], None)["a"]
    assert getattr(found.tables, table) == tuple(part[0] if place == "new" else whole[int(str(place))] for place in result)
    assert found.partial == frozenset()
    still = devices_at([snapshot(second), snapshot(replace(second, taken_at=EVENING), at=EVENING)], None)["a"]
    assert still.partial == {table}


def test_firmware_of_a_lost_phone_is_that_of_the_snapshot_that_showed_it() -> None:
    shown = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1, software="SCCP42.1"),)))
    campus = build_campus([shown, snapshot(facts("acc-1", at=NOON), at=NOON)], CampusOptions())
    assert _row(campus, 1)["firmware"] == "SCCP42.1"


def test_locations_fill_what_captures_leave_open() -> None:
    table = parse_locations(
        f"phone,switch,port,building,power,ip\n{phone(1)},ACC-12.example.org,acc-12:Gi3/12,B1,ups-1,\n{phone(2)},Acc-12,,B1,ups-1,198.51.100.9\n"
        f"{phone(3)},acc-99,,B2,ups-2,\n{phone(4)},,,B2,,\n",
        source="x.csv",
    )
    campus = _campus(_chassis_4500(), known=Known(phones=(phone(4),)), locations=table)
    assert [_row(campus, n).get("switch") for n in (1, 2, 3, 4)] == ["acc-12", "acc-12", "acc-99", None]
    assert [_row(campus, n)["building"] for n in (1, 2, 3, 4)] == ["B1", "B1", "B2", "B2"]
    assert [(placement.device, placement.state, placement.ip) for placement in campus.placements] == [
        ("acc-12", PlacementState.PLACED, "198.51.100.7"), ("acc-12", PlacementState.PLACED, "198.51.100.9"),
        ("acc-99", PlacementState.PLACED, ""), ("", PlacementState.UNPLACED, ""),
    ]  # fmt: skip
    assert not [sentence for sentence in campus.assumptions if "captures count" in sentence]


def test_a_row_about_another_switch_gives_nothing_of_that_switch() -> None:
    table = parse_locations(
        f"phone,switch,distribution,building\n{phone(1)},acc-99,dist-9,B1\nSIP00005E000001,acc-99,dist-9,B1\n", source="x.csv"
    )
    campus = _campus(_chassis_4500(), locations=table)
    row = _row(campus, 1)
    assert (row["switch"], row.get("distribution"), row["building"]) == ("acc-12", None, "B1")
    assert "the captures place 2 phones on another switch than the locations file; the captures count" in campus.assumptions
    assert campus.risk.phones == (phone(1),)


def test_a_phone_without_an_address_takes_it_from_the_table() -> None:
    table = parse_locations(f"phone,ip,room,extension,user\n{phone(1)},198.51.100.44,7,4711,Ada\n", source="x.csv")
    campus = _campus(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)), locations=table)
    assert [(one.extension, one.description) for one in campus.placements] == [("4711", "Ada")]
    assert campus.placements[0].ip == "198.51.100.44"


def test_the_graph_holds_devices_modules_links_and_phones() -> None:
    campus = _campus(
        facts(
            "acc-1",
            inventory=(item("Slot 3 Linecard"),),
            neighbors=(cdp_phone("Gi3/1", 1), cdp_phone("Fa1", 2), cdp("Te5/1", "core", "Te1/0/1")),
        ),
        known=Known(phones=(phone(9),)),
    )
    graph = to_networkx(campus)
    assert {name: data["kind"] for name, data in graph.nodes(data=True)} == {
        "acc-1": "device", "core": "device", "acc-1/3": "module", phone(1): "phone", phone(2): "phone", phone(9): "phone",
    }  # fmt: skip
    assert {(frozenset((a, b)), data["kind"]) for a, b, data in graph.edges(data=True)} == {
        (frozenset(("acc-1", "acc-1/3")), "in"), (frozenset(("acc-1", "core")), "link"),
        (frozenset(("acc-1/3", phone(1))), "at"), (frozenset(("acc-1", phone(2))), "at"),
    }  # fmt: skip


_PHONES = st.lists(
    st.tuples(st.integers(1, 30), st.integers(1, 3), st.integers(1, 4), st.integers(1, 3)), max_size=20, unique_by=lambda row: row[0]
)


@given(_PHONES)
def test_every_placed_phone_has_ids_that_begin_with_its_switch_and_name_its_port(rows: list[tuple[int, int, int, int]]) -> None:
    devices = [
        facts(
            f"acc-{n}", model="C9300-48P",
            neighbors=(cdp("Te1/1/1", "core", f"Te1/0/{n}"), *(cdp_phone(f"Gi{m}/0/{p}", number) for number, device, m, p in rows if device == n)),
        )
        for n in (1, 2, 3)
    ]  # fmt: skip
    campus = _campus(*devices)
    for number, device, member, panel in rows:
        row = _row(campus, number)
        assert row["switch"] == row["module"].split("/")[0] == row["port"].split(":")[0] == row["uplink"].split(":")[0] == f"acc-{device}"
        assert row["module"] == f"acc-{device}/{member}"
        assert row["port"] == f"acc-{device}:GigabitEthernet{member}/0/{panel}"


def test_mac_tables_of_many_levels_place_a_phone_at_its_edge_only() -> None:
    edge = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),), mac=(fdb(110, 1, "Gi1/0/7"),))
    dist = facts(
        "dist-1", neighbors=(cdp("Te1/0/1", "acc-1", "Te1/1/1"), cdp("Te1/0/48", "core", "Te1/0/1")), mac=(fdb(110, 1, "Te1/0/1"),)
    )
    core = facts("core", neighbors=(cdp("Te1/0/1", "dist-1", "Te1/0/48"),), mac=(fdb(110, 1, "Te1/0/1"),))
    campus = _campus(edge, dist, core, known=Known(phones=(phone(1),)))
    assert [(placement.device, placement.interface) for placement in campus.placements] == [("acc-1", "GigabitEthernet1/0/7")]
