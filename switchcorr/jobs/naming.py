"""Devices that were named on the command line as what a command is about."""

from __future__ import annotations

from collections.abc import Sequence

from switchcorr.errors import UsageError
from switchcorr.inventory.selection import select
from switchcorr.model.inventory import Inventory, InventoryDevice


def devices_named(names: Sequence[str], inventory: Inventory, *, collector: str = "") -> tuple[InventoryDevice, ...]:
    """The devices with these names, patterns or addresses; without any, all of them.

    Raises:
        UsageError: a name that no device has.
    """
    try:
        return select(inventory, limit=names, collector=collector).devices
    except UsageError as error:
        raise UsageError(error.message.removeprefix("--limit "), hint=error.hint) from error
