"""What a simulated device answers to a command at a visit; what it does not know is None, as on a real one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from switchcorr.lab import catos_outputs, nxos_state, state_outputs
from switchcorr.lab.campus import Build, LabDevice
from switchcorr.lab.outputs import COMMANDS, Writer, show_module, show_switch_detail

Clock = Callable[[int], datetime]
"""The time at a visit, UTC."""

TimedWriter = Callable[[LabDevice, int, datetime], str]
"""A device, the number of the visit and its time to the text of one command."""

_IOS = {**COMMANDS, **state_outputs.STATE_COMMANDS}
_CHASSIS = {**_IOS, "show module": show_module, "show diagnostic result module all detail": state_outputs.show_diagnostic_result}
_STACK = {**_IOS, "show switch detail": show_switch_detail}

_WRITERS: Mapping[Build, Mapping[str, Writer]] = {
    Build.CORE: _IOS,
    Build.DISTRIBUTION: _IOS,
    Build.FIXED: _IOS,
    Build.CHASSIS: _CHASSIS,
    Build.STACK: _STACK,
    Build.NEXUS: nxos_state.NXOS_COMMANDS,
    Build.CATOS: catos_outputs.CATOS_COMMANDS,
}
"""What each build knows: a stack has no modules, a chassis is no stack."""

_TIMED: Mapping[str, Mapping[str, TimedWriter]] = {
    "cisco_ios": {
        "show clock": lambda _device, _visit, at: state_outputs.show_clock(at),
        "show logging": state_outputs.show_logging,
    },
    "cisco_nxos": {
        "show clock": lambda _device, _visit, at: nxos_state.show_clock(at),
        "show logging logfile": nxos_state.show_logging_logfile,
    },
    "cisco_catos": {
        "show time": lambda _device, _visit, at: catos_outputs.show_time(at),
        "show logging buffer": catos_outputs.show_logging_buffer,
    },
}
"""What depends on the time too."""


def platform_of(device: LabDevice) -> str:
    """The operating system of a device."""
    return {Build.NEXUS: "cisco_nxos", Build.CATOS: "cisco_catos"}.get(device.build, "cisco_ios")


def depends_on_time(device: LabDevice, command: str) -> bool:
    """Whether a command's text changes while nothing happens."""
    return command in _TIMED[platform_of(device)]


def answer(device: LabDevice, command: str, *, visit: int, clock: Clock) -> str | None:
    """The text of one command."""
    timed = _TIMED[platform_of(device)].get(command)
    if timed is not None:
        return timed(device, visit, clock(visit))
    writer = _WRITERS[device.build].get(command)
    return None if writer is None else writer(device, visit)
