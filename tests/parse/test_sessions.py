"""One log of several switches that are called ``Switch``."""

from __future__ import annotations

import pytest

from switchcorr.model.snapshot import CONSOLE_MESSAGES, DeviceCapture, OutputState, RawOutput
from switchcorr.parse.sessions import parse_sessions

_VERSION = """Cisco IOS Software, C2960X Software (C2960X-UNIVERSALK9-M), Version 15.2(4)E7, RELEASE SOFTWARE (fc2)
Switch uptime is 3 weeks, 2 days, 5 hours, 1 minute
System returned to ROM by power-on
cisco WS-C2960X-48FPD-L (APM86XXX) processor (revision K0) with 524288K bytes of memory.
Processor board ID {serial}
"""
_TABLE = """          Mac Address Table
-------------------------------------------

Vlan    Mac Address       Type        Ports
----    -----------       --------    -----
"""


def _macs(*numbers: int) -> RawOutput:
    rows = "".join(f" 110    0000.5e00.53{n:02x}    DYNAMIC     Gi1/0/{n % 16 + 1}\n" for n in numbers)
    return RawOutput("show mac address-table", f"{_TABLE}{rows}Total Mac Addresses for this criterion: {len(numbers)}\n", "one.log")


def _version(serial: str) -> RawOutput:
    return RawOutput("show version", _VERSION.format(serial=serial), "one.log")


_LINE = "*Nov 22 07:40:00.000: %SYS-5-RESTART: System restarted --"
_CONSOLE = RawOutput("show logging", _LINE, "one.log", part=CONSOLE_MESSAGES)


@pytest.mark.parametrize(
    "outputs",
    [
        (_version("FOC1111A1AA"), _macs(1, 2, 3), _version("FOC2222B2BB"), _macs(1, 2, 3, 4)),
        (_macs(1, 2, 3), _macs(33, 34, 35)),
    ],
)
def test_sessions_of_other_devices_are_captures_of_their_own(outputs: tuple[RawOutput, ...]) -> None:
    last, first = parse_sessions(DeviceCapture("Switch", "cisco_ios", (*outputs, _CONSOLE)))

    assert len(first.tables.mac) == 3
    assert last.tables.mac != first.tables.mac
    assert {facts.device for facts in (first, last)} == {"Switch"}
    states = [output.state for facts in (first, last) for output in facts.outputs if output.command == CONSOLE_MESSAGES]
    assert states == [OutputState.QUARANTINED]


@pytest.mark.parametrize(
    "outputs",
    [
        (_version("FOC1111A1AA"), _macs(1, 2, 3)),
        (_version("FOC1111A1AA"), _macs(1, 2, 3), _version("FOC1111A1AA"), _macs(33, 34, 35)),
        (_macs(1, 2, 3), _macs(1, 2, 4)),
    ],
)
def test_one_device_that_was_asked_twice_is_one_capture_of_which_the_last_answers_count(outputs: tuple[RawOutput, ...]) -> None:
    (facts,) = parse_sessions(DeviceCapture("Switch", "cisco_ios", (*outputs, _CONSOLE)))

    assert len(facts.tables.mac) == 3
    assert [row.mac for row in facts.tables.mac] == [
        row.mac for row in parse_sessions(DeviceCapture("x", "cisco_ios", outputs[-1:]))[0].tables.mac
    ]


def test_the_same_command_in_two_files_of_a_folder_is_no_other_session() -> None:
    other = RawOutput("show mac address-table", _macs(33, 34, 35).text, "two.log")
    assert len(parse_sessions(DeviceCapture("Switch", "cisco_ios", (_macs(1, 2, 3), other)))) == 1


@pytest.mark.parametrize(("platform", "command"), [("cisco_ios", "show clock"), ("", "show version")])
def test_a_command_that_tells_nothing_of_the_device_may_stand_there_twice(platform: str, command: str) -> None:
    """As in a show-tech; a device of an unknown platform tells nothing at all."""
    twice = RawOutput(command, "*08:00:00.123 UTC Sun Nov 22 2026\n", "one.log")
    (facts,) = parse_sessions(DeviceCapture("Switch", platform, (twice, twice, _CONSOLE)))
    assert not any(output.reason.startswith("the file holds outputs of several devices") for output in facts.outputs)
