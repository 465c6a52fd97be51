"""A simulated campus to which something happens between two visits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from switchcorr.lab.campus import LabCampus, LabDevice, build_lab_campus
from switchcorr.lab.outputs import write_captures


def campus() -> LabCampus:
    return build_lab_campus(switches=4)


def changed(given: LabCampus, name: str, change: Callable[[LabDevice], LabDevice]) -> LabCampus:
    """The campus with one device otherwise."""
    return LabCampus(tuple(change(device) if device.name == name else device for device in given.devices))


def moved(given: LabCampus) -> tuple[LabCampus, str, str]:
    """The first phone of acc-001 is now at the port of the first phone of acc-002, which is gone; and their names."""
    mover, loser = given.device("acc-001").phones[0], given.device("acc-002").phones[0]
    there = replace(mover, interface=loser.interface)
    given = changed(given, "acc-001", lambda device: replace(device, phones=device.phones[1:]))
    return changed(given, "acc-002", lambda device: replace(device, phones=(there, *device.phones[1:]))), mover.name, loser.name


def uncabled(given: LabCampus, name: str) -> tuple[LabCampus, str]:
    """The first cable of a device is pulled; its interface."""
    cable = given.device(name).cables[0]
    given = changed(given, name, lambda device: replace(device, cables=device.cables[1:]))
    far = cable.remote
    return (
        changed(
            given,
            far,
            lambda device: replace(
                device, cables=tuple(one for one in device.cables if one.remote_interface != cable.interface or one.remote != name)
            ),
        ),
        cable.interface,
    )


def write(given: LabCampus, folder: Path, at: datetime, *, visit: int = 1, without: tuple[str, ...] = ()) -> Path:
    """The captures of a visit."""
    kept = LabCampus(tuple(device for device in given.devices if device.name not in without))
    write_captures(kept, folder, visit=visit, taken_at=at)
    return folder
