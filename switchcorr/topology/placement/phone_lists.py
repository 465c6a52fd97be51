"""The call manager's own lists of phones as a table of locations: exports of its bulk tool, and what ``show risdb query phone`` prints.

They name no switch. But they name all phones, those that never dropped too, with what these share in the call manager: device pool, location, model and load;
and with an address the part of the address plan. The other columns, hundreds in an export of the bulk tool, are settings that fail nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import PLACE_KINDS
from switchcorr.model.device_types import model_of_type

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "device_name": ("device_name", "devicename"),
    "model": ("device_type", "devicemodel", "device_model", "model"),
    "site": ("location",),
    "device_pool": ("device_pool", "devicepool"),
    "firmware": ("activeloadid", "active_load_id", "phone_load_name", "loadid"),
    "ip": ("ipaddr", "ip_address", "ipaddress", "ip"),
    "description": ("description", "descr"),
    "extension": ("directory_number_1", "directory_number", "dirnumber"),
    "user": ("owner_user_id", "username", "user_id"),
    "mac": ("macaddr", "mac_address"),
}
"""What each column means, and its names, the best first. Source: headers of the bulk tool's exports and of ``show risdb query phone``."""
_SHARED = ("model", "site", "device_pool", "firmware")
_TELLING = frozenset(
    ("device_type", "devicemodel", "device_pool", "devicepool", "location", "activeloadid", "phone_load_name", "directory_number_1")
)
_LEAST = 2
"""Columns of a list that there must be; one alone may be of a table that somebody wrote."""
_BETWEEN = re.compile(r"total count\b|admin:|[-#]|\d+$|device ?name$", re.IGNORECASE)
"""What stands above and below the lists of several nodes, one after the other."""
_NAMED = re.compile(r"(?:cisco )?(?:ip phone )?(\d{4}[A-Z]*(?:-\w+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhoneList:
    """A table that is such a list.

    Attributes:
        header: its columns by what they mean.
        kinds: those that phones share.
        unused: columns that tell nothing here.
    """

    header: tuple[str, ...]
    kinds: tuple[str, ...]
    unused: int

    def row(self, cells: Sequence[str]) -> tuple[str, ...]:
        """A row with each model as other tables spell it; empty for a line that is none."""
        if cells and _BETWEEN.match(cells[0]) and (len(cells) < len(self.header) or not cells[0][-1:].isdigit()):
            return ()
        named = list(zip(self.header, cells, strict=False))
        of_phone = PhoneName.parse_or_none(dict(named).get("device_name", "")) is not None  # ports and trunks are of no phone's model
        return tuple(cell if name != "model" else model_named(cell) if of_phone else "" for name, cell in named)


def phone_list(header: Sequence[str]) -> PhoneList | None:
    """The list that a table with such columns is; None if it is none, or tells of places itself."""
    named = set(header)
    if not named.intersection(_COLUMNS["device_name"]) or named & (PLACE_KINDS | {"site"}) or len(named & _TELLING) < _LEAST:
        return None
    meant = {name: meaning for meaning, names in _COLUMNS.items() if (name := next((one for one in names if one in named), ""))}
    renamed = tuple(meant.get(name, "") for name in header)
    return PhoneList(renamed, tuple(kind for kind in _SHARED if kind in renamed), renamed.count(""))


def model_named(cell: str) -> str:
    """A model as neighbor tables spell it.

    >>> model_named("684"), model_named("Cisco 8851"), model_named("Cisco Unified Client Services Framework"), model_named("255")
    ('IP Phone 8851', 'IP Phone 8851', 'Cisco Unified Client Services Framework', '')
    """
    if cell.isascii() and cell.isdigit() and (len(cell) < 4 or int(cell) >= 20_000):
        return model_of_type(int(cell))
    found = _NAMED.fullmatch(cell)
    return f"IP Phone {found[1].upper()}" if found else cell
