"""A visit into the store: its row, and everything it changes, in one transaction.

Whatever was written once is not written again: a visit is known by its device and its time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from switchcorr.model.tables import DeviceTables, Table
from switchcorr.store import schema
from switchcorr.store.counters import Change, PortState, Since, compare, counters_of, read_state, state_text
from switchcorr.store.facts import SPECS, booted_at, booted_before, is_restarted, write_facts
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.names import as_word, insert_new, numbers_of
from switchcorr.store.open import Store
from switchcorr.store.places import write_places
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.schema import STATUSES, Use
from switchcorr.text import clean

_OUTCOMES = {Use.APPLIED: VisitOutcome.APPLIED, Use.NOTHING: VisitOutcome.NOTHING, Use.LATE: VisitOutcome.LATE}
_PLACES_WHOLE = 1


@dataclass(frozen=True, slots=True)
class _Device:
    """A device's row, held for the time of the transaction."""

    id: int
    applied_at: int


def write_visit(store: Store, record: VisitRecord) -> VisitOutcome:
    """Store one visit and what it changes; all of it, or nothing.

    Raises:
        StoreError: the database says no.
    """
    at = to_ms(record.at)
    learned: dict[str, dict[str, int]] = {}
    with store.writing() as connection:
        device = _device(connection, record)
        if _is_stored(connection, device.id, at):
            return VisitOutcome.REPEATED
        use = Use.NOTHING if record.tables is None else Use.LATE if at <= device.applied_at else Use.APPLIED
        if use is Use.APPLIED and record.tables is not None:
            learned = _apply(connection, device, at, record, record.tables, known=store.ids)
        _write_row(connection, device.id, at, record, use)
    for table, numbers in learned.items():
        store.ids.setdefault(table, {}).update(numbers)
    return _OUTCOMES[use]


def _device(connection: Connection, record: VisitRecord) -> _Device:
    """The row of the device, made if it is new; nobody else writes to the device until the transaction ends."""
    table = schema.device
    query = select(table.c.id, table.c.applied_at, table.c.platform, table.c.host, table.c.site).where(table.c.name == record.device)
    row = connection.execute(query.with_for_update()).first()
    if row is None:
        insert_new(connection, table, [{"name": record.device}])
        row = connection.execute(query.with_for_update()).one()
    told = {"platform": clean(record.platform), "host": clean(record.host), "site": clean(record.site)}
    news = {name: text for name, text in told.items() if text and getattr(row, name) != text}
    if news and to_ms(record.at) >= row.applied_at:
        connection.execute(update(table).where(table.c.id == row.id).values(**news))
    return _Device(row.id, row.applied_at)


def _is_stored(connection: Connection, device_id: int, at: int) -> bool:
    table = schema.visit
    return connection.execute(select(table.c.at).where(table.c.device_id == device_id, table.c.at == at)).first() is not None


def _write_row(connection: Connection, device_id: int, at: int, record: VisitRecord, use: Use) -> None:
    failure = as_word(record.failure)
    sweep = clean(record.sweep) or "unnamed"
    sweep_id = numbers_of(connection, schema.sweep, [sweep])[sweep]
    if record.sweep_started_at is not None:
        started = to_ms(record.sweep_started_at)
        connection.execute(
            update(schema.sweep).where(schema.sweep.c.id == sweep_id, schema.sweep.c.started_at == 0).values(started_at=started)
        )
    connection.execute(
        insert(schema.visit).values(
            device_id=device_id,
            at=at,
            status=STATUSES[record.status],
            use=int(use),
            sweep_id=sweep_id,
            duration_ms=min(round(record.seconds * 1000), 2**31 - 1),
            whole=_mask(record),
            failure_id=numbers_of(connection, schema.word, [failure])[failure] if failure else None,
        )
    )
    if record.raw is not None:
        raw = {"device_id": device_id, "at": at, "digest": record.raw.digest, "size": record.raw.size}
        insert_new(connection, schema.raw, [raw])


def _mask(record: VisitRecord) -> int:
    """What the visit showed all of, a bit each."""
    return sum(1 << spec.kind for spec in SPECS if spec.table in record.whole) | (_PLACES_WHOLE if record.places_whole else 0)


def _apply(
    connection: Connection, device: _Device, at: int, record: VisitRecord, tables: DeviceTables, *, known: Mapping[str, Mapping[str, int]]
) -> dict[str, dict[str, int]]:
    """Take over everything a visit shows; numbers of names that are worth knowing the next time."""
    counters, _ = counters_of(tables)
    names = {*counters, *record.ports, *(place.interface or "" for place in record.places.values())}
    ports = _ports(connection, device.id, names, record)
    booted = booted_at(tables, record.at)
    before = to_moment(device.applied_at) if device.applied_at else None
    since = Since(
        restarted=is_restarted(booted, before=before, known=booted_before(connection, device.id)),
        cleared=_cleared(record, before),
        hardware={name: port.hardware for name, port in record.ports.items() if port.hardware},
    )
    state = _state(connection, device.id)
    changes, after = compare(state, counters, since)
    counter_ids = _write_changes(connection, at, changes, ports, known.get("counter", {}))
    if after != state:
        _write_state(connection, device.id, state_text(after), is_new=not state)
    write_facts(connection, device.id, at, tables, record.whole)
    phones = write_places(connection, device.id, at, record.places, ports=ports, whole=record.places_whole, known=known.get("endpoint"))
    connection.execute(update(schema.device).where(schema.device.c.id == device.id).values(applied_at=at))
    return {"counter": counter_ids, "endpoint": phones}


def _ports(connection: Connection, device_id: int, names: Iterable[str], record: VisitRecord) -> dict[str, int]:
    """Numbers of all ports of the device, with the named ones; their modules are those of this visit."""
    table = schema.port
    query = select(table.c.name, table.c.id, table.c.module).where(table.c.device_id == device_id)
    stored = {name: (number, module) for name, number, module in connection.execute(query)}
    modules = {str(name): clean(port.module) for name, port in record.ports.items()}
    new = sorted(set(map(str, names)) - stored.keys())
    if new:
        insert_new(connection, table, [{"device_id": device_id, "name": name, "module": modules.get(name, "")} for name in new])
        stored = {name: (number, module) for name, number, module in connection.execute(query)}
    for name, module in modules.items():
        if module and stored[name][1] != module:
            connection.execute(update(table).where(table.c.id == stored[name][0]).values(module=module))
    return {name: number for name, (number, _) in stored.items()}


def _cleared(record: VisitRecord, before: datetime | None) -> frozenset[str]:
    """Ports whose counters were cleared since the last visit."""
    if before is None:
        return frozenset()
    return frozenset(str(name) for name, age in record.cleared_ago.items() if age < record.at - before)


def _state(connection: Connection, device_id: int) -> dict[str, PortState]:
    table = schema.counter_state
    text = connection.execute(select(table.c.document).where(table.c.device_id == device_id)).scalar()
    return {} if text is None else read_state(text)


def _write_state(connection: Connection, device_id: int, text: str, *, is_new: bool) -> None:
    table = schema.counter_state
    if is_new:
        insert_new(connection, table, [{"device_id": device_id, "document": text}])
    connection.execute(update(table).where(table.c.device_id == device_id).values(document=text))


def _write_changes(
    connection: Connection, at: int, changes: list[Change], ports: Mapping[str, int], known: Mapping[str, int]
) -> dict[str, int]:
    if not changes:
        return {}
    numbers = numbers_of(connection, schema.counter, {change.counter for change in changes}, known)
    rows = [
        {
            "at": at,
            "port_id": ports[change.port],
            "counter_id": numbers[change.counter],
            "value": change.value,
            "delta": change.delta,
            "flags": int(change.flags),
            "packets": change.packets,
        }
        for change in changes
    ]
    connection.execute(insert(schema.counter_change), rows)
    return numbers


def covers_places(whole: int) -> bool:
    """Whether a visit with this mask showed all phones of its device."""
    return bool(whole & _PLACES_WHOLE)


def whole_tables(whole: int) -> frozenset[Table]:
    """The tables of which a visit with this mask showed everything."""
    return frozenset(spec.table for spec in SPECS if whole & (1 << spec.kind))
