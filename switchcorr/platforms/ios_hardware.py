"""IOS and IOS-XE: version, inventory, modules, stack members.

``show module`` prints a card in several tables; the rows are joined by switch and slot, so that a card is one ``Module``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta

from switchcorr.model.addresses import MacAddress
from switchcorr.model.tables import ONLINE_DIAGNOSTICS, InventoryItem, MemberUptime, Module, StackMember, Table, TableRow, Version
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.rows import list_of, number_of, reject_two_columns, required_number, text_of

_SPAN = re.compile(r"(\d{1,5}) (year|week|day|hour|minute)s?")
_DAYS = {"year": 365.0, "week": 7.0, "day": 1.0, "hour": 1 / 24, "minute": 1 / 1440}
_EMPTY = frozenset(("", "N/A", "n/a"))
_SERIAL = re.compile(r"[A-Z]{3}\d{4}[0-9A-Z]{4}")
"""A serial number: place, year and week of making, and what tells one from another. No model is called so."""
PASSED = frozenset(("pass", "bypass", "untested", "unknown", "not applicable", "not available"))
"""Words for tests of a card that found nothing, or were not done."""
_MEMBER = re.compile(r"Switch \d{1,2}")
_VIRTUAL = re.compile(r"switch virtual|virtual switch", re.IGNORECASE)


def uptime_of(text: str) -> timedelta | None:
    """``1 year, 2 weeks, 3 days, 4 hours, 5 minutes``; a year is 365 days as IOS counts. None if it is no such text.

    >>> uptime_of("2 weeks, 1 day, 3 hours, 2 minutes")
    datetime.timedelta(days=15, seconds=10920)
    """
    found = _SPAN.findall(text)
    return timedelta(days=sum(int(count) * _DAYS[unit] for count, unit in found)) if found else None


def _version(row: Row) -> Iterator[Version]:
    serials = dict.fromkeys((*list_of(row, "serials"), *list_of(row, "board")))
    if not (text_of(row, "software") or text_of(row, "hostname") or serials):
        raise ValueError("neither software nor a device name nor a serial number")
    yield Version(
        hostname=text_of(row, "hostname"),
        software=text_of(row, "software"),
        version=text_of(row, "version"),
        model=text_of(row, "model"),
        serials=tuple(serials),
        uptime=uptime_of(text_of(row, "uptime")),
        reload_reason=text_of(row, "last_reload") or text_of(row, "reload"),
        virtual_switch=bool(_VIRTUAL.search(text_of(row, "software"))),
        members=tuple(_members(list_of(row, "members"))),
    )
    missing = [key for key in ("version", "uptime") if not text_of(row, key)]
    if missing:
        raise ValueError(f"no line that tells {' and '.join(missing)}; the other values are kept")


def _members(lines: Sequence[str]) -> Iterator[MemberUptime]:
    """Uptimes that stand right below the number of their member, and the reason right below them: else a line is lost, and whose they are is not told."""
    for number, uptime, reason in zip(lines, lines[1:], (*lines[2:], ""), strict=False):
        span = uptime_of(uptime)
        if _MEMBER.fullmatch(number) and span is not None:
            why = reason.partition(":")[2].strip() if reason.lower().startswith("last") else ""
            yield MemberUptime(int(number.split()[1]), span, why)


def inventory_items(row: Row) -> Iterator[InventoryItem]:
    """One entry; blanks that only look like a value are empty."""
    pid, serial = text_of(row, "pid"), text_of(row, "serial")
    name, description = text_of(row, "name").strip('"'), text_of(row, "description").strip('"')
    if not name:
        raise ValueError(f"PID {pid!r}, serial number {serial!r}: the line with the name is missing")
    yield InventoryItem(name, description, "" if pid in _EMPTY else pid, "" if serial in _EMPTY else serial)


def _modules(row: Row) -> Iterator[Module]:
    member, slot = number_of(row, "member"), number_of(row, "slot")
    if member is None and slot is None:
        return
    tested = text_of(row, "diag")
    if tested:
        yield Module(switch=number_of(row, "switch"), slot=slot, status=tested.lower(), card_type=ONLINE_DIAGNOSTICS, submodule=True)
        return
    card_type = text_of(row, "card_type") or text_of(row, "sub")
    reject_two_columns(card_type, "type")
    model, status = text_of(row, "model"), text_of(row, "status").lower()
    if _SERIAL.fullmatch(model) or len(status) == 1:
        raise ValueError(f"the columns are damaged: model {model!r}, status {status!r}")
    yield Module(
        switch=member if member is not None else number_of(row, "switch"),
        slot=slot,
        model=model,
        serial=text_of(row, "serial"),
        status=status,
        card_type=card_type,
        ports=number_of(row, "ports"),
        submodule=bool(text_of(row, "sub")),
    )


def join_modules(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """Cards of one output, each once: its status comes from another table of the same output. Tests are left out where they found nothing.

    Where chassis are numbered, a card without its chassis' number is left out: the line that names the chassis is damaged, and
    reported, and the card may be any chassis' card of that slot.
    """
    cards: dict[tuple[int | None, int | None], Module] = {}
    others: list[Module] = []
    modules = [row for row in rows if isinstance(row, Module)]
    numbered = any(row.switch is not None and row.slot is not None for row in modules)
    for row in modules:
        if numbered and row.switch is None:
            continue
        key = row.switch, row.slot
        if row.submodule:
            others += [row] if row.card_type != ONLINE_DIAGNOSTICS or row.status not in PASSED else []
        elif key in cards and not row.model and not row.ports:
            cards[key] = replace(cards[key], status=row.status)
        else:
            cards[key] = row
    return (*cards.values(), *others)


def _stack(row: Row) -> Iterator[StackMember]:
    mac = text_of(row, "mac")
    reject_two_columns(text_of(row, "state"), "state")
    yield StackMember(
        number=required_number(row, "number"),
        role=text_of(row, "role").lower(),
        mac=MacAddress.parse(mac) if mac else None,
        priority=number_of(row, "priority"),
        state=text_of(row, "state").lower(),
    )


def _virtual(row: Row) -> Iterator[StackMember]:
    """The switches of a pair as one of them tells of them; one whose number or role is lost is left out.

    Raises:
        ValueError: a number without its role, or a role without its number, once the others are given.
    """
    torn = []
    for side in ("local", "peer"):
        number, role = text_of(row, side), text_of(row, f"{side}_role")
        if number and role:
            yield StackMember(int(number), role.lower().removeprefix("virtual switch "))
        elif number or role:
            torn.append(f"the {side} switch has {f'number {number} and no role' if number else f'the role {role!r} and no number'}")
    if torn:
        raise ValueError("; ".join(torn))


def join_members(rows: Sequence[TableRow]) -> Iterable[TableRow]:
    """Members of a pair that both switches tell of, each once."""
    return {row.number: row for row in reversed(rows) if isinstance(row, StackMember)}.values()


COMMANDS: tuple[Command, ...] = (
    Command(
        "show version", Table.VERSION, "cisco_ios_show_version.textfsm", _version, sweep=True, retold=("software", "version", "prose"),
    ),
    Command(
        "show inventory", Table.INVENTORY, "cisco_ios_show_inventory.textfsm", inventory_items, sweep=True,
        aliases=("show inventory all", "show inventory raw"), pattern=re.compile(r"show inventory [a-z]{1,12}"),
    ),
    Command(
        "show module", Table.MODULES, "cisco_ios_show_module.textfsm", _modules, sweep=True, join=join_modules,
        aliases=("show module all", "show module switch all"), pattern=re.compile(r"show module (?:switch )?\d{1,2}"),
    ),
    Command(
        "show switch detail", Table.STACK, "cisco_ios_show_switch_detail.textfsm", _stack, sweep=True, aliases=("show switch",),
    ),
    Command("show switch virtual", Table.STACK, "cisco_ios_show_switch_virtual.textfsm", _virtual, join=join_members, aliases=("show switch virtual role",)),
)  # fmt: skip
