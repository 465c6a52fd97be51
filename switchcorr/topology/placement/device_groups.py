"""What text cannot tell of devices: a CSV with the column ``device``; every other column is a risk group of the device's phones."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from switchcorr.errors import InputFileError
from switchcorr.files import read_bytes
from switchcorr.text import clean, clean_text, decode


def read_device_groups(path: Path) -> dict[str, Mapping[str, str]]:
    """Groups by device name; empty cells are unknown.

    Raises:
        InputFileError: the file cannot be read or has no column ``device``.
    """
    reader = csv.DictReader(io.StringIO(clean_text(decode(read_bytes(path)).lstrip("\ufeff"))))
    names = {name: clean(name).lower() for name in reader.fieldnames or [] if name}
    column = next((name for name, known in names.items() if known == "device"), None)
    if column is None:
        raise InputFileError(
            f"{path}: line 1: no column 'device'; found {', '.join(names.values()) or 'nothing'}.",
            hint="Give a header line such as device,site,power.",
            context={"file": str(path), "line": 1},
        )
    groups: dict[str, Mapping[str, str]] = {}
    for row in reader:
        device = clean(row[column] or "")
        if device:
            groups[device] = {known: clean(row[name]) for name, known in names.items() if name != column and (row[name] or "").strip()}
    return groups
