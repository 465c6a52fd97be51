"""``switchcorr demo``."""

from __future__ import annotations

from pathlib import Path

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode


def demo(
    out: o.Out = Path("switchcorr-demo"), workers: o.Workers = None, config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False
) -> None:
    """A simulated campus with planted faults: its captures and log, the verdicts, and the report page."""
    from switchcorr.cli.context import read_settings

    settings = read_settings(config=config, workers=workers)
    from switchcorr.cli.demo_run import show_demo

    if not show_demo(out, settings=settings, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.FAILED)
