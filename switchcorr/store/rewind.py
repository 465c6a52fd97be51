"""Goes back to before a moment, so that the captured text of all visits since can be read again by a newer parser.

Only what the text can tell again is taken back: visits stay, marked as pending, and each is settled when it was read again. A process that
is killed in between leaves pending visits, and the next run goes on with them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from switchcorr.errors import StoreError
from switchcorr.store import schema
from switchcorr.store.counters import CounterFlag, PortState, read_state, state_text
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.named_changes import named_changes
from switchcorr.store.open import Store
from switchcorr.store.raw import RawFiles, RawPlace
from switchcorr.store.schema import OPEN, Use

_OTHER = "?"
"""Hardware that is known to have been other than what came after."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A visit whose text is to be read again."""

    device: str
    at: datetime
    sweep: str
    sweep_started_at: datetime | None
    place: RawPlace


def rewind(store: Store, *, now: datetime) -> int:
    """Take back what visits with captured text told; how many are pending now.

    It reaches back to the first visit since which there is the text of every one that was applied: what older ones told stays. Visits of the
    future, which a wrong clock has written, are kept and no longer used: else every right one after them would count as late.
    """
    visit, raw = schema.visit, schema.raw
    with store.writing() as connection:
        has_text = select(raw.c.at).where(raw.c.device_id == visit.c.device_id, raw.c.at == visit.c.at).exists()
        last_without = connection.execute(
            select(func.max(visit.c.at)).where(schema.visit_use == int(Use.APPLIED), ~has_text, visit.c.at <= to_ms(now))
        ).scalar()
        begin = (last_without or 0) + 1
        _take_back(connection, begin)
        connection.execute(
            update(visit).where(visit.c.at >= begin, has_text, visit.c.at <= to_ms(now)).values(outcome=schema.outcome_with(Use.PENDING))
        )
        connection.execute(
            update(visit).where(visit.c.at > to_ms(now), schema.visit_use != int(Use.NOTHING)).values(outcome=schema.outcome_with(Use.LATE))
        )
        return connection.execute(select(func.count()).select_from(visit).where(schema.visit_use == int(Use.PENDING))).scalar_one()


def refuse_without_text(store: Store, files: RawFiles) -> None:
    """Refuse to take anything back where most of the text is gone: what was made of it would be lost, and could not be made again.

    Raises:
        StoreError: more than half of the visits with captured text have none on the disk.
    """
    raw = schema.raw
    with store.reading() as connection:
        rows = connection.execute(select(raw.c.digest, raw.c.size, raw.c.bundle, raw.c.start)).all()
    missing = sum(not files.is_there(RawPlace(digest, size, bundle or "", start or 0)) for digest, size, bundle, start in rows)
    if 2 * missing > len(rows):
        raise StoreError(
            f"{files.path}: the captured text of {missing} of {len(rows)} visits is not there, and what was made of it would be lost.",
            hint="Is the folder another one, or not mounted? Restore it from a backup; nothing was changed.",
        )


def pending_sweeps(store: Store) -> tuple[str, ...]:
    """Sweeps with pending visits, in order of their first one."""
    visit, sweep = schema.visit, schema.sweep
    query = (
        select(sweep.c.name)
        .join_from(visit, sweep, sweep.c.id == visit.c.sweep_id)
        .where(schema.visit_use == int(Use.PENDING))
        .group_by(sweep.c.name)
        .order_by(func.min(visit.c.at), sweep.c.name)
    )
    with store.reading() as connection:
        return tuple(connection.execute(query).scalars())


def pending_visits(store: Store, sweep_name: str) -> tuple[Pending, ...]:
    """The pending visits of a sweep, by device and time."""
    visit, sweep, raw, device = schema.visit, schema.sweep, schema.raw, schema.device
    query = (
        select(device.c.name, visit.c.at, sweep.c.started_at, raw.c.digest, raw.c.size, raw.c.bundle, raw.c.start)
        .join_from(visit, sweep, sweep.c.id == visit.c.sweep_id)
        .join(device, device.c.id == visit.c.device_id)
        .join(raw, (raw.c.device_id == visit.c.device_id) & (raw.c.at == visit.c.at))
        .where(schema.visit_use == int(Use.PENDING), sweep.c.name == sweep_name)
        .order_by(device.c.name, visit.c.at)
    )
    with store.reading() as connection:
        return tuple(
            Pending(
                row.name, to_moment(row.at), sweep_name, to_moment(row.started_at) if row.started_at else None,
                RawPlace(row.digest, row.size, row.bundle or "", row.start or 0),
            )
            for row in connection.execute(query)
        )  # fmt: skip


def _take_back(connection: Connection, begin: int) -> None:
    """Undo every change since ``begin``."""
    visit, device = schema.visit, schema.device
    states = _states_before(connection, begin)
    for table in (schema.counter_change, schema.counter_first):
        connection.execute(delete(table).where(table.c.at >= begin))
    for table in (schema.place, schema.fact):
        connection.execute(delete(table).where(table.c.since >= begin))
        connection.execute(update(table).where(table.c.until >= begin, table.c.until < OPEN).values(until=OPEN))
    connection.execute(delete(schema.fact_digest))
    for device_id, state in states.items():
        where = schema.counter_state.c.device_id == device_id
        if state:
            connection.execute(update(schema.counter_state).where(where).values(document=state_text(state)))
        else:
            connection.execute(delete(schema.counter_state).where(where))
    last = (
        select(func.coalesce(func.max(visit.c.at), 0))
        .where(visit.c.device_id == device.c.id, visit.c.at < begin, schema.visit_use == int(Use.APPLIED))
        .scalar_subquery()
    )
    connection.execute(update(device).values(applied_at=last))


def _states_before(connection: Connection, begin: int) -> dict[int, dict[str, PortState]]:
    """The counters of every device as they stood before ``begin``."""
    rows = connection.execute(select(schema.counter_state)).all()
    older = schema.visit
    known = set(
        connection.execute(select(older.c.device_id).where(older.c.at < begin, schema.visit_use == int(Use.APPLIED)).distinct()).scalars()
    )
    return {
        row.device_id: _before(read_state(row.document), _changes(connection, row.device_id), begin) if row.device_id in known else {}
        for row in rows
    }


def _changes(connection: Connection, device_id: int) -> dict[tuple[str, str], list[Any]]:
    """All changes of a device by port and counter, in order of time."""
    found: dict[tuple[str, str], list[Any]] = {}
    for row in connection.execute(named_changes(schema.port.c.device_id == device_id).order_by("at")):
        found.setdefault((row.port, row.counter), []).append(row)
    return found


def _before(state: Mapping[str, PortState], changes: Mapping[tuple[str, str], list[Any]], begin: int) -> dict[str, PortState]:
    """The state of a device before ``begin``, by its changes."""
    found: dict[str, PortState] = {}
    for port, one in state.items():
        values = {name: _value_before(changes.get((port, name), []), begin, one.values.get(name, 0)) for name in one.names}
        swapped = any(
            row.flags & CounterFlag.OTHER_HARDWARE for name in one.names for row in changes.get((port, name), []) if row.at >= begin
        )
        names = frozenset(name for name, value in values.items() if value is not None)
        if names:
            found[port] = PortState(_OTHER if swapped else one.hardware, names, {name: value for name, value in values.items() if value})
    return found


def _value_before(changes: list[Any], begin: int, now: int) -> int | None:
    """The value of a counter before ``begin``; None if it was not known yet, or nothing tells any more."""
    before = [row for row in changes if row.at < begin]
    if before:
        return int(before[-1].value)
    if not changes:
        return now
    flags = changes[0].flags
    return None if flags else int(changes[0].value - changes[0].delta)
