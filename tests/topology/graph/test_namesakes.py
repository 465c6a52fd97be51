"""Devices of one name: two cables at one port of it are two devices, read or not."""

from __future__ import annotations

from typing import Any

from switchcorr.model.campus import Campus
from switchcorr.topology.build import CampusOptions, build_campus
from switchcorr.topology.placement.sightings import Alarm, Known
from tests.topology.device_rows import cdp, cdp_phone, facts, lldp, phone, snapshot


def _campus(*devices: Any, **options: Any) -> Campus:
    return build_campus([snapshot(*devices)], CampusOptions(**options))


def _links(campus: Campus) -> set[tuple[str, str]]:
    return {(link.a, link.b) for link in campus.links}


def test_an_unread_name_at_one_port_of_which_two_devices_hang_is_two_devices() -> None:
    cores = [facts(f"core-{n}", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49"), cdp("Gi1/0/3", "acc-8", f"Gi1/0/{n}"))) for n in (1, 2)]
    campus = _campus(*cores)

    assert _links(campus) == {
        ("acc-7 behind core-1 GigabitEthernet1/0/2", "core-1"),
        ("acc-7 behind core-2 GigabitEthernet1/0/2", "core-2"),
        ("acc-8", "core-1"),
        ("acc-8", "core-2"),
    }
    assert any(told.startswith("acc-7: several devices that were not read have this name") for told in campus.assumptions)


def test_two_that_hear_each_other_at_the_port_are_on_an_unmanaged_switch() -> None:
    cores = [
        facts(f"core-{n}", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49"), cdp("Gi1/0/2", f"core-{3 - n}", "Gi1/0/2"))) for n in (1, 2)
    ]

    assert {("acc-7", "core-1"), ("acc-7", "core-2")} <= _links(_campus(*cores))


def test_ports_in_a_summary_of_lldp_may_be_cut_and_tell_no_two_devices() -> None:
    access = [facts(f"acc-{n}", neighbors=(lldp("Gi1/0/49", "core-9", "GigabitEthernet1", detail=False),)) for n in (1, 2)]
    detailed = [facts(f"acc-{n}", neighbors=(lldp("Gi1/0/49", "core-9", "GigabitEthernet1"),)) for n in (1, 2)]

    assert _links(_campus(*access)) == {("acc-1", "core-9"), ("acc-2", "core-9")}
    assert len({end for link in _links(_campus(*detailed)) for end in link}) == 4


def test_several_links_of_one_device_to_a_name_are_of_one_device() -> None:
    stale = facts("core-1", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49"), cdp("Gi1/0/3", "acc-7", "Gi1/0/49")))
    other = facts("core-2", neighbors=(cdp("Gi1/0/2", "acc-7", "Port 1"),))

    assert _links(_campus(stale, other)) == {("acc-7", "core-1"), ("acc-7", "core-2")}


def test_a_phone_that_names_one_of_several_has_no_place_by_its_name_alone() -> None:
    cores = [facts(f"core-{n}", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49", addresses=(f"192.0.2.{n}",)),)) for n in (1, 2)]
    alarms = (
        Alarm(phone(1), "acc-7", "Gi1/0/5"),
        Alarm(phone(2), "acc-7", "Gi1/0/5", "192.0.2.2"),
        Alarm(phone(3), "acc-7", "Gi1/0/5", "192.0.2.1"),
    )
    campus = _campus(*cores, known=Known(phones=tuple(alarm.phone for alarm in alarms), alarms=alarms))

    places = {str(placement.phone): placement.device for placement in campus.placements}
    assert places == {str(phone(1)): "", str(phone(2)): "acc-7 at 192.0.2.2", str(phone(3)): "acc-7 at 192.0.2.1"}
    assert ("acc-7 at 192.0.2.2", "core-2") in _links(campus)


def test_a_read_device_whose_port_leads_elsewhere_is_not_the_one_that_another_site_names() -> None:
    access = facts("acc-7", neighbors=(cdp("Gi1/0/49", "core-1", "Gi1/0/2"), *(cdp_phone(f"Gi1/0/{n}", n) for n in range(1, 5))))
    core = facts("core-1", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49"),))
    other_site = facts("core-2", neighbors=(cdp("Gi1/0/2", "acc-7", "Gi1/0/49"),))

    assert _links(_campus(access, core, other_site)) == {
        ("acc-7", "core-1"),
        ("acc-7 behind core-2 GigabitEthernet1/0/2", "core-2"),
    }
    heard = facts("acc-7", neighbors=(*access.tables.neighbors, cdp("Gi1/0/49", "core-2", "Gi1/0/2")))
    assert ("acc-7", "core-2") in _links(_campus(heard, core, other_site))
    by_serial = facts("core-2", neighbors=(cdp("Gi1/0/2", "acc-7(FOC0000A0AA)", "Gi1/0/49"),))
    known = facts("acc-7", serials=("FOC0000A0AA",), neighbors=access.tables.neighbors)
    assert ("acc-7", "core-2") in _links(_campus(known, core, by_serial))
    without_port = facts("core-2", neighbors=(cdp("Gi1/0/2", "acc-7", "uplink"),))
    assert ("acc-7", "core-2") in _links(_campus(access, core, without_port))


def test_the_mark_that_tells_two_of_a_name_apart_is_not_its_name() -> None:
    sites = [
        facts(f"acc-1~site-{n}", hostname="?", neighbors=(cdp("Gi1/0/49", f"core-{n}", "Gi1/0/1"), cdp_phone("Gi1/0/1", n))) for n in (1, 2)
    ]
    cores = [facts(f"core-{n}", neighbors=(cdp("Gi1/0/1", "acc-1", "Gi1/0/49"),)) for n in (1, 2)]
    campus = _campus(*sites, *cores)

    assert _links(campus) == {("acc-1~site-1", "core-1"), ("acc-1~site-2", "core-2")}
    assert any("are both called acc-1" in told for told in campus.assumptions)


def test_a_device_that_is_called_by_its_address_is_the_one_with_this_address() -> None:
    read = [facts(f"192.0.2.{n}", hostname="Switch", serials=(f"FOC0000000{n}",)) for n in (11, 12)]
    alarms = (Alarm(phone(1), "Switch", "Gi1/0/5", "192.0.2.12"), Alarm(phone(2), "Switch", "Gi1/0/5"))
    campus = _campus(*read, known=Known(phones=(phone(1), phone(2)), alarms=alarms))

    first, second = campus.placements
    assert (first.device, first.interface) == ("192.0.2.12", "GigabitEthernet1/0/5")
    assert second.reason.endswith("; it names Switch, which tells no single device")
    assert [device.name for device in campus.devices] == ["192.0.2.11", "192.0.2.12"]
