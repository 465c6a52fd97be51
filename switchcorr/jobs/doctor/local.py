"""``doctor`` without a device: the settings, the places and the programs that a sweep needs here."""

from __future__ import annotations

import dataclasses
import os
import platform
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from switchcorr import __version__
from switchcorr.correlate.overrides import constants_from
from switchcorr.errors import ConfigurationError
from switchcorr.jobs.doctor.checks import Check, failed, ok, warning
from switchcorr.model.snapshot import OutputState
from switchcorr.mounts import NETWORK_FILE_SYSTEMS, file_system_of
from switchcorr.parse.pool import run_all, worker_count
from switchcorr.parse.tables import parse_output
from switchcorr.platforms.cisco_ios import PLATFORM as CISCO_IOS
from switchcorr.settings import Settings

LEAST_FREE_BYTES = 2 * 1024**3
LEAST_FREE_SHARE = 0.05
_LIBRARIES = ("asyncssh", "netmiko", "paramiko", "napalm", "cryptography", "textfsm", "ntc-templates", "pynetbox", "keyring")
_OPTIONAL = ("pynetbox",)
_PARAMIKO_WITHOUT_SHA1 = 5
_SAMPLE = "09:41:07.123 UTC Sun Nov 22 2026\n"


@dataclass(frozen=True, slots=True)
class Here:
    """This installation as ``doctor`` looks at it.

    Attributes:
        settings_file: None if there is none.
        state_dir: where sweeps and host keys are kept; it need not exist yet.
    """

    settings: Settings
    settings_file: Path | None
    state_dir: Path
    environment: Mapping[str, str]


LocalCheck = Callable[[Here], Check]


def check_settings(here: Here) -> Check:
    """Which settings differ from their defaults, where they come from, and whether the constants of the correlation can be."""
    defaults = Settings()
    changed = [
        f"{field.name} = {getattr(here.settings, field.name)!r}"
        for field in dataclasses.fields(Settings)
        if getattr(here.settings, field.name) != getattr(defaults, field.name)
    ]
    file = str(here.settings_file) if here.settings_file else "no settings file"
    try:
        constants_from(here.settings.correlate)
    except ConfigurationError as error:
        return failed("settings", f"{file}: {error.message}", error.hint)
    return ok("settings", f"{file}; {', '.join(changed) if changed else 'everything at its default'}")


def check_state_directory(here: Here) -> Check:
    """Whether the state directory is there and only its owner can look into it."""
    path = here.state_dir
    try:
        facts = path.stat()
    except FileNotFoundError:
        return _can_be_made(path)
    except OSError as error:
        return failed("state", f"{path}: {error.strerror}", "Name another directory: state_dir in the settings file.")
    if not stat.S_ISDIR(facts.st_mode):
        return failed("state", f"{path} is no directory", "Name another directory: state_dir in the settings file.")
    mode = stat.S_IMODE(facts.st_mode)
    if not os.access(path, os.W_OK | os.X_OK):
        return failed("state", f"{path} cannot be written to (mode {mode:04o})", f"Make it yours:\n  chown {os.getuid()} {path}")
    if mode & 0o077:
        return warning("state", f"{path} can be looked into by others (mode {mode:04o})", f"Close it:\n  chmod 700 {path}")
    return ok("state", f"{path}, mode {mode:04o}")


def _can_be_made(path: Path) -> Check:
    parent = next((one for one in path.parents if one.exists()), Path("/"))
    if os.access(parent, os.W_OK | os.X_OK):
        return ok("state", f"{path} is not there yet; the first sweep makes it")
    return failed(
        "state", f"{path} is not there and cannot be made: {parent} is not writable", "Name another: state_dir in the settings file."
    )


def check_room(here: Here) -> Check:
    """Whether a sweep has room to write, and on what kind of file system."""
    path = next(one for one in (here.state_dir, *here.state_dir.parents) if one.exists())
    facts = os.statvfs(path)
    free, share = facts.f_bavail * facts.f_frsize, facts.f_bavail / facts.f_blocks if facts.f_blocks else 0.0
    kind = file_system_of(path)
    found = f"{free / 1024**3:.1f} GiB free ({share:.0%}) on {kind or 'an unknown file system'}"
    if free < LEAST_FREE_BYTES or share < LEAST_FREE_SHARE:
        return failed("room", found, "Make room, or name another directory: state_dir in the settings file.")
    if kind in NETWORK_FILE_SYSTEMS:
        return warning(
            "room", f"{found}: locks and whole writes are weaker there", "Name a local directory: state_dir in the settings file."
        )
    return ok("room", found)


def check_versions(here: Here) -> Check:  # noqa: ARG001  # every local check has the same shape
    """Versions of what talks to switches and reads their answers; for bug reports."""
    known = {name: _version(name) for name in _LIBRARIES}
    told = f"switchcorr {__version__}, Python {platform.python_version()}, " + ", ".join(
        f"{name} {one}" for name, one in known.items() if one
    )
    missing = [name for name, one in known.items() if not one and name not in _OPTIONAL]
    if missing:
        return failed("versions", f"{told}; missing: {', '.join(missing)}", "Install again:\n  pip install --force-reinstall switchcorr")
    if int(_version("paramiko").partition(".")[0] or 0) >= _PARAMIKO_WITHOUT_SHA1:
        return warning(
            "versions",
            f"{told}; paramiko 5 cannot reach switches that know SHA-1 only",
            "Install the older one:\n  pip install 'netmiko[par4]'",
        )
    return ok("versions", told)


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def check_workers(here: Here) -> Check:
    """Whether the processes that parse captured text start and work."""
    count = worker_count(here.settings.parse_workers)
    outcomes = list(run_all(range(count), parse_sample, workers=count, timeout_s=here.settings.parse_timeout_s))
    broken = [done.failure or "a wrong answer" for done in outcomes if not done.result]
    if broken:
        return failed(
            "workers", f"{len(broken)} of {count} parse workers do not work: {broken[0]}", "Is the installation whole, and memory free?"
        )
    return ok("workers", f"{count} parse worker{'' if count == 1 else 's'}, each parsed a sample")


def parse_sample(number: int) -> bool:  # noqa: ARG001  # a job of the pool has an argument
    """Parse a small output; whether it gave its row."""
    command = next(command for command in CISCO_IOS.commands if command.text == "show clock")
    parsed = parse_output(CISCO_IOS, command, _SAMPLE)
    return parsed.state is OutputState.PARSED and len(parsed.rows) == 1
