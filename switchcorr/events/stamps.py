"""Times as logs print them, taken apart but not yet resolved: year and zone may be missing, day and month may be swapped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from switchcorr.events.zones import fixed_zone

MONTHS = {
    "Jan": 1, "Feb": 2, "Mar": 3, "Apr": 4, "May": 5, "Jun": 6, "Jul": 7, "Aug": 8, "Sep": 9, "Oct": 10, "Nov": 11, "Dec": 12,
}  # fmt: skip
_MONTH = "(?P<month>" + "|".join(MONTHS) + ")"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?"
_ZONE = r"(?P<zone>Z|(?:UTC|GMT)?[+-]\d{1,2}(?::?\d{2})?|[A-Z]{2,5})"

_SYSLOG = re.compile(
    rf"(?:(?<![\d:.-])(?P<year_ahead>[12]\d{{3}}) )?(?<![A-Za-z]){_MONTH} {{1,2}}(?P<day>\d{{1,2}}) (?:(?P<year>\d{{4}}) )?{_CLOCK}(?: (?P<half>[AP]M)\b)?"
    rf"(?: {_ZONE}(?![A-Za-z0-9.-]))?(?: (?P<year_behind>[12]\d{{3}})(?![\d:.-]))?"
)
"""``Mar 18 [2026] 11:10:52[.630] [PM] [UTC]``, ctime's ``May 21 08:11:00 CDT 2021``, and ``2026 Mar 18 11:10:52`` of NX-OS and CatOS."""

_ISO = re.compile(
    r"(?<!\d)(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)[T ](?P<hour>\d\d):(?P<minute>\d\d)"
    rf"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{{1,9}}))?)?(?: ?{_ZONE}(?![A-Za-z0-9.-]))?"
)
_MAIL = re.compile(
    rf"(?:[A-Z][a-z]{{2}}, )?(?P<day>\d{{1,2}}) {_MONTH} (?P<year>\d{{4}}) (?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))?(?: {_ZONE})?(?: \(.*)?"
)
_OUTLOOK = re.compile(
    rf"(?:[A-Z][a-z]{{2,8}}, )?{_MONTH}[a-z]{{0,6}} (?P<day>\d{{1,2}}), (?P<year>\d{{4}}) (?P<hour>\d{{1,2}}):(?P<minute>\d\d)(?::(?P<second>\d\d))? ?(?P<half>[AP]M)?"
)
_NUMERIC = re.compile(
    r"(?P<first>\d{1,4})(?P<glue>[/.-])(?P<middle>\d{1,2})(?P=glue)(?P<last>\d{2,4})[ ,T]{1,3}(?P<hour>\d{1,2})[:.](?P<minute>\d\d)"
    rf"(?:[:.](?P<second>\d\d))?(?:[.,](?P<fraction>\d{{1,9}}))?(?: ?(?P<half>[AaPp])\.? ?[Mm]\.?)?(?: {_ZONE})?"
)
_EPOCH = re.compile(r"(\d{10})(?:\.(\d{1,9}))?|(\d{13})")
_LEAP_YEAR = 2024
_EARLIEST_EPOCH = datetime(1995, 1, 1, tzinfo=UTC).timestamp()


@dataclass(frozen=True, slots=True)
class Stamp:
    """A time as printed.

    Attributes:
        year: None if not printed.
        second: seconds since midnight.
        zone: as printed; empty if not.
        swappable: the text is ``03/04/2026`` and may also mean the 4th of March; as stored, the month stands first.
    """

    month: int
    day: int
    second: float
    year: int | None = None
    zone: str = ""
    swappable: bool = False

    def naive(self, year: int) -> datetime | None:
        """Date and time without zone in a year; None if there is no such day in it.

        >>> Stamp(2, 29, 60.0).naive(2023)
        """
        try:
            return datetime(year, self.month, self.day) + timedelta(seconds=self.second)
        except (ValueError, OverflowError):
            return None


def stamps_in(text: str) -> Iterator[tuple[Stamp, int, int]]:
    """Every syslog or ISO time in a text, with its begin and end, from left to right."""
    found = [*_SYSLOG.finditer(text), *_ISO.finditer(text)]
    for one in sorted(found, key=re.Match.start):
        stamp = _stamp(one)
        if stamp is not None:
            yield stamp, one.start(), one.end()


def first_stamp(text: str) -> Stamp | None:
    """The first syslog or ISO time in a text."""
    return next((stamp for stamp, _, _ in stamps_in(text)), None)


def parse_stamp(text: str) -> Stamp | float | None:
    """A text that is one time, in any notation met in logs, mails and tables; a number is seconds or milliseconds since 1970.

    >>> parse_stamp("22.11.2026 09:41:07")
    Stamp(month=11, day=22, second=34867.0, year=2026, zone='', swappable=False)
    >>> parse_stamp("1289313813826"), parse_stamp("yesterday")
    (1289313813.826, None)
    """
    text = text.strip()[:80]
    epoch = _EPOCH.fullmatch(text)
    if epoch:
        seconds = int(epoch[3]) / 1000 if epoch[3] else float(text)
        return seconds if seconds > _EARLIEST_EPOCH else None
    for pattern in (_ISO, _SYSLOG, _MAIL, _OUTLOOK):
        found = pattern.fullmatch(text)
        if found:
            return _stamp(found)
    found = _NUMERIC.fullmatch(text)
    if found:
        return _numeric(found)
    if text[:3].isalpha() and text[3:4] == " ":  # ctime begins with the day of the week
        found = _SYSLOG.fullmatch(text[4:].strip())
        return _stamp(found) if found else None
    return None


def complete(inner: Stamp, outer: Stamp | None) -> Stamp:
    """The inner time of a line with the year or the offset that only the outer one tells.

    A relay's header names an absolute instant when it carries an offset; the event happened at about that instant, so the
    difference gives the inner clock's own offset, to a quarter of an hour.
    """
    if outer is None or (inner.year is not None and inner.zone):
        return inner
    if inner.year is None and outer.year is not None:
        inner = replace(inner, year=_year_near(inner, outer))
    if not inner.zone and outer.zone:
        inner = replace(inner, zone=_offset_from(inner, outer))
    return inner


def days_apart(one: Stamp, other: Stamp) -> int:
    """Whole days between two times, whatever their zones; where a year is missing, in the nearest one.

    >>> days_apart(Stamp(12, 31, 0.0), Stamp(1, 1, 0.0, 2027)), days_apart(Stamp(3, 1, 0.0), Stamp(11, 20, 0.0))
    (1, 101)
    """
    year = other.year or one.year or _LEAP_YEAR
    at = other.naive(year)
    years = (one.year,) if one.year is not None and other.year is not None else (year - 1, year, year + 1)
    return min((abs(naive - at).days for y in years if at is not None and (naive := one.naive(y)) is not None), default=0)


def _year_near(inner: Stamp, outer: Stamp) -> int:
    year = outer.year or 0
    at = outer.naive(year)
    candidates = [(abs(naive - at), y) for y in (year - 1, year, year + 1) if at and (naive := inner.naive(y))]
    return min(candidates)[1] if candidates else year


def _offset_from(inner: Stamp, outer: Stamp) -> str:
    zone = fixed_zone(outer.zone)
    year = outer.year or inner.year
    if zone is None or year is None:
        return outer.zone
    there, here = outer.naive(year), inner.naive(inner.year or year)
    if there is None or here is None:
        return outer.zone
    seconds = (here - (there - (zone.utcoffset(None) or timedelta()))).total_seconds()
    quarters = round(seconds / 900)
    if abs(seconds - quarters * 900) > 300 or abs(quarters) > 14 * 4:
        return outer.zone
    sign = "-" if quarters < 0 else "+"
    return f"{sign}{abs(quarters) // 4:02d}:{abs(quarters) % 4 * 15:02d}"


def _stamp(found: re.Match[str]) -> Stamp | None:
    parts = found.groupdict()
    month = MONTHS.get(parts["month"]) or int(parts["month"])
    second = _second_of_day(parts)
    year = parts["year"] or parts.get("year_ahead") or parts.get("year_behind")
    if second is None or not (1 <= month <= 12 and 1 <= int(parts["day"]) <= 31):
        return None
    return Stamp(month, int(parts["day"]), second, int(year) if year else None, parts.get("zone") or "")


def _numeric(found: re.Match[str]) -> Stamp | None:
    """Numbers only: year first if it has four digits, else day first where the number or a dot says so."""
    parts = found.groupdict()
    first, middle, last = int(parts["first"]), int(parts["middle"]), int(parts["last"])
    second = _second_of_day(parts)
    if len(parts["first"]) == 4:
        year, month, day, swappable = first, middle, last, False
    else:
        year = last if last > 99 else last + (2000 if last < 70 else 1900)
        day_first = parts["glue"] == "." or first > 12
        month, day = (middle, first) if day_first else (first, middle)
        swappable = not day_first and day <= 12 and month != day
    if second is None or not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    return Stamp(month, day, second, year, parts["zone"] or "", swappable)


def _second_of_day(parts: dict[str, str | None]) -> float | None:
    hour, minute, second = int(parts["hour"] or 0), int(parts["minute"] or 0), int(parts.get("second") or 0)
    half = (parts.get("half") or "").upper()[:1]
    if half and not 1 <= hour <= 12:
        return None
    if half:
        hour = hour % 12 + (12 if half == "P" else 0)
    if hour > 23 or minute > 59 or second > 60:
        return None
    fraction = parts.get("fraction")
    return hour * 3600 + minute * 60 + second + (float(f"0.{fraction}") if fraction else 0.0)
