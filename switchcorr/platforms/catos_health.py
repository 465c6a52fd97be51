"""CatOS: environment, log, clock."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from switchcorr.model.tables import EnvironmentReading, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.ios_health import clocks, log_messages
from switchcorr.platforms.rows import list_of

_READING = re.compile(r"(?P<what>[A-Z][A-Za-z0-9()/ -]{0,40}?): +(?P<state>\S+)(?: +|$)")
_STATES: Mapping[str, str] = {".": "pass", "F": "fail", "U": "unknown", "N": "not present"}
"""Source: the legend of the output. Other letters are values, not states: ``Clock(A/B): A`` is the clock in use."""


def _environment(row: Row) -> Iterator[EnvironmentReading]:
    """Several readings stand on a line.

    Raises:
        ValueError: something on the line is no reading.
    """
    for line in list_of(row, "readings"):
        if _READING.sub("", line).strip():
            raise ValueError(f"not a reading: {_READING.sub('', line).strip()[:60]!r}")
        for found in _READING.finditer(line):
            state = _STATES.get(found["state"], "")
            yield EnvironmentReading(what=found["what"].strip(), state=state, value="" if state else found["state"])


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show environment",
        table=Table.ENVIRONMENT,
        template="cisco_catos_show_environment.textfsm",
        rows=_environment,
        sweep=True,
    ),
    Command(
        text="show logging buffer",
        table=Table.LOGGING,
        template="cisco_catos_show_logging_buffer.textfsm",
        rows=log_messages,
        sweep=True,
        pattern=re.compile(r"sho?w? log[a-z]* buf[a-z]* -?\d{1,4}"),
    ),
    Command(
        text="show time",
        table=Table.CLOCK,
        template="cisco_catos_show_time.textfsm",
        rows=clocks,
        sweep=True,
    ),
)
