"""From the inventory to what the sweep visits: which driver, which algorithms, which credentials, in which order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from switchcorr.collect.limits import Planned, SweepLimits
from switchcorr.collect.session import SessionLimits, Target
from switchcorr.inventory.credentials import FleetLogins
from switchcorr.jobs.sweep.state import Learned
from switchcorr.model.inventory import AlgorithmProfile, Driver, Hop, Inventory, InventoryDevice, Login
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.visit import Failure, FailureKind, VisitStatus
from switchcorr.platforms import Platform, platform_named
from switchcorr.secret import Masker, Secret
from switchcorr.settings import Settings

NAPALM_NAMES: Mapping[str, str] = {"arista_eos": "eos", "eos": "eos"}
"""NAPALM's names of platforms that switchcorr does not declare itself and that it visits by NAPALM's getters."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What earlier sweeps and the command line tell.

    Attributes:
        learned: by device.
        before: accounts of the sweep that is resumed, by device.
        permitted: algorithms that the command line permits beyond the inventory, by device.
        only: ask no others than these commands.
    """

    learned: Mapping[str, Learned] = field(default_factory=dict)
    before: Mapping[str, VisitAccount] = field(default_factory=dict)
    permitted: Mapping[str, AlgorithmProfile] = field(default_factory=dict)
    only: tuple[str, ...] = ()


def limits_of(settings: Settings, inventory: Inventory, *, cautious: bool, seed: int) -> SweepLimits:
    """The limits of a sweep."""
    return SweepLimits(
        concurrency=settings.concurrency,
        site_concurrency=settings.site_concurrency,
        sites=inventory.site_concurrency,
        jump_concurrency=settings.jump_concurrency,
        logins_a_second=settings.logins_a_second,
        visit_s=settings.visit_s,
        cautious=cautious,
        seed=seed,
    )


def session_limits_of(settings: Settings) -> SessionLimits:
    """The limits of a session."""
    return SessionLimits(
        connect_s=settings.connect_s, login_s=settings.login_s, idle_s=settings.idle_s, answer_bytes=settings.answer_mib * 1024**2
    )


def target_of(
    device: InventoryDevice,
    login: Login,
    hops: tuple[Hop, ...],
    *,
    limits: SessionLimits,
    learned: Learned | None,
    permitted: AlgorithmProfile,
) -> Target:
    """A device as its driver needs it. What was learned counts while the device is at the same address and permits it."""
    known = learned if learned is not None and learned.host == device.host else None
    name = device.platform or (known.platform if known else "")
    platform = platform_named(name)
    profiles = tuple(profile for profile in AlgorithmProfile if permitted.allows(profile))
    if known is not None and known.profile in profiles:
        profiles = (known.profile, *(profile for profile in profiles if profile is not known.profile))
    return Target(
        name=device.name,
        host=device.host,
        port=device.port,
        login=login,
        platform=platform,
        netmiko=platform.netmiko if platform else name,
        napalm=platform.napalm if platform else NAPALM_NAMES.get(name, ""),
        driver=choose_driver(device.driver, name, platform),
        profiles=profiles,
        hops=hops,
        limits=limits,
    )


def choose_driver(asked: Driver, name: str, platform: Platform | None) -> Driver:
    """What talks to a device: as the inventory says, else by what its platform declares."""
    if asked is not Driver.AUTO:
        return asked
    if not name or (platform is not None and platform.dialogue is not None):
        return Driver.DIALOGUE
    napalm = platform.napalm if platform is not None else NAPALM_NAMES.get(name, "")
    return Driver.NAPALM if napalm else Driver.NETMIKO


def plan_visits(
    devices: Iterable[InventoryDevice], logins: FleetLogins, settings: Settings, knowledge: Knowledge
) -> tuple[tuple[Planned, ...], tuple[VisitAccount, ...]]:
    """The visits of all devices with a login, and accounts of those without one."""
    limits = session_limits_of(settings)
    credentials: dict[object, str] = {}
    planned: list[Planned] = []
    refused: list[VisitAccount] = []
    for device in devices:
        why = logins.refused.get(device.name)
        if why is not None:
            refused.append(without_login(device, why))
            continue
        login, hops = logins.logins[device.name], logins.hops[device.name]
        permitted = knowledge.permitted.get(device.name, device.algorithms)
        permitted = permitted if permitted.allows(device.algorithms) else device.algorithms
        learned = knowledge.learned.get(device.name)
        target = target_of(device, login, hops, limits=limits, learned=learned, permitted=permitted)
        identity = (_identity(login), *(_identity(hop.login) for hop in hops))
        credential = credentials.setdefault(identity, f"{login.username} {len(credentials) + 1}")
        planned.append(Planned(device, target, credential, knowledge.before.get(device.name), knowledge.only))
    return tuple(planned), tuple(refused)


def canaries_first(planned: Sequence[Planned], refused: Iterable[str]) -> tuple[Planned, ...]:
    """The order of a cautious sweep: first devices with the credentials that were refused last time, but not those that refused."""
    names = frozenset(refused)
    doubtful = {one.credential for one in planned if one.name in names}
    return tuple(sorted(planned, key=lambda one: (one.credential not in doubtful, one.name in names, one.name)))


def without_login(device: InventoryDevice, why: str) -> VisitAccount:
    """The account of a device whose credential reference leads to no secret."""
    failure = Failure(FailureKind.CREDENTIALS, f"{device.name}: {why}")
    return VisitAccount(
        device.name, VisitStatus.FAILED, host=device.host, site=device.site, platform=device.platform, driver=device.driver, failure=failure
    )


def maskers_of(planned: Iterable[Planned]) -> dict[str, Masker]:
    """What takes a device's own secrets out of its text; devices with the same secrets share one."""
    shared: dict[frozenset[str], Masker] = {}
    found = {}
    for one in planned:
        logins = [one.target.login, *(hop.login for hop in one.target.hops)]
        secrets = [secret for login in logins for secret in (login.password, login.enable) if secret is not None]
        key = frozenset(secret.reveal() for secret in secrets)
        if key not in shared:
            shared[key] = Masker(secrets)
        found[one.name] = shared[key]
    return found


def _identity(login: Login) -> tuple[object, ...]:
    """What tells credentials apart; lives only while the visits are planned."""
    password: Secret | None = login.password
    return (login.username, password.reveal() if password is not None else None, login.keys, login.agent)
