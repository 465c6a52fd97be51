"""Where each phone is, from what evidence, how sure; and why it is nowhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import Campus
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, OutputState, Snapshot
from switchcorr.model.tables import ArpEntry, InterfaceStatus
from switchcorr.topology import Alarm, CampusOptions, Known, build_campus
from tests.topology.device_rows import (
    MORNING,
    cdp,
    cdp_phone,
    facts,
    fdb,
    interface,
    lag,
    lldp,
    mac,
    phone,
    snapshot,
    switchport,
    told,
)

NOON = MORNING + timedelta(hours=4)
EVENING = MORNING + timedelta(hours=10)


def _campus(*snapshots: Snapshot, at: datetime | None = None, alarms: Sequence[Alarm] = (), log: Sequence[str] = ()) -> Campus:
    known = Known(phones=tuple(map(PhoneName, log)), alarms=tuple(alarms))
    return build_campus(snapshots, CampusOptions(known=known, at=at))


def _place(number: int, *devices: DeviceFacts, **more: object) -> Placement:
    return _find(_campus(snapshot(*devices), **more), phone(number))  # type: ignore[arg-type]


def _find(campus: Campus, name: str) -> Placement:
    return next(placement for placement in campus.placements if placement.phone == name)


def _alarm(number: int, device: str, port: str, at: datetime | None = None, **more: object) -> Alarm:
    return Alarm(PhoneName(phone(number)), device, port, at=at, **more)  # type: ignore[arg-type]


def _where(placement: Placement) -> tuple[str, str, PlacementState]:
    return placement.device, str(placement.interface or ""), placement.state


def test_cdp_places_a_phone_in_its_module() -> None:
    found = _place(1, facts("acc-1", model="C9300-48P", neighbors=(cdp_phone("Gi2/0/7", 1, addresses=("198.51.100.1",)),)))
    assert _where(found) == ("acc-1", "GigabitEthernet2/0/7", PlacementState.PLACED)
    assert (found.module, found.ip, found.platform, found.confidence) == ("acc-1/2", "198.51.100.1", "IP Phone 7962", 0.98)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("sep00005e000001.phones.example.org", "SEP00005E000001"),
        ("SIP00005E000001", "SIP00005E000001"),
        ("ata00005e000001", "ATA00005E000001"),
    ],
)
def test_names_of_any_case_kind_and_domain(name: str, wanted: str) -> None:
    campus = _campus(snapshot(facts("acc-1", neighbors=(cdp("Gi1/0/1", name, "Port 1", platform="x", capabilities="Host Phone"),))))
    assert [placement.phone for placement in campus.placements] == [wanted]


def test_a_phone_that_announces_sip_and_registers_as_sep_is_one_phone() -> None:
    campus = _campus(
        snapshot(facts("acc-1", neighbors=(cdp("Gi1/0/1", "SIP00005E000001", "Port 1", platform="IP Phone 7960", software="P0S3", capabilities="Host Phone"),))),
        log=[phone(1)],
    )  # fmt: skip
    assert [_where(placement) for placement in campus.placements] == [("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED)]
    assert campus.risk.phones == (phone(1),)
    assert [component.id for component in campus.risk.components["firmware"]] == ["P0S3"]


def test_lldp_places_by_name_and_by_port_id_but_never_by_chassis_id() -> None:
    records = (
        lldp("Gi1/0/1", phone(1), "00005E000001:P1", capabilities="B,T", chassis_id="198.51.100.1", voice_vlan=110),
        lldp("Gi1/0/2", "", "00005E000002:P1", capabilities="B,T", chassis_id="198.51.100.2"),
        lldp("Gi1/0/3", "", "7", capabilities="B,T", chassis_id="0000.5e00.0003"),
    )
    campus = _campus(snapshot(facts("acc-1", neighbors=records)))
    assert [(placement.phone, placement.vlan) for placement in campus.placements] == [(phone(1), 110), (phone(2), None)]
    assert {placement.sightings[0].evidence for placement in campus.placements} == {PlacementEvidence.LLDP}


def test_evidence_that_agrees_makes_sure_and_evidence_that_does_not_makes_doubt() -> None:
    port_rows: dict[str, Any] = {
        "switchports": (switchport("Gi1/0/1", voice=110),),
        "neighbors": (cdp_phone("Gi1/0/1", 1), lldp("Gi1/0/1", phone(1), capabilities="B,T")),
    }
    agreeing = _place(1, facts("acc-1", mac=(fdb(110, 1, "Gi1/0/1"), fdb(10, 1, "Gi1/0/1")), **port_rows))
    differing = _place(1, facts("acc-1", mac=(fdb(10, 1, "Gi1/0/9"),), **port_rows))
    alone = _place(1, facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)))
    assert agreeing.confidence > alone.confidence
    assert differing.confidence < agreeing.confidence
    assert differing.interface == "GigabitEthernet1/0/1"
    assert {(item.evidence, str(item.interface)) for item in differing.sightings} >= {(PlacementEvidence.MAC, "GigabitEthernet1/0/9")}


def test_a_phones_own_record_outweighs_its_address_at_another_switch() -> None:
    recorded, learned = facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)), facts("acc-2", mac=(fdb(10, 1, "Gi1/0/9"),))
    found = _place(1, recorded, learned)
    assert (*_where(found), found.reason) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED, "")


def test_a_mac_in_the_voice_vlan_goes_before_one_in_another() -> None:
    acc = facts(
        "acc-1",
        switchports=(switchport("Gi1/0/1", voice=110), switchport("Gi1/0/2", voice=110)),
        mac=(fdb(10, 1, "Gi1/0/1"), fdb(110, 1, "Gi1/0/2")),
    )
    found = _place(1, acc, log=[phone(1)])
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/2", PlacementState.PLACED)
    assert (found.vlan, found.sightings[0].evidence) == (110, PlacementEvidence.MAC_VOICE_VLAN)


def test_a_phone_that_has_not_tagged_yet_is_still_in_its_voice_vlan() -> None:
    port_rows: dict[str, Any] = {"switchports": (switchport("Gi1/0/1", voice=110, access=10),), "neighbors": (cdp_phone("Gi1/0/1", 1),)}
    assert _place(1, facts("acc-1", mac=(fdb(10, 1, "Gi1/0/1"),), **port_rows)).vlan == 110
    assert _place(1, facts("acc-1", mac=(fdb(77, 1, "Gi1/0/1"),), **port_rows)).vlan == 77
    assert _place(1, facts("acc-1", **port_rows)).vlan == 110
    assert _place(1, facts("acc-1", mac=(fdb(10, 1, "Gi1/0/1"),)), log=[phone(1)]).vlan == 10


@pytest.mark.parametrize("voice", [5, 110])
def test_of_two_vlans_the_one_of_phones_counts_where_no_voice_vlan_is_told(voice: int) -> None:
    """A switch learns a phone in the data VLAN too, from what it sends before it tags; computers are there only."""
    rows = [fdb(vlan, n, f"Gi1/0/{n}") for n in (1, 2, 3) for vlan in (voice, 10)]
    acc = facts("acc-1", mac=(*rows, *(fdb(10, 0x900 + n, f"Gi1/0/{n}") for n in (1, 3)), fdb(voice, 0x990, "Te1/1/1")))
    known = [phone(n) for n in (1, 2, 3)]
    assert [placement.vlan for placement in _campus(snapshot(acc), log=known).placements] == [voice] * 3
    told = replace(acc, tables=replace(acc.tables, switchports=(switchport("Gi1/0/2", voice=10),)))
    assert [placement.vlan for placement in _campus(snapshot(told), log=known).placements] == [voice, 10, voice]


def test_a_pc_behind_the_phone_is_another_mac_and_no_uplink() -> None:
    acc = facts(
        "acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),), mac=(fdb(110, 1, "Gi1/0/1"), fdb(10, 0x901, "Gi1/0/1"), fdb(10, 1, "Gi1/0/1"))
    )
    found = _place(1, acc)
    assert (found.state, found.other_macs) == (PlacementState.PLACED, 1)


def test_two_phones_behind_a_mini_switch_are_both_at_that_port() -> None:
    campus = _campus(
        snapshot(
            facts(
                "acc-1",
                neighbors=(cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/1", 2)),
                mac=tuple(fdb(10, n, "Gi1/0/1") for n in range(1, 40)),
            )
        )
    )
    assert {_where(placement) for placement in campus.placements} == {("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED)}
    assert campus.links == ()


def test_the_way_to_another_switch_is_no_place_whatever_it_learns() -> None:
    acc = facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1), cdp("Te1/1/1", "dist-1", "Te1/0/1")))
    dist = facts("dist-1", mac=(fdb(110, 1, "Te1/0/1"),))
    assert _place(1, acc, dist).sightings[1:] == ()


def test_a_phone_record_beside_a_switch_counts_where_nothing_else_does() -> None:
    behind = facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1), cdp("Gi1/0/1", "mini", "Gi0/1")))
    weak = _place(1, behind)
    assert _where(weak) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED)
    assert weak.confidence == 0.49
    assert _place(1, behind, facts("mini", neighbors=(cdp_phone("Gi0/2", 1),))).device == "mini"


def test_bundles_trunks_and_ports_that_see_a_switch_are_no_places() -> None:
    acc = facts(
        "acc-1", mac=(fdb(110, 1, "Po1"), fdb(110, 2, "Gi1/0/47"), fdb(110, 3, "Gi1/0/48"), fdb(110, 4, "Gi1/0/46"), fdb(1, 0x50, "Gi1/0/46")),
        lags=(lag("Po1", "Te1/1/1"),), switchports=(switchport("Gi1/0/47", mode="trunk"),), status=(InterfaceStatus(interface("Gi1/0/48").name, "connected", "trunk"),),
    )  # fmt: skip
    campus = _campus(snapshot(acc, facts("acc-2", interfaces=(interface("Vlan1", address=0x50),))), log=[phone(n) for n in (1, 2, 3, 4)])
    assert {placement.state for placement in campus.placements} == {PlacementState.UNPLACED}
    reasons = [placement.reason.partition(" is seen only ")[2] for placement in campus.placements]
    trunk = "at trunks, and nothing tells what is behind them: acc-1"
    assert reasons == [
        "on the way to other switches: acc-1 Port-channel1", f"{trunk} GigabitEthernet1/0/47", f"{trunk} GigabitEthernet1/0/48",
        "on the way to other switches: acc-1 GigabitEthernet1/0/46 (towards acc-2)",
    ]  # fmt: skip


def test_a_trunk_with_a_phones_own_record_is_a_place() -> None:
    acc = facts("acc-1", mac=(fdb(110, 1, "Fa0/1"),), switchports=(switchport("Fa0/1", mode="trunk"),), neighbors=(cdp_phone("Fa0/1", 1),))
    assert [item.evidence for item in _place(1, acc).sightings] == [PlacementEvidence.CDP, PlacementEvidence.MAC]


def test_equal_evidence_for_two_places_at_once_is_said() -> None:
    found = _place(1, facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)), facts("acc-2", neighbors=(cdp_phone("Gi1/0/2", 1),)))
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.AMBIGUOUS)
    assert found.reason == "also seen at acc-2 GigabitEthernet1/0/2 by equal evidence"
    assert 0.45 < found.confidence < 0.5


def test_of_two_switches_visited_apart_the_later_is_right() -> None:
    first = facts("acc-1", at=MORNING, neighbors=(cdp_phone("Gi1/0/1", 1),))
    later = facts("acc-2", at=MORNING + timedelta(minutes=10), neighbors=(cdp_phone("Gi1/0/2", 1),))
    assert _where(_place(1, first, later)) == ("acc-2", "GigabitEthernet1/0/2", PlacementState.PLACED)


@pytest.mark.parametrize(
    "more",
    [
        {"mac": (fdb(110, 1, "Gi1/0/9"),)},
        {"mac": (fdb(110, 1, "Gi1/0/9"),), "switchports": (switchport("Gi1/0/9", voice=110), switchport("Gi1/0/1", voice=110))},
        {"neighbors": (cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/9", 1), lldp("Gi1/0/9", phone(1), capabilities="B,T"))},
        {"neighbors": (cdp_phone("Gi1/0/1", 1), lldp("Gi1/0/9", phone(1), capabilities="B,T")), "mac": (fdb(110, 1, "Gi1/0/9"),)},
    ],
)
def test_the_record_that_a_moved_phone_left_behind_is_not_its_place(more: dict[str, Any]) -> None:
    """The old port shows it until the hold time is over; the MAC table forgot it when the link went down."""
    records = {"neighbors": (cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/9", 1)), **more}
    found = _place(1, facts("acc-1", model="C9300-48P", **records))
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/9", PlacementState.PLACED)
    assert ("acc-1", "GigabitEthernet1/0/1") in {(item.device, str(item.interface)) for item in found.sightings}
    assert found.confidence < 0.98


@pytest.mark.parametrize(
    ("mac", "reason"),
    [
        ((fdb(110, 1, "Te1/1/1"),), "the MAC table of acc-1 has it at TenGigabitEthernet1/1/1 only"),
        (
            (fdb(110, 1, "Te1/1/1"), fdb(10, 1, "Te1/1/2")),
            "the MAC table of acc-1 has it at TenGigabitEthernet1/1/1, TenGigabitEthernet1/1/2 only",
        ),
        ((fdb(110, 1, "Te1/1/1"), fdb(10, 1, "Gi1/0/1")), ""),
        ((fdb(110, 2, "Te1/1/1"),), ""),
    ],
)
def test_a_record_without_the_phones_mac_is_told_where_the_same_switch_learns_it_elsewhere(mac: tuple[Any, ...], reason: str) -> None:
    """A phone that is there is learned there; what is left is the record of one that was taken away."""
    acc = facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1), cdp("Te1/1/1", "dist-1"), cdp("Te1/1/2", "dist-2")), mac=mac)
    found = _place(1, acc)
    assert (found.reason, found.confidence) == (reason, 0.49 if reason else 0.98 if len(mac) == 1 else found.confidence)
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.AMBIGUOUS if reason else PlacementState.PLACED)


def test_an_alarm_that_agrees_with_one_of_two_records_decides() -> None:
    acc = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/9", 1))))
    found = _find(_campus(acc, alarms=[_alarm(1, "acc-1", "Gi1/0/9")]), phone(1))
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/9", PlacementState.PLACED)


def test_cdp_and_lldp_that_name_two_ports_at_once_are_said_to_differ() -> None:
    found = _place(1, facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1), lldp("Gi1/0/9", phone(1), capabilities="B,T"))))
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.AMBIGUOUS)
    assert found.reason == "also seen at acc-1 GigabitEthernet1/0/9 by equal evidence"


@pytest.mark.parametrize(("apart", "device"), [(timedelta(minutes=10), "acc-2"), (timedelta(minutes=2), "acc-1")])
def test_the_newer_of_cdp_and_lldp_is_right_if_the_older_cannot_live_so_long(apart: timedelta, device: str) -> None:
    first = facts("acc-1", at=MORNING, neighbors=(cdp_phone("Gi1/0/1", 1),))
    later = facts("acc-2", at=MORNING + apart, neighbors=(lldp("Gi1/0/2", phone(1), capabilities="B,T"),))
    assert _place(1, first, later).device == device


def _moved() -> tuple[Snapshot, Snapshot]:
    return (
        snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)), facts("acc-2")),
        snapshot(facts("acc-1", at=NOON), facts("acc-2", at=NOON, neighbors=(cdp_phone("Gi1/0/2", 1),)), at=NOON),
    )


@pytest.mark.parametrize(
    ("at", "device"),
    [(None, "acc-2"), (EVENING, "acc-2"), (NOON, "acc-2"), (NOON - timedelta(hours=1), "acc-1"), (MORNING - timedelta(hours=1), "acc-1")],
)
def test_the_last_snapshot_not_later_than_the_moment_decides_else_the_next(at: datetime | None, device: str) -> None:
    found = _find(_campus(*_moved(), at=at), phone(1))
    assert found.device == device
    assert {sighting.device for sighting in found.sightings} == {"acc-1", "acc-2"}


def test_a_phone_that_only_a_later_snapshot_shows_is_placed_from_it() -> None:
    late = snapshot(facts("acc-1", at=NOON, neighbors=(cdp_phone("Gi1/0/1", 1),)), at=NOON)
    assert _find(_campus(snapshot(facts("acc-1")), late, at=MORNING), phone(1)).device == "acc-1"


def test_absence_from_later_snapshots_lowers_the_confidence_and_unplaces_nothing() -> None:
    shown = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)))
    gone = [snapshot(facts("acc-1", at=at), at=at) for at in (NOON, EVENING)]
    first, second, third = (_find(_campus(shown, *gone[:n]), phone(1)) for n in range(3))
    assert first.last_seen is None
    assert second.last_seen == third.last_seen == MORNING
    assert first.confidence > second.confidence > third.confidence > 0.5
    assert second.state is PlacementState.PLACED
    before = _find(_campus(shown, *gone, at=MORNING), phone(1))
    assert (before.last_seen, before.confidence) == (None, first.confidence)
    elsewhere = _find(_campus(shown, snapshot(facts("acc-9", at=NOON), at=NOON)), phone(1))
    assert elsewhere.last_seen is None


_READ, _CUT, _NEVER = OutputState.PARSED, OutputState.TRUNCATED, OutputState.QUARANTINED
_CDP, _LLDP, _CAM = "show_cdp_neighbors_detail", "show_lldp_neighbors_detail", "show_cam_dynamic"


@pytest.mark.parametrize(
    ("by_cdp", "outputs", "absent"),
    [
        (True, {_CDP: _READ}, True),
        (True, {_CDP: OutputState.EMPTY, _LLDP: OutputState.FEATURE_OFF}, True),
        (True, {_CDP: _CUT}, False),
        (True, {_CDP: _READ, _LLDP: _NEVER}, False),
        (True, {_CDP: _READ, _CAM: _NEVER}, False),
        (True, {_CAM: _READ}, False),
        (True, {"show_interfaces": _READ}, False),
        (False, {_CAM: _READ}, True),
        (False, {_CAM: OutputState.DENIED}, False),
        (False, {_CDP: _READ}, False),
        (False, {"get_mac_address_table": _READ}, True),
    ],
)
def test_a_visit_that_did_not_read_what_shows_phones_tells_of_no_absence(
    by_cdp: bool, outputs: dict[str, OutputState], absent: bool
) -> None:
    shows: dict[str, Any] = {"neighbors": (cdp_phone("Gi1/0/1", 1),)} if by_cdp else {"mac": (fdb(110, 1, "Gi1/0/1"),)}
    shown = snapshot(facts("acc-1", **shows))
    later = snapshot(told(facts("acc-1", at=NOON), **outputs), at=NOON)
    found = _find(_campus(shown, later, log=[phone(1)]), phone(1))
    assert (found.last_seen is not None) is absent
    assert (found.confidence < _find(_campus(shown, log=[phone(1)]), phone(1)).confidence) is absent


@pytest.mark.parametrize(
    ("by_cdp", "command"),
    [
        (False, "show mac address-table vlan 10"),
        (False, "show mac address-table address 0000.5e00.5309"),
        (True, "show cdp neighbors gi1/0/9 detail"),
    ],
)
def test_an_answer_about_another_port_or_vlan_tells_of_no_absence(by_cdp: bool, command: str) -> None:
    shows: dict[str, Any] = {"neighbors": (cdp_phone("Gi1/0/1", 1),)} if by_cdp else {"mac": (fdb(110, 1, "Gi1/0/1"),)}
    part = OutputAccount("acc-1", command, "f", _READ, rows=1, is_part=True)
    later = snapshot(replace(facts("acc-1", at=NOON), outputs=(part,)), at=NOON)
    assert _find(_campus(snapshot(facts("acc-1", **shows)), later, log=[phone(1)]), phone(1)).last_seen is None


@pytest.mark.parametrize("visits", [1, 2])
def test_a_visit_of_fewer_answers_takes_the_ports_for_what_they_were(visits: int) -> None:
    """Trunks and voice VLANs are known from the first visit only; the others asked for the MAC table alone."""
    ports = (switchport("Gi1/0/1", voice=110), switchport("Gi1/0/24", mode="trunk"), switchport("Gi1/0/25", mode="trunk"))
    whole = told(
        facts("acc-1", switchports=ports, neighbors=(cdp_phone("Gi1/0/25", 3),)),
        show_interfaces_switchport=_READ, **{_CDP: _READ},
    )  # fmt: skip
    macs = (fdb(110, 1, "Gi1/0/1"), fdb(110, 2, "Gi1/0/24"), fdb(110, 3, "Gi1/0/25"))
    times = [MORNING + timedelta(hours=number) for number in range(1, visits + 1)]
    later = [snapshot(told(facts("acc-1", at=at, mac=macs), **{_CAM: _READ}), at=at) for at in times]
    campus = _campus(snapshot(whole), *later, log=[phone(number) for number in (1, 2, 3)])
    assert _find(campus, phone(1)).sightings[0].evidence is PlacementEvidence.MAC_VOICE_VLAN
    assert _find(campus, phone(2)).state is PlacementState.UNPLACED, "behind a trunk"
    assert _find(campus, phone(3)).interface == "GigabitEthernet1/0/25", "a trunk with the phone's own record"


def test_a_visit_that_asked_about_one_port_takes_the_others_for_what_they_were() -> None:
    ports = (switchport("Gi1/0/1", voice=110), switchport("Gi1/0/24", mode="trunk"))
    whole = told(facts("acc-1", switchports=ports), show_interfaces_switchport=_READ)
    outputs = (
        OutputAccount("acc-1", "show interfaces gi1/0/2 switchport", "f", _READ, rows=1, is_part=True),
        OutputAccount("acc-1", "show mac address-table", "f", _READ, rows=3),
    )
    rows: dict[str, Any] = {
        "switchports": (switchport("Gi1/0/2", voice=120),),
        "mac": (fdb(110, 1, "Gi1/0/1"), fdb(110, 2, "Gi1/0/24"), fdb(120, 3, "Gi1/0/2")),
    }
    later = replace(facts("acc-1", at=NOON, **rows), outputs=outputs, partial=frozenset({"switchports"}))
    campus = _campus(snapshot(whole), snapshot(later, at=NOON), log=[phone(number) for number in (1, 2, 3)])
    assert [_find(campus, phone(number)).state.value for number in (1, 2, 3)] == ["placed", "unplaced", "placed"]
    assert [_find(campus, phone(number)).sightings[0].evidence for number in (1, 3)] == [PlacementEvidence.MAC_VOICE_VLAN] * 2
    assert campus.assumptions[-1] == "acc-1: what the visit that counts did not answer is taken from another one"


def test_lines_that_were_lost_may_have_been_the_phones() -> None:
    shown = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)))
    bad = OutputAccount("acc-1", "show cdp neighbors detail", "f", _READ, 3, bad_line_count=1)
    later = snapshot(replace(facts("acc-1", at=NOON), outputs=(bad,)), at=NOON)
    assert _find(_campus(shown, later), phone(1)).last_seen is None


def test_a_newer_alarm_goes_before_the_captures_and_an_older_one_behind() -> None:
    acc = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)), facts("acc-2"))
    newer = _find(_campus(acc, alarms=[_alarm(1, "acc-2.example.org", "Gi1/0/9", NOON)]), phone(1))
    assert _where(newer) == ("acc-2", "GigabitEthernet1/0/9", PlacementState.PLACED)
    assert [item.evidence for item in newer.sightings] == [PlacementEvidence.PHONE_ALARM, PlacementEvidence.CDP]
    older = _find(_campus(acc, alarms=[_alarm(1, "acc-2", "Gi1/0/9", MORNING - timedelta(hours=1))]), phone(1))
    assert [item.device for item in older.sightings] == ["acc-1", "acc-2"]
    later_than_asked = _find(_campus(acc, at=MORNING, alarms=[_alarm(1, "acc-2", "Gi1/0/9", NOON)]), phone(1))
    assert later_than_asked.device == "acc-1"


def test_an_alarm_of_unknown_time_has_its_place_in_the_order_of_trust() -> None:
    by_mac = snapshot(facts("acc-1", mac=(fdb(10, 1, "Gi1/0/1"),)), facts("acc-2"))
    assert _find(_campus(by_mac, alarms=[_alarm(1, "acc-2", "Gi1/0/9")]), phone(1)).device == "acc-2"
    by_cdp = snapshot(facts("acc-1", at=None, neighbors=(cdp_phone("Gi1/0/1", 1),)), facts("acc-2"), at=None)
    assert _find(_campus(by_cdp, alarms=[_alarm(1, "acc-2", "Gi1/0/9", NOON)]), phone(1)).device == "acc-1"


def test_an_alarm_that_agrees_adds_to_the_confidence() -> None:
    acc = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)))
    alone = _find(_campus(acc), phone(1))
    for port in ("Gi1/0/1", ""):
        assert _find(_campus(acc, alarms=[_alarm(1, "acc-1", port, NOON)]), phone(1)).confidence > alone.confidence


def test_an_alarm_places_a_phone_without_any_capture() -> None:
    campus = _campus(
        alarms=[_alarm(1, "acc-7.example.org", "GigabitEthernet3/12", NOON, voice_vlan=110), _alarm(2, "acc-7", "")], log=[phone(3)]
    )
    first, second, third = campus.placements
    assert (first.device, first.interface, first.module, first.vlan) == ("acc-7", "GigabitEthernet3/12", "acc-7/3", 110)
    assert (second.device, second.interface, second.module, second.state) == ("acc-7", None, "", PlacementState.PLACED)
    assert (third.state, third.reason) == (PlacementState.UNPLACED, "no captures, and the phone itself names no switch")
    assert [component.id for component in campus.risk.components["switch"]] == ["acc-7"]
    assert list(campus.risk.columns["switch"]) == [0, 0, -1]
    assert [(device.name, device.read) for device in campus.devices] == [("acc-7", False)]
    assert campus.assumptions == ("acc-7 not read: modules taken from the interface names that phones tell",)


def test_of_many_switches_that_were_not_read_the_first_are_named_and_the_others_counted() -> None:
    campus = _campus(alarms=[_alarm(number, f"acc-{number}", "GigabitEthernet3/12") for number in range(1, 9)])
    assert campus.assumptions == ("acc-1, acc-2, acc-3 and 5 more not read: modules taken from the interface names that phones tell",)


@pytest.mark.parametrize(
    ("port", "interface", "module"),
    [
        ("3", "3", ""),
        ("1/1/17", "1/1/17", "acc-7/1"),
        ("1/3/17", "1/3/17", "acc-7/1.3"),
        ("2:17", "2:17", ""),
        ("A17", "A17", ""),
        ("port1.0.5", "port1.0.5", ""),
        ("ge-2/0/5.0", "ge-2/0/5.0", "acc-7/2"),
        ("GigabitEthernet3/0/5", "GigabitEthernet3/0/5", "acc-7/3"),
        ("TenGigabitEthernet 0/5", "TenGigabitEthernet0/5", ""),
        ("ethernet2/1/17", "Ethernet2/1/17", "acc-7/2"),
        ("uplink", "", ""),
    ],
)
def test_the_port_of_another_makers_switch_is_that_of_the_alarm(port: str, interface: str, module: str) -> None:
    found = _find(_campus(alarms=[_alarm(1, "acc-7", port)]), phone(1))
    assert (found.device, str(found.interface or ""), found.module) == ("acc-7", interface, module)


def test_a_number_is_no_port_of_a_switch_that_was_read() -> None:
    acc = snapshot(facts("acc-1", neighbors=(cdp_phone("Gi1/0/1", 1),)))
    found = _find(_campus(acc, alarms=[_alarm(1, "acc-1", "10101", NOON)]), phone(1))
    assert _where(found) == ("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED)


def test_an_alarm_may_name_its_switch_by_address() -> None:
    acc = snapshot(facts("acc-1", address="192.0.2.7"))
    assert _find(_campus(acc, alarms=[_alarm(1, "", "Gi1/0/1", address="192.0.2.7")]), phone(1)).device == "acc-1"
    assert _find(_campus(acc, alarms=[_alarm(1, "Switch", "Gi1/0/1", address="192.0.2.9")]), phone(1)).device == "switch at 192.0.2.9"
    assert _find(_campus(acc, alarms=[_alarm(1, "Switch", "Gi1/0/1")]), phone(1)).state is PlacementState.UNPLACED
    assert _find(_campus(acc, alarms=[_alarm(1, "", "Gi1/0/1")]), phone(1)).state is PlacementState.UNPLACED


def test_the_second_port_of_an_analogue_adapter_is_where_the_first_is() -> None:
    adapter = cdp("Gi1/0/1", "ATA00070EA26032", "Port 1", platform="ATA 186", capabilities="Host")
    campus = _campus(snapshot(facts("acc-1", neighbors=(adapter,))), log=["ATA070EA2603201"])
    assert [_where(placement) for placement in campus.placements] == [("acc-1", "GigabitEthernet1/0/1", PlacementState.PLACED)] * 2
    learned = _campus(
        snapshot(facts("acc-1", mac=(replace(fdb(110, 1, "Gi1/0/2"), mac=PhoneName("ATA00070EA26032").mac),))), log=["ATA070EA2603201"]
    )
    assert _where(learned.placements[0]) == ("acc-1", "GigabitEthernet1/0/2", PlacementState.PLACED)


def test_addresses_come_from_the_phone_the_log_or_arp() -> None:
    acc = facts(
        "acc-1",
        neighbors=(cdp_phone("Gi1/0/1", 1), cdp_phone("Gi1/0/2", 2)),
        arp=(ArpEntry("198.51.100.2", mac(2)), ArpEntry("198.51.100.9", mac(1))),
    )
    known = Known(addresses={PhoneName(phone(1)): "198.51.100.1"})
    campus = build_campus([snapshot(acc)], CampusOptions(known=known))
    assert [placement.ip for placement in campus.placements] == ["198.51.100.1", "198.51.100.2"]


def test_why_a_phone_is_not_placed() -> None:
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "acc-9", "Te1/1/1"),), mac=(fdb(110, 1, "Te1/1/1"), fdb(110, 2, "Po9")))
    campus = _campus(snapshot(acc), log=[phone(n) for n in (1, 2, 3)])
    assert [placement.reason for placement in campus.placements] == [
        "00:00:5e:00:00:01 is seen only on the way to other switches: acc-1 TenGigabitEthernet1/1/1 (towards acc-9); named by neighbors and not read: acc-9",
        "00:00:5e:00:00:02 is seen only on the way to other switches: acc-1 Port-channel9; named by neighbors and not read: acc-9",
        "none of the 1 devices read shows SEP00005E000003 as a neighbor or 00:00:5e:00:00:03 at an edge interface; named by neighbors and not read: acc-9",
    ]


def test_the_way_to_a_device_that_was_not_read_is_told_first() -> None:
    acc = facts("acc-1", neighbors=(cdp("Te1/1/1", "dist-1", "Te1/0/1"),), mac=(fdb(110, 1, "Te1/1/1"),))
    dist = facts("dist-1", neighbors=(cdp("Te1/0/2", "acc-9", "Te1/1/1"),), mac=(fdb(110, 1, "Te1/0/2"),))
    found = _place(1, acc, dist, log=[phone(1)])
    assert found.reason.startswith(
        "00:00:5e:00:00:01 is seen only on the way to other switches: dist-1 TenGigabitEthernet1/0/2 (towards acc-9);"
    )


def test_tables_that_could_not_be_read_are_a_reason() -> None:
    outputs = (
        OutputAccount("acc-1", "show cdp neighbors detail", "f", OutputState.QUARANTINED),
        OutputAccount("acc-1", "show clock", "f", OutputState.DENIED),
    )
    devices = [replace(facts(f"acc-{n}"), outputs=outputs) for n in range(1, 6)]
    assert _place(1, *devices, log=[phone(1)]).reason.endswith(
        "; the neighbor or MAC tables of acc-1, acc-2, acc-3 and 2 more could not be read whole"
    )


_NUMBERS = st.integers(1, 6)
_DEVICES = st.lists(st.tuples(_NUMBERS, st.integers(1, 3), st.integers(1, 4), st.booleans()), max_size=12)


def _random_devices(rows: list[tuple[int, int, int, bool]]) -> list[DeviceFacts]:
    return [
        facts(
            f"acc-{n}",
            neighbors=tuple(cdp_phone(f"Gi1/0/{p}", number) for number, device, p, by_cdp in rows if device == n and by_cdp),
            mac=tuple(fdb(110, number, f"Gi1/0/{p}") for number, device, p, by_cdp in rows if device == n and not by_cdp),
        )
        for n in (1, 2, 3)
    ]


@given(_DEVICES, st.randoms())
def test_the_order_of_rows_and_devices_does_not_matter(rows: list[tuple[int, int, int, bool]], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    log = [phone(number) for number in range(1, 7)]
    straight = _campus(snapshot(*_random_devices(rows)), log=log)
    mixed = _campus(Snapshot({device.device: device for device in reversed(_random_devices(shuffled))}, taken_at=MORNING), log=log)
    places = [[replace(placement, sightings=()) for placement in campus.placements] for campus in (straight, mixed)]
    assert places[0] == places[1]
    assert straight.risk == mixed.risk


@given(_DEVICES)
def test_an_unrelated_device_changes_no_placement(rows: list[tuple[int, int, int, bool]]) -> None:
    other = facts("other", neighbors=(cdp_phone("Gi1/0/1", 99), cdp("Te1/1/1", "other-core", "Te1/0/1")))
    without = _campus(snapshot(*_random_devices(rows)))
    beside = _campus(snapshot(*_random_devices(rows), other))
    assert [placement for placement in beside.placements if placement.phone != phone(99)] == list(without.placements)
