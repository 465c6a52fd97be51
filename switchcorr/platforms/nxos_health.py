"""NX-OS: environment, diagnostics, log, clock, redundancy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from switchcorr.model.tables import Clock, EnvironmentReading, Redundancy, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.diagnostics import read_diagnostic
from switchcorr.platforms.ios_health import log_messages
from switchcorr.platforms.rows import text_of

_CLOCK = re.compile(r"[.*]?(\d{1,2}:\d{2}:\d{2})(\.\d{1,6})?\s+(?:UTC|GMT)\s+\w{3}\s+(\w{3}\s+\d{1,2}\s+\d{4})")


def _clock(row: Row) -> Iterator[Clock]:
    text = text_of(row, "text")
    found = _CLOCK.fullmatch(text)
    if not found:
        yield Clock(text)
        return
    time = datetime.strptime(f"{found[3]} {found[1]}", "%b %d %Y %H:%M:%S").replace(tzinfo=UTC)
    yield Clock(text, time)


def _environment(row: Row) -> Iterator[EnvironmentReading]:
    names = (
        ("Power supply", text_of(row, "supply")),
        ("Fan", text_of(row, "fan")),
        ("Module", text_of(row, "module")),
        ("Temperature", text_of(row, "sensor")),
    )
    kind, name = next((pair for pair in names if pair[1]), ("", ""))
    reading = text_of(row, "reading")
    yield EnvironmentReading(
        what=f"{kind} {' '.join(name.split())}".strip(),
        state=text_of(row, "state"),
        value="" if reading in ("N/A", "--") else reading,
    )


def _redundancy(row: Row) -> Iterator[Redundancy]:
    yield Redundancy(my_state=text_of(row, "my_state"), peer_state=text_of(row, "peer_state"), mode=text_of(row, "mode"))


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show clock",
        table=Table.CLOCK,
        template="cisco_nxos_show_clock.textfsm",
        rows=_clock,
        sweep=True,
    ),
    Command(
        text="show logging logfile",
        table=Table.LOGGING,
        template="cisco_nxos_show_logging.textfsm",
        rows=log_messages,
        sweep=True,
        aliases=("show logging", "show logging last", "show logging nvram"),
        pattern=re.compile(r"sho?w? log[a-z]* last \d{1,6}"),
    ),
    Command(
        text="show environment",
        table=Table.ENVIRONMENT,
        template="cisco_nxos_show_environment.textfsm",
        rows=_environment,
        sweep=True,
        aliases=(
            "show environment power",
            "show environment power detail",
            "show environment temperature",
            "show environment fan",
            "show environment fan detail",
        ),
    ),
    Command(
        text="show diagnostic result module all",
        table=Table.DIAGNOSTICS,
        template="cisco_nxos_show_diagnostic_result.textfsm",
        rows=read_diagnostic,
        aliases=("show diagnostic result module all detail",),
        pattern=re.compile(r"show diagnostic result module (?:\d{1,2}|all|test)(?: test \S+)?(?: detail)?"),
    ),
    Command(
        text="show redundancy status",
        table=Table.REDUNDANCY,
        template="cisco_nxos_show_redundancy_status.textfsm",
        rows=_redundancy,
        aliases=("show system redundancy status",),
    ),
)
