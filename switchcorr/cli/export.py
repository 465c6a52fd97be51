"""``switchcorr export ...``."""

from __future__ import annotations

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode


def placements(
    captures: o.Captures = None,
    locations: o.Locations = None,
    events: o.Events = None,
    devices: o.Devices = None,
    core: o.Core = None,
    call_server: o.CallServer = None,
    timezone: o.Timezone = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Where every phone is: one row a phone, with evidence, confidence and the reason if it is not placed."""
    from switchcorr.cli.context import campus_request, read_settings, read_times
    from switchcorr.jobs.request import PlacementsRequest

    settings = read_settings(config=config, workers=workers)
    request = PlacementsRequest(
        times=read_times(settings, timezone=timezone, now=now),
        campus=campus_request(captures, locations, devices, "", core, call_server),
        events=tuple(events or ()),
        settings=settings,
    )
    from switchcorr.cli.show import show_placements

    if show_placements(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
