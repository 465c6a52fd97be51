"""A snapshot as visits for the store: what the parsers and the topology know of each device, in the store's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from switchcorr.model.addresses import PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement
from switchcorr.model.snapshot import DeviceFacts, Snapshot
from switchcorr.model.sweep import VisitAccount
from switchcorr.model.tables import Table
from switchcorr.model.visit import VisitStatus
from switchcorr.parse.whole import misses_nothing, whole_tables
from switchcorr.store.records import PlaceSeen, PortSeen, RawText, VisitRecord
from switchcorr.topology import CampusOptions, build_campus
from switchcorr.topology.chassis import Chassis, find_chassis
from switchcorr.topology.facts.growth import span_of
from switchcorr.topology.fexes import SharedFexes, find_shared
from switchcorr.topology.graph.neighbors import NeighborKind, kind_of, phone_of


@dataclass(frozen=True, slots=True)
class SweepName:
    """What visits belong to."""

    name: str
    started_at: datetime | None = None


def records_of(
    snapshot: Snapshot,
    accounts: Mapping[str, VisitAccount],
    sweep: SweepName,
    *,
    times: Mapping[str, datetime],
    texts: Mapping[str, RawText],
) -> tuple[VisitRecord, ...]:
    """A visit of every device that was read or was to be visited, sorted by device.

    Args:
        accounts: how the visits of a sweep went; empty for a folder of captures.
        times: when each device that was read was visited.
        texts: the captured text of each device, as it was kept.
    """
    campus = build_campus([snapshot], CampusOptions()) if snapshot.devices else None
    shared = find_shared([snapshot])
    places: dict[str, list[Placement]] = {}
    for placement in campus.placements if campus is not None else ():
        visited = shared.parents.get(placement.device, (placement.device,))[0]  # a place is that of a device that was visited
        places.setdefault(visited, []).append(placement)
    found = [
        _read(facts, accounts.get(name), sweep, at=times[name], places=places.get(name, []), raw=texts.get(name), shared=shared)
        for name, facts in snapshot.devices.items()
    ]
    unread = [account for name, account in accounts.items() if name not in snapshot.devices]
    found += [_unread(account, sweep, texts.get(account.device)) for account in unread if account.started_at or sweep.started_at]
    return tuple(sorted(found, key=lambda record: record.device))


def _read(
    facts: DeviceFacts,
    account: VisitAccount | None,
    sweep: SweepName,
    *,
    at: datetime,
    places: list[Placement],
    raw: RawText | None,
    shared: SharedFexes,
) -> VisitRecord:
    whole = whole_tables(facts, unanswered=account.missing if account is not None else ())
    firmware = {phone: neighbor.software for neighbor in facts.tables.neighbors if neighbor.software and (phone := phone_of(neighbor))}
    seen = {
        placement.phone: _place(placement, firmware.get(placement.phone, ""))
        for placement in places
        if isinstance(placement.phone, PhoneName)
    }
    ports = _ports(facts, find_chassis(facts), shared)
    ports.update(
        (placement.interface, PortSeen(placement.module, ports.get(placement.interface, PortSeen()).hardware))
        for placement in places
        if placement.interface is not None
    )
    neighbors = tuple(neighbor for neighbor in facts.tables.neighbors if kind_of(neighbor) is not NeighborKind.PHONE)
    record = VisitRecord(
        device=facts.device,
        at=at,
        status=VisitStatus.ANSWERED if misses_nothing(facts) else VisitStatus.PARTIAL,
        sweep=sweep.name,
        sweep_started_at=sweep.started_at,
        platform=facts.platform,
        host=facts.address,
        tables=replace(facts.tables, neighbors=neighbors),
        whole=whole,
        ports=ports,
        cleared_ago=_cleared(facts),
        places=seen,
        places_whole={Table.NEIGHBORS, Table.MAC} <= whole,
        raw=raw,
    )
    return record if account is None else _with_account(record, account)


def _unread(account: VisitAccount, sweep: SweepName, raw: RawText | None) -> VisitRecord:
    """A visit of which nothing could be used; one that was skipped has the time of its sweep."""
    at = account.started_at or sweep.started_at
    if at is None:
        raise ValueError("a visit without a time")
    record = VisitRecord(
        account.device, at, account.status, sweep=sweep.name, sweep_started_at=sweep.started_at, platform=account.platform, raw=raw
    )
    return _with_account(record, account)


def _with_account(record: VisitRecord, account: VisitAccount) -> VisitRecord:
    failure = account.failure
    return replace(
        record,
        status=account.status,
        host=account.host or record.host,
        site=account.site,
        seconds=account.seconds,
        failure=f"{failure.kind.value}: {failure.message}" if failure is not None else "",
    )


def _place(placement: Placement, firmware: str) -> PlaceSeen:
    return PlaceSeen(
        interface=placement.interface,
        evidence=placement.sightings[0].evidence,
        confidence=placement.confidence,
        state=placement.state,
        vlan=placement.vlan,
        ip=placement.ip,
        model=placement.platform,
        reason=placement.reason,
        firmware=firmware,
    )


def _ports(facts: DeviceFacts, chassis: Chassis, shared: SharedFexes) -> dict[InterfaceName, PortSeen]:
    """Module and hardware of every port that a table shows."""
    serials = "+".join(sorted({serial for version in facts.tables.version for serial in version.serials}))
    names = {row.name for rows in (facts.tables.interfaces, facts.tables.error_counters, facts.tables.status) for row in rows}
    found: dict[InterfaceName, PortSeen] = {}
    for name in sorted(name for name in names if name.is_physical):
        key = chassis.module_of(name)
        module = chassis.modules.get(key)
        found[name] = PortSeen(
            f"{shared.at(facts.device, name)}/{key}" if key else "", (module.serial if module is not None else "") or serials
        )
    return found


def _cleared(facts: DeviceFacts) -> dict[InterfaceName, timedelta]:
    ages = {text: span_of(text) for text in {row.last_cleared for row in facts.tables.interfaces}}
    return {row.name: age for row in facts.tables.interfaces if (age := ages[row.last_cleared]) is not None}
