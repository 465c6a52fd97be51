"""A visit into the store: its row, and everything it changes, in one transaction.

Whatever was written once is not written again: a visit is known by its device and its time.
"""

from __future__ import annotations

import time
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from operator import itemgetter

from sqlalchemy import Connection, Integer, bindparam, insert, select, update

from switchcorr.model.tables import DeviceTables, Table
from switchcorr.store import schema
from switchcorr.store.counters import FIRST_SIGHT, Change, PortState, Since, compare, counters_of, read_state, state_text
from switchcorr.store.facts import SPECS, booted_at, booted_before, is_restarted, write_facts
from switchcorr.store.locking import HOLD_S, TURN_S
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.names import as_word, insert_new, numbers_of
from switchcorr.store.open import Store
from switchcorr.store.places import write_places
from switchcorr.store.records import VisitOutcome, VisitRecord
from switchcorr.store.rewind import take_back_newer
from switchcorr.store.schema import STATUSES, Use
from switchcorr.store.waiting import while_away
from switchcorr.text import clean

_OUTCOMES = {Use.APPLIED: VisitOutcome.APPLIED, Use.NOTHING: VisitOutcome.NOTHING, Use.LATE: VisitOutcome.LATE}
PLACES_WHOLE = 1
"""The bit of ``visit.whole`` that says that all phones of the device were shown."""
_FIND_DEVICE = select(schema.device).where(schema.device.c.name == bindparam("of_name")).with_for_update()
_APPLIED = update(schema.device).where(schema.device.c.id == bindparam("of_id"))
_FIND_VISIT = select(schema.visit_use).where(schema.visit.c.device_id == bindparam("of_device"), schema.visit.c.at == bindparam("of_at"))
_SETTLE_VISIT = (
    update(schema.visit)
    .where(schema.visit.c.device_id == bindparam("of_device"), schema.visit.c.at == bindparam("of_at"))
    .values(outcome=schema.outcome_with(bindparam("now_use", type_=Integer), bindparam("now_whole", type_=Integer)))
)
_SWEEP_BEGAN = update(schema.sweep).where(schema.sweep.c.id == bindparam("of_id"), schema.sweep.c.started_at == 0)
_PORTS = select(schema.port.c.name, schema.port.c.id, schema.port.c.module).where(schema.port.c.device_id == bindparam("of_device"))
_PORT_MODULE = update(schema.port).where(schema.port.c.id == bindparam("of_id"))
_STATE = select(schema.counter_state.c.document).where(schema.counter_state.c.device_id == bindparam("of_device"))
_NEW_STATE = update(schema.counter_state).where(schema.counter_state.c.device_id == bindparam("of_device"))
_Numbers = dict[str, dict[str, int]]
_KEPT = ("counter", "endpoint", "sweep")
"""Tables of names whose numbers are remembered from visit to visit."""


@dataclass(frozen=True, slots=True)
class _Device:
    """A device's row, held for the time of the transaction."""

    id: int
    applied_at: int


def write_visits(store: Store, records: Iterable[VisitRecord], *, hold_s: float = HOLD_S) -> Iterator[tuple[VisitRecord, VisitOutcome]]:
    """Store many visits, and tell of each once it is on the disk.

    A file takes as many in one transaction as fit into ``hold_s``. On a server each visit is its own: several that write the same names
    in different order could wait for each other in a ring; a server that is away is waited for (``store.away_s``).

    Raises:
        StoreError: the database says no; what was told before is stored.
    """
    rest = iter(records)
    first = next(rest, None)
    on_file = store.url.file is not None
    while first is not None:
        if on_file:
            done = _write_some(store, first, rest, until=time.monotonic() + hold_s)
        else:
            done = while_away(partial(_write_some, store, first), wait_s=store.away_s)
        yield from done
        first = next(rest, None)
        if first is not None and on_file:
            time.sleep(TURN_S)


def _write_some(
    store: Store, first: VisitRecord, rest: Iterator[VisitRecord] | None = None, *, until: float = 0
) -> list[tuple[VisitRecord, VisitOutcome]]:
    """Write one visit, and as many more as fit in the time, in one transaction. One alone may be repeated: its key is natural."""
    done: list[tuple[VisitRecord, VisitOutcome]] = []
    learned: _Numbers = {name: {} for name in _KEPT}
    known = {name: ChainMap(news, store.ids.get(name, {})) for name, news in learned.items()}
    with store.writing() as connection:
        record: VisitRecord | None = first
        while record is not None:
            outcome, news = _write(connection, record, known)
            _merge(learned, news)
            done.append((record, outcome))
            record = next(rest, None) if rest is not None and time.monotonic() < until else None
    _merge(store.ids, learned)
    return done


def _merge(known: _Numbers, news: _Numbers) -> None:
    for table, numbers in news.items():
        known.setdefault(table, {}).update(numbers)


def _write(connection: Connection, record: VisitRecord, known: Mapping[str, Mapping[str, int]]) -> tuple[VisitOutcome, _Numbers]:
    """Write one visit within a transaction; what became of it, and numbers of names that are worth knowing the next time."""
    at = to_ms(record.at)
    device = _device(connection, record)
    stored = connection.execute(_FIND_VISIT, {"of_device": device.id, "of_at": at}).scalar()
    if stored is not None and stored != Use.PENDING:
        return VisitOutcome.REPEATED, {}
    if stored is not None and record.tables is not None and at <= device.applied_at and take_back_newer(connection, device.id, at):
        device = _device(connection, record)
    use = Use.NOTHING if record.tables is None else Use.LATE if at <= device.applied_at else Use.APPLIED
    learned: _Numbers = {}
    if use is Use.APPLIED and record.tables is not None:
        learned = _apply(connection, device, at, record, record.tables, known=known)
    if stored is not None:
        connection.execute(_SETTLE_VISIT, {"of_device": device.id, "of_at": at, "now_use": int(use), "now_whole": _mask(record)})
    else:
        learned["sweep"] = _write_row(connection, device.id, at, record, use, known.get("sweep", {}))
    return _OUTCOMES[use], learned


def _device(connection: Connection, record: VisitRecord) -> _Device:
    """The row of the device, made if it is new; nobody else writes to the device until the transaction ends."""
    name = clean(record.device)
    row = connection.execute(_FIND_DEVICE, {"of_name": name}).first()
    if row is None:
        insert_new(connection, schema.device, [{"name": name}])
        row = connection.execute(_FIND_DEVICE, {"of_name": name}).one()
    told = {"platform": clean(record.platform), "host": clean(record.host), "site": clean(record.site)}
    news = {name: text for name, text in told.items() if text and getattr(row, name) != text}
    if news and to_ms(record.at) >= row.applied_at:
        connection.execute(update(schema.device).where(schema.device.c.id == row.id).values(**news))
    return _Device(row.id, row.applied_at)


def _write_row(connection: Connection, device_id: int, at: int, record: VisitRecord, use: Use, known: Mapping[str, int]) -> dict[str, int]:
    failure = as_word(record.failure)
    sweep = clean(record.sweep) or "unnamed"
    sweeps = numbers_of(connection, schema.sweep, [sweep], known)
    if sweep not in known and record.sweep_started_at is not None:
        connection.execute(_SWEEP_BEGAN, {"of_id": sweeps[sweep], "started_at": to_ms(record.sweep_started_at)})
    row = {
        "device_id": device_id,
        "at": at,
        "sweep_id": sweeps[sweep],
        "duration_ms": min(round(record.seconds * 1000), 2**31 - 1),
        "outcome": schema.outcome_of(STATUSES[record.status], use, _mask(record)),
        "failure_id": numbers_of(connection, schema.word, [failure])[failure] if failure else None,
    }
    connection.execute(insert(schema.visit), row)
    if record.raw is not None:
        insert_new(connection, schema.raw, [{"device_id": device_id, "at": at, "digest": record.raw.digest, "size": record.raw.size}])
    return sweeps


def _mask(record: VisitRecord) -> int:
    """What the visit showed all of, a bit each."""
    return sum(1 << spec.kind for spec in SPECS if spec.table in record.whole) | (PLACES_WHOLE if record.places_whole else 0)


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
    connection.execute(_APPLIED, {"of_id": device.id, "applied_at": at})
    return {"counter": counter_ids, "endpoint": phones}


def _ports(connection: Connection, device_id: int, names: Iterable[str], record: VisitRecord) -> dict[str, int]:
    """Numbers of all ports of the device, with the named ones; their modules are those of this visit."""
    stored = {name: (number, module) for name, number, module in connection.execute(_PORTS, {"of_device": device_id})}
    modules = {str(name): port.module for name, port in record.ports.items() if port.module}
    new = sorted(set(map(str, names)) - stored.keys())
    if new:
        insert_new(connection, schema.port, [{"device_id": device_id, "name": name, "module": modules.get(name, "")} for name in new])
        stored = {name: (number, module) for name, number, module in connection.execute(_PORTS, {"of_device": device_id})}
    changed = [{"of_id": stored[name][0], "module": module} for name, module in modules.items() if stored[name][1] != module]
    if changed:
        connection.execute(_PORT_MODULE, changed)
    return {name: number for name, (number, _) in stored.items()}


def _cleared(record: VisitRecord, before: datetime | None) -> frozenset[str]:
    """Ports whose counters were cleared since the last visit."""
    if before is None:
        return frozenset()
    return frozenset(str(name) for name, age in record.cleared_ago.items() if age < record.at - before)


def _state(connection: Connection, device_id: int) -> dict[str, PortState]:
    text = connection.execute(_STATE, {"of_device": device_id}).scalar()
    return {} if text is None else read_state(text)


def _write_state(connection: Connection, device_id: int, text: str, *, is_new: bool) -> None:
    if is_new:
        insert_new(connection, schema.counter_state, [{"device_id": device_id, "document": text}])
    connection.execute(_NEW_STATE, {"of_device": device_id, "document": text})


def _write_changes(
    connection: Connection, at: int, changes: list[Change], ports: Mapping[str, int], known: Mapping[str, int]
) -> dict[str, int]:
    if not changes:
        return {}
    numbers = numbers_of(connection, schema.counter, {change.counter for change in changes}, known)
    grown: list[dict[str, object]] = []
    first: list[dict[str, object]] = []
    for change in changes:
        row: dict[str, object] = {
            "at": at,
            "port_id": ports[change.port],
            "counter_id": numbers[change.counter],
            "value": change.value,
            "flags": int(change.flags),
            "packets": change.packets,
        }
        if change.flags & FIRST_SIGHT and not change.delta:
            first.append(row)
        else:
            grown.append({**row, "delta": change.delta})
    for table, rows in ((schema.counter_change, grown), (schema.counter_first, first)):
        if rows:
            connection.execute(insert(table), sorted(rows, key=itemgetter("port_id", "counter_id")))
    return numbers


def whole_tables(whole: int) -> frozenset[Table]:
    """The tables of which a visit with this mask showed everything; the MAC table is no fact, it is part of the places."""
    kept = frozenset(spec.table for spec in SPECS if whole & (1 << spec.kind))
    return kept | {Table.NEIGHBORS, Table.MAC} if whole & PLACES_WHOLE else kept
