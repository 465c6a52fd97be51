"""Incidents, recurring components, and what drops one by one (parts, phones), as they were last told; found again by time and by component."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, delete, insert, select

from switchcorr.model.campus import Component
from switchcorr.model.incident import Chronic, Correlation, FlappingPhone, Incident, Recurring
from switchcorr.model.moments import DAY_S
from switchcorr.store.codec import from_json, to_json
from switchcorr.store.moments import to_ms
from switchcorr.store.open import Store
from switchcorr.store.schema import chronic, device, flapping, incident, incident_component, recurring

_MILLION = 1_000_000
_DAY_MS = round(DAY_S * 1000)


def write_correlation(store: Store, result: Correlation) -> int:
    """Store the incidents, recurring components, chronic parts and flapping phones of an answer; each takes the place of what was told of it before.

    Returns:
        How many incidents are new.

    Raises:
        StoreError: the database says no.
    """
    at = to_ms(result.generated_at)
    with store.writing() as connection:
        new = sum(_write(connection, one, at) for one in result.incidents)
        if result.start is not None and result.end is not None:
            span = {"start": to_ms(result.start), "end": to_ms(result.end), "stored_at": at}
            for one in result.recurring:
                _replace(connection, recurring, {"kind": one.component.kind, "name": one.component.id, "start": span["start"], "end": span["end"]}, {"stored_at": at, "document": to_json(one)})  # fmt: skip
        for phone in result.flapping:
            _replace(connection, flapping, {"phone": phone.phone, "day": _day(phone.last)}, {"last": to_ms(phone.last), "stored_at": at, "document": to_json(phone)})  # fmt: skip
        for part in result.chronic:
            _replace(connection, chronic, {"kind": part.first_of.kind, "name": part.first_of.id, "day": _day(part.until or part.last)}, {"last": to_ms(part.last), "stored_at": at, "document": to_json(part)})  # fmt: skip
        return new


def _day(moment: datetime) -> int:
    """The beginning of its day (UTC)."""
    at = to_ms(moment)
    return at - at % _DAY_MS


def _write(connection: Connection, one: Incident, at: int) -> bool:
    row = {"start": to_ms(one.start), "end": to_ms(one.end), "verdict": one.verdict.value, "stored_at": at, "document": to_json(one)}
    is_new = _replace(connection, incident, {"id": one.id}, row)
    connection.execute(delete(incident_component).where(incident_component.c.incident_id == one.id))
    named: dict[tuple[str, str], dict[str, Any]] = {}
    for component, is_cause, probability in _named(one):
        key = component.kind, component.id
        known = named.get(key, {"is_cause": 0, "probability": 0})
        named[key] = {
            "is_cause": max(known["is_cause"], int(is_cause)),
            "probability": max(known["probability"], round(probability * _MILLION)),
        }
    if named:
        rows = [{"incident_id": one.id, "kind": kind, "name": name, **row} for (kind, name), row in sorted(named.items())]
        connection.execute(insert(incident_component), rows)
    return is_new


def _named(one: Incident) -> Iterator[tuple[Component, bool, float]]:
    """Every component an incident names, whether as a cause, and how probable: all of a set of equal exposure."""
    for cause in one.causes:
        yield from ((component, True, cause.probability) for component in (cause.component, *cause.equivalent))
    for suspect in one.suspects:
        yield from ((component, False, suspect.probability) for component in (suspect.component, *suspect.equivalent))


def _replace(connection: Connection, table: Any, key: dict[str, Any], row: dict[str, Any]) -> bool:
    """Write a row in the place of the one with its key; whether there was none."""
    where = [table.c[column] == value for column, value in key.items()]
    gone = connection.execute(delete(table).where(*where)).rowcount
    connection.execute(insert(table).values(**key, **row))
    return not gone


def incidents_between(store: Store, since: datetime, until: datetime) -> tuple[Incident, ...]:
    """Incidents that overlap a span, in order of their start."""
    query = select(incident.c.document).where(incident.c.start <= to_ms(until), incident.c.end >= to_ms(since))
    with store.reading() as connection:
        documents = connection.execute(query.order_by(incident.c.start, incident.c.id)).scalars().all()
    return tuple(from_json(Incident, document) for document in documents)


def incidents_of(store: Store, component: Component, since: datetime, until: datetime, *, causes_only: bool = True) -> tuple[Incident, ...]:
    """Incidents of a span that name a component as a cause, or also as a suspect; in order of their start."""
    named = select(incident_component.c.incident_id).where(
        incident_component.c.kind == component.kind, incident_component.c.name == component.id
    )
    if causes_only:
        named = named.where(incident_component.c.is_cause == 1)
    query = (
        select(incident.c.document)
        .where(incident.c.id.in_(named), incident.c.start <= to_ms(until), incident.c.end >= to_ms(since))
        .order_by(incident.c.start, incident.c.id)
    )
    with store.reading() as connection:
        documents: Iterable[str] = connection.execute(query).scalars().all()
    return tuple(from_json(Incident, document) for document in documents)


def recurring_between(store: Store, since: datetime, until: datetime) -> tuple[Recurring, ...]:
    """Components that explained several bursts, of all answers whose span ends in this one; the newest answer first."""
    named = recurring.c.kind, recurring.c.name
    return tuple(from_json(Recurring, text) for text in _told_between(store, recurring.c.end, since, until, named))


def flapping_between(store: Store, since: datetime, until: datetime) -> tuple[FlappingPhone, ...]:
    """Phones that dropped again and again by themselves, once for each day (UTC) of a span on which they did; the newest first."""
    return tuple(from_json(FlappingPhone, text) for text in _told_between(store, flapping.c.last, since, until, (flapping.c.phone,)))


def chronic_between(store: Store, since: datetime, until: datetime) -> tuple[Chronic, ...]:
    """Parts whose phones dropped one by one, once for each day (UTC) of a span on which they were told last; the newest first."""
    return tuple(from_json(Chronic, text) for text in _told_between(store, chronic.c.last, since, until, (chronic.c.kind, chronic.c.name)))


def _told_between(store: Store, at: Column[int], since: datetime, until: datetime, named: Sequence[Column[str]]) -> Sequence[str]:
    """Documents of the table of a column of times that lie in a span, the newest first, those of one time by name."""
    query = select(at.table.c.document).where(at >= to_ms(since), at <= to_ms(until)).order_by(at.desc(), *named)
    with store.reading() as connection:
        return connection.execute(query).scalars().all()


def known_components(store: Store) -> frozenset[Component]:
    """Everything that any answer in the store names, as a cause or a suspect, and the switches that were visited."""
    tables = (incident_component, recurring, chronic)
    with store.reading() as connection:
        named = [row for table in tables for row in connection.execute(select(table.c.kind, table.c.name).distinct())]
        switches = connection.execute(select(device.c.name)).scalars()
        return frozenset((*(Component(*row) for row in named), *(Component("switch", name) for name in switches)))
