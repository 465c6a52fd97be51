"""``switchcorr incidents``."""

from __future__ import annotations

from switchcorr.cli import options as o
from switchcorr.errors import UsageError


def incidents(
    component: o.OfComponent = "",
    suspects: o.Suspects = False,
    days: o.Days = 90,
    store: o.Store = "",
    timezone: o.Timezone = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """What was found and kept in the last 90 days, of all or of one component: incidents, what recurs, and what drops one by one (parts, phones)."""
    from switchcorr.cli.audit.incidents_show import show_incidents
    from switchcorr.cli.context import read_settings, read_times
    from switchcorr.cli.store_context import meant_store
    from switchcorr.jobs.store.incidents import IncidentsRequest, component_of

    if suspects and not component:
        raise UsageError("--suspects without --component.", hint="Without it all incidents are listed, whatever is their cause.")
    settings = read_settings(config=config)
    wanted = component_of(component) if component else None
    until = read_times(settings, timezone=timezone, now=now).now
    request = IncidentsRequest(meant_store(store, settings), until, days, wanted, suspects)
    show_incidents(request, format_=format, verbose=verbose, quiet=quiet)
