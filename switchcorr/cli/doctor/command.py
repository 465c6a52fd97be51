"""``switchcorr doctor``."""

from __future__ import annotations

from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

DeviceNames = Annotated[
    list[str] | None, typer.Argument(metavar="DEVICE", help="Names of the inventory, or patterns; without one, this installation.")
]


def doctor(
    devices: DeviceNames = None,
    inventory: o.InventoryPlace = None,
    algorithms: o.Algorithms = None,
    format: o.OutputFormat = None,  # noqa: A002  # the option's name
    workers: o.Workers = None,
    config: o.Config = None,
    verbose: o.Verbose = 0,
    quiet: o.Quiet = False,
) -> None:
    """What a sweep needs, here or at a switch: every step looked at, and what to do where one fails. One visit, one login."""
    from switchcorr.cli.context import find_settings, read_settings
    from switchcorr.cli.doctor.run import doctor_request, show_doctor

    settings = read_settings(config=config, workers=workers, inventory=inventory)
    request = doctor_request(settings, settings_file=find_settings(config), devices=devices, algorithms=algorithms)
    if code := show_doctor(request, format_=format, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode(code))
