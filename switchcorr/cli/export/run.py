"""Runs the jobs of ``switchcorr export`` and prints their data; loaded only when such a command runs."""

from __future__ import annotations

from typing import assert_never

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import ExportFormat, GraphFormat
from switchcorr.cli.output import csv_text, tell, tell_missing, write_out
from switchcorr.cli.progress import ProgressView
from switchcorr.cli.unusable import all_unusable_told
from switchcorr.jobs.correlate import CorrelationOutcome, correlate
from switchcorr.jobs.export import drawing_of
from switchcorr.jobs.inputs.request import CorrelateRequest, PlacementsRequest
from switchcorr.jobs.placements import read_placements
from switchcorr.report.to_csv import INCIDENT_COLUMNS, incident_rows
from switchcorr.report.to_drawing import picture_drawio, picture_svg
from switchcorr.report.to_json import correlation_json, json_text
from switchcorr.report.to_markdown import render_markdown
from switchcorr.report.to_netbox import CABLE_COLUMNS, cable_rows
from switchcorr.report.to_prometheus import render_prometheus
from switchcorr.text import counted
from switchcorr.topology.export import to_graphml


def show_incidents(request: CorrelateRequest, *, format_: ExportFormat, cause: int, verbose: int, quiet: bool) -> bool:
    """Print incidents for other programs; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with all_unusable_told(request.campus), ProgressView(quiet=quiet) as progress:
        outcome = correlate(request, progress)
    write_out(_text(outcome, format_, cause))
    return tell_missing(outcome.missing)


def show_graph(request: PlacementsRequest, *, phones: bool, format_: GraphFormat, verbose: int, quiet: bool) -> bool:
    """Print the network as a graph, or its cables; whether some input was missing."""
    set_up_logging(verbose=verbose, quiet=quiet)
    with all_unusable_told(request.campus), ProgressView(quiet=quiet) as progress:
        outcome = read_placements(request, progress)
    if format_ is GraphFormat.NETBOX:
        rows, left_out = cable_rows(outcome.campus.links)
        if not quiet:
            tell(f"{counted(len(rows), 'cable')} for NetBox, {left_out} left out: not named by both ends, or two at one interface.")
        write_out(csv_text(CABLE_COLUMNS, rows))
    else:
        write_out(to_graphml(outcome.campus, phones=phones))
    return tell_missing(outcome.missing)


def _text(outcome: CorrelationOutcome, format_: ExportFormat, cause: int) -> str:
    match format_:
        case ExportFormat.JSON:
            return json_text(correlation_json(outcome.result))
        case ExportFormat.CSV:
            return csv_text(INCIDENT_COLUMNS, incident_rows(outcome.result))
        case ExportFormat.MARKDOWN:
            return render_markdown(outcome.result)
        case ExportFormat.PROMETHEUS:
            return render_prometheus(outcome.result)
        case ExportFormat.SVG:
            return picture_svg(drawing_of(outcome, cause)[0])
        case ExportFormat.DRAWIO:
            return picture_drawio(*drawing_of(outcome, cause))
        case _:
            assert_never(format_)
