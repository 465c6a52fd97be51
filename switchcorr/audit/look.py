"""One look at the network: what was known of it at a moment, and what could not be seen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchcorr.model.campus import Campus
from switchcorr.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Look:
    """See the module.

    Attributes:
        name: what it is, for people: a folder, ``the sweep of 2026-11-22 06:00``.
        campus: the network of this look alone.
        snapshot: what it was made of.
        unread: devices that were to be visited and were not read, with the reason; what they show is older, or nothing.
    """

    name: str
    campus: Campus
    snapshot: Snapshot
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def at(self) -> datetime | None:
        """When it was."""
        return self.snapshot.taken_at

    def seen(self) -> frozenset[str]:
        """Devices that were read in this look."""
        return frozenset(device.name for device in self.campus.devices if device.read) - self.unread.keys()
