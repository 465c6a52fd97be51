"""Error counters as facts about parts: whose errors they are, how much, and how often a healthy part shows as many.

Errors of an uplink, at either end of its cable, are the uplink's and not its module's; all others are the module's (the switch's where
it has none) and, where they are on one ASIC, also that ASIC's. One port of many never makes a part sick: it counts as much as all other
ports of the part together, and a little, because a bad cable is the commonest cause of errors. Every part whose counters were compared is
told, with errors or without; one that was read and could not be compared is told as not polled.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.campus import Component, Observation, ObservationKind, risk_kind
from switchcorr.topology.facts.device_growth import LEAST_PORTS, Cables, DeviceGrowth
from switchcorr.topology.facts.growth import Errors
from switchcorr.topology.facts.healthy import UNKNOWN_SPAN, Amount, healthy_tails

LEAST_GROWTH = 10
"""Errors between two snapshots below which growth is noise and says nothing. Assumed."""
LEAST_TOTAL = 1_000
"""Errors since the last clearing below which a total says nothing. Assumed."""


@dataclass(slots=True)
class _Part:
    """Errors of one part over one time, by interface, and the interfaces that were left out."""

    component: Component
    device: str
    step: int
    compared: bool
    since: datetime | None
    at: datetime | None
    rows: dict[str, Errors] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def total(self) -> int:
        return sum(errors.count for errors in self.rows.values())

    @property
    def counted(self) -> int:
        """The errors, one port of many no more than all others and a little."""
        return sum(count for count, _ in self._ports())

    @property
    def rate(self) -> float:
        """Counted errors an hour, each interface over its own time."""
        return sum(count / max(span / timedelta(hours=1), 1 / 3600) for count, span in self._ports())

    def _ports(self) -> list[tuple[int, timedelta]]:
        """Errors that count of each interface, and over how long."""
        ports = sorted((errors.count, errors.span or UNKNOWN_SPAN) for errors in self.rows.values())
        worst, span = ports.pop()
        others = sum(count for count, _ in ports)
        return [*ports, (min(worst, others + LEAST_GROWTH) if len(self.rows) >= LEAST_PORTS else worst, span)]


def counter_facts(growths: Sequence[DeviceGrowth], cables: Cables) -> Iterator[Observation]:
    """What the counters say of each part, over each time between two visits, or since the clearing where there is one visit only."""
    parts: dict[tuple[Component, int], _Part] = {}
    for one in growths:
        for interface, errors in one.growth.errors.items():
            for component in one.parts_of(interface, cables):
                _part(parts, component, one).rows[f"{one.device} {interface}"] = errors
        for interface, why in one.growth.left_out.items():
            for component in one.parts_of(interface, cables):
                _part(parts, component, one).left_out[why] += 1
    by_kind: dict[tuple[str, bool], list[_Part]] = defaultdict(list)
    for part in parts.values():
        by_kind[part.component.kind, part.compared].append(part)
    for same in by_kind.values():
        yield from _facts(same)


def _part(parts: dict[tuple[Component, int], _Part], component: Component, one: DeviceGrowth) -> _Part:
    known = parts.get((component, one.step))
    if known is None:
        known = parts[component, one.step] = _Part(component, one.device, one.step, one.compared, one.growth.since, one.growth.at)
    return known


def _facts(parts: Sequence[_Part]) -> Iterator[Observation]:
    """Facts of all parts of one kind."""
    polled = [part for part in parts if part.rows]
    if polled and polled[0].component.kind == "uplink":
        _keep_worse_end(polled)
    tails = healthy_tails([Amount(part.component, part.device, part.step, part.rate) for part in polled])
    for part, tail in zip(polled, tails, strict=True):
        yield from _fact(part, tail)
    for part in parts:
        if not part.rows:
            text = f"error counters of {part.component.id}: not polled; {_left_out(part.left_out)}"
            yield Observation(part.component, ObservationKind.COUNTER_UNPOLLED, 0.0, text, part.at, part.since)


def _keep_worse_end(parts: Iterable[_Part]) -> None:
    """Of a cable the worse of its ends: both may count the same bad frame."""
    for part in parts:
        name = max(part.rows, key=lambda name: (part.rows[name].count, part.rows[name].counter, name))
        part.rows = {name: part.rows[name]}


def _fact(part: _Part, tail: float) -> Iterator[Observation]:
    total = part.total
    if total == 0 and part.compared:
        text = f"no error counter of {risk_kind(part.component.kind).noun} {part.component.id} grew between the snapshots"
        yield Observation(part.component, ObservationKind.COUNTER_QUIET, 0.0, text, part.at, part.since, tail)
    if part.counted < (LEAST_GROWTH if part.compared else LEAST_TOTAL):
        return
    kind = ObservationKind.COUNTER_GROWTH if part.compared else ObservationKind.COUNTER_TOTAL
    yield Observation(part.component, kind, float(total), _words(part), part.at, part.since, tail)


def _words(part: _Part) -> str:
    """What grew and where, over how long, and how resets were treated."""
    name, worst = max(part.rows.items(), key=lambda row: (row[1].count, row[1].counter, row[0]))
    counter, place = worst.counter, name.partition(" ")[2]
    grew = "grew by" if part.compared else "since the last clearing:"
    if part.component.kind == "uplink":
        text = f"{counter} of the uplink {part.component.id} {grew} {part.total:,}"
    else:
        text = f"error counters of {part.component.id} {grew} {part.total:,}, most of all {counter} of {place}: {worst.count:,}"
    if part.counted < part.total:
        text += f"; one port alone has most of them, which is rather its cable: counted as {part.counted:,}"
    return "; ".join((text, *_resets(part), *([_left_out(part.left_out)] if part.left_out else [])))


def _resets(part: _Part) -> list[str]:
    counted = Counter(errors.since for errors in part.rows.values() if errors.since)
    return [f"{_ports(count)} counted from zero since {why} in between" for why, count in sorted(counted.items())]


def _left_out(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{_ports(count)} left out: {why}" for why, count in sorted(counts.items()))


def _ports(count: int) -> str:
    return "1 port" if count == 1 else f"{count:,} ports"
