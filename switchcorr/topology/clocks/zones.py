"""The zone of a clock: what its name stands for, else the nearest that exists. One rule for logs, and for who asks a device for its time.

A name is not looked up as such, for the same letters mean different things in different places (``IST``, ``CST``), and whoever configures
a switch may write any. UTC, and a name that is an offset (``+0330``, ``GMT+1``), are believed as they stand. Where nothing but a zone is left
of the difference, it is the nearest that exists; of a clock that is off it is the one that its name stands for (of several, the nearest).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

_UTC_NAMES = frozenset(("UTC", "GMT", "Z"))
_OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>[0-5]\d))?")
FARTHEST = timedelta(hours=26)
"""More than two places of the world can be apart."""
_WIDEST = timedelta(hours=14)
_EXISTING = tuple(sorted((*range(-12, 15), -9.5, -3.5, -2.5, 3.5, 4.5, 5.5, 5.75, 6.5, 8.75, 9.5, 10.5, 12.75, 13.75)))
"""Hours from UTC that some place keeps. Source: IANA time zone database."""
_NAMED: dict[str, tuple[float, ...]] = {
    "GMT": (0,), "WET": (0,), "WEST": (1,), "BST": (1,), "IST": (5.5, 1, 2), "CET": (1,), "MET": (1,), "MEZ": (1,), "CEST": (2,), "MEST": (2,), "MESZ": (2,),
    "EET": (2,), "EEST": (3,), "MSK": (3,), "SAST": (2,), "GST": (4,), "YEKT": (5,), "SGT": (8,), "HKT": (8,), "JST": (9,), "KST": (9,),
    "AST": (-4, 3), "ADT": (-3,), "EST": (-5, 10), "EDT": (-4, 11), "CST": (-6, 8, 9.5), "CDT": (-5,), "MST": (-7,), "MDT": (-6,), "PST": (-8,),
    "PDT": (-7,), "AKST": (-9,), "AKDT": (-8,), "HST": (-10,), "AEST": (10,), "AEDT": (11,), "ACST": (9.5,), "ACDT": (10.5,), "AWST": (8,),
    "NZST": (12,), "NZDT": (13,), "BRT": (-3,), "ART": (-3,),
}  # fmt: skip
"""What names of zones stand for. Source: abbreviations of the IANA time zone database; MEZ and MESZ are common in German configurations."""


def told_zone(name: str) -> timedelta | None:
    """How far a zone is from UTC by its own word; None if its name is no offset.

    >>> str(told_zone("+0330")), str(told_zone("utc")), told_zone("CET")
    ('3:30:00', '0:00:00', None)
    """
    if name.upper() in _UTC_NAMES:
        return timedelta()
    found = _OFFSET.fullmatch(name.upper())
    if found is None:
        return None
    size = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return None if size > _WIDEST else -size if found["sign"] == "-" else size


def zone_of(ahead: timedelta, name: str, is_explained: Callable[[timedelta], bool]) -> timedelta:
    """The zone of a clock.

    Args:
        ahead: what the clock showed, read as UTC, less the time then.
        name: of its zone as the clock prints it; empty if it prints none.
        is_explained: whether a clock that differs so much from the time of its zone may be right.
    """
    told = told_zone(name)
    if told is not None:
        return told
    nearest = _nearest(_EXISTING, ahead)
    if is_explained(ahead - nearest):
        return nearest
    return _nearest(_NAMED.get(name.upper(), _EXISTING if abs(ahead) < FARTHEST else (0,)), ahead)


def saving_between(name: str, clock_name: str, clock_zone: timedelta) -> timedelta:
    """How far the zone of a name is ahead of a clock's, where both are the standard and the summer time of one place; else zero."""
    apart = [
        timedelta(hours=there - here)
        for there in _NAMED.get(name.upper(), ())
        for here in _NAMED.get(clock_name.upper(), ())
        if timedelta(hours=here) == clock_zone and abs(there - here) == 1
    ]
    return apart[0] if apart else timedelta()


def _nearest(hours: Sequence[float], ahead: timedelta) -> timedelta:
    return min((timedelta(hours=one) for one in hours), key=lambda zone: abs(ahead - zone))
