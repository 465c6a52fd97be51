"""Trees of switches that tell nothing but MAC tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.graph.mac_links import links_by_mac, mac_views
from switchcorr.topology.graph.ports import ports_of
from tests.topology.device_rows import by_name, facts, fdb, interface, lag, port


def _tree(parents: Mapping[int, int], *, without_table: tuple[int, ...] = (), unread: tuple[int, ...] = ()) -> dict[str, DeviceFacts]:
    """Switches of a tree by number, each with port ``Gi1/0/n`` towards its neighbor n and MAC tables that know every other switch."""
    numbers = sorted({*parents, *parents.values()})
    beside: dict[int, set[int]] = {number: set() for number in numbers}
    for child, parent in parents.items():
        beside[child].add(parent)
        beside[parent].add(child)

    def beyond(start: int, first: int) -> set[int]:
        found, waiting = {first}, [first]
        while waiting:
            for other in beside[waiting.pop()] - found - {start}:
                found.add(other)
                waiting.append(other)
        return found

    devices = []
    for number in numbers:
        if number in unread:
            continue
        rows = (
            []
            if number in without_table
            else [fdb(1, other, f"Gi1/0/{first}") for first in beside[number] for other in beyond(number, first)]
        )
        devices.append(facts(f"sw-{number:02d}", interfaces=(interface("Vlan1", address=number),), mac=tuple(rows)))
    return by_name(*devices)


def _links(devices: Mapping[str, DeviceFacts], taken: frozenset[tuple[str, InterfaceName]] = frozenset()) -> set[frozenset[str]]:
    ports = {name: ports_of(device) for name, device in devices.items()}
    found = list(links_by_mac(mac_views(devices, ports), taken, frozenset()))
    pairs = [frozenset((a[0], b[0])) for a, b in found]
    assert len(pairs) == len(set(pairs))
    return set(pairs)


def _pairs(parents: Mapping[int, int]) -> set[frozenset[str]]:
    return {frozenset((f"sw-{child:02d}", f"sw-{parent:02d}")) for child, parent in parents.items()}


@given(st.integers(2, 12).flatmap(lambda n: st.tuples(*(st.integers(1, number - 1) for number in range(2, n + 1)))))
def test_any_tree_of_switches_with_tables_is_found_again(parents: tuple[int, ...]) -> None:
    tree = dict(enumerate(parents, start=2))
    assert _links(_tree(tree)) == _pairs(tree)


@given(
    st.integers(3, 8).flatmap(lambda n: st.tuples(*(st.integers(1, number - 1) for number in range(2, n + 1)))),
    st.integers(0),
    st.integers(0),
)
def test_any_tree_is_found_again_though_an_entry_of_one_table_has_aged_out(parents: tuple[int, ...], whose: int, which: int) -> None:
    tree = dict(enumerate(parents, start=2))
    devices = _tree(tree)
    name = sorted(devices)[whose % len(devices)]
    rows = devices[name].tables.mac
    kept = tuple(row for place, row in enumerate(rows) if place != which % len(rows))
    assert _links(devices | {name: replace(devices[name], tables=replace(devices[name].tables, mac=kept))}) == _pairs(tree)


def test_a_core_that_has_forgotten_one_switch_is_still_between_it_and_all_others() -> None:
    star = {2: 1, 3: 1, 4: 1}
    forgetful = facts("sw-01", interfaces=(interface("Vlan1", address=1),), mac=(fdb(1, 3, "Gi1/0/3"), fdb(1, 4, "Gi1/0/4")))
    assert _links(_tree(star) | {"sw-01": forgetful}) == _pairs(star)


def test_what_others_place_on_two_ports_is_added_to_none() -> None:
    """4 is behind 2 by the table of 2 and behind 3 by that of 3: a moved or doubled address."""
    told = {2: (fdb(1, 1, "Gi1/0/1"), fdb(1, 4, "Gi1/0/4")), 3: (fdb(1, 1, "Gi1/0/1"), fdb(1, 4, "Gi1/0/4"))}
    devices = [
        facts("sw-01", interfaces=(interface("Vlan1", address=1),), mac=(fdb(1, 2, "Gi1/0/2"), fdb(1, 3, "Gi1/0/3"))),
        *(facts(f"sw-0{number}", interfaces=(interface("Vlan1", address=number),), mac=rows) for number, rows in told.items()),
        facts("sw-04", interfaces=(interface("Vlan1", address=4),)),
    ]
    assert {frozenset(("sw-01", "sw-02")), frozenset(("sw-01", "sw-03"))} < _links(by_name(*devices))


def test_a_switch_without_a_table_between_two_others_is_found_where_it_sits() -> None:
    chain = {2: 1, 3: 2, 4: 3}
    assert _links(_tree(chain, without_table=(2,))) == _pairs(chain)


def test_a_switch_that_was_not_read_between_two_is_no_gap() -> None:
    assert _links(_tree({2: 1, 3: 2, 4: 3}, unread=(2,))) == {frozenset(("sw-01", "sw-03")), frozenset(("sw-03", "sw-04"))}


def test_many_switches_around_one_that_was_not_read_hang_from_it() -> None:
    found = _links(_tree({2: 1, 3: 1, 4: 1, 5: 4}, unread=(1,)))
    middle = "switch between sw-02 and 2 more"
    assert found == {frozenset((middle, f"sw-0{n}")) for n in (2, 3, 4)} | {frozenset(("sw-04", "sw-05"))}


def test_an_address_that_was_forgotten_does_not_make_a_false_link() -> None:
    """1 has forgotten 2 and sees 3 beyond it."""
    devices = _tree({2: 1, 3: 2})
    forgetful = facts("sw-01", interfaces=(interface("Vlan1", address=1),), mac=(fdb(1, 3, "Gi1/0/2"),))
    assert _links(devices | {"sw-01": forgetful}) == _pairs({2: 1, 3: 2})


def test_a_one_sided_table_is_enough_where_the_other_end_has_none() -> None:
    assert _links(_tree({2: 1}, without_table=(2,))) == _pairs({2: 1})


def test_a_port_whose_neighbor_is_known_is_left_alone() -> None:
    assert _links(_tree({2: 1}), frozenset({("sw-02", port("Gi1/0/1"))})) == set()
    assert _links(_tree({2: 1}), frozenset({("sw-01", port("Gi1/0/2")), ("sw-02", port("Gi1/0/1"))})) == set()


def test_members_are_their_bundle_and_a_flapping_address_is_nowhere() -> None:
    a = facts(
        "a", interfaces=(interface("Vlan1", address=1),), lags=(lag("Po1", "Gi1/0/1", "Gi1/0/2"),),
        mac=(fdb(1, 2, "Gi1/0/1"), fdb(1, 2, "Po1"), fdb(1, 3, "Gi1/0/7"), fdb(1, 3, "Gi1/0/8")),
    )  # fmt: skip
    others = [facts(name, interfaces=(interface("Vlan1", address=number),)) for name, number in (("b", 2), ("c", 3))]
    devices = by_name(a, *others)
    views = mac_views(devices, {name: ports_of(device) for name, device in devices.items()})
    assert list(views["a"].seen) == ["Port-channel1"]
    assert [(one, other) for one, other in links_by_mac(views, frozenset(), frozenset())] == [(("a", "Port-channel1"), ("b", None))]


def test_a_pair_that_is_joined_already_gets_no_second_link() -> None:
    devices = _tree({2: 1})
    views = mac_views(devices, {name: ports_of(device) for name, device in devices.items()})
    assert list(links_by_mac(views, frozenset(), frozenset({frozenset(("sw-01", "sw-02"))}))) == []


def test_an_address_of_two_devices_is_nobodys() -> None:
    twins = [facts(name, interfaces=(interface("Vlan1", address=7),), mac=(fdb(1, 8, "Gi1/0/1"),)) for name in "ab"]
    other = facts("c", interfaces=(interface("Vlan1", address=8),), mac=(fdb(1, 7, "Gi1/0/1"),))
    devices = by_name(*twins, other)
    assert mac_views(devices, {})["c"].seen == {}
