"""The call manager's own lists of phones as a table of locations: exports of its bulk tool, and what ``show risdb query phone`` prints.

They name no switch. But they name all phones, those that never dropped too, with what these share in the call manager: device pool, location, model and load;
and with an address the part of the address plan. The other columns, hundreds in an export of the bulk tool, are settings that fail nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from switchcorr.model.addresses import PhoneName
from switchcorr.model.campus import RISK_KINDS
from switchcorr.model.device_types import model_of_type
from switchcorr.topology.placement.risk_groups import model_of

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
_TELLING = frozenset((
    "device_type", "device_protocol", "phone_button_template", "phone_load_name", "owner_user_id", "directory_number_1", "device_security_profile",
    "calling_search_space", "css", "line_css_1", "media_resource_group_list", "common_phone_config", "devicemodel", "regstatus", "phoneprotocol",
    "activeloadid", "loadid", "httpsupport",
))  # fmt: skip
"""Columns that such a list has, and hardly any table that somebody wrote."""
_LEAST = 2
_OTHERS = frozenset(kind.name for kind in RISK_KINDS) - {*_SHARED, "cluster"}
_BETWEEN = re.compile(r"total count\b|admin:|[-#]|\d+$", re.IGNORECASE)
"""What stands above and below the lists of several nodes, one after the other."""
_NOTHING = frozenset(("null", "none", "< none >"))
_BARE = re.compile(r"(?:cisco )?(?:unified )?(?:ip )?(?:phone )?(?:cp-)?(\d{4}(?!\d).*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PhoneList:
    """A table that is such a list.

    Attributes:
        header: its columns by what they mean; empty for those that mean nothing here.
        kinds: those that phones share.
        unused: names of the columns that mean nothing here.
    """

    header: tuple[str, ...]
    kinds: tuple[str, ...]
    unused: tuple[str, ...]

    def row(self, cells: Sequence[str]) -> dict[str, str]:
        """A row by what its cells mean, with each model as other tables spell it; empty for a line that is none.

        The list of a node separates its cells by commas and quotes none, so that the description alone may hold some.
        """
        if not cells or (len(cells) < len(self.header) / 2 and _BETWEEN.match(cells[0])):
            return {}
        row = max((self._read(cells, commas) for commas in range(max(len(cells) - len(self.header), 0) + 1)), key=_fitting)
        if "model" in row:  # ports and trunks are of no phone's model
            row["model"] = model_named(row["model"]) if PhoneName.parse_or_none(row.get("device_name", "")) else ""
        return row

    def _read(self, cells: Sequence[str], commas: int) -> dict[str, str]:
        """A row of which the description has so many commas."""
        if commas and "description" in self.header:
            at = self.header.index("description")
            cells = (*cells[:at], ", ".join(cells[at : at + commas + 1]), *cells[at + commas + 1 :])
        return {meaning: cell for meaning, cell in zip(self.header, cells, strict=False) if meaning and cell.lower() not in _NOTHING}


def _fitting(row: Mapping[str, str]) -> int:
    """How many cells look like what their column means."""
    mac, name = row.get("mac", ""), row.get("device_name", "")
    return (mac != "" and mac in name) + (row.get("ip", "").count(".") == 3) + row.get("model", "").isdigit()


def phone_list(header: Sequence[str]) -> PhoneList | None:
    """The list that a table with such columns is; None if it is none, or tells of places itself."""
    named = set(header)
    if not named.intersection(_COLUMNS["device_name"]) or named & _OTHERS or "site" in named:
        return None
    if len(named & _TELLING) < _LEAST and not ("device_type" in named and named & {"device_pool", "location"}):
        return None
    meant = {name: meaning for meaning, names in _COLUMNS.items() if (name := next((one for one in names if one in named), ""))}
    renamed = tuple(meant.get(name, "") for name in header)
    unused = tuple(name for name in header if name and name not in meant)
    return PhoneList(renamed, tuple(kind for kind in _SHARED if kind in renamed), unused)


def model_named(cell: str) -> str:
    """A model as neighbor tables spell it.

    >>> model_named("684"), model_named("Cisco 8851"), model_named("Cisco Unified Client Services Framework"), model_named("255")
    ('IP Phone 8851', 'IP Phone 8851', 'Cisco Unified Client Services Framework', '')
    """
    if cell.isascii() and cell.isdigit() and (len(cell) < 4 or int(cell) >= 20_000):
        return model_of_type(int(cell))
    found = _BARE.fullmatch(cell)
    return model_of(f"Phone {found[1]}") if found else cell
