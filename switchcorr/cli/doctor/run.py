"""Runs the checks of ``doctor`` and prints them; loaded only when the command runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from switchcorr.cli.doctor.text import checkup_document, checkup_text
from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import table_or_json, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.sweep.context import algorithms_of
from switchcorr.errors import ExitCode
from switchcorr.inventory.credentials import terminal_prompt
from switchcorr.jobs.doctor.checks import Checkup
from switchcorr.jobs.doctor.local import Here
from switchcorr.jobs.doctor.run import DoctorRequest, examine
from switchcorr.report.to_json import json_text
from switchcorr.settings import Settings, state_directory


def doctor_request(
    settings: Settings, *, settings_file: Path | None, devices: list[str] | None, algorithms: list[str] | None
) -> DoctorRequest:
    """What is to be looked at."""
    return DoctorRequest(
        here=Here(settings, settings_file, state_directory(settings, os.environ), os.environ),
        devices=tuple(devices or ()),
        algorithms=algorithms_of(algorithms),
        ask=terminal_prompt(),
    )


def show_doctor(request: DoctorRequest, *, format_: Format | None, verbose: int, quiet: bool) -> ExitCode:
    """Make the checks and print them; how they came out."""
    chosen = table_or_json(format_, "checks give")
    logs = set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        checkups = examine(request, progress=progress, hide=logs.learn)
    write_out(json_text(checkup_document(checkups)) if chosen is Format.JSON else checkup_text(checkups))
    return exit_code_of(checkups)


def exit_code_of(checkups: Sequence[Checkup]) -> ExitCode:
    """0 nothing to be done, 4 findings, 1 no subject could be looked at at all."""
    if not any(checkup.reached for checkup in checkups):
        return ExitCode.FAILED
    return ExitCode.FINDINGS if any(checkup.findings for checkup in checkups) else ExitCode.DONE
