"""CatOS: environment, diagnostics, log, clock."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from switchcorr.model.tables import DiagnosticResult, EnvironmentReading, Table, TableRow
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.ios_health import clocks, log_messages
from switchcorr.platforms.rows import list_of, reject_unknown, required_number, text_of
from switchcorr.text import counted

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


def _system(row: Row) -> Iterator[EnvironmentReading]:
    """The states of the chassis; a supply that is not there prints ``none``, and an alarm that is on is no good state."""
    for what in ("PS1", "PS2", "Fan", "System"):
        yield EnvironmentReading(what=what, state=text_of(row, what.lower()))
    alarm = text_of(row, "temperature_alarm")
    yield EnvironmentReading(what="Temperature", state="ok" if alarm == "off" else "alarm", value=alarm)


_RESULTS: Mapping[str, str] = {".": "pass", "PASS": "pass", "F": "fail", "FAIL": "fail"}
"""Everything else was not tested, or does not exist on this card."""


def _test(row: Row) -> Iterator[DiagnosticResult]:
    """The results of one line: single tests, the card as a whole, or one letter a port.

    Raises:
        ValueError: as many letters as ports are missing, or something on the line is no result.
    """
    reject_unknown(row)
    module = required_number(row, "module")
    reading = text_of(row, "readings")
    for found in _READING.finditer(reading):
        yield DiagnosticResult(None, module, found["what"].strip(), _RESULTS.get(found["state"], "untested"))
    if _READING.sub("", reading).strip():
        raise ValueError(f"not a result: {_READING.sub('', reading).strip()[:60]!r}")
    if text_of(row, "card"):
        yield DiagnosticResult(None, module, "Line Card", _RESULTS.get(text_of(row, "card"), "untested"))
    letters = text_of(row, "letters").split()
    if letters:
        yield _port_results(row, module, letters)


def _port_results(row: Row, module: int, letters: Sequence[str]) -> DiagnosticResult:
    ports, test = text_of(row, "ports").split(), text_of(row, "test")
    if not test or len(ports) != len(letters):
        raise ValueError(
            f"module {module} {test or 'test without name'}: {counted(len(ports), 'port')} and {counted(len(letters), 'result')}"
        )
    results = [_RESULTS.get(letter, "untested") for letter in letters]
    failed = tuple(int(port) for port, result in zip(ports, results, strict=True) if result == "fail")
    return DiagnosticResult(None, module, test, _worst(results), failed)


def _worst(results: Iterable[str]) -> str:
    found = set(results)
    return next((result for result in ("fail", "pass") if result in found), "untested")


def _join_tests(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """One row a test: the ports of a card stand on several lines."""
    found: dict[tuple[int | None, str], DiagnosticResult] = {}
    for row in rows:
        if isinstance(row, DiagnosticResult):
            key = row.slot, row.test
            known = found.get(key, row)
            ports = tuple(dict.fromkeys((*known.failed_ports, *row.failed_ports)))
            found[key] = replace(row, result=_worst((known.result, row.result)), failed_ports=ports)
    return found.values()


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show environment",
        table=Table.ENVIRONMENT,
        template="cisco_catos_show_environment.textfsm",
        rows=_environment,
        sweep=True,
    ),
    Command(
        text="show system",
        table=Table.ENVIRONMENT,
        template="cisco_catos_show_system.textfsm",
        rows=_system,
        sweep=True,
    ),
    Command(
        text="show test",
        table=Table.DIAGNOSTICS,
        template="cisco_catos_show_test.textfsm",
        rows=_test,
        join=_join_tests,
        pattern=re.compile(r"sho?w? test \d{1,2}"),
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
