"""``switchcorr report``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode, UsageError

Window = Annotated[str, typer.Option("--window", metavar="START/END", help="Judge and draw this time only.")]
Alone = Annotated[bool, typer.Option("--inventory", help="The network alone, without any incident: phones, modules, errors, mixes.")]
Redact = Annotated[bool, typer.Option("--redact", help="Pseudonyms for phones, addresses and descriptions.")]
Packed = Annotated[bool, typer.Option("--zip", help="Write a ZIP file with the page in it, for mail that takes no HTML.")]


def report(
    captures: o.Captures = None,
    locations: o.Locations = None,
    events: o.Events = None,
    servers: o.Servers = None,
    store: o.Stored = "",
    counters: o.Counters = None,
    devices: o.Devices = None,
    kinds: o.Kinds = "",
    core: o.Core = None,
    call_server: o.CallServer = None,
    window: Window = "",
    inventory: Alone = False,
    redact: Redact = False,
    packed: Packed = False,
    out: o.PageOut = Path("report.html"),
    at: o.At = "",
    timezone: o.Timezone = None,
    year: o.Year = None,
    now: o.Now = "",
    calibration: o.CalibrationFile = None,
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """The report page: of the incidents in a log, or with --inventory of the network alone."""
    from switchcorr.cli.context import calibration_place, campus_request, read_settings, read_times, stored_source, window_of
    from switchcorr.jobs.inputs.request import CorrelateRequest
    from switchcorr.jobs.report import PageRequest

    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, year=year, now=now, at=at)
    only = window_of(window, times)
    if only and inventory:
        raise UsageError("--window with --inventory: the page of the network alone holds no time.", hint="Leave one of them out.")
    stored = stored_source(store, settings, times, files=(captures, locations, events), since=only and only[0], until=only and only[1])
    source = CorrelateRequest(
        times=times,
        campus=campus_request(captures, locations, devices, kinds, core, call_server, stored),
        events=tuple(events or ()),
        servers=tuple(servers or ()),
        counters=counters,
        settings=settings,
        calibration=calibration,
        learned=calibration_place(settings),
    )
    request = PageRequest(source, inventory=inventory, redact=redact, window=only)
    from switchcorr.cli.report_run import show_report

    if show_report(request, out=out, packed=packed, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
