"""``switchcorr audit``."""

from __future__ import annotations

import typer

from switchcorr.cli import options as o


def audit(
    inventory: o.InventoryPlace = None,
    limit: o.Limit = "",
    group: o.Group = "",
    site: o.Site = "",
    no_sweep: o.NoSweep = False,
    events: o.AuditEvents = None,
    core: o.Core = None,
    call_server: o.CallServer = None,
    every: o.Every = "",
    print_systemd: o.PrintSystemd = False,
    print_cron: o.PrintCron = False,
    nagios: o.Nagios = False,
    textfile: o.Textfile = None,
    tickets: o.Tickets = None,
    reports: o.Reports = None,
    store: o.Store = "",
    timezone: o.Timezone = None,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """The scheduled job: sweep, events, incidents, what changed since the last run, report, messages. Exit code 4 if somebody is to look."""
    from switchcorr.cli.audit.run import AuditShow, audit_request, folders_written, print_units, repeat_audit, show_audit
    from switchcorr.cli.context import campus_request, read_settings, read_times

    settings = read_settings(config=config, workers=workers, inventory=inventory)
    if print_systemd or print_cron:
        writes = folders_written(store, (textfile, tickets), (reports,), settings)
        print_units(every or "15m", systemd=print_systemd, writes=writes)
        return
    request = audit_request(
        settings, read_times(settings, timezone=timezone), store=store, sweep=not no_sweep, limits=(limit, group, site),
        events=events, reports=reports, campus=campus_request(None, None, None, "", core, call_server),
    )  # fmt: skip
    shown = AuditShow(format, nagios, textfile, tickets, verbose, quiet)
    raise typer.Exit(repeat_audit(request, shown, every) if every else show_audit(request, shown))
