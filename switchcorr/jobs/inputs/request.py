"""What a reading command was asked: plain values, made once from options and settings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from switchcorr.jobs.inputs.readings import Stored
from switchcorr.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the stage, how much is done, and of how much."""


def say_nothing(stage: str, done: int, total: int) -> None:
    """A ``Progress`` for those who do not watch."""


@dataclass(frozen=True, slots=True)
class Times:
    """How times without a zone or a year are read.

    Attributes:
        now: the clock; nothing may be later.
        zone: of times on the command line that name none.
        log_zone: name of the zone of logs that name none; empty is UTC as an assumption.
        log_zones: the same for single files, by file name.
    """

    now: datetime
    zone: tzinfo = UTC
    log_zone: str = ""
    log_zones: tuple[tuple[str, str], ...] = ()
    year: int | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CampusRequest:
    """From what the network is known.

    Attributes:
        stored: sweeps of a store, and its events where no event files are given.
    """

    captures: tuple[Path, ...] = ()
    locations: Path | None = None
    devices: Path | None = None
    kinds: tuple[str, ...] = ()
    cores: tuple[str, ...] = ()
    call_servers: tuple[str, ...] = ()
    stored: Stored | None = None

    @property
    def is_given(self) -> bool:
        """Whether anything tells where phones are."""
        return bool(self.captures) or self.locations is not None or self.stored is not None


@dataclass(frozen=True, slots=True)
class CorrelateRequest:
    """Everything ``correlate`` needs.

    Attributes:
        ports: whether every port is wanted, for a page that draws them.
        calibration: file that was asked for.
        learned: where the calibration of this site is, if there is one and no other was asked for; None looks for none.
        keep: whether an answer from a store is written into it; one about given windows, or with files mixed in, never is.
        time_option: by which the command that asks is told another time: ``--since``, or ``--window``, which takes the end too.
    """

    times: Times
    campus: CampusRequest = field(default_factory=CampusRequest)
    events: tuple[Path, ...] = ()
    servers: tuple[Path, ...] = ()
    counters: Path | None = None
    since: datetime | None = None
    until: datetime | None = None
    windows: tuple[tuple[datetime, datetime], ...] = ()
    ports: bool = False
    settings: Settings = field(default_factory=Settings)
    calibration: Path | None = None
    learned: Path | None = None
    keep: bool = False
    time_option: str = "--since"


@dataclass(frozen=True, slots=True)
class PlacementsRequest:
    """Everything ``locate`` and ``export placements`` need.

    Attributes:
        at: the moment whose placements are meant; None is the latest knowledge.
    """

    times: Times
    campus: CampusRequest = field(default_factory=CampusRequest)
    events: tuple[Path, ...] = ()
    settings: Settings = field(default_factory=Settings)
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LocateRequest:
    """A phone to be found, or parts (kind and id) whose phones are meant."""

    source: PlacementsRequest
    phone: str = ""
    below: tuple[tuple[str, str], ...] = ()
