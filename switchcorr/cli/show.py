"""Runs a job with progress and prints its result; loaded only when a command runs."""

from __future__ import annotations

from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.placements import read_placements
from switchcorr.jobs.request import CorrelateRequest, PlacementsRequest
from switchcorr.report.placements import PLACEMENT_COLUMNS, placement_document
from switchcorr.report.to_html import write_html
from switchcorr.report.to_json import correlation_json, json_text
from switchcorr.report.to_text import render_text, table_text


def show_correlation(
    request: CorrelateRequest, *, report: Path | None, format_: Format | None, phones: bool, verbose: int, quiet: bool
) -> bool:
    """Run ``correlate`` and print the answer; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = chosen_format(format_)
    if chosen is Format.CSV:
        raise UsageError("--format csv: a correlation is no table.", hint="Take json, or export placements --format csv.")
    with ProgressView(quiet=quiet) as progress:
        outcome = correlate(request, progress)
    if report is not None:
        write_html(outcome.result, report)
        if not quiet:
            tell(f"report: {report}")
    write_out(json_text(correlation_json(outcome.result, phones=phones)) if chosen is Format.JSON else render_text(outcome.result))
    for sentence in outcome.missing:
        tell(f"missing: {sentence}")
    return bool(outcome.missing)


def show_placements(request: PlacementsRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print where phones are; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        outcome = read_placements(request, progress)
    documents = [placement_document(placement) for placement in outcome.placements]
    rows = [["" if document[column] is None else str(document[column]) for column in PLACEMENT_COLUMNS] for document in documents]
    match chosen_format(format_):
        case Format.JSON:
            write_out(json_text({"schema": "switchcorr/placements/1", "placements": documents}))
        case Format.CSV:
            write_out(csv_text(PLACEMENT_COLUMNS, rows))
        case Format.TABLE:
            write_out(table_text(PLACEMENT_COLUMNS, rows))
    for sentence in outcome.missing:
        tell(f"missing: {sentence}")
    return bool(outcome.missing)
