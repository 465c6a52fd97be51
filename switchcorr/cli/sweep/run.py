"""Runs a sweep with a view or with lines, and prints its end; loaded only when the command runs."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.options import Format
from switchcorr.cli.output import chosen_format, tell, write_out
from switchcorr.cli.sweep.summary import summary_document, summary_text, visits_text
from switchcorr.cli.sweep.view import SweepScreen, screen_wanted
from switchcorr.cli.sweep.visit_lines import visit_document, visit_line
from switchcorr.collect.progress import SweepEvent, SweepStopping, VisitEnded
from switchcorr.errors import ExitCode, UsageError
from switchcorr.jobs.sweep.run import PlannedCommand, SweepOutcome, SweepRequest, plan_sweep, run_sweep
from switchcorr.report.to_json import json_text
from switchcorr.report.to_text import table_text
from switchcorr.settings import Settings
from switchcorr.text import counted

PLAN_SCHEMA = "switchcorr/sweep-plan/1"
_PLAN_COLUMNS = ("device", "host", "port", "site", "platform", "driver", "command")


def show_plan(request: SweepRequest, settings: Settings, *, format_: Format | None, verbose: int, quiet: bool) -> None:
    """Print what a sweep would ask; nothing is connected to and no secret is looked up."""
    chosen = _table_or_json(format_)
    set_up_logging(verbose=verbose, quiet=quiet)
    plan = plan_sweep(request, settings=settings)
    rows = [{column: str(getattr(command, column)) for column in _PLAN_COLUMNS} for command in plan.commands]
    if chosen is Format.JSON:
        document = {"schema": PLAN_SCHEMA, "devices": plan.devices, "commands": [_planned(command) for command in plan.commands]}
        write_out(json_text({**document, "warnings": list(plan.warnings)}))
    else:
        told = [column for column in _PLAN_COLUMNS if any(row[column] for row in rows)]
        write_out(table_text(told, [[row[column] for column in told] for row in rows]))
    if not quiet:
        for warning in plan.warnings:
            tell(f"note: {warning}")
        tell(f"{counted(plan.devices, 'device')}, {counted(len(plan.commands), 'command')}; nothing was connected to")


def _planned(command: PlannedCommand) -> dict[str, object]:
    return {column: getattr(command, column) for column in _PLAN_COLUMNS}


def show_sweep(request: SweepRequest, settings: Settings, *, format_: Format | None, verbose: int, quiet: bool) -> tuple[ExitCode, Path]:
    """Run a sweep and print it: visits as they end in a pipe, a live view on a terminal, the summary at the end.

    Returns:
        The exit code, and the folder of the captures.
    """
    chosen = _table_or_json(format_)
    request = replace(request, hide=set_up_logging(verbose=verbose, quiet=quiet).learn)
    as_lines = chosen is Format.JSON or not sys.stdout.isatty()
    watchers: list[Callable[[SweepEvent], None]] = [_Lines(chosen)] if as_lines else []
    if screen_wanted(quiet=quiet, lines_on_terminal=as_lines and sys.stdout.isatty()):
        with SweepScreen() as screen:
            outcome = run_sweep(request, settings=settings, watch=_all_of([screen, *watchers, _tell_stop]))
    else:
        outcome = run_sweep(request, settings=settings, watch=_all_of([*watchers, *([] if quiet else [_tell_stop])]))
    _show_end(outcome, chosen, as_lines=as_lines)
    return outcome.exit_code, outcome.folder


def _show_end(outcome: SweepOutcome, chosen: Format, *, as_lines: bool) -> None:
    if chosen is Format.JSON:
        write_out(_line(summary_document(outcome)))
    else:
        visits = "" if as_lines else visits_text(outcome.visits, width=shutil.get_terminal_size().columns)
        write_out(f"{visits}\n{summary_text(outcome)}")


class _Lines:
    """Writes a line to stdout for every visit that ends, at once."""

    def __init__(self, chosen: Format) -> None:
        self._chosen = chosen

    def __call__(self, event: SweepEvent) -> None:
        if isinstance(event, VisitEnded):
            write_out(_line(visit_document(event.visit)) if self._chosen is Format.JSON else f"{visit_line(event.visit)}\n")


def _line(document: dict[str, object]) -> str:
    return json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n"


def _tell_stop(event: SweepEvent) -> None:
    """Say at once that the sweep is about to end, so that nobody wonders whether the key was heard."""
    if isinstance(event, SweepStopping):
        tell(f"{event.why} Sessions are being closed; what was captured is kept. Ctrl-C ends at once.")


def _all_of(watchers: list[Callable[[SweepEvent], None]]) -> Callable[[SweepEvent], None]:
    def watch(event: SweepEvent) -> None:
        for watcher in watchers:
            watcher(event)

    return watch


def _table_or_json(given: Format | None) -> Format:
    chosen = chosen_format(given)
    if chosen is Format.CSV:
        raise UsageError("--format csv: a sweep gives no CSV.", hint="Take table or json; manifest.json beside the captures holds it too.")
    return chosen
