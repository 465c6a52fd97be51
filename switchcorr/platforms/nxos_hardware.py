"""NX-OS: version, inventory, modules, fabric extenders."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta

from switchcorr.model.tables import ONLINE_DIAGNOSTICS, InventoryItem, Module, Table, Version
from switchcorr.platforms.declaration import Command, Row
from switchcorr.platforms.fexes import read_fex
from switchcorr.platforms.ios_hardware import PASSED
from switchcorr.platforms.rows import has_two_columns, list_of, number_of, text_of
from switchcorr.text import counted

_STATUS = r"[a-z][a-z-]{1,14}(?: \*)?"
_MODULE = re.compile(
    rf"(?P<slot>\d{{1,3}})\s+(?P<ports>\d{{1,3}})\s+(?P<type>\S.*?)\s+(?P<model>\S*[A-Z0-9]-\S*|Nexus1000V)(?:\s+(?P<status>{_STATUS}))?"
)
_MODULE_WITHOUT_MODEL = re.compile(rf"(?P<slot>\d{{1,3}})\s+(?P<ports>\d{{1,3}})\s+(?P<type>\S.*?)\s{{2,}}(?P<status>{_STATUS})")


def _version(row: Row) -> Iterator[Version]:
    if not (text_of(row, "version") or text_of(row, "hostname") or list_of(row, "serial")):
        raise ValueError("neither a version nor a device name nor a serial number")
    yield Version(
        hostname=text_of(row, "hostname"),
        software="NX-OS",
        version=text_of(row, "version"),
        model=text_of(row, "model"),
        serials=list_of(row, "serial"),
        uptime=_uptime(row),
        reload_reason=text_of(row, "reason"),
    )


def _uptime(row: Row) -> timedelta | None:
    parts = [number_of(row, key) for key in ("days", "hours", "minutes", "seconds")]
    days, hours, minutes, seconds = (part or 0 for part in parts)
    if parts[0] is None:
        return None
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


def _inventory(row: Row) -> Iterator[InventoryItem]:
    yield InventoryItem(
        name=text_of(row, "name"), description=text_of(row, "description"), pid=text_of(row, "pid"), serial=text_of(row, "serial")
    )


def _modules(row: Row) -> Iterator[Module]:
    """Line cards and supervisors, then the fabric cards of a Nexus 7000, which have numbers of their own: never a line card's twin."""
    bad: list[str] = []
    yield from _join(list_of(row, "modules"), _by_number(list_of(row, "serials")), bad, submodule=False)
    yield from _join(list_of(row, "fabrics"), _by_number(list_of(row, "fabric_serials")), bad, submodule=True)
    yield from _tests(list_of(row, "tests"))
    if bad:
        raise ValueError(f"not a module: {bad[0]!r}" + (f" and {counted(len(bad) - 1, 'line')} more" if len(bad) > 1 else ""))


def _tests(lines: Iterable[str]) -> Iterator[Module]:
    """Cards whose own tests found something; of two lines on a card the first."""
    for slot, status in _by_slot(lines).items():
        if status not in PASSED:
            yield Module(slot=slot, status=status, card_type=ONLINE_DIAGNOSTICS, submodule=True)


def _by_slot(lines: Iterable[str]) -> Mapping[int, str]:
    parts = [line.split(maxsplit=1) for line in lines]
    return {int(slot): status.lower() for slot, status in reversed(parts)}


def _by_number(lines: Iterable[str]) -> Mapping[str, str]:
    return {line.split()[0]: line.split()[-1] for line in lines}


def _join(lines: Iterable[str], serials: Mapping[str, str], bad: list[str], *, submodule: bool) -> Iterator[Module]:
    """Modules with their serial numbers; a status alone on a line belongs to the module above (output cut at 80 columns)."""
    found: list[dict[str, str | None]] = []
    for line in lines:
        match = _MODULE.fullmatch(line) or _MODULE_WITHOUT_MODEL.fullmatch(line)
        if match and has_two_columns(match["type"]):
            bad.append(line)
        elif match:
            found.append(match.groupdict())
        elif found and not line[0].isdigit() and not found[-1].get("status"):
            found[-1]["status"] = line
        else:
            bad.append(line)
    for cells in found:
        slot = cells["slot"] or ""
        yield Module(
            slot=int(slot),
            model=cells.get("model") or "",
            serial=serials.get(slot, ""),
            status=(cells.get("status") or "").removesuffix(" *"),
            card_type=cells["type"] or "",
            ports=int(cells["ports"] or 0),
            submodule=submodule,
        )


COMMANDS: tuple[Command, ...] = (
    Command(
        text="show version",
        table=Table.VERSION,
        template="cisco_nxos_show_version.textfsm",
        rows=_version,
        sweep=True,
    ),
    Command(
        text="show inventory",
        table=Table.INVENTORY,
        template="cisco_nxos_show_inventory.textfsm",
        rows=_inventory,
        sweep=True,
        aliases=("show inventory all",),
    ),
    Command(
        text="show module",
        table=Table.MODULES,
        template="cisco_nxos_show_module.textfsm",
        rows=_modules,
        sweep=True,
        pattern=re.compile(r"sho?w? mod[a-z]* \d{1,2}"),
    ),
    Command(
        text="show fex",
        table=Table.FEXES,
        template="cisco_nxos_show_fex.textfsm",
        rows=read_fex,
        sweep=True,
    ),
    Command(
        text="show fex detail",
        table=Table.FEXES,
        template="cisco_nxos_show_fex_detail.textfsm",
        rows=read_fex,
        sweep=True,
        pattern=re.compile(r"sho?w? fex \d{1,3}(?: det[a-z]*)?"),
    ),
)
