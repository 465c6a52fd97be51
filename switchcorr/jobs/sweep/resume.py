"""Finds the sweep that is to be completed, and what of it is done already."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from switchcorr.captures.sweep_folder import only_kept, read_journal, read_manifest
from switchcorr.collect.visiting import REFUSALS
from switchcorr.errors import SweepError
from switchcorr.jobs.sweep.state import read_last_sweep
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import VisitStatus


@dataclass(frozen=True, slots=True)
class Resumed:
    """A sweep that is completed.

    Attributes:
        names: of all devices it was to visit.
        folders: of each device, in the sweep's folder.
        accounts: of the devices that were visited, with those answers only whose files are there.
        open: devices that are visited now: those that are not whole and did not refuse a login.
        was_stopped: whether it stopped because logins were refused.
    """

    folder: Path
    sweep: str
    started_at: datetime
    names: tuple[str, ...]
    folders: Mapping[str, str]
    accounts: Mapping[str, VisitAccount]
    open: frozenset[str]
    was_stopped: bool = False


def find_resumed(state_dir: Path, given: Path | None) -> Resumed:
    """The sweep to be completed: that of the given folder, else the last one.

    Raises:
        SweepError: there is none.
    """
    last = read_last_sweep(state_dir)
    if given is None and last is None:
        raise SweepError("There is no sweep to resume: none has begun yet.", hint="Begin one: `switchcorr sweep`.")
    folder = given if given is not None else Path(last.folder if last is not None else "")
    manifest = read_manifest(folder)
    if manifest is None:
        raise SweepError(
            f"{folder}: holds no manifest.json of a sweep.", hint="Give the folder of a sweep, or begin a new one: `switchcorr sweep`."
        )
    found = read_journal(folder)
    accounts: dict[str, VisitAccount] = {}
    for name, told in manifest.devices.items():
        account = found.get(name, told)
        if account is not None and account.attempts:
            kept = only_kept(account, folder / manifest.folders.get(name, name))
            accounts[name] = replace(kept, parse=told.parse if told is not None else None)
    return Resumed(
        folder=folder,
        sweep=manifest.sweep,
        started_at=manifest.started_at,
        names=tuple(manifest.devices),
        folders=manifest.folders,
        accounts=accounts,
        open=frozenset(name for name in manifest.devices if not _is_settled(name, accounts, found)),
        was_stopped=manifest.state is SweepState.STOPPED,
    )


def _is_settled(name: str, accounts: Mapping[str, VisitAccount], found: Mapping[str, VisitAccount]) -> bool:
    """Whether a device is left alone: every answer is there, or it refused a login, which is not tried again."""
    account = accounts.get(name)
    if account is None:
        return False
    if account.failure is not None and account.failure.kind in REFUSALS:
        return True
    whole = found.get(name, account).whole == account.whole
    return account.status is VisitStatus.ANSWERED and whole
