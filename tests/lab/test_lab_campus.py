"""The simulated campus is a possible one, and the same seed gives the same."""

from __future__ import annotations

import pytest

from switchcorr.lab.campus import PORTS, Build, LabCampus, build_lab_campus, build_plain_campus

_CAMPUSES = {
    "mixed": build_lab_campus(switches=13),
    "others": build_lab_campus(switches=13, others=True),
    "plain": build_plain_campus(switches=41),
}


@pytest.mark.parametrize("campus", _CAMPUSES.values(), ids=_CAMPUSES)
def test_every_cable_has_two_ends(campus: LabCampus) -> None:
    ends = {(device.name, cable.interface): (cable.remote, cable.remote_interface) for device in campus.devices for cable in device.cables}
    assert len(ends) == sum(len(device.cables) for device in campus.devices)
    assert all(ends[far] == near for near, far in ends.items())


@pytest.mark.parametrize("campus", _CAMPUSES.values(), ids=_CAMPUSES)
def test_names_addresses_and_ports_are_used_once(campus: LabCampus) -> None:
    names = [device.name for device in campus.devices]
    phones = [phone.name for _, phone in campus.phones]
    macs = [phone.mac for _, phone in campus.phones] + [phone.pc for _, phone in campus.phones if phone.pc]
    assert (len(set(names)), len(set(phones)), len(set(macs))) == (len(names), len(phones), len(macs))
    assert not {phone.interface for device in campus.devices for phone in device.phones} & {
        cable.interface for device in campus.devices for cable in device.cables
    }


def test_a_mixed_campus_has_as_many_phones_on_each_part() -> None:
    campus = build_lab_campus(switches=2, phones_a_module=5)
    assert {device.name: (device.build, len(device.phones)) for device in campus.devices if device.phones} == {
        "acc-001": (Build.CHASSIS, 20),
        "acc-002": (Build.STACK, 15),
    }


def test_a_plain_campus_deals_its_phones_out_over_all_ports() -> None:
    campus = build_plain_campus(switches=1, phones_a_switch=100)
    counts = [sum(phone.interface == f"GigabitEthernet1/0/{port}" for _, phone in campus.phones) for port in range(1, PORTS + 1)]
    assert sum(counts) == 100
    assert set(counts) == {2, 3}


def test_the_same_seed_gives_the_same_campus_and_another_another() -> None:
    assert build_lab_campus(switches=3, seed=4) == build_lab_campus(switches=3, seed=4) != build_lab_campus(switches=3, seed=5)
    assert build_plain_campus(switches=2, seed=4) == build_plain_campus(switches=2, seed=4) != build_plain_campus(switches=2, seed=5)


def test_other_platforms_change_nothing_but_the_distribution_they_hang_from() -> None:
    without, with_others = (build_lab_campus(switches=7, others=others).devices for others in (False, True))
    assert {device.name for device in set(with_others) - set(without)} == {"nex-001", "cat-001", "dist-01a", "dist-01b"}


def test_a_device_is_found_by_name() -> None:
    assert _CAMPUSES["mixed"].device("core-1").build is Build.CORE
    with pytest.raises(KeyError):
        _CAMPUSES["mixed"].device("core-2")
