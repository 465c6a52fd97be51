"""A simulated campus as switches that can be served: who answers what, with which manners and which faults."""

from __future__ import annotations

import difflib
import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from switchcorr.errors import UsageError
from switchcorr.lab.answers import Clock, answer, depends_on_time, platform_of
from switchcorr.lab.campus import Build, LabCampus, LabDevice
from switchcorr.lab.faults import Fault
from switchcorr.lab.switch import Answers, LabSwitch
from switchcorr.model.inventory import AlgorithmProfile

_TEXTS_KEPT = 64
_ACCESS = {Build.CHASSIS, Build.STACK, Build.FIXED}


@dataclass(frozen=True, slots=True)
class FaultAt:
    """A fault and, for a fault of one answer, the command at which it plays."""

    fault: Fault
    command: str = ""


@dataclass(frozen=True, slots=True)
class Manners:
    """What all switches of a site have in common.

    Attributes:
        faults: by name of the device.
        legacy: devices that offer the oldest SSH algorithms only.
        clock: their time at a visit, UTC; None is the time of this machine.
    """

    username: str = "lab"
    password: str = "lab-password"  # noqa: S105  # of simulated switches
    enable: str = ""
    think_s: float = 0.0
    round_trip_s: float = 0.0
    bytes_a_second: int = 0
    faults: Mapping[str, FaultAt] = field(default_factory=dict)
    legacy: frozenset[str] = frozenset()
    clock: Clock | None = None


def site_switches(campus: LabCampus, manners: Manners | None = None) -> tuple[LabSwitch, ...]:
    """Every device of a campus as a switch that can be served.

    Raises:
        UsageError: a fault or a legacy device that the campus does not have.
    """
    manners = manners or Manners()
    names = {device.name for device in campus.devices}
    for name in (*manners.faults, *manners.legacy):
        if name not in names:
            raise UsageError(f"The simulated campus has no {name}.{_nearest(name, names)}", hint="Its devices: " + _some(sorted(names)))
    answers = _answers(manners.clock or (lambda _: datetime.now(UTC)))
    return tuple(_switch(device, manners, answers(device)) for device in campus.devices)


def read_fault(text: str) -> tuple[str, FaultAt]:
    """``NAME=FAULT`` or ``NAME=FAULT@COMMAND``.

    Raises:
        UsageError: another form, or no fault of that name.

    >>> read_fault("acc-004=drip@show interfaces")
    ('acc-004', FaultAt(fault=<Fault.DRIP: 'drip'>, command='show interfaces'))
    """
    name, equals, rest = text.partition("=")
    fault, _, command = rest.partition("@")
    if not (name and equals and fault):
        raise UsageError(f"not NAME=FAULT or NAME=FAULT@COMMAND: {text!r}.", hint="For example: acc-004=hang_mid_output")
    known = [member.value for member in Fault]
    if fault not in known:
        raise UsageError(f"no fault is called {fault!r}.{_nearest(fault, known)}", hint="The faults: " + ", ".join(known))
    return name, FaultAt(Fault(fault), command)


def site_of(device: LabDevice) -> str:
    """The site a device stands in: that of its block."""
    if device.build is Build.CORE:
        return "core"
    above = device.name if device.build is Build.DISTRIBUTION else device.cables[0].remote
    return "block-" + above.removeprefix("dist-")[:-1]


def _switch(device: LabDevice, manners: Manners, answers: Answers) -> LabSwitch:
    at = manners.faults.get(device.name, FaultAt(Fault.NONE))
    return LabSwitch(
        name=device.name,
        answers=answers,
        platform=platform_of(device),
        username=manners.username,
        password=manners.password,
        enable=manners.enable,
        algorithms=AlgorithmProfile.LEGACY if device.name in manners.legacy else AlgorithmProfile.MODERN,
        fault=at.fault,
        fault_at=at.command,
        think_s=manners.think_s,
        round_trip_s=manners.round_trip_s,
        bytes_a_second=manners.bytes_a_second,
    )


def _answers(clock: Clock) -> Callable[[LabDevice], Answers]:
    """Texts are written when they are asked for, and the last few are kept: those of 1,000 switches would be 100 MB."""
    devices: dict[str, LabDevice] = {}

    @functools.lru_cache(maxsize=_TEXTS_KEPT)
    def kept(name: str, command: str, visit: int) -> str | None:
        return answer(devices[name], command, visit=visit, clock=clock)

    def answers_of(device: LabDevice) -> Answers:
        devices[device.name] = device
        return lambda command, visit: (
            answer(device, command, visit=visit, clock=clock) if depends_on_time(device, command) else kept(device.name, command, visit)
        )

    return answers_of


def access_names(campus: LabCampus) -> list[str]:
    """The access switches with IOS, in order."""
    return [device.name for device in campus.devices if device.build in _ACCESS]


def _nearest(name: str, known: set[str] | list[str]) -> str:
    near = difflib.get_close_matches(name, sorted(known), n=1)
    return f" Is {near[0]} meant?" if near else ""


def _some(names: list[str]) -> str:
    return ", ".join(names) if len(names) <= 12 else f"{', '.join(names[:8])}, ... {names[-1]}"
