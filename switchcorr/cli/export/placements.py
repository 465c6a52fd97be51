"""Finds phones and prints where they are; loaded only when a command runs, and without what explains incidents."""

from __future__ import annotations

from collections.abc import Sequence

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, tell, tell_missing, write_out
from switchcorr.cli.placement_rows import write_placement_documents
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.unusable import all_unusable_told
from switchcorr.jobs.inputs.request import LocateRequest, PlacementsRequest
from switchcorr.jobs.placements import locate, read_placements
from switchcorr.report.placements import placement_document, placement_lines

_TOLD_WHOLE = 5
"""So many phones that fit a question are told with all that is known of them; more make a table."""


def show_placements(request: PlacementsRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print where phones are; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with all_unusable_told(request.campus), ProgressView(quiet=quiet) as progress:
        outcome = read_placements(request, progress)
    write_placement_documents([placement_document(placement) for placement in outcome.placements], chosen_format(format_))
    _tell_notes(outcome.warnings, quiet=quiet)
    return tell_missing(outcome.missing)


def show_location(request: LocateRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print where a phone is, or which phones are below a part; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with all_unusable_told(request.source.campus), ProgressView(quiet=quiet) as progress:
        outcome = locate(request, progress)
    chosen = chosen_format(format_)
    if chosen is Format.TABLE and request.phone and len(outcome.placements) <= _TOLD_WHOLE:
        write_out("".join(f"{line}\n" for placement in outcome.placements for line in placement_lines(placement)))
    else:
        shown = ("description",) if request.phone else ()
        write_placement_documents([placement_document(placement) for placement in outcome.placements], chosen, shown=shown)
    if outcome.asked and not quiet:
        tell(outcome.asked)
    _tell_notes(outcome.warnings, quiet=quiet)
    return tell_missing(outcome.missing)


def _tell_notes(warnings: Sequence[str], *, quiet: bool) -> None:
    """What is odd about the captures; a correlation has it in its coverage."""
    for sentence in () if quiet else warnings:
        tell(f"note: {sentence}")
