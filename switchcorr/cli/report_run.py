"""Runs the job of the report page and says where it is; loaded only when the command runs."""

from __future__ import annotations

from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.output import tell
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.unusable import all_unusable_told
from switchcorr.jobs.report import PageRequest, make_page, write_page


def show_report(request: PageRequest, *, out: Path, packed: bool, verbose: int, quiet: bool) -> bool:
    """Make the page and write it; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with all_unusable_told(request.source.campus), ProgressView(quiet=quiet) as progress:
        outcome = make_page(request, progress)
    path = write_page(outcome.page, out, packed=packed)
    if not quiet:
        tell(f"report: {path}")
        if outcome.looked:
            tell(f"note: {outcome.looked}")
    for sentence in outcome.missing:
        tell(f"missing: {sentence}")
    return bool(outcome.missing)
