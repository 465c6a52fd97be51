"""Parses one output and prints its rows; loaded only when the command runs."""

from __future__ import annotations

from pathlib import Path

from switchcorr.cli.logs import set_up_logging
from switchcorr.cli.output import tell, write_out
from switchcorr.jobs.parse import parse_document, parse_file
from switchcorr.model.snapshot import OutputState
from switchcorr.report.to_json import json_text
from switchcorr.text import counted


def show_parsed(file: Path, *, platform: str, command: str, verbose: int, quiet: bool) -> bool:
    """Print the rows of one output; whether some of the text could not be used."""
    set_up_logging(verbose=verbose, quiet=quiet)
    outcome = parse_file(file, platform=platform, command=command)
    write_out(json_text(parse_document(outcome)))
    parsed = outcome.parsed
    if not quiet:
        between = f", {counted(len(outcome.messages), 'console message')} between" if outcome.messages else ""
        rows, bad = counted(len(parsed.rows), "row"), counted(parsed.bad_line_count, "line")
        tell(f"{outcome.command.text}: {parsed.state.value}, {rows}, {bad} not used{between}. {parsed.reason}".rstrip())
    return parsed.bad_line_count > 0 or parsed.state is OutputState.QUARANTINED
