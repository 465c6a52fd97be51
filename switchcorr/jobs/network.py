"""Captures, locations and device tables to one campus; what cannot be used is accounted for, the rest goes on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from switchcorr.errors import InputFileError, UsageError
from switchcorr.jobs.request import CampusRequest, Progress
from switchcorr.model.campus import Campus, empty_campus
from switchcorr.model.event import EventLog
from switchcorr.model.snapshot import OutputAccount
from switchcorr.settings import Settings
from switchcorr.topology.locations import campus_from_locations, read_locations


@dataclass(frozen=True, slots=True)
class Network:
    """What is known of the network.

    Attributes:
        outputs: accounts of every captured text and file.
        missing: inputs that could not be used at all.
    """

    campus: Campus
    outputs: tuple[OutputAccount, ...] = ()
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def read_network(request: CampusRequest, settings: Settings, log: EventLog, progress: Progress, *, at: datetime | None = None) -> Network:
    """Read everything that tells where phones are.

    Args:
        request: captures, locations, device tables.
        settings: limits and workers.
        log: events: phones and what they say of their own switch.
        progress: told how far it is.
        at: whose placements are meant; None is the latest knowledge.
    """
    del settings, log, progress, at
    if request.captures or request.devices:
        raise UsageError("captures and device tables cannot be read yet.", hint="Give --locations FILE.csv.")
    if request.locations is None:
        return Network(empty_campus())
    try:
        return Network(campus_from_locations(read_locations(request.locations, kinds=request.kinds)))
    except InputFileError as error:
        return Network(empty_campus(), missing=(error.message,))
