"""Runs a correlation with progress and prints it; loaded only when a command runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import AnswerFormat
from switchcorr.cli.output import chosen_format, tell, tell_missing, wrapped, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.unusable import all_unusable_told
from switchcorr.errors import UsageError
from switchcorr.jobs.correlate import correlate
from switchcorr.jobs.inputs.request import CorrelateRequest
from switchcorr.jobs.report import write_report
from switchcorr.model.incident import Correlation
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
    with all_unusable_told(request.campus), ProgressView(quiet=quiet) as progress:
        outcome = correlate(replace(request, keep=True), progress)
    try:
        if report is not None:
            write_report(outcome, report)
            if not quiet:
                tell(f"report: {report}")
    finally:  # a page that cannot be written takes no answer away
        _tell_looked(outcome.looked, chosen, quiet=quiet)
        write_out(_answer(outcome.result, chosen, phones=phones))
    if outcome.unkept is not None:
        tell(f"missing: this answer is not kept in the store: {outcome.unkept.message}")
    return tell_missing(outcome.missing) or outcome.unkept is not None


def _tell_looked(looked: str, chosen: AnswerFormat, *, quiet: bool) -> None:
    """Say first which time a store was asked about: above the answer where people read it, else beside it."""
    sentence = f"{looked[:1].upper()}{looked[1:]}"
    if looked and chosen is AnswerFormat.TABLE:
        write_out("".join(f"{line}\n" for line in [*wrapped(sentence, indent=""), ""]))
    elif looked and not quiet:
        tell(f"note: {looked}")


def _answer(result: Correlation, chosen: AnswerFormat, *, phones: bool) -> str:
    if chosen is AnswerFormat.MARKDOWN:
        return render_markdown(result)
    return json_text(correlation_json(result, phones=phones)) if chosen is AnswerFormat.JSON else render_text(result)
