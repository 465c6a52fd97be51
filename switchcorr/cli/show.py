"""Runs a job with progress and prints its result; loaded only when a command runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import AnswerFormat, Format
from switchcorr.cli.output import chosen_format, tell, write_out
from switchcorr.cli.placements_out import write_placement_documents
from switchcorr.cli.progress import ProgressView
from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.parse import parse_document, parse_file
from switchcorr.jobs.placements import locate, read_placements
from switchcorr.jobs.report import write_report
from switchcorr.jobs.request import CorrelateRequest, LocateRequest, PlacementsRequest
from switchcorr.model.incident import Correlation
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import OutputState
from switchcorr.report.placements import placement_document, placement_lines
from switchcorr.report.to_json import correlation_json, json_text
from switchcorr.report.to_markdown import render_markdown
from switchcorr.report.to_text import render_text


def show_correlation(
    request: CorrelateRequest, *, report: Path | None, format_: AnswerFormat | None, phones: bool, verbose: int, quiet: bool
) -> bool:
    """Run ``correlate`` and print the answer; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    chosen = format_ or AnswerFormat(chosen_format(None))
    if chosen is AnswerFormat.CSV:
        raise UsageError("--format csv: a correlation is no table.", hint="Take json, export incidents or export placements --format csv.")
    with ProgressView(quiet=quiet) as progress:
        outcome = correlate(replace(request, keep=True), progress)
    if report is not None:
        write_report(outcome, report)
        if not quiet:
            tell(f"report: {report}")
    write_out(_answer(outcome.result, chosen, phones=phones))
    return _tell_missing(outcome.missing)


def _answer(result: Correlation, chosen: AnswerFormat, *, phones: bool) -> str:
    if chosen is AnswerFormat.MARKDOWN:
        return render_markdown(result)
    return json_text(correlation_json(result, phones=phones)) if chosen is AnswerFormat.JSON else render_text(result)


def show_placements(request: PlacementsRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print where phones are; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        outcome = read_placements(request, progress)
    _write_placements(outcome.placements, chosen_format(format_))
    _tell_notes(outcome.warnings, quiet=quiet)
    return _tell_missing(outcome.missing)


def show_location(request: LocateRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print where a phone is, or which phones are below a part; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        outcome = locate(request, progress)
    chosen = chosen_format(format_)
    if chosen is Format.TABLE and request.phone:
        write_out("".join(f"{line}\n" for placement in outcome.placements for line in placement_lines(placement)))
    else:
        _write_placements(outcome.placements, chosen)
    if request.below and not quiet:
        tell(outcome.asked)
    _tell_notes(outcome.warnings, quiet=quiet)
    return _tell_missing(outcome.missing)


def show_parsed(file: Path, *, platform: str, command: str, verbose: int, quiet: bool) -> bool:
    """Print the rows of one output; whether some of the text could not be used."""
    set_up_logging(verbose=verbose, quiet=quiet)
    outcome = parse_file(file, platform=platform, command=command)
    write_out(json_text(parse_document(outcome)))
    parsed = outcome.parsed
    if not quiet:
        tell(
            f"{outcome.command.text}: {parsed.state.value}, {len(parsed.rows)} rows, {parsed.bad_line_count} lines not used. {parsed.reason}".rstrip()
        )
    return parsed.bad_line_count > 0 or parsed.state is OutputState.QUARANTINED


def _write_placements(placements: Sequence[Placement], chosen: Format) -> None:
    write_placement_documents([placement_document(placement) for placement in placements], chosen)


def _tell_notes(warnings: Sequence[str], *, quiet: bool) -> None:
    """What is odd about the captures; a correlation has it in its coverage."""
    for sentence in () if quiet else warnings:
        tell(f"note: {sentence}")


def _tell_missing(missing: Sequence[str]) -> bool:
    for sentence in missing:
        tell(f"missing: {sentence}")
    return bool(missing)
