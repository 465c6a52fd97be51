"""Names of time zones as logs print them: abbreviations, offsets, IANA names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta, timezone, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from switchcorr.errors import UsageError

MINUTES_EAST: Mapping[str, int] = {
    "UTC": 0, "GMT": 0, "Z": 0, "UCT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "SAST": 120, "SGT": 480, "HKT": 480, "AWST": 480, "JST": 540, "KST": 540, "ACST": 570,
    "ACDT": 630, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "NST": -210, "NDT": -150, "ADT": -180, "EST": -300,
    "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480,
    "HST": -600, "BRT": -180, "ART": -180,
}  # fmt: skip
"""Abbreviations with one usual meaning, in minutes east of Greenwich; always this offset, also in the other half of the year.

CST and BST are taken as those of America and Britain. Abbreviations with several usual meanings (IST, AST) are not here:
they are understood when the zone that was given for the log prints them.
"""

_OFFSET = re.compile(r"(?:UTC|GMT)?([+-])(\d{1,2})(?::?(\d{2}))?")


@lru_cache(maxsize=256)
def fixed_zone(name: str) -> tzinfo | None:
    """The zone of an abbreviation or a numeric offset; None if the name is neither.

    >>> fixed_zone("EST").utcoffset(None), fixed_zone("+0530").utcoffset(None), fixed_zone("PUB")
    (datetime.timedelta(days=-1, seconds=68400), datetime.timedelta(seconds=19800), None)
    """
    minutes = MINUTES_EAST.get(name.upper())
    if minutes is not None:
        return timezone(timedelta(minutes=minutes))
    found = _OFFSET.fullmatch(name)
    if found is None:
        return None
    minutes = int(found[2]) * 60 + int(found[3] or 0)
    return timezone(timedelta(minutes=-minutes if found[1] == "-" else minutes)) if minutes < 24 * 60 else None


def given_zone(name: str) -> tzinfo:
    """The zone a user names: an IANA name, else an abbreviation or an offset.

    Raises:
        UsageError: there is no such zone.
    """
    fixed = fixed_zone(name)
    if fixed is not None:
        return fixed
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise UsageError(
            f"no such time zone: {name!r}.", hint="Give an IANA name (Europe/Berlin), an abbreviation (CET) or an offset (+01:00)."
        ) from error
