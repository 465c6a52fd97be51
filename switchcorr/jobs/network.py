"""Captures, locations and device tables to one campus; what cannot be used is accounted for, the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from switchcorr.captures import DeviceSource, find_devices, read_device
from switchcorr.errors import InputFileError
from switchcorr.jobs.request import CampusRequest, Progress
from switchcorr.model.campus import Campus
from switchcorr.model.snapshot import DeviceFacts, OutputAccount, Snapshot
from switchcorr.parse.facts import parse_capture
from switchcorr.parse.pool import parse_devices
from switchcorr.settings import Settings

_MOST_WORKERS = 8


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
