"""Links that went down and up between two snapshots, by their counters: how often of an uplink, how many ports of a part.

The counter tells no time but that between its snapshots; a fact from the log about the same link is the same physical fact, and the
heavier of the two counts. Ports of phones are unplugged every day, so a part's ports are compared with those of its siblings.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from switchcorr.model.campus import Component, Observation, ObservationKind
from switchcorr.topology.facts.device_growth import LEAST_PORTS, Cables, DeviceGrowth
from switchcorr.topology.facts.healthy import UNKNOWN_SPAN, Amount, healthy_tails


@dataclass(slots=True)
class _Flaps:
    """Of an uplink how often it flapped, of any other part how many of its ports did."""

    component: Component
    growth: DeviceGrowth
    count: int = 0

    @property
    def rate(self) -> float:
        """An hour."""
        known = self.growth.growth
        span = known.at - known.since if known.at is not None and known.since is not None else UNKNOWN_SPAN
        return self.count / max(span / timedelta(hours=1), 1 / 3600)


def flap_facts(growths: Sequence[DeviceGrowth], cables: Cables) -> Iterator[Observation]:
    """Facts of all parts whose links were counted twice."""
    flaps: dict[tuple[Component, int], _Flaps] = {}
    for one in growths:
        for interface, count in one.growth.flaps.items():
            for component in one.parts_of(interface, cables):
                known = flaps.setdefault((component, one.step), _Flaps(component, one))
                known.count = max(known.count, count) if component.kind == "uplink" else known.count + (count > 0)
    for kind in sorted({component.kind for component, _ in flaps}):
        same = [one for one in flaps.values() if one.component.kind == kind]
        tails = healthy_tails([Amount(one.component, one.growth.device, one.growth.step, one.rate) for one in same])
        for part, tail in zip(same, tails, strict=True):
            if part.count >= (1 if kind == "uplink" else LEAST_PORTS):
                time = part.growth.growth
                yield Observation(
                    part.component, ObservationKind.LINK_FLAP, float(part.count), _words(part), time.at, time.since or time.at, tail
                )


def _words(one: _Flaps) -> str:
    if one.component.kind != "uplink":
        return f"{one.count} ports of {one.component.id} went down and up between the snapshots"
    times = "once" if one.count == 1 else f"{one.count:,} times"
    return f"the uplink {one.component.id} went down and up {times} between the snapshots"
