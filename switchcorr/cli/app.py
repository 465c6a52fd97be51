"""The command line: the commands, and what runs them."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from switchcorr import __version__
from switchcorr.cli.audit.command import audit
from switchcorr.cli.audit.diff import diff
from switchcorr.cli.audit.findings import findings
from switchcorr.cli.audit.incidents import incidents as stored_incidents
from switchcorr.cli.correlate.command import correlate
from switchcorr.cli.demo import demo
from switchcorr.cli.doctor.command import doctor
from switchcorr.cli.export.command import captures, graph, incidents, placements
from switchcorr.cli.export.locate import locate
from switchcorr.cli.keepalives import keepalives
from switchcorr.cli.lab import serve
from switchcorr.cli.listen.command import listen
from switchcorr.cli.notify import notify
from switchcorr.cli.outcome import outcome_of
from switchcorr.cli.parse import parse
from switchcorr.cli.report import report
from switchcorr.cli.store.command import backup, check, compact, ingest, reparse, store_import
from switchcorr.cli.streams import prepare_streams
from switchcorr.cli.sweep.command import sweep
from switchcorr.cli.trust.command import trust
from switchcorr.cli.words import HelpfulCommand
from switchcorr.cli.worker import queue, release, show, worker


class FlagsAreFalse(TyperGroup):
    """A group whose flags are False when not given: for None, Typer would load pydantic just to show a command's help."""

    def get_params(self, ctx: typer.Context) -> list[Any]:  # type: ignore[override]  # the parameter type is no public name
        """All parameters, ``--help`` among them."""
        parameters: list[Any] = list(super().get_params(ctx))
        for parameter in parameters:
            if parameter.default is None and getattr(parameter, "is_flag", False):
                parameter.default = False
        return parameters


app = typer.Typer(
    name="switchcorr",
    cls=FlagsAreFalse,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
export = typer.Typer(name="export", cls=FlagsAreFalse, help="Data for other programs.", no_args_is_help=True, rich_markup_mode=None)
store = typer.Typer(name="store", cls=FlagsAreFalse, help="Upkeep of what is remembered.", no_args_is_help=True, rich_markup_mode=None)
work = typer.Typer(name="work", cls=FlagsAreFalse, help="Work shared by several machines.", no_args_is_help=True, rich_markup_mode=None)
lab = typer.Typer(name="lab", cls=FlagsAreFalse, help="Simulated switches.", no_args_is_help=True, rich_markup_mode=None)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"switchcorr {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """What do the phones that dropped have in common that the phones that stayed do not?"""


def _command(group: typer.Typer, function: Callable[..., None], *, short: str, example: str) -> None:
    """Add a command; the example stands on a line of its own and is never wrapped."""
    group.command(cls=HelpfulCommand, short_help=short, epilog=f"\b\nExample:\n{example}")(function)


_command(
    app, correlate, short="What the phones that dropped have in common.",
    example="switchcorr correlate --captures captures --events CiscoSyslog --report r.html",
)  # fmt: skip
_command(
    app,
    report,
    short="The report page, also of the network alone.",
    example="switchcorr report --captures captures --events CiscoSyslog --zip",
)
_command(app, sweep, short="Visit the switches, keep what they answer.", example="switchcorr sweep --inventory inventory --out captures")
_command(app, trust, short="Show and record host keys of switches.", example="switchcorr trust acc-12")
_command(app, doctor, short="What is wrong, here or at a switch, and what to do.", example="switchcorr doctor acc-12")
_command(
    app, locate, short="Where a phone is, or which phones a part carries.", example="switchcorr locate SEP00005E2006F1 --captures captures"
)
_command(
    app, keepalives, short="Keepalives in a packet capture: sent, answered, lost where, who closed.",
    example="switchcorr keepalives phone-side.pcap --other-side server-side.pcap",
)  # fmt: skip
_command(
    app, parse, short="One output to typed rows, for bug reports.",
    example='switchcorr parse --platform cisco_ios --command "sh cdp nei det" output.txt',
)  # fmt: skip
_command(app, demo, short="A simulated campus, explained: start here.", example="switchcorr demo --out switchcorr-demo")
_command(app, ingest, short="Event files into the store, each event once.", example="switchcorr ingest /var/log/cucm/CiscoSyslog*")
_command(
    app,
    listen,
    short="Receive syslog into files that ingest reads.",
    example="switchcorr listen --udp 192.0.2.10:5514 --allow 192.0.2.0/24",
)
_command(
    app, audit, short="The scheduled job: everything, and who is to know.", example="switchcorr audit --inventory inventory --every 15m"
)
_command(
    app, findings, short="What audits found; acknowledge, plan work.",
    example="switchcorr findings --ack module_status-1f2e3d4c --note 'card ordered'",
)  # fmt: skip
_command(app, diff, short="What changed between two looks.", example="switchcorr diff last-1 last")
app.command(
    "incidents", cls=HelpfulCommand, short_help="What was found before, also of one component.",
    epilog="\b\nExample:\nswitchcorr incidents --component module:acc-12/3 --days 90",
)(stored_incidents)  # fmt: skip
_command(app, notify, short="Send the messages that wait, or a test message.", example="switchcorr notify --test")
_command(export, placements, short="Where every phone is.", example="switchcorr export placements --captures captures --format csv")
_command(
    export, incidents, short="Incidents for other programs, or one cause as a drawing.",
    example="switchcorr export incidents --captures captures --events CiscoSyslog --format drawio --cause 1",
)  # fmt: skip
_command(export, graph, short="The network as GraphML.", example="switchcorr export graph --captures captures")
_command(
    export, captures, short="Captured text of a moment, out of the store.",
    example="switchcorr export captures evidence --at 2026-11-22T09:41:00Z",
)  # fmt: skip
_command(lab, serve, short="A simulated campus to sweep.", example="switchcorr lab serve --switches 12 --fault acc-004=hang_mid_output")
store.command("import", cls=HelpfulCommand, short_help="Captures into the store.", epilog="\b\nExample:\nswitchcorr store import captures")(
    store_import
)
_command(
    store, compact, short="Bundle closed days, remove what is too old.", example="switchcorr store compact --store /srv/switchcorr/site.db"
)
_command(store, reparse, short="Facts anew from the captured text.", example="switchcorr store reparse --store /srv/switchcorr/site.db")
_command(store, backup, short="Copy the store.", example="switchcorr store backup /srv/backup/switchcorr-20261122")
_command(store, check, short="Is everything there and whole?", example="switchcorr store check --store /srv/switchcorr/site.db")
_PG = "--store postgresql+psycopg://switchcorr@db.example.org/calls"
_command(app, worker, short="Sweep a site together with other workers.", example=f"switchcorr worker --site oslo --every 15m {_PG}")
_command(work, queue, short="Begin a sweep of a site at once.", example=f"switchcorr work queue --site oslo {_PG}")
_command(work, release, short="Go on after refused logins.", example=f"switchcorr work release --site oslo {_PG}")
_command(work, show, short="How far the sweeps are, what waits.", example=f"switchcorr work show {_PG}")
app.add_typer(export)
app.add_typer(store)
app.add_typer(work)
app.add_typer(lab)


_COLLECT_AFTER = (100_000, 20, 100)
"""Values made between two looks for garbage. A run makes millions of rows that live to its end, and looking through them again
and again takes a tenth of the time of ``correlate`` on 200 switches (8.8 s and 7.8 s, benchmarks/correlate_captures.py)."""


def collect_seldom() -> None:
    """Have the cyclic collector look seldom; for a process that does one job and ends."""
    gc.set_threshold(*_COLLECT_AFTER)


def main(arguments: Sequence[str] | None = None, *, loaded: Callable[[], object] | None = None) -> None:
    """Run, and end with an exit code.

    Args:
        arguments: None takes those of the process.
        loaded: called first, when whatever interrupts it from here on is told.
    """
    collect_seldom()
    prepare_streams()

    def run() -> None:
        if loaded is not None:
            loaded()
        app(arguments)

    sys.exit(outcome_of(run))
