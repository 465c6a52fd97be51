"""A record says what hangs at the port; only what passes traffic on can be an uplink."""

from __future__ import annotations

from dataclasses import replace

import pytest

from switchcorr.model.tables import Neighbor
from switchcorr.topology.graph.neighbors import NeighborKind, is_phone, kind_of, phone_of
from tests.topology.device_rows import cdp, cdp_phone, lldp, phone


@pytest.mark.parametrize(
    ("neighbor", "kind"),
    [
        (cdp("Gi1/0/1", "dist-1"), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "dist-1", platform="WS-C6506", capabilities="R S I"), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "old", platform="WS-C5505", capabilities=""), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "other-maker", platform="EXAMPLE 48", capabilities="Switch"), NeighborKind.SWITCH),
        (lldp("Gi1/0/1", "dist-1", capabilities="B,R"), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "gw-1", platform="ISR4331/K9", capabilities="Router Source-Route-Bridge"), NeighborKind.ROUTER),
        (lldp("Gi1/0/1", "gw-1", capabilities="R"), NeighborKind.ROUTER),
        (cdp("Gi1/0/1", "ap-1", platform="AIR-CAP3702I-E-K9", capabilities="Trans-Bridge Source-Route-Bridge IGMP"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "ap-2", platform="C9120AXI-E", capabilities="Router Trans-Bridge"), NeighborKind.END_SYSTEM),
        (lldp("Gi1/0/1", "ap-3", capabilities="B,W,R"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "esx-1", platform="VMware ESX", capabilities="Switch"), NeighborKind.END_SYSTEM),
        (lldp("Gi1/0/1", "esx-1", capabilities="B", platform="VMware ESXi Release 7"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "srv-1", platform="Linux", capabilities="Host"), NeighborKind.END_SYSTEM),
        (lldp("Gi1/0/1", "srv-2", capabilities="S"), NeighborKind.END_SYSTEM),
        (lldp("Gi1/0/1", "srv-3", "0000.5e00.5309", capabilities="B,R", platform="Example GNU/Linux 12"), NeighborKind.END_SYSTEM),
        (lldp("Gi1/0/1", "mini", "0/24", capabilities="B", platform="EX-24-250W, 4.0.66, Linux 3.6.5"), NeighborKind.SWITCH),
        (lldp("Gi1/0/1", "leaf-1", "swp49", capabilities="B,R", platform="Example Linux version 4.2 running on a switch"), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "leaf-2", "Eth1/1/1", platform="Linux", capabilities="R S H"), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "bridge", "eth0", platform="Linux", capabilities="R S H"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "ups-1", platform="APC Smart-UPS", capabilities="Host"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "vg-1", platform="VG224", capabilities="Router"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "vg-2", platform="VG450/K9", capabilities="Router Switch IGMP"), NeighborKind.END_SYSTEM),
        (cdp("Gi1/0/1", "hub", platform="x", capabilities="r"), NeighborKind.END_SYSTEM),
        (cdp_phone("Gi1/0/1", 1), NeighborKind.PHONE),
        (cdp("Gi1/0/1", "x", platform="Cisco IP Phone 7962"), NeighborKind.PHONE),
        (cdp("Gi1/0/1", "x", platform="x", capabilities="H P M"), NeighborKind.PHONE),
        (lldp("Gi1/0/1", "x", capabilities="B,T"), NeighborKind.PHONE),
        (replace(lldp("Gi1/0/1", "x", voice_vlan=110), capabilities=()), NeighborKind.PHONE),
        (lldp("Gi1/0/1", "dist-1", capabilities="B,R", voice_vlan=110), NeighborKind.SWITCH),
        (cdp("Gi1/0/1", "sepaabbccddeeff.example.org", platform="Mitel 532", capabilities="Switch"), NeighborKind.PHONE),
        (cdp("Gi1/0/1", "codec", platform="CTS-CODEC-SX80", capabilities="Host"), NeighborKind.PHONE),
    ],
)  # fmt: skip
def test_what_a_record_is_about(neighbor: Neighbor, kind: NeighborKind) -> None:
    assert kind_of(neighbor) is kind
    assert is_phone(neighbor) is (kind is NeighborKind.PHONE)


def test_a_phone_is_known_by_name_or_by_the_mac_in_its_lldp_port_id() -> None:
    assert phone_of(cdp_phone("Gi1/0/1", 1)) == phone(1)
    assert phone_of(lldp("Gi1/0/1", "sep00005e000001.phones.example.org", capabilities="B,T")) == phone(1)
    assert phone_of(lldp("Gi1/0/1", "", "00005E000001:P1", capabilities="B,T", chassis_id="192.0.2.1")) == phone(1)
    assert phone_of(lldp("Gi1/0/1", "", "0000.5e00.0001", platform="Example telephone", capabilities="")) == phone(1)


def test_a_phone_that_tells_neither_name_nor_capabilities_is_known_by_the_socket_in_its_port_id() -> None:
    silent = replace(lldp("Gi1/0/1", "", "00005E000001:P1"), capabilities=())
    assert phone_of(silent) == phone(1)
    assert phone_of(replace(silent, port="0000.5e00.0001")) is None
    assert phone_of(replace(silent, port="port 1")) is None
    assert phone_of(replace(silent, name="dist-1")) is None
    assert phone_of(replace(silent, capabilities=("B", "R"))) is None


def test_a_chassis_id_and_the_port_of_a_switch_name_no_phone() -> None:
    assert phone_of(lldp("Gi1/0/1", "", "port 1", capabilities="B,T", chassis_id="00005e000001")) is None
    assert phone_of(lldp("Gi1/0/1", "dist-1", "00005e000001", capabilities="B,R")) is None
    assert phone_of(cdp("Gi1/0/1", "x", "00005e000001", platform="IP Phone 7962")) is None
