"""``switchcorr parse``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from switchcorr.cli import options as o
from switchcorr.errors import ExitCode

File = Annotated[Path, typer.Argument(metavar="FILE", help="The text of one command.")]
PlatformName = Annotated[str, typer.Option("--platform", metavar="P", help="cisco_ios, cisco_nxos or cisco_catos.")]
CommandText = Annotated[str, typer.Option("--command", metavar='"show ..."', help="The command, abbreviated or not.")]


def parse(file: File, platform: PlatformName, command: CommandText, verbose: o.Verbose = 0, quiet: o.Quiet = False) -> None:
    """One output to typed rows as JSON, with every line that could not be used; for contributors and bug reports."""
    from switchcorr.cli.parse_run import show_parsed

    if show_parsed(file, platform=platform, command=command, verbose=verbose, quiet=quiet):
        raise typer.Exit(ExitCode.PARTIAL)
