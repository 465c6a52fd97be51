"""What is given to the store of one visit, and what became of it."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from switchcorr.model.addresses import PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import PlacementEvidence, PlacementState
from switchcorr.model.tables import DeviceTables, Table
from switchcorr.model.visit import VisitStatus


@dataclass(frozen=True, slots=True)
class PortSeen:
    """What a visit shows of one interface besides its counters.

    Attributes:
        module: id of its module (``acc-12/3``) or empty.
        hardware: what it is a part of: serial number of the module or the device; empty if nothing tells. Where it changes,
            counters begin anew.
    """

    module: str = ""
    hardware: str = ""


@dataclass(frozen=True, slots=True)
class PlaceSeen:
    """Where a visit shows one phone; the interface is None if only the device is known."""

    interface: InterfaceName | None
    evidence: PlacementEvidence
    confidence: float
    state: PlacementState = PlacementState.PLACED
    vlan: int | None = None
    ip: str = ""
    model: str = ""
    reason: str = ""
    firmware: str = ""


@dataclass(frozen=True, slots=True)
class RawText:
    """The captured text of a visit: hexadecimal SHA-256 of the packed folder, and its bytes unpacked."""

    digest: str
    size: int


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """One attempt to visit a device, and what it brought.

    Attributes:
        at: when it began, by our clock.
        sweep: name of the sweep or of the folder it belongs to.
        tables: what the device said; None if nothing could be used.
        whole: tables of which all was read: what they lack is gone.
        ports: of every interface whose module or hardware is known.
        cleared_ago: how long before the visit the counters of interfaces were cleared, where that is told.
        places: phones at this device.
        places_whole: whether phones that are not in ``places`` are gone from this device.
        failure: why the visit is not whole, in words.
        raw: the captured text, once it is kept.
    """

    device: str
    at: datetime
    status: VisitStatus
    sweep: str = ""
    sweep_started_at: datetime | None = None
    platform: str = ""
    host: str = ""
    site: str = ""
    seconds: float = 0.0
    failure: str = ""
    tables: DeviceTables | None = None
    whole: frozenset[Table] = frozenset()
    ports: Mapping[InterfaceName, PortSeen] = field(default_factory=dict)
    cleared_ago: Mapping[InterfaceName, timedelta] = field(default_factory=dict)
    places: Mapping[PhoneName, PlaceSeen] = field(default_factory=dict)
    places_whole: bool = False
    raw: RawText | None = None


class VisitOutcome(enum.Enum):
    """What became of a visit that was given to the store."""

    APPLIED = "applied"
    NOTHING = "nothing to apply"
    LATE = "older than the last applied visit"
    REPEATED = "stored already"
