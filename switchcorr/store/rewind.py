"""Goes back to before a moment, so that the captured text of all visits since can be read again by a newer parser.

Only what the text can tell again is taken back: visits stay, marked as pending, and each is settled when it was read again. A process that
is killed in between leaves pending visits, and the next run goes on with them. A sweep may store visits meanwhile, which count at once; the
older ones of their devices that still wait come before them all the same (``take_back_newer``).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from switchcorr.errors import StoreError
from switchcorr.store import schema
from switchcorr.store.counters import CounterFlag, PortState, read_state, state_text
from switchcorr.store.locking import HOLD_S, TURN_S, take_turns
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


def rewind(store: Store, *, now: datetime, hold_s: float = HOLD_S) -> int:
    """Take back what visits with captured text told; how many are pending now.

    It reaches back to the first visit since which there is the text of every one that was applied: what older ones told stays. Visits of the
    future, which a wrong clock has written, are kept and no longer used: else every right one after them would count as late.

    Devices are taken back one by one, so that who stores visits meanwhile waits for moments. Such visits are taken back too, or count at once:
    those of a device that is back already, and of one that is new. A process that is killed leaves some devices as they were; the next run
    begins anew.

    Args:
        hold_s: how long a transaction of several devices keeps other writers of a file out. On a server each device is its own.
    """
    limit = to_ms(now)
    with store.reading() as connection:
        begin = _reach(connection, limit)
        devices = iter(connection.execute(select(schema.device.c.id).order_by(schema.device.c.id)).scalars().all())
    on_file = store.url.file is not None
    device_id = next(devices, None)
    while device_id is not None:
        until = time.monotonic() + hold_s
        with store.writing() as connection:
            take_turns(connection)
            while device_id is not None:
                _rewind_device(connection, device_id, begin, limit)
                device_id = next(devices, None)
                if not on_file or time.monotonic() >= until:
                    break
        if on_file:
            time.sleep(TURN_S)
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.visit).where(schema.visit_use == int(Use.PENDING))).scalar_one()


def _reach(connection: Connection, limit: int) -> int:
    """How far back there is text enough: the first visit with text behind the last one that was applied and has none."""
    visit = schema.visit
    last_without = connection.execute(
        select(func.max(visit.c.at)).where(schema.visit_use == int(Use.APPLIED), ~_has_text(), visit.c.at <= limit)
    ).scalar()
    first_with = connection.execute(select(func.min(visit.c.at)).where(_has_text())).scalar()
    return max((last_without or 0) + 1, first_with or 0)


def _rewind_device(connection: Connection, device_id: int, begin: int, limit: int) -> None:
    """Take back a device; not what a visit told whose text is gone since the beginning was looked up."""
    visit, device = schema.visit, schema.device
    connection.execute(select(device.c.id).where(device.c.id == device_id).with_for_update()).all()
    mine, has_text = visit.c.device_id == device_id, _has_text()
    without = (mine, schema.visit_use == int(Use.APPLIED), ~has_text, visit.c.at <= limit, visit.c.at >= begin)
    begin = max(begin, (connection.execute(select(func.max(visit.c.at)).where(*without)).scalar() or 0) + 1)
    _take_back(connection, begin, device_id)
    for use, visits in (
        (schema.outcome_with(Use.PENDING), (visit.c.at >= begin, has_text, visit.c.at <= limit)),
        (schema.outcome_with(Use.LATE), (visit.c.at > limit, schema.visit_use != int(Use.NOTHING))),
        (schema.outcome_with(Use.NOTHING, 0), (schema.visit_use == int(Use.PENDING), ~has_text)),
    ):
        connection.execute(update(visit).where(mine, *visits).values(outcome=use))


def _has_text() -> ColumnElement[bool]:
    """Whether there is captured text of a visit."""
    visit, raw = schema.visit, schema.raw
    return select(raw.c.at).where(raw.c.device_id == visit.c.device_id, raw.c.at == visit.c.at).exists()


def waiting_visits(connection: Connection) -> tuple[int, datetime | None]:
    """How many visits wait to be read again, and when the first of them was; those without text wait for nothing."""
    query = select(func.count(), func.min(schema.visit.c.at)).where(schema.visit_use == int(Use.PENDING), _has_text())
    count, first = connection.execute(query).one()
    return count, None if first is None else to_moment(first)


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
        .where(schema.visit_use == int(Use.PENDING), _has_text())
        .group_by(sweep.c.name)
        .order_by(func.min(visit.c.at), sweep.c.name)
    )
    with store.reading() as connection:
        return tuple(connection.execute(query).scalars())


def text_place(store: Store, visit: Pending) -> RawPlace | None:
    """Where the text of a visit is by now: its day may have been bundled since it was asked for. None if it is nowhere."""
    raw, device = schema.raw, schema.device
    query = (
        select(raw.c.digest, raw.c.size, raw.c.bundle, raw.c.start)
        .join_from(raw, device, device.c.id == raw.c.device_id)
        .where(device.c.name == visit.device, raw.c.at == to_ms(visit.at))
    )
    with store.reading() as connection:
        row = connection.execute(query).first()
    return None if row is None else RawPlace(row.digest, row.size, row.bundle or "", row.start or 0)


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


def take_back_newer(connection: Connection, device_id: int, at: int) -> bool:
    """Take back what the visits of a device from a moment on told, so that an older one comes before them; they wait to be read again.

    It is not done where the text of one of them is not there: nothing could tell again what it told.

    Returns:
        Whether it was done.
    """
    visit = schema.visit
    newer = (visit.c.device_id == device_id, visit.c.at >= at, schema.visit_use == int(Use.APPLIED))
    if connection.execute(select(visit.c.at).where(*newer, ~_has_text()).limit(1)).first() is not None:
        return False
    _take_back(connection, at, device_id)
    connection.execute(update(visit).where(*newer).values(outcome=schema.outcome_with(Use.PENDING)))
    return True


def _take_back(connection: Connection, begin: int, device_id: int) -> None:
    """Undo every change of a device since ``begin``."""
    visit, device, port, state = schema.visit, schema.device, schema.port, schema.counter_state
    before = _state_before(connection, begin, device_id)
    ports = select(port.c.id).where(port.c.device_id == device_id)
    for table in (schema.counter_change, schema.counter_first):
        connection.execute(delete(table).where(table.c.at >= begin, table.c.port_id.in_(ports)))
    for table in (schema.place, schema.fact):
        mine = table.c.device_id == device_id
        connection.execute(delete(table).where(table.c.since >= begin, mine))
        connection.execute(update(table).where(table.c.until >= begin, table.c.until < OPEN, mine).values(until=OPEN))
    connection.execute(delete(schema.fact_digest).where(schema.fact_digest.c.device_id == device_id))
    if before:
        connection.execute(update(state).where(state.c.device_id == device_id).values(document=state_text(before)))
    else:
        connection.execute(delete(state).where(state.c.device_id == device_id))
    last = select(func.coalesce(func.max(visit.c.at), 0)).where(*_applied_before(begin, device_id)).scalar_subquery()
    connection.execute(update(device).where(device.c.id == device_id).values(applied_at=last))


def _applied_before(begin: int, device_id: int) -> tuple[ColumnElement[bool], ...]:
    """The conditions that a visit of a device before ``begin`` counts."""
    visit = schema.visit
    return visit.c.device_id == device_id, visit.c.at < begin, schema.visit_use == int(Use.APPLIED)


def _state_before(connection: Connection, begin: int, device_id: int) -> dict[str, PortState]:
    """The counters of a device as they stood before ``begin``."""
    state = schema.counter_state
    document = connection.execute(select(state.c.document).where(state.c.device_id == device_id)).scalar()
    older = select(schema.visit.c.at).where(*_applied_before(begin, device_id)).limit(1)
    if document is None or connection.execute(older).first() is None:
        return {}
    return _before(read_state(document), _changes(connection, device_id), begin)


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
