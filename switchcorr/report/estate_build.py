"""Campus, log and answer to an estate; without a campus from the lost phones alone."""

from __future__ import annotations

import math
from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from switchcorr.model.campus import Campus, ObservationKind, empty_campus
from switchcorr.model.event import EventKind, EventLog
from switchcorr.model.incident import Correlation
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.model.ports import PortFacts
from switchcorr.report.estate import Estate, LogColumns, LogKind, PhoneColumns, ServerReading, ServerSign
from switchcorr.report.estate_losses import Loss, loss_columns, losses_of
from switchcorr.report.estate_switches import Places, natural, switches_of

_NOT_SEEN = "no switch that was read has seen it, and no location names it"
_LOG_KINDS = {
    int(EventKind.UNREGISTERED): int(LogKind.LOST),
    int(EventKind.TRANSIENT): int(LogKind.LOST),
    int(EventKind.REGISTERED): int(LogKind.BACK),
}
_NO_PHONE = "only in the log: no switch port of its own is known"


@dataclass(slots=True)
class _Spots:
    """Where phones are, as names: one entry a phone in each list; an empty switch is "not known"."""

    switch: list[str] = field(default_factory=list)
    module: list[str] = field(default_factory=list)
    interface: list[str] = field(default_factory=list)
    position: list[int] = field(default_factory=list)
    vlan: list[int] = field(default_factory=list)
    why: list[str] = field(default_factory=list)

    def put(self, switch: str, module: str, interface: str, position: int, vlan: int, why: str) -> None:
        """Add one phone."""
        self.switch.append(switch)
        self.module.append(module or switch)
        self.interface.append(interface)
        self.position.append(position)
        self.vlan.append(vlan)
        self.why.append(why)


@dataclass(frozen=True, slots=True)
class _Told:
    """What the log says of each phone, in their order: the newest node, address, description and extension; empty for nothing."""

    node: Sequence[str]
    ip: Sequence[str]
    description: Sequence[str]
    extension: Sequence[str]


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
    losses = losses_of(result)
    last = {loss.phone.phone: loss for loss in losses}
    named = log.pools.names.texts if log is not None else ()
    names = sorted({*network.risk.phones, *map(str, (at.phone for at in network.placements)), *last, *filter(None, named)})
    index = dict(zip(names, range(len(names)), strict=True))
    numbers = [index.get(text, -1) for text in named]
    where, lost = list[Placement | None]([None]) * len(names), [last.get(name) for name in names]
    for placement in network.placements:
        where[index[placement.phone]] = placement
    spots = _spots(where, lost)
    places = _places(spots, _risk_column(network, "site", index))
    _places_above(places, spots, _risk_column(network, "distribution", index), _risk_column(network, "uplink", index))
    switches, modules, by_module = switches_of(network, places, ports)
    module_index = {module.id: number for number, module in enumerate(modules)}
    switch_index = {switch.name: number for number, switch in enumerate(switches)}
    phones = replace(
        _phones(where, lost, _told(log, numbers, len(names)), _risk_column(network, "node", index)),
        name=tuple(names),
        switch=array("i", [switch_index.get(name, -1) for name in spots.switch]),
        module=array("i", [module_index.get(name, -1) for name in spots.module]),
        position=array("i", spots.position),
        vlan=array("i", spots.vlan),
        interface=tuple(spots.interface),
        why_unplaced=tuple(spots.why),
        firmware=tuple(_risk_column(network, "firmware", index)),
    )
    columns, start, end = _log(log, result, index, numbers)
    return Estate(
        whole=bool(network.placements),
        switches=switches,
        modules=modules,
        ports=by_module,
        phones=phones,
        losses=loss_columns(losses, index),
        returns=all(incident.returns_logged for incident in result.incidents),
        log=columns,
        signs=_signs(log),
        findings=tuple(item for item in network.observations if item.kind is not ObservationKind.COUNTER_QUIET),
        nodes=tuple(sorted(filter(None, set(phones.node)), key=natural)),
        start=start,
        end=end,
        switch_index=switch_index,
        module_index=module_index,
        phone_index=index,
    )


def _told(log: EventLog | None, numbers: Sequence[int], count: int) -> _Told:
    """The newest word of the log on each phone.

    Args:
        log: the events.
        numbers: index of the phone, by number of the name in the log.
        count: of phones.
    """
    nodes, ips, descriptions, extensions = [""] * count, [""] * count, [""] * count, [""] * count
    if log is not None:
        node_texts, ip_texts, texts, lines = (
            pool.texts for pool in (log.pools.nodes, log.pools.ips, log.pools.descriptions, log.pools.extensions)
        )
        for name, node, ip, description, extension in zip(log.name, log.node, log.ip, log.description, log.extension, strict=True):
            phone = numbers[name] if name >= 0 else -1
            if phone < 0:
                continue
            if node >= 0:
                nodes[phone] = node_texts[node]
            if ip >= 0:
                ips[phone] = ip_texts[ip]
            if description >= 0:
                descriptions[phone] = texts[description]
            if extension >= 0:
                extensions[phone] = lines[extension]
    return _Told(nodes, ips, descriptions, extensions)


def _spots(where: Sequence[Placement | None], lost: Sequence[Loss | None]) -> _Spots:
    """Where the campus has each phone; else where the answer does."""
    spots = _Spots()
    positions: dict[str, int] = {"": 0}
    for placement, loss in zip(where, lost, strict=True):
        if placement is not None and placement.device and placement.state is not PlacementState.UNPLACED:
            interface = placement.interface or ""
            position = positions.get(interface)
            if position is None:
                position = positions[interface] = _last_number(interface)
            spots.put(placement.device, placement.module, interface, position, -1 if placement.vlan is None else placement.vlan, "")
        elif loss is not None and loss.phone.device:
            phone = loss.phone
            spots.put(phone.device, phone.module, phone.interface, _last_number(phone.interface), -1, "")
        else:
            spots.put("", "", "", 0, -1, (placement.reason or _NOT_SEEN) if placement is not None else _NO_PHONE)
    return spots


def _places(spots: _Spots, sites: Sequence[str]) -> Places:
    """The same by switch and module."""
    places = Places()
    places.phones.update(spots.module)
    places.by_switch.update(spots.switch)
    for switch, module in set(zip(spots.switch, spots.module, strict=True)):
        if switch:
            places.modules[switch].add(module)
    for module, position in zip(spots.module, spots.position, strict=True):
        if position > places.highest.get(module, 0):
            places.highest[module] = position
    for (switch, site), count in Counter(zip(spots.switch, sites, strict=True)).items():
        if switch and site:
            places.sites[switch][site] += count
    return places


def _places_above(places: Places, spots: _Spots, above: Sequence[str], uplinks: Sequence[str]) -> None:
    """What a table of locations says of the way up, by switch."""
    for (switch, upper, uplink), count in Counter(zip(spots.switch, above, uplinks, strict=True)).items():
        if switch and upper and upper != switch:
            places.above[switch][upper, uplink.partition(":")[2]] += count


def _last_number(interface: str) -> int:
    digits = interface.replace(".", "/").rpartition("/")[2]
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 5 else 0


def _risk_column(campus: Campus, kind: str, index: Mapping[str, int]) -> list[str]:
    """The component of a kind that each phone is exposed to, as its id; empty for unknown."""
    found = [""] * len(index)
    if kind in campus.risk.columns:
        ids = [component.id for component in campus.risk.components[kind]]
        for name, value in zip(campus.risk.phones, campus.risk.columns[kind], strict=True):
            if value >= 0:
                found[index[name]] = ids[value]
    return found


def _phones(where: Sequence[Placement | None], found: Sequence[Loss | None], told: _Told, nodes: Sequence[str]) -> PhoneColumns:
    """The columns that do not tell places.

    A lost phone's node is the one at which it was lost: the newest is where it went from a dead one. Of a phone of which the log tells
    none it is that of the risk table (``nodes``).
    """
    lost = [one.phone if one else None for one in found]
    return PhoneColumns(
        ip=tuple(ip or (at.ip if at else "") or (one.ip if one else "") for ip, at, one in zip(told.ip, where, lost, strict=True)),
        node=tuple((one.node if one else "") or node or table for node, table, one in zip(told.node, nodes, lost, strict=True)),
        description=tuple(
            text or (one.description if one else "") or (at.description if at else "")
            for text, at, one in zip(told.description, where, lost, strict=True)
        ),
        extension=tuple(lines or (at.extension if at else "") for lines, at in zip(told.extension, where, strict=True)),
        model=tuple(at.platform if at else "" for at in where),
    )


def _log(log: EventLog | None, result: Correlation, index: Mapping[str, int], numbers: Sequence[int]) -> tuple[LogColumns, float, float]:
    """Losses and returns in order of time, and the first and last moment of the log."""
    if log is None:
        rows = sorted((phone.time.timestamp(), index[phone.phone]) for incident in result.incidents for phone in incident.phones)
        times = [moment.timestamp() for moment in (result.start, result.end) if moment is not None]
        lost = array("b", [LogKind.LOST]) * len(rows)
        return LogColumns(array("d", [row[0] for row in rows]), array("i", [row[1] for row in rows]), lost), *_ends(times)
    kept = [row for row, kind in enumerate(log.kind) if kind in _LOG_KINDS and log.name[row] >= 0 and math.isfinite(log.time[row])]
    moments = [log.time[row] for row in kept]
    if moments != sorted(moments):
        kept.sort(key=log.time.__getitem__)
        moments.sort()
    columns = LogColumns(
        array("d", moments), array("i", [numbers[log.name[row]] for row in kept]), array("b", [_LOG_KINDS[log.kind[row]] for row in kept])
    )
    return columns, *_ends([time for time in log.time if math.isfinite(time)])


def _ends(times: Sequence[float]) -> tuple[float, float]:
    return min(times, default=math.nan), max(times, default=math.nan)


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
