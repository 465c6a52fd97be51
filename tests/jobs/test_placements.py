"""Where a phone is, and what hangs below a part of the network."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from switchcorr.errors import UsageError
from switchcorr.jobs.inputs.request import CampusRequest, LocateRequest, PlacementsRequest, Times
from switchcorr.jobs.placements import locate, phones_below, read_placements
from switchcorr.model.campus import Campus, CampusDevice, Component, HashedComponent, risk_table
from switchcorr.model.placement import PlacementState

NOW = datetime(2026, 11, 23, tzinfo=UTC)
A, B, C = "SEP00005E005301", "SEP00005E005302", "SEP00005E005303"


def _campus() -> Campus:
    rows = {
        A: {"switch": "acc-1", "module": "acc-1/3", "uplink_bundle": "acc-1:Port-channel1"},
        B: {"switch": "acc-1", "module": "acc-1/4", "uplink_bundle": "acc-1:Port-channel1"},
        C: {"switch": "acc-2", "uplink": "acc-2:TenGigabitEthernet1/1/1"},
    }
    bundle = Component("uplink_bundle", "acc-1:Port-channel1")
    hashed = (HashedComponent(Component("uplink", "acc-1:TenGigabitEthernet3/1"), bundle, 2),)
    devices = (CampusDevice("acc-1"), CampusDevice("acc-2"))
    return Campus(devices, (), (), risk_table(rows, hashed=hashed))


@pytest.mark.parametrize(
    ("kind", "id_", "phones"),
    [
        ("module", "acc-1/3", {A}), ("module", "ACC-1.example.org/3", {A}), ("switch", "Acc-1", {A, B}), ("uplink", "acc-1:Po1", {A, B}),
        ("uplink", "acc-1:Port-channel1", {A, B}), ("uplink", "acc-1:Te3/1", {A, B}), ("uplink", "acc-2:Te1/1/1", {C}),
    ],
)  # fmt: skip
def test_phones_below_a_part_in_any_spelling(kind: str, id_: str, phones: set[str]) -> None:
    assert phones_below(_campus(), kind, id_) == phones


def test_an_unknown_part_names_the_nearest() -> None:
    with pytest.raises(UsageError) as error:
        phones_below(_campus(), "module", "acc-1/9")
    assert error.value.hint == "Known: acc-1/3, acc-1/4."
    with pytest.raises(UsageError) as error:
        phones_below(_campus(), "chassis", "acc-1/9")
    assert error.value.hint == "Known: none."


def _request(tmp_path: Path, **more: object) -> LocateRequest:
    path = tmp_path / "where.csv"
    path.write_text(f"phone,switch,module\n{A},acc-1,3\n{B},acc-1,4\n")
    return LocateRequest(PlacementsRequest(Times(NOW), CampusRequest(locations=path)), **more)  # type: ignore[arg-type]


def test_a_phone_is_found_by_its_name_or_its_mac(tmp_path: Path) -> None:
    found = locate(_request(tmp_path, phone="00:00:5e:00:53:01"))
    assert (found.asked, [(placement.phone, placement.module) for placement in found.placements]) == ("", [(A, "acc-1/3")])


def test_a_phone_that_nothing_knows_is_not_placed_for_that_reason(tmp_path: Path) -> None:
    for name in (C, "reception"):
        found = locate(_request(tmp_path, phone=name))
        assert [(placement.phone, placement.state) for placement in found.placements] == [(name, PlacementState.UNPLACED)]
        assert "no location names it" in found.placements[0].reason


def test_a_phone_is_found_by_its_extension_or_it_is_said_that_none_has_it(tmp_path: Path) -> None:
    request = _request(tmp_path, phone="1001")
    assert "nothing given tells any" in locate(request).placements[0].reason
    table = tmp_path / "where.csv"
    table.write_text(f"phone,switch,module,extension\n{A},acc-1,3,1001\n{B},acc-1,4,1002\n{C},acc-2,4,1002\n")
    found = locate(request)
    assert (found.asked, [placement.module for placement in found.placements]) == ("1 phone with extension '1001'", ["acc-1/3"])
    both = locate(replace(request, phone="1002"))
    assert (both.asked, [placement.phone for placement in both.placements]) == ("2 phones with extension '1002'", [B, C])
    (lost,) = locate(replace(request, phone="100")).placements
    assert lost.state is PlacementState.UNPLACED
    assert lost.reason.endswith("no phone has it as extension, address or description")


def test_all_phones_below_a_module(tmp_path: Path) -> None:
    found = locate(_request(tmp_path, below=(("module", "acc-1/4"),)))
    assert (found.asked, [placement.phone for placement in found.placements]) == ("1 phone below module acc-1/4", [B])


@pytest.mark.parametrize("asked", [{}, {"phone": A, "below": (("module", "x"),)}, {"below": (("module", "x"), ("switch", "y"))}])
def test_one_thing_must_be_asked(tmp_path: Path, asked: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="give either a phone or one of"):
        locate(_request(tmp_path, **asked))


def test_something_must_tell_where_phones_are() -> None:
    with pytest.raises(UsageError, match="nothing to read"):
        read_placements(PlacementsRequest(Times(NOW)))
