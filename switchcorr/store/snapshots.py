"""The network as it was at several times, made again from the store: what a captures folder of each of these times would have told.

Times are the ends of stored sweeps (``rounds_between``). A device stands in a snapshot with what its last good visit up to then told, and only
if it was visited since the snapshot before: what nobody looked at did not stay the same, it is not known. Facts and counters are the device's
own; phones are given back as the neighbor, MAC and address rows that placed them, so that placing them again follows the same rules as with
captures. Not kept in the store, and so not there: clocks, logs, MAC addresses that are no phones', packet counters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

from sqlalchemy import Connection, Row, func, select

from switchcorr.model.addresses import PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.tables import (
    ArpEntry,
    DeviceTables,
    ErrorCounters,
    Interface,
    MacEntry,
    MemberUptime,
    Neighbor,
    NeighborProtocol,
    Version,
)
from switchcorr.store import schema
from switchcorr.store.codec import decode
from switchcorr.store.counter_values import StoredChange, Values, values_before
from switchcorr.store.counters import CounterFlag, read_state
from switchcorr.store.facts import SPEC_OF
from switchcorr.store.moments import to_moment, to_ms
from switchcorr.store.named_changes import named_changes
from switchcorr.store.open import Store
from switchcorr.store.schema import EVIDENCES, FactKind, Use, device, fact, place, port, visit

OLDEST_VISIT: Final = timedelta(days=30)
"""How long before the first snapshot a device may have been visited last and still stand in it. Assumed: what was not reached for a month
is gone."""
_EVIDENCE = {number: evidence for evidence, number in EVIDENCES.items()}
_PROTOCOLS = {PlacementEvidence.CDP: NeighborProtocol.CDP, PlacementEvidence.LLDP: NeighborProtocol.LLDP}


@dataclass(frozen=True, slots=True)
class _Interval:
    """Something that held from one moment until another, in milliseconds."""

    since: int
    until: int
    rows: tuple[tuple[str, object], ...]
    """Table and row, each."""


def rounds_between(store: Store, since: datetime, until: datetime) -> tuple[datetime, ...]:
    """The ends of the sweeps that were stored in a span, and of the last one before it; in order of time."""
    oldest = to_ms(since - OLDEST_VISIT)
    used = schema.visit_use == int(Use.APPLIED)
    ends = select(func.max(visit.c.at)).where(used, visit.c.at <= to_ms(until), visit.c.at > oldest).group_by(visit.c.sweep_id)
    with store.reading() as connection:
        found = sorted(set(connection.execute(ends).scalars()))
    first = to_ms(since)
    earlier = [end for end in found if end < first]
    return tuple(map(to_moment, (*earlier[-1:], *(end for end in found if end >= first))))


def visits_of(store: Store, moment: datetime) -> dict[str, datetime]:
    """When each device that stands in the snapshot of a moment was visited: where that is the same, all that it tells is."""
    with store.reading() as connection:
        names = dict(map(tuple, connection.execute(select(device.c.id, device.c.name))))
        visits = _visits(connection, [to_ms(moment)])
    return {names[number]: to_moment(at) for number, (at,) in visits.items() if at is not None}


def snapshots_at(store: Store, moments: Sequence[datetime]) -> tuple[Snapshot, ...]:
    """The network at moments in order of time; one at which no device was newly visited has none.

    Raises:
        StoreError: the database says no.
    """
    if not moments:
        return ()
    ends = [to_ms(moment) for moment in moments]
    with store.reading() as connection:
        visits = _visits(connection, ends)
        if not visits:
            return ()
        devices = {row.id: row for row in connection.execute(select(device).where(device.c.id.in_(select(visit.c.device_id))))}
        wanted = {number: [at for at in times if at is not None] for number, times in visits.items()}
        facts = {number: _device_facts(devices[number], wanted[number], parts) for number, parts in _parts(connection, wanted)}
    found: list[Snapshot] = []
    for place_, moment in enumerate(moments):
        shown = {
            devices[number].name: facts[number][at]
            for number, times in visits.items()
            if (at := times[place_]) is not None and number in facts
        }
        if shown:
            found.append(Snapshot(dict(sorted(shown.items())), source=source_of(moment), taken_at=moment))
    return tuple(found)


def source_of(moment: datetime) -> str:
    """What a snapshot of a moment is made of."""
    return f"stored {moment:%Y-%m-%dT%H:%M:%SZ}"


def _visits(connection: Connection, ends: Sequence[int]) -> dict[int, list[int | None]]:
    """Of each device the last good visit in each stretch between two ends."""
    starts = [ends[0] - OLDEST_VISIT // timedelta(milliseconds=1), *ends[:-1]]
    found: dict[int, list[int | None]] = {}
    for number, (start, end) in enumerate(zip(starts, ends, strict=True)):
        last = (
            select(visit.c.device_id, func.max(visit.c.at))
            .where(visit.c.at > start, visit.c.at <= end, schema.visit_use == int(Use.APPLIED))
            .group_by(visit.c.device_id)
        )
        for device_id, at in connection.execute(last):
            found.setdefault(device_id, [None] * len(ends))[number] = at
    return found


@dataclass(slots=True)
class _Parts:
    """What the store knows of one device over the time of the snapshots."""

    facts: Sequence[Row[Any]] = ()
    places: Sequence[Row[Any]] = ()
    changes: Sequence[Row[Any]] = ()
    state: str = ""


def _parts(connection: Connection, wanted: Mapping[int, Sequence[int]]) -> Iterator[tuple[int, _Parts]]:
    """Everything of each device that was visited, read from each table once."""
    first = min(times[0] for times in wanted.values())
    last = max(times[-1] for times in wanted.values())
    found = {number: _Parts() for number in wanted}
    held = (
        select(fact.c.device_id, fact.c.kind, fact.c.item, fact.c.since, fact.c.until, fact.c.value)
        .where(fact.c.since <= last, fact.c.until > first)
        .order_by(fact.c.device_id, fact.c.kind, fact.c.item, fact.c.since)
    )
    placed = (
        select(place, schema.endpoint.c.name.label("phone"), port.c.name.label("interface"))
        .join_from(place, schema.endpoint, schema.endpoint.c.id == place.c.endpoint_id)
        .join(port, port.c.id == place.c.port_id)
        .where(place.c.since <= last, place.c.until > first)
        .order_by(place.c.device_id, schema.endpoint.c.name, place.c.since)
    )
    changed = named_changes(after=first).order_by("device_id", "at")
    for name, query in (("facts", held), ("places", placed), ("changes", changed)):
        rows = connection.execute(query, execution_options={"yield_per": 10_000})
        for number, some in groupby(rows, key=attrgetter("device_id")):
            if number in found:
                setattr(found[number], name, list(some))
    for number, document in connection.execute(select(schema.counter_state)):
        if number in found:
            found[number].state = document
    yield from found.items()


def _device_facts(about: Row[Any], times: Sequence[int], parts: _Parts) -> dict[int, DeviceFacts]:
    """A device as each of its visits found it."""
    held = [*_fact_intervals(parts.facts), *_place_intervals(parts.places)]
    changes = [StoredChange(row.at, row.port, row.counter, row.value, row.delta, CounterFlag(row.flags)) for row in parts.changes]
    state = read_state(parts.state) if parts.state else {}
    counters = dict(zip(reversed(times), values_before(state, changes, times[::-1]), strict=True))
    return {
        at: DeviceFacts(about.name, about.platform, _tables(held, at, counters[at]), taken_at=to_moment(at), address=about.host)
        for at in times
    }


def _fact_intervals(rows: Iterable[Row[Any]]) -> Iterator[_Interval]:
    for row in rows:
        kind = FactKind(row.kind)
        value = json.loads(row.value)
        told = (row.item, datetime.fromisoformat(value)) if kind is FactKind.BOOT else decode(SPEC_OF[kind].row, value)
        yield _Interval(row.since, row.until, ((kind.label, told),))


def _place_intervals(rows: Iterable[Row[Any]]) -> Iterator[_Interval]:
    for row in rows:
        phone = PhoneName.parse_or_none(row.phone)
        if phone is not None and row.interface:
            yield _Interval(row.since, row.until, tuple(_shown(phone, InterfaceName(row.interface), row)))


def _shown(phone: PhoneName, interface: InterfaceName, row: Any) -> Iterator[tuple[str, object]]:
    """The rows by which a device showed a phone."""
    protocol = _PROTOCOLS.get(_EVIDENCE[row.evidence])
    if protocol is not None:
        addresses = (row.ip,) if row.ip else ()
        yield (
            "neighbors",
            Neighbor(
                protocol,
                interface,
                str(phone),
                platform=row.model,
                software=row.firmware,
                addresses=addresses,
                voice_vlan=row.vlan,
                detail=True,
            ),
        )
    elif row.ip:
        yield "arp", ArpEntry(row.ip, phone.mac)
    if row.vlan is not None:
        yield "mac", MacEntry(row.vlan, phone.mac, interface)


def _tables(held: Iterable[_Interval], at: int, counters: Values) -> DeviceTables:
    rows: dict[str, list[Any]] = {}
    for one in held:
        if one.since <= at < one.until:
            for table, row in one.rows:
                rows.setdefault(table, []).append(row)
    booted = dict(rows.pop("boot", []))
    if booted:
        rows["version"] = _with_uptimes(rows.get("version", []), {name: to_moment(at) - started for name, started in booted.items()})
    rows["interfaces"] = list(_with_counters(rows.get("interfaces", ()), counters))
    rows["error_counters"] = list(_error_counters(counters))
    return DeviceTables(**{name: tuple(some) for name, some in rows.items() if some})


def _with_uptimes(rows: Sequence[Version], uptimes: Mapping[str, timedelta]) -> list[Version]:
    """The version with the uptime of the device, which has no name, and of the members of its stack."""
    spans = {name: max(span, timedelta(0)) for name, span in uptimes.items()}
    members = tuple(MemberUptime(int(name), spans[name]) for name in sorted(filter(None, spans), key=int))
    return [replace(rows[0], uptime=spans.get(""), members=members), *rows[1:]] if rows else []


def _with_counters(rows: Iterable[Interface], counters: Values) -> Iterator[Interface]:
    for row in rows:
        mine = _of_table(counters.get(row.name, {}), "interfaces.")
        yield replace(row, counters=mine) if mine else row


def _error_counters(counters: Values) -> Iterator[ErrorCounters]:
    for name in sorted(counters):
        mine = _of_table(counters[name], "error_counters.")
        if mine:
            yield ErrorCounters(InterfaceName(name), mine)


def _of_table(counters: Mapping[str, int], prefix: str) -> dict[str, int]:
    return {name.removeprefix(prefix): value for name, value in counters.items() if name.startswith(prefix)}
