"""``switchcorr findings``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import UsageError

Ack = Annotated[
    list[str] | None, typer.Option("--ack", metavar="ID", help="Somebody knows of this one: it alarms nobody until it is over.")
]
Note = Annotated[str, typer.Option("--note", metavar="TEXT", help="What is said of it: a ticket, a name.")]
Plan = Annotated[
    str, typer.Option("--plan", metavar="NAME", help="Planned work with --since and --until: what is found then alarms nobody.")
]
Patterns = Annotated[str, typer.Option("--devices", metavar="A,B-*", help="With --plan: only of these switches.")]
Begin = Annotated[str, typer.Option("--since", metavar="TIME", help="When planned work begins.")]
End = Annotated[str, typer.Option("--until", metavar="TIME", help="When it ends.")]
Weekly = Annotated[bool, typer.Option("--weekly", help="With --plan: the same time every week, by the clocks of --timezone.")]
All = Annotated[bool, typer.Option("--all", help="Also those that are over.")]


def findings(
    ack: Ack = None,
    note: Note = "",
    plan: Plan = "",
    devices: Patterns = "",
    since: Begin = "",
    until: End = "",
    weekly: Weekly = False,
    all_: All = False,
    store: o.Store = "",
    timezone: o.Timezone = None,
    now: o.Now = "",
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
) -> None:
    """What audits found and what lasts of it; acknowledge a finding, or write down planned work."""
    from switchcorr.cli.audit.findings_show import acknowledge_findings, plan_work, show_findings, zone_name
    from switchcorr.cli.context import read_settings, read_times, span_of
    from switchcorr.cli.store_context import meant_store
    from switchcorr.model.mask import Mask

    _see_that_all_counts(acknowledges=bool(ack), plans=bool(plan), of_plan=bool(devices or since or until or weekly), note=bool(note))
    settings = read_settings(config=config)
    times, place = read_times(settings, timezone=timezone, now=now), meant_store(store, settings)
    if ack:
        acknowledge_findings(place, ack, note, times.now)
    elif plan:
        begin, end = span_of(since, until, times)
        if begin is None or end is None:
            raise UsageError(
                "--plan needs --since and --until.", hint="Example: --plan swap --since 2026-11-28T22:00 --until 2026-11-29T02:00"
            )
        zone = zone_name(times.zone) if weekly else ""
        plan_work(place, Mask(plan, begin, end, devices, note, zone))
    else:
        show_findings(place, times.now, all_=all_, format_=format)


def _see_that_all_counts(*, acknowledges: bool, plans: bool, of_plan: bool, note: bool) -> None:
    """See that no option is given that the others make void.

    Raises:
        UsageError: one is.
    """
    if acknowledges and plans:
        raise UsageError("--ack and --plan: one at a time.")
    if of_plan and not plans:
        raise UsageError("--devices, --since, --until and --weekly are about planned work.", hint="Name it with --plan NAME.")
    if note and not (acknowledges or plans):
        raise UsageError("--note without --ack or --plan: it is said of one of these.", hint="Example: --ack ID --note 'card ordered'")
