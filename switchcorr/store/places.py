"""Where phones are attached, as intervals: opened by the first visit that shows a phone at a port, closed by a good one that lacks it.

A move to another port of the same device closes one interval and opens the next. A phone that another device shows meanwhile keeps its old
interval until that device is visited: whoever asks gets the newer place first (``questions.py``). What else is known of a place
(address, VLAN, evidence) is that of the last visit, in the same row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, insert, select, update

from switchcorr.model.addresses import PhoneName
from switchcorr.store import schema
from switchcorr.store.names import numbers_of
from switchcorr.store.records import PlaceSeen
from switchcorr.store.schema import EVIDENCES, OPEN, STATES, place
from switchcorr.text import clean

_KEY = and_(
    place.c.endpoint_id == bindparam("of_endpoint"), place.c.since == bindparam("of_since"), place.c.device_id == bindparam("of_device")
)
_CHANGE = update(place).where(_KEY)
_ABOUT = ("state", "evidence", "confidence", "vlan", "ip", "model", "reason", "firmware")
_REASON_LIMIT = 300
_OPEN_PLACES = (
    select(schema.endpoint.c.name, place.c.endpoint_id, place.c.since, place.c.port_id, *(place.c[name] for name in _ABOUT))
    .join_from(place, schema.endpoint, schema.endpoint.c.id == place.c.endpoint_id)
    .where(place.c.device_id == bindparam("of_device"), place.c.until == OPEN)
)


@dataclass(frozen=True, slots=True)
class _Open:
    """A place that holds."""

    endpoint_id: int
    since: int
    port_id: int
    about: tuple[object, ...]


def write_places(
    connection: Connection,
    device_id: int,
    at: int,
    seen: Mapping[PhoneName, PlaceSeen],
    *,
    ports: Mapping[str, int],
    whole: bool,
    known: Mapping[str, int] | None = None,
) -> dict[str, int]:
    """Take over where a visit shows phones at its device.

    Args:
        ports: numbers of the device's ports, by name.
        whole: whether a phone that is not shown is gone from the device.
        known: numbers of phones that need no look.

    Returns:
        Numbers of the phones that are new at a place.
    """
    was = _open_places(connection, device_id)
    changing: list[dict[str, object]] = []
    opening: dict[str, tuple[int, tuple[object, ...]]] = {}
    for phone, at_place in seen.items():
        port_id, about = ports[at_place.interface or ""], _about(at_place)
        before = was.get(phone)
        if before is not None and before.port_id == port_id and before.about == about:
            continue
        about = _cleaned(about)
        if before is None or before.port_id != port_id:
            opening[str(phone)] = port_id, about
        elif before.about != about:
            changing.append({**_key(before, device_id), **dict(zip(_ABOUT, about, strict=True))})
    closing = [one for phone, one in was.items() if phone in opening or (whole and phone not in seen)]
    if closing:
        connection.execute(_CHANGE, [{**_key(one, device_id), "until": at} for one in closing])
    if changing:
        connection.execute(_CHANGE, changing)
    if not opening:
        return {}
    numbers = numbers_of(connection, schema.endpoint, opening, known)
    rows = [
        {
            "endpoint_id": numbers[phone],
            "since": at,
            "device_id": device_id,
            "port_id": port_id,
            "until": OPEN,
            **dict(zip(_ABOUT, about, strict=True)),
        }
        for phone, (port_id, about) in opening.items()
    ]
    connection.execute(insert(place), rows)
    return numbers


def _key(one: _Open, device_id: int) -> dict[str, object]:
    return {"of_endpoint": one.endpoint_id, "of_since": one.since, "of_device": device_id}


def _about(seen: PlaceSeen) -> tuple[object, ...]:
    """What is known of a place, in the order of ``_ABOUT``; text as it was told."""
    confidence = min(10_000, max(0, round(seen.confidence * 10_000)))
    return STATES[seen.state], EVIDENCES[seen.evidence], confidence, seen.vlan, seen.ip, seen.model, seen.reason, seen.firmware


def _cleaned(about: tuple[object, ...]) -> tuple[object, ...]:
    """The same with text as it is stored. Most places are as they were, and need none of it."""
    return tuple(clean(value, limit=_REASON_LIMIT) if isinstance(value, str) else value for value in about)


def _open_places(connection: Connection, device_id: int) -> dict[str, _Open]:
    rows = connection.execute(_OPEN_PLACES, {"of_device": device_id})
    return {name: _Open(endpoint_id, since, port_id, tuple(about)) for name, endpoint_id, since, port_id, *about in rows}
