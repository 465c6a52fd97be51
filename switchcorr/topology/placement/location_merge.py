"""A table of locations laid under what the captures tell: it fills what they leave open, and is told where it contradicts them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

from switchcorr.model.addresses import PhoneName
from switchcorr.model.interfaces import InterfaceName
from switchcorr.model.placement import Placement, PlacementState
from switchcorr.text import counted
from switchcorr.topology.graph.names import Names
from switchcorr.topology.placement.locations import LOCATED_BY, Locations, placement_from_row
from switchcorr.topology.placement.risk_groups import Row

_ID = re.compile(r"([^/:+@]+)([/:])(.+)")


def add_locations(
    rows: dict[str, Row], placements: Sequence[Placement], locations: Locations, names: Names
) -> tuple[tuple[Placement, ...], tuple[str, ...]]:
    """Fill rows and placements; a row of another switch than the captures' gives no part of the network, only its other columns.

    Args:
        rows: per phone, component id by kind; filled in place.
        placements: of the captures, sorted by phone.
        locations: the table.
        names: spellings of the devices read: ids of the table take theirs.

    Returns:
        all placements, sorted by phone, and sentences for the user.
    """
    known = {str(placement.phone): placement for placement in placements}
    by_mac = {placement.mac: str(placement.phone) for placement in placements if placement.mac is not None}
    differing: Counter[str] = Counter()
    for given_name, given in locations.rows.items():
        own = PhoneName.parse_or_none(given_name)
        phone = by_mac.get(own.mac, given_name) if own is not None else given_name
        cells = {kind: _canonical(id_, names) for kind, id_ in given.items()}
        differing.update(_fill(rows.setdefault(phone, {}), cells))
        placement = known.get(phone)
        labels = locations.labels.get(given_name, {})
        found = placement_from_row(phone, cells, labels)
        if placement is None or (placement.state is PlacementState.UNPLACED and found.state is PlacementState.PLACED):
            known[phone] = found
        else:
            known[phone] = replace(placement, ip=placement.ip or found.ip, extension=found.extension, description=found.description)
    told = [
        f"the captures place {counted(count, 'phone')} on another {kind} than the locations file; the captures count"
        for kind, count in sorted(differing.items())
    ]
    ordered = tuple(known[phone] for phone in sorted(known))
    return ordered, (*locations.assumptions, *locations.problems, *told)


def _fill(row: Row, given: Mapping[str, str]) -> list[str]:
    """Add what a row lacks; the kinds in which both speak and differ come back."""
    elsewhere = given.get("switch", "") not in ("", row.get("switch", given.get("switch")))
    differing = []
    for kind, id_ in given.items():
        if kind in row:
            differing += [kind] if row[kind] != id_ else []
        elif not (elsewhere and kind in LOCATED_BY):
            row[kind] = id_
    return differing


def _canonical(id_: str, names: Names) -> str:
    """An id with the device's name as the captures have it, and an interface in its long form behind it."""
    found = _ID.fullmatch(id_)
    if found is None:
        return names.by_name(id_) or id_
    device = names.by_name(found[1])
    interface = InterfaceName.parse_or_none(found[3]) if found[2] == ":" else None
    return f"{device}{found[2]}{interface or found[3]}" if device else id_
