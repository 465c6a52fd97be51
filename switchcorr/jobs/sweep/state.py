"""What sweeps leave in the state directory: one lock, what the last sweep came to, and what was learned of devices.

All of it may be deleted: the next sweep finds it out again.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from switchcorr.errors import InputFileError, SweepError
from switchcorr.files import OwnFolder, ReadLimits, read_bytes
from switchcorr.locks import lock_file
from switchcorr.model.inventory import AlgorithmProfile, Driver
from switchcorr.model.sweep import SweepState, VisitAccount
from switchcorr.model.visit import VisitStatus

LAST_SWEEP = "last-sweep.json"
DEVICES = "devices.json"
LOCK = "sweep.lock"
SWEEPS = "sweeps"
_LIMITS = ReadLimits(bytes_out=64 * 1024**2)


@dataclass(frozen=True, slots=True)
class LastSweep:
    """What the last sweep came to.

    Attributes:
        refused: devices that had refused a login when it stopped, in a row.
    """

    folder: str
    state: SweepState
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Learned:
    """What a device turned out to be.

    Attributes:
        host: where it was; learned facts of another address do not count.
        profile: SSH algorithms that worked.
    """

    host: str
    platform: str = ""
    profile: AlgorithmProfile | None = None


@contextlib.contextmanager
def only_sweep(state: OwnFolder, folder: Path) -> Iterator[None]:
    """Hold the lock of the state directory.

    Raises:
        SweepError: another sweep holds it; it is named.
        InputFileError: the lock cannot be made.
    """
    with lock_file(state.path / LOCK) as lock:
        if not lock.take():
            hint = "Wait until it ends, or give this one a state_dir of its own."
            raise SweepError(f"Another sweep runs with the same state directory ({lock.holder()}).", hint=hint)
        lock.sign(f"captures in {folder}")
        yield


def read_last_sweep(state_dir: Path) -> LastSweep | None:
    """What the last sweep came to; None if nothing usable is there."""
    document = _read(state_dir / LAST_SWEEP)
    folder, refused = document.get("folder"), document.get("refused")
    state = next((state for state in SweepState if state.value == document.get("state")), None)
    if not isinstance(folder, str) or not folder or state is None:
        return None
    return LastSweep(folder, state, tuple(name for name in refused if isinstance(name, str)) if isinstance(refused, list) else ())


def write_last_sweep(state: OwnFolder, last: LastSweep) -> None:
    """Keep what the last sweep came to.

    Raises:
        InputFileError: it cannot be written.
    """
    document = {"schema": "switchcorr/last-sweep/1", "folder": last.folder, "state": last.state.value, "refused": list(last.refused)}
    state.write(LAST_SWEEP, (json.dumps(document, indent=1) + "\n").encode())


def read_learned(state_dir: Path) -> dict[str, Learned]:
    """What is known of devices; entries that cannot be used are as if they were not there."""
    devices = _read(state_dir / DEVICES).get("devices")
    found = {}
    for name, entry in devices.items() if isinstance(devices, dict) else ():
        if isinstance(entry, dict) and isinstance(entry.get("host"), str):
            profile = next((profile for profile in AlgorithmProfile if profile.value == entry.get("profile")), None)
            platform = entry.get("platform")
            found[name] = Learned(entry["host"], platform if isinstance(platform, str) else "", profile)
    return found


def learn(known: Mapping[str, Learned], visits: Iterable[VisitAccount]) -> dict[str, Learned]:
    """What is known after some visits: of each device that let us in, what it was and which algorithms it spoke.

    Other drivers than our own find no platform out; they were told it.
    """
    learned = dict(known)
    for visit in visits:
        if visit.status in (VisitStatus.ANSWERED, VisitStatus.PARTIAL) and visit.platform:
            before = learned.get(visit.device)
            entry = before if before is not None and before.host == visit.host else Learned(visit.host)
            platform = visit.platform if visit.driver is Driver.DIALOGUE else entry.platform
            learned[visit.device] = replace(entry, platform=platform, profile=visit.profile or entry.profile)
    return learned


def write_learned(state: OwnFolder, learned: Mapping[str, Learned]) -> None:
    """Keep what is known of devices.

    Raises:
        InputFileError: it cannot be written.
    """
    devices = {
        name: {"host": one.host, "platform": one.platform, "profile": one.profile.value if one.profile else None}
        for name, one in sorted(learned.items())
    }
    state.write(DEVICES, (json.dumps({"schema": "switchcorr/devices/1", "devices": devices}, indent=1) + "\n").encode())


def _read(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        document = json.loads(read_bytes(path, limits=_LIMITS))
    except (InputFileError, ValueError, RecursionError):
        return {}
    return document if isinstance(document, dict) else {}
