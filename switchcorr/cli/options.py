"""Every option of the command line, defined once: the same name and meaning in each command."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import Annotated

import typer


class Format(enum.StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class AnswerFormat(enum.StrEnum):
    """How a correlation is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"


class ExportFormat(enum.StrEnum):
    """What incidents are written as for other programs."""

    JSON = "json"
    CSV = "csv"
    MARKDOWN = "markdown"
    PROMETHEUS = "prometheus"
    SVG = "svg"
    DRAWIO = "drawio"


class GraphFormat(enum.StrEnum):
    """What the network is written as for other programs."""

    GRAPHML = "graphml"
    NETBOX = "netbox"


Captures = Annotated[
    list[Path] | None,
    typer.Option(
        "--captures",
        metavar="DIR",
        help="Captured outputs: folders by device, terminal logs, show-tech. Repeat for snapshots at different times.",
    ),
]
Locations = Annotated[
    Path | None,
    typer.Option(
        "--locations", metavar="FILE.csv", help="Where phones are, from elsewhere: column phone, every other column a thing phones share."
    ),
]
Events = Annotated[
    list[Path] | None,
    typer.Option(
        "--events", metavar="FILE", help="Event log of any known format, or a packet capture, plain, gz or zst. Repeat for several."
    ),
]
Servers = Annotated[list[Path] | None, typer.Option("--servers", metavar="FILE", help="Alerts of the call servers. Repeat for several.")]
Counters = Annotated[
    Path | None, typer.Option("--counters", metavar="FILE.csv", help="Error counters from elsewhere: columns kind, id, delta.")
]
Devices = Annotated[
    Path | None,
    typer.Option("--devices", metavar="FILE.csv", help="What text cannot tell of devices: column device, then site, power, building..."),
]
Kinds = Annotated[
    str, typer.Option("--kinds", metavar="A,B", help="Columns of the locations file that are things phones share; the others are labels.")
]
Core = Annotated[list[str] | None, typer.Option("--core", metavar="NAME", help="A core device: says which way is up. Repeat for several.")]
CallServer = Annotated[
    list[str] | None, typer.Option("--call-server", metavar="ADDRESS", help="Address of a CallManager node. Repeat for several.")
]
Since = Annotated[
    str, typer.Option("--since", metavar="TIME", help="Look for incidents from here on, or from 1h, 7d ago; earlier events are background.")
]
Until = Annotated[str, typer.Option("--until", metavar="TIME", help="Look for incidents up to here, or up to 10m ago.")]
Windows = Annotated[str, typer.Option("--windows", metavar="START/END,...", help="Judge exactly these windows instead of searching.")]
At = Annotated[
    str, typer.Option("--at", metavar="TIME", help="Time of events whose text has none: blocks pasted from Event Viewer, a list of phones.")
]
AtTime = Annotated[str, typer.Option("--at", metavar="TIME", help="Where phones were then.")]
Timezone = Annotated[
    list[str] | None,
    typer.Option(
        "--timezone", metavar="[FILE=]ZONE", help="Zone of times that name none: Europe/Oslo, UTC, +01:00. Repeat for single files."
    ),
]
Year = Annotated[int | None, typer.Option("--year", metavar="YYYY", min=1990, max=2100, help="Year of log lines that name none.")]
Now = Annotated[str, typer.Option("--now", metavar="TIME", help="Fixes the clock, for output that can be repeated.")]
_NO_PAGE = frozenset((".json", ".csv", ".txt", ".md", ".pdf", ".xml"))


def page_path(path: Path | None) -> Path | None:
    """Where the page goes; a file whose name promises something else is refused."""
    if path is not None and path.suffix.lower() in _NO_PAGE:
        raise typer.BadParameter(f"{path}: the page is HTML. Name it .html; what --format prints goes into a file with > {path}.")
    return path


Report = Annotated[Path | None, typer.Option("--report", "--out", metavar="FILE.html", help="Write the report page.", callback=page_path)]
PageOut = Annotated[Path, typer.Option("--out", "--report", metavar="FILE.html", help="The page to write.", callback=page_path)]
AnswerOutput = Annotated[
    AnswerFormat | None, typer.Option("--format", help="Default: table on a terminal, JSON in a pipe; markdown for a ticket.")
]
OutputFormat = Annotated[Format | None, typer.Option("--format", help="Default: table on a terminal, JSON in a pipe.")]
NoPhones = Annotated[bool, typer.Option("--no-phones", help="Leave the list of phones out of the JSON.")]
Calibrate = Annotated[
    bool,
    typer.Option(
        "--calibrate", help="Instead: simulate incidents over this network, learn how far its probabilities can be believed, and keep that."
    ),
]
CalibrationFile = Annotated[
    Path | None, typer.Option("--calibration", metavar="FILE", help="Where the calibration is kept; by default in the state directory.")
]
Workers = Annotated[int | None, typer.Option("--workers", metavar="N", min=1, max=64, help="Processes that parse captured text.")]
Out = Annotated[Path, typer.Option("--out", metavar="DIR", help="Where to write.")]
InventoryPlace = Annotated[
    str | None, typer.Option("--inventory", metavar="PATH", help="The list of switches: a directory, a file, or the URL of a NetBox.")
]
Limit = Annotated[
    str, typer.Option("--limit", metavar="A,B-*,!C", help="Only these devices: names and patterns, with ! those that are left out.")
]
Group = Annotated[str, typer.Option("--group", metavar="G", help="Only the devices of this group.")]
Site = Annotated[str, typer.Option("--site", metavar="S", help="Only the devices of this site.")]
Concurrency = Annotated[
    int | None, typer.Option("--concurrency", metavar="N", min=1, max=1000, help="Most devices visited at the same time.")
]
Algorithms = Annotated[
    list[str] | None,
    typer.Option(
        "--algorithms",
        metavar="NAME=PROFILE",
        help="Permit this device older SSH algorithms (sha1, legacy) in this call only. Repeat for several.",
    ),
]
SweepOut = Annotated[
    Path | None, typer.Option("--out", metavar="DIR", help="Where the captures go; by default a new folder in the state directory.")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Print device and command of everything that would be asked; connect to nothing.")]
Store = Annotated[
    str,
    typer.Option(
        "--store", metavar="URL", help="The store: a path, sqlite:///PATH or postgresql+psycopg://...; by default in the state directory."
    ),
]
Stored = Annotated[
    str,
    typer.Option(
        "--store", metavar="URL", help="Sweeps and events of a store. Without any files, that of the settings or the default one is asked."
    ),
]
IntoStore = Annotated[
    str,
    typer.Option(
        "--store", metavar="URL", help="Then take the captures into this store; without it into that of the settings, if they name one."
    ),
]
Config = Annotated[Path | None, typer.Option("--config", metavar="FILE.toml", help="Settings file.")]
Verbose = Annotated[int, typer.Option("--verbose", "-v", count=True, help="Say more; twice for everything.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing but errors.")]
NotifyTest = Annotated[bool, typer.Option("--test", help="Send one test message to every target, and wait for nothing else.")]
OfComponent = Annotated[
    str,
    typer.Option("--component", metavar="KIND:ID", help="Only what names it as a cause, or is on it: module:acc-12/3, node:cm-sub2."),
]
Suspects = Annotated[bool, typer.Option("--suspects", help="With --component: also those in which it was only suspected.")]
Days = Annotated[int, typer.Option("--days", metavar="N", min=1, max=3660, help="How far back.")]
NoSweep = Annotated[bool, typer.Option("--no-sweep", help="Visit no switch: others keep the store filled.")]
AuditEvents = Annotated[
    list[Path] | None,
    typer.Option("--events", metavar="FILE", help="Event log to take into the store first, besides those of the settings."),
]
Every = Annotated[str, typer.Option("--every", metavar="15m", help="Run again and again: 15m, 2h, 1d. Ctrl-C ends it.")]
PrintSystemd = Annotated[bool, typer.Option("--print-systemd", help="Instead: print the units with which systemd runs it (--every).")]
PrintCron = Annotated[bool, typer.Option("--print-cron", help="Instead: print a line for crontab (--every).")]
Nagios = Annotated[bool, typer.Option("--nagios", help="Print the one line of a Nagios plugin, and end with its exit code 0, 1, 2 or 3.")]
Textfile = Annotated[
    Path | None, typer.Option("--textfile", metavar="FILE.prom", help="Also write numbers for the textfile collector of Prometheus.")
]
Tickets = Annotated[Path | None, typer.Option("--tickets", metavar="FILE.json", help="Also write new incidents as records for ServiceNow.")]
Reports = Annotated[
    Path | None, typer.Option("--reports", metavar="DIR", help="Folder of the report pages; by default reports in the state directory.")
]
