"""Made visits, small enough to be read, and all that a store holds in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from switchcorr.jobs.store.place import StorePlace
from switchcorr.model.addresses import PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence
from switchcorr.model.tables import (
    DeviceTables,
    ErrorCounters,
    Interface,
    InterfaceStatus,
    Module,
    Neighbor,
    NeighborProtocol,
    Table,
    Version,
)
from switchcorr.model.visit import VisitStatus
from switchcorr.store import schema
from switchcorr.store.codec import decode
from switchcorr.store.facts import SPEC_OF
from switchcorr.store.moments import to_ms
from switchcorr.store.open import Store
from switchcorr.store.records import PlaceSeen, PortSeen, VisitOutcome, VisitRecord
from switchcorr.store.schema import FactKind
from switchcorr.store.visits import write_visits

T0 = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
WHOLE = frozenset({Table.VERSION, Table.MODULES, Table.INTERFACES, Table.STATUS, Table.NEIGHBORS, Table.ERROR_COUNTERS})


def at(number: float) -> datetime:
    """The time of the n-th sweep."""
    return T0 + number * QUARTER


def phone(number: int) -> PhoneName:
    return PhoneName(f"SEP00005E{number:06X}")


def port(number: int, slot: int = 3) -> InterfaceName:
    return InterfaceName(f"GigabitEthernet{slot}/{number}")


def interface(number: int, **counters: int) -> Interface:
    return Interface(port(number), admin_up=True, line_up=True, last_cleared="never", counters=counters)


def tables(
    *interfaces: Interface,
    uptime: timedelta | None = None,
    serial: str = "FOC1",
    modules: tuple[Module, ...] = (),
    neighbors: tuple[Neighbor, ...] = (),
    errors: tuple[ErrorCounters, ...] = (),
    status: tuple[InterfaceStatus, ...] = (),
) -> DeviceTables:
    return DeviceTables(
        version=(Version("acc-1", "IOS", "12.2", "WS-C4506", (serial,), uptime),),
        modules=modules,
        interfaces=interfaces,
        error_counters=errors,
        status=status,
        neighbors=neighbors,
    )


def uplink(name: str = "dist-1") -> Neighbor:
    return Neighbor(
        NeighborProtocol.CDP, InterfaceName("TenGigabitEthernet1/1"), name, "TenGigabitEthernet1/4", capabilities=("S",), detail=True
    )


def seen(places: Mapping[int, int], *, slot: int = 3) -> dict[PhoneName, PlaceSeen]:
    """Phones (number) at ports (number)."""
    return {
        phone(one): PlaceSeen(port(where, slot), PlacementEvidence.CDP, 0.98, vlan=20, ip=f"192.0.2.{one}", model="Cisco IP Phone 7960")
        for one, where in places.items()
    }


def record(
    number: float,
    told: DeviceTables | None = None,
    *,
    device: str = "acc-1",
    places: Mapping[PhoneName, PlaceSeen] | None = None,
    status: VisitStatus = VisitStatus.ANSWERED,
    whole: frozenset[Table] = WHOLE,
    hardware: str = "FOC1",
    **more: Any,
) -> VisitRecord:
    """The visit of the n-th sweep; without tables it failed."""
    names = {row.name for row in told.interfaces} if told is not None else set()
    names |= {one.interface for one in (places or {}).values() if one.interface is not None}
    return VisitRecord(
        device=device,
        at=at(number),
        status=status if told is not None else VisitStatus.FAILED,
        sweep=f"sweep-{number}",
        sweep_started_at=at(number),
        platform="cisco_ios",
        host="192.0.2.12",
        seconds=3.5,
        failure="" if told is not None else "connect_timeout: no answer within 10 s",
        tables=told,
        whole=whole if told is not None else frozenset(),
        ports={name: PortSeen(f"{device}/{name.parts[0]}", hardware) for name in names},
        places=places or {},
        places_whole=told is not None and Table.NEIGHBORS in whole,
        **more,
    )


def write_visit(store: Store, visit: VisitRecord) -> VisitOutcome:
    """Store one visit; what became of it."""
    ((_, outcome),) = write_visits(store, [visit])
    return outcome


def count_events(store: Store) -> int:
    with store.reading() as connection:
        return connection.execute(select(func.count()).select_from(schema.event)).scalar_one()


def contents(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table in the words behind its numbers, sorted: equal for equal stores, whatever their numbers are."""
    with store.reading() as connection:
        names = {
            f"{table.name}_id": dict(map(tuple, connection.execute(select(table.c.id, table.columns[1]))))
            for table in (schema.device, schema.sweep, schema.word, schema.counter, schema.endpoint, schema.segment)
        }
        names["failure_id"] = names["word_id"]
        devices = names["device_id"]
        names["port_id"] = {row.id: f"{devices[row.device_id]} {row.name}" for row in connection.execute(select(schema.port))}
        return {
            table.name: sorted(
                (
                    tuple(names.get(key, {}).get(value, value) for key, value in row._mapping.items() if key != "id")
                    for row in connection.execute(select(table))
                ),
                key=repr,
            )
            for table in schema.metadata.sorted_tables
        }


def contents_at(place: StorePlace) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of a store that is not open."""
    with place.open(write=False) as store:
        return contents(store)


def facts_at(connection: Connection, device_id: int, at: datetime) -> DeviceTables:
    """The tables of a device as the stored facts of a moment tell them, without what is not kept."""
    moment = to_ms(at)
    table = schema.fact
    query = (
        select(table.c.kind, table.c.value)
        .where(table.c.device_id == device_id, table.c.since <= moment, table.c.until > moment, table.c.kind != int(FactKind.BOOT))
        .order_by(table.c.kind, table.c.item)
    )
    rows: dict[str, list[object]] = {}
    for kind, value in connection.execute(query):
        spec = SPEC_OF[FactKind(kind)]
        rows.setdefault(spec.kind.label, []).append(decode(spec.row, json.loads(value)))
    return DeviceTables(**{name: tuple(some) for name, some in rows.items()})  # type: ignore[arg-type]  # each label is a field of its rows
