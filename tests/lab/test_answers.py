"""Every command of a sweep is answered by every simulated switch, read to the last line, and consistent with the campus."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

import switchcorr as sc
from switchcorr.captures.commands import find_command
from switchcorr.lab.answers import answer, platform_of
from switchcorr.lab.campus import DATA_VLAN, VOICE_VLAN, Build, LabDevice, build_lab_campus, build_plain_campus
from switchcorr.lab.interfaces_output import SICK_CARD, interface_names
from switchcorr.model.snapshot import OutputState
from switchcorr.model.tables import (
    Clock,
    DiagnosticResult,
    ErrorCounters,
    Fex,
    Interface,
    InterfaceDescription,
    InterfaceStatus,
    Lag,
    Module,
    PowerPort,
    Switchport,
)
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import platform_named

_CAMPUSES = {"mixed": build_lab_campus(switches=7, phones_a_module=6, others=True), "plain": build_plain_campus(switches=3)}
_DEVICES = {f"{kind} {device.name}": device for kind, campus in _CAMPUSES.items() for device in campus.devices}
_IOS = {name: device for name, device in _DEVICES.items() if platform_of(device) == "cisco_ios"}
_OTHERS = {device.name: device for device in _CAMPUSES["mixed"].devices if platform_of(device) != "cisco_ios"}
_AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
_Row = TypeVar("_Row")
_MAY_BE_EMPTY = {
    "show channel",
    "show port channel",
    "show etherchannel summary",
    "show lldp neighbors detail",
    "show logging",
    "show power inline",
}
_NOT_KNOWN = {
    Build.CHASSIS: {"show switch detail"},
    Build.STACK: {"show module", "show diagnostic result module all detail"},
    Build.NEXUS: set(),
    Build.CATOS: set(),
}
_NEITHER = {"show switch detail", "show module", "show diagnostic result module all detail"}


def _clock(visit: int) -> datetime:
    return _AT + timedelta(days=7 * (visit - 1))


def _sweep_commands(platform_name: str) -> list[str]:
    platform = platform_named(platform_name)
    assert platform is not None
    return [command.text for command in platform.commands if command.sweep]


def _read(device: LabDevice, command: str, visit: int = 1) -> ParsedOutput:
    platform = platform_named(platform_of(device))
    assert platform is not None
    found = find_command(platform, command)
    text = answer(device, command, visit=visit, clock=_clock)
    assert found is not None
    assert text is not None
    return parse_output(platform, found, text)


def _rows(device: LabDevice, command: str, kind: type[_Row], visit: int = 1) -> list[_Row]:
    return [row for row in _read(device, command, visit).rows if isinstance(row, kind)]


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_every_command_of_a_sweep_is_answered_or_unknown_as_on_a_real_switch(device: LabDevice) -> None:
    commands = _sweep_commands(platform_of(device))
    unknown = {command for command in commands if answer(device, command, visit=1, clock=_clock) is None}
    assert unknown == _NOT_KNOWN.get(device.build, _NEITHER)
    assert answer(device, "show running-config", visit=1, clock=_clock) is None


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_every_line_of_every_answer_is_read(device: LabDevice) -> None:
    for command in _sweep_commands(platform_of(device)):
        for visit in (1, 2):
            if answer(device, command, visit=visit, clock=_clock) is None:
                continue
            parsed = _read(device, command, visit)
            assert (parsed.bad_line_count, parsed.bad_lines) == (0, ()), command
            assert parsed.state in {OutputState.PARSED, OutputState.EMPTY}, f"{command}: {parsed.reason}"
            assert parsed.rows or command in _MAY_BE_EMPTY or not device.phones, command


@pytest.mark.parametrize("device", _IOS.values(), ids=_IOS)
def test_ports_are_in_the_state_that_the_campus_has_them_in(device: LabDevice) -> None:
    names = interface_names(device)
    phones = {phone.interface for phone in device.phones}
    cables = {cable.interface: cable for cable in device.cables}
    status = {str(row.name): row for row in _rows(device, "show interfaces status", InterfaceStatus)}
    assert [name for name in status if not name.startswith("Port-channel")] == names
    assert {name for name, row in status.items() if row.status == "connected" and name in names} == phones | set(cables)
    assert len(status) - len(names) == len({cable.bundle for cable in device.cables} - {0})
    ports = {str(row.name): row for row in _rows(device, "show interfaces switchport", Switchport)}
    assert list(ports) == names
    for name, row in ports.items():
        expected = (None, "trunk") if name in cables else (VOICE_VLAN, "static access" if name in phones else "down")
        assert (row.voice_vlan, str(row.mode).split(" (")[0]) == expected, name
        assert name in cables or row.access_vlan == DATA_VLAN
    described = [str(row.name) for row in _rows(device, "show interfaces description", InterfaceDescription)]
    assert described == names


def test_health_is_told_in_the_manner_of_the_build() -> None:
    for device in _IOS.values():
        environment, redundancy = _read(device, "show environment all"), _read(device, "show redundancy")
        assert len(redundancy.rows) == 1
        assert len(environment.rows) >= 5
    chassis = _CAMPUSES["mixed"].device("acc-001")
    tests = _rows(chassis, "show diagnostic result module all detail", DiagnosticResult)
    assert len(tests) == 10
    assert {row.result for row in tests} == {"pass"}


@pytest.mark.parametrize(("name", "command"), [("core-1", "show clock"), ("nex-001", "show clock"), ("cat-001", "show time")])
def test_the_clock_tells_the_time_of_the_visit(name: str, command: str) -> None:
    device = _CAMPUSES["mixed"].device(name)
    for visit in (1, 2):
        (row,) = _rows(device, command, Clock, visit)
        assert row.time == _clock(visit)


def test_a_nexus_tells_of_its_ports_its_extender_and_its_neighbors() -> None:
    nexus = _OTHERS["nex-001"]
    ports = {str(row.name): row for row in _rows(nexus, "show interface status", InterfaceStatus)}
    phones = {phone.interface for phone in nexus.phones}
    up = {name for name, row in ports.items() if row.status == "connected"}
    assert up == phones | {"mgmt0", "Ethernet1/1", "Ethernet1/2", "Ethernet1/31", "Ethernet1/32", "Port-channel1", "Port-channel101"}
    assert {str(row.name) for row in _rows(nexus, "show interface", Interface)} == set(ports)
    assert {str(row.name) for row in _rows(nexus, "show interface counters errors", ErrorCounters)} == set(ports)
    assert {str(row.name) for row in _rows(nexus, "show interface description", InterfaceDescription)} == set(ports)
    (fex,) = _rows(nexus, "show fex detail", Fex)
    assert (fex.number, [str(name) for name in fex.uplinks]) == (101, ["Port-channel101", "Ethernet1/31", "Ethernet1/32"])
    assert len(_read(nexus, "show cdp neighbors detail").rows) == 2 + len(phones)
    assert len(_read(nexus, "show lldp neighbors detail").rows) == len(phones)
    voice = {str(row.name) for row in _rows(nexus, "show interface switchport", Switchport) if row.voice_vlan == VOICE_VLAN}
    assert phones <= voice
    assert {str(row.name): len(row.members) for row in _rows(nexus, "show port-channel summary", Lag)} == {
        "Port-channel1": 2,
        "Port-channel101": 2,
    }


def test_a_switch_of_catos_tells_of_its_ports_their_power_and_its_neighbors() -> None:
    catos = _OTHERS["cat-001"]
    phones = {phone.interface for phone in catos.phones}
    status = _rows(catos, "show port", InterfaceStatus)
    assert len(status) == 2 + 2 * 48
    assert {str(row.name) for row in status if row.status == "connected"} == phones | {"1/1"}
    power = _rows(catos, "show port", PowerPort)
    assert {str(row.name) for row in power if row.oper == "on"} == phones
    assert len(_rows(catos, "show port", ErrorCounters)) == len(status)
    assert {row.voice_vlan for row in _rows(catos, "show port", Switchport)} == {VOICE_VLAN}
    assert len(_read(catos, "show cdp neighbors detail").rows) == 1 + len(phones)
    assert len(_read(catos, "show cam dynamic").rows) == len(phones) + sum(bool(phone.pc) for phone in catos.phones) + 8
    assert [row.slot for row in _rows(catos, "show module", Module)] == [1, 3, 4, 3, 4]  # the cards, then the power modules on them


def test_a_campus_of_all_platforms_is_read_back_as_it_is(tmp_path: Path) -> None:
    campus = _CAMPUSES["mixed"]
    for device in campus.devices:
        folder = tmp_path / device.name
        folder.mkdir()
        for command in _sweep_commands(platform_of(device)):
            text = answer(device, command, visit=1, clock=_clock)
            if text is not None:
                (folder / (re.sub(r"[^a-z0-9.-]+", "_", command) + ".txt")).write_text(text)
        (folder / "capture.json").write_text(json.dumps({"platform": platform_of(device), "host": device.address}))
    found = sc.read_captures(tmp_path)
    placed = {str(one.phone): (one.device, str(one.interface)) for one in found.placements}
    assert placed == {phone.name: (device.name, phone.interface) for device, phone in campus.phones}
    modules = {one.module for one in found.placements if one.device in _OTHERS}
    assert modules == {"nex-001/fex101", "cat-001/3", "cat-001/4"}
    cables = {
        frozenset(((device.name, cable.interface), (cable.remote, cable.remote_interface)))
        for device in campus.devices
        for cable in device.cables
    }
    assert {frozenset(((link.a, str(link.a_interface)), (link.b, str(link.b_interface)))) for link in found.links} == cables


def test_the_log_of_the_sick_card_grows_between_the_visits() -> None:
    campus = build_lab_campus(switches=4)
    for device in campus.devices:
        before, after = (_read(device, "show logging", visit).rows for visit in (1, 2))
        assert (len(after) > len(before)) == (device.name == SICK_CARD[0])
