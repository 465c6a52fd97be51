"""``switchcorr sweep``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

Resume = Annotated[
    bool,
    typer.Option(
        "--resume", help="Complete a sweep that ended early: the last one, or the one in FOLDER. What is whole is not asked again."
    ),
]
Folder = Annotated[Path | None, typer.Argument(metavar="FOLDER", help="With --resume: the folder of the sweep to complete.")]


def sweep(
    folder: Folder = None,
    inventory: o.InventoryPlace = None,
    out: o.SweepOut = None,
    limit: o.Limit = "",
    group: o.Group = "",
    site: o.Site = "",
    dry_run: o.DryRun = False,
    resume: Resume = False,
    concurrency: o.Concurrency = None,
    algorithms: o.Algorithms = None,
    store: o.IntoStore = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Visit the switches of the inventory by SSH and keep what they answer; only show commands are ever sent."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.sweep.context import sweep_request
    from switchcorr.cli.sweep.run import show_plan, show_sweep

    settings = read_settings(config=config, workers=workers, inventory=inventory, concurrency=concurrency)
    request = sweep_request(
        settings, out=out, limit=limit, group=group, site=site, algorithms=algorithms, resume=resume, resume_from=folder
    )
    if dry_run:
        show_plan(request, settings, format_=format, verbose=verbose, quiet=quiet)
        return
    code, folder = show_sweep(request, settings, format_=format, verbose=verbose, quiet=quiet)
    if store or settings.store:
        from switchcorr.cli.store.run import keep_sweep

        code = keep_sweep(folder, store, settings, code, quiet=quiet)
    if code:
        raise typer.Exit(ExitCode(code))
