"""``switchcorr diff``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o

Before = Annotated[str, typer.Argument(metavar="A", help="The earlier look: a folder of captures, a time, 7d (ago), last-1...")]
After = Annotated[str, typer.Argument(metavar="B", help="The later one; last is the newest sweep of the store.")]


def diff(
    before: Before,
    after: After,
    store: o.Store = "",
    core: o.Core = None,
    call_server: o.CallServer = None,
    timezone: o.Timezone = None,
    now: o.Now = "",
    report: o.Report = None,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """What changed between two looks at the network: phones, modules, uplinks, errors, software. Exit code 4 if anything did."""
    from switchcorr.cli.audit.diff_show import show_diff
    from switchcorr.cli.context import campus_request, read_settings, read_times
    from switchcorr.cli.store_context import known_store
    from switchcorr.jobs.diff import DiffRequest

    settings = read_settings(config=config, workers=workers)
    campus = campus_request(None, None, None, "", core, call_server)
    times = read_times(settings, timezone=timezone, now=now)
    request = DiffRequest(before, after, times, known_store(store, settings), campus, settings)
    raise typer.Exit(show_diff(request, report=report, format_=format, verbose=verbose, quiet=quiet))
