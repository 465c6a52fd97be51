"""Runs a calibration with progress and prints what was learned; loaded only when it is asked for."""

from __future__ import annotations

from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import AnswerFormat
from switchcorr.cli.output import chosen_format, tell, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.unusable import all_unusable_told
from switchcorr.errors import UsageError
from switchcorr.jobs.calibrate import calibrate
from switchcorr.jobs.inputs.request import CorrelateRequest
from switchcorr.report.calibration import calibration_document, calibration_text
from switchcorr.report.to_json import json_text


def show_calibration(request: CorrelateRequest, *, report: Path | None, format_: AnswerFormat | None, verbose: int, quiet: bool) -> bool:
    """Calibrate and print the outcome; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = format_ or AnswerFormat(chosen_format(None))
    if chosen in (AnswerFormat.CSV, AnswerFormat.MARKDOWN) or report is not None:
        raise UsageError(
            "--calibrate: neither a table nor a report page comes out of it.", hint="Leave --report out, and take --format table or json."
        )
    with all_unusable_told(request.campus), ProgressView(quiet=quiet) as progress:
        outcome = calibrate(request, progress)
    made = outcome.calibration
    write_out(json_text(calibration_document(made)) if chosen is AnswerFormat.JSON else calibration_text(made))
    if not quiet:
        tell(f"calibration: {outcome.file}")
    for sentence in outcome.missing:
        tell(f"missing: {sentence}")
    return bool(outcome.missing)
