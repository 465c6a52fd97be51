"""JSON lines from elsewhere: one object a line with the keys of the generic CSV; ``values`` may be an object."""

from __future__ import annotations

import json

from switchcorr.events.declaration import EventFormat, Found, Record
from switchcorr.events.generic import is_event_row, row_event

_LONGEST = 20_000


def _looks_like(line: str) -> bool:
    text = line.strip()
    return text.startswith("{") and text.endswith("}") and '"event"' in text and '"time"' in text


def _parse(record: Record) -> tuple[Found, ...] | None:
    text = record.lines[0]
    if len(text) > _LONGEST:
        return None
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(value, dict):
        return None
    row = {str(key).lower(): _text(item) for key, item in value.items()}
    values = value.get("values")
    if isinstance(values, dict):
        row |= {f"value_{key}": _text(item) for key, item in values.items()}
    if not is_event_row(frozenset(row)):
        return None
    found = row_event(row)
    return None if found is None else (found,)


def _text(item: object) -> str:
    return "" if item is None or isinstance(item, dict | list) else str(item)


FORMAT = EventFormat(
    name="generic_jsonl",
    title="JSON lines with the keys time, phone, event",
    marks=(b'"event"',),
    looks_like=_looks_like,
    parse=_parse,
)
