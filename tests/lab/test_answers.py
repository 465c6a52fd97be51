"""Every command of a sweep is answered by every simulated switch, read to the last line, and consistent with the campus."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from switchcorr.captures.commands import find_command
from switchcorr.lab.campus import DATA_VLAN, VOICE_VLAN, Build, LabDevice, build_lab_campus, build_plain_campus
from switchcorr.lab.interfaces_output import SICK_CARD, interface_names
from switchcorr.lab.ios_answers import ios_answer
from switchcorr.model.snapshot import OutputState
from switchcorr.parse.tables import ParsedOutput, parse_output
from switchcorr.platforms import platform_named

_CAMPUSES = {"mixed": build_lab_campus(switches=7, phones_a_module=6), "plain": build_plain_campus(switches=3)}
_DEVICES = {f"{kind} {device.name}": device for kind, campus in _CAMPUSES.items() for device in campus.devices}
_AT = datetime(2026, 11, 22, 9, 41, 7, tzinfo=UTC)
_MAY_BE_EMPTY = {"show etherchannel summary", "show lldp neighbors detail", "show logging", "show power inline"}
_NOT_KNOWN = {
    Build.CHASSIS: {"show switch detail"},
    Build.STACK: {"show module", "show diagnostic result module all detail"},
}
_NEITHER = {"show switch detail", "show module", "show diagnostic result module all detail"}


def _clock(visit: int) -> datetime:
    return _AT + timedelta(days=7 * (visit - 1))


def _sweep_commands(platform_name: str) -> list[str]:
    platform = platform_named(platform_name)
    assert platform is not None
    return [command.text for command in platform.commands if command.sweep]


def _read(device: LabDevice, command: str, visit: int = 1) -> ParsedOutput:
    platform = platform_named("cisco_ios")
    assert platform is not None
    found = find_command(platform, command)
    text = ios_answer(device, command, visit=visit, clock=_clock)
    assert found is not None
    assert text is not None
    return parse_output(platform, found, text)


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_every_command_of_a_sweep_is_answered_or_unknown_as_on_a_real_switch(device: LabDevice) -> None:
    commands = _sweep_commands("cisco_ios")
    unknown = {command for command in commands if ios_answer(device, command, visit=1, clock=_clock) is None}
    assert unknown == _NOT_KNOWN.get(device.build, _NEITHER)
    assert ios_answer(device, "show running-config", visit=1, clock=_clock) is None


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_every_line_of_every_answer_is_read(device: LabDevice) -> None:
    for command in _sweep_commands("cisco_ios"):
        for visit in (1, 2):
            if ios_answer(device, command, visit=visit, clock=_clock) is None:
                continue
            parsed = _read(device, command, visit)
            assert (parsed.bad_line_count, parsed.bad_lines) == (0, ()), command
            assert parsed.state in {OutputState.PARSED, OutputState.EMPTY}, f"{command}: {parsed.reason}"
            assert parsed.rows or command in _MAY_BE_EMPTY or not device.phones, command


@pytest.mark.parametrize("device", _DEVICES.values(), ids=_DEVICES)
def test_ports_are_in_the_state_that_the_campus_has_them_in(device: LabDevice) -> None:
    names = interface_names(device)
    phones = {phone.interface for phone in device.phones}
    cables = {cable.interface: cable for cable in device.cables}
    status = {str(row.name): row for row in _read(device, "show interfaces status").rows}  # type: ignore[union-attr]  # rows of this command
    assert [name for name in status if not name.startswith("Port-channel")] == names
    assert {name for name, row in status.items() if row.status == "connected" and name in names} == phones | set(cables)  # type: ignore[union-attr]
    assert len(status) - len(names) == len({cable.bundle for cable in device.cables} - {0})
    ports = {str(row.name): row for row in _read(device, "show interfaces switchport").rows}  # type: ignore[union-attr]
    assert list(ports) == names
    for name, row in ports.items():
        expected = (None, "trunk") if name in cables else (VOICE_VLAN, "static access" if name in phones else "down")
        assert (row.voice_vlan, str(row.mode).split(" (")[0]) == expected, name  # type: ignore[union-attr]
        assert name in cables or row.access_vlan == DATA_VLAN  # type: ignore[union-attr]
    described = [str(row.name) for row in _read(device, "show interfaces description").rows]  # type: ignore[union-attr]
    assert described == names


def test_health_is_told_in_the_manner_of_the_build() -> None:
    for device in _CAMPUSES["mixed"].devices:
        environment, redundancy = _read(device, "show environment all"), _read(device, "show redundancy")
        assert len(redundancy.rows) == 1
        assert len(environment.rows) >= 5
    chassis = _CAMPUSES["mixed"].device("acc-001")
    tests = _read(chassis, "show diagnostic result module all detail").rows
    assert len(tests) == 10
    assert {row.result for row in tests} == {"pass"}  # type: ignore[union-attr]


def test_the_clock_tells_the_time_of_the_visit() -> None:
    device = _CAMPUSES["mixed"].device("core-1")
    for visit in (1, 2):
        (row,) = _read(device, "show clock", visit).rows
        assert row.time == _clock(visit)  # type: ignore[union-attr]


def test_the_log_of_the_sick_card_grows_between_the_visits() -> None:
    campus = build_lab_campus(switches=4)
    for device in campus.devices:
        before, after = (_read(device, "show logging", visit).rows for visit in (1, 2))
        assert (len(after) > len(before)) == (device.name == SICK_CARD[0])
