"""Learns how far the probabilities of a site can be believed, and keeps it in a file."""

from __future__ import annotations

import logging
import os
import time
from dataclasses import dataclass
from pathlib import Path

from switchcorr.correlate import CorrelateOptions, ground_of
from switchcorr.correlate.calibration.fitting import CalibrateOptions
from switchcorr.correlate.calibration.fitting import calibrate as learn
from switchcorr.correlate.overrides import constants_from
from switchcorr.errors import InputFileError, UsageError
from switchcorr.files import OwnFolder, write_whole
from switchcorr.jobs.correlate import end_of
from switchcorr.jobs.inputs.events import named_by_address, read_events
from switchcorr.jobs.inputs.network import read_network
from switchcorr.jobs.inputs.readings import EventsRead
from switchcorr.jobs.inputs.request import CorrelateRequest, Progress, say_nothing
from switchcorr.model.calibration import Calibration
from switchcorr.model.event import EventLog
from switchcorr.report.calibration import calibration_document
from switchcorr.report.to_json import json_text

_log = logging.getLogger(__name__)


FITTED, TESTED = 600, 300
"""Incidents that are simulated: for the map, and to test it on."""
_NO_EVENTS = EventsRead(EventLog(), (), (), ())


@dataclass(frozen=True, slots=True)
class CalibrationOutcome:
    """What was learned, where it is kept, and what was asked for and could not be used."""

    calibration: Calibration
    file: Path
    missing: tuple[str, ...] = ()


def calibrate(request: CorrelateRequest, progress: Progress = say_nothing) -> CalibrationOutcome:
    """Simulate incidents over the network, fit and test a map, and keep it.

    The file is written at the end, whole or not at all: an interrupted run leaves the one that was there.

    Raises:
        UsageError: no network was given, or no place for the file.
        InputFileError: no phone is known, or the file cannot be written.
        ConfigurationError: the settings hold constants of the correlation that cannot be.
    """
    place = request.calibration or request.learned
    if place is None or not (request.campus.captures or request.campus.locations):
        raise UsageError(
            "--calibrate: no network given.", hint="Give --captures or --locations, and --events for the rate of innocent drops."
        )
    constants = constants_from(request.settings.correlate)
    _check_place(place, own=request.calibration is None)
    began = time.monotonic()
    events = read_events((*request.events, *request.servers), request.times, progress) if request.events else _NO_EVENTS
    network = read_network(request.campus, request.settings, events.log, progress, at=end_of(events.log))
    if not network.campus.risk.phones:
        raise InputFileError("no phone is known, so there is nothing to simulate over.", hint="Do the captures or locations hold phones?")
    log = named_by_address(events, network.campus.placements).log
    ground = ground_of(log, network.campus, CorrelateOptions(now=request.times.now, constants=constants))
    options = CalibrateOptions(request.times.now, FITTED, TESTED)
    total = options.fitted + options.tested
    made = learn(ground, options, lambda done: progress("simulated incidents", done, total))
    _keep(made, place, own=request.calibration is None)
    _log.info("calibrate: %d simulated incidents, %d phones in %.1f s", total, len(ground.exposure.phones), time.monotonic() - began)
    return CalibrationOutcome(made, place, (*events.missing, *network.missing))


def _check_place(place: Path, *, own: bool) -> None:
    """See that the file can be written before minutes are spent on what goes into it.

    Raises:
        InputFileError: its folder is not there, or may not be written; the state directory is made later, where that may be written.
    """
    folder = next(folder for folder in (place.parent, *place.parent.parents) if os.path.exists(folder))  # noqa: PTH110  # never raises
    is_ready = folder == place.parent or own
    if not (is_ready and folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)):
        hint = "May this user write there?" if is_ready else "Make its folder first."
        raise InputFileError(f"{place}: cannot be written.", hint=hint, context={"file": str(place)})


def _keep(made: Calibration, place: Path, *, own: bool) -> None:
    """Write the file; the state directory is made if it is not there, a folder of the user's is not."""
    text = json_text(calibration_document(made))
    if not own:
        write_whole(place, text)
        return
    with OwnFolder.at(place.parent) as folder:
        folder.write(place.name, text.encode())
