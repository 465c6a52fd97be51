"""IOS and IOS-XE: diagnostics, fabric extenders, redundancy, environment, and what virtual pairs and chassis say of their parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from switchcorr.model.tables import EnvironmentReading, Module, Redundancy, StackMember, Table, TableRow
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.diagnostics import read_diagnostic
from switchcorr.platforms.fexes import read_fex
from switchcorr.platforms.ios_hardware import uptime_of
from switchcorr.platforms.rows import number_of, text_of

_PARTS = (
    ("supply", "power supply {}"), ("fan", "fan {}"), ("tray", "fan tray {}"), ("system", "{}"), ("place", "{} temperature"), ("device", "{}"),
    ("location", "{}"), ("sensor", "{}"),
)  # fmt: skip
"""Cells of the environment that name a thing, in the order in which they make up its name, and how each is put."""


def _redundancy(row: Row) -> Iterator[Redundancy]:
    if not text_of(row, "my_state"):
        raise ValueError("no line that tells the state of this processor")
    yield Redundancy(
        my_state=text_of(row, "my_state"),
        peer_state=text_of(row, "peer_state"),
        mode=text_of(row, "mode"),
        last_switchover=text_of(row, "last_switchover"),
        switchovers=number_of(row, "switchovers"),
        in_state=uptime_of(text_of(row, "in_state")),
    )


def _environment(row: Row) -> Iterator[EnvironmentReading]:
    """One reading, named as its part is printed.

    The number of a stack member goes down to lines that name none (``FAN PS-1 is OK``); a supply ``2A`` and a sensor with a
    location name their own.
    """
    named = [put.format(text_of(row, key)) for key, put in _PARTS if text_of(row, key)]
    value = text_of(row, "reading")
    words = named or ["temperature"]
    if text_of(row, "switch") and not text_of(row, "location") and not text_of(row, "supply")[:1].isdigit():
        words = [f"switch {text_of(row, 'switch')}", *words]
    yield EnvironmentReading(what=" ".join(" ".join(words).split()), state=text_of(row, "state"), value=" ".join(value.split()))


def _pair_link(row: Row) -> Iterator[StackMember]:
    number = number_of(row, "switch")
    if number is not None:
        yield StackMember(number)


def join_pair(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """Each switch of a virtual pair once, whatever the number of its links."""
    return dict.fromkeys(rows)


def _slot(row: Row) -> Iterator[Module]:
    status, _, role = text_of(row, "status").lower().partition(", ")
    yield Module(
        switch=number_of(row, "member"),
        slot=number_of(row, "slot"),
        model=text_of(row, "model"),
        serial=text_of(row, "serial"),
        status=status,
        card_type=role,
        ports=number_of(row, "ports"),
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        "show diagnostic result module all detail", Table.DIAGNOSTICS, "cisco_ios_show_diagnostic_result.textfsm", read_diagnostic, sweep=True,
        aliases=(
            "show diagnostic result module all", "show diagnostic result all", "show diagnostic result all detail",
            "show diagnostic result switch all", "show diagnostic result switch all detail",
            "show diagnostic result module test detail", "show diagnostic result switch test detail", "show diagnostic result switch module test detail",
        ),
        pattern=re.compile(
            r"sho?w? diag[a-z]* res[a-z]*(?: swi[a-z]* (?:\d{1,2}|all))?(?: mod[a-z]* (?:\d{1,2}|all))?(?: test [\w,-]{1,40})?(?: det[a-z]*)?"
        ),
    ),
    Command("show fex", Table.FEXES, "cisco_ios_show_fex.textfsm", read_fex),
    Command(
        "show fex detail", Table.FEXES, "cisco_ios_show_fex_detail.textfsm", read_fex, pattern=re.compile(r"sho?w? fex \d{1,3}(?: det[a-z]*)?"),
    ),
    Command("show redundancy", Table.REDUNDANCY, "cisco_ios_show_redundancy.textfsm", _redundancy, sweep=True),
    Command("show redundancy states", Table.REDUNDANCY, "cisco_ios_show_redundancy_states.textfsm", _redundancy),
    Command(
        "show environment all", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment, sweep=True, aliases=("show environment",),
    ),
    Command("show environment status", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment),
    Command(
        "show environment temperature", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment,
        aliases=("show environment temperature status",),
    ),
    Command(
        "show environment power all", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment, aliases=("show environment power",),
    ),
    Command("show environment fan", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment),
    Command("show environment stack", Table.ENVIRONMENT, "cisco_ios_show_environment.textfsm", _environment),
    Command(
        "show stackwise-virtual link", Table.STACK, "cisco_ios_show_stackwise-virtual_link.textfsm", _pair_link, join=join_pair,
        aliases=("show stackwise-virtual switch link",), pattern=re.compile(r"show stackw[a-z-]* switch \d link"),
    ),
    Command("show platform", Table.MODULES, "cisco_ios_show_platform.textfsm", _slot),
)  # fmt: skip
