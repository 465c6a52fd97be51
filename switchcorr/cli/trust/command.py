"""``switchcorr trust``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

DeviceNames = Annotated[list[str] | None, typer.Argument(metavar="DEVICE", help="Names of the inventory, or patterns.")]
Every = Annotated[bool, typer.Option("--all", help="Every device of the inventory: one table, one question; changed keys are left alone.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Record without asking. Changed keys need --fingerprint too.")]
Fingerprint = Annotated[
    str, typer.Option("--fingerprint", metavar="SHA256:...", help="Record only if the key of this one device has this fingerprint.")
]


def trust(
    devices: DeviceNames = None,
    every: Every = False,
    yes: Yes = False,
    fingerprint: Fingerprint = "",
    inventory: o.InventoryPlace = None,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """Show the host keys of switches and record them, so that a sweep knows with whom it talks. No password is sent."""
    from switchcorr.cli.context import read_settings
    from switchcorr.cli.trust.run import show_trust, trust_request

    settings = read_settings(config=config, inventory=inventory)
    request = trust_request(settings, devices=devices, every=every, fingerprint=fingerprint)
    if code := show_trust(request, settings, yes=yes, fingerprint=fingerprint, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode(code))
