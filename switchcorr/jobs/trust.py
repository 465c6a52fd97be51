"""The job ``trust``: fetch host keys, compare them with what is recorded, record them. No credential is sent to a device for it.

Only a host on the way to a device is logged into, and that only if its own key is recorded already: so the keys of such hosts are
looked at too, and first.
"""

from __future__ import annotations

import asyncio
import enum
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from switchcorr.collect.door import check_added
from switchcorr.collect.host_keys import KNOWN_HOSTS, HostKey, HostKeys
from switchcorr.collect.session import Deadline, SessionLimits, Target, failure_of
from switchcorr.collect.ssh_session import SshOpener
from switchcorr.errors import CollectError, ConfigurationError
from switchcorr.inventory.credentials import Credentials
from switchcorr.inventory.read import read_inventory
from switchcorr.jobs.inputs.request import Progress, say_nothing
from switchcorr.jobs.naming import devices_named
from switchcorr.jobs.sweep.plan import session_limits_of
from switchcorr.model.inventory import AlgorithmProfile, Hop, InventoryDevice, Login
from switchcorr.model.visit import Failure, FailureKind
from switchcorr.secret import Secret
from switchcorr.settings import Settings

_AT_A_TIME = 30


@dataclass(frozen=True, slots=True)
class TrustRequest:
    """Whose keys are meant.

    Attributes:
        devices: names and patterns; empty is the whole inventory.
        ask: asks the user for a secret of a host on the way; None is nobody there.
        hide: told of such secrets before they are used, so that no log shows one.
    """

    state_dir: Path
    devices: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    ask: Callable[[str], str] | None = None
    hide: Callable[[Iterable[Secret]], object] = list


class Standing(enum.StrEnum):
    """How a key that a device shows compares with what is recorded."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"
    UNREACHED = "unreached"
    """No key was seen."""


@dataclass(frozen=True, slots=True)
class Place:
    """A device or a host on the way.

    Attributes:
        device: its name; a host on the way is called by its address and port.
        through: the device whose hosts on the way lead there, and how many of them; None and 0 if it is reached directly.
    """

    device: str
    host: str
    port: int
    through: InventoryDevice | None = field(default=None, compare=False, repr=False)
    hops: int = field(default=0, compare=False)

    @property
    def is_on_the_way(self) -> bool:
        """Whether it is a host on the way to a device, and no device."""
        return self.through is not None and self.through.name != self.device


@dataclass(frozen=True, slots=True)
class Seen:
    """What a device showed.

    Attributes:
        recorded: what was recorded before.
        failure: why no key was seen.
    """

    place: Place
    standing: Standing
    key: HostKey | None = None
    recorded: tuple[HostKey, ...] = ()
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class Trusted:
    """What was done about it.

    Attributes:
        recorded: whether the key that was shown is on record now.
        why_not: why it is not; empty if it is.
    """

    seen: Seen
    recorded: bool
    why_not: str = ""


Decide = Callable[[Sequence[Seen]], Mapping[Place, str]]
"""Shows keys, and says of each why it may not be recorded: empty if it may."""
Fetch = Callable[[Place], Awaitable[HostKey]]
"""Shakes hands with a device as far as its host key and leaves; raises ``CollectError``."""


def trust(
    request: TrustRequest, settings: Settings, *, decide: Decide, watching: Callable[[], AbstractContextManager[Progress]]
) -> tuple[Trusted, ...]:
    """Look at the keys of devices and of the hosts on the way to them, and record those that somebody has decided to.

    Args:
        watching: shows progress while keys are fetched, and not while somebody is asked.

    Raises:
        InventoryError, UsageError: the devices cannot be found.
        HostKeyError: the file of host keys cannot be read or written.
    """
    inventory = read_inventory(settings.inventory, environment=request.environment, check_command=check_added, ask=request.ask)
    devices = devices_named(request.devices, inventory, collector=settings.collector)
    keys = HostKeys(request.state_dir / KNOWN_HOSTS)
    credentials = Credentials(request.environment, ask=request.ask)
    limits = session_limits_of(settings)
    trusted: list[Trusted] = []
    for stage in stages_of(devices):
        targets = {place: _target(place, credentials, limits) for place in stage}
        hops = [hop for target in targets.values() if isinstance(target, Target) for hop in target.hops]
        request.hide(hop.login.password for hop in hops if hop.login.password is not None)
        with watching() as progress:
            found = asyncio.run(_see_stage(stage, targets, keys, progress))
        trusted += record_keys(found, decide(found), keys)
    return tuple(trusted)


def _target(place: Place, credentials: Credentials, limits: SessionLimits) -> Target | CollectError:
    """Where a key is fetched: with all algorithms, for nothing but the key is wanted, and somebody compares it."""
    hops: tuple[Hop, ...] = ()
    if place.through is not None and place.hops:
        try:
            hops = credentials.resolve_hops(place.through, Login(place.through.username))[: place.hops]
        except ConfigurationError as error:
            return CollectError(f"{place.device}: {error.message}", kind=FailureKind.CREDENTIALS, hint=error.hint)
    return Target(place.device, place.host, place.port, Login(), profiles=tuple(AlgorithmProfile), hops=hops, limits=limits)


async def _see_stage(
    places: Sequence[Place], targets: Mapping[Place, Target | CollectError], keys: HostKeys, progress: Progress
) -> tuple[Seen, ...]:
    opener = SshOpener(keys)

    async def fetch(place: Place) -> HostKey:
        target = targets[place]
        if isinstance(target, CollectError):
            raise target
        limits = target.limits
        return await opener.fetch_host_key(target, Deadline((limits.connect_s + limits.login_s) * (1 + len(target.hops))))

    return await see_all(places, fetch=fetch, keys=keys, progress=progress)


async def see_all(places: Sequence[Place], *, fetch: Fetch, keys: HostKeys, progress: Progress = say_nothing) -> tuple[Seen, ...]:
    """The keys of all devices, in their order; many at a time."""
    free = asyncio.Semaphore(_AT_A_TIME)
    done = 0

    async def see(place: Place) -> Seen:
        nonlocal done
        async with free:
            seen = await _see(place, fetch, keys.known(place.host, place.port))
        done += 1
        progress("host keys", done, len(places))
        return seen

    return tuple(await asyncio.gather(*(see(place) for place in places)))


async def _see(place: Place, fetch: Fetch, recorded: tuple[HostKey, ...]) -> Seen:
    try:
        key = await fetch(place)
    except CollectError as error:
        return Seen(place, Standing.UNREACHED, recorded=recorded, failure=failure_of(error))
    return Seen(place, standing_of(key, recorded), key, recorded)


def standing_of(key: HostKey, recorded: Sequence[HostKey]) -> Standing:
    """How a key compares with those that are recorded of a device."""
    if not recorded:
        return Standing.NEW
    return Standing.SAME if key in recorded else Standing.CHANGED


def stages_of(devices: Sequence[InventoryDevice]) -> tuple[tuple[Place, ...], ...]:
    """The places in the order in which their keys are needed: the nearest hosts on the way, those behind them, the devices."""
    stages: list[dict[tuple[str, int], Place]] = [{} for _ in range(max((len(device.jumps) for device in devices), default=0))]
    for device in devices:
        for number, hop in enumerate(device.jumps):
            stages[number].setdefault((hop.host, hop.port), Place(str(hop), hop.host, hop.port, device, number))
    last = tuple(Place(device.name, device.host, device.port, device, len(device.jumps)) for device in devices)
    return (*(tuple(stage.values()) for stage in stages), last)


def why_not_unasked(seen: Seen, *, fingerprint: str = "") -> str:
    """Why a key may not be recorded without asking; empty if it may.

    A changed key needs its fingerprint; a fingerprint that was given must be that of the key in any case.
    """
    if seen.key is None:
        return seen.failure.message if seen.failure else "no key was seen"
    if fingerprint:
        same = seen.key.fingerprint == fingerprint.strip().rstrip("=")
        return "" if same else f"its fingerprint is {seen.key.fingerprint}, and not the one given"
    if seen.standing is Standing.CHANGED:
        return "its key has changed: give the new fingerprint with --fingerprint, after comparing it at the device's console"
    return ""


def record_keys(found: Sequence[Seen], reasons: Mapping[Place, str], keys: HostKeys) -> tuple[Trusted, ...]:
    """Record every key that there is no reason not to record.

    Raises:
        HostKeyError: the file of host keys cannot be written.
    """
    return tuple(_recorded(seen, reasons.get(seen.place, ""), keys) for seen in found)


def _recorded(seen: Seen, reason: str, keys: HostKeys) -> Trusted:
    if reason or seen.key is None:
        return Trusted(seen, recorded=False, why_not=reason or why_not_unasked(seen))
    if seen.standing is Standing.CHANGED:
        keys.replace(seen.place.host, seen.place.port, seen.key)
    elif seen.standing is Standing.NEW:
        keys.record(seen.place.host, seen.place.port, seen.key, name=seen.place.device)
    return Trusted(seen, recorded=True)
