"""Reads captures and prints what became of the keepalives; loaded only when the command runs."""

from __future__ import annotations

from typing import assert_never

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, csv_text, tell_missing, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.jobs.keepalives import KeepalivesRequest, keepalives
from switchcorr.model.keepalive import KeepaliveReport
from switchcorr.report.keepalives import KEEPALIVE_COLUMNS, keepalive_rows, keepalives_document, keepalives_text
from switchcorr.report.to_json import json_text


def show_keepalives(request: KeepalivesRequest, *, format_: Format | None, verbose: int, quiet: bool) -> bool:
    """Print what the captures tell; whether one of them could not be read to its end."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with ProgressView(quiet=quiet) as progress:
        report = keepalives(request, progress)
    write_out(_text(report, chosen_format(format_)))
    return tell_missing([f"{capture.file}: {capture.problem}" for capture in report.captures if capture.problem])


def _text(report: KeepaliveReport, chosen: Format) -> str:
    match chosen:
        case Format.TABLE:
            return keepalives_text(report)
        case Format.JSON:
            return json_text(keepalives_document(report))
        case Format.CSV:
            return csv_text(KEEPALIVE_COLUMNS, keepalive_rows(report))
        case _:
            assert_never(chosen)
