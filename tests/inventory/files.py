"""Inventory files for tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from switchcorr.errors import InventoryError
from switchcorr.inventory.read import read_inventory
from switchcorr.model.inventory import Inventory, InventoryDevice

HOME = Path("/home/netops")
ENVIRONMENT = {"HOME": str(HOME)}


def write(directory: Path, files: Mapping[str, str | bytes], *, mode: int = 0o600) -> Path:
    """Write files below a directory; the directory."""
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
    return directory


def read(path: Path) -> Inventory:
    """The inventory at a path."""
    return read_inventory(str(path), environment=ENVIRONMENT)


def device(inventory: Inventory, name: str) -> InventoryDevice:
    """A device by its name."""
    return next(found for found in inventory.devices if found.name == name)


def problems(path: Path) -> list[str]:
    """The problems of an inventory that cannot be read, one line each."""
    with pytest.raises(InventoryError) as caught:
        read_inventory(str(path), environment=ENVIRONMENT)
    return [line.strip() for line in caught.value.message.splitlines()[1:]]
