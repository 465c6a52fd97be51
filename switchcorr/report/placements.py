"""Placements as rows of a table and as text."""

from __future__ import annotations

from collections.abc import Iterator

from switchcorr.model.placement import Placement, PlacementState
from switchcorr.report.to_json import iso
from switchcorr.text import percent

PLACEMENT_COLUMNS = (
    "phone",
    "device",
    "interface",
    "module",
    "vlan",
    "mac",
    "ip",
    "evidence",
    "confidence",
    "state",
    "reason",
    "extension",
    "description",
    "last_seen",
)
"""Columns of ``switchcorr/placements/1``, in this order."""

TABLE_COLUMNS = ("phone", "extension", "device", "interface", "module", "evidence", "state", "reason")
"""Those that a terminal shows if any row fills them; what is wide and seldom asked for stands in CSV and JSON."""


def placement_document(placement: Placement) -> dict[str, str | int | float | None]:
    """One row; what is unknown is empty, a VLAN None."""
    return {
        "phone": str(placement.phone),
        "device": placement.device,
        "interface": placement.interface or "",
        "module": placement.module,
        "vlan": placement.vlan,
        "mac": placement.mac.colons if placement.mac else "",
        "ip": placement.ip,
        "evidence": placement.sightings[0].evidence.value if placement.sightings else "",
        "confidence": round(placement.confidence, 3),
        "state": placement.state.value,
        "reason": placement.reason,
        "extension": placement.extension,
        "description": placement.description,
        "last_seen": iso(placement.last_seen) if placement.last_seen else "",
    }


def placement_lines(placement: Placement) -> Iterator[str]:
    """One phone for people: the place, then all that speaks for it and against it."""
    labels = (("extension", placement.extension), ("is", placement.description))
    if placement.state is PlacementState.UNPLACED:
        yield f"{placement.phone}: not placed: {placement.reason}"
        yield from (f"  {label:<10} {value}" for label, value in labels if value)
        return
    where = " ".join(filter(None, (placement.device, str(placement.interface or ""))))
    yield f"{placement.phone}: {where}  ({percent(placement.confidence)} sure)"
    details = (
        *labels,
        ("module", placement.module),
        ("VLAN", "" if placement.vlan is None else str(placement.vlan)),
        ("MAC", placement.mac.colons if placement.mac else ""),
        ("IP", placement.ip),
        ("model", placement.platform),
        (
            "behind it",
            f"{placement.other_macs} more MAC address{'es' if placement.other_macs > 1 else ''} on the port"
            if placement.other_macs
            else "",
        ),
        ("last seen", iso(placement.last_seen) if placement.last_seen else ""),
        (placement.state.value if placement.reason else "", placement.reason),
    )
    yield from (f"  {label:<10} {value}" for label, value in details if label and value)
    for sighting in placement.sightings:
        seen = f" at {iso(sighting.seen_at)}" if sighting.seen_at else ""
        yield f"  {sighting.evidence.value:<17} {' '.join(filter(None, (sighting.device, sighting.interface)))}{seen}"
