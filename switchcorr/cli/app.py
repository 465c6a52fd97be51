"""The command line: the commands, and how every outcome becomes an exit code."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from switchcorr import __version__
from switchcorr.cli.correlate import correlate
from switchcorr.cli.demo import demo
from switchcorr.cli.export import placements
from switchcorr.cli.locate import locate
from switchcorr.cli.parse import parse
from switchcorr.errors import ExitCode, SwitchcorrError

app = typer.Typer(
    name="switchcorr",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
export = typer.Typer(name="export", help="Data for other programs.", no_args_is_help=True, rich_markup_mode=None)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"switchcorr {__version__}")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")] = False,
) -> None:
    """What do the phones that dropped have in common that the phones that stayed do not?"""


app.command(epilog="Example: switchcorr correlate --captures captures --events CiscoSyslog --report incident.html")(correlate)
app.command(epilog="Example: switchcorr locate SEP00070EA2486A --captures captures")(locate)
app.command(epilog='Example: switchcorr parse --platform cisco_ios --command "show cdp neighbors detail" output.txt')(parse)
app.command(epilog="Example: switchcorr demo --out switchcorr-demo")(demo)
export.command(epilog="Example: switchcorr export placements --captures captures --format csv")(placements)
app.add_typer(export)


def main() -> None:
    """Run, and turn every outcome into an exit code."""
    try:
        app()
    except SwitchcorrError as error:
        _tell(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
    except Exception as error:  # noqa: BLE001  # the last line: no traceback on the user's screen
        _tell(_unexpected(error))
        sys.exit(ExitCode.FAILED)


def _tell(error: SwitchcorrError) -> None:
    from switchcorr.cli.output import tell_error

    tell_error(error)


def _unexpected(error: Exception) -> SwitchcorrError:
    import logging

    logging.getLogger("switchcorr").debug("unexpected error", exc_info=error)
    kind = type(error).__name__
    return SwitchcorrError(
        f"unexpected {kind}: {error}.", hint="This is a fault of switchcorr. Run again with -vv and report what it says."
    )
