"""``switchcorr export ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode, UsageError

Cause = Annotated[
    int | None,
    typer.Option("--cause", metavar="N", min=1, help="Which cause svg and drawio draw, as numbered on the report page; by default 1."),
]
IncidentsFormat = Annotated[
    o.ExportFormat, typer.Option("--format", help="csv: lost phones; prometheus: for a textfile collector; svg, drawio: one cause.")
]
NoPhoneNodes = Annotated[bool, typer.Option("--no-phones", help="Devices, modules and links only.")]


NetworkFormat = Annotated[o.GraphFormat, typer.Option("--format", help="netbox: CSV for the import of cables, those that both ends name.")]


NewFolder = Annotated[Path, typer.Argument(metavar="DIR", help="A new folder.")]
CapturesAt = Annotated[str, typer.Option("--at", metavar="TIME", help="The last visit of each device up to then; by default now.")]


def captures(
    directory: NewFolder,
    store: o.Store = "",
    at: CapturesAt = "",
    timezone: o.Timezone = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Captured text of a moment out of the store, as a folder that correlate, report, diff and the others read."""
    from switchcorr.cli.context import moment_or_none, read_settings, read_times
    from switchcorr.cli.store.run import show_exported_captures
    from switchcorr.cli.store_context import meant_store

    settings = read_settings(config=config)
    times = read_times(settings, timezone=timezone, now=now)
    moment = moment_or_none("--at", at, times) or times.now
    if show_exported_captures(meant_store(store, settings), moment, directory, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def placements(
    captures: o.Captures = None,
    locations: o.Locations = None,
    events: o.Events = None,
    store: o.Store = "",
    at: o.AtTime = "",
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
    from switchcorr.cli.context import campus_request, moment_or_none, read_settings, read_times
    from switchcorr.jobs.inputs.request import PlacementsRequest

    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, now=now)
    moment = moment_or_none("--at", at, times)
    if store or not (captures or locations or events):
        from switchcorr.cli.store.answers import ask_store_for_placements

        if ask_store_for_placements(store, settings, moment or times.now, format_=format, verbose=verbose, quiet=quiet):
            return
    request = PlacementsRequest(
        times=times,
        campus=campus_request(captures, locations, devices, "", core, call_server),
        events=tuple(events or ()),
        settings=settings,
        at=moment,
    )
    from switchcorr.cli.export.placements import show_placements

    if show_placements(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def incidents(
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
    since: o.Since = "",
    until: o.Until = "",
    timezone: o.Timezone = None,
    year: o.Year = None,
    now: o.Now = "",
    cause: Cause = None,
    format: IncidentsFormat = o.ExportFormat.JSON,  # noqa: A002  # the option's name
    calibration: o.CalibrationFile = None,
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Incidents: JSON, a row for each lost phone, a ticket, numbers for Prometheus, or the drawing of one cause."""
    from switchcorr.cli.context import calibration_place, campus_request, read_settings, read_times, span_of, stored_source
    from switchcorr.jobs.inputs.request import CorrelateRequest

    if cause is not None and format not in (o.ExportFormat.SVG, o.ExportFormat.DRAWIO):
        raise UsageError(f"--cause with --format {format.value}: all incidents are told.", hint="svg and drawio draw one cause.")
    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, year=year, now=now)
    first, last = span_of(since, until, times)
    stored = stored_source(store, settings, times, files=(captures, locations, events), since=first, until=last)
    request = CorrelateRequest(
        times=times,
        campus=campus_request(captures, locations, devices, kinds, core, call_server, stored),
        events=tuple(events or ()),
        servers=tuple(servers or ()),
        counters=counters,
        since=first,
        until=last,
        settings=settings,
        calibration=calibration,
        learned=calibration_place(settings),
    )
    from switchcorr.cli.export.run import show_incidents

    if show_incidents(request, format_=format, cause=cause or 1, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)


def graph(
    captures: o.Captures = None,
    locations: o.Locations = None,
    events: o.Events = None,
    store: o.Stored = "",
    devices: o.Devices = None,
    core: o.Core = None,
    call_server: o.CallServer = None,
    no_phones: NoPhoneNodes = False,
    format: NetworkFormat = o.GraphFormat.GRAPHML,  # noqa: A002  # the option's name
    timezone: o.Timezone = None,
    now: o.Now = "",
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """The network as GraphML: devices, modules, links, and phones where they are attached; or its cables for NetBox."""
    from switchcorr.cli.context import campus_request, read_settings, read_times, stored_source
    from switchcorr.jobs.inputs.request import PlacementsRequest

    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, now=now)
    stored = stored_source(store, settings, times, files=(captures, locations, events))
    request = PlacementsRequest(
        times=times,
        campus=campus_request(captures, locations, devices, "", core, call_server, stored),
        events=tuple(events or ()),
        settings=settings,
    )
    from switchcorr.cli.export.run import show_graph

    if show_graph(request, phones=not no_phones, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
