"""The job ``doctor``: this installation, or some devices of the inventory, looked at step by step."""

from __future__ import annotations

import asyncio
import functools
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from switchcorr.collect.door import check_added
from switchcorr.collect.host_keys import KNOWN_HOSTS, HostKey, HostKeys
from switchcorr.collect.probe import Offer
from switchcorr.collect.session import Deadline, SessionLimits, Target
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.errors import CollectError, ConfigurationError, HostKeyError
from switchcorr.inventory.credentials import Ask, Credentials
from switchcorr.inventory.read import read_inventory
from switchcorr.jobs.doctor.checks import Check, Checkup, failed, ok, warning
from switchcorr.jobs.doctor.device import Tools, examine_device
from switchcorr.jobs.doctor.fleet import check_credentials, named, read_checked
from switchcorr.jobs.doctor.local import Here, LocalCheck, check_room, check_settings, check_state_directory, check_versions, check_workers
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.jobs.naming import devices_named
from switchcorr.jobs.sweep.drivers import open_drivers
from switchcorr.jobs.sweep.plan import session_limits_of, target_of
from switchcorr.jobs.sweep.state import Learned, read_learned
from switchcorr.model.inventory import AlgorithmProfile, InventoryDevice, Login
from switchcorr.model.visit import FailureKind
from switchcorr.secret import Masker, Secret
from switchcorr.settings import Settings
from switchcorr.text import counted

_AT_A_TIME = 10
_BEFORE_INVENTORY: tuple[LocalCheck, ...] = (check_settings, check_state_directory, check_room)
_AFTER_INVENTORY: tuple[LocalCheck, ...] = (check_versions, check_workers)


@dataclass(frozen=True, slots=True)
class DoctorRequest:
    """What is to be looked at.

    Attributes:
        devices: names and patterns; empty is this installation.
        algorithms: devices that may be reached with older SSH algorithms in this call only.
        ask: asks the user for a secret that the inventory wants typed; None is nobody there.
    """

    here: Here
    devices: tuple[str, ...] = ()
    algorithms: Mapping[str, AlgorithmProfile] = field(default_factory=dict)
    ask: Ask | None = None


Hide = Callable[[Iterable[Secret]], None]
"""Told of every secret before it is used, so that no log shows it."""


def examine(request: DoctorRequest, *, hide: Hide, progress: Progress = say_nothing) -> tuple[Checkup, ...]:
    """Look at this installation, or at devices.

    Raises:
        InventoryError, UsageError: devices were asked for and cannot be found.
    """
    if not request.devices:
        return (examine_installation(request.here),)
    devices = _permitted(_devices(request), request.algorithms)
    return asyncio.run(_examine_all(request, devices, hide, progress))


def examine_installation(here: Here) -> Checkup:
    """Everything that can be looked at without visiting anything."""
    inventory, about = read_checked(here)
    checks = [*(check(here) for check in _BEFORE_INVENTORY), about]
    if inventory is not None and inventory.devices:
        checks += [check_credentials(inventory.devices, here.environment), check_host_keys(inventory.devices, here)]
    return Checkup("", (*checks, *(check(here) for check in _AFTER_INVENTORY)))


def check_host_keys(devices: Sequence[InventoryDevice], here: Here) -> Check:
    """Which devices have no key on record, so that a strict sweep would refuse them."""
    keys = host_keys_of(here)
    try:
        without = [device.name for device in devices if not keys.known(device.host, device.port)]
    except HostKeyError as error:
        return failed("host keys", error.message, error.hint)
    found = f"{len(devices) - len(without):,} of {counted(len(devices), 'device')} have a key on record in {keys.path}"
    if not without:
        return ok("host keys", found)
    if here.settings.host_keys == "accept-new":
        return ok("host keys", f"{found}; the first key of the others is recorded at their first visit")
    given = here.settings.inventory
    of = "" if given == Settings().inventory else f" --inventory {shlex.quote(given)}"
    return warning("host keys", f"{found}; without one: {named(without)}", f"Look at them and record them:\n  switchcorr trust --all{of}")


def host_keys_of(here: Here) -> HostKeys:
    """The recorded keys."""
    return HostKeys(here.state_dir / KNOWN_HOSTS, here.settings.host_keys)


def _devices(request: DoctorRequest) -> tuple[InventoryDevice, ...]:
    here = request.here
    inventory = read_inventory(here.settings.inventory, environment=here.environment, check_command=check_added, ask=request.ask)
    return devices_named(request.devices, inventory)


def _permitted(devices: Sequence[InventoryDevice], algorithms: Mapping[str, AlgorithmProfile]) -> tuple[InventoryDevice, ...]:
    """The devices with what this call permits beyond the inventory."""
    wider = {device.name: algorithms.get(device.name, device.algorithms) for device in devices}
    return tuple(
        replace(device, algorithms=wider[device.name]) if wider[device.name].allows(device.algorithms) else device for device in devices
    )


async def _examine_all(request: DoctorRequest, devices: Sequence[InventoryDevice], hide: Hide, progress: Progress) -> tuple[Checkup, ...]:
    free = asyncio.Semaphore(_AT_A_TIME)
    here = request.here
    credentials = Credentials(here.environment, ask=request.ask)
    learned = read_learned(here.state_dir)
    limits = session_limits_of(here.settings)
    targets = [_target(device, credentials, hide, learned.get(device.name), limits) for device in devices]
    keys = host_keys_of(here)
    drivers = open_drivers(keys)
    opener = SshOpener(keys)

    async def examine_one(device: InventoryDevice, target: Target | Check) -> Checkup:
        tools = Tools(
            probe=functools.partial(_probe, opener, target, limits),
            fetch_key=functools.partial(_fetch_key, opener, target, limits),
            keys=keys,
            target=target,
            open_session=drivers.__getitem__,
            masker=Masker(_secrets_of(target)),
            connect_s=limits.connect_s,
            visit_s=here.settings.visit_s,
            progress=progress,
        )
        async with free:
            return await examine_device(device, tools)

    return tuple(await asyncio.gather(*map(examine_one, devices, targets)))


async def _probe(opener: SshOpener, target: Target | Check, limits: SessionLimits, device: InventoryDevice) -> Offer:
    """What a device offers before anything is encrypted."""
    known = _without_login(target, limits, device)
    return await opener.probe(known, Deadline(_handshake_s(known)))


async def _fetch_key(opener: SshOpener, target: Target | Check, limits: SessionLimits, device: InventoryDevice) -> HostKey:
    """The key that a device shows."""
    known = _without_login(target, limits, device)
    return await opener.fetch_host_key(known, Deadline(_handshake_s(known)))


def _without_login(target: Target | Check, limits: SessionLimits, device: InventoryDevice) -> Target:
    """Where a device is, for what needs no login there. Without hosts on the way no secret is needed for it.

    Raises:
        CollectError: there are such hosts, and a reference leads to no secret.
    """
    if isinstance(target, Target):
        return replace(target, profiles=tuple(profile for profile in AlgorithmProfile if device.algorithms.allows(profile)))
    if device.jumps:
        raise CollectError(f"{device.name}: {target.found}", kind=FailureKind.CREDENTIALS, hint=target.remedy)
    profiles = tuple(profile for profile in AlgorithmProfile if device.algorithms.allows(profile))
    return Target(device.name, device.host, device.port, Login(), profiles=profiles, limits=limits)


def _handshake_s(target: Target) -> float:
    return (target.limits.connect_s + target.limits.login_s) * (1 + len(target.hops))


def _target(
    device: InventoryDevice, credentials: Credentials, hide: Hide, learned: Learned | None, limits: SessionLimits
) -> Target | Check:
    """What a driver needs; if a reference leads nowhere, the check that says so. What is typed is asked for before anything is visited."""
    try:
        login = credentials.resolve(device)
        hops = credentials.resolve_hops(device, login)
    except ConfigurationError as error:
        return failed("login", f"nothing was sent: {error.message}", error.hint)
    target = target_of(device, login, hops, limits=limits, learned=learned, permitted=device.algorithms)
    hide(_secrets_of(target))
    return target


def _secrets_of(target: Target | Check) -> tuple[Secret, ...]:
    if isinstance(target, Check):
        return ()
    logins = (target.login, *(hop.login for hop in target.hops))
    return tuple(secret for login in logins for secret in (login.password, login.enable) if secret is not None)
