"""What the counters of each device did between its visits, and whose they are: an uplink's, a module's, a switch's, an ASIC's."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.campus import Component
from switchcorr.model.interfaces import InterfaceName
from switchcorr.topology.chassis import Chassis
from switchcorr.topology.facts.growth import Growth, Visit, errors_since_clearing, growth_between

LEAST_PORTS = 4
"""Ports of a part that do the same together before it is a fact about the part: one or two have their own reasons. Assumed."""

Cables = Mapping[tuple[str, InterfaceName], str]
"""The uplink that an interface of a device is an end of, by its id."""


@dataclass(frozen=True, slots=True)
class DeviceGrowth:
    """One device over one time.

    Attributes:
        step: number of the later snapshot.
        asics: ASIC of an interface.
        compared: whether the errors are growth, not totals.
    """

    device: str
    step: int
    growth: Growth
    chassis: Chassis
    asics: Mapping[InterfaceName, int]
    compared: bool = True

    def parts_of(self, interface: InterfaceName, cables: Cables) -> Iterator[Component]:
        """Whose the errors of an interface are: its cable's, or its module's and its ASIC's."""
        uplink = cables.get((self.device, interface))
        if uplink is not None:
            yield Component("uplink", uplink)
            return
        part = part_of(self.device, self.chassis.module_of(interface))
        yield part
        if interface in self.asics:
            yield Component("asic", f"{part.id}/{self.asics[interface]}")


def part_of(device: str, module: str) -> Component:
    """The module of a device, or the device where it has none."""
    return Component("module", f"{device}/{module}") if module else Component("switch", device)


def growths_of(visits: Mapping[str, Sequence[tuple[int, Visit]]]) -> list[DeviceGrowth]:
    """Growth over each time between two visits of a device, or its totals where there is one visit only.

    Args:
        visits: by device, with the number of the snapshot, earlier first.
    """
    found: list[DeviceGrowth] = []
    for device, own in visits.items():
        chassis = own[-1][1].chassis
        asics = {port.name: port.asic for _, visit in own for port in visit.facts.tables.asics}
        if len(own) == 1:
            found.append(DeviceGrowth(device, own[0][0], errors_since_clearing(own[0][1]), chassis, asics, compared=False))
        for (_, before), (step, after) in itertools.pairwise(own):
            found.append(DeviceGrowth(device, step, growth_between(before, after), chassis, asics))
    return found
