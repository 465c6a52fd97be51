"""Devices that a sweep was to visit and of which nothing was read: they are told, with the reason, and never taken for healthy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from switchcorr.captures.sweep_folder import read_manifest
from switchcorr.model.addresses import device_key
from switchcorr.model.sweep import VisitAccount
from switchcorr.text import clean

_REASONS_SHOWN = 3


def find_unread(directories: Iterable[Path], read: Iterable[str]) -> dict[str, str]:
    """Devices that the manifests of sweeps name and that were read in no snapshot, with the reason; sorted by name."""
    known = {device_key(name) for name in read}
    found: dict[str, str] = {}
    for directory in directories:
        manifest = read_manifest(directory)
        for name, account in manifest.devices.items() if manifest is not None else ():
            if device_key(name) not in known:
                found[name] = _reason(account)
    return dict(sorted(found.items()))


def unread_sentence(unread: Mapping[str, str]) -> str:
    """The devices as one sentence."""
    names: Sequence[str] = list(unread)
    told = "; ".join(f"{name}: {unread[name]}" for name in names[:_REASONS_SHOWN])
    rest = f"; and {len(names) - _REASONS_SHOWN} more" if len(names) > _REASONS_SHOWN else ""
    count = f"{len(names)} device{'s' * (len(names) != 1)} of the sweep"
    return f"{count} could not be read. {told}{rest}"


def _reason(account: VisitAccount | None) -> str:
    if account is None:
        return "not visited: the sweep ended before"
    if account.failure is not None and account.failure.message:
        return clean(account.failure.message, limit=200).removeprefix(f"{account.device}: ").rstrip(".")
    return f"{account.status.value}, and nothing of it could be used"
