"""IOS and IOS-XE: interfaces, their counters, status, descriptions, ASICs.

A counter that a text does not print is absent from its row, never 0. A counter line that is cut costs the counters behind
the cut: what stands before it is kept, and the cut item is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

from switchcorr.model.addresses import MacAddress
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import AsicPort, ErrorCounters, Interface, InterfaceDescription, InterfaceStatus, Table
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import has_two_columns, list_of, number_of, reject_two_columns, reject_unknown, text_of
from switchcorr.text import clean, counted

COUNTER_LABELS: Mapping[str, str] = {
    "packets input": "input_packets",
    "runts": "runts",
    "giants": "giants",
    "throttles": "throttles",
    "input errors": "input_errors",
    "crc": "crc",
    "frame": "frame",
    "overrun": "overrun",
    "ignored": "ignored",
    "abort": "abort",
    "watchdog": "watchdog",
    "pause input": "input_pause",
    "packets output": "output_packets",
    "underruns": "underruns",
    "output errors": "output_errors",
    "collisions": "collisions",
    "interface resets": "interface_resets",
    "unknown protocol drops": "unknown_protocol_drops",
    "babbles": "babbles",
    "late collision": "late_collisions",
    "late collisions": "late_collisions",
    "deferred": "deferred",
    "lost carrier": "lost_carrier",
    "no carrier": "no_carrier",
    "pause output": "output_pause",
    "output buffer failures": "output_buffer_failures",
    "carrier transitions": "carrier_transitions",
}
"""What ``show interfaces`` writes behind a number, in lower case, and the counter it is."""

_LABELS_WITHOUT_USE = frozenset(
    (
        "bytes",
        "no buffer",
        "multicast",
        "broadcasts",
        "multicasts",
        "input packets with dribble condition detected",
        "output buffers swapped out",
        "transitions",
        "output broadcasts",
    )
)
_LABELS = {**dict.fromkeys(_LABELS_WITHOUT_USE, ""), **COUNTER_LABELS}
"""All labels; the counter of one without use is empty."""

ERROR_COLUMNS: Mapping[str, str] = {
    "align-err": "align_errors",
    "fcs-err": "fcs_errors",
    "xmit-err": "transmit_errors",
    "rcv-err": "receive_errors",
    "undersize": "undersize",
    "outdiscards": "output_discards",
    "single-col": "single_collisions",
    "multi-col": "multiple_collisions",
    "late-col": "late_collisions",
    "excess-col": "excess_collisions",
    "exces-col": "excess_collisions",
    "carri-sen": "carrier_sense",
    "runts": "runts",
    "giants": "giants",
    "oversize": "oversize",
    "indiscards": "input_discards",
    "symbol-err": "symbol_errors",
    "stomped-crc": "stomped_crc",
    "deferred-tx": "deferred",
}
"""Columns of ``show interfaces counters errors`` (IOS) and ``show interface counters errors`` (NX-OS), in lower case."""
_LONGEST_DESCRIPTION = 18
"""Characters of a description in ``show interfaces status``; further ones are cut off."""
_COLUMNS_WITHOUT_USE = frozenset(("sqetest-err", "intmactx-er", "intmacrx-er"))


def _interface(row: Row) -> Iterator[Interface]:
    if len(list_of(row, "hardware")) > 1:
        raise ValueError(f"{text_of(row, 'interface')}: lines of two interfaces under one name, the header of the second is damaged")
    counters, odd = _read_counters(row["counters"])
    for name, key in (("output_drops", "output_drops"), ("input_queue_drops", "input_queue_drops")):
        drops = number_of(row, key)
        if drops is not None:
            counters[name] = drops
    mac = text_of(row, "mac")
    protocol = text_of(row, "protocol")
    yield Interface(
        name=InterfaceName.parse(text_of(row, "interface")),
        admin_up=not text_of(row, "admin").startswith(("administratively", "deleted")),
        line_up=protocol == "up" if protocol else None,
        hardware=text_of(row, "hardware"),
        mac=MacAddress.parse(mac) if mac else None,
        description=text_of(row, "description"),
        duplex=text_of(row, "duplex").lower(),
        speed=_speed(text_of(row, "speed")),
        last_cleared=text_of(row, "last_cleared"),
        counters=counters,
    )
    if odd:
        raise ValueError(f"{text_of(row, 'interface')}: {odd}; the other values of this interface are kept")


def _read_counters(lines: Iterable[str]) -> tuple[dict[str, int], str]:
    """Counters of one interface, and what was odd about its lines.

    A counter that comes a second time belongs to an interface whose header is damaged: from there on nothing is taken.
    """
    counters: dict[str, int] = {}
    odd = ""
    for line in lines:
        items, rest = _read_counter_line(line)
        odd = odd or rest
        for name, value in items:
            if name in counters:
                return counters, f"{name} comes twice, lines of another interface follow"
            counters[name] = value
    return counters, odd


@lru_cache(maxsize=4096)
def _read_counter_line(line: str) -> tuple[tuple[tuple[str, int], ...], str]:
    """Counters of one line, and the first item that is none; most lines are the same for many interfaces."""
    counters: list[tuple[str, int]] = []
    odd = ""
    for item in clean(line).split(","):
        number, _, label = item.strip().partition(" ")
        name = _LABELS.get(label.lower())
        if name is None or not number.isdigit():
            odd = odd or f"not a counter: {item.strip()!r}"
        elif name:
            counters.append((name, int(number)))
    return tuple(counters), odd


def _speed(text: str) -> str:
    return "auto" if text.lower().startswith("auto") else text


def read_error_columns(row: Row) -> Iterator[ErrorCounters]:
    """One line of an error-counter table, by the names of its columns; ``--`` is no value.

    A port has one row a table: the tables stand below each other because a line is too short for all columns.

    Raises:
        ValueError: as many numbers as columns are missing, or a column's name is unknown.
    """
    reject_unknown(row)
    counters, unknown = _read_error_line(text_of(row, "columns"), text_of(row, "numbers"))
    if counters:
        yield ErrorCounters(InterfaceName.parse(text_of(row, "interface")), dict(counters))
    if unknown:
        raise ValueError(f"unknown columns: {unknown}; the others are kept")


@lru_cache(maxsize=1024)
def _read_error_line(heading: str, numbers: str) -> tuple[Mapping[str, int], str]:
    """Counters of one line below a heading, and the columns that nobody knows; most lines are the same for many ports: zeros."""
    names, unknown = _error_columns(heading)
    cells = numbers.split()
    if len(names) != len(cells):
        raise ValueError(f"{counted(len(cells), 'number')} below {counted(len(names), 'column')}")
    counters: dict[str, int] = {}
    for name, cell in zip(names, cells, strict=True):
        if not name or cell == "--":
            continue
        if not cell.isdigit():
            raise ValueError(f"{name}: not a number: {cell!r}")
        counters[name] = int(cell)
    return counters, unknown


@lru_cache(maxsize=64)
def _error_columns(heading: str) -> tuple[tuple[str, ...], str]:
    """Counters of a heading's columns, empty for those without use, and the columns that nobody knows; the same for all rows below."""
    columns = heading.lower().split()
    unknown = [column for column in columns if column not in ERROR_COLUMNS and column not in _COLUMNS_WITHOUT_USE]
    return tuple(ERROR_COLUMNS.get(column, "") for column in columns), ", ".join(unknown)


def read_status(row: Row) -> Iterator[InterfaceStatus]:
    """One line of the status table, whose description has 18 characters at most and no VLAN is called ``auto``.

    Raises:
        ValueError: a cell stands in the column beside its own. Or another line follows on the same one; the first is given without its type.
    """
    media = text_of(row, "media")
    vlan, description = text_of(row, "vlan").lower(), text_of(row, "description")
    if vlan == "auto":
        raise ValueError("the duplex stands for the VLAN: the status is damaged")
    if len(description) > _LONGEST_DESCRIPTION:
        reject_two_columns(description, "description")
    yield InterfaceStatus(
        name=InterfaceName.parse(text_of(row, "interface")),
        status=text_of(row, "status").lower().partition(":")[0],
        vlan=vlan,
        description=_filled(description),
        duplex=_filled(text_of(row, "duplex")),
        speed=_filled(text_of(row, "speed")),
        media="" if has_two_columns(media) else _filled(media),
    )
    reject_two_columns(media, "type")


def _filled(text: str) -> str:
    return "" if text == "--" else text


def _err_disabled(row: Row) -> Iterator[InterfaceStatus]:
    yield InterfaceStatus(
        name=InterfaceName.parse(text_of(row, "interface")),
        status="err-disabled",
        description=text_of(row, "description"),
        reason=text_of(row, "reason"),
    )


def _description(row: Row) -> Iterator[InterfaceDescription]:
    """One line. A protocol is up or down, and the status ``admin down``, never ``admin``: else a cell is damaged, and the one behind it took its place."""
    status, protocol = text_of(row, "status"), text_of(row, "protocol")
    if status == "admin" or protocol not in ("up", "down"):
        raise ValueError(f"no status and protocol: {status!r} and {protocol!r}")
    yield InterfaceDescription(
        name=InterfaceName.parse(text_of(row, "interface")),
        status=status,
        protocol=protocol,
        description=text_of(row, "description"),
    )


def _capability(row: Row) -> Iterator[AsicPort]:
    """The ASIC is not numbered in the text: its ports are. The first group of ports is ASIC 0."""
    core = text_of(row, "subports")
    yield AsicPort(
        name=InterfaceName.parse(text_of(row, "interface")),
        asic=_group(text_of(row, "ports")),
        core=_group(core) if core else None,
    )


def _group(ports: str) -> int:
    """Number of a group of ports among groups of its size.

    >>> _group("1-24"), _group("25-48"), _group("7")
    (0, 1, 6)

    Raises:
        ValueError: it is no range, or groups of its size do not end where it begins (3-6): it would get the number of another one.
    """
    first, _, last = ports.partition("-")
    size = int(last or first) - int(first) + 1
    if size < 1 or int(first) < 1:
        raise ValueError(f"not a range of ports: {ports!r}")
    number, rest = divmod(int(first) - 1, size)
    if rest:
        raise ValueError(f"the ports {ports} are no group that has a number")
    return number


def _asic(row: Row) -> Iterator[AsicPort]:
    """By the names of the columns: releases differ in their order.

    A line with more or fewer cells than columns is damaged, and nobody knows from where on its cells are those of other columns.
    """
    columns, found = _SERDES.sub("serdes", text_of(row, "columns").lower()).split(), text_of(row, "cells").split()
    if len(columns) != len(found):
        raise ValueError(f"{counted(len(found), 'cell')} below {counted(len(columns), 'column')}")
    cells = dict(zip(columns, found, strict=True))
    if not cells.get("asic", "").isdigit():
        raise ValueError("no number in the column Asic")
    core = cells.get("core", "")
    yield AsicPort(InterfaceName.parse(cells.get("interface", "")), int(cells["asic"]), int(core) if core.isdigit() else None)


_SERDES = re.compile(r"(?:first|last) serdes")
"""The columns whose name has a blank."""
_SHOW = r"sho?w? int[a-z]*"
"""How "show interfaces" is typed, for spellings with parameters; those without are found by the beginnings of their words."""

COMMANDS: tuple[Command, ...] = (
    Command(
        text="show interfaces",
        table=Table.INTERFACES,
        template="cisco_ios_show_interfaces.textfsm",
        rows=_interface,
        sweep=True,
        aliases=("show interface",),
        pattern=re.compile(rf"{_SHOW} (?:[a-z]{{1,3}}|[a-z-]{{0,20}}(?:ethernet|gige|channel)|vlan) ?\d[\d/.]*", re.IGNORECASE),
    ),
    Command(
        text="show interfaces counters errors",
        table=Table.ERROR_COUNTERS,
        template="cisco_ios_show_interfaces_counters_errors.textfsm",
        rows=read_error_columns,
        sweep=True,
        aliases=("show interface counters errors",),
        pattern=re.compile(
            rf"{_SHOW} (?:\S*\d\S* count[a-z]* err[a-z]*|count[a-z]* err[a-z]* mod[a-z]* \d{{1,2}}|count[a-z]* mod[a-z]* \d{{1,2}} err[a-z]*)"
        ),
    ),
    Command(
        text="show interfaces status",
        table=Table.STATUS,
        template="cisco_ios_show_interfaces_status.textfsm",
        rows=read_status,
        sweep=True,
        aliases=("show interface status", "show interfaces status module"),
        pattern=re.compile(rf"{_SHOW} (?:stat[a-z]* mod[a-z]* \d{{1,2}}|\S*\d\S* stat[a-z]*)"),
    ),
    Command(
        text="show interfaces status err-disabled",
        table=Table.STATUS,
        template="cisco_ios_show_interfaces_status_err-disabled.textfsm",
        rows=_err_disabled,
        aliases=("show interface status err-disabled",),
    ),
    Command(
        text="show interfaces description",
        table=Table.DESCRIPTIONS,
        template="cisco_ios_show_interfaces_description.textfsm",
        rows=_description,
        aliases=("show interface description",),
    ),
    Command(
        text="show interfaces capabilities",
        table=Table.ASICS,
        template="cisco_ios_show_interfaces_capabilities.textfsm",
        rows=_capability,
        aliases=("show interface capabilities",),
        retold=("interface",),
        pattern=re.compile(rf"{_SHOW} (?:cap[a-z]* mod[a-z]* \d{{1,2}}|\S*\d\S* cap[a-z]*)"),
    ),
    Command(
        text="show platform software fed switch active ifm mappings",
        table=Table.ASICS,
        template="cisco_ios_show_platform_software_fed_ifm_mappings.textfsm",
        rows=_asic,
        aliases=("show platform software fed active ifm mappings", "show platform software fed switch ifm mappings"),
        pattern=re.compile(r"show platform software fed (?:switch )?(?:active |standby |\d )?ifm mappings(?: lpn)?"),
    ),
)
