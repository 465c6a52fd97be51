"""Placements for people and for tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.report.placements import PLACEMENT_COLUMNS, placement_document, placement_lines

_SEEN = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
_PHONE = PhoneName.parse("SEP00005E005301")
_PORT = InterfaceName.parse("Gi3/7")
_MAC = MacAddress.parse("0000.5e00.5301")


_PLACED = Placement(
    _PHONE, PlacementState.PLACED, device="acc-12", interface=_PORT, module="acc-12/3", vlan=110, mac=_MAC, ip="198.51.100.7", confidence=0.98,
    platform="Cisco IP Phone 8841", last_seen=_SEEN, sightings=(Sighting("acc-12", _PORT, PlacementEvidence.CDP, _SEEN),),
)  # fmt: skip


def test_a_placed_phone_reads_as_a_place_and_what_speaks_for_it() -> None:
    assert list(placement_lines(replace(_PLACED, other_macs=2))) == [
        "SEP00005E005301: acc-12 GigabitEthernet3/7  (98 % sure)",
        "  module     acc-12/3",
        "  VLAN       110",
        "  MAC        00:00:5e:00:53:01",
        "  IP         198.51.100.7",
        "  model      Cisco IP Phone 8841",
        "  behind it  2 more MAC addresses on the port",
        "  last seen  2026-11-22T09:41:07Z",
        "  cdp               acc-12 GigabitEthernet3/7 at 2026-11-22T09:41:07Z",
    ]


def test_what_is_not_known_takes_no_line() -> None:
    bare = replace(
        _PLACED,
        module="",
        vlan=None,
        mac=None,
        ip="",
        platform="",
        last_seen=None,
        other_macs=1,
        sightings=(Sighting("acc-12", _PORT, PlacementEvidence.CDP),),
    )
    assert list(placement_lines(bare)) == [
        "SEP00005E005301: acc-12 GigabitEthernet3/7  (98 % sure)",
        "  behind it  1 more MAC address on the port",
        "  cdp               acc-12 GigabitEthernet3/7",
    ]


def test_a_phone_that_is_not_placed_says_why() -> None:
    lost = Placement(_PHONE, PlacementState.UNPLACED, reason="no switch has seen it")
    assert list(placement_lines(lost)) == ["SEP00005E005301: not placed: no switch has seen it"]


def test_the_extension_and_what_a_phone_is_stand_first() -> None:
    labels = ["  extension  4001", "  is         reception"]
    named = replace(_PLACED, extension="4001", description="reception")
    assert list(placement_lines(named))[1:3] == labels
    lost = Placement(_PHONE, PlacementState.UNPLACED, reason="gone", extension="4001", description="reception")
    assert list(placement_lines(lost))[1:] == labels


@pytest.mark.parametrize("placement", [_PLACED, Placement(_PHONE, PlacementState.UNPLACED, reason="gone")])
def test_a_row_has_every_column_whatever_is_known(placement: Placement) -> None:
    assert tuple(placement_document(placement)) == PLACEMENT_COLUMNS


def test_the_row_of_a_phone_that_is_missing_from_a_later_snapshot_says_when_it_was_last_seen() -> None:
    assert placement_document(_PLACED)["last_seen"] == "2026-11-22T09:41:07Z"
    assert placement_document(replace(_PLACED, last_seen=None))["last_seen"] == ""


def test_the_row_says_by_what_evidence() -> None:
    row = placement_document(_PLACED)
    assert (row["interface"], row["mac"], row["evidence"], row["confidence"]) == ("GigabitEthernet3/7", "00:00:5e:00:53:01", "cdp", 0.98)
