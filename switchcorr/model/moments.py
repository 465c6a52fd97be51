"""Moments and spans of time given by people."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

DAY_S = 86_400
"""Seconds of a day in UTC; of one that a change of summer time cuts or lengthens it is an hour off."""
_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{2}):?(\d{2})")
_AGO = re.compile(r"(\d{1,4}) ?([mhdw])(?: ago)?")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def moment_of(seconds: float) -> datetime:
    """The moment of seconds since 1970, in UTC.

    >>> moment_of(0.0)
    datetime.datetime(1970, 1, 1, 0, 0, tzinfo=datetime.timezone.utc)
    """
    return datetime.fromtimestamp(float(seconds), UTC)


def zone_named(name: str) -> tzinfo:
    """A time zone by its IANA name (``Europe/Oslo``), ``UTC``, or a fixed offset (``+01:00``).

    Raises:
        ValueError: no such zone.
    """
    text = name.strip()
    if text.upper() in ("UTC", "GMT", "Z"):
        return UTC
    if offset := _OFFSET.fullmatch(text):
        return datetime.fromisoformat(f"2000-01-01T00:00:00{offset[1]}{offset[2]}:{offset[3]}").tzinfo or UTC
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(
            f"no such time zone: {name!r}; an IANA name such as Europe/Oslo, UTC, or an offset such as +01:00 is meant"
        ) from error


def parse_moment(text: str, *, zone: tzinfo, now: datetime | None = None) -> datetime:
    """A moment in ISO 8601, with or without a zone, or how long before ``now`` it was; aware and UTC when it comes back.

    >>> parse_moment("2026-11-22 09:41", zone=zone_named("+01:00"))
    datetime.datetime(2026, 11, 22, 8, 41, tzinfo=datetime.timezone.utc)

    >>> parse_moment("90m", zone=UTC, now=datetime(2026, 11, 22, 9, 41, tzinfo=UTC))
    datetime.datetime(2026, 11, 22, 8, 11, tzinfo=datetime.timezone.utc)

    Args:
        now: None if there is none; then ``90m`` is no moment.

    Raises:
        ValueError: not a moment.
    """
    if now is not None and (ago := _AGO.fullmatch(text.strip())):
        return (now - int(ago[1]) * _UNITS[ago[2]]).astimezone(UTC)
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError as error:
        spans = "" if now is None else ", or 90m, 1h, 7d for so long ago,"
        raise ValueError(f"not a moment: {text!r}; 2026-11-22T09:41 or 2026-11-22T09:41:07Z{spans} is meant") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)


def parse_window(text: str, *, zone: tzinfo) -> tuple[datetime, datetime]:
    """A window ``START/END``.

    Raises:
        ValueError: not two moments in order.
    """
    parts = text.split("/")
    if len(parts) != 2:
        raise ValueError(f"not a window: {text!r}; START/END is meant")
    start, end = (parse_moment(part, zone=zone) for part in parts)
    if end <= start:
        raise ValueError(f"a window must end after it starts: {text!r}")
    return start, end
