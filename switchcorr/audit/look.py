"""One look at the network: what was known of it at a moment, and what could not be seen. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from switchcorr.model.campus import Campus
from switchcorr.model.snapshot import Snapshot
from switchcorr.model.tables import Table

PHONE_TABLES = frozenset({Table.NEIGHBORS, Table.MAC})
"""What shows phones."""
LINK_TABLES = frozenset({Table.NEIGHBORS})
"""What shows links."""
MODULE_TABLES = frozenset({Table.MODULES, Table.STACK, Table.INVENTORY, Table.FEXES})
"""What shows modules, each platform by some of them."""
COMPARED = PHONE_TABLES | LINK_TABLES | MODULE_TABLES
"""Tables of which a look has to know whether all of them was read."""


@dataclass(frozen=True, slots=True)
class Look:
    """See the module.

    Attributes:
        name: what it is, for people: a folder, ``the sweep of 2026-11-22 06:00``.
        campus: the network of this look alone.
        snapshot: what it was made of.
        unread: devices that were to be visited and were not read, with the reason; what they show is older, or nothing.
        is_stored: whether it is what a store keeps of that moment, and not the text itself.
        lacking: of ``COMPARED``, the tables that a device did not answer to the end; also those that it does not have.
    """

    name: str
    campus: Campus
    snapshot: Snapshot
    unread: Mapping[str, str] = field(default_factory=dict)
    lacking: Mapping[str, frozenset[Table]] = field(default_factory=dict)
    is_stored: bool = False

    @property
    def at(self) -> datetime | None:
        """When it was."""
        return self.snapshot.taken_at

    def seen(self) -> frozenset[str]:
        """Devices that were read in this look."""
        return frozenset(device.name for device in self.campus.devices if device.read) - self.unread.keys()

    def read_since(self, earlier: Look) -> frozenset[str]:
        """Devices that this look read later than an earlier one: of all others it tells what that one told."""
        were = {name: facts.taken_at for name, facts in earlier.snapshot.devices.items()}
        return frozenset(name for name, facts in self.snapshot.devices.items() if name not in were or facts.taken_at != were[name])

    def lacks(self, device: str, tables: frozenset[Table]) -> frozenset[Table]:
        """Those of some tables that this look did not read whole of a device."""
        return self.lacking.get(device, frozenset()) & tables

    def shows(self, device: str, table: Table) -> bool:
        """Whether a device told anything of a table."""
        facts = self.snapshot.devices.get(device)
        return facts is not None and bool(getattr(facts.tables, table.value))


def is_whole(look: Look, other: Look, device: str, tables: frozenset[Table]) -> bool:
    """Whether what this look does not show of a device is not there.

    A table counts if the device has it: if one of the two looks read all of it, or shows a row of it.
    """
    return not any(
        not other.lacks(device, frozenset({table})) or look.shows(device, table) or other.shows(device, table)
        for table in look.lacks(device, tables)
    )
