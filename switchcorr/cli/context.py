"""From the words of the command line to the plain values of a job."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple, TypeVar

from switchcorr.errors import UsageError
from switchcorr.jobs.calibration_file import CALIBRATION_FILE
from switchcorr.jobs.inputs.readings import Stored
from switchcorr.jobs.inputs.request import CampusRequest, Times
from switchcorr.model.moments import parse_moment, parse_window, zone_named
from switchcorr.settings import Settings, find_settings_file, load_settings, state_directory

T = TypeVar("T")


def read_settings(
    *, config: Path | None, workers: int | None = None, inventory: str | None = None, concurrency: int | None = None
) -> Settings:
    """The settings that count for this call."""
    options = {"parse_workers": workers, "inventory": inventory, "concurrency": concurrency}
    return load_settings(environment=os.environ, file=find_settings(config), options=options)


def find_settings(config: Path | None) -> Path | None:
    """The settings file that counts; None if there is none."""
    return find_settings_file(environment=os.environ, working_directory=Path.cwd(), given=config)


def read_times(settings: Settings, *, timezone: list[str] | None, year: int | None = None, now: str = "", at: str = "") -> Times:
    """How times are to be read."""
    named = [item for item in timezone or [] if "=" not in item]
    single = [item.rpartition("=") for item in timezone or [] if "=" in item]
    zone = _usage("--timezone", zone_named, named[0] if named else settings.timezone)
    for _, _, name in single:
        _usage("--timezone", zone_named, name)
    clock = Times(datetime.now(UTC).replace(microsecond=0), zone)
    return Times(
        now=moment_or_none("--now", now, clock) or clock.now,
        zone=zone,
        log_zone=named[0] if named else settings.timezone if settings.timezone != Settings().timezone else "",
        log_zones=tuple((file, name) for file, _, name in single),
        year=year,
        at=moment_or_none("--at", at, clock),
    )


def calibration_place(settings: Settings) -> Path:
    """Where the calibration of this site is kept unless a file is named."""
    return state_directory(settings, os.environ) / CALIBRATION_FILE


def campus_request(
    captures: list[Path] | None,
    locations: Path | None,
    devices: Path | None,
    kinds: str,
    core: list[str] | None,
    call_server: list[str] | None,
    stored: Stored | None = None,
) -> CampusRequest:
    """From what the network is known, as the options of every reading command say it.

    Raises:
        UsageError: a call server is no address, or columns are named of a table that was not given.
    """
    if kinds and locations is None:
        raise UsageError(
            "--kinds without --locations: it names columns of that table.", hint="Give --locations FILE.csv, or leave --kinds out."
        )
    return CampusRequest(
        captures=tuple(captures or ()),
        locations=locations,
        devices=devices,
        kinds=tuple(kind.strip() for kind in kinds.split(",") if kind.strip()),
        cores=tuple(core or ()),
        call_servers=tuple(_address(text) for text in call_server or ()),
        stored=stored,
    )


def _address(text: str) -> str:
    """An IP address, as captures are read to write it.

    Raises:
        UsageError: it is none.
    """
    try:
        return str(ip_address(text.strip()))
    except ValueError as error:
        raise UsageError(
            f"--call-server {text}: no IP address.", hint="Such as 198.51.100.10; it is looked up in the ARP tables."
        ) from error


def moment_or_none(option: str, text: str, times: Times) -> datetime | None:
    """A moment from an option; None if it was not given."""
    return _usage(option, partial(parse_moment, zone=times.zone, now=times.now), text) if text else None


def span_of(since: str, until: str, times: Times) -> tuple[datetime | None, datetime | None]:
    """The moments of ``--since`` and ``--until``; None for what was not given.

    Raises:
        UsageError: one is no moment, or they are the wrong way round.
    """
    first, last = moment_or_none("--since", since, times), moment_or_none("--until", until, times)
    if first and last and first >= last:
        raise UsageError(f"--since {since} is not before --until {until}.", hint="Give the earlier moment to --since.")
    return first, last


class TimeAsked(NamedTuple):
    """Which time is judged: given windows, or what is found in a span; ``begin`` and ``end`` are those of either, None where it is open."""

    since: datetime | None
    until: datetime | None
    windows: tuple[tuple[datetime, datetime], ...]

    @property
    def begin(self) -> datetime | None:
        """Of the span, or of the first window."""
        return min((start for start, _ in self.windows), default=self.since)

    @property
    def end(self) -> datetime | None:
        """Of the span, or of the last window."""
        return max((end for _, end in self.windows), default=self.until)


def time_asked(since: str, until: str, windows: str, times: Times) -> TimeAsked:
    """The time of ``--since`` and ``--until``, or of ``--windows``.

    Raises:
        UsageError: one is no time, or both are given.
    """
    first, last = span_of(since, until, times)
    if windows and (since or until):
        raise UsageError("--windows and --since or --until: one or the other.", hint="Exactly the windows are judged, wherever they are.")
    return TimeAsked(first, last, windows_of(windows, times))


def stored_source(
    store: str,
    settings: Settings,
    times: Times,
    *,
    files: Sequence[object],
    since: datetime | None = None,
    until: datetime | None = None,
    at: datetime | None = None,
) -> Stored | None:
    """The store that is asked: a given one; where no files are given, also that of the settings or the default one, if it is there.

    Args:
        files: whatever else was given to read.
        since: from when incidents are sought; by default a day back.
        until: up to when. A day more is read, as far as it has passed: it tells which phones came back, and what counters have counted.
        at: nothing later is read at all; None where incidents are sought.
    """
    if not store and any(files):
        return None
    from switchcorr.cli.store_context import known_store  # loads the database's library

    place = known_store(store, settings)
    if place is None:
        return None
    from switchcorr.jobs.store.network import SOUGHT, StoredSource

    last = at or until or times.at or times.now
    return StoredSource(place, since or last - SOUGHT, at or min(last + SOUGHT, times.now))


def windows_of(text: str, times: Times) -> tuple[tuple[datetime, datetime], ...]:
    """The windows of ``--windows``."""
    return tuple(_usage("--windows", partial(parse_window, zone=times.zone), part) for part in text.split(",") if part.strip())


def window_of(text: str, times: Times) -> tuple[datetime, datetime] | None:
    """The window of ``--window``; None if it was not given."""
    return _usage("--window", partial(parse_window, zone=times.zone), text) if text else None


def _usage(option: str, read: Callable[[str], T], text: str) -> T:
    try:
        return read(text)
    except ValueError as error:
        raise UsageError(f"{option}: {error}.") from error
