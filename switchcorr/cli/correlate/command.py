"""``switchcorr correlate``."""

from __future__ import annotations

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode


def correlate(
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
    windows: o.Windows = "",
    at: o.At = "",
    timezone: o.Timezone = None,
    year: o.Year = None,
    now: o.Now = "",
    report: o.Report = None,
    format: o.AnswerOutput = None,  # noqa: A002  # the option's name
    no_phones: o.NoPhones = False,
    calibrate: o.Calibrate = False,
    calibration: o.CalibrationFile = None,
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Which component do the lost phones share? Captures or locations and an event log in, verdicts out."""
    from switchcorr.cli.context import calibration_place, campus_request, read_settings, read_times, stored_source, time_asked
    from switchcorr.jobs.inputs.request import CorrelateRequest

    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, year=year, now=now, at=at)
    asked = time_asked(since, until, windows, times)
    stored = stored_source(store, settings, times, files=(captures, locations, events), since=asked.begin, until=asked.end)
    request = CorrelateRequest(
        times=times,
        campus=campus_request(captures, locations, devices, kinds, core, call_server, stored),
        events=tuple(events or ()),
        servers=tuple(servers or ()),
        counters=counters,
        since=asked.since,
        until=asked.until,
        windows=asked.windows,
        ports=report is not None,
        settings=settings,
        calibration=calibration,
        learned=calibration_place(settings),
    )
    if calibrate:
        from switchcorr.cli.correlate.calibration import show_calibration

        if show_calibration(request, report=report, format_=format, verbose=verbose, quiet=quiet):
            raise typer.Exit(ExitCode.PARTIAL)
        return
    from switchcorr.cli.correlate.run import show_correlation

    if show_correlation(request, report=report, format_=format, phones=not no_phones, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
