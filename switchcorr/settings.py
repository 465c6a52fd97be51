"""Settings: an option over an environment variable over a file over the default; unknown keys are errors.

The file is TOML: ``--config FILE``, else ``SWITCHCORR_CONFIG``, else ``switchcorr.toml`` in the working directory, else
``switchcorr/switchcorr.toml`` in the XDG configuration directory. Every setting stands in ``docs/configuration.md``.
"""

from __future__ import annotations

import dataclasses
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from switchcorr.errors import ConfigurationError, InputFileError
from switchcorr.files import read_bytes
from switchcorr.text import decode

PREFIX = "SWITCHCORR_"


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings with their defaults.

    Attributes:
        timezone: zone of logs and of times on the command line that name none: an IANA name.
        parse_workers: processes that parse captured text; 0 is one per processor, at most 8.
        parse_timeout_s: seconds after which the text of one device is given up.
        inventory: where the list of switches is: a directory, a file, or the URL of a NetBox.
        state_dir: where sweeps, host keys and what was learned of devices are kept; empty is ``switchcorr`` in the XDG state directory.
        collector: name of this machine; devices that another collector visits are left out.
        concurrency: most visits at the same time.
        site_concurrency: most visits at the same time in one site that says nothing of its own; 0 is no limit.
        jump_concurrency: most visits at the same time through one jump host.
        logins_a_second: most logins begun in a second, for the sake of the AAA servers.
        connect_s: seconds a device has for the TCP connection and the key exchange.
        login_s: seconds it has from there to its first prompt.
        idle_s: seconds of silence after which an answer is given up.
        visit_s: seconds a visit may take; every kilobyte that arrives gives one second more, so that slow lines are not cut off.
        answer_mib: most MiB that one answer may have.
        host_keys: ``strict``: unknown keys are refused; ``accept-new``: the first key of a device is recorded. Changed keys are always refused.
        store: where visits and facts are kept: a path or a URL; empty is ``switchcorr.db`` in the state directory.
        raw_days: days for which captured text is kept in the store.
        fact_days: days for which visits and facts are kept in the store; what still holds is kept whatever its age.
        correlate: constants of the correlation by name, in place of their defaults; checked where they are used.
        audit_events: event logs that every audit takes into the store: paths and patterns with commas between them.
        audit_baseline_days: what is lost is told for so many days; then the network without it is the usual one.
        report_url: where the folder of reports can be opened by those who get messages; empty sends the page itself along.
        notify: whom to tell, and when; checked where it is used.
    """

    timezone: str = "UTC"
    parse_workers: int = 0
    parse_timeout_s: int = 60
    inventory: str = "inventory"
    state_dir: str = ""
    collector: str = ""
    concurrency: int = 50
    site_concurrency: int = 0
    jump_concurrency: int = 10
    logins_a_second: int = 100
    connect_s: int = 10
    login_s: int = 20
    idle_s: int = 20
    visit_s: int = 120
    answer_mib: int = 32
    host_keys: str = "strict"
    store: str = ""
    raw_days: int = 14
    fact_days: int = 90
    audit_events: str = ""
    audit_baseline_days: int = 7
    report_url: str = ""
    correlate: Mapping[str, object] = field(default_factory=dict)
    notify: Mapping[str, object] = field(default_factory=dict)


_RANGES = {
    "parse_workers": (0, 64),
    "parse_timeout_s": (1, 3600),
    "concurrency": (1, 1000),
    "site_concurrency": (0, 1000),
    "jump_concurrency": (1, 1000),
    "logins_a_second": (1, 1000),
    "connect_s": (1, 300),
    "login_s": (1, 300),
    "idle_s": (1, 600),
    "visit_s": (5, 3600),
    "answer_mib": (1, 1024),
    "raw_days": (1, 3660),
    "fact_days": (1, 3660),
    "audit_baseline_days": (1, 365),
}
"""Least and most of every number."""
_CHOICES = {"host_keys": ("strict", "accept-new")}
_KIND_WORDS = {int: "a whole number", str: "text", dict: "a table, which only the settings file can hold,"}


def load_settings(*, environment: Mapping[str, str], file: Path | None, options: Mapping[str, object] | None = None) -> Settings:
    """Settings from all places.

    Args:
        environment: variables; those that begin with ``SWITCHCORR_`` count.
        file: TOML file or None.
        options: values from the command line; None values do not count.

    Raises:
        ConfigurationError: the file cannot be read, an unknown key, or a value of the wrong type or out of range; all problems of
            the values are named in one message.
    """
    kinds: dict[str, type] = {field.name: type(getattr(Settings(), field.name)) for field in dataclasses.fields(Settings)}
    problems: list[str] = []
    values: dict[str, object] = {}
    for origin, found in ((str(file), _from_file(file)), ("environment", _from_environment(environment))):
        for key, value in found.items():
            _take(values, kinds, problems, origin=origin, key=key, value=value)
    for key, value in (options or {}).items():
        if value is not None:
            _take(values, kinds, problems, origin="option", key=key, value=value)
    if problems:
        raise ConfigurationError(" ".join(problems), hint="See docs/configuration.md.")
    return dataclasses.replace(Settings(), **values)  # type: ignore[arg-type]  # _take has checked each value's type


def find_settings_file(*, environment: Mapping[str, str], working_directory: Path, given: Path | None) -> Path | None:
    """The settings file that counts: the given one, else the first that exists."""
    if given is not None:
        return given
    if named := environment.get(f"{PREFIX}CONFIG"):
        return Path(named)
    home = Path(environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME", "/")) / ".config")
    places = (working_directory / "switchcorr.toml", home / "switchcorr" / "switchcorr.toml")
    return next((place for place in places if place.is_file()), None)


def state_directory(settings: Settings, environment: Mapping[str, str]) -> Path:
    """Where sweeps, host keys and what was learned of devices are kept; not made here."""
    if settings.state_dir:
        return Path(settings.state_dir).expanduser()
    home = Path(environment.get("XDG_STATE_HOME") or Path(environment.get("HOME", "/")) / ".local" / "state")
    return home / "switchcorr"


def _from_file(file: Path | None) -> Mapping[str, object]:
    if file is None:
        return {}
    try:
        return tomllib.loads(decode(read_bytes(file)))
    except InputFileError as error:
        raise ConfigurationError(
            f"settings file {error.message}", hint="Is the path right? --config or SWITCHCORR_CONFIG names it."
        ) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: not TOML: {error}.", context={"file": str(file)}) from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    names = (name for name in environment if name.startswith(PREFIX) and name != f"{PREFIX}CONFIG")
    return {name.removeprefix(PREFIX).lower(): environment[name] for name in names}


def _take(values: dict[str, object], kinds: Mapping[str, type], problems: list[str], *, origin: str, key: str, value: object) -> None:
    if key not in kinds:
        near = difflib.get_close_matches(key, kinds, n=1)
        problems.append(f"{origin}: unknown setting {key!r}{f', did you mean {near[0]!r}' if near else ''}.")
        return
    kind = kinds[key]
    if kind is int and isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if type(value) is not kind:
        problems.append(f"{origin}: {key} = {value!r}: {_KIND_WORDS[kind]} expected.")
        return
    if isinstance(value, int) and not _RANGES[key][0] <= value <= _RANGES[key][1]:
        problems.append(f"{origin}: {key} = {value}: a number from {_RANGES[key][0]} to {_RANGES[key][1]} expected.")
        return
    if key in _CHOICES and value not in _CHOICES[key]:
        problems.append(f"{origin}: {key} = {value!r}: {' or '.join(_CHOICES[key])} expected.")
        return
    values[key] = value
