"""CatOS: CDP. There is no LLDP.

Source: ``show cdp neighbors`` of CatOS 2 to 8. Older releases put the local port last in a record of the detail output and add
a column of capabilities to the summary; ``*`` and ``#`` mark differing VLANs and duplex settings and belong to no value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from switchcorr.model.addresses import name_and_serial
from switchcorr.model.tables import Neighbor, NeighborProtocol, Table
from switchcorr.platforms.catos_names import one_port
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, text_of
from switchcorr.text import counted

_MARKS = " *#"
_CAPABILITIES = re.compile(r"(.*?)\s+([RTBSHIrPM](?:[ ,]+[RTBSHIrPM])*)")
"""A row with capabilities: single letters behind a platform, of which none ends in such a word."""
_CROWDED = re.compile(r"(?P<name>\S+)[ *#]+(?P<port>Port \d+|[A-Za-z][A-Za-z-]*\d+(?:/\d+)*|\d+(?:/\d+)*)[ *#]+(?P<platform>[A-Za-z]\S.*)")
"""A row whose values fill their columns: only one blank is left between them."""


def _summary(row: Row) -> Iterator[Neighbor]:
    cells, capabilities = text_of(row, "cells"), ""
    if found := _CAPABILITIES.fullmatch(cells):
        cells, capabilities = found.groups()
    name, port, platform = _split(cells)
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=one_port(text_of(row, "local")),
        name=name,
        port=port,
        platform=_without_maker(platform),
        capabilities=tuple(re.split(r"[ ,]+", capabilities)) if capabilities else (),
        serial=name_and_serial(name)[1],
    )


def _split(text: str) -> tuple[str, str, str]:
    """Name, port and platform of a row: the columns stand two blanks apart, and ``Port 1`` is one value."""
    cells = [cell.strip(_MARKS) for cell in re.split(r"\s{2,}", text)]
    cells = [cell for cell in cells if cell]
    if len(cells) == 3:
        return cells[0], cells[1], cells[2]
    found = _CROWDED.fullmatch(" ".join(cells))
    if found is None:
        raise ValueError(f"not a name, a port and a platform: {text[:80]!r}")
    return found["name"].rstrip(_MARKS), found["port"], found["platform"]


def _detail(row: Row) -> Iterator[Neighbor]:
    names, ports = list_of(row, "name"), list_of(row, "local")
    if len(names) != 1 or len(ports) != 1 or len(list_of(row, "holdtime")) > 1:
        raise ValueError(
            f"{counted(len(names), 'neighbor')} at {counted(len(ports), 'port')} in one record: a line between two records is damaged"
        )
    software = list_of(row, "software")
    yield Neighbor(
        protocol=NeighborProtocol.CDP,
        local=one_port(ports[0]),
        name=names[0],
        port=_known(row, "port"),
        platform=_without_maker(_known(row, "platform")),
        software=software[0] if software else "",
        capabilities=tuple(_known(row, "capabilities").split()),
        addresses=tuple(dict.fromkeys(list_of(row, "addresses"))),
        serial=name_and_serial(names[0])[1],
        detail=True,
    )
    if software and not text_of(row, "platform"):
        raise ValueError(f"{names[0]}: the version does not end in a platform, a line of this neighbor is damaged; the rest is kept")


def _known(row: Row, key: str) -> str:
    text = text_of(row, key)
    return "" if text.lower() == "unknown" else text


def _without_maker(platform: str) -> str:
    return platform.removeprefix("cisco ").removeprefix("Cisco ")


_SHOW_CDP = r"sho?w? cdp nei[a-z]*"
_OF = r"\d{1,2}(?:[/ ]\d{1,3})?"

COMMANDS: tuple[Command, ...] = (
    Command(
        text="show cdp neighbors",
        table=Table.NEIGHBORS,
        template="cisco_catos_show_cdp_neighbors.textfsm",
        rows=_summary,
        aliases=("show cdp neighbor", "show cdp neighbors capabilities"),
        pattern=re.compile(rf"{_SHOW_CDP} {_OF}(?: cap[a-z]*)?"),
    ),
    Command(
        text="show cdp neighbors detail",
        table=Table.NEIGHBORS,
        template="cisco_catos_show_cdp_neighbors_detail.textfsm",
        rows=_detail,
        sweep=True,
        aliases=("show cdp neighbor detail",),
        pattern=re.compile(rf"{_SHOW_CDP} {_OF} det[a-z]*"),
    ),
)
