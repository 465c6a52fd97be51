"""The door for Python: the same as the command line, in a few lines.

>>> import switchcorr as sc                        # doctest: +SKIP
>>> campus = sc.read_captures("captures")          # doctest: +SKIP
>>> log = sc.read_events("CiscoSyslog")            # doctest: +SKIP
>>> result = sc.correlate(campus, log)             # doctest: +SKIP
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from switchcorr.correlate import CorrelateOptions
from switchcorr.correlate import correlate as explain
from switchcorr.errors import InputFileError
from switchcorr.jobs.correlate import coverage_of
from switchcorr.jobs.inputs.events import named_by_address
from switchcorr.jobs.inputs.events import read_events as read_event_files
from switchcorr.jobs.inputs.network import Network, read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CampusRequest, Times, say_nothing
from switchcorr.model.campus import Campus
from switchcorr.model.event import EventLog
from switchcorr.model.incident import Correlation
from switchcorr.model.moments import zone_named
from switchcorr.settings import Settings
from switchcorr.topology import to_networkx

__all__ = ["correlate", "read_captures", "read_events", "read_locations", "to_networkx"]


def read_events(
    *paths: str | Path, timezone: str = "", year: int | None = None, now: datetime | None = None, at: datetime | None = None
) -> EventLog:
    """All events of files of any known format, in order of time.

    Raises:
        InputFileError: no file can be opened.
        EventFormatError: no file holds an event.
    """
    times = Times(now=now or datetime.now(UTC), zone=zone_named(timezone or "UTC"), log_zone=timezone, year=year, at=at)
    return read_event_files([Path(path) for path in paths], times, say_nothing).log


def read_captures(*directories: str | Path, cores: Sequence[str] = (), call_servers: Sequence[str] = ()) -> Campus:
    """A campus from captured outputs; several directories are snapshots, earlier first.

    Raises:
        InputFileError: none of the directories can be read.
    """
    paths = tuple(Path(directory) for directory in directories)
    network = _read(CampusRequest(captures=paths, cores=tuple(cores), call_servers=tuple(call_servers)))
    if not network.campus.devices:
        raise InputFileError(" ".join(network.unusable) or "no directory was given.")
    return network.campus


def read_locations(path: str | Path, *, kinds: Sequence[str] = ()) -> Campus:
    """A campus from a table of locations.

    Raises:
        InputFileError: the file cannot be used.
    """
    network = _read(CampusRequest(locations=Path(path), kinds=tuple(kinds)))
    if network.missing:
        raise InputFileError(" ".join(network.missing))
    return network.campus


def correlate(
    campus: Campus, log: EventLog, *, now: datetime | None = None, since: datetime | None = None, until: datetime | None = None
) -> Correlation:
    """What the phones that dropped share; see ``docs/correlation.md``."""
    options = CorrelateOptions(now=now or datetime.now(UTC), since=since, until=until)
    events = named_by_address(EventsRead(log, (), (), ()), campus.placements)
    return explain(events.log, campus, options=options, coverage=coverage_of(events, Network(campus)))


def _read(request: CampusRequest) -> Network:
    return read_network(request, Settings(), EventLog(), say_nothing)
