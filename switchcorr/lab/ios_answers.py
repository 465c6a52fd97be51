"""What a simulated IOS switch answers to a command at a visit; what it does not know is None, as on a real one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from switchcorr.lab.campus import Build, LabDevice
from switchcorr.lab.outputs import COMMANDS, Writer, show_module, show_switch_detail
from switchcorr.lab.state_outputs import STATE_COMMANDS, show_clock, show_diagnostic_result, show_logging

Clock = Callable[[int], datetime]
"""The time at a visit, UTC."""

_OF_A_CHASSIS: dict[str, Writer] = {"show module": show_module, "show diagnostic result module all detail": show_diagnostic_result}
_OF_A_STACK: dict[str, Writer] = {"show switch detail": show_switch_detail}


def ios_answer(device: LabDevice, command: str, *, visit: int, clock: Clock) -> str | None:
    """The text of one command."""
    if command == "show clock":
        return show_clock(clock(visit))
    if command == "show logging":
        return show_logging(device, visit, clock(visit))
    writer = COMMANDS.get(command) or STATE_COMMANDS.get(command) or _own_commands(device.build).get(command)
    return None if writer is None else writer(device, visit)


def _own_commands(build: Build) -> dict[str, Writer]:
    """What only some builds know: a stack has no modules, a chassis is no stack."""
    if build is Build.CHASSIS:
        return _OF_A_CHASSIS
    return _OF_A_STACK if build is Build.STACK else {}
