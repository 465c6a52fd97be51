"""CatOS: version and modules.

A module's number is what its port names begin with. It differs from its slot for a routing card: ``15`` and ``16`` sit on the
supervisors in slots 1 and 2. Such a card has a status and ports of its own and is a module; what has no number of its own is a
sub-module of the module it sits on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from switchcorr.model.tables import Module, Table, TableRow, Version
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.ios_hardware import uptime_of
from switchcorr.platforms.rows import list_of, number_of, required_number, text_of


def _version(row: Row) -> Iterator[Version]:
    """The device name is not in the text; the first serial number is that of the chassis, those of the modules follow."""
    if not (text_of(row, "version") or text_of(row, "model") or list_of(row, "serials")):
        raise ValueError("neither a version nor a model nor a serial number")
    yield Version(
        software="CatOS",
        version=text_of(row, "version"),
        model=text_of(row, "model") or text_of(row, "product"),
        serials=tuple(dict.fromkeys(list_of(row, "serials"))),
        uptime=uptime_of(text_of(row, "uptime")),
    )


def _modules(row: Row) -> Iterator[Module]:
    """A card's line, the line of its serial number, or a sub-module's line; ``_join`` makes one module of the first two."""
    yield Module(
        slot=required_number(row, "number"),
        model=text_of(row, "model"),
        serial=text_of(row, "serial"),
        status=text_of(row, "status").lower(),
        card_type=text_of(row, "sub_type") or text_of(row, "card_type"),
        ports=number_of(row, "ports"),
        submodule=bool(text_of(row, "sub_type")),
    )


def _join(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    cards: dict[int | None, Module] = {}
    parts: list[Module] = []
    for row in rows:
        if not isinstance(row, Module):
            continue
        if row.submodule:
            parts.append(row)
        elif row.slot in cards:
            cards[row.slot] = _merged(cards[row.slot], row)
        else:
            cards[row.slot] = row
    return (*cards.values(), *parts)


def _merged(card: Module, more: Module) -> Module:
    return replace(
        card,
        model=card.model or more.model,
        serial=card.serial or more.serial,
        status=card.status or more.status,
        card_type=card.card_type or more.card_type,
        ports=more.ports if card.ports is None else card.ports,
    )


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show version",
        table=Table.VERSION,
        template="cisco_catos_show_version.textfsm",
        rows=_version,
        sweep=True,
        pattern=re.compile(r"sho?w? ver[a-z]* \d{1,2}"),
    ),
    Command(
        text="show module",
        table=Table.MODULES,
        template="cisco_catos_show_module.textfsm",
        rows=_modules,
        sweep=True,
        join=_join,
        pattern=re.compile(r"sho?w? mod[a-z]* \d{1,2}"),
    ),
)
