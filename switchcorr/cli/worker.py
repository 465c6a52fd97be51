"""``switchcorr worker`` and ``switchcorr work ...``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o

OneSite = Annotated[str, typer.Option("--site", metavar="S", help="The site whose switches are meant, as the inventory names it.")]
AnySite = Annotated[str, typer.Option("--site", metavar="S", help="Only this site; without it all.")]
Every = Annotated[str, typer.Option("--every", metavar="15m", help="Begin a sweep so often: 5m, 15m, 1h... Without it when queued only.")]
Once = Annotated[bool, typer.Option("--once", help="End when nothing waits any more.")]
Lease = Annotated[
    float,
    typer.Option("--lease", metavar="SECONDS", min=0.5, max=3600, help="Without a sign of life for so long, its work goes to others."),
]


def worker(
    site: OneSite,
    store: o.Store = "",
    inventory: o.InventoryPlace = None,
    every: Every = "",
    once: Once = False,
    lease: Lease = 30.0,
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Sweep a site together with other workers: they share the work, its limits and a PostgreSQL store; each may die at any time."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.worker_run import work

    settings = read_settings(config=config, workers=workers, inventory=inventory)
    work(settings, site=site, store=store, every=every, once=once, lease_s=lease, verbose=verbose, quiet=quiet)


def queue(site: OneSite, store: o.Store = "", config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False) -> None:
    """Have the workers of a site begin a sweep at once."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.worker_run import queue_one

    queue_one(read_settings(config=config), site=site, store=store, verbose=verbose, quiet=quiet)


def release(site: OneSite, store: o.Store = "", config: o.Config = None, verbose: o.Verbose = 0, quiet: o.Quiet = False) -> None:
    """Let the sweeps of a site go on after refused logins stopped them: the password is corrected."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.worker_run import release_one

    release_one(read_settings(config=config), site=site, store=store, verbose=verbose, quiet=quiet)


def show(
    site: AnySite = "",
    store: o.Store = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """The newest sweeps of the sites, how far they are, and what waits."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.worker_run import show_work

    show_work(read_settings(config=config), site=site, store=store, format_=format, verbose=verbose, quiet=quiet)
