"""``switchcorr notify``."""

from __future__ import annotations

from datetime import UTC, datetime

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode


def notify(
    test: o.NotifyTest = False, store: o.Store = "", config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False
) -> None:
    """Send the messages that wait to the targets of the settings; the audit and the listener do so by themselves."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.notify_run import run_notify
    from switchcorr.cli.store_context import meant_store

    settings = read_settings(config=config)
    if run_notify(meant_store(store, settings), settings, datetime.now(UTC), test=test, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
