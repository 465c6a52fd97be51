"""Which devices of an inventory are meant: by name, pattern, address, group, site and collector."""

from __future__ import annotations

import difflib
import fnmatch
import ipaddress
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from switchcorr.errors import UsageError
from switchcorr.inventory.places import listed
from switchcorr.model.inventory import Inventory, InventoryDevice
from switchcorr.text import clean

_Test = Callable[[InventoryDevice], bool]


def select(
    inventory: Inventory, *, limit: Sequence[str] = (), groups: Sequence[str] = (), sites: Sequence[str] = (), collector: str = ""
) -> Inventory:
    """The devices that are meant; each option that is given leaves fewer of them.

    Args:
        limit: names, patterns (``acc-*``), addresses and networks (``192.0.2.0/24``), with commas between them; ``!`` before one
            takes its devices away. Case does not count.
        groups: likewise, names of groups.
        sites: likewise, names of sites.
        collector: devices of other collectors are left out, with a warning; empty leaves none out.

    Raises:
        UsageError: something matches no device of the inventory, or no device is left.
    """
    kept = list(inventory.devices)
    for option, texts, matches, known in (
        ("--limit", limit, _is_called, _names),
        ("--group", groups, _is_in_group, _groups),
        ("--site", sites, _is_at_site, _sites),
    ):
        patterns = [part for text in texts for raw in text.split(",") if (part := raw.strip())]
        if patterns:
            chosen = _chosen(inventory.devices, option, patterns, matches, known(inventory.devices))
            kept = [device for device in kept if device.name in chosen]
    if not kept and inventory.devices:
        raise UsageError("No device is left: each of --limit, --group and --site must let it pass.")
    return _of_collector(inventory, kept, collector)


def _of_collector(inventory: Inventory, kept: list[InventoryDevice], collector: str) -> Inventory:
    others = [device for device in kept if collector and device.collector not in ("", collector)]
    if not others:
        return replace(inventory, devices=tuple(kept))
    names = {device.name for device in others}
    mine = tuple(device for device in kept if device.name not in names)
    whose = listed(sorted({device.collector for device in others}))
    if not mine:
        raise UsageError(
            f"No device is left for the collector {clean(collector)!r}: {listed(names)} belong to {whose}.",
            hint="The setting collector names this machine; in the inventory the key collector says who visits a device.",
        )
    warning = f"{len(others)} device{'s' if len(others) > 1 else ''} left out, visited by {whose}: {listed(sorted(names))}"
    return replace(inventory, devices=mine, warnings=(*inventory.warnings, warning))


def _chosen(
    devices: Sequence[InventoryDevice],
    option: str,
    patterns: Sequence[str],
    matches: Callable[[str], _Test],
    known: Iterable[str],
) -> set[str]:
    """Names of the devices that any pattern takes, without those that any ``!`` pattern takes away."""
    wanted, unwanted = set[str](), set[str]()
    for pattern in patterns:
        test = matches(pattern.removeprefix("!").strip())
        found = {device.name for device in devices if test(device)}
        if not found:
            raise _nothing(option, pattern, list(known))
        (unwanted if pattern.startswith("!") else wanted).update(found)
    if all(pattern.startswith("!") for pattern in patterns):
        wanted = {device.name for device in devices}
    return wanted - unwanted


def _is_called(pattern: str) -> _Test:
    network = _network(pattern)
    like = _like(pattern)

    def test(device: InventoryDevice) -> bool:
        return like(device.name) or like(device.host) or (network is not None and _lies_in(device.host, network))

    return test


def _is_in_group(pattern: str) -> _Test:
    like = _like(pattern)
    return lambda device: any(like(group) for group in device.groups)


def _is_at_site(pattern: str) -> _Test:
    like = _like(pattern)
    return lambda device: bool(device.site) and like(device.site)


def _like(pattern: str) -> Callable[[str], bool]:
    """A whole text with ``*``, ``?`` and ``[abc]``; a text that is the pattern itself always matches."""
    folded = pattern.casefold()
    compiled = re.compile(fnmatch.translate(folded))
    return lambda text: text.casefold() == folded or compiled.match(text.casefold()) is not None


def _network(pattern: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    try:
        return ipaddress.ip_network(pattern, strict=False)
    except ValueError:
        return None


def _lies_in(host: str, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    try:
        return ipaddress.ip_address(host) in network
    except ValueError:
        return False


def _names(devices: Sequence[InventoryDevice]) -> list[str]:
    return [name for device in devices for name in (device.name, device.host)]


def _groups(devices: Sequence[InventoryDevice]) -> list[str]:
    return sorted({group for device in devices for group in device.groups})


def _sites(devices: Sequence[InventoryDevice]) -> list[str]:
    return sorted({device.site for device in devices if device.site})


def _nothing(option: str, pattern: str, known: list[str]) -> UsageError:
    folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(pattern.removeprefix("!").casefold(), folded, n=3)
    hint = f"Did you mean {listed(folded[name] for name in near)}?" if near else ""
    if not hint and option != "--limit":
        hint = f"There are: {listed(known, most=10)}." if known else "No device has one."
    return UsageError(f"{option} {clean(pattern, limit=80)}: no device of the inventory matches.", hint=hint)
