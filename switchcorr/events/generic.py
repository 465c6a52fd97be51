"""The project's own event columns, one row as names and texts: what generic CSV and JSONL have in common.

Columns: ``time, phone, event`` and, as wanted, ``reason, reason_enum, node, cluster, ip, device_type, description, extension, load, severity,
alert, neighbor_device, neighbor_port, neighbor_address, voice_vlan, text``. ``event`` is the label of an ``EventKind``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from switchcorr.events.alarms import LARGEST_CODE, LARGEST_TYPE, address, extensions, number
from switchcorr.events.declaration import Found
from switchcorr.events.loads import load_name
from switchcorr.events.stamps import parse_stamp
from switchcorr.model.addresses import PhoneName, phone_from_any, spoilt_name
from switchcorr.model.event import Event, EventDetail, EventKind
from switchcorr.model.reason import Reason, ReasonEnum, reason_enum
from switchcorr.text import clean

_KINDS: Mapping[str, EventKind] = {kind.label: kind for kind in EventKind}
NAME_COLUMNS = ("phone", "device", "name", "device_name")
"""Columns that may name the device, the first filled one counts."""
_MOST_CODES = 256
REQUIRED = ("time", "event")
"""Columns without which a table is none of ours; one of ``phone, device, name`` must be there too."""


def is_event_row(names: frozenset[str]) -> bool:
    """Whether these column names are those of events."""
    return names.issuperset(REQUIRED) and not names.isdisjoint(NAME_COLUMNS)


def device_name(cell: str) -> str:
    """What a cell calls the device: a phone by name or MAC in any notation, else the text; empty if it is blank, or a number made of a name."""
    return "" if spoilt_name(cell) else phone_from_any(cell) or clean(cell, limit=128)


def row_event(row: Mapping[str, str]) -> Found | None:
    """The event of a row; None if its kind, its time or its list of reasons is unknown, or if it names nothing.

    A reason without a list is read in the list of its event: a bare number is no reason.
    """
    kind = _KINDS.get(row.get("event", "").strip().lower().replace(" ", "_").replace("-", "_"))
    written = row.get("time", "").strip()
    stamp = parse_stamp(written)
    if kind is None or (written and stamp is None):
        return None
    name = next((row[column] for column in NAME_COLUMNS if row.get(column, "").strip()), "")
    name = device_name(name)
    ip = address(row.get("ip", ""))
    detail = _detail(row, kind)
    told = kind is EventKind.SERVER_ALERT or (kind is EventKind.SWITCH_MESSAGE and detail is not None and detail.neighbor_device)
    if not (name or ip or told):
        return None
    try:
        reason = _reason(row, kind, name)
    except ValueError:
        return None
    event = Event(
        time=None,
        kind=kind,
        name=name,
        ip=ip,
        reason=reason,
        node=clean(row.get("node", "")),
        cluster=clean(row.get("cluster", "")),
        device_type=number(row.get("device_type", ""), most=LARGEST_TYPE),
        severity=number(row.get("severity", ""), most=7),
        description=clean(row.get("description", "")),
        extension=extensions(row.get("extension", "")),
        load=load_name(row.get("load", "")),
        detail=detail,
    )
    return Found(event, stamp)


def why_no_event(row: Mapping[str, str]) -> str:
    """What keeps a row from being an event, in words; empty if that is not told by its time, its event or its name alone."""
    written, event = row.get("time", "").strip(), row.get("event", "").strip()
    name = next((row[column] for column in NAME_COLUMNS if row.get(column, "").strip()), "")
    if written and parse_stamp(written) is None:
        return f"its time {clean(written, limit=40)!r} is none that is known (2026-11-22T09:41:07Z is)"
    if event.lower().replace(" ", "_").replace("-", "_") not in _KINDS:
        return f"its event {clean(event, limit=40)!r} is none of {', '.join(_KINDS)}"
    if spoilt_name(name):
        return f"a spreadsheet made the number {clean(name, limit=40)} of its phone: format that column as text"
    return ""


def _reason(row: Mapping[str, str], kind: EventKind, name: str) -> Reason | None:
    written = row.get("reason", "").strip()
    if not written:
        return None
    listed = row.get("reason_enum", "").strip()
    table = reason_enum(listed) if listed else _usual_list(kind, name)
    code = number(written, most=LARGEST_CODE)
    if code is None:
        code = _codes(table).get(written.lower())
    if code is None:
        raise ValueError(f"no reason: {written!r}")
    return Reason(table, code) if table is not ReasonEnum.NONE else None


@lru_cache
def _codes(table: ReasonEnum) -> Mapping[str, int]:
    """The numbers of a list's names in lower case."""
    return {Reason(table, code).name.lower(): code for code in range(_MOST_CODES)}


def _usual_list(kind: EventKind, name: str) -> ReasonEnum:
    if kind is EventKind.UNREGISTERED:
        return ReasonEnum.END_POINT_UNREGISTERED if PhoneName.parse_or_none(name) else ReasonEnum.DEVICE_UNREGISTERED
    return {EventKind.TRANSIENT: ReasonEnum.TRANSIENT_CONNECTION, EventKind.PHONE_ALARM: ReasonEnum.PHONE}.get(kind, ReasonEnum.NONE)


def _detail(row: Mapping[str, str], kind: EventKind) -> EventDetail | None:
    alert = clean(row.get("alert", ""), limit=100)
    if kind is EventKind.SERVER_ALERT and not alert:
        alert = clean(row.get("description", ""), limit=100).partition(" ")[0]
    detail = EventDetail(
        alert=alert,
        neighbor_device=clean(row.get("neighbor_device", ""), limit=200),
        neighbor_port=clean(row.get("neighbor_port", ""), limit=200),
        neighbor_address=address(row.get("neighbor_address", "")),
        voice_vlan=number(row.get("voice_vlan", ""), most=4094) or None,
        text=clean(row.get("text", "")),
        values=_values(row),
    )
    return None if detail == EventDetail() else detail


def _values(row: Mapping[str, str]) -> dict[str, str]:
    """The numbers of an alert: columns ``value_rate, value_threshold``."""
    return {name.removeprefix("value_"): clean(text) for name, text in row.items() if name.startswith("value_") and text.strip()}
