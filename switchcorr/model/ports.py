"""What one physical port of a switch shows, as the report draws it: where it is, its state, its errors."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from switchcorr.model.interfaces import InterfaceName


class PortState(enum.Enum):
    """Whether there is a link."""

    UP = "up"
    DOWN = "down"
    DISABLED = "disabled"
    """Shut down on purpose, or by a fault that the switch found (err-disabled)."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PortFacts:
    """One physical port.

    Attributes:
        module: as in a component's id (``acc-12/3``); the device's name where it has no modules.
        position: number on the panel, from 1.
        state: at the last visit.
        errors: of the worst counter; None if no counter was read.
        counter: which one that is.
        grown: whether ``errors`` is growth between visits, else the total since the last clearing.
    """

    device: str
    interface: InterfaceName
    module: str
    position: int
    state: PortState = PortState.UNKNOWN
    errors: int | None = None
    counter: str = ""
    grown: bool = False
