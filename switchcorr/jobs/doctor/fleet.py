"""``doctor`` without a device: the inventory, and whether every reference to a secret leads to one. Nothing is connected to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace

from switchcorr.collect.door import check_added
from switchcorr.errors import SwitchcorrError
from switchcorr.inventory.credentials import Credentials, fleet_logins
from switchcorr.inventory.read import read_inventory
from switchcorr.jobs.doctor.checks import Check, failed, ok, warning
from switchcorr.jobs.doctor.local import Here
from switchcorr.model.inventory import AlgorithmProfile, Driver, Inventory, InventoryDevice, Scheme
from switchcorr.text import clean, first_few

_NAMED = 5


def read_checked(here: Here) -> tuple[Inventory | None, Check]:
    """The inventory with what was found of it; None if it cannot be read."""
    try:
        inventory = read_inventory(here.settings.inventory, environment=here.environment, check_command=check_added)
    except SwitchcorrError as error:
        return None, failed("inventory", error.message, error.hint)
    return inventory, check_inventory(inventory)


def check_inventory(inventory: Inventory) -> Check:
    """How many devices of what kind there are, and what the inventory says that switchcorr does not use."""
    devices = inventory.devices
    platforms = Counter(device.platform or "found at the first visit" for device in devices)
    sites = len({device.site for device in devices if device.site})
    found = f"{_devices(len(devices))} in {inventory.source}: {', '.join(f'{count} {name}' for name, count in platforms.most_common())}"
    found += f"; {sites} site{'' if sites == 1 else 's'}" if sites else ""
    old = [device.name for device in devices if device.algorithms is not AlgorithmProfile.MODERN]
    found += f"; old SSH algorithms permitted for {named(old)}" if old else ""
    telnet = [device.name for device in devices if device.driver is Driver.TELNET]
    if not devices:
        return failed("inventory", f"no device in {inventory.source}", "docs/inventory.md begins with a small example.")
    if telnet:
        return warning("inventory", f"{found}; Telnet, where nothing is encrypted, for {named(telnet)}", "Use SSH where the device can.")
    if inventory.warnings:
        return warning("inventory", f"{found}. {' '.join(clean(sentence) for sentence in inventory.warnings[:_NAMED])}")
    return ok("inventory", found)


def check_credentials(devices: Iterable[InventoryDevice], environment: Mapping[str, str]) -> Check:
    """Whether every reference leads to a secret; what would be typed is not asked for. Names are told, secrets never."""
    asked = [device.name for device in devices if _is_asked(device)]
    logins = fleet_logins([_without_asking(device) for device in devices], Credentials(environment))
    if logins.refused:
        reasons: dict[str, list[str]] = {}
        for name, why in sorted(logins.refused.items()):
            reasons.setdefault(why, []).append(name)
        told = "; ".join(f"{clean(why)} ({named(names)})" for why, names in reasons.items())
        return failed("credentials", f"{_devices(len(logins.refused))} cannot be logged into: {told}")
    kinds = Counter(scheme.value for device in devices for scheme in _schemes(device))
    found = f"every reference leads to a secret: {', '.join(f'{count} {kind}' for kind, count in kinds.most_common()) or 'keys only'}"
    return ok("credentials", f"{found}; typed at the start for {named(asked)}" if asked else found)


def _schemes(device: InventoryDevice) -> list[Scheme]:
    references = (device.password, device.enable, *(jump.password for jump in device.jumps))
    return [reference.scheme for reference in references if reference is not None]


def _is_asked(device: InventoryDevice) -> bool:
    return Scheme.ASK in _schemes(device)


def _without_asking(device: InventoryDevice) -> InventoryDevice:
    """A device as it is once somebody has typed what it wants."""
    password = None if device.password is not None and device.password.scheme is Scheme.ASK else device.password
    enable = None if device.enable is not None and device.enable.scheme is Scheme.ASK else device.enable
    jumps = tuple(
        replace(jump, password=None) if jump.password is not None and jump.password.scheme is Scheme.ASK else jump for jump in device.jumps
    )
    return replace(device, password=password, enable=enable, jumps=jumps)


def named(names: list[str]) -> str:
    """The first few names, and how many more there are."""
    return first_few([clean(name) for name in names], _NAMED)


def _devices(count: int) -> str:
    return f"{count:,} device{'' if count == 1 else 's'}"
