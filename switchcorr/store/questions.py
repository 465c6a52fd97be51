"""Questions to the store, one function each. Times are moments; an answer says since when, and when it was last seen to be so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, select

from switchcorr.model.addresses import PhoneName, phone_from_any
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementEvidence, PlacementState, Sighting
from switchcorr.model.visit import VisitStatus
from switchcorr.store import schema
from switchcorr.store.answers import Growth, StoredPlace, StoredVisit
from switchcorr.store.counters import CounterFlag
from switchcorr.store.moments import to_moment, to_ms, until_moment
from switchcorr.store.names import in_parts
from switchcorr.store.open import Store
from switchcorr.store.schema import (
    EVIDENCES,
    STATES,
    STATUSES,
    VISIT_PARTS,
    Use,
    counter_change,
    device,
    endpoint,
    place,
    port,
    visit,
    visit_use,
    visit_whole,
)
from switchcorr.store.visits import PLACES_WHOLE, whole_tables

_STATUS: dict[int, VisitStatus] = {number: status for status, number in STATUSES.items()}
_EVIDENCE: dict[int, PlacementEvidence] = {number: evidence for evidence, number in EVIDENCES.items()}
_STATE: dict[int, PlacementState] = {number: state for state, number in STATES.items()}


def where_was(store: Store, phone: str, at: datetime) -> tuple[StoredPlace, ...]:
    """Where a phone was, the newest place first.

    There are several while a device that it left was not visited well. If it was nowhere, the last place before is given, with
    ``holds`` False; empty if it was never seen before that moment.
    """
    moment = to_ms(at)
    name = str(phone_from_any(phone) or phone)
    with store.reading() as connection:
        holding = _places(connection, and_(endpoint.c.name == name, place.c.since <= moment, place.c.until > moment))
        if holding:
            return tuple(_stored(connection, row, moment) for row in holding)
        before = _places(connection, and_(endpoint.c.name == name, place.c.until <= moment), newest=1)
        return tuple(_stored(connection, row, moment) for row in before)


def phones_at(
    store: Store, at: datetime, *, module: str = "", switch: str = "", interface: InterfaceName | None = None
) -> tuple[StoredPlace, ...]:
    """The phones that were at a module, or at a switch or one interface of it; sorted by name.

    A phone that was seen elsewhere since is not among them, though nobody saw it leave.
    """
    moment = to_ms(at)
    wanted: list[ColumnElement[bool]] = [place.c.since <= moment, place.c.until > moment, _is_newest(moment)]
    if module:
        wanted.append(port.c.module == module)
    if switch:
        wanted.append(device.c.name == switch)
    if interface is not None:
        wanted.append(port.c.name == str(interface))
    with store.reading() as connection:
        rows = _places(connection, and_(*wanted))
        confirmed = _confirmed(connection, {row.device_id for row in rows}, moment)
    return tuple(sorted((_answer(row, moment, confirmed.get(row.device_id)) for row in rows), key=lambda one: str(one.placement.phone)))


def carried_between(store: Store, since: datetime, until: datetime) -> dict[str, datetime]:
    """Phones that were first seen at their present port in a span, and at another one before; and when that was."""
    first, last = to_ms(since), to_ms(until)
    newest = (
        select(place.c.endpoint_id, func.max(place.c.since).label("since"))
        .where(place.c.since <= last).group_by(place.c.endpoint_id).having(func.max(place.c.since) >= first)
    ).subquery()  # fmt: skip
    before = place.alias("before")
    elsewhere = exists().where(
        before.c.endpoint_id == place.c.endpoint_id, before.c.since < place.c.since, before.c.port_id != place.c.port_id
    )
    query = (
        select(endpoint.c.name, place.c.since)
        .join_from(place, newest, and_(newest.c.endpoint_id == place.c.endpoint_id, newest.c.since == place.c.since))
        .join(endpoint, endpoint.c.id == place.c.endpoint_id)
        .where(elsewhere)
    )
    with store.reading() as connection:
        return {name: to_moment(moment) for name, moment in connection.execute(query)}


def placements_at(store: Store, at: datetime) -> tuple[StoredPlace, ...]:
    """Where every phone was, sorted by name: of each the newest place."""
    return phones_at(store, at)


def last_places(store: Store, at: datetime) -> tuple[StoredPlace, ...]:
    """The last place of every phone that was nowhere at a moment and had been somewhere before; sorted by name."""
    moment = to_ms(at)
    newer = place.alias("newer")
    later = and_(newer.c.endpoint_id == place.c.endpoint_id, newer.c.since <= moment, newer.c.until > place.c.until)
    with store.reading() as connection:
        rows = _places(connection, and_(place.c.until <= moment, ~exists(select(newer.c.since).where(later))))
        return tuple(sorted((_answer(row, moment, to_moment(row.until)) for row in rows), key=lambda one: str(one.placement.phone)))


def _is_newest(moment: int) -> ColumnElement[bool]:
    """Whether no other place that holds at the moment is newer."""
    other = place.alias("other")
    newer = and_(other.c.endpoint_id == place.c.endpoint_id, other.c.since > place.c.since, other.c.since <= moment, other.c.until > moment)
    return ~exists(select(other.c.since).where(newer))


def _places(connection: Connection, wanted: ColumnElement[bool], *, newest: int | None = None) -> Sequence[Any]:
    """Rows of places with the names behind their numbers, the newest first."""
    query: Select[Any] = (
        select(place, endpoint.c.name.label("phone"), device.c.name.label("device"), port.c.name.label("interface"), port.c.module)
        .join_from(place, endpoint, endpoint.c.id == place.c.endpoint_id)
        .join(device, device.c.id == place.c.device_id)
        .join(port, port.c.id == place.c.port_id)
        .where(wanted)
        .order_by(place.c.since.desc(), device.c.name)
    )
    return connection.execute(query if newest is None else query.limit(newest)).all()


def _stored(connection: Connection, row: Any, moment: int) -> StoredPlace:
    return _answer(row, moment, _confirmed(connection, {row.device_id}, min(moment, row.until - 1)).get(row.device_id))


def _answer(row: Any, moment: int, confirmed: datetime | None) -> StoredPlace:
    phone = PhoneName.parse_or_none(row.phone)
    interface = InterfaceName(row.interface) if row.interface else None
    evidence = _EVIDENCE[row.evidence]
    holds = row.until > moment
    placement = Placement(
        phone=phone if phone is not None else row.phone,
        state=_STATE[row.state],
        device=row.device,
        interface=interface,
        module=row.module,
        vlan=row.vlan,
        mac=phone.mac if phone is not None else None,
        ip=row.ip,
        confidence=row.confidence / 10_000,
        reason=row.reason,
        sightings=(Sighting(row.device, interface, evidence, confirmed or to_moment(row.since)),),
        last_seen=None if holds else confirmed,
        platform=row.model,
    )
    return StoredPlace(placement, to_moment(row.since), until_moment(row.until), holds, confirmed)


def _confirmed(connection: Connection, devices: set[int], moment: int) -> dict[int, datetime]:
    """The last visit of each device, up to a moment, that showed all its phones."""
    found: dict[int, datetime] = {}
    for one in devices:
        query = (
            select(visit.c.at)
            .where(
                visit.c.device_id == one,
                visit.c.at <= moment,
                visit_use == int(Use.APPLIED),
                visit_whole.bitwise_and(PLACES_WHOLE) == PLACES_WHOLE,
            )
            .order_by(visit.c.at.desc())
            .limit(1)
        )
        at = connection.execute(query).scalar()
        if at is not None:
            found[one] = to_moment(at)
    return found


def growth_between(store: Store, since: datetime, until: datetime, *, switch: str = "", most: int | None = None) -> tuple[Growth, ...]:
    """Counters that grew after ``since`` and up to ``until``, the most first; of all devices, or of one.

    What is not there did not grow, if the device was visited well at both ends (``visits_between``), and is unknown otherwise.

    Args:
        most: how many to give; None for all.
    """
    change = counter_change
    total = func.sum(change.c.delta)
    was_reset = change.c.flags.bitwise_and(int(CounterFlag.RESET)) > 0
    query: Select[Any] = (
        select(
            change.c.port_id,
            change.c.counter_id,
            total.label("growth"),
            func.sum(case((was_reset, 1), else_=0)).label("resets"),
            func.min(change.c.at).label("first"),
            func.max(change.c.at).label("last"),
        )
        .where(change.c.at > to_ms(since), change.c.at <= to_ms(until))
        .group_by(change.c.port_id, change.c.counter_id)
        .having(total > 0)
        .order_by(total.desc(), change.c.port_id, change.c.counter_id)
    )
    if switch:
        query = query.where(
            change.c.port_id.in_(select(port.c.id).join(device, device.c.id == port.c.device_id).where(device.c.name == switch))
        )
    with store.reading() as connection:
        rows = connection.execute(query if most is None else query.limit(most)).all()
        ports = _named_ports(connection, {row.port_id for row in rows})
        counters = {row.id: row.name for row in connection.execute(select(schema.counter))}
    return tuple(
        Growth(*ports[row.port_id], counters[row.counter_id], int(row.growth), int(row.resets), to_moment(row.first), to_moment(row.last))
        for row in rows
    )


def _named_ports(connection: Connection, numbers: set[int]) -> dict[int, tuple[str, InterfaceName, str]]:
    """Device, interface and module of ports."""
    found: dict[int, tuple[str, InterfaceName, str]] = {}
    for part in in_parts(sorted(numbers)):
        query = (
            select(port.c.id, device.c.name, port.c.name, port.c.module)
            .join_from(port, device, device.c.id == port.c.device_id)
            .where(port.c.id.in_(part))
        )
        found.update((number, (name, InterfaceName(interface), module)) for number, name, interface, module in connection.execute(query))
    return found


def last_applied(store: Store) -> datetime | None:
    """When the last visit was whose facts are taken over; None if there is none."""
    with store.reading() as connection:
        newest = connection.execute(select(func.max(device.c.applied_at))).scalar()
    return to_moment(newest) if newest else None


def visits_between(store: Store, since: datetime, until: datetime, *, switch: str = "") -> tuple[StoredVisit, ...]:
    """Every attempt in a span, of all devices or of one, in order of time."""
    query = (
        select(visit, *VISIT_PARTS, device.c.name.label("device"), schema.sweep.c.name.label("sweep"), schema.word.c.text.label("failure"))
        .join_from(visit, device, device.c.id == visit.c.device_id)
        .join(schema.sweep, schema.sweep.c.id == visit.c.sweep_id)
        .outerjoin(schema.word, schema.word.c.id == visit.c.failure_id)
        .where(visit.c.at >= to_ms(since), visit.c.at <= to_ms(until))
        .order_by(visit.c.at, device.c.name)
    )
    if switch:
        query = query.where(device.c.name == switch)
    with store.reading() as connection:
        return tuple(
            StoredVisit(
                row.device, to_moment(row.at), _STATUS[row.status], row.sweep, row.duration_ms / 1000, row.failure or "",
                used=row.use == Use.APPLIED, late=row.use == Use.LATE, pending=row.use == Use.PENDING, whole=whole_tables(row.whole),
            )
            for row in connection.execute(query)
        )  # fmt: skip
