"""The simulated campus, served until somebody stops it, with the inventory that leads to it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import ConfigurationError, InputFileError, UsageError
from switchcorr.files import write_whole
from switchcorr.lab.answers import platform_of
from switchcorr.lab.campus import LabCampus, LabDevice, build_lab_campus
from switchcorr.lab.faults import Fault
from switchcorr.lab.journal import Kind
from switchcorr.lab.site import Manners, access_names, read_fault, site_of, site_switches
from switchcorr.lab.ssh_server import LabServer
from switchcorr.model.inventory import AlgorithmProfile

MOST_SWITCHES = 1000
_FILES_BESIDES = 256
"""File descriptors for connections and everything else, besides the listening ones."""
_LEGACY = "legacy"
MARK = ".switchcorr-lab"
"""File by which a directory is known as that of a lab: its inventory, state and captures are written anew."""


@dataclass(frozen=True, slots=True)
class LabRequest:
    """What is to be served.

    Attributes:
        switches: access switches with IOS; distribution and core switches, a Nexus and a switch with CatOS come on top.
        directory: where inventory, password and host keys are written.
        faults: ``NAME=FAULT`` or ``NAME=FAULT@COMMAND``.
        legacy: how many access switches offer the oldest SSH algorithms only: the last ones.
        journal: file of JSON lines for everything that was received; None is none.
    """

    directory: Path
    switches: int = 12
    faults: tuple[str, ...] = ()
    think_ms: int = 0
    round_trip_ms: int = 0
    legacy: int = 0
    journal: Path | None = None


@dataclass(frozen=True, slots=True)
class LabOpened:
    """What can be reached now.

    Attributes:
        sweep: what to type in another terminal.
    """

    devices: int
    faulty: tuple[tuple[str, Fault], ...]
    inventory: Path
    sweep: str


@dataclass(frozen=True, slots=True)
class LabServed:
    """What was served until the end."""

    connections: int
    logins: int
    refused: int
    lines: int


@contextlib.contextmanager
def _until_stopped() -> Iterator[asyncio.Event]:
    """An event that the first SIGINT or SIGTERM sets."""
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def serve_lab(request: LabRequest, opened: Callable[[LabOpened], None]) -> LabServed:
    """Serve a campus until SIGINT or SIGTERM; to be called in the main thread.

    Args:
        opened: told when everything can be reached.

    Raises:
        UsageError: a number out of range, or a fault or a device that does not exist.
        InputFileError: the directory or the journal cannot be written.
        ConfigurationError: not enough file descriptors are permitted.
    """
    if not 1 <= request.switches <= MOST_SWITCHES:
        raise UsageError(f"--switches {request.switches}: a number from 1 to {MOST_SWITCHES} is expected.")
    if not 0 <= request.legacy <= request.switches:
        raise UsageError(f"--legacy {request.legacy}: there are {request.switches} access switches.")
    return asyncio.run(_serve(request, opened))


async def _serve(request: LabRequest, opened: Callable[[LabOpened], None]) -> LabServed:
    campus = build_lab_campus(switches=request.switches, others=True)
    manners = Manners(
        think_s=request.think_ms / 1000,
        round_trip_s=request.round_trip_ms / 1000,
        faults=dict(read_fault(text) for text in request.faults),
        legacy=frozenset(access_names(campus)[request.switches - request.legacy :]),
    )
    switches = site_switches(campus, manners)
    _permit_files(len(switches))
    try:
        lab = LabServer(switches, journal=request.journal, keep=False, count_visits=True)
    except OSError as error:
        raise InputFileError(f"{request.journal}: cannot be written: {error.strerror}.", hint="Does its directory exist?") from error
    with _until_stopped() as stop:
        async with lab:
            claim(request.directory, ("inventory", "state"))
            write_inventory(request.directory, campus, manners, lab)
            faulty = tuple((name, at.fault) for name, at in manners.faults.items())
            inventory = request.directory / "inventory"
            sweep = f"SWITCHCORR_STATE_DIR={request.directory / 'state'} switchcorr sweep --inventory {inventory}"
            opened(LabOpened(len(switches), faulty, inventory, sweep))
            await stop.wait()
    count = lab.journal.count
    return LabServed(count(Kind.CONNECTED), count(Kind.AUTH_OK), count(Kind.AUTH_FAILED), count(Kind.LINE))


def claim(directory: Path, names: Sequence[str]) -> None:
    """Make a directory that of a lab: what stands there under names that a lab writes must be of an earlier one.

    Raises:
        UsageError: it is somebody's own.
        InputFileError: the directory cannot be made or written.
    """
    mark = directory / MARK
    there = [name for name in names if (directory / name).exists()]
    if there and not mark.is_file():
        hint = "Give another directory: this one stays as it is. (What a lab of an earlier version left there can be removed.)"
        raise UsageError(
            f"{directory}: {', '.join(there)} there may be your own, as no lab has marked the directory as its own.", hint=hint
        )
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputFileError(f"{directory}: cannot be made: {error.strerror}.") from error
    write_whole(mark, "What is in this directory was written by a simulated campus, and the next one writes it anew.\n")


def write_inventory(directory: Path, campus: LabCampus, manners: Manners, lab: LabServer) -> None:
    """Write a Nornir inventory of the lab, and what a sweep must know to trust it.

    ``inventory/`` gets hosts, groups, defaults and the password; ``state/known_hosts`` the host keys. JSON is YAML.

    Raises:
        InputFileError: something cannot be written.
    """
    inventory, state = directory / "inventory", directory / "state"
    try:
        for folder in (inventory, state):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise InputFileError(f"{directory}: cannot be made: {error.strerror}.") from error
    login = {"username": manners.username, "password": "file:password"}
    groups: dict[str, object] = {site: {"data": {"site": site}} for site in sorted({site_of(device) for device in campus.devices})}
    if manners.legacy:
        groups[_LEGACY] = {"connection_options": {"switchcorr": {"extras": {"algorithms": AlgorithmProfile.LEGACY.value}}}}
    write_whole(inventory / "password", f"{manners.password}\n")
    write_whole(inventory / "hosts.yaml", _yaml({device.name: _host(device, manners, lab) for device in campus.devices}))
    write_whole(inventory / "groups.yaml", _yaml(groups))
    write_whole(inventory / "defaults.yaml", _yaml(login))
    write_whole(state / "known_hosts", "".join(_known_hosts(campus.devices, lab)))


def _host(device: LabDevice, manners: Manners, lab: LabServer) -> dict[str, object]:
    host, port = lab.address(device.name)
    groups = [site_of(device)] + ([_LEGACY] if device.name in manners.legacy else [])
    return {"hostname": host, "port": port, "platform": platform_of(device), "groups": groups}


def _known_hosts(devices: Sequence[LabDevice], lab: LabServer) -> Iterator[str]:
    for device in devices:
        host, port = lab.address(device.name)
        yield f"[{host}]:{port} {lab.host_key(device.name)}\n"


def _yaml(document: Mapping[str, object]) -> str:
    """A mapping, an entry a line; JSON is YAML."""
    if not document:
        return "---\n{}\n"
    return "---\n" + "".join(f"{json.dumps(key)}: {json.dumps(value)}\n" for key, value in document.items())


def _permit_files(listening: int) -> None:
    """Raise this process's own limit of open files as far as it is needed and allowed."""
    needed = listening + _FILES_BESIDES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft >= needed:
        return
    if hard != resource.RLIM_INFINITY and hard < needed:
        raise ConfigurationError(
            f"{listening} switches need {needed} open files, {hard} are permitted.", hint="Fewer --switches, or a higher limit: ulimit -Hn"
        )
    resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))
