"""What the simulated switches print is read to the last line, and gives back the campus it was printed from."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import switchcorr as sc
from switchcorr.captures.commands import find_command
from switchcorr.lab.campus import Build, LabCampus, LabDevice, build_lab_campus, build_plain_campus
from switchcorr.lab.interfaces_output import SICK_CARD, SICK_UPLINK
from switchcorr.lab.outputs import EIGHT_COMMANDS, outputs_of, write_captures
from switchcorr.model.campus import Campus
from switchcorr.model.snapshot import OutputState
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import platform_named

_CAMPUSES = {"mixed": build_lab_campus(switches=7, phones_a_module=6), "plain": build_plain_campus(switches=3)}
_DEVICES = {f"{kind} {device.name}": device for kind, campus in _CAMPUSES.items() for device in campus.devices}
_TAKEN_AT = datetime(2026, 11, 15, tzinfo=UTC)


def _parsed(device: LabDevice, command: str, text: str) -> ParsedOutput:
    platform = platform_named("cisco_ios")
    assert platform is not None
    found = find_command(platform, command)
    assert found is not None, command
    return parse_output(platform, found, text)


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_every_line_of_every_output_is_read(device: LabDevice) -> None:
    for visit in (1, 2):
        for command, text in outputs_of(device, visit).items():
            parsed = _parsed(device, command, text)
            assert (parsed.bad_line_count, parsed.bad_lines) == (0, ()), command
            assert parsed.state in {OutputState.PARSED, OutputState.EMPTY}, f"{command}: {parsed.reason}"
            assert parsed.rows or parsed.state is OutputState.EMPTY


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_no_row_is_lost(device: LabDevice) -> None:
    rows = {command: len(_parsed(device, command, text).rows) for command, text in outputs_of(device, 1).items()}
    assert rows["show cdp neighbors detail"] == len(device.cables) + len(device.phones)
    assert rows["show lldp neighbors detail"] == sum(phone.talks for phone in device.phones)
    assert rows["show interfaces"] == outputs_of(device, 1)["show interfaces"].count("line protocol is")
    assert rows["show etherchannel summary"] == len({cable.bundle for cable in device.cables} - {0})
    assert rows["show power inline"] == len({phone.interface for phone in device.phones})


def test_only_the_counters_of_the_sick_parts_grow_between_the_visits() -> None:
    grown = set()
    for device in build_lab_campus(switches=7).devices:
        before, after = (
            {str(row.name): row.counters for row in _parsed(device, "show interfaces", outputs_of(device, visit)["show interfaces"]).rows}  # type: ignore[union-attr]  # rows of this command are interfaces
            for visit in (1, 2)
        )
        grown |= {(device.name, name) for name in before if before[name].get("crc") != after[name].get("crc")}
    card = {name for device, name in grown if device == SICK_CARD[0]}
    assert grown - {(SICK_CARD[0], name) for name in card} == {SICK_UPLINK}
    assert card == {f"GigabitEthernet{SICK_CARD[1]}/{port}" for port in range(1, 49)}


@pytest.fixture(scope="module", params=sorted(_CAMPUSES))
def read_back(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[LabCampus, Campus]:
    campus: LabCampus = _CAMPUSES[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    write_captures(campus, folder, visit=1, taken_at=_TAKEN_AT)
    return campus, sc.read_captures(folder)


def test_every_phone_is_placed_where_it_is(read_back: tuple[LabCampus, Campus]) -> None:
    campus, found = read_back
    placed = {str(one.phone): (one.device, str(one.interface), one.module) for one in found.placements}
    part = {Build.CHASSIS: "{}/{}", Build.STACK: "{}/{}", Build.FIXED: "{}/{}"}
    assert placed == {
        phone.name: (
            device.name,
            phone.interface,
            part[device.build].format(device.name, phone.interface.removeprefix("GigabitEthernet").split("/")[0]),
        )
        for device, phone in campus.phones
    }


def test_every_phone_is_exposed_to_its_active_uplink_and_to_no_other(read_back: tuple[LabCampus, Campus]) -> None:
    campus, found = read_back
    risk = found.risk
    for kind, build, expected in (
        ("uplink_bundle", Build.CHASSIS, "{}:Port-channel1"),
        ("uplink", Build.STACK, "{}:TenGigabitEthernet1/1/1"),
        ("uplink", Build.FIXED, "{}:TenGigabitEthernet1/1/1"),
    ):
        devices = [device for device in campus.devices if device.build is build]
        for device in devices:
            rows = [risk.phones.index(phone.name) for phone in device.phones]
            assert {risk.components[kind][risk.columns[kind][row]].id for row in rows} == {expected.format(device.name)}


def test_every_cable_is_a_link(read_back: tuple[LabCampus, Campus]) -> None:
    campus, found = read_back
    cables = {
        frozenset(((device.name, cable.interface), (cable.remote, cable.remote_interface)))
        for device in campus.devices
        for cable in device.cables
    }
    links = {frozenset(((link.a, str(link.a_interface)), (link.b, str(link.b_interface)))) for link in found.links}
    assert links == cables


def test_the_eight_commands_of_a_sweep_are_written_and_nothing_else(tmp_path: Path) -> None:
    write_captures(_CAMPUSES["plain"], tmp_path, visit=1, taken_at=_TAKEN_AT, commands=EIGHT_COMMANDS)
    assert {path.name for path in (tmp_path / "acc-001").iterdir()} == {
        "capture.json", "show_version.txt", "show_inventory.txt", "show_interfaces.txt", "show_interfaces_counters_errors.txt", "show_mac_address-table.txt",
        "show_cdp_neighbors_detail.txt", "show_lldp_neighbors_detail.txt", "show_power_inline.txt",
    }  # fmt: skip
    about = json.loads((tmp_path / "acc-001" / "capture.json").read_text())
    assert about == {"platform": "cisco_ios", "host": "192.0.2.21", "taken_at": "2026-11-15T00:00:00+00:00"}


def test_a_benchmark_switch_prints_about_114_kb() -> None:
    outputs = outputs_of(_CAMPUSES["plain"].device("acc-001"), 1)
    assert 105_000 < sum(len(outputs[command]) for command in EIGHT_COMMANDS) < 125_000
