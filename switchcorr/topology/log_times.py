"""Times of log messages as switches print them, to instants: year and zone may be missing, or only the uptime is given.

A device prints its local time. Where ``show clock`` was read, the difference to the time of the capture, to a quarter of an hour, is its
zone; else a printed UTC, GMT or offset counts, and the rest is read as UTC. A missing year is the newest that puts no message after
the capture. An uptime in days or weeks is too coarse to be a time.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

from switchcorr.model.snapshot import DeviceFacts
from switchcorr.topology.error_growth import clock_span

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(
    r"(?:(?P<first>\d{4}) )?(?P<month>" + "|".join(_MONTHS) + r") +(?P<day>\d{1,2}) (?:(?P<year>\d{4}) )?(?P<clock>\d{1,2}:\d\d:\d\d)"
    r"(?:\.(?P<fraction>\d{1,6}))?(?: ?(?P<half>[AP]M))?(?: (?P<zone>[A-Za-z]{1,6}))?(?: (?P<offset>[+-]\d\d:?\d\d))?"
)
_LOCAL = re.compile(
    r"[.*]?(?P<clock>\d{1,2}:\d\d:\d\d)\S*(?: (?P<half>[AP]M))?(?: \S+)? [A-Z][a-z]{2} (?P<month>"
    + "|".join(_MONTHS)
    + r") +(?P<day>\d{1,2}) (?P<year>\d{4})"
)
_QUARTER = timedelta(minutes=15)
_FAST = timedelta(days=1)
"""How far a message may lie after its capture: a clock that is fast, a zone that is not known."""
_UTC_NAMES = frozenset(("UTC", "GMT", "Z"))


def message_time(stamp: str, facts: DeviceFacts) -> datetime | None:
    """The instant of a message in the log of a device; None if its text does not tell.

    >>> from switchcorr.model.tables import DeviceTables
    >>> facts = DeviceFacts("acc-1", "cisco_ios", DeviceTables(), taken_at=datetime(2026, 11, 22, 10, tzinfo=UTC))
    >>> message_time("Nov 22 09:41:07.123", facts), message_time("3w2d", facts)
    (datetime.datetime(2026, 11, 22, 9, 41, 7, 123000, tzinfo=datetime.timezone.utc), None)
    """
    found = _DATE.fullmatch(stamp.strip().lstrip("*."))
    if found is None:
        return _since_boot(stamp.strip(), facts)
    zone = _zone(found, facts)
    year = found["first"] or found["year"]
    if year:
        return _moment(found, int(year), zone)
    if facts.taken_at is None:
        return None
    newest = facts.taken_at + _FAST
    moments = (_moment(found, newest.year - back, zone) for back in range(9))  # a 29th of February may be years ago
    return next((moment for moment in moments if moment is not None and moment <= newest), None)


def _moment(found: re.Match[str], year: int, zone: timezone) -> datetime | None:
    local = _local(found, year)
    return None if local is None else local.replace(tzinfo=zone).astimezone(UTC)


def _local(found: re.Match[str], year: int) -> datetime | None:
    hour, minute, second = (int(part) for part in found["clock"].split(":"))
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] == "PM" else 0)
    fraction = found.groupdict().get("fraction") or ""
    try:
        return datetime(year, _MONTHS.index(found["month"]) + 1, int(found["day"]), hour, minute, second, int(fraction.ljust(6, "0")))
    except ValueError:  # 29 February, second 60, damage
        return None


def _zone(found: re.Match[str], facts: DeviceFacts) -> timezone:
    offset = found["offset"]
    if offset:
        sign = -1 if offset[0] == "-" else 1
        return timezone(sign * timedelta(hours=int(offset[1:3]) % 24, minutes=int(offset[-2:])))
    if (found["zone"] or "").upper() in _UTC_NAMES:
        return UTC
    return _clock_zone(facts) or UTC


def _clock_zone(facts: DeviceFacts) -> timezone | None:
    """The zone in which a device prints times, from its clock beside the time of the capture."""
    local = next((_local(found, int(found["year"])) for row in facts.tables.clock if (found := _LOCAL.fullmatch(row.text))), None)
    if local is None or facts.taken_at is None:
        return None
    quarters = round((local.replace(tzinfo=UTC) - facts.taken_at) / _QUARTER)
    return timezone(quarters * _QUARTER) if abs(quarters) <= 14 * 4 else None


def _since_boot(stamp: str, facts: DeviceFacts) -> datetime | None:
    """A time as hours, minutes and seconds since the boot."""
    span = clock_span(stamp)
    uptime = next((row.uptime for row in facts.tables.version if row.uptime is not None), None)
    return None if span is None or uptime is None or facts.taken_at is None else facts.taken_at - uptime + span
