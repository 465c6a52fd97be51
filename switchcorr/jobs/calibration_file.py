"""A calibration as a file: found, read and judged whole, or not at all."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import ReadLimits, read_bytes
from switchcorr.model.calibration import Calibration
from switchcorr.report.from_json import calibration_from

CALIBRATION_FILE = "calibration.json"
"""Its name in the state directory."""
_LIMITS = ReadLimits(bytes_out=16 * 1024**2)
_MAKE_ANOTHER = "switchcorr correlate --calibrate makes a new one."


@dataclass(frozen=True, slots=True)
class Found:
    """A calibration, or none; what is to be said of one that cannot be read, and what was asked for and is missing."""

    calibration: Calibration | None = None
    assumptions: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def find_calibration(asked: Path | None, learned: Path | None) -> Found:
    """The file that was asked for, else the site's own if there is one; a damaged file is told of and not used."""
    try:
        if asked is not None:
            return Found(read_calibration(asked))
        if learned is not None and learned.exists():
            return Found(read_calibration(learned))
    except InputFileError as error:
        if asked is not None:
            return Found(missing=(str(error),))
        return Found(assumptions=(f"the calibration of this site is not used: {error.message} {_MAKE_ANOTHER}",))
    return Found()


def read_calibration(path: Path) -> Calibration:
    """A calibration from its file.

    Raises:
        InputFileError: the file cannot be read, or is no calibration.
    """
    try:
        return calibration_from(json.loads(read_bytes(path, limits=_LIMITS)))
    except (ValueError, RecursionError) as error:
        raise InputFileError(f"{path}: no calibration: {error}.", hint=_MAKE_ANOTHER, context={"file": str(path)}) from error
