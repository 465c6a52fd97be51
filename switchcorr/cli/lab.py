"""``switchcorr lab ...``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o

Switches = Annotated[
    int, typer.Option("--switches", metavar="N", help="Access switches; core, distribution, a Nexus and a CatOS come on top.")
]
Directory = Annotated[Path, typer.Option("--dir", metavar="DIR", help="Where inventory, password and host keys are written.")]
Faults = Annotated[
    list[str] | None,
    typer.Option("--fault", metavar="NAME=FAULT[@COMMAND]", help="What is wrong with a switch (docs/lab.md). Repeat for several."),
]
Think = Annotated[int, typer.Option("--think", metavar="MS", min=0, help="Milliseconds before each answer.")]
RoundTrip = Annotated[int, typer.Option("--round-trip", metavar="MS", min=0, help="Milliseconds of a packet's way there and back.")]
Legacy = Annotated[int, typer.Option("--legacy", metavar="N", min=0, help="How many offer the oldest SSH algorithms only: the last ones.")]
JournalFile = Annotated[Path | None, typer.Option("--journal", metavar="FILE", help="Write down every byte received, as JSON lines.")]


def serve(
    switches: Switches = 12,
    dir: Directory = Path("switchcorr-lab"),  # noqa: A002  # the option's name
    fault: Faults = None,
    think: Think = 0,
    round_trip: RoundTrip = 0,
    legacy: Legacy = 0,
    journal: JournalFile = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """A simulated campus as SSH servers on 127.0.0.1, with an inventory for a sweep; until Ctrl-C."""
    from switchcorr.cli.logs import set_up_logging
    from switchcorr.cli.output import tell
    from switchcorr.jobs.lab import LabOpened, LabRequest, serve_lab
    from switchcorr.text import counted

    def tell_opened(lab: LabOpened) -> None:
        if quiet:
            return
        faulty = "".join(f"  {name}: {fault}\n" for name, fault in lab.faulty)
        tell(f"{counted(lab.devices, 'switch')} on 127.0.0.1. {'Something is wrong with:' if faulty else 'All are healthy.'}\n{faulty}")
        tell(f"In another terminal:\n\n  {lab.sweep}\n\nCtrl-C ends it.")

    set_up_logging(verbose=verbose, quiet=quiet)
    request = LabRequest(dir, switches, tuple(fault or ()), think, round_trip, legacy, journal)
    served = serve_lab(request, tell_opened)
    if not quiet:
        tell(
            f"\n{counted(served.connections, 'connection')}, {counted(served.logins, 'login')}, {served.refused} refused, {counted(served.lines, 'line')} received."
        )
