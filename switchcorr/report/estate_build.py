"""Campus, log and answer to an estate; without a campus from the lost phones alone."""

from __future__ import annotations

import math
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.campus import Campus, empty_campus
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import AffectedPhone, Correlation
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.ports import PortFacts
from switchcorr.report.estate import Estate, EstateSwitch, LogColumns, LogKind, PhoneColumns, PhoneState, ServerReading, ServerSign
from switchcorr.report.estate_switches import Places, natural, switches_of

_NOT_SEEN = "no switch that was read has seen it, and no location names it"
_NO_PHONE = "only in the log: no switch port of its own is known"


@dataclass(frozen=True, slots=True)
class _Loss:
    """The last loss of a phone, with the numbers (from 1) of its incident and its cause."""

    phone: AffectedPhone
    incident: int
    cause: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a phone is, as names."""

    switch: str = ""
    module: str = ""
    interface: str = ""
    position: int = 0
    vlan: int = -1
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Told:
    """What the log says of each endpoint, by name: the newest node, address and description."""

    node: Mapping[str, str]
    ip: Mapping[str, str]
    description: Mapping[str, str]


def make_estate(
    result: Correlation, *, campus: Campus | None = None, log: EventLog | None = None, ports: Sequence[PortFacts] = ()
) -> Estate:
    """What the page draws besides the answer.

    Args:
        result: the answer.
        campus: the network; None where nothing of it is known.
        log: the events it was made from; None draws the losses of the incidents only.
        ports: physical ports of the switches that were read.
    """
    network = campus or empty_campus()
    losses = _losses(result)
    told = _told(log) if log is not None else _Told({}, {}, {})
    placed = {str(placement.phone): placement for placement in network.placements}
    names = sorted(placed.keys() | told.node.keys() | told.ip.keys() | losses.keys() | set(network.risk.phones))
    spots = [_place(placed.get(name), losses.get(name)) for name in names]
    sites = _risk_column(network, "site", names)
    places = Places()
    for spot, site in zip(spots, sites, strict=True):
        if spot.switch:
            places.put(spot.switch, spot.module, spot.position, site)
    switches, modules, by_module = switches_of(network, places, ports)
    module_index = {module.id: number for number, module in enumerate(modules)}
    phones = _phones(names, spots, losses, told, placed, switches, module_index, _risk_column(network, "firmware", names))
    columns, start, end = _log(log, result, names)
    return Estate(
        whole=bool(network.placements),
        switches=switches,
        modules=modules,
        ports=by_module,
        phones=phones,
        log=columns,
        signs=_signs(log),
        nodes=tuple(sorted({node for node in (*told.node.values(), *phones.node) if node}, key=natural)),
        start=start,
        end=end,
        switch_index={switch.name: number for number, switch in enumerate(switches)},
        module_index=module_index,
        phone_index={name: number for number, name in enumerate(names)},
    )


def _losses(result: Correlation) -> dict[str, _Loss]:
    found: dict[str, _Loss] = {}
    causes = 0
    for number, incident in enumerate(result.incidents, start=1):
        for phone in incident.phones:
            known = found.get(phone.phone)
            if known is None or known.phone.time <= phone.time:
                found[phone.phone] = _Loss(phone, number, 0 if phone.cause is None else causes + phone.cause + 1)
        causes += len(incident.causes)
    return found


def _told(log: EventLog) -> _Told:
    node, ip, description = dict[str, str](), dict[str, str](), dict[str, str]()
    pools = log.pools
    for into, column, pool in ((node, log.node, pools.nodes), (ip, log.ip, pools.ips), (description, log.description, pools.descriptions)):
        newest: dict[int, int] = {}
        newest.update(
            (name, value)
            for name, value, kind in zip(log.name, column, log.kind, strict=True)
            if value >= 0 and kind != EventKind.SERVER_ALERT
        )
        into.update((pools.names.get(name), pool.get(value)) for name, value in newest.items() if name >= 0)
    node.pop("", None)
    return _Told(node, ip, description)


def _place(placement: Placement | None, loss: _Loss | None) -> _Place:
    """Where the campus has a phone; else where the answer does."""
    if placement is not None and placement.device and placement.state is not PlacementState.UNPLACED:
        interface = placement.interface
        return _Place(
            switch=placement.device,
            module=placement.module or placement.device,
            interface=str(interface or ""),
            position=interface.parts[-1] if interface is not None and interface.number else 0,
            vlan=-1 if placement.vlan is None else placement.vlan,
            why=placement.reason,
        )
    if loss is not None and loss.phone.device:
        return _Place(loss.phone.device, loss.phone.module or loss.phone.device, loss.phone.interface, _last_number(loss.phone.interface))
    return _Place(why=(placement.reason if placement is not None else "") or (_NOT_SEEN if placement is not None else _NO_PHONE))


def _last_number(interface: str) -> int:
    digits = interface.replace(".", "/").rpartition("/")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 0


def _risk_column(campus: Campus, kind: str, names: Sequence[str]) -> list[str]:
    """The component of a kind that each phone is exposed to, as its id; empty for unknown."""
    column = campus.risk.columns.get(kind)
    if column is None:
        return [""] * len(names)
    components = campus.risk.components[kind]
    of = {name: components[value].id for name, value in zip(campus.risk.phones, column, strict=True) if value >= 0}
    return [of.get(name, "") for name in names]


def _phones(
    names: Sequence[str],
    spots: Sequence[_Place],
    losses: Mapping[str, _Loss],
    told: _Told,
    placed: Mapping[str, Placement],
    switches: Sequence[EstateSwitch],
    module_index: Mapping[str, int],
    firmware: Sequence[str],
) -> PhoneColumns:
    switch_index = {switch.name: number for number, switch in enumerate(switches)}
    found = [losses.get(name) for name in names]
    lost = [one.phone if one else None for one in found]
    where = [placed.get(name) for name in names]
    return PhoneColumns(
        name=tuple(names),
        switch=array("i", [switch_index.get(spot.switch, -1) for spot in spots]),
        module=array("i", [module_index.get(spot.module, -1) for spot in spots]),
        position=array("i", [spot.position for spot in spots]),
        vlan=array("i", [spot.vlan for spot in spots]),
        interface=tuple(spot.interface for spot in spots),
        ip=tuple(
            told.ip.get(name) or (at.ip if at else "") or (one.ip if one else "") for name, at, one in zip(names, where, lost, strict=True)
        ),
        node=tuple(told.node.get(name) or (one.node if one else "") for name, one in zip(names, lost, strict=True)),
        description=tuple(told.description.get(name) or (one.description if one else "") for name, one in zip(names, lost, strict=True)),
        model=tuple(at.platform if at else "" for at in where),
        firmware=tuple(firmware),
        why_unplaced=tuple("" if spot.switch else spot.why for spot in spots),
        state=array("b", [_state(one) for one in lost]),
        incident=array("i", [one.incident if one else 0 for one in found]),
        cause=array("i", [one.cause if one else 0 for one in found]),
        reason=tuple(str(one.reason) if one is not None and one.reason is not None else "" for one in lost),
        lost_at=array("d", [one.time.timestamp() if one else math.nan for one in lost]),
        back_at=array("d", [one.back_at.timestamp() if one is not None and one.back_at is not None else math.nan for one in lost]),
    )


def _state(lost: AffectedPhone | None) -> PhoneState:
    if lost is None:
        return PhoneState.REGISTERED
    return PhoneState.DOWN if lost.back_at is None else PhoneState.BACK


def _log(log: EventLog | None, result: Correlation, names: Sequence[str]) -> tuple[LogColumns, float, float]:
    """Losses and returns in order of time, and the first and last moment of the log."""
    index = {name: number for number, name in enumerate(names)}
    if log is None:
        rows = [(phone.time.timestamp(), index[phone.phone], LogKind.LOST) for incident in result.incidents for phone in incident.phones]
        times = [moment.timestamp() for moment in (result.start, result.end) if moment is not None]
    else:
        numbers = [index.get(text, -1) for text in log.pools.names.texts]
        kinds = {EventKind.UNREGISTERED: LogKind.LOST, EventKind.TRANSIENT: LogKind.LOST, EventKind.REGISTERED: LogKind.BACK}
        rows = [
            (time, numbers[name], kinds[EventKind(kind)])
            for time, name, kind in zip(log.time, log.name, log.kind, strict=True)
            if kind in kinds and name >= 0 and numbers[name] >= 0 and math.isfinite(time)
        ]
        times = [time for time in log.time if math.isfinite(time)]
    rows.sort()
    columns = LogColumns(array("d", [row[0] for row in rows]), array("i", [row[1] for row in rows]), array("b", [row[2] for row in rows]))
    return columns, min(times, default=math.nan), max(times, default=math.nan)


def _signs(log: EventLog | None) -> tuple[ServerReading, ...]:
    """What the call servers said, each once, in order of time."""
    found = set()
    for row, detail in log.details.items() if log is not None else ():
        if log is not None and log.kind[row] == EventKind.SERVER_ALERT and math.isfinite(log.time[row]):
            words = ", ".join(f"{key} {value}" for key, value in detail.values.items())
            found.add((log.time[row], log.pools.nodes.get(log.node[row]), detail.alert or "alert", words))
    return tuple(ServerReading(time, node, name, words, _sign(name)) for time, node, name, words in sorted(found))


def _sign(name: str) -> ServerSign:
    if "heartbeat" in name.lower():
        return ServerSign.HEARTBEAT
    return ServerSign.CPU if "cpu" in name.lower() else ServerSign.ALERT
