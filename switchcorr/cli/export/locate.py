"""``switchcorr locate``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

Phone = Annotated[
    str, typer.Argument(metavar="PHONE", help="Name (SEP...) or MAC in any notation; or extension, address, user or description.")
]
Module = Annotated[str, typer.Option("--module", metavar="SWITCH/3", help="Instead: which phones are on this module or stack member.")]
Switch = Annotated[str, typer.Option("--switch", metavar="NAME", help="Instead: which phones are on this switch.")]
Uplink = Annotated[str, typer.Option("--uplink", metavar="SWITCH:PORT", help="Instead: which phones are behind this uplink or bundle.")]


def locate(
    phone: Phone = "",
    module: Module = "",
    switch: Switch = "",
    uplink: Uplink = "",
    captures: o.Captures = None,
    locations: o.Locations = None,
    events: o.Events = None,
    store: o.Store = "",
    devices: o.Devices = None,
    core: o.Core = None,
    call_server: o.CallServer = None,
    at: o.AtTime = "",
    timezone: o.Timezone = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Where is a phone, since when, by what evidence, how sure; or which phones hang below a part."""
    from switchcorr.cli.context import campus_request, moment_or_none, read_settings, read_times, stored_source
    from switchcorr.jobs.inputs.request import LocateRequest, PlacementsRequest

    settings = read_settings(config=config, workers=workers)
    times = read_times(settings, timezone=timezone, now=now)
    moment = moment_or_none("--at", at, times)
    below = {"module": module, "switch": switch, "uplink": uplink}
    asked = tuple((kind, id_) for kind, id_ in below.items() if id_)
    stored = stored_source(store, settings, times, files=(captures, locations, events), at=moment) if uplink else None
    if stored is None and (store or not (captures or locations or events)):
        from switchcorr.cli.store.answers import ask_store_where

        if ask_store_where(store, settings, moment or times.now, phone=phone, below=asked, format_=format, verbose=verbose, quiet=quiet):
            return
    source = PlacementsRequest(
        times=times,
        campus=campus_request(captures, locations, devices, "", core, call_server, stored),
        events=tuple(events or ()),
        settings=settings,
        at=moment,
    )
    request = LocateRequest(source=source, phone=phone, below=asked)
    from switchcorr.cli.export.placements import show_location

    if show_location(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
