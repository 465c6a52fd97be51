"""What a device says of itself, row by row, as intervals: a row that is as it was is not written again.

A row's ``item`` tells it from the others of its kind (an interface, a slot, a neighbor at an interface); its value is the row without
what changes all the time: counters, watts, temperatures, how long ago. The tables of a moment can be made of it again.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, insert, select, update

from switchcorr.model.tables import (
    AsicPort,
    DeviceTables,
    DiagnosticResult,
    EnvironmentReading,
    Fex,
    Interface,
    InterfaceStatus,
    InventoryItem,
    Lag,
    Module,
    Neighbor,
    PowerPort,
    Redundancy,
    SpanningTreePort,
    StackMember,
    Switchport,
    Table,
    TableRow,
    Version,
    Vlan,
)
from switchcorr.store import schema
from switchcorr.store.codec import encode
from switchcorr.store.moments import to_moment
from switchcorr.store.names import insert_new
from switchcorr.store.schema import OPEN, FactKind
from switchcorr.text import clean

SAME_BOOT = timedelta(minutes=10)
"""Two start times of a device that are nearer than this are one: "uptime" is printed in minutes, and clocks drift. Assumed."""
_ITEM_LIMIT = 300


@dataclass(frozen=True, slots=True)
class FactSpec:
    """How rows of one table become facts.

    Attributes:
        item: what tells a row from the others.
        left_out: fields that change all the time.
    """

    kind: FactKind
    row: type
    item: Callable[[Any], str]
    left_out: frozenset[str] = frozenset()
    fields: tuple[str, ...] = field(init=False)
    values: Callable[[Any], object] = field(init=False)
    defaults: Mapping[str, object] = field(init=False)

    def __post_init__(self) -> None:
        kept = [one for one in dataclasses.fields(self.row) if one.name not in self.left_out]
        object.__setattr__(self, "fields", tuple(one.name for one in kept))
        object.__setattr__(self, "values", attrgetter(*self.fields))
        object.__setattr__(self, "defaults", {one.name: one.default for one in kept})

    @property
    def table(self) -> Table:
        """The table of the rows."""
        return Table(self.kind.label)


def _name(row: Any) -> str:  # one of many row types
    return str(row.name)


def _slot(row: Module | DiagnosticResult) -> str:
    return f"{'' if row.switch is None else row.switch}/{'' if row.slot is None else row.slot}"


SPECS: tuple[FactSpec, ...] = (
    FactSpec(FactKind.VERSION, Version, lambda _: "", frozenset({"uptime", "members"})),
    FactSpec(FactKind.INVENTORY, InventoryItem, _name),
    FactSpec(FactKind.MODULES, Module, lambda row: f"{_slot(row)}{'/sub' if row.submodule else ''}"),
    FactSpec(FactKind.STACK, StackMember, lambda row: str(row.number)),
    FactSpec(FactKind.INTERFACES, Interface, _name, frozenset({"counters", "last_cleared"})),
    FactSpec(FactKind.STATUS, InterfaceStatus, _name),
    FactSpec(FactKind.SWITCHPORTS, Switchport, _name),
    FactSpec(FactKind.NEIGHBORS, Neighbor, lambda row: f"{row.local} {row.protocol.value} {row.name or row.chassis_id} {row.port}"),
    FactSpec(FactKind.LAGS, Lag, _name),
    FactSpec(FactKind.SPANNING_TREE, SpanningTreePort, lambda row: f"{row.instance} {row.name}"),
    FactSpec(FactKind.POWER, PowerPort, _name, frozenset({"watts"})),
    FactSpec(FactKind.DIAGNOSTICS, DiagnosticResult, lambda row: f"{_slot(row)} {row.test}"),
    FactSpec(FactKind.ASICS, AsicPort, _name),
    FactSpec(FactKind.FEXES, Fex, lambda row: str(row.number)),
    FactSpec(FactKind.REDUNDANCY, Redundancy, lambda _: "", frozenset({"in_state"})),
    FactSpec(FactKind.ENVIRONMENT, EnvironmentReading, lambda row: row.what, frozenset({"value"})),
    FactSpec(FactKind.VLANS, Vlan, lambda row: str(row.number)),
)
"""The tables that are kept. MAC, ARP, clock and log are not: phones stand in the places, the rest in the captured text."""
SPEC_OF: Mapping[FactKind, FactSpec] = {spec.kind: spec for spec in SPECS}

_place_of = and_(schema.fact.c.device_id == bindparam("of_device"), schema.fact.c.kind == bindparam("of_kind"))
_CLOSE = update(schema.fact).where(_place_of, schema.fact.c.item == bindparam("of_item"), schema.fact.c.since == bindparam("of_since"))

_DIGESTS = select(schema.fact_digest.c.kind, schema.fact_digest.c.digest).where(schema.fact_digest.c.device_id == bindparam("of_device"))
_OPEN_FACTS = select(schema.fact.c.kind, schema.fact.c.item, schema.fact.c.since, schema.fact.c.value).where(
    schema.fact.c.device_id == bindparam("of_device"),
    schema.fact.c.kind.in_(bindparam("of_kinds", expanding=True)),
    schema.fact.c.until == OPEN,
)


def booted_at(tables: DeviceTables, at: datetime) -> datetime | None:
    """Since when a device runs, to the second; None if it does not say."""
    uptime = next((row.uptime for row in tables.version if row.uptime is not None), None)
    return None if uptime is None else (at - uptime).replace(microsecond=0)


def _boots(tables: DeviceTables, at: datetime) -> dict[str, datetime]:
    """Since when a device runs, under an empty name, and members of its stack, under their numbers; nothing if it does not say."""
    started = booted_at(tables, at)
    if started is None:
        return {}
    members = {str(one.number): (at - one.uptime).replace(microsecond=0) for row in tables.version for one in row.members}
    return {"": started, **members}


def is_restarted(booted: datetime | None, *, before: datetime | None, known: datetime | None) -> bool:
    """Whether a device was reloaded since the last visit: it runs since later than that, and not since when it was known to run."""
    if booted is None or before is None or booted <= before:
        return False
    return known is None or abs(booted - known) >= SAME_BOOT


def write_facts(connection: Connection, device_id: int, at: int, tables: DeviceTables, whole: Iterable[Table]) -> None:
    """Take over what a visit says: open what is new or changed, close what is gone (only of tables that are whole)."""
    complete = frozenset(whole)
    told = {spec.kind: rows for spec in SPECS if (rows := getattr(tables, spec.kind.label)) or spec.table in complete}
    digests = {kind: _digest(SPEC_OF[kind], rows) for kind, rows in told.items()}
    changed = _changed(connection, device_id, told, digests, complete)
    wanted = {(kind, item): value for kind in changed for item, value in _items(SPEC_OF[kind], told[kind]).items()}
    kinds = set(changed)
    started = _boots(tables, to_moment(at))
    if started:
        kinds.add(FactKind.BOOT)
    if not kinds:
        return
    open_ = _open_facts(connection, device_id, kinds)
    wanted |= {(FactKind.BOOT, name): _boot(moment, open_.get((FactKind.BOOT, name))) for name, moment in started.items()}
    closing = [
        (kind, item, since)
        for (kind, item), (since, value) in open_.items()
        if ((kind, item) in wanted and wanted[kind, item] != value) or ((kind, item) not in wanted and _table_of(kind) in complete)
    ]
    opening = [key for key, value in wanted.items() if key not in open_ or open_[key][1] != value]
    _write(connection, device_id, at, closing, [(kind, item, wanted[kind, item]) for kind, item in opening])
    _write_digests(connection, device_id, {kind: digests[kind] if SPEC_OF[kind].table in complete else b"" for kind in changed})


def _table_of(kind: FactKind) -> Table:
    """The table that tells a kind; starts stand in the one of the version."""
    return Table.VERSION if kind is FactKind.BOOT else SPEC_OF[kind].table


def _changed(
    connection: Connection,
    device_id: int,
    told: Mapping[FactKind, Sequence[TableRow]],
    digests: Mapping[FactKind, bytes],
    whole: frozenset[Table],
) -> list[FactKind]:
    """Kinds that are not as they were; a table that is not whole always counts as such."""
    known = {kind: bytes(digest) for kind, digest in connection.execute(_DIGESTS, {"of_device": device_id})}
    return [kind for kind in told if SPEC_OF[kind].table not in whole or known.get(kind) != digests[kind]]


def _digest(spec: FactSpec, rows: Sequence[TableRow]) -> bytes:
    """A hash of what is kept of the rows, in their order. Not of their JSON: making that is most of the work."""
    return hashlib.blake2b(repr([spec.values(row) for row in rows]).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _items(spec: FactSpec, rows: Sequence[TableRow]) -> dict[str, str]:
    """Values by item; a second row with the same item gets ``#2`` behind it."""
    found: dict[str, str] = {}
    for row in rows:
        item = clean(spec.item(row), limit=_ITEM_LIMIT)
        number = 1
        while (name := item if number == 1 else f"{item}#{number}") in found:
            number += 1
        found[name] = _value(spec, row)
    return found


def _value(spec: FactSpec, row: TableRow) -> str:
    kept = {name: encode(value) for name, default in spec.defaults.items() if (value := getattr(row, name)) != default}
    return json.dumps(kept, separators=(",", ":"))


def _boot(started: datetime, known: tuple[int, str] | None) -> str:
    """The start of a device or a member: the known one, unless it is another."""
    if known is not None and abs(datetime.fromisoformat(json.loads(known[1])) - started) < SAME_BOOT:
        return known[1]
    return json.dumps(started.isoformat())


def _open_facts(connection: Connection, device_id: int, kinds: Iterable[FactKind]) -> dict[tuple[FactKind, str], tuple[int, str]]:
    rows = connection.execute(_OPEN_FACTS, {"of_device": device_id, "of_kinds": sorted(kinds)})
    return {(FactKind(kind), item): (since, value) for kind, item, since, value in rows}


def _write(
    connection: Connection,
    device_id: int,
    at: int,
    closing: Sequence[tuple[FactKind, str, int]],
    opening: Sequence[tuple[FactKind, str, str]],
) -> None:
    if closing:
        rows = [
            {"of_device": device_id, "of_kind": int(kind), "of_item": item, "of_since": since, "until": at} for kind, item, since in closing
        ]
        connection.execute(_CLOSE, rows)
    if opening:
        connection.execute(
            insert(schema.fact),
            [
                {"device_id": device_id, "kind": int(kind), "item": item, "since": at, "until": OPEN, "value": value}
                for kind, item, value in opening
            ],
        )


def _write_digests(connection: Connection, device_id: int, digests: Mapping[FactKind, bytes]) -> None:
    if not digests:
        return
    table = schema.fact_digest
    connection.execute(delete(table).where(table.c.device_id == device_id, table.c.kind.in_([int(kind) for kind in digests])))
    rows = [{"device_id": device_id, "kind": int(kind), "digest": digest} for kind, digest in digests.items() if digest]
    insert_new(connection, table, rows)


def booted_before(connection: Connection, device_id: int) -> datetime | None:
    """Since when a device was known to run."""
    known = _open_facts(connection, device_id, [FactKind.BOOT]).get((FactKind.BOOT, ""))
    return None if known is None else datetime.fromisoformat(json.loads(known[1]))
