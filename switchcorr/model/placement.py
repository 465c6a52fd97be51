"""Where an endpoint is attached, from what evidence and how sure."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

from switchcorr.model.addresses import MacAddress, PhoneName
from switchcorr.model.interfaces import InterfaceName


class PlacementState(enum.Enum):
    """Whether one place is known."""

    PLACED = "placed"
    AMBIGUOUS = "ambiguous"
    """Two places are about equally likely; the better one is given."""
    UNPLACED = "unplaced"


class PlacementEvidence(enum.Enum):
    """What puts a phone at an interface, best first."""

    CDP = "cdp"
    LLDP = "lldp"
    PHONE_ALARM = "phone alarm"
    MAC_VOICE_VLAN = "mac in voice vlan"
    MAC = "mac"
    LOCATIONS = "locations file"


@dataclass(frozen=True, slots=True)
class Sighting:
    """One piece of evidence for one place; the interface is None if only the device is told."""

    device: str
    interface: InterfaceName | None
    evidence: PlacementEvidence
    seen_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one phone is.

    Attributes:
        phone: its name; also names without a MAC, from a locations file.
        module: the module's id (``acc-12/3``) or empty where the device has none.
        confidence: in [0, 1].
        reason: why it is unplaced or ambiguous; empty if placed.
        sightings: all evidence, the decisive first; conflicts stay in it.
        last_seen: when the phone was last in a snapshot, if it is missing from a later one.
        other_macs: further addresses on the same interface (a PC behind the phone).
        extension, description: its directory number and who or what it is, from a locations file.
    """

    phone: PhoneName | str
    state: PlacementState
    device: str = ""
    interface: InterfaceName | None = None
    module: str = ""
    vlan: int | None = None
    mac: MacAddress | None = None
    ip: str = ""
    confidence: float = 0.0
    reason: str = ""
    sightings: tuple[Sighting, ...] = ()
    last_seen: datetime | None = None
    platform: str = ""
    other_macs: int = 0
    extension: str = ""
    description: str = ""
