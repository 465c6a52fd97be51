"""CatOS: ports: status, error counters, auxiliary (voice) VLAN, inline power.

``show port`` prints all of these, one table below the other; commands of their own print one each in the same form.

A counter that a text does not print is absent from its row, never 0. ``show counters`` is of no use: its text does not say of
which port it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import ErrorCounters, InterfaceStatus, PowerPort, Switchport, Table, TableRow
from switchcorr.platforms.catos_names import one_port, port_list
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, text_of
from switchcorr.text import counted

ERROR_COLUMNS: Mapping[str, str] = {
    "align-err": "align_errors",
    "fcs-err": "fcs_errors",
    "xmit-err": "transmit_errors",
    "rcv-err": "receive_errors",
    "undersize": "undersize",
    "single-col": "single_collisions",
    "multi-coll": "multiple_collisions",
    "multi-col": "multiple_collisions",
    "late-coll": "late_collisions",
    "late-col": "late_collisions",
    "excess-col": "excess_collisions",
    "carri-sen": "carrier_sense",
    "runts": "runts",
    "giants": "giants",
}
"""Columns of the error tables, in lower case; ``show interfaces counters errors`` of IOS descends from them."""
_DENIED = "power-deny"
"""How the tables of all platforms call a port that wants power and gets none; CatOS calls it ``denied``."""


def _ports(row: Row) -> Iterator[TableRow]:
    """What one line says of one port."""
    if text_of(row, "status"):
        yield _status(row)
    elif text_of(row, "numbers"):
        counters = _counters(row)
        if counters.counters:
            yield counters
    else:
        yield from _auxiliary(row)


def _status(row: Row) -> InterfaceStatus:
    return InterfaceStatus(
        name=one_port(text_of(row, "port")),
        status=text_of(row, "status").lower(),
        vlan=text_of(row, "vlan").lower(),
        description=text_of(row, "name"),
        duplex=text_of(row, "duplex").strip("-"),
        speed=text_of(row, "speed").strip("-"),
        media=text_of(row, "media"),
    )


def _counters(row: Row) -> ErrorCounters:
    """One line of an error table, by the names of its columns; ``-`` is no value."""
    port = one_port(text_of(row, "port"))
    columns = text_of(row, "columns").lower().split()
    cells = text_of(row, "numbers").split()
    if len(columns) != len(cells):
        raise ValueError(f"{port}: {counted(len(cells), 'number')} below {counted(len(columns), 'column')}")
    unknown = [column for column in columns if column not in ERROR_COLUMNS]
    if unknown:
        raise ValueError(f"{port}: unknown columns: {', '.join(unknown)}")
    pairs = zip(columns, cells, strict=True)
    return ErrorCounters(port, {ERROR_COLUMNS[column]: int(cell) for column, cell in pairs if cell.isdigit()})


def _auxiliary(row: Row) -> Iterator[TableRow]:
    port, vlan = one_port(text_of(row, "port")), text_of(row, "aux")
    if vlan.isdigit():
        yield Switchport(port, voice_vlan=int(vlan))
    if text_of(row, "admin") not in ("", "-"):
        yield _power_port(port, row)


def _power_port(port: InterfaceName, row: Row) -> PowerPort:
    oper, milliwatts = text_of(row, "oper").lower(), number_of(row, "milliwatts")
    device = text_of(row, "device")
    return PowerPort(
        name=port,
        admin=text_of(row, "admin").lower(),
        oper=_DENIED if oper == "denied" else oper,
        watts=None if milliwatts is None else milliwatts / 1000,
        device="" if device in ("none", "-") else device,
    )


def _join(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """One row a port and table: the error tables of a port in one, and the VLAN of its status with that of its phone."""
    counters: dict[InterfaceName, ErrorCounters] = {}
    access: dict[InterfaceName, int] = {}
    kept: list[TableRow] = []
    for row in rows:
        if isinstance(row, ErrorCounters):
            known = counters.get(row.name)
            counters[row.name] = row if known is None else ErrorCounters(row.name, {**known.counters, **row.counters})
            continue
        if isinstance(row, InterfaceStatus) and row.vlan.isdigit():
            access[row.name] = int(row.vlan)
        kept.append(replace(row, access_vlan=access.get(row.name)) if isinstance(row, Switchport) else row)
    return (*kept, *counters.values())


def _power(row: Row) -> Iterator[PowerPort]:
    yield _power_port(one_port(text_of(row, "port")), row)


def _auxiliary_vlan(row: Row) -> Iterator[Switchport]:
    """The ports of one VLAN; ``untagged``, ``dot1p`` and ``none`` are no VLAN of their own."""
    vlan = number_of(row, "vlan")
    for port in port_list(",".join(list_of(row, "ports"))):
        if vlan is not None:
            yield Switchport(port, voice_vlan=vlan)


_PORT = "cisco_catos_show_port.textfsm"
_SHOW_PORT = r"sho?w? port"
_OF = r"\d{1,2}(?:[/ ]\d{1,3}(?:-\d{1,3})?)?"

COMMANDS: tuple[Command, ...] = (
    Command(
        text="show port",
        table=Table.STATUS,
        also=(Table.ERROR_COUNTERS, Table.SWITCHPORTS, Table.POWER),
        template=_PORT,
        rows=_ports,
        join=_join,
        sweep=True,
        pattern=re.compile(rf"{_SHOW_PORT} {_OF}"),
    ),
    Command(
        text="show port status",
        table=Table.STATUS,
        template=_PORT,
        rows=_ports,
        pattern=re.compile(rf"{_SHOW_PORT} stat[a-z]* {_OF}"),
    ),
    Command(
        text="show port counters",
        table=Table.ERROR_COUNTERS,
        template=_PORT,
        rows=_ports,
        join=_join,
        pattern=re.compile(rf"{_SHOW_PORT} cou[a-z]* {_OF}"),
    ),
    Command(
        text="show port auxiliaryvlan",
        table=Table.SWITCHPORTS,
        template="cisco_catos_show_port_auxiliaryvlan.textfsm",
        rows=_auxiliary_vlan,
        pattern=re.compile(rf"{_SHOW_PORT} aux[a-z]* (?:\d{{1,4}}|untagged|dot1p|none)"),
    ),
    Command(
        text="show port inlinepower",
        table=Table.POWER,
        template="cisco_catos_show_port_inlinepower.textfsm",
        rows=_power,
        pattern=re.compile(rf"{_SHOW_PORT} inl[a-z]* {_OF}"),
    ),
)
