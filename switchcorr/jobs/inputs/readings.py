"""What was read, wherever it came from: files or a store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from switchcorr.errors import StoreError
from switchcorr.model.event import EventFileAccount, EventLog
from switchcorr.model.incident import Correlation
from switchcorr.model.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class EventsRead:
    """A log in order of time, what became of each file, and which files could not be used at all."""

    log: EventLog
    files: tuple[EventFileAccount, ...]
    assumptions: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredNetwork:
    """Snapshots in order of time, and the devices that the last sweep did not read, with the reason."""

    snapshots: tuple[Snapshot, ...]
    unread: Mapping[str, str]


class Settled(NamedTuple):
    """An answer under the ids that its incidents had before; ``unkept`` is why it could not be written down, None if it was, or was not to be."""

    result: Correlation
    unkept: StoreError | None = None


class Stored(Protocol):
    """Something that kept events and sweeps. A request carries one, so that only who asks a store loads its libraries."""

    @property
    def since(self) -> datetime:
        """From here on incidents are sought, unless another time is asked for."""

    def events(self) -> EventsRead:
        """The events of the time asked for, with what stands before as background."""

    def network(self, log: EventLog) -> StoredNetwork:
        """The sweeps that tell most of what a log tells."""

    def settled(self, result: Correlation, *, keep: bool) -> Settled:
        """The answer with the ids that its incidents had before; if it is to be kept, it is also written down."""
