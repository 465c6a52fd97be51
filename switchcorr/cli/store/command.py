"""``switchcorr store ...`` and ``switchcorr ingest``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="The folder of a sweep, or any folder of captures.")]
Target = Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")]
EventFiles = Annotated[
    list[Path], typer.Argument(metavar="FILE...", help="Event logs of any known format, or packet captures, plain, gz or zst.")
]
Quick = Annotated[bool, typer.Option("--quick", help="Only see that captured text is there; do not read it.")]


def store_import(
    folder: Folder,
    store: o.Store = "",
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Take captures into the store: their text, every visit, and what changed. What is stored already is left alone."""
    from switchcorr.cli.context import read_settings, read_times
    from switchcorr.cli.store.run import show_import
    from switchcorr.cli.store_context import meant_store
    from switchcorr.jobs.store.importing import ImportRequest

    settings = read_settings(config=config, workers=workers)
    request = ImportRequest(folder, meant_store(store, settings), read_times(settings, timezone=None, now=now).now, settings)
    if show_import(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def ingest(
    files: EventFiles,
    store: o.Store = "",
    at: o.At = "",
    timezone: o.Timezone = None,
    year: o.Year = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Take event files into the store, each event once: a file may grow, be renamed, rotated, packed, and given again."""
    from switchcorr.cli.context import read_settings, read_times
    from switchcorr.cli.store.run import show_ingest
    from switchcorr.cli.store_context import meant_store

    settings = read_settings(config=config)
    times = read_times(settings, timezone=timezone, year=year, now=now, at=at)
    if show_ingest(files, meant_store(store, settings), times, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def compact(store: o.Store = "", config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False) -> None:
    """Bundle the captured text of closed days, and remove what is older than the settings keep."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.store.run import show_compact
    from switchcorr.cli.store_context import meant_store

    settings = read_settings(config=config)
    if show_compact(meant_store(store, settings), settings, datetime.now(UTC), verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def reparse(
    store: o.Store = "", workers: o.Workers = None, config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False
) -> None:
    """Make the facts anew from the captured text that is kept, with the parsers of this version; lets late visits in."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.store.run import show_reparse
    from switchcorr.cli.store_context import meant_store

    settings = read_settings(config=config, workers=workers)
    if show_reparse(meant_store(store, settings), settings, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def backup(target: Target, store: o.Store = "", config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False) -> None:
    """Copy a SQLite store and its captured text to a new folder, with a list of SHA-256 sums; others may go on writing."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.store.run import show_backup
    from switchcorr.cli.store_context import meant_store

    if show_backup(meant_store(store, read_settings(config=config)), target, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def check(
    store: o.Store = "",
    quick: Quick = False,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Look a store through: the database, the rules of its tables, the captured text; changes nothing. Exit code 1 if something is wrong."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.store.run import show_check
    from switchcorr.cli.store_context import meant_store

    if show_check(meant_store(store, read_settings(config=config)), deep=not quick, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.FAILED)
