"""Duplex mismatches: late collisions at the end that believes it is half-duplex, damaged frames at the other, or both ends' own words.

Source: IEEE 802.3 clause 4 (a late collision cannot happen on a link whose ends agree and whose cable is short enough).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from switchcorr.model.campus import Component, Link, Observation, ObservationKind
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.facts.device_growth import Cables, DeviceGrowth
from switchcorr.topology.facts.growth import Errors

LEAST_LATE = 10
"""Late collisions from which a link is suspect. Assumed: a short cable has none."""


def duplex_facts(
    growths: Sequence[DeviceGrowth], cables: Cables, devices: Mapping[str, DeviceFacts], links: Sequence[Link]
) -> Iterator[Observation]:
    """Facts of links and ports.

    Args:
        growths: of all devices.
        cables: ends of uplinks.
        devices: as last seen.
        links: the cables, with both ends where both are known.
    """
    ends: dict[tuple[str, int], list[tuple[DeviceGrowth, InterfaceName, Errors]]] = defaultdict(list)
    for one in growths:
        for interface, errors in one.growth.errors.items():
            uplink = cables.get((one.device, interface))
            if uplink is not None:
                ends[uplink, one.step].append((one, interface, errors))
            elif errors.late >= LEAST_LATE:
                yield _late(Component("port", f"{one.device}:{interface}"), one, interface, errors, ())
    for (uplink, _), own in sorted(ends.items(), key=lambda item: item[0]):
        for one, interface, errors in own:
            if errors.late >= LEAST_LATE:
                others = [other for device, _, other in own if device.device != one.device]
                yield _late(Component("uplink", uplink), one, interface, errors, others)
    yield from _stated(cables, devices, links)


def _late(component: Component, one: DeviceGrowth, interface: InterfaceName, errors: Errors, others: Sequence[Errors]) -> Observation:
    grew = "grew by" if one.compared else "since the last clearing:"
    text = f"late collisions of {one.device} {interface} {grew} {errors.late:,}"
    damaged = max((other.damaged for other in others), default=0)
    far = f", damaged frames at the other end by {damaged:,}" if damaged else ""
    known = one.growth
    return Observation(
        component, ObservationKind.DUPLEX_MISMATCH, float(errors.late), f"{text}{far}: a duplex mismatch or a cable that is too long",
        known.at, known.since or known.at,
    )  # fmt: skip


def _stated(cables: Cables, devices: Mapping[str, DeviceFacts], links: Sequence[Link]) -> Iterator[Observation]:
    """Links of which the ends themselves say that they do not agree."""
    duplex = {
        (name, row.name): row.duplex.rpartition("-")[2] for name, facts in devices.items() for row in facts.tables.interfaces if row.duplex
    }
    for link in links:
        if link.a_interface is None or link.b_interface is None:
            continue
        a, b = duplex.get((link.a, link.a_interface), ""), duplex.get((link.b, link.b_interface), "")
        uplink = cables.get((link.a, link.a_interface))
        if uplink is not None and {a, b} == {"half", "full"}:
            text = f"{link.a} {link.a_interface} is {a}-duplex and {link.b} {link.b_interface} is {b}-duplex"
            yield Observation(Component("uplink", uplink), ObservationKind.DUPLEX_MISMATCH, 1.0, text)
