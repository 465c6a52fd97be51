"""``switchcorr keepalives``."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode


class TakenAt(enum.StrEnum):
    """Where a capture was taken."""

    PHONE = "phone"
    SERVER = "server"


Capture = Annotated[Path, typer.Argument(metavar="CAPTURE", help="Packet capture: pcap or pcapng, plain, gz or zst.")]
OtherSideFile = Annotated[
    Path | None,
    typer.Option("--other-side", metavar="B.pcap", help="Capture of the same time at the other end: tells which way lost what."),
]
TakenAtSide = Annotated[
    TakenAt | None, typer.Option("--taken-at", help="Where CAPTURE was taken; by default what the hop counts of its packets tell.")
]
Ports = Annotated[
    list[str] | None,
    typer.Option(
        "--port", metavar="PROTOCOL=N", help="A further port of call servers: sccp, sccp_tls, sip or sip_tls. Repeat for several."
    ),
]


def keepalives(
    capture: Capture,
    other_side: OtherSideFile = None,
    taken_at: TakenAtSide = None,
    port: Ports = None,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Does each phone send its keepalives, does the call server answer, what got lost on which side, and who closed?"""
    from switchcorr.cli.keepalives_run import show_keepalives
    from switchcorr.jobs.keepalives import KeepalivesRequest, ports_of
    from switchcorr.model.keepalive import CaptureSide

    request = KeepalivesRequest(
        capture=capture,
        other_side=other_side,
        taken_at=CaptureSide(taken_at.value) if taken_at else None,
        ports=ports_of(port or ()),
    )
    if show_keepalives(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
