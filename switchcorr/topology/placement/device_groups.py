"""What text cannot tell of devices: a CSV with the column ``device``; every other column is a risk group of the device's phones."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import read_bytes
from switchcorr.text import decode
from switchcorr.topology.facts.sheet import read_sheet


def read_device_groups(path: Path) -> dict[str, Mapping[str, str]]:
    """Groups by device name; empty cells are unknown.

    Raises:
        InputFileError: the file cannot be read or has no column ``device``.
    """
    sheet = read_sheet(decode(read_bytes(path)), source=str(path), wanted=("device",))
    if "device" not in sheet.header:
        raise InputFileError(
            f"{path}: line 1: no column 'device'; found {', '.join(filter(None, sheet.header)) or 'nothing'}.",
            hint="Give a header line such as device,site,power.",
            context={"file": str(path), "line": 1},
        )
    groups: dict[str, Mapping[str, str]] = {}
    for _, row in sheet.rows:
        cells = {name: cell for name, cell in zip(sheet.header, row, strict=False) if name and cell}
        device = cells.pop("device", "")
        if device:
            groups[device] = cells
    return groups
