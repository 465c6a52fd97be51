"""Ports for management only: such a port never forwards what another port took in, so its cable carries no phone and its errors harm none.

Source: Cisco's hardware guides of Catalyst 2960-X to 9600 ("Ethernet management port") and of Nexus (``mgmt0``); names of Arista EOS and Juniper Junos.
"""

from __future__ import annotations

from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.tables import DeviceTables

_KINDS = frozenset(("mgmt", "Management", "me", "vme", "fxp"))
_OLD_KINDS = frozenset(("FastEthernet", "GigabitEthernet"))


def is_management(name: InterfaceName, *, catalyst: bool) -> bool:
    """Whether an interface is for management only, by its name alone.

    Args:
        name: in the words of the neighbor.
        catalyst: whether it is of a Catalyst, on which no other port is called ``Gi0/0``, ``Fa0`` or ``Fa1``.
    """
    return name.kind in _KINDS or (catalyst and name.kind in _OLD_KINDS and (name.number == "0/0" or "/" not in name.number))


def management_ports(tables: DeviceTables) -> frozenset[InterfaceName]:
    """Ports for management of a device: by their letters, or because they are called otherwise than all that switch.

    ``Gi0/0`` beside ``Gi1/0/1``, and ``Fa0`` or ``Gi0`` beside any name with a slash. A router's ``Gi0/0`` stands beside ``Gi0/0/0`` at most.
    """
    names = {neighbor.local for neighbor in tables.neighbors}
    for rows in (tables.interfaces, tables.status, tables.error_counters):
        names.update(row.name for row in rows)
    physical = {name: name.parts for name in names if name.is_physical and name.number}
    has_slashes = any(len(parts) > 1 for parts in physical.values())
    has_members = any(len(parts) > 2 and parts[0] > 0 for parts in physical.values())
    return frozenset(
        name
        for name, parts in physical.items()
        if name.kind in _KINDS
        or (len(parts) == 1 and has_slashes and name.kind in _OLD_KINDS)
        or (len(parts) == 2 and parts[0] == 0 and has_members)
    )
