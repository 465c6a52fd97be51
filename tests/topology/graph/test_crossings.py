"""Phones that only MAC tables show are at their own ports, not at those on the way to other switches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from switchcorr.model.campus import Campus
from switchcorr.model.placement import PlacementState
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.build import CampusOptions, build_campus
from switchcorr.topology.placement.sightings import Known
from tests.topology.device_rows import cdp_phone, facts, fdb, lag, phone, snapshot


def _switch(name: str, at: Mapping[str, tuple[int, ...]], **more: Any) -> DeviceFacts:
    """A switch with nothing but a MAC table: the stations at each port, all in the data VLAN."""
    return facts(name, mac=tuple(fdb(10, n, port) for port, stations in at.items() for n in stations), **more)


def _campus(phones: tuple[int, ...], *devices: DeviceFacts) -> Campus:
    return build_campus([snapshot(*devices)], CampusOptions(known=Known(phones=tuple(map(phone, phones)))))


def _places(campus: Campus) -> dict[str, tuple[str, str, PlacementState]]:
    return {str(found.phone)[-2:]: (found.device, str(found.interface), found.state) for found in campus.placements}


def _own(first: int) -> dict[str, tuple[int, ...]]:
    """Three phones at ports of their own, each with a computer behind it."""
    return {f"Gi1/0/{n}": (first + n, 0x100 + first + n) for n in range(1, 4)}


_ALL = tuple(first + n for first in (0, 16, 32) for n in range(1, 4))


def test_phones_of_three_silent_switches_are_at_their_own_ports() -> None:
    switches = [
        _switch(f"acc-{n}", {**_own(first), "Gi1/0/49": tuple(other for other in _ALL if other - first not in range(1, 4))})
        for n, first in enumerate((0, 16, 32), 1)
    ]
    places = _places(_campus(_ALL, *switches))

    assert {place[:2] for place in places.values()} == {(f"acc-{n}", f"GigabitEthernet1/0/{m}") for n in (1, 2, 3) for m in (1, 2, 3)}
    assert {place[2] for place in places.values()} == {PlacementState.PLACED}


def test_a_bundle_is_closed_with_its_members() -> None:
    below = _switch("acc-1", {**_own(0), "Po1": (17, 18)}, lags=(lag("Po1", "Gi1/0/49", "Gi1/0/50"),))
    above = _switch("acc-2", {**_own(16), "Gi1/0/49": (1, 2), "Gi1/0/50": (3,)}, lags=(lag("Po2", "Gi1/0/49", "Gi1/0/50"),))

    assert {place[0] for place in _places(_campus(_ALL[:6], below, above)).values()} == {"acc-1", "acc-2"}
    assert {place[2] for place in _places(_campus(_ALL[:6], below, above)).values()} == {PlacementState.PLACED}


def test_phones_behind_an_unmanaged_switch_stay_at_its_port() -> None:
    many = _switch("acc-2", {"Gi1/0/1": (1, 2, 3), "Gi1/0/2": (33,), "Gi1/0/49": (17, 18, 19)})
    places = _places(_campus((*_ALL[:6], 33), many, _switch("acc-1", {**_own(16), "Gi1/0/49": (1, 2, 3, 33)})))

    assert [places[f"0{n}"][:2] for n in (1, 2, 3)] == [("acc-2", "GigabitEthernet1/0/1")] * 3
    assert {place[2] for place in places.values()} == {PlacementState.PLACED}


def test_ports_towards_each_other_of_two_switches_without_phones_of_their_own_close_no_edge() -> None:
    """The ways of one switch are two, for two VLANs: what it sees there says nothing of the port where the phones are."""
    hub = _switch("acc-1", {"Gi1/0/1": (1, 2), "Gi1/0/2": (3,), "Gi1/0/3": (4,)})
    places = _places(_campus((1, 2, 3, 4), hub, _switch("acc-2", {"Gi1/0/49": (1, 3), "Gi1/0/50": (2, 4)})))

    assert {place[:2] for place in places.values()} == {("acc-1", f"GigabitEthernet1/0/{n}") for n in (1, 2, 3)}


def test_one_phone_that_is_seen_twice_closes_nothing() -> None:
    moved = _switch("acc-2", {"Gi1/0/1": (1, 2), "Gi1/0/2": (1,)})
    places = _places(_campus((1, 2), _switch("acc-1", {"Gi1/0/7": (1, 2)}), moved))

    assert places["02"][2] is PlacementState.AMBIGUOUS


def test_phones_with_records_of_their_own_need_no_such_look() -> None:
    recorded = _switch("acc-1", {"Gi1/0/1": (1,), "Gi1/0/49": (17, 18)}, neighbors=(cdp_phone("Gi1/0/1", 1),))
    other = _switch("acc-2", {}, neighbors=(cdp_phone("Gi1/0/1", 17), cdp_phone("Gi1/0/2", 18)))

    assert {place[0] for place in _places(_campus((1, 17, 18), recorded, other)).values()} == {"acc-1", "acc-2"}
