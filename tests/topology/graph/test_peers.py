"""The second switch of a pair: above the same switches as the first, whatever was read of it."""

from __future__ import annotations

from typing import Any

import pytest

from switchcorr.model.campus import Campus
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.model.tables import Neighbor
from switchcorr.topology import CampusOptions, Known, build_campus
from tests.topology.device_rows import cdp, cdp_phone, facts, fdb, lldp, phone, snapshot, stp


def _campus(*devices: DeviceFacts, cores: tuple[str, ...] = ()) -> Campus:
    return build_campus([snapshot(*devices)], CampusOptions(cores=cores))


def _row(campus: Campus, number: int = 1) -> dict[str, str]:
    place = campus.risk.phones.index(phone(number))
    return {kind: campus.risk.components[kind][column[place]].id for kind, column in campus.risk.columns.items() if column[place] >= 0}


_ONE_ROOT = (stp("Te1/1/1", "root"), stp("Te1/1/2", "altn", "blk"))


def _access(number: int, first: str, second: str, *, rows: Any = _ONE_ROOT, **more: Any) -> DeviceFacts:
    """An access switch with a phone, with links to two switches."""
    up = (cdp("Te1/1/1", first, f"Te1/0/{number}", **more), cdp("Te1/1/2", second, f"Te1/0/{number}", **more))
    return facts(f"acc-{number}", neighbors=(*up, cdp_phone("Gi1/0/1", number)), spanning_tree=rows)


def _root(name: str = "core-1", *neighbors: Neighbor, **more: Any) -> DeviceFacts:
    return facts(name, neighbors=neighbors, spanning_tree=(stp("Te1/0/1", "desg", is_root=True),), **more)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_collapsed_core_with_one_root_is_both_switches(count: int) -> None:
    access = [_access(number, "core-1", "core-2") for number in range(1, count + 1)]
    campus = _campus(*access, _root("core-1", cdp("Te1/0/48", "core-2", "Te1/0/48")), facts("core-2"))
    row = _row(campus)
    assert (row["block"], row["distribution"]) == ("core-1+core-2", "core-1")
    assert [device.level for device in campus.devices if device.name.startswith("core")] == [0, 0]
    assert "core-2 taken as a core beside core-1: the same switches hang on both" in campus.assumptions


def test_the_core_that_is_given_has_its_peer_beside_it_read_or_not() -> None:
    access = [_access(number, "core-1", "core-2") for number in (1, 2)]
    assert _row(_campus(*access, cores=("core-1",)))["block"] == "core-1+core-2"
    assert _row(_campus(*access))["block"] == "core-1+core-2"


def test_the_core_above_pairs_of_distribution_switches_is_both_switches_and_none_of_the_pairs() -> None:
    up = (cdp("Te1/0/47", "core-1", "Te1/0/1"), cdp("Te1/0/48", "core-2", "Te1/0/1"))
    dists = [facts("dist-1a", neighbors=(*up, cdp("Te1/0/46", "dist-1b", "Te1/0/46"))), facts("dist-1b", neighbors=up)]
    access = [_access(number, "dist-1a", "dist-1b") for number in (1, 2)]
    campus = _campus(*access, *dists, _root("core-1", cdp("Te1/0/48", "core-2", "Te1/0/48")), facts("core-2"))
    assert (_row(campus)["block"], _row(campus)["core"]) == ("dist-1a+dist-1b", "core-1+core-2")


def test_access_switches_and_what_hangs_on_the_core_beside_them_are_no_cores() -> None:
    """A ring of two switches below the core, a switch for servers, and one without phones that hangs below an access switch too."""
    ring = [
        facts("acc-1", neighbors=(cdp("Te1/1/1", "core-1", "Te1/0/1"), cdp("Te1/1/2", "acc-2", "Te1/1/2"), cdp_phone("Gi1/0/1", 1))),
        facts("acc-2", neighbors=(cdp("Te1/1/1", "core-1", "Te1/0/2"), cdp_phone("Gi1/0/1", 2))),
        facts("servers", neighbors=(cdp("Te1/1/1", "core-1", "Te1/0/3"),)),
        facts("lab", neighbors=(cdp("Te1/1/1", "core-1", "Te1/0/4"), cdp("Te1/1/2", "acc-1", "Te1/1/3"))),
    ]
    campus = _campus(*ring, _root())
    assert (_row(campus)["block"], _row(campus, 2)["block"]) == ("core-1", "core-1")
    assert not any("beside" in sentence for sentence in campus.assumptions)


def test_switches_with_phones_that_hang_on_the_same_switch_are_no_pair_of_cores() -> None:
    """Two switches of a daisy chain with names of one kind, below a switch that was taken for no core."""
    access = [
        facts(f"acc-{number}", neighbors=(cdp("Te1/1/1", "hall", f"Te1/0/{number}"), cdp_phone("Gi1/0/1", number))) for number in (1, 2)
    ]
    campus = _campus(*access, facts("hall"), cores=("acc-1",))
    assert not any("beside" in sentence for sentence in campus.assumptions)
    same = [facts(f"sw.floor-{number}", neighbors=(cdp("Te1/1/1", "hall", f"Te1/0/{number}"),)) for number in (1, 2)]
    assert not any("beside" in sentence for sentence in _campus(*same, facts("hall"), cores=("sw.floor-1",)).assumptions)


def _distribution(**more: Any) -> DeviceFacts:
    return facts("dist-1a", neighbors=(cdp("Te1/0/48", "core", "Hu1/0/1"),), **more)


def _block(peer: str, *, rows: Any = (), count: int = 1, model: str = "", **more: Any) -> str:
    """The block of a switch below a distribution switch and beside another one that was not read."""
    access = [_access(number, "dist-1a", peer, rows=rows, **more) for number in range(1, count + 1)]
    return _row(_campus(*access, _distribution(model=model), cores=("core",)))["block"]


def test_a_distribution_switch_that_was_not_read_and_one_switch_hangs_on_is_above_it_if_it_is_like_its_peer() -> None:
    assert _block("dist-1b") == "dist-1a+dist-1b"
    assert _block("floor-7", count=2) == "dist-1a"  # may be a ring
    assert _block("floor-7", count=3) == "dist-1a+floor-7"


def test_one_that_a_root_port_leads_to_is_above() -> None:
    both = (stp("Te1/1/1", "root"), stp("Te1/1/2", "altn", "blk"), stp("Te1/1/2", "root", instance="120"))
    assert _block("floor-7", rows=both) == "dist-1a+floor-7"


def test_one_of_the_model_of_its_peer_is_above_switches_of_another_model() -> None:
    def block(own: str, peer: str = "C9500-40X", other: str = "C9500-40X") -> str:
        up = (cdp("Te1/1/1", "dist-1a", "Te1/0/1"), cdp("Te1/1/2", "floor-7", "Te1/0/1", platform=peer))
        access = facts("acc-1", model=own, neighbors=(*up, cdp_phone("Gi1/0/1", 1)))
        return _row(_campus(access, _distribution(model=other), cores=("core",)))["block"]

    assert block("WS-C3850-48P") == "dist-1a+floor-7"
    assert [block("C9500-40X"), block(""), block("WS-C3850-48P", "WS-C3850-48P"), block("WS-C3850-48P", "", "")] == ["dist-1a"] * 4


def test_a_catalyst_that_routes_is_above_one_that_does_not() -> None:
    def block(own: str, peer: str, model: str = "WS-C3850-48P") -> str:
        up = (
            cdp("Te1/1/1", "dist-1a", "Te1/0/1", capabilities="Router Switch IGMP"),
            cdp("Te1/1/2", "floor-7", "Te1/0/1", capabilities=peer, platform=model),
        )
        top = facts("dist-1a", neighbors=(cdp("Te1/0/48", "core", "Hu1/0/1"), cdp("Te1/0/1", "acc-1", "Te1/1/1", capabilities=own)))
        return _row(_campus(facts("acc-1", neighbors=(*up, cdp_phone("Gi1/0/1", 1))), top, cores=("core",)))["block"]

    assert block("Switch IGMP", "Router Switch IGMP") == "dist-1a+floor-7"
    assert block("Router Switch IGMP", "Router Switch IGMP") == "dist-1a"
    assert block("Switch IGMP", "Switch IGMP") == "dist-1a"
    assert block("Switch IGMP", "Router Switch IGMP", "ISR4331/K9") == "dist-1a"  # a router tells that it switches too


def test_phones_that_tell_nothing_of_themselves_make_access_switches_too() -> None:
    """They are known by the log and the MAC tables alone."""
    access = [
        facts(
            f"acc-{number}",
            neighbors=(cdp("Te1/1/1", "dist-1z"), cdp("Te1/1/2", "dist-1a")),
            spanning_tree=_ONE_ROOT,
            mac=(fdb(110, number, "Gi1/0/1"),),
        )
        for number in (1, 2)
    ]
    dist = facts("dist-1a", neighbors=(cdp("Te1/0/48", "core", "Hu1/0/1"), cdp("Te1/0/47", "dist-1z", "Te1/0/47")))
    heard = CampusOptions(cores=("core",), known=Known(phones=(phone(1), phone(2))))
    assert _row(build_campus([snapshot(*access, dist)], heard))["block"] == "dist-1a+dist-1z"


def test_the_words_of_a_system_description_are_no_model() -> None:
    """Two switches that were not read say by LLDP that they run the same software; one hangs below the access switch."""
    words = "Cisco IOS Software, Catalyst L3 Switch Software"
    up = (lldp("Te1/1/1", "dist-1a", "Te1/0/1", platform=words), lldp("Te1/1/2", "floor-7", "Te1/1/1", platform=words))
    access = facts(
        "acc-1",
        model="WS-C3850-48P",
        neighbors=(*up, cdp_phone("Gi1/0/1", 1)),
        spanning_tree=(stp("Te1/1/1", "root"), stp("Te1/1/2", "desg")),
    )
    assert _row(_campus(access))["block"] == "dist-1a"


def test_a_peer_that_was_not_read_is_above_where_the_link_to_the_other_one_is_blocked() -> None:
    access = [_access(number, "dist-1z", "dist-1a") for number in (1, 2)]
    dist = facts("dist-1a", neighbors=(cdp("Te1/0/48", "core", "Hu1/0/1"), cdp("Te1/0/47", "dist-1z", "Te1/0/47")))
    row = _row(_campus(*access, dist, cores=("core",)))
    assert (row["block"], row["uplink"], row["distribution"]) == ("dist-1a+dist-1z", "acc-1:TenGigabitEthernet1/1/1", "dist-1z")
